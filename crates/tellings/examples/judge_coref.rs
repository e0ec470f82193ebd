//! Judges coreference within articles, once over the mentions that people marked and once over those that were found.
//!
//! `cargo run --release -p tellings --example judge_coref -- SET.jsonl WEIGHTS`

use actors::{Coreference, Tokens};
use encoder::Weights;
use model::Article;
use statements::{Convention, Reader};
use tellings::eval::{GoldStory, score};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (set, weights) = (arguments.next().ok_or("a set")?, arguments.next().ok_or("weights")?);
    let gold = GoldStory::read(&std::fs::read_to_string(&set)?, &set)?;
    let weights = Weights::load(std::fs::read(weights)?)?;
    let (reader, coref) = (Reader::new(&weights)?, Coreference::new(&weights)?);
    for given in [true, false] {
        let mut out = Vec::new();
        for story in &gold {
            for a in &story.articles {
                let mut article: Article = a.bare();
                let e = reader.encode(&article.text, Convention::Stories);
                let t = Tokens { offsets: &e.offsets, paragraph_of: &e.paragraph_of, vectors: &e.vectors };
                article.zones = a.zones.clone();
                article.statements = reader.statements(&article, &e);
                article.entities = if given {
                    let spans: Vec<_> = a.mentions.iter().flatten().map(|m| m.span).collect();
                    coref.entities_of(&article, &t, &spans).entities
                } else {
                    coref.entities(&article, &t).entities
                };
                out.push(article);
            }
        }
        let s = score(&gold, out.as_slice())?;
        for n in ["mentions", "muc", "b-cubed", "ceaf-e", "coreference", "entity-type"] {
            print!("{n} {:.1}  ", s.value(n).unwrap_or(0.0));
        }
        println!();
    }
    Ok(())
}
