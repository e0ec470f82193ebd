//! What a claim rests on, gathered for the board: who says so, who denies it, through whom, in which outlets.
//!
//! In: claims, origins and statements of the analysis. Out: one [`ClaimView`] for each claim of a story that the report
//! shows, numbered in board order. Origins are those of the analysis; where a statement stands in none of them, it was
//! only passed on, and is shown but not counted.

use crate::corpus::{self, ArticleView, Corpus, NOT_NAMED, StoryView, VoiceView};
use crate::words;
use model::{Claim, Origin, OriginKind, Stance, Voice};
use std::collections::{BTreeMap, BTreeSet};

/// Below this average probability that two of a claim's statements are about one proposition the page says that they may not be. On the
/// stories kept back, claims from here on have three quarters of their statements about one proposition, those below 58 to 69 in a hundred.
const SCATTERED_BELOW: f32 = 0.35;

/// A claim with its number and everything that its row shows.
pub(crate) struct ClaimView<'a> {
    pub(crate) claim: &'a Claim,
    /// The number on the page.
    pub(crate) number: usize,
    /// Its text in one line.
    pub(crate) text: String,
    pub(crate) asserts: Vec<Side<'a>>,
    pub(crate) denies: Vec<Side<'a>>,
    pub(crate) questions: Vec<Side<'a>>,
    /// Every statement about it.
    pub(crate) evidence: Vec<Evidence>,
    /// Article and index into its [`ArticleView::voices`].
    pub(crate) voices: Vec<(usize, usize, Stance, f32)>,
    /// Names of the outlets that tell it, in the order of the story.
    pub(crate) outlets: Vec<String>,
    /// Those of them that tell it only in copied text.
    pub(crate) copying: BTreeSet<String>,
    /// Indices into [`Corpus::claims`].
    pub(crate) contradicts: Vec<usize>,
}

/// One statement about a claim.
#[derive(Clone, Copy)]
pub(crate) struct Evidence {
    pub(crate) statement: usize,
    pub(crate) stance: Stance,
    pub(crate) confidence: f32,
}

/// Whoever a claim, or its denial, starts from.
pub(crate) struct Side<'a> {
    pub(crate) name: String,
    pub(crate) unnamed: bool,
    pub(crate) role: String,
    pub(crate) actor: Option<&'a str>,
    pub(crate) kind: OriginKind,
    /// Speakers counted with it as one.
    pub(crate) others: Vec<String>,
    pub(crate) statements: Vec<usize>,
    pub(crate) outlets: Vec<String>,
    /// Told only on somebody else's word, so not counted.
    pub(crate) passed_on: bool,
    /// Every statement is only perhaps about the claim, or only perhaps theirs.
    pub(crate) unsure: bool,
}

impl<'a> ClaimView<'a> {
    /// The sides of a stance.
    pub(crate) fn sides(&self, stance: Stance) -> &[Side<'a>] {
        match stance {
            Stance::Asserts => &self.asserts,
            Stance::Denies => &self.denies,
            Stance::Questions => &self.questions,
        }
    }

    /// Whether only one statement, or one sentence, tells it and nobody contradicts it.
    pub(crate) fn is_told_once(&self) -> bool {
        self.evidence.len() + self.voices.len() <= 1 && self.contradicts.is_empty()
    }

    /// Whether it is doubtful that its statements belong together.
    pub(crate) fn is_unsure(&self) -> bool {
        self.claim.confidence < SCATTERED_BELOW && self.evidence.len() > 1
    }
}

/// The sides that count as origins.
pub(crate) fn counted<'s, 'a>(sides: &'s [Side<'a>]) -> Vec<&'s Side<'a>> {
    sides.iter().filter(|side| !side.passed_on).collect()
}

