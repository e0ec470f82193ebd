//! Stories: which articles tell the same happenings; affairs: which stories have the same main actors.
//!
//! In: all articles. Out: every article in exactly one story. Two articles are alike by the actors they share, by the
//! rarer words they share, and by what the encoder says of their headline and lead. Pairs to compare come from an inverted
//! index of rare terms; stories grow by average likeness over all their pairs, so that one article which touches two
//! affairs (a review of the week) does not pull them together.
//!
//! A term's weight does not depend on the size of the corpus alone: with five articles in hand every shared name would
//! look common, so counts are taken against a background of [`BACKGROUND`] articles that have nothing to do with them.

use crate::corpus::{Corpus, Prepared};
use crate::vector::Vector;
use crate::words::{hash, is_common, words};
use model::{Affair, Story, ZoneKind};
use std::collections::BTreeMap;

/// Articles that are imagined beside the corpus when a term's rarity is counted.
const BACKGROUND: f32 = 300.0;
/// Terms of an article that are kept, the heaviest first.
const TERMS: usize = 100;
/// Terms of an article through which it looks for others.
const KEYS: usize = 30;
/// A term in more articles than this proposes no pair.
const MOST_ARTICLES: usize = 400;
/// Articles that one article is compared with.
const NEIGHBOURS: usize = 20;
/// What the likeness of actors, of words and of vectors count for.
const WEIGHTS: [f32; 3] = [0.4, 0.35, 0.25];
/// Average likeness at which two groups of articles tell the same happenings.
const SAME_STORY: f32 = 0.18;
/// Days after which articles about the same people rarely tell the same happenings; a verdict or a report that comes later
/// has to be more alike to be the same story, and after a year nothing is.
const SILENCE: i64 = 21;
const LONG_SILENCE: i64 = 365;
/// The likeness that is asked for after a silence.
const SAME_STORY_LATER: f32 = 0.30;
/// A word in the headline or the first paragraphs counts this much more.
const LEAD: f32 = 2.0;
/// Code points of an article that are its lead, roughly three paragraphs.
const LEAD_LENGTH: u32 = 700;

/// What one article is about.
struct Profile {
    /// Actors, then words: terms by number with their weights, each of length 1.
    terms: [Vec<(u64, f32)>; 2],
    lead: Vector,
}

/// A growing story.
struct Group {
    members: Vec<usize>,
    /// Sums of its members' terms: actors, words.
    terms: [BTreeMap<u64, f32>; 2],
    /// First and last day of publication.
    days: Option<(i64, i64)>,
}

/// Numbers of the articles of each story, largest story first, articles in corpus order.
pub(crate) fn find_stories(corpus: &Corpus<'_>) -> Vec<Vec<usize>> {
    let profiles = profiles(corpus);
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (a, b) in candidates(&profiles) {
        let likeness = likeness(&profiles[a], &profiles[b]);
        if likeness >= SAME_STORY {
            pairs.push((likeness, a, b));
        }
    }
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut groups = grow(corpus, &profiles, &pairs);
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    groups
}

fn profiles(corpus: &Corpus<'_>) -> Vec<Profile> {
    let counted: Vec<[BTreeMap<u64, f32>; 2]> =
        corpus.articles.iter().map(|article| [actors_of(article), words_of(article)]).collect();
    let mut spread: BTreeMap<u64, f32> = BTreeMap::new();
    for kinds in &counted {
        for term in kinds.iter().flat_map(BTreeMap::keys) {
            *spread.entry(*term).or_default() += 1.0;
        }
    }
    let all = corpus.articles.len() as f32 + BACKGROUND;
    let weigh = |terms: &BTreeMap<u64, f32>| {
        let weight = |(term, count): (&u64, &f32)| {
            let rarity = (all / spread.get(term).copied().unwrap_or(1.0)).ln().max(0.0);
            (*term, (1.0 + count.ln()) * rarity)
        };
        let mut terms: Vec<(u64, f32)> = terms.iter().map(weight).collect();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(TERMS);
        let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        terms.iter_mut().for_each(|(_, weight)| *weight /= length);
        terms.sort_by_key(|(term, _)| *term);
        terms
    };
    let profile = |(kinds, article): (&[BTreeMap<u64, f32>; 2], &Prepared<'_>)| Profile {
        terms: [weigh(&kinds[0]), weigh(&kinds[1])],
        lead: lead_of(article),
    };
    counted.iter().zip(&corpus.articles).map(profile).collect()
}

