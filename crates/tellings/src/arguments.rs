//! What can be typed: commands and options, each with its help.
//!
//! Help, completions and the manual page all come from here. What the options do is in [`crate::commands`].

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tellings::dates::CalendarDate;

/// Reads news articles offline and shows who said what, who denies it, and on whose word it rests
#[derive(Debug, Parser)]
#[command(
    name = "tellings",
    disable_version_flag = true,
    disable_help_subcommand = false,
    arg_required_else_help = true,
    subcommand_required = false,
    max_term_width = 100,
    after_help = "Exit codes: 0 all done, 1 something was left out, 2 wrong usage, 3 nothing could be done,\n\
                  4 below a floor, 130 interrupted."
)]
pub struct Arguments {
    /// Print the version; with -v also the weights and what they were trained on
    #[arg(short = 'V', long)]
    pub version: bool,

    #[command(flatten)]
    pub talk: TalkArguments,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How much is said to people, on standard error.
#[derive(Clone, Debug, Args)]
pub struct TalkArguments {
    /// Say nothing but what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more: doubts about single articles too
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Colours in what is said to people; NO_COLOR is obeyed
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal
    Auto,
    /// Even into a pipe
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the statements of every article, as JSON Lines
    ///
    /// The first line names format and weights; then comes one line an article, in the order of the input. JSON Lines
    /// made so can be read again: `tellings extract a.txt | tellings analyze -`.
    #[command(after_help = "Example: tellings extract articles/ -o statements.jsonl")]
    Extract(ExtractArguments),

    /// Print the analysis of all articles together, as one JSON document: actors, stories, claims, origins
    #[command(after_help = "Example: tellings analyze articles/ --since 2024-01 -o analysis.json")]
    Analyze(AnalyzeArguments),

    /// Write one HTML file with the claim board, the articles side by side and the timeline
    #[command(after_help = "Example: tellings report articles/ -o report.html")]
    Report(ReportArguments),

    /// Print everything that the articles have about one person or body: names, what it said, what was said about it
    ///
    /// NAME is compared with names, other spellings, offices and descriptions, without regard to case and accents; a slip of
    /// one letter in a word of five or more fits as well and is said. Two bearers of a name are two blocks. Where nobody is
    /// found, that and the names near it are what is printed, and the exit code is 0: all was read.
    #[command(after_help = "Example: tellings who \"Oda Brünn\" articles/")]
    Who(WhoArguments),

    /// Score the program against gold data, and compare with the floors
    #[command(after_help = "Example: tellings eval eval/sets/held-out-third.jsonl")]
    Eval(EvalArguments),

    /// Fetch pages from the network into a folder of web archives, which every other command reads
    ///
    /// robots.txt is obeyed, a host is asked at most every two seconds, and a page that did not change is not sent
    /// again. Only this command and `watch` use the network.
    #[command(after_help = "Example: tellings add https://dalepost.example/mill -o articles")]
    Add(AddArguments),

    /// Fetch the new pages of feeds again and again, into a folder of web archives
    #[command(after_help = "Example: tellings watch https://dalepost.example/feed.xml -o articles --every 30")]
    Watch(WatchArguments),

    /// Print a completion script for a shell
    #[command(after_help = "Example: tellings completions bash > /etc/bash_completion.d/tellings")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },

    /// Print the manual page (roff)
    #[command(hide = true)]
    Manual,
}

/// Which articles are read.
#[derive(Clone, Debug, Args)]
pub struct InputArguments {
    /// Files, folders, or - for standard input: plain text, HTML pages, JSON Lines of articles
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,

    /// Only articles of this day, month or year, or later
    #[arg(long, value_name = "DATE")]
    pub since: Option<CalendarDate>,

    /// Only articles of this day, month or year, or earlier
    #[arg(long, value_name = "DATE")]
    pub until: Option<CalendarDate>,

    /// Only articles in this language (en); others than English are kept but not analysed
    #[arg(long, value_name = "CODE", value_parser = language_code)]
    pub lang: Option<String>,
}

/// How articles are worked on.
#[derive(Clone, Debug, Args)]
pub struct WorkArguments {
    /// Threads that work [default: one for each core]
    #[arg(long, value_name = "N", value_parser = number_of_threads)]
    pub threads: Option<u16>,

    /// Weights from a file instead of those in the program
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Leave out statements that are less sure than this (0 to 1)
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = share)]
    pub min_confidence: f32,
}

/// What is known beforehand about actors.
#[derive(Clone, Debug, Default, Args)]
pub struct ActorArguments {
    /// Actors that you know, as a CSV table: name, type, other names between |, part of, from, to
    #[arg(long, value_name = "FILE")]
    pub actors: Option<PathBuf>,

    /// What you have set right, as JSON Lines: merge, split and rename actors, whose mention it is, what is no statement
    #[arg(long, value_name = "FILE")]
    pub corrections: Option<PathBuf>,
}

/// What is known beforehand about actors of many articles.
#[derive(Clone, Debug, Default, Args)]
pub struct AcrossArguments {
    #[command(flatten)]
    pub actors: ActorArguments,

