//! The `claims` crate of Tellings.
