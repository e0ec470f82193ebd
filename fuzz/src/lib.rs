//! What every fuzz target does with its bytes, kept apart from the fuzzer, which needs a nightly compiler: plain tests
//! (`crates/read/tests/fuzzed.rs`, `crates/tellings/tests/fuzzed.rs`) run the same bodies over a small corpus.
#![forbid(unsafe_code)]

pub mod reading;
pub mod whole;
