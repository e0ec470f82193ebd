//! The table «Who says what»: every statement of a story, with filters where a script runs.
//!
//! In: the statements of one story, article by article. Out: a table that reads without script; each row carries the
//! numbers that the filters compare, never words from outside.

use crate::corpus::{Corpus, Sleep, StatementView, StoryView};
use crate::marks;
use crate::words::{self, cap, clip};
use maud::{Markup, html};
use model::{Act, Kind};
use std::collections::BTreeMap;

/// Longest words shown in a row, in characters.
const ROW_LENGTH: usize = 300;
/// The same in a report of very many statements; the article has them whole.
const SHORT_ROW_LENGTH: usize = 160;
/// Rows that a sleeping table keeps awake.
const AWAKE_ROWS: usize = 40;

struct Speakers {
    /// Number of a speaker's key, as the filter knows it.
    number: BTreeMap<String, usize>,
    /// Number, name and count, most talkative first.
    options: Vec<(usize, String, usize)>,
}

/// The part «Who says what».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let statements = corpus.statements_of(story);
    let p = &story.prefix;
    let speakers = speakers(corpus, &statements);
    let total = statements.len();
    let awake = if story.sleep == Sleep::Parts { AWAKE_ROWS.min(total) } else { total };
    html! {
        section id={(p) "says"} class="part says-part" aria-labelledby={(p) "says-h"} {
            div class="ph" {
                h2 id={(p) "says-h"} { "Who says what" }
                p {
                    "Every statement, in the order of the articles. " span class="s" { "Who" } " is underlined, "
                    span class="q" { "how" } " set apart. An outlet’s name opens the article at the place."
                }
            }
            @if total == 0 {
                p class="empty" { "No statement was found. Whoever is quoted or reported would stand here, with the words and the place." }
            } @else {
                (filters(corpus, story, &statements, &speakers))
                p class="shown" role="status" aria-live="polite" { (words::grouped(total)) " statement" @if total != 1 { "s" } }
                div class="tw" tabindex="0" role="region" aria-label="Table of statements" {
                    table class="says" {
                        thead { tr {
                            th scope="col" { "Outlet" } th scope="col" { "Who" } th scope="col" { "Says how" }
                            th scope="col" { "The words" } th scope="col" { "Claims" }
                        } }
                        tbody { @for i in statements.iter().take(awake) { (row(corpus, story, &speakers, *i)) } }
                    }
                    @if awake < total {
                        // A second table, since a table takes no other element between its rows; the script joins them.
                        noscript { table class="says" { tbody { @for i in statements.iter().skip(awake) { (row(corpus, story, &speakers, *i)) } } } }
                    }
                }
                p class="empty f-none" hidden { "No statement fits all of these. Take away one of the filters, or press Esc to clear them." }
                p class="js-only moreline" {
                    button type="button" class="btn f-all" aria-expanded="false" data-total=(total) { "Show all " (words::grouped(total)) " statements" }
                }
            }
        }
    }
}

fn speakers(corpus: &Corpus<'_>, statements: &[usize]) -> Speakers {
    let mut counts: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for i in statements {
        let who = corpus.who(*i);
        let name = if who.key == "?" { "Source not named".to_owned() } else { who.name };
        counts.entry(who.key).or_insert((name, 0)).1 += 1;
    }
    let number: BTreeMap<String, usize> = counts.keys().enumerate().map(|(n, key)| (key.clone(), n)).collect();
    let mut options: Vec<(usize, String, usize)> =
        counts.values().enumerate().map(|(n, (name, count))| (n, cap(&clip(name, 60)), *count)).collect();
    options.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(&b.1)));
    Speakers { number, options }
}

