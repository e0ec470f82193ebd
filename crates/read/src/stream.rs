//! What a stream of bytes gives, whatever it holds.
//!
//! In: a source and the name under which it is shown. Out: its articles and problems, read as they are asked for. What
//! is packed is unpacked and looked at again, up to a depth; only what is one article is held in memory as a whole.

use crate::archive::members::{Joined, Members, Packing};
use crate::archive::{warc::Warc, zip};
use crate::content::{Content, Packed, SAMPLE, content_of};
use crate::jsonl::Lines;
use crate::reading::{Items, Reading, once, problem, unreadable};
use crate::table::Table;
use crate::{Options, article_from_html, article_from_text, feed, mail, parquet, pdf, plain};
use model::{Article, Problem};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::sync::Arc;

/// Archives in archives deeper than this are not opened.
const DEEPEST: u32 = 4;

/// Where bytes come from.
pub(crate) enum Source {
    File(File),
    Stream(Box<dyn Read + Send>),
    Memory(Vec<u8>),
}

/// The articles and problems of the bytes of a file of any kind that can be read.
pub fn articles_from_bytes(
    bytes: Vec<u8>,
    path: &str,
    options: &Options,
) -> impl Iterator<Item = Result<Article, Problem>> {
    open(Source::Memory(bytes), path.to_owned(), &Reading::new(options))
}

/// What bytes in memory give.
pub(crate) fn open_bytes(bytes: Vec<u8>, shown: String, reading: &Reading) -> Items {
    open(Source::Memory(bytes), shown, &Reading { depth: reading.depth + 1, ..reading.clone() })
}

/// What a source gives.
pub(crate) fn open(source: Source, shown: String, reading: &Reading) -> Items {
    let sample = match &source {
        Source::File(file) => read_sample(&mut &*file),
        Source::Memory(bytes) => Ok(bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(&[]).to_vec()),
        Source::Stream(_) => Ok(Vec::new()),
    };
    let (source, sample) = match (source, sample) {
        (_, Err(error)) => return once(Err(unreadable(&shown, &error))),
        (Source::Stream(mut stream), Ok(_)) => match read_sample(&mut stream) {
            Ok(sample) => (Source::Stream(Box::new(Cursor::new(sample.clone()).chain(stream))), sample),
            Err(error) => return once(Err(unreadable(&shown, &error))),
        },
        (source, Ok(sample)) => (source, sample),
    };
    let content = content_of(&sample, &shown);
    match content {
        Content::Empty if sample.len() < SAMPLE => once(Err(plain::empty(&shown))),
        Content::Binary(what) => {
            let message = format!("`{shown}` holds no text ({what}); save its text as .txt or .html");
            once(Err(problem("binary-file", message, &shown)))
        }
        Content::Parquet => open_parquet(source, shown, reading),
        Content::Unsupported(what) => {
            let message = format!("`{shown}` is {what}, which cannot be read yet; it was left out");
            once(Err(problem("unsupported-format", message, &shown)))
        }
        Content::Packed(_) if reading.depth >= DEEPEST => {
            let message = format!("`{shown}` is an archive in {DEEPEST} others; unpack those and give it alone");
            once(Err(problem("archive-too-deep", message, &shown)))
        }
        Content::Packed(Packed::Zip) => open_zip(source, &shown, reading),
        Content::Packed(Packed::Gzip) => open_packed(source, Packing::Gzip, shown, reading),
        Content::Packed(Packed::Zstd) => open_packed(source, Packing::Zstd, shown, reading),
        Content::Warc => {
            let members = Members::new(counted(source, reading), Packing::None, reading.budget.clone());
            Box::new(Warc::new(members, Packing::None, shown, reading.clone()))
        }
        Content::Json => {
            let reader = BufReader::with_capacity(1 << 16, counted(source, reading));
            Box::new(Lines::new(reader, shown, reading.options.clone()))
        }
        Content::Table(delimiter) => {
            let reader = BufReader::with_capacity(1 << 16, counted(source, reading));
            Box::new(Table::new(reader, delimiter, shown, reading.options.clone()))
        }
        Content::Mailbox => mail::open_mailbox(counted(source, reading), shown, reading),
        Content::Empty | Content::Text | Content::Html | Content::Mail | Content::Feed | Content::Pdf => {
            let bytes = match read_whole(source, &shown, reading) {
                Ok(bytes) => bytes,
                Err(problem) => return once(Err(problem)),
            };
            let options = &reading.options;
            match content {
                Content::Html => once(article_from_html(&bytes, &shown, options)),
                Content::Mail => once(mail::article(&bytes, &shown, options)),
                Content::Pdf => once(pdf::article(bytes, &shown, options)),
                Content::Feed => feed::open(&bytes, shown, options),
                _ => once(article_from_text(&bytes, &shown, options)),
            }
        }
    }
}

