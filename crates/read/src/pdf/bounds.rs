//! What a PDF file may cost: found before the interpreter, which knows no bounds of its own, is let at it.
//!
//! In: the bytes, then the file as the interpreter found it. Out: an error where a text could not cost that much. First
//! ([`before`]) every stream is unpacked without being kept, for finding the pages unpacks already; then ([`pages`])
//! what each page unpacks and how many operators it runs, forms within forms, and what its fonts unpack. Most of what is
//! bounded here can be used twice by a file that stores it once, so that uses are counted, not streams.
//!
//! The limits are far from any newspaper: a page has a hundred thousand letters, a thousand operators to each hundred.

use super::raw;
use super::unpacked::{TooMuch, unpacked};
use hayro_interpret::hayro_syntax::content::UntypedIter;
use hayro_interpret::hayro_syntax::object::dict::keys;
use hayro_interpret::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::Resources;
use hayro_interpret::hayro_syntax::{Filter, Pdf};
use memchr::memmem;
use std::collections::BTreeMap;
use std::ops::Range;

/// All streams of a file but pictures; all pages' programs with the forms that they run; all fonts.
const MOST_UNPACKED: u64 = 128 << 20;
/// Pictures are not unpacked, but whatever calls itself one could be.
const MOST_PICTURES: u64 = 1 << 30;
/// A page takes a kilobyte, though it be stated in four bytes. Tagged newspapers have some hundred thousand.
const MOST_DICTIONARIES: u64 = 1_000_000;
/// Of all pages.
const MOST_OPERATORS: u64 = 10_000_000;
/// The interpreter goes no deeper into forms.
const MOST_FORMS_DEEP: usize = 50;
/// States that wait to be restored; each takes hundreds of bytes.
const MOST_STATES: u64 = 1000;
/// Pieces of a line that waits to be drawn; a rectangle is one and takes hundreds of bytes.
const MOST_PIECES: u64 = 1_000_000;
/// Letters that one operator shows; each takes hundreds of bytes.
const MOST_SHOWN: usize = 1 << 20;
/// Blanks that are passed over behind streams and what else is read to find what is drawn, all times together: a second of work.
const MOST_PASSED: u64 = 1 << 29;
/// Of a row that is undone as a picture's; the interpreter makes room for it, unseen.
const MOST_COLUMNS: usize = 10_000_000;

/// Why a file is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooMuch,
    /// Locked, and packed so that it cannot be looked at before it is unlocked.
    Locked,
}

impl From<TooMuch> for Refused {
    fn from(_: TooMuch) -> Refused {
        Refused::TooMuch
    }
}

