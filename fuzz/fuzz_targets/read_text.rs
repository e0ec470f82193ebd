//! Any bytes as a plain text file and as JSON Lines: no panic, zones in the text, everything in `text` works on it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = read::Options::default();
    let lines = read::articles_from_jsonl(bytes, "fuzz.jsonl", &options).flatten();
    for article in read::article_from_text(bytes, "fuzz.txt", &options).into_iter().chain(lines) {
        let length = text::Positions::new(&article.text).length();
        assert!(article.zones.iter().all(|zone| zone.span.end() <= length));
        assert_eq!(text::quotation_states(&article.text).len(), length as usize);
        assert!(text::sentences(&article.text).iter().all(|span| span.end() <= length));
        let _ = text::find_times(&article.text, Some("2024-02-29"));
    }
});
