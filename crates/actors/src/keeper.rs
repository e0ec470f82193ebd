//! Actors kept while articles come one after another, any number of them.
//!
//! In: one article after the other, each with its entities. Out: the same with actors, and what is known of these. An article changes
//! itself alone: ids that earlier articles carry stay, and where it shows that two of them are one actor, that is told
//! ([`Kept::same`]) and nothing rewritten.
//!
//! Only an index is held: which articles have which names and large words. An article is joined with the articles near it by
//! [`crate::across`], which the caller hands in again (from a store). So a thousandth article costs what the tenth did.
//! «Mayor Oda Brünn» in article 3, «Ms Brünn» in article 900,000 about the same flood → one actor.

use crate::across::{self, near_keys};
use crate::knowledge::Knowledge;
use model::{Actor, Article};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A new article is joined with this many of the articles nearest to it.
const MOST_NEAR: usize = 16;

/// What a new article brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The article with actors.
    pub article: Article,
    /// Its actors, as this article and the ones near it show them.
    pub actors: Vec<Actor>,
    /// Ids that earlier articles carry and that are one actor by now: the one that stays, and the other.
    pub same: Vec<(String, String)>,
}

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Keeper {
    articles: u32,
    /// By sign of a key: the articles that have it; none once it is common.
    holders: HashMap<u64, Option<Vec<u32>>>,
    /// Signs of the ids that were given.
    taken: HashSet<u64>,
    /// Those of them that mean somebody whom knowledge names.
    known: HashSet<u64>,
    /// What stands for the id of somebody whom knowledge names, where another had that id before.
    instead: BTreeMap<String, String>,
}

impl Keeper {
    /// How many articles were added.
    pub fn articles(&self) -> u32 {
        self.articles
    }

    /// Adds an article. `earlier` gives an article that was added before, by its number from 0, with the actors it was given.
    pub fn add(&mut self, article: Article, knowledge: &Knowledge, earlier: &dyn Fn(u32) -> Option<Article>) -> Kept {
        let keys: Vec<(u64, f32)> =
            near_keys(&article, knowledge).into_iter().map(|(key, weight)| (across::sign(&key), weight)).collect();
        let mut some: Vec<Article> = self.near(&keys).into_iter().filter_map(earlier).collect();
        let before: Vec<Vec<Option<String>>> =
            some.iter().map(|a| a.entities.iter().map(|e| e.actor.clone()).collect()).collect();
        some.push(article);
        let (actors, known) = across::joined(&mut some, knowledge);
        let article = some.pop().unwrap_or_default();
        let mut kept = Kept { article, ..Kept::default() };
        let own: BTreeSet<String> = kept.article.entities.iter().filter_map(|e| e.actor.clone()).collect();
        let earlier = Earlier { articles: &some, ids: &before };
        let mut ids = self.ids(&kept.article, &actors, &known, &earlier, &mut kept.same);
        self.owners(&mut ids, &actors, &known, &earlier);
        let renamed = |id: &Option<String>| id.as_ref().and_then(|id| ids.get(id)).cloned();
        for entity in &mut kept.article.entities {
            entity.actor = renamed(&entity.actor);
            entity.rivals = entity.rivals.iter().filter_map(|rival| renamed(&Some(rival.clone()))).collect();
        }
        for speaker in kept.article.statements.iter_mut().filter_map(|s| s.speaker.as_mut()) {
            speaker.actor = renamed(&speaker.actor);
        }
        for mut actor in actors {
            let Some(id) = ids.get(&actor.id) else { continue };
            // an owner that earlier articles tell of is known from them
            if !own.contains(&actor.id) && earlier.has(&actor.id) {
                continue;
            }
            actor.part_of = renamed(&actor.part_of);
            actor.id.clone_from(id);
            kept.actors.push(actor);
        }
        self.index(&keys);
        kept
    }

    /// The articles nearest to one with these keys, by number.
    fn near(&self, keys: &[(u64, f32)]) -> Vec<u32> {
        let mut shared: HashMap<u32, f32> = HashMap::new();
        for (key, weight) in keys {
            for article in self.holders.get(key).into_iter().flatten().flatten() {
                *shared.entry(*article).or_default() += weight;
            }
        }
        let mut near: Vec<(u32, f32)> = shared.into_iter().filter(|(_, weight)| *weight >= across::NEAR).collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut near: Vec<u32> = near.into_iter().take(MOST_NEAR).map(|(article, _)| article).collect();
        near.sort_unstable();
        near
    }

