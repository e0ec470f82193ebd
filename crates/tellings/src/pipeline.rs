//! The stages in a row: one article to its statements and entities, a corpus to its analysis.
//!
//! In: weights once, then articles. Out: articles with zones, statements, entities and speakers; with [`Pipeline::read`]
//! also their vectors; with [`Pipeline::analyze`] what is found across them. The same article gives the same bytes
//! whatever stands beside it and on whatever thread. A panic anywhere inside one article becomes its problem.

use crate::catching::catching;
use crate::claim_heads::ClaimHeads;
use crate::corpus::{Reading, sorted};
use crate::parts::{Found, Part, cut_off, join, split};
use crate::{vectors, zones};
use actors::{Coreference, Correction, Earlier, Knowledge};
use claims::ArticleVectors;
use encoder::{Weights, WeightsError};
use model::{Actor, Analysis, Article, FORMAT_VERSION, Problem, Statement};
use statements::Reader;
use std::collections::{BTreeMap, BTreeSet};

pub use statements::Convention;

/// Code points that are read in one piece: some 10,000 words, longer than any newspaper article that we know. What is
/// held in memory for a piece is about 800 times this many bytes.
const PART: usize = 60_000;

/// Code points of one article that are read: an article of 200,000 words with room to spare.
const MOST_CODE_POINTS: usize = 2_000_000;

/// Word pieces of one article that are read. Text of odd signs has a piece for each.
const MOST_PIECES: usize = 500_000;

/// The language that the weights know.
const LANGUAGE: &str = "en";

/// How articles are worked on.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How statements are marked.
    pub convention: Convention,
    /// Statements less sure than this are left out.
    pub min_confidence: f32,
    /// What is known about actors.
    pub knowledge: Knowledge,
    /// What people have set right.
    pub corrections: Vec<Correction>,
    /// An analysis whose actors keep their ids.
    pub earlier: Option<Earlier>,
}

/// All stages with their weights.
pub struct Pipeline {
    weights: String,
    settings: Settings,
    reader: Reader,
    coreference: Coreference,
    heads: ClaimHeads,
}

/// Whether a problem of an article means that something of it was left out; the others are doubts.
pub fn is_left_out(problem: &Problem) -> bool {
    matches!(problem.code.as_str(), "internal-error" | "language-not-analysed" | "text-cut" | "truncated-record")
}

/// Whether a problem of a corpus only tells what became of actors of an earlier analysis.
pub fn is_change(problem: &Problem) -> bool {
    matches!(problem.code.as_str(), "actors-merged" | "actor-split")
}

fn problem(code: &str, message: String) -> Problem {
    Problem { code: code.to_owned(), message, path: None }
}

fn text_cut(read: usize) -> Problem {
    problem("text-cut", format!("only the first {read} characters were read; split the file"))
}

impl Pipeline {
    /// Takes every head out of the weights.
    ///
    /// # Errors
    /// If one is missing or has another shape.
    pub fn new(weights: &Weights, settings: Settings) -> Result<Self, WeightsError> {
        Ok(Self {
            weights: weights.id().to_owned(),
            settings,
            reader: Reader::new(weights)?,
            coreference: Coreference::new(weights)?,
            heads: ClaimHeads::new(weights)?,
        })
    }

    /// The id of the weights.
    pub fn weights(&self) -> &str {
        &self.weights
    }

    /// Fills in what the article says: zones, statements, entities, speakers, and actors as far as one article tells.
    pub fn extract(&self, article: Article) -> Article {
        let mut article = self.run(article, false).article;
        let articles = std::slice::from_mut(&mut article);
        let mut actors = actors::across(articles, &self.settings.knowledge);
        // What does not fit here may fit another article; `analyze`, which sees all of them, names what fits none.
        actors::correct(articles, &mut actors, &self.settings.corrections);
        article
    }

    /// The same, with a vector for each statement and sentence.
    pub fn read(&self, article: Article) -> Reading {
        self.run(article, true)
    }

    /// What the article says, without vectors: enough for [`Self::actors`], not for [`Self::analyze`].
    pub fn read_without_vectors(&self, article: Article) -> Reading {
        self.run(article, false)
    }

