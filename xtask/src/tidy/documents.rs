//! What the documents must name: every crate, every dependency, every code of a problem.

use super::source::take_apart;
use super::walls::dependencies;
use super::{Complaint, Tree, complaint, crate_of};
use std::collections::BTreeMap;
use toml::Table;

/// What a workspace has beside its code.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "EVALUATION.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "deny.toml",
];

/// Complaints about what the documents do not say.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut found = Vec::new();
    if tree.document("Cargo.toml").is_some() {
        let missing = DOCUMENTS.iter().filter(|name| tree.document(name).is_none());
        found.extend(missing.map(|name| complaint(name, "is missing")));
    }
    found.extend(tree.document("ARCHITECTURE.md").iter().flat_map(|text| unexplained_dependencies(tree, text)));
    found.extend(tree.document("GLOSSARY.md").iter().flat_map(|text| unexplained_codes(tree, text)));
    found
}

/// Every crate and dependency that ARCHITECTURE does not name.
fn unexplained_dependencies(tree: &Tree, architecture: &str) -> Vec<Complaint> {
    let mut used: BTreeMap<String, &str> = BTreeMap::new();
    for (name, path, text) in tree.manifests() {
        if path.starts_with("fuzz/") {
            // Never a part of the program.
            continue;
        }
        let Ok(manifest) = text.parse::<Table>() else { continue };
        used.insert(name.to_owned(), path);
        for dependency in dependencies(&manifest) {
            used.entry(dependency.strip_prefix("tellings-").unwrap_or(&dependency).to_owned()).or_insert(path);
        }
    }
    used.into_iter()
        .filter(|(name, _)| !architecture.contains(&format!("`{name}`")))
        .map(|(name, path)| complaint(path, format!("`{name}` is not in ARCHITECTURE.md: say why it is there")))
        .collect()
}

/// Every code of a problem that GLOSSARY does not name.
fn unexplained_codes(tree: &Tree, glossary: &str) -> Vec<Complaint> {
    problem_codes(tree)
        .into_iter()
        .filter(|(code, _)| !glossary.contains(&format!("`{code}`")))
        .map(|(code, path)| complaint(&path, format!("code of a problem `{code}` is not in GLOSSARY.md")))
        .collect()
}

/// Codes of problems with the file that makes them: strings such as `"no-such-file"` in crates, where `code` or
/// `problem` stands before them on the same line.
fn problem_codes(tree: &Tree) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (path, text) in tree.rust() {
        if crate_of(path).is_none() {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (line, string) in take_apart(text, false).strings {
            let word = string.trim_matches('"');
            let whole = lines.get(line - 1).copied().unwrap_or_default();
            let before = whole.split(&string).next().unwrap_or_default().to_lowercase();
            if is_code(word) && (before.contains("code") || before.contains("problem")) {
                found.entry(word.to_owned()).or_insert_with(|| path.to_owned());
            }
        }
    }
    found
}

fn is_code(word: &str) -> bool {
    word.contains('-')
        && word.len() > 4
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && !word.starts_with('-')
        && !word.ends_with('-')
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    #[test]
    fn a_dependency_that_no_document_explains_is_named() {
        let manifest = "[dependencies]\nserde = \"1\"\n[lints]\nworkspace = true\n";
        let files = [("crates/text/Cargo.toml", manifest), ("ARCHITECTURE.md", "`text` does things.")];
        assert_eq!(check(&files), ["crates/text/Cargo.toml: `serde` is not in ARCHITECTURE.md: say why it is there"]);
    }

    #[test]
    fn a_missing_document_is_named() {
        let found = check(&[("Cargo.toml", "[workspace]\n"), ("README.md", "")]);
        assert!(found.contains(&"CHANGELOG.md: is missing".to_owned()), "{found:?}");
        assert!(!found.contains(&"README.md: is missing".to_owned()), "{found:?}");
    }

    #[test]
    fn a_problem_that_no_document_explains_is_named() {
        let code = "//! A.\nfn a() { Problem { code: \"torn-line\".into() } }\n";
        let files = [("crates/read/src/a.rs", code), ("GLOSSARY.md", "")];
        assert_eq!(check(&files), ["crates/read/src/a.rs: code of a problem `torn-line` is not in GLOSSARY.md"]);
        assert!(check(&[("crates/read/src/a.rs", code), ("GLOSSARY.md", "| `torn-line` | … |")]).is_empty());
    }
}
