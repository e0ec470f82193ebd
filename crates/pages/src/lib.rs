//! Turns an analysis into one HTML file that a newsroom can read, print and forward.
//!
//! In: a [`model::Analysis`] with whatever holes real articles leave. Out: one self-contained document; it loads nothing
//! from elsewhere, reads without script, and shows for every figure the words it was counted from. Nothing is decided
//! here: who speaks, what a claim rests on and what is disputed come with the analysis; this crate finds the words and
//! the places for it, and says “Not sure” where the analysis is not.
//!
//! The parts stand in the order of the page: [`head`], [`board`] (with [`wordings`] and [`compare`]), [`statements`], [`articles`],
//! [`people`], [`timeline`], [`outlets`], [`positions`], [`made`]; [`page`] frames them. Serif letters are the words of
//! the articles, sans ones those of Tellings; colour only says how a telling stands to a claim.
#![forbid(unsafe_code)]
// The parts name each other in this opening; they stay private.
#![allow(rustdoc::private_intra_doc_links)]

mod articles;
mod board;
mod claim;
mod compare;
mod corpus;
mod head;
mod made;
mod marks;
mod outlets;
mod page;
mod people;
mod positions;
mod statements;
mod text;
mod timeline;
mod wordings;
mod words;

pub use corpus::UNSURE_BELOW;
use model::Analysis;

/// What a report says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportOptions {
    /// Version of the program: `0.1.0`.
    pub version: String,
    /// Id of the weights; where absent, that of the analysis.
    pub weights: Option<String>,
    /// When it was made, in words; only where the user asks for it, since the same input shall give the same bytes.
    pub generated: Option<String>,
    /// How many files or records were left out; the reasons stand in the problems of the analysis.
    pub left_out: Option<usize>,
}

/// One self-contained HTML report.
pub fn report(analysis: &Analysis, options: &ReportOptions) -> String {
    page::page(&corpus::Corpus::new(analysis), options)
}
