//! Licences of everything that is used, against the list in `deny.toml`.
//!
//! In: what `cargo metadata` says of each package. Out: those whose licence is not allowed. cargo-deny does more, where
//! it is installed; this needs nothing but cargo.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use toml::Table;

/// Names packages whose licence is not allowed.
pub fn check(root: &Path, cargo: &str) -> Result<(), String> {
    let deny = std::fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let allowed = allowed(&deny)?;
    let exceptions = exceptions(&deny)?;
    let metadata = metadata(root, cargo)?;
    let packages = metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let refused: Vec<String> = packages.iter().filter_map(|package| refusal(package, &allowed, &exceptions)).collect();
    if packages.is_empty() {
        return Err("cargo metadata names no package".to_owned());
    }
    if refused.is_empty() {
        eprintln!("licences of {} packages are allowed", packages.len());
        return Ok(());
    }
    Err(format!("licences that deny.toml does not allow: {}", refused.join("; ")))
}

/// What cargo knows of all packages behind the workspace.
pub fn metadata(root: &Path, cargo: &str) -> Result<Value, String> {
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn allowed(deny: &str) -> Result<Vec<String>, String> {
    let table: Table = deny.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let list = table.get("licenses").and_then(|licenses| licenses.get("allow")).and_then(|allow| allow.as_array());
    let list = list.ok_or("deny.toml has no list licenses.allow")?;
    Ok(list.iter().filter_map(|licence| licence.as_str()).map(str::to_owned).collect())
}

/// Licences that single packages may have.
fn exceptions(deny: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let table: Table = deny.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let list = table.get("licenses").and_then(|licenses| licenses.get("exceptions")).and_then(|list| list.as_array());
    let texts = |list: &toml::Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|text| text.as_str()).map(str::to_owned).collect()
    };
    let row = |row: &toml::Value| Some((row.get("crate")?.as_str()?.to_owned(), texts(row.get("allow")?)));
    Ok(list.into_iter().flatten().filter_map(row).collect())
}

fn refusal(package: &Value, allowed: &[String], exceptions: &[(String, Vec<String>)]) -> Option<String> {
    let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or("none stated");
    let own = exceptions.iter().find(|(name, _)| name == text("name")).map_or(&[][..], |(_, own)| own);
    let allowed: Vec<String> = allowed.iter().chain(own).cloned().collect();
    (!is_allowed(text("license"), &allowed)).then(|| format!("{} ({})", text("name"), text("license")))
}

/// Whether an expression such as `MIT OR (Apache-2.0 AND Unicode-3.0)` can be met: one side of each OR, all of each AND.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    // `MIT/Apache-2.0` is the old way to write OR.
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "+");
    let allowed: Vec<String> = allowed.iter().map(|licence| licence.replace(" WITH ", "+")).collect();
    let words: Vec<&str> = expression.split_whitespace().collect();
    let (met, rest) = either(&words, &allowed);
    met && rest.is_empty()
}

/// Reads `a OR b OR …`; gives whether it is met and what follows.
fn either<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> (bool, &'w [&'a str]) {
    let (mut met, mut rest) = both(words, allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, after) = both(after, allowed);
        met |= other;
        rest = after;
    }
    (met, rest)
}

/// Reads `a AND b AND …`.
fn both<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> (bool, &'w [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        let (other, after) = one(after, allowed);
        met &= other;
        rest = after;
    }
    (met, rest)
}

/// Reads a licence or an expression in brackets.
fn one<'a, 'w>(words: &'w [&'a str], allowed: &[String]) -> (bool, &'w [&'a str]) {
    match words.split_first() {
        Some((&"(", inside)) => {
            let (met, rest) = either(inside, allowed);
            match rest.split_first() {
                Some((&")", after)) => (met, after),
                _ => (false, rest),
            }
        }
        Some((licence, rest)) => (allowed.iter().any(|known| known == licence), rest),
        None => (false, words),
    }
}

#[cfg(test)]
mod tests {
    use super::{allowed, exceptions, is_allowed, refusal};
    use serde_json::json;

    #[test]
    fn an_exception_is_for_its_package_alone() {
        let deny = "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"selectors\", allow = [\"MPL-2.0\"] }]\n";
        let (list, own) = (allowed(deny).expect("a list"), exceptions(deny).expect("a list"));
        let refused = |name: &str| refusal(&json!({"name": name, "license": "MPL-2.0"}), &list, &own);
        assert_eq!(refused("selectors"), None);
        assert_eq!(refused("others"), Some("others (MPL-2.0)".to_owned()));
    }

    #[test]
    fn one_side_of_or_and_all_of_and_are_needed() {
        let list = allowed("[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Unicode-3.0\"]\n").expect("a list");
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT AND Apache-2.0",
            "GPL-3.0 OR (MIT AND Apache-2.0)",
        ] {
            assert!(is_allowed(good, &list), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND MPL-2.0", "none stated", ""] {
            assert!(!is_allowed(bad, &list), "{bad}");
        }
    }
}
