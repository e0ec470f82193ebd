//! Ids that stay: the actors of an earlier analysis beside those that are found with new articles.
//!
//! In: an analysis that was made before, then articles with actors, the earlier articles among them. Out: the same with the ids
//! that were given before, and a problem for each actor that the new articles have merged or split.
//!
//! «p:lund» of ten articles; an eleventh is about «Karin Lund» alone → still `p:lund`, and `p:karin-lund` is one with it now, which is
//! said. Who has mentions of an earlier actor is that actor: the one that has its id anew if there is such a one, else the one with
//! the most of them; nobody else gets its id. Nothing else of the earlier analysis counts: who is who is decided anew by [`crate::across`], over old and new articles together.

use crate::across::sign;
use model::{Actor, Article, FORMAT_VERSION, Problem};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// An earlier analysis, as far as actors need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    articles: Vec<Article>,
    /// Names of the actors, by id.
    names: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Head {
    tellings: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    articles: Vec<Article>,
    actors: Vec<Actor>,
}

/// Where a mention stands: article, start, end.
type Place<'a> = (&'a str, u32, u32);

impl Earlier {
    /// Reads what `tellings analyze` wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words: no JSON, another version, no analysis.
    pub fn read(document: &str) -> Result<Self, String> {
        const RIGHT: &str = "right would be a file that `tellings analyze` wrote";
        let no_json = |error: &serde_json::Error| format!("it is no JSON document ({error}); {RIGHT}");
        let no_analysis = |error: &serde_json::Error| format!("it is no analysis ({error}); {RIGHT}");
        let wrong = |error: serde_json::Error| if error.is_data() { no_analysis(&error) } else { no_json(&error) };
        let head: Head = serde_json::from_str(document).map_err(wrong)?;
        match head.tellings {
            Some(version) if version == FORMAT_VERSION => {}
            Some(version) => {
                let message =
                    format!("it has version {version} of the format, not {FORMAT_VERSION}; analyse its articles anew");
                return Err(message);
            }
            None => return Err(format!("it is no analysis (it has no version of the format); {RIGHT}")),
        }
        let Document { articles, actors } = serde_json::from_str(document).map_err(wrong)?;
        Ok(Self::new(articles, &actors))
    }

    /// Of articles and actors that belong together.
    pub fn new(articles: Vec<Article>, actors: &[Actor]) -> Self {
        let names = actors.iter().map(|actor| (actor.id.clone(), actor.name.clone())).collect();
        Self { articles, names }
    }

    /// Its articles that are not among these: they tell who is who, too.
    pub fn others(&self, articles: &[Article]) -> Vec<Article> {
        let mut seen: BTreeSet<&str> = articles.iter().map(|article| article.id.as_str()).collect();
        self.articles.iter().filter(|article| seen.insert(&article.id)).cloned().collect()
    }

    /// Gives actors the ids that they had.
    pub fn keep_ids(&self, articles: &mut [Article], actors: &mut [Actor]) {
        let ids = self.ids(articles, actors);
        let kept = |id: &mut Option<String>| {
            if let Some(new) = id.as_ref().and_then(|id| ids.get(id)) {
                *id = Some(new.clone());
            }
        };
        for article in articles {
            for entity in &mut article.entities {
                kept(&mut entity.actor);
                for rival in &mut entity.rivals {
                    if let Some(id) = ids.get(rival) {
                        rival.clone_from(id);
                    }
                }
            }
            for statement in &mut article.statements {
                statement.speaker.iter_mut().for_each(|speaker| kept(&mut speaker.actor));
                statement.addressee.iter_mut().for_each(|addressee| kept(&mut addressee.actor));
            }
        }
        for actor in actors.iter_mut() {
            kept(&mut actor.part_of);
            if let Some(id) = ids.get(&actor.id) {
                actor.id.clone_from(id);
            }
        }
        actors.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// What the articles have changed of these actors, and a note in each that took another in.
    pub fn changes(&self, articles: &[Article], actors: &mut [Actor]) -> Vec<Problem> {
        // for each earlier id whom its mentions mean now, and in which articles
        let mut now: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
        let before = self.places();
        for (place, actor) in places(articles) {
            if let Some(id) = before.get(&place) {
                now.entry(id).or_default().entry(actor).or_default().insert(place.0);
            }
        }
        let mut problems = Vec::new();
        let mut taken_in: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let names: BTreeMap<&str, &str> = actors.iter().map(|a| (a.id.as_str(), a.name.as_str())).collect();
        for (id, meant) in now {
            let name = self.names.get(id).map_or(id, String::as_str);
            for (other, of) in meant.iter().filter(|(other, _)| **other != id) {
                let whom = format!("“{}” ({other})", names.get(other).unwrap_or(other));
                let (code, message) = if meant.contains_key(id) {
                    let of = of.iter().copied().collect::<Vec<_>>().join(", ");
                    ("actor-split", format!("“{name}” ({id}) was split: in {of} it is {whom} now"))
                } else {
                    taken_in.entry(other).or_default().push(format!("“{name}” ({id}) was another before"));
                    ("actors-merged", format!("“{name}” ({id}) is one with {whom} now"))
                };
                problems.push(Problem { code: code.to_owned(), message, path: None });
            }
        }
        let taken_in: BTreeMap<String, Vec<String>> =
            taken_in.into_iter().map(|(id, notes)| (id.to_owned(), notes)).collect();
        for actor in actors {
            actor.why.extend(taken_in.get(&actor.id).into_iter().flatten().cloned());
        }
        problems
    }

    /// The earlier actor of each mention.
    fn places(&self) -> BTreeMap<Place<'_>, &str> {
        places(&self.articles).filter(|(_, actor)| self.names.contains_key(*actor)).collect()
    }

