//! The head of a story and its lead: what a stranger reads first.
//!
//! In: one story. Out: title, dates, counts, one line on what cannot be known; then the claim most fought over, as one
//! voice for it and one against it, and one sentence that says on whose word it rests, in how many wordings and
//! outlets, and who denies it. The passages are chosen by a rule, never by what they say.

use crate::claim::{ClaimView, Side, counted};
use crate::corpus::{Corpus, StoryView, Who};
use crate::marks;
use crate::text::words_in;
use crate::words::{self, cap, count, joined, small};
use maud::{Markup, html};
use model::{Kind, OriginKind, Span, Stance, Verdict, ZoneKind};
use std::collections::BTreeSet;

/// Longest passage shown as a pull quote, in characters.
const PULL_LENGTH: usize = 230;

/// Title, dates, counts.
pub(crate) fn head(corpus: &Corpus<'_>, story: &StoryView<'_>, single: bool) -> Markup {
    let statements = corpus.statements_of(story);
    let speakers: BTreeSet<String> = statements.iter().map(|i| corpus.who(*i).key).filter(|key| key != "?").collect();
    let (first, last) = dates(corpus, story);
    let kick = words::from_to(first.as_deref(), last.as_deref()).unwrap_or_else(|| "Dates not told".to_owned());
    let part = |name: &str| format!("#{}{name}", story.prefix);
    let has_board = story.story.is_some();
    let mut facts = vec![("article", story.articles.len(), part("articles"))];
    facts.push(("outlet", story.outlets.len(), part(if has_board { "outlets" } else { "articles" })));
    facts.push(("statement", statements.len(), part("says")));
    facts.push(("speaker", speakers.len(), part("people")));
    if has_board {
        facts.push(("claim", story.claims.len(), part("claims")));
    }
    html! {
        header class="head" id=[single.then_some("top")] {
            div { p class="kick" { (kick) } h1 id={(story.prefix) "title"} { (story.title) } }
            div class="stand" {
                p class="sum" { (summary(corpus, story)) }
                @if single { p class="limit" { (crate::page::LIMIT) } }
                dl class="facts" {
                    @for (word, n, href) in facts {
                        div { dt { (word) @if n != 1 { "s" } } dd { a href=(href) { (words::grouped(n)) } } }
                    }
                }
            }
        }
    }
}

fn summary(corpus: &Corpus<'_>, story: &StoryView<'_>) -> String {
    if story.story.is_none() {
        return "Each of these articles tells of something that no other article here tells. Claims are compared only \
                where two articles tell the same story."
            .to_owned();
    }
    let mut out = if story.claims.is_empty() {
        "No claim was found in these articles.".to_owned()
    } else {
        format!("{}: {}.", cap(&count(story.claims.len(), "claim")), verdicts(corpus, story))
    };
    let copies = story.articles.iter().filter_map(|i| corpus.articles.get(*i)).filter(|a| !a.copied.is_empty()).count();
    match copies {
        0 => {}
        1 => out.push_str(" One article is a copy in part."),
        n => out.push_str(&format!(" {} are copies in part.", cap(&count(n, "article")))),
    }
    out
}

/// `six disputed, one single and one open`.
pub(crate) fn verdicts(corpus: &Corpus<'_>, story: &StoryView<'_>) -> String {
    let of = |verdict: Verdict| {
        story.claims.iter().filter_map(|i| corpus.claims.get(*i)).filter(|c| c.claim.verdict == verdict).count()
    };
    let parts: Vec<String> = words::VERDICTS
        .iter()
        .map(|verdict| (of(*verdict), words::verdict(*verdict)))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", small(n)))
        .collect();
    joined(&parts, 9)
}

