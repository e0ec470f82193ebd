//! Makes a report from an annotated story, without any of the reading stages: to judge the page by itself.
//!
//! `cargo run -p tellings-pages --example from_gold -- compiled.jsonl SLUG… > report.html`
//!
//! In: JSON Lines as the annotation tools write them, one story a line. Out: the report of the named stories. Where the
//! annotation holds no field (origins by name, wordings, labels), plain rules derive it; the program has its own.

use model::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: from_gold COMPILED.jsonl SLUG…")?;
    let wanted: Vec<String> = arguments.collect();
    let mut stories = Vec::new();
    for line in std::io::BufReader::new(std::fs::File::open(file)?).lines() {
        let story: Value = serde_json::from_str(&line?)?;
        if wanted.iter().any(|slug| *slug == text(&story, "slug")) {
            stories.push(story);
        }
    }
    let mut analysis = Analysis { tellings: FORMAT_VERSION.to_owned(), ..Analysis::default() };
    for (n, story) in stories.iter().enumerate() {
        Gold { story, prefix: format!("{}-", n + 1) }.add_to(&mut analysis);
    }
    let options = pages::ReportOptions {
        version: "0.1.0".to_owned(),
        weights: Some("none: annotated by hand".to_owned()),
        ..Default::default()
    };
    std::io::stdout().write_all(pages::report(&analysis, &options).as_bytes())?;
    Ok(())
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn optional(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn span(value: &Value) -> Option<Span> {
    let at = |i: usize| usize::try_from(value.get(i)?.as_u64()?).ok();
    Span::of(at(0)?, at(1)?)
}

fn spans(value: &Value, key: &str) -> Vec<Span> {
    list(value, key).iter().filter_map(span).collect()
}

fn parsed<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}

fn slice(article: &Article, span: Span) -> String {
    article.text.chars().skip(span.start() as usize).take(span.length() as usize).collect()
}

struct Gold<'v> {
    story: &'v Value,
    prefix: String,
}

