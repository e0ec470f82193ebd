//! «Positions»: who stands against or with whom, as a picture from five actors on, and as a list always.
//!
//! In: positions of the analysis whose evidence lies in the story, and denials on the board. Out: two columns of names
//! with one row an edge, so that labels cannot collide even at fifty; each edge opens its statements.

use crate::claim::counted;
use crate::corpus::{Corpus, StoryView, is_unnamed};
use crate::marks;
use crate::words::{self, cap, clip, count, small};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Edges drawn; the list below has them all.
const DRAWN: usize = 60;
/// Statements listed under an edge.
const LISTED: usize = 12;
const ROW: f32 = 26.0;
const GAP: f32 = 14.0;
const WIDTH: f32 = 1240.0;
/// Where the left names end, where the curve begins, where the right names begin.
const LEFT: f32 = 330.0;
const BEND: f32 = 510.0;
const RIGHT: f32 = 900.0;

struct Edge<'a> {
    from: &'a str,
    verb: String,
    side: &'static str,
    to: &'a str,
    evidence: Vec<usize>,
}

/// The part «Positions».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let edges = edges(corpus, story);
    let actors: BTreeSet<&str> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
    let p = &story.prefix;
    let picture = actors.len() > 4;
    html! {
        section id={(p) "positions"} class="part positions-part" aria-labelledby={(p) "positions-h"} {
            div class="ph" {
                h2 id={(p) "positions-h"} { "Positions" }
                p {
                    @if picture { "Who stands against or with whom, in these articles. Each line opens the statements it was drawn from." }
                    @else { "Who accuses, supports, denies or urges whom." }
                }
            }
            @if edges.is_empty() {
                p class="empty" { "Nobody here takes a position towards somebody else. Who accuses, supports or denies whom would stand here." }
            } @else {
                @if picture { (key(&edges)) (network(corpus, story, &edges, actors.len())) }
                @else { p class="empty" { "Only " (small(actors.len())) " actors take a position here; a picture is drawn from five on." } }
                @if edges.len() > DRAWN { p class="fine" { "The picture shows the " (DRAWN) " positions with most statements; the list has all " (edges.len()) "." } }
                ol class="poslist" { @for (n, edge) in edges.iter().enumerate() { (listed(corpus, story, n + 1, edge)) } }
            }
        }
    }
}

