//! What people forget and a machine can see: walls between crates, unsafe code, files, documents.
//!
//! In: the root of a workspace. Out: complaints, each with file, what is wrong, and what would be right. Every check is
//! a function from the tree to complaints, and has a test in which it fails.

mod documents;
mod files;
mod reach;
mod source;
mod walls;

use std::path::{Path, PathBuf};

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// File, from the root.
    pub file: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// The folder of the workspace that this program was built in.
pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// All complaints about a tree, sorted.
pub fn complaints(root: &Path) -> Vec<Complaint> {
    let tree = Tree::read(root);
    let mut found = walls::check(&tree);
    found.extend(reach::check(&tree));
    found.extend(files::check(&tree));
    found.extend(documents::check(&tree));
    found.sort();
    found
}

/// The files of a workspace that are looked at, sorted by path.
pub struct Tree {
    /// Rust files and manifests with their text, paths from the root with `/`.
    pub files: Vec<(String, String)>,
    root: PathBuf,
}

impl Tree {
    fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        for folder in ["crates", "xtask", "tests", "examples", "fuzz"] {
            walk(&root.join(folder), folder, &mut files);
        }
        files.sort();
        Self { files, root: root.to_path_buf() }
    }

    /// A document in the root.
    fn document(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(name)).ok()
    }

    /// Rust files below a folder.
    fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Manifests of crates and xtask with the name of their folder.
    fn manifests(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.files.iter().filter_map(|(path, text)| {
            let folder = path.strip_suffix("/Cargo.toml")?;
            Some((folder.rsplit('/').next()?, path.as_str(), text.as_str()))
        })
    }
}

fn walk(folder: &Path, name: &str, files: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let child = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{name}/{child}");
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && child != "target" && !child.starts_with('.') {
            walk(&entry.path(), &path, files);
        } else if kind.is_file() && (child.ends_with(".rs") || child == "Cargo.toml") {
            files.push((path, std::fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
}

/// The crate whose `src` a file lies in.
fn crate_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("crates/")?;
    let (name, inside) = rest.split_once('/')?;
    inside.starts_with("src/").then_some(name)
}

fn complaint(file: &str, message: impl Into<String>) -> Complaint {
    Complaint { file: file.to_owned(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::{Complaint, complaints, workspace_root};
    use std::path::Path;

    /// Complaints about a tree of the files given, as `file: message`.
    pub(super) fn check(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).expect("made");
            std::fs::write(file, text).expect("written");
        }
        complaints(folder.path()).into_iter().map(|Complaint { file, message }| format!("{file}: {message}")).collect()
    }

    #[test]
    fn an_empty_tree_is_tidy() {
        assert_eq!(check(&[]), Vec::<String>::new());
    }

    #[test]
    fn this_workspace_is_read() {
        assert!(super::Tree::read(&workspace_root()).rust().count() > 10);
    }
}