/// How often each actor is mentioned, and each word of its name, since one article's `Okafor` may not have been recognised as
/// another's `Dele Okafor`. Only names count: every affair has its officials, its police and its residents.
fn actors_of(prepared: &Prepared<'_>) -> BTreeMap<u64, f32> {
    let mut counts = BTreeMap::new();
    for entity in &prepared.article.entities {
        let Some(actor) = &entity.actor else { continue };
        let is_named = entity.name.starts_with(char::is_uppercase);
        if is_named && entity.kind != model::EntityType::Anonymous {
            let count: f32 = entity.mentions.iter().map(|mention| weight_at(mention.span.start())).sum();
            *counts.entry(hash(actor)).or_default() += count.max(1.0);
            for word in words(&entity.name, 0) {
                if word.text.chars().count() > 2 && !is_common(&word.text) {
                    *counts.entry(hash(&word.text)).or_default() += count.max(1.0);
                }
            }
        }
    }
    counts
}

fn weight_at(code_point: u32) -> f32 {
    if code_point < LEAD_LENGTH { LEAD } else { 1.0 }
}

/// How often each word that says something stands in the text.
fn words_of(prepared: &Prepared<'_>) -> BTreeMap<u64, f32> {
    let mut counts = BTreeMap::new();
    for placed in &prepared.words {
        let word = &placed.word.text;
        if !matches!(placed.zone, ZoneKind::Boilerplate | ZoneKind::Credit)
            && word.chars().count() > 2
            && !is_common(word)
        {
            *counts.entry(hash(word)).or_default() += weight_at(placed.word.span.start());
        }
    }
    counts
}

/// The direction of headline and lead.
fn lead_of(prepared: &Prepared<'_>) -> Vector {
    let is_lead = |zone| !matches!(zone, ZoneKind::Boilerplate | ZoneKind::Credit | ZoneKind::Caption);
    let sentences =
        prepared.vectors.sentences.iter().filter(|sentence| is_lead(prepared.article.zone_at(sentence.span.start())));
    Vector::mean(sentences.take(5).map(|sentence| &sentence.vector))
}