fn edges<'a>(corpus: &Corpus<'a>, story: &StoryView<'a>) -> Vec<Edge<'a>> {
    let here = |i: &usize| corpus.statements.get(*i).is_some_and(|view| story.articles.contains(&view.article));
    let mut found: BTreeMap<(&str, String, &str), (&'static str, Vec<usize>)> = BTreeMap::new();
    for position in &corpus.analysis.positions {
        let evidence: Vec<usize> = position.evidence.iter().filter_map(|r| corpus.find(r)).filter(here).collect();
        if !evidence.is_empty() && position.from != position.to {
            let (verb, side) = words::relation(&position.relation);
            let entry = found.entry((position.from.as_str(), verb, position.to.as_str())).or_insert((side, Vec::new()));
            entry.1.extend(evidence);
        }
    }
    for claim in story.claims.iter().filter_map(|i| corpus.claims.get(*i)) {
        let Some(target) = counted(&claim.asserts).first().and_then(|side| side.actor) else { continue };
        for i in claim.denies.iter().flat_map(|side| &side.statements) {
            let Some(actor) = corpus.who(*i).actor.map(|actor| actor.id.as_str()).filter(|id| *id != target) else {
                continue;
            };
            let (verb, side) = words::relation("deny");
            found.entry((actor, verb, target)).or_insert((side, Vec::new())).1.push(*i);
        }
    }
    let mut out: Vec<Edge<'_>> = found
        .into_iter()
        .map(|((from, verb, to), (side, mut evidence))| {
            evidence.sort_unstable();
            evidence.dedup();
            Edge { from, verb, side, to, evidence }
        })
        .collect();
    out.sort_by_key(|edge| std::cmp::Reverse(edge.evidence.len()));
    out
}

fn key(edges: &[Edge<'_>]) -> Markup {
    let kinds = [
        ("against", "against"),
        ("word", "denies the word of"),
        ("ask", "asks or urges"),
        ("for", "with"),
        ("plain", "other"),
    ];
    html! {
        ul class="nkey" aria-hidden="true" {
            @for (class, text) in kinds.into_iter().filter(|(class, _)| edges.iter().any(|edge| edge.side == *class)) {
                li { svg width="34" height="10" { path class={"ln " (class)} d="M1 5H33" {} } (text) }
            }
        }
    }
}

/// Where each name and each edge stands on one side of the picture.
struct Column<'a> {
    spans: Vec<(&'a str, f32, f32)>,
    ports: BTreeMap<usize, f32>,
    bottom: f32,
}

fn column<'a>(
    order: &[&'a str],
    edges: &[&Edge<'a>],
    top: f32,
    end: impl Fn(&Edge<'a>) -> &'a str,
    by: impl Fn(usize) -> f32,
) -> Column<'a> {
    let mut y = top;
    let (mut spans, mut ports) = (Vec::new(), BTreeMap::new());
    for actor in order {
        let mut mine: Vec<usize> =
            edges.iter().enumerate().filter(|(_, edge)| end(edge) == *actor).map(|(i, _)| i).collect();
        mine.sort_by(|a, b| by(*a).total_cmp(&by(*b)).then(a.cmp(b)));
        let begin = y;
        for i in mine {
            ports.insert(i, y + ROW / 2.0);
            y += ROW;
        }
        spans.push((*actor, begin, y));
        y += GAP;
    }
    Column { spans, ports, bottom: y }
}

/// Orders both sides by the mean place of their partners, so that few lines cross.
fn sides<'a>(edges: &[&Edge<'a>]) -> (Vec<&'a str>, Vec<&'a str>) {
    let unique = |ends: Vec<&'a str>| {
        let mut seen = BTreeSet::new();
        ends.into_iter().filter(|end| seen.insert(*end)).collect::<Vec<&str>>()
    };
    let mut left = unique(edges.iter().map(|edge| edge.from).collect());
    let mut right = unique(edges.iter().map(|edge| edge.to).collect());
    for _ in 0..6 {
        let places: BTreeMap<&str, usize> = left.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        sort_by_mean(&mut right, |id| {
            edges.iter().filter(|e| e.to == id).filter_map(|e| places.get(e.from)).copied().collect()
        });
        let places: BTreeMap<&str, usize> = right.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        sort_by_mean(&mut left, |id| {
            edges.iter().filter(|e| e.from == id).filter_map(|e| places.get(e.to)).copied().collect()
        });
    }
    (left, right)
}

fn sort_by_mean(ids: &mut [&str], partners: impl Fn(&str) -> Vec<usize>) {
    ids.sort_by_cached_key(|id| {
        let places = partners(id);
        // In thousandths, so that the order needs no floating point.
        places.iter().sum::<usize>() * 1000 / places.len().max(1)
    });
}

