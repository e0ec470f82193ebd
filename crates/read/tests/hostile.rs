//! Input that was made to hurt: each in bounded time, with a word that says what was wrong, and the rest is read.
//!
//! The sizes are those that the names say where `TELLINGS_SLOW` is set; else a tenth.

use read::{Options, article_from_html, articles, articles_from_bytes};
use std::io::Write;
use std::time::{Duration, Instant};

fn is_full_size() -> bool {
    std::env::var_os("TELLINGS_SLOW").is_some()
}

/// What is read, as lines: titles or texts, and codes of problems.
fn check(bytes: Vec<u8>, name: &str, most: Duration) -> Vec<String> {
    let start = Instant::now();
    let options = Options::default();
    let lines = articles_from_bytes(bytes, name, &options)
        .map(|item| match item {
            Ok(article) => {
                let codes: Vec<&str> = article.problems.iter().map(|problem| problem.code.as_str()).collect();
                format!("{} {codes:?}", article.text.split('\n').next_back().unwrap_or("").trim())
            }
            Err(problem) => problem.code,
        })
        .collect();
    assert!(start.elapsed() < most, "{name}: {:?}", start.elapsed());
    lines
}

#[test]
fn tags_nested_ten_thousand_deep_take_no_longer_than_others() {
    for tags in [
        &["table", "tr", "td"][..],
        &["div"],
        &["b", "i"],
        &["ul", "li"],
        &["details", "summary"],
        &["x-card"],
        &["main", "header", "form"],
        &["nobr"],
        &["svg"],
        &["em", "p"],
        &["h1"],
        &["button"],
    ] {
        let open: String = tags.iter().map(|tag| format!("<{tag}>")).collect();
        let close: String = tags.iter().rev().map(|tag| format!("</{tag}>")).collect();
        for page in [
            format!("<html>{}It rained.{}", open.repeat(10_000), close.repeat(10_000)),
            format!("<html>{}It rained.", open.repeat(10_000)),
            format!("<html>It rained.{}", close.repeat(10_000)),
        ] {
            let start = Instant::now();
            let article = article_from_html(page.as_bytes(), "deep.html", &Options::default());
            assert!(start.elapsed() < Duration::from_secs(20), "{tags:?}: {:?}", start.elapsed());
            // Buttons and drawings are no text; all else is found.
            let is_text = !tags.contains(&"svg") && !tags.contains(&"button") && !tags.contains(&"form");
            assert!(!is_text || article.is_ok_and(|article| article.text.contains("It rained.")), "{tags:?}");
        }
    }
}

#[test]
fn a_page_of_a_hundred_megabytes_is_read_without_a_parser() {
    let size = if is_full_size() { 100 << 20 } else { 20 << 20 };
    let paragraph = "<p>The mill of Hale closed on Monday, its owner said; nobody had asked her to.</p>\n";
    let mut page = String::from("<html><body>");
    page.push_str(&paragraph.repeat(size / paragraph.len()));
    let found = check(page.into_bytes(), "large.html", Duration::from_secs(120));
    assert_eq!(
        found,
        ["The mill of Hale closed on Monday, its owner said; nobody had asked her to. [\"page-not-parsed\"]"]
    );
}

#[test]
fn a_feed_whose_entities_refer_to_themselves_gives_its_items() {
    let mut names = String::from("<!ENTITY a \"ha\"><!ENTITY self \"&self;\">");
    for (inner, outer) in "abcdefghijk".chars().zip("bcdefghijkl".chars()) {
        names += &format!("<!ENTITY {outer} \"{}\">", format!("&{inner};").repeat(10));
    }
    let feed = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [{names}<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><channel>\
         <item><title>Mill</title><description>It rained &l; &self; &x; all day, and the mill of Hale closed.</description></item>\
         <item><title>Kiln</title><description>It cracked.</description></item></channel></rss>"
    );
    let found = check(feed.into_bytes(), "feed.xml", Duration::from_secs(5));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("all day") && !found[0].contains("root") && !found[0].contains("hahaha"), "{found:?}");
}

#[test]
fn what_was_made_to_hurt_costs_nothing_beside_it() {
    let pack = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(bytes).expect("memory can be written");
        packed.finish().expect("memory can be written")
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("it can be written");
    write("1-bomb.html.gz", &pack(&pack(&vec![b' '; if is_full_size() { 1 << 30 } else { 100 << 20 }])));
    write("2-deep.html", format!("{}x", "<table><tr><td>".repeat(10_000)).as_bytes());
    let record = |length: &str, url: &str| {
        let body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>It rained on Hale.</p>";
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{url}\r\nContent-Length: {length}\r\n\r\n{body}\r\n\r\n"
        )
    };
    let lies = ["0", "18446744073709551615", "-4", "99999999", "12", "x"];
    write("3-lies.warc", lies.map(|length| record(length, length)).concat().as_bytes());
    write("4-mill.html", b"<html><p>The mill of Hale closed on Monday.</p>");
    let start = Instant::now();
    let paths = [folder.path().to_string_lossy().into_owned()];
    let items: Vec<_> = articles(&paths, &Options::default()).collect();
    assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
    let last = items.last().expect("there is something").as_ref().expect("the last is an article");
    assert_eq!(last.text, "The mill of Hale closed on Monday.");
    // The bomb is named; each record is read to the next one and says that its length is wrong.
    let is_bomb =
        |problem: &model::Problem| problem.code == "unpacks-without-end" && problem.message.contains("1-bomb");
    assert!(items.iter().any(|item| item.as_ref().is_err_and(is_bomb)), "{items:?}");
    let lying = items.iter().flatten().filter(|article| {
        article.text == "It rained on Hale." && article.problems.iter().any(|problem| problem.code == "wrong-length")
    });
    assert_eq!(lying.count(), lies.len());
}
