//! All measures at once on a small invented story, with predictions made from its gold and then spoilt in one place.

use super::gold::GoldStory;
use super::scores::Scores;
use super::{score, stories};
use model::{
    Act, Analysis, Article, Claim, ClaimStatement, Entity, EntityType, Kind, Mention, MentionForm, Origin, OriginKind,
    Reprint, ReprintDirection, ReprintPassage, Span, Speaker, SpeakerBy, Stance, Statement, StatementRef, Utterance,
    Verdict,
};
use std::collections::BTreeMap;

/// A statement with nothing in it.
pub(super) fn blank() -> Statement {
    Statement {
        id: String::new(),
        source: Vec::new(),
        cue: Vec::new(),
        content: Vec::new(),
        speaker: None,
        addressee: None,
        act: Act::Assert,
        kind: Kind::Indirect,
        negated: false,
        hedged: false,
        parent: None,
        zone: model::ZoneKind::Body,
        confidence: 1.0,
    }
}

/// What a program would give that finds exactly what gold marks.
pub(super) fn as_predicted(gold: &[GoldStory]) -> Analysis {
    let mut analysis = Analysis::default();
    for story in gold {
        let mut claims: BTreeMap<&str, Vec<ClaimStatement>> = BTreeMap::new();
        let mut utterances: BTreeMap<&str, Vec<StatementRef>> = BTreeMap::new();
        for article in &story.articles {
            for statement in &article.statements {
                for (id, stance) in &statement.claims {
                    let (article, statement) = (article.id.clone(), statement.id.clone());
                    let one = ClaimStatement { article, statement, stance: *stance, confidence: 1.0 };
                    claims.entry(id).or_default().push(one);
                }
                if let Some(id) = &statement.utterance {
                    let (article, statement) = (article.id.clone(), statement.id.clone());
                    utterances.entry(id).or_default().push(StatementRef { article, statement });
                }
            }
            analysis.articles.push(article_as_predicted(story, article));
            analysis.reprints.extend(reprints(story, article));
        }
        analysis.claims.extend(story.claims.iter().flatten().map(|claim| Claim {
            id: format!("{}:{}", story.slug, claim.id),
            text: claim.text.clone(),
            story: story.slug.clone(),
            verdict: claim.verdict,
            asserted_by: Vec::new(),
            denied_by: Vec::new(),
            questioned_by: Vec::new(),
            statements: claims.remove(claim.id.as_str()).unwrap_or_default(),
            voice: Vec::new(),
            origins: vec![origin(); claim.origins],
            denial_origins: Vec::new(),
            figures: Vec::new(),
            contradicts: Vec::new(),
            confidence: 1.0,
        }));
        analysis.utterances.extend(utterances.into_iter().map(|(id, statements)| Utterance {
            id: format!("{}:{id}", story.slug),
            speaker: None,
            statements,
            when: None,
            wordings: Vec::new(),
        }));
    }
    analysis
}

fn article_as_predicted(story: &GoldStory, article: &super::gold::GoldArticle) -> Article {
    let mut entities: BTreeMap<&str, Entity> = BTreeMap::new();
    for mention in article.mentions.iter().flatten() {
        let known = story.entities.iter().find(|e| e.id == mention.entity);
        let entity = entities.entry(&mention.entity).or_insert_with(|| Entity {
            id: format!("e-{}", mention.entity),
            kind: known.and_then(|e| e.kind).unwrap_or(EntityType::Person),
            name: known.map(|e| e.name.clone()).unwrap_or_default(),
            mentions: Vec::new(),
            actor: Some(format!("{}:{}", story.slug, mention.entity)),
            role: None,
            confidence: None,
            rivals: Vec::new(),
        });
        entity.mentions.push(Mention::new(mention.span, MentionForm::Name));
    }
    let statements = article.statements.iter().map(|gold| Statement {
        id: gold.id.clone(),
        source: gold.source.clone(),
        cue: gold.cue.clone(),
        content: gold.content.clone(),
        speaker: gold.speaker.clone().flatten().map(|id| Speaker {
            actor: Some(format!("{}:{id}", story.slug)),
            entity: entities.contains_key(id.as_str()).then(|| format!("e-{id}")),
            name: story.entities.iter().find(|e| e.id == id).map(|e| e.name.clone()).unwrap_or_default(),
            by: SpeakerBy::Name,
            confidence: 1.0,
        }),
        act: gold.act.unwrap_or(Act::Assert),
        kind: gold.kind.unwrap_or(Kind::Indirect),
        negated: gold.negated.unwrap_or_default(),
        hedged: gold.hedged.unwrap_or_default(),
        parent: gold.parent.clone().flatten(),
        ..blank()
    });
    let statements = statements.collect();
    Article { statements, entities: entities.into_values().collect(), ..article.bare() }
}

