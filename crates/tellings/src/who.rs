//! Everything that a corpus has about whoever a typed name can mean: names, what was said, what was said about them.
//!
//! In: an [`Analysis`] with articles and actors, and a name. Out: an [`Answer`] that points into it, in the analysis's own
//! types. «brunn» → Oda Brünn with her statements in order of date, then what others say of her; then Nora Brünn.
//!
//! Whom a name can mean is decided in [`actors::find`]; here is only gathered.

use actors::{Match, find, near_names};
use model::{Actor, Analysis, Article, MentionForm, Outlet, Problem, Published, Span, Statement};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Who can be meant by a name, and what the articles have about them.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// Version of the format.
    pub tellings: &'a str,
    /// Id of the weights.
    pub weights: Option<&'a str>,
    /// What was typed.
    pub asked: &'a str,
    /// Whoever can be meant, the surest first.
    pub found: Vec<Found<'a>>,
    /// Names that come near, where nobody was found.
    pub near: Vec<&'a str>,
    /// What was left out.
    pub problems: &'a [Problem],
    /// Articles that were looked through.
    #[serde(skip)]
    pub articles: &'a [Article],
}

/// One actor with everything about it.
#[derive(Debug, Serialize)]
pub struct Found<'a> {
    /// By what it was found.
    pub matched: Match,
    /// Who it is.
    pub actor: &'a Actor,
    /// The actor that it belongs to.
    pub part_of: Option<&'a Actor>,
    /// What each outlet calls it, in order of date.
    pub called: Vec<Called<'a>>,
    /// What it said, in order of date.
    pub said: Vec<Told<'a>>,
    /// What others said that mentions it, in order of date.
    pub said_about: Vec<Told<'a>>,
}

/// What one outlet calls an actor.
#[derive(Debug, Serialize)]
pub struct Called<'a> {
    /// Name of the outlet.
    pub outlet: &'a str,
    /// Names and descriptions in the order in which they come.
    pub variants: Vec<Variant>,
}

/// One name or description, and how often an outlet uses it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// The words.
    pub text: String,
    /// How often.
    pub count: usize,
}

/// A statement with the article that tells it.
#[derive(Debug, Serialize)]
pub struct Told<'a> {
    /// Article id.
    pub article: &'a str,
    /// Who published it.
    pub outlet: &'a Outlet,
    /// When.
    pub published: Option<&'a Published>,
    /// The words under each span of its content.
    pub words: Vec<String>,
    /// The words under each span of its source.
    pub source_words: Vec<String>,
    /// The statement.
    pub statement: &'a Statement,
    /// The outlet's name, else what stands for it.
    #[serde(skip)]
    pub outlet_name: &'a str,
}

/// Looks up a name.
pub fn answer<'a>(analysis: &'a Analysis, asked: &'a str) -> Answer<'a> {
    let actors: BTreeMap<&str, &Actor> = analysis.actors.iter().map(|actor| (actor.id.as_str(), actor)).collect();
    let mut found: Vec<Found<'a>> = find(&analysis.articles, &analysis.actors, asked)
        .into_iter()
        .filter_map(|matched| {
            let actor = analysis.actors.get(matched.actor)?;
            let part_of = actor.part_of.as_deref().and_then(|id| actors.get(id).copied());
            Some(Found { matched, actor, part_of, called: Vec::new(), said: Vec::new(), said_about: Vec::new() })
        })
        .collect();
    let places: BTreeMap<&str, usize> = found.iter().enumerate().map(|(n, one)| (one.actor.id.as_str(), n)).collect();
    if !found.is_empty() {
        for article in &analysis.articles {
            gather(article, &places, &mut found);
        }
    }
    let near = if found.is_empty() { near_names(&analysis.articles, &analysis.actors, asked) } else { Vec::new() };
    Answer {
        tellings: &analysis.tellings,
        weights: analysis.weights.as_deref(),
        asked,
        found,
        near,
        problems: &analysis.problems,
        articles: &analysis.articles,
    }
}

/// Adds what one article has about those who were found.
fn gather<'a>(article: &'a Article, places: &BTreeMap<&str, usize>, found: &mut [Found<'a>]) {
    let place = |actor: Option<&str>| actor.and_then(|id| places.get(id).copied());
    let mut mentions: Vec<(Span, usize)> = Vec::new();
    for entity in &article.entities {
        if let Some(number) = place(entity.actor.as_deref()) {
            mentions.extend(entity.mentions.iter().map(|mention| (mention.span, number)));
        }
    }
    let speaks = |statement: &Statement| place(statement.speaker.as_ref().and_then(|s| s.actor.as_deref()));
    if mentions.is_empty() && !article.statements.iter().any(|statement| speaks(statement).is_some()) {
        return;
    }
    mentions.sort_unstable_by_key(|(span, number)| (span.start(), span.end(), *number));
    let letters: Vec<char> = article.text.chars().collect();
    for entity in &article.entities {
        let one = place(entity.actor.as_deref()).and_then(|number| found.get_mut(number));
        let Some(one) = one else { continue };
        // «Mayor Oda Brünn of Hale» is one naming, though «Oda Brünn» is marked within it as well.
        let mut namings: Vec<(Span, MentionForm)> = entity.mentions.iter().map(|m| (m.span, m.form)).collect();
        namings.sort_by_key(|(span, _)| (span.start(), Reverse(span.end())));
        let mut reached = 0;
        for (span, form) in namings {
            let is_inside = span.end() <= reached;
            reached = reached.max(span.end());
            if !is_inside && matches!(form, MentionForm::Name | MentionForm::Description) {
                add_variant(&mut one.called, outlet_name(article), words_at(&letters, span));
            }
        }
    }
    for statement in &article.statements {
        let speaker = speaks(statement);
        if let Some(one) = speaker.and_then(|number| found.get_mut(number)) {
            one.said.push(told(article, statement, &letters));
        }
        let about: BTreeSet<usize> = statement.content.iter().flat_map(|span| inside(&mentions, *span)).collect();
        for number in about.into_iter().filter(|number| Some(*number) != speaker) {
            if let Some(one) = found.get_mut(number) {
                one.said_about.push(told(article, statement, &letters));
            }
        }
    }
}

