//! The records of a web archive, whatever state it is in.
//!
//! In: packed or plain bytes. Out: one record after the other with the place in the file where it begins, its fields
//! and its block. A block is held in memory only where it is wanted, and only up to a bound.
//!
//! Lengths lie. Behind a block the next record must begin or the file end; where it does not, the length was too short,
//! and all up to the next record belongs to the block, or too long, and the record that began inside is read next. So
//! a wrong length costs nothing. What is no record at all is passed over up to the next one, and named.

use crate::archive::members::Members;
use memchr::memmem;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Headers of records are a few hundred bytes.
const MOST_HEADER: usize = 64 << 10;
/// As much of a block is shown to whoever decides whether it is wanted.
const SHOWN: usize = 16 << 10;
/// What a record begins with; before it stands a line break or nothing.
const BEGINS: &[u8] = b"WARC/";
const NEXT: &[u8] = b"\nWARC/";

/// One record.
pub(crate) struct Record {
    /// Where in the file it begins; in a packed file, where its member begins.
    pub at: u64,
    pub fields: Fields,
    /// Empty where it was not wanted or too large.
    pub block: Vec<u8>,
    pub end: End,
}

/// Names in small letters, and values.
pub(crate) type Fields = BTreeMap<String, String>;

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    /// The length was wrong; the block is whole all the same.
    WrongLength {
        said: Option<u64>,
    },
    /// The file or member ends before the block does.
    Truncated {
        said: u64,
        found: u64,
    },
    TooLarge,
}

/// A place that cannot be read.
#[derive(Debug)]
pub(crate) struct Broken {
    pub at: u64,
    pub what: String,
    /// Set where nothing more can be read.
    pub error: Option<io::Error>,
}

/// Reads records as they are asked for.
pub(crate) struct Records {
    members: Members,
    buffer: Vec<u8>,
    used: usize,
    /// Where the open member begins, and how much of it was used; `None` before the first.
    member: Option<(u64, u64)>,
    is_packed: bool,
    ended: bool,
    most: usize,
    /// Bytes of blocks in all, and how many of them were given back to be read as records.
    seen: u64,
    given_back: u64,
}

impl Records {
    /// `most` bounds the bytes of one block.
    pub fn new(members: Members, is_packed: bool, most: usize) -> Self {
        Self {
            members,
            buffer: Vec::new(),
            used: 0,
            member: None,
            is_packed,
            ended: true,
            most,
            seen: 0,
            given_back: 0,
        }
    }

    /// Goes on in the first member, whose first bytes were read.
    pub fn begun(members: Members, start: Vec<u8>, is_packed: bool, most: usize) -> Self {
        Self {
            members,
            buffer: start,
            used: 0,
            member: Some((0, 0)),
            is_packed,
            ended: false,
            most,
            seen: 0,
            given_back: 0,
        }
    }

