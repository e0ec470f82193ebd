//! What the learned head takes a paragraph for: body, caption, boilerplate or credit.
//!
//! In: the trunk's vector of each paragraph's mark. Out: one guess a paragraph, for those whom the rules of reading left as body.

use model::{Span, ZoneKind};

/// The head's classes, in its order.
pub(crate) const CLASSES: [ZoneKind; 4] = [ZoneKind::Body, ZoneKind::Caption, ZoneKind::Boilerplate, ZoneKind::Credit];

/// What the head takes one paragraph for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneGuess {
    /// The paragraph.
    pub span: Span,
    /// Its likeliest kind.
    pub kind: ZoneKind,
    /// The probability of that kind, 0 to 1.
    pub probability: f32,
}

/// The guess from the head's scores of one paragraph.
pub(crate) fn guess(span: Span, scores: &[f32]) -> Option<ZoneGuess> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|s| (s - most).exp()).sum();
    let at = scores.iter().position(|&s| s == most)?;
    Some(ZoneGuess { span, kind: *CLASSES.get(at)?, probability: 1.0 / sum })
}
