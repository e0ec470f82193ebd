//! HTML pages.

use crate::{Options, plain::article_from_text};
use model::{Article, Problem};

/// One article from the bytes of a saved web page.
///
/// # Errors
/// A [`Problem`] where the page holds no text.
pub fn article_from_html(bytes: &[u8], path: &str, options: &Options) -> Result<Article, Problem> {
    article_from_text(bytes, path, options)
}