    /// The next record; `is_wanted` sees its fields and the beginning of its block.
    pub fn next(&mut self, is_wanted: impl Fn(&Fields, &[u8]) -> bool) -> Option<Result<Record, Broken>> {
        match self.find_record() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(broken) => return Some(Err(broken)),
        }
        let at = self.place();
        Some(self.read_record(at, is_wanted).map_err(|(what, error)| {
            // A member that breaks is over; the next one is looked for.
            self.buffer.clear();
            self.used = 0;
            self.ended = true;
            let fatal = error.filter(|error| !self.is_packed || !is_damage(error));
            Broken { at, what, error: fatal }
        }))
    }

    /// Goes to where the next record begins; false at the end of the file.
    fn find_record(&mut self) -> Result<bool, Broken> {
        loop {
            let fail = |at: u64, error: io::Error| Broken { at, what: error.to_string(), error: Some(error) };
            self.skip_breaks().map_err(|error| self.damaged(error))?;
            if !self.available().is_empty() {
                break;
            }
            match self.members.next() {
                Ok(None) => return Ok(false),
                Ok(Some(found)) => {
                    self.member = Some((found.at, 0));
                    self.ended = false;
                    if found.skipped > 0 {
                        let what = format!("{} bytes before it are no record", found.skipped);
                        return Err(Broken { at: found.at, what, error: None });
                    }
                }
                Err(error) => return Err(fail(self.place(), error)),
            }
        }
        self.ensure(BEGINS.len()).map_err(|error| self.damaged(error))?;
        if self.available().starts_with(BEGINS) {
            return Ok(true);
        }
        let at = self.place();
        let mut skipped = Vec::new();
        let found = self.skip_to_next(&mut skipped, 0).map_err(|error| self.damaged(error))?;
        Err(Broken { at, what: format!("{found} bytes are no record"), error: None })
    }

    /// The error of a member that broke; the reading goes on with the next one.
    fn damaged(&mut self, error: io::Error) -> Broken {
        let at = self.place();
        self.buffer.clear();
        self.used = 0;
        self.ended = true;
        let what = error.to_string();
        Broken { at, what, error: Some(error).filter(|error| !self.is_packed || !is_damage(error)) }
    }

    fn read_record(
        &mut self,
        at: u64,
        is_wanted: impl Fn(&Fields, &[u8]) -> bool,
    ) -> Result<Record, (String, Option<io::Error>)> {
        let failed = |error: io::Error| (error.to_string(), Some(error));
        let end = loop {
            if let Some(end) = head_end(self.available()) {
                break end;
            }
            if self.available().len() > MOST_HEADER {
                self.skip_to_next(&mut Vec::new(), 0).map_err(failed)?;
                return Err(("its header has no end".to_owned(), None));
            }
            if !self.more().map_err(failed)? {
                return Err(("the file ends in its header".to_owned(), None));
            }
        };
        let fields = fields(self.available().get(..end).unwrap_or(&[]));
        self.advance(end);
        let length = fields.get("content-length").and_then(|length| length.trim().parse::<u64>().ok());
        // A length that is too small hides nothing: what follows it is shown too.
        let shown = usize::try_from(length.unwrap_or(0)).unwrap_or(SHOWN).clamp(SHOWN / 4, SHOWN);
        self.ensure(shown).map_err(failed)?;
        let available = self.available();
        let keep = is_wanted(&fields, available.get(..shown.min(available.len())).unwrap_or(&[]));
        let (block, end) = self.read_block(length, keep).map_err(failed)?;
        Ok(Record { at, fields, block, end })
    }

    fn read_block(&mut self, length: Option<u64>, keep: bool) -> io::Result<(Vec<u8>, End)> {
        let said = length.unwrap_or(0);
        let mut block = Block { keep, most: self.most, ..Block::default() };
        let mut inside = Inside::default();
        while block.length < said {
            if self.available().is_empty() && !self.more()? {
                break;
            }
            let left = usize::try_from(said - block.length).unwrap_or(usize::MAX);
            let count = left.min(self.available().len());
            let chunk = self.buffer.get(self.used..self.used + count).unwrap_or(&[]);
            inside.see(chunk, block.length, self.most);
            block.push(chunk);
            self.advance(count);
            self.seen += u64::try_from(count).unwrap_or(0);
            // Where all lengths lie, blocks are read again and again: then the first record inside is believed.
            if inside.record.is_some() && self.given_back > (64 << 20) && self.given_back > self.seen / 2 {
                break;
            }
        }
        let is_complete = block.length == said && length.is_some();
        if is_complete && self.is_boundary()? {
            return Ok((block.bytes, if block.over { End::TooLarge } else { End::Whole }));
        }
        if let Some((start, rest)) = inside.record {
            block.cut(start);
            self.give_back(rest);
        } else if block.length < said {
            return Ok((block.bytes, End::Truncated { said, found: block.length }));
        } else {
            let mut rest = Vec::new();
            self.skip_to_next(&mut rest, if keep { self.most } else { 0 })?;
            block.push(&rest);
        }
        block.trim();
        Ok((block.bytes, if block.over { End::TooLarge } else { End::WrongLength { said: length } }))
    }

    /// Whether a record may end here: line breaks, then the next one or the end.
    fn is_boundary(&mut self) -> io::Result<bool> {
        /// Two breaks are the rule; some programs write one or three.
        const MOST_BREAKS: usize = 8;
        self.ensure(MOST_BREAKS + BEGINS.len())?;
        let breaks = self.available().iter().take(MOST_BREAKS).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let rest = self.available().get(breaks..).unwrap_or(&[]);
        Ok(rest.starts_with(BEGINS) || rest.is_empty())
    }

    /// Passes over all up to the next record or the end of the member, keeping up to `most` bytes of it. Gives how many
    /// bytes were passed.
    fn skip_to_next(&mut self, kept: &mut Vec<u8>, most: usize) -> io::Result<u64> {
        let mut passed = 0_u64;
        loop {
            let found = memmem::find(self.available(), NEXT).map(|at| at + 1);
            // The beginning of the next record may be cut in two by the edge of the buffer.
            let end = found.unwrap_or(self.available().len().saturating_sub(NEXT.len()));
            let skipped = self.available().get(..end).unwrap_or(&[]);
            kept.extend_from_slice(skipped.get(..most.saturating_sub(kept.len()).min(end)).unwrap_or(&[]));
            self.advance(end);
            passed += u64::try_from(end).unwrap_or(0);
            if found.is_some() {
                return Ok(passed);
            }
            if !self.more()? {
                let left = self.available().len();
                kept.extend_from_slice(
                    self.available().get(..most.saturating_sub(kept.len()).min(left)).unwrap_or(&[]),
                );
                self.advance(left);
                return Ok(passed + u64::try_from(left).unwrap_or(0));
            }
        }
    }

    fn skip_breaks(&mut self) -> io::Result<()> {
        loop {
            let breaks = self.available().iter().take_while(|b| matches!(b, b'\r' | b'\n' | b' ' | 0)).count();
            self.advance(breaks);
            if !self.available().is_empty() || !self.more()? {
                return Ok(());
            }
        }
    }

    fn available(&self) -> &[u8] {
        self.buffer.get(self.used..).unwrap_or(&[])
    }

    fn advance(&mut self, count: usize) {
        self.used = (self.used + count).min(self.buffer.len());
        if let Some((_, used)) = &mut self.member {
            *used += u64::try_from(count).unwrap_or(0);
        }
    }

    /// Bytes that belong to the next record go back to the front.
    fn give_back(&mut self, bytes: Vec<u8>) {
        let count = u64::try_from(bytes.len()).unwrap_or(0);
        self.given_back += count;
        if let Some((_, used)) = &mut self.member {
            *used = used.saturating_sub(count);
        }
        self.buffer.splice(..self.used, bytes);
        self.used = 0;
    }

    /// Reads until so many bytes are there, or the member ends.
    fn ensure(&mut self, count: usize) -> io::Result<()> {
        while self.available().len() < count && self.more()? {}
        Ok(())
    }

    /// Reads on; false where the member ends.
    fn more(&mut self) -> io::Result<bool> {
        const STEP: u64 = 64 << 10;
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        let count = (&mut self.members).take(STEP).read_to_end(&mut self.buffer)?;
        self.ended = count == 0;
        Ok(count > 0)
    }

    /// Where the reading stands in the file.
    fn place(&self) -> u64 {
        let (start, used) = self.member.unwrap_or((0, 0));
        if self.is_packed { start } else { start + used }
    }
}

