//! How much may be unpacked from a file: the guard against archives that unpack without end.
//!
//! In: the bytes that were read from the file itself, and those that came out of all its layers of packing. Out: an
//! error as soon as the second outgrow the first beyond anything that news unpacks to.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pages and JSON pack to a tenth, lists of one and the same line to a hundredth; deflate itself ends at a thousandth.
const MOST_TIMES: u64 = 300;
/// Small files may be anything.
const FREE: u64 = 64 << 20;
/// No collection that is read in one go is larger.
const MOST_BYTES: u64 = 256 << 30;

/// What one file may still give. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    read: AtomicU64,
    unpacked: AtomicU64,
}

/// The error of a file that unpacks to too much. It goes through [`io::Error`], as readers know no other.
#[derive(Debug)]
pub(crate) struct TooMuch;

impl std::fmt::Display for TooMuch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "it unpacks to more than {MOST_TIMES} times its size, or without end")
    }
}

impl std::error::Error for TooMuch {}

impl Budget {
    /// Counts bytes that were unpacked.
    pub fn unpack(&self, bytes: usize) -> io::Result<()> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let unpacked = self.0.unpacked.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let read = self.0.read.load(Ordering::Relaxed);
        if unpacked > MOST_BYTES || unpacked > FREE && unpacked / MOST_TIMES > read {
            return Err(io::Error::other(TooMuch));
        }
        Ok(())
    }

    /// A reader of the file itself, whose bytes are counted.
    pub fn count<R: Read>(&self, reader: R) -> Counted<R> {
        Counted { reader, budget: self.clone() }
    }
}

/// Counts what is read from a file.
pub(crate) struct Counted<R> {
    reader: R,
    budget: Budget,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.budget.0.read.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use std::io::Read;

    #[test]
    fn what_unpacks_beyond_all_measure_is_stopped() {
        let budget = Budget::default();
        assert!(budget.unpack(60 << 20).is_ok(), "small files may be anything");
        assert!(budget.unpack(60 << 20).is_err());
        let budget = Budget::default();
        std::io::copy(&mut budget.count(std::io::repeat(0).take(1 << 20)), &mut std::io::sink()).expect("a sink");
        assert!(budget.unpack(120 << 20).is_ok());
        assert!(budget.unpack(400 << 20).is_err());
    }
}