fn read_sample(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sample = Vec::with_capacity(SAMPLE);
    source.take(SAMPLE as u64).read_to_end(&mut sample)?;
    Ok(sample)
}

/// The source from its beginning, its bytes counted where it is the file itself.
fn counted(source: Source, reading: &Reading) -> Box<dyn Read + Send> {
    let stream: Box<dyn Read + Send> = match source {
        Source::File(mut file) => match file.rewind() {
            Ok(()) => Box::new(file),
            Err(error) => Box::new(Failing(Some(error))),
        },
        Source::Stream(stream) => stream,
        Source::Memory(bytes) => Box::new(Cursor::new(bytes)),
    };
    if reading.depth == 0 { Box::new(reading.budget.count(stream)) } else { stream }
}

/// A source that gives its error when it is read.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn read_whole(source: Source, shown: &str, reading: &Reading) -> Result<Vec<u8>, Problem> {
    let limit = reading.options.max_bytes;
    let bytes = match source {
        Source::Memory(bytes) => bytes,
        source => {
            let mut bytes = Vec::new();
            let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            counted(source, reading).take(most).read_to_end(&mut bytes).map_err(|error| unreadable(shown, &error))?;
            bytes
        }
    };
    if bytes.len() > limit {
        let message =
            format!("`{shown}` is larger than {limit} bytes; split it into one file an article, or JSON Lines");
        return Err(problem("file-too-large", message, shown));
    }
    Ok(bytes)
}

fn open_zip(source: Source, shown: &str, reading: &Reading) -> Items {
    let store = match source {
        Source::File(file) => zip::Store::File(file),
        source => match read_whole(source, shown, reading) {
            Ok(bytes) => zip::Store::Memory(Arc::from(bytes)),
            Err(problem) => return once(Err(problem)),
        },
    };
    zip::open(store, shown, reading)
}

/// What Parquet says of itself stands at the end, so that what cannot be searched is held in memory.
fn open_parquet(source: Source, shown: String, reading: &Reading) -> Items {
    let store = match source {
        Source::File(file) => parquet::Store::File(Arc::new(file)),
        source => match read_whole(source, &shown, reading) {
            Ok(bytes) => parquet::Store::Memory(Arc::from(bytes)),
            Err(found) if found.code == "file-too-large" => {
                let limit = reading.options.max_bytes;
                let message = format!(
                    "`{shown}` is a Parquet table of more than {limit} bytes that does not come from a file; give it as a file"
                );
                return once(Err(problem("file-too-large", message, &shown)));
            }
            Err(found) => return once(Err(found)),
        },
    };
    parquet::open(store, shown, reading)
}

/// Unpacks; a web archive member by member, all others as one stream.
fn open_packed(source: Source, packing: Packing, shown: String, reading: &Reading) -> Items {
    let mut members = Members::new(counted(source, reading), packing, reading.budget.clone());
    let mut start = Vec::new();
    let first = match members.next() {
        Ok(Some(_)) => (&mut members).take(SAMPLE as u64).read_to_end(&mut start).map(|_| ()),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if start.is_empty()
        && let Err(error) = first
    {
        return once(Err(unreadable(&shown, &error)));
    }
    if start.trim_ascii_start().starts_with(b"WARC/") {
        return Box::new(Warc::begun(members, start, packing, shown, reading.clone()));
    }
    let name = [".gz", ".zst", ".zstd", ".gzip"].iter().find_map(|end| shown.strip_suffix(end)).unwrap_or(&shown);
    let rest: Box<dyn Read + Send> = match first {
        Ok(()) => Box::new(Joined::begun(members)),
        Err(error) => Box::new(Failing(Some(error))),
    };
    let stream = Cursor::new(start).chain(rest);
    let reading = Reading { depth: reading.depth + 1, ..reading.clone() };
    open(Source::Stream(Box::new(stream)), name.to_owned(), &reading)
}
