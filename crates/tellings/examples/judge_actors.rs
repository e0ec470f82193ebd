//! Judges actors across articles: as found; as found within articles, then joined as people would; and joined by the program, from
//! the entities that people marked.
//!
//! `cargo run --release -p tellings --example judge_actors -- SET.jsonl WEIGHTS`

use actors::{Knowledge, across, entities_of_clusters};
use encoder::Weights;
use model::{Analysis, Article, Span};
use std::collections::BTreeMap;
use tellings::eval::{GoldStory, score};
use tellings::{Pipeline, Settings};

/// Gives each entity the gold entity of most of its mentions as actor; without one it stays alone.
fn join_as_people_would(article: &mut Article, gold: &BTreeMap<Span, String>) {
    for entity in &mut article.entities {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for mention in &entity.mentions {
            if let Some(id) = gold.get(&mention.span) {
                *votes.entry(id).or_default() += 1;
            }
        }
        entity.actor = votes.into_iter().max_by_key(|(_, n)| *n).map(|(id, _)| id.to_owned());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let gold = GoldStory::read(&std::fs::read_to_string(&set)?, &set)?;
    let weights = Weights::load(std::fs::read(weights)?)?;
    let knowledge = Knowledge::built_in();
    let pipeline = Pipeline::new(&weights, Settings::default())?;
    let (mut found, mut joined, mut marked) = (Vec::new(), Vec::new(), Vec::new());
    for story in &gold {
        let mut articles: Vec<Article> = story.articles.iter().map(|a| pipeline.extract(a.bare())).collect();
        let mut as_people = articles.clone();
        for (article, a) in as_people.iter_mut().zip(&story.articles) {
            let at: BTreeMap<Span, String> = a.mentions.iter().flatten().map(|m| (m.span, m.entity.clone())).collect();
            join_as_people_would(article, &at);
        }
        joined.extend(as_people);
        across(&mut articles, &knowledge);
        found.extend(articles);
        let kinds: BTreeMap<&str, _> = story.entities.iter().filter_map(|e| Some((e.id.as_str(), e.kind?))).collect();
        let mut articles: Vec<Article> = Vec::new();
        for a in &story.articles {
            let mut article = a.bare();
            let mut clusters: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
            for m in a.mentions.iter().flatten() {
                clusters.entry(&m.entity).or_default().push(m.span);
            }
            let clusters: Vec<_> =
                clusters.into_iter().filter_map(|(id, spans)| Some((*kinds.get(id)?, spans))).collect();
            article.entities = entities_of_clusters(&article.text, &clusters);
            articles.push(article);
        }
        across(&mut articles, &knowledge);
        marked.extend(articles);
    }
    for (name, articles) in [("as found", &found), ("joined as people would", &joined), ("entities of people", &marked)]
    {
        let analysis = Analysis { articles: articles.clone(), ..Analysis::default() };
        let s = score(&gold, &analysis)?;
        let figures = ["actors", "actors-on-matched"].map(|n| format!("{n} {:.1}", s.value(n).unwrap_or(0.0)));
        println!("{name}: {}", figures.join(", "));
    }
    Ok(())
}
