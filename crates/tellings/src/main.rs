//! The `tellings` command.
fn main() {}