    fn index(&mut self, keys: &[(u64, f32)]) {
        for (key, _) in keys {
            let slot = self.holders.entry(*key).or_insert_with(|| Some(Vec::with_capacity(1)));
            if let Some(holders) = slot {
                holders.push(self.articles);
                if holders.len() > across::COMMON {
                    *slot = None;
                }
            }
        }
        self.articles = self.articles.saturating_add(1);
    }

    /// The id that stays for each actor of the new article, by the id that joining gave it.
    fn ids(
        &mut self,
        article: &Article,
        actors: &[Actor],
        known: &BTreeSet<String>,
        earlier: &Earlier<'_>,
        same: &mut Vec<(String, String)>,
    ) -> BTreeMap<String, String> {
        let own: BTreeSet<&str> = article.entities.iter().filter_map(|e| e.actor.as_deref()).collect();
        let mut out = BTreeMap::new();
        let mut given: BTreeSet<String> = BTreeSet::new();
        for actor in actors.iter().filter(|a| own.contains(a.id.as_str())) {
            let mut votes: Vec<(usize, String)> = earlier.votes(&actor.id).into_iter().map(|(id, n)| (n, id)).collect();
            votes.retain(|(_, id)| !given.contains(id));
            votes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut votes = votes.into_iter().map(|(_, id)| id);
            let id = match votes.next() {
                Some(id) => {
                    same.extend(votes.map(|other| (id.clone(), other)));
                    id
                }
                None if known.contains(&actor.id) => self.known_id(&actor.id, &article.id, &given),
                None => self.new_id(&actor.id, &article.id),
            };
            if known.contains(&actor.id) {
                self.known.insert(across::sign(&id));
            }
            self.taken.insert(across::sign(&id));
            given.insert(id.clone());
            out.insert(actor.id.clone(), id);
        }
        out
    }

    /// Adds those whom the article's actors belong to: they may stand in earlier articles only, or in none.
    fn owners(
        &mut self,
        ids: &mut BTreeMap<String, String>,
        actors: &[Actor],
        known: &BTreeSet<String>,
        earlier: &Earlier<'_>,
    ) {
        let by_id: BTreeMap<&str, &Actor> = actors.iter().map(|a| (a.id.as_str(), a)).collect();
        let mut open: Vec<String> = ids.keys().cloned().collect();
        while let Some(id) = open.pop() {
            let Some(owner) = by_id.get(id.as_str()).and_then(|a| a.part_of.clone()) else { continue };
            if ids.contains_key(&owner) {
                continue;
            }
            let free = earlier.votes(&owner).into_iter().filter(|(id, _)| !ids.values().any(|given| given == id));
            let most = free.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
            // one that no article has is a state that knowledge names
            let kept = match most {
                Some((id, _)) => id,
                None if earlier.has(&owner) && !known.contains(&owner) => self.new_id(&owner, &owner),
                None => self.known_id(&owner, &owner, &ids.values().cloned().collect()),
            };
            if known.contains(&owner) || !earlier.has(&owner) {
                self.known.insert(across::sign(&kept));
            }
            self.taken.insert(across::sign(&kept));
            ids.insert(owner.clone(), kept);
            open.push(owner);
        }
    }

    /// The id of somebody whom knowledge names: the same in all articles, and nobody else's.
    fn known_id(&mut self, id: &str, article: &str, given: &BTreeSet<String>) -> String {
        if let Some(instead) = self.instead.get(id).filter(|i| !given.contains(*i)) {
            return instead.clone();
        }
        let sign = across::sign(id);
        if !given.contains(id) && (self.known.contains(&sign) || !self.taken.contains(&sign)) {
            return id.to_owned();
        }
        let new = self.new_id(id, article);
        if !self.known.contains(&sign) {
            self.instead.insert(id.to_owned(), new.clone());
        }
        new
    }

    /// The id, with a sign of the article where another actor has it.
    fn new_id(&self, id: &str, article: &str) -> String {
        let mut out = id.to_owned();
        let mut more = 0u64;
        while self.taken.contains(&across::sign(&out)) {
            out = format!("{id}-{:06x}", across::sign(article).wrapping_add(more) & 0x00ff_ffff);
            more += 1;
        }
        out
    }
}

/// The articles near a new one: as they were joined with it, and the ids that they had.
struct Earlier<'a> {
    articles: &'a [Article],
    ids: &'a [Vec<Option<String>>],
}

