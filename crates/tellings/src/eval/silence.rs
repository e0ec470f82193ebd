//! Scores what must not come out: statements where nobody says anything.
//!
//! In: predicted statements of an article. Out: counts for
//!
//! - `boilerplate-statements`: share of the predicted statements whose cue (or content, without a cue) begins in what gold
//!   marks as boilerplate or credit: newsletter calls, comment forms, share lines. Less is better;
//! - `negatives`: share of the places that gold names as no statement in which a predicted one has its cue.

use super::Pair;
use super::scores::{Better, Figure, Share};
use model::{Span, Statement, ZoneKind};

/// Counts over articles.
#[derive(Clone, Copy, Debug, Default)]
pub struct SilenceCounts {
    boilerplate: Share,
    negatives: Share,
    has_zones: bool,
}

impl SilenceCounts {
    /// Counts one article; nothing where the set marks neither zones nor negatives.
    pub fn add(&mut self, pair: &Pair) {
        let places: Vec<Span> = pair.statements.predicted.iter().filter_map(place).collect();
        let is_outside = |kind| matches!(kind, ZoneKind::Boilerplate | ZoneKind::Credit);
        let outside: Vec<Span> =
            pair.gold.zones.iter().filter(|zone| is_outside(zone.kind)).map(|zone| zone.span).collect();
        if !pair.gold.zones.is_empty() {
            self.has_zones = true;
            for at in &places {
                self.boilerplate
                    .count(outside.iter().any(|zone| zone.start() <= at.start() && at.start() < zone.end()));
            }
        }
        for negative in &pair.gold.negatives {
            self.negatives.count(places.iter().any(|at| negative.contains(*at)));
        }
    }

    /// The figures.
    pub fn figures(&self) -> Vec<Figure> {
        let layer = "what must not come out";
        let mut figures = Vec::new();
        if self.has_zones {
            figures.push(self.boilerplate.figure(layer, "boilerplate-statements", Better::Lower));
        }
        if self.negatives.of > 0.0 {
            figures.push(self.negatives.figure(layer, "negatives", Better::Lower));
        }
        figures
    }
}

/// Where a statement is said to be made: its cue, or its content without one.
fn place(statement: &Statement) -> Option<Span> {
    statement.cue.first().or(statement.content.first()).copied()
}
