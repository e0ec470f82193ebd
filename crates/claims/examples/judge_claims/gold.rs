//! Compiled stories (one a line) as articles, actors and what people found in them.

use claims::{ArticleVectors, PairScore, SentenceVector, Side, Vector, sides_of};
use model::{
    Actor, Article, Entity, EntityType, Mention, MentionForm, Outlet, Precision, Published, PublishedFrom, Span,
    Speaker, SpeakerBy, Statement, Zone, ZoneKind,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fs;

/// One story as people marked it.
pub struct Gold {
    pub slug: String,
    pub value: Value,
    pub articles: Vec<Article>,
    pub actors: Vec<Actor>,
    pub vectors: Vec<ArticleVectors>,
}

pub fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn spans(value: &Value) -> Vec<Span> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// All stories of a file.
pub fn read(path: &str) -> Result<Vec<Gold>, Box<dyn Error>> {
    fs::read_to_string(path)?.lines().map(|line| Ok(story(serde_json::from_str(line)?))).collect()
}

fn actor_id(entity: &Value) -> String {
    let letter = entity["type"].as_str().and_then(|kind| kind.chars().next()).unwrap_or('x');
    let name = entity["name"].as_str().unwrap_or_default().to_lowercase().replace(' ', "-");
    format!("{letter}:{name}")
}

fn story(value: Value) -> Gold {
    let slug = text(&value, "slug").unwrap_or_default();
    let empty = Vec::new();
    let entities = value["entities"].as_array().unwrap_or(&empty);
    let ids: BTreeMap<String, &Value> = entities.iter().filter_map(|e| Some((text(e, "id")?, e))).collect();
    let actors = entities.iter().map(|entity| Actor {
        id: actor_id(entity),
        kind: word(&entity["type"]).unwrap_or(EntityType::Person),
        name: text(entity, "name").unwrap_or_default(),
        aliases: Vec::new(),
        part_of: text(entity, "part_of").and_then(|id| ids.get(&id).map(|entity| actor_id(entity))),
        roles: text(entity, "role")
            .map(|role| {
                vec![model::ActorRole {
                    text: role,
                    place: model::ArticleSpan { article: String::new(), span: Span::of(0, 1).expect("one long") },
                }]
            })
            .unwrap_or_default(),
        anonymous: entity["type"] == "anonymous",
        why: Vec::new(),
    });
    let actors: Vec<Actor> = actors.collect();
    let articles = value["articles"].as_array().unwrap_or(&empty).iter().map(|a| article(&slug, a, &ids)).collect();
    Gold { slug, actors, articles, vectors: Vec::new(), value }
}

fn article(slug: &str, value: &Value, ids: &BTreeMap<String, &Value>) -> Article {
    let body = text(value, "text").unwrap_or_default();
    let empty = Vec::new();
    let list = |key: &str| value[key].as_array().unwrap_or(&empty).clone();
    let zones = list("zones")
        .into_iter()
        .filter_map(|zone| Some(Zone { kind: word(&zone["kind"])?, span: word(&zone["span"])? }));
    let mut zones: Vec<Zone> = zones.collect();
    zones.sort_by_key(|zone| zone.span);
    let speaker = |id: &Value| {
        let entity = ids.get(id.as_str()?)?;
        Some(Speaker {
            actor: Some(actor_id(entity)),
            entity: text(entity, "id"),
            name: text(entity, "name").unwrap_or_default(),
            by: SpeakerBy::Name,
            confidence: 1.0,
        })
    };
    let zone_at = |at: u32| {
        zones
            .iter()
            .find(|zone| zone.span.start() <= at && at < zone.span.end())
            .map_or(ZoneKind::Body, |zone| zone.kind)
    };
    let statements = list("statements").into_iter().map(|s| {
        let cue = spans(&s["cue"]);
        let content = spans(&s["content"]);
        Statement {
            id: text(&s, "id").unwrap_or_default(),
            source: spans(&s["source"]),
            zone: zone_at(cue.first().or(content.first()).map_or(0, |span| span.start())),
            cue,
            content,
            speaker: speaker(&s["speaker"]),
            addressee: speaker(&s["addressee"]),
            act: word(&s["act"]).unwrap_or(model::Act::Assert),
            kind: word(&s["kind"]).unwrap_or(model::Kind::Indirect),
            negated: s["negated"] == true,
            hedged: s["hedged"] == true,
            parent: text(&s, "parent"),
            confidence: 1.0,
        }
    });
    let statements = statements.collect();
    let characters: Vec<char> = body.chars().collect();
    let mut mentions: BTreeMap<String, Vec<Mention>> = BTreeMap::new();
    for mention in list("mentions") {
        let (Some(entity), Some(span)) = (text(&mention, "entity"), word::<Span>(&mention["span"])) else { continue };
        let words: String =
            characters.get(span.start() as usize..span.end() as usize).unwrap_or_default().iter().collect();
        let form = match words.to_lowercase().as_str() {
            "he" | "she" | "it" | "they" | "him" | "them" | "who" => MentionForm::Pronoun,
            "his" | "her" | "its" | "their" | "our" | "my" => MentionForm::Possessive,
            "i" | "we" | "me" | "us" => MentionForm::FirstPerson,
            _ if words.starts_with(char::is_uppercase) => MentionForm::Name,
            _ => MentionForm::Description,
        };
        mentions.entry(entity).or_default().push(Mention { span, form });
    }
    let entities = mentions.into_iter().filter_map(|(id, mentions)| {
        let entity = ids.get(&id)?;
        Some(Entity {
            id: id.clone(),
            kind: word(&entity["type"])?,
            name: text(entity, "name")?,
            mentions,
            actor: Some(actor_id(entity)),
            role: None,
        })
    });
    Article {
        id: format!("{slug}/{}", value["id"].as_str().unwrap_or_default()),
        path: None,
        outlet: Outlet { name: text(value, "outlet"), ..Outlet::default() },
        agencies: text(value, "agency")
            .map(|agency| agency.split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default(),
        published: text(value, "date").map(|date| Published {
            value: date,
            precision: Precision::Minute,
            from: PublishedFrom::Header,
        }),
        title: body.lines().next().map(str::to_owned),
        entities: entities.collect(),
        statements,
        zones,
        text: body,
        ..Article::default()
    }
}

/// Adds vectors from `prefix.json` (where each one stands) and `prefix.f32` (384 numbers each).
pub fn add_vectors(stories: &mut [Gold], prefix: &str) -> Result<(), Box<dyn Error>> {
    let index: Vec<Value> = serde_json::from_str(&fs::read_to_string(format!("{prefix}.json"))?)?;
    let bytes = fs::read(format!("{prefix}.f32"))?;
    let numbers: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let vector = |at: &Value| {
        let at = at.as_u64().unwrap_or(0) as usize * 384;
        Vector::new(numbers.get(at..at + 384).unwrap_or_default())
    };
    let mut rows = index.iter();
    for story in stories {
        for _ in &story.articles {
            let row = rows.next().ok_or("too few vectors")?;
            if row["story"] != story.slug.as_str() {
                return Err("vectors of other stories".into());
            }
            let sentence = |s: &Value| {
                let span = Span::new(s[0].as_u64()? as u32, s[1].as_u64()? as u32).ok()?;
                Some(SentenceVector { span, vector: vector(&s[2]) })
            };
            let empty = Vec::new();
            story.vectors.push(ArticleVectors {
                statements: row["statements"].as_array().unwrap_or(&empty).iter().map(vector).collect(),
                sentences: row["sentences"].as_array().unwrap_or(&empty).iter().filter_map(sentence).collect(),
            });
        }
    }
    Ok(())
}

/// Scores of pairs of statements, from a file with a line for each story: `i`, `j` (numbers of statements over the
/// story's articles) and `p` (related, contradicts, same utterance).
pub struct Scores {
    ids: HashMap<Side, u32>,
    pairs: HashMap<(u32, u32), PairScore>,
    pub unknown: std::cell::Cell<usize>,
    pub asked: std::cell::Cell<usize>,
}

impl Scores {
    pub fn read(stories: &[Gold], path: Option<&str>) -> Result<Self, Box<dyn Error>> {
        let mut scores = Self { ids: HashMap::new(), pairs: HashMap::new(), unknown: 0.into(), asked: 0.into() };
        let numbers: BTreeMap<&str, Vec<u32>> = stories
            .iter()
            .map(|story| {
                let sides = story.articles.iter().flat_map(sides_of);
                let ids = &mut scores.ids;
                let numbers = sides.map(|side| {
                    let next = ids.len() as u32;
                    *ids.entry(side).or_insert(next)
                });
                (story.slug.as_str(), numbers.collect())
            })
            .collect();
        let mut add = |a: u32, b: u32, score: PairScore| {
            scores.pairs.insert((a.min(b), a.max(b)), score);
        };
        let Some(path) = path else {
            for story in stories {
                let ids = &numbers[story.slug.as_str()];
                for (i, j, score) in oracle(story) {
                    add(ids[i], ids[j], score);
                }
            }
            return Ok(scores);
        };
        for line in fs::read_to_string(path)?.lines() {
            let row: Value = serde_json::from_str(line)?;
            let Some(ids) = row["story"].as_str().and_then(|slug| numbers.get(slug)) else { continue };
            let list = |key: &str| row[key].as_array().cloned().unwrap_or_default();
            for ((i, j), p) in list("i").iter().zip(&list("j")).zip(&list("p")) {
                let number = |value: &Value| value.as_f64().unwrap_or(0.0) as f32;
                let (Some(i), Some(j)) = (i.as_u64(), j.as_u64()) else { continue };
                let score =
                    PairScore { related: number(&p[0]), contradicts: number(&p[1]), same_utterance: number(&p[2]) };
                add(ids[i as usize], ids[j as usize], score);
            }
        }
        Ok(scores)
    }

    pub fn score(&self, pairs: &[(Side, Side)]) -> Vec<PairScore> {
        let find = |(a, b): &(Side, Side)| {
            let (a, b) = (*self.ids.get(a)?, *self.ids.get(b)?);
            self.pairs.get(&(a.min(b), a.max(b))).copied()
        };
        self.asked.set(self.asked.get() + pairs.len());
        let score = |pair| {
            find(pair).unwrap_or_else(|| {
                self.unknown.set(self.unknown.get() + 1);
                PairScore::default()
            })
        };
        pairs.iter().map(score).collect()
    }
}

/// What a perfect pair model would say.
fn oracle(story: &Gold) -> Vec<(usize, usize, PairScore)> {
    let marked = marked(story);
    let mut found = Vec::new();
    for (i, a) in marked.iter().enumerate() {
        for (j, b) in marked.iter().enumerate().take(i) {
            let shared: Vec<_> =
                a.claims.iter().filter_map(|(claim, stance)| Some((stance, b.claims.get(claim)?))).collect();
            let contradicts = shared.iter().any(|(x, y)| (*x == "denies") != (*y == "denies"));
            let same_utterance = a.utterance.is_some() && a.utterance == b.utterance;
            let number = |is: bool| if is { 0.9 } else { 0.1 };
            found.push((
                i,
                j,
                PairScore {
                    related: number(!shared.is_empty()),
                    contradicts: number(contradicts),
                    same_utterance: number(same_utterance),
                },
            ));
        }
    }
    found
}

/// What people marked on one statement.
pub struct Marked {
    pub article: String,
    pub statement: String,
    pub claims: BTreeMap<String, String>,
    pub utterance: Option<String>,
}

/// All statements of a story with their marks, in order.
pub fn marked(story: &Gold) -> Vec<Marked> {
    let mut found = Vec::new();
    for article in story.value["articles"].as_array().into_iter().flatten() {
        for statement in article["statements"].as_array().into_iter().flatten() {
            let claims = statement["claims"].as_array().into_iter().flatten();
            let claim = |pair: &Value| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()));
            found.push(Marked {
                article: format!("{}/{}", story.slug, article["id"].as_str().unwrap_or_default()),
                statement: text(statement, "id").unwrap_or_default(),
                claims: claims.filter_map(claim).collect(),
                utterance: text(statement, "utterance"),
            });
        }
    }
    found
}

/// The stories that nobody tunes on.
pub fn held_out(path: &str) -> Result<BTreeSet<String>, Box<dyn Error>> {
    Ok(fs::read_to_string(path)?.split_whitespace().map(str::to_owned).collect())
}
