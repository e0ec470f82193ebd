//! «People and bodies»: each actor of a story, by which names, what they say, what is said of them.
//!
//! In: actors, entities and statements. Out: a list, most present first, each row of which opens to names by outlet,
//! own statements in order, statements about them, positions, and why several names were taken as one.

use crate::corpus::{Corpus, StoryView, is_unnamed, role_of};
use crate::marks;
use crate::text::Text;
use crate::words::{self, cap, clip, count};
use maud::{Markup, html};
use model::{Actor, EntityType, Label, LabelVoice, MentionForm, Polarity, Stance};
use std::collections::{BTreeMap, BTreeSet};

/// Own statements listed before “and … more”.
const SAID: usize = 8;
/// Statements about an actor listed before “and … more”.
const OF: usize = 4;
/// Beyond this many, actors that are mentioned only in passing are counted, not listed.
const LISTED: usize = 120;
/// The same in a report of very many statements.
const LISTED_WHEN_LARGE: usize = 30;
/// Links after “and … more”.
const LINKS: usize = 12;
/// Longest words of a listed statement.
const LINE: usize = 120;

/// What one actor says and what is said of them, in one story.
#[derive(Default)]
struct Presence {
    said: Vec<usize>,
    of: Vec<usize>,
}

/// One way in which an outlet names an actor.
pub(crate) struct Naming {
    pub(crate) text: String,
    pub(crate) polarity: Option<Polarity>,
    pub(crate) quoted: bool,
    pub(crate) count: usize,
}

/// The part «People and bodies».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let presence = presence(corpus, story);
    let (actors, passing) = listed(corpus, &presence);
    let namings = namings(corpus, story);
    let p = &story.prefix;
    html! {
        section id={(p) "people"} class="part people-part" aria-labelledby={(p) "people-h"} {
            div class="ph" {
                h2 id={(p) "people-h"} { "People and bodies" }
                p { "Whoever speaks or is spoken of: by which names, what they say in order, what is said of them. Unnamed sources are in italics." }
            }
            @if actors.is_empty() {
                p class="empty" { "Nobody could be told by name. Whoever speaks or is spoken of would stand here, with the names that each outlet uses." }
            } @else {
                div class="ah" aria-hidden="true" { span { "Name" } span { "Said" } span { "Said of them" } span { @if story.story.is_some() { "Stands on claims" } } span {} }
                ol class="actors" {
                    @for (actor, presence) in &actors { (row(corpus, story, actor, presence, namings.get(actor.id.as_str()))) }
                }
                @if passing > 0 { p class="fine" { (cap(&count(passing, "other"))) " who say less or are only spoken of are not listed here; the filter above finds what they say." } }
                @if actors.len() > 10 {
                    p class="js-only moreline" { button type="button" class="btn" data-more="actors" { "Show all " (actors.len()) } }
                }
            }
        }
    }
}

/// The actors that the part lists, and how many it leaves out.
fn listed<'a, 'p>(
    corpus: &Corpus<'a>,
    presence: &'p BTreeMap<&'a str, Presence>,
) -> (Vec<(&'a Actor, &'p Presence)>, usize) {
    let mut actors: Vec<(&Actor, &Presence)> =
        presence.iter().filter_map(|(id, presence)| Some((corpus.actor(id)?, presence))).collect();
    actors.retain(|(actor, presence)| actor.kind != EntityType::Place || !presence.said.is_empty());
    actors.sort_by(|a, b| {
        let weight = |p: &Presence| 2 * p.said.len() + p.of.len();
        weight(b.1).cmp(&weight(a.1)).then_with(|| a.0.name.to_lowercase().cmp(&b.0.name.to_lowercase()))
    });
    let most = if corpus.is_large() { LISTED_WHEN_LARGE } else { LISTED };
    let passing = actors.len().saturating_sub(most);
    actors.truncate(most);
    (actors, passing)
}