fn reprints(story: &GoldStory, article: &super::gold::GoldArticle) -> Vec<Reprint> {
    let passage = |of: &str| {
        let source = story.articles.iter().find(|a| a.short_id() == of)?;
        let to = super::reprints::copied_sentences(&article.text, &source.text);
        let from = Span::of(0, 1)?;
        let passages = to.into_iter().map(|to| ReprintPassage { from, to }).collect();
        let (from, to, why) = (source.id.clone(), article.id.clone(), String::new());
        Some(Reprint { from, to, passages, share: 1.0, credit: None, direction: ReprintDirection::Known, why })
    };
    article.reprints.iter().flatten().filter_map(|reprint| passage(&reprint.of)).collect()
}

fn origin() -> Origin {
    Origin {
        kind: OriginKind::Utterance,
        actor: None,
        name: None,
        statements: Vec::new(),
        outlets: Vec::new(),
        first: None,
    }
}

const STORY: &str = include_str!("fixtures/leak/story.json");
const FIRST: &str = include_str!("fixtures/leak/a1.txt");
const SECOND: &str = include_str!("fixtures/leak/a2.txt");

fn story() -> Vec<GoldStory> {
    let texts = BTreeMap::from([("a1".to_owned(), FIRST.to_owned()), ("a2".to_owned(), SECOND.to_owned())]);
    vec![stories::compile(STORY, &texts, "leak").expect("well formed")]
}

/// The scores after one thing was spoilt.
fn spoilt(spoil: impl FnOnce(&mut Analysis)) -> Scores {
    let gold = story();
    let mut analysis = as_predicted(&gold);
    spoil(&mut analysis);
    score(&gold, &analysis).expect("it fits together")
}

fn check(scores: &Scores, expected: &[(&str, f64)]) {
    for (name, value) in expected {
        let is = scores.value(name).unwrap_or(f64::NAN);
        assert!((is - value).abs() < 0.01, "{name} is {is}, not {value}\n{}", scores.table());
    }
}

#[test]
fn gold_as_predicted_is_all_right() {
    let scores = spoilt(|_| ());
    for name in ["all-exact", "found", "parent", "nested-found", "speaker", "mentions", "coreference", "actors"] {
        check(&scores, &[(name, 100.0)]);
    }
    for name in ["utterances", "claims", "stance", "stance-pairs", "verdict-all", "origins", "reprinted-sentences"] {
        check(&scores, &[(name, 100.0)]);
    }
    check(&scores, &[("wrong-mouth", 0.0), ("calibration-error", 0.0), ("speaker-pronoun", 100.0)]);
}

#[test]
fn a_missed_statement_costs_recall_wherever_it_counts() {
    let scores = spoilt(|analysis| {
        analysis.articles[0].statements.remove(1); // the denial, parent of the third
    });
    check(&scores, &[("found.recall", 80.0), ("parent", 75.0), ("nested-found", 100.0), ("utterances", 66.67)]);
    // Six pairs in gold, three of them left; nothing wrong among those.
    check(&scores, &[("claims.recall", 50.0), ("claims.precision", 100.0), ("claims-given-found", 100.0)]);
    check(&scores, &[("claim-pairs-ignored", 50.0)]);
}

#[test]
fn words_in_the_wrong_mouth_and_in_none_are_told_apart() {
    let wrong = spoilt(|analysis| {
        let union = analysis.articles[0].statements[0].speaker.clone();
        analysis.articles[0].statements[1].speaker = union;
    });
    check(
        &wrong,
        &[("speaker", 80.0), ("wrong-mouth", 20.0), ("speaker-pronoun", 50.0), ("speaker-description", 100.0)],
    );
    let none = spoilt(|analysis| analysis.articles[0].statements[1].speaker = None);
    check(&none, &[("speaker", 80.0), ("wrong-mouth", 0.0)]);
}

#[test]
fn a_speaker_known_only_as_an_actor_is_found_through_the_other_articles() {
    let scores = spoilt(|analysis| {
        let article = &mut analysis.articles[1];
        article.entities.retain(|entity| entity.id != "e-vell");
        article.statements[1].speaker.as_mut().expect("a speaker").entity = None;
    });
    check(&scores, &[("speaker", 100.0), ("mentions.recall", 500.0 / 7.0)]);
}

#[test]
fn an_actor_torn_between_articles_costs_the_actors_but_not_the_coreference() {
    let scores = spoilt(|analysis| {
        for entity in analysis.articles[1].entities.iter_mut().filter(|entity| entity.id == "e-vell") {
            entity.actor = None;
        }
    });
    // Vell: four mentions in two halves; the union: three in one.
    check(&scores, &[("coreference", 100.0), ("actors.precision", 100.0), ("actors.recall", 100.0 * 5.0 / 7.0)]);
    check(&scores, &[("actors-on-matched", 83.33)]);
}

