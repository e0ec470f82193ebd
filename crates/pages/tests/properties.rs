//! What must hold for every report, whatever stands in the analysis: crossing spans, hostile names, references that
//! lead nowhere.

mod html;

use html::{article_texts, check_links, read};
use model::*;
use pages::{ReportOptions, report};
use proptest::prelude::*;

/// Strings that have broken pages before, beside ordinary ones.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("\" onmouseover=\"alert(1)".to_owned()),
        Just("</noscript></template><!-- ]]> &amp; &#x3c;".to_owned()),
        Just("' & < > \" `".to_owned()),
        Just("Ž’é 日本 👩‍🚀 \u{202e}x".to_owned()),
        Just(String::new()),
        Just("he".to_owned()),
        "[a-zA-Z ]{1,30}",
        "\\PC{0,60}",
        Just("A very long name that goes on and on ".repeat(12)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let paragraph = prop_oneof![words(), "[a-z<>&\" ]{0,80}", "\\PC{0,120}"];
    proptest::collection::vec(paragraph, 0..6).prop_map(|paragraphs| paragraphs.join("\n\n"))
}

fn span() -> impl Strategy<Value = Span> {
    (0_u32..160, 1_u32..60).prop_map(|(start, length)| Span::new(start, start + length).expect("length is above zero"))
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    proptest::collection::vec(span(), 0..3)
}

fn confidence() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.2_f32), Just(0.9), Just(f32::NAN), Just(7.0)]
}

fn actor_id() -> impl Strategy<Value = String> {
    prop_oneof![Just("p:ann".to_owned()), Just("x:<b>\"".to_owned()), Just("p:nobody".to_owned()), Just(String::new())]
}

fn speaker() -> impl Strategy<Value = Option<Speaker>> {
    let speaker = (proptest::option::of(actor_id()), words(), confidence()).prop_map(|(actor, name, confidence)| {
        Speaker { actor, entity: None, name, by: SpeakerBy::Coreference, confidence }
    });
    proptest::option::of(speaker)
}

prop_compose! {
    fn statement()(id in prop_oneof!["s[1-4]", words()], source in spans(), cue in spans(), content in spans(), speaker in speaker(),
        addressee in speaker(), parent in proptest::option::of("s[1-4]"), confidence in confidence(), flags in any::<(bool, bool)>(), act in 0_usize..17) -> Statement {
        Statement { id, source, cue, content, speaker, addressee, act: Act::ALL[act], kind: if flags.0 { Kind::Direct } else { Kind::Indirect },
            negated: flags.1, hedged: flags.0, parent, zone: ZoneKind::Body, confidence }
    }
}

prop_compose! {
    fn article()(id in "a[1-3]|", text in text(), outlet in proptest::option::of(words()), path in proptest::option::of(words()), url in proptest::option::of(words()),
        title in proptest::option::of(words()), date in proptest::option::of(prop_oneof![Just("2031-05-02T10:30Z".to_owned()), Just("2031".to_owned()), words()]),
        statements in proptest::collection::vec(statement(), 0..6), mentions in spans(), actor in actor_id(), zone in span(), authors in proptest::collection::vec(words(), 0..2)) -> Article {
        let published = date.map(|value| Published { value, precision: Precision::Day, from: PublishedFrom::Text });
        let mentions = mentions.into_iter().map(|span| Mention::new(span, MentionForm::Description)).collect();
        let entities = vec![Entity { id: "e1".to_owned(), kind: EntityType::Person, name: "Ann".to_owned(), mentions, actor: Some(actor), role: None, confidence: None, rivals: Vec::new() }];
        Article { id, path, url, outlet: Outlet { name: outlet, domain: None, country: None }, title, authors, published, text,
            zones: vec![Zone { kind: ZoneKind::Headline, span: zone }], statements, entities, ..Article::default() }
    }
}

fn reference() -> impl Strategy<Value = StatementRef> {
    ("a[1-4]", "s[1-4]").prop_map(|(article, statement)| StatementRef { article, statement })
}

fn references() -> impl Strategy<Value = Vec<StatementRef>> {
    proptest::collection::vec(reference(), 0..4)
}

fn stance() -> impl Strategy<Value = Stance> {
    prop_oneof![Just(Stance::Asserts), Just(Stance::Denies), Just(Stance::Questions)]
}

prop_compose! {
    fn origin()(statements in references(), actor in proptest::option::of(actor_id()), name in proptest::option::of(words()), outlets in proptest::collection::vec(words(), 0..2), kind in 0_u8..4) -> Origin {
        let kind = match kind { 0 => OriginKind::Utterance, 1 => OriginKind::Document, 2 => OriginKind::Outlet, _ => OriginKind::Anonymous };
        Origin { kind, actor, name, statements, outlets, first: None }
    }
}

