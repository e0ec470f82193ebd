//! What a paragraph is where nobody can doubt it: caption, credit, boilerplate.
//!
//! In: the paragraphs of an article in order. Out: a kind for each of which a rule is sure, `None` for all others,
//! which are body text until the learned zone head says otherwise. «Subscribe to our newsletter» → boilerplate,
//! «(Photo: Northwire)» at the end → caption, «By Ines Orr» → credit.
//!
//! The rules are conventions of English pages, kept as lists beside this file. A rule that would be right in nine of
//! ten cases has no place here: the tenth loses a statement.

use crate::credits;
use model::ZoneKind;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The kind of each paragraph of which a rule is sure.
pub(crate) fn sure_kinds(paragraphs: &[&str], title: Option<&str>) -> Vec<Option<ZoneKind>> {
    let mut kinds: Vec<Option<ZoneKind>> = paragraphs.iter().map(|paragraph| sure_kind(paragraph)).collect();
    mark_together(paragraphs, title, &mut kinds);
    kinds
}

/// Adds to the kinds of single paragraphs what only shows where they stand together.
pub(crate) fn mark_together(paragraphs: &[&str], title: Option<&str>, kinds: &mut [Option<ZoneKind>]) {
    mark_titles(paragraphs, title, kinds);
    mark_link_lists(paragraphs, kinds);
    mark_comment_forms(paragraphs, kinds);
    mark_author_notes(paragraphs, kinds);
}

/// The kind of one paragraph, looked at alone.
pub(crate) fn sure_kind(paragraph: &str) -> Option<ZoneKind> {
    /// Furniture, credits and captions are short; longer paragraphs are not looked at.
    const LONGEST: usize = 1500;
    if paragraph.len() > LONGEST {
        return None;
    }
    if credits::is_caption(paragraph) {
        return Some(ZoneKind::Caption);
    }
    if is_boilerplate(paragraph) {
        return Some(ZoneKind::Boilerplate);
    }
    credits::is_credit(paragraph).then_some(ZoneKind::Credit)
}

/// Whether a paragraph credits somebody with the text.
pub(crate) fn is_credit(paragraph: &str) -> bool {
    sure_kind(paragraph) == Some(ZoneKind::Credit)
}

fn is_boilerplate(paragraph: &str) -> bool {
    let plain = plain(paragraph);
    let length = plain.chars().count();
    if length <= 60 && table(Table::Whole).contains(bare(&plain)) {
        return true;
    }
    if is_menu_line(paragraph)
        || is_count_of_comments(&plain)
        || is_counter(paragraph)
        || is_copyright(&plain, length)
        || is_list_of_channels(&plain)
    {
        return true;
    }
    if plain.starts_with("the post ") && plain.contains(" appeared first on ") {
        return true;
    }
    let begins = length <= 200 && starts_with_any(&plain, table(Table::Start));
    begins && !is_reported(paragraph)
        || (length <= 400 && !is_reported(paragraph) && table(Table::Anywhere).iter().any(|part| plain.contains(part)))
}

/// A sentence that quotes somebody is no furniture, whatever it begins with: `"Subscribe to nothing," she said.`
fn is_reported(paragraph: &str) -> bool {
    let marks = paragraph.chars().filter(|c| matches!(c, '"' | '“' | '”')).count();
    marks >= 2 || [" said", " told ", " says "].iter().any(|cue| paragraph.contains(cue))
}

/// Small letters, straight apostrophes.
fn plain(paragraph: &str) -> String {
    paragraph.trim().to_lowercase().replace(['’', '‘'], "'")
}

/// Without marks at both ends: `- Advertisement -`, `Related:`.
fn bare(plain: &str) -> &str {
    plain.trim_matches(|c: char| !c.is_alphanumeric() && c != '%' && c != '+')
}

fn starts_with_any(plain: &str, starts: &BTreeSet<&str>) -> bool {
    // The entry that begins the text sorts before it, among those that share its first letters.
    plain
        .char_indices()
        .skip(3)
        .take(48)
        .map(|(i, _)| i)
        .chain(std::iter::once(plain.len()))
        .any(|end| plain.get(..end).is_some_and(|start| starts.contains(start)) && ends_a_word(plain, end))
}

fn ends_a_word(plain: &str, end: usize) -> bool {
    let last = plain.get(..end).and_then(|start| start.chars().next_back());
    let next = plain.get(end..).and_then(|rest| rest.chars().next());
    // «Daily newsletterReceive news»: what pages glue together was `daily newsletter` all the same.
    !(last.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_lowercase))
        || plain.starts_with("daily newsletter")
}

