//! Scores text taken over from one article by another.
//!
//! Gold says which article took over from which, not where. So *reprinted* is, in gold, a sentence of the copy of which at
//! least four fifths of the words stand, in order, within a stretch of the source of at most one and a half times its
//! length; what was predicted is a sentence of which at least three fifths of the words lie in `passages.to` of reprints.
//!
//! - `reprinted-sentences`: precision and recall of the two over all sentences of the story set, with five words or more
//!   and outside credits and boilerplate.
//! - `reprint-pairs`: pairs of articles of which one took over from the other, whichever way round.

use super::gold::GoldArticle;
use super::scores::{Figure, Overlap};
use super::{Pair, PairedStory};
use model::{Analysis, Reprint, Span, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};

/// Part of a sentence's words that must stand in the source, in order: light edits are welcome in the story sets.
const COPIED_WORDS: f64 = 0.8;
/// Longest stretch of the source that one sentence may be spread over, in lengths of the sentence.
const LONGEST_STRETCH: f64 = 1.5;
/// Part of a sentence's words that predicted passages must cover.
const COVERED_WORDS: f64 = 0.6;
/// Shorter sentences are alike by chance (`He declined to comment`) and are left out on both sides.
const FEWEST_WORDS: usize = 5;

/// Counts over stories.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReprintCounts {
    sentences: Overlap,
    pairs: Overlap,
    is_marked: bool,
}

impl ReprintCounts {
    /// Counts a set.
    pub fn of(stories: &[PairedStory], analysis: &Analysis) -> Self {
        let mut counts = Self::default();
        let mut to: BTreeMap<&str, Vec<&Reprint>> = BTreeMap::new();
        analysis.reprints.iter().for_each(|reprint| to.entry(&reprint.to).or_default().push(reprint));
        // Predicted ids, which may differ from gold's, to gold's.
        let gold_id: BTreeMap<&str, &str> = stories
            .iter()
            .flat_map(|story| &story.articles)
            .filter_map(|pair| Some((pair.predicted?.id.as_str(), pair.gold.id.as_str())))
            .collect();
        let mut gold_pairs = BTreeSet::new();
        for story in stories {
            for pair in story.articles.iter().filter(|pair| pair.gold.reprints.is_some()) {
                counts.is_marked = true;
                let sources: Vec<&Pair> = sources(story, pair.gold).collect();
                gold_pairs.extend(sources.iter().map(|source| unordered(&pair.gold.id, &source.gold.id)));
                let reprints =
                    pair.predicted.and_then(|p| to.get(p.id.as_str())).map(Vec::as_slice).unwrap_or_default();
                counts.add_article(pair, &sources, reprints);
            }
        }
        let known = |id: &str| gold_id.get(id).copied();
        let predicted: BTreeSet<_> =
            analysis.reprints.iter().filter_map(|r| Some(unordered(known(&r.from)?, known(&r.to)?))).collect();
        let right = gold_pairs.intersection(&predicted).count();
        counts.pairs = Overlap::of(right, gold_pairs.len(), predicted.len());
        counts
    }

    fn add_article(&mut self, pair: &Pair, sources: &[&Pair], reprints: &[&Reprint]) {
        let copy = pair.words.all_words();
        let sources: Vec<Vec<String>> =
            sources.iter().map(|s| s.words.all_words().into_iter().map(|(_, word)| word).collect()).collect();
        let covered: Vec<Span> = reprints.iter().flat_map(|r| r.passages.iter().map(|p| p.to)).collect();
        for sentence in text::sentences(&pair.gold.text) {
            let from = copy.partition_point(|(start, _)| *start < sentence.start());
            let to = copy.partition_point(|(start, _)| *start < sentence.end());
            let words = copy.get(from..to).unwrap_or_default();
            if words.len() < FEWEST_WORDS || is_left_out(pair.gold, sentence) {
                continue;
            }
            let only_words: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
            let gold = sources.iter().any(|source| stands_in(&only_words, source));
            let inside = |at: u32| covered.iter().any(|span| span.start() <= at && at < span.end());
            let hit = words.iter().filter(|(start, _)| inside(*start)).count();
            let predicted = hit as f64 >= COVERED_WORDS * words.len() as f64;
            self.sentences.add(Overlap::of(usize::from(gold && predicted), usize::from(gold), usize::from(predicted)));
        }
    }

    /// The figures; none where the set does not say what was taken over.
    pub fn figures(&self) -> Vec<Figure> {
        if !self.is_marked {
            return Vec::new();
        }
        let layer = "reprints";
        vec![self.sentences.figure(layer, "reprinted-sentences"), self.pairs.figure(layer, "reprint-pairs")]
    }
}

