//! The `text` crate of Tellings.
