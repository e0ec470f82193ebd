//! The dictionaries of a PDF file as they stand in its bytes, before anything is unpacked.
//!
//! In: the bytes. Out: each dictionary with its keys, and the stream behind it. No table of the file is believed: the
//! interpreter may be sent to any place by it, so every `<<` is looked at.

use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;

/// A dictionary.
pub(super) struct Dict<'f> {
    /// Names and where their values stand.
    pub entries: Vec<(Cow<'f, [u8]>, Range<usize>)>,
    /// Where it ends.
    pub end: usize,
}

/// No dictionary lies deeper in others.
const MOST_DEEP: usize = 512;

/// The dictionary that begins at a place, if one does, and how far was read to tell.
pub(super) fn dict(file: &[u8], at: usize) -> (Option<Dict<'_>>, usize) {
    let mut reached = at;
    let found = dict_to(file, at, &mut reached);
    let end = found.as_ref().map_or(reached, |dict| dict.end);
    (found, end - at)
}

fn dict_to<'f>(file: &'f [u8], at: usize, reached: &mut usize) -> Option<Dict<'f>> {
    let mut at = after(file, at, b"<<")?;
    let mut entries = Vec::new();
    loop {
        at = space(file, at);
        *reached = at;
        if let Some(end) = after(file, at, b">>") {
            return Some(Dict { entries, end });
        }
        if file.get(at) != Some(&b'/') {
            // The interpreter passes over what stands between.
            at = object(file, at, reached)?;
            continue;
        }
        let end = object(file, at, reached)?;
        let value = space(file, end);
        let value_end = object(file, value, reached)?;
        entries.push((name(file.get(at + 1..end)?), value..value_end));
        at = value_end;
    }
}

/// Where the first byte of the stream behind a dictionary stands, if one does, and how far was read to tell.
pub(super) fn stream(file: &[u8], at: usize) -> (Option<usize>, usize) {
    let word = space(file, at);
    let start = after(file, word, b"stream")
        .and_then(|at| [&b"\r\n"[..], b"\n", b"\r"].into_iter().find_map(|line| after(file, at, line)));
    (start, word - at)
}

/// Where the bytes of a stream end, and how far was searched: by the length that it states, else by the word behind it.
pub(super) fn stream_end(file: &[u8], start: usize, stated: Option<usize>) -> (usize, usize) {
    let mut read = 0;
    if let Some(end) = stated.and_then(|length| start.checked_add(length)).filter(|end| *end <= file.len()) {
        let word = space(file, end);
        read = word - end;
        if after(file, word, b"endstream").is_some() {
            return (end, read);
        }
    }
    let rest = file.get(start..).unwrap_or_default();
    let length = memmem::find(rest, b"endstream").unwrap_or(rest.len());
    (start + length, read + length)
}

/// How long the longest run of blanks in a file is.
pub(super) fn longest_blanks(file: &[u8]) -> u64 {
    let (mut longest, mut run) = (0, 0);
    for byte in file {
        run = if is_space(*byte) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A name with its `#2f` read.
pub(super) fn name(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.contains(&b'#') {
        return Cow::Borrowed(written);
    }
    let digit = |at: usize| written.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut read = Vec::new();
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'#', Some(high), Some(low)) => {
                read.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                read.push(*byte);
                at += 1;
            }
        }
    }
    Cow::Owned(read)
}

/// A whole number that stands for itself: one with others behind it refers to an object.
pub(super) fn number(value: &[u8], behind: &[u8]) -> Option<usize> {
    let refers = behind.get(space(behind, 0)).is_some_and(u8::is_ascii_digit);
    if refers { None } else { std::str::from_utf8(value).ok()?.parse().ok() }
}

/// The names in a value: itself, or those of a list. None where it refers to another object.
pub(super) fn names(value: &[u8]) -> Option<Vec<Cow<'_, [u8]>>> {
    match value.split_first()? {
        (b'/', written) => Some(vec![name(written)]),
        (b'[', inner) => {
            let mut found = Vec::new();
            let mut at = 0;
            loop {
                at = space(inner, at);
                match inner.get(at)? {
                    b']' => return Some(found),
                    b'/' => {
                        let end = object(inner, at, &mut 0)?;
                        found.push(name(inner.get(at + 1..end)?));
                        at = end;
                    }
                    _ if inner.get(at..).is_some_and(|rest| rest.starts_with(b"null")) => at += 4,
                    _ => return None,
                }
            }
        }
        _ => None,
    }
}

/// Where an object ends. A reference is three of them.
fn object(file: &[u8], at: usize, reached: &mut usize) -> Option<usize> {
    let mut at = at;
    let mut deep = 0_usize;
    loop {
        at = space(file, at);
        *reached = at;
        match file.get(at)? {
            b'/' => at = word(file, at + 1),
            b'(' => at = string(file, at).or_else(|| to_the_end(file, reached))?,
            b'<' if file.get(at + 1) == Some(&b'<') => {
                deep += 1;
                at += 2;
            }
            b'>' if file.get(at + 1) == Some(&b'>') => {
                deep = deep.checked_sub(1)?;
                at += 2;
            }
            b'<' => at += memchr::memchr(b'>', file.get(at..)?).or_else(|| to_the_end(file, reached))? + 1,
            b'[' => {
                deep += 1;
                at += 1;
            }
            b']' => {
                deep = deep.checked_sub(1)?;
                at += 1;
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' | b't' | b'f' | b'n' | b'R' => at = word(file, at),
            _ => return None,
        }
        if deep == 0 {
            return Some(at);
        }
        if deep > MOST_DEEP {
            return None;
        }
    }
}

/// What is not closed was searched for through the whole file.
fn to_the_end(file: &[u8], reached: &mut usize) -> Option<usize> {
    *reached = file.len();
    None
}

fn string(file: &[u8], at: usize) -> Option<usize> {
    let mut deep = 0_usize;
    let mut at = at;
    loop {
        match file.get(at)? {
            b'\\' => at += 1,
            b'(' => deep += 1,
            b')' if deep <= 1 => return Some(at + 1),
            b')' => deep -= 1,
            _ => {}
        }
        at += 1;
    }
}

fn word(file: &[u8], at: usize) -> usize {
    let rest = file.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !is_space(**byte) && !b"()<>[]{}/%".contains(byte)).count()
}

/// Where blanks and comments end.
fn space(file: &[u8], at: usize) -> usize {
    let mut at = at;
    loop {
        match file.get(at) {
            Some(byte) if is_space(*byte) => at += 1,
            Some(b'%') => {
                let rest = file.get(at..).unwrap_or_default();
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            _ => return at,
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn after(file: &[u8], at: usize, what: &[u8]) -> Option<usize> {
    file.get(at..)?.starts_with(what).then_some(at + what.len())
}
