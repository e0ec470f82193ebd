//! The `encoder` crate of Tellings.