/// Whose mentions lie inside a span; mentions are sorted by where they start.
fn inside(mentions: &[(Span, usize)], span: Span) -> impl Iterator<Item = usize> {
    let from = mentions.partition_point(|(mention, _)| mention.start() < span.start());
    let starting = mentions.iter().skip(from).take_while(move |(mention, _)| mention.start() < span.end());
    starting.filter(move |(mention, _)| mention.end() <= span.end()).map(|(_, number)| *number)
}

fn told<'a>(article: &'a Article, statement: &'a Statement, letters: &[char]) -> Told<'a> {
    let words = |spans: &[Span]| spans.iter().map(|span| words_at(letters, *span)).collect();
    Told {
        article: &article.id,
        outlet: &article.outlet,
        published: article.published.as_ref(),
        words: words(&statement.content),
        source_words: words(&statement.source),
        statement,
        outlet_name: outlet_name(article),
    }
}

fn add_variant<'a>(called: &mut Vec<Called<'a>>, outlet: &'a str, words: String) {
    let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.strip_suffix("’s").or(text.strip_suffix("'s")).unwrap_or(&text);
    if text.is_empty() {
        return;
    }
    let at = called.iter().position(|one| one.outlet == outlet).unwrap_or_else(|| {
        called.push(Called { outlet, variants: Vec::new() });
        called.len() - 1
    });
    let Some(one) = called.get_mut(at) else { return };
    match one.variants.iter_mut().find(|variant| variant.text == text) {
        Some(variant) => variant.count += 1,
        None => one.variants.push(Variant { text: text.to_owned(), count: 1 }),
    }
}

fn words_at(letters: &[char], span: Span) -> String {
    letters.iter().skip(span.start() as usize).take(span.length() as usize).collect()
}

/// The outlet's name; where it is not known, its domain, the file or the article's id.
pub fn outlet_name(article: &Article) -> &str {
    let outlet = &article.outlet;
    outlet.name.as_deref().or(outlet.domain.as_deref()).or(article.path.as_deref()).unwrap_or(&article.id)
}

#[cfg(test)]
mod tests {
    use super::answer;
    use model::Analysis;
    use serde_json::json;

    /// Two articles in which the mayor speaks and is spoken of.
    fn analysis() -> Analysis {
        let statement = |id: &str, actor: &str, content: [u32; 2]| {
            json!({"id": id, "content": [content], "act": "deny", "kind": "indirect", "confidence": 0.9,
                "speaker": {"actor": actor, "entity": null, "name": actor, "by": "name", "confidence": 0.9}})
        };
        let article = |id: &str, statements: serde_json::Value| {
            json!({"id": id, "text": "Mayor Oda Brünn said she had gone. Vell said she had not.", "statements": statements,
                "outlet": {"name": format!("Post {id}")},
                "entities": [{"id": "e1", "type": "person", "name": "Oda Brünn", "actor": "p:oda-brunn", "mentions": [
                    {"span": [0, 15], "form": "name"}, {"span": [6, 15], "form": "name"},
                    {"span": [21, 24], "form": "pronoun"}, {"span": [45, 48], "form": "pronoun"}]}]})
        };
        let actor = |id: &str, name: &str| {
            json!({"id": id, "type": "person", "name": name, "aliases": [{"text": name, "count": 1, "outlets": []}],
                "part_of": null, "roles": [], "anonymous": false, "why": []})
        };
        let own = statement("s1", "p:oda-brunn", [21, 33]);
        let other = statement("s2", "p:vell", [45, 56]);
        let articles = json!([article("a", json!([own, other])), article("b", json!([other]))]);
        let actors = json!([actor("p:oda-brunn", "Oda Brünn"), actor("p:vell", "Vell")]);
        Analysis {
            articles: serde_json::from_value(articles).expect("articles"),
            actors: serde_json::from_value(actors).expect("actors"),
            ..Analysis::default()
        }
    }

    #[test]
    fn own_words_and_those_of_others_are_kept_apart() {
        let analysis = analysis();
        let answer = answer(&analysis, "brunn");
        let [one] = answer.found.as_slice() else { panic!("{:?}", answer.found) };
        let of = |told: &[super::Told<'_>]| -> Vec<String> {
            told.iter().map(|one| format!("{} {} {}", one.article, one.statement.id, one.words.join("|"))).collect()
        };
        assert_eq!(of(&one.said), ["a s1 she had gone"]);
        assert_eq!(of(&one.said_about), ["a s2 she had not", "b s2 she had not"]);
    }

    #[test]
    fn a_name_within_a_longer_one_is_counted_once() {
        let analysis = analysis();
        let answer = answer(&analysis, "brunn");
        let called: Vec<String> = answer.found[0]
            .called
            .iter()
            .flat_map(|one| one.variants.iter().map(move |v| format!("{}: {} {}", one.outlet, v.text, v.count)))
            .collect();
        assert_eq!(called, ["Post a: Mayor Oda Brünn 1", "Post b: Mayor Oda Brünn 1"]);
    }

    #[test]
    fn who_is_not_found_has_names_near() {
        let analysis = analysis();
        let answer = answer(&analysis, "Vall");
        assert!(answer.found.is_empty());
        assert_eq!(answer.near, ["Vell"]);
    }
}
