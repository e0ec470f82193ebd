//! Who said what, in one article: source, cue and content of every statement, its act, kind, negation, hedge and nesting.
//!
//! In: an [`model::Article`] with text and zones. Out: [`model::Statement`]s in order of their cues, and for later stages the
//! article's tokens with one vector each ([`Encoded`]).
//! «Ines denied that she had left» → source `Ines`, cue `denied`, content `that she had left`, act deny.
//!
//! [`Reader`] holds the learned parts. The way: tokens and features ([`encoded`]) → trunk → cue tags ([`cues`]) → for each cue the
//! tags of its own source and content ([`pieces`]) → spans → kind by quotation marks ([`kind`]) → nesting ([`nesting`]).
//! Who the source is, and the same in other articles, is left to `actors`.
#![forbid(unsafe_code)]

mod cues;
mod encoded;
mod kind;
mod nesting;
mod pieces;
mod plain_acts;
mod reader;
mod zones;

pub use encoded::Encoded;
pub use kind::kind_of;
pub use reader::{Convention, Decoding, Reader};
pub use zones::ZoneGuess;
