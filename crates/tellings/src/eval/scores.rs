//! The figures of a scoring, with their counts: a table for people, JSON for machines.
//!
//! Every figure has a name that stays the same (`found`, `speaker`, `claims`), which `eval/floors.toml` uses.

use serde::Serialize;

/// All figures of one set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Name of the set.
    pub set: String,
    /// Gold stories.
    pub stories: usize,
    /// Gold articles.
    pub articles: usize,
    /// Gold articles for which nothing was predicted; each counts as an article without statements.
    pub articles_without_prediction: Vec<String>,
    /// Predicted articles that gold does not know; they count for nothing.
    pub predicted_articles_not_in_gold: usize,
    /// The figures, in the order of the table.
    pub figures: Vec<Figure>,
}

/// One figure, in percent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name in JSON and floors.
    pub name: &'static str,
    /// Heading of the table that it stands under.
    pub layer: &'static str,
    /// F1 or share in percent; `None` where nothing could be counted.
    pub value: Option<f64>,
    /// Which way is good.
    pub better: Better,
    /// What it was counted from.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Which way a figure is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better; the floor is the least allowed.
    Higher,
    /// Less is better; the floor is the most allowed.
    Lower,
    /// Neither: a count that explains another figure. It has no floor.
    Neither,
}

/// What a figure was counted from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Counts {
    /// Precision and recall in percent. For coreference `right` differs between the two sides.
    Overlap {
        /// Percent of what was predicted.
        precision: f64,
        /// Percent of what is in gold.
        recall: f64,
        /// Right among the predicted.
        right_predicted: f64,
        /// Right among gold.
        right_gold: f64,
        /// In gold.
        gold: f64,
        /// Predicted.
        predicted: f64,
    },
    /// A share of something.
    Share {
        /// Counted.
        right: f64,
        /// Out of.
        of: f64,
    },
    /// The mean of other figures.
    Mean {
        /// Their names.
        mean_of: [&'static str; 3],
    },
}

/// Right, gold and predicted of one measure, summed over articles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlap {
    /// Right among gold.
    pub right_gold: f64,
    /// In gold.
    pub gold: f64,
    /// Right among the predicted.
    pub right_predicted: f64,
    /// Predicted.
    pub predicted: f64,
}

impl Overlap {
    /// The same number is right on both sides.
    pub fn of(right: usize, gold: usize, predicted: usize) -> Self {
        let right = right as f64;
        Self { right_gold: right, gold: gold as f64, right_predicted: right, predicted: predicted as f64 }
    }

    /// Adds the counts of another article or story.
    pub fn add(&mut self, other: Self) {
        self.right_gold += other.right_gold;
        self.gold += other.gold;
        self.right_predicted += other.right_predicted;
        self.predicted += other.predicted;
    }

    /// Share of the predicted that is right; 1 where nothing was predicted and nothing is in gold.
    pub fn precision(self) -> f64 {
        if self.predicted > 0.0 { self.right_predicted / self.predicted } else { f64::from(self.gold == 0.0) }
    }

    /// Share of gold that is right; 1 where nothing is in gold and nothing was predicted.
    pub fn recall(self) -> f64 {
        if self.gold > 0.0 { self.right_gold / self.gold } else { f64::from(self.predicted == 0.0) }
    }

    /// Harmonic mean of the two.
    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    /// The figure of these counts.
    pub fn figure(self, layer: &'static str, name: &'static str) -> Figure {
        Figure {
            name,
            layer,
            value: (self.gold > 0.0 || self.predicted > 0.0).then(|| 100.0 * self.f1()),
            better: Better::Higher,
            counts: Counts::Overlap {
                precision: 100.0 * self.precision(),
                recall: 100.0 * self.recall(),
                right_predicted: self.right_predicted,
                right_gold: self.right_gold,
                gold: self.gold,
                predicted: self.predicted,
            },
        }
    }
}

/// Right out of some.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Counted.
    pub right: f64,
    /// Out of.
    pub of: f64,
}

impl Share {
    /// Counts one case.
    pub fn count(&mut self, is_right: bool) {
        self.right += f64::from(is_right);
        self.of += 1.0;
    }

    /// Adds the counts of another article or story.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.of += other.of;
    }

    /// The figure of these counts.
    pub fn figure(self, layer: &'static str, name: &'static str, better: Better) -> Figure {
        Figure {
            name,
            layer,
            value: (self.of > 0.0).then(|| 100.0 * self.right / self.of),
            better,
            counts: Counts::Share { right: self.right, of: self.of },
        }
    }
}

