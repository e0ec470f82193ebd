//! Small corpora of invented people.

use super::across;
use crate::clusters::entities_of_clusters;
use crate::knowledge::Knowledge;
use model::{Actor, Article, EntityType, Outlet, Span};
use std::collections::BTreeMap;

/// An article whose text marks mentions: `{p:lund|Karin Lund}`; the letter is the type, the rest tells entities apart.
pub(crate) fn article(id: &str, source: &str) -> Article {
    let mut text = String::new();
    let mut open: Vec<(String, u32)> = Vec::new();
    let mut clusters: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let mut length = 0u32;
    let mut letters = source.chars();
    while let Some(c) = letters.next() {
        match c {
            '{' => open.push((letters.by_ref().take_while(|c| *c != '|').collect(), length)),
            '}' => {
                let (name, start) = open.pop().expect("an open mark");
                clusters.entry(name).or_default().push(Span::new(start, length).expect("words"));
            }
            c => {
                text.push(c);
                length += 1;
            }
        }
    }
    let typed: Vec<(EntityType, Vec<Span>)> = clusters
        .into_iter()
        .map(|(name, spans)| {
            let kind = match name.chars().next() {
                Some('o') => EntityType::Organisation,
                Some('s') => EntityType::State,
                Some('l') => EntityType::Place,
                Some('g') => EntityType::Group,
                Some('d') => EntityType::Document,
                Some('c') => EntityType::Channel,
                Some('a') => EntityType::Anonymous,
                _ => EntityType::Person,
            };
            (kind, spans)
        })
        .collect();
    let entities = entities_of_clusters(&text, &typed);
    Article {
        id: id.to_owned(),
        text,
        entities,
        outlet: Outlet { name: Some(format!("Outlet {id}")), ..Outlet::default() },
        ..Article::default()
    }
}

/// The actor of the entity that has a mention with these words.
fn actor_of<'a>(actors: &'a [Actor], article: &Article, words: &str) -> &'a Actor {
    let letters: Vec<char> = article.text.chars().collect();
    let entity = article
        .entities
        .iter()
        .find(|e| {
            e.mentions
                .iter()
                .any(|m| letters[m.span.start() as usize..m.span.end() as usize].iter().collect::<String>() == words)
        })
        .unwrap_or_else(|| panic!("an entity called {words}"));
    actors.iter().find(|a| Some(&a.id) == entity.actor.as_ref()).expect("its actor")
}

