//! Web archives: WARC files, packed or not.
//!
//! In: the bytes of an archive. Out: an article for each page in it that a server gave with success. Requests, pictures,
//! scripts, redirects and errors of servers hold no article and are passed over; so are revisits of pages that were
//! read before. A revisit whose page is not in the archive is named, as is every record that cannot be read.
//!
//! The day on which a page was fetched is the last on which it can have been published.

use super::http::{self, NoBody};
use super::members::{Members, Packing};
use crate::html::{self, Hints};
use crate::reading::{Items, Reading, problem, unreadable};
use crate::{plain, stream};
use model::{Article, Problem};
use records::{Broken, End, Fields, Record, Records};

pub(crate) mod records;

/// Reads the pages of an archive as they are asked for.
pub(crate) struct Warc {
    records: Records,
    path: String,
    reading: Reading,
    /// Articles of a record that holds several (a feed).
    inner: Option<Items>,
    finished: bool,
}

impl Warc {
    pub fn new(members: Members, packing: Packing, path: String, reading: Reading) -> Self {
        let records = Records::new(members, packing != Packing::None, reading.most_record_bytes());
        Self { records, path, reading, inner: None, finished: false }
    }

    /// Goes on with an archive whose first bytes were read.
    pub fn begun(members: Members, start: Vec<u8>, packing: Packing, path: String, reading: Reading) -> Self {
        let records = Records::begun(members, start, packing != Packing::None, reading.most_record_bytes());
        Self { records, path, reading, inner: None, finished: false }
    }

    fn problem(&self, code: &str, at: u64, what: &str) -> Problem {
        let message = format!("the record at byte {at} of `{}` {what}", self.path);
        problem(code, message, &self.path)
    }

    fn broken(&mut self, broken: Broken) -> Problem {
        if let Some(error) = broken.error {
            self.finished = true;
            return unreadable(&self.path, &error);
        }
        let what = format!("cannot be read ({}); it was left out, the others are read", broken.what);
        self.problem("broken-record", broken.at, &what)
    }

    /// What a record gives; `None` where it holds no article.
    fn read(&mut self, record: Record) -> Option<Result<Article, Problem>> {
        let kind = record.fields.get("warc-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
        if kind == "revisit" {
            return self.revisit(&record).map(Err);
        }
        if record.end == End::TooLarge {
            let what = format!(
                "is larger than {} bytes; it was left out, the others are read",
                self.reading.most_record_bytes()
            );
            return Some(Err(self.problem("record-too-large", record.at, &what)));
        }
        if record.block.is_empty() {
            return None;
        }
        if let Some(digest) = record.fields.get("warc-payload-digest") {
            self.reading.pages.insert(digest);
        }
        if kind != "response" {
            let (media_type, charset) = media_type(&record.fields);
            return self.page(&record, &record.block, &media_type, charset, Vec::new());
        }
        let answer = http::answer(&record.block)?;
        let body = match answer.body(self.reading.most_record_bytes()) {
            Ok(body) => body,
            Err(NoBody::TooLarge) => {
                let what = "unpacks to more bytes than are read; it was left out, the others are read";
                return Some(Err(self.problem("record-too-large", record.at, what)));
            }
            Err(NoBody::Unknown(packing)) => {
                let what = format!("is packed as `{packing}`, which cannot be read; it was left out");
                return Some(Err(self.problem("broken-record", record.at, &what)));
            }
        };
        let mut doubts = Vec::new();
        if !body.is_whole {
            doubts.push(self.problem("truncated-record", record.at, "breaks off; what there is was read"));
        }
        self.page(&record, &body.bytes, &answer.media_type, answer.charset, doubts)
    }

    fn page(
        &mut self,
        record: &Record,
        bytes: &[u8],
        media_type: &str,
        charset: Option<String>,
        mut doubts: Vec<Problem>,
    ) -> Option<Result<Article, Problem>> {
        let url = record.fields.get("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned());
        let day = record.fields.get("warc-date").and_then(|date| date.get(..10)).map(str::to_owned);
        match record.end {
            End::Truncated { said, found } => {
                let what = format!("should have {said} bytes and has {found}; what there is was read");
                doubts.push(self.problem("truncated-record", record.at, &what));
            }
            End::WrongLength { said } => {
                let said = said.map_or_else(|| "no length".to_owned(), |said| format!("{said} bytes"));
                let what = format!("says {said}, which is wrong; it was read up to the next record");
                doubts.push(self.problem("wrong-length", record.at, &what));
            }
            End::Whole | End::TooLarge => {}
        }
        if doubts.is_empty()
            && let Some(why) = record.fields.get("warc-truncated")
        {
            let what = format!("was cut when it was archived ({why}); what there is was read");
            doubts.push(self.problem("truncated-record", record.at, &what));
        }
        doubts.iter_mut().for_each(|doubt| doubt.path = None);
        let kind = Payload::of(media_type, bytes)?;
        let hints = Hints { url, charset, latest: day, is_in_archive: true };
        let mut options = self.reading.options.clone();
        hints.limit(&mut options);
        let article = match kind {
            Payload::Html => html::article(bytes, &self.path, &hints, &self.reading.options),
            Payload::Text => plain::article(bytes, &self.path, &hints, &self.reading.options),
            Payload::Feed => {
                let mut reading = self.reading.clone();
                reading.options = options;
                self.inner = Some(stream::open_bytes(bytes.to_vec(), self.path.clone(), &reading));
                return None;
            }
        };
        Some(match article {
            Ok(mut article) => {
                article.problems.extend(doubts);
                Ok(article)
            }
            Err(problem) => {
                let what = format!("holds no article: {}", problem.message);
                Err(self.problem(&problem.code, record.at, &what))
            }
        })
    }

    /// The problem of a revisit whose page was not read.
    fn revisit(&self, record: &Record) -> Option<Problem> {
        let digest = record.fields.get("warc-payload-digest")?;
        if self.reading.pages.holds(digest) {
            return None;
        }
        let url = record.fields.get("warc-target-uri").map_or("a page", String::as_str);
        let what =
            format!("says that `{url}` had not changed, and the page itself is in another archive; give that too");
        Some(self.problem("page-elsewhere", record.at, &what))
    }
}

impl Iterator for Warc {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.inner.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.inner = None;
            if self.finished {
                return None;
            }
            match self.records.next(is_wanted)? {
                Ok(record) => {
                    if let Some(item) = self.read(record) {
                        return Some(item);
                    }
                }
                Err(broken) => return Some(Err(self.broken(broken))),
            }
        }
    }
}

