//! Paths to articles, one after the other.
//!
//! In: paths as the user typed them: files, folders, `-` for standard input. Out: articles and problems, read only when
//! the caller asks for the next. Folders are walked in the order of their names, byte by byte, hidden names skipped;
//! a folder that was walked already (a link that leads back) is named and left. What a file holds is seen in [`stream`].
//!
//! This is the only module that touches the file system.

use crate::Options;
use crate::archive::budget::Budget;
use crate::reading::{Items, Reading, problem, unreadable};
use crate::stream::{self, Source};
use model::{Article, Problem};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The articles and problems under some paths, read as they are asked for. See [`articles`].
pub struct Articles {
    /// What is still to be read, the next one last.
    work: Vec<Work>,
    /// What the file in hand still gives.
    items: Option<Items>,
    reading: Reading,
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
        items: None,
        reading: Reading::new(options),
        walked: BTreeSet::new(),
    }
}

impl Iterator for Articles {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.items = None;
            let item = match self.work.pop()? {
                Work::Given(path) => self.start(path),
                Work::Folder { path, shown } => self.walk(&path, &shown),
                Work::Failed(problem) => Some(Err(problem)),
                Work::File { path, shown } => match File::open(&path) {
                    Ok(file) => self.read(Source::File(file), shown),
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
            return self.read(Source::Stream(Box::new(io::stdin())), given);
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

    /// Begins with what a file holds. What it may unpack to is counted for each file anew.
    fn read(&mut self, source: Source, shown: String) -> Option<Result<Article, Problem>> {
        let reading = Reading { budget: Budget::default(), ..self.reading.clone() };
        self.items = Some(stream::open(source, shown, &reading));
        None
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
