//! The walls between the crates, as DESIGN's table draws them.

use super::{Complaint, Tree, complaint};
use toml::Table;

/// What each crate may use of ours. A new crate gets its row here and its paragraph in ARCHITECTURE.
const ROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("read", &["model", "text"]),
    ("fetch", &[]),
    ("encoder", &[]),
    ("statements", &["model", "text", "encoder"]),
    ("actors", &["model", "text", "encoder"]),
    ("claims", &["model", "text", "encoder"]),
    ("pages", &["model"]),
    ("store", &["model"]),
    ("server", &["model", "text", "encoder", "statements", "actors", "claims", "pages", "store", "tellings"]),
    (
        "tellings",
        &["model", "text", "read", "fetch", "encoder", "statements", "actors", "claims", "pages", "store", "server"],
    ),
    ("xtask", &[]),
];

/// Crates of others that only the outermost of ours may use: arguments, colours, signals, HTTP.
const OUTERMOST_ONLY: &[&str] =
    &["clap", "clap_complete", "clap_mangen", "indicatif", "ctrlc", "anstyle", "axum", "tokio", "hyper"];
const OUTERMOST: &[&str] = &["tellings", "server"];

/// Crates of others that open connections; only one of ours may use them.
const NETWORK_ONLY: &[&str] =
    &["ureq", "reqwest", "hyper", "rustls", "native-tls", "curl", "socket2", "texting_robots"];
const NETWORK: &str = "fetch";

/// Complaints about manifests.
pub fn check(tree: &Tree) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (name, path, text) in tree.manifests() {
        if path.starts_with("fuzz/") {
            continue;
        }
        let Some((_, allowed)) = ROWS.iter().find(|(row, _)| *row == name) else {
            found.push(complaint(
                path,
                format!("crate `{name}` has no row in xtask/src/tidy/walls.rs: say what it may use"),
            ));
            continue;
        };
        let Ok(manifest) = text.parse::<Table>() else {
            found.push(complaint(path, "is no TOML"));
            continue;
        };
        for used in dependencies(&manifest) {
            let ours = used.strip_prefix("tellings-").unwrap_or(&used);
            let is_ours = ROWS.iter().any(|(row, _)| *row == ours);
            if is_ours && !allowed.contains(&ours) {
                found.push(complaint(path, format!("wall broken: `{name}` may not use `{ours}` (DESIGN's table)")));
            }
            if OUTERMOST_ONLY.contains(&used.as_str()) && !OUTERMOST.contains(&name) {
                found.push(complaint(path, format!("wall broken: only {OUTERMOST:?} may use `{used}`")));
            }
            if NETWORK_ONLY.contains(&used.as_str()) && name != NETWORK {
                found.push(complaint(path, format!("wall broken: only `{NETWORK}` may use `{used}`")));
            }
        }
        if manifest.get("lints").is_none() {
            found.push(complaint(path, "has no [lints]: write `workspace = true` there"));
        }
    }
    found
}

/// Names of all dependencies of a manifest, of every kind, for every target.
pub fn dependencies(manifest: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            found.extend(table.iter().map(|(name, value)| {
                value.get("package").and_then(|package| package.as_str()).unwrap_or(name).to_owned()
            }));
        } else if key == "target" {
            found.extend(table.values().filter_map(|target| target.as_table()).flat_map(dependencies));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    #[test]
    fn a_crate_that_reaches_through_its_wall_is_named() {
        let reached = "[dependencies]\nclaims = { path = \"../claims\" }\n[lints]\nworkspace = true\n";
        let found = check(&[("crates/model/Cargo.toml", reached)]);
        assert_eq!(found, ["crates/model/Cargo.toml: wall broken: `model` may not use `claims` (DESIGN's table)"]);
    }

    #[test]
    fn a_wall_holds_in_tests_and_under_other_names_too() {
        for section in [
            "[dev-dependencies]\nclaims.workspace = true",
            "[dependencies]\nc = { package = \"tellings-claims\", path = \"../claims\" }",
            "[target.'cfg(unix)'.dependencies]\nclaims.workspace = true",
        ] {
            let found = check(&[("crates/pages/Cargo.toml", &format!("{section}\n[lints]\nworkspace = true\n"))]);
            assert_eq!(found.len(), 1, "{section}: {found:?}");
        }
    }

    #[test]
    fn arguments_and_colours_are_for_the_binary() {
        let found = check(&[("crates/text/Cargo.toml", "[dependencies]\nclap = \"4\"\n[lints]\nworkspace = true\n")]);
        assert!(found.iter().any(|line| line.contains("may use `clap`")), "{found:?}");
    }

    #[test]
    fn connections_are_for_one_crate() {
        let uses = "[dependencies]\nureq = \"3\"\n[lints]\nworkspace = true\n";
        let found = check(&[("crates/read/Cargo.toml", uses)]);
        assert!(found.iter().any(|line| line.contains("only `fetch` may use `ureq`")), "{found:?}");
        let found = check(&[("crates/fetch/Cargo.toml", uses)]);
        assert!(!found.iter().any(|line| line.contains("wall broken")), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_row_or_without_lints_is_named() {
        assert!(check(&[("crates/extra/Cargo.toml", "[package]\n")])[0].contains("has no row"));
        assert!(check(&[("crates/text/Cargo.toml", "[package]\n")])[0].contains("has no [lints]"));
    }
}
