//! The bug reports of other tools, and the cases that they have in common.

use crate::clusters::entities_of_clusters;
use crate::speakers;
use model::{Act, Article, EntityType, Kind, Span, Statement};

/// A text with marks: `{e1|words}` is a mention of e1.
fn marked(source: &str) -> (String, Vec<(String, Span)>) {
    let mut text = String::new();
    let mut open: Vec<(String, u32)> = Vec::new();
    let mut out = Vec::new();
    let mut letters = source.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '{' => {
                let mut id = String::new();
                for c in letters.by_ref() {
                    if c == '|' {
                        break;
                    }
                    id.push(c);
                }
                open.push((id, text.chars().count() as u32));
            }
            '}' => {
                let (id, start) = open.pop().expect("an open mark");
                out.push((id, Span::new(start, text.chars().count() as u32).expect("words")));
            }
            c => text.push(c),
        }
    }
    (text, out)
}

fn find(text: &str, words: &str) -> Span {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (byte, _) = text
        .match_indices(words)
        .find(|(at, w)| !is_letter(text[..*at].chars().last()) && !is_letter(text[at + w.len()..].chars().next()))
        .unwrap_or_else(|| panic!("«{words}» in the text"));
    let start = text[..byte].chars().count();
    Span::of(start, start + words.chars().count()).expect("words")
}

/// `statements`: source, cue, content pieces, kind.
fn article(source: &str, statements: &[(&str, &str, &[&str], Kind)]) -> Article {
    let (text, mentions) = marked(source);
    let mut ids: Vec<String> = mentions.iter().map(|m| m.0.clone()).collect();
    ids.sort();
    ids.dedup();
    let clusters: Vec<(EntityType, Vec<Span>)> = ids
        .iter()
        .map(|id| (EntityType::Person, mentions.iter().filter(|m| m.0 == *id).map(|m| m.1).collect()))
        .collect();
    let pieces = |words: &str| if words.is_empty() { vec![] } else { vec![find(&text, words)] };
    let statements = statements
        .iter()
        .enumerate()
        .map(|(n, (source, cue, content, kind))| Statement {
            id: format!("s{}", n + 1),
            source: pieces(source),
            cue: pieces(cue),
            content: content.iter().map(|c| find(&text, c)).collect(),
            speaker: None,
            addressee: None,
            act: Act::Assert,
            kind: *kind,
            negated: false,
            hedged: false,
            parent: None,
            zone: model::ZoneKind::Body,
            confidence: 1.0,
        })
        .collect();
    let entities = entities_of_clusters(&text, &clusters);
    let mut article = Article { text, statements, entities, ..Article::default() };
    speakers(&mut article, &Default::default());
    article
}

fn names(article: &Article) -> Vec<&str> {
    article.statements.iter().map(|s| s.speaker.as_ref().map_or("-", |s| s.name.as_str())).collect()
}

/// stanfordnlp/CoreNLP#905
#[test]
fn apposition_and_a_new_paragraph_keep_the_speaker() {
    let found = article(
        "{a|Tomas Vell}, {a|a harbour pilot}, said: \"The channel silts up.\n\n\"We dredge twice,\" {a|he} added.",
        &[
            ("Tomas Vell, a harbour pilot", "said", &["\"The channel silts up."], Kind::Direct),
            ("he", "added", &["\"We dredge twice,\""], Kind::Direct),
        ],
    );
    assert_eq!(names(&found), ["Tomas Vell", "Tomas Vell"]);
}

/// stanfordnlp/CoreNLP#1139
#[test]
fn a_floating_quotation_belongs_to_the_last_speaker() {
    let found = article(
        "\"The kiln is cold,\" {p|Orla Penn} said. \"We waited.\n\n\"Then it cracked.\"",
        &[
            ("Orla Penn", "said", &["\"The kiln is cold,\"", "\"We waited."], Kind::Direct),
            ("", "", &["\"Then it cracked.\""], Kind::Direct),
        ],
    );
    assert_eq!(names(&found), ["Orla Penn", "Orla Penn"]);
    let by = found.statements[1].speaker.as_ref().map(|s| s.by);
    assert_eq!(by, Some(model::SpeakerBy::QuotationContext));
}

/// msg-systems/coreferee#5
#[test]
fn first_persons_in_a_quotation_are_its_speaker() {
    let found = article(
        "\"{x|I} signed because {y|my} board asked,\" {l|Lena Orr} said.",
        &[("Lena Orr", "said", &["\"I signed because my board asked,\""], Kind::Direct)],
    );
    assert_eq!(found.entities.len(), 1);
    assert_eq!(found.entities[0].mentions.len(), 3);
}

#[test]
fn who_is_the_phrase_before_it() {
    let found =
        article("{b|Bram Tarn}, {w|who} denied it, left with {o|Ines}.", &[("who", "denied", &["it"], Kind::Indirect)]);
    assert_eq!(names(&found), ["Bram Tarn"]);
}

#[test]
fn a_spokesman_is_not_his_firm() {
    let found = article(
        "A spokesman for {f|Vellmark} said it was false.",
        &[("A spokesman for Vellmark", "said", &["it was false"], Kind::Indirect)],
    );
    assert_eq!(names(&found), ["A spokesman for Vellmark"]);
}

#[test]
fn a_title_is_part_of_the_source() {
    let found = article(
        "Defence Minister {r|Ana Ruiz} said no, and {r|she} left.",
        &[("Defence Minister Ana Ruiz", "said", &["no"], Kind::Indirect)],
    );
    assert_eq!(names(&found), ["Ana Ruiz"]);
}

#[test]
fn i_told_them_inside_a_quotation_is_the_speaker() {
    let found = article(
        "\"{x|I} told them to go,\" {l|Lena Orr} said.",
        &[("Lena Orr", "said", &["\"I told them to go,\""], Kind::Direct), ("I", "told", &["to go"], Kind::Direct)],
    );
    assert_eq!(names(&found), ["Lena Orr", "Lena Orr"]);
    assert_eq!(found.statements[1].speaker.as_ref().map(|s| s.by), Some(model::SpeakerBy::FirstPerson));
}

#[test]
fn nobody_is_guessed_without_a_source() {
    let found = article("It is said that {a|Ines} left.", &[("", "is said", &["that Ines left"], Kind::Indirect)]);
    assert_eq!(names(&found), ["-"]);
}
