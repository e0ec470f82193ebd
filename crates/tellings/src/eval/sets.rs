//! Finds gold sets: those that stand in the project, files and story folders by path, and the shared ones by name.
//!
//! In: what the user typed. Out: [`GoldSet`]s, and a problem for each that is not there.
//!
//! | SET | what |
//! |---|---|
//! | none | all of `eval/sets/*.jsonl` |
//! | a path | a file of gold (`.jsonl`, `.gz`, `.zst`), a story folder, or a folder of story folders |
//! | `held-out`, `stories` | the story sets that nobody trains on; all of them |
//! | `seeds` | the real articles, with what is no statement in them |
//! | `polnear:dev`, `polnear:train`, `polnear:test` | a part of PolNeAR |

use super::gold::{GoldArticle, GoldStory};
use super::stories;
use super::{EvalError, Predicted, Scores, score};
use model::{Article, Problem, Span};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How PolNeAR marks statements: no nesting, each word in one statement at most.
pub const POLNEAR_CONVENTION: usize = 0;
/// How the story sets mark statements, and what users get.
pub const STORIES_CONVENTION: usize = 1;

/// Gold stories under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldSet {
    /// Its name in the table and in the floors.
    pub name: String,
    /// The convention that the articles are to be read with: 0 PolNeAR, 1 stories.
    pub convention: usize,
    /// The stories.
    pub stories: Vec<GoldStory>,
}

impl GoldSet {
    /// The articles as the program is to get them, without anything that people marked; also those that nobody marked.
    pub fn articles(&self) -> Vec<Article> {
        let articles = self.stories.iter().flat_map(|story| story.articles.iter().chain(&story.unmarked));
        articles.map(GoldArticle::bare).collect()
    }

    /// Compares predictions with this set's gold; see [`score`].
    ///
    /// # Errors
    /// Where the two do not fit together.
    pub fn score<'a>(&'a self, predicted: impl Into<Predicted<'a>>) -> Result<Scores, EvalError> {
        Ok(Scores { set: self.name.clone(), ..score(&self.stories, predicted)? })
    }

    /// Whether the set marks anything across articles, so that a whole analysis is worth its time.
    pub fn is_across_articles(&self) -> bool {
        self.stories.iter().any(GoldStory::is_across_articles)
    }
}

/// The sets that a user named, or those of the project; `root` is the folder that holds `eval/`.
pub fn find_sets(names: &[String], root: &Path) -> (Vec<GoldSet>, Vec<Problem>) {
    let (mut sets, mut problems) = (Vec::new(), Vec::new());
    let shared = shared_folder(root);
    let own;
    let names = if names.is_empty() {
        own = own_sets(root);
        if own.is_empty() {
            problems.push(problem("no-gold", format!("no gold sets in `{}`", root.join("eval/sets").display()), None));
        }
        &own
    } else {
        names
    };
    for name in names {
        match find_set(name, &shared) {
            Ok(set) => sets.push(set),
            Err(error) => problems.push(problem("no-gold", error.to_string(), Some(name.clone()))),
        }
    }
    (sets, problems)
}

/// The folder that holds `eval/floors.toml`: the given one or the nearest above it.
pub fn find_root(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|folder| folder.join("eval/floors.toml").is_file()).map(Path::to_path_buf)
}

/// The folder with data that does not stand in the project: `TELLINGS_SHARED`, else `../shared` beside it.
pub fn shared_folder(root: &Path) -> PathBuf {
    std::env::var_os("TELLINGS_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from)
}

fn problem(code: &str, message: String, path: Option<String>) -> Problem {
    Problem { code: code.to_owned(), message, path }
}

fn own_sets(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("eval/sets")).into_iter().flatten().flatten();
    let mut paths: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && stem(path).is_some())
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    paths.sort_unstable();
    paths
}

/// The name of a gold file without its endings; `None` where the ending is none of ours.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    name.strip_suffix(".jsonl").map(str::to_owned)
}

fn find_set(name: &str, shared: &Path) -> Result<GoldSet, EvalError> {
    let data = shared.join("data");
    let path = Path::new(name);
    if let Some(part) = name.strip_prefix("polnear:") {
        return polnear(&data, name, part);
    }
    match name {
        "held-out" | "stories" => {
            let folder = data.join("stories");
            let only = if name == "stories" { None } else { Some(slugs(&read(&folder.join("held-out.txt"))?)) };
            let stories = story_folders(&folder, only.as_ref())?;
            Ok(GoldSet { name: name.to_owned(), convention: STORIES_CONVENTION, stories })
        }
        "seeds" => seeds(&data.join("seeds")),
        _ if path.is_dir() => {
            let stories =
                if path.join("story.json").exists() { vec![story_folder(path)?] } else { story_folders(path, None)? };
            let name = path.file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned());
            Ok(GoldSet { name, convention: STORIES_CONVENTION, stories })
        }
        _ => file(path, name),
    }
}

fn slugs(list: &str) -> BTreeSet<String> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

fn polnear(data: &Path, name: &str, part: &str) -> Result<GoldSet, EvalError> {
    let path = data.join("polnear/polnear.jsonl.zst");
    let mut stories = GoldStory::read(&read(&path)?, &path.to_string_lossy())?;
    stories.retain(|story| story.articles.iter().any(|article| article.part.as_deref() == Some(part)));
    if stories.is_empty() {
        return Err(EvalError::Gold { place: name.to_owned(), why: "PolNeAR has no such part".to_owned() });
    }
    Ok(GoldSet { name: name.to_owned(), convention: POLNEAR_CONVENTION, stories })
}

