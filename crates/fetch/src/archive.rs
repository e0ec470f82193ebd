//! Answers into a web archive: one file for a run, each record packed by itself, so that what is complete stays readable.

use crate::client::Answer;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A web archive that is being written. The file appears with the first record.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    software: String,
    file: Option<(PathBuf, File)>,
}

impl Archive {
    /// An archive in a folder, which is made where it is missing. `software` names who writes.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(folder: &Path, software: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), software: software.to_owned(), file: None })
    }

    /// Writes an answer as it came.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn add(&mut self, answer: &Answer) -> io::Result<()> {
        let now = jiff::Timestamp::now();
        let date = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let file = match &mut self.file {
            Some((_, file)) => file,
            None => {
                let (path, mut file) = create(&self.folder, &now.strftime("%Y%m%d-%H%M%S").to_string())?;
                let body = format!("software: {}\r\nformat: WARC File Format 1.1\r\n", self.software);
                let head = "WARC-Type: warcinfo\r\nContent-Type: application/warc-fields";
                file.write_all(&record(head, &date, body.as_bytes())?)?;
                &mut self.file.insert((path, file)).1
            }
        };
        let cut = answer.cut.map_or_else(String::new, |why| format!("\r\nWARC-Truncated: {why}"));
        let head = format!(
            "WARC-Type: response\r\nWARC-Target-URI: {}\r\nContent-Type: application/http;msgtype=response{cut}",
            answer.url
        );
        file.write_all(&record(&head, &date, &[answer.head.as_bytes(), b"\r\n", &answer.body].concat())?)?;
        file.flush()
    }

    /// Where it stands, once there is a record in it.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|(path, _)| path.as_path())
    }
}

/// A file that was not there before: two runs in one second get two.
fn create(folder: &Path, stamp: &str) -> io::Result<(PathBuf, File)> {
    for number in 0..1000 {
        let path = folder.join(format!("tellings-{stamp}-{number:03}.warc.gz"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

fn record(head: &str, date: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let length = body.len();
    write!(
        packed,
        "WARC/1.1\r\n{head}\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {date}\r\nContent-Length: {length}\r\n\r\n",
        uuid()
    )?;
    packed.write_all(body)?;
    packed.write_all(b"\r\n\r\n")?;
    packed.finish()
}

/// A random number in the form that archives ask for.
fn uuid() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let (a, b) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        (b >> 48) & 0x3fff | 0x8000,
        b & 0xffff_ffff_ffff
    )
}
