//! What a file holds, told from its first bytes; its name only helps where they leave a choice.

use crate::table;
use std::collections::BTreeSet;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing but blanks.
    Empty,
    Text,
    Html,
    /// Lines that are JSON objects, or one JSON value.
    Json,
    /// A feed, a list of feeds or a site map.
    Feed,
    /// One message, or a page saved as one.
    Mail,
    /// Messages one after the other.
    Mailbox,
    /// Rows of values; between them stands this.
    Table(u8),
    /// A web archive.
    Warc,
    Pdf,
    /// A table of columns, packed.
    Parquet,
    /// Something that must be unpacked first.
    Packed(Packed),
    /// Not text; the word says what it is.
    Binary(&'static str),
    /// Text of a kind that is no article; the word says which.
    Unsupported(&'static str),
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    Gzip,
    Zstd,
    Zip,
}

/// How many bytes are looked at.
pub(crate) const SAMPLE: usize = 8192;

/// What a file holds, from its first [`SAMPLE`] bytes and its name.
pub(crate) fn content_of(sample: &[u8], name: &str) -> Content {
    if let Some(content) = magic(sample) {
        return content;
    }
    let extension =
        name.rsplit(['/', '\\']).next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_ascii_lowercase());
    let extension = extension.as_deref().unwrap_or("");
    // A character cut in two at the end of the sample is no reason to doubt the rest.
    let (text, _) = text::decode(cut_at_blank(sample));
    if is_binary(&text, sample) {
        return Content::Binary("no text");
    }
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Content::Empty;
    }
    let lower: String = start.chars().take(2048).collect::<String>().to_ascii_lowercase();
    if lower.starts_with('<') {
        if let Some(content) = feed_or_other_xml(&lower) {
            return content;
        }
        if is_html(&lower) || matches!(extension, "html" | "htm" | "xhtml") {
            return Content::Html;
        }
    }
    let first_line = start.lines().next().unwrap_or("");
    if is_mailbox(start) {
        return Content::Mailbox;
    }
    if is_mail(start) {
        return Content::Mail;
    }
    match extension {
        "html" | "htm" | "xhtml" if start.contains('<') => Content::Html,
        "jsonl" | "ndjson" | "json" => Content::Json,
        "eml" | "mht" | "mhtml" if is_header_line(start.lines().next().unwrap_or("")) => Content::Mail,
        "csv" => Content::Table(table::delimiter_of(first_line).unwrap_or(b',')),
        "tsv" => Content::Table(b'\t'),
        "css" | "js" | "mjs" | "map" | "svg" | "xml" | "rss" | "atom" => Content::Unsupported("part of a web site"),
        "yaml" | "yml" | "toml" | "ini" | "py" | "rs" | "sh" | "lock" => Content::Unsupported("settings or code"),
        "rtf" => Content::Unsupported("rich text"),
        _ if start.starts_with("{\\rtf") => Content::Unsupported("rich text"),
        _ if looks_like_json(start) => Content::Json,
        _ if table::delimiter_of(first_line)
            .is_some_and(|d| start.lines().nth(1).is_some_and(|row| row.contains(char::from(d)))) =>
        {
            Content::Table(table::delimiter_of(first_line).unwrap_or(b','))
        }
        _ => Content::Text,
    }
}

fn magic(sample: &[u8]) -> Option<Content> {
    const STARTS: [(&[u8], Content); 19] = [
        (b"WARC/", Content::Warc),
        (b"\x1f\x8b", Content::Packed(Packed::Gzip)),
        (b"\x28\xb5\x2f\xfd", Content::Packed(Packed::Zstd)),
        (b"PK\x03\x04", Content::Packed(Packed::Zip)),
        (b"PK\x05\x06", Content::Packed(Packed::Zip)),
        (b"%PDF-", Content::Pdf),
        (b"BZh", Content::Binary("compressed with bzip2")),
        (b"\xfd7zXZ\0", Content::Binary("compressed with xz")),
        (b"7z\xbc\xaf\x27\x1c", Content::Binary("a 7z archive")),
        (b"PAR1", Content::Parquet),
        (b"GIF8", Content::Binary("a picture")),
        (b"\x89PNG", Content::Binary("a picture")),
        (b"\xff\xd8\xff", Content::Binary("a picture")),
        (b"RIFF", Content::Binary("a picture, sound or film")),
        (b"OggS", Content::Binary("sound or film")),
        (b"ID3", Content::Binary("sound")),
        (b"\x7fELF", Content::Binary("a program")),
        (b"\xd0\xcf\x11\xe0", Content::Binary("an old office document")),
        (b"SQLite format 3\0", Content::Binary("a database")),
    ];
    STARTS.iter().find(|(start, _)| sample.starts_with(start)).map(|(_, content)| *content)
}

/// `Subject: Mill closes`: a name without blanks, a colon.
fn is_header_line(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// Header lines of which at least two can only be those of a message.
fn is_mail(start: &str) -> bool {
    const NAMES: [&str; 11] = [
        "from",
        "to",
        "subject",
        "received",
        "return-path",
        "delivered-to",
        "message-id",
        "mime-version",
        "content-type",
        "dkim-signature",
        "snapshot-content-location",
    ];
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for line in start.lines().take_while(|line| !line.is_empty()).take(200) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        if !is_header_line(line) {
            return false;
        }
        let name = line.split(':').next().unwrap_or("").to_ascii_lowercase();
        known.extend(NAMES.iter().find(|known| **known == name));
    }
    known.len() >= 2
}

