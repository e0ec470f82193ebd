//! How far the confidence of links can be believed: of mentions to their entities, of entities to their actors, of statements to speakers.
//!
//! `cargo run --release -p tellings --example link_confidence -- SET.jsonl WEIGHTS [rows]` prints for each kind of link how many there are,
//! how sure they are and how many are right, by tenths, and the mean distance of the two (expected calibration error). With `rows` one line a
//! link for `training/link_confidence.py`.
//!
//! A mention that joined its entity is right where people gave it and most of the entity's other mentions one entity; one that opened its
//! entity, where no earlier mention in the article is of the same. An entity is right in its actor where it and most of the actor's other
//! mentions are of one entity. Mentions that people did not mark count nowhere.

use encoder::Weights;
use model::{Analysis, Article, Mention, MentionForm};
use std::collections::BTreeMap;
use tellings::eval::spans::Words;
use tellings::eval::statements::Matched;
use tellings::eval::{GoldArticle, GoldStory};
use tellings::{Pipeline, Settings};

/// A link: its kind, its confidence, whether it is right, whether it says that another fits nearly as well.
type Row = (String, f32, bool, bool);

const BINS: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let as_rows = arguments.next().is_some_and(|word| word == "rows");
    let weights = Weights::load(std::fs::read(weights)?)?;
    let pipeline = Pipeline::new(&weights, Settings::default())?;
    let mut by_kind: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for story in GoldStory::read(&std::fs::read_to_string(&set)?, &set)? {
        let readings = story.articles.iter().map(|a| pipeline.read_without_vectors(a.bare())).collect();
        let analysis = pipeline.actors(readings, Vec::new());
        for row in rows(&story, &analysis)? {
            if as_rows {
                let (kind, confidence, right, rival) = &row;
                println!("{}", serde_json::json!([story.slug, kind, confidence, right, rival]));
            }
            let (whole, _) = row.0.split_once(' ').unwrap_or((&row.0, ""));
            by_kind.entry(format!("{whole}, all")).or_default().push(row.clone());
            by_kind.entry(row.0.clone()).or_default().push(row);
        }
    }
    if !as_rows {
        by_kind.iter().for_each(|(kind, rows)| table(kind, rows));
    }
    Ok(())
}

fn table(kind: &str, rows: &[Row]) {
    let mut bins = [(0.0f64, 0.0f64, 0.0f64); BINS];
    for (_, confidence, right, _) in rows {
        let place = ((confidence * BINS as f32) as usize).min(BINS - 1);
        if let Some(bin) = bins.get_mut(place) {
            *bin = (bin.0 + 1.0, bin.1 + f64::from(*confidence), bin.2 + f64::from(u8::from(*right)));
        }
    }
    let error: f64 = bins.iter().map(|(_, sure, right)| (sure - right).abs()).sum();
    let of = rows.len() as f64;
    let (sure, right) = bins.iter().fold((0.0, 0.0), |(a, b), bin| (a + bin.1, b + bin.2));
    println!("{kind}: {of}, sure {:.3}, right {:.3}, error {:.1} points", sure / of, right / of, 100.0 * error / of);
    let shown = bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0.0);
    let shown: Vec<String> =
        shown.map(|(n, bin)| format!("0.{n}: {} {:.2} {:.2}", bin.0, bin.1 / bin.0, bin.2 / bin.0)).collect();
    println!("    {}", shown.join(" | "));
    let rivals: Vec<bool> = rows.iter().filter(|row| row.3).map(|row| row.2).collect();
    if !rivals.is_empty() {
        let right = rivals.iter().filter(|right| **right).count();
        println!("    another fits nearly as well: {}, right {:.3}", rivals.len(), right as f64 / rivals.len() as f64);
    }
}

fn form(mention: &Mention) -> &'static str {
    match mention.form {
        MentionForm::Name => "name",
        MentionForm::Description => "description",
        MentionForm::FirstPerson => "first-person",
        MentionForm::Pronoun | MentionForm::Possessive => "pronoun",
    }
}

