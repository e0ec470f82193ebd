//! Where the tellings of a claim stand, by CONTRACT's table; never what is true.

use model::{Origin, Verdict};

/// The verdict from the origins of both sides. Origins hold only what commits somebody (see [`crate::origins`]), so a claim
/// that is only questioned, predicted, hedged or negated has none. `contradicted`: a claim that cannot be true together with it is asserted.
pub(crate) fn verdict_of(assertions: &[Origin], denials: &[Origin], contradicted: bool) -> Verdict {
    match (assertions.len(), denials.is_empty() && !contradicted) {
        (0, _) if denials.is_empty() => Verdict::Open,
        (0, _) => Verdict::Denied,
        (_, false) => Verdict::Disputed,
        (1, true) => Verdict::Single,
        _ => Verdict::Agreed,
    }
}
