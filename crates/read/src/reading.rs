//! What the readers of one file share, and how their errors become problems.

use crate::Options;
use crate::archive::budget::{Budget, TooMuch};
use model::{Article, Problem};
use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

/// What a file gives, one after the other.
pub(crate) type Items = Box<dyn Iterator<Item = Result<Article, Problem>> + Send>;

/// A record of an archive (a page, a message, a row) of more bytes is left out: one of them is held in memory.
pub(crate) const MOST_RECORD_BYTES: usize = 32 << 20;

/// What the readers of one file share.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub options: Options,
    pub budget: Budget,
    /// How many archives this one stands in.
    pub depth: u32,
    /// Fingerprints of the pages read so far: archives write a page that did not change only once.
    pub pages: Pages,
}

impl Reading {
    pub fn new(options: &Options) -> Self {
        Self { options: options.clone(), budget: Budget::default(), depth: 0, pages: Pages::default() }
    }

    /// The most bytes of one record.
    pub fn most_record_bytes(&self) -> usize {
        self.options.max_bytes.min(MOST_RECORD_BYTES)
    }
}

/// Fingerprints of pages. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages(Arc<Mutex<BTreeSet<u64>>>);

impl Pages {
    /// More are not remembered: memory stays bounded.
    const MOST: usize = 1 << 20;

    pub fn insert(&self, digest: &str) {
        if let Ok(mut known) = self.0.lock()
            && known.len() < Self::MOST
        {
            known.insert(short(digest));
        }
    }

    pub fn holds(&self, digest: &str) -> bool {
        self.0.lock().is_ok_and(|known| known.contains(&short(digest)))
    }
}

/// The FNV hash of a digest: 64 bits of it are enough.
fn short(digest: &str) -> u64 {
    digest.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// One item.
pub(crate) fn once(item: Result<Article, Problem>) -> Items {
    Box::new(std::iter::once(item))
}

/// One problem that concerns a file.
pub(crate) fn problem(code: &str, message: String, path: &str) -> Problem {
    Problem { code: code.into(), message, path: Some(path.to_owned()) }
}

/// The problem of a file that gave an error.
pub(crate) fn unreadable(shown: &str, error: &io::Error) -> Problem {
    if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) {
        let message = format!("`{shown}` was read no further: {error}; unpack it and give what it holds");
        return problem("unpacks-without-end", message, shown);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            let message = format!("`{shown}` is broken or cut off ({error}); it was read no further");
            problem("broken-archive", message, shown)
        }
        _ => problem("unreadable-file", format!("cannot read `{shown}`: {error}; check its rights"), shown),
    }
}
