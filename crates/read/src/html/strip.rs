//! HTML without a parser: what to do with pages that are too much for one, in one pass.

use super::{Paragraph, line, places};

/// Larger pages are data, not articles; extraction takes two seconds a megabyte at worst.
const LARGEST: usize = 16 << 20;
/// Parsers look through all open tags at each new one: this deep it begins to show.
const DEEPEST: i64 = 2000;

/// Whether a page can be given to a parser: neither huge nor nested without end.
pub(super) fn is_parsable(html: &str) -> bool {
    const NESTED: [&str; 12] =
        ["div", "span", "section", "table", "ul", "ol", "dl", "blockquote", "center", "article", "font", "a"];
    if html.len() > LARGEST {
        return false;
    }
    let mut depth: i64 = 0;
    let mut deepest = 0;
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (step, rest) = rest.strip_prefix('/').map_or((1, rest), |rest| (-1, rest));
        let name = rest.get(..rest.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count()).unwrap_or("");
        if NESTED.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
            depth = (depth + step).max(0);
            deepest = deepest.max(depth);
        }
    }
    deepest <= DEEPEST
}

/// A page without what holds no text and only costs time: scripts but for linked data, style sheets, comments, and
/// pictures that are written into it (`data:`), of which pages that a browser saved in one file are full.
pub(super) fn lighter(html: &str) -> String {
    let mut kept = String::with_capacity(html.len() / 2);
    let mut endless = false;
    // Blanks between two tags of which one ends a line are a node of the tree, and half of all nodes are such.
    let mut is_behind_block = false;
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let before = rest.get(..at).unwrap_or("");
        rest = rest.get(at..).unwrap_or("");
        let is_before_block = is_block(rest);
        if !(is_behind_block || is_before_block) || !before.bytes().all(|byte| byte.is_ascii_whitespace()) {
            kept.push_str(before);
        }
        let length = places::tag(rest).unwrap_or(1).max(1);
        let tag = rest.get(..length).unwrap_or(rest);
        rest = rest.get(length..).unwrap_or("");
        let is = |name: &str| tag.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if tag.starts_with("<!--") {
            // A comment divides nothing.
        } else if is("style") || is("script") && !is_linked_data(tag) {
            // Their end tag follows and would be one too many.
            rest = rest.get(memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1)..).unwrap_or("");
        } else if let Some(end) = end_of_mark(tag, rest, &mut endless) {
            rest = rest.get(end..).unwrap_or("");
        } else {
            is_behind_block = is_before_block;
            if is("script") {
                kept.push_str(tag);
            } else {
                push_named_attributes(tag, &mut kept);
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// Whether HTML begins with a tag at which a line ends, wherever it stands.
fn is_block(html: &str) -> bool {
    let name = html.strip_prefix('<').unwrap_or(html);
    let name = name.strip_prefix('/').unwrap_or(name);
    let length = name.bytes().take(11).take_while(u8::is_ascii_alphanumeric).count();
    let mut lower = [0; 11];
    let (Some(lower), Some(name)) = (lower.get_mut(..length), name.as_bytes().get(..length)) else { return false };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"p" | b"div"
            | b"li"
            | b"ul"
            | b"ol"
            | b"dl"
            | b"dt"
            | b"dd"
            | b"table"
            | b"thead"
            | b"tbody"
            | b"tr"
            | b"td"
            | b"th"
            | b"section"
            | b"article"
            | b"header"
            | b"footer"
            | b"nav"
            | b"aside"
            | b"main"
            | b"figure"
            | b"figcaption"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"blockquote"
            | b"form"
            | b"hr"
            | b"link"
            | b"meta"
            | b"head"
            | b"body"
            | b"html"
    )
}

/// A page without its head and what says of itself that it is no article: menus, footers, drop-down lists. The engine that
/// looks for the article drops them in any case, after it has copied them several times.
pub(super) fn without_furniture(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    // Those that never end are looked for once.
    let mut endless: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (before, tag) = rest.split_at(at);
        kept.push_str(before);
        let name = FURNITURE.iter().copied().find(|name| opens(tag, name) && !endless.contains(name));
        let end = name.and_then(|name| behind_element(tag, name));
        match (name, end) {
            (Some(name), None) => endless.push(name),
            (Some("head"), Some(_)) => kept.push_str(HEAD),
            _ => {}
        }
        let end = end.unwrap_or_else(|| {
            kept.push('<');
            1
        });
        rest = tag.get(end..).unwrap_or("");
    }
    kept.push_str(rest);
    kept
}

