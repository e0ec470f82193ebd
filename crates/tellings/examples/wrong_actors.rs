//! Who was taken for whom: what to read before anything in `actors` is changed.
//!
//! `cargo run --release -p tellings --example wrong_actors -- SET.jsonl WEIGHTS [mouth|chain|split|across|none] [EVERY]` prints every
//! EVERYth case of one sort, then how many there are of each kind:
//!
//! - *mouth*: a statement that was found and given to a wrong actor;
//! - *chain*: a mention among those of another entity of its article;
//! - *split*: an entity's mentions that stand apart from its largest part, in one article;
//! - *across*: entities of one actor that stayed two, or of two that became one.
//!
//! On sets for choices, not on a test part.

use encoder::Weights;
use model::{Analysis, Article, Entity, EntityType, Mention, MentionForm, Span};
use std::collections::{BTreeMap, BTreeSet};
use tellings::eval::spans::Words;
use tellings::eval::statements::Matched;
use tellings::eval::{GoldArticle, GoldStory};
use tellings::{Pipeline, Settings};

/// One wrong case: its sort, its kind, and the words.
type Case = (&'static str, String, String);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let shown = arguments.next().unwrap_or_default();
    let every: usize = arguments.next().map_or(Ok(1), |word| word.parse())?.max(1);
    let weights = Weights::load(std::fs::read(weights)?)?;
    let pipeline = Pipeline::new(&weights, Settings::default())?;
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut number = 0;
    for story in GoldStory::read(&std::fs::read_to_string(&set)?, &set)? {
        let readings = story.articles.iter().map(|a| pipeline.read_without_vectors(a.bare())).collect();
        let analysis = pipeline.actors(readings, Vec::new());
        for (sort, kind, text) in cases(&story, &analysis)? {
            if sort == shown {
                number += 1;
                if number % every == 0 {
                    println!("{kind}\n{text}\n");
                }
            }
            *counts.entry((sort, kind)).or_default() += 1;
        }
    }
    for ((sort, kind), count) in counts {
        println!("{count:6}  {sort}: {kind}");
    }
    Ok(())
}

/// An article with what people marked in it, and whom each found entity mostly means.
struct Read<'a> {
    gold: &'a GoldArticle,
    found: &'a Article,
    letters: Vec<char>,
    words: Words,
    /// The gold entity at each place.
    at: BTreeMap<(u32, u32), &'a str>,
    /// By found entity.
    means: BTreeMap<&'a str, &'a str>,
}

impl<'a> Read<'a> {
    fn new(gold: &'a GoldArticle, found: &'a Article) -> Self {
        let words = Words::new(&gold.text);
        let at: BTreeMap<_, _> =
            gold.mentions.iter().flatten().map(|m| (words.trim(m.span), m.entity.as_str())).collect();
        let mut out = Self { gold, found, letters: gold.text.chars().collect(), words, at, means: BTreeMap::new() };
        for entity in &found.entities {
            let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
            for id in entity.mentions.iter().filter_map(|m| out.gold_of(m)) {
                *votes.entry(id).or_default() += 1;
            }
            if let Some((id, _)) = votes.into_iter().max_by_key(|(_, n)| *n) {
                out.means.insert(&entity.id, id);
            }
        }
        out
    }

    fn gold_of(&self, mention: &Mention) -> Option<&'a str> {
        self.at.get(&self.words.trim(mention.span)).copied()
    }

    fn text(&self, from: u32, to: u32) -> String {
        let text: String = self.letters.iter().skip(from as usize).take(to.saturating_sub(from) as usize).collect();
        text.replace('\n', " / ")
    }

    /// A place in its surroundings.
    fn place(&self, span: Span) -> String {
        let before = self.text(span.start().saturating_sub(260), span.start());
        format!("{before}⟦{}⟧{}", self.text(span.start(), span.end()), self.text(span.end(), span.end() + 80))
    }

    fn spans(&self, spans: &[Span]) -> String {
        spans.iter().map(|s| self.text(s.start(), s.end())).collect::<Vec<_>>().join(" … ")
    }

    fn mentions(&self, entity: &Entity) -> String {
        let one = |m: &Mention| {
            let mark = self.gold_of(m).unwrap_or("–");
            format!("{} <{mark}>", self.text(m.span.start(), m.span.end()))
        };
        format!("{:?}: {}", entity.kind, entity.mentions.iter().take(14).map(one).collect::<Vec<_>>().join(" | "))
    }
}

fn form(mention: Option<&Mention>) -> &'static str {
    match mention.map(|m| m.form) {
        Some(MentionForm::Name) => "name",
        Some(MentionForm::Description) => "description",
        Some(MentionForm::FirstPerson) => "first person",
        Some(MentionForm::Pronoun | MentionForm::Possessive) => "pronoun",
        None => "no mention",
    }
}

/// The wrong cases of a story.
fn cases(story: &GoldStory, analysis: &Analysis) -> Result<Vec<Case>, Box<dyn std::error::Error>> {
    let by_id: BTreeMap<&str, &Article> = analysis.articles.iter().map(|a| (a.id.as_str(), a)).collect();
    let reads: Vec<Read<'_>> =
        story.articles.iter().filter_map(|g| Some(Read::new(g, by_id.get(g.id.as_str())?))).collect();
    let mut out = Vec::new();
    for read in &reads {
        mouths(read, &mut out)?;
        chains(read, &mut out);
        splits(read, &mut out);
    }
    let types: BTreeMap<&str, EntityType> =
        story.entities.iter().filter_map(|e| Some((e.id.as_str(), e.kind?))).collect();
    actors(&reads, &types, &mut out);
    Ok(out)
}

