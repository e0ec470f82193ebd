//! Adds what the learned head takes paragraphs for, where no rule of `read` has settled it.
//!
//! In: an article with the zones that are sure, and guesses. Out: captions, boilerplate and credits among the rest. A
//! paragraph stays body unless the head is sure: a statement lost with its paragraph is worse than a share line that is
//! read as text.

use model::{Article, Span, Zone, ZoneKind};
use statements::ZoneGuess;

/// A paragraph leaves the body only where the head gives another kind at least this probability.
const SURE: f32 = 0.8;

/// Adds a zone for each guess that is sure and that no zone covers.
pub fn add(article: &mut Article, guesses: &[ZoneGuess]) {
    let sure = guesses.iter().filter(|guess| guess.kind != ZoneKind::Body && guess.probability >= SURE);
    let new: Vec<Zone> = sure
        .filter(|guess| !is_settled(&article.zones, guess.span))
        .map(|guess| Zone { kind: guess.kind, span: guess.span })
        .collect();
    article.zones.extend(new);
    article.zones.sort_by_key(|zone| zone.span);
}

/// Whether a zone reaches into the span; zones are sorted and do not overlap.
fn is_settled(zones: &[Zone], span: Span) -> bool {
    let next = zones.partition_point(|zone| zone.span.end() <= span.start());
    zones.get(next).is_some_and(|zone| zone.span.overlaps(span))
}

#[cfg(test)]
mod tests {
    use super::add;
    use model::{Article, Span, Zone, ZoneKind};
    use statements::ZoneGuess;

    #[test]
    fn only_sure_guesses_about_open_paragraphs_are_taken() {
        let span = |start, end| Span::new(start, end).expect("in order");
        let guess = |start, end, kind, probability| ZoneGuess { span: span(start, end), kind, probability };
        let settled = Zone { kind: ZoneKind::Caption, span: span(10, 20) };
        let mut article = Article { zones: vec![settled.clone()], ..Article::default() };
        add(
            &mut article,
            &[
                guess(2, 8, ZoneKind::Boilerplate, 0.9),
                guess(10, 20, ZoneKind::Boilerplate, 0.99),
                guess(22, 28, ZoneKind::Credit, 0.6),
                guess(30, 38, ZoneKind::Body, 1.0),
                guess(40, 48, ZoneKind::Caption, f32::NAN),
            ],
        );
        assert_eq!(article.zones, [Zone { kind: ZoneKind::Boilerplate, span: span(2, 8) }, settled]);
    }
}
