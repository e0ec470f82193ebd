//! Reads a story as people annotate it: a folder with `story.json` and one text with tags for each article.
//!
//! In: the texts of the files. Out: a [`GoldStory`]. `<s3>The mayor</s3> <q3>denied</q3> <c3>it</c3>` marks source, cue
//! and content of statement 3; `<m okafor>…</m>` a mention, `<t1>…</t1>` a time, `<z caption>…</z>` a zone.
//!
//! Whether an annotation keeps all rules is checked where stories are written, not here; what cannot be read is refused.

use super::EvalError;
use super::gold::{GoldArticle, GoldClaim, GoldEntity, GoldMention, GoldReprint, GoldStatement, GoldStory, GoldTime};
use super::spans::{is_blank, number};
use model::{Act, Kind, Span, Stance, Zone, ZoneKind};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct StoryFile {
    slug: String,
    entities: Vec<GoldEntity>,
    claims: Vec<GoldClaim>,
    articles: BTreeMap<String, ArticleFacts>,
}

#[derive(Deserialize)]
struct ArticleFacts {
    #[serde(default)]
    statements: BTreeMap<String, StatementFacts>,
    #[serde(default)]
    times: BTreeMap<String, TimeFacts>,
    #[serde(default)]
    reprints: Vec<GoldReprint>,
}

#[derive(Deserialize)]
struct StatementFacts {
    speaker: Option<String>,
    act: Act,
    kind: Kind,
    #[serde(default)]
    negated: Option<bool>,
    #[serde(default)]
    hedged: Option<bool>,
    /// A number, as a number or as a string.
    #[serde(default)]
    parent: Option<serde_json::Value>,
    #[serde(default)]
    claims: Vec<(String, Stance)>,
    #[serde(default)]
    utterance: Option<String>,
}

#[derive(Deserialize)]
struct TimeFacts {
    value: serde_json::Value,
}

/// A story from `story.json` and its articles' texts by name (`a1`).
///
/// # Errors
/// What is malformed, with `place` (the folder) in front.
pub fn compile(story_json: &str, texts: &BTreeMap<String, String>, place: &str) -> Result<GoldStory, EvalError> {
    let bad = |why: String| EvalError::Gold { place: place.to_owned(), why };
    let story: StoryFile = serde_json::from_str(story_json).map_err(|e| bad(format!("story.json: {e}")))?;
    let mut names: Vec<&String> = story.articles.keys().collect();
    names.sort_by_key(|name| (name.len(), name.as_str())); // a2 before a10
    let mut articles = Vec::new();
    for name in names {
        let (Some(facts), Some(raw)) = (story.articles.get(name), texts.get(name)) else {
            return Err(bad(format!("no file {name}.txt")));
        };
        let mut article = article(raw, facts, name).map_err(|why| bad(format!("{name}.txt: {why}")))?;
        article.id = format!("{}/{name}", story.slug);
        articles.push(article);
    }
    Ok(GoldStory {
        slug: story.slug,
        entities: story.entities,
        claims: Some(story.claims),
        articles,
        unmarked: Vec::new(),
    })
}

fn article(raw: &str, facts: &ArticleFacts, name: &str) -> Result<GoldArticle, String> {
    let raw = raw.replace("\r\n", "\n");
    let (head, body) = raw.split_once("\n\n").ok_or("no blank line after the header")?;
    let mut header = BTreeMap::new();
    for line in head.split('\n') {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("header line `{line}`"))?;
        header.insert(key.trim(), value.trim().to_owned());
    }
    let mut tagged = Tagged::parse(body)?;
    let mut numbers: Vec<&String> = facts.statements.keys().collect();
    numbers.sort_by_key(|n| (n.len(), n.as_str()));
    let statements = numbers
        .into_iter()
        .filter_map(|n| facts.statements.get(n).map(|s| statement(n, s, name, &mut tagged)))
        .collect();
    let mut numbers: Vec<&String> = facts.times.keys().collect();
    numbers.sort_by_key(|n| (n.len(), n.as_str()));
    let times = numbers
        .into_iter()
        .filter_map(|n| {
            let value = &facts.times.get(n)?.value;
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some(GoldTime { spans: tagged.spans.remove(&format!("t{n}")).unwrap_or_default(), value })
        })
        .collect();
    tagged.mentions.sort_by_key(|m| (m.span.start(), std::cmp::Reverse(m.span.end())));
    Ok(GoldArticle {
        outlet: header.remove("outlet"),
        country: header.remove("country"),
        date: header.remove("date"),
        agency: header.remove("agency"),
        url: header.remove("url"),
        zones: tagged.all_zones(),
        text: tagged.text,
        mentions: Some(tagged.mentions),
        statements,
        times: Some(times),
        reprints: Some(facts.reprints.clone()),
        ..GoldArticle::default()
    })
}

