//! The people who wrote a page's article.
//!
//! In: the parsed page and what its head says. Out: their names, in the order in which they stand.

use crate::html::line;
use crate::html::meta::{name_of, select, string, text_of};
use crate::{credits, outlets};
use model::Outlet;
use scraper::Html;
use serde_json::Value;

/// The people who wrote the article: by its data, by tags of the head, by what is marked as a byline. The name of the
/// outlet is no author where anybody else is named.
pub(super) fn of(
    page: &Html,
    linked: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Vec<String>,
    outlet: &Outlet,
    url: Option<&str>,
) -> Vec<String> {
    const TAGS: [&str; 13] = [
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "citation_author",
        "dc.contributor",
        "article:author_name",
        "byl",
        "sailthru.author",
        "cxenseparse:author",
        "twitter:misc:written by",
        "twitter:data1",
    ];
    let data: Vec<String> = match linked.and_then(|data| data.get("author").or_else(|| data.get("creator"))) {
        Some(Value::Array(values)) => {
            let person = |value: &Value| string(value, "@type").is_some_and(|kind| kind == "Person");
            let people = values.iter().any(person);
            values.iter().filter(|value| !people || person(value)).filter_map(name_of).collect()
        }
        Some(value) => name_of(value).into_iter().collect(),
        None => Vec::new(),
    };
    let plain =
        |words: &str| words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let host = outlet.domain.clone().or_else(|| url.and_then(outlets::host)).unwrap_or_default();
    let own = [outlet.name.as_deref().unwrap_or(""), &host, host.split('.').next().unwrap_or("")].map(plain);
    let is_own = |name: &String| {
        let name = plain(name);
        own.iter().any(|own| {
            own.len() >= 3 && (name.starts_with(own.as_str()) || own.len() >= 5 && name.contains(own.as_str()))
        })
    };
    let told = std::iter::once(names_in(&data)).chain(TAGS.iter().map(|tag| names_in(&meta(&[tag]))));
    let told: Vec<Vec<String>> = told.filter(|names| !names.is_empty()).collect();
    // `Ines Orr, Dale Post` is one person; `dalepost.example, Hale, Dale` is nobody, with its address.
    let others = |names: &Vec<String>| -> Vec<String> {
        let others: Vec<String> = names.iter().filter(|name| !is_own(name)).cloned().collect();
        let is_place = |name: &String| name.is_ascii() && !name.contains(' ');
        let is_address = names.first().is_some_and(is_own) && others.iter().all(is_place);
        if is_address { Vec::new() } else { others }
    };
    if let Some(names) = told.iter().map(others).find(|names| !names.is_empty()) {
        return names;
    }
    let shown = marked(page, &is_own);
    if shown.is_empty() { told.into_iter().next().unwrap_or_default() } else { shown }
}

/// The names in what a page marks or words as a byline.
fn marked(page: &Html, is_own: &dyn Fn(&String) -> bool) -> Vec<String> {
    const PLACES: [&str; 5] = [
        "article a[rel~=author], main a[rel~=author], a[rel~=author], [itemprop=author] [itemprop=name], [itemprop=author]",
        "article [class*=byline] a, main [class*=byline] a, article [class*=author-name], main [class*=author-name], article [class*=authorName]",
        "[class*=author] a[href*=author], [class*=autor] a, [class*=byline] [class*=author], [class*=author__name], [class*=author-name]",
        "[class=byline], [class=author], [class=autor], [class*=__byline], [class*=article-author], [class*=articleAuthor], [class*=post-author]",
        "[class*=submitted] [class*=username], a[href*='/author/'], a[href*='/authors/'], a[href*='/autor/'], a[href*='/autoren/']",
    ];
    let others = |names: Vec<String>| names.into_iter().filter(|name| !is_own(name)).collect::<Vec<String>>();
    PLACES
        .iter()
        .map(|place| select(page, place).filter_map(text_of).take(8).collect::<Vec<String>>())
        .map(|texts| others(names_in(&texts)))
        .find(|names| !names.is_empty())
        .or_else(|| {
            let lines = select(page, "[class*=byline], [class*=author], [class*=meta]").filter_map(text_of);
            lines.map(|line| others(credits::byline_names(&line))).find(|names| !names.is_empty())
        })
        .or_else(|| {
            // Whatever else is called so in some way holds a name only where it holds nothing else.
            let texts = select(page, "[class*=author i], [class*=autor i]").filter_map(text_of);
            let names = texts.map(|text| others(names_in(&[text])));
            names.into_iter().find(|names| !names.is_empty() && names.iter().all(|name| credits::is_name(name)))
        })
        .or_else(|| labelled(page))
        .unwrap_or_default()
}

