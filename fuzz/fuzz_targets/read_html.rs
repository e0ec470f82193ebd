//! Any bytes as a saved page: no panic, zones in the text, the same twice.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = read::Options::default();
    let first = read::article_from_html(bytes, "fuzz.html", &options);
    if let Ok(article) = &first {
        let length = text::Positions::new(&article.text).length();
        assert!(article.zones.iter().all(|zone| zone.span.end() <= length));
    }
    assert_eq!(first, read::article_from_html(bytes, "fuzz.html", &options));
});
