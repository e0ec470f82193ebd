//! The values of one column in one row group, page by page.
//!
//! In: where they stand. Out: one cell after the other with its levels, which say where in a row and in a list it belongs.
//! One page is held at a time, and the dictionary.

use super::footer::Chunk;
use super::packed::unpack;
use super::thrift::{Kind, Thrift};
use super::values::{Dictionary, Leaf, Runs, Values, take};
use super::{Store, broken};
use crate::reading::Reading;
use serde_json::Value;
use std::io::{self, BufReader, Read};

/// A value, or the place where one is missing.
#[derive(Debug)]
pub(super) struct Cell {
    /// Below the leaf's own level something is missing.
    pub definition: u16,
    /// At which level something is repeated; 0 at the beginning of a row.
    pub repetition: u16,
    pub value: Option<Value>,
}

/// Reads cells as they are asked for.
pub(super) struct Column {
    leaf: Leaf,
    source: BufReader<Box<dyn Read + Send>>,
    codec: u64,
    /// Values that are still to come, those of the open page not counted.
    left: u64,
    dictionary: Option<Dictionary>,
    page: Option<Page>,
    most: usize,
    reading: Reading,
}

struct Page {
    bytes: Vec<u8>,
    left: u64,
    repetitions: Runs,
    definitions: Runs,
    values: Values,
    /// The repetition level of the next cell, where it was looked at already.
    ahead: Option<u16>,
}

/// Some writers tell the least and greatest values of a page, and these may be texts.
const MOST_HEADER: usize = 64 << 20;

impl Column {
    pub fn new(store: &Store, chunk: &Chunk, leaf: Leaf, reading: &Reading) -> io::Result<Self> {
        if let Some(why) = chunk.refused {
            return Err(broken(format!("a column of it {why}")));
        }
        let part: Box<dyn Read + Send> = Box::new(store.part(chunk.start, chunk.bytes));
        let part = if reading.depth == 0 { Box::new(reading.budget.count(part)) } else { part };
        Ok(Self {
            leaf,
            source: BufReader::with_capacity(1 << 16, part),
            codec: chunk.codec,
            left: chunk.values,
            dictionary: None,
            page: None,
            most: reading.options.max_bytes,
            reading: reading.clone(),
        })
    }

    /// Whether a row may have several cells.
    pub fn is_repeated(&self) -> bool {
        self.leaf.repetition > 0
    }

    /// The repetition level of the next cell; `None` at the end.
    pub fn peek(&mut self) -> io::Result<Option<u16>> {
        loop {
            if let Some(page) = self.page.as_mut().filter(|page| page.left > 0) {
                if page.ahead.is_none() {
                    page.ahead = Some(level(page.repetitions.next(&page.bytes)?, self.leaf.repetition)?);
                }
                return Ok(page.ahead);
            }
            if self.left == 0 {
                return Ok(None);
            }
            self.page = None;
            self.open_page()?;
        }
    }

    /// The next cell.
    pub fn next(&mut self) -> io::Result<Option<Cell>> {
        let Some(repetition) = self.peek()? else { return Ok(None) };
        let Some(page) = &mut self.page else { return Ok(None) };
        page.ahead = None;
        page.left -= 1;
        let definition = level(page.definitions.next(&page.bytes)?, self.leaf.definition)?;
        let value = if definition == self.leaf.definition {
            Some(page.values.next(&self.leaf, &page.bytes, self.dictionary.as_ref())?)
        } else {
            None
        };
        Ok(Some(Cell { definition, repetition, value }))
    }