/// First and last day of publication.
pub(crate) fn dates(corpus: &Corpus<'_>, story: &StoryView<'_>) -> (Option<String>, Option<String>) {
    let mut days: Vec<&str> = story
        .articles
        .iter()
        .filter_map(|i| corpus.articles.get(*i)?.article.published.as_ref())
        .map(|published| published.value.as_str())
        .collect();
    days.sort_unstable();
    let ends = (days.first().map(|d| (*d).to_owned()), days.last().map(|d| (*d).to_owned()));
    let given = story.story.map(|story| (story.first.clone(), story.last.clone())).unwrap_or_default();
    (ends.0.or(given.0), ends.1.or(given.1))
}

/// The claim that the lead shows: the one most fought over of those that are not doubtful as a whole and have two different people on their
/// two sides, else of all that have. Somebody who both says and denies a thing is more often misread than
/// of two minds, and makes no lead where there is another.
pub(crate) fn leading<'c, 'a>(corpus: &'c Corpus<'a>, story: &StoryView<'a>) -> Option<&'c ClaimView<'a>> {
    let all: Vec<&ClaimView<'_>> = story.claims.iter().filter_map(|i| corpus.claims.get(*i)).collect();
    let disputed = all.iter().filter(|c| c.claim.verdict == Verdict::Disputed && !c.is_unsure());
    let others = |own: &[String], theirs: &[String]| own.iter().any(|actor| !theirs.contains(actor));
    let has_two_sides = |c: &&&ClaimView<'_>| {
        let (yes, no) = (&c.claim.asserted_by, &c.claim.denied_by);
        others(yes, no) && others(no, yes)
    };
    let by_fight =
        |a: &&&ClaimView<'_>, b: &&&ClaimView<'_>| fight(a).total_cmp(&fight(b)).then(b.number.cmp(&a.number));
    let both_told = |c: &&&ClaimView<'_>| !c.denies.is_empty() && !counted(&c.asserts).is_empty();
    let direct = disputed.clone().filter(has_two_sides).filter(both_told).max_by(by_fight);
    let told = || all.iter().filter(|c| c.claim.verdict == Verdict::Disputed).filter(has_two_sides).max_by(by_fight);
    direct.or_else(told).or_else(|| disputed.clone().next()).copied().or_else(|| {
        let wide = all.iter().filter(|c| c.claim.verdict != Verdict::Disputed);
        wide.min_by_key(|c| std::cmp::Reverse((c.outlets.len(), c.evidence.len()))).or_else(|| all.first()).copied()
    })
}

/// How much a claim is fought over: statements on its smaller side, as far as it is sure that they are about it.
fn fight(claim: &ClaimView<'_>) -> f32 {
    let on = |stance: Stance| claim.claim.statements.iter().filter(|statement| statement.stance == stance).count();
    on(Stance::Asserts).min(on(Stance::Denies)) as f32 * claim.claim.confidence
}

/// The first claim as two pull quotes and one sentence of counts.
pub(crate) fn lead(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let Some(claim) = leading(corpus, story) else {
        return html! {
            section class="lead" {
                p class="empty" { "No claim was found. The claim most fought over would stand here, with one voice for it and one against it." }
            }
        };
    };
    let kick = match claim.claim.verdict {
        Verdict::Disputed => "The claim most fought over",
        Verdict::Denied => "Nothing here is disputed by two sides; the claim most denied",
        _ => "Nothing here is disputed; the claim most told",
    };
    let origins = counted(&claim.asserts);
    let asserting = if origins.is_empty() { claim.asserts.iter().collect() } else { origins };
    let left = best(corpus, &asserting, claim, 3.0);
    let denying: Vec<&Side<'_>> = claim.denies.iter().collect();
    let right = best(corpus, &denying, claim, 1.0);
    let rival = claim.contradicts.first().and_then(|i| corpus.claims.get(*i));
    let otherwise = match (right, rival) {
        (None, Some(rival)) => best(corpus, &counted(&rival.asserts), rival, 3.0),
        _ => None,
    };
    let question = if left.is_none() && right.is_none() {
        best(corpus, &claim.questions.iter().collect::<Vec<_>>(), claim, 1.0)
    } else {
        None
    };
    let telling = if asserting.is_empty() { claim.outlets.clone() } else { outlets(story, &asserting) };
    html! {
        section class="lead" aria-labelledby={(story.prefix) "lead-h"} {
            p class="kick" { (kick) }
            h2 id={(story.prefix) "lead-h"} { a href={"#claim-" (claim.number)} { (claim.text) } }
            div class="pulls" {
                @if let Some((side, s)) = left { (pull(corpus, side, s, Stance::Asserts, "says so")) }
                @if let Some((side, s)) = question { (pull(corpus, side, s, Stance::Questions, "questions it")) }
                @if let Some((side, s)) = right { (pull(corpus, side, s, Stance::Denies, "denies it")) }
                @else if let Some((side, s)) = otherwise { (pull(corpus, side, s, Stance::Denies, "says otherwise")) }
            }
            p class="rests" { span { (marks::dots(story, claim, &telling)) } span { (rests(corpus, story, claim)) } }
        }
    }
}

