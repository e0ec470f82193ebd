//! Any bytes as a file of some kind: no panic, zones in the text.

/// Any bytes as a plain text file and as JSON Lines; everything in `text` works on what was read.
pub fn text(bytes: &[u8]) {
    let options = read::Options::default();
    let lines = read::articles_from_jsonl(bytes, "fuzz.jsonl", &options).flatten();
    for article in read::article_from_text(bytes, "fuzz.txt", &options).into_iter().chain(lines) {
        let length = text::Positions::new(&article.text).length();
        assert!(article.zones.iter().all(|zone| zone.span.end() <= length));
        assert_eq!(text::quotation_states(&article.text).len(), length as usize);
        assert!(text::sentences(&article.text).iter().all(|span| span.end() <= length));
        let _ = text::find_times(&article.text, Some("2024-02-29"));
    }
}

/// Any bytes as a saved page; read twice it is the same, and what stands at a remembered place is its paragraph.
pub fn html(bytes: &[u8]) {
    let options = read::Options::default();
    let first = read::article_from_html(bytes, "fuzz.html", &options);
    if let Ok(article) = &first {
        let positions = text::Positions::new(&article.text);
        assert!(article.zones.iter().all(|zone| zone.span.end() <= positions.length()));
        for place in &article.places {
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&read::text_at(bytes, place)), letters(positions.slice(&article.text, place.span)));
        }
    }
    assert_eq!(first, read::article_from_html(bytes, "fuzz.html", &options));
}

/// Any bytes behind the beginning that some kind of file has; none for a file that must be told from its bytes.
pub fn behind(beginning: &[u8], bytes: &[u8]) {
    let bytes = [beginning, bytes].concat();
    for article in read::articles_from_bytes(bytes, "fuzzed", &read::Options::default()).flatten() {
        let length = text::Positions::new(&article.text).length();
        assert!(article.zones.iter().all(|zone| zone.span.end() <= length));
    }
}

/// Any bytes as a PDF file, and as what a page of one draws.
pub fn pdf(bytes: &[u8]) {
    behind(b"%PDF-1.7\n", bytes);
    let page: &[u8] = b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
        2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n\
        3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
        /Resources << /Font << /F 5 0 R >> /XObject << /X 4 0 R >> >> >> endobj\n\
        5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Courier >> endobj\n\
        trailer << /Root 1 0 R >>\n4 0 obj << /Subtype /Form /BBox [0 0 9 9] >>\nstream\n";
    behind(page, &[bytes, b"\nendstream endobj\n"].concat());
}

/// The beginnings of the kinds of file that have a target of their own.
pub const BEGINNINGS: [(&str, &[u8]); 7] = [
    ("any", b""),
    ("warc", b"WARC/1.0\r\n"),
    ("feed", b"<rss>"),
    ("mail", b"From: a@b.example\nTo: c@d.example\n"),
    ("table", b"title,text\n"),
    ("jsonl", b"{\""),
    ("pdf", b"%PDF-1.7\n"),
];
