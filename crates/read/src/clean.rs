//! Text as people would type it: entities resolved, invisible characters gone, blanks plain.
//!
//! In: decoded text of any origin. Out: lines separated by `\n`, each without blanks at its ends and with single blanks
//! inside. `Don&#39;t&nbsp;go` → `Don't go`. What the text says is not touched.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text with entities resolved and all kinds of blanks, breaks and invisible characters made plain.
pub(crate) fn clean(text: &str) -> String {
    let text = resolve_entities(text);
    let text = mend_entities(&text);
    let text = mend_mojibake(&text);
    let mut cleaned = String::with_capacity(text.len());
    let mut blank = false;
    let mut before = '\n';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let character = windows_control(character);
        match character {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                cleaned.push('\n');
                blank = false;
                before = '\n';
            }
            // Joiners mean something in Persian and in pictures, never behind a Latin letter.
            '\u{200c}' | '\u{200d}' if !before.is_ascii() => cleaned.push(character),
            _ if is_invisible(character) => {}
            _ if character.is_whitespace() => blank = true,
            _ => {
                if blank && before != '\n' {
                    cleaned.push(' ');
                }
                blank = false;
                cleaned.push(character);
                before = character;
            }
        }
    }
    // «é» as one character, so that one name is one string. Nothing below the first mark that combines is put together.
    if cleaned.chars().all(|character| character < '\u{300}') {
        return cleaned;
    }
    match is_nfc_quick(cleaned.chars()) {
        IsNormalized::Yes => cleaned,
        _ => cleaned.nfc().collect(),
    }
}

pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffc}'
    ) || (character.is_control() && !matches!(character, '\t'))
}

/// Bytes 80 to 9F of Windows-1252 that were taken for Unicode: `\u{93}` was meant as `“`.
pub(crate) fn windows_control(character: char) -> char {
    const MEANT: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '\n', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    (character as usize).checked_sub(0x80).and_then(|i| MEANT.get(i)).copied().unwrap_or(character)
}

/// Named and numbered entities, also those that were escaped twice (`&amp;#39;`).
fn resolve_entities(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        if !text.contains('&') {
            break;
        }
        match resolve_entities_once(&text) {
            Some(resolved) => text = Cow::Owned(resolved),
            None => break,
        }
    }
    text
}

fn resolve_entities_once(text: &str) -> Option<String> {
    let mut resolved = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((character, length)) = entity(rest) {
            resolved.push(character);
            rest = &rest[length..];
            changed = true;
        } else {
            resolved.push('&');
            rest = &rest[1..];
        }
    }
    resolved.push_str(rest);
    changed.then_some(resolved)
}

/// The character of the entity that a text begins with, and the entity's length in bytes.
pub(crate) fn entity(text: &str) -> Option<(char, usize)> {
    /// No entity that we know is longer.
    const LONGEST: usize = 10;
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = &body[..end];
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')?
        }
        None => named(name)?,
    };
    Some((character, end + 2))
}

fn named(name: &str) -> Option<char> {
    /// Those that newsrooms' systems write; all others are rarer than typing errors that look like them.
    const NAMES: [(&str, char); 84] = [
        ("AMP", '&'),
        ("Aacute", 'Á'),
        ("Agrave", 'À'),
        ("Aring", 'Å'),
        ("Auml", 'Ä'),
        ("Ccedil", 'Ç'),
        ("Eacute", 'É'),
        ("GT", '>'),
        ("Iacute", 'Í'),
        ("LT", '<'),
        ("Ntilde", 'Ñ'),
        ("Oacute", 'Ó'),
        ("Oslash", 'Ø'),
        ("Ouml", 'Ö'),
        ("QUOT", '"'),
        ("Uacute", 'Ú'),
        ("Uuml", 'Ü'),
        ("aacute", 'á'),
        ("acirc", 'â'),
        ("aelig", 'æ'),
        ("agrave", 'à'),
        ("amp", '&'),
        ("apos", '\''),
        ("aring", 'å'),
        ("atilde", 'ã'),
        ("auml", 'ä'),
        ("bdquo", '„'),
        ("bull", '•'),
        ("ccedil", 'ç'),
        ("cent", '¢'),
        ("copy", '©'),
        ("deg", '°'),
        ("divide", '÷'),
        ("eacute", 'é'),
        ("ecirc", 'ê'),
        ("egrave", 'è'),
        ("emsp", ' '),
        ("ensp", ' '),
        ("euml", 'ë'),
        ("euro", '€'),
        ("frac12", '½'),
        ("frac14", '¼'),
        ("gt", '>'),
        ("hellip", '…'),
        ("iacute", 'í'),
        ("icirc", 'î'),
        ("iexcl", '¡'),
        ("igrave", 'ì'),
        ("iquest", '¿'),
        ("iuml", 'ï'),
        ("laquo", '«'),
        ("ldquo", '“'),
        ("lsaquo", '‹'),
        ("lsquo", '‘'),
        ("lt", '<'),
        ("mdash", '—'),
        ("middot", '·'),
        ("minus", '−'),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("ntilde", 'ñ'),
        ("oacute", 'ó'),
        ("ocirc", 'ô'),
        ("oelig", 'œ'),
        ("ograve", 'ò'),
        ("oslash", 'ø'),
        ("otilde", 'õ'),
        ("ouml", 'ö'),
        ("pound", '£'),
        ("prime", '′'),
        ("quot", '"'),
        ("raquo", '»'),
        ("rdquo", '”'),
        ("reg", '®'),
        ("rsaquo", '›'),
        ("rsquo", '’'),
        ("sbquo", '‚'),
        ("shy", '\u{ad}'),
        ("szlig", 'ß'),
        ("thinsp", ' '),
        ("times", '×'),
        ("trade", '™'),
        ("uacute", 'ú'),
        ("uuml", 'ü'),
    ];
    NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok().and_then(|i| NAMES.get(i)).map(|(_, c)| *c)
}

