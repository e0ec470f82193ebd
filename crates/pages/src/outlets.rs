//! «Outlets»: which outlet carries which claim, what each calls the same actor, who copies whom.
//!
//! In: claims, namings and reprints of one story. Out: two tables and a list. With many outlets the tables scroll
//! sideways inside their own region.

use crate::articles::percent;
use crate::board;
use crate::claim::ClaimView;
use crate::corpus::{Corpus, StoryView, role_of};
use crate::marks;
use crate::people::{self, Naming};
use crate::words::{self, cap, clip, count};
use maud::{Markup, html};
use model::{EntityType, Reprint, ReprintDirection, Stance};

/// An actor with what it is ranked by, its id, and what each outlet calls it.
type Pooled<'a> = (usize, usize, usize, &'a str, &'a Vec<(String, Vec<Naming>)>);

/// Actors in the table of names.
const NAMED: usize = 6;
/// Copied passages listed for one article.
const PASSAGES: usize = 30;

/// The part «Outlets».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let p = &story.prefix;
    html! {
        section id={(p) "outlets"} class="part" aria-labelledby={(p) "outlets-h"} {
            div class="ph" {
                h2 id={(p) "outlets-h"} { "Outlets" }
                p { "Which outlet carries which claim, from which side, and how often. A hollow ring: covers the story, silent on this." }
            }
            (coverage(corpus, story)) (names(corpus, story)) (copies(corpus, story))
        }
    }
}

fn heads(story: &StoryView<'_>) -> Markup {
    html! { @for outlet in &story.outlets { th scope="col" { (clip(outlet, 40)) } } }
}

