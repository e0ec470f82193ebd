//! Whom a typed name can mean: by name or another spelling of it, by office or description, with a slip of one letter.
//!
//! In: articles and actors as [`crate::across`] leaves them, and what was typed. Out: [`Match`]es, the surest first, or the
//! names that come near. «brunn» → Oda Brünn, and Ida Brunn beside her; «mayor» → whomever an article calls so; «Brumn» → Oda
//! Brünn, by a slip.
//!
//! Nothing is joined or told apart here: two bearers of a surname are two matches.

use crate::features::{distance, is_turned};
use crate::words::{is_definite, is_indefinite, is_preposition, is_stop, words_of};
use model::{Actor, Article, EntityType, MentionForm};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A slip is looked for in words of this many letters or more: in shorter ones one letter makes another name.
const SHORTEST_WITH_SLIP: usize = 5;
/// Words of this many letters at their beginning make two names near each other.
const NEAR_BEGINNING: usize = 4;
/// More names than this that only come near help nobody.
const MOST_NEAR: usize = 5;

/// An actor who can be meant, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Which of the actors.
    #[serde(skip)]
    pub actor: usize,
    /// What kind of words it is called by.
    pub by: MatchedBy,
    /// These words, as an article writes them.
    pub text: String,
    /// One letter differs.
    pub slip: bool,
}

/// What kind of words fit a typed name. The order is that of how much they tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// A name, whole or in part.
    Name,
    /// An office or description.
    Description,
}

/// The actors that a typed name can mean, the surest first.
pub fn find(articles: &[Article], actors: &[Actor], typed: &str) -> Vec<Match> {
    let asked = asked(typed);
    let mut found: Vec<(Rank, Match)> = Vec::new();
    for (actor, (one, forms)) in actors.iter().zip(forms(articles, actors)).enumerate() {
        let best =
            forms.list.iter().filter_map(|form| Some((form.fit(&asked, one.kind)?, form))).min_by_key(|(f, _)| *f);
        if let Some((fit, form)) = best {
            let text = form.text.clone();
            let rank = (fit, Reverse(forms.mentions), one.id.as_str());
            found.push((rank, Match { actor, by: form.by, text, slip: fit.slip }));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.into_iter().map(|(_, found)| found).collect()
}

/// Names that come near a typed one, the nearest first: for people who found nobody.
pub fn near_names<'a>(articles: &[Article], actors: &'a [Actor], typed: &str) -> Vec<&'a str> {
    let asked = asked(typed);
    let mut near: Vec<(usize, Reverse<usize>, &str)> = Vec::new();
    for (one, forms) in actors.iter().zip(forms(articles, actors)) {
        let names = forms.list.iter().filter(|form| form.by == MatchedBy::Name).flat_map(|form| &form.words);
        let pairs = names.flat_map(|name| asked.iter().filter_map(move |word| farness(word, name)));
        if let Some(farness) = pairs.min() {
            near.push((farness, Reverse(forms.mentions), one.name.as_str()));
        }
    }
    near.sort_unstable();
    let mut seen = BTreeSet::new();
    near.into_iter().map(|(.., name)| name).filter(|name| seen.insert(*name)).take(MOST_NEAR).collect()
}

type Rank<'a> = (Fit, Reverse<usize>, &'a str);

/// How well words fit; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    slip: bool,
    by: MatchedBy,
    /// Words that were not asked for.
    more: usize,
}

/// What an actor is called, and how often it is mentioned.
#[derive(Default)]
struct Forms {
    list: Vec<Form>,
    seen: HashSet<(Vec<String>, MatchedBy)>,
    mentions: usize,
}

/// One phrase that an actor is called by.
struct Form {
    text: String,
    by: MatchedBy,
    words: Vec<String>,
    /// The word before which a match begins: `of` in «Ilse Vannerholt of Veldmark», who is not Veldmark.
    end: usize,
    /// A match has at least one of these words: those of the name in «Hale's Mayor Oda Brünn», who is not Hale; `spokesman` in
    /// «the spokesman for Oda Brünn», who is not she.
    needed: Vec<usize>,
}

impl Form {
    /// A name without offices.
    fn name(text: &str) -> Self {
        let (words, end) = words_and_end(text);
        Self { text: one_line(text), by: MatchedBy::Name, end, needed: (0..words.len()).collect(), words }
    }

    /// An office or description: what it says of somebody is its last word before `of`, `who`, or a comma.
    fn description(text: &str) -> Self {
        let (words, end) = words_and_end(text);
        let head = (0..end).rev().find(|k| words.get(*k).is_some_and(|word| !is_stop(word)));
        Self { text: one_line(text), by: MatchedBy::Description, end, needed: head.into_iter().collect(), words }
    }

