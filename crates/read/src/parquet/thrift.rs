//! Thrift's compact protocol, in which Parquet writes what it says about itself.
//!
//! In: a stream. Out: numbers, bytes, and fields of structs by their numbers. What is not asked for is passed over; no
//! more than a given number of bytes is read, so that nothing that a file claims costs more than it holds.

use super::broken;
use std::io::{self, Read};

/// What a value is, as its field or list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u8);

const TRUE: Kind = Kind(1);
const FALSE: Kind = Kind(2);
const BINARY: Kind = Kind(8);
const STRUCT: Kind = Kind(12);

/// Structs in structs deeper than this are in no file.
const DEEPEST: u32 = 32;

/// Reads values one after the other.
pub(super) struct Thrift<R> {
    reader: R,
    /// How many bytes may still be read.
    left: usize,
}

impl<R: Read> Thrift<R> {
    pub fn new(reader: R, most: usize) -> Self {
        Self { reader, left: most }
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.left = self.left.checked_sub(1).ok_or_else(|| broken("what it says of itself has no end"))?;
        let mut byte = [0];
        self.reader.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(broken("a number in what it says of itself has no end"))
    }

    /// Calls `each` with the number and kind of every field; it must read the value or pass over it.
    pub fn fields(&mut self, mut each: impl FnMut(&mut Self, i16, Kind) -> io::Result<()>) -> io::Result<()> {
        let mut last = 0_i16;
        loop {
            let byte = self.byte()?;
            if byte & 0x0f == 0 {
                return Ok(());
            }
            last = match byte >> 4 {
                0 => i16::try_from(zigzag(self.varint()?)).map_err(|_| broken("a field has no number"))?,
                more => last.saturating_add(i16::from(more)),
            };
            each(self, last, Kind(byte & 0x0f))?;
        }
    }

    /// The same for a value that must be a struct.
    pub fn fields_of(
        &mut self,
        kind: Kind,
        each: impl FnMut(&mut Self, i16, Kind) -> io::Result<()>,
    ) -> io::Result<()> {
        if kind == STRUCT { self.fields(each) } else { Err(unexpected()) }
    }

    pub fn number(&mut self, kind: Kind) -> io::Result<i64> {
        match kind.0 {
            3 => Ok(i64::from(i8::from_le_bytes([self.byte()?]))),
            4..=6 => Ok(zigzag(self.varint()?)),
            _ => Err(unexpected()),
        }
    }

    /// A number that counts or measures something.
    pub fn count(&mut self, kind: Kind) -> io::Result<u64> {
        u64::try_from(self.number(kind)?).map_err(|_| broken("a size in it is below nothing"))
    }

    /// Whether a field is true; its kind says it.
    pub fn flag(&mut self, kind: Kind) -> io::Result<bool> {
        match kind {
            TRUE => Ok(true),
            FALSE => Ok(false),
            _ => Err(unexpected()),
        }
    }

    pub fn words(&mut self, kind: Kind) -> io::Result<String> {
        if kind != BINARY {
            return Err(unexpected());
        }
        let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
        self.left = self.left.checked_sub(length).ok_or_else(|| broken("a name in it has no end"))?;
        let mut bytes = Vec::new();
        (&mut self.reader).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length { Err(cut_off()) } else { Ok(String::from_utf8_lossy(&bytes).into_owned()) }
    }

    /// Calls `each` for every value of a list, which are no truths.
    pub fn list(&mut self, kind: Kind, mut each: impl FnMut(&mut Self, Kind) -> io::Result<()>) -> io::Result<()> {
        if !matches!(kind.0, 9 | 10) {
            return Err(unexpected());
        }
        self.items(|thrift, kind| if matches!(kind, TRUE | FALSE) { Err(unexpected()) } else { each(thrift, kind) })
    }

    /// The values of a list; `each` must read at least a byte of every one, or a list without end costs nothing.
    fn items(&mut self, mut each: impl FnMut(&mut Self, Kind) -> io::Result<()>) -> io::Result<()> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 0x0f { self.varint()? } else { u64::from(byte >> 4) };
        for _ in 0..count {
            each(self, Kind(byte & 0x0f))?;
        }
        Ok(())
    }

    /// Passes over the value of a field.
    pub fn skip(&mut self, kind: Kind) -> io::Result<()> {
        self.skip_value(kind, 0)
    }

    fn skip_value(&mut self, kind: Kind, depth: u32) -> io::Result<()> {
        if depth > DEEPEST {
            return Err(broken("what it says of itself is too deep"));
        }
        match kind.0 {
            1 | 2 => Ok(()),
            3 => self.byte().map(|_| ()),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(usize::try_from(length).unwrap_or(usize::MAX))
            }
            9 | 10 => self.items(|thrift, kind| thrift.skip_in_list(kind, depth)),
            11 => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                for _ in 0..count {
                    self.skip_in_list(Kind(kinds >> 4), depth)?;
                    self.skip_in_list(Kind(kinds & 0x0f), depth)?;
                }
                Ok(())
            }
            12 => self.fields(|thrift, _, kind| thrift.skip_value(kind, depth + 1)),
            _ => Err(unexpected()),
        }
    }

    /// In lists a truth takes a byte of its own.
    fn skip_in_list(&mut self, kind: Kind, depth: u32) -> io::Result<()> {
        if matches!(kind, TRUE | FALSE) { self.pass(1) } else { self.skip_value(kind, depth + 1) }
    }

    fn pass(&mut self, count: usize) -> io::Result<()> {
        self.left = self.left.checked_sub(count).ok_or_else(|| broken("a value in it has no end"))?;
        let passed = io::copy(&mut (&mut self.reader).take(count as u64), &mut io::sink())?;
        if passed < count as u64 { Err(cut_off()) } else { Ok(()) }
    }
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn unexpected() -> io::Error {
    broken("what it says of itself is not as the format has it")
}

fn cut_off() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

#[cfg(test)]
mod tests {
    use super::Thrift;

    #[test]
    fn fields_are_read_by_number_and_others_passed_over() {
        // 1: i32 150; 2: list of two structs, each with 1: true; 20: binary "ab"
        let bytes = [0x15, 0xac, 0x02, 0x19, 0x2c, 0x11, 0x00, 0x11, 0x00, 0x08, 0x28, 0x02, b'a', b'b', 0x00];
        let mut found = Vec::new();
        Thrift::new(&bytes[..], 100)
            .fields(|thrift, id, kind| {
                match id {
                    1 => found.push(thrift.number(kind)?.to_string()),
                    20 => found.push(thrift.words(kind)?),
                    _ => thrift.skip(kind)?,
                }
                Ok(())
            })
            .expect("it is whole");
        assert_eq!(found, ["150", "ab"]);
    }

    #[test]
    fn no_claim_costs_more_than_the_bytes_there_are() {
        for bytes in
            [&[0x18, 0xff, 0xff, 0xff, 0xff, 0x07][..], &[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0x1c; 90]]
        {
            let mut thrift = Thrift::new(bytes, 1000);
            assert!(thrift.fields(|thrift, _, kind| thrift.skip(kind)).is_err());
        }
        // a list of more truths than there are bytes, where something else is wanted
        let bytes = [0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        let mut thrift = Thrift::new(&bytes[..], 1000);
        assert!(thrift.fields(|thrift, _, kind| thrift.list(kind, Thrift::skip)).is_err());
    }
}