/// Pairs of articles that share rare terms.
fn candidates(profiles: &[Profile]) -> Vec<(usize, usize)> {
    let mut postings: BTreeMap<u64, Vec<(usize, f32)>> = BTreeMap::new();
    for (article, profile) in profiles.iter().enumerate() {
        for terms in &profile.terms {
            let mut heaviest: Vec<_> = terms.clone();
            heaviest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (term, weight) in heaviest.into_iter().take(KEYS) {
                postings.entry(term).or_default().push((article, weight));
            }
        }
    }
    let mut shared: Vec<BTreeMap<usize, f32>> = vec![BTreeMap::new(); profiles.len()];
    for group in postings.values().filter(|group| (2..=MOST_ARTICLES).contains(&group.len())) {
        for (a, x) in group {
            for (b, y) in group.iter().filter(|(b, _)| b != a) {
                *shared[*a].entry(*b).or_default() += x * y;
            }
        }
    }
    let mut pairs = Vec::new();
    for (a, others) in shared.into_iter().enumerate() {
        let mut others: Vec<(usize, f32)> = others.into_iter().collect();
        others.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        pairs.extend(others.into_iter().take(NEIGHBOURS).map(|(b, _)| (a.min(b), a.max(b))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// How alike two articles are, 0 to 1.
fn likeness(a: &Profile, b: &Profile) -> f32 {
    weighed(dot(&a.terms[0], &b.terms[0]), dot(&a.terms[1], &b.terms[1]), a.lead.likeness(&b.lead).max(0.0))
}

/// Likeness of actors below which two articles speak of different people, and what their likeness is worth then: two
/// elections or two floods are told in much the same words.
const OTHER_PEOPLE: f32 = 0.03;
const OTHER_PEOPLE_WORTH: f32 = 0.25;

/// The likeness of two articles or groups from that of their actors, words and leads.
fn weighed(actors: f32, words: f32, leads: f32) -> f32 {
    let [a, w, l] = WEIGHTS;
    let sum = a * actors + w * words + l * leads;
    if actors < OTHER_PEOPLE { OTHER_PEOPLE_WORTH * sum } else { sum }
}

/// Product of two lists of terms, both sorted by term.
fn dot(a: &[(u64, f32)], b: &[(u64, f32)]) -> f32 {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut sum = 0.0;
    while let (Some((x, p)), Some((y, q))) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                sum += p * q;
                a.next();
                b.next();
            }
        }
    }
    sum
}

/// Joins groups along pairs, most alike first, where the average over all their pairs is high enough.
fn grow(corpus: &Corpus<'_>, profiles: &[Profile], pairs: &[(f32, usize, usize)]) -> Vec<Vec<usize>> {
    let group = |(article, profile): (usize, &Profile)| {
        let sum = |terms: &Vec<(u64, f32)>| terms.iter().copied().collect();
        Some(Group {
            members: vec![article],
            terms: [sum(&profile.terms[0]), sum(&profile.terms[1])],
            days: corpus.articles[article].day.map(|day| (day, day)),
        })
    };
    let mut groups: Vec<Option<Group>> = profiles.iter().enumerate().map(group).collect();
    let mut home: Vec<usize> = (0..profiles.len()).collect();
    // A second round takes in what was refused while a group was still small and lopsided.
    for _ in 0..2 {
        for (_, a, b) in pairs {
            let (a, b) = (home[*a], home[*b]);
            if a == b {
                continue;
            }
            let (Some(x), Some(y)) = (&groups[a], &groups[b]) else { continue };
            if average(x, y, profiles) < needed(x.days, y.days) {
                continue;
            }
            let (into, from) = if x.members.len() >= y.members.len() { (a, b) } else { (b, a) };
            let Some(small) = groups[from].take() else { continue };
            small.members.iter().for_each(|member| home[*member] = into);
            if let Some(large) = &mut groups[into] {
                large.take_in(small);
            }
        }
    }
    let members = |group: Group| {
        let mut members = group.members;
        members.sort_unstable();
        members
    };
    groups.into_iter().flatten().map(members).collect()
}

impl Group {
    fn take_in(&mut self, other: Self) {
        self.members.extend(other.members);
        for (mine, theirs) in self.terms.iter_mut().zip(other.terms) {
            for (term, weight) in theirs {
                *mine.entry(term).or_default() += weight;
            }
        }
        self.days = match (self.days, other.days) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (days, None) | (None, days) => days,
        };
    }
}

