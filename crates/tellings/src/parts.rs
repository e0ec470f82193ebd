//! Long articles are read in parts, so that memory stays bounded and time stays linear.
//!
//! In: an article, the longest part in code points. Out: its [`Part`]s, each an article of its own with where it begins,
//! and [`join`], which puts what was found in them together under the numbers of the whole. Parts end where a paragraph
//! ends, else a sentence, else a word. A newspaper article is one part and passes through unchanged; what a name in one
//! part says about a pronoun in another is lost, so an article of several parts carries the problem `long-article`.

use model::{Article, Entity, EntityRole, EntityType, MentionForm, Span, Speaker, Statement, Zone};
use std::collections::BTreeMap;

/// A piece of a long article.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The piece as an article, its spans counted from its own start.
    pub article: Article,
    /// Code point of the whole at which it starts.
    pub start: u32,
}

/// Cuts an article into parts of at most `longest` code points, each made when it is asked for.
pub fn split(article: &Article, longest: usize) -> impl Iterator<Item = Part> {
    let mut next = 0_u32;
    pieces(&article.text, longest.max(1)).map(move |text| {
        let start = next;
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        next = start.saturating_add(length);
        Part { article: part_of(article, text, start, length), start }
    })
}

/// Cuts off what comes after `most` code points; whether anything did.
pub fn cut_off(article: &mut Article, most: usize) -> bool {
    let Some((byte, _)) = article.text.char_indices().nth(most) else { return false };
    article.text.truncate(byte);
    article.text.shrink_to_fit();
    let end = u32::try_from(most).unwrap_or(u32::MAX);
    article.zones.retain_mut(|zone| match Span::new(zone.span.start(), zone.span.end().min(end)) {
        Ok(span) => {
            zone.span = span;
            true
        }
        Err(_) => false,
    });
    // A paragraph that was cut no longer reads as its place does.
    article.places.retain(|place| place.span.end() <= end);
    true
}

/// The article with the text of one part and the zones that reach into it.
fn part_of(article: &Article, text: &str, start: u32, length: u32) -> Article {
    let end = start.saturating_add(length);
    let first = article.zones.partition_point(|zone| zone.span.end() <= start);
    let zones = article.zones.iter().skip(first).take_while(|zone| zone.span.start() < end).filter_map(|zone| {
        let span = Span::new(zone.span.start().max(start) - start, zone.span.end().min(end) - start).ok()?;
        Some(Zone { kind: zone.kind, span })
    });
    Article {
        zones: zones.collect(),
        text: text.to_owned(),
        statements: Vec::new(),
        entities: Vec::new(),
        problems: Vec::new(),
        ..without_text(article)
    }
}

/// All that is known about an article but its text and what was found in it.
fn without_text(article: &Article) -> Article {
    Article {
        id: article.id.clone(),
        path: article.path.clone(),
        url: article.url.clone(),
        outlet: article.outlet.clone(),
        agencies: article.agencies.clone(),
        title: article.title.clone(),
        authors: article.authors.clone(),
        published: article.published.clone(),
        modified: article.modified.clone(),
        language: article.language.clone(),
        ..Article::default()
    }
}

/// The text in pieces of at most `longest` code points, cut at the best place in their second half.
fn pieces(text: &str, longest: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().nth(longest).map(|(byte, _)| byte);
        let (piece, after) = match end {
            Some(end) => rest.split_at(best_cut(rest, end)),
            None => (rest, ""),
        };
        rest = after;
        Some(piece)
    })
}

/// The byte at which to cut a text that is longer than `end` bytes: at most `end`, a code-point boundary, not 0.
fn best_cut(text: &str, end: usize) -> usize {
    let head = text.get(..end).unwrap_or(text);
    let half = head.len() / 2;
    ["\n\n", "\n", ". ", " "]
        .iter()
        .find_map(|mark| head.rfind(mark).map(|byte| byte + mark.len()).filter(|cut| *cut > half))
        .unwrap_or(head.len())
}

/// What was found in one part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Statements, spans counted from the part's start.
    pub statements: Vec<Statement>,
    /// Entities, spans counted from the part's start.
    pub entities: Vec<Entity>,
    /// Zones, spans counted from the part's start.
    pub zones: Vec<Zone>,
}