fn statement(number: &str, facts: &StatementFacts, article: &str, tagged: &mut Tagged) -> GoldStatement {
    let mut spans = |role: &str| tagged.spans.remove(&format!("{role}{number}")).unwrap_or_default();
    let parent = facts.parent.as_ref().and_then(|parent| match parent {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(n) => Some(n.to_string()),
        _ => None,
    });
    GoldStatement {
        id: format!("{article}:s{number}"),
        source: spans("s"),
        cue: spans("q"),
        content: spans("c"),
        speaker: Some(facts.speaker.clone()),
        act: Some(facts.act),
        kind: Some(facts.kind),
        negated: Some(facts.negated.unwrap_or_default()),
        hedged: Some(facts.hedged.unwrap_or_default()),
        parent: Some(parent.map(|parent| format!("{article}:s{parent}"))),
        claims: facts.claims.clone(),
        utterance: facts.utterance.clone(),
    }
}

/// A text with the tags taken out.
#[derive(Default)]
struct Tagged {
    text: String,
    spans: BTreeMap<String, Vec<Span>>,
    mentions: Vec<GoldMention>,
    zones: Vec<Zone>,
}

struct Tag<'a> {
    closes: bool,
    key: &'a str,
    argument: Option<&'a str>,
    length: usize,
}

/// Bytes in which a tag must close; a lone `<` in the text does not make the reader look further.
const LONGEST_TAG: usize = 200;

/// The tag that begins here, if one does: `<s3>`, `</m>`, `<z caption>`.
fn tag(rest: &str) -> Option<Tag<'_>> {
    let end = rest.bytes().take(LONGEST_TAG).position(|b| b == b'>')?;
    let inside = rest.get(1..end)?;
    let closes = inside.starts_with('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let (key, argument) = inside.split_once(' ').map_or((inside, None), |(key, argument)| (key, Some(argument)));
    let first = key.chars().next()?;
    let is_numbered = "sqcvt".contains(first) && key.len() > 1 && key.bytes().skip(1).all(|b| b.is_ascii_digit());
    let is_named = matches!(key, "m" | "z") && !argument.is_some_and(|a| a.contains('<'));
    ((is_numbered && argument.is_none()) || is_named).then_some(Tag { closes, key, argument, length: end + 1 })
}

impl Tagged {
    fn parse(body: &str) -> Result<Self, String> {
        let body = squeeze_blank_lines(body.trim_matches('\n'));
        let mut tagged = Self::default();
        let mut open: Vec<(&str, Option<&str>, usize)> = Vec::new();
        let mut position = 0; // code points of the text so far
        let mut rest = body.as_str();
        while let Some(next) = rest.chars().next() {
            let Some(tag) = (next == '<').then(|| tag(rest)).flatten() else {
                tagged.text.push(next);
                position += 1;
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
                continue;
            };
            rest = rest.get(tag.length..).unwrap_or_default();
            if !tag.closes {
                open.push((tag.key, tag.argument, position));
                continue;
            }
            let at = open.iter().rposition(|(key, _, _)| *key == tag.key);
            let (_, argument, start) =
                at.map(|at| open.remove(at)).ok_or_else(|| format!("</{}> closes nothing at {position}", tag.key))?;
            let span = Span::of(start, position).ok_or_else(|| format!("empty <{}> at {position}", tag.key))?;
            tagged.add(tag.key, argument.unwrap_or_default(), span)?;
        }
        if let Some((key, _, start)) = open.first() {
            return Err(format!("<{key}> at {start} is never closed"));
        }
        let characters: Vec<char> = tagged.text.chars().collect();
        for pieces in tagged.spans.values_mut() {
            for piece in pieces.iter_mut() {
                *piece = without_blanks(&characters, *piece);
            }
            pieces.sort_unstable();
        }
        Ok(tagged)
    }

