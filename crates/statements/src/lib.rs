//! The `statements` crate of Tellings.