/// Puts together what was found in the parts of an article, each with the start of its part.
///
/// Ids are given anew over the whole. Entities with a name of their own are one entity where name and type are the same.
pub fn join(found: Vec<(u32, Found)>) -> Found {
    let mut whole = Found::default();
    let mut named: BTreeMap<(EntityType, String), usize> = BTreeMap::new();
    for (start, part) in found {
        let mut entity_ids: BTreeMap<String, String> = BTreeMap::new();
        for entity in part.entities {
            let has_name = entity.mentions.iter().any(|mention| mention.form == MentionForm::Name);
            let key = (entity.kind, entity.name.clone());
            let same = if has_name { named.get(&key).copied() } else { None };
            let index = same.unwrap_or(whole.entities.len());
            let old_id = entity.id.clone();
            match whole.entities.get_mut(index) {
                Some(known) => known.mentions.extend(moved(entity, start).mentions),
                None => {
                    let mut entity = moved(entity, start);
                    entity.id = format!("e{}", index + 1);
                    whole.entities.push(entity);
                    if has_name {
                        named.insert(key, index);
                    }
                }
            }
            entity_ids.insert(old_id, format!("e{}", index + 1));
        }
        let before = whole.statements.len();
        let statement_ids: BTreeMap<&str, String> = part
            .statements
            .iter()
            .enumerate()
            .map(|(index, statement)| (statement.id.as_str(), format!("s{}", before + index + 1)))
            .collect();
        for statement in &part.statements {
            whole.statements.push(Statement {
                id: statement_ids.get(statement.id.as_str()).cloned().unwrap_or_default(),
                source: spans_moved(&statement.source, start),
                cue: spans_moved(&statement.cue, start),
                content: spans_moved(&statement.content, start),
                speaker: statement.speaker.as_ref().map(|speaker| renamed(speaker, &entity_ids)),
                addressee: statement.addressee.as_ref().map(|speaker| renamed(speaker, &entity_ids)),
                parent: statement.parent.as_deref().and_then(|parent| statement_ids.get(parent).cloned()),
                ..statement.clone()
            });
        }
        whole.zones.extend(
            part.zones.iter().filter_map(|zone| Some(Zone { kind: zone.kind, span: span_moved(zone.span, start)? })),
        );
    }
    whole.zones = neighbours_joined(whole.zones);
    whole
}

fn span_moved(span: Span, start: u32) -> Option<Span> {
    Span::new(span.start().checked_add(start)?, span.end().checked_add(start)?).ok()
}

fn spans_moved(spans: &[Span], start: u32) -> Vec<Span> {
    spans.iter().filter_map(|span| span_moved(*span, start)).collect()
}

fn moved(mut entity: Entity, start: u32) -> Entity {
    entity.mentions.retain_mut(|mention| match span_moved(mention.span, start) {
        Some(span) => {
            mention.span = span;
            mention.rival = mention.rival.and_then(|rival| span_moved(rival, start));
            true
        }
        None => false,
    });
    entity.role =
        entity.role.and_then(|role| Some(EntityRole { span: span_moved(role.span, start)?, text: role.text }));
    entity
}

fn renamed(speaker: &Speaker, entity_ids: &BTreeMap<String, String>) -> Speaker {
    let entity = speaker.entity.as_ref().and_then(|entity| entity_ids.get(entity).cloned());
    Speaker { entity, ..speaker.clone() }
}

