//! What is known without any article: states with their capitals, peoples and seats of power, bodies, office holders.
//!
//! In: the tables of `knowledge/` (inside the binary) and a user's own (`--actors`). Out: [`Known`] for a name.
//! «the Kremlin» → Russia, a seat; «Venezuelans» → Venezuela, a people; «UNHCR» → a body.
//!
//! Nothing here is required: without tables, names are compared with each other only.

use crate::csv::rows;
use crate::words::{fold, is_definite, is_indefinite, words_of};
use model::{EntityType, Problem};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The actor's name.
    pub name: String,
    /// What it is.
    pub kind: EntityType,
    /// How the name means it.
    pub sense: Sense,
    /// The name of what it belongs to.
    pub part_of: Option<String>,
}

/// How a name means its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sense {
    /// It names it.
    Name,
    /// Its people stand for it.
    People,
    /// An adjective of it.
    Adjective,
    /// Its capital.
    Capital,
    /// A house or office from which it is governed.
    Seat,
    /// A person in its office.
    Official,
    /// The user says so.
    User,
}

#[derive(Debug, Default)]
struct Tables {
    names: HashMap<String, Vec<Known>>,
    heads: Vec<Head>,
}

#[derive(Debug)]
struct Head {
    state: String,
    office: String,
    name: String,
    from: String,
    to: String,
}

/// The tables.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    built_in: Option<Arc<Tables>>,
    user: Arc<Tables>,
}

static BUILT_IN: LazyLock<Arc<Tables>> = LazyLock::new(|| Arc::new(Tables::built_in()));

/// A name for looking up: folded words without a leading article.
pub(crate) fn key(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let words = words_of(&letters);
    let skip = words.len() > 1 && words.first().is_some_and(|w| is_definite(&w.folded) || is_indefinite(&w.folded));
    words.iter().skip(usize::from(skip)).map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" ")
}

impl Knowledge {
    /// The tables inside the binary.
    pub fn built_in() -> Self {
        Self { built_in: Some(Arc::clone(&BUILT_IN)), user: Arc::default() }
    }

    /// No tables at all.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a user's table: `name,type,aliases,part_of,from,to`, aliases between `|`. Rows that cannot be read are named.
    #[must_use]
    pub fn with_user(&self, table: &str) -> (Self, Vec<Problem>) {
        let mut tables = Tables::default();
        let mut problems = Vec::new();
        for (n, row) in rows(table).into_iter().enumerate() {
            let cell = |k: usize| row.get(k).map_or("", |c| c.trim());
            if n == 0 && fold(cell(0)) == "name" {
                continue;
            }
            let kind = if cell(1).is_empty() { Some(EntityType::Person) } else { kind_of(cell(1)) };
            let (Some(kind), false) = (kind, key(cell(0)).is_empty()) else {
                problems.push(Problem {
                    code: "actors-row".into(),
                    message: format!(
                        "row {} of the actors table has no name or the unknown type “{}”; types are person, organisation, state, \
                         place, group, document, channel",
                        n + 1,
                        cell(1)
                    ),
                    path: None,
                });
                continue;
            };
            let known = Known {
                name: cell(0).to_owned(),
                kind,
                sense: Sense::User,
                part_of: (!cell(3).is_empty()).then(|| cell(3).to_owned()),
            };
            for alias in std::iter::once(cell(0)).chain(cell(2).split('|')) {
                tables.add(alias, known.clone());
            }
        }
        (Self { built_in: self.built_in.clone(), user: Arc::new(tables) }, problems)
    }

    /// What a name means; the user's own meaning comes first.
    pub fn find(&self, name: &str) -> Vec<&Known> {
        self.find_key(&key(name))
    }

    pub(crate) fn find_key(&self, key: &str) -> Vec<&Known> {
        let own = self.user.names.get(key).into_iter().flatten();
        let built_in = self.built_in.iter().flat_map(|t| t.names.get(key).into_iter().flatten());
        own.chain(built_in).collect()
    }

