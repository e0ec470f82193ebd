//! The headline of a page.
//!
//! In: the parsed page and what its head says. Out: the headline, without the name of the site that many pages put
//! before or behind it.

use crate::html::line;
use crate::html::meta::{is_front, letters, select, string, text_of};
use crate::outlets;
use scraper::{ElementRef, Html, Node};
use serde_json::Value;
use std::collections::BTreeSet;

/// The headline. Where several places name one, they are asked in this order, by the figures of 1,123 pages (EVALUATION):
///
/// 1. a part of the head's `title` that the page shows, where the page has no other data;
/// 2. the heading that the page's data (linked data, then what it shares) repeat, whole or as a part; of an overline and a
///    headline in one heading what the page shares of it;
/// 3. the heading of which linked data give the beginning alone;
/// 4. linked data;
/// 5. the heading that says in other words what the page shares; the only heading;
/// 6. what the page shares; `title` without the site.
///
/// Editors give one article several headlines: which of them is «the» title is a matter of taste in one of six pages.
pub(super) fn of(
    page: &Html,
    linked: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
    site: Option<&str>,
    url: Option<&str>,
) -> Option<String> {
    let domain = url.and_then(outlets::host);
    let without_site = |title: String| strip_site(&title, site, domain.as_deref());
    let headings = headings(page, |words| is_site(words, site, domain.as_deref()), without_site);
    let linked = linked.and_then(|data| string(data, "headline")).map(without_site);
    let shared = meta(&["og:title", "twitter:title", "dc.title", "headline", "parsely-title"]).map(without_site);
    let of_head = select(page, "title").find_map(text_of);
    let told = linked.as_ref().or(shared.as_ref());
    let shown = || of_head.as_deref().filter(|_| told.is_none()).and_then(|whole| shown_part(page, whole));
    shown()
        .or_else(|| repeated(&headings, linked.as_deref(), shared.as_deref(), of_head.as_deref()))
        .or_else(|| uncut(&headings, linked.as_deref()?, of_head.as_deref()))
        .or_else(|| linked.clone())
        .or_else(|| below_overline(&headings, &[shared.as_deref(), of_head.as_deref()]))
        .or_else(|| alike(&headings, shared.as_deref().or(of_head.as_deref())?))
        .or_else(|| headings.first().filter(|only| headings.len() == 1 && only.len() >= TELLING).cloned())
        .or_else(|| shared.clone())
        .or_else(|| headings.first().cloned().filter(|_| headings.len() == 1))
        .or_else(|| of_head.map(without_site))
        .filter(|title| !title.is_empty() && title.chars().count() <= 400)
}

/// Shorter words may stand anywhere.
const TELLING: usize = 12;

/// What stands between a headline and the name of its site.
const SEPARATORS: [&str; 14] =
    [" | ", " - ", " – ", " — ", " : ", " · ", " • ", " » ", " › ", " :: ", " │ ", "|", "│", "｜"];

/// The headings of the first rank, each once, that are not the name of the site: neither its words nor its link.
fn headings(page: &Html, is_site: impl Fn(&str) -> bool, strip: impl Fn(String) -> String) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for heading in select(page, "h1") {
        let words = heading_text(heading).map(&strip);
        let own = words.filter(|words| !is_site(words) && !leads_home(heading, words));
        found.extend(own.filter(|words| !found.iter().any(|known| letters(known) == letters(words))));
    }
    found
}

/// The words of a heading, without the styles and scripts that some pages put into it.
fn heading_text(heading: ElementRef<'_>) -> Option<String> {
    let is_code = |node: ego_tree::NodeRef<'_, Node>| {
        node.value().as_element().is_some_and(|element| matches!(element.name(), "style" | "script" | "noscript"))
    };
    let texts = heading.descendants().filter(|node| !node.parent().is_some_and(is_code));
    let words: Vec<&str> = texts.filter_map(|node| node.value().as_text().map(|text| &**text)).collect();
    // `<span>Mill fire</span>: Two hurt` is read as it is written; blocks in a heading are words of their own.
    line(&words.join(" ")).map(|words| words.replace(" : ", ": "))
}

/// Whether a heading is a link to the front page and nothing else.
fn leads_home(heading: ElementRef<'_>, words: &str) -> bool {
    let inside = heading.descendants().filter_map(ElementRef::wrap);
    let around = heading.ancestors().take(2).filter_map(ElementRef::wrap);
    inside.chain(around).filter(|tag| tag.value().name() == "a").any(|link| {
        let target = link.attr("href").unwrap_or("").split(['?', '#']).next().unwrap_or("");
        let is_home = target == "/" || target.contains("://") && is_front(target) || target.ends_with("/index.html");
        is_home && text_of(link).is_none_or(|text| letters(&text) == letters(words) || words.contains(&text))
    })
}

