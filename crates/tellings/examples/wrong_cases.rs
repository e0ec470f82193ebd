//! Statements that came out wrong, each with its kind: what to read before anything is changed.
//!
//! `cargo run --release -p tellings --example wrong_cases -- SET.jsonl WEIGHTS [polnear|stories] [EVERY]` prints every EVERYth case of a set
//! (gold and found words beside each other), then how many there are of each kind. On sets for choices, not on a test part.

use encoder::Weights;
use model::Span;
use statements::Convention;
use std::collections::BTreeMap;
use tellings::eval::spans::Words;
use tellings::eval::statements::Matched;
use tellings::eval::{GoldArticle, GoldStory};
use tellings::{Pipeline, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let polnear = arguments.next().is_some_and(|word| word == "polnear");
    let every: usize = arguments.next().map_or(Ok(1), |word| word.parse())?.max(1);
    let convention = if polnear { Convention::Polnear } else { Convention::Stories };
    let weights = Weights::load(std::fs::read(weights)?)?;
    let pipeline = Pipeline::new(&weights, Settings { convention, ..Settings::default() })?;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = 0;
    for story in GoldStory::read(&std::fs::read_to_string(&set)?, &set)? {
        for gold in &story.articles {
            let found = pipeline.extract(gold.bare());
            for (kind, case) in cases(gold, &found)? {
                *kinds.entry(kind.clone()).or_default() += 1;
                number += 1;
                if number % every == 0 {
                    println!("{kind}\n{case}\n");
                }
            }
        }
    }
    for (kind, count) in kinds {
        println!("{count:6}  {kind}");
    }
    Ok(())
}

/// The wrong cases of an article: kind, and the words.
fn cases(gold: &GoldArticle, found: &model::Article) -> Result<Vec<(String, String)>, Box<dyn std::error::Error>> {
    let words = Words::new(&gold.text);
    let matched = Matched::new(gold, Some(found), &words)?;
    let pairs: Vec<_> = matched.found().collect();
    let text = |spans: &[Span]| {
        let pieces: Vec<String> = spans.iter().map(|span| words.text(span.start(), span.end())).collect();
        pieces.join(" … ").replace('\n', " / ")
    };
    let told = |source: &[Span], cue: &[Span], content: &[Span]| {
        format!("[{}] | [{}] | [{}]", text(source), text(cue), text(content))
    };
    let overlap = |a: &[Span], b: &[Span]| a.iter().any(|x| b.iter().any(|y| x.overlaps(*y)));
    let mut out = Vec::new();
    for g in &gold.statements {
        let says = told(&g.source, &g.cue, &g.content);
        let Some((_, p)) = pairs.iter().find(|(x, _)| std::ptr::eq(*x, g)) else {
            let near = found.statements.iter().find(|p| overlap(&p.cue, &g.cue));
            let nested = if g.parent.as_ref().is_some_and(Option::is_some) { ", nested" } else { "" };
            let kind = match near {
                None if g.cue.is_empty() => format!("missed: no cue in gold{nested}"),
                None => format!("missed: no cue found{nested}"),
                Some(_) => format!("missed: cue found, content elsewhere{nested}"),
            };
            let near = near.map(|p| told(&p.source, &p.cue, &p.content)).unwrap_or_default();
            out.push((kind, format!("  gold  {says}\n  found {near}")));
            continue;
        };
        let clean = |spans: &[Span]| words.clean(spans, "");
        for (role, a, b) in
            [("source", &g.source, &p.source), ("cue", &g.cue, &p.cue), ("content", &g.content, &p.content)]
        {
            if clean(a)? == clean(b)? {
                continue;
            }
            let edge = match (a.first(), b.first(), a.last(), b.last()) {
                (None, _, _, _) => "gold has none",
                (_, None, _, _) => "none found",
                (Some(x), Some(y), Some(z), Some(w)) if x.start() == y.start() && z.end() == w.end() => "pieces differ",
                _ if !overlap(a, b) => "elsewhere",
                (Some(x), Some(y), Some(z), Some(w)) => match (y.start().cmp(&x.start()), w.end().cmp(&z.end())) {
                    (std::cmp::Ordering::Less, std::cmp::Ordering::Equal) => "begins too early",
                    (std::cmp::Ordering::Greater, std::cmp::Ordering::Equal) => "begins too late",
                    (std::cmp::Ordering::Equal, std::cmp::Ordering::Less) => "ends too early",
                    (std::cmp::Ordering::Equal, std::cmp::Ordering::Greater) => "ends too late",
                    _ => "both ends differ",
                },
                _ => "differs",
            };
            let found = told(&p.source, &p.cue, &p.content);
            out.push((format!("{role}: {edge}"), format!("  gold  {says}\n  found {found}")));
        }
    }
    for p in &found.statements {
        if pairs.iter().any(|(_, x)| std::ptr::eq(*x, p)) {
            continue;
        }
        let kind = if gold.statements.iter().any(|g| overlap(&g.cue, &p.cue)) {
            "too many: cue of another"
        } else {
            "too many: no statement there"
        };
        out.push((kind.to_owned(), format!("  found {}", told(&p.source, &p.cue, &p.content))));
    }
    Ok(out)
}
