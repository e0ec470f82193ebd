//! Lines to paragraphs.
//!
//! In: cleaned text. Out: its paragraphs. Blank lines end a paragraph. Whether a single line break does depends on the
//! text: one that was wrapped at a fixed width («hard», as in mail and old archives) is joined again, all others have
//! a paragraph a line.

/// The paragraphs of a text, none empty.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let wrapped = wrapped_width(text);
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            open = false;
            continue;
        }
        match found.last_mut().filter(|_| open) {
            Some(paragraph) => {
                // A hyphen at the end of a line may belong to the word: «long-⏎term».
                if !paragraph.ends_with('-') {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
            None => found.push(line.to_owned()),
        }
        open = wrapped.is_some_and(|width| !ends_paragraph(line, lines.peek().copied().unwrap_or(""), width, !open));
    }
    found
}

/// Whether a line of wrapped text is the last of its paragraph though no blank line follows.
fn ends_paragraph(line: &str, next: &str, width: usize, first: bool) -> bool {
    // The first word of the next line would have fitted on this one, with a little to spare for ragged edges.
    let next_word = next.split_whitespace().next().unwrap_or("");
    let short = line.chars().count() + next_word.chars().count() + 4 < width;
    let next_opens =
        next.trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '‘' | '«' | '-' | '•'));
    let closed = line.ends_with(['.', '!', '?', '"', '”', '’', ')', ':']);
    short && next_opens && (closed || first)
}

/// The width at which a text was wrapped; `None` where it was not.
fn wrapped_width(text: &str) -> Option<usize> {
    /// Wider lines are paragraphs.
    const WIDEST: usize = 110;
    const NARROWEST: usize = 40;
    /// Fewer lines that go on say nothing.
    const LINES: usize = 3;
    /// A text shows its habit early.
    const SAMPLE: usize = 2000;
    let lines: Vec<&str> = text.lines().map(str::trim).take(SAMPLE).collect();
    let width = |line: &str| line.chars().take(WIDEST * 2).count();
    let mut widths: Vec<usize> = lines.iter().map(|line| width(line)).filter(|w| *w > 0).collect();
    widths.sort_unstable();
    // One line in twenty may stick out: an address cannot be wrapped.
    let widest = *widths.get((widths.len() * 19 / 20).min(widths.len().checked_sub(1)?))?;
    if !(NARROWEST..=WIDEST).contains(&widest) {
        return None;
    }
    let inner: Vec<(&str, &str)> = lines
        .iter()
        .zip(lines.iter().skip(1))
        .filter(|(a, b)| !a.is_empty() && !b.is_empty())
        .map(|(a, b)| (*a, *b))
        .collect();
    if inner.len() < LINES {
        return None;
    }
    let share = |count: usize| count as f64 / inner.len() as f64;
    let long = share(inner.iter().filter(|(line, _)| width(line) * 20 >= widest * 13).count());
    let unfinished = share(inner.iter().filter(|(line, _)| !line.ends_with(['.', '!', '?', '"', '”', ':'])).count());
    let continued = share(inner.iter().filter(|(_, next)| next.starts_with(char::is_lowercase)).count());
    // Lists and verses have lines of like length too, but each begins with a capital.
    (long >= 0.75 && unfinished >= 0.5 && continued >= 0.35).then_some(widest)
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn lines_are_paragraphs_and_blank_lines_are_none() {
        assert_eq!(
            paragraphs("Mill closes\n\nIt rained.\nIt was cold.\n\n\nEnd"),
            ["Mill closes", "It rained.", "It was cold.", "End"]
        );
    }

    #[test]
    fn text_wrapped_at_a_width_is_joined() {
        let text = "Mill closes after ninety years\n\nThe mill of Hale closed on Monday after ninety years because the\nriver that drives it has run dry, the owner, Petra Lind, said in a\nletter to the men and women who work there. She called it a sad day.\n\nNobody was asked, the mayor said, and nobody was told what would come\nafter it, though the council had met twice in the spring to hear the\nowner's long-\nterm plans.";
        let found = paragraphs(text);
        assert_eq!(found.len(), 3);
        assert!(found[1].ends_with("work there. She called it a sad day."));
        assert!(found[2].ends_with("owner's long-term plans."));
    }

    #[test]
    fn wrapped_text_without_blank_lines_ends_paragraphs_with_short_lines() {
        let text = "The mill of Hale closed on Monday after ninety years because the\nriver that drives it has run dry, the owner said.\nNobody was asked, the mayor said, and nobody was told what would come\nafter it, though the council had met.\nThe men who work there learned of it from the radio, they said to us\nat the gate.";
        assert_eq!(paragraphs(text).len(), 3);
    }

    #[test]
    fn a_list_is_not_joined() {
        let text = "The mill of Hale: a history in pictures and letters\nThe river Orr and the towns that it has made rich\nThe long quarrel about the bridge at Penn's Corner\nThe dry summers of our time and what they did to us";
        assert_eq!(paragraphs(text).len(), 4);
    }
}
