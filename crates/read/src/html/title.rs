//! The headline of a page.
//!
//! In: the parsed page and what its head says. Out: the headline, without the name of the site that many pages put
//! before or behind it.

use crate::html::meta::{select, string, text_of};
use crate::outlets;
use scraper::Html;
use serde_json::Value;
use std::collections::BTreeSet;

/// The headline: the visible heading where the page's data or head repeat it, else what these say, else a heading that
/// stands alone. Editors give one article several headlines: which of them is «the» title is a matter of taste in one of
/// six pages.
pub(super) fn of(
    page: &Html,
    linked: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
    site: Option<&str>,
    url: Option<&str>,
) -> Option<String> {
    let headings: Vec<String> = select(page, "h1").filter_map(text_of).collect();
    let told = linked
        .and_then(|data| string(data, "headline"))
        .or_else(|| meta(&["og:title", "twitter:title", "dc.title", "headline", "parsely-title"]));
    let of_head = select(page, "title").find_map(text_of);
    let domain = url.and_then(outlets::host);
    let without_site = |title: String| strip_site(&title, site, domain.as_deref());
    // The visible heading is what readers saw; among several, the one that the head repeats.
    let seen = headings.iter().find(|heading| {
        let told = told.as_deref().or(of_head.as_deref()).unwrap_or("");
        heading.len() >= 12 && told.to_lowercase().contains(&heading.to_lowercase())
    });
    let shown = || of_head.as_deref().filter(|_| told.is_none()).and_then(|whole| shown_part(page, whole));
    shown()
        .or_else(|| seen.cloned())
        .or_else(|| told.map(without_site))
        .or_else(|| headings.first().cloned().filter(|_| headings.len() == 1))
        .or_else(|| of_head.map(without_site))
        .filter(|title| !title.is_empty() && title.chars().count() <= 400)
}

/// The part of `Clay and Ashes: Mill closes` that the page shows as a heading or in bold letters: the longer one, where it
/// shows both. None where it shows the whole.
fn shown_part(page: &Html, whole: &str) -> Option<String> {
    const SEPARATORS: [&str; 8] = [": ", " | ", " - ", " – ", " — ", " : ", " » ", " « "];
    /// Shorter parts may stand anywhere.
    const TELLING: usize = 12;
    let texts: BTreeSet<String> = select(page, "h1, h2, h3, h4, b, strong").filter_map(text_of).collect();
    if texts.contains(whole) {
        return None;
    }
    let cuts = SEPARATORS.iter().flat_map(|separator| {
        whole.match_indices(separator).flat_map(|(at, _)| [whole.get(..at), whole.get(at + separator.len()..)])
    });
    cuts.flatten()
        .map(str::trim)
        .filter(|part| part.len() >= TELLING && texts.contains(*part))
        .max_by_key(|part| part.len())
        .map(str::to_owned)
}

/// `Mill closes - Dale Post`, `Mill closes | dalepost.example` → `Mill closes`.
fn strip_site(title: &str, site: Option<&str>, domain: Option<&str>) -> String {
    const SEPARATORS: [&str; 5] = [" | ", " - ", " – ", " — ", " : "];
    let label = domain.and_then(|domain| domain.split('.').next()).unwrap_or("");
    let plain = |words: &str| words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let is_site = |words: &str| {
        let words = plain(words);
        !words.is_empty()
            && (site.is_some_and(|site| plain(site) == words)
                || words == plain(label)
                || domain.is_some_and(|d| plain(d) == words))
    };
    let last =
        SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator)).max_by_key(|(head, _)| head.len());
    match last {
        Some((head, tail)) if is_site(tail) => head.trim().to_owned(),
        // Behind a bar stands the site even where the page does not name it elsewhere.
        Some((head, tail))
            if site.is_none()
                && title.contains(" | ")
                && tail.split_whitespace().count() <= 4
                && title.ends_with(&format!(" | {tail}")) =>
        {
            head.trim().to_owned()
        }
        _ => title.to_owned(),
    }
}
