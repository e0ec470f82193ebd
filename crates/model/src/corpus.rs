//! What is found across articles.

use crate::{Article, EntityType, Precision, Problem, Span};
use serde::{Deserialize, Serialize};

/// The version of the JSON format; fields are added within it, never changed.
pub const FORMAT_VERSION: &str = "1";

/// Everything that `tellings analyze` prints: one corpus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// [`FORMAT_VERSION`].
    pub tellings: String,
    /// Id of the weights that were used.
    #[serde(default)]
    pub weights: Option<String>,
    /// All articles, in order of date, then path, then id.
    pub articles: Vec<Article>,
    /// Who speaks or is spoken of, across articles.
    pub actors: Vec<Actor>,
    /// Groups of articles about the same happenings.
    pub stories: Vec<Story>,
    /// Groups of linked stories.
    pub affairs: Vec<Affair>,
    /// Acts of speaking, each told in several statements.
    pub utterances: Vec<Utterance>,
    /// Propositions with who asserts and who denies them; in board order within a story.
    pub claims: Vec<Claim>,
    /// Text taken over from one article to another.
    pub reprints: Vec<Reprint>,
    /// Who stands how to whom.
    pub positions: Vec<Position>,
    /// What outlets call an actor.
    pub labels: Vec<Label>,
    /// What happened and what was said, when.
    pub timeline: Vec<TimelineEntry>,
    /// Which outlet tells which claim.
    pub coverage: Vec<Coverage>,
    /// What was left out.
    pub problems: Vec<Problem>,
}

/// A statement of an article.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StatementRef {
    /// Article id.
    pub article: String,
    /// Statement id within it.
    pub statement: String,
}

/// A place in an article.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArticleSpan {
    /// Article id.
    pub article: String,
    /// Where.
    pub span: Span,
}

/// Somebody or some body, across articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// `p:nicolas-maduro`: a letter for the type and the name in ASCII.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Its fullest common name.
    pub name: String,
    /// All names, most frequent first.
    pub aliases: Vec<Alias>,
    /// The actor that this one belongs to (a ministry to its state).
    pub part_of: Option<String>,
    /// Offices and descriptions.
    pub roles: Vec<ActorRole>,
    /// An unnamed source.
    pub anonymous: bool,
    /// Why entities were merged into it, for people to read.
    pub why: Vec<String>,
}

/// A name that an actor goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The name.
    pub text: String,
    /// How often.
    pub count: u32,
    /// Names of the outlets that use it.
    pub outlets: Vec<String>,
}

/// An office or description of an actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorRole {
    /// `defence minister`.
    pub text: String,
    /// Where an article says so.
    #[serde(flatten)]
    pub place: ArticleSpan,
}

/// Articles about the same happenings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// `story1`.
    pub id: String,
    /// The headline that says it best.
    pub title: String,
    /// Article ids in order of time.
    pub articles: Vec<String>,
    /// Earliest publication date.
    pub first: Option<String>,
    /// Latest publication date.
    pub last: Option<String>,
    /// The affair it belongs to.
    pub affair: Option<String>,
    /// Actor ids, most spoken of first.
    pub actors: Vec<String>,
    /// Claim ids in board order.
    pub claims: Vec<String>,
}

/// Linked stories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affair {
    /// `affair1`.
    pub id: String,
    /// Title of its largest story.
    pub title: String,
    /// Story ids.
    pub stories: Vec<String>,
}

/// One act of speaking, told in several articles or twice in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// `u3`.
    pub id: String,
    /// Actor id.
    pub speaker: Option<String>,
    /// All statements that report it, first telling first.
    pub statements: Vec<StatementRef>,
    /// When it was said, as a TIMEX value.
    pub when: Option<String>,
    /// Each statement's words against the first telling.
    pub wordings: Vec<Wording>,
}

/// One statement's words compared with the first telling of the utterance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// Which statement.
    pub statement: StatementRef,
    /// Word-level changes from the first telling to this one, in order; empty for the first.
    pub differs: Vec<Difference>,
}

/// A run of words that was kept, put in or left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What happened to the words.
    pub change: Change,
    /// The words.
    pub text: String,
}

/// What happened to a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Change {
    Kept,
    Inserted,
    Deleted,
}

/// A proposition, and who stands how to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// `c4`.
    pub id: String,
    /// The proposition in the words of one of its statements, pronouns resolved.
    pub text: String,
    /// Story id.
    pub story: String,
    /// Where the tellings stand.
    pub verdict: Verdict,
    /// Actors who assert it themselves.
    pub asserted_by: Vec<String>,
    /// Actors who deny it themselves.
    pub denied_by: Vec<String>,
    /// Actors who question it.
    pub questioned_by: Vec<String>,
    /// All statements about it.
    pub statements: Vec<ClaimStatement>,
    /// Sentences in an outlet's own voice.
    pub voice: Vec<Voice>,
    /// Whose word the assertions rest on, counted by the origin rules.
    pub origins: Vec<Origin>,
    /// Whose word the denials rest on, counted the same way.
    pub denial_origins: Vec<Origin>,
    /// Numbers on which the statements differ.
    pub figures: Vec<ClaimFigure>,
    /// Ids of claims that cannot be true together with it.
    pub contradicts: Vec<String>,
    /// 0 to 1: how sure it is that these statements are about one claim.
    pub confidence: f32,
}