    // Its articles tell who is who, too, but only those that are read again stand in the results.
    /// An analysis made before (analysis.json), whose actors keep their ids; what new articles change of them is said
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExtractArguments {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub work: WorkArguments,
    #[command(flatten)]
    pub actors: ActorArguments,

    /// Where to write; the file appears when it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Shape of what is written
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub format: ExtractFormat,
}

/// Shapes of what `extract` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    /// One article a line
    Jsonl,
    /// One document
    Json,
}

#[derive(Debug, Args)]
pub struct AnalyzeArguments {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub work: WorkArguments,
    #[command(flatten)]
    pub actors: AcrossArguments,

    /// Where to write; the file appears when it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Shape of what is written
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: AnalyzeFormat,
}

/// Shapes of what `analyze` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnalyzeFormat {
    /// One document
    Json,
}

#[derive(Debug, Args)]
pub struct ReportArguments {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub work: WorkArguments,
    #[command(flatten)]
    pub actors: AcrossArguments,

    /// Where to write the page; it appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,

    /// Shape of what is written
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub format: ReportFormat,
}

/// Shapes of what `report` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that needs nothing else
    Html,
}

#[derive(Debug, Args)]
pub struct WhoArguments {
    /// A name, a part of one, an office or a description
    #[arg(value_name = "NAME", value_parser = name)]
    pub name: String,
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub work: WorkArguments,
    #[command(flatten)]
    pub actors: AcrossArguments,

    /// Where to write; the file appears when it is complete [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Print the same as one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct EvalArguments {
    /// Files of gold stories (JSON Lines), folders of annotated stories, or the names held-out, stories, seeds,
    /// polnear:dev, polnear:test [default: the sets of the project in eval/sets]
    #[arg(value_name = "SET")]
    pub sets: Vec<String>,
    #[command(flatten)]
    pub work: WorkArguments,

    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Shape of what is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: EvalFormat,

    /// Take the figures as new floors where they are higher
    #[arg(long)]
    pub raise_floors: bool,

    /// Take the figures as new floors even where they are lower; CHANGELOG must say why
    #[arg(long)]
    pub lower_floors: bool,
}

/// Shapes of what `eval` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EvalFormat {
    /// For people
    Table,
    /// All figures, one set a line
    Jsonl,
}

/// Where fetched pages go, and which addresses may be asked.
#[derive(Clone, Debug, Args)]
pub struct NetworkArguments {
    /// Folder for the web archives; it is made where it is missing
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,

    /// Also fetch from this machine and from private networks
    #[arg(long)]
    pub allow_private: bool,
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// Addresses of pages, http or https
    #[arg(value_name = "URL", required = true)]
    pub urls: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Debug, Args)]
pub struct WatchArguments {
    /// Addresses of feeds: RSS, Atom, JSON Feed
    #[arg(value_name = "FEED", required = true)]
    pub feeds: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArguments,

    /// Minutes between two rounds
    #[arg(long, value_name = "MINUTES", default_value = "30", value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub every: u32,

    /// One round only
    #[arg(long, conflicts_with = "every")]
    pub once: bool,
}

fn language_code(text: &str) -> Result<String, String> {
    if (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Ok(text.to_owned())
    } else {
        Err("right would be: a code such as en, de, fr".to_owned())
    }
}

fn name(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_alphanumeric) {
        Ok(text.trim().to_owned())
    } else {
        Err("right would be: a name such as Brünn, or an office such as mayor".to_owned())
    }
}

fn number_of_threads(text: &str) -> Result<u16, String> {
    match text.parse::<u16>() {
        Ok(number) if (1..=1024).contains(&number) => Ok(number),
        _ => Err("right would be: a number from 1 to 1024".to_owned()),
    }
}

fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("right would be: a number from 0 to 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Command};
    use clap::{CommandFactory, Parser};

    #[test]
    fn commands_and_options_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn commands_that_are_not_built_are_not_listed() {
        let help = Arguments::command().render_help().to_string();
        for absent in ["serve", "export", "import", "corrections"] {
            assert!(!help.lines().any(|line| line.trim_start().starts_with(absent)), "{absent}");
        }
        assert!(Arguments::try_parse_from(["tellings", "serve"]).is_err());
    }

    #[test]
    fn every_option_and_command_is_in_the_readme() {
        let readme = include_str!("../../../README.md");
        let mut commands = vec![Arguments::command()];
        while let Some(command) = commands.pop() {
            for option in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(
                    readme.contains(&format!("`--{option}")) || readme.contains(&format!(", `--{option}")),
                    "--{option}"
                );
            }
            for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
                assert!(readme.contains(&format!("`tellings {}", inner.get_name())), "{}", inner.get_name());
                commands.push(inner.clone());
            }
        }
    }

    #[test]
    fn talk_can_be_set_before_and_after_the_command() {
        for line in [["tellings", "-q", "extract", "x"], ["tellings", "extract", "x", "-q"]] {
            let Ok(arguments) = Arguments::try_parse_from(line) else { panic!("{line:?}") };
            assert!(arguments.talk.quiet);
            assert!(matches!(arguments.command, Some(Command::Extract(_))));
        }
    }

    #[test]
    fn numbers_out_of_their_bounds_are_wrong_usage() {
        for wrong in ["--threads=0", "--threads=-1", "--min-confidence=1.5", "--min-confidence=NaN", "--since=1.1.24"] {
            assert!(Arguments::try_parse_from(["tellings", "extract", "x", wrong]).is_err(), "{wrong}");
        }
    }
}
