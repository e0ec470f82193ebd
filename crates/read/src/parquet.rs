//! Parquet: tables stored by columns, as collections of articles are published.
//!
//! In: a file, or bytes in memory. Out: an article for each row, by the names of the columns, as from any other table.
//!
//! The footer says where each column stands ([`footer`], written in [`thrift`]'s protocol); only columns whose names mean
//! something are read. Each is read page by page ([`column`]): unpacked ([`packed`]), decoded ([`values`]) and put
//! together to rows ([`rows`]), so that memory grows with a page of each column and not with the file. A row group that
//! is broken costs the rest of itself.
//!
//! This is our own and not the crate `parquet`, because that one has no bounds: a page that claims two thousand million
//! values in a few bytes makes it ask for as much memory, and the system ends the program.

use crate::reading::{Items, Reading, once, problem, unreadable};
use crate::record::{is_known_name, is_text_name};
use crate::table::{article_of_row, left_out, plain_name, without_texts};
use footer::Footer;
use model::{Article, Problem};
use rows::{Row, Rows};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

mod column;
mod footer;
mod packed;
mod rows;
mod thrift;
mod values;

/// At the beginning and at the end.
const MAGIC: &[u8; 4] = b"PAR1";
/// So many bytes more than four times a file its parts may claim: some writers count in a rough way.
const SLACK: u64 = 1 << 20;
/// Before the mark at the end stands the length of the footer.
const TAIL: u64 = 8;

/// Bytes that can be read from any place.
#[derive(Clone)]
pub(crate) enum Store {
    File(Arc<File>),
    Memory(Arc<[u8]>),
}

impl Store {
    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => (&**file).seek(SeekFrom::End(0)),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Some bytes from a place on.
    fn part(&self, start: u64, bytes: u64) -> Part {
        Part { store: self.clone(), at: start, end: start.saturating_add(bytes) }
    }
}

struct Part {
    store: Store,
    at: u64,
    end: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let buffer = buffer.get_mut(..most).unwrap_or(&mut []);
        let count = match &self.store {
            Store::File(file) => {
                // All parts share the place in the file, so each goes to its own before it reads.
                let mut file = &**file;
                file.seek(SeekFrom::Start(self.at))?;
                file.read(buffer)?
            }
            Store::Memory(bytes) => {
                let at = usize::try_from(self.at).unwrap_or(usize::MAX);
                bytes.get(at..).unwrap_or(&[]).read(buffer)?
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

/// What is wrong with a file.
fn broken(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

/// What the rows of a table give.
pub(crate) fn open(store: Store, shown: String, reading: &Reading) -> Items {
    match read_footer(&store, reading) {
        Ok(footer) if !footer.columns.iter().any(|column| is_text_name(&column.name)) => {
            once(Err(without_texts(&shown)))
        }
        Ok(footer) => Box::new(Table {
            store,
            footer,
            group: 0,
            rows: None,
            row: 0,
            before: 0,
            path: shown,
            reading: reading.clone(),
        }),
        Err(error) => once(Err(failed(&shown, "was left out", &error))),
    }
}

fn read_footer(store: &Store, reading: &Reading) -> io::Result<Footer> {
    let size = store.size()?;
    let cut_off = || broken("its end is missing: it was not written or copied whole");
    let tail_at = size.checked_sub(TAIL).ok_or_else(cut_off)?;
    let mut tail = Vec::new();
    store.part(tail_at, TAIL).read_to_end(&mut tail)?;
    let (length, mark) = tail.split_first_chunk::<4>().ok_or_else(cut_off)?;
    if mark == b"PARE" {
        return Err(broken("it is locked"));
    }
    let length = u64::from(u32::from_le_bytes(*length));
    let start = tail_at.checked_sub(length).filter(|_| mark == MAGIC).ok_or_else(cut_off)?;
    if usize::try_from(length).unwrap_or(usize::MAX) > reading.options.max_bytes {
        return Err(broken("what it says of itself is too large"));
    }
    let mut footer = Vec::new();
    store.part(start, length).read_to_end(&mut footer)?;
    let footer = Footer::read(&footer, |name| {
        let name = plain_name(name);
        is_known_name(&name).then_some(name)
    })?;
    // Parts that lie in each other could be read again and again.
    let most = size.saturating_mul(4).saturating_add(SLACK);
    if footer.bytes(size) > most { Err(broken("its parts have more bytes than the whole")) } else { Ok(footer) }
}

/// The problem of a table, or of a part of it.
fn failed(path: &str, what: &str, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            let why = match error.kind() {
                io::ErrorKind::UnexpectedEof => "a part of it is cut off".to_owned(),
                _ => error.to_string(),
            };
            let message = format!(
                "`{path}` is no Parquet table that can be read ({why}); it {what}; fetch or write it anew, or write its rows as \
                 JSON Lines, for example `duckdb -c \"COPY (FROM 'x.parquet') TO 'x.jsonl' (FORMAT json)\"`"
            );
            problem("broken-parquet", message, path)
        }
        _ => unreadable(path, error),
    }
}

/// Reads rows as they are asked for.
struct Table {
    store: Store,
    footer: Footer,
    /// The next row group.
    group: usize,
    /// What is left of the open one.
    rows: Option<Rows>,
    /// The row in hand, counted from 1 over the whole file.
    row: u64,
    /// The rows of all parts up to the open one, itself among them.
    before: u64,
    path: String,
    reading: Reading,
}

impl Table {
    /// A row group that cannot be read, or not to its end.
    fn failed(&mut self, error: &io::Error) -> Problem {
        self.rows = None;
        if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) {
            let what = format!("was left out from row {} to the end of part {}", self.row, self.group);
            // The next part begins with another row.
            self.row = self.before;
            return failed(&self.path, &what, error);
        }
        self.group = self.footer.groups.len();
        unreadable(&self.path, error)
    }
}

impl Iterator for Table {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(rows) = &mut self.rows else {
                let group = self.footer.groups.get(self.group)?;
                self.group += 1;
                self.before = self.before.saturating_add(group.rows);
                match Rows::new(&self.store, &self.footer, group, &self.reading) {
                    Ok(rows) => self.rows = Some(rows),
                    Err(error) => {
                        self.row = self.row.saturating_add(1);
                        return Some(Err(self.failed(&error)));
                    }
                }
                continue;
            };
            self.row = self.row.saturating_add(1);
            match rows.next(&self.footer) {
                Ok(Some(Row::Read(record))) => {
                    let found = article_of_row(record, self.row, &self.path, &self.reading.options);
                    if found.is_some() {
                        return found;
                    }
                }
                Ok(Some(Row::TooLarge)) => {
                    let most = self.reading.most_record_bytes();
                    let what = format!("is larger than {most} bytes");
                    return Some(Err(left_out("record-too-large", self.row, &self.path, &what)));
                }
                Ok(None) => {
                    self.row -= 1;
                    self.rows = None;
                }
                Err(error) => return Some(Err(self.failed(&error))),
            }
        }
    }
}
