//! What knowledge says of an entity, by the votes of its names.

use super::record::{Link, Record};
use crate::knowledge::{Knowledge, Sense};
use model::EntityType;
use std::collections::BTreeMap;

/// What knowledge says, by the names' votes.
pub(crate) fn link(record: &Record, knowledge: &Knowledge) -> Option<Link> {
    let mut votes: BTreeMap<(bool, String), (u32, Link)> = BTreeMap::new();
    for name in &record.names {
        let key = name.words.join(" ");
        let mut found = knowledge.find_key(&key);
        if found.is_empty() {
            found = knowledge.find(&name.text);
        }
        for known in found {
            let fits = match known.sense {
                Sense::User => true,
                Sense::Name | Sense::People => match known.kind {
                    EntityType::State => {
                        matches!(record.kind, EntityType::State | EntityType::Place | EntityType::Organisation)
                            || (record.kind == EntityType::Group && known.sense == Sense::People)
                    }
                    _ => !matches!(
                        record.kind,
                        EntityType::Person | EntityType::State | EntityType::Place | EntityType::Anonymous
                    ),
                },
                // a capital or a people's adjective is the state only where the article means the state
                Sense::Capital | Sense::Adjective => record.kind == EntityType::State,
                Sense::Seat => matches!(
                    record.kind,
                    EntityType::State | EntityType::Organisation | EntityType::Place | EntityType::Group
                ),
                Sense::Official => record.kind == EntityType::Person && name.words.len() > 1,
            };
            // of the many meanings of a short name none is sure
            if !fits
                || (known.kind == EntityType::State
                    && known.sense == Sense::Name
                    && key == "us"
                    && name.text.chars().any(char::is_lowercase))
            {
                continue;
            }
            let (target, kind) = match (known.sense, record.kind, &known.part_of) {
                (Sense::Seat, EntityType::State, Some(owner)) => (owner.clone(), EntityType::State),
                _ => (known.name.clone(), known.kind),
            };
            let why = match known.sense {
                Sense::User => format!("“{}” is in the table of actors", name.text),
                Sense::Name => format!("“{}” is a name of {target}", name.text),
                Sense::People | Sense::Adjective => format!("“{}” are the people of {target}", name.text),
                Sense::Capital => format!("“{}” is the capital of {target}", name.text),
                Sense::Seat => {
                    format!("“{}” is a seat of power of {}", name.text, known.part_of.as_deref().unwrap_or(&target))
                }
                Sense::Official => format!("“{}” is in the table of office holders", name.text),
            };
            let weight = name.count * if known.sense <= Sense::Adjective || known.sense == Sense::User { 3 } else { 1 };
            let part_of = if kind == EntityType::State { None } else { known.part_of.clone() };
            let entry = votes
                .entry((known.sense != Sense::User, target.clone()))
                .or_insert((0, Link { name: target, kind, part_of, why }));
            entry.0 += weight;
        }
    }
    votes
        .into_iter()
        .max_by(|a, b| (!a.0.0, a.1.0).cmp(&(!b.0.0, b.1.0)).then(b.0.1.cmp(&a.0.1)))
        .map(|(_, (_, link))| link)
}
