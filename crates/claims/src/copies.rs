//! Which statements stand in copied text, and of which statement they are the copy.
//!
//! In: the reprints. Out: [`Copies`], which answers for any two statements whether one is the other in copied text.

use crate::corpus::{At, Corpus};
use model::{Reprint, Span};
use std::collections::BTreeMap;

/// The passages of all reprints by the two articles.
#[derive(Default)]
pub(crate) struct Copies {
    /// By number of the copy, then of the original.
    passages: BTreeMap<(usize, usize), Vec<(Span, Span)>>,
    /// All copied spans of an article.
    spans: BTreeMap<usize, Vec<Span>>,
}

impl Copies {
    pub(crate) fn new(corpus: &Corpus<'_>, reprints: &[Reprint]) -> Self {
        let ids = corpus.articles.iter().enumerate().map(|(number, prepared)| (prepared.article.id.as_str(), number));
        let numbers: BTreeMap<&str, usize> = ids.collect();
        let mut copies = Self::default();
        for reprint in reprints {
            let (Some(from), Some(to)) = (numbers.get(reprint.from.as_str()), numbers.get(reprint.to.as_str())) else {
                continue;
            };
            let passages = reprint.passages.iter().map(|passage| (passage.to, passage.from));
            copies.spans.entry(*to).or_default().extend(reprint.passages.iter().map(|passage| passage.to));
            copies.passages.entry((*to, *from)).or_default().extend(passages);
        }
        copies
    }

    /// Whether a span lies mostly in text copied from elsewhere.
    pub(crate) fn is_copied(&self, article: usize, span: Span) -> bool {
        self.spans.get(&article).is_some_and(|spans| is_mostly_in(span, spans.iter().copied()))
    }

    /// Whether a statement's content is, in copied text, the content of another article's statement.
    pub(crate) fn is_copy(&self, corpus: &Corpus<'_>, at: At, original: At) -> bool {
        let Some(passages) = self.passages.get(&(at.article, original.article)) else { return false };
        let (Some(content), Some(source)) =
            (corpus.statement(at).content.first(), corpus.statement(original).content.first())
        else {
            return false;
        };
        // In the same passage, and as far into it as edits allow.
        passages.iter().any(|(to, from)| {
            let inside = to.overlap(*content) * 2 > content.length() && from.overlap(*source) * 2 > source.length();
            let (into, into_source) = (
                i64::from(content.start()) - i64::from(to.start()),
                i64::from(source.start()) - i64::from(from.start()),
            );
            inside && (into - into_source).abs() <= MOST_SHIFT
        })
    }
}

/// Code points by which small edits may shift a statement inside a copied passage.
const MOST_SHIFT: i64 = 60;

fn is_mostly_in(span: Span, spans: impl Iterator<Item = Span>) -> bool {
    spans.map(|other| other.overlap(span)).sum::<u32>() * 2 > span.length()
}