impl Gold<'_> {
    fn id(&self, id: &str) -> String {
        format!("{}{}", self.prefix, id.replace(':', "-"))
    }

    fn entity(&self, id: &str) -> Option<&Value> {
        list(self.story, "entities").iter().find(|entity| text(entity, "id") == id)
    }

    fn name(&self, id: &str) -> String {
        self.entity(id).map(|entity| text(entity, "name")).unwrap_or_default()
    }

    /// The state or body at the top: its offices count as one origin.
    fn root(&self, id: &str) -> String {
        let mut top = id.to_owned();
        let mut current = self.entity(id);
        for _ in 0..10 {
            let Some(parent) = current.and_then(|entity| optional(entity, "part_of")) else { break };
            current = self.entity(&parent);
            if current.is_some_and(|entity| matches!(text(entity, "type").as_str(), "state" | "organisation")) {
                top = parent;
            }
        }
        top
    }

    fn speaker(&self, value: &Value, key: &str) -> Option<Speaker> {
        let id = optional(value, key)?;
        let name = self.name(&id);
        Some(Speaker { actor: Some(self.id(&id)), entity: Some(id), name, by: SpeakerBy::Name, confidence: 0.95 })
    }

    fn add_to(&self, analysis: &mut Analysis) {
        let mut articles: Vec<Article> = list(self.story, "articles").iter().map(|a| self.article(a)).collect();
        articles.sort_by_key(|article| article.published.as_ref().map_or("9".to_owned(), |date| date.value.clone()));
        for entity in list(self.story, "entities") {
            analysis.actors.push(self.actor(entity, &articles));
        }
        let utterances = self.utterances(&articles);
        analysis.reprints.extend(self.reprints(&articles));
        analysis.timeline.extend(self.timeline(&articles, &utterances));
        analysis.utterances.extend(utterances);
        let claims = self.claims(&articles);
        for position in list(self.story, "positions") {
            analysis.positions.push(Position {
                from: self.id(&text(position, "from")),
                to: self.id(&text(position, "to")),
                relation: text(position, "relation"),
                plover: None,
                first: None,
                last: None,
                evidence: list(position, "evidence")
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|id| self.reference(id))
                    .collect(),
            });
        }
        analysis.labels.extend(self.labels(&articles));
        analysis.stories.push(Story {
            id: self.id("story"),
            title: text(self.story, "title"),
            articles: articles.iter().map(|article| article.id.clone()).collect(),
            first: None,
            last: None,
            affair: None,
            actors: Vec::new(),
            claims: claims.iter().map(|claim| claim.id.clone()).collect(),
        });
        analysis.claims.extend(claims);
        analysis.articles.extend(articles);
    }

    fn reference(&self, id: &str) -> StatementRef {
        let (article, statement) = id.split_once(':').unwrap_or((id, ""));
        StatementRef { article: self.id(article), statement: statement.to_owned() }
    }

    fn article(&self, a: &Value) -> Article {
        let mut entities: BTreeMap<String, Entity> = BTreeMap::new();
        for mention in list(a, "mentions") {
            let id = text(mention, "entity");
            let Some(entity) = self.entity(&id) else { continue };
            let entry = entities.entry(id.clone()).or_insert_with(|| Entity {
                id: id.clone(),
                kind: parsed(&text(entity, "type")).unwrap_or(EntityType::Group),
                name: text(entity, "name"),
                mentions: Vec::new(),
                actor: Some(self.id(&id)),
                role: None,
                confidence: None,
                rivals: Vec::new(),
            });
            let form = MentionForm::Name;
            entry.mentions.extend(mention.get("span").and_then(span).map(|span| Mention::new(span, form)));
        }
        let bare = |id: String| id.split_once(':').map_or(id.clone(), |(_, id)| id.to_owned());
        let statements = list(a, "statements").iter().map(|s| Statement {
            id: bare(text(s, "id")),
            source: spans(s, "source"),
            cue: spans(s, "cue"),
            content: spans(s, "content"),
            speaker: self.speaker(s, "speaker"),
            addressee: self.speaker(s, "addressee"),
            act: parsed(&text(s, "act")).unwrap_or(Act::Assert),
            kind: parsed(&text(s, "kind")).unwrap_or(Kind::Indirect),
            negated: s.get("negated").and_then(Value::as_bool).unwrap_or(false),
            hedged: s.get("hedged").and_then(Value::as_bool).unwrap_or(false),
            parent: optional(s, "parent").map(bare),
            zone: ZoneKind::Body,
            confidence: 0.95,
        });
        let zones = list(a, "zones").iter().filter_map(|zone| {
            Some(Zone { kind: parsed(&text(zone, "kind"))?, span: zone.get("span").and_then(span)? })
        });
        Article {
            id: self.id(&text(a, "id")),
            path: None,
            url: optional(a, "url"),
            outlet: Outlet { name: optional(a, "outlet"), domain: None, country: None },
            agencies: optional(a, "agency").into_iter().collect(),
            title: None,
            authors: Vec::new(),
            published: optional(a, "date").map(|value| Published {
                precision: if value.contains('T') { Precision::Minute } else { Precision::Day },
                value,
                from: PublishedFrom::Meta,
            }),
            modified: None,
            language: Some("en".to_owned()),
            text: text(a, "text"),
            zones: zones.collect(),
            places: Vec::new(),
            statements: statements.collect(),
            entities: entities.into_values().collect(),
            problems: Vec::new(),
        }
    }

    fn actor(&self, entity: &Value, articles: &[Article]) -> Actor {
        let id = text(entity, "id");
        let kind = parsed(&text(entity, "type")).unwrap_or(EntityType::Group);
        let place = ArticleSpan {
            article: articles.first().map(|a| a.id.clone()).unwrap_or_default(),
            span: Span::new(0, 1).expect("one is more than none"),
        };
        Actor {
            id: self.id(&id),
            kind,
            name: text(entity, "name"),
            aliases: Vec::new(),
            part_of: optional(entity, "part_of").map(|id| self.id(&id)),
            roles: optional(entity, "role").map(|text| ActorRole { text, place }).into_iter().collect(),
            anonymous: kind == EntityType::Anonymous,
            why: Vec::new(),
        }
    }

    fn raw_statements(&self) -> impl Iterator<Item = (&Value, &Value)> {
        list(self.story, "articles").iter().flat_map(|a| list(a, "statements").iter().map(move |s| (a, s)))
    }

    fn utterances(&self, articles: &[Article]) -> Vec<Utterance> {
        let find = |r: &StatementRef| {
            let article = articles.iter().find(|a| a.id == r.article)?;
            Some((article, article.statements.iter().find(|s| s.id == r.statement)?))
        };
        let words = |r: &StatementRef| -> Vec<String> {
            let Some((article, statement)) = find(r) else { return Vec::new() };
            let content: Vec<String> = statement.content.iter().map(|span| slice(article, *span)).collect();
            content.join(" ").split_whitespace().map(ToOwned::to_owned).collect()
        };
        list(self.story, "utterances")
            .iter()
            .map(|u| {
                let id = text(u, "id");
                let of: Vec<StatementRef> = self
                    .raw_statements()
                    .filter(|(_, s)| text(s, "utterance") == id)
                    .map(|(_, s)| self.reference(&text(s, "id")))
                    .collect();
                let mut statements: Vec<StatementRef> = Vec::new();
                for article in articles {
                    statements.extend(of.iter().filter(|r| r.article == article.id).cloned());
                }
                let first = statements.first().map(&words).unwrap_or_default();
                let wordings = statements.iter().enumerate().map(|(n, r)| Wording {
                    statement: r.clone(),
                    differs: if n == 0 { Vec::new() } else { differences(&first, &words(r)) },
                });
                Utterance {
                    id: self.id(&id),
                    speaker: optional(u, "speaker").map(|id| self.id(&id)),
                    wordings: wordings.collect(),
                    when: optional(u, "date"),
                    statements,
                }
            })
            .collect()
    }

    fn reprints(&self, articles: &[Article]) -> Vec<Reprint> {
        let mut out = Vec::new();
        for a in list(self.story, "articles") {
            for reprint in list(a, "reprints") {
                let find = |id: String| articles.iter().find(|article| article.id == self.id(&id));
                let (Some(to), Some(from)) = (find(text(a, "id")), find(text(reprint, "of"))) else { continue };
                let passages = shared_sentences(from, to);
                let copied: u32 = passages.iter().map(|p| p.to.length()).sum();
                out.push(Reprint {
                    from: from.id.clone(),
                    to: to.id.clone(),
                    share: copied as f32 / to.text.chars().count().max(1) as f32,
                    passages,
                    credit: optional(reprint, "credit"),
                    direction: ReprintDirection::Known,
                    why: "printed later, with the same sentences".to_owned(),
                });
            }
        }
        out
    }

    fn timeline(&self, articles: &[Article], utterances: &[Utterance]) -> Vec<TimelineEntry> {
        let mut out = Vec::new();
        for a in list(self.story, "articles") {
            let Some(article) = articles.iter().find(|article| article.id == self.id(&text(a, "id"))) else { continue };
            for time in list(a, "times") {
                let value = text(time, "value");
                let Some(span) = spans(time, "spans").first().copied() else { continue };
                if value.starts_with(|c: char| c.is_ascii_digit()) {
                    out.push(TimelineEntry {
                        date: value,
                        precision: Precision::Day,
                        what: sentence_round(article, span),
                        kind: TimelineKind::Happened,
                        articles: vec![article.id.clone()],
                        evidence: vec![ArticleSpan { article: article.id.clone(), span }],
                    });
                }
            }
        }
        for utterance in utterances {
            let places: Vec<ArticleSpan> = utterance
                .statements
                .iter()
                .filter_map(|r| {
                    let article = articles.iter().find(|a| a.id == r.article)?;
                    let statement = article.statements.iter().find(|s| s.id == r.statement)?;
                    Some(ArticleSpan { article: article.id.clone(), span: *statement.content.first()? })
                })
                .collect();
            let Some(first) = places.first() else { continue };
            let what =
                articles.iter().find(|a| a.id == first.article).map(|a| slice(a, first.span)).unwrap_or_default();
            out.push(TimelineEntry {
                date: utterance.when.clone().unwrap_or_default(),
                precision: Precision::Day,
                what,
                kind: TimelineKind::Said,
                articles: places.iter().map(|p| p.article.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
                evidence: places,
            });
        }
        out
    }

    fn claims(&self, articles: &[Article]) -> Vec<Claim> {
        let contradicts = |id: &str| -> Vec<String> {
            let pairs = list(self.story, "contradictions").iter().filter_map(Value::as_array);
            let pairs = pairs.filter_map(|pair| Some((pair.first()?.as_str()?, pair.get(1)?.as_str()?)));
            pairs
                .filter_map(|(a, b)| {
                    if a == id {
                        Some(self.id(b))
                    } else if b == id {
                        Some(self.id(a))
                    } else {
                        None
                    }
                })
                .collect()
        };
        list(self.story, "claims")
            .iter()
            .map(|c| {
                let id = text(c, "id");
                let stance = |s: &Value| -> Option<Stance> {
                    let mut pairs = list(s, "claims").iter();
                    let pair = pairs.find(|pair| pair.get(0).and_then(Value::as_str) == Some(&id))?;
                    parsed(pair.get(1)?.as_str()?)
                };
                let about: Vec<(&Value, Stance)> =
                    self.raw_statements().filter_map(|(_, s)| Some((s, stance(s)?))).collect();
                let voice =
                    list(self.story, "articles").iter().flat_map(|a| list(a, "voice").iter().map(move |v| (a, v)));
                let voice = voice.filter_map(|(a, v)| {
                    let span = spans(v, "spans").first().copied()?;
                    Some(Voice { article: self.id(&text(a, "id")), span, stance: stance(v)?, confidence: 0.95 })
                });
                let by = |wanted: Stance| -> Vec<String> {
                    let actors: BTreeSet<String> = about
                        .iter()
                        .filter(|(_, s)| *s == wanted)
                        .filter_map(|(s, _)| optional(s, "speaker"))
                        .collect();
                    actors.iter().map(|id| self.id(id)).collect()
                };
                Claim {
                    id: self.id(&id),
                    text: text(c, "text"),
                    story: self.id("story"),
                    verdict: parsed(&text(c, "verdict")).unwrap_or(Verdict::Open),
                    asserted_by: by(Stance::Asserts),
                    denied_by: by(Stance::Denies),
                    questioned_by: by(Stance::Questions),
                    statements: about
                        .iter()
                        .map(|(s, stance)| {
                            let r = self.reference(&text(s, "id"));
                            ClaimStatement {
                                article: r.article,
                                statement: r.statement,
                                stance: *stance,
                                confidence: 0.9,
                            }
                        })
                        .collect(),
                    voice: voice.collect(),
                    origins: self.origins(&about, Stance::Asserts, articles),
                    denial_origins: self.origins(&about, Stance::Denies, articles),
                    figures: Vec::new(),
                    contradicts: contradicts(&id),
                    confidence: 0.9,
                }
            })
            .collect()
    }

    fn origins(&self, about: &[(&Value, Stance)], stance: Stance, articles: &[Article]) -> Vec<Origin> {
        let mut groups: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for (s, _) in about.iter().filter(|(_, s)| *s == stance) {
            let article = text(s, "id").split(':').next().unwrap_or_default().to_owned();
            let key = optional(s, "speaker").map_or_else(|| format!("?{article}"), |id| self.root(&id));
            groups.entry(key).or_default().push(s);
        }
        let mut out = Vec::new();
        for statements in groups.values() {
            if statements.iter().all(|s| optional(s, "parent").is_some() && text(s, "kind") != "direct") {
                continue;
            }
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for s in statements {
                *counts.entry(text(s, "speaker")).or_default() += if optional(s, "parent").is_none() { 2 } else { 1 };
            }
            let lead = counts.iter().max_by_key(|(_, n)| **n).map(|(id, _)| id.clone()).unwrap_or_default();
            let refs: Vec<StatementRef> = statements.iter().map(|s| self.reference(&text(s, "id"))).collect();
            let outlets: BTreeSet<String> =
                refs.iter().filter_map(|r| articles.iter().find(|a| a.id == r.article)?.outlet.name.clone()).collect();
            let anonymous = self.entity(&lead).is_none_or(|entity| text(entity, "type") == "anonymous");
            out.push(Origin {
                kind: if anonymous { OriginKind::Anonymous } else { OriginKind::Utterance },
                actor: (!lead.is_empty()).then(|| self.id(&lead)),
                name: (!lead.is_empty()).then(|| self.name(&lead)),
                statements: refs,
                outlets: outlets.into_iter().collect(),
                first: None,
            });
        }
        out
    }

    fn labels(&self, articles: &[Article]) -> Vec<Label> {
        let mut out = Vec::new();
        for a in list(self.story, "articles") {
            let Some(article) = articles.iter().find(|article| article.id == self.id(&text(a, "id"))) else { continue };
            for mention in list(a, "mentions") {
                let (Some(polarity), Some(span)) = (optional(mention, "polarity"), mention.get("span").and_then(span))
                else {
                    continue;
                };
                out.push(Label {
                    actor: self.id(&text(mention, "entity")),
                    outlet: article.outlet.name.clone().unwrap_or_default(),
                    text: slice(article, span),
                    polarity: parsed(&polarity),
                    voice: LabelVoice::Own,
                    count: 1,
                    evidence: vec![ArticleSpan { article: article.id.clone(), span }],
                });
            }
        }
        out
    }
}