impl Earlier<'_> {
    /// Whether any of these articles tells of an actor.
    fn has(&self, actor: &str) -> bool {
        self.articles.iter().flat_map(|a| &a.entities).any(|e| e.actor.as_deref() == Some(actor))
    }

    /// The ids that an actor had, by mentions.
    fn votes(&self, actor: &str) -> BTreeMap<String, usize> {
        let mut votes = BTreeMap::new();
        for (article, ids) in self.articles.iter().zip(self.ids) {
            for (entity, id) in article.entities.iter().zip(ids) {
                if let (true, Some(id)) = (entity.actor.as_deref() == Some(actor), id) {
                    *votes.entry(id.clone()).or_default() += entity.mentions.len();
                }
            }
        }
        votes
    }
}

#[cfg(test)]
mod tests {
    use super::{Keeper, Kept};
    use crate::Knowledge;
    use crate::across::article_for_tests as article;
    use model::Article;

    fn add(keeper: &mut Keeper, kept: &mut Vec<Article>, article: Article) -> Kept {
        let before = kept.clone();
        let out = keeper.add(article, &Knowledge::default(), &|n| before.get(n as usize).cloned());
        kept.push(out.article.clone());
        out
    }

    const TABLE: &str = "name,type\nOda Brünn,person\n";
    const FLOOD: &str = "{p:b|Mayor {p:b|Oda Brünn}} spoke of {l:k|Kestrel Lock} and {o:m|Halde Water}.";

    #[test]
    fn a_later_article_of_the_same_story_takes_the_ids_that_are_there() {
        let (mut keeper, mut kept) = (Keeper::default(), Vec::new());
        let first = add(&mut keeper, &mut kept, article("a", FLOOD));
        add(&mut keeper, &mut kept, article("b", "{p:v|Tomas Vell} sang in {l:u|Ulm}."));
        let later = add(
            &mut keeper,
            &mut kept,
            article("c", "{p:b|Oda Brünn} left {l:k|Kestrel Lock} to {o:m|Halde Water}. {p:b|Brünn} smiled."),
        );
        assert_eq!(later.article.entities[0].actor, first.article.entities[0].actor);
        assert!(later.same.is_empty());
    }

    #[test]
    fn an_unrelated_namesake_gets_an_id_of_its_own() {
        let (mut keeper, mut kept) = (Keeper::default(), Vec::new());
        let first = add(&mut keeper, &mut kept, article("a", FLOOD));
        let other = add(&mut keeper, &mut kept, article("b", "{p:b|Oda Brünn}, a pianist, played in {l:u|Ulm}."));
        assert_ne!(other.article.entities[0].actor, first.article.entities[0].actor);
        assert_eq!(kept[0], first.article);
        assert_eq!(keeper.articles(), 2);
    }

    #[test]
    fn what_an_actor_belongs_to_keeps_its_id_where_only_an_earlier_article_tells_of_it() {
        let (mut keeper, mut kept) = (Keeper::default(), Vec::new());
        add(&mut keeper, &mut kept, article("a", "{o:m|Halde Water} played in {l:u|Ulm}."));
        let story = "met {p:b|Oda Brünn} at {l:k|Kestrel Lock}.";
        let second = format!("{{p:n|{{o:m|Halde Water}}'s director Nils Arriaga}} {story}");
        let second = add(&mut keeper, &mut kept, article("b", &second));
        let owner = second.article.entities.iter().find(|e| e.name == "Halde Water").and_then(|e| e.actor.clone());
        assert_ne!(owner.as_deref(), Some("o:halde-water"));
        let third = add(&mut keeper, &mut kept, article("c", &format!("{{p:n|Nils Arriaga}} {story}")));
        let of = third.actors.iter().find(|a| a.name == "Nils Arriaga").and_then(|a| a.part_of.clone());
        assert_eq!(of, owner);
        assert!(third.actors.iter().all(|a| a.name != "Halde Water"));
    }

    #[test]
    fn somebody_whom_knowledge_names_takes_no_id_that_another_has() {
        let (mut keeper, mut kept) = (Keeper::default(), Vec::new());
        let first = add(&mut keeper, &mut kept, article("a", FLOOD));
        // the table came later: the first article did not mean the minister
        let (knowledge, problems) = Knowledge::default().with_user(TABLE);
        assert!(problems.is_empty(), "{problems:?}");
        let mut ids = Vec::new();
        for (id, town) in [("b", "Ulm"), ("c", "Trier")] {
            let text = format!("{{p:b|Oda Brünn}} visited {{l:u|{town}}}.");
            let before = kept.clone();
            let out = keeper.add(article(id, &text), &knowledge, &|n| before.get(n as usize).cloned());
            ids.push(out.article.entities[0].actor.clone());
            kept.push(out.article);
        }
        assert_ne!(ids[0], first.article.entities[0].actor);
        assert_eq!(ids[0], ids[1]);
    }
}
