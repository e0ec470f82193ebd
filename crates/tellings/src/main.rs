//! The program `tellings`: arguments in, results on standard output, words for people on standard error, an exit code.
//!
//! What is typed is in [`arguments`], what each command does in [`commands`]; the work itself is the library's.
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod failure;
mod interruption;
mod output;
mod talk;

use arguments::{Arguments, TalkArguments};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use failure::{Ending, Failure};
use std::process::ExitCode;
use talk::Talk;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return unparsed(&error),
    };
    let mut talk = Talk::new(&arguments.talk);
    // What panicked is said in one line by whoever catches it; the place in the code is for those who ask for it.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let ended = tellings::catching(|| commands::run(&arguments, &mut talk))
        .unwrap_or_else(|panic| Err(Failure::Nothing(format!("an error of the program: {panic}"))));
    talk.end_bar();
    let ending = ended.unwrap_or_else(|failure| {
        talk.failure(&failure);
        failure.ending()
    });
    ending.into()
}

/// Help asked for goes to standard output; wrong usage is said in one line.
fn unparsed(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader who has gone is no error.
            let _ = error.print();
            Ending::Done.into()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Ending::WrongUsage.into()
        }
        _ => {
            let talk = Talk::new(&TalkArguments { quiet: false, verbose: false, color: arguments::ColorWhen::Auto });
            talk.failure(&Failure::Usage(in_one_line(&error.render().to_string())));
            Ending::WrongUsage.into()
        }
    }
}

/// What was wrong and what would be right, without the rest of the help.
fn in_one_line(rendered: &str) -> String {
    let mut words = Vec::new();
    for line in rendered.lines().map(str::trim) {
        if line.starts_with("Usage:") || line.starts_with("For more information") {
            break;
        }
        let line = line.strip_prefix("error: ").unwrap_or(line);
        let line = line.strip_prefix("tip: ").unwrap_or(line);
        let values = line.strip_prefix("[possible values: ").and_then(|values| values.strip_suffix(']'));
        match values {
            Some(values) => words.push(format!("right would be: {values}")),
            None if line.is_empty() => {}
            None => words.push(line.to_owned()),
        }
    }
    let said = words.join("; ").replace(":; ", ": ");
    let usage = rendered.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
    match usage {
        // The usage of the whole program says nothing about what to type.
        Some(usage) if !usage.contains("[COMMAND]") => format!("{said}; right would be: {usage}"),
        Some(_) => {
            let command = Arguments::command();
            let names = command.get_subcommands().filter(|inner| !inner.is_hide_set()).map(clap::Command::get_name);
            format!("{said}; right would be: {}", names.collect::<Vec<_>>().join(", "))
        }
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::in_one_line;
    use crate::arguments::Arguments;
    use clap::Parser;

    fn said(line: &[&str]) -> String {
        match Arguments::try_parse_from(line) {
            Ok(_) => panic!("{line:?} is right"),
            Err(error) => in_one_line(&error.render().to_string()),
        }
    }

    #[test]
    fn wrong_usage_is_said_in_one_line_with_what_would_be_right() {
        let unknown = said(&["tellings", "extract", "--thread", "2", "x"]);
        assert!(unknown.contains("--threads") && !unknown.contains('\n'), "{unknown}");
        let missing = said(&["tellings", "report", "x"]);
        assert!(missing.contains("--output <FILE>") && !missing.contains('\n'), "{missing}");
        let command = said(&["tellings", "extrakt", "x"]);
        assert!(command.contains("'extract'"), "{command}");
        let date = said(&["tellings", "extract", "x", "--since", "May"]);
        assert!(date.contains("2024-01-31"), "{date}");
    }
}
