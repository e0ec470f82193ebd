//! Captions, which extraction drops with their pictures, put back where they stood.

use super::Paragraph;
use model::ZoneKind;
use std::collections::BTreeMap;

/// Puts the captions of a page before the extracted paragraph that follows them on the page. Captions above the first
/// and below the last extracted paragraph belong to other articles, but for one that stands right above the first.
pub(super) fn put_back(extracted: &mut Vec<Paragraph>, page: &[Paragraph]) {
    let places: BTreeMap<&str, usize> =
        extracted.iter().enumerate().rev().map(|(index, (text, _))| (text.as_str(), index)).collect();
    // A paragraph of the page, and how far the reading of the extracted ones has come when it is met.
    let mut waiting: Vec<String> = Vec::new();
    let mut inserts: Vec<(usize, Vec<String>)> = Vec::new();
    let mut begun = false;
    for (text, kind) in page {
        if *kind == Some(ZoneKind::Caption) {
            if !places.contains_key(text.as_str()) && !waiting.contains(text) {
                waiting.push(text.clone());
            }
        } else if let Some(place) = places.get(text.as_str()) {
            if !begun {
                waiting = waiting.pop().into_iter().collect();
            }
            begun = true;
            if !waiting.is_empty() {
                inserts.push((*place, std::mem::take(&mut waiting)));
            }
        } else if !begun {
            waiting.clear();
        }
    }
    inserts.sort_by_key(|(place, _)| *place);
    let mut inserts = inserts.into_iter().peekable();
    let mut merged = Vec::with_capacity(extracted.len());
    for (index, paragraph) in extracted.drain(..).enumerate() {
        while let Some((_, captions)) = inserts.next_if(|(place, _)| *place == index) {
            merged.extend(captions.into_iter().map(|caption| (caption, Some(ZoneKind::Caption))));
        }
        merged.push(paragraph);
    }
    *extracted = merged;
}
