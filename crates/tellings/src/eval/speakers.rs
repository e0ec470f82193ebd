//! Scores who is behind each found statement.
//!
//! In: a story's found statements with gold and predicted speakers. Out: counts for
//!
//! - `speaker`: the predicted speaker is the gold one; nobody equals nobody. Also by the form of the gold source
//!   (`speaker-name`, `speaker-description`, `speaker-pronoun`, `speaker-none`);
//! - `wrong-mouth`: somebody is named, and it is the wrong one. Less is better.
//!
//! A predicted entity stands for the gold entity with which it shares most mentions of the article. A mention is shared
//! with the gold mention at the very same place, else with the one whose words it meets best (F1 at least 0.5). Where the
//! entity shares none, the speaker's actor decides in the same way over all articles of the story, and last its name.

use super::mentions::Entities;
use super::scores::{Better, Figure, Share};
use super::spans::{Words, word_f1};
use super::{Pair, PairedStory};
use model::{Span, Speaker};
use std::collections::BTreeMap;

/// Mentions that share at least this part of their words (F1) mean the same.
const SAME_WORDS: f64 = 0.5;

/// Gold entity ids with how many mentions speak for each.
type Votes = BTreeMap<String, usize>;

/// What a gold source looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Name,
    Description,
    Pronoun,
    None,
}

/// Counts over stories.
#[derive(Clone, Debug, Default)]
pub struct SpeakerCounts {
    right: Share,
    wrong_mouth: Share,
    name: Share,
    description: Share,
    pronoun: Share,
    none: Share,
}

impl SpeakerCounts {
    /// Counts one story.
    pub fn add(&mut self, story: &PairedStory) {
        let names: BTreeMap<&str, &str> =
            story.gold.entities.iter().map(|e| (e.id.as_str(), e.name.as_str())).collect();
        let by_entity: Vec<BTreeMap<String, Votes>> = story.articles.iter().map(entity_votes).collect();
        let mut by_actor: BTreeMap<&str, Votes> = BTreeMap::new();
        for (pair, votes) in story.articles.iter().zip(&by_entity) {
            for entity in pair.predicted.into_iter().flat_map(|article| &article.entities) {
                let (Some(actor), Some(votes)) = (&entity.actor, votes.get(&entity.id)) else { continue };
                let sum = by_actor.entry(actor).or_default();
                votes.iter().for_each(|(id, n)| *sum.entry(id.clone()).or_default() += n);
            }
        }
        for (pair, votes) in story.articles.iter().zip(&by_entity) {
            for (gold, predicted) in pair.statements.found() {
                let Some(speaker) = &gold.speaker else { continue };
                let stands_for = |p: &Speaker| {
                    let entity = p.entity.as_ref().and_then(|id| votes.get(id)).and_then(most);
                    let actor = || p.actor.as_deref().and_then(|id| by_actor.get(id)).and_then(most);
                    let name = || {
                        let same = |name: &&str| name.to_lowercase() == p.name.to_lowercase();
                        names.iter().find(|(_, name)| same(name)).map(|(id, _)| (*id).to_owned())
                    };
                    entity.or_else(actor).or_else(name)
                };
                let is_right = match (speaker, &predicted.speaker) {
                    (None, None) => true,
                    (Some(gold), Some(p)) => stands_for(p).as_ref() == Some(gold),
                    _ => false,
                };
                let name = speaker.as_deref().and_then(|id| names.get(id)).copied();
                self.count(is_right, predicted.speaker.is_some(), form(&gold.source, name, &pair.words));
            }
        }
    }

    fn count(&mut self, is_right: bool, is_named: bool, form: Form) {
        self.right.count(is_right);
        self.wrong_mouth.count(is_named && !is_right);
        match form {
            Form::Name => self.name.count(is_right),
            Form::Description => self.description.count(is_right),
            Form::Pronoun => self.pronoun.count(is_right),
            Form::None => self.none.count(is_right),
        }
    }

    /// The figures; none where the set marks no speakers.
    pub fn figures(&self) -> Vec<Figure> {
        if self.right.of == 0.0 {
            return Vec::new();
        }
        let layer = "speakers, among found";
        let mut figures = vec![self.right.figure(layer, "speaker", Better::Higher)];
        let forms = [
            ("speaker-name", self.name),
            ("speaker-description", self.description),
            ("speaker-pronoun", self.pronoun),
            ("speaker-none", self.none),
        ];
        figures.extend(forms.map(|(name, share)| share.figure(layer, name, Better::Higher)));
        figures.push(self.wrong_mouth.figure(layer, "wrong-mouth", Better::Lower));
        figures
    }
}