prop_compose! {
    fn claim()(id in "c[1-3]", text in words(), story in "story[12]", verdict in 0_u8..5, statements in proptest::collection::vec((reference(), stance(), confidence()), 0..6),
        voice in proptest::collection::vec(("a[1-3]", span(), stance(), confidence()), 0..2), origins in proptest::collection::vec(origin(), 0..3), denial_origins in proptest::collection::vec(origin(), 0..2),
        figures in proptest::collection::vec((words(), references()), 0..2), contradicts in proptest::collection::vec("c[1-4]".prop_map(String::from), 0..2), confidence in confidence()) -> Claim {
        let verdict = [Verdict::Disputed, Verdict::Denied, Verdict::Single, Verdict::Open, Verdict::Agreed][usize::from(verdict)];
        Claim { id, text, story, verdict, asserted_by: vec![], denied_by: vec![], questioned_by: vec![],
            statements: statements.into_iter().map(|(r, stance, confidence)| ClaimStatement { article: r.article, statement: r.statement, stance, confidence }).collect(),
            voice: voice.into_iter().map(|(article, span, stance, confidence)| Voice { article, span, stance, confidence }).collect(),
            origins, denial_origins, figures: figures.into_iter().map(|(text, statements)| ClaimFigure { text, statements }).collect(), contradicts, confidence }
    }
}

prop_compose! {
    fn analysis()(articles in proptest::collection::vec(article(), 0..5), claims in proptest::collection::vec(claim(), 0..4), members in proptest::collection::vec(proptest::collection::vec("a[1-4]".prop_map(String::from), 0..4), 0..3),
        names in proptest::collection::vec((actor_id(), words(), words()), 0..3), title in words(), utterances in proptest::collection::vec(references(), 0..3),
        places in proptest::collection::vec(("a[1-3]", span(), words(), any::<bool>()), 0..4), relations in proptest::collection::vec((actor_id(), actor_id(), words(), references()), 0..8),
        copies in proptest::collection::vec(("a[1-3]", "a[1-3]", span(), confidence(), proptest::option::of(words())), 0..2), problem in words()) -> Analysis {
        Analysis {
            tellings: FORMAT_VERSION.to_owned(),
            actors: names.into_iter().map(|(id, name, role)| Actor { id, kind: EntityType::Person, name, aliases: vec![], part_of: Some("p:ann".to_owned()),
                roles: vec![ActorRole { text: role, place: ArticleSpan { article: "a1".to_owned(), span: Span::new(0, 1).expect("not empty") } }], anonymous: false, why: vec!["same name".to_owned()] }).collect(),
            stories: members.into_iter().enumerate().map(|(n, articles)| Story { id: format!("story{}", n + 1), title: title.clone(), articles, first: None, last: None, affair: None, actors: vec![], claims: vec![] }).collect(),
            utterances: utterances.into_iter().map(|statements| Utterance { id: "u".to_owned(), speaker: None, statements, when: Some("2031-05-01".to_owned()), wordings: vec![] }).collect(),
            timeline: places.into_iter().map(|(article, span, what, said)| TimelineEntry { date: if said { "2031-05-01TEV".to_owned() } else { what.clone() }, precision: Precision::Day, what,
                kind: if said { TimelineKind::Said } else { TimelineKind::Happened }, articles: vec![article.clone()], evidence: vec![ArticleSpan { article, span }] }).collect(),
            positions: relations.into_iter().map(|(from, to, relation, evidence)| Position { from, to, relation, plover: None, first: None, last: None, evidence }).collect(),
            reprints: copies.into_iter().map(|(from, to, span, share, credit)| Reprint { from, to, passages: vec![ReprintPassage { from: span, to: span }], share, credit, direction: ReprintDirection::Known, why: "same words".to_owned() }).collect(),
            problems: vec![Problem { code: "x".to_owned(), message: problem.clone(), path: Some(problem) }],
            articles, claims, ..Analysis::default()
        }
    }
}

/// As a browser reads it: line ends are one sign.
fn as_read(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_is_well_formed_and_keeps_every_text(analysis in analysis()) {
        let page = report(&analysis, &ReportOptions::default());
        let events = read(&page).map_err(TestCaseError::fail)?;
        check_links(&events).map_err(TestCaseError::fail)?;
        let mut shown: Vec<String> = article_texts(&events).iter().map(|text| as_read(text)).collect();
        let mut given: Vec<String> = analysis.articles.iter().map(|article| as_read(&article.text)).collect();
        shown.sort();
        given.sort();
        prop_assert_eq!(shown, given);
    }
}

#[test]
fn an_empty_analysis_says_what_would_stand_here() {
    let page = report(&Analysis::default(), &ReportOptions::default());
    let events = read(&page).expect("well formed");
    check_links(&events).expect("links lead somewhere");
    assert!(page.contains("would stand here"));
}
