//! What was fetched already, kept in a hidden file beside the archives, so that an unchanged page is not sent twice.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a server said of the version of a page that we have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Its `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// The pages that a folder of archives holds.
#[derive(Debug)]
pub struct Known {
    path: PathBuf,
    pages: BTreeMap<String, Versions>,
}

/// Its name begins with a point, so that it is not read as an article.
const NAME: &str = ".tellings-known.json";

impl Known {
    /// What is known in a folder; nothing where there is no such file or it cannot be read.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join(NAME);
        let pages = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { path, pages }
    }

    /// The version that we have of a page.
    pub fn get(&self, url: &str) -> Option<&Versions> {
        self.pages.get(url)
    }

    /// Remembers a page.
    ///
    /// # Errors
    /// Where the file cannot be written; the old one then stands as it was.
    pub fn set(&mut self, url: &str, versions: Versions) -> io::Result<()> {
        self.pages.insert(url.to_owned(), versions);
        let new = self.path.with_extension("new");
        fs::write(&new, serde_json::to_vec(&self.pages)?)?;
        fs::rename(&new, &self.path)
    }
}