fn outlets(story: &StoryView<'_>, sides: &[&Side<'_>]) -> Vec<String> {
    let told = |outlet: &&String| sides.iter().any(|side| side.outlets.contains(outlet));
    story.outlets.iter().filter(told).cloned().collect()
}

/// One sentence: how many outlets, in how many wordings, on whose word; who denies it.
fn rests(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>) -> Markup {
    let origins = counted(&claim.asserts);
    let telling = outlets(story, &origins);
    let mut statements: Vec<usize> = origins.iter().flat_map(|side| side.statements.iter().copied()).collect();
    statements.sort_unstable();
    statements.dedup();
    let wordings: BTreeSet<String> = statements.iter().map(|i| content(corpus, *i).to_lowercase()).collect();
    let many = if story.outlets.len() > 1 {
        format!(
            "{} of {} {} it",
            cap(&small(telling.len())),
            count(story.outlets.len(), "outlet"),
            if telling.len() == 1 { "reports" } else { "report" }
        )
    } else {
        "It is reported".to_owned()
    };
    let many = if wordings.len() > 1 { format!("{many}, in {} wordings", small(wordings.len())) } else { many };
    let denials = counted(&claim.denies);
    let rivals: Vec<(usize, Vec<String>)> = claim
        .contradicts
        .iter()
        .filter_map(|i| corpus.claims.get(*i))
        .map(|rival| (rival.number, counted(&rival.asserts).iter().map(|side| side_name(side)).collect()))
        .filter(|(_, names): &(usize, Vec<String>)| !names.is_empty())
        .collect();
    html! {
        @match origins.as_slice() {
            [] if claim.voices.is_empty() => { "Nobody quoted here says so on their own word. " }
            [] => { "Outlets say so in their own words; nobody is named for it. " }
            [one] => {
                (many) ", " @if telling.len() > 1 || statements.len() > 1 { "all " } "on the word of " strong { "one" } ": " b { (side_name(one)) }
                @if let [_, ..] = one.others.as_slice() { " (with " (count(one.others.len(), "other")) ", counted as one)" }
                ". "
            }
            several => {
                (many) ", on the word of " strong { (small(several.len())) } ": "
                (names(several.iter().map(|side| side_name(side)).collect(), 4)) ". "
            }
        }
        @match denials.as_slice() {
            [] => {
                @if rivals.is_empty() { "Nobody here denies it." }
                @for (number, names) in rivals.iter().take(2) {
                    (cap(&joined(names, 3))) @if names.len() == 1 { " says " } @else { " say " }
                    a href={"#claim-" (number)} { "otherwise" } ". "
                }
            }
            some => {
                strong { (cap(&small(some.len()))) } @if some.len() == 1 { " denies it: " } @else { " deny it: " }
                (names(some.iter().map(|side| side_name(side)).collect(), 4)) "."
            }
        }
        @if !claim.voices.is_empty() && !origins.is_empty() {
            @let own = own_voice(corpus, claim);
            @if !own.is_empty() { " " (joined(&own, 3)) @if own.len() == 1 { " says so also in its own words." } @else { " say so also in their own words." } }
        }
    }
}

