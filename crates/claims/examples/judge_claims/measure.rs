//! Figures: how near what was found is to what people marked.

use crate::gold::{Gold, Marked, marked, text};
use claims::Findings;
use model::{Article, Span, Stance, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Right, found, and wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    right: usize,
    found: usize,
    wanted: usize,
}

impl Score {
    fn of<T: Ord>(found: &BTreeSet<T>, wanted: &BTreeSet<T>) -> Self {
        Self { right: found.intersection(wanted).count(), found: found.len(), wanted: wanted.len() }
    }

    fn each(self, other: Self, f: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            right: f(self.right, other.right),
            found: f(self.found, other.found),
            wanted: f(self.wanted, other.wanted),
        }
    }

    fn line(self) -> String {
        let part = |a: usize, b: usize| 100.0 * a as f32 / b.max(1) as f32;
        format!(
            "{:.1} (P {:.1} R {:.1})",
            part(2 * self.right, self.found + self.wanted),
            part(self.right, self.found),
            part(self.right, self.wanted)
        )
    }
}

/// All figures of some stories.
#[derive(Clone, Default)]
pub struct Figures {
    all: BTreeMap<&'static str, Score>,
    confusion: BTreeMap<(String, String), usize>,
    counts: BTreeMap<&'static str, usize>,
}

/// How much a line says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Short,
    Long,
}

/// A statement: article id, statement id.
type At = (String, String);

fn pairs(groups: impl IntoIterator<Item = BTreeSet<At>>) -> BTreeSet<(At, At)> {
    let mut pairs = BTreeSet::new();
    for group in groups {
        for a in &group {
            for b in group.range(a..).skip(1) {
                pairs.insert((a.clone(), b.clone()));
            }
        }
    }
    pairs
}

fn at(marked: &Marked) -> At {
    (marked.article.clone(), marked.statement.clone())
}

impl Figures {
    pub fn add(&mut self, story: &Gold, findings: &Findings) {
        let marked = marked(story);
        let mut add = |name: &'static str, score: Score| {
            let sum = self.all.entry(name).or_default();
            *sum = sum.each(score, |a, b| a + b);
        };
        add("stories", Score { right: usize::from(findings.stories.len() == 1), found: 1, wanted: 1 });
        add("reprinted sentences", reprinted(story, findings));

        let mut utterances: BTreeMap<&str, BTreeSet<At>> = BTreeMap::new();
        for statement in &marked {
            if let Some(utterance) = &statement.utterance {
                utterances.entry(utterance).or_default().insert(at(statement));
            }
        }
        let found = findings
            .utterances
            .iter()
            .map(|u| u.statements.iter().map(|s| (s.article.clone(), s.statement.clone())).collect());
        add("utterances", Score::of(&pairs(found), &pairs(utterances.into_values())));

