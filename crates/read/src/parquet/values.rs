//! Values as Parquet writes them: plain, by their number in a dictionary, in runs, as differences.
//!
//! In: the bytes of a page. Out: one value after the other, decoded only when it is asked for, so that a run of a thousand
//! million values costs nothing by itself.

use super::broken;
use serde_json::Value;
use std::io;
use std::ops::Range;

/// A column without parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub stored: Stored,
    pub meaning: Meaning,
    /// The highest levels of its values.
    pub definition: u16,
    pub repetition: u16,
}

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Truth,
    Int32,
    Int64,
    /// Nanoseconds of a day and the day.
    Int96,
    Float,
    Double,
    Bytes,
    Fixed(usize),
}

impl Stored {
    pub fn of(number: u64, length: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Truth,
            1 => Self::Int32,
            2 => Self::Int64,
            3 => Self::Int96,
            4 => Self::Float,
            5 => Self::Double,
            6 => Self::Bytes,
            7 => Self::Fixed(usize::try_from(length).ok().filter(|length| *length > 0)?),
            _ => return None,
        })
    }

    /// The bytes of the plain value at a place.
    fn plain<'b>(self, bytes: &'b [u8], at: &mut usize) -> io::Result<&'b [u8]> {
        let size = match self {
            Self::Truth => 1,
            Self::Int32 | Self::Float => 4,
            Self::Int64 | Self::Double => 8,
            Self::Int96 => 12,
            Self::Fixed(length) => length,
            Self::Bytes => {
                let length = bytes.get(*at..).and_then(|rest| rest.first_chunk()).ok_or_else(too_few)?;
                *at += 4;
                usize::try_from(u32::from_le_bytes(*length)).map_err(|_| too_few())?
            }
        };
        take(bytes, at, size)
    }
}

/// What a value means beyond how it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Meaning {
    #[default]
    Plain,
    /// Days since 1970.
    Day,
    Time {
        in_second: i64,
        is_utc: bool,
    },
    /// Nothing that an article has.
    Other,
}

/// The value that bytes mean, as JSON has it.
fn told(leaf: &Leaf, bytes: &[u8]) -> Value {
    let number = || match *bytes {
        [a, b, c, d] => Some(i64::from(i32::from_le_bytes([a, b, c, d]))),
        _ => bytes.first_chunk().map(|bytes| i64::from_le_bytes(*bytes)),
    };
    let value = match (leaf.meaning, leaf.stored) {
        (Meaning::Other, _) => None,
        (_, Stored::Bytes | Stored::Fixed(_)) => Some(Value::String(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => text::decode(bytes).0,
        })),
        (_, Stored::Truth) => bytes.first().map(|byte| Value::Bool(*byte != 0)),
        (_, Stored::Int96) => int96(bytes),
        (_, Stored::Float) => bytes.first_chunk().map(|bytes| f32::from_le_bytes(*bytes).into()),
        (_, Stored::Double) => bytes.first_chunk().map(|bytes| f64::from_le_bytes(*bytes).into()),
        (Meaning::Plain, Stored::Int32 | Stored::Int64) => number().map(Value::from),
        (Meaning::Day, _) => number().and_then(|days| time(days.checked_mul(DAY)?, 0, false)),
        (Meaning::Time { in_second, is_utc }, _) => number().and_then(|count| {
            let nanoseconds = count.rem_euclid(in_second) * (1_000_000_000 / in_second);
            time(count.div_euclid(in_second), i32::try_from(nanoseconds).ok()?, is_utc)
        }),
    };
    value.unwrap_or(Value::Null)
}

/// Seconds.
const DAY: i64 = 86_400;

