//! What a file holds, told from its first bytes; its name only helps where they leave a choice.

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing but blanks.
    Empty,
    Text,
    Html,
    /// Lines that are JSON objects, or one JSON value.
    Json,
    /// Not text; the word says what it is.
    Binary(&'static str),
    /// Text of a kind that is no article; the word says which.
    Unsupported(&'static str),
}

/// How many bytes are looked at.
pub(crate) const SAMPLE: usize = 8192;

/// What a file holds, from its first [`SAMPLE`] bytes and its name.
pub(crate) fn content_of(sample: &[u8], name: &str) -> Content {
    if let Some(what) = magic(sample) {
        return Content::Binary(what);
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
        if let Some(what) = feed_or_other_xml(&lower) {
            return Content::Unsupported(what);
        }
        if is_html(&lower) || matches!(extension, "html" | "htm" | "xhtml") {
            return Content::Html;
        }
    }
    match extension {
        "html" | "htm" | "xhtml" if start.contains('<') => Content::Html,
        "jsonl" | "ndjson" | "json" => Content::Json,
        "css" | "js" | "mjs" | "map" | "svg" | "xml" | "rss" | "atom" => Content::Unsupported("part of a web site"),
        "csv" | "tsv" => Content::Unsupported("a table"),
        "yaml" | "yml" | "toml" | "ini" | "py" | "rs" | "sh" | "lock" => Content::Unsupported("settings or code"),
        "eml" | "mbox" => Content::Unsupported("mail"),
        "rtf" => Content::Unsupported("rich text"),
        _ if start.starts_with("{\\rtf") => Content::Unsupported("rich text"),
        _ if looks_like_json(start) => Content::Json,
        _ => Content::Text,
    }
}

fn magic(sample: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 17] = [
        (b"%PDF-", "PDF"),
        (b"PK\x03\x04", "a zip archive or office document"),
        (b"\x1f\x8b", "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
        (b"BZh", "compressed with bzip2"),
        (b"\xfd7zXZ\0", "compressed with xz"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"WARC/", "a web archive (WARC)"),
        (b"GIF8", "a picture"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"RIFF", "a picture, sound or film"),
        (b"OggS", "sound or film"),
        (b"ID3", "sound"),
        (b"\x7fELF", "a program"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
        (b"SQLite format 3\0", "a database"),
    ];
    STARTS.iter().find(|(start, _)| sample.starts_with(start)).map(|(_, what)| *what)
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

fn feed_or_other_xml(lower: &str) -> Option<&'static str> {
    let is_xml = lower.starts_with("<?xml");
    if lower.contains("<html") {
        return None;
    }
    if lower.contains("<rss") || lower.contains("<feed") || lower.contains("<rdf:rdf") {
        return Some("a feed");
    }
    if lower.contains("<urlset") || lower.contains("<sitemapindex") {
        return Some("a site map");
    }
    is_xml.then_some("XML")
}

/// `{"…": ` or `[{`; braces open other texts too, but not like this.
fn looks_like_json(start: &str) -> bool {
    let inner = |open: char| start.strip_prefix(open).map(str::trim_start);
    inner('{').is_some_and(|rest| rest.starts_with('"') && rest.contains("\":"))
        || inner('[').is_some_and(|rest| rest.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::{Content, content_of};

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
        check(b"%PDF-1.7 ...", "a.txt", Content::Binary("PDF"));
        check(&[0, 1, 2, 3, 0, 200, 201, 7, 8, 9, 0, 0, 4], "a.txt", Content::Binary("no text"));
        check(b"<?xml version=\"1.0\"?><rss><channel>", "a.xml", Content::Unsupported("a feed"));
        check(b"body { color: red }", "a.css", Content::Unsupported("part of a web site"));
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
