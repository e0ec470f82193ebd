//! Scores mentions and which of them belong together: within an article, and across the articles of a story.
//!
//! In: an article's entities, gold and predicted. Out: counts for
//!
//! - `mentions`: the same span after blanks and punctuation at the edges are cut off;
//! - `entity-type`: among those, the share whose entity has the right type;
//! - `coreference`: MUC, B-cubed, CEAF-e and their mean, summed over articles ([`super::coreference`]);
//! - `actors`: B-cubed over all mentions of a story, grouped by actor. Mentions that only one side has add nothing to
//!   what is right and one to what is counted, as in the standard scorer. A predicted entity without an actor is one by
//!   itself. `actors-on-matched` counts only the mentions that both sides have.

use super::coreference::{Agreement, Groups, b_cubed, b_cubed_on_matched};
use super::scores::{Better, Counts, Figure, Overlap, Share};
use super::spans::Words;
use super::{Pair, PairedStory};
use model::{EntityType, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A mention: start, end, and which one it is of several entities with a mention at that very place.
pub type Key = (u32, u32, u32);

/// The mentions of an article by entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    /// Entity ids, in the order in which they are first met.
    pub ids: Vec<String>,
    /// Their mentions.
    pub mentions: Groups<Key>,
}

impl Entities {
    fn new<'a>(mentions: impl Iterator<Item = (&'a str, Span)>, words: &Words) -> Self {
        let mut entities = Self::default();
        let mut index: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut at_place: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for (id, span) in mentions {
            let entity = *index.entry(id).or_insert_with(|| {
                entities.ids.push(id.to_owned());
                entities.mentions.push(Vec::new());
                entities.ids.len() - 1
            });
            let place = words.trim(span);
            if seen.insert((entity, place)) {
                let nth = at_place.entry(place).or_default();
                if let Some(group) = entities.mentions.get_mut(entity) {
                    group.push((place.0, place.1, *nth));
                }
                *nth += 1;
            }
        }
        entities
    }

    /// What gold marks; `None` where the set marks no mentions.
    pub fn gold(pair: &Pair) -> Option<Self> {
        let mentions = pair.gold.mentions.as_ref()?;
        Some(Self::new(mentions.iter().map(|m| (m.entity.as_str(), m.span)), &pair.words))
    }

    /// What was predicted. Entities without mentions are left out.
    pub fn predicted(pair: &Pair) -> Self {
        let entities = pair.predicted.map(|article| article.entities.as_slice()).unwrap_or_default();
        let mentions = entities.iter().flat_map(|e| e.mentions.iter().map(|m| (e.id.as_str(), m.span)));
        Self::new(mentions, &pair.words)
    }

    fn entity_of(&self) -> BTreeMap<Key, usize> {
        let groups = self.mentions.iter().enumerate();
        groups.flat_map(|(entity, group)| group.iter().map(move |&mention| (mention, entity))).collect()
    }
}

/// Counts over articles and stories.
#[derive(Clone, Debug, Default)]
pub struct MentionCounts {
    mentions: Overlap,
    entity_type: Share,
    agreement: Agreement,
    actors: Overlap,
    actors_on_matched: Overlap,
}

