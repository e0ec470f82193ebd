//! The example story as a web archive and as feeds: made of its pages and texts, committed, and read here.
//!
//!     TELLINGS_WRITE_EXAMPLES=1 cargo test -p tellings-read --test examples      writes them anew
//!
//! The archive has a record for each page, the feed of each outlet an item with the whole text.

use read::{Options, articles};
use std::fs;
use std::path::{Path, PathBuf};

fn example(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/quisara-plane").join(part)
}

/// Names and bytes of the files of a folder, in order.
fn files(part: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(example(part))
        .expect("the example is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).expect("the file can be read"))).collect()
}

/// A header line of an example's text.
fn header<'t>(text: &'t str, key: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).unwrap_or("")
}

fn archive() -> Vec<u8> {
    let mut written = Vec::new();
    for ((_, page), (_, text)) in files("html").into_iter().zip(files("text")) {
        let text = String::from_utf8(text).expect("the texts are UTF-8");
        let answer = [&b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"[..], &page].concat();
        let head = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {}\r\nWARC-Date: 2011-10-20T12:00:00Z\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n",
            header(&text, "url"),
            answer.len()
        );
        written.extend_from_slice(head.as_bytes());
        written.extend_from_slice(&answer);
        written.extend_from_slice(b"\r\n\r\n");
    }
    written
}

fn feed() -> Vec<u8> {
    let escaped = |words: &str| words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut written = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>The plane of Port Amaril</title>\n",
    );
    for (_, text) in files("text") {
        let text = String::from_utf8(text).expect("the texts are UTF-8");
        let (_, body) = text.split_once("\n\n").expect("header lines end with an empty line");
        let (title, body) = body.trim().split_once("\n\n").expect("the headline stands alone");
        let paragraphs: String =
            body.split("\n\n").map(|paragraph| format!("<p>{}</p>", escaped(paragraph.trim()))).collect();
        written += &format!(
            "<entry>\n<title>{}</title>\n<link href=\"{}\"/>\n<published>{}</published>\n<source><title>{}</title></source>\n<content type=\"html\">{}</content>\n</entry>\n",
            escaped(title),
            escaped(header(&text, "url")),
            header(&text, "date"),
            escaped(header(&text, "outlet")),
            escaped(&paragraphs)
        );
    }
    written += "</feed>\n";
    written.into_bytes()
}

#[test]
fn the_archive_and_the_feed_are_made_of_the_pages_and_texts() {
    for (name, made) in [("archive/quisara-plane.warc", archive()), ("feed/quisara-plane.xml", feed())] {
        let path = example(name);
        if std::env::var_os("TELLINGS_WRITE_EXAMPLES").is_some() {
            fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("folders can be made");
            fs::write(&path, &made).expect("files can be written");
        }
        let found = fs::read(&path).expect("it was written once with TELLINGS_WRITE_EXAMPLES=1");
        assert!(found == made, "{name} is older than the pages: write it anew");
    }
}

#[test]
fn the_story_is_the_same_in_all_its_forms() {
    let read = |part: &str| -> Vec<(Option<String>, Option<String>)> {
        let found = articles(&[example(part).to_string_lossy().into_owned()], &Options::default());
        found
            .map(|item| item.expect("the example can be read"))
            .map(|article| (article.title, article.published.and_then(|date| date.value.get(..10).map(str::to_owned))))
            .collect()
    };
    assert_eq!(read("archive"), read("html"));
    assert_eq!(read("feed"), read("text"));
}
