//! «How this was made»: what was read and left out, how it was counted, by which version.
//!
//! In: the whole analysis and the options of the run. Out: the last part of the report.

use crate::ReportOptions;
use crate::corpus::{Corpus, UNSURE_BELOW};
use crate::words::{cap, clip, count, grouped};
use maud::{Markup, html};
use model::{Kind, Problem, ZoneKind};

/// The origin rules of the contract, for readers.
const ORIGIN_RULES: [&str; 10] = [
    "An origin is whoever a claim starts from in these articles: a speaker, a document, an outlet’s own eyes.",
    "One act of speaking is one origin, however many articles tell it, in whatever words.",
    "Two such acts by one speaker are one origin for the claim; the page shows both.",
    "What somebody passes on of another’s words rests on the one who speaks; the other counts only when quoted directly.",
    "A copy, whole or in part, adds none. A text that credits an agency or another outlet rests on it.",
    "Spokespeople, ministries and capitals of one state or body are one origin unless they contradict each other.",
    "Unnamed sources of one article are one origin; across articles they stay apart unless one cites the other.",
    "An outlet’s own words are an origin only for what it reports as seen.",
    "Denials are counted the same way.",
    "Every count opens to the statements that it was counted from.",
];

/// Problems listed by name before the rest is counted.
const LISTED: usize = 200;

/// The part «How this was made».
pub(crate) fn part(corpus: &Corpus<'_>, options: &ReportOptions) -> Markup {
    let words: usize = corpus.articles.iter().map(|view| view.article.text.split_whitespace().count()).sum();
    let unnamed = (0..corpus.statements.len()).filter(|i| corpus.who(*i).key == "?").count();
    let unsure = (0..corpus.statements.len()).filter(|i| corpus.who(*i).unsure.is_some()).count();
    let loose = corpus.statements.iter().flat_map(|view| &view.claims).filter(|(.., c)| *c < UNSURE_BELOW).count();
    let passed_over = corpus
        .articles
        .iter()
        .flat_map(|view| &view.article.zones)
        .filter(|zone| zone.kind == ZoneKind::Boilerplate)
        .count();
    html! {
        section id="made" class="part" aria-labelledby="made-h" {
            div class="ph" { h2 id="made-h" { "How this was made" } p { "What was read, what was counted, and how." } }
            div class="made" {
                dl {
                    (fact("Read", html! { (cap(&count(corpus.articles.len(), "article"))) ", " (grouped(words)) " words; nothing was sent anywhere" }))
                    (fact("Statements", statements(corpus)))
                    (fact("Not sure", html! {
                        @if unnamed + unsure + loose == 0 { "Nothing fell below the line where this page says “Not sure”." }
                        @else {
                            (grouped(unnamed)) " without a speaker who could be told; " (grouped(unsure)) " whose speaker is likely but not sure; "
                            (grouped(loose)) " that may be about another claim. Each is marked “Not sure” or “source not named” at its place."
                        }
                    }))
                    (fact("Passed over", html! { @if passed_over == 0 { "No paragraph" } @else { (cap(&count(passed_over, "paragraph"))) } " that is not the article’s text (share lines, log-in lines), shown in grey" }))
                    (fact("Left out", left_out(corpus, options)))
                    (fact("Version", html! { "Tellings " (options.version) @if let Some(time) = &options.generated { ", run " (time) } }))
                    (fact("Weights", html! { @match options.weights.as_deref().or(corpus.analysis.weights.as_deref()) { Some(id) => (id), None => "not told" } }))
                }
                div { h3 { "What counts as one origin" } ol class="rule" { @for rule in ORIGIN_RULES { li { (rule) } } } }
            }
        }
    }
}

fn fact(name: &str, words: Markup) -> Markup {
    html! { div { dt { (name) } dd { (words) } } }
}

fn statements(corpus: &Corpus<'_>) -> Markup {
    let of = |kind: Kind| corpus.statements.iter().filter(|view| view.statement.kind == kind).count();
    let nested = corpus.statements.iter().filter(|view| view.parent.is_some()).count();
    html! {
        (grouped(corpus.statements.len())) ": " (grouped(of(Kind::Direct))) " quoted, " (grouped(of(Kind::Mixed))) " partly, "
        (grouped(of(Kind::Indirect))) " reported; " (grouped(nested)) " inside another"
    }
}

fn left_out(corpus: &Corpus<'_>, options: &ReportOptions) -> Markup {
    let own: Vec<(String, &Problem)> =
        corpus.analysis.problems.iter().map(|p| (p.path.clone().unwrap_or_default(), p)).collect();
    let inside = corpus.articles.iter().flat_map(|view| {
        view.article.problems.iter().map(|p| (view.article.path.clone().unwrap_or_else(|| view.outlet.clone()), p))
    });
    let all: Vec<(String, &Problem)> = own.into_iter().chain(inside).collect();
    html! {
        @if let Some(n) = options.left_out { (cap(&count(n, "file"))) " or record" @if n != 1 { "s" } " left out. " }
        @if all.is_empty() {
            @if options.left_out.is_none_or(|n| n == 0) { "No article. One that could not be read would be named here with the reason." }
        } @else {
            details class="psg" {
                summary { (cap(&count(all.len(), "note"))) " on what was left out or is doubtful" }
                ul class="problems" {
                    @for (path, problem) in all.iter().take(LISTED) {
                        li { @if !path.is_empty() { b { (path) } " " } (clip(&problem.message, 300)) " " span class="role" { (problem.code) } }
                    }
                    @if all.len() > LISTED { li class="more" { "and " (count(all.len() - LISTED, "other")) } }
                }
            }
        }
    }
}
