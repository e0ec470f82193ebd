//! One page's text, who published it, and the parts it has.

use crate::{Entity, Span, Statement};
use serde::{Deserialize, Serialize};

/// One page's text with everything found in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// First 16 hex digits of SHA-256 over the text and the outlet's name or path; kept when the input had one.
    #[serde(default)]
    pub id: String,
    /// File it came from, as given by the user, `/` between parts.
    #[serde(default)]
    pub path: Option<String>,
    /// Canonical address.
    #[serde(default)]
    pub url: Option<String>,
    /// Who published it.
    #[serde(default)]
    pub outlet: Outlet,
    /// Agencies and outlets that the text credits (`FRANCE 24 with AP, AFP and REUTERS`).
    #[serde(default)]
    pub agencies: Vec<String>,
    /// Headline.
    #[serde(default)]
    pub title: Option<String>,
    /// Names in the byline.
    #[serde(default)]
    pub authors: Vec<String>,
    /// When it was published.
    #[serde(default)]
    pub published: Option<Published>,
    /// When it was last changed.
    #[serde(default)]
    pub modified: Option<Published>,
    /// ISO 639-1 code.
    #[serde(default)]
    pub language: Option<String>,
    /// The text: headline first, paragraphs separated by blank lines.
    pub text: String,
    /// Parts of the text, sorted, without overlaps. Text in no zone is `body`.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Where in the saved page each part of the text came from, as far as that is known for certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Who said what, in order of their cues.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// Who and what is spoken of.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// What could not be read or is doubtful.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl Article {
    /// The zone kind at a code point of the text (`body` where no zone is marked).
    pub fn zone_at(&self, position: u32) -> ZoneKind {
        let next = self.zones.partition_point(|zone| zone.span.start() <= position);
        match next.checked_sub(1).and_then(|i| self.zones.get(i)) {
            Some(zone) if position < zone.span.end() => zone.kind,
            _ => ZoneKind::Body,
        }
    }
}

/// Who published an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// `FRANCE 24`.
    #[serde(default)]
    pub name: Option<String>,
    /// `france24.com`.
    #[serde(default)]
    pub domain: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
}

/// A date with how exact it is and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// ISO 8601, as long as the precision allows: `2019-01-24T09:30Z`, `2019-01-24`, `2019-01`, `2019`.
    pub value: String,
    /// How exact.
    pub precision: Precision,
    /// Where it was read.
    pub from: PublishedFrom,
}

/// How exact a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Precision {
    Minute,
    Day,
    Month,
    Year,
}

/// Where a date was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum PublishedFrom {
    Meta,
    Header,
    Url,
    Text,
    Feed,
    File,
}

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// What it is.
    pub kind: ZoneKind,
    /// Where.
    pub span: Span,
}

/// Where a part of the text stands in the page that it came from.
///
/// The bytes, tags between them left out and entities resolved, read as the words under the span, but for blanks. They
/// count from the beginning of the page: of the file, or of the unpacked page where it lies in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which part of the text.
    pub span: Span,
    /// First byte and the byte behind the last one.
    pub bytes: [u64; 2],
}

/// What a part of the text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ZoneKind {
    Headline,
    #[default]
    Body,
    Caption,
    Quotation,
    Credit,
    Boilerplate,
}

/// Something that was left out or is doubtful. Codes and texts are part of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, kebab-case: `truncated-record`.
    pub code: String,
    /// What happened, where, what to do.
    pub message: String,
    /// File or address that it concerns, where the problem is not inside an article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}
