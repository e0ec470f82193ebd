//! What a row of the board opens to: every wording by whom and where, and what stands beside the claim.
//!
//! In: one claim. Out: for each stance the origins, under each its acts of speaking, under each the wordings outlet by
//! outlet, the first telling first and the others with their differences marked; then figures, own words, contradicting
//! claims, silent outlets.

use crate::claim::{ClaimView, Side, counted};
use crate::compare;
use crate::corpus::{Corpus, StoryView, UNSURE_BELOW};
use crate::marks;
use crate::words::{self, cap, clip, count, joined};
use maud::{Markup, html};
use model::{Stance, ZoneKind};
use std::collections::BTreeMap;

/// Longest wording in a card, in characters.
const CARD_LENGTH: usize = 360;
/// Cards of one utterance in the open; the rest is folded.
const OPEN_CARDS: usize = 9;

/// The open part of a claim's row.
pub(crate) fn body(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>) -> Markup {
    let boxes: Vec<Markup> =
        [figures(corpus, story, claim), own_words(corpus, claim), contradicts(corpus, claim), silent(story, claim)]
            .into_iter()
            .flatten()
            .collect();
    html! {
            @for stance in words::STANCES {
                @if !claim.sides(stance).is_empty() { (stance_section(corpus, story, claim, stance)) }
            }
            @if !boxes.is_empty() { div class="boxes" { @for one in &boxes { (one) } } }
            p class="acts" {
                @if !claim.evidence.is_empty() {
                    button type="button" class="btn js-only" data-claim=(claim.number) {
                        @if claim.evidence.len() == 1 { "The statement on this claim" }
                        @else { "All " (claim.evidence.len()) " statements on this claim" }
                    }
                }
                a class="btn" href={"#claim-" (claim.number)} { "Link to this claim" }
            }
    }
}

fn stance_section(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>, stance: Stance) -> Markup {
    let sides = claim.sides(stance);
    let (_, class) = words::sign(stance);
    let title = match stance {
        Stance::Asserts => "Who says so",
        Stance::Denies => "Denied by",
        Stance::Questions => "Questioned by",
    };
    let origins = counted(sides).len();
    let statements: usize = sides.iter().map(|side| side.statements.len()).sum();
    html! {
        section class={"side " (class)} {
            h4 { (marks::sign(stance)) (title) " " span { (count(origins, "origin")) ", " (count(statements, "statement")) } }
            @for side in sides { (origin(corpus, story, claim, side)) }
        }
    }
}

fn origin(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>, side: &Side<'_>) -> Markup {
    // One act of speaking is one block, however many outlets tell it.
    let mut blocks: BTreeMap<(Option<usize>, usize), Vec<usize>> = BTreeMap::new();
    for &i in &side.statements {
        let utterance = corpus.statements.get(i).and_then(|view| view.utterance);
        let key = if utterance.is_some() { (utterance, 0) } else { (None, i) };
        blocks.entry(key).or_default().push(i);
    }
    let mut blocks: Vec<Vec<usize>> = blocks.into_values().collect();
    blocks.sort_by_key(|block| {
        (std::cmp::Reverse(corpus.outlets_of(story, block).len()), block.first().copied().unwrap_or(0))
    });
    html! {
        div class="orig" {
            @if side.passed_on {
                p class="onen" { "Only passed on by others, so not counted as an origin." }
            } @else if !side.others.is_empty() {
                p class="onen" { "Counted as one origin: " (joined(&[std::slice::from_ref(&side.name), side.others.as_slice()].concat(), 12)) "." }
            }
            @if blocks.is_empty() {
                p class="onen" { (marks::name(&side.name, side.unnamed)) " " @if side.role.is_empty() { "as an outlet tells it" } @else { (side.role) } "; see “In the outlet’s own words” below." }
            }
            @for block in &blocks { (utterance(corpus, story, claim, side, block)) }
        }
    }
}