    /// The id of each actor: its earlier one, else its own, which is changed where an earlier actor has it.
    fn ids(&self, articles: &[Article], actors: &[Actor]) -> BTreeMap<String, String> {
        let before = self.places();
        let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        let mut here: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (place, actor) in places(articles) {
            first.entry(actor).or_insert(place.0);
            here.insert((place.0, actor));
            if let Some(id) = before.get(&place) {
                *votes.entry((actor, id)).or_default() += 1;
            }
        }
        // the same name in the same article, where its mentions are told otherwise by now
        for article in &self.articles {
            for id in article.entities.iter().filter_map(|entity| entity.actor.as_deref()) {
                if self.names.contains_key(id) && here.contains(&(article.id.as_str(), id)) {
                    votes.entry((id, id)).or_default();
                }
            }
        }
        let mut wanted: Vec<(usize, bool, &str, &str)> =
            votes.into_iter().map(|((actor, id), count)| (count, actor == id, actor, id)).collect();
        // Who has the id already and any of its mentions keeps it: what people merged or split is set right again by ids.
        wanted.sort_by_key(|(count, same, actor, id)| {
            (Reverse(*same && *count > 0), Reverse(*count), Reverse(*same), *id, *actor)
        });
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (_, _, actor, id) in wanted {
            if !taken.contains(id) && !out.contains_key(actor) {
                taken.insert(id.to_owned());
                out.insert(actor.to_owned(), id.to_owned());
            }
        }
        let has_mentions: BTreeSet<&str> = before.into_values().collect();
        taken.extend(has_mentions.into_iter().map(str::to_owned));
        for actor in actors.iter().filter(|actor| !out.contains_key(&actor.id)).collect::<Vec<_>>() {
            let of = sign(first.get(actor.id.as_str()).copied().unwrap_or(&actor.name));
            let mut id = actor.id.clone();
            let mut more = 0u64;
            while taken.contains(&id) {
                id = format!("{}-{:06x}", actor.id, of.wrapping_add(more) & 0x00ff_ffff);
                more += 1;
            }
            taken.insert(id.clone());
            out.insert(actor.id.clone(), id);
        }
        out
    }
}

/// Each mention of an entity that has an actor.
fn places(articles: &[Article]) -> impl Iterator<Item = (Place<'_>, &str)> {
    articles.iter().flat_map(|article| {
        let entities = article.entities.iter().filter_map(|entity| Some((entity, entity.actor.as_deref()?)));
        entities.flat_map(|(entity, actor)| {
            let at = |span: model::Span| (article.id.as_str(), span.start(), span.end());
            entity.mentions.iter().map(move |mention| (at(mention.span), actor))
        })
    })
}