#[test]
fn the_opposite_wording_of_a_claim_is_right_but_not_as_worded() {
    let scores = spoilt(|analysis| {
        for statement in &mut analysis.claims[0].statements {
            statement.stance = if statement.stance == Stance::Asserts { Stance::Denies } else { Stance::Asserts };
        }
        analysis.claims[0].verdict = Verdict::Single;
        analysis.claims[0].origins.clear();
    });
    check(&scores, &[("stance", 100.0), ("stance-as-worded", 0.0), ("stance-pairs", 100.0)]);
    check(&scores, &[("verdict", 0.0), ("origins", 0.0), ("claims-aligned", 100.0)]);
}

#[test]
fn a_copy_that_was_not_seen_and_one_that_is_none() {
    check(&spoilt(|analysis| analysis.reprints.clear()), &[("reprinted-sentences.recall", 0.0)]);
    let scores = spoilt(|analysis| {
        let whole = Span::of(0, analysis.articles[1].text.chars().count()).expect("a text");
        analysis.reprints[0].passages[0].to = whole;
    });
    check(
        &scores,
        &[("reprinted-sentences.precision", 50.0), ("reprinted-sentences.recall", 100.0), ("reprint-pairs", 100.0)],
    );
}

#[test]
fn statements_in_boilerplate_and_where_nothing_is_said_are_counted() {
    let mut gold = story();
    let text = &mut gold[0].articles[0].text;
    let start = text.chars().count();
    text.push_str("\n\nSign up for our letter: it says all");
    let span = Span::of(start + 2, start + 37).expect("not empty");
    gold[0].articles[0].zones.push(model::Zone { kind: model::ZoneKind::Boilerplate, span });
    gold[0].articles[0].negatives = vec![span, Span::of(0, 5).expect("not empty")];
    let mut analysis = as_predicted(&gold);
    let said = Statement { cue: Span::of(start + 29, start + 33).into_iter().collect(), ..blank() };
    analysis.articles[0].statements.push(said);
    let scores = score(&gold, &analysis).expect("it fits together");
    check(&scores, &[("boilerplate-statements", 100.0 / 6.0), ("negatives", 50.0), ("found.recall", 100.0)]);
}

#[test]
fn articles_alone_give_no_measure_across_articles() {
    let gold = story();
    let articles = as_predicted(&gold).articles;
    let scores = score(&gold, &articles).expect("it fits together");
    check(&scores, &[("speaker", 100.0), ("coreference", 100.0)]);
    assert!(scores.figure("claims").is_none() && scores.figure("actors").is_none());
}

#[test]
fn articles_are_known_by_id_then_text_and_other_texts_are_refused() {
    let gold = story();
    let mut articles = as_predicted(&gold).articles;
    articles[0].id = "3f".to_owned();
    articles.push(Article { id: "stranger".to_owned(), text: "Nothing.".to_owned(), ..Article::default() });
    let scores = score(&gold, &articles).expect("it fits together");
    assert_eq!((scores.value("found"), scores.predicted_articles_not_in_gold), (Some(100.0), 1));
    articles[1].text.push('!');
    let error = score(&gold, &articles).expect_err("refused").to_string();
    assert!(error.contains("differs from gold's at character"), "{error}");
    articles.truncate(1);
    let scores = score(&gold, &articles).expect("it fits together");
    assert_eq!(scores.articles_without_prediction, ["leak/a2"]);
}

#[test]
fn scores_are_written_as_json_with_name_and_counts() {
    let json = serde_json::to_value(spoilt(|_| ())).expect("JSON");
    let found = json["figures"].as_array().expect("a list").iter().find(|f| f["name"] == "found").expect("found");
    assert_eq!((found["value"].as_f64(), found["gold"].as_f64()), (Some(100.0), Some(5.0)));
    assert_eq!(found["better"], "higher");
}

#[test]
fn the_projects_own_sets_are_read_and_its_floors_name_figures_that_are_measured() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (sets, problems) = super::find_sets(&[], &root);
    assert!(problems.is_empty() && !sets.is_empty(), "{problems:?}");
    let text = std::fs::read_to_string(root.join("eval/floors.toml")).expect("it stands in the project");
    let floors = super::Floors::read(&text).expect("well formed");
    assert_eq!(floors.to_toml(), text, "written as `--raise-floors` writes it");
    for set in &sets {
        assert_eq!(set.convention, 1);
        let scores = set.score(&as_predicted(&set.stories)).expect("it fits together");
        assert!(floors.check(&scores).is_empty(), "{:?}", floors.check(&scores));
    }
    assert!(floors.sets().all(|name| sets.iter().any(|set| set.name == name)));
}