/// Errors of packed bytes themselves, behind which the next member may be whole.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof)
        || error.get_ref().is_some_and(|inner| !inner.is::<crate::archive::budget::TooMuch>())
            && error.kind() == io::ErrorKind::Other
}

/// A block as it is collected.
#[derive(Default)]
struct Block {
    keep: bool,
    most: usize,
    bytes: Vec<u8>,
    length: u64,
    over: bool,
}

impl Block {
    fn push(&mut self, chunk: &[u8]) {
        self.length += u64::try_from(chunk.len()).unwrap_or(0);
        if !self.keep || self.over {
            return;
        }
        if self.bytes.len() + chunk.len() > self.most {
            self.over = true;
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(chunk);
        }
    }

    /// Only the first bytes belong to it.
    fn cut(&mut self, length: u64) {
        self.length = length;
        self.over = self.keep && usize::try_from(length).map_or(true, |length| length > self.most);
        self.bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    }

    /// Without the line breaks that divide records.
    fn trim(&mut self) {
        let end = self.bytes.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |last| last + 1);
        self.bytes.truncate(end);
    }
}

/// Watches a block for a record that begins inside it, and keeps what follows in case the length was too long.
#[derive(Default)]
struct Inside {
    /// The last bytes of the chunk before.
    edge: Vec<u8>,
    /// Where in the block it begins, and the bytes from there.
    record: Option<(u64, Vec<u8>)>,
    /// More followed than is kept.
    over: bool,
}

