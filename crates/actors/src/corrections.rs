//! What a user corrects by hand: merge, split, rename, whose mention it is, what is no statement.
//!
//! In: JSON Lines, one correction each, and what [`crate::across`] found. Out: the same, corrected, and a problem for each
//! correction that no longer fits; none is dropped in silence.
//!
//! ```json
//! {"do": "merge", "actors": ["p:karin-lund", "p:lund"]}
//! {"do": "split", "actor": "p:karin-lund", "articles": ["a3f1c2d4e5f60718"]}
//! {"do": "rename", "actor": "p:lund", "name": "Karin Lund"}
//! {"do": "mention", "article": "a3f1c2d4e5f60718", "span": [120, 128], "actor": "p:karin-lund"}
//! {"do": "not-a-statement", "article": "a3f1c2d4e5f60718", "statement": "s7"}
//! ```
//!
//! They are applied between actors and claims, so that claims rest on what the user says.

use model::{Actor, Alias, Article, Problem, Span, Speaker, SpeakerBy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Correction {
    /// These actors are one; the first stays.
    Merge {
        /// Actor ids.
        actors: Vec<String>,
    },
    /// In these articles the actor is somebody else.
    Split {
        /// Actor id.
        actor: String,
        /// Article ids.
        articles: Vec<String>,
    },
    /// The actor's name.
    Rename {
        /// Actor id.
        actor: String,
        /// Its name.
        name: String,
    },
    /// Whoever the entity with this mention is taken for, it is this actor.
    Mention {
        /// Article id.
        article: String,
        /// The mention's place.
        span: Span,
        /// Actor id.
        actor: String,
    },
    /// These words are no statement.
    NotAStatement {
        /// Article id.
        article: String,
        /// Statement id.
        statement: String,
    },
}

/// Reads corrections; lines that cannot be read are named.
pub fn corrections(lines: &str) -> (Vec<Correction>, Vec<Problem>) {
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (n, line) in lines.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(correction) => out.push(correction),
            Err(error) => problems.push(problem(format!("line {} of the corrections cannot be read: {error}", n + 1))),
        }
    }
    (out, problems)
}

fn problem(message: String) -> Problem {
    Problem { code: "correction".into(), message, path: None }
}

/// Applies corrections in their order; what no longer fits is named.
pub fn correct(articles: &mut [Article], actors: &mut Vec<Actor>, corrections: &[Correction]) -> Vec<Problem> {
    let mut problems = Vec::new();
    // ids that earlier corrections merged away still lead to where they went
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for correction in corrections {
        if let Err(message) = apply(articles, actors, &mut moved, correction) {
            problems.push(problem(message));
        }
    }
    actors.sort_by(|a, b| a.id.cmp(&b.id));
    problems
}

fn apply(
    articles: &mut [Article],
    actors: &mut Vec<Actor>,
    moved: &mut BTreeMap<String, String>,
    correction: &Correction,
) -> Result<(), String> {
    let now = |id: &str, moved: &BTreeMap<String, String>| moved.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let place = |id: &str, actors: &[Actor]| {
        actors
            .iter()
            .position(|a| a.id == id)
            .ok_or_else(|| format!("the correction names the actor {id}, which is not found any more"))
    };
    match correction {
        Correction::Merge { actors: ids } => {
            let [first, rest @ ..] = ids.as_slice() else { return Err("a merge names no actors".into()) };
            let keep = now(first, moved);
            place(&keep, actors)?;
            for id in rest {
                let gone = now(id, moved);
                if gone == keep {
                    continue;
                }
                let at = place(&gone, actors)?;
                let taken = actors.remove(at);
                let target = place(&keep, actors)?;
                if let Some(actor) = actors.get_mut(target) {
                    absorb(actor, taken);
                }
                redirect(articles, actors, &gone, &keep);
                for to in moved.values_mut().filter(|to| **to == gone) {
                    to.clone_from(&keep);
                }
                moved.insert(gone, keep.clone());
            }
            rename_speakers(articles, actors, &keep);
            Ok(())
        }
        Correction::Split { actor, articles: ids } => {
            let id = now(actor, moved);
            let at = place(&id, actors)?;
            let new = (2..)
                .map(|n| format!("{id}-split{n}"))
                .find(|n| !actors.iter().any(|a| a.id == *n))
                .unwrap_or_default();
            let mut names: BTreeMap<String, u32> = BTreeMap::new();
            let mut found = false;
            for article in articles.iter_mut().filter(|a| ids.contains(&a.id)) {
                for entity in article.entities.iter_mut().filter(|e| e.actor.as_deref() == Some(id.as_str())) {
                    entity.actor = Some(new.clone());
                    *names.entry(entity.name.clone()).or_default() += 1;
                    found = true;
                }
            }
            if !found {
                return Err(format!("the correction splits {actor} in articles where it is not found any more"));
            }
            let Some(old) = actors.get(at) else { return Ok(()) };
            let name = names.iter().max_by_key(|(_, n)| **n).map_or(old.name.clone(), |(name, _)| name.clone());
            let aliases = names.into_iter().map(|(text, count)| Alias { text, count, outlets: Vec::new() }).collect();
            actors.push(Actor {
                id: new.clone(),
                name,
                aliases,
                roles: Vec::new(),
                why: vec!["split by the user".into()],
                ..old.clone()
            });
            rename_speakers(articles, actors, &new);
            Ok(())
        }
        Correction::Rename { actor, name } => {
            let id = now(actor, moved);
            let at = place(&id, actors)?;
            if let Some(actor) = actors.get_mut(at) {
                actor.name.clone_from(name);
            }
            rename_speakers(articles, actors, &id);
            Ok(())
        }
        Correction::Mention { article, span, actor } => {
            let id = now(actor, moved);
            place(&id, actors)?;
            let article = articles
                .iter_mut()
                .find(|a| a.id == *article)
                .ok_or_else(|| format!("the correction names the article {article}, which is not here"))?;
            let entity =
                article.entities.iter_mut().find(|e| e.mentions.iter().any(|m| m.span == *span)).ok_or_else(|| {
                    format!(
                        "the correction names a mention at {} to {} of {}, where none is found any more",
                        span.start(),
                        span.end(),
                        article.id
                    )
                })?;
            entity.actor = Some(id.clone());
            entity.confidence = Some(1.0);
            entity.rivals.clear();
            let entity = entity.id.clone();
            for speaker in speakers_of(article).filter(|s| s.entity.as_deref() == Some(entity.as_str())) {
                speaker.by = SpeakerBy::User;
                speaker.confidence = 1.0;
            }
            rename_speakers(articles, actors, &id);
            Ok(())
        }
        Correction::NotAStatement { article, statement } => {
            let article = articles
                .iter_mut()
                .find(|a| a.id == *article)
                .ok_or_else(|| format!("the correction names the article {article}, which is not here"))?;
            let before = article.statements.len();
            let parent = article.statements.iter().find(|s| s.id == *statement).and_then(|s| s.parent.clone());
            article.statements.retain(|s| s.id != *statement);
            if article.statements.len() == before {
                return Err(format!(
                    "the correction names the statement {statement} of {}, which is not found any more",
                    article.id
                ));
            }
            for inner in article.statements.iter_mut().filter(|s| s.parent.as_deref() == Some(statement.as_str())) {
                inner.parent.clone_from(&parent);
            }
            Ok(())
        }
    }
}

