//! Each kind of telling by itself: headlines, colons, interviews, live blogs, … `eval/cases` has their sources.
//!
//! A figure over a whole set hides that one kind of telling is not understood at all. The least that each must reach stands
//! a few points under what was measured; raise it when a change moves it.

use std::path::Path;
use tellings::eval::{GoldStory, score};
use tellings::{Pipeline, Settings, load};

/// Found F1 that each kind must reach, in percent. `plain` has hardly any statements: of it the number of those found is judged.
const LEAST: &[(&str, f64)] = &[
    ("colon-and-dash", 74.0),
    ("free-quotation", 75.0),
    ("headline-denies", 91.0),
    ("interview", 90.0),
    ("joint-speakers", 90.0),
    ("live-blog", 88.0),
    ("nested-three", 88.0),
    ("paragraphs", 70.0),
    ("press-release", 90.0),
    ("source-elsewhere", 18.0),
    ("tabloid", 91.0),
    ("translated", 89.0),
    ("unnamed", 90.0),
];
const MOST_IN_PLAIN: usize = 21;

#[test]
fn every_kind_of_telling_is_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/sets/kinds.jsonl");
    let text = std::fs::read_to_string(&path).expect("the set stands in the project");
    let stories = GoldStory::read(&text, "kinds").expect("gold");
    let pipeline =
        Pipeline::new(&load(None).expect("the weights that ship"), Settings::default()).expect("complete weights");
    let mut low = Vec::new();
    for story in &stories {
        let found: Vec<model::Article> =
            story.articles.iter().map(|article| pipeline.extract(article.bare())).collect();
        let scores = score(std::slice::from_ref(story), found.as_slice()).expect("the same texts");
        let figure = scores.value("found").unwrap_or(0.0);
        let count: usize = found.iter().map(|article| article.statements.len()).sum();
        println!("{:20} {figure:5.1}  {count} statements", story.slug);
        match LEAST.iter().find(|(slug, _)| *slug == story.slug) {
            Some((_, least)) if figure < *least => low.push(format!("{}: {figure:.1} < {least}", story.slug)),
            None if count > MOST_IN_PLAIN => low.push(format!("{}: {count} statements found", story.slug)),
            _ => {}
        }
    }
    assert_eq!(stories.len(), LEAST.len() + 1, "a kind without a floor");
    assert!(low.is_empty(), "{low:?}");
}