/// Leaves out actors of whom these articles do not tell, who own none of those and can be meant for none, and the roles whose place is in other articles. Names and their
/// counts stay those of all articles.
pub fn only_of(articles: &[Article], actors: &mut Vec<Actor>) {
    let owners: BTreeMap<String, String> =
        actors.iter().filter_map(|actor| Some((actor.id.clone(), actor.part_of.clone()?))).collect();
    let entities = articles.iter().flat_map(|article| &article.entities);
    let mut open: Vec<String> =
        entities.flat_map(|entity| entity.actor.iter().chain(&entity.rivals)).cloned().collect();
    let mut told: BTreeSet<String> = BTreeSet::new();
    while let Some(id) = open.pop() {
        open.extend(owners.get(&id).filter(|_| !told.contains(&id)).cloned());
        told.insert(id);
    }
    let here: BTreeSet<&str> = articles.iter().map(|article| article.id.as_str()).collect();
    actors.retain(|actor| told.contains(&actor.id));
    for actor in actors {
        actor.roles.retain(|role| here.contains(role.place.article.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Earlier, only_of};
    use crate::Knowledge;
    use crate::across;
    use crate::across::article_for_tests as article;
    use model::{Actor, Article, Problem};
    use std::collections::BTreeSet;

    /// Actors of articles with the ids of an earlier analysis, and what has changed.
    fn kept(earlier: &Earlier, articles: &mut [Article]) -> (Vec<Actor>, Vec<Problem>) {
        let mut actors = across(articles, &Knowledge::empty());
        earlier.keep_ids(articles, &mut actors);
        let problems = earlier.changes(articles, &mut actors);
        (actors, problems)
    }

    fn analysed(mut articles: Vec<Article>) -> Earlier {
        let actors = across(&mut articles, &Knowledge::empty());
        Earlier::new(articles, &actors)
    }

    /// Ten articles on a flood, in which the surname has no bearer, and others.
    fn ten() -> Vec<Article> {
        let flood = "{l:k|Kestrel Lock} and {o:m|Halde Water}";
        (0..10)
            .map(|n| {
                let text = match n % 5 {
                    0 => format!("{{p:l|Lund}} spoke of {flood}. {{p:l|She}} left."),
                    1 => format!("{{p:b|Oda Brünn}} visited {flood}; {{a:s|a worker}} waved."),
                    2 => format!("{{p:m|The mayor}} closed {flood}, said {{p:b|Oda Brünn}}."),
                    3 => "{p:v|Tomas Vell} sang in {l:u|Ulm}.".to_owned(),
                    _ => format!("{{p:b|Brünn}} and {{p:l|Lund}} met at {flood}."),
                };
                article(&format!("a{n}"), &text)
            })
            .collect()
    }

    fn ids(articles: &[Article]) -> Vec<Vec<Option<String>>> {
        articles.iter().map(|a| a.entities.iter().map(|e| e.actor.clone()).collect()).collect()
    }

    #[test]
    fn an_eleventh_article_leaves_the_ids_of_ten() {
        let earlier = analysed(ten());
        for new in [
            "{p:l|Ms Lund} left {l:k|Kestrel Lock}.",
            "{p:v|Tomas Vell}, a baker, met {p:b|Oda Brünn} in {l:x|Trier}.",
            "{p:b|Mayor Oda Brünn} spoke of {l:k|Kestrel Lock} and {o:m|Halde Water}.",
        ] {
            let mut articles = ten();
            // its id comes first, so that it would have the plain ids
            articles.insert(0, article("0", new));
            let (actors, _) = kept(&earlier, &mut articles);
            let all: BTreeSet<&str> = actors.iter().map(|a| a.id.as_str()).collect();
            assert_eq!(all.len(), actors.len(), "each has an id of its own");
            for (now, before) in ids(&articles[1..]).iter().flatten().zip(ids(&earlier.articles).iter().flatten()) {
                assert!(now == before || new.contains("Mayor") && now.as_deref() == Some("p:oda-brunn"), "{now:?}");
            }
        }
    }

    #[test]
    fn what_a_new_article_merges_is_said() {
        let earlier = analysed(ten());
        let mut articles = ten();
        let new = "{p:l|Karin Lund} spoke of {l:k|Kestrel Lock} and {o:m|Halde Water}, {p:b|Oda Brünn} as {p:b|the mayor}. \
                   {p:b|Mayor Oda Brünn} left.";
        articles.push(article("b", new));
        let (actors, problems) = kept(&earlier, &mut articles);
        let lund = actors.iter().find(|a| a.name == "Karin Lund").expect("the long name");
        assert_eq!(lund.id, "p:lund", "the id that was given stays");
        let merged: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
        assert!(!merged.is_empty() && merged.iter().all(|code| *code == "actors-merged"), "{problems:?}");
        let brunn = actors.iter().find(|a| a.id == "p:oda-brunn").expect("the mayor");
        assert!(brunn.why.iter().any(|why| why.contains("was another before")), "{brunn:?}");
    }

    #[test]
    fn what_a_new_article_splits_is_said() {
        let story = "{l:k|Kestrel Lock} and {o:m|Halde Water}";
        let one = || article("a", &format!("{{p:k|Karin Lund}} closed {story}. {{p:k|Karin Lund}} left."));
        let two = || article("b", &format!("{{p:l|Lund}} spoke of {story}."));
        let earlier = analysed(vec![one(), two()]);
        let mut articles = vec![one(), two(), article("c", &format!("{{p:j|Jon Lund}} spoke of {story}."))];
        let (_, problems) = kept(&earlier, &mut articles);
        assert_eq!(articles[0].entities[0].actor.as_deref(), Some("p:karin-lund"));
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!(problem.code, "actor-split");
        assert!(problem.message.contains("“Karin Lund” (p:karin-lund) was split: in b it is"), "{}", problem.message);
    }

    /// The ids of the actors of articles that were analysed before with this change of actors by people.
    fn corrected(
        articles: impl Fn() -> Vec<Article>,
        change: impl Fn(&str, &str) -> Option<&'static str>,
    ) -> BTreeSet<String> {
        let mut before = articles();
        let mut actors = across(&mut before, &Knowledge::empty());
        for article in &mut before {
            for entity in &mut article.entities {
                let new = entity.actor.as_deref().and_then(|id| change(&article.id, id));
                if let Some(new) = new {
                    entity.actor = Some(new.to_owned());
                    actors.push(Actor { id: new.to_owned(), ..actors[0].clone() });
                }
            }
        }
        let mut now = articles();
        kept(&Earlier::new(before, &actors), &mut now).0.into_iter().map(|actor| actor.id).collect()
    }

    #[test]
    fn what_people_merged_or_split_finds_its_ids_again() {
        // Nora has more mentions, and was merged into Gil.
        let two = || {
            vec![article("a1", "{p:g|Gil Marsh} left. {p:n|Nora Quint} wept. {p:n|Nora Quint} sat. {p:n|She} rose.")]
        };
        let ids = corrected(two, |_, id| (id == "p:nora-quint").then_some("p:gil-marsh"));
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["p:gil-marsh", "p:nora-quint"]);
        // Two of Gil's three articles were split off.
        let three = || ["a1", "a2", "a3"].map(|id| article(id, "{p:g|Gil Marsh} left {l:k|Kestrel Lock}.")).to_vec();
        let ids =
            corrected(three, |article, id| (id == "p:gil-marsh" && article != "a1").then_some("p:gil-marsh-split2"));
        assert!(ids.contains("p:gil-marsh") && !ids.contains("p:gil-marsh-split2"), "{ids:?}");
    }

    #[test]
    fn earlier_articles_that_are_not_read_again_tell_who_is_who() {
        let earlier = analysed(ten());
        let mut articles = vec![article("b", "{p:b|Brünn} left {l:k|Kestrel Lock} to {o:m|Halde Water}.")];
        let own = articles.len();
        articles.extend(earlier.others(&articles));
        assert_eq!(articles.len(), 11);
        let (mut actors, problems) = kept(&earlier, &mut articles);
        articles.truncate(own);
        only_of(&articles, &mut actors);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(articles[0].entities[0].actor.as_deref(), Some("p:oda-brunn"));
        assert_eq!(actors.len(), 3, "{actors:#?}");
    }

    #[test]
    fn what_is_no_analysis_is_told_in_words() {
        let check = |document: &str, words: &str| {
            let error = Earlier::read(document).expect_err("not an analysis");
            assert!(error.contains(words), "{error}");
        };
        check("", "no JSON document");
        check("{\"tellings\": \"1\",", "no JSON document");
        check("{\"tellings\": \"1\"}\n{\"id\": \"a\"}\n", "no JSON document");
        check("[1, 2]", "no analysis");
        check("{\"text\": \"She left.\"}", "no analysis");
        check("{\"tellings\": \"1\", \"articles\": [7], \"actors\": []}", "no analysis");
        check("{\"tellings\": \"2\", \"articles\": {}}", "version 2 of the format, not 1");
        assert_eq!(Earlier::read(r#"{"tellings": "1", "articles": [], "actors": []}"#), Ok(Earlier::default()));
    }
}
