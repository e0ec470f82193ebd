//! Files to articles: everything that happens before a text is understood.
//!
//! In: paths as the user typed them, or bytes. Out: [`model::Article`]s with text, zones, outlet, agencies and date, and
//! [`model::Problem`]s for what could not be read. [`articles`] walks folders and reads lazily; the `article_from_…`
//! functions work on bytes and touch nothing.
//!
//! | a file that is | gives | read by |
//! |---|---|---|
//! | plain text | one article: header lines, headline, paragraphs | [`article_from_text`] |
//! | HTML, also as browsers save it | one article | [`article_from_html`] |
//! | JSON Lines, one JSON value, a JSON Feed | an article for each line, object or item | [`articles_from_jsonl`] |
//! | a table with a row of names | an article for each row | `table` |
//! | a Parquet table | an article for each row | `parquet` |
//! | RSS, RDF, Atom | an article for each item | `feed` |
//! | a message, a mailbox, a page saved as mail | an article for each | `mail` |
//! | a web archive (WARC) | an article for each page | `archive::warc` |
//! | a PDF file with text | one article | `pdf` |
//! | gzip, zstd, zip (also WACZ) of any of these; .docx | what is in it | `stream`, `archive` |
//!
//! [`articles_from_bytes`] reads any of them from memory.
//!
//! A format's module fills a draft with what the format says; `assemble` makes an article of it and reads the rest
//! (agencies, date, kinds of paragraphs) from the text.
//!
//! What a paragraph is (caption, credit, boilerplate) is marked by rules only where a rule is sure; the learned zone
//! head settles the rest.
#![forbid(unsafe_code)]

mod archive;
mod assemble;
mod clean;
mod content;
mod credits;
mod dates;
mod docx;
mod feed;
mod html;
mod id;
mod jsonl;
mod mail;
mod options;
mod outlets;
mod parquet;
mod pdf;
mod plain;
mod reading;
mod record;
mod stream;
mod table;
mod walk;
mod wrap;
mod zones;

pub use html::{article_from_html, text_at};
pub use jsonl::articles_from_jsonl;
pub use options::Options;
pub use plain::article_from_text;
pub use stream::articles_from_bytes;
pub use walk::{Articles, articles};