    /// The state that a name, people, adjective or capital belongs to.
    pub fn state(&self, name: &str) -> Option<&Known> {
        self.find(name).into_iter().find(|k| k.kind == EntityType::State && k.sense != Sense::Seat)
    }

    /// Who held an office of a state on a day (ISO date); `None` where the tables do not say, or name several.
    pub fn holder(&self, state: &str, office: &str, day: &str) -> Option<&str> {
        let tables = self.built_in.as_ref()?;
        let mut found = tables.heads.iter().filter(|h| {
            h.state == state
                && h.office == office
                && !h.from.is_empty()
                && h.from.as_str() <= day
                && (h.to.is_empty() || day < h.to.as_str())
        });
        let first = found.next()?;
        found.all(|h| h.name == first.name).then_some(first.name.as_str())
    }
}

fn kind_of(word: &str) -> Option<EntityType> {
    Some(match fold(word).as_str() {
        "person" => EntityType::Person,
        "organisation" | "organization" => EntityType::Organisation,
        "state" | "country" => EntityType::State,
        "place" => EntityType::Place,
        "group" => EntityType::Group,
        "document" => EntityType::Document,
        "channel" => EntityType::Channel,
        "anonymous" => EntityType::Anonymous,
        _ => return None,
    })
}

impl Tables {
    fn add(&mut self, name: &str, known: Known) {
        let key = key(name);
        if key.is_empty() {
            return;
        }
        let all = self.names.entry(key).or_default();
        if !all.iter().any(|k| k.name == known.name && k.sense == known.sense) {
            all.push(known);
        }
    }