        let mut claims: BTreeMap<&str, BTreeMap<At, Stance>> = BTreeMap::new();
        for statement in &marked {
            for (claim, stance) in &statement.claims {
                let stance = match stance.as_str() {
                    "asserts" => Stance::Asserts,
                    "denies" => Stance::Denies,
                    _ => Stance::Questions,
                };
                claims.entry(claim).or_default().insert(at(statement), stance);
            }
        }
        let found: Vec<BTreeMap<At, Stance>> = findings
            .claims
            .iter()
            .map(|claim| {
                claim.statements.iter().map(|s| ((s.article.clone(), s.statement.clone()), s.stance)).collect()
            })
            .collect();
        let keys = |claim: &BTreeMap<At, Stance>| claim.keys().cloned().collect::<BTreeSet<At>>();
        add("claims", Score::of(&pairs(found.iter().map(keys)), &pairs(claims.values().map(keys))));
        let in_claims: BTreeSet<At> = found.iter().flat_map(keys).collect();
        add("in a claim", Score::of(&in_claims, &claims.values().flat_map(keys).collect()));
        let shared =
            |a: &BTreeMap<At, Stance>, b: &BTreeMap<At, Stance>| a.keys().filter(|key| b.contains_key(*key)).count();
        for claim in &found {
            let best = claims.values().max_by_key(|gold| shared(claim, gold)).filter(|gold| shared(claim, gold) > 0);
            let Some(best) = best else { continue };
            let both = claim.iter().filter_map(|(key, stance)| Some((stance, best.get(key)?)));
            let both: Vec<_> = both.collect();
            let right = both.iter().filter(|(a, b)| a == b).count();
            add("stance", Score { right, found: both.len(), wanted: both.len() });
            for (a, b) in both {
                *self.confusion.entry((format!("stance {a:?}"), format!("{b:?}"))).or_default() += 1;
            }
        }
        for gold in story.value["claims"].as_array().into_iter().flatten() {
            let id = text(gold, "id").unwrap_or_default();
            let Some(wanted) = claims.get(id.as_str()) else { continue };
            let best = found.iter().zip(&findings.claims).max_by(|(a, _), (b, _)| {
                let f1 =
                    |claim: &BTreeMap<At, Stance>| shared(claim, wanted) as f32 / (claim.len() + wanted.len()) as f32;
                f1(a).total_cmp(&f1(b))
            });
            let best = best.filter(|(keys, _)| shared(keys, wanted) > 0).map(|(_, claim)| claim);
            add("claim matched", Score { right: usize::from(best.is_some()), found: 1, wanted: 1 });
            let verdict: Option<Verdict> = serde_json::from_value(gold["verdict"].clone()).ok();
            let right = best.is_some_and(|claim| Some(claim.verdict) == verdict);
            add("verdict", Score { right: usize::from(right), found: 1, wanted: 1 });
            *self
                .confusion
                .entry((format!("verdict {:?}", best.map(|claim| claim.verdict)), format!("{verdict:?}")))
                .or_default() += 1;
            let origins = gold["origins"].as_u64().unwrap_or(0) as usize;
            let right = best.is_some_and(|claim| claim.origins.len() == origins);
            add("origins", Score { right: usize::from(right), found: 1, wanted: 1 });
            let found = best.map_or("none".to_owned(), |claim| claim.origins.len().to_string());
            *self.confusion.entry((format!("origins {found}"), origins.to_string())).or_default() += 1;
        }
        let mut voices: BTreeSet<(String, String)> = BTreeSet::new();
        for article in story.value["articles"].as_array().into_iter().flatten() {
            for voice in article["voice"].as_array().into_iter().flatten() {
                if let Some(first) = voice["spans"][0][0].as_u64() {
                    voices.insert((
                        format!("{}/{}", story.slug, article["id"].as_str().unwrap_or_default()),
                        sentence_at(story, article, first),
                    ));
                }
            }
        }
        let found = findings.claims.iter().flat_map(|claim| &claim.voice);
        let found = found.map(|voice| {
            let article = story.value["articles"].as_array().and_then(|a| {
                a.iter().find(|a| voice.article.ends_with(&format!("/{}", a["id"].as_str().unwrap_or_default())))
            });
            (
                voice.article.clone(),
                article.map(|a| sentence_at(story, a, u64::from(voice.span.start()))).unwrap_or_default(),
            )
        });
        add("voice sentences", Score::of(&found.collect(), &voices));
        let mut count = |name, n| *self.counts.entry(name).or_default() += n;
        count("statements", marked.len());
        count("gold claims", claims.len());
        count("found claims", findings.claims.len());
        count("found positions", findings.positions.len());
        count("found labels", findings.labels.len());
        count("timeline", findings.timeline.len());
        count("contradicts", findings.claims.iter().map(|claim| claim.contradicts.len()).sum());
        count("figures", findings.claims.iter().map(|claim| claim.figures.len()).sum());
    }

    pub fn since(&self, before: &Self) -> Self {
        let all = self
            .all
            .iter()
            .map(|(name, score)| (*name, score.each(before.all.get(name).copied().unwrap_or_default(), |a, b| a - b)));
        Self { all: all.collect(), confusion: BTreeMap::new(), counts: BTreeMap::new() }
    }

    pub fn line(&self, kind: Kind) -> String {
        if kind == Kind::Short {
            return ["claims", "stance", "verdict", "origins", "utterances", "reprinted sentences"]
                .iter()
                .map(|name| format!("{name} {}", self.all.get(name).copied().unwrap_or_default().line()))
                .collect::<Vec<_>>()
                .join("  ");
        }
        let mut lines: Vec<String> =
            self.all.iter().map(|(name, score)| format!("{name:20} {} of {}", score.line(), score.wanted)).collect();
        lines.push(format!("{:?}", self.counts));
        lines.extend(self.confusion.iter().map(|((a, b), n)| format!("  {a} – gold {b}: {n}")));
        lines.join("\n")
    }
}

