//! Any bytes as a feed: no panic, zones in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = [&b"<rss>"[..], bytes].concat();
    for article in read::articles_from_bytes(bytes, "fuzzed", &read::Options::default()).flatten() {
        let length = text::Positions::new(&article.text).length();
        assert!(article.zones.iter().all(|zone| zone.span.end() <= length));
    }
});
