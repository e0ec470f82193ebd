//! Any bytes as a file without a name that says what it is: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::behind(b"", bytes));