/// A start tag with those of its attributes that are read, by us or by the engine, which copies each of them with every
/// copy of the page; without pictures that are written into it (`src="data:image/png;base64,…"`).
fn push_named_attributes(tag: &str, kept: &mut String) {
    /// Only addresses, names and what is said are longer.
    const LONG: usize = 200;
    const NAMES: [&str; 24] = [
        "class",
        "id",
        "href",
        "content",
        "property",
        "name",
        "rel",
        "src",
        "alt",
        "title",
        "type",
        "role",
        "itemprop",
        "itemtype",
        "datetime",
        "lang",
        "hidden",
        "aria-hidden",
        "aria-modal",
        "http-equiv",
        "data-component",
        "data-testid",
        "data-preloaded",
        "data-lp-replacement-content",
    ];
    let Some(names_end) = tag.find(|c: char| c.is_ascii_whitespace()).filter(|_| tag.contains('=')) else {
        kept.push_str(tag);
        return;
    };
    let (name, mut rest) = tag.split_at(names_end);
    kept.push_str(name);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        // A `=` that begins an attribute is part of its name.
        let name_end = rest
            .char_indices()
            .find(|(at, c)| *at > 0 && (c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')))
            .map_or(rest.len(), |(at, _)| at);
        let (name, behind) = rest.split_at(name_end);
        let value = behind.trim_start().strip_prefix('=').map(str::trim_start);
        let value_end = value.map(|value| match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value.get(1..).and_then(|rest| rest.find(quote)).map_or(value.len(), |end| end + 2)
            }
            _ => value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len()),
        });
        let (value, behind) = match value.zip(value_end) {
            Some((value, end)) => value.split_at(end),
            None => ("", behind),
        };
        let is_known = NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
            || name.eq_ignore_ascii_case("style") && (value.contains("display") || value.contains("visibility"));
        if is_known {
            let is_read = ["class", "href", "content", "alt", "title"].iter().any(|n| n.eq_ignore_ascii_case(name));
            if value.len() <= LONG || is_read && !value.contains("data:") {
                kept.push(' ');
                kept.push_str(name);
                if !value.is_empty() {
                    kept.push('=');
                    kept.push_str(value);
                }
            }
        }
        rest = behind;
    }
    kept.push('>');
}

/// What the engine would otherwise look for in all of the page, to no use: its findings about author and site are not read.
const HEAD: &str = include_str!("strip/head.html");

const FURNITURE: [&str; 8] = ["head", "nav", "footer", "select", "aside", "iframe", "button", "textarea"];

/// Whether HTML begins with the start tag of this name.
fn opens(html: &str, name: &str) -> bool {
    let bytes = html.as_bytes();
    bytes.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len() + 1).is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

/// Behind the end tag of the element that HTML begins with, others of its name inside it passed over.
fn behind_element(html: &str, name: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'<', html.as_bytes().get(from..)?)?;
        let tag = html.get(at..)?;
        if opens(tag, name) {
            open += 1;
        } else if tag.as_bytes().get(1) == Some(&b'/') && opens(tag.get(1..)?, name) {
            open = open.saturating_sub(1);
            if open == 0 {
                return Some(at + memchr::memchr(b'>', tag.as_bytes())? + 1);
            }
        }
        from = at + 1;
    }
}

/// Where something ends that is drawn or pointed at and no text: a drawing (`svg`), the number of a footnote, the
/// «[edit]» of a wiki. `None` where the tag opens none. `endless` where one has no end: the search goes through all of the
/// page and is not made again.
fn end_of_mark(tag: &str, rest: &str, endless: &mut bool) -> Option<usize> {
    /// A footnote's number with its link.
    const SHORT: usize = 400;
    if *endless {
        return None;
    }
    let name = tag.get(1..)?.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    if name.eq_ignore_ascii_case("svg") && !tag.ends_with("/>") {
        let end = behind_end(rest, "</svg");
        *endless |= end.is_none();
        return end;
    }
    if name.eq_ignore_ascii_case("sup") {
        let end = memchr::memmem::find(rest.as_bytes().get(..SHORT.min(rest.len()))?, b"</sup")?;
        let inner = rest.get(..end)?;
        let number = inner.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect::<String>();
        let number = number.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')'));
        let points = inner.contains("href=\"#") || inner.contains("href='#") || inner.contains("href=#");
        let is_note = points && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let behind = end + "</sup".len();
        return (is_note && rest.as_bytes().get(behind) == Some(&b'>')).then_some(behind + 1);
    }
    if tag.contains("mw-editsection") && name == "span" {
        let end = end_of_spans(rest);
        *endless |= end.is_none();
        return end;
    }
    None
}

/// Behind the first tag that begins so.
fn behind_end(rest: &str, tag: &str) -> Option<usize> {
    let at = memchr::memmem::find(rest.as_bytes(), tag.as_bytes())?;
    Some(at + rest.get(at..)?.find('>')? + 1)
}

/// Behind the end tag that closes a span which is open, other spans inside it passed over.
fn end_of_spans(rest: &str) -> Option<usize> {
    let mut open = 1_usize;
    let mut from = 0;
    while open > 0 {
        let at = from + memchr::memmem::find(rest.get(from..)?.as_bytes(), b"span")?;
        let before = rest.get(..at)?;
        if before.ends_with("</") {
            open -= 1;
        } else if before.ends_with('<') {
            open += 1;
        }
        from = at + "span".len();
    }
    Some(from + rest.get(from..)?.find('>')? + 1)
}

