//! Any bytes, read as a file of any kind, go through the whole of `extract` without a panic; spans lie inside the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| tellings_fuzz::whole::extract(input.0, input.1));
