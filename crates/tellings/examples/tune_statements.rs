//! Tries other decisions of the statements stage on a set kept back for choices, never on held-out sets.
//!
//! `cargo run --release -p tellings --example tune_statements -- SET.jsonl WEIGHTS [polnear]` prints found and all-exact F1 for each.

use encoder::Weights;
use model::Article;
use statements::{Convention, Decoding, Reader};
use tellings::eval::{GoldStory, score};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let convention = if arguments.next().is_some() { Convention::Polnear } else { Convention::Stories };
    let gold = GoldStory::read(&std::fs::read_to_string(&set)?, &set)?;
    let weights = Weights::load(std::fs::read(weights)?)?;
    let mut reader = Reader::new(&weights)?;
    let articles: Vec<Article> =
        gold.iter().flat_map(|story| story.articles.iter().map(|article| article.bare())).collect();
    let encoded: Vec<_> = articles.iter().map(|article| reader.encode(&article.text, convention)).collect();
    for cue in [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8] {
        for (new_source, new_content) in
            [(0.0, 0.0), (-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5), (0.5, 0.5), (1.0, 1.0)]
        {
            if cue != 0.6 && (new_source, new_content) != (0.0, 0.0) {
                continue;
            }
            reader = reader.with_decoding(Decoding { cue, new_source, new_content });
            let found: Vec<Article> = articles
                .iter()
                .zip(&encoded)
                .map(|(article, encoded)| Article {
                    statements: reader.statements(article, encoded),
                    ..article.clone()
                })
                .collect();
            let scores = score(&gold, found.as_slice())?;
            let value = |name: &str| scores.value(name).unwrap_or(0.0);
            println!(
                "cue {cue:.2} source {new_source} content {new_content}: found {:.2} all-exact {:.2} source {:.2} cue {:.2} content {:.2}",
                value("found"),
                value("all-exact"),
                value("source"),
                value("cue"),
                value("content")
            );
        }
    }
    Ok(())
}