fn sentence_at(story: &Gold, article: &Value, at: u64) -> String {
    let id = format!("{}/{}", story.slug, article["id"].as_str().unwrap_or_default());
    let number = story.articles.iter().position(|article| article.id == id).unwrap_or(0);
    let sentences = &story.vectors[number].sentences;
    let found = sentences.iter().rev().find(|sentence| u64::from(sentence.span.start()) <= at);
    found.map_or(String::new(), |sentence| sentence.span.start().to_string())
}

fn words(article: &Article, span: Span) -> Vec<String> {
    let text: String = article.text.chars().skip(span.start() as usize).take(span.length() as usize).collect();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Sentences of copying articles against sentences covered by passages. A sentence is copied by the gold if 70 % of its
/// words stand in order in a stretch of the original of about its length, or (P only) if it has under six words.
fn reprinted(story: &Gold, findings: &Findings) -> Score {
    let mut score = Score::default();
    let empty = Vec::new();
    for (article, value) in story.articles.iter().zip(story.value["articles"].as_array().unwrap_or(&empty)) {
        let number = story.articles.iter().position(|a| a.id == article.id).unwrap_or(0);
        let sources: Vec<&Article> = value["reprints"]
            .as_array()
            .unwrap_or(&empty)
            .iter()
            .filter_map(|reprint| {
                let id = format!("{}/{}", story.slug, reprint["of"].as_str()?);
                story.articles.iter().find(|article| article.id == id)
            })
            .collect();
        let of_pair =
            |r: &&model::Reprint| r.to == article.id || r.from == article.id && sources.iter().any(|s| s.id == r.to);
        let passages: Vec<Span> = findings
            .reprints
            .iter()
            .filter(of_pair)
            .flat_map(|r| r.passages.iter().map(|passage| if r.to == article.id { passage.to } else { passage.from }))
            .collect();
        let sources: Vec<Vec<String>> = sources
            .iter()
            .map(|a| words(a, Span::of(0, usize::MAX / 2).unwrap_or(Span::of(0, 1_000_000).expect("long"))))
            .collect();
        for sentence in &story.vectors[number].sentences {
            if !matches!(article.zone_at(sentence.span.start()), model::ZoneKind::Body | model::ZoneKind::Caption) {
                continue;
            }
            let these = words(article, sentence.span);
            if these.len() < 6 {
                continue;
            }
            let covered: u32 = passages.iter().map(|passage| passage.overlap(sentence.span)).sum();
            let is_found = covered * 2 > sentence.span.length();
            let is_gold = sources.iter().any(|source| best_part(&these, source) >= 0.7);
            score.found += usize::from(is_found);
            score.wanted += usize::from(is_gold);
            score.right += usize::from(is_found && is_gold);
            if std::env::var_os("SHOW_REPRINTS").is_some() && is_found != is_gold {
                println!("{} {} gold {is_gold} found {is_found}: {}", story.slug, article.id, these.join(" "));
            }
        }
    }
    score
}

/// The largest part of the words that stand in order in a window of the other text.
fn best_part(these: &[String], other: &[String]) -> f32 {
    let size = these.len() + these.len() / 4;
    let mut best = 0;
    let step = (these.len() / 4).max(1);
    for start in (0..other.len()).step_by(step) {
        let window = &other[start..(start + size).min(other.len())];
        let mut row = vec![0usize; window.len() + 1];
        for word in these {
            let mut before = 0;
            for (j, other) in window.iter().enumerate() {
                let keep = row[j + 1];
                row[j + 1] = if word == other { before + 1 } else { row[j + 1].max(row[j]) };
                before = keep;
            }
        }
        best = best.max(row.last().copied().unwrap_or(0));
    }
    best as f32 / these.len().max(1) as f32
}

/// Whether stories thrown together come apart.
pub fn stories(gold: &[Gold], findings: &Findings) {
    let slug = |id: &str| id.split('/').next().unwrap_or_default().to_owned();
    let group = |ids: &[String]| ids.iter().map(|id| (id.clone(), String::new())).collect::<BTreeSet<At>>();
    let found: Vec<BTreeSet<At>> = findings.stories.iter().map(|story| group(&story.articles)).collect();
    let wanted: Vec<BTreeSet<At>> =
        gold.iter().map(|story| story.articles.iter().map(|a| (a.id.clone(), String::new())).collect()).collect();
    println!("pairs of articles {}", Score::of(&pairs(found.clone()), &pairs(wanted.clone())).line());
    let exact = found.iter().filter(|group| wanted.contains(group)).count();
    println!("{} stories found, {exact} of {} exactly, {} affairs", found.len(), wanted.len(), findings.affairs.len());
    for story in &findings.stories {
        let slugs: BTreeSet<String> = story.articles.iter().map(|id| slug(id)).collect();
        if slugs.len() > 1 {
            println!("  mixed: {:?}", story.articles);
        }
    }
    for (story, wanted) in gold.iter().zip(&wanted) {
        let parts = found.iter().filter(|group| !group.is_disjoint(wanted)).count();
        if parts > 1 {
            println!("  split: {} in {parts}", story.slug);
        }
    }
}

/// Prints the claim board of one story.
pub fn show(story: &Gold, findings: &Findings) {
    let texts: BTreeMap<At, String> = story
        .articles
        .iter()
        .flat_map(|article| {
            claims::sides_of(article).into_iter().zip(&article.statements).map(|(side, statement)| {
                (
                    (article.id.clone(), statement.id.clone()),
                    format!("{} | {} | {} ({:?})", side.speaker, side.cue, side.content, statement.act),
                )
            })
        })
        .collect();
    let marks: BTreeMap<At, Marked> = marked(story).into_iter().map(|marked| (at(&marked), marked)).collect();
    for claim in &findings.claims {
        println!(
            "\n{} {:?} {} origins, {} denials {:?}: {}",
            claim.id,
            claim.verdict,
            claim.origins.len(),
            claim.denial_origins.len(),
            claim.contradicts,
            claim.text
        );
        println!(
            "   on the word of {:?}, denied by {:?}",
            claim.origins.iter().map(|o| o.name.as_deref().unwrap_or("?")).collect::<Vec<_>>(),
            claim.denial_origins.iter().map(|o| o.name.as_deref().unwrap_or("?")).collect::<Vec<_>>()
        );
        for s in &claim.statements {
            let key = (s.article.clone(), s.statement.clone());
            println!(
                "   {:?} {:.2} {} {:?} {}",
                s.stance,
                s.confidence,
                s.statement,
                marks.get(&key).map(|m| &m.claims),
                texts.get(&key).map_or("", String::as_str)
            );
        }
        for voice in &claim.voice {
            let article = story.articles.iter().find(|a| a.id == voice.article);
            println!(
                "   voice {:?}: {}",
                voice.stance,
                article.map_or(String::new(), |a| words(a, voice.span).join(" "))
            );
        }
        for figure in &claim.figures {
            println!("   figure {} × {}", figure.text, figure.statements.len());
        }
    }
    println!("\nutterances");
    for utterance in &findings.utterances {
        println!("{} {:?} {:?}", utterance.id, utterance.speaker, utterance.when);
        for s in &utterance.statements {
            let key = (s.article.clone(), s.statement.clone());
            println!(
                "   {} {:?} {}",
                s.statement,
                marks.get(&key).map(|m| &m.utterance),
                texts.get(&key).map_or("", String::as_str)
            );
        }
    }
    println!("\npositions");
    for p in &findings.positions {
        println!("   {} {} {} × {}", p.from, p.relation, p.to, p.evidence.len());
    }
    println!("labels");
    for l in &findings.labels {
        println!("   {} {}: {} {:?} {:?} × {}", l.outlet, l.actor, l.text, l.voice, l.polarity, l.count);
    }
    println!("timeline");
    for t in &findings.timeline {
        println!("   {} {:?} {:?} × {}: {}", t.date, t.precision, t.kind, t.articles.len(), t.what);
    }
}

/// Judges the rules alone: origins and verdicts from the gold's own statements and stances.
pub fn rules(gold: &[Gold], show: bool) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for story in gold {
        let marked = marked(story);
        let empty = Vec::new();
        let wanted = story.value["claims"].as_array().unwrap_or(&empty);
        let statements = |claim: &Value| {
            let id = claim["id"].as_str().unwrap_or_default();
            let told = marked.iter().filter_map(|m| {
                let stance = serde_json::from_value(Value::String(m.claims.get(id)?.clone())).ok()?;
                Some(model::ClaimStatement {
                    article: m.article.clone(),
                    statement: m.statement.clone(),
                    stance,
                    confidence: 1.0,
                })
            });
            told.collect::<Vec<_>>()
        };
        let given: Vec<_> = wanted.iter().map(statements).collect();
        let weighed = claims::weigh(&story.articles, &story.actors, &given);
        let asserted: BTreeMap<&str, bool> = wanted
            .iter()
            .zip(&weighed)
            .map(|(c, w)| (c["id"].as_str().unwrap_or_default(), !w.origins.is_empty()))
            .collect();
        for ((claim, weighed), given) in wanted.iter().zip(&weighed).zip(&given) {
            let id = claim["id"].as_str().unwrap_or_default();
            let against = story.value["contradictions"].as_array().into_iter().flatten().filter_map(|pair| {
                let (a, b) = (pair[0].as_str()?, pair[1].as_str()?);
                if a == id {
                    Some(b)
                } else if b == id {
                    Some(a)
                } else {
                    None
                }
            });
            let contradicted = against.into_iter().any(|other| asserted.get(other).copied().unwrap_or(false));
            let verdict = if contradicted && !weighed.origins.is_empty() { Verdict::Disputed } else { weighed.verdict };
            let gold: Option<Verdict> = serde_json::from_value(claim["verdict"].clone()).ok();
            let origins = claim["origins"].as_u64().unwrap_or(0) as usize;
            let mut count = |name: String| *counts.entry(name).or_default() += 1;
            count(format!("verdict right {}", Some(verdict) == gold));
            count(format!("origins right {}", weighed.origins.len() == origins));
            count(format!("origins found {} gold {origins}", weighed.origins.len()));
            if Some(verdict) != gold {
                count(format!("verdict found {verdict:?} gold {gold:?}"));
            }
            if show && (weighed.origins.len() != origins || Some(verdict) != gold) {
                println!(
                    "{} {id} {verdict:?} gold {gold:?}; origins {} gold {origins}: {}",
                    story.slug,
                    weighed.origins.len(),
                    claim["text"]
                );
                for origin in &weighed.origins {
                    let ids: Vec<_> = origin.statements.iter().map(|s| s.statement.as_str()).collect();
                    println!("     {:?} {:?} {ids:?}", origin.kind, origin.actor);
                }
                for s in given {
                    let article = story.articles.iter().find(|a| a.id == s.article);
                    let statement = article
                        .and_then(|a| a.statements.iter().zip(claims::sides_of(a)).find(|(x, _)| x.id == s.statement));
                    if let Some((x, side)) = statement {
                        println!(
                            "       {:?} {} in {:?} {:?} {:?} | {} | {} | {:.90}",
                            s.stance,
                            x.id,
                            x.parent,
                            x.act,
                            x.kind,
                            side.speaker,
                            side.cue,
                            side.content.chars().take(90).collect::<String>()
                        );
                    }
                }
            }
        }
    }
    println!("{counts:#?}");
}
