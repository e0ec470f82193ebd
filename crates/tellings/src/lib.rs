//! The stages of Tellings run over a corpus: from articles to who said what, who denies it, and on whose word it rests.
//!
//! In: [`model::Article`]s as `read` makes them. Out: the same articles with statements and entities
//! ([`Pipeline::extract`]), and what is found across them ([`Pipeline::analyze`]). [`ordered`] carries a corpus of any
//! size through on several threads, [`parts`] an article of any length.
//!
//! Everything is a function from values to values; the binary beside this library opens files and speaks to people.
#![forbid(unsafe_code)]

mod catching;
pub mod claim_heads;
mod corpus;
pub mod dates;
pub mod eval;
pub mod ordered;
pub mod parts;
mod pipeline;
mod vectors;
mod weights;
pub mod who;
mod zones;

pub use catching::catching;
pub use corpus::{Reading, sorted};
pub use pipeline::{Convention, Pipeline, Settings, is_change, is_left_out};
pub use weights::{LoadError, embedded, load};