    fn run(&self, mut article: Article, with_vectors: bool) -> Reading {
        article.statements.clear();
        article.entities.clear();
        if cut_off(&mut article, MOST_CODE_POINTS) {
            article.problems.push(text_cut(MOST_CODE_POINTS));
        }
        if article.language.is_none() {
            article.language = text::language(&article.text).map(str::to_owned);
        }
        if let Some(language) = article.language.as_deref().filter(|language| *language != LANGUAGE) {
            let message = format!("the text is in another language ({language}); it was kept, not analysed");
            article.problems.push(problem("language-not-analysed", message));
            return Reading { article, vectors: ArticleVectors::default() };
        }
        match catching(|| self.found(&article, with_vectors)) {
            Ok((found, vectors, problems, read)) => {
                if cut_off(&mut article, read) {
                    article.problems.push(text_cut(read));
                }
                article.zones = found.zones;
                article.statements = found.statements;
                article.entities = found.entities;
                article.problems.extend(problems);
                Reading { article, vectors }
            }
            Err(panic) => {
                let message =
                    format!("an error of the program, not of the text: {panic}; the article was kept, not analysed");
                article.problems.push(problem("internal-error", message));
                Reading { article, vectors: ArticleVectors::default() }
            }
        }
    }

    /// What is in the article, and how many of its code points were read.
    fn found(&self, article: &Article, with_vectors: bool) -> (Found, ArticleVectors, Vec<Problem>, usize) {
        let mut found = Vec::new();
        let mut vectors = ArticleVectors::default();
        let mut problems = Vec::new();
        let mut pieces = 0usize;
        let mut read = usize::MAX;
        for part in split(article, PART) {
            if pieces >= MOST_PIECES {
                read = part.start as usize;
                break;
            }
            let start = part.start;
            let (in_part, its_vectors, its_pieces) = self.found_in(part, with_vectors);
            pieces += its_pieces;
            vectors.statements.extend(its_vectors.statements);
            vectors.sentences.extend(its_vectors.sentences.into_iter().filter_map(|mut sentence| {
                let (from, to) = (sentence.span.start().checked_add(start)?, sentence.span.end().checked_add(start)?);
                sentence.span = model::Span::new(from, to).ok()?;
                Some(sentence)
            }));
            found.push((start, in_part));
        }
        if found.len() > 1 {
            let message =
                format!("read in {} parts; who is meant by a pronoun was looked for within each", found.len());
            problems.push(problem("long-article", message));
        }
        (join(found), vectors, problems, read)
    }

    fn found_in(&self, part: Part, with_vectors: bool) -> (Found, ArticleVectors, usize) {
        let mut article = part.article;
        let encoded = self.reader.encode(&article.text, self.settings.convention);
        zones::add(&mut article, &self.reader.zones(&encoded));
        article.statements = self.reader.statements(&article, &encoded);
        let tokens = actors::Tokens {
            offsets: &encoded.offsets,
            paragraph_of: &encoded.paragraph_of,
            vectors: &encoded.vectors,
        };
        let chains = self.coreference.entities(&article, &tokens);
        article.entities = chains.entities;
        actors::speakers(&mut article, &chains.sure);
        without_unsure(&mut article.statements, self.settings.min_confidence);
        let vectors = if with_vectors {
            vectors::vectors(&self.reader, &self.heads, &article, &encoded)
        } else {
            ArticleVectors::default()
        };
        let found = Found { statements: article.statements, entities: article.entities, zones: article.zones };
        (found, vectors, encoded.offsets.len())
    }

