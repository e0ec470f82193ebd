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

/// Any bytes as a Parquet table, as what one says of itself, and as a page of a column of texts.
pub fn parquet(bytes: &[u8]) {
    behind(b"PAR1", bytes);
    let table = |pages: &[u8], footer: &[u8]| {
        let length = u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes();
        behind(b"PAR1", &[pages, footer, &length, b"PAR1"].concat());
    };
    table(b"", bytes);
    // One column, `text`, optional, of strings: {2: [{4: "a", 5: 1}, {1: 6, 3: 1, 4: "text"}], 3: 99,
    // 4: [{1: [{3: {4: 0, 5: 99, 7: 16383, 9: 4}}], 3: 99}]}.
    let footer = b"\x29\x2c\x48\x01a\x15\x02\x00\x15\x0c\x25\x02\x18\x04text\x00\x16\xc6\x01\
        \x19\x1c\x19\x1c\x3c\x45\x00\x16\xc6\x01\x26\xfe\xff\x01\x26\x08\x00\x00\x26\xc6\x01\x00\x00";
    table(bytes, footer);
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