impl Inside {
    fn see(&mut self, chunk: &[u8], start: u64, most: usize) {
        if self.over {
            return;
        }
        if let Some((_, kept)) = &mut self.record {
            if kept.len() + chunk.len() > most {
                self.over = true;
                self.record = None;
            } else {
                kept.extend_from_slice(chunk);
            }
            return;
        }
        let edge = self.edge.len();
        let head = chunk.get(..NEXT.len().min(chunk.len())).unwrap_or(&[]);
        let seam = [self.edge.as_slice(), head].concat();
        let place = |at: usize, back: usize| {
            (start + u64::try_from(at).unwrap_or(0)).saturating_sub(u64::try_from(back).unwrap_or(0))
        };
        if let Some(at) = memmem::find(&seam, NEXT).filter(|at| *at < edge) {
            // The line break stands in the chunk before; the record begins one byte behind it.
            let mut kept = seam.get(at + 1..edge).unwrap_or(&[]).to_vec();
            kept.extend_from_slice(chunk.get((at + 1).saturating_sub(edge)..).unwrap_or(&[]));
            self.record = Some((place(at + 1, edge), kept));
        } else if let Some(at) = memmem::find(chunk, NEXT) {
            self.record = Some((place(at + 1, 0), chunk.get(at + 1..).unwrap_or(&[]).to_vec()));
        }
        let keep = NEXT.len() - 1;
        self.edge.extend_from_slice(chunk.get(chunk.len().saturating_sub(keep)..).unwrap_or(&[]));
        self.edge.drain(..self.edge.len().saturating_sub(keep));
    }
}

/// Where the block begins: behind the first empty line.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let crlf = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let lf = memmem::find(bytes, b"\n\n").map(|at| at + 2);
    match (crlf, lf) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn fields(head: &[u8]) -> Fields {
    let head = String::from_utf8_lossy(head);
    let mut found = Fields::new();
    let mut last = String::new();
    for line in head.lines().skip(1) {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = found.get_mut(&last) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            last = name.trim().to_ascii_lowercase();
            found.entry(last.clone()).or_insert_with(|| value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{End, Records};
    use crate::archive::budget::Budget;
    use crate::archive::members::{Members, Packing};
    use std::io::Cursor;

    fn record(length: usize, block: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n")
    }

    /// Place, block and end of each record; `!` before what is broken.
    fn check(bytes: &str, most: usize, expected: &[&str]) {
        let members = Members::new(Box::new(Cursor::new(bytes.to_owned())), Packing::None, Budget::default());
        let mut records = Records::new(members, false, most);
        let mut found = Vec::new();
        while let Some(next) = records.next(|_, _| true) {
            found.push(match next {
                Ok(record) => {
                    let end = match record.end {
                        End::Whole => "whole",
                        End::WrongLength { .. } => "wrong length",
                        End::Truncated { .. } => "truncated",
                        End::TooLarge => "too large",
                    };
                    format!("{} {end}: {}", record.at, String::from_utf8_lossy(&record.block))
                }
                Err(broken) => format!("!{} {}", broken.at, broken.what),
            });
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn records_follow_one_another() {
        let two = [record(3, "one"), record(3, "two")].concat();
        check(&two, 99, &["0 whole: one", "59 whole: two"]);
        check(&two.replace('\r', ""), 99, &["0 whole: one", "53 whole: two"]);
    }

    #[test]
    fn a_length_that_is_too_short_or_too_long_costs_nothing() {
        let short = [record(2, "one and more"), record(3, "two")].concat();
        check(&short, 99, &["0 wrong length: one and more", "68 whole: two"]);
        let long = [record(40, "one"), record(3, "two"), record(5, "three")].concat();
        check(&long, 99, &["0 wrong length: one", "60 whole: two", "119 whole: three"]);
        let endless = [record(99_999, "one"), record(3, "two")].concat();
        check(&endless, 999, &["0 wrong length: one", "63 whole: two"]);
        let none = record(3, "one").replace("Content-Length: 3", "Content-Length: x");
        check(&[none, record(3, "two")].concat(), 99, &["0 wrong length: one", "59 whole: two"]);
    }

    #[test]
    fn what_breaks_off_is_read_up_to_there() {
        check(&record(50, "one")[..54], 99, &["0 truncated: o"]);
        check("WARC/1.0\r\nWARC-Type", 99, &["!0 the file ends in its header"]);
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        let bytes = ["noise\r\n".to_owned(), record(3, "one"), "noise\n".to_owned(), record(3, "two")].concat();
        check(&bytes, 99, &["!0 7 bytes are no record", "7 wrong length: one\r\n\r\nnoise", "72 whole: two"]);
        check("nothing at all", 99, &["!0 14 bytes are no record"]);
    }

    #[test]
    fn a_block_that_is_too_large_is_not_kept() {
        let bytes = [record(200, &"x".repeat(200)), record(3, "two")].concat();
        check(&bytes, 99, &["0 too large: ", "258 whole: two"]);
    }
}
