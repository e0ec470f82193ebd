//! Archives as users have them: web archives in any state, packed files, files in files, and all of them in one folder.

use flate2::{Compression, write::GzEncoder};
use model::{Article, Problem};
use read::{Options, articles, articles_from_bytes};
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let settings = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        writer.start_file(*name, settings).expect("memory takes all");
        writer.write_all(bytes).expect("memory takes all");
    }
    writer.finish().expect("memory takes all").into_inner()
}

fn record(kind: &str, url: &str, more: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-03-15T10:00:00Z\r\n{more}Content-Type: application/http;msgtype={kind}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn page(name: &str) -> Vec<u8> {
    let html = format!(
        "<html><head><title>{name}</title></head><body><h1>{name} closes</h1><p>It rained on {name}.</p></body></html>"
    );
    [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", html.as_bytes()].concat()
}

fn response(name: &str) -> Vec<u8> {
    let digest = format!("WARC-Payload-Digest: sha1:{name}\r\n");
    record("response", &format!("https://dalepost.example/{name}"), &digest, &page(name))
}

fn read(bytes: Vec<u8>, name: &str) -> Vec<Result<Article, Problem>> {
    articles_from_bytes(bytes, name, &Options::default()).collect()
}

/// Headline of each article with the codes of its problems, code of each problem.
fn seen(found: &[Result<Article, Problem>]) -> Vec<String> {
    found
        .iter()
        .map(|item| match item {
            Ok(article) => {
                let codes = article.problems.iter().map(|problem| format!(" !{}", problem.code));
                article.title.clone().unwrap_or_default() + &codes.collect::<String>()
            }
            Err(problem) => format!("!{}", problem.code),
        })
        .collect()
}

#[test]
fn pages_of_a_web_archive_are_articles() {
    let bytes = [
        record("warcinfo", "", "", b"software: none\r\n"),
        record("request", "https://dalepost.example/mill", "", b"GET /mill HTTP/1.1\r\n\r\n"),
        response("mill"),
        record(
            "response",
            "https://dalepost.example/a.png",
            "",
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG",
        ),
        record(
            "response",
            "https://dalepost.example/gone",
            "",
            b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>Gone.</p>",
        ),
        record(
            "response",
            "https://dalepost.example/robots.txt",
            "",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nDisallow: /",
        ),
        record(
            "revisit",
            "https://dalepost.example/mill",
            "WARC-Payload-Digest: sha1:mill\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        record(
            "revisit",
            "https://dalepost.example/kiln",
            "WARC-Payload-Digest: sha1:kiln\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        response("boat"),
    ]
    .concat();
    let found = read(bytes.clone(), "2019-01-24-a.warc");
    assert_eq!(seen(&found), ["mill closes", "!page-elsewhere", "boat closes"]);
    let article = found[0].as_ref().expect("an article");
    assert_eq!(article.url.as_deref(), Some("https://dalepost.example/mill"));
    assert_eq!(article.outlet.domain.as_deref(), Some("dalepost.example"));
    // The archive's name says nothing of a page's date, and the day of fetching is not that of publication.
    assert_eq!(article.published, None);
    assert_eq!(seen(&read(gzip(&bytes), "a.warc.gz")), ["mill closes", "!page-elsewhere", "boat closes"]);
}

#[test]
fn bodies_are_joined_and_unpacked() {
    let html = b"<h1>mill closes</h1><p>It rained.</p>";
    let packed = gzip(html);
    let chunked = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
    let head =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let bytes = record("response", "https://dalepost.example/mill", "", &[&head[..], &chunked].concat());
    assert_eq!(seen(&read(bytes, "a.warc")), ["mill closes"]);
}

#[test]
fn a_broken_record_costs_itself_alone() {
    let mut broken = gzip(&response("kiln"));
    broken.iter_mut().skip(20).take(20).for_each(|byte| *byte ^= 0xa5);
    let bytes =
        [gzip(&response("mill")), broken, gzip(&response("boat")), gzip(&response("dale"))[..60].to_vec()].concat();
    let found = read(bytes, "a.warc.gz");
    assert_eq!(seen(&found), ["mill closes", "!broken-record", "boat closes", "!broken-record"]);
    let problem = found[1].as_ref().expect_err("it is broken");
    let place = format!("at byte {} of `a.warc.gz`", gzip(&response("mill")).len());
    assert!(problem.message.contains(&place), "{}", problem.message);
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let lie = |name: &str, length: &str| {
        let text = String::from_utf8(response(name)).expect("it is text");
        let (head, rest) = text.split_once("Content-Length: ").expect("it has one");
        let (_, rest) = rest.split_once("\r\n").expect("it ends");
        format!("{head}Content-Length: {length}\r\n{rest}").into_bytes()
    };
    let bytes =
        [lie("mill", "7"), lie("kiln", "999999"), response("boat"), lie("dale", "none"), response("orr")].concat();
    assert_eq!(
        seen(&read(bytes, "a.warc")),
        [
            "mill closes !wrong-length",
            "kiln closes !wrong-length",
            "boat closes",
            "dale closes !wrong-length",
            "orr closes"
        ],
    );
    let cut = response("mill");
    let cut = cut[..cut.len() - 30].to_vec();
    assert_eq!(
        seen(&read([response("boat"), cut].concat(), "a.warc")),
        ["boat closes", "mill closes !truncated-record"]
    );
}

#[test]
fn files_in_archives_in_archives_are_read() {
    let wacz = zip(&[
        ("datapackage.json", b"{}"),
        ("pages/pages.jsonl", b"{\"url\": \"x\"}"),
        ("archive/data.warc.gz", &gzip(&response("mill"))),
    ]);
    let bytes = zip(&[
        ("one.txt", b"Kiln cracks\n\nIt was old."),
        ("in/two.html", b"<h1>Boat sinks</h1><p>Two men swam.</p>"),
        ("__MACOSX/._two.html", b"x"),
        ("crawl.wacz", &wacz),
        ("lines.jsonl.gz", &gzip(b"{\"text\": \"Dale\\n\\nIt snowed.\"}\n")),
    ]);
    let found = read(bytes, "all.zip");
    assert_eq!(seen(&found), ["Kiln cracks", "Boat sinks", "mill closes", "Dale"]);
    assert_eq!(found[1].as_ref().expect("an article").path.as_deref(), Some("all.zip/in/two.html"));
}

#[test]
fn archives_without_end_are_stopped() {
    let mut bytes = b"Mill closes".to_vec();
    for _ in 0..6 {
        bytes = gzip(&bytes);
    }
    assert_eq!(seen(&read(bytes, "a.gz")), ["!archive-too-deep"]);
    let bomb = gzip(&vec![b' '; 200 << 20]);
    assert_eq!(seen(&read(bomb, "a.txt.gz")), ["!unpacks-without-end"]);
    let lines: String =
        (0..20_000_u64).map(|n| format!("{{\"text\": \"{}.\"}}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let cut = gzip(lines.as_bytes());
    let found = read(cut[..cut.len() / 2].to_vec(), "a.jsonl.gz");
    assert!(seen(&found).last().is_some_and(|last| last == "!broken-archive"), "{:?}", seen(&found).last());
    assert!(found.len() > 100);
    assert_eq!(seen(&read(b"PK\x03\x04 and no more".to_vec(), "a.zip")), ["!broken-archive"]);
}

#[test]
fn word_documents_are_read() {
    let document = "<?xml version='1.0'?><w:document><w:body><w:p><w:pPr><w:pStyle w:val='Title'/></w:pPr><w:r><w:t>Mill closes</w:t></w:r></w:p>\
        <w:p><w:r><w:t>It rai</w:t></w:r><w:r><w:t xml:space='preserve'>ned &amp; </w:t></w:r><w:r><w:t>snowed.</w:t></w:r></w:p></w:body></w:document>";
    let about = "<cp:coreProperties><dc:creator>Ines Orr</dc:creator><dcterms:created>2023-03-14T09:30:00Z</dcterms:created></cp:coreProperties>";
    let bytes = zip(&[("word/document.xml", document.as_bytes()), ("docProps/core.xml", about.as_bytes())]);
    let article = read(bytes, "a.docx").remove(0).expect("an article");
    assert_eq!(article.text, "Mill closes\n\nIt rained & snowed.");
    assert_eq!(
        (article.authors, article.published.map(|p| p.value)),
        (vec!["Ines Orr".to_owned()], Some("2023-03-14T09:30Z".into()))
    );
}

#[test]
fn the_lines_of_other_programs_are_articles() {
    let check = |line: &str| {
        let article = read(line.as_bytes().to_vec(), "a.jsonl").remove(0).expect("an article");
        assert_eq!(article.title.as_deref(), Some("Mill closes"), "{line}");
        assert_eq!(article.text, "It rained.\n\nIt was cold.", "{line}");
        assert_eq!(
            article.published.map(|p| p.value.get(..10).map(str::to_owned)),
            Some(Some("2023-03-14".into())),
            "{line}"
        );
        assert_eq!(article.outlet.domain.as_deref(), Some("dalepost.example"), "{line}");
    };
    // news-please, fundus, newspaper4k, Media Cloud.
    check(
        r#"{"authors": ["Ines Orr"], "date_download": "2023-03-20", "date_publish": "2023-03-14 09:30:00", "description": "Short.", "maintext": "It rained.\n\nIt was cold.", "source_domain": "dalepost.example", "title": "Mill closes", "url": null}"#,
    );
    check(
        r#"{"title": "Mill closes", "plaintext": null, "body": {"summary": ["It rained."], "sections": [{"headline": [], "paragraphs": ["It was cold."]}]}, "authors": ["Ines Orr"], "publishing_date": "2023-03-14 09:30:00+00:00", "url": "https://www.dalepost.example/mill"}"#,
    );
    check(
        r#"{"url": "https://dalepost.example/mill", "title": "Mill closes", "text": "It rained.\n\nIt was cold.", "authors": [], "publish_date": "2023-03-14T09:30:00", "summary": "", "html": "<p>x"}"#,
    );
    check(
        r#"{"id": "8f", "media_name": "Dale Post", "media_url": "dalepost.example", "title": "Mill closes", "publish_date": "2023-03-14", "url": "", "text_content": "It rained.\n\nIt was cold."}"#,
    );
}

#[test]
fn a_json_feed_gives_its_items() {
    let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Dale Post", "items": [
        {"id": "1", "url": "https://dalepost.example/mill", "title": "Mill closes", "content_html": "<p>It rained.</p>", "date_published": "2023-03-14T09:30:00Z"},
        {"id": "2", "title": "Kiln cracks", "content_text": "It was old.\nIt was <cold>.", "authors": [{"name": "Ines Orr"}]}, {"id": "3"}]}"#;
    let found = read(feed.as_bytes().to_vec(), "feed.json");
    assert_eq!(found.len(), 3);
    let second = found[1].as_ref().expect("an article");
    assert_eq!((second.text.as_str(), second.authors.len()), ("Kiln cracks\n\nIt was old.\n\nIt was <cold>.", 1));
    assert_eq!(found[2].as_ref().expect_err("nothing").code, "no-text");
}

#[test]
fn one_folder_may_hold_all_kinds() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("files can be written");
    write("a.txt", b"One closes\n\nIt rained.");
    write("b.warc.gz", &[gzip(&response("two")), gzip(&response("three"))].concat());
    write("c.zip", &zip(&[("x/four.html", b"<h1>Four closes</h1><p>It rained.</p>")]));
    write(
        "d.xml",
        b"<rss><channel><item><title>Five closes</title><description>It rained.</description></item></channel></rss>",
    );
    write("e.csv", b"title,text\nSix closes,It rained.\n");
    write("f.eml", b"From: a@dalepost.example\nTo: b@hale.example\nSubject: Seven closes\n\nIt rained.\n");
    write("g.jsonl.gz", &gzip(b"{\"text\": \"Eight closes\\n\\nIt rained.\"}\n"));
    let found: Vec<_> = articles(&[folder.path().to_string_lossy().into_owned()], &Options::default()).collect();
    assert_eq!(
        seen(&found),
        [
            "One closes",
            "two closes",
            "three closes",
            "Four closes",
            "Five closes !summary-only",
            "Six closes",
            "Seven closes",
            "Eight closes"
        ]
    );
}
