//! Judges what is found across articles alone: statements, speakers and actors as people marked them in, claims and utterances out.
//!
//!     cargo run --release -p tellings --example judge_claims -- COMPILED.jsonl WEIGHTS
//!
//! Choices are made on the stories kept back for them, never on the held-out ones.

mod gold;

use encoder::Weights;
use model::Analysis;
use std::error::Error;
use tellings::eval::{GoldStory, score};
use tellings::{Pipeline, Settings};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("judge_claims COMPILED.jsonl WEIGHTS")?;
    let weights = Weights::load(std::fs::read(arguments.next().ok_or("weights")?)?)?;
    let pipeline = Pipeline::new(&weights, Settings::default())?;
    let mut all = Analysis::default();
    for (number, story) in gold::read(&path)?.into_iter().enumerate() {
        let mut found = pipeline.compare(story.articles, story.actors);
        // Each story is analysed alone; its ids are told apart from those of the others.
        let own = |id: &mut String| id.insert_str(0, &format!("{number}."));
        for claim in &mut found.claims {
            own(&mut claim.id);
            claim.contradicts.iter_mut().for_each(own);
        }
        found.utterances.iter_mut().for_each(|utterance| own(&mut utterance.id));
        all.articles.extend(found.articles);
        all.actors.extend(found.actors);
        all.claims.extend(found.claims);
        all.utterances.extend(found.utterances);
        all.reprints.extend(found.reprints);
    }
    let stories = GoldStory::read(&std::fs::read_to_string(&path)?, &path)?;
    println!("{}", score(&stories, &all)?.table());
    Ok(())
}