fn sources<'a, 's>(story: &'s PairedStory<'a>, copy: &'s GoldArticle) -> impl Iterator<Item = &'s Pair<'a>> {
    let named = move |id: &str| copy.reprints.iter().flatten().any(|reprint| reprint.of == id);
    story.articles.iter().filter(move |other| other.gold.id != copy.id && named(other.gold.short_id()))
}

fn unordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    (a.min(b), a.max(b))
}

fn is_left_out(article: &GoldArticle, sentence: Span) -> bool {
    let mut zones = article.zones.iter().filter(|zone| zone.span.overlaps(sentence));
    zones.any(|zone| matches!(zone.kind, ZoneKind::Credit | ZoneKind::Boilerplate))
}

/// Whether enough of the words stand in one stretch of the source, in order.
fn stands_in(words: &[&str], source: &[String]) -> bool {
    let needed = (COPIED_WORDS * words.len() as f64).ceil() as usize;
    let stretch = (LONGEST_STRETCH * words.len() as f64).ceil() as usize;
    let mut wanted: BTreeMap<&str, isize> = BTreeMap::new();
    words.iter().for_each(|word| *wanted.entry(word).or_default() += 1);
    // Words shared without regard to order are at least as many, and cheap to count as the stretch moves on.
    let mut shared = 0_usize;
    for (end, word) in source.iter().enumerate() {
        if let Some(left) = wanted.get_mut(word.as_str()) {
            *left -= 1;
            shared += usize::from(*left >= 0);
        }
        let gone = end.checked_sub(stretch).and_then(|at| source.get(at));
        if let Some(left) = gone.and_then(|gone| wanted.get_mut(gone.as_str())) {
            shared -= usize::from(*left >= 0);
            *left += 1;
        }
        // The last word of the best stretch is one of the sentence's, so other ends need no look.
        if shared >= needed && wanted.contains_key(word.as_str()) {
            let start = (end + 1).saturating_sub(stretch);
            if in_order(words, source.get(start..=end).unwrap_or_default()) >= needed {
                return true;
            }
        }
    }
    false
}

/// Most words that both have in the same order.
fn in_order(words: &[&str], stretch: &[String]) -> usize {
    let mut best = vec![0; stretch.len() + 1];
    for word in words {
        let mut diagonal = 0;
        for (at, other) in stretch.iter().enumerate() {
            let above = best.get(at + 1).copied().unwrap_or(0);
            let left = best.get(at).copied().unwrap_or(0);
            let here = if other == word { diagonal + 1 } else { above.max(left) };
            if let Some(cell) = best.get_mut(at + 1) {
                *cell = here;
            }
            diagonal = above;
        }
    }
    best.last().copied().unwrap_or(0)
}

/// The sentences of a text that stand in another, as gold counts them.
#[cfg(test)]
pub(super) fn copied_sentences(copy: &str, source: &str) -> Vec<Span> {
    let (copy_words, source) = (super::spans::Words::new(copy), super::spans::Words::new(source));
    let source: Vec<String> = source.all_words().into_iter().map(|(_, word)| word).collect();
    let is_copied = |span: &Span| {
        let words: Vec<String> = copy_words.cased_words_in(*span).iter().map(|word| word.to_lowercase()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.len() >= FEWEST_WORDS && stands_in(&words, &source)
    };
    text::sentences(copy).into_iter().filter(is_copied).collect()
}

#[cfg(test)]
mod tests {
    use super::stands_in;

    fn check(sentence: &str, source: &str) -> bool {
        let words: Vec<&str> = sentence.split(' ').collect();
        let source: Vec<String> = source.split(' ').map(str::to_owned).collect();
        stands_in(&words, &source)
    }

    #[test]
    fn a_lightly_edited_sentence_is_reprinted() {
        let source = "the mayor spoke late the union said the water had been brown for ten days and nobody came to look at it then";
        assert!(check("the union said the water had been brown for ten days", source));
        assert!(check("the union said that the water was brown for ten days", source));
        assert!(check("the water had been brown for ten days and nobody came", source));
    }

    #[test]
    fn the_same_words_in_another_order_or_far_apart_are_none() {
        let source = "ten days for brown been had water the said union the";
        assert!(!check("the union said the water had been brown for ten days", source));
        let scattered = "the a b c d union e f g h said i j k l the m n o p water q r s t had u v w x been";
        assert!(!check("the union said the water had been", scattered));
    }
}
