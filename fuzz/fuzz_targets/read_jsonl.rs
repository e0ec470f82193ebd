//! Any bytes as JSON Lines or a JSON Feed: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::behind(b"{\"", bytes));
