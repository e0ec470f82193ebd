//! What code may reach: unsafe code only in the kernels; files, clock and network only at the edge; HTML only in pages.

use super::source::take_apart;
use super::{Complaint, Tree, complaint, crate_of};

/// Crates that may touch files, clock, network or surroundings.
const AT_THE_EDGE: &[&str] = &["read", "fetch", "store", "server", "tellings"];

/// The only crate that may open connections, and the only file of others that may name it.
const NETWORK: &str = "fetch";
const USES_NETWORK: &str = "crates/tellings/src/commands/network.rs";

/// What reaches outside, as it stands in code.
const OUTSIDE: &[&str] = &["std::fs", "std::env", "std::process", "SystemTime", "Instant"];

/// Where unsafe code may stand.
const KERNELS: &str = "crates/encoder/src/kernels/";

/// Complaints about Rust files.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let whole = take_apart(text, true);
        if !path.starts_with(KERNELS) && path != "crates/encoder/src/kernels.rs" {
            for line in lines_with_word(&whole.code, "unsafe") {
                found.push(complaint(path, format!("line {line}: `unsafe` may stand only under {KERNELS}")));
            }
        }
        if is_crate_root(path)
            && !path.starts_with("crates/encoder/")
            && !whole.code.contains("#![forbid(unsafe_code)]")
        {
            found.push(complaint(path, "a crate begins with #![forbid(unsafe_code)] after its opening"));
        }
        let Some(name) = crate_of(path) else { continue };
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            // `#[cfg(test)] mod tests;` in a file of its own.
            continue;
        }
        let product = take_apart(text, false);
        if !AT_THE_EDGE.contains(&name) {
            for (line, outside) in reaches_outside(&product.code) {
                let edge = AT_THE_EDGE.join(", ");
                found.push(complaint(path, format!("line {line}: `{outside}` is for {edge}; have it handed in")));
            }
        }
        if name != NETWORK {
            for line in lines_with_word(&product.code, "net").into_iter().chain(lines_naming_fetch(path, &product.code))
            {
                found.push(complaint(
                    path,
                    format!("line {line}: the network is for `{NETWORK}` and for {USES_NETWORK}"),
                ));
            }
        }
        if name != "pages" {
            for (line, string) in &product.strings {
                if closes_a_tag(string) {
                    found.push(complaint(path, format!("line {line}: only `pages` writes HTML")));
                }
            }
        }
    }
    found
}

fn is_crate_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs")
}

/// Numbers of the lines that name the crate of the network.
fn lines_naming_fetch(path: &str, code: &str) -> Vec<usize> {
    let names = |line: &str| line.contains("fetch::") || line.contains("use fetch");
    let lines = code.lines().enumerate().filter(|(_, line)| path != USES_NETWORK && names(line));
    lines.map(|(index, _)| index + 1).collect()
}

/// Numbers of the lines that hold a word of code.
fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let stands = line.match_indices(word).any(|(byte, _)| {
            let before = line.get(..byte).and_then(|head| head.chars().next_back());
            let after = line.get(byte + word.len()..).and_then(|tail| tail.chars().next());
            !is_word(before) && !is_word(after)
        });
        if stands {
            found.push(index + 1);
        }
    }
    found
}

fn reaches_outside(code: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for outside in OUTSIDE {
        found.extend(lines_with_word(code, outside).into_iter().map(|line| (line, *outside)));
        // `use std::{fs, io};`
        let Some(module) = outside.strip_prefix("std::") else { continue };
        for (index, line) in code.lines().enumerate() {
            let Some((_, group)) = line.split_once("std::{") else { continue };
            if group.split([',', '}', ':', ' ', '{']).any(|part| part == module) {
                found.push((index + 1, outside));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Whether a string has `</tag>` in it. `read` looks for such while it reads, in parts: `</script` is allowed.
fn closes_a_tag(string: &str) -> bool {
    string.split("</").skip(1).any(|rest| {
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        !name.is_empty() && rest.chars().nth(name.len()) == Some('>')
    })
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    const ROOT: &str = "//! A crate.\n#![forbid(unsafe_code)]\n";

    fn complaints(path: &str, code: &str) -> Vec<String> {
        check(&[(path, &format!("{ROOT}{code}\n"))])
    }

    #[test]
    fn unsafe_code_outside_the_kernels_is_named() {
        let found = complaints("crates/text/src/lib.rs", "fn a() { unsafe { b() } }");
        assert_eq!(
            found,
            ["crates/text/src/lib.rs: line 3: `unsafe` may stand only under crates/encoder/src/kernels/"]
        );
        assert!(complaints("crates/encoder/src/kernels/avx2.rs", "unsafe fn a() {}").is_empty());
        assert!(complaints("crates/text/src/lib.rs", "// unsafe\nlet unsafe_name = \"unsafe\";").is_empty());
    }

    #[test]
    fn a_crate_must_forbid_unsafe_code() {
        assert!(check(&[("crates/text/src/lib.rs", "//! A crate.\n")])[0].contains("#![forbid(unsafe_code)]"));
        assert!(check(&[("crates/encoder/src/lib.rs", "//! A crate.\n")]).is_empty());
    }

    #[test]
    fn files_and_clock_are_for_the_edge() {
        for code in ["use std::fs;", "use std::{fmt, fs};", "fn a() { std::time::SystemTime::now(); }"] {
            assert_eq!(complaints("crates/claims/src/a.rs", code).len(), 1, "{code}");
            assert!(complaints("crates/read/src/a.rs", code).is_empty(), "{code}");
        }
        assert!(complaints("crates/claims/src/a/tests.rs", "use std::fs;").is_empty());
        assert!(complaints("crates/claims/src/a.rs", "#[cfg(test)]\nmod tests { use std::fs; }").is_empty());
    }

    #[test]
    fn the_network_is_for_one_crate_and_two_commands() {
        for code in ["use std::net::TcpStream;", "use fetch::Client;", "fn a() { fetch::Client::new(); }"] {
            for path in ["crates/read/src/a.rs", "crates/tellings/src/commands/report.rs", "crates/claims/src/a.rs"] {
                assert_eq!(complaints(path, code).len(), 1, "{path}: {code}");
            }
            assert!(complaints("crates/fetch/src/a.rs", code).is_empty(), "{code}");
        }
        assert!(complaints("crates/tellings/src/commands/network.rs", "use fetch::Client;").is_empty());
    }

    #[test]
    fn html_is_written_by_pages_alone() {
        let code = "fn a() -> &'static str { \"<p>x</p>\" }";
        assert_eq!(complaints("crates/claims/src/a.rs", code).len(), 1);
        assert!(complaints("crates/pages/src/a.rs", code).is_empty());
        assert!(complaints("crates/read/src/a.rs", "fn a() -> &'static str { \"</script\" }").is_empty());
    }
}
