//! Tasks for developers: `cargo xtask tidy`, `test`, `golden`, `copies`, `notices`.
//!
//! Each task is a module; each says what it found in words that name the file and what would be right.
#![forbid(unsafe_code)]

mod copies;
mod licences;
mod notices;
mod run;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test                          all that a change must pass: tidy, clippy, tests, floors
cargo xtask tidy                          walls, unsafe code, formatting, files, documents
cargo xtask golden                        write the golden files of tests/golden anew; read the difference
cargo xtask copies COMPILED N OUT         N articles with changed names from compiled stories, for tests of scale
cargo xtask notices OUT                   the licences of what others wrote in the program, to go with a binary";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = tidy::workspace_root();
    let done = match words.as_slice() {
        ["test"] => run::test(&root),
        ["tidy"] => run::tidy(&root),
        ["golden"] => run::golden(&root),
        ["copies", compiled, count, out] => copies::run(compiled, count, out),
        ["notices", out] => notices::run(&root, &run::cargo(), out),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
