//! What must always hold: order changes nothing, spans lie in their texts, nothing panics.

mod tiny;

use claims::{Findings, PairInput, PairScore, analyze};
use model::{Act, Actor, Article, EntityType, Kind};
use proptest::prelude::*;
use tiny::{Told, actor, article, told, vectors};

/// A scorer that goes by likeness; of two acts, one of them a denial, one contradicts.
fn score(pairs: &[PairInput<'_>]) -> Vec<PairScore> {
    let one = |pair: &PairInput<'_>| {
        let one_denies = pair.features[claims::ONE_DENIES];
        let related = pair.likeness.clamp(0.0, 1.0);
        PairScore { related, contradicts: 0.1 + 0.8 * one_denies, same_utterance: related / 2.0 }
    };
    pairs.iter().map(one).collect()
}

fn run(articles: &[Article], actors: &[Actor]) -> Findings {
    let vectors: Vec<_> = articles.iter().map(vectors).collect();
    analyze(articles, actors, &vectors, &score)
}

fn actors() -> Vec<Actor> {
    vec![
        actor("Okafor", EntityType::Person, Some("council")),
        actor("Vell", EntityType::Person, None),
        actor("council", EntityType::Organisation, None),
        actor("two officials", EntityType::Anonymous, None),
    ]
}

fn statement() -> impl Strategy<Value = Told> {
    let speaker = prop::sample::select(vec!["Okafor", "Vell", "council", "two officials", ""]);
    let act = prop::sample::select(Act::ALL.to_vec());
    let words = prop::collection::vec(
        prop::sample::select(vec![
            "the", "dam", "was", "never", "closed", "by", "Vell", "é", "1,200", "“", "”", "letters", "mayor", "to",
        ]),
        1..12,
    );
    (speaker, act, words, prop::option::of(0usize..4), any::<(bool, bool, bool)>()).prop_map(
        |(speaker, act, words, parent, flags)| Told {
            parent,
            negated: flags.0 && flags.1,
            hedged: flags.1 && flags.2,
            kind: if flags.2 { Kind::Direct } else { Kind::Indirect },
            ..told(speaker, act, &words.join(" "))
        },
    )
}

fn corpus() -> impl Strategy<Value = Vec<Article>> {
    prop::collection::vec(prop::collection::vec(statement(), 0..5), 0..6).prop_map(|all| {
        let one = |(number, statements): (usize, &Vec<Told>)| {
            article(
                &format!("a{number}"),
                &format!("Outlet {}", number % 4),
                &format!("2023-03-{:02}", 10 + number % 3),
                statements,
            )
        };
        all.iter().enumerate().map(one).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_articles_and_actors_changes_nothing(articles in corpus()) {
        let expected = run(&articles, &actors());
        let (mut turned, mut people) = (articles.clone(), actors());
        turned.reverse();
        people.reverse();
        prop_assert_eq!(&run(&turned, &people), &expected);
        prop_assert_eq!(&run(&articles, &actors()), &expected);
    }

    #[test]
    fn everything_found_stands_in_the_articles(articles in corpus()) {
        let found = run(&articles, &actors());
        let length = |id: &str| articles.iter().find(|a| a.id == id).map_or(0, |a| a.text.chars().count() as u32);
        let is_statement = |article: &str, id: &str| articles.iter().any(|a| a.id == article && a.statements.iter().any(|s| s.id == id));
        for claim in &found.claims {
            prop_assert!(!claim.text.is_empty());
            prop_assert!(claim.statements.iter().all(|s| is_statement(&s.article, &s.statement)));
            prop_assert!(claim.voice.iter().all(|v| v.span.end() <= length(&v.article)));
            prop_assert!(found.stories.iter().any(|s| s.id == claim.story && s.claims.contains(&claim.id)));
        }
        for reprint in &found.reprints {
            prop_assert!(reprint.passages.iter().all(|p| p.from.end() <= length(&reprint.from) && p.to.end() <= length(&reprint.to)));
        }
        let told: usize = found.stories.iter().map(|story| story.articles.len()).sum();
        prop_assert_eq!(told, articles.len());
    }
}

#[test]
fn an_empty_corpus_and_missing_vectors_are_no_trouble() {
    assert_eq!(analyze(&[], &[], &[], &score), Findings::default());
    let articles = [article("a", "A", "2023-03-14", &[told("Okafor", Act::Assert, "the dam was closed")])];
    assert_eq!(analyze(&articles, &[], &[], &score).stories.len(), 1);
}
