//! Files to articles: everything that happens before a text is understood.
//!
//! In: paths as the user typed them, or bytes. Out: [`model::Article`]s with text, zones, outlet, agencies and date, and
//! [`model::Problem`]s for what could not be read. [`articles`] walks folders and reads lazily; the `article_from_…`
//! functions work on bytes and touch nothing.
//!
//! | a file that is | gives | read by |
//! |---|---|---|
//! | plain text | one article: header lines, headline, paragraphs | [`article_from_text`] |
//! | HTML | one article | [`article_from_html`] |
//! | JSON Lines, one JSON value | an article for each line or object | [`articles_from_jsonl`] |
//!
//! A format's module fills a draft with what the format says; `assemble` makes an article of it and reads the rest
//! (agencies, date, kinds of paragraphs) from the text.
//!
//! What a paragraph is (caption, credit, boilerplate) is marked by rules only where a rule is sure; the learned zone
//! head settles the rest.
#![forbid(unsafe_code)]

mod assemble;
mod clean;
mod content;
mod credits;
mod dates;
mod html;
mod id;
mod jsonl;
mod options;
mod outlets;
mod plain;
mod walk;
mod wrap;
mod zones;

pub use html::article_from_html;
pub use jsonl::articles_from_jsonl;
pub use options::Options;
pub use plain::article_from_text;
pub use walk::{Articles, articles};
