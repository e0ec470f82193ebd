//! Packed streams: gzip in members, zstd in frames.
//!
//! In: a reader of packed bytes. Out: the bytes of one member after the other, each with the place in the file where it
//! begins. A web archive packs each record as a member of its own, so a member that is broken costs itself alone: the
//! next one is looked for behind it.
//!
//! What is not packed goes through here as one member, so that readers of archives need not care.

use super::budget::Budget;
use flate2::bufread::GzDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// Packed or plain bytes, member by member. Reading ends at the end of each; [`Members::next`] opens the next one.
pub(crate) struct Members {
    state: State,
    budget: Budget,
    /// The open member gave an error.
    failed: bool,
}

type Source = Replay<Box<dyn Read + Send>>;

enum State {
    /// Before the first member.
    Plain(Box<dyn Read + Send>),
    OpenPlain(Box<dyn Read + Send>),
    Gzip(Source),
    OpenGzip(Box<GzDecoder<Source>>),
    Zstd(Source),
    OpenZstd(Box<StreamingDecoder<Source, ruzstd::decoding::FrameDecoder>>),
    End,
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

/// How a search for the next member went.
pub(crate) struct Found {
    /// Where in the file it begins.
    pub at: u64,
    /// Bytes before it that are no member, where they are not padding.
    pub skipped: u64,
}

const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

impl Members {
    pub fn new(source: Box<dyn Read + Send>, packing: Packing, budget: Budget) -> Self {
        let state = match packing {
            Packing::None => State::Plain(source),
            Packing::Gzip => State::Gzip(Replay::new(source)),
            Packing::Zstd => State::Zstd(Replay::new(source)),
        };
        Self { state, budget, failed: false }
    }

    /// Opens the next member, wherever the reading of the last one stopped; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Found>> {
        // The rest of a member is passed over.
        if matches!(self.state, State::OpenPlain(_)) {
            self.state = State::End;
        }
        let is_open = matches!(self.state, State::OpenGzip(_) | State::OpenZstd(_));
        let broken = is_open && (self.failed || io::copy(self, &mut io::sink()).is_err());
        self.failed = false;
        self.open_next(broken)
    }

    fn open_next(&mut self, broken: bool) -> io::Result<Option<Found>> {
        let (mut source, start) = match std::mem::replace(&mut self.state, State::End) {
            State::Plain(source) => {
                self.state = State::OpenPlain(source);
                return Ok(Some(Found { at: 0, skipped: 0 }));
            }
            State::OpenPlain(_) | State::End => return Ok(None),
            State::Gzip(source) => (source, GZIP),
            State::OpenGzip(decoder) => (decoder.into_inner(), GZIP),
            State::Zstd(source) => (source, ZSTD),
            State::OpenZstd(decoder) => (decoder.into_inner(), ZSTD),
        };
        if broken {
            source.back_to_mark();
        }
        let skipped = source.seek_to(start)?;
        if source.fill_buf()?.is_empty() {
            // What stands behind the last member is padding, or part of the member that broke.
            return Ok(None);
        }
        let at = source.mark();
        self.state = if start == GZIP {
            State::OpenGzip(Box::new(GzDecoder::new(source)))
        } else {
            match StreamingDecoder::new(source) {
                Ok(decoder) => State::OpenZstd(Box::new(decoder)),
                // The decoder keeps the source: what follows is lost with it.
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
            }
        };
        Ok(Some(Found { at, skipped: if broken { 0 } else { skipped } }))
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.state {
            State::OpenPlain(source) => return source.read(buffer),
            State::OpenGzip(decoder) => decoder.read(buffer),
            State::OpenZstd(decoder) => decoder.read(buffer),
            State::Plain(_) | State::Gzip(_) | State::Zstd(_) | State::End => Ok(0),
        };
        self.failed = read.is_err();
        let count = read?;
        if let Err(error) = self.budget.unpack(count) {
            self.state = State::End;
            return Err(error);
        }
        Ok(count)
    }
}

/// All members as one stream. The first broken one ends it with an error.
pub(crate) struct Joined {
    members: Members,
    open: bool,
}

impl Joined {
    pub fn new(members: Members) -> Self {
        Self { members, open: false }
    }

    /// Goes on in a member that is open.
    pub fn begun(members: Members) -> Self {
        Self { members, open: true }
    }
}

impl Read for Joined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if self.open {
                match self.members.read(buffer)? {
                    0 => self.open = false,
                    count => return Ok(count),
                }
            }
            if self.members.open_next(false)?.is_none() {
                return Ok(0);
            }
            self.open = true;
        }
    }
}

/// A buffered reader that can go back to a mark, as long as that lies no farther back than [`KEPT`].
struct Replay<R> {
    reader: BufReader<R>,
    /// Bytes since the mark, as far as they are kept.
    kept: Vec<u8>,
    /// How many of the kept bytes were consumed again.
    used: usize,
    /// Whether everything since the mark is kept.
    whole: bool,
    position: u64,
    marked: u64,
}

/// Members of web archives are smaller; behind larger ones the search begins where the error was met.
const KEPT: usize = 1 << 20;