/// ICIJ/datashare#2049
#[test]
fn variants_of_one_name_are_one_and_he_is_nobody() {
    let mut all = vec![
        article("a1", "{o:q|Hale Quay} was closed by {p:lund|LUND, Karin}."),
        article("a2", "{p:lund|K. Lund} runs {o:q|Hale Quay}."),
        article("a3", "{p:lund|Karin Lund} said {p:lund|he} left {o:q|Hale Quay}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actors.len(), 2, "{actors:#?}");
    assert_eq!(actor_of(&actors, &all[0], "LUND, Karin").id, actor_of(&actors, &all[2], "Karin Lund").id);
    assert_eq!(actor_of(&actors, &all[1], "K. Lund").name, "Karin Lund");
}

/// mysociety/theyworkforyou#1306
#[test]
fn a_namesake_stays_apart() {
    let mut all = vec![
        article("a1", "{p:t|The cyclist Owen Tarn} won in {l:u|Ulm}. {p:t|The rider} wept."),
        article("a2", "{p:t|Minister Owen Tarn} resigned from {o:c|Hale Council}."),
    ];
    all[0].entities[0].role =
        Some(model::EntityRole { text: "cyclist".into(), span: Span::new(4, 11).expect("words") });
    let actors = across(&mut all, &Knowledge::empty());
    assert_ne!(all[0].entities[0].actor, all[1].entities[0].actor, "{actors:#?}");
}

#[test]
fn an_office_that_articles_write_small_is_no_part_of_a_name() {
    let mut all = vec![
        article("a1", "{p:f|City Treasurer Desmond Falk} met {p:k|Dana Kowal} in {l:d|Dunmere}."),
        article(
            "a2",
            "{p:k|Dana Kowal} waited in the city, in {l:d|Dunmere}. {p:t|The treasurer} was late. {p:t|He} wept.",
        ),
        article("a3", "In {l:d|Dunmere} {p:t|the Treasurer} met {p:k|Dana Kowal}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    let falk = actor_of(&actors, &all[0], "City Treasurer Desmond Falk");
    assert_eq!(falk.name, "Desmond Falk");
    assert_eq!(falk.id, actor_of(&actors, &all[1], "The treasurer").id, "{actors:#?}");
    assert_eq!(falk.id, actor_of(&actors, &all[2], "the Treasurer").id);
}

#[test]
fn one_odd_they_does_not_part_a_person_from_herself() {
    let mut all = vec![
        article(
            "a1",
            "{p:k|Dana Kowal}, {p:k|a two-term councilwoman}, spoke in {l:d|Dunmere}. {p:k|Kowal} said {p:k|she} won. {p:k|Dana Kowal} smiled.",
        ),
        article("a2", "{p:k|Kowal} left {l:d|Dunmere} with {p:f|Gil Marsh}. {p:k|She} wept."),
        article("a3", "{p:f|Gil Marsh} met {p:k|Dana Kowal} in {l:d|Dunmere}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    let first = actor_of(&actors, &all[0], "Kowal");
    assert_eq!(first.id, actor_of(&actors, &all[1], "Kowal").id, "{actors:#?}");
}

#[test]
fn a_number_before_a_hyphen_counts_a_part_of_one_person() {
    let is_several = |words: &str| {
        let article = article("a", &format!("{{p:x|{words}}} smiled."));
        let records = super::record::records(&article, 0, &Knowledge::empty(), &super::SmallWords::default());
        records.iter().all(|record| record.mask == crate::words::mask::THEY)
    };
    assert!(!is_several("a two-term councilwoman"));
    assert!(is_several("two councilwomen"));
    assert!(is_several("two-thirds of the members"));
    assert!(is_several("two part-time clerks"));
}

#[test]
fn what_fits_two_nearly_alike_says_so_and_what_was_joined_how_surely() {
    let mut all = vec![
        article("a1", "{p:g|Mr Gil Lopez} met {p:n|Ms Nora Lopez} at {o:c|Hale Council}."),
        article("a2", "{p:z|Lopez} praised {o:c|Hale Council}, said {p:y|Ada Brook}."),
        article("a3", "{p:g|Gil Lopez} met {p:y|Ada Brook} at {o:c|Hale Council}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    let lopez = all[1].entities.iter().find(|e| e.name == "Lopez").expect("the surname");
    assert_eq!(lopez.rivals, ["p:gil-lopez", "p:nora-lopez"]);
    assert_eq!(lopez.confidence, None, "nothing was joined with it");
    assert!(lopez.rivals.iter().all(|id| actors.iter().any(|a| a.id == *id)));
    let joined: Vec<f32> = all.iter().flat_map(|a| &a.entities).filter_map(|e| e.confidence).collect();
    assert!(!joined.is_empty() && joined.iter().all(|c| (0.5..1.0).contains(c)), "{joined:?}");
}

#[test]
fn a_description_means_the_one_near_by_whom_it_fits_best() {
    let text = |inside: &str| {
        format!(
            "{{p:z|Tomas Zup}} was {{p:z|a climber}} from {{l:j|Jalovec}}. {{p:z|He}} sang. {{p:z|Zup}} left. \
             {{p:l|{inside}}} waved. {{p:l|He}} fell. {{p:z|Zup}} wept."
        )
    };
    let same = |inside: &str, words: &str| {
        let mut all = vec![article("a1", &text(inside))];
        let actors = across(&mut all, &Knowledge::empty());
        actor_of(&actors, &all[0], "Tomas Zup").id == actor_of(&actors, &all[0], words).id
    };
    assert!(same("The climber", "The climber"));
    assert!(!same("{p:z|His} brother", "His brother"));
    assert!(!same("A tall porter", "A tall porter"));
}

#[test]
fn officials_of_two_states_stay_apart() {
    let mut all = vec![
        article(
            "a1",
            "{s:r|Russia} spoke in {l:u|Ulm}. {g:r|Russian officials} denied it, said {p:y|Ada Brook} of {o:c|Hale Council}.",
        ),
        article(
            "a2",
            "{g:u|U.S. officials} came to {l:u|Ulm}, said {p:y|Ada Brook} of {o:c|Hale Council}. {p:z|Gil Marsh} told some of us.",
        ),
    ];
    let actors = across(&mut all, &Knowledge::built_in());
    let (russian, american) =
        (actor_of(&actors, &all[0], "Russian officials"), actor_of(&actors, &all[1], "U.S. officials"));
    assert_ne!(russian.id, american.id);
    assert_ne!(american.part_of.as_deref(), Some("s:russia"));
}

#[test]
fn two_letters_turned_once_are_a_slip() {
    let told = "{p:a|Gil Guaydor} won. {p:a|Guaydor} wept, {p:a|Guaydor} left. ";
    let mut all = vec![article("a1", &format!("{told}{{p:b|Guyador}} slept."))];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actors.len(), 1, "{actors:#?}");
    let mut all = vec![article("a1", &format!("{told}{{p:b|Guyador}} slept. {{p:b|Guyador}} woke."))];
    assert_eq!(across(&mut all, &Knowledge::empty()).len(), 2, "named twice, it is no slip");
}

#[test]
fn two_bearers_of_a_surname_stay_apart() {
    let mut all = vec![
        article("a1", "{p:g|Mr Gil Lopez} met {p:n|Ms Nora Lopez} at {o:c|Hale Council}."),
        article("a2", "{p:x|Ms Lopez} left {o:c|Hale Council}, said {p:y|Ada Brook}."),
        article("a3", "{p:z|Lopez} praised {o:c|Hale Council}, said {p:y|Ada Brook}."),
        article("a4", "{p:g|Gil Lopez} met {p:y|Ada Brook} at {o:c|Hale Council}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actor_of(&actors, &all[1], "Ms Lopez").name, "Nora Lopez");
    let third = actor_of(&actors, &all[2], "Lopez");
    assert_eq!(third.name, "Lopez");
    assert!(third.why.iter().any(|w| w.starts_with("ambiguous")), "{third:?}");
}

#[test]
fn a_state_is_one_under_all_its_names_and_its_ministry_is_part_of_it() {
    let mut all = vec![
        article(
            "a1",
            "{s:r|Russia} denied it. {o:m|{s:r|Russia}'s Foreign Ministry} said so. {o:k|The Kremlin} was silent.",
        ),
        article("a2", "{s:r|Moscow} denied it, {s:r|the Russians} said."),
        article("a3", "{s:r|The Russian Federation} denied it."),
    ];
    let actors = across(&mut all, &Knowledge::built_in());
    let state = actor_of(&actors, &all[0], "Russia");
    assert_eq!(state.id, "s:russia");
    assert_eq!(actor_of(&actors, &all[1], "Moscow").id, state.id);
    assert_eq!(actor_of(&actors, &all[2], "The Russian Federation").id, state.id);
    assert_eq!(actor_of(&actors, &all[0], "Russia's Foreign Ministry").part_of.as_deref(), Some("s:russia"));
    assert_eq!(actor_of(&actors, &all[0], "The Kremlin").part_of.as_deref(), Some("s:russia"));
}

#[test]
fn slips_join_where_articles_share_other_names() {
    let mut all = vec![
        article("a1", "{p:g|Juan Guaydor} met {p:y|Ada Brook} in {l:h|Hale}."),
        article("a2", "{p:g|Guyador} met {p:y|Ada Brook} in {l:h|Hale}."),
        article("a3", "{p:g|Guyador} sang in {l:u|Ulm}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actor_of(&actors, &all[1], "Guyador").name, "Juan Guaydor");
    assert_ne!(all[1].entities[0].actor, all[2].entities[0].actor);
}

#[test]
fn an_office_is_its_one_bearer() {
    let mut all = vec![
        article("a1", "{p:b|Mayor Oda Brünn} closed {o:q|Hale Quay}, said {p:y|Ada Brook}."),
        article("a2", "{p:m|The mayor} closed {o:q|Hale Quay}, said {p:y|Ada Brook}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actor_of(&actors, &all[1], "The mayor").name, "Oda Brünn");
}

#[test]
fn unnamed_sources_stay_apart_unless_the_sentence_is_copied() {
    let copied = "{a:x|Two officials} who were in the room said that {o:q|Hale Quay} would close for good.";
    let mut all = vec![
        article("a1", copied),
        article("a2", "{a:x|Two officials} praised {o:q|Hale Quay}, said {p:y|Ada Brook}."),
        article("a3", copied),
    ];
    across(&mut all, &Knowledge::empty());
    let of = |n: usize| all[n].entities[0].actor.clone();
    assert_eq!(of(0), of(2));
    assert_ne!(of(0), of(1));
}

#[test]
fn bodies_join_by_initials_and_short_forms() {
    let mut all = vec![
        article(
            "a1",
            "{o:p|The Hale Port Authority} wrote to {p:y|Ada Brook} and {p:z|Finn Oake} of {o:v|Vellmark Lines Ltd}.",
        ),
        article("a2", "{o:p|The HPA} wrote to {p:y|Ada Brook} and {p:z|Finn Oake} of {o:v|Vellmark}."),
    ];
    let actors = across(&mut all, &Knowledge::empty());
    assert_eq!(actors.len(), 4, "{actors:#?}");
}

mod properties {
    use super::{across, article};
    use crate::knowledge::Knowledge;
    use model::Article;
    use proptest::prelude::*;

    fn any_articles() -> impl Strategy<Value = Vec<Article>> {
        let phrases = prop::sample::select(vec![
            "{p:1|Karin Lund}",
            "{p:2|Lund}",
            "{p:3|Mr Lund}",
            "{p:4|K. Lund}",
            "{o:5|Hale Quay}",
            "{o:6|HQ}",
            "{s:7|Russia}",
            "{s:8|Moscow}",
            "{p:9|the mayor}",
            "{p:1|Mayor Karin Lund}",
            "{a:0|two officials}",
            "{p:x|he}",
            "{g:g|protesters in Hale}",
            "{o:m|the Defence Ministry}",
            "{p:q|Karen Lund}",
            "{d:d|the report}",
        ]);
        prop::collection::vec(prop::collection::vec(phrases, 1..8), 1..6).prop_map(|all| {
            all.into_iter()
                .enumerate()
                .map(|(n, words)| article(&format!("id{n}"), &(words.join(" met ") + ".")))
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_order_of_articles_changes_nothing(mut all in any_articles(), turn in 0usize..6) {
            let knowledge = Knowledge::built_in();
            let mut turned = all.clone();
            let by = turn % turned.len();
            turned.rotate_left(by);
            let a = across(&mut all, &knowledge);
            let b = across(&mut turned, &knowledge);
            prop_assert_eq!(a, b);
            turned.rotate_right(by);
            prop_assert_eq!(all, turned);
        }

        #[test]
        fn an_unrelated_article_changes_no_id(mut all in any_articles()) {
            let knowledge = Knowledge::built_in();
            let mut more = all.clone();
            more.push(article("0first", "{p:z|Thandeka Moyo} sang in {l:z|Uluru Bay}, said {a:z|a ferryman}."));
            across(&mut all, &knowledge);
            across(&mut more, &knowledge);
            more.pop();
            prop_assert_eq!(all, more);
        }

        #[test]
        fn every_entity_has_an_actor_that_exists(mut all in any_articles()) {
            let actors = across(&mut all, &Knowledge::built_in());
            let ids: std::collections::BTreeSet<_> = actors.iter().map(|a| a.id.clone()).collect();
            prop_assert_eq!(ids.len(), actors.len());
            for entity in all.iter().flat_map(|a| &a.entities) {
                prop_assert!(entity.actor.as_ref().is_some_and(|a| ids.contains(a)));
            }
            for actor in &actors {
                prop_assert!(actor.part_of.as_ref().is_none_or(|p| ids.contains(p) && *p != actor.id));
            }
        }
    }
}

#[test]
fn an_office_of_the_islands_is_not_called_the_islands() {
    let mut all = vec![article(
        "a1",
        "{p:t|The deputy prime minister of the Lorn Islands}, {p:t|Gaston Tehe}, spoke. {p:t|Tehe} left. {p:t|He} wept.",
    )];
    let actors = across(&mut all, &Knowledge::empty());
    let actor = actor_of(&actors, &all[0], "Tehe");
    assert!(
        actor.name == "Gaston Tehe" && actor.aliases.iter().all(|alias| alias.text != "Lorn Islands"),
        "{actor:#?}"
    );
}
