//! The claim board: each claim as a row that opens to everything it rests on.
//!
//! In: the claims of one story in board order. Out: rows with claim, verdict, on the word of, denied by, a dot for each
//! outlet. What a row opens to is made in [`crate::wordings`]. Claims that one statement alone tells are many in real
//! papers; from the ninth on they stand folded under one line.

use crate::claim::{ClaimView, Side, counted};
use crate::corpus::{Corpus, StoryView};
use crate::marks;
use crate::wordings;
use crate::words::{self, cap, clip, count, small};
use maud::{Markup, html};
use model::{Stance, Verdict};
use std::collections::BTreeSet;

/// Origins named in a row before “and two others”.
const NAMED: usize = 3;
/// Claims told once that stand in the open; the rest is folded.
const OPEN_SINGLES: usize = 8;

/// The part «Claims».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let claims: Vec<&ClaimView<'_>> = story.claims.iter().filter_map(|i| corpus.claims.get(*i)).collect();
    let (main, folded) = split(&claims);
    let p = &story.prefix;
    let used: Vec<Verdict> =
        words::VERDICTS.into_iter().filter(|verdict| claims.iter().any(|c| c.claim.verdict == *verdict)).collect();
    html! {
        section id={(p) "claims"} class="part" aria-labelledby={(p) "claims-h"} {
            div class="ph" {
                h2 id={(p) "claims-h"} { "Claims" }
                p { "Each claim in plain words, on whose word it rests, and who denies it. A row opens to every wording." }
            }
            @if claims.is_empty() {
                p class="empty" { "No claim was found in these articles. Claims would stand here, the disputed ones first, as soon as somebody is quoted or reported as saying something." }
            } @else {
                div class="key" aria-hidden="true" {
                    span { i class="dot on" {} "tells it" }
                    span { i class="dot copy" {} "tells it, copied" }
                    span { i class="dot off" {} "covers the story, silent" }
                }
                div class="bh" aria-hidden="true" {
                    span {} span { "Claim" }
                    span { (marks::sign(Stance::Asserts)) "On the word of" }
                    span { (marks::sign(Stance::Denies)) "Denied by" }
                    span { "Told by" } span {}
                }
                ol class="board" { @for claim in &main { (row(corpus, story, claim)) } }
                @if !folded.is_empty() {
                    details class="fold" id={(p) "told-once"} {
                        summary {
                            span { (cap(&count(folded.len(), "claim"))) " more, each told by one statement in one outlet" }
                            span class="chev" aria-hidden="true" {}
                        }
                        ol class="board" { @for claim in &folded { (row(corpus, story, claim)) } }
                    }
                }
                ul class="legend" {
                    @for verdict in used { li { (marks::verdict(verdict)) " " (words::verdict_means(verdict)) } }
                }
                p class="fine" {
                    "A verdict says where the tellings stand, never what is true. In the wordings, " ins { "dotted words" }
                    " are not in the first telling; " del { "struck words" } " are left out of it."
                }
            }
        }
    }
}

/// Claims in the open and claims that are folded: told once, undisputed, beyond the eighth.
pub(crate) fn split<'c, 'a>(claims: &[&'c ClaimView<'a>]) -> (Vec<&'c ClaimView<'a>>, Vec<&'c ClaimView<'a>>) {
    let once = |claim: &ClaimView<'_>| claim.is_told_once() && claim.claim.verdict != Verdict::Disputed;
    let singles = claims.iter().filter(|claim| once(claim)).count();
    let open = claims.len() - singles;
    let mut room = OPEN_SINGLES.saturating_sub(open);
    if singles <= room + 2 {
        room = singles;
    }
    let (mut main, mut folded) = (Vec::new(), Vec::new());
    for claim in claims {
        if !once(claim) {
            main.push(*claim);
        } else if room > 0 {
            room -= 1;
            main.push(*claim);
        } else {
            folded.push(*claim);
        }
    }
    (main, folded)
}

