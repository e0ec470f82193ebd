//! Runs the checks: the program behind the README's test command.
//!
//! Each step is a command line that is shown before it runs. What a machine lacks and a change can do without (cargo-deny)
//! is skipped with a word that says so; everything else must pass.

use crate::tidy;
use std::path::Path;
use std::process::Command;

/// All that a change must pass.
pub fn test(root: &Path) -> Result<(), String> {
    install_components(root)?;
    tidy(root)?;
    step(root, "cargo clippy --workspace --all-targets --quiet -- -D warnings")?;
    step(root, "cargo test --workspace --no-fail-fast")?;
    licences(root)?;
    main_job(root)?;
    floors(root)
}

/// The README's command for the main job, but for the profile: that it names the right program and makes a page.
fn main_job(root: &Path) -> Result<(), String> {
    let page = root.join("target/report.html");
    std::fs::create_dir_all(root.join("target")).map_err(|error| format!("cannot make `target`: {error}"))?;
    // What an earlier run left must not pass for this one's.
    let _ = std::fs::remove_file(&page);
    step(root, "cargo run --quiet -- report examples/quisara-plane/text --quiet -o target/report.html")?;
    match std::fs::metadata(&page) {
        Ok(made) if made.len() > 50_000 => Ok(()),
        _ => Err("the README's main command made no page".to_owned()),
    }
}

/// The walls and the formatting.
pub fn tidy(root: &Path) -> Result<(), String> {
    let complaints = tidy::complaints(root);
    for complaint in &complaints {
        eprintln!("{}: {}", complaint.file, complaint.message);
    }
    let formatted = step(root, "cargo fmt --all --check");
    if !complaints.is_empty() {
        return Err(format!("{} complaints: mend what is named above", complaints.len()));
    }
    formatted.map_err(|_| "not formatted: run `cargo fmt`".to_owned())
}

/// Writes the golden files anew.
pub fn golden(root: &Path) -> Result<(), String> {
    announce("TELLINGS_GOLDEN=write cargo test --package tellings --test golden");
    let mut command = Command::new(cargo());
    command.args(["test", "--package", "tellings", "--test", "golden"]).env("TELLINGS_GOLDEN", "write");
    wait(command.current_dir(root), "the golden files cannot be written")?;
    step(root, "git --no-pager diff --stat -- tests/golden")
}

/// Rust without rustfmt or clippy is completed where that is possible.
fn install_components(root: &Path) -> Result<(), String> {
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let there = Command::new(cargo()).args([program, "--version"]).current_dir(root).output();
        if !there.is_ok_and(|output| output.status.success()) {
            step(root, &format!("rustup component add {component}"))?;
        }
    }
    Ok(())
}

/// Licences of what is used, where cargo-deny is there.
fn licences(root: &Path) -> Result<(), String> {
    let there = Command::new(cargo()).args(["deny", "--version"]).current_dir(root).output();
    if there.is_ok_and(|output| output.status.success()) {
        return step(root, "cargo deny --offline check licenses bans sources");
    }
    eprintln!("SKIPPED: cargo-deny is not installed, so bans and sources were not checked; licences are, by name");
    crate::licences::check(root, &cargo())
}

/// Figures against their floors, where there are floors and weights.
fn floors(root: &Path) -> Result<(), String> {
    for needed in ["eval/floors.toml", "crates/tellings/weights/tellings.safetensors"] {
        if !root.join(needed).exists() {
            eprintln!("SKIPPED: {needed} is not there, so no figure was compared with its floor");
            return Ok(());
        }
    }
    step(root, "cargo run --quiet --package tellings -- eval")
}

/// The cargo that runs this.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn announce(line: &str) {
    eprintln!("\n$ {line}");
}

/// Runs a command line in the root; its words have no blanks inside.
fn step(root: &Path, line: &str) -> Result<(), String> {
    announce(line);
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(if program == "cargo" { cargo() } else { program.to_owned() });
    wait(command.args(words).current_dir(root), &format!("`{line}` did not pass"))
}

fn wait(command: &mut Command, message: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(message.to_owned()),
        Err(error) => Err(format!("{message}: {error}")),
    }
}