/// Word-level differences by longest common subsequence.
fn differences(from: &[String], to: &[String]) -> Vec<Difference> {
    let same = |a: &String, b: &String| {
        let bare = |w: &String| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        bare(a) == bare(b)
    };
    let mut table = vec![vec![0_u32; to.len() + 1]; from.len() + 1];
    for i in (0..from.len()).rev() {
        for j in (0..to.len()).rev() {
            table[i][j] =
                if same(&from[i], &to[j]) { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    let mut out: Vec<Difference> = Vec::new();
    let mut push = |change: Change, word: &str| match out.last_mut() {
        Some(last) if last.change == change => {
            last.text.push(' ');
            last.text.push_str(word);
        }
        _ => out.push(Difference { change, text: word.to_owned() }),
    };
    let (mut i, mut j) = (0, 0);
    while i < from.len() || j < to.len() {
        if i < from.len() && j < to.len() && same(&from[i], &to[j]) {
            push(Change::Kept, &to[j]);
            i += 1;
            j += 1;
        } else if j == to.len() || (i < from.len() && table[i + 1][j] >= table[i][j + 1]) {
            push(Change::Deleted, &from[i]);
            i += 1;
        } else {
            push(Change::Inserted, &to[j]);
            j += 1;
        }
    }
    out
}

/// Sentences that stand letter by letter in both texts.
fn shared_sentences(from: &Article, to: &Article) -> Vec<ReprintPassage> {
    let mut out = Vec::new();
    let mut start = 0_usize;
    for sentence in to.text.split_inclusive(['.', '\n']) {
        let length = sentence.chars().count();
        let bare = sentence.trim();
        if bare.chars().count() > 40
            && let Some(at) = from.text.find(bare)
        {
            let lead = sentence.chars().take_while(|c| c.is_whitespace()).count();
            let at = from.text[..at].chars().count();
            let n = bare.chars().count();
            if let (Some(a), Some(b)) = (Span::of(at, at + n), Span::of(start + lead, start + lead + n)) {
                out.push(ReprintPassage { from: a, to: b });
            }
        }
        start += length;
    }
    out
}

fn sentence_round(article: &Article, span: Span) -> String {
    let letters: Vec<char> = article.text.chars().collect();
    let end_mark = |c: char| matches!(c, '.' | '\n' | '?');
    let mut start = span.start() as usize;
    while start > 0 && !letters.get(start - 1).copied().is_some_and(end_mark) {
        start -= 1;
    }
    let mut end = span.end() as usize;
    while end < letters.len() && !letters.get(end).copied().is_some_and(end_mark) {
        end += 1;
    }
    letters.get(start..end).map(|run| run.iter().collect::<String>().trim().to_owned()).unwrap_or_default()
}