fn row(corpus: &Corpus<'_>, story: &StoryView<'_>, claim: &ClaimView<'_>) -> Markup {
    let n = claim.number;
    html! {
        li {
            details id={"claim-" (n)} class="claim" {
                summary {
                    span class="cn" aria-hidden="true" { (n) }
                    span class="cx" {
                        span class="vh" { "Claim " (n) ". " }
                        (marks::verdict(claim.claim.verdict))
                        h3 class="ct" { (clip(&claim.text, 240)) }
                        @if let Some(sub) = subline(claim) { span class="sub" { (sub) } }
                        @if claim.is_unsure() { span class="nsr" { "Not sure that these statements are about one claim" } }
                    }
                    span class="cc on" { span class="lab" { (marks::sign(Stance::Asserts)) "On the word of" } (asserted(claim)) }
                    span class="cc no" { span class="lab" { (marks::sign(Stance::Denies)) "Denied by" } (denied(corpus, claim)) }
                    span class="cc tb" { span class="lab" { "Told by" } (marks::dots(story, claim, &claim.outlets)) }
                    span class="chev" aria-hidden="true" {}
                }
                div class="cbody" { (marks::sleeping(story, wordings::body(corpus, story, claim))) }
            }
        }
    }
}

fn subline(claim: &ClaimView<'_>) -> Option<String> {
    let origins = counted(&claim.asserts).len();
    match claim.claim.verdict {
        Verdict::Disputed => None,
        Verdict::Denied => Some("only denials".to_owned()),
        Verdict::Single => Some("one origin, nobody denies it".to_owned()),
        Verdict::Open => Some("only questioned, predicted or hedged".to_owned()),
        Verdict::Agreed => Some(format!("{} origins, nobody denies it", small(origins.max(2)))),
    }
}

fn asserted(claim: &ClaimView<'_>) -> Markup {
    let voices: BTreeSet<usize> = claim.voices.iter().filter(|v| v.2 == Stance::Asserts).map(|v| v.0).collect();
    html! {
        @if !claim.asserts.is_empty() {
            (origins(&claim.asserts))
        } @else if let Some(question) = claim.questions.first() {
            span class="nobody" { "Nobody; only questioned" }
            span class="or" { (marks::name(&clip(&question.name, 64), question.unnamed)) span class="role" { "questions it" } }
        } @else if !voices.is_empty() {
            span class="nobody" { "Nobody is named; told in the outlet’s own words" }
        } @else {
            span class="nobody" { "Nobody" }
        }
    }
}

fn denied(corpus: &Corpus<'_>, claim: &ClaimView<'_>) -> Markup {
    let deniers: BTreeSet<&str> = claim
        .denies
        .iter()
        .flat_map(|side| [side.name.as_str()].into_iter().chain(side.others.iter().map(String::as_str)))
        .collect();
    let rivals: Vec<(usize, Vec<&Side<'_>>)> = claim
        .contradicts
        .iter()
        .filter_map(|i| corpus.claims.get(*i))
        .map(|rival| (rival.number, counted(&rival.asserts)))
        .collect();
    let nobody = claim.denies.is_empty() && rivals.is_empty();
    html! {
        @if !claim.denies.is_empty() { (origins(&claim.denies)) }
        @for (number, sides) in rivals.iter().take(NAMED) {
            @let fresh: Vec<&&Side<'_>> = sides.iter().filter(|side| !deniers.contains(side.name.as_str())).take(2).collect();
            @for side in &fresh {
                span class="or" {
                    (marks::name(&clip(&side.name, 64), side.unnamed)) span class="role" { "says otherwise: claim " (number) }
                }
            }
            @if fresh.is_empty() { span class="or contra" { "contradicted by claim " (number) } }
        }
        @if rivals.len() > NAMED { span class="or contra" { "and by " (count(rivals.len() - NAMED, "other claim")) } }
        @if nobody { span class="nobody" { "Nobody" } }
    }
}

/// The first origins by name, then how many more.
fn origins(sides: &[Side<'_>]) -> Markup {
    let own = counted(sides);
    let shown: Vec<&Side<'_>> = if own.is_empty() { sides.iter().collect() } else { own };
    html! {
        @for side in shown.iter().take(NAMED) {
            span class="or" {
                (marks::name(&clip(&side.name, 64), side.unnamed))
                @if !side.role.is_empty() { span class="role" { (side.role) } }
                @if let Some(with) = marks::counted_with(side) { span class="with" { (with) } }
                @if side.passed_on { span class="with" { "only passed on by others" } }
                @if side.unsure { span class="nsr" { "Not sure" } }
            }
        }
        @if shown.len() > NAMED { span class="or more" { "and " (count(shown.len() - NAMED, "other")) } }
    }
}
