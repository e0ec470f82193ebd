//! What holds for any bytes whatever: reading never panics, zones lie in the text, reading twice gives the same.

use model::{Article, Problem};
use proptest::prelude::*;
use read::{Options, article_from_html, article_from_text, articles_from_bytes, articles_from_jsonl, text_at};

fn holds(article: &Article) {
    let length = article.text.chars().count();
    let mut last = 0;
    for zone in &article.zones {
        assert!(zone.span.start() >= last, "zones overlap in {article:?}");
        assert!(zone.span.end() as usize <= length, "a zone lies outside in {article:?}");
        last = zone.span.end();
    }
    assert!(!article.text.trim().is_empty());
    assert_eq!(article.title.as_deref().map(str::trim), article.title.as_deref());
    assert!(!article.id.is_empty());
    for word in [&article.title, &article.url, &article.outlet.name, &article.language].into_iter().flatten() {
        assert!(!word.is_empty(), "unknown is none in {article:?}");
    }
}

type Reader = fn(&[u8], &str, &Options) -> Result<Article, Problem>;

fn check(reader: Reader, bytes: &[u8]) {
    let options = Options::default();
    let first = reader(bytes, "in/2019-01-24.txt", &options);
    if let Ok(article) = &first {
        holds(article);
    }
    assert_eq!(first, reader(bytes, "in/2019-01-24.txt", &options));
}