/// Ids of the actors that the part lists: only these can be linked to.
pub(crate) fn listed_ids<'a>(corpus: &Corpus<'a>, story: &StoryView<'_>) -> BTreeSet<&'a str> {
    listed(corpus, &presence(corpus, story)).0.into_iter().map(|(actor, _)| actor.id.as_str()).collect()
}

fn presence<'a>(corpus: &Corpus<'a>, story: &StoryView<'_>) -> BTreeMap<&'a str, Presence> {
    let mut out: BTreeMap<&str, Presence> = BTreeMap::new();
    for article in story.articles.iter().filter_map(|i| corpus.articles.get(*i)) {
        let mut places: Vec<(u32, u32, &str)> = Vec::new();
        for entity in &article.article.entities {
            let Some(actor) = entity.actor.as_deref().and_then(|id| corpus.actor(id)) else { continue };
            places.extend(entity.mentions.iter().map(|m| (m.span.start(), m.span.end(), actor.id.as_str())));
        }
        places.sort_unstable();
        for &i in &article.statements {
            let Some(view) = corpus.statements.get(i) else { continue };
            let speaker = corpus.who(i).actor.map(|actor| actor.id.as_str());
            if let Some(id) = speaker {
                out.entry(id).or_default().said.push(i);
            }
            let mut about: BTreeSet<&str> = BTreeSet::new();
            for span in &view.statement.content {
                let from = places.partition_point(|place| place.0 < span.start());
                let inside = places.iter().skip(from).take_while(|place| place.0 < span.end());
                about.extend(inside.filter(|place| place.1 <= span.end()).map(|place| place.2));
            }
            for id in about.into_iter().filter(|id| Some(*id) != speaker) {
                out.entry(id).or_default().of.push(i);
            }
        }
    }
    out
}

/// For each actor, the names and descriptions that each outlet uses, in the order of the story.
pub(crate) fn namings<'a>(corpus: &Corpus<'a>, story: &StoryView<'_>) -> BTreeMap<&'a str, Vec<(String, Vec<Naming>)>> {
    let mut judged: BTreeMap<(&str, String, String), &Label> = BTreeMap::new();
    for label in &corpus.analysis.labels {
        let key =
            (label.actor.as_str(), corpus.outlet_name(&label.outlet), words::one_line(&label.text).to_lowercase());
        judged.entry(key).or_insert(label);
    }
    let mut out: BTreeMap<&str, Vec<(String, Vec<Naming>)>> = BTreeMap::new();
    for article in story.articles.iter().filter_map(|i| corpus.articles.get(*i)) {
        for entity in &article.article.entities {
            let Some(actor) = entity.actor.as_deref().and_then(|id| corpus.actor(id)) else { continue };
            let by_outlet = out.entry(actor.id.as_str()).or_default();
            let at = by_outlet.iter().position(|(outlet, _)| *outlet == article.outlet).unwrap_or_else(|| {
                by_outlet.push((article.outlet.clone(), Vec::new()));
                by_outlet.len() - 1
            });
            let Some((_, list)) = by_outlet.get_mut(at) else { continue };
            for mention in &entity.mentions {
                if matches!(mention.form, MentionForm::Name | MentionForm::Description) {
                    add_naming(list, &article.text, mention.span, |text| {
                        judged.get(&(actor.id.as_str(), article.outlet.clone(), text.to_lowercase())).copied()
                    });
                }
            }
        }
    }
    for by_outlet in out.values_mut() {
        by_outlet.retain(|(_, list)| !list.is_empty());
    }
    out
}

