//! Where in a page the text of an article stands.
//!
//! In: the page, its bytes, and the article that was read from it. Out: for each paragraph the bytes of the page from its
//! first letter to its last, tags between them included.
//!
//! The letters of the page and those of the paragraph are compared, blanks left out, the paragraphs in their order. A
//! place is given only where every letter is the same, so what stands there always reads as the paragraph does. What
//! was put together otherwise (a headline out of the page's data, broken letters that were mended) has no place.

use crate::clean;
use memchr::memmem;
use model::{Article, Place, Span};

/// Larger pages get no places: each letter costs eight bytes.
const LARGEST: usize = 4 << 20;
/// How often a page may be searched through from its beginning for paragraphs that stand out of order.
const MOST_SEARCHES: usize = 50;
/// Shorter paragraphs stand in too many places.
const SHORTEST: usize = 3;

/// Letters of a page with their places, blanks and tags left out.
struct Letters {
    text: String,
    /// For each byte of the text, where the letter to which it belongs starts and ends.
    places: Vec<(u32, u32)>,
}

/// Sets the places of an article's paragraphs in its page. `bytes` are the page as it was given, `html` is it decoded.
pub(super) fn set(article: &mut Article, bytes: &[u8], html: &str) {
    if html.len() > LARGEST {
        return;
    }
    let Some(units) = Units::of(bytes, html) else { return };
    let page = letters(html);
    let positions = text::Positions::new(&article.text);
    let mut from = 0;
    let mut searches = 0;
    let mut places = Vec::new();
    for span in text::paragraphs(&article.text) {
        let wanted: String = positions.slice(&article.text, span).chars().filter(|c| !c.is_whitespace()).collect();
        if wanted.len() < SHORTEST {
            continue;
        }
        let find = |start: usize| {
            page.text
                .get(start..)
                .and_then(|rest| memmem::find(rest.as_bytes(), wanted.as_bytes()))
                .map(|at| start + at)
        };
        let mut found = find(from);
        if found.is_none() && from > 0 && searches < MOST_SEARCHES {
            searches += 1;
            found = find(0);
        }
        let Some(at) = found else {
            searches += 1;
            if searches >= MOST_SEARCHES {
                break;
            }
            continue;
        };
        let ends = (page.places.get(at), page.places.get(at + wanted.len() - 1));
        if let (Some((start, _)), Some((_, end))) = ends {
            places.push((span, *start, *end));
        }
        // The headline often stands below the text as well, so nothing is looked for behind it.
        if at >= from {
            from = at + wanted.len();
        }
    }
    article.places = units.places(html, &places);
}

/// How places in the decoded page become places in its bytes.
enum Units {
    /// The same, so many bytes later.
    Same(usize),
    /// Each letter is one byte.
    Single,
}

impl Units {
    fn of(bytes: &[u8], html: &str) -> Option<Self> {
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        if bytes.get(mark..) == Some(html.as_bytes()) {
            return Some(Self::Same(mark));
        }
        // Encodings with one byte a letter; others have more bytes than letters wherever they differ from UTF-8.
        (html.chars().count() == bytes.len()).then_some(Self::Single)
    }

    fn places(&self, html: &str, found: &[(Span, u32, u32)]) -> Vec<Place> {
        let to_u64 = |at: usize| u64::try_from(at).unwrap_or(u64::MAX);
        match self {
            Self::Same(mark) => found
                .iter()
                .map(|(span, start, end)| Place {
                    span: *span,
                    bytes: [u64::from(*start) + to_u64(*mark), u64::from(*end) + to_u64(*mark)],
                })
                .collect(),
            Self::Single => {
                // The number of the letter that begins at a byte; ends are beginnings of the next letter.
                let positions = text::Positions::new(html);
                found
                    .iter()
                    .map(|(span, start, end)| {
                        let unit = |at: u32| u64::from(positions.code_point(at as usize));
                        Place { span: *span, bytes: [unit(*start), unit(*end)] }
                    })
                    .collect()
            }
        }
    }
}