impl<R: Read> Replay<R> {
    fn new(reader: R) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        Self { reader, kept: Vec::new(), used: 0, whole: true, position: 0, marked: 0 }
    }

    /// Marks this place; gives it.
    fn mark(&mut self) -> u64 {
        self.kept.drain(..self.used.min(self.kept.len()));
        self.used = 0;
        self.whole = true;
        self.marked = self.position;
        self.position
    }

    /// Back to the byte behind the mark, if the way there is kept.
    fn back_to_mark(&mut self) {
        if self.whole && self.position > self.marked {
            self.used = 1;
            self.position = self.marked + 1;
        }
    }

    /// Goes on to the next place that begins so, or to the end. Gives how many bytes that are not zero were passed.
    fn seek_to(&mut self, start: &[u8]) -> io::Result<u64> {
        let mut skipped = 0;
        let mut window: Vec<u8> = Vec::new();
        // Nothing behind the mark is needed any more; what was kept and not used goes first.
        let mut waiting: Vec<u8> = self.kept.drain(..).skip(self.used).collect();
        self.used = 0;
        self.whole = false;
        loop {
            if let Some(at) = waiting.windows(start.len()).position(|bytes| bytes == start) {
                skipped += count_set(waiting.get(..at).unwrap_or(&[]));
                self.position += u64::try_from(at).unwrap_or(0);
                window.extend_from_slice(waiting.get(at..).unwrap_or(&[]));
                break;
            }
            // The start may be cut in two by the edge of the buffer.
            let keep = waiting.len().min(start.len().saturating_sub(1));
            let passed = waiting.len() - keep;
            skipped += count_set(waiting.get(..passed).unwrap_or(&[]));
            self.position += u64::try_from(passed).unwrap_or(0);
            waiting.drain(..passed);
            let more = self.reader.fill_buf()?;
            if more.is_empty() {
                skipped += count_set(&waiting);
                self.position += u64::try_from(waiting.len()).unwrap_or(0);
                break;
            }
            let count = more.len();
            waiting.extend_from_slice(more);
            self.reader.consume(count);
        }
        self.kept = window;
        self.whole = true;
        Ok(skipped)
    }
}

fn count_set(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte != 0).count()).unwrap_or(0)
}

impl<R: Read> Read for Replay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Replay<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used < self.kept.len() {
            return Ok(self.kept.get(self.used..).unwrap_or(&[]));
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.position += u64::try_from(count).unwrap_or(0);
        if self.used < self.kept.len() {
            self.used = (self.used + count).min(self.kept.len());
            return;
        }
        // Bytes of the reader itself: kept for a way back.
        if self.whole && self.kept.len() + count <= KEPT {
            let fresh = self.reader.buffer();
            self.kept.extend_from_slice(fresh.get(..count).unwrap_or(fresh));
            self.used = self.kept.len();
        } else {
            self.whole = false;
            self.kept.clear();
            self.used = 0;
        }
        self.reader.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::{Joined, Members, Packing};
    use crate::archive::budget::Budget;
    use flate2::{Compression, write::GzEncoder};
    use std::io::{Cursor, Read, Write};

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    fn members(bytes: Vec<u8>) -> Members {
        Members::new(Box::new(Cursor::new(bytes)), Packing::Gzip, Budget::default())
    }

    fn read_all(mut members: Members) -> Vec<(u64, Option<String>)> {
        let mut found = Vec::new();
        while let Ok(Some(next)) = members.next() {
            let mut text = String::new();
            let read = members.read_to_string(&mut text);
            found.push((next.at, read.ok().map(|_| text)));
        }
        found
    }

    #[test]
    fn members_come_one_by_one_with_their_places() {
        let (one, two) = (gzip("one"), gzip("two"));
        let place = one.len() as u64;
        let found = read_all(members([one, two].concat()));
        assert_eq!(found, [(0, Some("one".into())), (place, Some("two".into()))]);
    }

    #[test]
    fn a_broken_member_costs_itself_alone() {
        let (one, mut two, three) = (gzip("one"), gzip("a text of some length"), gzip("three"));
        for byte in two.iter_mut().skip(10).take(8) {
            *byte ^= 0x55;
        }
        let places = [0, one.len() as u64, (one.len() + two.len()) as u64];
        let found = read_all(members([one, two, three].concat()));
        assert_eq!(found, [(0, Some("one".into())), (places[1], None), (places[2], Some("three".into()))]);
    }

    #[test]
    fn members_that_were_not_read_to_the_end_are_passed_over() {
        let mut members = members([gzip("one"), gzip("two")].concat());
        assert!(members.next().is_ok_and(|found| found.is_some()));
        assert!(members.next().is_ok_and(|found| found.is_some()));
        let mut text = String::new();
        members.read_to_string(&mut text).expect("it is whole");
        assert_eq!(text, "two");
    }

    #[test]
    fn joined_members_are_one_stream() {
        let mut text = String::new();
        let bytes = [gzip("one "), gzip(""), gzip("two"), vec![0; 512]].concat();
        Joined::new(members(bytes)).read_to_string(&mut text).expect("it is whole");
        assert_eq!(text, "one two");
    }
}
