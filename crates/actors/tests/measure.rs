//! Figures on annotated stories, printed, not judged: `TELLINGS_STORIES=compiled.jsonl cargo test -p tellings-actors --test
//! measure -- --nocapture --ignored`. The file is what `compile_stories.py` writes; `TELLINGS_HELD_OUT` names stories to leave out.

use model::{Act, Article, EntityType, Kind, Span, Statement, ZoneKind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

struct Story {
    slug: String,
    articles: Vec<Article>,
    /// per article: gold entity of a mention
    gold: Vec<HashMap<Span, String>>,
    speakers: Vec<Vec<Option<String>>>,
    types: HashMap<String, String>,
}

fn stories() -> Vec<Story> {
    let Ok(path) = std::env::var("TELLINGS_STORIES") else {
        eprintln!("skipped: TELLINGS_STORIES names no file");
        return Vec::new();
    };
    let held: BTreeSet<String> = std::env::var("TELLINGS_HELD_OUT")
        .ok()
        .and_then(|p| std::fs::read_to_string(p).ok())
        .map(|t| t.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let text = std::fs::read_to_string(path).expect("the stories");
    text.lines()
        .filter_map(|line| {
            let story: Value = serde_json::from_str(line).expect("a story");
            let slug = story["slug"].as_str().unwrap_or_default().to_owned();
            (!held.contains(&slug)).then(|| read(&slug, &story))
        })
        .collect()
}

fn spans(value: &Value) -> Vec<Span> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn read(slug: &str, story: &Value) -> Story {
    let types: HashMap<String, String> = story["entities"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| (e["id"].as_str().unwrap_or_default().to_owned(), e["type"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let mut out = Story { slug: slug.to_owned(), articles: vec![], gold: vec![], speakers: vec![], types };
    for a in story["articles"].as_array().into_iter().flatten().filter(|a| a["statements"].is_array()) {
        let mut clusters: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        let mut gold = HashMap::new();
        for m in a["mentions"].as_array().into_iter().flatten() {
            let span: Span = serde_json::from_value(m["span"].clone()).expect("a span");
            let id = m["entity"].as_str().unwrap_or_default().to_owned();
            clusters.entry(id.clone()).or_default().push(span);
            gold.insert(span, id);
        }
        let text = a["text"].as_str().unwrap_or_default().to_owned();
        let typed: Vec<(EntityType, Vec<Span>)> = clusters
            .into_iter()
            .map(|(id, spans)| {
                let kind = serde_json::from_value(Value::String(out.types.get(&id).cloned().unwrap_or_default()));
                (kind.unwrap_or(EntityType::Person), spans)
            })
            .collect();
        let mut speakers = Vec::new();
        let mut statements = Vec::new();
        for s in a["statements"].as_array().into_iter().flatten() {
            speakers.push(s["speaker"].as_str().map(str::to_owned));
            statements.push(Statement {
                id: s["id"].as_str().unwrap_or_default().to_owned(),
                source: spans(&s["source"]),
                cue: spans(&s["cue"]),
                content: spans(&s["content"]),
                speaker: None,
                addressee: None,
                act: serde_json::from_value(s["act"].clone()).unwrap_or(Act::Assert),
                kind: serde_json::from_value(s["kind"].clone()).unwrap_or(Kind::Indirect),
                negated: false,
                hedged: false,
                parent: s["parent"].as_str().map(str::to_owned),
                zone: ZoneKind::Body,
                confidence: 1.0,
            });
        }
        let mut order: Vec<usize> = (0..statements.len()).collect();
        order.sort_by_key(|n| statements[*n].cue.first().or(statements[*n].content.first()).copied());
        let entities = actors::entities_of_clusters(&text, &typed);
        out.articles.push(Article {
            id: format!("{slug}/{}", a["id"].as_str().unwrap_or_default()),
            outlet: model::Outlet { name: a["outlet"].as_str().map(str::to_owned), ..Default::default() },
            zones: serde_json::from_value(a["zones"].clone()).unwrap_or_default(),
            statements: order.iter().map(|n| statements[*n].clone()).collect(),
            text,
            entities,
            ..Article::default()
        });
        out.gold.push(gold);
        out.speakers.push(order.iter().map(|n| speakers[*n].clone()).collect());
    }
    out
}

fn words(article: &Article, spans: &[Span]) -> String {
    let letters: Vec<char> = article.text.chars().collect();
    let of = |s: &Span| letters[s.start() as usize..s.end() as usize].iter().collect::<String>();
    spans.iter().map(of).collect::<Vec<_>>().join(" … ")
}

#[test]
#[ignore = "needs the stories"]
fn speakers_of_gold_statements() {
    let (mut right, mut all) = (0, 0);
    let mut kinds: BTreeMap<String, (u32, u32, u32)> = BTreeMap::new();
    let show = std::env::var("SHOW").is_ok();
    let (mut first, mut first_right) = (0, 0);
    let (mut made, mut made_for_nobody) = (0, 0);
    for mut story in stories() {
        for (n, article) in story.articles.iter_mut().enumerate() {
            let before: HashMap<Span, &String> = story.gold[n].iter().map(|(s, id)| (*s, id)).collect();
            actors::speakers(article, &BTreeMap::new());
            for entity in &article.entities {
                for m in entity.mentions.iter().filter(|m| m.form == model::MentionForm::FirstPerson) {
                    let Some(id) = before.get(&m.span) else { continue };
                    first += 1;
                    let mut votes: BTreeMap<&String, u32> = BTreeMap::new();
                    entity
                        .mentions
                        .iter()
                        .filter_map(|m| before.get(&m.span))
                        .for_each(|g| *votes.entry(g).or_default() += 1);
                    let best = votes.iter().max_by_key(|(_, v)| **v).map(|(g, _)| *g);
                    first_right += u32::from(best == Some(*id));
                    if show && best != Some(*id) {
                        println!("I {} {id} not {best:?}: {}", article.id, words(article, &[m.span]));
                    }
                }
            }
            for (statement, gold) in article.statements.iter().zip(&story.speakers[n]) {
                let entity = statement.speaker.as_ref().and_then(|s| s.entity.clone());
                let entity = entity.and_then(|id| article.entities.iter().find(|e| e.id == id));
                let found: Option<String> = entity.and_then(|e| {
                    let mut votes: BTreeMap<&String, u32> = BTreeMap::new();
                    e.mentions
                        .iter()
                        .filter_map(|m| before.get(&m.span))
                        .for_each(|g| *votes.entry(g).or_default() += 1);
                    votes.into_iter().max_by_key(|(_, v)| *v).map(|(g, _)| g.clone())
                });
                let new = entity.is_some() && found.is_none();
                let ok = found == *gold && !new || (new && gold.is_some() && statement.source.is_empty());
                made += u32::from(new);
                made_for_nobody += u32::from(new && gold.is_none());
                all += 1;
                right += u32::from(ok);
                let key = format!(
                    "{} {}",
                    if statement.source.is_empty() { "no source" } else { "source" },
                    statement.speaker.as_ref().map_or("none".into(), |s| format!("{:?}", s.by))
                );
                let cell = kinds.entry(key.clone()).or_default();
                cell.0 += 1;
                cell.1 += u32::from(ok);
                cell.2 += u32::from(gold.is_some());
                if show && !ok {
                    println!(
                        "{key} {} gold {gold:?} found {found:?} new {new}\n    [{}] <{}> {{{}}} {:?} {:?}",
                        statement.id,
                        words(article, &statement.source),
                        words(article, &statement.cue),
                        words(article, &statement.content),
                        statement.kind,
                        statement.parent
                    );
                }
            }
        }
        let _ = (&story.slug, &story.types);
    }
    println!("speaker right {right} of {all} = {:.2} %", 100.0 * f64::from(right) / f64::from(all.max(1)));
    println!("entities made for sources without mention {made}, of them where gold has no speaker {made_for_nobody}");
    println!("first persons right {first_right} of {first}");
    for (key, (n, ok, told)) in kinds {
        println!("  {key}: {n}, right {ok}, gold has one {told}");
    }
}

/// B-cubed of actors across articles, gold entities given: all stories together, and by type.
#[test]
#[ignore = "needs the stories"]
fn actors_of_gold_entities() {
    let show = std::env::var("SHOW").is_ok();
    let knowledge = actors::Knowledge::built_in();
    for together in [false, true] {
        let mut stories = stories();
        let mut rows: Vec<(String, String, String, String)> = Vec::new();
        let mut reasons: BTreeMap<String, String> = BTreeMap::new();
        let mut corpora: Vec<Vec<Article>> = Vec::new();
        let mut gold: Vec<Vec<HashMap<Span, String>>> = Vec::new();
        if together {
            corpora.push(stories.iter_mut().flat_map(|s| std::mem::take(&mut s.articles)).collect());
            let prefixed = stories.iter().flat_map(|s| {
                s.gold.iter().map(|g| g.iter().map(|(k, v)| (*k, format!("{} {v}", s.slug))).collect::<HashMap<_, _>>())
            });
            gold.push(prefixed.collect());
        } else {
            for s in &mut stories {
                corpora.push(std::mem::take(&mut s.articles));
                gold.push(
                    s.gold.iter().map(|g| g.iter().map(|(k, v)| (*k, format!("{} {v}", s.slug))).collect()).collect(),
                );
            }
        }
        let start = std::time::Instant::now();
        for (n, (articles, gold)) in corpora.iter_mut().zip(&gold).enumerate() {
            for actor in actors::across(articles, &knowledge) {
                if show && !actor.why.is_empty() {
                    reasons.insert(format!("{n} {}", actor.id), actor.why.join("; "));
                }
            }
            for (article, gold) in articles.iter().zip(gold) {
                for entity in &article.entities {
                    let Some(id) = entity.mentions.first().and_then(|m| gold.get(&m.span)) else { continue };
                    let kind = serde_json::to_value(entity.kind)
                        .ok()
                        .and_then(|v| v.as_str().map(str::to_owned))
                        .unwrap_or_default();
                    let actor = format!("{n} {}", entity.actor.clone().unwrap_or_default());
                    rows.push((actor, id.clone(), kind, format!("{} {}", article.id, entity.name)));
                }
            }
        }
        let spent = start.elapsed();
        let mut by_actor: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_gold: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (k, row) in rows.iter().enumerate() {
            by_actor.entry(&row.0).or_default().push(k);
            by_gold.entry(&row.1).or_default().push(k);
        }
        let mut figures: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
        for row in &rows {
            let found = &by_actor[row.0.as_str()];
            let wanted = &by_gold[row.1.as_str()];
            let both = found.iter().filter(|k| rows[**k].1 == row.1).count() as f64;
            let (p, r) = (both / found.len() as f64, both / wanted.len() as f64);
            let mut keys = vec!["all".to_owned(), row.2.clone()];
            if row.2 != "anonymous" {
                keys.push("all but anonymous".into());
            }
            for key in keys {
                let cell = figures.entry(key).or_default();
                *cell = (cell.0 + 1.0, cell.1 + p, cell.2 + r);
            }
        }
        println!("{} ({spent:.1?})", if together { "all stories in one corpus" } else { "each story alone" });
        for (key, (n, p, r)) in figures {
            let (p, r) = (p / n, r / n);
            println!(
                "  {key}: {n} entities, precision {:.1}, recall {:.1}, B-cubed {:.1}",
                100.0 * p,
                100.0 * r,
                200.0 * p * r / (p + r)
            );
        }
        if show {
            for (actor, members) in &by_actor {
                let golds: BTreeSet<&str> = members.iter().map(|k| rows[*k].1.as_str()).collect();
                if golds.len() > 1 {
                    println!("MERGED {actor}");
                    for k in members {
                        println!("     {} <{}> {}", rows[*k].1, rows[*k].2, rows[*k].3);
                    }
                }
            }
            for (gold, members) in &by_gold {
                let found: BTreeSet<&str> = members.iter().map(|k| rows[*k].0.as_str()).collect();
                if found.len() > 1 {
                    println!("SPLIT {gold}");
                    for actor in &found {
                        println!("   why {actor}: {}", reasons.get(*actor).map_or("", String::as_str));
                    }
                    for k in members {
                        println!("     {} <{}> {}", rows[*k].0, rows[*k].2, rows[*k].3);
                    }
                }
            }
        }
    }
}