impl Scores {
    /// The value of a figure by name; `found.precision` and `found.recall` name the parts of an F1.
    pub fn value(&self, name: &str) -> Option<f64> {
        let (base, part) = name.split_once('.').map_or((name, None), |(base, part)| (base, Some(part)));
        let figure = self.figure(base)?;
        match (part, &figure.counts) {
            (None, _) => figure.value,
            (Some("precision"), Counts::Overlap { precision, .. }) => figure.value.map(|_| *precision),
            (Some("recall"), Counts::Overlap { recall, .. }) => figure.value.map(|_| *recall),
            _ => None,
        }
    }

    /// A figure by name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The table for people: one block for each layer, a line a figure.
    pub fn table(&self) -> String {
        let mut lines = vec![self.heading()];
        let mut layer = "";
        let mut shares = false;
        for figure in &self.figures {
            let is_share = matches!(figure.counts, Counts::Share { .. });
            if figure.layer != layer || is_share != shares {
                let title = if figure.layer == layer { "" } else { figure.layer };
                if !title.is_empty() {
                    lines.push(String::new());
                }
                lines.push(if is_share {
                    format!("{title:33}{:>7}{:>25}{:>9}", "share", "right", "of")
                } else {
                    format!(
                        "{title:33}{:>7}{:>8}{:>8}{:>9}{:>9}{:>9}",
                        "F1", "prec.", "recall", "right", "gold", "pred."
                    )
                });
                (layer, shares) = (figure.layer, is_share);
            }
            lines.push(row(figure));
        }
        lines.join("\n")
    }

    fn heading(&self) -> String {
        let mut line = format!("{}: {} articles", self.set, self.articles);
        if self.stories != self.articles {
            line.push_str(&format!(" in {} stories", self.stories));
        }
        if let Some(first) = self.articles_without_prediction.first() {
            line.push_str(&format!(
                ", {} without a prediction (first: {first})",
                self.articles_without_prediction.len()
            ));
        }
        if self.predicted_articles_not_in_gold > 0 {
            line.push_str(&format!(", {} predicted ones not in gold", self.predicted_articles_not_in_gold));
        }
        line
    }
}

fn row(figure: &Figure) -> String {
    let value = figure.value.map_or_else(|| "none".to_owned(), |value| format!("{value:.1}"));
    match &figure.counts {
        Counts::Overlap { precision, recall, right_gold, gold, predicted, .. } => format!(
            "{:33}{value:>7}{precision:8.1}{recall:8.1}{:>9}{:>9}{:>9}",
            figure.name,
            count(*right_gold),
            count(*gold),
            count(*predicted)
        ),
        Counts::Share { right, of } => format!("{:33}{value:>7}{:>25}{:>9}", figure.name, count(*right), count(*of)),
        Counts::Mean { mean_of } => format!("{:33}{value:>7}   mean of {}", figure.name, mean_of.join(", ")),
    }
}

/// Whole counts without a point, sums of parts with one digit.
fn count(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::{Better, Overlap, Scores, Share};

    fn scores() -> Scores {
        let mut acts = Share::default();
        acts.count(true);
        acts.count(false);
        Scores {
            set: "three".to_owned(),
            stories: 1,
            articles: 3,
            figures: vec![
                Overlap::of(6, 7, 8).figure("statements", "found"),
                acts.figure("statements", "act", Better::Higher),
                Share::default().figure("statements", "kind", Better::Higher),
            ],
            ..Scores::default()
        }
    }

    #[test]
    fn figures_are_found_by_name_and_part() {
        let scores = scores();
        assert_eq!(scores.value("found"), Some(80.0));
        assert_eq!(scores.value("found.precision"), Some(75.0));
        assert_eq!(scores.value("act"), Some(50.0));
        assert_eq!(scores.value("kind"), None);
        assert_eq!(scores.value("act.recall"), None);
    }

    #[test]
    fn the_table_says_what_each_figure_was_counted_from() {
        let table = scores().table();
        assert!(table.starts_with("three: 3 articles in 1 stories"), "{table}");
        assert!(
            table.lines().any(|line| line.split_whitespace().eq(["found", "80.0", "75.0", "85.7", "6", "7", "8"])),
            "{table}"
        );
        assert!(table.lines().any(|line| line.split_whitespace().eq(["kind", "none", "0", "0"])), "{table}");
    }

    #[test]
    fn nothing_to_find_and_nothing_predicted_is_no_figure() {
        assert_eq!(Overlap::default().figure("statements", "found").value, None);
        assert!((Overlap::default().f1() - 1.0).abs() < 1e-9);
    }
}