/// `Home | Services | Contact`, `Share • Newest first • Alerts`: three or more short parts between bars or dots.
fn is_menu_line(paragraph: &str) -> bool {
    let parts: Vec<&str> = paragraph.split(['|', '•', '·']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_byline =
        paragraph.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("posted by")) || paragraph.starts_with("By ");
    parts.len() >= 3
        && !is_byline
        && paragraph.chars().count() <= 160
        && parts.iter().all(|part| part.chars().count() <= 45 && !part.ends_with('.'))
}

/// `312 comments`, `Comments (7)`.
fn is_count_of_comments(plain: &str) -> bool {
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    matches!(words.as_slice(), [n, "comments" | "comment" | "shares" | "views" | "replies"] if is_number(n))
        || matches!(words.as_slice(), ["comments" | "comment", n] if is_number(n))
}

/// `0 2,736`, `12 | 3`: counters of comments and shares.
fn is_counter(paragraph: &str) -> bool {
    paragraph.len() <= 16
        && paragraph.contains(|c: char| c.is_ascii_digit())
        && paragraph.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, ',' | '.' | '|' | 'K' | 'k' | '+'))
        // A year or a single number may be a heading of a list.
        && paragraph.split_whitespace().count() >= 2
}

fn is_copyright(plain: &str, length: usize) -> bool {
    length <= 250
        && (plain.starts_with('©') || plain.starts_with("copyright") && plain.contains(|c: char| c.is_ascii_digit()))
}

/// `Facebook Twitter WhatsApp Email`: nothing but channels to share on.
fn is_list_of_channels(plain: &str) -> bool {
    const CHANNELS: [&str; 22] = [
        "bluesky",
        "copy",
        "email",
        "e-mail",
        "facebook",
        "flipboard",
        "google+",
        "instagram",
        "line",
        "link",
        "linkedin",
        "mail",
        "messenger",
        "pinterest",
        "print",
        "reddit",
        "share",
        "telegram",
        "tumblr",
        "tweet",
        "twitter",
        "whatsapp",
    ];
    let words: Vec<&str> =
        plain.split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | '/')).filter(|w| !w.is_empty()).collect();
    (2..=12).contains(&words.len()) && words.iter().all(|word| CHANNELS.contains(word) || *word == "x")
}

/// The headline said once more is a headline.
fn mark_titles(paragraphs: &[&str], title: Option<&str>, kinds: &mut [Option<ZoneKind>]) {
    let Some(title) = title.map(plain).filter(|title| !title.is_empty()) else { return };
    for (paragraph, kind) in paragraphs.iter().zip(kinds) {
        if paragraph.len() < title.len() + 16 && plain(paragraph) == title {
            *kind = Some(ZoneKind::Headline);
        }
    }
}

/// Below «Related articles» stand links: short lines that are no sentences.
fn mark_link_lists(paragraphs: &[&str], kinds: &mut [Option<ZoneKind>]) {
    let mut in_list = false;
    for (paragraph, kind) in paragraphs.iter().zip(kinds) {
        if *kind == Some(ZoneKind::Boilerplate) {
            in_list = in_list || (paragraph.len() < 60 && table(Table::Lists).contains(bare(&plain(paragraph))));
            continue;
        }
        let is_link = paragraph.chars().count() <= 120 && !paragraph.ends_with(['.', '”', '"', '!', ':']);
        in_list = in_list && is_link && kind.is_none();
        if in_list {
            *kind = Some(ZoneKind::Boilerplate);
        }
    }
}

/// The comment form is the last thing on a page.
fn mark_comment_forms(paragraphs: &[&str], kinds: &mut [Option<ZoneKind>]) {
    /// A form has this many lines at most; more is an article that has a heading «Comments».
    const LINES: usize = 16;
    let mut headings = paragraphs
        .iter()
        .enumerate()
        .skip(1)
        .rev()
        .take(LINES + 1)
        .filter(|(_, paragraph)| paragraph.len() < 60 && table(Table::Comments).contains(bare(&plain(paragraph))));
    let Some((first, _)) = headings.next_back() else { return };
    let is_form = paragraphs.iter().skip(first).all(|paragraph| paragraph.chars().count() <= 220);
    if is_form {
        kinds.iter_mut().skip(first).for_each(|kind| *kind = Some(ZoneKind::Boilerplate));
    }
}

/// «Ines Orr is a journalist who …» in the last part of an article says who wrote it.
fn mark_author_notes(paragraphs: &[&str], kinds: &mut [Option<ZoneKind>]) {
    let from = paragraphs.len() / 2;
    for (index, (paragraph, kind)) in paragraphs.iter().zip(kinds).enumerate().skip(from.max(2)) {
        if index >= from && kind.is_none() && credits::is_author_note(paragraph) {
            *kind = Some(ZoneKind::Credit);
        }
    }
}

#[derive(Clone, Copy)]
enum Table {
    Whole,
    Start,
    Anywhere,
    Lists,
    Comments,
}

