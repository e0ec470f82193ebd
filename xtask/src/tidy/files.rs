//! How files begin, how long they are, what they and the things in them are called.

use super::source::take_apart;
use super::{Complaint, Tree, complaint};

/// Longer files are split by subject.
const MOST_LINES: usize = 700;

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["utils.rs", "util.rs", "helpers.rs", "common.rs", "types.rs", "misc.rs"];

/// Words that STYLE's table replaces by others, as last word of a public type's name.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("Doc", "Article"),
    ("Quote", "Statement or content"),
    ("Cluster", "Actor, Story or Claim"),
    ("Node", "Actor"),
    ("Duplicate", "Reprint"),
    ("Fact", "Claim"),
    ("Topic", "Story or Claim"),
    ("Offset", "Span"),
];

/// Complaints about Rust files as files.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        if !text.starts_with("//!") {
            found.push(complaint(path, "begins without //! that says what it is, what goes in and out"));
        }
        let lines = text.lines().count();
        if lines > MOST_LINES {
            found.push(complaint(path, format!("has {lines} lines; split it by subject below {MOST_LINES}")));
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        if EMPTY_NAMES.contains(&name) {
            found.push(complaint(path, "is named after nothing; name it after its subject"));
        }
        if path.starts_with("crates/") {
            for (line, type_name) in public_types(&take_apart(text, false).code) {
                if let Some((word, better)) = OTHER_WORDS.iter().find(|(word, _)| type_name.ends_with(word)) {
                    found.push(complaint(
                        path,
                        format!("line {line}: `{type_name}`: not {word} but {better} (STYLE's words)"),
                    ));
                }
            }
        }
    }
    found
}

fn public_types(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut words = line.trim_start().split([' ', '<', '(', '{', ';', ':', '=']);
        if words.next() == Some("pub") && matches!(words.next(), Some("struct" | "enum" | "trait" | "type")) {
            found.extend(words.next().map(|name| (index + 1, name)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    #[test]
    fn a_file_without_an_opening_is_named() {
        assert!(check(&[("crates/text/src/a.rs", "fn a() {}\n")])[0].contains("begins without //!"));
    }

    #[test]
    fn a_long_file_is_named() {
        let long = format!("//! Long.\n{}", "\n".repeat(700));
        assert!(check(&[("crates/text/src/a.rs", &long)])[0].contains("has 701 lines"));
    }

    #[test]
    fn a_name_that_says_nothing_is_named() {
        assert!(check(&[("crates/text/src/utils.rs", "//! Things.\n")])[0].contains("named after nothing"));
    }

    #[test]
    fn other_words_for_our_nouns_are_named() {
        let found = check(&[("crates/text/src/a.rs", "//! A.\npub struct NewsDoc;\nstruct Quote;\n")]);
        assert_eq!(found, ["crates/text/src/a.rs: line 2: `NewsDoc`: not Doc but Article (STYLE's words)"]);
    }
}
