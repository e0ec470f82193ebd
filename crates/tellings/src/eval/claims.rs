//! Scores claims: stance, verdict and origins of the predicted claims that meet gold claims.
//!
//! In: the numbered statements of a set, its gold claims, the predicted claims. Out: counts.
//!
//! A gold and a predicted claim are *aligned* where they share found statements: one to one, most shared first, then the
//! larger part of both, then the earlier ones. Gold claims that only an outlet's own voice makes are left out: they have no
//! statement to be met by.
//!
//! - `claims-aligned`: gold claims with an aligned one.
//! - `stance`: over the shared statements of aligned claims that share two or more, after the better of two readings of the
//!   predicted claim: as it is worded, or its opposite (asserts and denies exchanged). A claim's text may be either, and one
//!   shared statement alone would always be right. `stance-as-worded` does not exchange.
//! - `stance-pairs`: pairs of statements that share a gold and a predicted claim: whether gold and prediction agree that the
//!   two stand alike, or not. Needs no reading of the claim's text.
//! - `verdict`, `origins`: over aligned claims, the same verdict, the same number of origins. `verdict-all` is over all gold
//!   claims: one without an aligned claim is wrong.

use super::PairedStory;
use super::gold::GoldClaim;
use super::grouping::{Index, PairCounts};
use super::scores::{Better, Figure, Share};
use model::{Analysis, Claim, Stance, StatementRef};
use std::collections::{BTreeMap, BTreeSet};

/// Aligned claims that share fewer statements say nothing about stance.
const FEWEST_FOR_STANCE: usize = 2;

/// Counts over a set.
#[derive(Clone, Debug, Default)]
pub struct ClaimCounts {
    pairs: PairCounts,
    aligned: Share,
    stance: Share,
    stance_as_worded: Share,
    stance_pairs: Share,
    verdict: Share,
    verdict_all: Share,
    origins: Share,
}

/// A claim's found statements (by gold number) and their stance.
type Stances = BTreeMap<usize, Stance>;

impl ClaimCounts {
    /// Counts a set.
    pub fn of(stories: &[PairedStory], index: &Index, analysis: &Analysis) -> Self {
        let gold = gold_claims(stories, index);
        let predicted: Vec<(&Claim, Stances)> =
            analysis.claims.iter().map(|c| (c, predicted_stances(c, index))).collect();
        let mut counts = Self { pairs: pair_counts(index, analysis), ..Self::default() };
        let aligned = align(&gold, &predicted);
        for (number, (claim, stances)) in gold.iter().enumerate() {
            let other = aligned.get(&number).and_then(|&p| predicted.get(p));
            counts.aligned.count(other.is_some());
            counts.verdict_all.count(other.is_some_and(|(p, _)| p.verdict == claim.verdict));
            let Some((p, predicted_stances)) = other else { continue };
            counts.verdict.count(p.verdict == claim.verdict);
            counts.origins.count(p.origins.len() == claim.origins);
            counts.add_stances(stances, predicted_stances);
        }
        for (_, stances) in &gold {
            counts.stance_pairs.add(alike(stances, predicted.iter().map(|(_, others)| others)));
        }
        counts
    }

    fn add_stances(&mut self, gold: &Stances, predicted: &Stances) {
        let shared = shared(gold, predicted);
        if shared.len() < FEWEST_FOR_STANCE {
            return;
        }
        let of = shared.len() as f64;
        let as_worded = shared.iter().filter(|(g, p)| g == p).count() as f64;
        let opposite = shared.iter().filter(|(g, p)| *g == exchanged(*p)).count() as f64;
        self.stance_as_worded.add(Share { right: as_worded, of });
        self.stance.add(Share { right: as_worded.max(opposite), of });
    }

    /// The figures; none where gold has no claims.
    pub fn figures(&self) -> Vec<Figure> {
        if self.aligned.of == 0.0 {
            return Vec::new();
        }
        let mut figures =
            self.pairs.figures("claims (pairs of statements)", ["claims", "claims-given-found", "claim-pairs-ignored"]);
        let shares = [
            ("claims-aligned", self.aligned),
            ("stance", self.stance),
            ("stance-as-worded", self.stance_as_worded),
            ("stance-pairs", self.stance_pairs),
            ("verdict", self.verdict),
            ("verdict-all", self.verdict_all),
            ("origins", self.origins),
        ];
        figures.extend(shares.map(|(name, share)| share.figure("claims", name, Better::Higher)));
        figures
    }
}

fn pair_counts(index: &Index, analysis: &Analysis) -> PairCounts {
    let gold = index.gold_groups(|statement| {
        let ids: BTreeSet<&str> = statement.claims.iter().map(|(id, _)| id.as_str()).collect();
        ids.into_iter().collect()
    });
    let refs = |claim: &Claim| -> Vec<StatementRef> {
        let statements = claim.statements.iter();
        statements.map(|s| StatementRef { article: s.article.clone(), statement: s.statement.clone() }).collect()
    };
    let predicted: Vec<_> = analysis.claims.iter().map(|claim| index.predicted_group(&refs(claim))).collect();
    PairCounts::of(&gold, &predicted, &index.found)
}

