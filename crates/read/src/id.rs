//! An article's id.

use model::Article;
use sha2::{Digest, Sha256};

/// Gives an article its id: the first 16 hex digits of SHA-256 over the text and the outlet's name, or the path where
/// the outlet is unknown.
pub(crate) fn set_id(article: &mut Article) {
    let owner = article.outlet.name.as_deref().or(article.path.as_deref()).unwrap_or("");
    let mut hash = Sha256::new();
    hash.update(article.text.as_bytes());
    hash.update([0]);
    hash.update(owner.as_bytes());
    article.id = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
}