fn utterance(
    corpus: &Corpus<'_>,
    story: &StoryView<'_>,
    claim: &ClaimView<'_>,
    side: &Side<'_>,
    block: &[usize],
) -> Markup {
    let outlets = corpus.outlets_of(story, block);
    let first = block.first().copied();
    let who = first.map(|i| corpus.who(i));
    let (name, unnamed) = who.as_ref().map_or((side.name.clone(), side.unnamed), |who| (who.name.clone(), who.unnamed));
    let role = who.as_ref().and_then(|who| who.actor).map(crate::corpus::role_of).unwrap_or_default();
    let said = first
        .and_then(|i| corpus.statements.get(i))
        .and_then(|view| corpus.utterance(view))
        .and_then(|utterance| utterance.when.clone());
    html! {
        section class="utt" {
            div class="uh" {
                h5 { (marks::name(&clip(&name, 90), unnamed)) @if !role.is_empty() { span class="role" { (role) } } }
                @if said.is_some() || outlets.len() > 1 {
                    p class="what" {
                        @if let Some(said) = said { span { "Said " (words::when(&said, true)) } }
                        @if outlets.len() > 1 { span { "Told by " (count(outlets.len(), "outlet")) } }
                    }
                }
            }
            div class="wds" { @for outlet in outlets.iter().take(OPEN_CARDS) { (card(corpus, claim, block, outlet, outlets.len())) } }
            @if outlets.len() > OPEN_CARDS {
                details class="morecards" {
                    summary { (cap(&count(outlets.len() - OPEN_CARDS, "more outlet"))) }
                    div class="wds" { @for outlet in outlets.iter().skip(OPEN_CARDS) { (card(corpus, claim, block, outlet, outlets.len())) } }
                }
            }
        }
    }
}

/// One outlet's wordings of one act of speaking.
fn card(corpus: &Corpus<'_>, claim: &ClaimView<'_>, block: &[usize], outlet: &str, outlets: usize) -> Markup {
    let mine: Vec<usize> = block.iter().copied().filter(|i| corpus.outlet(*i) == outlet).collect();
    let views: Vec<_> = mine.iter().filter_map(|i| corpus.statements.get(*i)).collect();
    let Some(article) = views.first().and_then(|view| corpus.article_of(view)) else { return html! {} };
    let copied = views.iter().filter(|view| view.copied).count();
    let first = block.first().map_or("", |i| corpus.outlet(*i));
    let first: Vec<usize> = block.iter().copied().filter(|i| corpus.outlet(*i) == first).collect();
    let is_first = outlets > 1 && block.first().is_some_and(|i| mine.contains(i));
    let from = corpus.analysis.reprints.iter().find(|reprint| reprint.to == article.article.id);
    let from = from.and_then(|reprint| corpus.articles.get(corpus.article(&reprint.from)?)).map(|a| a.outlet.as_str());
    html! {
        div class={"wd" @if copied == views.len() { " copy" }} {
            h6 { (clip(outlet, 60)) @if let Some(date) = marks::short_date(article.article) { " " span { (date) } } }
            @if copied > 0 {
                span class="cp" {
                    i class="hat" {} @if copied < views.len() { "in part " } "copied"
                    @if let Some(from) = from { " from " (from) }
                }
            } @else if is_first { span class="ft" { "first told here" } }
            @for i in &mine { (line(corpus, claim, *i, &first)) }
        }
    }
}

fn line(corpus: &Corpus<'_>, claim: &ClaimView<'_>, i: usize, first: &[usize]) -> Markup {
    let Some(view) = corpus.statements.get(i) else { return html! {} };
    let Some(article) = corpus.article_of(view) else { return html! {} };
    let content = &view.statement.content;
    let in_headline = content.first().is_some_and(|span| article.article.zone_at(span.start()) == ZoneKind::Headline);
    let changes = if first.contains(&i) { None } else { compare::changes(corpus, i, first) };
    let through = view.parent.map(|parent| corpus.who(parent).name);
    let confidence = claim.evidence.iter().find(|e| e.statement == i).map_or(1.0, |e| e.confidence);
    let unsure = corpus.who(i).unsure;
    html! {
        p class="w" {
            @if in_headline { span class="via" { "headline" } }
            @if let Some(name) = through { span class="via" { "through " (clip(&name, 60)) } }
            a class="wl" href={"#" (view.link)} { (marks::wording(corpus, i, changes.as_ref(), CARD_LENGTH)) }
            @if confidence < UNSURE_BELOW { span class="nsr" { "Not sure: it may be about something else" } }
            @if let Some(unsure) = unsure { span class="nsr" { (unsure) } }
        }
    }
}