/// Takes over names, offices and reasons.
fn absorb(actor: &mut Actor, taken: Actor) {
    for alias in taken.aliases {
        match actor.aliases.iter_mut().find(|a| a.text == alias.text) {
            Some(own) => {
                own.count += alias.count;
                own.outlets.extend(alias.outlets);
                own.outlets.sort();
                own.outlets.dedup();
            }
            None => actor.aliases.push(alias),
        }
    }
    actor.aliases.sort_by(|a, b| b.count.cmp(&a.count).then(a.text.cmp(&b.text)));
    actor.roles.extend(taken.roles);
    actor.why.push(format!("merged with {} by the user", taken.id));
}

fn speakers_of(article: &mut Article) -> impl Iterator<Item = &mut Speaker> {
    article.statements.iter_mut().flat_map(|s| s.speaker.iter_mut().chain(s.addressee.iter_mut()))
}

/// Everything that led to one actor leads to another.
fn redirect(articles: &mut [Article], actors: &mut [Actor], from: &str, to: &str) {
    for article in articles {
        for entity in &mut article.entities {
            if entity.actor.as_deref() == Some(from) {
                entity.actor = Some(to.to_owned());
            }
            entity.rivals.iter_mut().filter(|rival| *rival == from).for_each(|rival| to.clone_into(rival));
            let own = entity.actor.as_deref();
            entity.rivals.retain(|rival| Some(rival.as_str()) != own);
            entity.rivals.sort_unstable();
            entity.rivals.dedup();
        }
    }
    for actor in actors {
        if actor.part_of.as_deref() == Some(from) {
            actor.part_of = (actor.id != to).then(|| to.to_owned());
        }
    }
}

/// Gives the speakers of an actor's entities its id and name.
fn rename_speakers(articles: &mut [Article], actors: &[Actor], id: &str) {
    let Some(actor) = actors.iter().find(|a| a.id == id) else { return };
    for article in articles {
        let own: Vec<String> =
            article.entities.iter().filter(|e| e.actor.as_deref() == Some(id)).map(|e| e.id.clone()).collect();
        for speaker in speakers_of(article).filter(|s| s.entity.as_ref().is_some_and(|e| own.contains(e))) {
            speaker.actor = Some(id.to_owned());
            speaker.name.clone_from(&actor.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{correct, corrections};
    use crate::across;
    use crate::across::article_for_tests as article;
    use crate::knowledge::Knowledge;

    #[test]
    fn merging_twice_equals_merging_once_and_what_does_not_fit_is_named() {
        let mut all = vec![article("a1", "{p:a|Gil Marsh} left."), article("a2", "{p:b|Nora Quint} left.")];
        let mut actors = across(&mut all, &Knowledge::empty());
        let line = r#"{"do": "merge", "actors": ["p:gil-marsh", "p:nora-quint"]}"#;
        let (list, problems) = corrections(&format!(
            "{line}\n{line}\nnonsense\n{{\"do\": \"rename\", \"actor\": \"p:nobody\", \"name\": \"N\"}}"
        ));
        assert_eq!(problems.len(), 1);
        let problems = correct(&mut all, &mut actors, &list);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(actors.len(), 1);
        assert_eq!(all[1].entities[0].actor.as_deref(), Some("p:gil-marsh"));
    }

    #[test]
    fn split_takes_an_article_out() {
        let mut all = vec![article("a1", "{p:a|Gil Marsh} left."), article("a2", "{p:b|Gil Marsh} left.")];
        let mut actors = across(&mut all, &Knowledge::empty());
        assert_eq!(actors.len(), 1);
        let (list, _) = corrections(r#"{"do": "split", "actor": "p:gil-marsh", "articles": ["a2"]}"#);
        assert!(correct(&mut all, &mut actors, &list).is_empty());
        assert_ne!(all[0].entities[0].actor, all[1].entities[0].actor);
    }
}