/// Pieces that news texts and pages are made of, good and bad.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        "[ -~\n]{0,40}",
        prop::sample::select(vec![
            "\n",
            "\n\n",
            "outlet: Dale Post\n",
            "date: 2031-02-30\n",
            "title: x\n",
            "By Ines Orr\n\n",
            "(Photo: X)",
            "&#39;",
            "39;a",
            "HALE, March 3 (AP) – ",
            "Subscribe to our newsletter\n",
            "Leave a Reply\n\n",
            "\u{feff}",
            "\u{202e}שלום",
            "漢字。",
            "\0",
            "“",
            "\"",
            "<p>",
            "</p>",
            "<br>",
            "<table><td>",
            "<blockquote>",
            "<script>",
            "<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":",
            "<meta name=date content=",
            "<title>a | b</title>",
            "<h1>",
            "<figure><figcaption>",
            "<!--",
            "<![CDATA[",
            "{\"text\": \"",
            "\"}",
            "[{",
            "\\ud800",
            "Jan. 24, 2019",
            " | ",
            "REUTERS/Bram",
            "(",
            ")",
            "a39;",
            "...",
            "• ",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Pieces that archives, feeds, messages and tables are made of.
fn packed_piece() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "WARC/1.0\r\n",
        "WARC-Type: response\r\n",
        "WARC-Target-URI: https://dalepost.example/mill\r\n",
        "WARC-Type: revisit\r\n",
        "Content-Length: 40\r\n",
        "Content-Length: 4\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "\r\n",
        "\n\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Encoding: br\r\n",
        "Content-Encoding: deflate\r\n",
        "5\r\n<p>It\r\n",
        "fffffffffffffff\r\n",
        "<p>It rained.</p>",
        "<rss><channel><item>",
        "<title>Mill &a; closes</title>",
        "<feed><entry><author><name>Ines Orr</name></author>",
        "<content type='xhtml'><div>",
        "</entry>",
        "</item>",
        "<![CDATA[<p>It",
        "]]>",
        "<!DOCTYPE a [<!ENTITY a '&a;'>]>",
        "<opml><outline xmlUrl='x'/>",
        "From: Ines Orr <i@dalepost.example>\nTo: b@hale.example\nSubject: =?utf-8?q?M=C3?=\n\n",
        "From a@b.example Tue Mar 14 07:30:00 2023\n",
        "Content-Type: multipart/related; boundary=b\nMIME-Version: 1.0\n\n--b\nContent-Type: text/html\n\n",
        "--b--\n",
        "title,text,url\n",
        "Mill,\"It\"\"rained\n",
        "\"",
        "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{\"content_html\": \"<p>\"}]}",
        "{\"maintext\": \"It rained.\", \"authors\": [{\"name\": 3}], \"outlet\": {\"name\": []}}\n",
        "PK\u{3}\u{4}",
        "PK\u{1}\u{2}",
        "PK\u{5}\u{6}\0\0\0\0",
    ]);
    prop_oneof![
        4 => words.prop_map(|words| words.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => prop::collection::vec(any::<u8>(), 0..60).prop_map(|bytes| gzip(&bytes)),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn check_any(bytes: Vec<u8>) {
    let read = || articles_from_bytes(bytes.clone(), "in/any", &Options::default()).collect::<Vec<_>>();
    let found = read();
    for item in &found {
        match item {
            Ok(article) => holds(article),
            Err(problem) => assert!(!problem.message.is_empty() && problem.path.is_some(), "{problem:?}"),
        }
    }
    assert_eq!(found, read());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_archive_is_read(pieces in prop::collection::vec(packed_piece(), 0..16)) {
        let bytes = pieces.concat();
        check_any(gzip(&bytes));
        check_any(bytes);
    }

    #[test]
    fn a_damaged_archive_is_read(place in 0_usize..900, bit in 0_u8..8, cut in 0_usize..1200) {
        let record = |name: &str| {
            let html = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>{name}</h1><p>It rained on {name}.</p>");
            let head = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{name}\r\nContent-Length: {}\r\n\r\n", html.len());
            format!("{head}{html}\r\n\r\n").into_bytes()
        };
        let names = ["one", "two", "three", "four"];
        for mut bytes in [names.map(record).concat(), names.map(|name| gzip(&record(name))).concat()] {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << bit;
            }
            bytes.truncate(cut);
            check_any(bytes);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(article_from_text, &bytes);
        check(article_from_html, &bytes);
        for article in articles_from_jsonl(&bytes, "a.jsonl", &Options::default()).flatten() {
            holds(&article);
        }
    }

    #[test]
    fn places_read_as_the_text_does(pieces in prop::collection::vec(piece(), 0..25), tag in "[a-z]{1,6}") {
        let page = format!("<p>It <{tag}>rained</{tag}> &amp; snowed.</p>{}<div>Two men said so.</div>", pieces.concat());
        if let Ok(article) = article_from_html(page.as_bytes(), "a.html", &Options::default()) {
            let positions = text::Positions::new(&article.text);
            for place in &article.places {
                let words = positions.slice(&article.text, place.span);
                let letters: String = words.chars().filter(|c| !c.is_whitespace()).collect();
                prop_assert_eq!(text_at(page.as_bytes(), place), letters);
            }
        }
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(piece(), 0..25)) {
        let text = pieces.concat();
        check(article_from_text, text.as_bytes());
        check(article_from_html, text.as_bytes());
        let line = serde_json::json!({ "text": text, "date": text.get(..10), "zones": [{"kind": "caption", "span": [0, 3]}] });
        for item in articles_from_jsonl(line.to_string().as_bytes(), "a.jsonl", &Options::default()).flatten() {
            assert_eq!(item.text, text);
            holds(&item);
        }
        let lines: Vec<_> = articles_from_jsonl(text.as_bytes(), "a.jsonl", &Options::default()).collect();
        let again: Vec<_> = articles_from_jsonl(text.as_bytes(), "a.jsonl", &Options::default()).collect();
        prop_assert_eq!(lines, again);
    }
}

#[test]
fn huge_and_odd_texts_take_no_longer_than_others() {
    let odd = [
        "\"",
        "“a. ",
        "(",
        "漢字。",
        "שלום ",
        "\n",
        "a\n",
        "By A B\n",
        "Comments\n",
        "&#39;",
        "39;",
        "<div>",
        "<b>",
        "{\"text\": ",
        "word ",
        "\u{301}",
        "- ",
        "<svg>",
        "<sup><a href=#1>1</a></sup",
        "<span class=mw-editsection>",
    ];
    for unit in odd {
        let text = unit.repeat(300_000 / unit.len());
        check(article_from_text, text.as_bytes());
        let lines: Vec<_> = articles_from_jsonl(text.as_bytes(), "a.jsonl", &Options::default()).take(3).collect();
        assert!(lines.len() <= 3);
    }
}