fn network(corpus: &Corpus<'_>, story: &StoryView<'_>, edges: &[Edge<'_>], actors: usize) -> Markup {
    let drawn: Vec<&Edge<'_>> = edges.iter().take(DRAWN).collect();
    let (left, right) = sides(&drawn);
    let place = |order: &[&str], id: &str| order.iter().position(|other| *other == id).unwrap_or(0) as f32;
    let from =
        column(&left, &drawn, 8.0, |edge| edge.from, |i| drawn.get(i).map_or(0.0, |edge| place(&right, edge.to)));
    let height = |n: usize, names: usize| ROW * n as f32 + GAP * names.saturating_sub(1) as f32;
    let slack = (height(drawn.len(), left.len()) - height(drawn.len(), right.len())).max(0.0);
    let to = column(&right, &drawn, 8.0 + slack / 2.0, |edge| edge.to, |i| from.ports.get(&i).copied().unwrap_or(0.0));
    let total = from.bottom.max(to.bottom);
    let mut order: Vec<usize> = (0..drawn.len()).collect();
    order.sort_by(|a, b| from.ports.get(a).unwrap_or(&0.0).total_cmp(from.ports.get(b).unwrap_or(&0.0)));
    html! {
        div class="tw net" tabindex="0" role="region" aria-label="Network of positions" {
            svg viewBox={"0 0 " (WIDTH) " " (total)} width=(WIDTH) height=(total) role="group" aria-label={"Positions between " (actors) " actors"} {
                @for (id, top, bottom) in &from.spans { (pin(corpus, id, LEFT, *top, *bottom, true)) }
                @for (id, top, bottom) in &to.spans { (pin(corpus, id, RIGHT, *top, *bottom, false)) }
                @for i in order {
                    @if let (Some(edge), Some(y1), Some(y2)) = (drawn.get(i), from.ports.get(&i), to.ports.get(&i)) { (curve(corpus, story, i + 1, edge, *y1, *y2)) }
                }
            }
        }
    }
}

fn pin(corpus: &Corpus<'_>, id: &str, x: f32, top: f32, bottom: f32, left: bool) -> Markup {
    let unnamed = corpus.actor(id).is_some_and(is_unnamed);
    let (anchor, shift) = if left { ("end", -12.0) } else { ("start", 12.0) };
    html! {
        line class="pin" x1=(x) x2=(x) y1=(top + 3.0) y2=(bottom - 3.0) {}
        text class={"pn" @if unnamed { " un" }} text-anchor=(anchor) x=(x + shift) y=(f32::midpoint(top, bottom) + 5.0) { (clip(&cap(&corpus.actor_name(id)), 38)) }
    }
}

fn curve(corpus: &Corpus<'_>, story: &StoryView<'_>, n: usize, edge: &Edge<'_>, y1: f32, y2: f32) -> Markup {
    let mid = f32::midpoint(BEND, RIGHT);
    let many = if edge.evidence.len() > 1 { edge.evidence.len().to_string() } else { String::new() };
    let label = format!(
        "{} {} – {} {} {}: {}",
        edge.verb,
        many,
        cap(&corpus.actor_name(edge.from)),
        edge.verb,
        corpus.actor_name(edge.to),
        count(edge.evidence.len(), "statement")
    );
    html! {
        a class={"ed " (edge.side)} href={"#" (story.prefix) "pos-" (n)} aria-label=(label) {
            path class="hit" d={"M" (LEFT + 6.0) " " (y1) "H" (BEND) "C" (mid) " " (y1) " " (mid) " " (y2) " " (RIGHT - 9.0) " " (y2)} {}
            path class="ln" d={"M" (BEND) " " (y1) "C" (mid) " " (y1) " " (mid) " " (y2) " " (RIGHT - 14.0) " " (y2)} {}
            path class="hd" d={"M" (RIGHT - 15.0) " " (y2 - 4.0) "L" (RIGHT - 6.0) " " (y2) "L" (RIGHT - 15.0) " " (y2 + 4.0) "Z"} {}
            text class="vb" x=(LEFT + 12.0) y=(y1 + 4.5) { (clip(&edge.verb, 24)) " " }
            text class="vc" x=(BEND - 8.0) y=(y1 + 4.5) text-anchor="end" { (many) }
        }
    }
}

fn listed(corpus: &Corpus<'_>, story: &StoryView<'_>, n: usize, edge: &Edge<'_>) -> Markup {
    let (most, length) = if corpus.is_large() { (LISTED / 3, 140) } else { (LISTED, 220) };
    let name = |id: &str| marks::name(&clip(&corpus.actor_name(id), 70), corpus.actor(id).is_some_and(is_unnamed));
    html! {
        li id={(story.prefix) "pos-" (n)} tabindex="-1" {
            details {
                summary {
                    span { (name(edge.from)) " " span class={"vbw " (edge.side)} { (edge.verb) } " " (name(edge.to)) }
                    span class="role" { (count(edge.evidence.len(), "statement")) }
                }
                ul class="said" {
                    @for i in edge.evidence.iter().take(most) { li { (marks::evidence(corpus, *i, length)) } }
                    @if edge.evidence.len() > most { li class="more" { "and " (count(edge.evidence.len() - most, "other")) } }
                }
            }
        }
    }
}