/// The heading that the page's data repeat.
fn repeated(headings: &[String], linked: Option<&str>, shared: Option<&str>, of_head: Option<&str>) -> Option<String> {
    let told = linked.or(shared).or(of_head)?;
    let whole = letters(told);
    let inside =
        |heading: &&String| heading.len() >= TELLING && whole.contains(&letters(heading)) || letters(heading) == whole;
    // The whole before its beginning before any part, and the longest: others are the name of the site.
    let best = headings.iter().filter(inside).min_by_key(|heading| {
        let words = letters(heading);
        (words != whole, !whole.starts_with(&words), std::cmp::Reverse(words.len()))
    });
    let shared = shared.filter(|shared| shared.len() >= TELLING);
    // «Premier League» over «Liverpool loses»: one heading holds both, and the page shares the headline.
    let Some(best) = best else { return below_overline(headings, &[shared]) };
    if let Some(shared) = shared.filter(|shared| is_end(best, shared)) {
        return Some(shared.to_owned());
    }
    // The heading shows the headline alone, while both places of the data have its overline too.
    let words = letters(best);
    let both = linked.zip(shared).filter(|(linked, shared)| letters(linked) == letters(shared));
    if let Some((linked, _)) = both.filter(|_| words != whole && whole.ends_with(&words)) {
        return Some(linked.to_owned());
    }
    Some(best.clone())
}

/// The heading of which linked data give the beginning alone: `Mill of Hale closes after…`, or cut after so many letters.
fn uncut(headings: &[String], linked: &str, of_head: Option<&str>) -> Option<String> {
    let (begun, title) = (letters(linked), letters(of_head.unwrap_or("")));
    let is_cut = linked.ends_with(['…', '.']);
    let goes_on = |heading: &&String| {
        let words = letters(heading);
        words.len() > begun.len() && words.starts_with(&begun) && (is_cut || title.starts_with(&words))
    };
    headings.iter().filter(|_| begun.len() >= TELLING).find(goes_on).cloned()
}

/// What a page shares, or a part of it, where a heading holds this below an overline.
fn below_overline(headings: &[String], shared: &[Option<&str>]) -> Option<String> {
    let parts = shared.iter().flatten().flat_map(|shared| {
        let heads = SEPARATORS.iter().filter_map(|separator| Some(shared.rsplit_once(separator)?.0.trim()));
        std::iter::once(*shared).chain(heads)
    });
    let mut parts = parts.filter(|part| part.len() >= TELLING);
    parts.find(|part| headings.iter().any(|heading| is_end(heading, part))).map(str::to_owned)
}

/// Whether a heading ends with words that are more than half of it, and not all.
fn is_end(heading: &str, words: &str) -> bool {
    let (whole, end) = (letters(heading), letters(words));
    end.len() < whole.len() && end.len() * 2 > whole.len() && whole.ends_with(&end)
}

/// The heading that says in other words what the page shares: at least a quarter of all their words are in both.
fn alike(headings: &[String], shared: &str) -> Option<String> {
    const QUARTER: usize = 4;
    let words = |text: &str| -> BTreeSet<String> {
        text.split_whitespace().map(letters).filter(|word| word.len() > 1).collect()
    };
    let shared = words(shared);
    let in_both = |heading: &String| words(heading).intersection(&shared).count();
    let best = headings.iter().rev().max_by_key(|heading| in_both(heading))?;
    let all = words(best).union(&shared).count();
    (in_both(best) * QUARTER >= all && all > 0).then(|| best.clone())
}

/// The part of `Clay and Ashes: Mill closes` that the page shows as a heading or in bold letters: the longer one, where it
/// shows both. None where it shows the whole.
fn shown_part(page: &Html, whole: &str) -> Option<String> {
    const JOINTS: [&str; 8] = [": ", " | ", " - ", " – ", " — ", " : ", " » ", " « "];
    let texts: BTreeSet<String> = select(page, "h1, h2, h3, h4, b, strong").filter_map(text_of).collect();
    if texts.contains(whole) {
        return None;
    }
    let cuts = JOINTS.iter().flat_map(|separator| {
        whole.match_indices(separator).flat_map(|(at, _)| [whole.get(..at), whole.get(at + separator.len()..)])
    });
    cuts.flatten()
        .map(str::trim)
        .filter(|part| part.len() >= TELLING && texts.contains(*part))
        .max_by_key(|part| part.len())
        .map(str::to_owned)
}

/// Whether words are the name of the site or its domain.
fn is_site(words: &str, site: Option<&str>, domain: Option<&str>) -> bool {
    let label = domain.and_then(|domain| domain.split('.').next());
    let words = letters(words);
    !words.is_empty() && [site, domain, label].into_iter().flatten().any(|name| letters(name) == words)
}

/// `Mill closes - Dale Post`, `Dale Post | Mill closes`, `Mill closes · dalepost.example` → `Mill closes`.
fn strip_site(title: &str, site: Option<&str>, domain: Option<&str>) -> String {
    let parts = |separator: &'static str| {
        title
            .match_indices(separator)
            .filter_map(move |(at, _)| Some((title.get(..at)?.trim(), title.get(at + separator.len()..)?.trim())))
    };
    let own = SEPARATORS.iter().flat_map(|separator| parts(separator)).find_map(|(head, tail)| {
        let left = if is_site(tail, site, domain) { head } else { tail };
        (!left.is_empty() && (is_site(tail, site, domain) || is_site(head, site, domain))).then_some(left)
    });
    if let Some(own) = own {
        return own.to_owned();
    }
    // Behind a bar stands the site even where the page does not name it elsewhere.
    match title.rsplit_once(" | ") {
        Some((head, tail)) if site.is_none() && tail.split_whitespace().count() <= 4 => head.trim().to_owned(),
        _ => title.to_owned(),
    }
}