fn size(story: &StoryView<'_>) -> &'static str {
    match story.outlets.len() {
        0..=8 => "",
        9..=16 => " wide",
        _ => " vast",
    }
}

fn coverage(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let claims: Vec<&ClaimView<'_>> = story.claims.iter().filter_map(|i| corpus.claims.get(*i)).collect();
    let (main, folded) = board::split(&claims);
    html! {
        @if main.is_empty() {
            p class="empty" { "No claim to compare. A table of claims by outlet would stand here." }
        } @else {
            div class="tw" tabindex="0" role="region" aria-label="Claims by outlet" {
                table class={"mx cov" (size(story))} {
                    thead { tr { th scope="col" { "Claim" } (heads(story)) } }
                    tbody {
                        @for claim in &main {
                            tr {
                                th scope="row" { a href={"#claim-" (claim.number)} { span class="n" { (claim.number) } span { (clip(&claim.text, 110)) } } }
                                @for (n, outlet) in story.outlets.iter().enumerate() { (cell(corpus, claim, n, outlet)) }
                            }
                        }
                    }
                }
            }
            @if !folded.is_empty() {
                p class="fine" { (cap(&count(folded.len(), "claim"))) " that one outlet alone tells, in one statement, stand " a href={"#" (story.prefix) "told-once"} { "folded on the board" } "." }
            }
        }
    }
}

fn cell(corpus: &Corpus<'_>, claim: &ClaimView<'_>, n: usize, outlet: &str) -> Markup {
    let statements: Vec<_> = claim.evidence.iter().filter(|e| corpus.outlet(e.statement) == outlet).collect();
    let voices: Vec<_> = claim
        .voices
        .iter()
        .filter_map(|(article, place, stance, _)| {
            let article = corpus.articles.get(*article).filter(|article| article.outlet == outlet)?;
            Some((*stance, article.voices.get(*place)?.link.as_str()))
        })
        .collect();
    if statements.is_empty() && voices.is_empty() {
        return html! { td class="nil" { i class="dot off" role="img" aria-label="silent" {} } };
    }
    let copied = claim.copying.contains(outlet);
    let of = |stance: Stance| {
        let own = statements.iter().filter(|e| e.stance == stance).filter_map(|e| corpus.statements.get(e.statement));
        let own = own.map(|view| view.link.as_str());
        own.chain(voices.iter().filter(|voice| voice.0 == stance).map(|voice| voice.1)).collect::<Vec<&str>>()
    };
    html! {
        td class=[copied.then_some("cpd")] {
            @for stance in words::STANCES {
                @let links = of(stance);
                @if let Some(first) = links.first() {
                    @let (_, class) = words::sign(stance);
                    a class={"cell " (class)} href={"#" (first)} data-claim=[(links.len() > 1).then_some(claim.number)] data-outlet=[(links.len() > 1).then_some(n)]
                        aria-label={(outlet) ", claim " (claim.number) ": " (links.len()) " " (words::stance(stance))} { (marks::sign(stance)) (links.len()) }
                }
            }
            @if !voices.is_empty() { span class="own" { "own words" } }
            @if copied { span class="own" { "copied" } }
        }
    }
}

/// Actors whom outlets call differently, those with a judging word first.
fn names(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let namings = people::namings(corpus, story);
    let listed = people::listed_ids(corpus, story);
    let mut pool: Vec<Pooled<'_>> = namings
        .iter()
        .filter(|(id, _)| corpus.actor(id).is_some_and(|actor| actor.kind != EntityType::Place))
        .map(|(id, by_outlet)| {
            let all = || by_outlet.iter().flat_map(|(_, list)| list);
            let judged = all().filter(|naming| naming.polarity.is_some()).count();
            let kinds: std::collections::BTreeSet<String> = all().map(|naming| naming.text.to_lowercase()).collect();
            (judged, by_outlet.len(), kinds.len(), *id, by_outlet)
        })
        .filter(|(_, outlets, kinds, ..)| *outlets >= 2 && *kinds >= 3)
        .collect();
    pool.sort_by(|a, b| (b.0, b.1, b.2).cmp(&(a.0, a.1, a.2)).then_with(|| a.3.cmp(b.3)));
    pool.truncate(NAMED);
    html! {
        h3 { "The same actor in other words" }
        @if pool.is_empty() {
            p class="empty" { "The outlets call everybody the same. Differing names would stand here side by side." }
        } @else {
            div class="tw" tabindex="0" role="region" aria-label="Names by outlet" {
                table class={"mx lbs" (size(story))} {
                    thead { tr { td {} (heads(story)) } }
                    tbody {
                        @for (.., id, by_outlet) in &pool {
                            tr {
                                th scope="row" {
                                    @if listed.contains(id) { a href={"#" (corpus.actor_link(story, id))} { (cap(&clip(&corpus.actor_name(id), 60))) } } @else { (cap(&clip(&corpus.actor_name(id), 60))) }
                                    @if let Some(role) = corpus.actor(id).map(role_of).filter(|role| !role.is_empty()) { span class="role" { (role) } }
                                }
                                @for outlet in &story.outlets {
                                    td {
                                        @match by_outlet.iter().find(|(name, _)| name == outlet) {
                                            Some((_, list)) => { @for one in judging_first(list) { (people::naming(one)) } }
                                            None => span class="dash" { "–" },
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn judging_first(list: &[Naming]) -> Vec<&Naming> {
    let mut sorted: Vec<&Naming> = list.iter().collect();
    sorted.sort_by_key(|n| {
        (n.polarity.is_none(), std::cmp::Reverse(n.count.min(3)), std::cmp::Reverse(n.text.chars().count()))
    });
    sorted.truncate(3);
    sorted
}

fn copies(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let here = |id: &str| corpus.article(id).is_some_and(|i| story.articles.contains(&i));
    let reprints: Vec<&Reprint> = corpus.analysis.reprints.iter().filter(|r| here(&r.to)).collect();
    html! {
        h3 { "Copied from" }
        @if reprints.is_empty() {
            p class="empty" { "No article here copies another. Copied passages would stand here with their origin." }
        } @else { ol class="copies" { @for reprint in reprints { (copy(corpus, reprint)) } } }
    }
}

fn copy(corpus: &Corpus<'_>, reprint: &Reprint) -> Markup {
    let find = |id: &str| corpus.article(id).and_then(|i| corpus.articles.get(i));
    let (Some(from), Some(to)) = (find(&reprint.from), find(&reprint.to)) else { return html! {} };
    let share = percent(reprint.share);
    let known = reprint.direction == ReprintDirection::Known;
    html! {
        li {
            div class="cpy" {
                span class="from" { a href={"#" (from.link)} { (clip(&from.outlet, 60)) } span class="role" { (marks::long_date(from.article)) } }
                svg class="arr" viewBox="0 0 240 26" width="240" height="26" role="img" aria-label={(share) " per cent of the copy"} {
                    rect class="bar0" x=".5" y=".5" width="228" height="25" {}
                    path class="bar1" d={"M.5 13H" (share * 228 / 100)} {}
                    path class="bar2" d={"M" (share * 228 / 100) " .5V25.5"} {}
                    @if known { path class="tip" d="M230 7L239 13L230 19Z" {} }
                    text x="10" y="18" { (share) " %" }
                }
                span class="to" {
                    a href={"#" (to.link)} { (clip(&to.outlet, 60)) }
                    span class="role" {
                        (marks::long_date(to.article)) " · "
                        @if !known { "which came first is not known" }
                        @else if let Some(credit) = &reprint.credit { "credits " (clip(credit, 60)) }
                        @else { "gives no credit" }
                    }
                }
            }
            @if !reprint.why.trim().is_empty() { p class="fine" { (cap(&words::one_line(&reprint.why))) } }
            details class="psg" {
                summary { (cap(&count(reprint.passages.len(), if known { "copied passage" } else { "shared passage" }))) }
                ol {
                    @for passage in reprint.passages.iter().take(PASSAGES) { li { q { (clip(to.text.at(passage.to), 600)) } } }
                    @if reprint.passages.len() > PASSAGES { li class="more" { "and " (count(reprint.passages.len() - PASSAGES, "other")) } }
                }
            }
        }
    }
}