/// Spark and Impala write times so; no program says whether they are UTC.
fn int96(bytes: &[u8]) -> Option<Value> {
    /// 1970-01-01.
    const EPOCH: i64 = 2_440_588;
    let nanoseconds = u64::from_le_bytes(*bytes.first_chunk()?);
    let day = u32::from_le_bytes(*bytes.get(8..)?.first_chunk()?);
    let seconds = i64::try_from(nanoseconds / 1_000_000_000).ok()?;
    time((i64::from(day) - EPOCH).checked_mul(DAY)?.checked_add(seconds)?, 0, false)
}

/// `2023-03-14` at midnight, for programs that know no more write that; else `2023-03-14T09:30:00`, with `Z` in UTC.
fn time(seconds: i64, nanoseconds: i32, is_utc: bool) -> Option<Value> {
    let stamp = jiff::Timestamp::new(seconds, nanoseconds).ok()?;
    let moment = jiff::tz::Offset::UTC.to_datetime(stamp);
    let told = if seconds.rem_euclid(DAY) == 0 {
        moment.date().to_string()
    } else {
        format!(
            "{}T{:02}:{:02}:{:02}{}",
            moment.date(),
            moment.hour(),
            moment.minute(),
            moment.second(),
            if is_utc { "Z" } else { "" }
        )
    };
    Some(Value::String(told))
}

/// Values that pages refer to by their numbers.
#[derive(Debug)]
pub(super) struct Dictionary {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Dictionary {
    pub fn new(leaf: &Leaf, bytes: Vec<u8>, count: u64) -> io::Result<Self> {
        let mut at = 0;
        let mut places = Vec::new();
        // Every value takes a byte at least; truths, of which eight take one, are never numbered.
        if count > bytes.len() as u64 || matches!(leaf.stored, Stored::Truth) {
            return Err(broken("it numbers values that it does not have"));
        }
        for _ in 0..count {
            let length = leaf.stored.plain(&bytes, &mut at)?.len();
            places.push(at - length..at);
        }
        Ok(Self { bytes, places })
    }
}

/// The values of a page that are still to come.
#[derive(Debug)]
pub(super) enum Values {
    Plain(usize),
    /// One bit each; the place of the next one.
    Bits(usize),
    ByNumber(Runs),
    Truths(Runs),
    Differences(Differences),
    /// First all lengths, then the bytes, from this place on.
    Lengths(Differences, usize),
    /// How much each takes over from the one before, how long the rest is, the rests from this place on, the last value.
    Prefixes(Differences, Differences, usize, Vec<u8>),
}

impl Values {
    /// Of a page whose values begin at a place and are written in this encoding.
    pub fn new(leaf: &Leaf, encoding: u64, bytes: &[u8], start: usize) -> io::Result<Self> {
        let end = bytes.len();
        Ok(match (encoding, leaf.stored) {
            (0, Stored::Truth) => Self::Bits(start.saturating_mul(8)),
            (0, _) => Self::Plain(start),
            (2 | 8, _) => {
                let width = bytes.get(start).map_or(0, |width| u32::from(*width));
                Self::ByNumber(Runs::new(width, start + 1..end)?)
            }
            (3, Stored::Truth) => {
                let mut at = start;
                take(bytes, &mut at, 4)?;
                Self::Truths(Runs::new(1, at..end)?)
            }
            (5, Stored::Int32 | Stored::Int64) => Self::Differences(Differences::new(bytes, start)?),
            (6, Stored::Bytes) => {
                let lengths = Differences::new(bytes, start)?;
                let at = lengths.end(bytes)?;
                Self::Lengths(lengths, at)
            }
            (7, Stored::Bytes | Stored::Fixed(_)) => {
                let prefixes = Differences::new(bytes, start)?;
                let rests = Differences::new(bytes, prefixes.end(bytes)?)?;
                let at = rests.end(bytes)?;
                Self::Prefixes(prefixes, rests, at, Vec::new())
            }
            _ => return Err(broken(format!("its values are written in a way that cannot be read ({encoding})"))),
        })
    }

