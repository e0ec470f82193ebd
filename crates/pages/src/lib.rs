//! The `pages` crate of Tellings.