    fn open_page(&mut self) -> io::Result<()> {
        let header = Header::read(&mut self.source)?;
        let (Ok(packed), Ok(bytes)) = (usize::try_from(header.packed), usize::try_from(header.bytes)) else {
            return Err(broken("a part of it is too large"));
        };
        if packed.max(bytes) > self.most {
            return Err(broken(format!("a part of it is larger than {} bytes", self.most)));
        }
        let mut page = Vec::new();
        (&mut self.source).take(header.packed).read_to_end(&mut page)?;
        if page.len() < packed {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let budget = &self.reading.budget;
        match header.kind {
            2 => {
                let page = unpack(page, self.codec, bytes, budget)?;
                self.dictionary = Some(Dictionary::new(&self.leaf, page, header.values)?);
            }
            0 => self.open_data(unpack(page, self.codec, bytes, budget)?, &header)?,
            3 => {
                // Levels are never packed.
                let levels = header.levels[0].saturating_add(header.levels[1]);
                let levels = usize::try_from(levels).ok().filter(|levels| *levels <= packed.min(bytes));
                let Some(levels) = levels else { return Err(broken("a part of it has too many levels")) };
                let codec = if header.is_packed { self.codec } else { 0 };
                let rest = page.split_off(levels);
                // Where all values are missing there may be nothing to unpack.
                if bytes > levels {
                    page.extend(unpack(rest, codec, bytes - levels, budget)?);
                }
                self.open_data(page, &header)?;
            }
            // Indexes.
            _ => {}
        }
        Ok(())
    }

    fn open_data(&mut self, bytes: Vec<u8>, header: &Header) -> io::Result<()> {
        let mut at = 0;
        let mut levels = |highest: u16, index: usize| {
            if header.kind == 3 {
                let start = at;
                take(&bytes, &mut at, usize::try_from(header.levels[index]).unwrap_or(usize::MAX))?;
                return Runs::new(bits_of(highest), start..at);
            }
            if highest == 0 {
                return Runs::new(0, 0..0);
            }
            if header.level_encodings[index] != 3 {
                return Err(broken("its levels are written in a way that is no longer used"));
            }
            let length = take(&bytes, &mut at, 4)?;
            let length = length.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
            let start = at;
            take(&bytes, &mut at, length)?;
            Runs::new(bits_of(highest), start..at)
        };
        let repetitions = levels(self.leaf.repetition, 0)?;
        let definitions = levels(self.leaf.definition, 1)?;
        // A page in which all values are missing has none to be decoded.
        let values =
            if at < bytes.len() { Values::new(&self.leaf, header.encoding, &bytes, at)? } else { Values::Plain(at) };
        self.left = self.left.saturating_sub(header.values);
        self.page = Some(Page { bytes, left: header.values, repetitions, definitions, values, ahead: None });
        Ok(())
    }
}

/// How many bits a level of at most this takes.
fn bits_of(highest: u16) -> u32 {
    u16::BITS - highest.leading_zeros()
}

fn level(number: u32, highest: u16) -> io::Result<u16> {
    u16::try_from(number).ok().filter(|level| *level <= highest).ok_or_else(|| broken("a level in it is too high"))
}

/// What a page says of itself.
#[derive(Default)]
struct Header {
    /// 0 values, 1 index, 2 dictionary, 3 values of the second version.
    kind: u64,
    bytes: u64,
    packed: u64,
    values: u64,
    encoding: u64,
    /// Of repetitions and definitions.
    level_encodings: [u64; 2],
    /// How many bytes these levels take.
    levels: [u64; 2],
    is_packed: bool,
}

impl Header {
    fn read(source: impl Read) -> io::Result<Self> {
        let mut header = Self { is_packed: true, ..Self::default() };
        Thrift::new(source, MOST_HEADER).fields(|thrift, id, kind| {
            match id {
                1 => header.kind = thrift.count(kind)?,
                2 => header.bytes = thrift.count(kind)?,
                3 => header.packed = thrift.count(kind)?,
                5 => thrift.fields_of(kind, |thrift, id, kind| header.values_of_first(thrift, id, kind))?,
                7 => thrift.fields_of(kind, |thrift, id, kind| match id {
                    1 => thrift.count(kind).map(|count| header.values = count),
                    _ => thrift.skip(kind),
                })?,
                8 => thrift.fields_of(kind, |thrift, id, kind| header.values_of_second(thrift, id, kind))?,
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })?;
        Ok(header)
    }

    fn values_of_first<R: Read>(&mut self, thrift: &mut Thrift<R>, id: i16, kind: Kind) -> io::Result<()> {
        match id {
            1 => self.values = thrift.count(kind)?,
            2 => self.encoding = thrift.count(kind)?,
            3 => self.level_encodings[1] = thrift.count(kind)?,
            4 => self.level_encodings[0] = thrift.count(kind)?,
            _ => thrift.skip(kind)?,
        }
        Ok(())
    }

    fn values_of_second<R: Read>(&mut self, thrift: &mut Thrift<R>, id: i16, kind: Kind) -> io::Result<()> {
        match id {
            1 => self.values = thrift.count(kind)?,
            4 => self.encoding = thrift.count(kind)?,
            5 => self.levels[1] = thrift.count(kind)?,
            6 => self.levels[0] = thrift.count(kind)?,
            7 => self.is_packed = thrift.flag(kind)?,
            _ => thrift.skip(kind)?,
        }
        Ok(())
    }
}