impl MentionCounts {
    /// Counts one story; `across` tells whether actors were made.
    pub fn add(&mut self, story: &PairedStory, across: bool) {
        let types: BTreeMap<&str, EntityType> =
            story.gold.entities.iter().filter_map(|e| Some((e.id.as_str(), e.kind?))).collect();
        let mut gold_actors: BTreeMap<&str, Vec<(usize, Key)>> = BTreeMap::new();
        let mut predicted_actors: BTreeMap<(usize, &str), Vec<(usize, Key)>> = BTreeMap::new();
        let both: Vec<(Entities, Entities)> = story
            .articles
            .iter()
            .map(|pair| (Entities::gold(pair).unwrap_or_default(), Entities::predicted(pair)))
            .collect();
        for (number, (pair, (gold, predicted))) in story.articles.iter().zip(&both).enumerate() {
            if pair.gold.mentions.is_none() {
                continue;
            }
            self.add_article(pair, gold, predicted, &types);
            for (id, mentions) in gold.ids.iter().zip(&gold.mentions) {
                gold_actors.entry(id).or_default().extend(mentions.iter().map(|&m| (number, m)));
            }
            let entities = pair.predicted.map(|article| article.entities.as_slice()).unwrap_or_default();
            let actors: BTreeMap<&str, &str> =
                entities.iter().filter_map(|e| Some((e.id.as_str(), e.actor.as_deref()?))).collect();
            for (id, mentions) in predicted.ids.iter().zip(&predicted.mentions) {
                // Number 0 for actors; an entity without one stays apart under its article's number.
                let key = actors.get(id.as_str()).map_or((number + 1, id.as_str()), |&actor| (0, actor));
                predicted_actors.entry(key).or_default().extend(mentions.iter().map(|&m| (number, m)));
            }
        }
        if across && story.gold.is_across_articles() {
            let gold: Groups<_> = gold_actors.into_values().collect();
            let predicted: Groups<_> = predicted_actors.into_values().collect();
            self.actors.add(b_cubed(&gold, &predicted));
            self.actors_on_matched.add(b_cubed_on_matched(&gold, &predicted));
        }
    }

    fn add_article(&mut self, pair: &Pair, gold: &Entities, predicted: &Entities, types: &BTreeMap<&str, EntityType>) {
        let (in_gold, in_predicted) = (gold.entity_of(), predicted.entity_of());
        let shared: Vec<Key> = in_gold.keys().filter(|mention| in_predicted.contains_key(mention)).copied().collect();
        self.mentions.add(Overlap::of(shared.len(), in_gold.len(), in_predicted.len()));
        self.agreement.add(Agreement::of(&gold.mentions, &predicted.mentions));
        let entities = pair.predicted.map(|article| article.entities.as_slice()).unwrap_or_default();
        let kinds: BTreeMap<&str, EntityType> = entities.iter().map(|e| (e.id.as_str(), e.kind)).collect();
        for mention in shared {
            let id = |entity: Option<&usize>, ids: &[String]| entity.and_then(|&e| ids.get(e)).cloned();
            let (Some(g), Some(p)) =
                (id(in_gold.get(&mention), &gold.ids), id(in_predicted.get(&mention), &predicted.ids))
            else {
                continue;
            };
            if let (Some(gold), Some(predicted)) = (types.get(g.as_str()), kinds.get(p.as_str())) {
                self.entity_type.count(gold == predicted);
            }
        }
    }

    /// The figures; none where the set marks no mentions.
    pub fn figures(&self) -> Vec<Figure> {
        if self.mentions.gold == 0.0 {
            return Vec::new();
        }
        let layer = "mentions and coreference";
        let Agreement { muc, b_cubed, ceaf } = &self.agreement;
        let mean = Figure {
            name: "coreference",
            layer,
            value: self.agreement.mean().map(|mean| 100.0 * mean),
            better: Better::Higher,
            counts: Counts::Mean { mean_of: ["muc", "b-cubed", "ceaf-e"] },
        };
        let mut figures = vec![
            self.mentions.figure(layer, "mentions"),
            muc.figure(layer, "muc"),
            b_cubed.figure(layer, "b-cubed"),
            ceaf.figure(layer, "ceaf-e"),
            mean,
        ];
        if self.actors.gold > 0.0 {
            figures.push(self.actors.figure("actors across articles (B-cubed)", "actors"));
            figures.push(self.actors_on_matched.figure("actors across articles (B-cubed)", "actors-on-matched"));
        }
        figures.push(self.entity_type.figure("mentions, among the right ones", "entity-type", Better::Higher));
        figures
    }
}