/// All gold claims with the stances of their found statements; the first stance where a statement has two.
fn gold_claims<'a>(stories: &[PairedStory<'a>], index: &Index) -> Vec<(&'a GoldClaim, Stances)> {
    let has_statement: BTreeSet<(usize, &str)> =
        index.gold.iter().flat_map(|(story, s)| s.claims.iter().map(|(id, _)| (*story, id.as_str()))).collect();
    let mut claims = Vec::new();
    let mut place: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (story, paired) in stories.iter().enumerate() {
        for claim in paired.gold.claims.iter().flatten().filter(|c| has_statement.contains(&(story, c.id.as_str()))) {
            place.insert((story, &claim.id), claims.len());
            claims.push((claim, Stances::new()));
        }
    }
    for (number, (story, statement)) in
        index.gold.iter().enumerate().filter(|(n, _)| index.found.get(*n) == Some(&true))
    {
        for (id, stance) in &statement.claims {
            if let Some((_, stances)) = place.get(&(*story, id.as_str())).and_then(|&at| claims.get_mut(at)) {
                stances.entry(number).or_insert(*stance);
            }
        }
    }
    claims
}

fn predicted_stances(claim: &Claim, index: &Index) -> Stances {
    let mut stances = Stances::new();
    for statement in &claim.statements {
        if let Some(number) = index.number(&statement.article, &statement.statement) {
            stances.entry(number).or_insert(statement.stance);
        }
    }
    stances
}

/// Gold claims with their aligned predicted claims, by number.
fn align(gold: &[(&GoldClaim, Stances)], predicted: &[(&Claim, Stances)]) -> BTreeMap<usize, usize> {
    let mut of_statement: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (p, (_, stances)) in predicted.iter().enumerate() {
        stances.keys().for_each(|&number| of_statement.entry(number).or_default().push(p));
    }
    let mut candidates = Vec::new();
    for (g, (_, stances)) in gold.iter().enumerate() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for p in stances.keys().filter_map(|number| of_statement.get(number)).flatten() {
            *counts.entry(*p).or_default() += 1;
        }
        for (p, both) in counts {
            let size = predicted.get(p).map_or(0, |(claim, _)| claim.statements.len());
            let part = both as f64 / (stances.len() + size).saturating_sub(both).max(1) as f64;
            candidates.push((both, part, g, p));
        }
    }
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let mut aligned = BTreeMap::new();
    let mut used = BTreeSet::new();
    for (_, _, g, p) in candidates {
        if !aligned.contains_key(&g) && used.insert(p) {
            aligned.insert(g, p);
        }
    }
    aligned
}

fn shared(gold: &Stances, predicted: &Stances) -> Vec<(Stance, Stance)> {
    gold.iter().filter_map(|(number, stance)| Some((*stance, *predicted.get(number)?))).collect()
}

fn exchanged(stance: Stance) -> Stance {
    match stance {
        Stance::Asserts => Stance::Denies,
        Stance::Denies => Stance::Asserts,
        Stance::Questions => Stance::Questions,
    }
}

/// Pairs of statements that a gold and a predicted claim share: do they agree whether the two stand alike? A pair that
/// several predicted claims have is right where one of them agrees.
fn alike<'p>(gold: &Stances, predicted: impl Iterator<Item = &'p Stances>) -> Share {
    let mut agreed: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    for predicted in predicted {
        let shared: Vec<_> = gold.iter().filter_map(|(n, g)| Some((*n, *g, *predicted.get(n)?))).collect();
        for (at, (a, g, p)) in shared.iter().enumerate() {
            for (b, other_g, other_p) in shared.iter().take(at) {
                *agreed.entry((*b, *a)).or_default() |= (g == other_g) == (p == other_p);
            }
        }
    }
    let mut share = Share::default();
    agreed.values().for_each(|&is_right| share.count(is_right));
    share
}

#[cfg(test)]
mod tests {
    use super::{ClaimCounts, Stances, alike, exchanged};
    use model::Stance::{Asserts, Denies, Questions};

    fn stances(list: &[(usize, model::Stance)]) -> Stances {
        list.iter().copied().collect()
    }

    #[test]
    fn the_opposite_proposition_is_right_after_exchange_and_wrong_as_worded() {
        let gold = stances(&[(0, Asserts), (1, Denies), (2, Denies), (3, Questions)]);
        let predicted: Stances = gold.iter().map(|(&n, &s)| (n, exchanged(s))).collect();
        let mut counts = ClaimCounts::default();
        counts.add_stances(&gold, &predicted);
        assert_eq!((counts.stance.right, counts.stance.of), (4.0, 4.0));
        assert_eq!(counts.stance_as_worded.right, 1.0);
        assert_eq!(alike(&gold, [&predicted].into_iter()).right, 6.0);
    }

    #[test]
    fn one_shared_statement_says_nothing_about_stance() {
        let mut counts = ClaimCounts::default();
        counts.add_stances(&stances(&[(0, Asserts), (1, Denies)]), &stances(&[(0, Denies), (9, Asserts)]));
        assert_eq!(counts.stance.of, 0.0);
    }

    #[test]
    fn one_wrong_stance_costs_the_pairs_it_is_in() {
        let predicted = stances(&[(0, Asserts), (1, Denies), (2, Denies)]);
        let share = alike(&stances(&[(0, Asserts), (1, Asserts), (2, Denies)]), [&predicted].into_iter());
        assert_eq!((share.right, share.of), (1.0, 3.0));
    }
}
