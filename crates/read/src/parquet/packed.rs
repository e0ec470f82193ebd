//! How the pages of a Parquet file are packed.
//!
//! In: packed bytes, and how many they should unpack to. Out: these, never more. gzip, zstd and brotli are unpacked by the
//! crates that web archives use; Snappy and LZ4, which are short, here.

use super::broken;
use crate::archive::budget::{Budget, TooMuch};
use crate::archive::members::{Joined, Members, Packing};
use std::io::{self, Cursor, Read};

/// Unpacks a page that says how many bytes it has.
pub(super) fn unpack(packed: Vec<u8>, codec: u64, bytes: usize, budget: &Budget) -> io::Result<Vec<u8>> {
    let of_members = |packing, packed| {
        let members = Members::new(Box::new(Cursor::new(packed)), packing, budget.clone());
        // What the unpackers say of broken bytes is of many kinds; here it is a part of the file that is broken.
        at_most(Joined::new(members), bytes).map_err(|error| match error.get_ref() {
            Some(inner) if inner.is::<TooMuch>() => error,
            _ => wrong(),
        })
    };
    let unpacked = match codec {
        0 => return Ok(packed),
        1 => Unpacking::new(&packed, bytes).snappy(),
        2 => return of_members(Packing::Gzip, packed),
        4 => Some(at_most(brotli_decompressor::Decompressor::new(&packed[..], 1 << 14), bytes)?),
        6 => return of_members(Packing::Zstd, packed),
        7 => Unpacking::new(&packed, bytes).lz4(),
        _ => return Err(broken(format!("it is packed in a way that cannot be read ({codec})"))),
    };
    let unpacked = unpacked.filter(|unpacked| unpacked.len() == bytes).ok_or_else(wrong)?;
    budget.unpack(unpacked.len())?;
    Ok(unpacked)
}

fn at_most(source: impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    source.take(bytes as u64 + 1).read_to_end(&mut unpacked)?;
    if unpacked.len() == bytes { Ok(unpacked) } else { Err(wrong()) }
}

fn wrong() -> io::Error {
    broken("a part of it does not unpack to what it should")
}

/// What is packed and what came of it so far. All steps give nothing where the packed bytes are wrong.
struct Unpacking<'p> {
    packed: &'p [u8],
    unpacked: Vec<u8>,
    most: usize,
}

impl<'p> Unpacking<'p> {
    fn new(packed: &'p [u8], most: usize) -> Self {
        Self { packed, unpacked: Vec::new(), most }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.packed.split_first()?;
        self.packed = rest;
        Some(*first)
    }

    /// A number of some bytes, the lowest first.
    fn number(&mut self, bytes: u32) -> Option<usize> {
        let mut number = 0;
        for index in 0..bytes {
            number |= usize::from(self.byte()?) << (8 * index);
        }
        Some(number)
    }

    fn literal(&mut self, length: usize) -> Option<()> {
        let (literal, rest) = self.packed.split_at_checked(length)?;
        if length > self.most - self.unpacked.len() {
            return None;
        }
        self.unpacked.extend_from_slice(literal);
        self.packed = rest;
        Some(())
    }

    /// Repeats what stands some bytes back; what is written so may be part of what is repeated.
    fn copy(&mut self, back: usize, length: usize) -> Option<()> {
        let start = self.unpacked.len().checked_sub(back).filter(|_| back > 0)?;
        if length > self.most - self.unpacked.len() {
            return None;
        }
        let mut left = length;
        while left > 0 {
            let part = left.min(self.unpacked.len() - start);
            self.unpacked.extend_from_within(start..start + part);
            left -= part;
        }
        Some(())
    }

    /// <https://github.com/google/snappy/blob/main/format_description.txt>
    fn snappy(mut self) -> Option<Vec<u8>> {
        // The length stands in front; the page says it as well.
        while self.byte()? & 0x80 != 0 {}
        while let Some(tag) = self.byte() {
            let high = usize::from(tag >> 2);
            match tag & 3 {
                0 => {
                    let length = match high {
                        0..60 => high,
                        more => self.number(u32::try_from(more - 59).ok()?)?,
                    };
                    self.literal(length.checked_add(1)?)?;
                }
                1 => {
                    let back = (high >> 3) << 8 | usize::from(self.byte()?);
                    self.copy(back, (high & 7) + 4)?;
                }
                wide => {
                    let back = self.number(if wide == 2 { 2 } else { 4 })?;
                    self.copy(back, high + 1)?;
                }
            }
        }
        Some(self.unpacked)
    }

    /// <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>
    fn lz4(mut self) -> Option<Vec<u8>> {
        while let Some(token) = self.byte() {
            let length = self.lz4_length(token >> 4)?;
            self.literal(length)?;
            if self.packed.is_empty() {
                break;
            }
            let back = self.number(2)?;
            let length = self.lz4_length(token & 0x0f)?;
            self.copy(back, length.checked_add(4)?)?;
        }
        Some(self.unpacked)
    }

    fn lz4_length(&mut self, short: u8) -> Option<usize> {
        let mut length = usize::from(short);
        let mut goes_on = short == 15;
        while goes_on {
            let more = self.byte()?;
            length = length.checked_add(usize::from(more))?;
            goes_on = more == 255;
        }
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::unpack;
    use crate::archive::budget::Budget;

    fn unpacked(packed: &[u8], codec: u64, bytes: usize) -> Option<String> {
        let unpacked = unpack(packed.to_vec(), codec, bytes, &Budget::default()).ok()?;
        String::from_utf8(unpacked).ok()
    }

    #[test]
    fn snappy_repeats_what_it_is_writing() {
        // «ab» as it stands, then ten bytes from two bytes back, then one more.
        let packed = [13, 0x04, b'a', b'b', 0x19, 0x02, 0x00, b'.'];
        assert_eq!(unpacked(&packed, 1, 13).as_deref(), Some("abababababab."));
        assert_eq!(unpacked(&packed, 1, 12), None, "never more than it says");
        assert_eq!(unpacked(&[4, 0x19, 0x02], 1, 10), None, "nothing stands there");
    }

    #[test]
    fn lz4_repeats_what_it_is_writing() {
        let packed = [0x26, b'a', b'b', 0x02, 0x00, 0x10, b'.'];
        assert_eq!(unpacked(&packed, 7, 13).as_deref(), Some("abababababab."));
        assert_eq!(unpacked(&packed, 7, 14), None);
    }
}
