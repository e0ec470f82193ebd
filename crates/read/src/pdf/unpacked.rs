//! How much a stream of a PDF file unpacks to, found without keeping it.
//!
//! In: the bytes of a stream, what it is packed with, and how much may come out. Out: how much does, or that it is too
//! much. What the interpreter would unpack though it is damaged counts as the most that its bytes can give.

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_interpret::hayro_syntax::Filter;
use std::io::Read;

/// More comes out than may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// What comes out of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub bytes: u64,
    /// Which begin in it; those of what is packed with LZW are not seen.
    pub dictionaries: u64,
    /// How much of the stream was read: what is packed ends of itself, and what comes out may be nothing.
    pub read: usize,
}

/// No program packs a stream more often than twice.
const MOST_LAYERS: usize = 4;
/// Of one byte, deflate makes no more.
const DEFLATE: u64 = 1032;

/// How much comes out of a stream, of all layers the largest; what a picture's own packing holds is never unpacked.
pub(super) fn unpacked(stream: &[u8], filters: &[Filter], most: u64) -> Result<Size, TooMuch> {
    if filters.len() > MOST_LAYERS {
        return Err(TooMuch);
    }
    let mut size = Size::default();
    let mut kept: Option<Vec<u8>> = None;
    for (index, filter) in filters.iter().enumerate() {
        let input = kept.as_deref().unwrap_or(stream);
        let is_last = filters.get(index + 1).is_none_or(|next| is_of_pictures(*next));
        let mut out = Out { size: 0, dictionaries: 0, most, kept: (!is_last).then(Vec::new) };
        let read = match filter {
            Filter::Crypt if index == 0 => continue,
            Filter::FlateDecode => inflate(input, &mut out)?,
            Filter::LzwDecode => lzw(input, &mut out)?,
            Filter::RunLengthDecode => run_length(input, &mut out)?,
            Filter::Ascii85Decode => ascii_85(input, &mut out)?,
            Filter::AsciiHexDecode => ascii_hex(input, &mut out)?,
            // A picture, or nothing that is unpacked.
            _ => break,
        };
        // What comes out of one layer and goes into the next is counted already.
        if kept.is_none() {
            size.read = read;
        }
        size.bytes = size.bytes.max(out.size);
        size.dictionaries = size.dictionaries.max(out.dictionaries);
        if out.kept.is_none() {
            break;
        }
        kept = out.kept;
    }
    Ok(size)
}

fn is_of_pictures(filter: Filter) -> bool {
    matches!(filter, Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode)
}

/// What comes out: counted, and kept only where it is unpacked again.
struct Out {
    size: u64,
    dictionaries: u64,
    most: u64,
    kept: Option<Vec<u8>>,
}

impl Out {
    fn count(&mut self, bytes: u64) -> Result<(), TooMuch> {
        self.size = self.size.saturating_add(bytes);
        if self.size > self.most { Err(TooMuch) } else { Ok(()) }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), TooMuch> {
        self.count(bytes.len() as u64)?;
        self.dictionaries += memchr::memmem::find_iter(bytes, b"<<").count() as u64;
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(())
    }
}

/// With its head and check, else without; what is damaged after that is unpacked by the interpreter as it can. This and
/// those below say how much they read.
fn inflate(input: &[u8], out: &mut Out) -> Result<usize, TooMuch> {
    let mut zlib = ZlibDecoder::new(input);
    let is_whole = drain(&mut zlib, out)?;
    let mut read = zlib.total_in();
    if is_whole {
        return Ok(read as usize);
    }
    let mut left = (input.len() as u64).saturating_sub(read);
    if out.size == 0 {
        let mut bare = DeflateDecoder::new(input);
        let is_whole = drain(&mut bare, out)?;
        read += bare.total_in();
        if is_whole {
            return Ok(read as usize);
        }
        left = left.max((input.len() as u64).saturating_sub(bare.total_in()));
    }
    // A missing check at the end leaves nothing.
    if left > 8 {
        if out.kept.is_some() {
            return Err(TooMuch);
        }
        out.count(left.saturating_mul(DEFLATE))?;
    }
    Ok(read as usize)
}

/// Whether it came to its end.
fn drain(reader: &mut impl Read, out: &mut Out) -> Result<bool, TooMuch> {
    let mut buffer = [0; 1 << 14];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(true),
            Ok(count) => out.push(buffer.get(..count).unwrap_or_default())?,
            Err(_) => return Ok(false),
        }
    }
}

/// Counts only: nothing is packed so and then anew.
fn lzw(input: &[u8], out: &mut Out) -> Result<usize, TooMuch> {
    if out.kept.is_some() {
        return Err(TooMuch);
    }
    // There are two ways of counting when codes grow; a file says which, and may say so elsewhere.
    let (late, early) = (lzw_size(input, 0, out.most)?, lzw_size(input, 1, out.most)?);
    out.count(late.0.max(early.0))?;
    Ok(late.1.max(early.1))
}

/// How much comes out, and how much was read.
fn lzw_size(input: &[u8], early: usize, most: u64) -> Result<(u64, usize), TooMuch> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const MOST_ENTRIES: usize = 4096;
    let mut lengths: Vec<u64> = vec![1; END + 1];
    let mut last: Option<u64> = None;
    let mut size = 0_u64;
    let (mut bits, mut held) = (0_u32, 0_u32);
    for (at, byte) in input.iter().enumerate() {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        let width = match lengths.len() + early {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) as usize;
        bits &= (1 << held) - 1;
        match code {
            CLEAR => {
                lengths.truncate(END + 1);
                last = None;
            }
            END => return Ok((size, at + 1)),
            _ => {
                // A code that is not known yet is the last one and a letter.
                let longest = last.map_or(1, |last| last + 1);
                let length = lengths.get(code).copied().unwrap_or(longest);
                size += length;
                if size > most {
                    return Err(TooMuch);
                }
                if last.is_some() && lengths.len() < MOST_ENTRIES {
                    lengths.push(longest);
                }
                last = Some(length);
            }
        }
    }
    Ok((size, input.len()))
}

