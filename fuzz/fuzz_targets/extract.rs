//! Any bytes, read as a file of any kind, go through the whole of `extract` without a panic; spans lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tellings::{Pipeline, Settings};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let weights = tellings::load(None).expect("this build has weights");
    Pipeline::new(&weights, Settings::default()).expect("the weights fit")
});

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let options = read::Options::default();
    let articles: Vec<_> = match kind % 3 {
        0 => vec![read::article_from_text(bytes, "a.txt", &options)],
        1 => vec![read::article_from_html(bytes, "a.html", &options)],
        _ => read::articles_from_jsonl(bytes, "a.jsonl", &options).collect(),
    };
    for article in articles.into_iter().flatten() {
        let article = PIPELINE.extract(article);
        assert!(article.problems.iter().all(|problem| problem.code != "internal-error"), "{:?}", article.problems);
        let length = article.text.chars().count() as u32;
        for statement in &article.statements {
            for span in statement.source.iter().chain(&statement.cue).chain(&statement.content) {
                assert!(span.end() <= length);
            }
        }
        for mention in article.entities.iter().flat_map(|entity| &entity.mentions) {
            assert!(mention.span.end() <= length);
        }
    }
});
