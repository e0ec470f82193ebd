//! Any bytes as a web archive: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::behind(b"WARC/1.0\r\n", bytes));
