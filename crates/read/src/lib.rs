//! The `read` crate of Tellings.
