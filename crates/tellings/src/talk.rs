//! What is said to people: on standard error, never in the results.
//!
//! Problems are always said. The bar and the table at the end are for terminals; `-q` silences both, `-v` adds doubts
//! about single articles.

use crate::arguments::{ColorWhen, TalkArguments};
use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::Problem;
use std::io::{IsTerminal, Write};

/// How to speak.
#[derive(Clone, Debug)]
pub struct Talk {
    quiet: bool,
    verbose: bool,
    color: bool,
    terminal: bool,
    bar: Option<ProgressBar>,
}

/// Colours of words on a terminal.
#[derive(Clone, Copy, Debug)]
pub enum Tone {
    /// What failed.
    Red,
    /// What was left out.
    Yellow,
    /// What to look at first.
    Bold,
    /// What matters less.
    Dim,
}

impl Talk {
    /// As the arguments and the surroundings say.
    pub fn new(arguments: &TalkArguments) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let color = match arguments.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            // https://no-color.org: present and not empty.
            ColorWhen::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Self { quiet: arguments.quiet, verbose: arguments.verbose, color, terminal, bar: None }
    }

    /// Words in a colour, where colours are wanted.
    pub fn paint(&self, tone: Tone, words: &str) -> String {
        let code = match tone {
            Tone::Red => "31;1",
            Tone::Yellow => "33",
            Tone::Bold => "1",
            Tone::Dim => "2",
        };
        if self.color { format!("\x1b[{code}m{words}\x1b[0m") } else { words.to_owned() }
    }

    /// Says a line; a bar stays below it. A closed standard error is nobody's concern.
    fn line(&self, line: &str) {
        let say = || {
            let _ = writeln!(std::io::stderr(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// Says why the run stopped.
    pub fn failure(&self, failure: &Failure) {
        if !matches!(failure, Failure::PipeClosed) {
            self.line(&format!("{} {}", self.paint(Tone::Red, "error:"), visible(&failure.to_string())));
        }
    }

    /// Names something that was left out.
    pub fn problem(&self, problem: &Problem) {
        self.line(&format!("{} {}", self.paint(Tone::Yellow, "left out:"), said(problem)));
    }

    /// Names a doubt about an article, where more is to be said.
    pub fn doubt(&self, problem: &Problem) {
        if self.verbose {
            self.line(&format!("{} {}", self.paint(Tone::Dim, "note:"), said(problem)));
        }
    }

    /// Names a figure below its floor.
    pub fn fall(&self, fall: &str) {
        self.line(&format!("{} {fall}", self.paint(Tone::Red, "floor:")));
    }

    /// Says a line for people unless they want quiet.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            self.line(line);
        }
    }

    /// Whether people look at what is said: a terminal, or `-v` for those who keep it in a file.
    pub fn is_watched(&self) -> bool {
        !self.quiet && (self.terminal || self.verbose)
    }

    /// Starts the bar for `total` files, where somebody sees it.
    pub fn start_bar(&mut self, what: &str, total: Option<u64>) {
        self.end_bar();
        if self.quiet || !self.terminal {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let style = match total {
            Some(_) => "{msg} {bar:24} {human_pos}/{human_len}, {per_sec:.1}, {eta} left",
            None => "{msg} {human_pos}, {per_sec:.1}, {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        self.bar = Some(bar);
    }

    /// Moves the bar on.
    pub fn step(&self, by: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(by);
        }
    }

    /// Takes the bar away.
    pub fn end_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn said(problem: &Problem) -> String {
    let message = visible(&problem.message);
    match &problem.path {
        Some(path) if !problem.message.contains(path.as_str()) => {
            format!("`{}`: {message} [{}]", visible(path), problem.code)
        }
        _ => format!("{message} [{}]", problem.code),
    }
}

/// Text from files must not steer the terminal: control characters are shown as what they are. Long ones are cut.
pub fn visible(text: &str) -> String {
    const LONGEST: usize = 1_000;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => harmless(text.get(..end).unwrap_or_default()) + "…",
        None => harmless(text),
    }
}

/// The same, whole.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() && letter != '\n' {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{said, visible};
    use model::Problem;

    #[test]
    fn a_file_name_cannot_steer_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{7}"), "a\\u{1b}[2Jb\\u{7}");
    }

    #[test]
    fn a_problem_names_its_file_once() {
        let problem = |message: &str| Problem {
            code: "unreadable-file".into(),
            message: message.into(),
            path: Some("news/mar.txt".into()),
        };
        assert_eq!(said(&problem("no such file")), "`news/mar.txt`: no such file [unreadable-file]");
        assert_eq!(said(&problem("cannot read `news/mar.txt`")), "cannot read `news/mar.txt` [unreadable-file]");
    }
}
