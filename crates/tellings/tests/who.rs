//! `tellings who`: whoever a name can mean in the example, in text and JSON.

mod support;

use serde_json::Value;
use support::{Folder, Ran, examples, has_weights, spans_lie_inside};

fn who(arguments: &str) -> Ran {
    Folder::new().run(&format!("who {arguments} {}", examples().join("text").display())).expect(0, &[])
}

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).expect("text is UTF-8")
}

#[test]
fn one_name_has_one_block_with_what_was_said_by_and_about_it() {
    if !has_weights() {
        return;
    }
    let ran = who("VANNERHOLT");
    let text = text(&ran);
    assert!(text.starts_with("Ilse Vannerholt, person\n"), "{text}");
    for words in
        ["part of   Veldmark", "Vanerholt", "spellings of one name", "Meridian Newswire", "Said: ", "Said about it"]
    {
        assert!(text.contains(words), "`{words}` is missing in:\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_eq!(ran.stdout, who("vannerholt --threads 1").stdout);
}

#[test]
fn accents_and_slips_find_the_same_and_a_slip_is_said() {
    if !has_weights() {
        return;
    }
    assert_eq!(who("nkome").stdout, who("Nkomé").stdout);
    let ran = who("Vannerhold");
    assert!(text(&ran).contains("a slip of one letter"), "{}", text(&ran));
}

#[test]
fn the_document_is_in_the_types_of_the_analysis() {
    if !has_weights() {
        return;
    }
    let ran = who("duarte --json");
    let answer: Value = serde_json::from_slice(&ran.stdout).expect("one JSON document");
    assert_eq!(answer["tellings"], "1");
    let found = &answer["found"][0];
    assert_eq!(found["actor"]["name"], "Efrain Duarte");
    let said = found["said"].as_array().expect("a list");
    assert!(!said.is_empty());
    let days: Vec<&str> = said.iter().filter_map(|told| told["published"]["value"].as_str()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let ran = Folder::new().run(&format!("extract {}", examples().join("text").display())).expect(0, &[]);
    let articles = ran.articles();
    articles.iter().for_each(spans_lie_inside);
    for told in said {
        let article = articles.iter().find(|article| article["id"] == told["article"]).expect("the article is there");
        let letters: Vec<char> = article["text"].as_str().expect("a text").chars().collect();
        let spans = told["statement"]["content"].as_array().expect("a list").iter();
        for (span, words) in spans.zip(told["words"].as_array().expect("a list")) {
            let place = span[0].as_u64().expect("start") as usize..span[1].as_u64().expect("end") as usize;
            assert_eq!(letters[place].iter().collect::<String>(), words.as_str().expect("words"));
        }
    }
}

#[test]
fn nobody_is_an_answer_with_names_that_come_near() {
    if !has_weights() {
        return;
    }
    let ran = who("Vanholt");
    assert!(text(&ran).starts_with("Nothing in 6 articles is called “Vanholt”"), "{}", text(&ran));
    let answer: Value = serde_json::from_slice(&who("Xyzzy --json").stdout).expect("one JSON document");
    assert_eq!((answer["found"].as_array().map(Vec::len), answer["near"].as_array().map(Vec::len)), (Some(0), Some(0)));
    Folder::new().run("who Brunn nowhere.txt").expect(3, &["nowhere.txt", "no article could be read"]);
}