    /// A name with what stands round it in an article; `own` are the words of the actor's names.
    fn mention(text: &str, own: &BTreeSet<String>) -> Self {
        let (words, _) = words_and_end(text);
        let needed = (0..words.len()).filter(|k| words.get(*k).is_some_and(|word| own.contains(word))).collect();
        Self { text: one_line(text), by: MatchedBy::Name, end: words.len(), needed, words }
    }

    /// How these words fit what was asked for, all of it in this order.
    fn fit(&self, asked: &[String], kind: EntityType) -> Option<Fit> {
        let exact = positions(asked, &self.words, false);
        let slip = exact.is_none();
        let positions = exact.or_else(|| positions(asked, &self.words, true))?;
        // `Bank of Hale` may be asked for by its town; `Joan of Hale` may not.
        if kind == EntityType::Person && self.by == MatchedBy::Name && positions.first().is_none_or(|p| *p >= self.end)
        {
            return None;
        }
        let has_needed = positions.iter().any(|p| self.needed.contains(p));
        has_needed.then(|| Fit { slip, by: self.by, more: self.words.len().saturating_sub(asked.len()) })
    }
}

/// All that each actor is called, in the order of the actors.
fn forms(articles: &[Article], actors: &[Actor]) -> Vec<Forms> {
    let numbers: BTreeMap<&str, usize> = actors.iter().enumerate().map(|(n, actor)| (actor.id.as_str(), n)).collect();
    let mut all: Vec<Forms> = actors.iter().map(of_actor).collect();
    let own: Vec<BTreeSet<String>> =
        all.iter().zip(actors).map(|(forms, actor)| own_words(forms, actor.kind)).collect();
    for article in articles {
        let letters: Vec<char> = article.text.chars().collect();
        for entity in &article.entities {
            let Some(&number) = entity.actor.as_deref().and_then(|id| numbers.get(id)) else { continue };
            let (Some(forms), Some(own)) = (all.get_mut(number), own.get(number)) else { continue };
            forms.mentions += entity.mentions.len();
            for mention in &entity.mentions {
                let span = mention.span.start() as usize..mention.span.end() as usize;
                let Some(text) = letters.get(span).map(|letters| letters.iter().collect::<String>()) else { continue };
                match mention.form {
                    MentionForm::Name => forms.add(Form::mention(&text, own)),
                    MentionForm::Description => forms.add(Form::description(&text)),
                    MentionForm::Pronoun | MentionForm::FirstPerson | MentionForm::Possessive => {}
                }
            }
        }
    }
    all
}

impl Forms {
    fn add(&mut self, form: Form) {
        if self.seen.insert((form.words.clone(), form.by)) {
            self.list.push(form);
        }
    }
}

/// What the actor itself says it is called.
fn of_actor(actor: &Actor) -> Forms {
    let mut forms = Forms::default();
    // Who has no name is named by a description. A state that no article mentions has its name from the table.
    let is_named = !actor.aliases.is_empty() || actor.kind == EntityType::State;
    forms.add(if is_named { Form::name(&actor.name) } else { Form::description(&actor.name) });
    actor.aliases.iter().for_each(|alias| forms.add(Form::name(&alias.text)));
    actor.roles.iter().for_each(|role| forms.add(Form::description(&role.text)));
    forms
}

/// The words of an actor's names; of people's without `of Hale`.
fn own_words(forms: &Forms, kind: EntityType) -> BTreeSet<String> {
    let names = forms.list.iter().filter(|form| form.by == MatchedBy::Name);
    let until = |form: &Form| if kind == EntityType::Person { form.end } else { form.words.len() };
    names.flat_map(|form| form.words.iter().take(until(form))).filter(|word| !is_stop(word)).cloned().collect()
}

/// The words that were typed, without `the` or `a` before others.
fn asked(typed: &str) -> Vec<String> {
    let (mut words, _) = words_and_end(typed);
    if words.len() > 1 && words.first().is_some_and(|first| is_definite(first) || is_indefinite(first)) {
        words.remove(0);
    }
    words
}