/// Entities that lost their head on the way: `#39;`, and `39;` where it can be nothing else.
///
/// `A boat doesn39;t tow itself39;` is mended; `aged 39; the other`, `1939;` and `Route A39;` are not.
fn mend_entities(text: &str) -> Cow<'_, str> {
    if !text.contains("39;") {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("39;") {
        let (before, after) = (&rest[..at], &rest[at + 3..]);
        let hash = before.ends_with("&#") || (before.ends_with('#') && !before.ends_with("##"));
        let last = before.chars().next_back().or_else(|| mended.chars().next_back());
        let next = after.chars().next();
        let letter_after = next.is_some_and(char::is_alphabetic);
        let opens = letter_after && last.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '['));
        // A small letter glued to it: `don39;t`, `itself39;`. `A39;` is a road.
        let glued = last.is_some_and(char::is_lowercase);
        if hash {
            mended.push_str(before.trim_end_matches('#').trim_end_matches('&'));
            mended.push('\'');
        } else if opens || glued {
            mended.push_str(before);
            mended.push('\'');
        } else {
            mended.push_str(before);
            mended.push_str("39;");
        }
        rest = after;
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// UTF-8 that was read as Windows-1252 and saved again: `â€™` was `’`.
fn mend_mojibake(text: &str) -> Cow<'_, str> {
    const PAIRS: [(&str, &str); 9] = [
        ("â€™", "’"),
        ("â€˜", "‘"),
        ("â€œ", "“"),
        ("â€\u{9d}", "”"),
        ("â€“", "–"),
        ("â€”", "—"),
        ("â€¦", "…"),
        ("Ã©", "é"),
        ("Â\u{a0}", " "),
    ];
    if !text.contains("â€") && !text.contains("Ã©") && !text.contains("Â\u{a0}") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(PAIRS.iter().fold(text.to_owned(), |text, (broken, meant)| text.replace(broken, meant)))
}

#[cfg(test)]
mod tests {
    use super::clean;
    use proptest::prelude::*;

    #[test]
    fn entities_are_resolved_once_or_twice() {
        assert_eq!(
            clean("Don&#39;t &amp; won&#x27;t &quot;go&quot; &amp;#39;x&amp;#39; AT&T &unknown;"),
            "Don't & won't \"go\" 'x' AT&T &unknown;"
        );
    }

    #[test]
    fn entities_without_a_head_are_mended_only_where_safe() {
        assert_eq!(clean("39;A boat doesn39;t tow itself39;"), "'A boat doesn't tow itself'");
        assert_eq!(clean("It&#39s #39;odd#39;"), "It&#39s 'odd'");
        assert_eq!(
            clean("She is 39; he left in 1939; the A39; 39; 239;a"),
            "She is 39; he left in 1939; the A39; 39; 239;a"
        );
    }

    #[test]
    fn blanks_and_breaks_are_plain() {
        assert_eq!(clean(" a\u{a0}\u{2009} b\t\u{200b}c\u{ad}d \r\n\r e\u{2028}f "), "a b cd\n\ne\nf");
    }

    #[test]
    fn marks_of_old_encodings_come_back() {
        assert_eq!(clean("\u{93}itâ€™s\u{94} cafe\u{301}"), "“it’s” café");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "[a-z0-9 &#;39é\u{a0}\u{200b}\n\r\"']{0,60}") {
            // Only entities may unfold in steps (`&amp;amp;amp;`).
            prop_assume!(!text.contains('&') && !text.contains("39;"));
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn any_text_is_cleaned(text in "\\PC{0,100}") {
            let _ = clean(&text);
        }
    }
}
