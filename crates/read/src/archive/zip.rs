//! Zip archives, among them web archives in WACZ form and Word's .docx.
//!
//! In: an archive that can be searched (a file, or bytes in memory). Out: what each file in it gives, in the order of the
//! archive. Members are unpacked as they are read, so a web archive of any size inside costs no memory.

use super::members::{Joined, Members, Packing};
use crate::reading::{Items, Reading, once, problem, unreadable};
use crate::{docx, stream};
use model::{Article, Problem};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

/// The bytes of an archive.
pub(crate) enum Store {
    File(File),
    Memory(Arc<[u8]>),
}

impl Store {
    fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::File(file) => Opened::File(file.try_clone()?),
            Self::Memory(bytes) => Opened::Memory(Cursor::new(Arc::clone(bytes))),
        })
    }
}

enum Opened {
    File(File),
    Memory(Cursor<Arc<[u8]>>),
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Memory(bytes) => bytes.seek(to),
        }
    }
}

struct Member {
    name: String,
    start: u64,
    length: u64,
    packing: Result<Inside, String>,
}

#[derive(Clone, Copy)]
enum Inside {
    Stored,
    Deflated,
    Zstd,
}

/// Reads what the files of an archive give, one after the other.
pub(crate) struct Zip {
    store: Store,
    path: String,
    reading: Reading,
    members: VecDeque<Member>,
    inner: Option<Items>,
}

/// What the files of a zip archive give.
pub(crate) fn open(store: Store, path: &str, reading: &Reading) -> Items {
    match directory(&store, path) {
        Err(found) => once(Err(found)),
        Ok(Directory::Docx(members)) => {
            let zip = Zip { store, path: path.to_owned(), reading: reading.clone(), members, inner: None };
            once(zip.docx())
        }
        Ok(Directory::Files(members)) => {
            Box::new(Zip { store, path: path.to_owned(), reading: reading.clone(), members, inner: None })
        }
    }
}

enum Directory {
    Docx(VecDeque<Member>),
    Files(VecDeque<Member>),
}

fn directory(store: &Store, path: &str) -> Result<Directory, Problem> {
    let broken = |why: String| {
        problem("broken-archive", format!("`{path}` is no zip archive that can be read ({why}); it was left out"), path)
    };
    let mut source = store.open().map_err(|error| unreadable(path, &error))?;
    let size = source.seek(SeekFrom::End(0)).map_err(|error| unreadable(path, &error))?;
    let mut archive = ZipArchive::new(source).map_err(|error| broken(error.to_string()))?;
    let mut members = VecDeque::new();
    let mut failed = None;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let member = match archive.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => {
                failed.get_or_insert(error.to_string());
                continue;
            }
        };
        let name = member.name().map_or_else(|_| format!("file {index}"), |name| name.into_owned());
        let hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if member.is_dir() || hidden && !name.starts_with("./") {
            continue;
        }
        let packing = match member.compression() {
            _ if member.encrypted() => Err("is locked with a password".to_owned()),
            CompressionMethod::Stored => Ok(Inside::Stored),
            method => match u16_of(method) {
                8 => Ok(Inside::Deflated),
                93 => Ok(Inside::Zstd),
                _ => Err(format!("is packed in a way that cannot be read ({method})")),
            },
        };
        let length = member.compressed_size();
        total = total.saturating_add(length);
        let Some(start) = member.data_start() else { continue };
        members.push_back(Member { name, start, length, packing });
    }
    // Files that lie over one another unpack without end.
    if total > size {
        let message =
            format!("the files in `{path}` lie over one another: it would unpack without end; it was left out");
        return Err(problem("unpacks-without-end", message, path));
    }
    if members.is_empty()
        && let Some(why) = failed
    {
        return Err(broken(why));
    }
    if members.iter().any(|member| member.name == "word/document.xml") {
        return Ok(Directory::Docx(members));
    }
    // A web archive in WACZ form holds indexes and lists beside the archives.
    if members.iter().any(|member| member.name == "datapackage.json")
        && members.iter().any(|member| member.name.starts_with("archive/"))
    {
        members.retain(|member| member.name.starts_with("archive/"));
    }
    Ok(Directory::Files(members))
}

#[expect(deprecated, reason = "the crate names methods only that it was built to unpack")]
fn u16_of(method: CompressionMethod) -> u16 {
    match method {
        CompressionMethod::Stored => 0,
        CompressionMethod::Unsupported(number) => number,
        _ => u16::MAX,
    }
}

impl Zip {
    fn source(&self, member: &Member) -> Result<Box<dyn Read + Send>, Problem> {
        let shown = format!("{}/{}", self.path, member.name);
        let packing = match &member.packing {
            Ok(packing) => *packing,
            Err(why) => {
                return Err(problem("broken-archive", format!("`{shown}` {why}; it was left out"), &shown));
            }
        };
        let mut opened = self.store.open().map_err(|error| unreadable(&shown, &error))?;
        opened.seek(SeekFrom::Start(member.start)).map_err(|error| unreadable(&shown, &error))?;
        let raw = opened.take(member.length);
        let raw: Box<dyn Read + Send> =
            if self.reading.depth == 0 { Box::new(self.reading.budget.count(raw)) } else { Box::new(raw) };
        Ok(match packing {
            Inside::Stored => raw,
            Inside::Deflated => {
                let budget = self.reading.budget.clone();
                Box::new(Inflated { decoder: flate2::read::DeflateDecoder::new(raw), budget })
            }
            Inside::Zstd => Box::new(Joined::new(Members::new(raw, Packing::Zstd, self.reading.budget.clone()))),
        })
    }

    fn docx(&self) -> Result<Article, Problem> {
        let part = |name: &str| -> Result<Vec<u8>, Problem> {
            let Some(member) = self.members.iter().find(|member| member.name == name) else { return Ok(Vec::new()) };
            let mut bytes = Vec::new();
            let most = u64::try_from(self.reading.most_record_bytes()).unwrap_or(u64::MAX);
            self.source(member)?.take(most).read_to_end(&mut bytes).map_err(|error| unreadable(&self.path, &error))?;
            Ok(bytes)
        };
        docx::article(&part("word/document.xml")?, &part("docProps/core.xml")?, &self.path, &self.reading.options)
    }
}

impl Iterator for Zip {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.inner.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            let member = self.members.pop_front()?;
            self.inner = Some(match self.source(&member) {
                Ok(source) => {
                    let shown = format!("{}/{}", self.path, member.name.trim_start_matches("./"));
                    let reading = Reading { depth: self.reading.depth + 1, ..self.reading.clone() };
                    stream::open(stream::Source::Stream(source), shown, &reading)
                }
                Err(problem) => once(Err(problem)),
            });
        }
    }
}

struct Inflated<R> {
    decoder: flate2::read::DeflateDecoder<R>,
    budget: super::budget::Budget,
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer)?;
        self.budget.unpack(count)?;
        Ok(count)
    }
}
