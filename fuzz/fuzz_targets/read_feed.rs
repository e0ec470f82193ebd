//! Any bytes as a feed: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::behind(b"<rss>", bytes));