/// Where the tellings of a claim stand; never what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Verdict {
    Disputed,
    Denied,
    Single,
    Open,
    Agreed,
}

/// How a statement stands to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Stance {
    Asserts,
    Denies,
    Questions,
}

/// A statement about a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimStatement {
    /// Article id.
    pub article: String,
    /// Statement id.
    pub statement: String,
    /// How it stands to the claim.
    pub stance: Stance,
    /// 0 to 1.
    pub confidence: f32,
}

/// A sentence in an outlet's own voice that asserts or denies a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// Article id.
    pub article: String,
    /// Where.
    pub span: Span,
    /// How it stands to the claim.
    pub stance: Stance,
    /// 0 to 1.
    pub confidence: f32,
}

/// Whose word a claim rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// What it is.
    pub kind: OriginKind,
    /// Actor id, where there is one.
    pub actor: Option<String>,
    /// Its name for people: actor's name, document, outlet.
    pub name: Option<String>,
    /// The statements counted as this one origin.
    pub statements: Vec<StatementRef>,
    /// Names of the outlets that tell it.
    pub outlets: Vec<String>,
    /// Date of its first telling.
    pub first: Option<String>,
}

/// What an origin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum OriginKind {
    Utterance,
    Document,
    Outlet,
    Anonymous,
}

/// A number that statements about one claim give differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimFigure {
    /// The number as written.
    pub text: String,
    /// Who gives it.
    pub statements: Vec<StatementRef>,
}

/// Text taken over from one article by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reprint {
    /// Article id of the earlier text.
    pub from: String,
    /// Article id of the copy.
    pub to: String,
    /// What was taken over, in order of the copy.
    pub passages: Vec<ReprintPassage>,
    /// Share of the copy's words that were taken over.
    pub share: f32,
    /// The credit that the copy gives.
    pub credit: Option<String>,
    /// Whether it is known which one came first.
    pub direction: ReprintDirection,
    /// For people to read.
    pub why: String,
}

/// One passage taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReprintPassage {
    /// Place in the earlier text.
    pub from: Span,
    /// Place in the copy.
    pub to: Span,
}

/// Whether it is known who copied whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ReprintDirection {
    Known,
    Unknown,
}

/// How one actor stands to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Actor id.
    pub from: String,
    /// Actor id.
    pub to: String,
    /// `accuse`, `support`, …
    pub relation: String,
    /// PLOVER event code, where there is one.
    pub plover: Option<String>,
    /// Earliest date.
    pub first: Option<String>,
    /// Latest date.
    pub last: Option<String>,
    /// Statements that it rests on.
    pub evidence: Vec<StatementRef>,
}

/// What an outlet calls an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Actor id.
    pub actor: String,
    /// Outlet name.
    pub outlet: String,
    /// The words: `self-proclaimed president`.
    pub text: String,
    /// Whether they praise or disparage, where that can be told.
    pub polarity: Option<Polarity>,
    /// The outlet's own words or quoted ones.
    pub voice: LabelVoice,
    /// How often.
    pub count: u32,
    /// Where.
    pub evidence: Vec<ArticleSpan>,
}

/// Whether a label praises or disparages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Polarity {
    #[serde(rename = "+")]
    Praises,
    #[serde(rename = "-")]
    Disparages,
}

/// Whose words a label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum LabelVoice {
    Own,
    Quoted,
}

/// Something dated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// ISO 8601 date, as long as the precision allows.
    pub date: String,
    /// How exact.
    pub precision: Precision,
    /// The sentence that says so, or the statement's words.
    pub what: String,
    /// Whether it happened then or was said then.
    pub kind: TimelineKind,
    /// Article ids.
    pub articles: Vec<String>,
    /// Where.
    pub evidence: Vec<ArticleSpan>,
}

/// Whether something happened or was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum TimelineKind {
    Happened,
    Said,
}

/// Which claims an outlet tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Story id.
    pub story: String,
    /// Outlet name.
    pub outlet: String,
    /// Its articles in the story.
    pub articles: Vec<String>,
    /// Claims that it tells.
    pub tells: Vec<String>,
    /// Claims that it tells only in copied text.
    pub copies: Vec<String>,
    /// Claims of the story that it is silent on.
    pub silent: Vec<String>,
}
