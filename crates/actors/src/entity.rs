//! From clusters of mentions to entities: form of each mention, type, best name, role.
//!
//! «Defence Minister Oda Brünn … she … Ms Brünn» → person `Oda Brünn`, role `Defence Minister`.

use crate::features::{Place, Prepared};
use crate::words::{Pronoun, is_abbreviation, is_body, is_definite, is_indefinite, is_person, is_title, words_of};
use model::{Entity, EntityRole, EntityType, Mention, MentionForm, Span};

/// The mentions of one entity.
pub(crate) struct Cluster {
    pub members: Vec<Member>,
}

/// One mention: its place in the prepared list, and how probable each type is.
pub(crate) struct Member {
    pub index: usize,
    pub types: Vec<f32>,
}

/// Entities in the order of their first mentions.
pub(crate) fn entities(letters: &[char], prepared: &Prepared, mut clusters: Vec<Cluster>) -> Vec<Entity> {
    for cluster in &mut clusters {
        cluster.members.sort_by_key(|m| m.index);
    }
    clusters.retain(|c| !c.members.is_empty());
    clusters.sort_by_key(|c| c.members.first().map(|m| m.index));
    clusters
        .iter()
        .enumerate()
        .map(|(n, cluster)| {
            let places: Vec<&Place> = cluster.members.iter().filter_map(|m| prepared.mentions.get(m.index)).collect();
            let kind = kind(cluster, &places);
            Entity {
                id: format!("e{}", n + 1),
                kind,
                name: best_name(letters, &places, kind),
                mentions: places.iter().map(|p| Mention::new(p.span, form(letters, p))).collect(),
                actor: None,
                role: role(letters, &places),
                confidence: None,
                rivals: Vec::new(),
            }
        })
        .collect()
}

/// The words of a span.
pub(crate) fn slice(letters: &[char], span: Span) -> String {
    letters.get(span.start() as usize..span.end() as usize).unwrap_or_default().iter().collect()
}

/// What form a mention has. `her` is a possessive where a noun can follow it.
pub(crate) fn form(letters: &[char], place: &Place) -> MentionForm {
    let Some(class) = place.phrase.pronoun else {
        return if place.phrase.name { MentionForm::Name } else { MentionForm::Description };
    };
    if matches!(class, Pronoun::First | Pronoun::FirstPlural) {
        return MentionForm::FirstPerson;
    }
    possessive_or_pronoun(&slice(letters, place.span), letters, place.span)
}

fn possessive_or_pronoun(word: &str, letters: &[char], span: Span) -> MentionForm {
    match word.to_lowercase().as_str() {
        "his" | "its" | "their" | "your" | "whose" | "hers" | "theirs" | "yours" => MentionForm::Possessive,
        "her" if is_before_noun(letters, span.end() as usize) => MentionForm::Possessive,
        _ => MentionForm::Pronoun,
    }
}

/// Whether the word after a place can be a noun or adjective: it is there, on the same line, and none of the small words that
/// follow an object (`asked her to`, `saw her in`).
fn is_before_noun(letters: &[char], end: usize) -> bool {
    let rest = letters.get(end..).unwrap_or_default();
    let [' ', after @ ..] = rest else { return false };
    let word: String = after.iter().take_while(|c| c.is_alphanumeric() || **c == '-').take(24).collect();
    const AFTER_OBJECTS: &str = " a an the to in on at of by for from with and or but as that if when while before after because so \
        not was is has had would could should will whether why how what who where again there here yesterday today on into out up \
        off over about until since than then all only this these those his its their ";
    !word.is_empty() && !AFTER_OBJECTS.contains(&format!(" {} ", word.to_lowercase()))
}

