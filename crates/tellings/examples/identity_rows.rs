//! What descriptions show beside those whom they may mean, with what people marked: rows for `training/identity.py`.
//!
//! `cargo run --release -p tellings --example identity_rows -- SET.jsonl WEIGHTS > ROWS.jsonl`
//!
//! Each story is read twice. Once as it is found: what the program itself left open, few, and as hard as on new text. And as people
//! marked it, with descriptions and what follows them cut off their entities by a fixed lot: many, and easier.

use actors::{Knowledge, entities_of_clusters, identity_choices};
use encoder::Weights;
use model::{Article, EntityType, Mention, MentionForm, Span};
use std::collections::{BTreeMap, BTreeSet};
use tellings::eval::{GoldArticle, GoldStory};
use tellings::{Pipeline, Settings};

/// So many different lots.
const ROUNDS: u64 = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let weights = Weights::load(std::fs::read(weights)?)?;
    let pipeline = Pipeline::new(&weights, Settings::default())?;
    let knowledge = Knowledge::built_in();
    for mut story in GoldStory::read(&std::fs::read_to_string(&set)?, &set)? {
        story.articles.sort_by(|a, b| a.id.cmp(&b.id));
        let found = story.articles.iter().map(|a| pipeline.extract(a.bare())).collect();
        print(&story, found, true, &knowledge);
        let kinds: BTreeMap<&str, EntityType> =
            story.entities.iter().filter_map(|e| Some((e.id.as_str(), e.kind?))).collect();
        for round in 0..ROUNDS {
            print(&story, story.articles.iter().map(|a| cut(a, &kinds, round)).collect(), false, &knowledge);
        }
    }
    Ok(())
}

/// The gold entity of most of an entity's mentions.
fn gold_of(mentions: &[Mention], at: &BTreeMap<Span, &str>) -> String {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for id in mentions.iter().filter_map(|m| at.get(&m.span)) {
        *votes.entry(id).or_default() += 1;
    }
    votes.into_iter().max_by_key(|(_, n)| *n).map(|(id, _)| id.to_owned()).unwrap_or_default()
}

fn print(story: &GoldStory, mut articles: Vec<Article>, found: bool, knowledge: &Knowledge) {
    let mut golds: Vec<Vec<String>> = Vec::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (article, gold) in articles.iter().zip(&story.articles) {
        let at: BTreeMap<Span, &str> = gold.mentions.iter().flatten().map(|m| (m.span, m.entity.as_str())).collect();
        let ids: Vec<String> = article.entities.iter().map(|e| gold_of(&e.mentions, &at)).collect();
        let has_name = |mentions: &[Mention]| mentions.iter().any(|m| m.form == MentionForm::Name);
        named
            .extend(article.entities.iter().zip(&ids).filter(|(e, _)| has_name(&e.mentions)).map(|(_, id)| id.clone()));
        golds.push(ids);
    }
    for choice in identity_choices(&mut articles, knowledge) {
        let of = |places: &[(usize, usize)]| {
            let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
            for id in places.iter().filter_map(|(article, entity)| golds.get(*article)?.get(*entity)) {
                *votes.entry(id).or_default() += 1;
            }
            votes.into_iter().max_by_key(|(_, n)| *n).map(|(id, _)| id.to_owned()).unwrap_or_default()
        };
        let own = of(&choice.description);
        let rows: Vec<(bool, &Vec<f32>)> =
            choice.named.iter().map(|(places, shown)| (!own.is_empty() && of(places) == own, shown)).collect();
        // cut off somebody who has a name, but not one that the choice offers: that is no answer «nobody»
        if !found && named.contains(&own) && !rows.iter().any(|(is, _)| *is) {
            continue;
        }
        let row = serde_json::json!({ "slug": story.slug, "class": choice.class, "found": found, "rows": rows });
        println!("{row}");
    }
}

/// An article with the entities that people marked, some of them without their descriptions.
fn cut(gold: &GoldArticle, kinds: &BTreeMap<&str, EntityType>, round: u64) -> Article {
    let mut clusters: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for mention in gold.mentions.iter().flatten() {
        clusters.entry(&mention.entity).or_default().push(mention.span);
    }
    let clusters: Vec<(EntityType, Vec<Span>)> =
        clusters.into_iter().filter_map(|(id, spans)| Some((*kinds.get(id)?, spans))).collect();
    let mut parts: Vec<(EntityType, Vec<Span>)> = Vec::new();
    for entity in entities_of_clusters(&gold.text, &clusters) {
        let whole: Vec<Span> = entity.mentions.iter().map(|m| m.span).collect();
        let kind = matches!(entity.kind, EntityType::Person | EntityType::Organisation);
        let (rest, runs) = if kind { runs(gold, &entity.mentions, round) } else { (whole.clone(), Vec::new()) };
        let is_name = |m: &&Mention| m.form == MentionForm::Name && rest.contains(&m.span);
        if entity.mentions.iter().any(|m| is_name(&m)) {
            parts.push((entity.kind, rest));
            parts.extend(runs.into_iter().map(|run| (entity.kind, run)));
        } else {
            parts.push((entity.kind, whole));
        }
    }
    let entities = entities_of_clusters(&gold.text, &parts);
    Article { entities, ..gold.bare() }
}

/// A named entity's mentions without some runs that begin with a description (rarely a pronoun), and these runs.
fn runs(gold: &GoldArticle, mentions: &[Mention], round: u64) -> (Vec<Span>, Vec<Vec<Span>>) {
    let (mut rest, mut out, mut run) = (Vec::new(), Vec::new(), Vec::new());
    let gap = |a: Option<&Mention>, b: Option<&Mention>| match (a, b) {
        (Some(a), Some(b)) => b.span.start().saturating_sub(a.span.end()),
        _ => u32::MAX,
    };
    for (k, mention) in mentions.iter().enumerate() {
        let before = k.checked_sub(1).and_then(|p| mentions.get(p));
        // an apposition, or «Ada Rem, who is a clerk»
        let beside = gap(before, Some(mention)) <= 12 || gap(Some(mention), mentions.get(k + 1)) <= 3;
        let lot = lot(&format!("{} {} {round}", gold.id, mention.span.start()));
        let pronoun = matches!(mention.form, MentionForm::Pronoun | MentionForm::Possessive);
        let opens = match mention.form {
            MentionForm::Description => !beside && lot < 90,
            MentionForm::Pronoun | MentionForm::FirstPerson => lot < 5,
            _ => false,
        };
        let goes_on = !run.is_empty() && (pronoun || mention.form == MentionForm::Description && lot < 128);
        if opens || goes_on {
            run.push(mention.span);
            continue;
        }
        if !run.is_empty() {
            out.push(std::mem::take(&mut run));
        }
        rest.push(mention.span);
    }
    if !run.is_empty() {
        out.push(run);
    }
    (rest, out)
}

/// A number below 256 that is always the same for the same words.
fn lot(words: &str) -> u64 {
    let sign =
        words.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
    sign >> 20 & 0xff
}