fn table(table: Table) -> &'static BTreeSet<&'static str> {
    static TABLES: OnceLock<[BTreeSet<&str>; 5]> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        [
            include_str!("zones/whole.txt"),
            include_str!("zones/start.txt"),
            include_str!("zones/anywhere.txt"),
            include_str!("zones/lists.txt"),
            include_str!("zones/comments.txt"),
        ]
        .map(|lines| lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
    });
    let [whole, start, anywhere, lists, comments] = tables;
    match table {
        Table::Whole => whole,
        Table::Start => start,
        Table::Anywhere => anywhere,
        Table::Lists => lists,
        Table::Comments => comments,
    }
}

#[cfg(test)]
mod tests {
    use super::{sure_kind, sure_kinds};
    use model::ZoneKind::{self, Boilerplate, Caption, Credit, Headline};

    fn check(kind: Option<ZoneKind>, paragraphs: &[&str]) {
        for paragraph in paragraphs {
            assert_eq!(sure_kind(paragraph), kind, "{paragraph}");
        }
    }

    #[test]
    fn page_furniture_is_boilerplate() {
        check(
            Some(Boilerplate),
            &[
                "- Advertisement -",
                "ADVERTISEMENT",
                "Sign up for our morning newsletter",
                "Subscribe to our newsletter",
                "Log in to comment",
                "Read more: What the mill meant to Hale",
                "0 1,284",
                "Facebook Twitter WhatsApp Email",
                "This site uses Akismet to reduce spam.",
                "© 2021 The Dale Post. All rights reserved.",
                "Daily newsletterReceive the news each morning",
                "The best stories delivered straight to your inbox.",
                "For members only.",
                "Tags: banks",
                "Home | Services | Contact",
                "312 comments",
                "Your email address will not be published. Required fields are marked *",
            ],
        );
    }

    #[test]
    fn what_is_reported_is_no_furniture() {
        check(
            None,
            &[
                "“Subscribe to nothing you cannot read,” Orr said.",
                "Share prices fell by a third on Tuesday.",
                "Related parties must be named, the judge said.",
                "Subscribers left the paper in thousands after the strike of the printers.",
                "More than forty people were on the quay.",
                "2019",
                "Comments by the minister caused anger in Hale.",
                "Topical rains fell.",
                "She posted a photo by mistake and deleted it.",
                "From the quay she saw two men in Hale.",
            ],
        );
    }

    #[test]
    fn photo_credits_make_a_caption() {
        check(
            Some(Caption),
            &[
                "Workers at the mill on Monday. (Photo: Northwire)",
                "Ines Orr leaves the court in Hale. REUTERS/Bram Penn",
                "Tomas Vell, AFP | The mill of Hale in January.",
                "The mill [Dana Holt/AP Photo]",
                "File photo: the old mill",
                "The burned quay (Image: Dale Post)",
                "The burned quay, Friday. Photo: Ines Orr",
                "The mill in spring. File photo",
            ],
        );
    }

    #[test]
    fn bylines_datelines_and_agency_credits_are_credit() {
        check(
            Some(Credit),
            &[
                "By Ines Orr",
                "By Ines Orr and Bram Penn, political editor",
                "Posted by",
                "By Ines Orr in Hale",
                "From our correspondent in Hale",
                "(HALE TV with AP, AFP and REUTERS)",
                "Reporting by Ines Orr; Editing by Bram Penn",
                "HALE, March 3 (Northwire)",
                "The Associated Press contributed to this report.",
                "Published: 3 March 2023",
                "March 3, 2023",
                "Updated 10:20 pm, 3 March 2023",
            ],
        );
        check(
            None,
            &["By Tuesday the river had fallen.", "By law, mills close at night.", "In March 2023 the mill closed."],
        );
    }

    #[test]
    fn the_headline_said_again_is_a_headline() {
        let kinds = sure_kinds(&["Mill closes", "It rained.", "Mill Closes"], Some("Mill closes"));
        assert_eq!(kinds, [Some(Headline), None, Some(Headline)]);
    }

    #[test]
    fn links_below_a_heading_end_with_the_next_sentence() {
        let kinds = sure_kinds(
            &["Mill closes", "Related articles", "Mayor denies it", "The kiln: a history", "The mill stood for years."],
            None,
        );
        assert_eq!(kinds, [None, Some(Boilerplate), Some(Boilerplate), Some(Boilerplate), None]);
    }

    #[test]
    fn a_comment_form_takes_the_rest_of_the_page() {
        let kinds = sure_kinds(&["Mill closes", "It closed on Monday.", "Leave a Reply", "Logo", "Change )"], None);
        assert_eq!(kinds, [None, None, Some(Boilerplate), Some(Boilerplate), Some(Boilerplate)]);
    }
}
