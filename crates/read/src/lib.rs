//! Files to articles: everything that touches the file system before the text is understood.
//!
//! In: paths as the user typed them, or bytes. Out: [`model::Article`]s with text, zones, outlet, date, and
//! [`model::Problem`]s for what could not be read. [`articles`] walks folders and reads lazily; the `article_from_…`
//! functions work on bytes and touch nothing.
//!
//! | a file that is | gives | module |
//! |---|---|---|
//! | plain text | one article: header lines, headline, paragraphs | `plain` |
//! | HTML | one article | `html` |
//! | JSON Lines, one JSON object | an article for each line | `jsonl` |
//!
//! What a paragraph is (caption, credit, boilerplate) is marked by rules only where a rule is sure; the learned zone
//! head settles the rest.
#![forbid(unsafe_code)]

mod id;
mod options;
mod plain;
mod html;
mod jsonl;
mod walk;

pub use html::article_from_html;
pub use jsonl::articles_from_jsonl;
pub use options::{Input, Options};
pub use plain::article_from_text;
pub use walk::{Articles, articles};