/// The gold entity with most votes, the first by name where several have as many.
fn most(votes: &Votes) -> Option<String> {
    votes.iter().max_by(|(a, n), (b, m)| n.cmp(m).then(b.cmp(a))).map(|(id, _)| id.clone())
}

/// For each predicted entity of an article, how many of its mentions speak for each gold entity.
fn entity_votes(pair: &Pair) -> BTreeMap<String, Votes> {
    let gold = Entities::gold(pair).unwrap_or_default();
    let starts = |start, end| pair.words.token_starts(&[(start, end)]);
    let mut places: Vec<(u32, u32, &str, _)> = gold
        .ids
        .iter()
        .zip(&gold.mentions)
        .flat_map(|(id, mentions)| mentions.iter().map(move |&(start, end, _)| (start, end, id.as_str())))
        .map(|(start, end, id)| (start, end, id, starts(start, end)))
        .collect();
    places.sort();
    let predicted = Entities::predicted(pair);
    let mut votes = BTreeMap::new();
    for (id, mentions) in predicted.ids.iter().zip(&predicted.mentions) {
        let mut sum = Votes::new();
        for &(start, end, _) in mentions {
            let exact = places.iter().filter(|(s, e, _, _)| (*s, *e) == (start, end));
            let mut voices: Vec<&str> = exact.map(|(_, _, id, _)| *id).collect();
            if voices.is_empty() {
                let words = starts(start, end);
                let met = places.iter().filter(|(s, e, _, _)| *s < end && start < *e);
                let best =
                    met.map(|(_, _, id, there)| (word_f1(&words, there), *id)).filter(|(f1, _)| *f1 >= SAME_WORDS);
                voices.extend(best.max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.cmp(x))).map(|(_, id)| id));
            }
            voices.into_iter().for_each(|voice| *sum.entry(voice.to_owned()).or_default() += 1);
        }
        votes.insert(id.clone(), sum);
    }
    votes
}

/// Words that stand for somebody without naming or describing.
const PRONOUNS: &str = " he she they it i we you who him her them us me his its their our my your this that these those \
    himself herself themselves itself one others some many both all another ";

/// What a source looks like: nothing but pronouns; with a word of the speaker's name or any capital after its first
/// word; or else.
fn form(source: &[Span], name: Option<&str>, words: &Words) -> Form {
    let pieces: Vec<String> = source.iter().flat_map(|span| words.cased_words_in(*span)).collect();
    if pieces.is_empty() {
        return Form::None;
    }
    if pieces.iter().all(|word| PRONOUNS.contains(&format!(" {} ", word.to_lowercase()))) {
        return Form::Pronoun;
    }
    let is_capital = |word: &String| word.chars().next().is_some_and(char::is_uppercase);
    let of_name =
        |word: &String| name.is_some_and(|name| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == word));
    let named = pieces.iter().any(|word| is_capital(word) && of_name(word)) || pieces.iter().skip(1).any(is_capital);
    if named { Form::Name } else { Form::Description }
}

#[cfg(test)]
mod tests {
    use super::{Form, form};
    use crate::eval::spans::Words;
    use model::Span;

    fn check(source: &str, name: Option<&str>, expected: Form) {
        let words = Words::new(source);
        let spans: Vec<Span> = Span::of(0, source.chars().count()).into_iter().collect();
        assert_eq!(form(&spans, name, &words), expected, "{source}");
    }

    #[test]
    fn sources_are_names_descriptions_or_pronouns() {
        check("Mayor Dele Okafor", Some("Dele Okafor"), Form::Name);
        check("Okafor", Some("Dele Okafor"), Form::Name);
        check("the Calder council", Some("council of Calder"), Form::Name);
        check("The mayor", Some("Dele Okafor"), Form::Description);
        check("Police", Some("the police"), Form::Description);
        check("She", Some("Ana Ruiz"), Form::Pronoun);
        check("who", None, Form::Pronoun);
        check("", None, Form::None);
    }
}