/// `<strong>Author</strong> Ines Orr`: a short text that says what the next one is.
fn labelled(page: &Html) -> Option<Vec<String>> {
    const LABELS: [&str; 8] = ["author", "by", "written by", "words by", "autor", "autorin", "autorin/autor", "auteur"];
    let mut texts = page
        .root_element()
        .text()
        .map(str::trim)
        // Scripts and data.
        .filter(|text| !text.is_empty() && text.len() < 100_000);
    while let Some(text) = texts.next() {
        if text.len() <= 16 && LABELS.contains(&text.trim_end_matches(':').to_lowercase().as_str()) {
            let name = texts.next()?;
            if credits::is_name(name) {
                return Some(vec![name.to_owned()]);
            }
        }
    }
    None
}

/// The names in what stands where authors should; addresses, offices and whole sentences stand there too.
fn names_in(texts: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in texts.iter().flat_map(|text| split_names(text)) {
        // `Ines Orr (io)`, `Ines Orr | Dale Post`
        let name = name
            .split(['(', '[', '|', '•', '·', '/'])
            .next()
            .unwrap_or("")
            .trim()
            .trim_end_matches([':', '.', '-', '–'])
            .trim();
        // «Reporter», behind the name.
        let name = name.strip_suffix(" 기자").unwrap_or(name);
        let is_name = !name.contains(['@', '<', '{', '©'])
            && (1..=5).contains(&name.split_whitespace().count())
            && name.chars().count() >= 2
            // `HALE24 Newsroom` is one; `3 March` is none.
            && !name.split(' ').any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            && !is_no_name(name)
            && !is_part_of_sentence(name);
        if is_name && !found.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            found.push(name.to_owned());
        }
    }
    found
}

/// `published every Thursday`: a name of three words begins with a capital letter or `von`, `de`; `Photo: Ines Orr` is the
/// photographer's.
fn is_part_of_sentence(name: &str) -> bool {
    const PHOTO: [&str; 6] = ["foto:", "fotos:", "bild:", "photo:", "photos:", "image:"];
    const CHANNELS: [&str; 6] = ["facebook", "twitter", "instagram", "linkedin", "whatsapp", "youtube"];
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let begins_small =
        name.starts_with(char::is_lowercase) && name.split_whitespace().next().is_some_and(|w| w.len() > 3);
    words.first().is_some_and(|word| PHOTO.contains(&word.as_str()))
        || words.len() >= 3 && begins_small
        || words.len() >= 2 && words.iter().all(|word| CHANNELS.contains(&word.as_str()))
}

/// Words that stand beside bylines.
fn is_no_name(name: &str) -> bool {
    const WORDS: [&str; 25] = [
        "admin",
        "administrator",
        "author",
        "authors",
        "autor",
        "autoren",
        "about",
        "about the author",
        "by",
        "follow",
        "von",
        "par",
        "de",
        "more",
        "posted by",
        "share",
        "staff",
        "view all posts",
        "alle beiträge",
        "read more",
        "profile",
        "email",
        "twitter",
        "contact",
        "team",
    ];
    WORDS.contains(&name.to_lowercase().as_str())
}

/// `By Ines Orr and Bram Penn` → two.
pub(crate) fn split_names(names: &str) -> Vec<String> {
    const LEADS: [&str; 17] = [
        "By ",
        "by ",
        "BY ",
        "Von ",
        "von ",
        "VON ",
        "Par ",
        "par ",
        "Por ",
        "por ",
        "Door ",
        "Av ",
        "Author: ",
        "Written by: ",
        "Written by ",
        "Words by ",
        "Posted by ",
    ];
    const JOINTS: [&str; 9] = [" and ", " und ", " et ", " og ", " och ", " en ", " & ", " with ", " y "];
    let byline = credits::byline_names(names);
    if !byline.is_empty() {
        return byline;
    }
    let names = LEADS.iter().find_map(|lead| names.strip_prefix(lead)).unwrap_or(names);
    let mut parts: Vec<&str> = names.split([',', ';', '|', '،', '、']).collect();
    for joint in JOINTS {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    let lead = |part: &str| LEADS.iter().find_map(|lead| part.trim().strip_prefix(lead)).unwrap_or(part).to_owned();
    parts.into_iter().map(lead).filter_map(|part| line(&part)).collect()
}
