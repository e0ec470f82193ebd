//! Plain text.

use crate::{Options, id::set_id};
use model::{Article, Problem, Span, Zone, ZoneKind};

/// One article from the bytes of a plain text file.
///
/// # Errors
/// A [`Problem`] where there is no text at all.
pub fn article_from_text(bytes: &[u8], path: &str, _options: &Options) -> Result<Article, Problem> {
    let (text, problems) = text::decode(bytes);
    let paragraphs: Vec<&str> = text.split('\n').map(str::trim).filter(|p| !p.is_empty()).collect();
    let Some(title) = paragraphs.first() else {
        return Err(Problem {
            code: "empty-file".into(),
            message: format!("`{path}` holds no text; left out"),
            path: Some(path.into()),
        });
    };
    let mut article = Article {
        path: Some(path.into()),
        title: Some((*title).into()),
        text: paragraphs.join("\n\n"),
        problems,
        ..Article::default()
    };
    article.zones.extend(
        Span::of(0, title.chars().count()).map(|span| Zone { kind: ZoneKind::Headline, span }),
    );
    article.language = text::language(&article.text).map(Into::into);
    set_id(&mut article);
    Ok(article)
}
