//! What statements and sentences of an article are like: one vector each.

use claims::{ArticleVectors, SentenceVector, Vector};
use model::Article;
use statements::{Encoded, Reader};

/// A vector for each statement's content and for each sentence.
pub fn vectors(reader: &Reader, article: &Article, encoded: &Encoded) -> ArticleVectors {
    let vector = |spans: &[_]| Vector::new(&reader.vector(encoded, spans));
    ArticleVectors {
        statements: article.statements.iter().map(|statement| vector(&statement.content)).collect(),
        sentences: text::sentences(&article.text)
            .into_iter()
            .map(|span| SentenceVector { span, vector: vector(&[span]) })
            .collect(),
    }
}
