//! The frame round the parts: head of the document with its policy, mast, index of stories, navigation, foot.
//!
//! In: a [`Corpus`]. Out: the whole HTML. The policy allows exactly the one style sheet and the two scripts of this
//! file, by their hashes, and nothing from elsewhere; so no part may use a style attribute or an inline handler.

use crate::corpus::{Corpus, Sleep, StoryView};
use crate::words::{self, cap, clip, count};
use crate::{ReportOptions, articles, board, head, made, marks, outlets, people, positions, statements, timeline};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../assets/report.css");
const SCRIPT: &str = include_str!("../assets/report.js");
/// The one line on what the machine cannot know.
pub(crate) const LIMIT: &str =
    "Tellings compares what these articles say. It cannot know what happened, what was left out, or who is right.";
/// Runs before anything is drawn, so that nothing jumps.
const BOOT: &str = include_str!("../assets/boot.js");
const LOGO: &str = include_str!("../assets/logo.svg");

/// The whole document.
pub(crate) fn page(corpus: &Corpus<'_>, options: &ReportOptions) -> String {
    let single = corpus.stories.len() == 1;
    let title = match corpus.stories.as_slice() {
        [one] => one.title.clone(),
        _ => index_title(corpus),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={"Tellings " (options.version)};
                title { (title) " – Tellings" }
                script { (PreEscaped(BOOT)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href={"#" (first_part(corpus))} { @if single { "Skip to the claims" } @else { "Skip to the stories" } }
                header class="mast" {
                    a class="brand" href="#top" { (PreEscaped(LOGO)) span { "Tellings" } }
                    p { "Who said what, who denies it, and on whose word" }
                    button type="button" class="btn js-only" id="theme" aria-pressed="false" { span class="tl" { "Dark" } }
                }
                @if single { @for story in &corpus.stories { (navigation(story, true)) } }
                main {
                    @if !single { (index(corpus)) }
                    @for story in &corpus.stories { (whole_story(corpus, story, single)) }
                    (made::part(corpus, options))
                }
                footer class="foot" {
                    p { (PreEscaped(LOGO)) " Tellings says what is told and by whom, never what is true." }
                    p class="js-only keys" {
                        kbd { "/" } " search " kbd { "j" } " " kbd { "k" } " next, back " kbd { "↑" } " " kbd { "↓" } " in the claims "
                        kbd { "→" } " " kbd { "←" } " open, close " kbd { "Esc" } " clear"
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}' 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(BOOT),
        hash(SCRIPT)
    )
}

fn first_part(corpus: &Corpus<'_>) -> String {
    match corpus.stories.as_slice() {
        [one] if one.story.is_some() => format!("{}claims", one.prefix),
        [one] => format!("{}says", one.prefix),
        _ => "stories".to_owned(),
    }
}

fn navigation(story: &StoryView<'_>, single: bool) -> Markup {
    let all = [
        ("claims", "Claims"),
        ("says", "Who says what"),
        ("articles", "Articles"),
        ("people", "People"),
        ("timeline", "Timeline"),
        ("outlets", "Outlets"),
        ("positions", "Positions"),
    ];
    let shown =
        all.into_iter().filter(|(id, _)| story.story.is_some() || matches!(*id, "says" | "articles" | "people"));
    let label = if single { "Parts of this report".to_owned() } else { format!("Parts of {}", story.title) };
    html! {
        nav class="bar" aria-label=(label) {
            ul {
                @if !single { li { a href="#top" { "All stories" } } }
                @for (id, name) in shown { li { a href={"#" (story.prefix) (id)} { (name) } } }
                @if single { li { a href="#made" { "How made" } } }
            }
        }
    }
}

fn whole_story(corpus: &Corpus<'_>, story: &StoryView<'_>, single: bool) -> Markup {
    let id = if single { "story".to_owned() } else { story.prefix.trim_end_matches('-').to_owned() };
    let parts = parts(corpus, story, single);
    html! {
        div class="story" id=(id) { @if story.sleep == Sleep::Whole { noscript { (parts) } } @else { (parts) } }
    }
}

fn parts(corpus: &Corpus<'_>, story: &StoryView<'_>, single: bool) -> Markup {
    html! {
            @if !single { (navigation(story, false)) }
            (head::head(corpus, story, single))
            @if story.story.is_some() { (head::lead(corpus, story)) (board::part(corpus, story)) }
            (statements::part(corpus, story))
            (articles::part(corpus, story))
            (people::part(corpus, story))
            @if story.story.is_some() {
                (timeline::part(corpus, story)) (outlets::part(corpus, story)) (positions::part(corpus, story))
            }
    }
}

fn index_title(corpus: &Corpus<'_>) -> String {
    let stories = corpus.stories.iter().filter(|story| story.story.is_some()).count();
    let articles = count(corpus.articles.len(), "article");
    match stories {
        0 => cap(&articles),
        1 => format!("One story in {articles}"),
        n => format!("{} stories in {articles}", cap(&words::small(n))),
    }
}

/// All stories, each with its head line: what is most fought over, in how many articles.
fn index(corpus: &Corpus<'_>) -> Markup {
    html! {
        section class="index" id="top" aria-labelledby="stories" {
            header class="head" {
                div { h1 id="stories" tabindex="-1" { (index_title(corpus)) } }
                div class="stand" {
                    p class="limit" { (LIMIT) }
                }
            }
            ol class="stories" {
                @for story in &corpus.stories {
                    @let (first, last) = head::dates(corpus, story);
                    li {
                        a class="sl" href={"#" (story.prefix.trim_end_matches('-'))} {
                            span class="st" { (clip(&story.title, 140)) }
                        }
                        p class="sm" {
                            @if let Some(span) = words::from_to(first.as_deref(), last.as_deref()) { (span) " · " }
                            (count(story.articles.len(), "article")) " · " (count(story.outlets.len(), "outlet"))
                            @if !story.claims.is_empty() { " · " (count(story.claims.len(), "claim")) ": " (head::verdicts(corpus, story)) }
                        }
                        @if story.story.is_some() {
                            @if let Some(claim) = head::leading(corpus, story) {
                                p class="sc" { (marks::verdict(claim.claim.verdict)) " " a href={"#claim-" (claim.number)} { (clip(&claim.text, 160)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