/// Bounds what is unpacked to find the pages: any stream, for any may be said to hold objects. Whether all could be
/// looked at; what is locked or says elsewhere how it is packed is left to [`pages`].
pub(super) fn before(file: &[u8]) -> Result<bool, Refused> {
    let mut left = Left::of(file.len());
    // Streams that hold objects or the table that leads to them; ways of packing that stand elsewhere.
    let (mut is_locked, mut has_table, mut has_objects, mut is_elsewhere) = (false, false, false, false);
    let mut sizes = Vec::new();
    let mut unstated = 0_u64;
    for at in memmem::find_iter(file, b"<<") {
        left.dictionaries = left.dictionaries.checked_sub(1).ok_or(Refused::TooMuch)?;
        let (dict, length) = raw::dict(file, at);
        left.read(length)?;
        let Some(dict) = dict else { continue };
        let values = |key: &[u8]| -> Vec<&[u8]> {
            let of_key = dict.entries.iter().filter(|(name, _)| **name == *key);
            of_key.filter_map(|(_, value)| file.get(value.clone())).collect()
        };
        let number = |value: &Range<usize>| raw::number(file.get(value.clone())?, file.get(value.end..dict.end)?);
        for (_, value) in dict.entries.iter().filter(|(name, _)| matches!(&**name, b"Columns" | b"Colors")) {
            let is_number = file.get(value.start).is_some_and(|byte| b"0123456789+-.".contains(byte));
            if is_number && number(value).is_none_or(|columns| columns > MOST_COLUMNS) {
                return Err(Refused::TooMuch);
            }
        }
        is_locked |= !values(b"Encrypt").is_empty();
        let (start, read) = raw::stream(file, dict.end);
        left.read(read)?;
        let Some(start) = start else { continue };
        let has = |key: &[u8], name: &[u8]| {
            values(key).iter().any(|value| raw::names(value).is_some_and(|names| names.iter().any(|is| **is == *name)))
        };
        has_table |= !values(b"W").is_empty();
        has_objects |= has(b"Type", b"ObjStm") || values(b"Type").iter().any(|value| !value.starts_with(b"/"));
        let mut lengths = dict.entries.iter().filter(|(name, _)| **name == *b"Length");
        let stated = match (lengths.next(), lengths.next()) {
            (Some((_, value)), None) => number(value),
            _ => None,
        };
        unstated += u64::from(stated.is_none());
        let (end, searched) = raw::stream_end(file, start, stated);
        left.read(searched)?;
        let packings: Vec<&[u8]> = [values(b"Filter"), values(b"F")].concat();
        let names: Option<Vec<_>> = match &packings[..] {
            [] => Some(Vec::new()),
            [one] => raw::names(one),
            _ => None,
        };
        let stands_elsewhere =
            |value: &&[u8]| !value.starts_with(b"<<") && !value.starts_with(b"[") && *value != b"null";
        is_elsewhere |= names.is_none() || values(b"DecodeParms").iter().any(stands_elsewhere);
        let filters: Vec<Filter> = names.unwrap_or_default().iter().filter_map(|name| filter(name)).collect();
        let is_picture = has(b"Subtype", b"Image") && values(b"N").is_empty() && values(b"First").is_empty();
        // Without a stated length any later end may be meant; what is packed ends of itself.
        let end = if stated.is_none() && !filters.is_empty() { file.len() } else { end };
        sizes.push((start, end, filters, is_picture));
    }
    // A length that stands elsewhere may lead anywhere; from there the interpreter passes over blanks, for each stream anew.
    if unstated.saturating_mul(raw::longest_blanks(file)) > MOST_PASSED {
        return Err(Refused::TooMuch);
    }
    // Nothing else is unpacked before the pages are found, and what is locked says nothing before it is unlocked.
    if is_locked {
        return if has_table || has_objects { Err(Refused::Locked) } else { Ok(false) };
    }
    if is_elsewhere && has_table {
        return Err(Refused::TooMuch);
    }
    for (start, end, filters, is_picture) in sizes {
        left.take(file.get(start..end).unwrap_or_default(), &filters, is_picture)?;
    }
    Ok(!is_elsewhere)
}

fn filter(name: &[u8]) -> Option<Filter> {
    Some(match name {
        b"ASCIIHexDecode" | b"AHx" => Filter::AsciiHexDecode,
        b"ASCII85Decode" | b"A85" => Filter::Ascii85Decode,
        b"LZWDecode" | b"LZW" => Filter::LzwDecode,
        b"FlateDecode" | b"Fl" => Filter::FlateDecode,
        b"RunLengthDecode" | b"RL" => Filter::RunLengthDecode,
        b"CCITTFaxDecode" | b"CCF" => Filter::CcittFaxDecode,
        b"JBIG2Decode" => Filter::Jbig2Decode,
        b"DCTDecode" | b"DCT" => Filter::DctDecode,
        b"JPXDecode" => Filter::JpxDecode,
        b"Crypt" => Filter::Crypt,
        _ => return None,
    })
}

/// What may still be read of a file and come out of its streams.
struct Left {
    /// Bytes: dictionaries in dictionaries are read again, ends of streams are searched for, streams may overlap.
    work: usize,
    pictures: u64,
    others: u64,
    dictionaries: u64,
}

impl Left {
    fn of(file: usize) -> Left {
        const MOST_TIMES: usize = 16;
        let work = file.saturating_mul(MOST_TIMES).saturating_add(1 << 20);
        Left { work, pictures: MOST_PICTURES, others: MOST_UNPACKED, dictionaries: MOST_DICTIONARIES }
    }

    fn read(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.work = self.work.checked_sub(bytes).ok_or(TooMuch)?;
        Ok(())
    }