    /// What is found across articles. Problems of reading are handed on into the analysis; `progress` is told of every
    /// batch of pairs that has been compared.
    pub fn analyze(
        &self,
        readings: Vec<Reading>,
        mut problems: Vec<Problem>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Analysis {
        let (articles, actors, vectors) = self.with_actors(readings, &mut problems);
        self.found_across(articles, actors, &vectors, problems, progress)
    }

    /// Who is who across articles, and nothing else of an analysis: claims are not looked for.
    pub fn actors(&self, readings: Vec<Reading>, mut problems: Vec<Problem>) -> Analysis {
        let (articles, actors, _) = self.with_actors(readings, &mut problems);
        Analysis {
            tellings: FORMAT_VERSION.to_owned(),
            weights: Some(self.weights.clone()),
            articles,
            actors,
            problems,
            ..Analysis::default()
        }
    }

    /// The articles in order, with actors that people have set right.
    fn with_actors(
        &self,
        readings: Vec<Reading>,
        problems: &mut Vec<Problem>,
    ) -> (Vec<Article>, Vec<Actor>, Vec<ArticleVectors>) {
        let (readings, twice) = sorted(readings);
        problems.extend(twice);
        let (mut articles, mut vectors): (Vec<Article>, Vec<ArticleVectors>) =
            readings.into_iter().map(|reading| (reading.article, reading.vectors)).unzip();
        let Some(earlier) = &self.settings.earlier else {
            let mut actors = actors::across(&mut articles, &self.settings.knowledge);
            problems.extend(self.correct(&mut articles, &mut vectors, &mut actors));
            return (articles, actors, vectors);
        };
        let own = articles.len();
        articles.extend(earlier.others(&articles));
        let mut actors = actors::across(&mut articles, &self.settings.knowledge);
        earlier.keep_ids(&mut articles, &mut actors);
        // What people had set right before is set right again by now, and so no change.
        problems.extend(self.correct(&mut articles, &mut vectors, &mut actors));
        problems.extend(earlier.changes(&articles, &mut actors));
        articles.truncate(own);
        actors::only_of(&articles, &mut actors);
        (articles, actors, vectors)
    }

    /// What is found across articles whose statements, entities and actors are given: for judging that stage alone. Articles are read
    /// whole and in the order given.
    pub fn compare(&self, articles: Vec<Article>, actors: Vec<Actor>) -> Analysis {
        let vectors = |article: &Article| {
            let encoded = self.reader.encode(&article.text, self.settings.convention);
            vectors::vectors(&self.reader, &self.heads, article, &encoded)
        };
        let vectors: Vec<ArticleVectors> = articles.iter().map(vectors).collect();
        self.found_across(articles, actors, &vectors, Vec::new(), &|_| {})
    }

    fn found_across(
        &self,
        articles: Vec<Article>,
        actors: Vec<Actor>,
        vectors: &[ArticleVectors],
        problems: Vec<Problem>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Analysis {
        let scorer = |pairs: &[claims::PairInput<'_>]| self.heads.score(pairs, progress);
        let findings = claims::analyze(&articles, &actors, vectors, &scorer);
        Analysis {
            tellings: FORMAT_VERSION.to_owned(),
            weights: Some(self.weights.clone()),
            articles,
            actors,
            stories: findings.stories,
            affairs: findings.affairs,
            utterances: findings.utterances,
            claims: findings.claims,
            reprints: findings.reprints,
            positions: findings.positions,
            labels: findings.labels,
            timeline: findings.timeline,
            coverage: findings.coverage,
            problems,
        }
    }
}

impl Pipeline {
    /// Applies what people have set right; vectors of statements that are none go with them.
    fn correct(
        &self,
        articles: &mut [Article],
        vectors: &mut [ArticleVectors],
        actors: &mut Vec<Actor>,
    ) -> Vec<Problem> {
        if self.settings.corrections.is_empty() {
            return Vec::new();
        }
        let before: Vec<Vec<String>> = articles
            .iter()
            .map(|article| article.statements.iter().map(|statement| statement.id.clone()).collect())
            .collect();
        let problems = actors::correct(articles, actors, &self.settings.corrections);
        for ((article, vectors), ids) in articles.iter().zip(vectors).zip(before) {
            let kept: BTreeSet<&str> = article.statements.iter().map(|statement| statement.id.as_str()).collect();
            let mut ids = ids.iter();
            vectors.statements.retain(|_| ids.next().is_some_and(|id| kept.contains(id.as_str())));
        }
        problems
    }
}

/// Leaves out statements that are not sure enough; children of one left out hang on what it hung on.
fn without_unsure(statements: &mut Vec<Statement>, min_confidence: f32) {
    if min_confidence <= 0.0 {
        return;
    }
    let parents: BTreeMap<String, (bool, Option<String>)> = statements
        .iter()
        .map(|statement| (statement.id.clone(), (statement.confidence >= min_confidence, statement.parent.clone())))
        .collect();
    statements.retain(|statement| statement.confidence >= min_confidence);
    for statement in statements {
        // No chain is longer than the number of statements; a circle, which cannot be, would end there.
        for _ in 0..parents.len() {
            match statement.parent.as_ref().and_then(|parent| parents.get(parent)) {
                Some((false, above)) => statement.parent.clone_from(above),
                _ => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_unsure;
    use model::Statement;
    use serde_json::json;

    #[test]
    fn children_of_an_unsure_statement_hang_on_what_it_hung_on() {
        let statement = |id: &str, parent: Option<&str>, confidence: f32| -> Statement {
            let value =
                json!({"id": id, "parent": parent, "confidence": confidence, "act": "assert", "kind": "direct"});
            serde_json::from_value(value).expect("a statement")
        };
        let mut statements =
            vec![statement("s1", None, 0.9), statement("s2", Some("s1"), 0.2), statement("s3", Some("s2"), 0.8)];
        without_unsure(&mut statements, 0.5);
        let kept: Vec<(&str, Option<&str>)> =
            statements.iter().map(|statement| (statement.id.as_str(), statement.parent.as_deref())).collect();
        assert_eq!(kept, [("s1", None), ("s3", Some("s1"))]);
    }
}
