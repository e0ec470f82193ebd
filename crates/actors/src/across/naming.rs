//! Reads what one mention shows: a name, a description, or a name inside a description.
//!
//! «LUND, Karin» → `karin lund`; «Her spokesman, Nils Arriaga» → `nils arriaga`; «the Saint Olga hospital» → `saint olga hospital`.

use super::record::{Description, Name, Record, content_words};
use crate::entity::clean_name;
use crate::words::{fold, is_body, is_person, is_plural, is_possessive, is_stop, is_title, mask, number, words_of};
use model::EntityType;
use std::collections::BTreeSet;

/// Words of two or three letters in capitals, folded.
fn initials(letters: &[char]) -> BTreeSet<String> {
    let words = words_of(letters).into_iter();
    let is_short = |raw: &str| (2..=3).contains(&raw.chars().count()) && raw.chars().all(char::is_uppercase);
    words.filter(|word| is_short(&word.raw)).map(|word| word.folded).collect()
}

/// Whether a phrase begins with `his` or the like.
fn begins_possessive(letters: Option<&[char]>) -> bool {
    letters.and_then(|l| words_of(l).into_iter().next()).is_some_and(|w| is_possessive(&w.folded))
}

/// «a two-term councilwoman», «the three-time champion»: the number counts something of one person.
fn is_one_of_a_number(letters: &[char], place: &crate::features::Place) -> bool {
    let own = letters.get(place.span.start() as usize..place.span.end() as usize).unwrap_or_default();
    let words = words_of(own);
    let is_several = |word: &str| is_plural(word) || word.ends_with('s') && !word.ends_with("ss");
    let counted = words.windows(2).find(|pair| matches!(pair, [n, _] if number(&n.folded).is_some_and(|n| n > 1)));
    let Some([number, of]) = counted else { return false };
    let after = own.get(number.start + number.raw.chars().count());
    matches!(after, Some('-' | '‐' | '‑')) && !is_several(&of.folded) && !is_several(&place.phrase.head)
}

pub(crate) fn read_mention(record: &mut Record, letters: &[char], place: &crate::features::Place) {
    let phrase = &place.phrase;
    let joins_people = matches!(record.kind, EntityType::Person | EntityType::Group | EntityType::Anonymous);
    if phrase.joint && phrase.name && joins_people {
        return;
    }
    if phrase.mask != mask::ANY && !(phrase.mask == mask::THEY && is_one_of_a_number(letters, place)) {
        *record.pronouns.entry(phrase.mask).or_default() += 1;
    }
    let words: Vec<&String> = phrase.full.iter().collect();
    if phrase.pronoun.is_some() {
        return;
    }
    record.bag.extend(phrase.full.iter().map(|w| singular(&spelling(w))));
    // «the Treasurer», «the Academician»: a person's name has no article
    let is_office = record.kind == EntityType::Person && phrase.definite && phrase.words.len() == 1 && !phrase.joint;
    if !phrase.name || is_office {
        let all: BTreeSet<String> = words.iter().map(|w| spelling(w)).collect();
        record.roles.extend(all.iter().filter(|w| is_office || is_person(w) || is_title(w)).cloned());
        let description = Description {
            head: spelling(&phrase.head),
            words: all,
            initials: initials(letters.get(place.span.start() as usize..place.span.end() as usize).unwrap_or_default()),
            demonstrative: phrase.demonstrative,
            indefinite: phrase.indefinite,
            possessive: begins_possessive(letters.get(place.span.start() as usize..place.span.end() as usize)),
            span: place.span,
        };
        let found = if record.kind == EntityType::Person {
            name_after_description(letters, place)
        } else {
            name_in_description(record, letters, place)
        };
        if let Some(name) = found {
            add_name(record, name);
        }
        if !record.descriptions.iter().any(|d| d.words == description.words) {
            record.descriptions.push(description);
        }
        return;
    }
    if let Some(turned) = turned_name(record, letters, place) {
        add_name(record, turned);
        return;
    }
    let mut of_name: Vec<String> = phrase.run.iter().map(|w| spelling(&fold(w))).collect();
    if phrase.joint {
        // `Reform and Union Party` is one body
        of_name = phrase.words.iter().filter(|w| phrase.content.contains(*w)).map(|w| spelling(w)).collect();
    }
    // `Bank of Spain`: the rest of the name, in the order of the text
    let rest: BTreeSet<&String> = phrase.content.iter().filter(|w| !of_name.contains(&spelling(w))).collect();
    of_name.extend(phrase.words.iter().filter(|w| rest.contains(w)).map(|w| spelling(w)));
    of_name.retain(|w| w != "affairs");
    if of_name.len() > 1 && record.kind != EntityType::Person {
        of_name.retain(|w| !is_legal_form(w));
    }
    let mut addressed = 0;
    while record.kind == EntityType::Person && of_name.len() > 1 && of_name.first().is_some_and(|w| is_address(w)) {
        of_name.remove(0);
        addressed += 1;
    }
    if of_name.len() > 1 && of_name.last().is_some_and(|w| w == "dcj" || w == "qc" || w == "kc" || w == "mp") {
        of_name.pop();
    }
    if of_name.is_empty() {
        return;
    }
    record.roles.extend(words.iter().filter(|w| is_title(w) && !of_name.contains(w)).map(|w| spelling(w)));
    let text = clean_name(letters, place, record.kind);
    let text = if addressed > 0 { text.splitn(addressed + 1, ' ').last().unwrap_or(&text).to_owned() } else { text };
    let text = if text.is_empty() { of_name.join(" ") } else { text };
    add_name(
        record,
        Name {
            words: of_name,
            text,
            count: 1,
            acronym: phrase.acronym.clone(),
            initials: phrase.initials.clone(),
            generic: false,
            weak: place.opens || place.headline,
        },
    );
}