/// The type that the mentions vote for; names count double, and he or she is a person.
fn kind(cluster: &Cluster, places: &[&Place]) -> EntityType {
    let mut votes = [0.0f32; 8];
    for (member, place) in cluster.members.iter().zip(places) {
        let weight = match (place.phrase.name, place.phrase.pronoun) {
            (true, _) => 2.0,
            (_, None) => 1.5,
            (_, Some(_)) => 0.5,
        };
        for (vote, p) in votes.iter_mut().zip(&member.types) {
            *vote += weight * p;
        }
    }
    let is_person = places.iter().any(|p| matches!(p.phrase.pronoun, Some(Pronoun::He | Pronoun::She)));
    let mut best = (f32::NEG_INFINITY, EntityType::Person);
    for (vote, kind) in votes.iter().zip(EntityType::ALL) {
        let possible = !is_person || matches!(kind, EntityType::Person | EntityType::Anonymous);
        if possible && *vote > best.0 {
            best = (*vote, kind);
        }
    }
    best.1
}

/// A name mention's name: without title, leading article, final `'s`, marks and brackets.
pub(crate) fn clean_name(letters: &[char], place: &Place, kind: EntityType) -> String {
    let from = if kind == EntityType::Person { place.phrase.core_start } else { 0 };
    let mut text: String =
        letters.get(place.span.start() as usize + from..place.span.end() as usize).unwrap_or_default().iter().collect();
    if let Some(bracket) = text.find(['(', '[', ';']).filter(|at| *at > 0) {
        text.truncate(bracket);
    }
    if kind == EntityType::Person
        && let Some(comma) = text.find(',').filter(|at| *at > 0)
    {
        text.truncate(comma);
    }
    let marks =
        |c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '«' | '»' | '„' | '‘' | ',' | ';' | ':' | '(');
    let mut name = text.trim_matches(marks);
    for ending in ["'s", "’s", "'S", "’S", "'", "’"] {
        if let Some(cut) = name.strip_suffix(ending) {
            name = cut;
            break;
        }
    }
    for article in ["the ", "The ", "THE ", "a ", "A ", "an ", "An "] {
        if let Some(cut) = name.strip_prefix(article) {
            name = cut;
            break;
        }
    }
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest clean proper name, the first of equals; without a name the first description, else the first pronoun.
fn best_name(letters: &[char], places: &[&Place], kind: EntityType) -> String {
    let mut best: Option<(i32, String)> = None;
    for place in places.iter().filter(|p| p.phrase.name) {
        let name = clean_name(letters, place, kind);
        let words = i32::try_from(name.split(' ').count()).unwrap_or(99);
        let length = place.phrase.content.len().min(5) as i32;
        let shouted = name.chars().filter(|c| c.is_uppercase()).count() > 7 && !name.chars().any(char::is_lowercase);
        // A run of capitals in a headline is the worst witness; many small words between are a description.
        let score = length * 4
            - (words - length).max(0)
            - i32::from(shouted) * 8
            - i32::from(place.headline) * 3
            - i32::from(place.phrase.joint) * 6;
        if !name.is_empty() && best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, name));
        }
    }
    if let Some((_, name)) = best {
        return name;
    }
    let described = places.iter().find(|p| p.phrase.pronoun.is_none()).or(places.first());
    described.map_or(String::new(), |p| {
        let text = slice(letters, p.span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// Office or description: the title before the name, else the apposition beside a name; a rank or `Dr` alone only where the article
/// tells nothing more.
fn role(letters: &[char], places: &[&Place]) -> Option<EntityRole> {
    let titles = || places.iter().filter(|p| p.phrase.name).filter_map(|p| title_before_name(letters, p));
    let beside = || {
        places.windows(2).find_map(|pair| {
            let [first, second] = pair else { return None };
            let gap = letters.get(first.span.end() as usize..second.span.start() as usize)?;
            let beside = matches!(gap, [',', ' '] | [' '] | [' ', '('] | [' ', '–' | '—' | '-', ' ']);
            let description = match (first.phrase.name, second.phrase.name) {
                (true, false) => second,
                (false, true) => first,
                _ => return None,
            };
            (beside && description.phrase.pronoun.is_none()).then(|| without_article(letters, description.span))?
        })
    };
    titles().find(|role| !is_bare_title(&role.text)).or_else(beside).or_else(|| titles().next())
}

/// `Col.`, `Dr`, `Sen.`, `General`: what stands before a name and says little without it.
pub(crate) fn is_bare_title(role: &str) -> bool {
    const RANKS: [&str; 16] = [
        "colonel",
        "general",
        "captain",
        "lieutenant",
        "sergeant",
        "major",
        "corporal",
        "admiral",
        "commander",
        "marshal",
        "brigadier",
        "doctor",
        "professor",
        "reverend",
        "cpl",
        "adm",
    ];
    let letters: Vec<char> = role.chars().collect();
    let words = words_of(&letters);
    !words.is_empty() && words.iter().all(|w| is_abbreviation(&w.folded) || RANKS.contains(&w.folded.as_str()))
}

/// `Defence Minister` of `Defence Minister Oda Brünn`; forms of address alone are no role.
fn title_before_name(letters: &[char], place: &Place) -> Option<EntityRole> {
    let start = place.span.start() as usize;
    let prefix = Span::of(start, start + place.phrase.core_start)?;
    let words = words_of(letters.get(start..start + place.phrase.core_start)?);
    const ADDRESS: &str = " mr mrs ms miss mx sir dame dr herr frau m mme mlle monsieur madame don dona senor senora signor signora pan pani ";
    let is_address = |w: &str| ADDRESS.contains(&format!(" {w} "));
    let says = words.iter().any(|w| (is_title(&w.folded) || is_person(&w.folded)) && !is_address(&w.folded));
    // `Interior Ministry spokesman` ends otherwise; `Secretary of State` is an office, though a state is a body
    let is_of = words.iter().rev().nth(1).is_some_and(|w| matches!(w.folded.as_str(), "of" | "for"));
    let last_is_owner = words.last().is_some_and(|w| w.owner || (is_body(&w.folded) && !is_of));
    if !says || last_is_owner {
        return None;
    }
    without_article(letters, prefix)
}

/// The span without blanks at its edges and without a leading article.
fn without_article(letters: &[char], span: Span) -> Option<EntityRole> {
    let (mut start, mut end) = (span.start() as usize, span.end() as usize);
    while start < end && letters.get(end - 1).is_some_and(|c| c.is_whitespace() || *c == ',') {
        end -= 1;
    }
    let words = words_of(letters.get(start..end)?);
    if let Some(first) = words.first()
        && (is_definite(&first.folded) || is_indefinite(&first.folded))
        && words.len() > 1
    {
        start += words.get(1).map_or(0, |w| w.start);
    }
    let span = Span::of(start, end)?;
    Some(EntityRole { text: slice(letters, span).split_whitespace().collect::<Vec<_>>().join(" "), span })
}

#[cfg(test)]
mod tests {
    use super::is_bare_title;
    use crate::across::article_for_tests as article;

    #[test]
    fn a_rank_is_a_role_only_where_nothing_better_is_told() {
        let role = |text: &str| article("a", text).entities[0].role.clone().map(|role| role.text);
        assert_eq!(role("{p:d|Col. Rick Dooley} spoke.").as_deref(), Some("Col."));
        assert_eq!(role("{p:d|US Secretary of State Ada Rem} spoke.").as_deref(), Some("US Secretary of State"));
        let text = "{p:d|Col. Rick Dooley} spoke. {p:d|Dooley}, {p:d|a Pentagon spokesman}, left.";
        assert_eq!(role(text).as_deref(), Some("Pentagon spokesman"));
        assert_eq!(role("{p:d|Gen. Ada Rem} met {p:d|Defence Minister Ada Rem}.").as_deref(), Some("Defence Minister"));
        assert!(is_bare_title("Lt. Gen."));
        assert!(!is_bare_title("Attorney General"));
    }
}
