//! The nouns of Tellings, exactly as the JSON contract names them. No logic beyond what keeps a value valid.
//!
//! One analysis is an [`Analysis`]: articles with their statements and entities, and what was found across them.
//! All spans are `[start, end)` in Unicode code points of the article's text. Unknown is `None`, never an empty string.
#![forbid(unsafe_code)]

mod article;
mod corpus;
mod span;
mod statement;

pub use article::{Article, Outlet, Place, Precision, Problem, Published, PublishedFrom, Zone, ZoneKind};
pub use corpus::{
    Actor, ActorRole, Affair, Alias, Analysis, ArticleSpan, Change, Claim, ClaimFigure, ClaimStatement, Coverage,
    Difference, FORMAT_VERSION, Label, LabelVoice, Origin, OriginKind, Polarity, Position, Reprint, ReprintDirection,
    ReprintPassage, Stance, StatementRef, Story, TimelineEntry, TimelineKind, Utterance, Verdict, Voice, Wording,
};
pub use span::{InvalidSpan, Span};
pub use statement::{Act, Entity, EntityRole, EntityType, Kind, Mention, MentionForm, Speaker, SpeakerBy, Statement};
