//! Joins other spellings of one name: slips, transliterations, letters that changed places.
//!
//! «Guyador» and «Juan Guaydor», where their articles share other names.

use super::group::Groups;
use super::names::LARGEST_BLOCK;
use super::owner::is_adjective_of;
use super::short::first_record;
use crate::confidence::Step;
use crate::features::{distance, is_turned};
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

/// Slips and other spellings: one or two letters, in articles near each other, the other words alike.
pub(crate) fn join_slips(groups: &mut Groups<'_>) {
    let mut blocks: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all() {
        if groups.kind(group) == EntityType::Anonymous {
            continue;
        }
        for name in &groups.get(group).names {
            let Some(last) = name.last().filter(|w| w.chars().count() >= if name.len() > 1 { 4 } else { 5 }) else {
                continue;
            };
            let letters: Vec<char> = plain(last).chars().collect();
            let head: String = letters.iter().take(2).collect();
            let tail: String = letters.iter().rev().take(3).collect();
            blocks.entry(format!("<{head}{}", name.len())).or_default().insert(first_record(groups, group));
            blocks.entry(format!(">{tail}")).or_default().insert(first_record(groups, group));
            blocks.entry(format!("<{head}")).or_default().insert(first_record(groups, group));
        }
    }
    let mut by_article: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for block in blocks.values() {
        by_article.clear();
        for record in block {
            for article in &groups.get(groups.of(*record)).articles {
                by_article.entry(*article).or_default().push(*record);
            }
        }
        // only groups in articles near each other are compared, so a block costs what its neighbourhoods cost
        for record in block {
            let group = groups.get(groups.of(*record));
            if group.near.len() > LARGEST_BLOCK {
                continue;
            }
            let mut seen = BTreeSet::new();
            // what stands in one article together is told apart by it, but for two letters that changed places once
            let elsewhere = group.near.iter().chain(&group.articles);
            let blocks = elsewhere.filter_map(|a| by_article.get(a)).filter(|block| block.len() <= LARGEST_BLOCK);
            for other in blocks.flatten() {
                if record < other && seen.insert(*other) {
                    pairs.insert((*record, *other));
                }
            }
        }
    }
    for (a, b) in pairs {
        let (a, b) = (groups.of(a), groups.of(b));
        let apart = groups.are_apart(a, b) && !is_turned_once(groups, a, b) && !is_turned_once(groups, b, a);
        if a == b || apart || !groups.can_share_pronoun(a, b) || !groups.are_near(a, b) {
            continue;
        }
        if groups.is_person(a) != groups.is_person(b) {
            continue;
        }
        // words of different number are one only for people: «Vellmark» is not «Hale Velmark»
        let people = groups.is_person(a);
        let slip = groups.get(a).names.iter().find_map(|x| {
            groups
                .get(b)
                .names
                .iter()
                .find(|y| (people || x.len() == y.len()) && is_slip_of(x, y))
                .map(|y| (x.join(" "), y.join(" ")))
        });
        if let Some((x, y)) = slip {
            groups.join(a, b, Step::Slip, format!("“{x}” and “{y}” are spellings of one name"));
        }
    }
}

/// Whether a person's only name stands once, and is another's, who is told of often, with two letters turned: «Guiado» beside «Guaido».
fn is_turned_once(groups: &Groups<'_>, rare: usize, often: usize) -> bool {
    let told = |group: usize| -> u32 {
        let records = groups.get(group).records.iter().filter_map(|r| groups.records.get(*r));
        records.flat_map(|r| &r.names).map(|name| name.count).sum()
    };
    let only = groups.get(rare).names.iter().next().filter(|_| groups.get(rare).names.len() == 1);
    let Some(last) = only.and_then(|name| name.last()).filter(|word| word.chars().count() >= 5) else { return false };
    groups.is_person(rare)
        && told(rare) == 1
        && told(often) >= MANY
        && groups.get(often).names.iter().any(|name| name.last().is_some_and(|other| is_turned(last, other)))
}

/// Somebody named so often is the one meant by a slip.
const MANY: u32 = 3;

/// Without the letters that transliterations differ in.
fn plain(word: &str) -> String {
    let mut out = word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("ou", "u");
    for (from, to) in [("ph", "f"), ("kh", "h"), ("y", "i"), ("w", "v"), ("q", "k"), ("c", "k"), ("z", "s"), ("j", "i")]
    {
        out = out.replace(from, to);
    }
    out
}

/// Same number of words, all equal but one pair, and that pair close.
fn is_slip_of(x: &[String], y: &[String]) -> bool {
    if x.len() != y.len() {
        // «Guyador» and «Juan Guaydor»
        return match (x, y) {
            ([one], [.., last]) | ([.., last], [one]) => {
                one != last && is_slip_of(std::slice::from_ref(one), std::slice::from_ref(last))
            }
            _ => false,
        };
    }
    let mut differ = x.iter().zip(y).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (differ.next(), differ.next()) else { return false };
    let shorter = a.chars().count().min(b.chars().count());
    let other_words_agree = x.len() > 1;
    if shorter < if other_words_agree { 4 } else { 5 } || a.chars().count().max(b.chars().count()) > 40 {
        return false;
    }
    // grammatical endings are no slips: `Veranian` is not `Verania`
    if is_adjective_of(a, b)
        || is_adjective_of(b, a)
        || a.strip_suffix('s') == Some(b)
        || b.strip_suffix('s') == Some(a)
    {
        return other_words_agree && (a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a));
    }
    let limit = if shorter >= 8 { 2 } else { 1 };
    plain(a) == plain(b) || distance(a, b) <= limit || (is_turned(a, b) && a.chars().next() == b.chars().next())
}

#[cfg(test)]
mod tests {
    use super::is_slip_of;

    fn words(s: &str) -> Vec<String> {
        s.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn slips_are_told_from_other_names() {
        let check = |a: &str, b: &str| is_slip_of(&words(a), &words(b));
        assert!(check("guiado", "guaido"));
        assert!(check("oda brunn", "oda bruenn"));
        assert!(check("maudro", "maduro"));
        assert!(check("eliana dukas", "eliana doukas"));
        assert!(!check("tom vell", "tim vell"));
        assert!(!check("verania", "veranian"));
        assert!(!check("oda brunn", "ida brunn"));
        assert!(!check("gil marsh", "nora marsh"));
    }
}