    /// The next value.
    pub fn next(&mut self, leaf: &Leaf, bytes: &[u8], dictionary: Option<&Dictionary>) -> io::Result<Value> {
        match self {
            Self::Plain(at) => Ok(told(leaf, leaf.stored.plain(bytes, at)?)),
            Self::Bits(bit) => {
                let value = bits(bytes, *bit, 1)?;
                *bit += 1;
                Ok(Value::Bool(value == 1))
            }
            Self::Truths(runs) => Ok(Value::Bool(runs.next(bytes)? == 1)),
            Self::ByNumber(runs) => {
                let number = usize::try_from(runs.next(bytes)?).unwrap_or(usize::MAX);
                let known = dictionary.and_then(|d| d.bytes.get(d.places.get(number)?.clone()));
                Ok(told(leaf, known.ok_or_else(|| broken("it refers to a value that is not there"))?))
            }
            Self::Differences(differences) => {
                let number = differences.next(bytes)?.to_le_bytes();
                let narrow = number.first_chunk::<4>().filter(|_| leaf.stored == Stored::Int32);
                Ok(told(leaf, narrow.map_or(&number[..], |narrow| &narrow[..])))
            }
            Self::Lengths(lengths, at) => {
                let length = length(lengths.next(bytes)?)?;
                Ok(told(leaf, take(bytes, at, length)?))
            }
            Self::Prefixes(prefixes, rests, at, last) => {
                let kept = length(prefixes.next(bytes)?)?;
                let rest = length(rests.next(bytes)?)?;
                if kept > last.len() {
                    return Err(too_few());
                }
                last.truncate(kept);
                last.extend_from_slice(take(bytes, at, rest)?);
                Ok(told(leaf, last))
            }
        }
    }
}

/// Numbers in runs of equal ones and in bundles of few bits each.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    width: u32,
    rest: Range<usize>,
    /// The number that is repeated, and how often it still comes.
    repeated: u32,
    repeats: u64,
    /// How many bundled numbers still come, and the bit where the next one stands.
    bundled: u64,
    bit: usize,
}

impl Runs {
    /// Numbers of so many bits in these bytes of a page.
    pub fn new(width: u32, rest: Range<usize>) -> io::Result<Self> {
        if width > 32 {
            return Err(broken("its numbers have too many bits"));
        }
        Ok(Self { width, rest, repeated: 0, repeats: 0, bundled: 0, bit: 0 })
    }

    pub fn next(&mut self, page: &[u8]) -> io::Result<u32> {
        if self.width == 0 {
            return Ok(0);
        }
        let bytes = page.get(..self.rest.end).ok_or_else(too_few)?;
        while self.repeats == 0 && self.bundled == 0 {
            let header = varint(bytes, &mut self.rest.start)?;
            if header & 1 == 0 {
                self.repeats = header >> 1;
                let size = usize::try_from(self.width.div_ceil(8)).unwrap_or(4);
                let value = take(bytes, &mut self.rest.start, size)?;
                self.repeated = value.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
            } else {
                let groups = usize::try_from(header >> 1).map_err(|_| too_few())?;
                self.bundled = (header >> 1).saturating_mul(8);
                self.bit = self.rest.start.saturating_mul(8);
                let size = groups.saturating_mul(usize::try_from(self.width).unwrap_or(32));
                self.rest.start = self.rest.start.saturating_add(size);
            }
        }
        if self.repeats > 0 {
            self.repeats -= 1;
            return Ok(self.repeated);
        }
        self.bundled -= 1;
        let number = bits(bytes, self.bit, self.width)?;
        self.bit += usize::try_from(self.width).unwrap_or(32);
        u32::try_from(number).map_err(|_| too_few())
    }
}

/// Numbers as differences to the one before, in blocks of smaller blocks of so many bits each.
#[derive(Clone, Debug)]
pub(super) struct Differences {
    at: usize,
    /// Small blocks in a block, and numbers in a small block.
    blocks: usize,
    in_block: u64,
    count: u64,
    last: i64,
    is_begun: bool,
    least: i64,
    widths: usize,
    /// Small blocks that were opened in this block.
    opened: usize,
    width: u32,
    left: u64,
    bit: usize,
}