/// Whom most votes are for; the first of equals.
fn most<'a>(votes: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for vote in votes {
        match counts.iter_mut().find(|(id, _)| *id == vote) {
            Some((_, count)) => *count += 1,
            None => counts.push((vote, 1)),
        }
    }
    let top = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == top).map(|(id, _)| id)
}

fn rows(story: &GoldStory, analysis: &Analysis) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let by_id: BTreeMap<&str, &Article> = analysis.articles.iter().map(|a| (a.id.as_str(), a)).collect();
    let mut out = Vec::new();
    // for each actor the entities that people marked: of which entity, and by whom each of its mentions is
    let mut of_actor: BTreeMap<&str, Vec<(usize, Vec<&str>)>> = BTreeMap::new();
    let mut entities = Vec::new();
    for gold in &story.articles {
        let Some(found) = by_id.get(gold.id.as_str()).copied() else { continue };
        let words = Words::new(&gold.text);
        let at: BTreeMap<(u32, u32), &str> =
            gold.mentions.iter().flatten().map(|m| (words.trim(m.span), m.entity.as_str())).collect();
        let gold_of = |mention: &Mention| at.get(&words.trim(mention.span)).copied();
        within(found, &gold_of, &mut out);
        for entity in &found.entities {
            let means: Vec<&str> = entity.mentions.iter().filter_map(gold_of).collect();
            if let Some(actor) = entity.actor.as_deref() {
                of_actor.entry(actor).or_default().push((entities.len(), means.clone()));
            }
            entities.push((entity, means));
        }
        spoken(gold, found, &words, &gold_of, &mut out)?;
    }
    for (number, (entity, means)) in entities.iter().enumerate() {
        let (Some(confidence), Some(own)) = (entity.confidence, most(means.iter().copied())) else { continue };
        let all = entity.actor.as_deref().and_then(|actor| of_actor.get(actor)).into_iter().flatten();
        let others = all.filter(|(other, _)| *other != number).flat_map(|(_, means)| means.iter().copied());
        if let Some(actor) = most(others) {
            let has_name = entity.mentions.iter().any(|mention| mention.form == MentionForm::Name);
            let kind = if has_name { "across named" } else { "across nameless" };
            out.push((kind.to_owned(), confidence, own == actor, !entity.rivals.is_empty()));
        }
    }
    Ok(out)
}

/// The links of mentions to entities.
fn within<'a>(found: &Article, gold_of: &dyn Fn(&Mention) -> Option<&'a str>, out: &mut Vec<Row>) {
    let mut places: Vec<(u32, &str)> =
        found.entities.iter().flat_map(|e| &e.mentions).filter_map(|m| Some((m.span.start(), gold_of(m)?))).collect();
    places.sort_unstable();
    for entity in &found.entities {
        for (number, mention) in entity.mentions.iter().enumerate() {
            let (Some(confidence), Some(own)) = (mention.confidence, gold_of(mention)) else { continue };
            let others = entity.mentions.iter().enumerate().filter(|(n, _)| *n != number);
            let (kind, right) = if number == 0 {
                ("opens", !places.iter().any(|(start, gold)| *gold == own && *start < mention.span.start()))
            } else {
                let Some(means) = most(others.filter_map(|(_, m)| gold_of(m))) else { continue };
                ("joins", means == own)
            };
            out.push((format!("{kind} {}", form(mention)), confidence, right, mention.rival.is_some()));
        }
    }
}

/// The speakers of found statements.
fn spoken<'a>(
    gold: &GoldArticle,
    found: &Article,
    words: &Words,
    gold_of: &dyn Fn(&Mention) -> Option<&'a str>,
    out: &mut Vec<Row>,
) -> Result<(), Box<dyn std::error::Error>> {
    let matched = Matched::new(gold, Some(found), words)?;
    for (wanted, predicted) in matched.found() {
        let (Some(Some(wanted)), Some(speaker)) = (&wanted.speaker, &predicted.speaker) else { continue };
        let entity = found.entities.iter().find(|e| speaker.entity.as_ref() == Some(&e.id));
        let Some(means) = entity.and_then(|e| most(e.mentions.iter().filter_map(gold_of))) else { continue };
        out.push((format!("speaker {:?}", speaker.by).to_lowercase(), speaker.confidence, means == wanted, false));
    }
    Ok(())
}
