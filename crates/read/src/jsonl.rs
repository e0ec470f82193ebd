//! JSON Lines.

use crate::{Options, id::set_id};
use model::{Article, Problem};

/// The articles of the bytes of a JSON Lines file, line by line.
pub fn articles_from_jsonl(
    bytes: &[u8],
    path: &str,
    _options: &Options,
) -> impl Iterator<Item = Result<Article, Problem>> {
    bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()).map(move |(number, line)| {
        let mut article: Article = serde_json::from_slice(line).map_err(|error| Problem {
            code: "bad-line".into(),
            message: format!("line {} of `{path}` is no article: {error}; left out", number + 1),
            path: Some(path.into()),
        })?;
        if article.id.is_empty() {
            set_id(&mut article);
        }
        Ok(article)
    })
}
