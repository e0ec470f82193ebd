//! `--known`: actors of an earlier analysis keep their ids when an article is added.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use support::{Folder, PIER, examples, has_weights};

/// Ten articles: the example of six, the pier, and three more.
fn ten() -> Folder {
    let mut folder = Folder::new();
    for entry in std::fs::read_dir(examples().join("text")).expect("the example is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        folder = folder.with(&format!("in/{name}"), std::fs::read(entry.path()).expect("it can be read"));
    }
    let more = [
        "Pier reopens\n\nThe old pier in Port Salda was opened again, mayor Varga said on Friday. Vell denied that it had been closed.",
        "Bakers strike\n\nTilda Roe, a baker in Norwick, said the ovens would stay cold. \"We wait,\" Roe said.",
        "Roe speaks\n\nThe bakers of Norwick will strike on, their leader Tilda Roe said. The council denied it had made an offer.",
    ];
    folder = folder.with("in/pier.txt", PIER);
    for (number, text) in more.iter().enumerate() {
        folder = folder.with(&format!("in/z{number}.txt"), text);
    }
    folder
}

fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("one JSON document")
}

/// The actor of each mention, by article and place.
fn actors(analysis: &Value) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for article in analysis["articles"].as_array().expect("articles") {
        for entity in article["entities"].as_array().expect("entities") {
            for mention in entity["mentions"].as_array().expect("mentions") {
                out.insert(format!("{} {}", article["id"], mention["span"]), entity["actor"].to_string());
            }
        }
    }
    out
}

#[test]
fn an_eleventh_article_leaves_the_ids_of_ten_or_says_what_changed() {
    if !has_weights() {
        return;
    }
    let folder = ten();
    folder.run("analyze in -o before.json").expect(0, &[]);
    let before = document(&std::fs::read(folder.path().join("before.json")).expect("it was written"));
    assert_eq!(before["articles"].as_array().map(Vec::len), Some(10));
    let again = document(&folder.run("analyze in --known before.json").expect(0, &[]).stdout);
    assert_eq!(again, before, "nothing new, nothing changed");
    let new = "date: 2024-01-02\n\nMayor at sea\n\nInes Varga, mayor of Port Salda, said the pier was safe. Tilda Roe was there. Varga laughed.";
    let folder = folder.with("in/0.txt", new);
    let ran = folder.run("analyze in --known before.json").expect(0, &[]);
    let after = document(&ran.stdout);
    assert_eq!(after["articles"].as_array().map(Vec::len), Some(11));
    let (before, now) = (actors(&before), actors(&after));
    let problems = after["problems"].as_array().expect("problems");
    for (place, actor) in &before {
        let told = |problem: &Value| problem["message"].as_str().is_some_and(|m| m.contains(actor.trim_matches('"')));
        assert!(now.get(place) == Some(actor) || problems.iter().any(told), "{place}: {actor} {:?}", now.get(place));
    }
    let id = |analysis: &Value, name: &str| {
        let all = analysis["actors"].as_array().expect("actors").iter();
        all.filter(|a| a["name"] == name).map(|a| a["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(id(&after, "Ines Varga").len(), 1);
    // the new article alone: its actors are the known ones
    let alone = document(&folder.run("analyze in/0.txt --known before.json").expect(0, &[]).stdout);
    assert_eq!(alone["articles"].as_array().map(Vec::len), Some(1));
    assert_eq!(id(&alone, "Ines Varga"), id(&after, "Ines Varga"));
    let who = document(&folder.run("who Varga in/0.txt --json --known before.json").expect(0, &[]).stdout);
    assert_eq!(who["found"][0]["actor"]["id"], id(&after, "Ines Varga")[0]);
}

#[test]
fn a_file_that_is_no_analysis_is_named_and_nothing_is_done() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new()
        .with("a.txt", PIER)
        .with("torn.json", "{\"tellings\": \"1\", \"articles\": [")
        .with("later.json", "{\"tellings\": \"2\", \"articles\": [], \"actors\": []}")
        .with("other.json", "{\"text\": \"She left.\"}")
        .with("empty.json", "");
    for (file, words) in [
        ("torn.json", "no JSON document"),
        ("later.json", "version 2 of the format"),
        ("other.json", "no analysis"),
        ("empty.json", "no JSON document"),
        ("missing.json", "cannot read"),
    ] {
        for command in ["analyze a.txt", "report a.txt -o r.html", "who Varga a.txt"] {
            let ran = folder.run(&format!("{command} --known {file}")).expect(3, &[&format!("`{file}`"), words]);
            assert!(ran.stdout.is_empty());
        }
    }
    folder.run("extract a.txt -o lines.jsonl").expect(0, &[]);
    folder.run("analyze a.txt --known lines.jsonl").expect(3, &["`lines.jsonl`", "`tellings analyze` wrote"]);
    assert!(!folder.names().contains(&"r.html".to_owned()));
}
