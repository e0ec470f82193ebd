//! What statements and sentences of an article are like: a vector and a projection each.

use crate::claim_heads::ClaimHeads;
use claims::{ArticleVectors, Projection, SentenceVector, StatementVector, Vector};
use model::{Article, Span, ZoneKind};
use statements::{Encoded, Reader};

/// Vectors and projections of each statement and of each sentence.
pub fn vectors(reader: &Reader, heads: &ClaimHeads, article: &Article, encoded: &Encoded) -> ArticleVectors {
    let known = |content: &[Span], cue: &[Span]| {
        let mean = encoded.mean(content).or_else(|| encoded.mean(cue))?;
        let sentence = reader.direction(&mean);
        let cue = encoded.mean(cue).unwrap_or_else(|| mean.clone());
        Some(StatementVector { projection: heads.projection(&mean, &cue, &sentence), vector: Vector::new(&sentence) })
    };
    let told = Told::of(article);
    let sentence = |span: Span| {
        let StatementVector { vector, projection } = known(&[span], &[span]).unwrap_or_default();
        let is_own =
            matches!(article.zone_at(span.start()), ZoneKind::Headline | ZoneKind::Body) && !told.overlaps(span);
        SentenceVector { span, vector, projection: if is_own { projection } else { Projection::default() } }
    };
    ArticleVectors {
        statements: article.statements.iter().map(|s| known(&s.content, &s.cue).unwrap_or_default()).collect(),
        sentences: text::sentences(&article.text).into_iter().map(sentence).collect(),
    }
}

/// Where statements' cues and contents stand.
struct Told {
    /// Where each piece begins, sorted, and the farthest end of it and all before it: pieces overlap one another.
    reach: Vec<(u32, u32)>,
}

impl Told {
    fn of(article: &Article) -> Self {
        let pieces = article.statements.iter().flat_map(|s| s.cue.iter().chain(&s.content));
        let mut reach: Vec<(u32, u32)> = pieces.map(|piece| (piece.start(), piece.end())).collect();
        reach.sort_unstable();
        let mut farthest = 0;
        for (_, end) in &mut reach {
            farthest = farthest.max(*end);
            *end = farthest;
        }
        Self { reach }
    }

    fn overlaps(&self, span: Span) -> bool {
        let before = self.reach.partition_point(|(start, _)| *start < span.end());
        before.checked_sub(1).and_then(|last| self.reach.get(last)).is_some_and(|(_, end)| *end > span.start())
    }
}