/// Fills [`Corpus::claims`] and links statements and voices to them.
pub(crate) fn gather(corpus: &mut Corpus<'_>) {
    for s in 0..corpus.stories.len() {
        let Some(id) = corpus.stories.get(s).and_then(|story| story.story).map(|story| story.id.as_str()) else {
            continue;
        };
        let mut views: Vec<ClaimView<'_>> = Vec::new();
        if let Some(story) = corpus.stories.get(s) {
            let claims = corpus.analysis.claims.iter().filter(|claim| claim.story == id);
            views.extend(claims.map(|claim| view(corpus, story, claim)));
        }
        views.retain(|view| !view.evidence.is_empty() || !view.voices.is_empty() || !view.claim.origins.is_empty());
        // A claim that somebody tells apart from others stands before one that only adds up loose ends.
        views.sort_by_key(|view| {
            let verdict = words::VERDICTS.iter().position(|verdict| *verdict == view.claim.verdict);
            (verdict, std::cmp::Reverse(view.outlets.len()), std::cmp::Reverse(view.evidence.len()))
        });
        for mut view in views {
            let index = corpus.claims.len();
            view.number = index + 1;
            corpus.set_claim(view.claim.id.as_str(), index);
            for evidence in &view.evidence {
                if let Some(statement) = corpus.statements.get_mut(evidence.statement)
                    && !statement.claims.iter().any(|(claim, ..)| *claim == index)
                {
                    statement.claims.push((index, evidence.stance, evidence.confidence));
                }
            }
            for voice in &view.claim.voice {
                let Some(article) = corpus.article(&voice.article).and_then(|i| corpus.articles.get_mut(i)) else {
                    continue;
                };
                link_voice(article, voice, index);
            }
            if let Some(story) = corpus.stories.get_mut(s) {
                story.claims.push(index);
            }
            corpus.claims.push(view);
        }
    }
    for index in 0..corpus.claims.len() {
        let Some(view) = corpus.claims.get(index) else { continue };
        let mut contradicts: Vec<usize> = view.claim.contradicts.iter().filter_map(|id| corpus.claim(id)).collect();
        contradicts.retain(|other| *other != index);
        let voices = view.claim.voice.iter().filter_map(|voice| place_of_voice(corpus, voice)).collect();
        if let Some(view) = corpus.claims.get_mut(index) {
            view.contradicts = contradicts;
            view.voices = voices;
        }
    }
}

fn link_voice(article: &mut ArticleView<'_>, voice: &Voice, claim: usize) {
    let entry = (claim, voice.stance, voice.confidence);
    match article.voices.iter_mut().find(|view| view.span == voice.span) {
        Some(view) => {
            if !view.claims.iter().any(|(other, ..)| *other == claim) {
                view.claims.push(entry);
            }
        }
        None => {
            let link = format!("{}-v{}", article.link, article.voices.len() + 1);
            article.voices.push(VoiceView { span: voice.span, link, claims: vec![entry] });
        }
    }
}

fn place_of_voice(corpus: &Corpus<'_>, voice: &Voice) -> Option<(usize, usize, Stance, f32)> {
    let index = corpus.article(&voice.article)?;
    let place = corpus.articles.get(index)?.voices.iter().position(|view| view.span == voice.span)?;
    Some((index, place, voice.stance, voice.confidence))
}

fn view<'a>(corpus: &Corpus<'a>, story: &StoryView<'a>, claim: &'a Claim) -> ClaimView<'a> {
    let evidence: Vec<Evidence> = claim
        .statements
        .iter()
        .filter_map(|statement| {
            let index = corpus.find_in(&statement.article, &statement.statement)?;
            Some(Evidence { statement: index, stance: statement.stance, confidence: statement.confidence })
        })
        .collect();
    // Real places come in a second pass; here only the count matters for the order of the board.
    let voices = claim.voice.iter().filter_map(|voice| {
        let index = corpus.article(&voice.article)?;
        Some((index, 0, voice.stance, voice.confidence))
    });
    let voices: Vec<(usize, usize, Stance, f32)> = voices.collect();
    let mut telling: BTreeSet<&str> = evidence.iter().map(|e| corpus.outlet(e.statement)).collect();
    telling.extend(voices.iter().filter_map(|(i, ..)| corpus.articles.get(*i)).map(|article| article.outlet.as_str()));
    let outlets: Vec<String> = story.outlets.iter().filter(|o| telling.contains(o.as_str())).cloned().collect();
    let copying = copying(corpus, story, claim, &evidence, &voices);
    let asserts = sides(corpus, story, &claim.origins, &evidence, Stance::Asserts);
    let denies = sides(corpus, story, &claim.denial_origins, &evidence, Stance::Denies);
    let questions = sides(corpus, story, &[], &evidence, Stance::Questions);
    ClaimView {
        claim,
        number: 0,
        text: words::proposition(&claim.text),
        asserts,
        denies,
        questions,
        evidence,
        voices,
        outlets,
        copying,
        contradicts: Vec::new(),
    }
}

/// Outlets of which the analysis says that they only copy the claim.
fn copying(
    corpus: &Corpus<'_>,
    story: &StoryView<'_>,
    claim: &Claim,
    evidence: &[Evidence],
    voices: &[(usize, usize, Stance, f32)],
) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for coverage in corpus.analysis.coverage.iter().filter(|coverage| coverage.copies.contains(&claim.id)) {
        let by_article = coverage.articles.iter().find_map(|id| corpus.articles.get(corpus.article(id)?));
        out.insert(by_article.map_or_else(|| corpus.outlet_name(&coverage.outlet), |article| article.outlet.clone()));
    }
    for outlet in &story.outlets {
        let mut own = evidence.iter().filter(|e| corpus.outlet(e.statement) == outlet).peekable();
        let speaks = voices.iter().any(|(i, ..)| corpus.articles.get(*i).is_some_and(|a| a.outlet == *outlet));
        let copied = |e: &Evidence| corpus.statements.get(e.statement).is_some_and(|view| view.copied);
        if own.peek().is_some() && !speaks && own.all(copied) {
            out.insert(outlet.clone());
        }
    }
    out
}

