//! Any bytes as a PDF file, and as what a page of one draws: no panic, zones in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tellings_fuzz::reading::pdf(bytes));