/// The letters between two bytes of a page, read as the page is, without blanks.
///
/// This is the promise of [`Article::places`]: for each of them, the letters here and those of its span are the same.
pub fn text_at(page: &[u8], place: &Place) -> String {
    let (html, _) = text::decode_as(page, super::strip::declared_encoding(page).as_deref());
    let [start, end] = place.bytes.map(|at| usize::try_from(at).unwrap_or(usize::MAX));
    let part = match Units::of(page, &html) {
        Some(Units::Same(_)) => page.get(start..end).and_then(|part| std::str::from_utf8(part).ok()),
        Some(Units::Single) => {
            let positions = text::Positions::new(&html);
            let byte = |at: usize| positions.byte(u32::try_from(at).unwrap_or(u32::MAX));
            html.get(byte(start)..byte(end))
        }
        None => None,
    };
    letters(part.unwrap_or("")).text
}

/// The letters of a piece of HTML.
fn letters(html: &str) -> Letters {
    let mut found = Letters { text: String::with_capacity(html.len() / 4), places: Vec::new() };
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = tag(rest) {
            at += length;
            continue;
        }
        let Some(first) = rest.chars().next() else { break };
        let (character, length) = match clean::entity(rest) {
            // `&amp;#39;` was escaped twice.
            Some(('&', length)) => {
                let again = format!("&{}", rest.get(length..).unwrap_or("").chars().take(10).collect::<String>());
                clean::entity(&again).map_or(('&', length), |(character, more)| (character, length + more - 1))
            }
            Some(entity) => entity,
            None => (first, first.len_utf8()),
        };
        let character = clean::windows_control(character);
        if !character.is_whitespace() && !clean::is_invisible(character) {
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            let end = u32::try_from(at + length).unwrap_or(u32::MAX);
            found.text.push(character);
            found.places.extend(std::iter::repeat_n((start, end), character.len_utf8()));
        }
        at += length;
    }
    found
}

/// The length of the tag, comment, script or style that HTML begins with.
pub(super) fn tag(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let next = *bytes.get(1).filter(|_| bytes.first() == Some(&b'<'))?;
    if html.starts_with("<!--") {
        return Some(
            html.get(4..).and_then(|rest| memmem::find(rest.as_bytes(), b"-->")).map_or(html.len(), |end| end + 7),
        );
    }
    if !next.is_ascii_alphabetic() && !matches!(next, b'/' | b'!' | b'?') {
        return None;
    }
    // Most tags hold no `>` in a value: nothing is quoted before the first one, or all quotes are closed there.
    let first = memchr::memchr(b'>', bytes);
    let is_plain =
        first.and_then(|end| bytes.get(..end)).is_some_and(|tag| memchr::memchr2(b'"', b'\'', tag).is_none());
    let mut quote = None;
    let mut before = 0;
    let end = if is_plain {
        first
    } else {
        bytes.iter().position(|byte| {
            // Inside a value only its end matters.
            if quote.is_some_and(|open| open != *byte) {
                return false;
            }
            let is_value = before == b'=';
            if !byte.is_ascii_whitespace() {
                before = *byte;
            }
            match (quote, *byte) {
                (None, b'"' | b'\'') if is_value => quote = Some(*byte),
                (None, b'>') => return true,
                (Some(open), byte) if open == byte => quote = None,
                _ => {}
            }
            false
        })
    };
    let Some(end) = end else { return Some(html.len()) };
    if !matches!(next, b's' | b'S') {
        return Some(end + 1);
    }
    for raw in ["script", "style"] {
        let name = bytes.get(1..=raw.len());
        let behind = bytes.get(raw.len() + 1);
        if name.is_some_and(|name| name.eq_ignore_ascii_case(raw.as_bytes()))
            && behind.is_none_or(|byte| !byte.is_ascii_alphanumeric())
        {
            let rest = bytes.get(end..).unwrap_or(&[]);
            let close = memmem::find_iter(rest, b"</").find(|at| {
                let word = rest.get(at + 2..at + 2 + raw.len());
                word.is_some_and(|word| word.eq_ignore_ascii_case(raw.as_bytes()))
            });
            return Some(close.map_or(html.len(), |close| end + close));
        }
    }
    Some(end + 1)
}
