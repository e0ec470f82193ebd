//! `tellings add` and `tellings watch`: pages from the network into a folder of web archives.
//!
//! The only place in the program that uses `fetch`, and so the only one from which anything is sent. What it writes is
//! read like any other folder: `tellings report FOLDER`.

use crate::arguments::{AddArguments, NetworkArguments, WatchArguments};
use crate::failure::{Ending, Failure};
use crate::interruption;
use crate::talk::Talk;
use fetch::{Archive, Client, FetchError, FetchErrorKind, Got, Known, Settings};
use model::Problem;
use std::thread;
use std::time::{Duration, Instant};

/// Runs `tellings add`.
pub fn add(arguments: &AddArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let mut run = Run::new(&arguments.network)?;
    for url in &arguments.urls {
        if interruption::is_interrupted() {
            break;
        }
        run.take(url, talk)?;
    }
    run.say(talk);
    run.ending()
}

/// Runs `tellings watch`.
pub fn watch(arguments: &WatchArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let mut run = Run::new(&arguments.network)?;
    loop {
        for feed in &arguments.feeds {
            run.take_feed(feed, talk)?;
        }
        run.say(talk);
        if arguments.once || !wait(Duration::from_secs(60 * u64::from(arguments.every))) {
            return run.ending();
        }
    }
}

/// Waits; `false` where it was interrupted.
fn wait(time: Duration) -> bool {
    const STEP: Duration = Duration::from_millis(500);
    let start = Instant::now();
    while start.elapsed() < time {
        if interruption::is_interrupted() {
            return false;
        }
        thread::sleep(STEP);
    }
    true
}

struct Run {
    client: Client,
    known: Known,
    archive: Archive,
    written: usize,
    unchanged: usize,
    left_out: usize,
}

impl Run {
    fn new(arguments: &NetworkArguments) -> Result<Self, Failure> {
        interruption::listen();
        let name = format!("Tellings/{} (+{})", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_REPOSITORY"));
        let folder = &arguments.output;
        let archive = Archive::new(folder, &name)
            .map_err(|error| Failure::from_writing(&error, &format!("`{}`", folder.display())))?;
        let settings = Settings { allow_private: arguments.allow_private, ..Settings::new(&name) };
        Ok(Self {
            client: Client::new(settings),
            known: Known::of(folder),
            archive,
            written: 0,
            unchanged: 0,
            left_out: 0,
        })
    }

    /// Fetches a page and writes it, unless it is the one that we have.
    fn take(&mut self, url: &str, talk: &Talk) -> Result<(), Failure> {
        match self.client.get(url, self.known.get(url)) {
            Ok(Got::Unchanged) => self.unchanged += 1,
            Ok(Got::Page(answer)) => {
                if let Some(why) = answer.cut {
                    self.left_out += 1;
                    talk.problem(&Problem {
                        code: "cut-page".into(),
                        message: format!(
                            "the answer of `{url}` was cut because of its {why}; what had come until then was kept"
                        ),
                        path: None,
                    });
                }
                self.archive.add(&answer).map_err(|error| Failure::from_writing(&error, "the web archive"))?;
                self.remember(url, answer.versions)?;
                self.written += 1;
            }
            Err(error) => self.leave_out(&error, talk),
        }
        Ok(())
    }

    /// Fetches a feed and the pages that it names for the first time.
    fn take_feed(&mut self, feed: &str, talk: &Talk) -> Result<(), Failure> {
        let answer = match self.client.get(feed, self.known.get(feed)) {
            Ok(Got::Page(answer)) => answer,
            Ok(Got::Unchanged) => return Ok(()),
            Err(error) => {
                self.leave_out(&error, talk);
                return Ok(());
            }
        };
        for item in read::articles_from_bytes(answer.body, feed, &read::Options::default()) {
            if interruption::is_interrupted() {
                // The feed is not remembered, so that the rest is taken next time.
                return Ok(());
            }
            match item {
                Ok(article) => {
                    if let Some(url) = article.url.filter(|url| self.known.get(url).is_none()) {
                        self.take(&url, talk)?;
                    }
                }
                Err(problem) => {
                    self.left_out += 1;
                    talk.problem(&problem);
                }
            }
        }
        self.remember(feed, answer.versions)
    }

    fn remember(&mut self, url: &str, versions: fetch::Versions) -> Result<(), Failure> {
        self.known.set(url, versions).map_err(|error| Failure::from_writing(&error, "what is known of the pages"))
    }

    fn leave_out(&mut self, error: &FetchError, talk: &Talk) {
        self.left_out += 1;
        let code = match error.kind {
            FetchErrorKind::Robots | FetchErrorKind::RobotsUnknown => "robots-txt",
            FetchErrorKind::Private | FetchErrorKind::Address => "refused-address",
            _ => "not-fetched",
        };
        talk.problem(&Problem { code: code.to_owned(), message: error.to_string(), path: None });
    }

    fn say(&self, talk: &Talk) {
        let place = self.archive.path().map_or_else(String::new, |path| format!(" in `{}`", path.display()));
        talk.note(&format!("{} pages written{place}, {} unchanged", self.written, self.unchanged));
    }

    fn ending(&self) -> Result<Ending, Failure> {
        if interruption::is_interrupted() {
            return Ok(Ending::Interrupted);
        }
        if self.left_out > 0 && self.written + self.unchanged == 0 {
            return Err(Failure::Nothing("no page could be fetched".to_owned()));
        }
        Ok(if self.left_out > 0 { Ending::LeftOut } else { Ending::Done })
    }
}