fn add_name(record: &mut Record, name: Name) {
    match record.names.iter_mut().find(|n| n.words == name.words) {
        Some(known) => {
            known.count += 1;
            known.weak &= name.weak;
            // small letters say more than capitals, accents more than none
            let better = |t: &str| (t.chars().any(char::is_lowercase), !t.is_ascii());
            if better(&name.text) > better(&known.text) {
                known.text = name.text;
            }
        }
        None => record.names.push(name),
    }
}

/// `LUND, Karin`: the surname stands first.
fn turned_name(record: &Record, letters: &[char], place: &crate::features::Place) -> Option<Name> {
    if record.kind != EntityType::Person {
        return None;
    }
    let text = crate::entity::slice(letters, place.span);
    let (last, first) = text.split_once(", ")?;
    let is_name =
        |w: &str| w.chars().next().is_some_and(char::is_uppercase) && !is_title(&fold(w)) && !is_stop(&fold(w));
    let first: Vec<&str> = first.split(' ').collect();
    if last.contains(' ') || !is_name(last) || first.is_empty() || first.len() > 3 || !first.iter().all(|w| is_name(w))
    {
        return None;
    }
    let shouted = last.chars().count() > 1 && !last.chars().any(char::is_lowercase);
    let last = if shouted {
        let mut letters = last.chars();
        letters.next().into_iter().chain(letters.flat_map(char::to_lowercase)).collect()
    } else {
        last.to_owned()
    };
    let text = format!("{} {last}", first.join(" "));
    let words: Vec<String> = content_words(&text);
    Some(Name { words, text, count: 1, acronym: String::new(), initials: String::new(), generic: false, weak: false })
}

/// `Her spokesman, Nils Arriaga`; `the head of the institute B. Totev`: the name stands last.
fn name_after_description(letters: &[char], place: &crate::features::Place) -> Option<Name> {
    let start = place.span.start() as usize;
    let phrase = letters.get(start..place.span.end() as usize)?;
    let words = words_of(phrase);
    let mut run = words.iter().rev().take_while(|w| w.is_capital() && !is_stop(&w.folded) && !w.owner).count();
    let mut first = words.len() - run;
    // a run that a preposition opens is a place (`the doctor from Villa Honda`, `the premier of the Lorn Islands`)
    let before = words.iter().take(first).rev().find(|w| w.folded != "the");
    let after_preposition = before.is_some_and(|w| crate::words::is_preposition(&w.folded));
    let comma = words
        .get(first)
        .and_then(|w| phrase.get(..w.start))
        .and_then(|p| p.iter().rev().find(|c| !c.is_whitespace()))
        .copied()
        == Some(',');
    while run > 0
        && words.get(first).is_some_and(|w| {
            is_title(&w.folded) || is_body(&w.folded) || (after_preposition && w.raw.chars().count() > 1)
        })
    {
        first += 1;
        run -= 1;
    }
    if first == 0 || run < 2 && !(comma && run == 1) {
        return None;
    }
    let from = words.get(first)?.start;
    let of_name: Vec<String> = words.iter().skip(first).map(|w| spelling(&w.folded)).collect();
    let text: String = phrase.get(from..)?.iter().collect();
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '“' | '”')).to_owned();
    Some(Name {
        words: of_name,
        text,
        count: 1,
        acronym: String::new(),
        initials: String::new(),
        generic: false,
        weak: false,
    })
}