fn run_length(input: &[u8], out: &mut Out) -> Result<usize, TooMuch> {
    let mut rest = input;
    while let Some((length, after)) = rest.split_first() {
        match *length {
            128 => break,
            count @ 0..=127 => {
                let end = (usize::from(count) + 1).min(after.len());
                let (bytes, after) = after.split_at(end);
                out.push(bytes)?;
                rest = after;
            }
            count => {
                let Some((byte, after)) = after.split_first() else { break };
                out.push(&[*byte; 128][..(257 - usize::from(count)).min(128)])?;
                rest = after;
            }
        }
    }
    Ok(input.len() - rest.len())
}

fn ascii_hex(input: &[u8], out: &mut Out) -> Result<usize, TooMuch> {
    let mut half: Option<u8> = None;
    let end = memchr::memchr(b'>', input).unwrap_or(input.len());
    for byte in input.iter().take(end) {
        let Some(digit) = char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else { continue };
        match half.take() {
            Some(high) => out.push(&[high << 4 | digit])?,
            None => half = Some(digit),
        }
    }
    if let Some(high) = half {
        out.push(&[high << 4])?;
    }
    Ok(end)
}

fn ascii_85(input: &[u8], out: &mut Out) -> Result<usize, TooMuch> {
    let mut digits = 0_usize;
    let mut value = 0_u32;
    let input = input.strip_prefix(b"<~").unwrap_or(input);
    let end = memchr::memchr(b'~', input).unwrap_or(input.len());
    for byte in input.iter().take(end) {
        match *byte {
            b'z' if digits == 0 => out.push(&[0; 4])?,
            digit @ b'!'..=b'u' => {
                value = value.wrapping_mul(85).wrapping_add(u32::from(digit - b'!'));
                digits += 1;
                if digits == 5 {
                    out.push(&value.to_be_bytes())?;
                    (digits, value) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if digits > 1 {
        for _ in digits..5 {
            value = value.wrapping_mul(85).wrapping_add(84);
        }
        out.push(value.to_be_bytes().get(..digits - 1).unwrap_or_default())?;
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::TooMuch;
    use flate2::{Compression, write::ZlibEncoder};
    use hayro_interpret::hayro_syntax::Filter;
    use std::io::Write;

    fn unpacked(stream: &[u8], filters: &[Filter], most: u64) -> Result<u64, TooMuch> {
        super::unpacked(stream, filters, most).map(|size| size.bytes)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn what_comes_out_of_each_packing_is_counted() {
        let flate = packed(&[b'a'; 5000]);
        assert_eq!(unpacked(&flate, &[Filter::FlateDecode], 5000), Ok(5000));
        assert_eq!(unpacked(&flate, &[Filter::FlateDecode], 4999), Err(TooMuch));
        let twice = packed(&flate);
        assert_eq!(unpacked(&twice, &[Filter::FlateDecode; 2], 9000), Ok(5000));
        let hex: String = flate.iter().map(|byte| format!("{byte:02x} ")).collect();
        assert_eq!(unpacked(hex.as_bytes(), &[Filter::AsciiHexDecode, Filter::FlateDecode], 9000), Ok(5000));
        assert_eq!(unpacked(&[129, b'a', 1, b'b', b'c', 128, 7], &[Filter::RunLengthDecode], 9000), Ok(130));
        assert_eq!(unpacked(b"87cURD]i,\"Ebo80~>", &[Filter::Ascii85Decode], 9000), Ok(12));
        // The example of the format's description.
        let lzw = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(unpacked(&lzw, &[Filter::LzwDecode], 9000), Ok(10));
        assert_eq!(unpacked(&flate, &[Filter::FlateDecode; 5], 9000), Err(TooMuch));
    }

    #[test]
    fn what_stands_behind_the_end_is_not_read() {
        let read = |bytes: &[u8], filter| {
            let stream = [bytes, &[b' '; 5000]].concat();
            super::unpacked(&stream, &[filter], 9000).map(|size| size.read)
        };
        let flate = packed(&[b'a'; 5000]);
        assert_eq!(read(&flate, Filter::FlateDecode), Ok(flate.len()));
        assert_eq!(read(&[129, b'a', 128], Filter::RunLengthDecode), Ok(2));
        assert_eq!(read(b"6161>", Filter::AsciiHexDecode), Ok(4));
        assert_eq!(read(b"87cURD]i~>", Filter::Ascii85Decode), Ok(8));
        let lzw = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(read(&lzw, Filter::LzwDecode), Ok(9));
    }

    #[test]
    fn what_is_damaged_counts_as_the_most_that_it_can_give() {
        let flate = packed(&(0..30_000_u32).flat_map(|number| (number * number).to_be_bytes()).collect::<Vec<_>>());
        let cut = flate.get(..flate.len() / 2).expect("it is longer");
        assert!(unpacked(cut, &[Filter::FlateDecode], 200_000).is_ok(), "all was read");
        let broken = [&b"\x78\x9c\xff"[..], &[0; 10_000]].concat();
        assert_eq!(unpacked(&broken, &[Filter::FlateDecode], 200_000), Err(TooMuch));
    }
}
