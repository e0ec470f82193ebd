//! The notices that go with a binary: what others wrote in it, under which licence, with the words of these licences.
//!
//! In: what `cargo metadata` says of the packages behind the program, and the licence files in their folders, those of fonts and tables
//! among them. Out: one text. Words that many packages share stand there once.

use crate::licences::metadata;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The package whose binary is passed on.
const PROGRAM: &str = "tellings";

/// Writes the notices of everything that is in the program.
pub fn run(root: &Path, cargo: &str, out: &str) -> Result<(), String> {
    let packages = in_program(&metadata(root, cargo)?)?;
    let mut by_words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut without: Vec<String> = Vec::new();
    for package in &packages {
        let files = licence_files(&package.folder);
        if files.is_empty() {
            without.push(package.title.clone());
        }
        for file in files {
            let words = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let words = String::from_utf8_lossy(&words).replace("\r\n", "\n").trim().to_owned();
            by_words.entry(words).or_default().insert(package.title.clone());
        }
    }
    std::fs::write(out, text(&packages, &by_words, &without)).map_err(|error| format!("{out}: {error}"))?;
    eprintln!(
        "{out}: {} packages, {} different texts, {} packages without one",
        packages.len(),
        by_words.len(),
        without.len()
    );
    Ok(())
}

struct Package {
    /// Name, version and licence.
    title: String,
    folder: PathBuf,
}

/// The packages that are compiled into the program, sorted, without our own. Those that only build or test it are left out.
fn in_program(metadata: &Value) -> Result<Vec<Package>, String> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(metadata.get("packages")).into_iter().map(|package| (text(&package, "id"), package)).collect();
    let nodes: BTreeMap<String, Value> = list(metadata.get("resolve").and_then(|resolve| resolve.get("nodes")))
        .into_iter()
        .map(|node| (text(&node, "id"), node))
        .collect();
    let first = packages.iter().find(|(_, package)| text(package, "name") == PROGRAM).map(|(id, _)| id.clone());
    let mut open = vec![first.ok_or_else(|| format!("cargo metadata names no package `{PROGRAM}`"))?];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(id) = open.pop() {
        let is_linked =
            |dependency: &Value| list(dependency.get("dep_kinds")).iter().any(|kind| kind["kind"].is_null());
        let next = nodes.get(&id).map(|node| list(node.get("deps"))).unwrap_or_default();
        if seen.insert(id) {
            open.extend(
                next.iter().filter(|dependency| is_linked(dependency)).map(|dependency| text(dependency, "pkg")),
            );
        }
    }
    let ours = |package: &Value| package.get("source").is_none_or(Value::is_null);
    let found = seen.iter().filter_map(|id| packages.get(id)).filter(|package| !ours(package)).map(|package| Package {
        title: format!("{} {} ({})", text(package, "name"), text(package, "version"), text(package, "license")),
        folder: Path::new(&text(package, "manifest_path")).parent().map(Path::to_owned).unwrap_or_default(),
    });
    let mut found: Vec<Package> = found.collect();
    found.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(found)
}

/// Files of a package that hold licences, its own or those of what it carries, one folder deep; sorted.
fn licence_files(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let here = entries(folder);
    let below = here.iter().filter(|path| path.is_dir()).flat_map(|path| entries(path));
    let mut files: Vec<PathBuf> =
        here.iter().cloned().chain(below).filter(|path| path.is_file() && is_licence(path)).collect();
    files.sort();
    files
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_uppercase();
    let is_text = [".RS", ".TOML", ".JSON", ".HTML"].iter().all(|end| !name.ends_with(end));
    is_text
        && ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT"].iter().any(|word| name.contains(word))
}

fn text(packages: &[Package], by_words: &BTreeMap<String, BTreeSet<String>>, without: &[String]) -> String {
    let mut out = String::from(
        "What others wrote in the program Tellings, and their licences. What its weights learnt from stands in their card (`tellings --version -v`).\n\n",
    );
    packages.iter().for_each(|package| out.push_str(&format!("- {}\n", package.title)));
    if !without.is_empty() {
        out.push_str("\nThese carry no text of their licence; its name stands above:\n\n");
        without.iter().for_each(|title| out.push_str(&format!("- {title}\n")));
    }
    for (words, titles) in by_words {
        out.push_str(&format!("\n{}\n", "=".repeat(80)));
        titles.iter().for_each(|title| out.push_str(&format!("{title}\n")));
        out.push_str(&format!("\n{words}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{in_program, run};
    use serde_json::json;

    #[test]
    fn what_only_builds_or_tests_is_not_in_the_program() {
        let package = |name: &str, source: Option<&str>| json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": source, "manifest_path": "/x/Cargo.toml"});
        let needs = |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("tellings", None), package("ours", None), package("parser", Some("registry")),
                package("deep", Some("registry")), package("tester", Some("registry")), package("builder", Some("registry")),
            ],
            "resolve": {"nodes": [
                {"id": "tellings", "deps": [needs("ours", None), needs("tester", Some("dev")), needs("builder", Some("build"))]},
                {"id": "ours", "deps": [needs("parser", None)]},
                {"id": "parser", "deps": [needs("deep", None), needs("ours", None)]},
            ]},
        });
        let titles: Vec<String> =
            in_program(&metadata).expect("a program").into_iter().map(|package| package.title).collect();
        assert_eq!(titles, ["deep 1.0.0 (MIT)", "parser 1.0.0 (MIT)"]);
        assert!(in_program(&json!({})).is_err());
    }

    #[test]
    fn the_fonts_in_the_reader_of_pdf_files_are_named_with_their_licence() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("notices.txt");
        let cargo = std::env::var("CARGO").expect("cargo runs the tests");
        run(&crate::tidy::workspace_root(), &cargo, out.to_str().expect("a path")).expect("written");
        let text = std::fs::read_to_string(out).expect("written");
        for needed in ["hayro-font", "PDFium Authors", "serde 1.", "Mozilla Public License"] {
            assert!(text.contains(needed), "{needed}");
        }
        assert!(!text.contains("- proptest "), "only tests use it");
    }
}