/// `the Saint Olga hospital`: a body's name whose last word is small.
fn name_in_description(record: &Record, letters: &[char], place: &crate::features::Place) -> Option<Name> {
    if !matches!(record.kind, EntityType::Organisation | EntityType::Channel | EntityType::Document | EntityType::Place)
        || place.headline
    {
        return None;
    }
    let start = place.span.start() as usize;
    let phrase = letters.get(start..place.span.end() as usize)?;
    let words = words_of(phrase);
    let mut of_name = Vec::new();
    let mut capitals = 0;
    for (k, w) in words.iter().enumerate() {
        if crate::words::is_preposition(&w.folded) || w.owner {
            break;
        }
        if is_stop(&w.folded) {
            continue;
        }
        let capital = w.is_capital() && !(k == 0 && place.opens);
        capitals += usize::from(capital && !is_title(&w.folded));
        if !capital && capitals == 0 && !is_body(&w.folded) {
            // small words before the name describe it
            continue;
        }
        of_name.push(spelling(&w.folded));
    }
    if capitals == 0 || of_name.is_empty() {
        return None;
    }
    let text = clean_name(letters, place, record.kind);
    Some(Name {
        words: of_name,
        text,
        count: 1,
        acronym: String::new(),
        initials: String::new(),
        generic: false,
        weak: false,
    })
}

/// `defense` and `defence`, `labor` and `labour` are one word.
pub(crate) fn spelling(word: &str) -> String {
    match word {
        "defense" => "defence".into(),
        "labor" => "labour".into(),
        "organization" => "organisation".into(),
        "center" => "centre".into(),
        "program" => "programme".into(),
        "internal" => "interior".into(),
        w => w.to_owned(),
    }
}

/// Without the s of the plural.
pub(crate) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word.to_owned(),
        },
    }
}

/// Forms of address and ranks that are no part of a name, besides those that coreference knows.
fn is_address(word: &str) -> bool {
    matches!(
        word,
        "cllr"
            | "comrade"
            | "citizen"
            | "nurse"
            | "pc"
            | "dc"
            | "dci"
            | "puan"
            | "datuk"
            | "dato"
            | "encik"
            | "haji"
            | "hajji"
            | "ustad"
            | "sheikh"
            | "shaikh"
            | "maestro"
            | "cde"
            | "hon"
            | "honourable"
            | "honorable"
            | "excellency"
            | "chef"
            | "pastor"
            | "deacon"
            | "abbot"
            | "abbess"
            | "padre"
            | "fray"
            | "fra"
            | "bey"
            | "pasha"
            | "effendi"
            | "shri"
            | "smt"
            | "sri"
            | "mwalimu"
            | "mama"
            | "baba"
            | "tante"
            | "uncle"
            | "aunt"
            | "auntie"
            | "private"
            | "trooper"
            | "engineer"
            | "academician"
            | "deputies"
            | "police"
            | "ex"
            | "then"
            | "self"
            | "proclaimed"
            | "candidate"
            | "presidential"
            | "widow"
            | "wife"
            | "survivor"
            | "striker"
            | "madam"
            | "alhaji"
            | "seri"
            | "dcj"
            | "mgr"
            | "maitre"
            | "papa"
            | "tok"
            | "tun"
            | "tengku"
            | "imam"
            | "goalkeeper"
            | "forward"
            | "midfielder"
            | "defender"
            | "football"
            | "actor"
            | "actress"
            | "singer"
            | "footballer"
    )
}

/// Companies' legal forms, which outlets leave out.
fn is_legal_form(word: &str) -> bool {
    matches!(
        word,
        "inc"
            | "ltd"
            | "llc"
            | "plc"
            | "corp"
            | "corporation"
            | "co"
            | "company"
            | "gmbh"
            | "ag"
            | "sa"
            | "spa"
            | "asa"
            | "as"
            | "ab"
            | "oy"
            | "bv"
            | "nv"
            | "kg"
            | "limited"
            | "incorporated"
            | "sarl"
            | "pty"
    )
}
