//! Compiled stories (one a line) as articles and actors, as if everything that people marked had been found.

use model::{
    Actor, Article, Entity, EntityType, Mention, MentionForm, Outlet, Precision, Published, PublishedFrom, Span,
    Speaker, SpeakerBy, Statement, Zone, ZoneKind,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

/// One story as people marked it.
pub struct Gold {
    pub articles: Vec<Article>,
    pub actors: Vec<Actor>,
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
    Gold { actors, articles }
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
        mentions.entry(entity).or_default().push(Mention::new(span, form));
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
            confidence: None,
            rivals: Vec::new(),
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
