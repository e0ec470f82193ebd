//! The answer of `tellings who` as text: a block for each actor, lines of eighty signs.
//!
//! In: an [`Answer`]. Out: plain text without colours, the same on every terminal and in a file.

use crate::talk::harmless;
use actors::MatchedBy;
use model::{EntityType, SpeakerBy, Statement};
use std::collections::BTreeMap;
use tellings::who::{Answer, Found, Told, outlet_name};

/// Signs in a line.
const WIDTH: usize = 80;
/// Where the values of a block begin.
const VALUES: usize = 10;

/// The whole answer.
pub fn text(answer: &Answer<'_>) -> String {
    let mut page = Page::default();
    let asked = quoted(answer.asked);
    if answer.found.is_empty() {
        let articles = counted(answer.articles.len(), "article");
        page.wrap(
            0,
            0,
            &format!("Nothing in {articles} is called {asked}: no name, no other spelling, no office or description."),
        );
        if !answer.near.is_empty() {
            page.wrap(0, 0, &format!("Names near it: {}.", answer.near.join(", ")));
        }
        return page.text;
    }
    if answer.found.len() > 1 {
        heading(&mut page, answer, &asked);
    }
    let outlets: BTreeMap<&str, &str> =
        answer.articles.iter().map(|article| (article.id.as_str(), outlet_name(article))).collect();
    for (number, found) in answer.found.iter().enumerate() {
        if number > 0 || answer.found.len() > 1 {
            page.line("");
        }
        block(&mut page, found, &outlets);
    }
    page.text
}

/// How many can be meant, and who they are.
fn heading(page: &mut Page, answer: &Answer<'_>, asked: &str) {
    let count = answer.found.len();
    let is_bearer = |found: &Found<'_>| {
        found.matched.by == MatchedBy::Name && !found.matched.slip && found.actor.kind == EntityType::Person
    };
    if answer.found.iter().all(is_bearer) {
        page.wrap(0, 0, &format!("{asked} has {count} bearers in these articles, who are told apart:"));
    } else {
        page.wrap(0, 0, &format!("{asked} can mean {count} in these articles, who are told apart:"));
    }
    for found in &answer.found {
        page.wrap(2, 4, &format!("{}, {}, {}", found.actor.name, found.actor.kind.in_words(), matched(found)));
    }
}

fn block(page: &mut Page, found: &Found<'_>, outlets: &BTreeMap<&str, &str>) {
    let actor = found.actor;
    let start = page.text.len();
    page.wrap(0, 2, &format!("{}, {}", actor.name, actor.kind.in_words()));
    let longest = page.text.get(start..).unwrap_or_default().lines().map(|line| line.chars().count()).max();
    page.line(&"=".repeat(longest.unwrap_or_default()));
    page.row("id", &actor.id);
    page.row("found", &matched(found));
    if let Some(owner) = found.part_of {
        page.row("part of", &format!("{} ({})", owner.name, owner.id));
    }
    let roles = actor.roles.iter().map(|role| match outlets.get(role.place.article.as_str()) {
        Some(outlet) => format!("{} ({outlet})", quoted(&role.text)),
        None => quoted(&role.text),
    });
    page.rows("roles", roles);
    let called = found.called.iter().map(|one| {
        let variants: Vec<String> =
            one.variants.iter().map(|variant| format!("{} {}", quoted(&variant.text), variant.count)).collect();
        format!("{}: {}", one.outlet, variants.join(", "))
    });
    page.rows("called", called);
    let (unclear, reasons): (Vec<&String>, Vec<&String>) = actor.why.iter().partition(|why| is_doubt(why));
    page.rows("joined", reasons.into_iter().cloned());
    page.rows("unclear", unclear.into_iter().cloned());
    list(page, &format!("Said: {}", counted(found.said.len(), "statement")), &found.said, false);
    list(
        page,
        &format!("Said about it by others: {}", counted(found.said_about.len(), "statement")),
        &found.said_about,
        true,
    );
}

/// Whether a reason tells why something was left apart, not why it was joined (`actors::across` begins them so).
fn is_doubt(why: &str) -> bool {
    why.starts_with("ambiguous") || why.starts_with("another")
}