fn sides<'a>(
    corpus: &Corpus<'a>,
    story: &StoryView<'a>,
    origins: &'a [Origin],
    evidence: &[Evidence],
    stance: Stance,
) -> Vec<Side<'a>> {
    let of_stance: Vec<&Evidence> = evidence.iter().filter(|e| e.stance == stance).collect();
    let mut placed: BTreeSet<usize> = BTreeSet::new();
    let mut out: Vec<Side<'_>> = Vec::new();
    for origin in origins {
        let statements: Vec<usize> = origin.statements.iter().filter_map(|r| corpus.find(r)).collect();
        placed.extend(&statements);
        out.push(origin_side(corpus, story, origin, statements));
    }
    // What stands in no origin: by speaker, in the order of first telling.
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for e in of_stance.iter().filter(|e| !placed.contains(&e.statement)) {
        let mut key = corpus.who(e.statement).key;
        if key == "?" {
            let article = corpus.statements.get(e.statement).map_or(0, |view| view.article);
            key = format!("?{article}");
        }
        if !groups.contains_key(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(e.statement);
    }
    for key in order {
        let statements = groups.remove(&key).unwrap_or_default();
        let Some(first) = statements.first() else { continue };
        let who = corpus.who(*first);
        let inner = |i: &usize| corpus.statements.get(*i).is_some_and(|view| view.parent.is_some());
        out.push(Side {
            name: who.name,
            unnamed: who.unnamed,
            role: who.actor.map(corpus::role_of).unwrap_or_default(),
            actor: who.actor.map(|actor| actor.id.as_str()),
            kind: OriginKind::Utterance,
            others: Vec::new(),
            outlets: corpus.outlets_of(story, &statements),
            passed_on: !origins.is_empty() || statements.iter().all(inner),
            unsure: false,
            statements,
        });
    }
    for side in &mut out {
        let sure = |i: &usize| {
            let member =
                of_stance.iter().find(|e| e.statement == *i).is_none_or(|e| e.confidence >= corpus::UNSURE_BELOW);
            member && corpus.who(*i).unsure.is_none()
        };
        side.unsure = !side.statements.is_empty() && !side.statements.iter().any(sure);
    }
    out.sort_by_key(|side| {
        (side.passed_on, std::cmp::Reverse(side.outlets.len()), std::cmp::Reverse(side.statements.len()))
    });
    out
}

fn origin_side<'a>(corpus: &Corpus<'a>, story: &StoryView<'a>, origin: &'a Origin, statements: Vec<usize>) -> Side<'a> {
    let actor = origin.actor.as_deref().and_then(|id| corpus.actor(id));
    let given = origin.name.as_deref().map(words::one_line).filter(|name| !name.is_empty());
    let who = statements.first().map(|i| corpus.who(*i));
    let name = match (actor, origin.kind) {
        (Some(actor), _) => words::one_line(&actor.name),
        (None, OriginKind::Outlet) => {
            given.map(|name| corpus.outlet_name(&name)).unwrap_or_else(|| "an outlet".to_owned())
        }
        (None, _) => given.or_else(|| who.as_ref().map(|who| who.name.clone())).unwrap_or_else(|| NOT_NAMED.to_owned()),
    };
    let unnamed = actor.map_or(origin.kind == OriginKind::Anonymous, corpus::is_unnamed)
        || (actor.is_none() && who.as_ref().is_some_and(|who| who.unnamed));
    let role = match (actor, origin.kind) {
        (_, OriginKind::Outlet) => "in its own words".to_owned(),
        (Some(actor), _) => corpus::role_of(actor),
        (None, OriginKind::Document) => "document".to_owned(),
        (None, _) => String::new(),
    };
    let mut others: Vec<String> = Vec::new();
    for i in &statements {
        let who = corpus.who(*i);
        if who.key != "?" && who.name != name && !others.contains(&who.name) {
            others.push(who.name);
        }
    }
    let mut outlets = corpus.outlets_of(story, &statements);
    let told: BTreeSet<String> = origin.outlets.iter().map(|name| corpus.outlet_name(name)).collect();
    if outlets.len() < told.len() {
        outlets = story.outlets.iter().filter(|o| told.contains(*o) || outlets.contains(o)).cloned().collect();
    }
    Side {
        name: if name.is_empty() { NOT_NAMED.to_owned() } else { name },
        unnamed,
        role,
        actor: actor.map(|actor| actor.id.as_str()),
        kind: origin.kind,
        others,
        statements,
        outlets,
        passed_on: false,
        unsure: false,
    }
}