fn figures(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>) -> Option<Markup> {
    if claim.claim.figures.is_empty() {
        return None;
    }
    let rows = claim.claim.figures.iter().map(|figure| {
        let statements: Vec<usize> = figure.statements.iter().filter_map(|r| corpus.find(r)).collect();
        let mut names: Vec<String> = Vec::new();
        for name in statements.iter().map(|i| corpus.who(*i).name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let outlets = corpus.outlets_of(story, &statements);
        (words::one_line(&figure.text), cap(&joined(&names, 3)), outlets, statements)
    });
    let rows: Vec<_> = rows.collect();
    Some(html! {
        div class="box" {
            h4 { "Figures that differ" }
            ul class="figs" {
                @for (text, names, outlets, statements) in &rows {
                    li {
                        b class={"num" @if text.chars().count() > 4 { " long" }} { (clip(text, 24)) }
                        span {
                            (names)
                            span class="role" {
                                @for (k, i) in statements.iter().enumerate() {
                                    @if let Some(view) = corpus.statements.get(*i) {
                                        @if k > 0 { ", " } a href={"#" (view.link)} { (corpus.outlet(*i)) }
                                    }
                                }
                                @if statements.is_empty() { (count(outlets.len(), "outlet")) }
                            }
                        }
                    }
                }
            }
        }
    })
}

fn own_words(corpus: &Corpus<'_>, claim: &ClaimView<'_>) -> Option<Markup> {
    if claim.voices.is_empty() {
        return None;
    }
    let shown = claim.voices.iter().filter_map(|(article, place, stance, confidence)| {
        let article = corpus.articles.get(*article)?;
        Some((article, article.voices.get(*place)?, *stance, *confidence))
    });
    let shown: Vec<_> = shown.collect();
    Some(html! {
        div class="box" {
            h4 { "In the outlet’s own words" }
            ul {
                @for (article, voice, stance, confidence) in shown {
                    li {
                        (marks::sign(stance))
                        span {
                            a class="wl" href={"#" (voice.link)} { q { (clip(article.text.at(voice.span), 240)) } }
                            span class="role" { (article.outlet) " " (words::stance(stance)) }
                            @if confidence < UNSURE_BELOW { span class="nsr" { "Not sure: it may be about something else" } }
                        }
                    }
                }
            }
        }
    })
}

fn contradicts(corpus: &Corpus<'_>, claim: &ClaimView<'_>) -> Option<Markup> {
    let rivals: Vec<&ClaimView<'_>> = claim.contradicts.iter().filter_map(|i| corpus.claims.get(*i)).collect();
    if rivals.is_empty() {
        return None;
    }
    Some(html! {
        div class="box" {
            h4 { "Contradicts" }
            ul {
                @for rival in rivals {
                    @let names: Vec<String> = rival.asserts.iter().map(|side| clip(&side.name, 60)).collect();
                    li {
                        i class="no" aria-hidden="true" { (rival.number) }
                        span {
                            a href={"#claim-" (rival.number)} { (clip(&rival.text, 200)) }
                            span class="role" { "on the word of " @if names.is_empty() { "nobody" } @else { (joined(&names, 3)) } }
                        }
                    }
                }
            }
        }
    })
}

fn silent(story: &StoryView<'_>, claim: &ClaimView<'_>) -> Option<Markup> {
    let silent: Vec<&String> = story.outlets.iter().filter(|outlet| !claim.outlets.contains(outlet)).collect();
    (!silent.is_empty() && claim.outlets.len() > 1).then(|| {
        html! {
            div class="box" { h4 { "Silent on it" } p { (joined(&silent, 40)) } }
        }
    })
}