/// What kind of page a record holds.
enum Payload {
    Html,
    Text,
    Feed,
}

impl Payload {
    fn of(media_type: &str, bytes: &[u8]) -> Option<Self> {
        match media_type {
            "text/html" | "application/xhtml+xml" | "application/vnd.wap.xhtml+xml" => Some(Self::Html),
            "text/plain" => Some(Self::Text),
            "application/rss+xml" | "application/atom+xml" | "application/feed+json" => Some(Self::Feed),
            "text/xml" | "application/xml" => {
                let start = bytes.get(..bytes.len().min(1024)).unwrap_or(&[]).to_ascii_lowercase();
                let feed = [&b"<rss"[..], b"<feed", b"<rdf:rdf"];
                feed.iter().any(|tag| memchr::memmem::find(&start, tag).is_some()).then_some(Self::Feed)
            }
            "" | "application/octet-stream" => {
                let start = bytes.get(..bytes.len().min(1024)).unwrap_or(&[]).to_ascii_lowercase();
                let page = [&b"<!doctype html"[..], b"<html"];
                page.iter().any(|tag| memchr::memmem::find(&start, tag).is_some()).then_some(Self::Html)
            }
            _ => None,
        }
    }
}

fn media_type(fields: &Fields) -> (String, Option<String>) {
    fields.get("content-type").map(|value| http::media_type(value)).unwrap_or_default()
}

/// Whether a record can hold an article, as far as its beginning tells.
fn is_wanted(fields: &Fields, start: &[u8]) -> bool {
    let url = fields.get("warc-target-uri").map_or("", String::as_str).to_ascii_lowercase();
    let path = url.split(['?', '#', '>']).next().unwrap_or("");
    // What sites say to machines.
    if ["/robots.txt", "/ads.txt", "/app-ads.txt", "/security.txt", "/humans.txt", "/llms.txt"]
        .iter()
        .any(|name| path.ends_with(name))
    {
        return false;
    }
    match fields.get("warc-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default().as_str() {
        "response" => http::answer(start)
            .is_some_and(|answer| (200..=203).contains(&answer.status) && may_be_page(&answer.media_type)),
        // Programs that archive write what they did under addresses of their own.
        "resource" | "conversion" => {
            !url.starts_with("urn:") && !url.starts_with("metadata:") && may_be_page(&media_type(fields).0)
        }
        _ => false,
    }
}

fn may_be_page(media_type: &str) -> bool {
    matches!(
        media_type,
        "" | "text/html"
            | "application/xhtml+xml"
            | "application/vnd.wap.xhtml+xml"
            | "text/plain"
            | "text/xml"
            | "application/xml"
            | "application/rss+xml"
            | "application/atom+xml"
            | "application/feed+json"
            | "application/octet-stream"
    )
}
