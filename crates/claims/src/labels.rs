//! Labels: what an outlet calls an actor beside its name.
//!
//! «the self-styled president», of Okafor in The Calder Post  →  label `self-styled president`, own voice, disparaging.
//!
//! In: description mentions of people, bodies and groups. Out: one [`Label`] for each actor, outlet and wording. Own and quoted words are
//! kept apart. Plain pointers («the man», «the group») say nothing and are left out.

use crate::corpus::Corpus;
use crate::words::{is_common, words};
use model::{ArticleSpan, EntityType, Label, LabelVoice, MentionForm, Polarity, ZoneKind};
use std::collections::BTreeMap;

/// Descriptions made of nothing but these say nothing.
const PLAIN: &[&str] = &[
    "a", "an", "both", "former", "group", "her", "his", "its", "man", "men", "mr", "mrs", "ms", "one", "others",
    "people", "person", "some", "that", "the", "their", "these", "they", "this", "those", "two", "who", "woman",
    "women",
];
/// Words that praise or disparage whoever they stand beside, in any affair.
const DISPARAGING: &[&str] = &[
    "alleged",
    "corrupt",
    "crook",
    "despot",
    "dictator",
    "disgraced",
    "embattled",
    "extremist",
    "fake",
    "fraudster",
    "illegitimate",
    "puppet",
    "radical",
    "regime",
    "self-appointed",
    "self-declared",
    "self-proclaimed",
    "self-styled",
    "so-called",
    "strongman",
    "terrorist",
    "thug",
    "traitor",
    "tyrant",
    "usurper",
];
const PRAISING: &[&str] = &[
    "acclaimed",
    "beloved",
    "brave",
    "champion",
    "celebrated",
    "distinguished",
    "hero",
    "heroic",
    "legend",
    "legendary",
    "legitimate",
    "martyr",
    "renowned",
    "respected",
];
/// Words of a description; longer ones are clauses.
const MOST_WORDS: usize = 8;

/// All labels, by actor, outlet and wording.
pub(crate) fn labels(corpus: &Corpus<'_>) -> Vec<Label> {
    let mut found: BTreeMap<(&str, &str, String, bool), Vec<ArticleSpan>> = BTreeMap::new();
    for prepared in &corpus.articles {
        let states = text::quotation_states(&prepared.article.text);
        for entity in &prepared.article.entities {
            let Some(actor) = entity.actor.as_deref() else { continue };
            if matches!(entity.kind, EntityType::Anonymous | EntityType::Document | EntityType::Place) {
                continue;
            }
            for mention in entity.mentions.iter().filter(|mention| mention.form == MentionForm::Description) {
                let zone = prepared.article.zone_at(mention.span.start());
                let Some(label) = label_of(prepared.places.slice(mention.span)) else { continue };
                if matches!(zone, ZoneKind::Boilerplate | ZoneKind::Credit) {
                    continue;
                }
                let is_quoted = states.get(mention.span.start() as usize).is_some_and(|state| *state == 1);
                let key = (actor, prepared.outlet.as_str(), label, is_quoted);
                let place = ArticleSpan { article: prepared.article.id.clone(), span: mention.span };
                found.entry(key).or_default().push(place);
            }
        }
    }
    let label = |((actor, outlet, text, is_quoted), evidence): ((&str, &str, String, bool), Vec<ArticleSpan>)| Label {
        actor: actor.to_owned(),
        outlet: outlet.to_owned(),
        polarity: polarity_of(&text),
        voice: if is_quoted { LabelVoice::Quoted } else { LabelVoice::Own },
        count: evidence.len() as u32,
        text,
        evidence,
    };
    found.into_iter().map(label).collect()
}

/// The description without its article, in lower case at the start; `None` where it says nothing.
fn label_of(mention: &str) -> Option<String> {
    let folded = mention.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = folded.as_str();
    for opening in ["the ", "a ", "an ", "his ", "her ", "its ", "their "] {
        if let Some(start) = text.get(..opening.len()).filter(|start| start.eq_ignore_ascii_case(opening)) {
            text = text.get(start.len()..)?;
            break;
        }
    }
    // A word in lower case that is more than a pointer; without one it is a name («Environment Agency»).
    let says_something = text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| {
        word.chars().count() > 2
            && word.starts_with(char::is_lowercase)
            && PLAIN.binary_search(&word).is_err()
            && !is_common(word)
    });
    (says_something && words(text, 0).len() <= MOST_WORDS).then(|| text.to_owned())
}

fn polarity_of(label: &str) -> Option<Polarity> {
    let lower = label.to_lowercase();
    let has = |list: &[&str]| lower.split(|c: char| c.is_whitespace() || c == ',').any(|word| list.contains(&word));
    if has(DISPARAGING) {
        Some(Polarity::Disparages)
    } else if has(PRAISING) {
        Some(Polarity::Praises)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, label_of, polarity_of};
    use model::Polarity;

    #[test]
    fn a_plain_pointer_is_no_label() {
        assert!(PLAIN.is_sorted());
        assert_eq!(label_of("the two men"), None);
        assert_eq!(label_of("the Harbour Agency"), None);
        assert_eq!(label_of("the self-styled president").as_deref(), Some("self-styled president"));
    }

    #[test]
    fn words_that_disparage_are_told_from_plain_titles() {
        assert_eq!(polarity_of("self-styled president"), Some(Polarity::Disparages));
        assert_eq!(polarity_of("hero of Lorca"), Some(Polarity::Praises));
        assert_eq!(polarity_of("president"), None);
    }
}