    fn built_in() -> Self {
        let mut out = Self::default();
        let body = |text: &'static str| rows(text).into_iter().skip(1);
        let cell = |row: &[String], k: usize| row.get(k).map_or(String::new(), |c| c.trim().to_owned());
        let parts = |text: &str| {
            text.split('|').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut state_names: BTreeMap<String, String> = BTreeMap::new();
        let state = |name: &str, sense| Known { name: name.to_owned(), kind: EntityType::State, sense, part_of: None };
        for row in body(include_str!("../../../knowledge/states_mledoze.csv")) {
            let name = cell(&row, 2);
            state_names.insert(cell(&row, 0), name.clone());
            for other in [vec![name.clone(), cell(&row, 3)], parts(&cell(&row, 4))].concat() {
                out.add(&other, state(&name, Sense::Name));
            }
            for capital in parts(&cell(&row, 5)) {
                out.add(&capital, state(&name, Sense::Capital));
            }
            for people in parts(&cell(&row, 6)) {
                out.add(&people, state(&name, Sense::Adjective));
                out.add(&format!("{people}s"), state(&name, Sense::People));
            }
        }
        for row in body(include_str!("../../../knowledge/states_factbook.csv")) {
            let Some(name) = state_names.get(&cell(&row, 0)).cloned() else { continue };
            for other in [vec![cell(&row, 1), cell(&row, 2)], parts(&cell(&row, 3))].concat() {
                out.add(&other, state(&name, Sense::Name));
            }
            out.add(&cell(&row, 4), state(&name, Sense::Capital));
            for noun in parts(&cell(&row, 5)) {
                out.add(&noun, state(&name, Sense::People));
            }
            for adjective in parts(&cell(&row, 6)) {
                out.add(&adjective, state(&name, Sense::Adjective));
            }
        }
        let own = body(include_str!("../../../knowledge/bodies_own.csv")).map(|r| (r, true));
        for (row, own) in own.chain(body(include_str!("../../../knowledge/bodies.csv")).map(|r| (r, false))) {
            let name = cell(&row, 0);
            // what was written by hand goes before what another project collected
            if !own && out.names.contains_key(&key(&name)) {
                continue;
            }
            let kind = kind_of(&cell(&row, 2)).unwrap_or(EntityType::Organisation);
            let part_of =
                state_names.get(&cell(&row, 3)).cloned().or_else(|| (cell(&row, 3).len() > 2).then(|| cell(&row, 3)));
            let known = Known { name: name.clone(), kind, sense: Sense::Name, part_of };
            for other in std::iter::once(name).chain(parts(&cell(&row, 1))) {
                if own || !out.names.contains_key(&key(&other)) {
                    out.add(&other, known.clone());
                }
            }
        }
        for row in body(include_str!("../../../knowledge/seats.csv")) {
            let Some(owner) = state_names.get(&cell(&row, 1)).cloned() else { continue };
            let name = cell(&row, 0);
            if cell(&row, 2) == "state" {
                out.add(&name, state(&owner, Sense::Name));
            } else if cell(&row, 2) == "people" {
                out.add(&name, state(&owner, Sense::People));
            } else {
                let shown = name.strip_prefix("the ").unwrap_or(&name).to_owned();
                let known =
                    Known { name: shown, kind: EntityType::Organisation, sense: Sense::Seat, part_of: Some(owner) };
                out.add(&name, known);
            }
        }
        for row in body(include_str!("../../../knowledge/officials.csv")) {
            let Some(owner) = state_names.get(&cell(&row, 0)) else { continue };
            let name = cell(&row, 1);
            let known = Known {
                name: name.clone(),
                kind: EntityType::Person,
                sense: Sense::Official,
                part_of: Some(owner.clone()),
            };
            for other in std::iter::once(name).chain(parts(&cell(&row, 2))) {
                out.add(&other, known.clone());
            }
        }
        for row in body(include_str!("../../../knowledge/heads.csv")) {
            let Some(owner) = state_names.get(&cell(&row, 0)) else { continue };
            let name = cell(&row, 2);
            out.add(
                &name,
                Known {
                    name: name.clone(),
                    kind: EntityType::Person,
                    sense: Sense::Official,
                    part_of: Some(owner.clone()),
                },
            );
            out.heads.push(Head {
                state: owner.clone(),
                office: cell(&row, 1),
                name,
                from: cell(&row, 3),
                to: cell(&row, 4),
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Knowledge, Sense};
    use model::EntityType;

    fn check(name: &str, state: &str, sense: Sense) {
        let knowledge = Knowledge::built_in();
        let found = knowledge.find(name);
        assert!(
            found.iter().any(|k| k.sense == sense && (k.name == state || k.part_of.as_deref() == Some(state))),
            "{name}: {found:?}"
        );
    }

    #[test]
    fn a_state_has_many_names() {
        check("Russian Federation", "Russia", Sense::Name);
        check("the Russians", "Russia", Sense::People);
        check("Moscow", "Russia", Sense::Capital);
        check("the Kremlin", "Russia", Sense::Seat);
        check("Venezuelan", "Venezuela", Sense::Adjective);
        check("the U.S.", "United States", Sense::Name);
        check("Britain", "United Kingdom", Sense::Name);
        check("Côte d'Ivoire", "Ivory Coast", Sense::Name);
    }

    #[test]
    fn bodies_have_their_acronyms() {
        let knowledge = Knowledge::built_in();
        assert_eq!(knowledge.find("the UN").first().map(|k| k.name.as_str()), Some("United Nations"));
        assert_eq!(knowledge.find("NATO").first().map(|k| k.kind), Some(EntityType::Organisation));
    }

    #[test]
    fn an_office_is_held_on_a_day() {
        let knowledge = Knowledge::built_in();
        assert_eq!(knowledge.holder("United States", "president", "2019-01-24"), Some("Donald Trump"));
        assert_eq!(knowledge.holder("United States", "president", "1066"), None);
    }

    #[test]
    fn a_users_table_comes_first_and_its_bad_rows_are_named() {
        let (knowledge, problems) = Knowledge::built_in()
            .with_user("name,type,aliases,part_of\nHale Quay,organisation,Quay|Moscow,Hale\n,,,\nX,planet,,\n");
        assert_eq!(knowledge.find("Moscow").first().map(|k| k.name.as_str()), Some("Hale Quay"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("planet"));
    }
}
