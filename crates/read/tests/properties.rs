//! What holds for any bytes whatever: reading never panics, zones lie in the text, reading twice gives the same.

use model::{Article, Problem};
use proptest::prelude::*;
use read::{Options, article_from_html, article_from_text, articles_from_jsonl};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(article_from_text, &bytes);
        check(article_from_html, &bytes);
        for article in articles_from_jsonl(&bytes, "a.jsonl", &Options::default()).flatten() {
            holds(&article);
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
    ];
    for unit in odd {
        let text = unit.repeat(300_000 / unit.len());
        check(article_from_text, text.as_bytes());
        let lines: Vec<_> = articles_from_jsonl(text.as_bytes(), "a.jsonl", &Options::default()).take(3).collect();
        assert!(lines.len() <= 3);
    }
}
