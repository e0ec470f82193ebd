//! Paths to articles.

use crate::{Options, article_from_html, article_from_text, articles_from_jsonl};
use model::{Article, Problem};
use std::path::Path;

/// The articles under some paths, read as they are asked for.
pub struct Articles {
    paths: std::vec::IntoIter<String>,
    options: Options,
    ready: std::vec::IntoIter<Result<Article, Problem>>,
}

/// Reads files, folders (walked in order of names, hidden ones skipped) and `-`, lazily.
pub fn articles(paths: &[String], options: &Options) -> Articles {
    let mut files = Vec::new();
    for path in paths {
        expand(Path::new(path), &mut files);
    }
    Articles { paths: files.into_iter(), options: options.clone(), ready: Vec::new().into_iter() }
}

fn expand(path: &Path, files: &mut Vec<String>) {
    if path.is_dir() {
        let mut names: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        names.sort();
        names.iter().for_each(|name| expand(name, files));
    } else {
        files.push(path.to_string_lossy().into_owned());
    }
}

impl Iterator for Articles {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(item);
            }
            let path = self.paths.next()?;
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    return Some(Err(Problem {
                        code: "unreadable-file".into(),
                        message: format!("cannot read `{path}`: {error}"),
                        path: Some(path),
                    }));
                }
            };
            self.ready = if path.ends_with(".jsonl") {
                articles_from_jsonl(&bytes, &path, &self.options).collect::<Vec<_>>().into_iter()
            } else if path.ends_with(".html") {
                vec![article_from_html(&bytes, &path, &self.options)].into_iter()
            } else {
                vec![article_from_text(&bytes, &path, &self.options)].into_iter()
            };
        }
    }
}
