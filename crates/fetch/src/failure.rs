//! Why a page could not be had, in words that say what to do.

use std::fmt;
use std::time::Duration;

/// Why an address gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError {
    /// The address that was asked for.
    pub url: String,
    /// What was wrong.
    pub kind: FetchErrorKind,
}

/// What was wrong with an address or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchErrorKind {
    /// No address, or one that is not http or https.
    Address,
    /// The address is one of this machine or a private network.
    Private,
    /// The site's robots.txt says that programs should not read it.
    Robots,
    /// The site's robots.txt could not be had, so nothing may be read.
    RobotsUnknown,
    /// Redirects without end.
    Redirects,
    /// The server answered with an error.
    Status(u16),
    /// The server asks to come back after a time that is longer than we wait.
    Later(Duration),
    /// The answer took too long.
    Time,
    /// The connection failed; what the system says.
    Connection(String),
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot fetch `{}`: ", self.url)?;
        match &self.kind {
            FetchErrorKind::Address => f.write_str("it is no address that begins with http:// or https://"),
            FetchErrorKind::Private => {
                f.write_str("it leads to this machine or a private network; --allow-private permits that")
            }
            FetchErrorKind::Robots => f.write_str("the site's robots.txt asks programs not to; save the page by hand"),
            FetchErrorKind::RobotsUnknown => f.write_str("the site's robots.txt cannot be read now; try again later"),
            FetchErrorKind::Redirects => f.write_str("it was redirected too often"),
            FetchErrorKind::Status(status) => write!(f, "the server answered with status {status}"),
            FetchErrorKind::Later(wait) => {
                write!(f, "the server asks to come back in {} seconds; try again then", wait.as_secs())
            }
            FetchErrorKind::Time => f.write_str("the answer took too long; try again later"),
            FetchErrorKind::Connection(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for FetchError {}