fn add_naming<'l>(
    list: &mut Vec<Naming>,
    text: &Text<'_>,
    span: model::Span,
    label: impl Fn(&str) -> Option<&'l Label>,
) {
    let words = words::one_line(text.at(span));
    let bare = words.trim_end_matches("’s").trim_end_matches("'s");
    if bare.is_empty() || words::is_pronoun(bare) {
        return;
    }
    if let Some(known) = list.iter_mut().find(|naming| naming.text.eq_ignore_ascii_case(bare)) {
        known.count += 1;
        return;
    }
    let label = label(bare);
    list.push(Naming {
        text: bare.to_owned(),
        polarity: label.and_then(|label| label.polarity),
        quoted: label.is_some_and(|label| label.voice == LabelVoice::Quoted),
        count: 1,
    });
}

/// A name with what it does: praising, disparaging, quoted.
pub(crate) fn naming(naming: &Naming) -> Markup {
    html! {
        span class="lb" {
            (clip(&naming.text, 70))
            @match naming.polarity {
                Some(Polarity::Praises) => { " " span class="pol" { "praising" } }
                Some(Polarity::Disparages) => { " " span class="pol" { "disparaging" } }
                None => {}
            }
            @if naming.quoted { " " span class="pol" { "quoted" } }
        }
    }
}

fn row(
    corpus: &Corpus<'_>,
    story: &StoryView<'_>,
    actor: &Actor,
    presence: &Presence,
    names: Option<&Vec<(String, Vec<Naming>)>>,
) -> Markup {
    let judging: Vec<&Naming> = names
        .into_iter()
        .flatten()
        .flat_map(|(_, list)| list)
        .filter(|naming| naming.polarity.is_some())
        .take(2)
        .collect();
    let mut stands: Vec<(usize, Stance, f32)> = Vec::new();
    for view in presence.said.iter().filter_map(|i| corpus.statements.get(*i)) {
        for entry in &view.claims {
            if !stands.iter().any(|(claim, stance, _)| (*claim, *stance) == (entry.0, entry.1)) {
                stands.push(*entry);
            }
        }
    }
    stands.sort_by_key(|(claim, ..)| *claim);
    html! {
        li {
            details class="actor" id=(corpus.actor_link(story, &actor.id)) {
                summary {
                    span class="an" {
                        h3 class={"nm" @if is_unnamed(actor) { " un" }} { (cap(&clip(&corpus.actor_name(&actor.id), 90))) }
                        span class="role" { (subtitle(corpus, actor)) }
                        @if !judging.is_empty() { span class="jd" { @for naming in judging { q { (clip(&naming.text, 50)) } " " } } }
                    }
                    span class="ac" { b { (number(presence.said.len())) } span class="al" { " said" } }
                    span class="ac" { b { (number(presence.of.len())) } span class="al" { " said of them" } }
                    span class="ab" {
                        @for (claim, stance, confidence) in stands.iter().take(10) {
                            @if let Some(claim) = corpus.claims.get(*claim) { (marks::flat_mark(claim, *stance, *confidence)) }
                        }
                        @if stands.len() > 10 { span class="role" { "and " (stands.len() - 10) " more" } }
                    }
                    span class="chev" aria-hidden="true" {}
                }
                div class="abody" { (marks::sleeping(story, open_part(corpus, actor, presence, names))) }
            }
        }
    }
}

fn open_part(
    corpus: &Corpus<'_>,
    actor: &Actor,
    presence: &Presence,
    names: Option<&Vec<(String, Vec<Naming>)>>,
) -> Markup {
    let (said, of) = if corpus.is_large() { (SAID / 2, OF / 2) } else { (SAID, OF) };
    html! {
        div { (called(names)) (why(actor)) }
        div {
            h4 { "Says, in order" }
            (list(corpus, &presence.said, said, "These articles give them no word of their own."))
        }
        div {
            h4 { "Said of them" }
            (list(corpus, &presence.of, of, "No other speaker mentions them."))
            (positions(corpus, actor))
        }
    }
}

fn number(n: usize) -> String {
    if n == 0 { "–".to_owned() } else { words::grouped(n) }
}

