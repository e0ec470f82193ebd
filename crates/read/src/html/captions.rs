//! What extraction loses or joins, mended by the page itself: captions, which it drops with their pictures, single
//! paragraphs between two that it kept, and paragraphs that it glued together.

use super::Paragraph;
use model::ZoneKind;
use std::collections::{BTreeMap, BTreeSet};

/// Puts what stands between extracted paragraphs back where it stood on the page: captions, and a paragraph alone in a
/// gap. Captions above the first and below the last extracted paragraph belong to other articles, but for one that stands
/// right above the first, and for a gallery behind the last.
pub(super) fn put_back(extracted: &mut Vec<Paragraph>, page: &[Paragraph]) {
    /// More captions in a row are a gallery.
    const GALLERY: usize = 3;
    /// More paragraphs in one gap are a list of other articles, or a box: with two the figures fall (EVALUATION, Reading).
    const GAP: usize = 1;
    unglue(extracted, page);
    let places: BTreeMap<&str, usize> =
        extracted.iter().enumerate().rev().map(|(index, (text, _))| (text.as_str(), index)).collect();
    // A paragraph of the page, and how far the reading of the extracted ones has come when it is met.
    let mut waiting: Vec<Paragraph> = Vec::new();
    let mut inserts: Vec<(usize, Vec<Paragraph>)> = Vec::new();
    let mut begun = false;
    let mut gallery: Vec<Paragraph> = Vec::new();
    let mut is_gallery = false;
    for (text, kind) in page {
        if *kind == Some(ZoneKind::Caption) {
            if !places.contains_key(text.as_str()) && !waiting.iter().any(|(known, _)| known == text) {
                waiting.push((text.clone(), *kind));
                if is_gallery {
                    gallery.push((text.clone(), *kind));
                }
            }
        } else if let Some(place) = places.get(text.as_str()) {
            if !begun {
                waiting = waiting.pop().into_iter().collect();
            }
            begun = true;
            if waiting.iter().filter(|(_, kind)| kind.is_none()).count() > GAP {
                waiting.retain(|(_, kind)| kind.is_some());
            }
            if !waiting.is_empty() {
                inserts.push((*place, std::mem::take(&mut waiting)));
            }
            gallery.clear();
            is_gallery = true;
        } else if !begun {
            waiting.clear();
        } else {
            // Between pictures stand numbers and buttons; a heading begins something else.
            is_gallery = is_gallery && !text.contains(' ');
            if kind.is_none() && is_sentence(text) && !waiting.iter().any(|(known, _)| known == text) {
                waiting.push((text.clone(), None));
            }
        }
    }
    inserts.sort_by_key(|(place, _)| *place);
    let mut inserts = inserts.into_iter().peekable();
    let mut merged = Vec::with_capacity(extracted.len());
    for (index, paragraph) in extracted.drain(..).enumerate() {
        while let Some((_, found)) = inserts.next_if(|(place, _)| *place == index) {
            merged.extend(found);
        }
        merged.push(paragraph);
    }
    if gallery.len() >= GALLERY {
        merged.append(&mut gallery);
    }
    *extracted = merged;
}

/// Whether a paragraph is long and ends as sentences do.
fn is_sentence(text: &str) -> bool {
    const LONG: usize = 100;
    text.chars().count() >= LONG && text.ends_with(['.', '!', '?', '”', '"'])
}

/// Takes apart what are several paragraphs of the page, one behind the other: `School hall fallsBy Ines Orr`.
fn unglue(extracted: &mut Vec<Paragraph>, page: &[Paragraph]) {
    /// With more the page is read otherwise altogether; the search costs time.
    const MOST: usize = 60;
    let known: BTreeSet<&str> = page.iter().map(|(text, _)| text.as_str()).collect();
    if extracted.iter().filter(|(text, _)| !known.contains(text.as_str())).count() > MOST {
        return;
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let parts: Vec<String> = page.iter().map(|(text, _)| letters(text)).collect();
    let mut apart = Vec::with_capacity(extracted.len());
    for (text, kind) in extracted.drain(..) {
        let found = if known.contains(text.as_str()) { None } else { parts_of(&letters(&text), &parts) };
        match found.and_then(|range| page.get(range)) {
            Some(several) if several.len() > 1 => {
                apart.extend(several.iter().map(|(text, own)| (text.clone(), own.or(kind))));
            }
            _ => apart.push((text, kind)),
        }
    }
    *extracted = apart;
}

/// The parts, one behind the other, of which a text is made.
fn parts_of(text: &str, parts: &[String]) -> Option<std::ops::Range<usize>> {
    for (first, part) in parts.iter().enumerate() {
        let mut rest = if part.is_empty() { None } else { text.strip_prefix(part.as_str()) };
        let mut next = first + 1;
        while let Some(left) = rest {
            if left.is_empty() {
                return Some(first..next);
            }
            rest = parts.get(next).and_then(|part| left.strip_prefix(part.as_str()));
            next += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::put_back;
    use model::ZoneKind::{self, Caption};

    fn check(extracted: &[&str], page: &[(&str, Option<ZoneKind>)], wanted: &[&str]) {
        let mut found = extracted.iter().map(|text| ((*text).to_owned(), None)).collect();
        let page: Vec<_> = page.iter().map(|(text, kind)| ((*text).to_owned(), *kind)).collect();
        put_back(&mut found, &page);
        assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn glued_paragraphs_are_taken_apart() {
        check(
            &["Mill closesBy Ines Orr", "It rained."],
            &[("Menu", None), ("Mill closes", None), ("By Ines Orr", None), ("It rained.", None)],
            &["Mill closes", "By Ines Orr", "It rained."],
        );
    }

    #[test]
    fn one_paragraph_in_a_gap_is_put_back_and_a_list_is_not() {
        let long =
            "The mill of Hale had stood for ninety years, and its wheel had turned in all of them but one, it is said.";
        check(&["One.", "Two."], &[("One.", None), (long, None), ("Two.", None)], &["One.", long, "Two."]);
        let other = long.replace("Hale", "Dale");
        check(&["One.", "Two."], &[("One.", None), (long, None), (&other, None), ("Two.", None)], &["One.", "Two."]);
    }

    #[test]
    fn a_gallery_behind_the_text_is_kept_and_later_pictures_are_not() {
        let captions = ["Smoke.", "The gate.", "A brick."].map(|text| (text, Some(Caption)));
        let page = [&[("One.", None)], &captions[..], &[("More pictures", None), ("A swan.", Some(Caption))]].concat();
        check(&["One."], &page, &["One.", "Smoke.", "The gate.", "A brick."]);
        check(&["One."], &page[..3], &["One."]);
    }
}