    fn take(&mut self, stream: &[u8], filters: &[Filter], is_picture: bool) -> Result<(), TooMuch> {
        let left = if is_picture { &mut self.pictures } else { &mut self.others };
        let size = unpacked(stream, filters, *left)?;
        *left = left.checked_sub(size.bytes).ok_or(TooMuch)?;
        self.read(size.read)?;
        if !is_picture {
            self.dictionaries = self.dictionaries.checked_sub(size.dictionaries).ok_or(TooMuch)?;
        }
        Ok(())
    }
}

/// Bounds what running the pages costs.
pub(super) fn pages(pdf: &Pdf, most_pages: usize, is_counted: bool) -> Result<(), Refused> {
    let mut walk = Walk { blanks: raw::longest_blanks(pdf.data().as_ref()), ..Walk::default() };
    let mut left = Left::of(pdf.data().as_ref().len());
    let mut fonts = 0;
    for object in pdf.objects() {
        match object {
            Object::Stream(stream) => {
                let dict = stream.dict();
                let is_picture = dict.get::<Name<'_>>(keys::SUBTYPE).is_some_and(|name| name.as_ref() == b"Image")
                    && !dict.contains_key(keys::N)
                    && !dict.contains_key(keys::FIRST);
                if has_wide_rows(dict) {
                    return Err(Refused::TooMuch);
                }
                if !is_counted {
                    let raw = stream.raw_data();
                    // It may be unlocked.
                    left.read(raw.len())?;
                    left.take(&raw, &stream.filters(), is_picture)?;
                }
            }
            other => walk.fonts_in(&other, 0, &mut fonts)?,
        }
    }
    for page in pdf.pages().iter().take(most_pages) {
        let raw = page.raw();
        if let Some(stream) = raw.get::<Stream<'_>>(keys::CONTENTS) {
            walk.unpack(&stream)?;
        } else if let Some(streams) = raw.get::<Array<'_>>(keys::CONTENTS) {
            for stream in streams.iter::<Object<'_>>().filter_map(Object::into_stream) {
                walk.unpack(&stream)?;
            }
        }
        walk.run(page.operations(), page.resources(), 0)?;
    }
    Ok(())
}

/// Whether undoing the rows of a stream needs room without end.
fn has_wide_rows(dict: &Dict<'_>) -> bool {
    let is_wide = |parameters: &Dict<'_>| {
        [&b"Columns"[..], b"Colors"].iter().any(|key| match parameters.get::<Object<'_>>(key) {
            Some(Object::Number(number)) => !(0.0..=MOST_COLUMNS as f64).contains(&number.as_f64()),
            _ => false,
        })
    };
    [&b"DecodeParms"[..], b"DP"].iter().any(|key| match dict.get::<Object<'_>>(key) {
        Some(Object::Dict(parameters)) => is_wide(&parameters),
        Some(Object::Array(list)) => list.iter::<Object<'_>>().filter_map(Object::into_dict).any(|dict| is_wide(&dict)),
        _ => false,
    })
}

/// What was run so far, all pages together.
#[derive(Default)]
struct Walk {
    unpacked: u64,
    operators: u64,
    /// Bytes that are read to find what is drawn: its dictionary and the blanks behind it are, each time.
    passed: u64,
    /// The longest run of blanks in the file.
    blanks: u64,
    /// Of streams that were met before.
    sizes: BTreeMap<ObjectIdentifier, u64>,
}

impl Walk {
    fn size(&mut self, stream: &Stream<'_>) -> Result<u64, TooMuch> {
        if let Some(size) = self.sizes.get(&stream.obj_id()) {
            return Ok(*size);
        }
        let raw = stream.raw_data();
        let size = unpacked(&raw, &stream.filters(), MOST_UNPACKED)?.bytes.max(raw.len() as u64);
        self.sizes.insert(stream.obj_id(), size);
        Ok(size)
    }

    fn unpack(&mut self, stream: &Stream<'_>) -> Result<(), TooMuch> {
        self.unpacked += self.size(stream)?;
        if self.unpacked > MOST_UNPACKED { Err(TooMuch) } else { Ok(()) }
    }

