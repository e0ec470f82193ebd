//! CONTRACT's «Origins, in ten lines» and its table of verdicts, line by line.

mod tiny;

use claims::{Weighed, weigh};
use model::{Act, Actor, Article, ClaimStatement, EntityType, Kind, OriginKind, Stance, Verdict};
use tiny::{Told, actor, article, told};

const DAM: &str = "the dam at Lorca was closed on purpose";

fn people() -> Vec<Actor> {
    vec![
        actor("Okafor", EntityType::Person, None),
        actor("Vell", EntityType::Person, None),
        actor("Ruiz", EntityType::Person, None),
        actor("Qadrin", EntityType::State, None),
        actor("Foreign Ministry", EntityType::Organisation, Some("Qadrin")),
        actor("Port Qadrin", EntityType::Organisation, Some("Qadrin")),
        actor("two officials", EntityType::Anonymous, None),
        actor("a guard", EntityType::Anonymous, None),
        actor("news sites", EntityType::Group, None),
        actor("The Calder Post", EntityType::Channel, None),
        actor("the audit", EntityType::Document, None),
    ]
}

/// Weighs one claim to which every statement of the articles stands as given.
fn check(articles: &[Article], stances: &[Stance]) -> Weighed {
    let statements =
        articles.iter().flat_map(|article| article.statements.iter().map(|s| (article.id.clone(), s.id.clone())));
    let claim = statements.zip(stances).map(|((article, statement), stance)| ClaimStatement {
        article,
        statement,
        stance: *stance,
        confidence: 1.0,
    });
    weigh(articles, &people(), &[claim.collect()]).remove(0)
}

fn one(id: &str, outlet: &str, statements: &[Told]) -> Article {
    article(id, outlet, "2023-03-14", statements)
}

use Stance::{Asserts, Denies, Questions};

#[test]
fn one_utterance_told_by_three_outlets_is_one_origin() {
    let articles = ["a", "b", "c"].map(|id| one(id, id, &[told("Okafor", Act::Assert, &format!("{DAM} {id}"))]));
    let found = check(&articles, &[Asserts; 3]);
    assert_eq!(found.origins.len(), 1);
    assert_eq!(found.origins[0].outlets, ["a", "b", "c"]);
    assert_eq!(found.verdict, Verdict::Single);
}

#[test]
fn two_utterances_of_one_speaker_are_one_origin_and_both_are_shown() {
    let articles =
        [one("a", "A", &[told("Okafor", Act::Assert, DAM), told("Okafor", Act::Claim, "it was closed by the mayor")])];
    let found = check(&articles, &[Asserts; 2]);
    assert_eq!(found.origins.len(), 1);
    assert_eq!(found.origins[0].statements.len(), 2);
}

#[test]
fn what_is_passed_on_rests_on_the_one_who_speaks() {
    let outer = told("Okafor", Act::Assert, "Vell admits the closure of the dam");
    let inner = Told { parent: Some(0), ..told("Vell", Act::Admit, "the closure of the dam") };
    let found = check(&[one("a", "A", &[outer, inner])], &[Asserts; 2]);
    assert_eq!(found.origins.len(), 1);
    assert_eq!(found.origins[0].actor.as_deref(), Some("Okafor"));
}

#[test]
fn the_inner_speaker_counts_where_quoted_directly() {
    let outer = told("Okafor", Act::Assert, "Vell admits the closure of the dam");
    let inner = Told { parent: Some(0), kind: Kind::Direct, ..told("Vell", Act::Admit, "“I closed it”") };
    let found = check(&[one("a", "A", &[outer, inner])], &[Asserts; 2]);
    assert_eq!(found.origins.len(), 1);
    assert_eq!(found.origins[0].actor.as_deref(), Some("Vell"));
}

#[test]
fn an_act_inside_a_direct_quotation_is_the_quoting_speakers() {
    let outer = Told { kind: Kind::Direct, ..told("Okafor", Act::Assert, "“Vell says he closed it”") };
    let inner = Told { parent: Some(0), kind: Kind::Direct, ..told("Vell", Act::Admit, "he closed it") };
    let found = check(&[one("a", "A", &[outer, inner])], &[Asserts; 2]);
    assert_eq!(found.origins[0].actor.as_deref(), Some("Okafor"));
}

#[test]
fn the_allegation_that_a_speaker_denies_is_the_others() {
    let outer = told("Ruiz", Act::Deny, "the allegation by Okafor about the dam");
    let inner = Told { parent: Some(0), ..told("Okafor", Act::Claim, DAM) };
    let found = check(&[one("a", "A", &[outer, inner])], &[Denies, Asserts]);
    assert_eq!(found.origins[0].actor.as_deref(), Some("Okafor"));
    assert_eq!(found.denial_origins[0].actor.as_deref(), Some("Ruiz"));
    assert_eq!(found.verdict, Verdict::Disputed);
}

#[test]
fn a_copied_statement_adds_none() {
    let long =
        "the dam at Lorca was closed on purpose by three men whom the mayor had sent there before the vote was counted";
    let first = article("a", "A", "2023-03-13", &[told("two officials", Act::Assert, long)]);
    let mut copy = article("b", "B", "2023-03-14", &[told("a guard", Act::Assert, long)]);
    let found = check(&[first.clone(), copy.clone()], &[Asserts; 2]);
    assert_eq!(found.origins.len(), 1, "copied text");
    copy.text = copy.text.to_uppercase();
    copy = article(
        "b",
        "B",
        "2023-03-14",
        &[told("a guard", Act::Assert, "a man saw how somebody shut the gate of the dam")],
    );
    assert_eq!(check(&[first, copy], &[Asserts; 2]).origins.len(), 2, "own text");
}

