//! Judges this crate against gold data.
//!
//!     cargo run -p tellings-text --release --example judge -- sentences < gum.jsonl
//!
//! `quotations` prints the states of every text, to be compared with those that the reader was trained with;
//! `sentences` and `times` print scores, with `-v` the differences; `language` counts answers for short pieces.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|a| a == "-v");
    let documents = std::io::stdin().lock().lines().map_while(Result::ok).filter_map(|l| serde_json::from_str(&l).ok());
    let documents: Vec<Value> = documents.flat_map(articles).collect();
    match arguments.first().map(String::as_str) {
        Some("quotations") => quotations(&documents),
        Some("sentences") => sentences(&documents, verbose),
        Some("times") => times(&documents, verbose),
        Some("language") => language(&documents, verbose),
        _ => eprintln!("one of: quotations, sentences, times, language"),
    }
}

/// A compiled story holds several articles; all else is one.
fn articles(line: Value) -> Vec<Value> {
    match line.get("articles").and_then(Value::as_array) {
        Some(articles) => articles.clone(),
        None => vec![line],
    }
}

fn text_of(document: &Value) -> &str {
    document["text"].as_str().unwrap_or("")
}

fn quotations(documents: &[Value]) {
    for document in documents {
        let states = text::quotation_states(text_of(document));
        println!("{}", states.iter().map(|s| char::from(b'0' + s)).collect::<String>());
    }
}

fn sentences(documents: &[Value], verbose: bool) {
    let mut scores: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for document in documents {
        let Some(gold) = document["sentences"].as_array() else { continue };
        let gold: BTreeSet<(u64, u64)> = gold.iter().map(|s| (number(&s[0]), number(&s[1]))).collect();
        let words = text_of(document);
        let found: BTreeSet<(u64, u64)> =
            text::sentences(words).iter().map(|s| (s.start().into(), s.end().into())).collect();
        let score = scores.entry(document["genre"].as_str().unwrap_or("all").into()).or_default();
        score[0] += gold.len();
        score[1] += found.len();
        score[2] += gold.intersection(&found).count();
        if verbose {
            let letters: Vec<char> = words.chars().collect();
            for (sign, (a, b)) in
                gold.difference(&found).map(|s| ('-', s)).chain(found.difference(&gold).map(|s| ('+', s)))
            {
                println!("{sign} {a} {}", letters[*a as usize..*b as usize].iter().collect::<String>());
            }
        }
    }
    scores.iter().for_each(|(genre, score)| println!("{genre:12} {}", f1(score)));
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn f1([gold, found, right]: &[usize; 3]) -> String {
    let (p, r) = (*right as f64 / (*found).max(1) as f64, *right as f64 / (*gold).max(1) as f64);
    format!("gold {gold} found {found} right {right}  P {p:.3} R {r:.3} F1 {:.3}", 2.0 * p * r / (p + r).max(1e-9))
}

/// Gold times overlap with what was found (spans), and have the same value (values).
fn times(documents: &[Value], verbose: bool) {
    let (mut spans, mut values, mut dates) = ([0; 3], [0; 3], [0; 3]);
    for document in documents {
        let Some(gold) = document["times"].as_array() else { continue };
        let words = text_of(document);
        let letters: Vec<char> = words.chars().collect();
        let date = document["date"].as_str().and_then(|d| d.get(..10));
        let found = text::find_times(words, date);
        let is_date = |value: &str| value.starts_with(|c: char| c.is_ascii_digit());
        let mut taken = vec![false; found.len()];
        for time in gold {
            let value = time["value"].as_str().unwrap_or("");
            let (a, b) = (number(&time["span"][0]), number(&time["span"][1]));
            let hit = found.iter().position(|f| u64::from(f.span.start()) < b && a < u64::from(f.span.end()));
            let said = hit.map(|i| found[i].value.as_str());
            hit.into_iter().for_each(|i| taken[i] = true);
            let same = said == Some(value);
            spans[0] += 1;
            spans[2] += usize::from(hit.is_some());
            values[0] += 1;
            values[2] += usize::from(same);
            if is_date(value) {
                dates[0] += 1;
                dates[2] += usize::from(same);
            }
            if verbose && !same {
                let from = (a as usize).saturating_sub(60);
                let context: String = letters[from..(b as usize + 30).min(letters.len())].iter().collect();
                println!("{date:?} gold {value} found {said:?}: {}", context.replace('\n', " "));
            }
        }
        for (found, taken) in found.iter().zip(taken) {
            if verbose && !taken {
                let words: String = letters[found.span.start() as usize..found.span.end() as usize].iter().collect();
                println!("+ {} {words}", found.value);
            }
            spans[1] += 1;
            values[1] += 1;
            dates[1] += usize::from(is_date(&found.value));
        }
    }
    println!("spans  {}\nvalues {}\ndates  {}", f1(&spans), f1(&values), f1(&dates));
}

/// What the first 60, 120 and 300 letters of each text are taken for.
fn language(documents: &[Value], verbose: bool) {
    for length in [30, 60, 120, 300, usize::MAX] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for document in documents {
            let words: String = text_of(document).chars().take(length).collect();
            let found = text::language(&words).unwrap_or("?");
            *counts.entry(found).or_default() += 1;
            if verbose && found != "en" {
                println!("{length} {found} {words}");
            }
        }
        println!("{length} {counts:?}");
    }
}
