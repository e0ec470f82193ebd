//! Paths to articles, one after the other.
//!
//! In: paths as the user typed them: files, folders, `-` for standard input. Out: articles and problems, read only when
//! the caller asks for the next. Folders are walked in the order of their names, byte by byte, hidden names skipped;
//! a folder that was walked already (a link that leads back) is named and left. Lines of JSON are read one at a time,
//! so that memory depends on the longest article, not on their number.
//!
//! This is the only module that touches the file system.

use crate::content::{Content, SAMPLE, content_of};
use crate::jsonl::Lines;
use crate::{Options, article_from_html, article_from_text, plain};
use model::{Article, Problem};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// The articles and problems under some paths, read as they are asked for. See [`articles`].
pub struct Articles {
    /// What is still to be read, the next one last.
    work: Vec<Work>,
    lines: Option<Lines<Box<dyn BufRead + Send>>>,
    options: Options,
    /// Folders of the path in hand, by their true names.
    walked: BTreeSet<PathBuf>,
}

enum Work {
    Given(String),
    File { path: PathBuf, shown: String },
    Folder { path: PathBuf, shown: String },
    Failed(Problem),
}

/// Reads files, folders (walked in the order of names, hidden ones skipped) and `-` (standard input), lazily.
///
/// Every file gives articles or a [`Problem`] that names it and says what to do; nothing is left out in silence.
pub fn articles(paths: &[String], options: &Options) -> Articles {
    Articles {
        work: paths.iter().rev().cloned().map(Work::Given).collect(),
        lines: None,
        options: options.clone(),
        walked: BTreeSet::new(),
    }
}

impl Iterator for Articles {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.lines.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.lines = None;
            let item = match self.work.pop()? {
                Work::Given(path) => self.start(path),
                Work::Folder { path, shown } => self.walk(&path, &shown),
                Work::Failed(problem) => Some(Err(problem)),
                Work::File { path, shown } => match File::open(&path) {
                    Ok(file) => self.read(Box::new(file), shown),
                    Err(error) => Some(Err(unreadable(&shown, &error))),
                },
            };
            if item.is_some() {
                return item;
            }
        }
    }
}

impl Articles {
    fn start(&mut self, given: String) -> Option<Result<Article, Problem>> {
        self.walked.clear();
        if given == "-" {
            return self.read(Box::new(io::stdin()), given);
        }
        if given.contains("://") {
            let message = format!(
                "`{given}` is an address: reading from the network is not available yet; save the page and give the file"
            );
            return Some(Err(problem("no-network", message, &given)));
        }
        let path = PathBuf::from(&given);
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() => self.work.push(Work::Folder { path, shown: shown(&given) }),
            Ok(_) => self.work.push(Work::File { path, shown: shown(&given) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = format!("`{given}` does not exist; check the name");
                return Some(Err(problem("not-found", message, &given)));
            }
            Err(error) => return Some(Err(unreadable(&given, &error))),
        }
        None
    }

    fn walk(&mut self, path: &Path, shown: &str) -> Option<Result<Article, Problem>> {
        let true_name = match fs::canonicalize(path) {
            Ok(name) => name,
            Err(error) => return Some(Err(unreadable(shown, &error))),
        };
        if !self.walked.insert(true_name) {
            let message = format!("the folder `{shown}` was read already under another name; it was left out");
            return Some(Err(problem("folder-seen-twice", message, shown)));
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return Some(Err(unreadable(shown, &error))),
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => self.work.push(Work::Failed(unreadable(shown, &error))),
            }
        }
        names.sort();
        let known: BTreeSet<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        for name in names.iter().rev() {
            let words = name.to_string_lossy();
            if !words.starts_with('.') && !is_folder_of_page(&words, &known) {
                self.work.push(entry(path.join(name), format!("{}/{words}", shown.trim_end_matches('/'))));
            }
        }
        None
    }

    /// Reads what a file holds: one article, or lines that are read as they are asked for.
    fn read(&mut self, mut source: Box<dyn Read + Send>, shown: String) -> Option<Result<Article, Problem>> {
        let mut sample = Vec::with_capacity(SAMPLE);
        if let Err(error) = (&mut source).take(SAMPLE as u64).read_to_end(&mut sample) {
            return Some(Err(unreadable(&shown, &error)));
        }
        let content = content_of(&sample, &shown);
        match content {
            Content::Empty if sample.len() < SAMPLE => return Some(Err(plain::empty(&shown))),
            Content::Binary(what) => {
                let message = format!("`{shown}` holds no text ({what}); save its text as .txt or .html");
                return Some(Err(problem("binary-file", message, &shown)));
            }
            Content::Unsupported(what) => {
                let message = format!("`{shown}` is {what}, which cannot be read yet; it was left out");
                return Some(Err(problem("unsupported-format", message, &shown)));
            }
            Content::Json => {
                let reader = BufReader::with_capacity(1 << 16, Cursor::new(sample).chain(source));
                self.lines = Some(Lines::new(Box::new(reader), shown, self.options.clone()));
                return None;
            }
            Content::Empty | Content::Text | Content::Html => {}
        }
        let limit = self.options.max_bytes;
        let mut bytes = sample;
        let rest = u64::try_from(limit.saturating_sub(bytes.len())).unwrap_or(u64::MAX).saturating_add(1);
        if let Err(error) = source.take(rest).read_to_end(&mut bytes) {
            return Some(Err(unreadable(&shown, &error)));
        }
        if bytes.len() > limit {
            let message =
                format!("`{shown}` is larger than {limit} bytes; split it into one file an article, or JSON Lines");
            return Some(Err(problem("file-too-large", message, &shown)));
        }
        Some(match content {
            Content::Html => article_from_html(&bytes, &shown, &self.options),
            _ => article_from_text(&bytes, &shown, &self.options),
        })
    }
}

/// What an entry of a folder is. Links are followed.
fn entry(path: PathBuf, shown: String) -> Work {
    match fs::metadata(&path) {
        Ok(about) if about.is_dir() => Work::Folder { path, shown },
        Ok(about) if about.is_file() => Work::File { path, shown },
        // A pipe in a folder would be waited for without end.
        Ok(_) => {
            let message = format!("`{shown}` is neither a file nor a folder; it was left out");
            Work::Failed(problem("not-a-file", message, &shown))
        }
        Err(error) => Work::Failed(unreadable(&shown, &error)),
    }
}

/// `mill_files` beside `mill.html` holds the pictures and scripts that a browser saved with the page.
fn is_folder_of_page(name: &str, names: &BTreeSet<String>) -> bool {
    name.strip_suffix("_files")
        .is_some_and(|page| names.contains(&format!("{page}.html")) || names.contains(&format!("{page}.htm")))
}

/// A path as messages and articles show it: `/` between parts.
fn shown(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

fn unreadable(shown: &str, error: &io::Error) -> Problem {
    problem("unreadable-file", format!("cannot read `{shown}`: {error}; check its rights"), shown)
}

fn problem(code: &str, message: String, path: &str) -> Problem {
    Problem { code: code.into(), message, path: Some(path.to_owned()) }
}
