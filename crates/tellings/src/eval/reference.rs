//! The statement figures against the project's reference scorer, and story folders against the reference compiler, on
//! all data that is at hand. Both are Python programs that do not stand here: without them nothing is tested.

use super::gold::{GoldArticle, GoldStatement, GoldStory};
use super::score;
use super::scores::{Better, Counts, Scores};
use super::sets::{GoldSet, find_sets, shared_folder};
use super::tests::{as_predicted, blank};
use model::{Act, Article, Kind, Span, Statement};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A tool of the shared folder; `None`, loudly, where it or Python is missing.
fn tool(name: &str) -> Option<PathBuf> {
    let path = shared_folder(&root()).join("tools").join(name);
    let there = path.is_file() && Command::new("python3").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: no python3 or no {}", path.display());
    }
    there.then_some(path)
}

fn set(name: &str) -> Option<GoldSet> {
    let (mut sets, problems) = find_sets(&[name.to_owned()], &root());
    problems.iter().for_each(|problem| eprintln!("skipped: {}", problem.message));
    sets.pop()
}

/// A number from a place, the same on every run.
fn noise(article: usize, statement: usize, turn: u64) -> u64 {
    let mut x = (article as u64) << 40 ^ (statement as u64) << 16 ^ turn;
    for _ in 0..3 {
        x = (x ^ x >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    x >> 33
}

fn shifted(spans: &[Span], by: u64, length: usize) -> Vec<Span> {
    spans
        .iter()
        .filter_map(|span| {
            let (start, end) = (span.start() as usize, span.end() as usize);
            match by % 9 {
                0 => Span::of(start + 1, end),
                1 => Span::of(start.saturating_sub(2), end),
                2 => Span::of(start, (end + 1).min(length)),
                3 => Span::of(start, (start + end).div_ceil(2)),
                4 => Span::of(start.saturating_sub(9), (end + 5).min(length)),
                5 => Span::of(end.saturating_sub(6).max(start), end),
                6 => None,
                _ => Some(*span),
            }
        })
        .collect()
}

/// A prediction made from gold by dropping, moving, doubling and mixing up.
fn noisy(article: &GoldArticle, number: usize) -> Article {
    let length = article.text.chars().count();
    let mut statements = Vec::new();
    for (i, gold) in article.statements.iter().enumerate() {
        let turn = |n| noise(number, i, n);
        if turn(0) % 6 == 0 {
            continue;
        }
        let vary =
            |spans: &[Span], n| if turn(n) % 3 == 0 { shifted(spans, turn(n + 10), length) } else { spans.to_vec() };
        let other = article.statements.get((i + 1) % article.statements.len()).unwrap_or(gold);
        let made = Statement {
            id: format!("s{i}"),
            source: if turn(4) % 11 == 0 { other.source.clone() } else { vary(&gold.source, 1) },
            cue: if turn(5) % 13 == 0 { Vec::new() } else { vary(&gold.cue, 2) },
            content: if turn(6) % 7 == 0 {
                gold.content.iter().chain(&other.content).copied().collect()
            } else {
                vary(&gold.content, 3)
            },
            act: Act::ALL[(turn(7) % 17) as usize],
            kind: if turn(8) % 4 == 0 { Kind::Mixed } else { gold.kind.unwrap_or(Kind::Indirect) },
            negated: turn(9) % 8 == 0,
            hedged: turn(10) % 8 == 0,
            ..blank()
        };
        if turn(11) % 9 == 0 {
            statements.push(made.clone());
        }
        statements.push(made);
    }
    Article { statements, ..article.bare() }
}

/// Gold as the reference scorer reads it: only the fields that the set gives.
fn gold_lines(set: &GoldSet) -> String {
    let mut lines = String::new();
    for article in set.stories.iter().flat_map(|story| &story.articles) {
        let statements: Vec<&GoldStatement> = article.statements.iter().collect();
        let line = serde_json::json!({"id": article.id, "text": article.text, "statements": statements});
        writeln!(lines, "{line}").expect("a string takes all");
    }
    lines
}

fn compare(scores: &Scores, reference: &serde_json::Value) {
    let names = [
        ("source", "source"),
        ("cue", "cue"),
        ("content", "content"),
        ("all_exact", "all-exact"),
        ("found", "found"),
        ("source right", "source-right"),
        ("act", "act"),
        ("kind", "kind"),
        ("negated", "negated"),
        ("hedged", "hedged"),
    ];
    for (theirs, ours) in names {
        let row =
            reference["rows"].as_array().expect("rows").iter().find(|row| row["measure"] == theirs).expect("a row");
        let figure = scores.figure(ours).expect("a figure");
        let value = row.get("f1").or_else(|| row.get("share")).and_then(serde_json::Value::as_f64);
        let close = match (figure.value, value) {
            (None, None) => true,
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            _ => false,
        };
        assert!(close, "{} {theirs}: {:?} here, {value:?} there", scores.set, figure.value);
        let number = |key: &str| row[key].as_f64();
        match &figure.counts {
            Counts::Overlap { right_gold, gold, predicted, .. } => assert_eq!(
                (Some(*right_gold), Some(*gold), Some(*predicted)),
                (number("right"), number("gold"), number("predicted")),
                "{theirs}"
            ),
            Counts::Share { right, of } => {
                assert_eq!((Some(*right), Some(*of)), (number("right"), number("of")), "{theirs}")
            }
            Counts::Mean { .. } => panic!("{theirs} is no mean"),
        }
    }
}

fn statements_equal_the_reference_on(name: &str) {
    let (Some(tool), Some(set)) = (tool("score_statements.py"), set(name)) else { return };
    let articles: Vec<Article> =
        set.stories.iter().flat_map(|s| &s.articles).enumerate().map(|(n, article)| noisy(article, n)).collect();
    let mut scores = score(&set.stories, &articles).expect("it fits together");
    scores.set = name.to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let (gold, predicted) = (folder.path().join("gold.jsonl"), folder.path().join("predicted.jsonl"));
    std::fs::write(&gold, gold_lines(&set)).expect("written");
    let lines: Vec<String> = articles.iter().map(|a| serde_json::to_string(a).expect("JSON")).collect();
    std::fs::write(&predicted, lines.join("\n")).expect("written");
    let done = Command::new("python3").arg(tool).arg(&gold).arg(&predicted).args(["--fields", "--json"]).output();
    let done = done.expect("python3 runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let reference: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(reference["articles"].as_u64(), Some(scores.articles as u64));
    compare(&scores, &reference);
    let found = scores.value("found").expect("some were found");
    assert!(found > 40.0 && found < 95.0, "the noise tells nothing: {found}");
}

#[test]
fn statements_of_the_story_sets_score_as_in_the_reference() {
    statements_equal_the_reference_on("stories");
}

#[test]
fn statements_of_polnear_score_as_in_the_reference() {
    statements_equal_the_reference_on("polnear:train");
}

/// Figures that the prediction made from gold cannot decide: they are found by rule, not taken over from gold.
const FOUND_BY_RULE: [&str; 2] = ["times", "time-value"];

#[test]
fn gold_against_itself_is_all_right() {
    for name in ["seeds", "held-out"] {
        let Some(set) = set(name) else { continue };
        let analysis = as_predicted(&set.stories);
        let mut scores = score(&set.stories, &analysis).expect("it fits together");
        scores.set = name.to_owned();
        eprintln!("{}", scores.table());
        for figure in scores.figures.iter().filter(|f| !FOUND_BY_RULE.contains(&f.name)) {
            let best = match figure.better {
                Better::Higher => 100.0,
                Better::Lower | Better::Neither => 0.0,
            };
            let value = figure.value.unwrap_or(best);
            assert!((value - best).abs() < 1e-9, "{name}: {} is {value}", figure.name);
        }
    }
}

#[test]
fn story_folders_are_read_as_the_reference_compiles_them() {
    let (Some(tool), Some(set)) = (tool("compile_stories.py"), set("stories")) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let compiled = folder.path().join("compiled.jsonl");
    let stories = shared_folder(&root()).join("data/stories");
    let mut names: Vec<PathBuf> = std::fs::read_dir(stories).expect("there").flatten().map(|e| e.path()).collect();
    names.sort_unstable();
    let done = Command::new("python3").arg(tool).args(&names).arg("-o").arg(&compiled).output().expect("python3 runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let reference =
        GoldStory::read(&std::fs::read_to_string(&compiled).expect("written"), "compiled").expect("well formed");
    assert_eq!(set.stories.len(), reference.len());
    for (ours, theirs) in set.stories.iter().zip(&reference) {
        assert_eq!(ours, theirs, "{}", ours.slug);
    }
}
