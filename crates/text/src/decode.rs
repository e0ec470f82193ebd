//! Bytes to text, whatever program wrote them.
//!
//! In: bytes, and the encoding that the file declares, if it does. Out: text, and a problem where something was lost
//! or had to be guessed. A byte order mark decides first, then UTF-8 if it is valid, then UTF-16 without a mark (its
//! zeros give it away), then what was declared, then a guess from the bytes.
//!
//! A text that is UTF-8 but for a few bytes is read as UTF-8 with those bytes as Windows-1252: that is how pasted
//! quotation marks arrive. Halves of surrogate pairs become U+FFFD, null bytes are dropped.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use model::Problem;

/// Bytes to text, with what was lost or guessed.
pub fn decode(bytes: &[u8]) -> (String, Vec<Problem>) {
    decode_as(bytes, None)
}

/// The same where a header or a tag declares an encoding (`iso-8859-1`). Valid UTF-8 is believed more than what is
/// declared: pages that were saved again often keep the old declaration.
pub fn decode_as(bytes: &[u8], declared: Option<&str>) -> (String, Vec<Problem>) {
    let mut problems = Vec::new();
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_8 => utf8(bytes.get(mark..).unwrap_or(&[]), None, &mut problems),
        Some((encoding, mark)) => utf16(bytes.get(mark..).unwrap_or(&[]), encoding, &mut problems),
        None => match utf16_without_mark(bytes) {
            Some(encoding) => utf16(bytes, encoding, &mut problems),
            None => utf8(bytes, declared, &mut problems),
        },
    };
    (without_nulls(text, &mut problems), problems)
}

fn problem(code: &str, message: String) -> Problem {
    Problem { code: code.to_owned(), message, path: None }
}

/// How much of a file is looked at to tell UTF-16 without a mark.
const SAMPLE: usize = 4096;

/// Letters of Western languages have a zero in every second byte of UTF-16; blanks and line breaks have in all.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(SAMPLE) & !1)?;
    if sample.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // A tenth: the blanks of a Greek or Russian text; in a short text more, for one null may be damage.
    let units = sample.len() / 2;
    let needed = (units / 10).max((units / 2).min(4));
    if odd > needed && even == 0 {
        Some(UTF_16LE)
    } else if even > needed && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn utf16(bytes: &[u8], encoding: &'static Encoding, problems: &mut Vec<Problem>) -> String {
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    if lossy {
        problems.push(problem(
            "lone-surrogates",
            format!("the text is {} with broken characters; they were replaced by U+FFFD", encoding.name()),
        ));
    }
    text.into_owned()
}

fn utf8(bytes: &[u8], declared: Option<&str>, problems: &mut Vec<Problem>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if let Some(text) = mostly_utf8(bytes, problems) {
        return text;
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Some(encoding) =
        declared.filter(|encoding| *encoding != UTF_8 && *encoding != UTF_16LE && *encoding != UTF_16BE)
    {
        let (text, lossy) = encoding.decode_without_bom_handling(bytes);
        if !lossy {
            return text.into_owned();
        }
    }
    let encoding = guess(bytes);
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    problems.push(problem(
        "guessed-encoding",
        format!(
            "the text is no UTF-8 and was read as {}{}; if letters look wrong, save the file as UTF-8",
            encoding.name(),
            if lossy { " with broken characters" } else { "" }
        ),
    ));
    text.into_owned()
}

/// The encoding that the bytes look most like; Windows-1252 for short texts, which say too little.
fn guess(bytes: &[u8]) -> &'static Encoding {
    /// Fewer bytes beyond ASCII than this tell nothing.
    const TELLING: usize = 12;
    if bytes.iter().filter(|byte| !byte.is_ascii()).take(TELLING).count() < TELLING {
        return WINDOWS_1252;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// Valid UTF-8 with some bytes that are not: those are read as Windows-1252, halves of surrogate pairs as U+FFFD.
/// `None` where valid characters beyond ASCII do not clearly outnumber the broken ones.
fn mostly_utf8(bytes: &[u8], problems: &mut Vec<Problem>) -> Option<String> {
    let mut valid = 0;
    let mut broken = 0;
    let mut surrogates = 0;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        // ED A0..BF is the start of a surrogate written as UTF-8; its last byte comes as a chunk of its own.
        let is_surrogate = invalid == [0xed];
        let ends_surrogate = surrogates > 0 && text.ends_with('\u{fffd}') && matches!(invalid, [0x80..=0xbf]);
        if is_surrogate {
            surrogates += 1;
            text.push('\u{fffd}');
        } else if !ends_surrogate {
            broken += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(invalid).0);
        }
    }
    if surrogates + valid <= 2 * broken {
        return None;
    }
    if surrogates > 0 {
        problems.push(problem(
            "lone-surrogates",
            format!("{surrogates} halves of surrogate pairs are no characters; they were replaced by U+FFFD"),
        ));
    }
    if broken > 0 {
        problems.push(problem(
            "mixed-encoding",
            format!("the text is UTF-8 but for {broken} places, which were read as windows-1252"),
        ));
    }
    Some(text)
}