/// Zones that a cut went through are one again.
fn neighbours_joined(zones: Vec<Zone>) -> Vec<Zone> {
    let mut joined: Vec<Zone> = Vec::with_capacity(zones.len());
    for zone in zones {
        match joined.last_mut() {
            Some(last) if last.kind == zone.kind && last.span.end() == zone.span.start() => {
                last.span = Span::new(last.span.start(), zone.span.end()).unwrap_or(last.span);
            }
            _ => joined.push(zone),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Found, cut_off, join, pieces, split};
    use model::{
        Act, Article, Entity, EntityType, Kind, Mention, MentionForm, Span, Speaker, SpeakerBy, Statement, Zone,
        ZoneKind,
    };
    use proptest::prelude::*;

    fn span(start: u32, end: u32) -> Span {
        Span::new(start, end).expect("written in order")
    }

    fn statement(id: &str, parent: Option<&str>) -> Statement {
        Statement {
            id: id.into(),
            source: vec![],
            cue: vec![span(2, 4)],
            content: vec![],
            speaker: Some(Speaker {
                actor: None,
                entity: Some("e1".into()),
                name: "Ines".into(),
                by: SpeakerBy::Name,
                confidence: 1.0,
            }),
            addressee: None,
            act: Act::Assert,
            kind: Kind::Indirect,
            negated: false,
            hedged: false,
            parent: parent.map(str::to_owned),
            zone: ZoneKind::Body,
            confidence: 1.0,
        }
    }

    fn entity(name: &str, form: MentionForm) -> Entity {
        Entity {
            id: "e1".into(),
            kind: EntityType::Person,
            name: name.into(),
            mentions: vec![Mention::new(span(0, 3), form)],
            actor: None,
            role: None,
            confidence: None,
            rivals: Vec::new(),
        }
    }

    #[test]
    fn a_short_article_is_one_part() {
        let article = Article { text: "One.\n\nTwo.".into(), ..Article::default() };
        let parts: Vec<_> = split(&article, 100).collect();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].article, article);
    }

    #[test]
    fn cuts_fall_between_paragraphs_then_sentences_then_words() {
        assert_eq!(pieces("aaa bbb\n\nccc", 10).collect::<Vec<_>>(), ["aaa bbb\n\n", "ccc"]);
        assert_eq!(pieces("He left. She did", 12).collect::<Vec<_>>(), ["He left. ", "She did"]);
        assert_eq!(pieces("abcdef ghij", 9).collect::<Vec<_>>(), ["abcdef ", "ghij"]);
        assert_eq!(pieces("éééééé", 4).collect::<Vec<_>>(), ["éééé", "éé"]);
    }

    #[test]
    fn zones_are_cut_and_joined_again() {
        let zones = vec![Zone { kind: ZoneKind::Caption, span: span(2, 9) }];
        let article = Article { text: "0123456789".into(), zones: zones.clone(), ..Article::default() };
        let parts: Vec<_> = split(&article, 5).collect();
        assert_eq!(parts[1].article.zones, [Zone { kind: ZoneKind::Caption, span: span(0, 4) }]);
        let found = parts.into_iter().map(|part| (part.start, Found { zones: part.article.zones, ..Found::default() }));
        assert_eq!(join(found.collect()).zones, zones);
    }

    #[test]
    fn what_is_cut_off_takes_its_zones_with_it() {
        let zone = |start, end| Zone { kind: ZoneKind::Caption, span: span(start, end) };
        let zones = vec![zone(1, 3), zone(4, 8), zone(8, 10)];
        let mut article = Article { text: "éééééééééé".into(), zones, ..Article::default() };
        assert!(!cut_off(&mut article, 10));
        assert!(cut_off(&mut article, 6));
        assert_eq!((article.text.as_str(), article.zones), ("éééééé", vec![zone(1, 3), zone(4, 6)]));
    }

    #[test]
    fn ids_are_given_over_the_whole_and_names_meet() {
        let part = |name, form| Found {
            statements: vec![statement("s1", None), statement("s2", Some("s1"))],
            entities: vec![entity(name, form)],
            zones: vec![],
        };
        let whole = join(vec![
            (0, part("Ines", MentionForm::Name)),
            (10, part("Ines", MentionForm::Name)),
            (20, part("the pilot", MentionForm::Description)),
            (30, part("the pilot", MentionForm::Description)),
        ]);
        let ids: Vec<&str> = whole.statements.iter().map(|statement| statement.id.as_str()).collect();
        assert_eq!(ids, ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]);
        assert_eq!(whole.statements[3].parent.as_deref(), Some("s3"));
        assert_eq!(whole.statements[3].cue, [span(12, 14)]);
        assert_eq!(whole.entities.len(), 3, "one Ines, two pilots");
        let speaker = |index: usize| whole.statements[index].speaker.as_ref().and_then(|s| s.entity.as_deref());
        assert_eq!((speaker(2), speaker(4), speaker(7)), (Some("e1"), Some("e2"), Some("e3")));
        assert_eq!(whole.entities[0].mentions[1].span, span(10, 13));
    }

    proptest! {
        #[test]
        fn parts_together_are_the_text(text in "\\PC{0,80}|[ab .\n]{0,80}", longest in 1usize..20) {
            let article = Article { text: text.clone(), ..Article::default() };
            let parts: Vec<_> = split(&article, longest).collect();
            let joined: String = parts.iter().map(|part| part.article.text.as_str()).collect();
            prop_assert_eq!(&joined, &text);
            let mut start = 0;
            for part in &parts {
                prop_assert_eq!(part.start as usize, start);
                let length = part.article.text.chars().count();
                prop_assert!(length >= 1 && length <= longest);
                start += length;
            }
        }
    }
}