fn filters(corpus: &Corpus<'_>, story: &StoryView<'_>, statements: &[usize], speakers: &Speakers) -> Markup {
    let has_act =
        |act: Act| statements.iter().filter_map(|i| corpus.statements.get(*i)).any(|s| s.statement.act == act);
    let who = speakers.options.iter().map(|(n, name, count)| (n.to_string(), format!("{name} ({count})"))).collect();
    let outlets = story.outlets.iter().enumerate().map(|(n, outlet)| (n.to_string(), clip(outlet, 60))).collect();
    let acts = Act::ALL.into_iter().filter(|act| has_act(*act));
    let acts = acts.map(|act| (act.word().to_owned(), words::act(act, false))).collect();
    let kinds = [Kind::Direct, Kind::Mixed, Kind::Indirect];
    let kinds = kinds.map(|kind| (kind_key(kind).to_owned(), words::kind(kind).to_owned())).into();
    let claims = story.claims.iter().filter_map(|i| corpus.claims.get(*i));
    let claims: Vec<(String, String)> =
        claims.map(|c| (c.number.to_string(), format!("{}. {}", c.number, clip(&c.text, 80)))).collect();
    html! {
        form class={"filters js-only" @if claims.is_empty() { " fewer" }} role="search" aria-label="Filter statements" {
            label class="find" {
                span { "Words" }
                input class="f-text" type="search" placeholder="Search in names and words" autocomplete="off";
                kbd aria-hidden="true" { "/" }
            }
            (select("who", "Who", who)) (select("outlet", "Outlet", outlets)) (select("act", "Says how", acts))
            (select("kind", "Quoted", kinds))
            @if !claims.is_empty() { (select("claim", "Claim", claims)) }
            button type="button" class="btn f-clear" { "Clear" }
        }
    }
}

fn select(name: &str, label: &str, options: Vec<(String, String)>) -> Markup {
    html! {
        label {
            span { (label) }
            select data-f=(name) { option value="" { "All" } @for (value, text) in options { option value=(value) { (text) } } }
        }
    }
}

fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "direct",
        Kind::Mixed => "mixed",
        Kind::Indirect => "indirect",
    }
}

fn row(corpus: &Corpus<'_>, story: &StoryView<'_>, speakers: &Speakers, i: usize) -> Markup {
    let Some(view) = corpus.statements.get(i) else { return html! {} };
    let Some(article) = corpus.article_of(view) else { return html! {} };
    let who = corpus.who(i);
    let first = article.statements.first() == Some(&i);
    let statement = view.statement;
    let outlet = story.outlets.iter().position(|outlet| *outlet == article.outlet);
    let claims: Vec<String> =
        view.claims.iter().filter_map(|(c, ..)| corpus.claims.get(*c)).map(|c| c.number.to_string()).collect();
    let flags = flags(corpus, view);
    let length = if corpus.is_large() { SHORT_ROW_LENGTH } else { ROW_LENGTH };
    html! {
        tr id={"row-" (view.link)} class=[first.then_some("first")] data-s=(view.link) data-u=[view.utterance]
            data-who=[speakers.number.get(&who.key)] data-outlet=[outlet] data-act=(statement.act.word())
            data-kind=(kind_key(statement.kind)) data-claim=[(!claims.is_empty()).then(|| claims.join(" "))] {
            td class="o" {
                a href={"#" (view.link)} { (clip(&article.outlet, 60)) }
                @if let Some(date) = marks::short_date(article.article) { span class="role" { (date) } }
            }
            td class="who" { (marks::who(&who)) }
            td class="how" {
                span { (words::act(statement.act, statement.negated)) } span class="kd" { (words::kind(statement.kind)) }
                @if !flags.is_empty() { span class="role" { (flags.join("; ")) } }
            }
            td class="words" { (marks::wording(corpus, i, None, length)) }
            td class="bears" {
                @if view.claims.is_empty() { span class="dash" role="img" aria-label="no claim" { "–" } } @else { (marks::marks(corpus, &view.claims)) }
            }
        }
    }
}

/// What else is to be said of how it was said.
fn flags(corpus: &Corpus<'_>, view: &StatementView<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if view.statement.hedged {
        out.push("reportedly".to_owned());
    }
    if let Some(parent) = view.parent {
        out.push(format!("told by {}", clip(&corpus.who(parent).name, 50)));
    }
    if let Some(addressee) = &view.statement.addressee {
        out.push(format!("to {}", clip(&corpus.named(addressee, "").name, 50)));
    }
    if view.copied {
        out.push("copied".to_owned());
    }
    if view.statement.confidence < crate::corpus::UNSURE_BELOW {
        out.push("not sure that somebody says this".to_owned());
    }
    out
}
