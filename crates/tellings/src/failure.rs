//! How a run ends: its exit code, and the words for what stopped it.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// How a run ended; the numbers are promised to users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All read, all done.
    Done,
    /// Done, but something was left out.
    LeftOut,
    /// Wrong usage.
    WrongUsage,
    /// Nothing could be done.
    Nothing,
    /// A figure of `eval` is below its floor.
    BelowFloor,
    /// Interrupted; what was complete is kept.
    Interrupted,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::LeftOut => 1,
            Ending::WrongUsage => 2,
            Ending::Nothing => 3,
            Ending::BelowFloor => 4,
            Ending::Interrupted => 130,
        })
    }
}

/// Why a run stopped before its end.
#[derive(Debug)]
pub enum Failure {
    /// The reader of standard output has gone; that is no error.
    PipeClosed,
    /// The run was interrupted.
    Interrupted,
    /// It cannot be done as it was asked for.
    Usage(String),
    /// Nothing could be done.
    Nothing(String),
}

impl Failure {
    /// What went wrong with writing to `target`, in words that say what to do.
    pub fn from_writing(error: &io::Error, target: &str) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Nothing(format!(
                "no space left while writing {target}; make room or choose another place with -o"
            )),
            _ => Self::Nothing(format!("cannot write {target}: {}", reason(error))),
        }
    }

    /// What went wrong with reading a file that an option names.
    pub fn from_reading(error: &io::Error, path: &Path) -> Self {
        Self::Nothing(format!("cannot read `{}`: {}", path.display(), reason(error)))
    }

    /// How the run ends after it.
    pub fn ending(&self) -> Ending {
        match self {
            Self::PipeClosed => Ending::Done,
            Self::Interrupted => Ending::Interrupted,
            Self::Usage(_) => Ending::WrongUsage,
            Self::Nothing(_) => Ending::Nothing,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PipeClosed => f.write_str("the reader of the output has gone"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Usage(message) | Self::Nothing(message) => f.write_str(message),
        }
    }
}

/// The system's words without `(os error 2)`.
fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or(&words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::{Ending, Failure};
    use std::io;

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
        let ending = |kind: io::ErrorKind| Failure::from_writing(&io::Error::from(kind), "`x`").ending();
        assert_eq!(ending(io::ErrorKind::BrokenPipe), Ending::Done);
        assert_eq!(ending(io::ErrorKind::StorageFull), Ending::Nothing);
        assert_eq!(ending(io::ErrorKind::PermissionDenied), Ending::Nothing);
    }

    #[test]
    fn numbers_of_the_system_are_not_shown() {
        let failure = Failure::from_writing(&io::Error::from_raw_os_error(13), "`x`").to_string();
        assert_eq!(failure, "cannot write `x`: permission denied");
    }
}
