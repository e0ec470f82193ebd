//! The `actors` crate of Tellings.