/// Average likeness over all pairs of two groups. The sums of terms give it exactly; of vectors, ten members stand for all.
fn average(x: &Group, y: &Group, profiles: &[Profile]) -> f32 {
    let pairs = (x.members.len() * y.members.len()) as f32;
    let product = |kind: usize| {
        let (small, large) = if x.terms[kind].len() < y.terms[kind].len() { (x, y) } else { (y, x) };
        let terms = small.terms[kind].iter();
        terms.map(|(term, weight)| weight * large.terms[kind].get(term).copied().unwrap_or(0.0)).sum::<f32>() / pairs
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for a in x.members.iter().take(10) {
        for b in y.members.iter().take(10) {
            sum += profiles[*a].lead.likeness(&profiles[*b].lead).max(0.0);
            count += 1.0;
        }
    }
    weighed(product(0), product(1), sum / f32::max(count, 1.0))
}

/// The likeness that two ranges of days ask for; unknown days are near everything.
fn needed(a: Option<(i64, i64)>, b: Option<(i64, i64)>) -> f32 {
    let (Some((first, last)), Some((start, end))) = (a, b) else { return SAME_STORY };
    let silence = (start - last).max(first - end);
    if silence <= SILENCE {
        SAME_STORY
    } else if silence <= LONG_SILENCE {
        SAME_STORY_LATER
    } else {
        f32::INFINITY
    }
}

/// Main actors of a story: those spoken of most, by id.
fn main_actors<'a>(corpus: &Corpus<'a>, members: &[usize]) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for member in members {
        for entity in &corpus.articles[*member].article.entities {
            if let Some(actor) = entity.actor.as_deref().filter(|actor| !corpus.is_anonymous(actor)) {
                *counts.entry(actor).or_default() += entity.mentions.len();
            }
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts
}

/// Actors shown for a story.
const SHOWN_ACTORS: usize = 30;
/// Actors of a story that link it to another, and how many of them two stories must share.
const LINKING_ACTORS: usize = 6;
const SHARED_ACTORS: usize = 3;

/// The stories as results, without claims, and the affairs that link them.
pub(crate) fn stories_of(corpus: &Corpus<'_>, groups: &[Vec<usize>]) -> (Vec<Story>, Vec<Affair>) {
    let actors: Vec<_> = groups.iter().map(|members| main_actors(corpus, members)).collect();
    let story = |number: usize, members: &[usize], actors: &[(&str, usize)]| {
        let dates = || members.iter().filter_map(|member| corpus.articles[*member].date());
        Story {
            id: format!("story{}", number + 1),
            title: title_of(corpus, members),
            articles: members.iter().map(|member| corpus.articles[*member].article.id.clone()).collect(),
            first: dates().min().map(str::to_owned),
            last: dates().max().map(str::to_owned),
            affair: None,
            actors: actors.iter().take(SHOWN_ACTORS).map(|(actor, _)| (*actor).to_owned()).collect(),
            claims: Vec::new(),
        }
    };
    let mut stories: Vec<Story> = groups
        .iter()
        .zip(&actors)
        .enumerate()
        .map(|(number, (members, actors))| story(number, members, actors))
        .collect();
    let affairs = affairs_of(&mut stories, &actors);
    (stories, affairs)
}

/// The headline most like all the others' headlines and leads.
fn title_of(corpus: &Corpus<'_>, members: &[usize]) -> String {
    let leads: Vec<Vector> = members.iter().map(|member| lead_of(&corpus.articles[*member])).collect();
    let middle = Vector::mean(&leads);
    let headline = |member: &usize| {
        let prepared = &corpus.articles[*member];
        let title = prepared.article.title.as_deref().or_else(|| prepared.article.text.lines().next())?.trim();
        let vector = prepared.vectors.sentences.first().map_or(0.0, |sentence| sentence.vector.likeness(&middle));
        (!title.is_empty()).then_some((vector, *member, title))
    };
    let headlines = members.iter().filter_map(headline);
    let best = headlines.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    best.map(|(_, _, title)| title.to_owned()).unwrap_or_default()
}

/// Links stories that share their main actors; a story alone has no affair.
fn affairs_of(stories: &mut [Story], actors: &[Vec<(&str, usize)>]) -> Vec<Affair> {
    let mut home: Vec<usize> = (0..stories.len()).collect();
    let mut postings: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (story, actors) in actors.iter().enumerate() {
        for (actor, _) in actors.iter().take(LINKING_ACTORS) {
            postings.entry(actor).or_default().push(story);
        }
    }
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for group in postings.values().filter(|group| group.len() <= MOST_ARTICLES) {
        for (i, a) in group.iter().enumerate() {
            for b in group.iter().skip(i + 1) {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    for ((a, b), _) in shared.into_iter().filter(|(_, count)| *count >= SHARED_ACTORS) {
        let (low, high) = (home[a].min(home[b]), home[a].max(home[b]));
        home.iter_mut().filter(|home| **home == high).for_each(|home| *home = low);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (story, home) in home.iter().enumerate() {
        groups.entry(*home).or_default().push(story);
    }
    let mut affairs = Vec::new();
    for members in groups.into_values().filter(|members| members.len() > 1) {
        let id = format!("affair{}", affairs.len() + 1);
        let title =
            members.first().and_then(|first| stories.get(*first)).map(|story| story.title.clone()).unwrap_or_default();
        affairs.push(Affair {
            stories: members.iter().filter_map(|member| stories.get(*member)).map(|story| story.id.clone()).collect(),
            id: id.clone(),
            title,
        });
        members.iter().for_each(|member| stories[*member].affair = Some(id.clone()));
    }
    affairs
}
