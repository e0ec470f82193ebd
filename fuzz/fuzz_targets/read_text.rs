//! Any bytes as a plain text file and as JSON Lines: no panic, zones in the text, everything in `text` works on it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::text(bytes));