    /// Counts what a program runs.
    fn run(&mut self, mut program: UntypedIter<'_>, resources: &Resources<'_>, deep: usize) -> Result<(), TooMuch> {
        let (mut states, mut pieces) = (0_u64, 0_u64);
        while let Some(instruction) = program.next() {
            self.operators += 1;
            if self.operators > MOST_OPERATORS {
                return Err(TooMuch);
            }
            match &**instruction.operator {
                b"q" => states += 1,
                b"Q" => states = states.saturating_sub(1),
                b"m" | b"l" | b"c" | b"v" | b"y" | b"re" | b"h" => pieces += 1,
                b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"n" => pieces = 0,
                b"Do" if deep < MOST_FORMS_DEEP => {
                    let form = instruction
                        .operands()
                        .last()
                        .and_then(|name| resources.get_x_object(&name.clone().into_name()?));
                    if let Some(form) = form {
                        self.passed += form.dict().data().len() as u64 + self.blanks;
                        if self.passed > MOST_PASSED {
                            return Err(TooMuch);
                        }
                        self.form(&form, resources, deep)?;
                    }
                }
                b"Tj" | b"TJ" | b"'" | b"\"" => {
                    let shown = |operand: &Object<'_>| match operand {
                        Object::String(string) => string.as_bytes().len(),
                        Object::Array(list) => list.data().len(),
                        _ => 0,
                    };
                    if instruction.operands().any(|operand| shown(operand) > MOST_SHOWN) {
                        return Err(TooMuch);
                    }
                }
                _ => {}
            }
            if states > MOST_STATES || pieces > MOST_PIECES {
                return Err(TooMuch);
            }
        }
        Ok(())
    }

    fn form(&mut self, form: &Stream<'_>, resources: &Resources<'_>, deep: usize) -> Result<(), TooMuch> {
        if form.dict().get::<Name<'_>>(keys::SUBTYPE).is_none_or(|name| name.as_ref() != b"Form") {
            return Ok(());
        }
        self.unpack(form)?;
        let Ok(program) = form.decoded_data() else { return Ok(()) };
        let own = form.dict().get::<Dict<'_>>(keys::RESOURCES).map(Resources::new);
        self.run(UntypedIter::new(&program), own.as_ref().unwrap_or(resources), deep + 1)
    }

    /// Counts what each font unpacks, for fonts are kept and may share a file.
    fn fonts_in(&mut self, object: &Object<'_>, deep: usize, total: &mut u64) -> Result<(), TooMuch> {
        const MOST_DEEP: usize = 16;
        if deep > MOST_DEEP {
            return Ok(());
        }
        let inner = |inner: MaybeRef<Object<'_>>, walk: &mut Walk, total: &mut u64| match inner {
            MaybeRef::NotRef(object @ (Object::Dict(_) | Object::Array(_))) => walk.fonts_in(&object, deep + 1, total),
            _ => Ok(()),
        };
        match object {
            Object::Dict(dict) => {
                if dict.contains_key(keys::FONT_DESC) || dict.contains_key(keys::TO_UNICODE) {
                    self.font(dict, total)?;
                }
                if let Some(descendants) = dict.get::<Array<'_>>(keys::DESCENDANT_FONTS) {
                    for descendant in descendants.iter::<Dict<'_>>() {
                        self.font(&descendant, total)?;
                    }
                }
                dict.entries().try_for_each(|(_, value)| inner(value, self, total))
            }
            Object::Array(list) => list.raw_iter().try_for_each(|value| inner(value, self, total)),
            _ => Ok(()),
        }
    }

    fn font(&mut self, dict: &Dict<'_>, total: &mut u64) -> Result<(), TooMuch> {
        let descriptor = dict.get::<Dict<'_>>(keys::FONT_DESC).unwrap_or_default();
        let streams = [&b"FontFile"[..], b"FontFile2", b"FontFile3"].map(|key| descriptor.get::<Stream<'_>>(key));
        let maps = [&b"ToUnicode"[..], b"Encoding", b"CIDToGIDMap"].map(|key| dict.get::<Stream<'_>>(key));
        for stream in streams.into_iter().chain(maps).flatten() {
            *total += self.size(&stream)?;
            if *total > MOST_UNPACKED {
                return Err(TooMuch);
            }
        }
        Ok(())
    }
}