fn without_nulls(text: String, problems: &mut Vec<Problem>) -> String {
    let nulls = text.bytes().filter(|byte| *byte == 0).count();
    if nulls == 0 {
        return text;
    }
    problems.push(problem("null-bytes", format!("{nulls} null bytes were left out of the text")));
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_as};
    use proptest::prelude::*;

    fn check(bytes: &[u8], text: &str, codes: &[&str]) {
        let (found, problems) = decode(bytes);
        assert_eq!(found, text);
        assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn marks_at_the_start_are_obeyed_and_dropped() {
        check("\u{feff}Möwe".as_bytes(), "Möwe", &[]);
        check(b"\xff\xfeM\0\xf6\0w\0e\0", "Möwe", &[]);
        check(b"\xfe\xff\0M\0\xf6\0w\0e", "Möwe", &[]);
    }

    #[test]
    fn utf16_without_a_mark_shows_by_its_zeros() {
        check(b"M\0\xf6\0w\0e\0", "Möwe", &[]);
        check(b"\0M\0\xf6\0w\0e", "Möwe", &[]);
    }

    #[test]
    fn western_bytes_are_windows_1252() {
        check(b"The M\xf6we \x93sank\x94", "The Möwe “sank”", &["guessed-encoding"]);
    }

    // adbar/trafilatura#231
    #[test]
    fn a_declared_encoding_is_obeyed_but_valid_utf8_is_believed_first() {
        assert_eq!(decode_as(b"M\xf6we", Some("iso-8859-1")), ("Möwe".to_owned(), vec![]));
        assert_eq!(decode_as("Möwe".as_bytes(), Some("iso-8859-1")), ("Möwe".to_owned(), vec![]));
        assert_eq!(decode_as(b"\xcc\xee\xf0\xe5", Some("windows-1251")).0, "Море");
    }

    #[test]
    fn a_stray_byte_does_not_spoil_utf8() {
        check(b"\xc3\xa9t\xc3\xa9 \xc3\xa0 No\xc3\xabl \x93", "été à Noël “", &["mixed-encoding"]);
    }

    #[test]
    fn nulls_and_halves_of_pairs_are_no_text() {
        check(b"a\0b c d e f g h i j", "ab c d e f g h i j", &["null-bytes"]);
        check(b"a\xed\xa0\x80b", "a\u{fffd}b", &["lone-surrogates"]);
        check(b"\xff\xfea\0\x00\xd8b\0", "a\u{fffd}b", &["lone-surrogates"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let (text, _) = decode(&bytes);
            prop_assert!(!text.contains('\0'));
            prop_assert_eq!(decode(text.as_bytes()).0, text.strip_prefix('\u{feff}').unwrap_or(&text));
        }
    }
}