    fn add(&mut self, key: &str, argument: &str, span: Span) -> Result<(), String> {
        match key {
            "m" => {
                let entity = argument.split(' ').next().unwrap_or_default().to_owned();
                self.mentions.push(GoldMention { entity, span });
            }
            "z" => {
                let kind = match argument {
                    "caption" => ZoneKind::Caption,
                    "boilerplate" => ZoneKind::Boilerplate,
                    "credit" => ZoneKind::Credit,
                    other => return Err(format!("zone `{other}`")),
                };
                self.zones.push(Zone { kind, span });
            }
            _ => self.spans.entry(key.to_owned()).or_default().push(span),
        }
        Ok(())
    }

    /// The marked zones with the headline in front.
    fn all_zones(&self) -> Vec<Zone> {
        let headline = self.text.find("\n\n").and_then(|end| self.text.get(..end)).unwrap_or(&self.text);
        let headline = Span::of(0, headline.chars().count()).map(|span| Zone { kind: ZoneKind::Headline, span });
        headline.into_iter().chain(self.zones.iter().cloned()).collect()
    }
}

/// Three and more line ends become two.
fn squeeze_blank_lines(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut run = 0;
    for character in text.chars() {
        run = if character == '\n' { run + 1 } else { 0 };
        if run <= 2 {
            squeezed.push(character);
        }
    }
    squeezed
}

fn without_blanks(characters: &[char], span: Span) -> Span {
    let inside = characters.get(span.start() as usize..span.end() as usize).unwrap_or_default();
    let first = inside.iter().position(|&c| !is_blank(c));
    let last = inside.iter().rposition(|&c| !is_blank(c));
    let (Some(first), Some(last)) = (first, last) else { return span };
    Span::new(span.start() + number(first), span.start() + number(last) + 1).unwrap_or(span)
}

#[cfg(test)]
mod tests {
    use super::compile;
    use model::{Stance, ZoneKind};
    use std::collections::BTreeMap;

    const STORY: &str = r#"{"slug": "leak", "entities": [{"id": "vell", "name": "Tomas Vell"}],
        "claims": [{"id": "c1", "text": "Vell left", "verdict": "denied", "origins": 0}],
        "articles": {"a1": {"statements": {"2": {"speaker": null, "act": "ask", "kind": "direct", "parent": 1},
          "1": {"speaker": "vell", "act": "deny", "kind": "mixed", "claims": [["c1", "denies"]]}}, "times": {"1": {"value": "2023-03-12"}}}}}"#;
    const TEXT: &str = "outlet: The Calder Post\ndate: 2023-03-13\n\nRow\n\n\n<z caption>A <m vell>man</m></z>\n\n<s1><m vell>Vell </m></s1><q1>denied</q1> \
        <c1>he <q2>asked</q2> <c2>why</c2></c1> 3 < 4 <t1>on Sunday</t1>\n";

    fn read(text: &str) -> Result<model::Article, String> {
        let texts = BTreeMap::from([("a1".to_owned(), text.to_owned())]);
        compile(STORY, &texts, "leak").map(|story| story.articles[0].bare()).map_err(|e| e.to_string())
    }

    #[test]
    fn tags_become_spans_and_vanish_from_the_text() {
        let texts = BTreeMap::from([("a1".to_owned(), TEXT.to_owned())]);
        let story = compile(STORY, &texts, "leak").expect("well formed");
        let article = &story.articles[0];
        assert_eq!(article.text, "Row\n\nA man\n\nVell denied he asked why 3 < 4 on Sunday");
        let words = |span: &model::Span| {
            article.text.chars().skip(span.start() as usize).take(span.length() as usize).collect::<String>()
        };
        let [outer, inner] = article.statements.as_slice() else { panic!("two statements") };
        assert_eq!((words(&outer.source[0]).as_str(), words(&outer.content[0]).as_str()), ("Vell", "he asked why"));
        assert_eq!(outer.claims, [("c1".to_owned(), Stance::Denies)]);
        assert_eq!((inner.parent.clone(), inner.speaker.clone()), (Some(Some("a1:s1".to_owned())), Some(None)));
        assert_eq!(article.zones.iter().map(|z| z.kind).collect::<Vec<_>>(), [ZoneKind::Headline, ZoneKind::Caption]);
        assert_eq!(words(&article.times.as_ref().expect("marked")[0].spans[0]), "on Sunday");
    }

    #[test]
    fn an_unclosed_tag_is_refused_by_name() {
        assert!(read(&TEXT.replace("</c2>", "")).expect_err("refused").contains("a1.txt: <c2>"));
        assert!(read(&TEXT.replace("<c2>", "")).expect_err("refused").contains("</c2> closes nothing"));
        assert!(read("outlet: x").is_err());
    }
}