impl Differences {
    fn new(bytes: &[u8], start: usize) -> io::Result<Self> {
        let mut at = start;
        let size = varint(bytes, &mut at)?;
        let blocks = varint(bytes, &mut at)?;
        let count = varint(bytes, &mut at)?;
        let last = zigzag(varint(bytes, &mut at)?);
        let in_block = size.checked_div(blocks).unwrap_or(0);
        let blocks = usize::try_from(blocks).unwrap_or(usize::MAX);
        if in_block == 0 || !in_block.is_multiple_of(8) || blocks > bytes.len() {
            return Err(broken("its numbers are not as the format has them"));
        }
        let (opened, left) = (blocks, 0);
        Ok(Self {
            at,
            blocks,
            in_block,
            count,
            last,
            is_begun: false,
            least: 0,
            widths: 0,
            opened,
            width: 0,
            left,
            bit: 0,
        })
    }

    /// Goes on to the next small block.
    fn open(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.opened == self.blocks {
            self.least = zigzag(varint(bytes, &mut self.at)?);
            self.widths = self.at;
            take(bytes, &mut self.at, self.blocks)?;
            self.opened = 0;
        }
        self.width = bytes.get(self.widths + self.opened).map_or(0, |width| u32::from(*width));
        self.opened += 1;
        self.left = self.in_block;
        self.bit = self.at.saturating_mul(8);
        let size = usize::try_from((self.in_block / 8).saturating_mul(u64::from(self.width))).unwrap_or(usize::MAX);
        self.at = self.at.saturating_add(size);
        if self.width > 64 { Err(broken("its numbers have too many bits")) } else { Ok(()) }
    }

    fn next(&mut self, bytes: &[u8]) -> io::Result<i64> {
        self.count = self.count.checked_sub(1).ok_or_else(too_few)?;
        if !self.is_begun {
            self.is_begun = true;
            return Ok(self.last);
        }
        if self.left == 0 {
            self.open(bytes)?;
        }
        self.left -= 1;
        let difference = bits(bytes, self.bit, self.width)?;
        self.bit += usize::try_from(self.width).unwrap_or(64);
        self.last = self.last.wrapping_add(self.least).wrapping_add(difference.cast_signed());
        Ok(self.last)
    }

    /// Where the numbers end, of which none was read yet.
    fn end(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut ahead = self.clone();
        let mut left = self.count.saturating_sub(1);
        while left > 0 {
            ahead.open(bytes)?;
            left = left.saturating_sub(self.in_block);
        }
        Ok(ahead.at)
    }
}

/// Some bytes at a place, which moves behind them.
pub(super) fn take<'b>(bytes: &'b [u8], at: &mut usize, size: usize) -> io::Result<&'b [u8]> {
    let end = at.checked_add(size).ok_or_else(too_few)?;
    let taken = bytes.get(*at..end).ok_or_else(too_few)?;
    *at = end;
    Ok(taken)
}

fn varint(bytes: &[u8], at: &mut usize) -> io::Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, at, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(too_few())
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// A number of up to 64 bits at a bit of a page, the lowest bit first.
fn bits(bytes: &[u8], bit: usize, width: u32) -> io::Result<u64> {
    if width == 0 {
        return Ok(0);
    }
    let end = bit.saturating_add(usize::try_from(width).unwrap_or(64)).div_ceil(8);
    let part = bytes.get(bit / 8..end).ok_or_else(too_few)?;
    let whole = part.iter().rev().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mask = (1_u128 << width) - 1;
    u64::try_from(whole >> (bit % 8) & mask).map_err(|_| too_few())
}

fn length(number: i64) -> io::Result<usize> {
    usize::try_from(number).map_err(|_| too_few())
}

fn too_few() -> io::Error {
    broken("a part of it holds fewer values than it says")
}