fn subtitle(corpus: &Corpus<'_>, actor: &Actor) -> String {
    let role = role_of(actor);
    let role = if role.is_empty() { actor.kind.in_words().to_owned() } else { role };
    match actor.part_of.as_deref().map(|id| corpus.actor_name(id)) {
        Some(whole) if !role.to_lowercase().contains(&whole.to_lowercase()) => {
            format!("{role}, of {}", clip(&whole, 50))
        }
        _ => role,
    }
}

fn called(names: Option<&Vec<(String, Vec<Naming>)>>) -> Markup {
    html! {
        h4 { "What each outlet calls them" }
        @match names {
            Some(names) if !names.is_empty() => {
                ul class="called" {
                    @for (outlet, list) in names.iter().take(20) {
                        li { span class="ol" { (clip(outlet, 60)) } @for one in list.iter().take(6) { (naming(one)) " " } }
                    }
                    @if names.len() > 20 { li class="more" { "and " (count(names.len() - 20, "other outlet")) } }
                }
            }
            _ => { p class="empty" { "No outlet names them other than by a pronoun." } }
        }
    }
}

/// Whether a reason tells why something was left apart, not why it was joined (`actors::across` begins them so).
fn is_doubt(why: &str) -> bool {
    why.starts_with("ambiguous") || why.starts_with("another")
}

fn why(actor: &Actor) -> Markup {
    html! {
        @let (unsure, reasons): (Vec<&String>, Vec<&String>) = actor.why.iter().partition(|why| is_doubt(why));
        @if !reasons.is_empty() {
            h4 { "Why these names are taken as one" }
            ul class="called" { @for reason in reasons.iter().take(5) { li { (clip(reason, 160)) } } }
        }
        @if !unsure.is_empty() {
            h4 { "Not sure" }
            ul class="called" { @for doubt in unsure.iter().take(5) { li { (clip(doubt, 160)) } } }
        }
    }
}

fn list(corpus: &Corpus<'_>, statements: &[usize], limit: usize, empty: &str) -> Markup {
    html! {
        @if statements.is_empty() { p class="empty" { (empty) } } @else {
            ul class="said" {
                @for i in statements.iter().take(limit) { li { (marks::evidence(corpus, *i, LINE)) } }
                @if statements.len() > limit {
                    li class="more" {
                        "and " (statements.len() - limit) " more: "
                        (places(corpus, statements.get(limit..).unwrap_or_default()))
                    }
                }
            }
        }
    }
}

/// Links to statements under the names of their outlets.
fn places(corpus: &Corpus<'_>, statements: &[usize]) -> Markup {
    html! {
        @for (n, i) in statements.iter().take(LINKS).enumerate() {
            @if let Some(view) = corpus.statements.get(*i) {
                @if n > 0 { ", " } a href={"#" (view.link)} { (clip(corpus.outlet(*i), 30)) }
            }
        }
        @if statements.len() > LINKS { " …" }
    }
}

fn positions(corpus: &Corpus<'_>, actor: &Actor) -> Markup {
    let own = corpus.analysis.positions.iter().filter(|p| p.from == actor.id || p.to == actor.id);
    let lines: Vec<(String, Vec<usize>)> = own
        .filter_map(|position| {
            let (verb, _) = words::relation(&position.relation);
            let line = if position.from == actor.id {
                format!("{verb} {}", clip(&corpus.actor_name(&position.to), 60))
            } else {
                format!("{} {verb} them", cap(&clip(&corpus.actor_name(&position.from), 60)))
            };
            let places: Vec<usize> = position.evidence.iter().filter_map(|r| corpus.find(r)).collect();
            (!places.is_empty()).then_some((line, places))
        })
        .take(12)
        .collect();
    html! {
        @if !lines.is_empty() {
            h4 { "Positions" }
            ul class="posl" {
                @for (line, evidence) in &lines { li { (line) " " span class="role" { (places(corpus, evidence)) } } }
            }
        }
    }
}
