//! The stages of Tellings run over a corpus.

pub mod eval;