/// `From mill@dalepost.example Tue Mar 14 07:30:00 2023`, then a message.
fn is_mailbox(start: &str) -> bool {
    start.starts_with("From ")
        && start
            .split_once('\n')
            .is_some_and(|(first, rest)| first.contains(|c: char| c.is_ascii_digit()) && is_mail(rest))
}

fn cut_at_blank(sample: &[u8]) -> &[u8] {
    if sample.len() < SAMPLE {
        return sample;
    }
    let end = sample.iter().rposition(|byte| byte.is_ascii_whitespace()).unwrap_or(sample.len());
    // An even cut keeps UTF-16 whole.
    sample.get(..(end & !1).max(2)).unwrap_or(sample)
}

/// Text has next to no control characters; decoding has seen to the nulls of UTF-16.
fn is_binary(text: &str, sample: &[u8]) -> bool {
    let count = text.chars().count().max(1);
    let odd = text
        .chars()
        .filter(|c| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{80}'..='\u{9f}')
        })
        .count();
    let replaced = text.chars().filter(|c| *c == '\u{fffd}').count();
    // Single nulls are damage, many are not text. In UTF-16 they are gone after decoding and halve the count.
    let nulls = if count * 2 <= sample.len() + 4 && text.len() < sample.len() * 3 / 4 {
        0
    } else {
        sample.iter().filter(|byte| **byte == 0).count()
    };
    odd * 20 > count || replaced * 5 > count || nulls * 10 > sample.len()
}

fn is_html(lower: &str) -> bool {
    const TAGS: [&str; 16] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<meta",
        "<title",
        "<article",
        "<div",
        "<p>",
        "<p ",
        "<h1",
        "<table",
        "<!--",
        "<script",
        "<time",
        "<main",
    ];
    TAGS.iter().any(|tag| lower.starts_with(tag)) || lower.contains("<html") || lower.contains("<!doctype html")
}

fn feed_or_other_xml(lower: &str) -> Option<Content> {
    let is_xml = lower.starts_with("<?xml");
    if lower.contains("<html") {
        return None;
    }
    const ROOTS: [&str; 6] = ["<rss", "<feed", "<rdf:rdf", "<opml", "<urlset", "<sitemapindex"];
    if ROOTS.iter().any(|root| lower.contains(root)) {
        return Some(Content::Feed);
    }
    is_xml.then_some(Content::Unsupported("XML"))
}

/// `{"…": ` or `[{`; braces open other texts too, but not like this.
fn looks_like_json(start: &str) -> bool {
    let inner = |open: char| start.strip_prefix(open).map(str::trim_start);
    inner('{').is_some_and(|rest| rest.starts_with('"') && rest.contains("\":"))
        || inner('[').is_some_and(|rest| rest.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::{Content, Packed, content_of};

    fn check(bytes: &[u8], name: &str, content: Content) {
        assert_eq!(content_of(bytes, name), content, "{name}");
    }

    #[test]
    fn content_decides_before_the_name() {
        check(b"<!DOCTYPE html><p>x", "mill.txt", Content::Html);
        check(b"{\"text\": \"x\"}", "mill.txt", Content::Json);
        check(b"Mill closes", "mill.html", Content::Text);
        check(b"Mill closes", "mill", Content::Text);
        check(b"{\"text\"", "a.jsonl", Content::Json);
        check(b" \n\t", "a.txt", Content::Empty);
        check(b"", "a.html", Content::Empty);
    }

    #[test]
    fn what_is_no_text_is_named() {
        check(b"%PDF-1.7 ...", "a.txt", Content::Pdf);
        check(b"PAR1\x15\x04\x15", "a", Content::Parquet);
        check(&[0, 1, 2, 3, 0, 200, 201, 7, 8, 9, 0, 0, 4], "a.txt", Content::Binary("no text"));
        check(b"<?xml version=\"1.0\"?><rss><channel>", "a.xml", Content::Feed);
        check(b"body { color: red }", "a.css", Content::Unsupported("part of a web site"));
    }

    #[test]
    fn archives_feeds_mail_and_tables_are_known() {
        check(b"WARC/1.0\r\nWARC-Type: warcinfo", "a", Content::Warc);
        check(b"\x1f\x8b\x08", "a.txt", Content::Packed(Packed::Gzip));
        check(b"From: Ines Orr <i@dalepost.example>\nSubject: Mill\n\nIt rained.", "a.txt", Content::Mail);
        check(b"outlet: Dale Post\ndate: 2023-03-14\n\nMill closes", "a.txt", Content::Text);
        check(
            b"From i@x.example Tue Mar 14 07:30:00 2023\nFrom: i@x.example\nTo: b@x.example\n\nIt",
            "a",
            Content::Mailbox,
        );
        check(b"title,text\nMill,It rained.\n", "a", Content::Table(b','));
        check(b"Summary, text\n\nIt rained.", "a.txt", Content::Text);
        check(b"<opml><body>", "a", Content::Feed);
    }

    #[test]
    fn odd_encodings_are_text() {
        check(b"\xff\xfeM\0i\0l\0l\0", "a.txt", Content::Text);
        check(b"M\0i\0l\0l\0 \0c\0", "a.txt", Content::Text);
        check(b"The M\xf6we sank \x93again\x94", "a.txt", Content::Text);
        check(b"Mill\0 closes on Monday after ninety years", "a.txt", Content::Text);
        check("мельница закрыта".as_bytes(), "a.txt", Content::Text);
    }
}
