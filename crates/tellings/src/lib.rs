//! The stages of Tellings run over a corpus.