#[test]
fn a_text_that_cites_an_outlet_rests_on_what_that_outlet_rests_on() {
    let first = one("a", "The Calder Post", &[told("two officials", Act::Assert, DAM)]);
    let second = one("b", "B", &[told("The Calder Post", Act::Assert, "somebody shut the gate")]);
    let found = check(&[first, second], &[Asserts; 2]);
    assert_eq!(found.origins.len(), 1);
    assert_eq!(found.origins[0].kind, OriginKind::Anonymous);
}

#[test]
fn an_outlet_that_only_reports_what_somebody_says_adds_none() {
    let articles =
        [one("a", "A", &[told("Okafor", Act::Assert, DAM), told("The Calder Post", Act::Assert, "it was shut")])];
    assert_eq!(check(&articles, &[Asserts; 2]).origins.len(), 1);
    assert_eq!(check(&articles, &[Denies, Asserts]).origins[0].kind, OriginKind::Outlet);
}

#[test]
fn ministry_and_capital_of_one_state_are_one_origin() {
    let articles = [one(
        "a",
        "A",
        &[told("Foreign Ministry", Act::Assert, DAM), told("Port Qadrin", Act::Assert, "it was closed")],
    )];
    assert_eq!(check(&articles, &[Asserts; 2]).origins.len(), 1);
}

#[test]
fn ministry_and_capital_count_apart_where_they_contradict_each_other() {
    let statements = [
        told("Foreign Ministry", Act::Assert, DAM),
        told("Port Qadrin", Act::Deny, "it was closed"),
        told("Qadrin", Act::Assert, "it was shut"),
    ];
    let found = check(&[one("a", "A", &statements)], &[Asserts, Denies, Asserts]);
    assert_eq!(found.origins.len(), 2);
    assert_eq!(found.denial_origins.len(), 1);
}

#[test]
fn unnamed_sources_of_one_article_are_one_origin_and_of_two_articles_two() {
    let both = [told("two officials", Act::Assert, DAM), told("a guard", Act::Assert, "the gate was shut by hand")];
    assert_eq!(check(&[one("a", "A", &both)], &[Asserts; 2]).origins.len(), 1);
    let apart = [one("a", "A", &both[..1]), one("b", "B", &both[1..])];
    assert_eq!(check(&apart, &[Asserts; 2]).origins.len(), 2);
}

#[test]
fn what_media_in_general_repeat_is_nobodys_word() {
    let articles = [one("a", "A", &[told("news sites", Act::Assert, DAM), told("", Act::Assert, "it was closed")])];
    let found = check(&articles, &[Asserts; 2]);
    assert!(found.origins.is_empty());
    assert_eq!(found.verdict, Verdict::Open);
}

#[test]
fn a_document_is_an_origin_of_its_own_kind() {
    let found = check(&[one("a", "A", &[told("the audit", Act::Reveal, DAM)])], &[Asserts]);
    assert_eq!(found.origins[0].kind, OriginKind::Document);
}

#[test]
fn denials_are_counted_the_same_way() {
    let articles = ["a", "b"].map(|id| {
        one(id, id, &[told("Foreign Ministry", Act::Deny, &format!("{DAM} {id}")), told("Port Qadrin", Act::Deny, id)])
    });
    let found = check(&articles, &[Denies; 4]);
    assert_eq!(found.denial_origins.len(), 1);
    assert_eq!(found.verdict, Verdict::Denied);
}

#[test]
fn two_independent_origins_agree_until_somebody_denies() {
    let mut articles = vec![
        one("a", "A", &[told("Okafor", Act::Assert, DAM)]),
        one("b", "B", &[told("Vell", Act::Assert, "it was shut")]),
    ];
    assert_eq!(check(&articles, &[Asserts; 2]).verdict, Verdict::Agreed);
    articles.push(one("c", "C", &[told("Ruiz", Act::Deny, "it was shut")]));
    assert_eq!(check(&articles, &[Asserts, Asserts, Denies]).verdict, Verdict::Disputed);
}

#[test]
fn what_is_questioned_predicted_hedged_or_negated_leaves_a_claim_open() {
    let statements = [
        told("Okafor", Act::Ask, DAM),
        told("Vell", Act::Predict, "it will be closed"),
        Told { hedged: true, ..told("Ruiz", Act::Assert, "it was shut") },
        Told { negated: true, ..told("Okafor", Act::Confirm, "it was shut") },
    ];
    let found = check(&[one("a", "A", &statements)], &[Questions, Asserts, Asserts, Asserts]);
    assert_eq!(found.verdict, Verdict::Open);
    assert!(found.origins.is_empty());
}

#[test]
fn every_origin_names_the_statements_it_was_counted_from() {
    let articles = [one("a", "A", &[told("Okafor", Act::Assert, DAM), told("Vell", Act::Assert, "it was shut")])];
    let found = check(&articles, &[Asserts; 2]);
    let counted: usize = found.origins.iter().map(|origin| origin.statements.len()).sum();
    assert_eq!(counted, 2);
}
