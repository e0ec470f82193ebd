//! Pages that we wrote ourselves, each after a family of layouts, and what must be read from them.
//!
//! `layouts/expected.jsonl` has a line for each page of `layouts/`: headline, date, authors, pieces that the text must
//! hold, must hold once only, and must not hold, captions, and codes of problems. Names, outlets and sentences are invented.

use model::{Article, ZoneKind};
use read::{Options, article_from_html, text_at};
use serde_json::Value;
use std::path::Path;

/// Of all pieces, so many in a hundred are right. Falling below fails.
const PIECES_FLOOR: f64 = 98.0;

fn pages() -> Vec<(Value, Vec<u8>, Article)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layouts");
    let expected = std::fs::read_to_string(folder.join("expected.jsonl")).expect("the expectations are there");
    let read = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("each line is JSON");
        let name = format!("{}.html", row["page"].as_str().expect("each line names its page"));
        let bytes = std::fs::read(folder.join(&name)).expect("the page is there");
        let article = article_from_html(&bytes, &name, &Options::default()).expect("there is text");
        (row, bytes, article)
    };
    expected.lines().map(read).collect()
}

/// Headline, body and quotations, without what is marked as something else.
fn told(article: &Article) -> String {
    of_kinds(article, &[ZoneKind::Headline, ZoneKind::Body, ZoneKind::Quotation])
}

fn of_kinds(article: &Article, kinds: &[ZoneKind]) -> String {
    let positions = text::Positions::new(&article.text);
    let spans =
        text::paragraphs(&article.text).into_iter().filter(|span| kinds.contains(&article.zone_at(span.start())));
    spans.map(|span| positions.slice(&article.text, span)).collect::<Vec<_>>().join(" ")
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn headlines_dates_and_authors_are_read_from_all_layouts() {
    let mut wrong = Vec::new();
    for (row, _, article) in pages() {
        let date = article.published.as_ref().and_then(|date| date.value.get(..10)).unwrap_or("");
        let checks = [
            ("title", row["title"].as_str().unwrap_or("").to_owned(), article.title.clone().unwrap_or_default()),
            ("date", row["date"].as_str().unwrap_or("").to_owned(), date.to_owned()),
            ("authors", texts(&row["authors"]).join(", "), article.authors.join(", ")),
            (
                "problems",
                texts(&row["problems"]).join(", "),
                article.problems.iter().map(|problem| problem.code.clone()).collect::<Vec<_>>().join(", "),
            ),
        ];
        for (what, expected, found) in checks {
            if expected != found {
                wrong.push(format!("{}: {what} should be `{expected}` and is `{found}`", row["page"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_text_is_found_and_the_furniture_left_out() {
    let (mut right, mut all) = (0_u32, 0_u32);
    let mut wrong = Vec::new();
    for (row, _, article) in pages() {
        let text = told(&article);
        let mut count = |piece: &str, is_right: bool| {
            all += 1;
            right += u32::from(is_right);
            if !is_right {
                wrong.push(format!("{}: {piece}", row["page"]));
            }
        };
        texts(&row["with"]).iter().for_each(|piece| count(piece, text.contains(piece.as_str())));
        texts(&row["without"]).iter().for_each(|piece| count(piece, !text.contains(piece.as_str())));
        texts(&row["once"]).iter().for_each(|piece| count(piece, text.matches(piece.as_str()).count() == 1));
        let captions = of_kinds(&article, &[ZoneKind::Caption]);
        texts(&row["captions"]).iter().for_each(|piece| count(piece, captions.contains(piece.as_str())));
    }
    let share = 100.0 * f64::from(right) / f64::from(all);
    assert!(share >= PIECES_FLOOR, "{share:.1} of a hundred pieces are right: {wrong:#?}");
}

#[test]
fn places_read_as_the_text_does() {
    let mut found = 0;
    for (row, bytes, article) in pages() {
        let positions = text::Positions::new(&article.text);
        for place in &article.places {
            let words = positions.slice(&article.text, place.span);
            let letters: String = words.chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(text_at(&bytes, place), letters, "{}", row["page"]);
            found += 1;
        }
        let body = text::paragraphs(&article.text).len();
        // What only the page's data holds stands nowhere on the page.
        if !["script-only", "app-state"].iter().any(|page| row["page"] == *page) {
            assert!(article.places.len() * 10 + 10 >= body * 9, "{}: {} of {body}", row["page"], article.places.len());
        }
    }
    assert!(found > 100);
}
