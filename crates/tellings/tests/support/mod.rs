//! A folder and a run of the program in one line each.
#![allow(dead_code)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder that goes away with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    /// With a file in it; folders in its name are made.
    pub fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is inside")).expect("a folder can be made");
        std::fs::write(path, bytes).expect("a file can be written");
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program inside it, with arguments between blanks.
    pub fn run(&self, arguments: &str) -> Ran {
        let mut command = program();
        command.args(arguments.split_whitespace()).current_dir(self.path()).stdin(Stdio::null());
        Ran::from(command.output().expect("the program runs"))
    }

    /// The names in it, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).expect("the folder is there").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// The program, in surroundings that say nothing of their own.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tellings"));
    command.env_remove("RUST_BACKTRACE").env_remove("NO_COLOR");
    command
}

/// What came of a run.
pub struct Ran {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Results.
    pub stdout: Vec<u8>,
    /// Words for people.
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Sees that the run ended with this code, said these words, and did not panic.
    pub fn expect(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "standard error was:\n{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is missing in:\n{}", self.stderr);
        }
        for panic in ["panicked", "error of the program", "internal-error"] {
            assert!(!self.stderr.contains(panic), "{}", self.stderr);
        }
        self
    }

    /// The articles of JSON Lines, after the first line.
    pub fn articles(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.stdout).expect("results are UTF-8");
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
        let head = lines.next().expect("there is a first line");
        assert_eq!(head["tellings"], "1");
        assert!(head["weights"].is_string());
        lines.collect()
    }
}

/// Sees that every span of an article lies in its text.
pub fn spans_lie_inside(article: &Value) {
    let length = article["text"].as_str().expect("a text").chars().count() as u64;
    let mut open = vec![article];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(parts) => match parts.as_slice() {
                [Value::Number(start), Value::Number(end)] => {
                    let (start, end) = (start.as_u64().expect("whole"), end.as_u64().expect("whole"));
                    assert!(start < end && end <= length, "[{start}, {end}] in a text of {length}");
                }
                parts => open.extend(parts),
            },
            _ => {}
        }
    }
}

/// Whether the program was built with weights; says so loudly where it was not.
pub fn has_weights() -> bool {
    let there = tellings::embedded().is_some();
    if !there {
        eprintln!("SKIPPED: this build has no weights, so nothing that needs them was tested");
    }
    there
}

/// Whether the tests of full size are wanted.
pub fn is_slow_wanted() -> bool {
    let wanted = std::env::var_os("TELLINGS_SLOW").is_some();
    if !wanted {
        eprintln!("SKIPPED: the full size is tested where TELLINGS_SLOW is set");
    }
    wanted
}

/// The folder of the examples.
pub fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/quisara-plane")
}

/// An article that anybody can read.
pub const PIER: &str = "outlet: The Harbour Post\ndate: 2024-03-05\n\nMayor denies ordering closure of pier\n\n\
    Mayor Ines Varga denied on Tuesday that she had ordered the closure of the old pier in Port Salda.\n\n\
    \"I have never signed such an order,\" she told reporters. \"The harbour office decided it alone.\"\n\n\
    A spokesman for the harbour office, Tomas Vell, said the mayor had telephoned twice.\n";
