//! Tasks for developers: `cargo xtask tidy`.
fn main() {}
