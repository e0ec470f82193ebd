//! Judges the crate on compiled gold stories: gold statements and speakers in, found stories, claims, verdicts out.
//!
//!     judge COMPILED --vectors PREFIX [--scores FILE] [--held-out FILE] [--judge-held-out] [--show SLUG] [--mixed]
//!         [--rules [--show-rules]]
//!
//! Without `--scores` a perfect pair model is played from the gold. `--mixed` throws all stories' articles together and
//! judges stories; otherwise each story is analysed alone.

mod gold;
mod measure;

use claims::analyze;
use gold::{Gold, Scores};
use measure::{Figures, Kind};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value =
        |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1)).map(String::as_str);
    let has = |name: &str| arguments.iter().any(|a| a == name);
    let path = arguments.first().ok_or("judge COMPILED --vectors PREFIX [--scores FILE] …")?;
    let mut stories = gold::read(path)?;
    gold::add_vectors(&mut stories, value("--vectors").ok_or("--vectors is missing")?)?;
    let held = value("--held-out").map(gold::held_out).transpose()?.unwrap_or_default();
    stories.retain(|story| held.contains(&story.slug) == has("--judge-held-out"));
    if has("--rules") {
        measure::rules(&stories, has("--show-rules"));
        return Ok(());
    }
    let scores = Scores::read(&stories, value("--scores"))?;
    let scorer = |pairs: &[_]| scores.score(pairs);
    if has("--mixed") {
        let started = std::time::Instant::now();
        let (mut articles, mut actors, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
        for story in &stories {
            articles.extend(story.articles.iter().cloned());
            actors.extend(story.actors.iter().cloned());
            vectors.extend(story.vectors.iter().cloned());
        }
        let findings = analyze(&articles, &actors, &vectors, &scorer);
        measure::stories(&stories, &findings);
        println!("{} pairs asked, {:.1} s", scores.asked.get(), started.elapsed().as_secs_f32());
        return Ok(());
    }
    let mut figures = Figures::default();
    for story in &stories {
        let Gold { articles, actors, vectors, .. } = story;
        let findings = analyze(articles, actors, vectors, &scorer);
        let before = figures.clone();
        figures.add(story, &findings);
        if has("--each") {
            println!("{:28} {}", story.slug, figures.since(&before).line(Kind::Short));
        }
        if value("--show") == Some(story.slug.as_str()) {
            measure::show(story, &findings);
        }
    }
    println!("{}", figures.line(Kind::Long));
    println!("{} pairs asked, {} of them unknown", scores.asked.get(), scores.unknown.get());
    Ok(())
}
