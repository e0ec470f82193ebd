//! Golden files: every case under `tests/golden` is run, and its output compared letter by letter.
//!
//! A case is a folder with `commands` (one command line a line, without the program's name), perhaps `input/` (the folder
//! in which they run), and `output`. `cargo xtask golden` writes the outputs anew. What needs weights is not kept here:
//! figures of `tellings eval` watch over that.

mod support;

use std::fmt::Write;
use std::path::Path;
use support::Folder;

#[test]
fn outputs_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let is_written = std::env::var_os("TELLINGS_GOLDEN").is_some_and(|value| value == "write");
    let mut cases: Vec<_> =
        std::fs::read_dir(&folder).expect("golden cases are there").flatten().map(|entry| entry.path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut different = Vec::new();
    for case in cases {
        let output = output_of(&case);
        let place = case.join("output");
        if is_written {
            std::fs::write(&place, output).expect("a golden file can be written");
        } else if std::fs::read_to_string(&place).ok().as_deref() != Some(output.as_str()) {
            different.push(format!("{}:\n{output}", case.display()));
        }
    }
    assert!(different.is_empty(), "run `cargo xtask golden`, then read the difference:\n{}", different.join("\n"));
}

/// All commands of a case with what they print, times and versions replaced.
fn output_of(case: &Path) -> String {
    let commands = std::fs::read_to_string(case.join("commands")).expect("a case has commands");
    let mut folder = Folder::new();
    if let Ok(entries) = std::fs::read_dir(case.join("input")) {
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            folder = folder.with(&name, std::fs::read(entry.path()).expect("an input can be read"));
        }
    }
    let mut output = String::new();
    for command in commands.lines().filter(|line| !line.trim().is_empty()) {
        let ran = folder.run(command);
        let _ = writeln!(output, "$ tellings {command}");
        output.push_str(&String::from_utf8_lossy(&ran.stdout));
        if !ran.stderr.is_empty() {
            let _ = write!(output, "--- standard error\n{}", ran.stderr);
        }
        let _ = writeln!(output, "--- exit code {}\n", ran.code.unwrap_or(-1));
    }
    output.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}
