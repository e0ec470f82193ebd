//! Any bytes as a saved page: no panic, zones in the text, places right, the same twice.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::html(bytes));