/// Outlets that assert a claim in their own voice.
fn own_voice(corpus: &Corpus<'_>, claim: &ClaimView<'_>) -> Vec<String> {
    let asserting = claim.voices.iter().filter(|(_, _, stance, _)| *stance == Stance::Asserts);
    let mut out: Vec<String> = Vec::new();
    for outlet in asserting.filter_map(|(i, ..)| corpus.articles.get(*i)).map(|article| &article.outlet) {
        if !out.contains(outlet) {
            out.push(outlet.clone());
        }
    }
    out
}

fn names(names: Vec<String>, limit: usize) -> Markup {
    let more = names.len().saturating_sub(limit);
    let shown = names.len() - more;
    html! {
        @for (i, name) in names.iter().take(limit).enumerate() {
            @if i > 0 { @if i + 1 == shown && more == 0 { " and " } @else { ", " } }
            b { (name) }
        }
        @if more > 0 { " and " (small(more)) " more" }
    }
}

/// A side's name inside a sentence.
pub(crate) fn side_name(side: &Side<'_>) -> String {
    let name = words::clip(&side.name, 60);
    if side.kind == OriginKind::Outlet { format!("{name} in its own words") } else { name }
}

fn content(corpus: &Corpus<'_>, statement: usize) -> String {
    let view = corpus.statements.get(statement);
    let article = view.and_then(|view| corpus.article_of(view));
    view.zip(article).map(|(view, article)| article.text.all(&view.statement.content)).unwrap_or_default()
}