/// Statements under a line for each article.
fn list(page: &mut Page, title: &str, statements: &[Told<'_>], with_speaker: bool) {
    page.line("");
    page.wrap(0, 2, title);
    let mut article = None;
    for told in statements {
        if article != Some(told.article) {
            article = Some(told.article);
            let date = told.published.map_or("no date".to_owned(), |published| published.value.replace('T', " "));
            page.line("");
            page.wrap(2, 4, &format!("{date}, {}, article {}", told.outlet_name, told.article));
        }
        let mut marks = marks(told.statement);
        if with_speaker {
            marks = format!("{}: {marks}", speaker(told));
        }
        page.wrap(4, 6, &marks);
        let words = told.words.join(" … ");
        page.wrap(6, 6, if words.trim().is_empty() { "(no words of it are told)" } else { &words });
    }
}

/// Act, marks, id and place of a statement, and what it is not sure of.
fn marks(statement: &Statement) -> String {
    let mut out = statement.act.word().to_owned();
    if statement.negated {
        out.push_str(", negated");
    }
    if statement.hedged {
        out.push_str(", hedged");
    }
    out.push_str(&format!(", {}", statement.id));
    for span in &statement.content {
        out.push_str(&format!(" [{}, {}]", span.start(), span.end()));
    }
    if statement.confidence < pages::UNSURE_BELOW {
        out.push_str(&format!(", confidence {:.2}", statement.confidence));
    }
    let doubtful = statement.speaker.as_ref().filter(|s| s.confidence < pages::UNSURE_BELOW && s.by != SpeakerBy::User);
    if let Some(speaker) = doubtful {
        out.push_str(&format!(", speaker {:.2}", speaker.confidence));
    }
    out
}

/// Who says it: the speaker, else the words of the source.
fn speaker(told: &Told<'_>) -> String {
    match &told.statement.speaker {
        Some(speaker) => speaker.name.clone(),
        None if told.source_words.is_empty() => "nobody named".to_owned(),
        None => quoted(&told.source_words.join(" … ")),
    }
}

/// By what it was found.
fn matched(found: &Found<'_>) -> String {
    let by = match found.matched.by {
        MatchedBy::Name => "by the name",
        MatchedBy::Description => "as",
    };
    let slip = if found.matched.slip { ", with a slip of one letter" } else { "" };
    format!("{by} {}{slip}", quoted(&found.matched.text))
}

fn quoted(words: &str) -> String {
    format!("“{words}”")
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Lines as they come.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A value beside its name.
    fn row(&mut self, name: &str, value: &str) {
        self.rows(name, std::iter::once(value.to_owned()));
    }

    /// Values below one another beside their name; nothing where there are none.
    fn rows(&mut self, name: &str, values: impl Iterator<Item = String>) {
        for (number, value) in values.enumerate() {
            let name = if number == 0 { name } else { "" };
            self.lines(&format!("{name:<VALUES$}"), &" ".repeat(VALUES + 2), &value);
        }
    }

    /// Words in lines; the first one is moved in by `first` blanks, the others by `rest`.
    fn wrap(&mut self, first: usize, rest: usize, words: &str) {
        self.lines(&" ".repeat(first), &" ".repeat(rest), words);
    }

    /// Words in lines behind `first`, then behind `rest`. A word that is too long has a line of its own.
    fn lines(&mut self, first: &str, rest: &str, words: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in harmless(words).split_whitespace() {
            if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(line.trim_end());
                line = rest.to_owned();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.line(line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, WIDTH};

    #[test]
    fn lines_are_no_longer_than_eighty_signs_and_steer_no_terminal() {
        let mut page = Page::default();
        page.row("found", &"Brünn \u{1b}[2J ".repeat(30));
        assert!(page.text.lines().count() > 1);
        assert!(page.text.lines().all(|line| line.chars().count() <= WIDTH), "{}", page.text);
        assert!(!page.text.contains('\u{1b}'));
        assert!(page.text.starts_with("found     Brünn"));
    }

    #[test]
    fn a_word_longer_than_a_line_is_kept_whole() {
        let mut page = Page::default();
        page.wrap(2, 4, &format!("see {} there", "x".repeat(100)));
        assert_eq!(page.text, format!("  see\n    {}\n    there\n", "x".repeat(100)));
    }
}
