//! What comes out, and that it is the same however it was asked for.

mod support;

use serde_json::Value;
use std::io::Write;
use std::process::Stdio;
use support::{Folder, PIER, Ran, examples, has_weights, program, spans_lie_inside};

#[test]
fn the_first_line_names_format_and_weights_and_one_line_follows_for_each_article() {
    if !has_weights() {
        return;
    }
    let ran = Folder::new()
        .with("a.txt", PIER)
        .with("b.txt", PIER.replace("pier", "bridge"))
        .run("extract a.txt b.txt")
        .expect(0, &[]);
    let articles = ran.articles();
    assert_eq!(articles.len(), 2);
    assert_eq!(articles[0]["path"], "a.txt");
    assert_eq!(articles[0]["outlet"]["name"], "The Harbour Post");
    for article in &articles {
        spans_lie_inside(article);
        assert!(!article["statements"].as_array().expect("a list").is_empty());
    }
    assert!(ran.stderr.is_empty(), "no words for people where nobody watches: {}", ran.stderr);
}

#[test]
fn statements_name_source_cue_content_and_speaker() {
    if !has_weights() {
        return;
    }
    let articles = Folder::new().with("a.txt", PIER).run("extract a.txt").expect(0, &[]).articles();
    let letters: Vec<char> = articles[0]["text"].as_str().expect("a text").chars().collect();
    let words = |spans: &Value| -> String {
        let spans = spans.as_array().expect("a list").iter();
        let spans =
            spans.map(|span| span[0].as_u64().expect("start") as usize..span[1].as_u64().expect("end") as usize);
        spans.map(|span| letters[span].iter().collect::<String>()).collect::<Vec<_>>().join(" … ")
    };
    let statements = articles[0]["statements"].as_array().expect("a list");
    let denial = statements.iter().find(|statement| words(&statement["cue"]).contains("denied")).expect("a denial");
    assert_eq!(denial["act"], "deny");
    assert!(words(&denial["source"]).contains("Varga"));
    assert!(words(&denial["content"]).contains("she had ordered the closure"));
    assert!(denial["speaker"]["name"].as_str().expect("a speaker").contains("Varga"));
}

#[test]
fn twice_the_same_and_with_any_number_of_threads() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new();
    let path = examples().join("text");
    let run =
        |threads: &str| folder.run(&format!("extract {} --threads {threads}", path.display())).expect(0, &[]).stdout;
    let first = run("1");
    assert_eq!(first, run("1"));
    assert_eq!(first, run("3"));
}

#[test]
fn an_analysis_does_not_depend_on_the_order_of_the_files() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new();
    let mut names: Vec<String> = std::fs::read_dir(examples().join("text"))
        .expect("the examples are there")
        .flatten()
        .map(|entry| entry.path().display().to_string())
        .collect();
    names.sort();
    let forwards = folder.run(&format!("analyze {} --threads 2", names.join(" "))).expect(0, &[]);
    names.reverse();
    let backwards = folder.run(&format!("analyze {} --threads 1", names.join(" "))).expect(0, &[]);
    assert!(forwards.stdout == backwards.stdout, "the order of the files changed the analysis");
    let analysis: Value = serde_json::from_slice(&forwards.stdout).expect("one JSON document");
    assert_eq!(analysis["articles"].as_array().map(Vec::len), Some(6));
    assert!(!analysis["claims"].as_array().expect("a list").is_empty());
    assert!(!analysis["actors"].as_array().expect("a list").is_empty());
}

#[test]
fn an_unrelated_article_changes_no_other() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new()
        .with("b.txt", PIER)
        .with("a.txt", "Tea is late\n\nThe tea ship is late, traders said on Monday.\n");
    let alone = folder.run("extract b.txt").expect(0, &[]).articles();
    let beside = folder.run("extract a.txt b.txt").expect(0, &[]).articles();
    assert_eq!(alone[0], beside[1]);
}

#[test]
fn what_extract_writes_can_be_read_again() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    let first = folder.run("extract a.txt -o a.jsonl").expect(0, &[]);
    assert!(first.stdout.is_empty());
    let written = std::fs::read(folder.path().join("a.jsonl")).expect("written");
    let again = folder.run("extract a.jsonl").expect(0, &[]);
    let read = Ran { code: Some(0), stdout: written.clone(), stderr: String::new() };
    assert_eq!(read.articles(), again.articles());

    let mut command = program();
    command.args(["extract", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("piped").write_all(&written).expect("read");
    let piped = Ran::from(child.wait_with_output().expect("ends")).expect(0, &[]);
    assert_eq!(piped.articles()[0]["statements"], again.articles()[0]["statements"]);
}

#[test]
fn one_document_holds_the_same_as_the_lines() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    let lines = folder.run("extract a.txt").expect(0, &[]).articles();
    let document = folder.run("extract a.txt --format json").expect(0, &[]).stdout;
    let document: Value = serde_json::from_slice(&document).expect("one JSON document");
    assert_eq!(document["articles"].as_array(), Some(&lines));
    assert_eq!(document["tellings"], "1");
}

#[test]
fn dates_and_languages_choose_articles() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER).with("b.txt", PIER.replace("2024-03-05", "2023-03-05"));
    let since = folder.run("extract a.txt b.txt --since 2024").expect(0, &[]).articles();
    assert_eq!(since.len(), 1);
    assert_eq!(since[0]["path"], "a.txt");
    assert_eq!(folder.run("extract a.txt b.txt --until 2024-03-04").expect(0, &[]).articles()[0]["path"], "b.txt");
    assert_eq!(folder.run("extract a.txt --lang de").expect(0, &[]).articles().len(), 0);
    assert_eq!(folder.run("extract a.txt --lang en").expect(0, &[]).articles().len(), 1);
}

#[test]
fn unsure_statements_can_be_left_out() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new().with("a.txt", PIER);
    let count = |arguments: &str| {
        folder.run(arguments).expect(0, &[]).articles()[0]["statements"].as_array().map_or(0, Vec::len)
    };
    assert!(count("extract a.txt") > count("extract a.txt --min-confidence 1"));
}

#[test]
fn a_report_is_one_page_that_loads_nothing() {
    if !has_weights() {
        return;
    }
    let folder = Folder::new();
    let path = examples().join("html");
    folder.run(&format!("report {} -o report.html", path.display())).expect(0, &[]);
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("written");
    assert!(page.contains("Vannerholt"));
    for loading in ["<link ", "src=\"http", "@import", "url(http"] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn pages_of_different_layouts_give_the_text_and_nothing_of_the_frame() {
    if !has_weights() {
        return;
    }
    let articles =
        Folder::new().run(&format!("extract {}", examples().join("html").display())).expect(0, &[]).articles();
    assert_eq!(articles.len(), 6);
    for article in &articles {
        let text = article["text"].as_str().expect("a text");
        assert!(text.chars().count() > 700, "{text}");
        for frame in ["cookies", "Sign up and receive", "Log in", "Most read", "Leave a reply", "Marcel", "Blogroll"] {
            assert!(!text.contains(frame), "`{frame}` in {}", article["path"]);
        }
    }
}