/// The folded words, a hyphen between two of them or not, and the first one that stands behind a preposition or comma.
fn words_and_end(phrase: &str) -> (Vec<String>, usize) {
    let letters: Vec<char> =
        phrase.chars().map(|letter| if matches!(letter, '-' | '‐' | '‑') { ' ' } else { letter }).collect();
    let words = words_of(&letters);
    let comma = letters.iter().position(|letter| *letter == ',').unwrap_or(usize::MAX);
    let end = words.iter().skip(1).position(|word| is_preposition(&word.folded) || word.start > comma);
    let end = end.map_or(words.len(), |before| before + 1);
    (words.into_iter().map(|word| word.folded).collect(), end)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the words that were asked for stand among others, in this order; one of them may have a slip.
fn positions(asked: &[String], words: &[String], with_slip: bool) -> Option<Vec<usize>> {
    let mut slips = usize::from(with_slip);
    let mut from = 0;
    let mut out = Vec::with_capacity(asked.len());
    for word in asked {
        let rest = || words.iter().enumerate().skip(from);
        let exact = rest().find(|(_, other)| *other == word);
        let (at, _) = match exact {
            Some(exact) => exact,
            None if slips > 0 => {
                slips -= 1;
                rest().find(|(_, other)| is_slip(word, other))?
            }
            None => return None,
        };
        out.push(at);
        from = at + 1;
    }
    (!out.is_empty()).then_some(out)
}

/// One letter put in, left out or changed, or two that changed places.
fn is_slip(typed: &str, word: &str) -> bool {
    let (a, b) = (typed.chars().count(), word.chars().count());
    // One and many of a thing are no slip: «minister», «ministers».
    if a < SHORTEST_WITH_SLIP
        || a.abs_diff(b) > 1
        || typed.strip_suffix('s') == Some(word)
        || word.strip_suffix('s') == Some(typed)
    {
        return false;
    }
    distance(typed, word) == 1 || is_turned(typed, word)
}

/// How far a name is from a typed word, where it is near at all.
fn farness(typed: &str, name: &str) -> Option<usize> {
    if is_stop(typed) || is_stop(name) {
        return None;
    }
    let (a, b) = (typed.chars().count(), name.chars().count());
    let most = match a.min(b) {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    if a.abs_diff(b) <= most {
        let far = distance(typed, name);
        if far <= most {
            return Some(far);
        }
    }
    let alike = typed.chars().zip(name.chars()).take_while(|(x, y)| x == y).count();
    (alike >= NEAR_BEGINNING).then_some(most + 1)
}

#[cfg(test)]
mod tests {
    use super::{MatchedBy, find, near_names};
    use crate::across::article_for_tests as article;
    use crate::{Knowledge, across};
    use model::{Actor, Article};

    fn corpus() -> (Vec<Article>, Vec<Actor>) {
        let mut articles = vec![
            article(
                "a",
                "{p:b|Mayor {p:b|Oda Brünn} of Hale} spoke. {p:b|The mayor} smiled. {p:l|Nora Brünn} and {p:k|Marc-Henri Sorel} \
                 listened, as did {p:s|the spokesman for {p:b|Brünn}}, {p:s|Tomas Vell}.",
            ),
            article("b", "{o:m|The Harbour Ministry} and {o:u|the Union of Salda} waited for {g:m|two ministers}."),
        ];
        let actors = across(&mut articles, &Knowledge::default());
        (articles, actors)
    }

    /// Names that fit, each with `~` for a slip and `=` for a description.
    fn check(typed: &str, expected: &[&str]) {
        let (articles, actors) = corpus();
        let found: Vec<String> = find(&articles, &actors, typed)
            .into_iter()
            .map(|one| {
                let mark = if one.slip { "~" } else { "" };
                let by = if one.by == MatchedBy::Description { "=" } else { "" };
                format!("{mark}{by}{}", actors[one.actor].name)
            })
            .collect();
        assert_eq!(found, expected, "{typed}");
    }

    #[test]
    fn case_accents_and_hyphens_make_no_difference() {
        for typed in ["Oda Brünn", "ODA BRUNN", "oda brünn", "Oda Brünn's"] {
            check(typed, &["Oda Brünn of Hale"]);
        }
        for typed in ["marc-henri", "Marc Henri Sorel", "Marc-Henri"] {
            check(typed, &["Marc-Henri Sorel"]);
        }
    }

    #[test]
    fn two_bearers_of_a_surname_are_two_matches() {
        check("brunn", &["Oda Brünn of Hale", "Nora Brünn"]);
    }

    #[test]
    fn an_office_is_found_and_whom_it_belongs_to_is_not() {
        check("the mayor", &["=Oda Brünn of Hale"]);
        check("Mayor Brünn", &["Oda Brünn of Hale"]);
        check("spokesman", &["=Tomas Vell"]);
        check("spokesman for Brünn", &["=Tomas Vell"]);
        check("Hale", &[]);
    }

    #[test]
    fn a_body_is_found_by_any_word_of_its_name() {
        check("harbour", &["Harbour Ministry"]);
        check("Salda", &["Union of Salda"]);
    }

    #[test]
    fn one_letter_may_slip_in_a_long_word() {
        check("Brumn", &["~Oda Brünn of Hale", "~Nora Brünn"]);
        check("Sroel", &["~Marc-Henri Sorel"]);
        check("Vall", &[]);
        check("minister", &[]);
    }

    #[test]
    fn names_that_come_near_are_told() {
        let (articles, actors) = corpus();
        assert_eq!(near_names(&articles, &actors, "Vall"), ["Tomas Vell"]);
        assert_eq!(near_names(&articles, &actors, "Mr Sorel")[0], "Marc-Henri Sorel");
        assert!(near_names(&articles, &actors, "Xyzzy").is_empty());
    }
}