fn is_linked_data(script: &str) -> bool {
    script.split('>').next().is_some_and(|tag| tag.to_ascii_lowercase().contains("json"))
}

/// The paragraphs of a page by its tags alone.
pub(super) fn paragraphs(html: &str) -> Vec<Paragraph> {
    const BLOCKS: [&str; 22] = [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "td",
        "th",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "section",
        "article",
        "figcaption",
        "hr",
        "pre",
    ];
    let mut found = Vec::new();
    let mut open = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        open.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let Some(end) = rest.find('>').filter(|_| is_tag) else {
            // A bare `<`, or a tag that never ends: what follows is text.
            open.push('<');
            rest = &rest[1..];
            if is_tag {
                break;
            }
            continue;
        };
        let name =
            rest[1..end].trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        if ["script", "style"].iter().any(|tag| tag.eq_ignore_ascii_case(name)) && !rest.starts_with("</") {
            let close = rest.find("</").map_or(rest.len(), |close| close);
            rest = &rest[close.max(end + 1).min(rest.len())..];
            continue;
        }
        if BLOCKS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
            found.extend(line(&open).map(|line| (line, None)));
            open.clear();
        }
        rest = &rest[end + 1..];
    }
    open.push_str(rest);
    found.extend(line(&open).map(|line| (line, None)));
    found
}

/// The encoding that a page declares in its first tags.
pub(crate) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    /// Where browsers look.
    const HEAD: usize = 4096;
    let head = String::from_utf8_lossy(bytes.get(..HEAD.min(bytes.len()))?).to_ascii_lowercase();
    let after = head.split_once("charset").or_else(|| head.split_once("encoding"))?.1;
    let label = after.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':')).unwrap_or(label.len());
    let label = label.get(..end)?;
    (!label.is_empty()).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{declared_encoding, is_parsable, lighter, paragraphs};

    #[test]
    fn tags_alone_make_paragraphs() {
        let found: Vec<String> = paragraphs("<p>One &amp; <b>two</b></p><script>x</script>Three<br>2 < 3<p")
            .into_iter()
            .map(|p| p.0)
            .collect();
        assert_eq!(found, ["One & two", "Three", "2 < 3<p"]);
    }

    #[test]
    fn a_lighter_page_has_the_same_text() {
        let page = "<!-- x --><script>if (a < b) { c(\"<p>\") }</script><style>p > a {}</style><p title='a > b'>One &lt; <script type=application/ld+json>{\"a\": 1}</script>two</p>";
        assert_eq!(
            lighter(page),
            "<p title='a > b'>One &lt; <script type=application/ld+json>{\"a\": 1}</script>two</p>"
        );
        let picture = format!("<img src=\"data:image/png;base64,{}\" alt=x>", "A".repeat(500));
        assert_eq!(lighter(&picture), "<img alt=x>");
        assert_eq!(
            lighter("<p data-x='a > b' hidden class=\"lead in\" onclick=go(1)>One<br/><a href=/x?a=b>two</a>"),
            "<p hidden class=\"lead in\">One<br/><a href=/x?a=b>two</a>"
        );
        assert_eq!(lighter("It rained.<sup><a href=#n1>[1]</a></sup> <svg><path/></svg>So."), "It rained. So.");
        assert_eq!(lighter("<h2>Why<span class=mw-editsection><span>[</span>edit]</span></h2>x"), "<h2>Why</h2>x");
        assert_eq!(
            lighter("CO<sup>2</sup>, 10<sup><a href=/n>3</a></sup>"),
            "CO<sup>2</sup>, 10<sup><a href=/n>3</a></sup>"
        );
        assert_eq!(lighter("a < b <script>never closed"), "a < b ");
    }

    #[test]
    fn menus_and_margins_are_no_business_of_the_engine() {
        let page = "<html><head><title>x</title></head><nav><ul><nav>a</nav></ul>b</nav><p>One.<NAV>c</NAV><footer>d";
        let kept = super::without_furniture(page);
        assert!(kept.starts_with("<html><head>") && kept.ends_with("<p>One.<footer>d"), "{kept}");
        assert!(!kept.contains("b</nav>") && super::without_furniture("a < b <").ends_with("a < b <"));
        // A start that never ends is looked for once.
        let endless = "<nav>".repeat(100_000);
        assert_eq!(super::without_furniture(&endless), endless);
    }

    #[test]
    fn the_encoding_is_read_from_tag_or_declaration() {
        assert_eq!(
            declared_encoding(b"<META http-equiv=Content-Type content='text/html; charset=Windows-1251'>").as_deref(),
            Some("windows-1251")
        );
        assert_eq!(
            declared_encoding(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>").as_deref(),
            Some("iso-8859-1")
        );
        assert_eq!(declared_encoding(b"<p>charset of bells</p>"), None);
    }

    #[test]
    fn nesting_without_end_is_not_parsed() {
        assert!(is_parsable(&"<p>x".repeat(5000)) && is_parsable(&"<div></div>".repeat(5000)));
        assert!(!is_parsable(&"<div>".repeat(5000)));
    }
}