/// A place at which nothing is said.
#[derive(Deserialize)]
struct Negative {
    article: String,
    start: u32,
    end: u32,
}

fn seeds(folder: &Path) -> Result<GoldSet, EvalError> {
    let path = folder.join("gold.jsonl");
    let mut stories = GoldStory::read(&read(&path)?, &path.to_string_lossy())?;
    let path = folder.join("negatives.jsonl");
    let lines = if path.is_file() { read(&path)? } else { String::new() };
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let bad = |why: String| EvalError::Gold { place: path.to_string_lossy().into_owned(), why };
        let negative: Negative = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
        let span = Span::new(negative.start, negative.end).map_err(|e| bad(e.to_string()))?;
        let mut articles = stories.iter_mut().flat_map(|story| &mut story.articles);
        if let Some(article) = articles.find(|article| article.short_id() == negative.article) {
            article.negatives.push(span);
        }
    }
    Ok(GoldSet { name: "seeds".to_owned(), convention: STORIES_CONVENTION, stories })
}

fn file(path: &Path, name: &str) -> Result<GoldSet, EvalError> {
    let stories = GoldStory::read(&read(path)?, name)?;
    if stories.is_empty() {
        return Err(EvalError::Gold { place: name.to_owned(), why: "no articles".to_owned() });
    }
    // A set that marks no act is PolNeAR's kind of set.
    let marks_acts = stories.iter().flat_map(|s| &s.articles).flat_map(|a| &a.statements).any(|s| s.act.is_some());
    let convention = if marks_acts { STORIES_CONVENTION } else { POLNEAR_CONVENTION };
    let set = stem(path).unwrap_or_else(|| name.to_owned());
    Ok(GoldSet { name: set, convention, stories })
}

fn story_folders(folder: &Path, only: Option<&BTreeSet<String>>) -> Result<Vec<GoldStory>, EvalError> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|e| EvalError::Gold { place: folder.to_string_lossy().into_owned(), why: e.to_string() })?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("story.json").is_file())
        .filter(|path| {
            only.is_none_or(|only| path.file_name().is_some_and(|n| only.contains(n.to_string_lossy().as_ref())))
        })
        .collect();
    paths.sort_unstable();
    let stories = paths.iter().map(|path| story_folder(path)).collect::<Result<Vec<_>, _>>()?;
    if stories.is_empty() {
        return Err(EvalError::Gold {
            place: folder.to_string_lossy().into_owned(),
            why: "no story folders".to_owned(),
        });
    }
    Ok(stories)
}

fn story_folder(folder: &Path) -> Result<GoldStory, EvalError> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            texts.insert(name, read(&path)?);
        }
    }
    stories::compile(&read(&folder.join("story.json"))?, &texts, &folder.to_string_lossy())
}

/// Most bytes that a gold file may unfold to; beyond that it is taken for a mistake.
const LARGEST_GOLD: u64 = 4 << 30;

fn read(path: &Path) -> Result<String, EvalError> {
    let bad = |e: std::io::Error| EvalError::Gold { place: path.to_string_lossy().into_owned(), why: e.to_string() };
    let file = fs::File::open(path).map_err(bad)?;
    let mut text = String::new();
    match path.extension().map(|ending| ending.to_string_lossy().into_owned()).as_deref() {
        Some("gz") => {
            flate2::read::MultiGzDecoder::new(file).take(LARGEST_GOLD).read_to_string(&mut text).map_err(bad)?
        }
        Some("zst") => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(file)
                .map_err(|e| EvalError::Gold { place: path.to_string_lossy().into_owned(), why: e.to_string() })?;
            decoder.take(LARGEST_GOLD).read_to_string(&mut text).map_err(bad)?
        }
        _ => file.take(LARGEST_GOLD).read_to_string(&mut text).map_err(bad)?,
    };
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{find_root, find_sets, stem};
    use std::path::Path;

    #[test]
    fn a_set_that_is_not_there_is_named_and_the_others_are_read() {
        let (sets, problems) =
            find_sets(&["no/such/file.jsonl".to_owned(), "polnear:sunday".to_owned()], Path::new("no/root"));
        assert!(sets.is_empty());
        assert_eq!(problems.len(), 2);
        assert!(problems[0].message.contains("no/such/file.jsonl"), "{problems:?}");
    }

    #[test]
    fn the_project_is_found_from_a_folder_inside_it() {
        let root = tempfile::tempdir().expect("a folder");
        let inner = root.path().join("eval/sets");
        std::fs::create_dir_all(&inner).expect("made");
        assert_ne!(find_root(&inner).as_deref(), Some(root.path()));
        std::fs::write(root.path().join("eval/floors.toml"), "").expect("written");
        assert_eq!(find_root(&inner).as_deref(), Some(root.path()));
    }

    #[test]
    fn packed_files_are_read_and_sets_without_acts_follow_polnear() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("small.jsonl.gz");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let line = br#"{"id": "p", "text": "She said no.", "statements": [{"cue": [[4, 8]], "content": [[9, 11]]}]}"#;
        std::io::Write::write_all(&mut packed, line).expect("packed");
        std::fs::write(&path, packed.finish().expect("packed")).expect("written");
        let (sets, problems) = find_sets(&[path.to_string_lossy().into_owned()], folder.path());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((sets[0].name.as_str(), sets[0].convention, sets[0].articles().len()), ("small", 0, 1));
        assert!(!sets[0].is_across_articles());
    }

    #[test]
    fn the_name_of_a_set_has_no_endings() {
        assert_eq!(stem(Path::new("eval/sets/third.jsonl.zst")).as_deref(), Some("third"));
        assert_eq!(stem(Path::new("eval/sets/third.txt")), None);
    }
}
