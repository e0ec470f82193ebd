//! Any bytes through the whole of `extract`: no panic, spans lie inside the text.

use std::sync::LazyLock;
use tellings::{Pipeline, Settings};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let weights = tellings::load(None).expect("this build has weights");
    Pipeline::new(&weights, Settings::default()).expect("the weights fit")
});

/// Any bytes, read as a file of the kind that the number picks.
pub fn extract(kind: u8, bytes: &[u8]) {
    let options = read::Options::default();
    let articles: Vec<_> = match kind % 4 {
        0 => vec![read::article_from_text(bytes, "a.txt", &options)],
        1 => vec![read::article_from_html(bytes, "a.html", &options)],
        2 => read::articles_from_jsonl(bytes, "a.jsonl", &options).collect(),
        _ => read::articles_from_bytes(bytes.to_vec(), "a", &options).collect(),
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
}
