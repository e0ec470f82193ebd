//! What holds a sentence together: quotation marks and brackets that open and close within a paragraph.

/// Something between two marks, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Enclosed {
    /// The opening mark.
    pub start: usize,
    /// The closing mark.
    pub last: usize,
    /// Behind the closing mark.
    pub end: usize,
}

/// The quotations of a paragraph that open and close in it, in order, none inside another. Single marks count where
/// they enclose whole sentences; apostrophes do not look like that.
pub(super) fn quotations(part: &str) -> Vec<Enclosed> {
    let mut found: Vec<Enclosed> = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    let mut characters = part.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or(' ', |(_, c)| *c);
        match open {
            None if opens(character, before, after) => open = Some((at, character)),
            Some((start, opener)) if closes(opener, character, before, after) => {
                found.push(Enclosed { start, last: at, end: at + character.len_utf8() });
                open = None;
            }
            // A single mark that turns out to have been an apostrophe must not hide a real quotation.
            Some((_, '‘' | '\'')) if matches!(character, '“' | '"' | '«' | '„') && opens(character, before, after) =>
            {
                open = Some((at, character));
            }
            _ => {}
        }
        before = character;
    }
    found
}

fn opens(character: char, before: char, after: char) -> bool {
    match character {
        // A mark turned the wrong way behind a word closes: «misguided.“ However».
        '“' => !after.is_whitespace() || before.is_whitespace(),
        '«' | '„' => true,
        '"' => !after.is_whitespace() || before.is_whitespace(),
        '‘' => !before.is_alphanumeric(),
        '\'' => !before.is_alphanumeric() && after.is_alphanumeric(),
        _ => false,
    }
}

fn closes(opener: char, character: char, before: char, after: char) -> bool {
    match (opener, character) {
        ('“', '”') | ('«', '»') | ('„', '“' | '”') => true,
        ('“', '“') => !before.is_whitespace() && after.is_whitespace(),
        ('“' | '"' | '„', '"') => !before.is_whitespace() || after.is_whitespace(),
        ('"', '”') => true,
        ('‘', '’') | ('\'', '\'') => matches!(before, '.' | ',' | '?' | '!' | '…') && !after.is_alphanumeric(),
        _ => false,
    }
}

/// How far a bracket may reach. Longer ones are mostly never closed, and a bound keeps a million of them linear.
const LONGEST_BRACKET: usize = 300;

/// Behind the bracket that closes the one at `open`, if that is near.
pub(super) fn bracket_end(part: &str, open: usize) -> Option<usize> {
    let rest = part.get(open..)?;
    let rest = rest.get(..rest.floor_char_boundary(LONGEST_BRACKET))?;
    let mut depth = 0_u32;
    for (i, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(open + i + 1),
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Behind a footnote number: `[12]`.
pub(super) fn footnote_end(part: &str, open: usize) -> Option<usize> {
    let inner = part.get(open + 1..)?;
    let digits = inner.bytes().take(4).take_while(u8::is_ascii_digit).count();
    (digits > 0 && inner.as_bytes().get(digits) == Some(&b']')).then_some(open + digits + 2)
}
