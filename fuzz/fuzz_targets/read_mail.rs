//! Any bytes as a message, or a page saved as one: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::behind(
    b"From: a@b.example\nTo: c@d.example\n",
    bytes
));