/// The passage that tells most in few words: quoted rather than reported, about the claim, of a main origin.
fn best<'s, 'a>(
    corpus: &Corpus<'_>,
    sides: &[&'s Side<'a>],
    claim: &ClaimView<'_>,
    needed: f32,
) -> Option<(&'s Side<'a>, usize)> {
    let index = crate::text::Text::new(&claim.text);
    let whole: Vec<Span> = Span::new(0, index.length()).ok().into_iter().collect();
    let key: BTreeSet<String> = words_in(&index, &whole)
        .into_iter()
        .map(|word| word.lower)
        .filter(|word| word.chars().count() > 3 || word.chars().all(|c| c.is_ascii_digit()))
        .collect();
    let mut best: Option<(f32, &Side<'_>, usize)> = None;
    for (rank, side) in sides.iter().enumerate() {
        for &i in &side.statements {
            let Some(score) = worth(corpus, side, i, &key, needed) else { continue };
            let score = score - rank.min(50) as f32;
            if best.is_none_or(|(top, ..)| score > top) {
                best = Some((score, *side, i));
            }
        }
    }
    best.map(|(_, side, i)| (side, i))
}

fn worth(corpus: &Corpus<'_>, side: &Side<'_>, i: usize, key: &BTreeSet<String>, needed: f32) -> Option<f32> {
    let view = corpus.statements.get(i)?;
    let article = corpus.article_of(view)?;
    let statement = view.statement;
    let first = statement.content.first()?;
    if view.parent.is_some() && statement.kind != Kind::Direct {
        return None;
    }
    let hits = words_in(&article.text, &statement.content).into_iter().map(|word| word.lower);
    let hits = hits.filter(|word| key.contains(word)).collect::<BTreeSet<_>>().len();
    let who = corpus.who(i);
    let mut score = match statement.kind {
        Kind::Direct => 4.0,
        Kind::Mixed => 2.0,
        Kind::Indirect => 0.0,
    };
    score += 1.5 * hits.min(2) as f32;
    score -= if hits == 0 { needed } else { 0.0 };
    score -= if who.name == side.name { 0.0 } else { 2.0 };
    score -= if first.length() < 24 { 3.0 } else { 0.0 };
    score -= if first.length() > 230 { 2.0 } else { 0.0 };
    score -= if article.article.zone_at(first.start()) == ZoneKind::Headline { 2.0 } else { 0.0 };
    score -= if who.unsure.is_some() || statement.confidence < crate::corpus::UNSURE_BELOW { 3.0 } else { 0.0 };
    Some(score)
}

/// A verb of three words at most in the number of who speaks: «Russian officials deny it».
fn agreeing(verb: &str, who: &Who<'_>) -> String {
    let is_many = |name: &str| {
        let last = name.rsplit(' ').next().unwrap_or_default();
        last.starts_with(char::is_lowercase) && last.ends_with('s') && !last.ends_with("ss")
    };
    let is_group = who.actor.is_some_and(|actor| actor.kind == model::EntityType::Group);
    if !is_group && !is_many(&who.name) {
        return verb.to_owned();
    }
    let (first, rest) = verb.split_once(' ').unwrap_or((verb, ""));
    let first = match first {
        "denies" => "deny",
        other => other.strip_suffix('s').unwrap_or(other),
    };
    format!("{first} {rest}")
}

fn pull(corpus: &Corpus<'_>, side: &Side<'_>, i: usize, stance: Stance, verb: &str) -> Markup {
    let Some(view) = corpus.statements.get(i) else { return html! {} };
    let Some(article) = corpus.article_of(view) else { return html! {} };
    let who = corpus.who(i);
    let (_, class) = words::sign(stance);
    let quoted = view.statement.kind == Kind::Direct;
    // Of a quotation that is interrupted only the first piece: what stands between is not theirs. A report stands with
    // its cue: «denied that the bridge was safe» without «denied» would say the opposite.
    let shown = if quoted { view.statement.content.get(..1).unwrap_or_default() } else { &view.statement.content };
    let interrupted = shown.len() < view.statement.content.len();
    let words = if quoted {
        html! { (passage(&article.text.all(shown), interrupted)) }
    } else {
        marks::wording(corpus, i, None, PULL_LENGTH)
    };
    let role = who.actor.map(crate::corpus::role_of).unwrap_or_default();
    let heard = match side.outlets.len() {
        0 | 1 => "told by this outlet alone".to_owned(),
        n => format!("told by {}", count(n, "outlet")),
    };
    html! {
        figure class={"pull " (class)} {
            figcaption { (marks::sign(stance)) span { (speaker(&who)) " " (agreeing(verb, &who)) } }
            blockquote class=[quoted.then_some("qt")] { p { (words) } }
            p class="src" {
                @if role.is_empty() { "In " } @else { (cap(&role)) ", in " }
                a href={"#" (view.link)} { (article.outlet) }
                @if let Some(date) = marks::short_date(article.article) { ", " (date) }
                "; " (heard)
                @if let Some(unsure) = &who.unsure { span class="nsr" { (unsure) } }
            }
        }
    }
}

fn speaker(who: &Who<'_>) -> Markup {
    html! { b class={"nm" @if who.unnamed { " un" }} { (cap(&words::clip(&who.name, 80))) } }
}

/// A quotation in marks of one kind, cut where it is long.
fn passage(text: &str, interrupted: bool) -> String {
    let marks = ['"', '“', '”', '‘', '’', '\'', ' ', '«', '»', '„'];
    let cut = text.chars().count() > PULL_LENGTH;
    let kept = words::clip(text, PULL_LENGTH);
    let kept = if cut { kept.trim_end_matches([' ', '…']) } else { kept.as_str() };
    let kept = kept.trim_matches(marks).trim_end_matches(',');
    if cut || interrupted { format!("“{kept} …”") } else { format!("“{kept}”") }
}
