//! Statements, mentions and entities of one article.

use crate::{Span, ZoneKind};
use serde::{Deserialize, Serialize};

/// Somebody says something: source + cue + content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// `s7`, unique in its article.
    pub id: String,
    /// The words that name who; empty where the text names none.
    #[serde(default)]
    pub source: Vec<Span>,
    /// The words that say so.
    #[serde(default)]
    pub cue: Vec<Span>,
    /// What is said.
    #[serde(default)]
    pub content: Vec<Span>,
    /// Who, or `None` where nobody can be told.
    #[serde(default)]
    pub speaker: Option<Speaker>,
    /// To whom.
    #[serde(default)]
    pub addressee: Option<Speaker>,
    /// What kind of act.
    pub act: Act,
    /// Inside quotation marks, partly, not at all.
    pub kind: Kind,
    /// The act did not take place.
    #[serde(default)]
    pub negated: bool,
    /// The outlet does not vouch that it took place.
    #[serde(default)]
    pub hedged: bool,
    /// The statement in whose content this one stands.
    #[serde(default)]
    pub parent: Option<String>,
    /// The zone its cue stands in.
    #[serde(default)]
    pub zone: ZoneKind,
    /// 0 to 1.
    #[serde(default)]
    pub confidence: f32,
}

/// The actor behind a source, and how it was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// Across articles; `None` before actors are made.
    pub actor: Option<String>,
    /// Within the article.
    pub entity: Option<String>,
    /// Its name.
    pub name: String,
    /// How it was told.
    pub by: SpeakerBy,
    /// 0 to 1.
    pub confidence: f32,
}

/// How a speaker was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum SpeakerBy {
    Name,
    Coreference,
    Office,
    FirstPerson,
    QuotationContext,
    User,
}

/// What kind of act a statement is (ANNOTATION lists the verbs of each). The order is that of the trained head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Act {
    Assert,
    Claim,
    Reveal,
    Deny,
    Confirm,
    Admit,
    Accuse,
    Condemn,
    Praise,
    Warn,
    Threaten,
    Promise,
    Urge,
    Ask,
    Announce,
    Predict,
    Believe,
}

impl Act {
    /// All acts in the order of the trained head.
    pub const ALL: [Self; 17] = [
        Self::Assert,
        Self::Claim,
        Self::Reveal,
        Self::Deny,
        Self::Confirm,
        Self::Admit,
        Self::Accuse,
        Self::Condemn,
        Self::Praise,
        Self::Warn,
        Self::Threaten,
        Self::Promise,
        Self::Urge,
        Self::Ask,
        Self::Announce,
        Self::Predict,
        Self::Believe,
    ];

    /// The word used in JSON and on pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assert => "assert",
            Self::Claim => "claim",
            Self::Reveal => "reveal",
            Self::Deny => "deny",
            Self::Confirm => "confirm",
            Self::Admit => "admit",
            Self::Accuse => "accuse",
            Self::Condemn => "condemn",
            Self::Praise => "praise",
            Self::Warn => "warn",
            Self::Threaten => "threaten",
            Self::Promise => "promise",
            Self::Urge => "urge",
            Self::Ask => "ask",
            Self::Announce => "announce",
            Self::Predict => "predict",
            Self::Believe => "believe",
        }
    }
}

/// How much of the content stands in quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Kind {
    Direct,
    Mixed,
    Indirect,
}

/// Who or what is spoken of, within one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// `e2`, unique in its article.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Its best name in this article.
    pub name: String,
    /// Where it is mentioned, sorted by start, longer first.
    pub mentions: Vec<Mention>,
    /// The actor across articles.
    #[serde(default)]
    pub actor: Option<String>,
    /// Office or description that the article gives.
    #[serde(default)]
    pub role: Option<EntityRole>,
    /// How probable it is that its actor is the right one; none where nothing else was joined with it, or others with it.
    #[serde(default)]
    pub confidence: Option<f32>,
    /// Actors that fit nearly as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<String>,
}

/// An office or description with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityRole {
    /// `Defence Minister`.
    pub text: String,
    /// Where the article says so.
    pub span: Span,
}

/// What an entity or actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum EntityType {
    Person,
    Organisation,
    State,
    Place,
    Group,
    Document,
    Channel,
    Anonymous,
}

impl EntityType {
    /// All types in the order of the trained head.
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Organisation,
        Self::State,
        Self::Place,
        Self::Group,
        Self::Document,
        Self::Channel,
        Self::Anonymous,
    ];

    /// What it is called for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::State => "state",
            Self::Place => "place",
            Self::Group => "group",
            Self::Document => "document",
            Self::Channel => "outlet or channel",
            Self::Anonymous => "unnamed",
        }
    }
}

/// One phrase that stands for an entity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Where.
    pub span: Span,
    /// What form the phrase has.
    pub form: MentionForm,
    /// How probable it is that it means its entity; of one that opens its entity, that it means none that was told of before.
    #[serde(default)]
    pub confidence: Option<f32>,
    /// A mention of another entity that it may mean nearly as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival: Option<Span>,
}

impl Mention {
    /// One of which nothing more is known.
    pub fn new(span: Span, form: MentionForm) -> Self {
        Self { span, form, confidence: None, rival: None }
    }
}

/// What form a mention has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum MentionForm {
    Name,
    Description,
    Pronoun,
    FirstPerson,
    Possessive,
}