fn mouths(read: &Read<'_>, out: &mut Vec<Case>) -> Result<(), Box<dyn std::error::Error>> {
    let matched = Matched::new(read.gold, Some(read.found), &read.words)?;
    for (gold, found) in matched.found() {
        let (Some(wanted), Some(speaker)) = (&gold.speaker, &found.speaker) else { continue };
        let entity = read.found.entities.iter().find(|e| speaker.entity.as_ref() == Some(&e.id));
        let means = entity.and_then(|e| read.means.get(e.id.as_str()).copied());
        if wanted.as_deref() == means && means.is_some() {
            continue;
        }
        let same = |m: &&Mention| found.source.iter().any(|s| s.contains(m.span) || m.span.contains(*s));
        let mention = entity.and_then(|e| e.mentions.iter().find(same));
        let meets = gold.source.iter().any(|g| found.source.iter().any(|f| f.overlaps(*g)));
        let own = mention.and_then(|m| read.gold_of(m));
        let kind = match (wanted, means) {
            (None, _) => "gold has nobody".to_owned(),
            (Some(_), None) => format!("nobody that people marked: {}", form(mention)),
            _ if !meets && !gold.source.is_empty() => "source elsewhere".to_owned(),
            _ if found.source.is_empty() => "no source: the quotation before".to_owned(),
            (Some(w), _) if own == Some(w) => format!("source in a wrong chain: {}", form(mention)),
            _ if own.is_some() => format!("gold speaker is not the source's: {}", form(mention)),
            _ => format!("source's mention is none in gold: {}", form(mention)),
        };
        let text = format!(
            "  {} [{}] | [{}] | [{}] gold source [{}]\n  gold {wanted:?}, found {means:?} ({}, {:.2} {:?})\n  {}\n  {}",
            read.gold.id,
            read.spans(&found.source),
            read.spans(&found.cue),
            read.spans(&found.content),
            read.spans(&gold.source),
            speaker.name,
            speaker.confidence,
            speaker.by,
            entity.map(|e| read.mentions(e)).unwrap_or_default(),
            mention.map(|m| read.place(m.span)).unwrap_or_default(),
        );
        out.push(("mouth", kind, text));
    }
    Ok(())
}

fn chains(read: &Read<'_>, out: &mut Vec<Case>) {
    for entity in &read.found.entities {
        let Some(means) = read.means.get(entity.id.as_str()) else { continue };
        for mention in &entity.mentions {
            if let Some(own) = read.gold_of(mention).filter(|own| own != means) {
                let text = format!(
                    "  {} gold {own}, among those of {means}\n  {}\n  {}",
                    read.gold.id,
                    read.mentions(entity),
                    read.place(mention.span)
                );
                out.push(("chain", form(Some(mention)).to_owned(), text));
            }
        }
    }
}

fn splits(read: &Read<'_>, out: &mut Vec<Case>) {
    let mut parts: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for entity in &read.found.entities {
        if let Some(means) = read.means.get(entity.id.as_str()) {
            parts.entry(means).or_default().push(entity);
        }
    }
    for (id, mut of) in parts {
        of.sort_by_key(|e| std::cmp::Reverse(e.mentions.len()));
        let Some((largest, others)) = of.split_first() else { continue };
        for other in others {
            let first = other.mentions.first();
            let size = if other.mentions.len() == 1 { "alone" } else { "several" };
            let has_name = largest.mentions.iter().any(|m| m.form == MentionForm::Name);
            let of = if has_name { "of a named one" } else { "of one without a name" };
            let text = format!(
                "  {} {id}\n  {}\n  {}\n  {}",
                read.gold.id,
                read.mentions(largest),
                read.mentions(other),
                first.map(|m| read.place(m.span)).unwrap_or_default()
            );
            out.push(("split", format!("{}, {size}, {of}", form(first)), text));
        }
    }
}

fn actors(reads: &[Read<'_>], types: &BTreeMap<&str, EntityType>, out: &mut Vec<Case>) {
    let mut of_gold: BTreeMap<&str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    let mut of_actor: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for read in reads {
        for entity in &read.found.entities {
            let (Some(means), Some(actor)) = (read.means.get(entity.id.as_str()), entity.actor.as_deref()) else {
                continue;
            };
            let told = format!("{} {}", read.gold.id, read.mentions(entity));
            of_gold.entry(means).or_default().entry(actor).or_default().push(told);
            of_actor.entry(actor).or_default().insert(means);
        }
    }
    for (id, parts) in &of_gold {
        if parts.len() > 1 {
            let kind = types.get(id).map_or("?".to_owned(), |k| format!("{k:?}").to_lowercase());
            let text: Vec<String> =
                parts.iter().map(|(a, told)| format!("  {a}\n    {}", told.join("\n    "))).collect();
            out.push(("across", format!("one {kind} in several actors"), format!("  {id}\n{}", text.join("\n"))));
        }
    }
    for (actor, golds) in &of_actor {
        if golds.len() > 1 {
            out.push(("across", "several in one actor".to_owned(), format!("  {actor}: {golds:?}")));
        }
    }
}
