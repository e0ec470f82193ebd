//! Whether a content stands in quotation marks: wholly (direct), partly (mixed), not at all (indirect).
//!
//! In: the text and the content's spans. Out: [`Kind`]. Words count, not marks and blanks. Double marks of all families count, and
//! single ones where they open before a word and close after one (headlines: `Minister: 'I will not go'`). A closing mark whose
//! opening one is lost makes everything before it in its paragraph a quotation, an opening one whose closing one is lost everything
//! after it: that is how broken pages read.

use model::{Kind, Span};

/// Inside or outside of quotation marks for each code point, single marks included.
pub(crate) fn inside_marks(text: &str) -> Vec<bool> {
    let mut inside = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        line_marks(line, &mut inside);
    }
    inside
}

fn line_marks(line: &str, out: &mut Vec<bool>) {
    let characters: Vec<char> = line.chars().collect();
    let base = out.len();
    out.resize(base + characters.len(), false);
    let mut open: Option<usize> = None;
    let mut seen_any = false;
    for (at, &character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| characters.get(i)).copied().unwrap_or(' ');
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        match mark_of(character, before, after, open.is_some()) {
            Mark::Opens => open = open.or(Some(at)),
            Mark::Closes => {
                // The first mark of a paragraph closes: its opening mark is lost.
                let from = open.take().or(if seen_any { None } else { Some(0) });
                if let Some(from) = from {
                    out.iter_mut().take(base + at).skip(base + from).for_each(|x| *x = true);
                }
            }
            Mark::None => continue,
        }
        seen_any = true;
    }
    if let Some(from) = open {
        out.iter_mut().skip(base + from).for_each(|x| *x = true);
    }
    single_marks(&characters, base, out);
}

/// Single marks, where no double ones enclose them: a pair opens at the start of a word and closes at the end of one.
fn single_marks(characters: &[char], base: usize, out: &mut [bool]) {
    let mut open: Option<usize> = None;
    for (at, &character) in characters.iter().enumerate() {
        if !matches!(character, '\'' | '‘' | '’') || out.get(base + at) == Some(&true) {
            continue;
        }
        let before = at.checked_sub(1).and_then(|i| characters.get(i)).copied().unwrap_or(' ');
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        let opens = character != '’' && !before.is_alphanumeric() && !after.is_whitespace();
        let closes = character != '‘' && !before.is_whitespace() && !after.is_alphanumeric();
        match open {
            None if opens => open = Some(at),
            // «the ministers' report»: a plural's apostrophe closes nothing unless something was opened.
            Some(from) if closes => {
                out.iter_mut().take(base + at).skip(base + from).for_each(|x| *x = true);
                open = None;
            }
            _ => {}
        }
    }
}

enum Mark {
    Opens,
    Closes,
    None,
}

fn mark_of(character: char, before: char, after: char, is_open: bool) -> Mark {
    match character {
        '“' | '«' | '„' => Mark::Opens,
        '”' | '»' => Mark::Closes,
        '"' if is_open => Mark::Closes,
        '"' if after.is_whitespace() && !before.is_whitespace() => Mark::Closes,
        // 6" pipe: a mark behind a digit that nothing opened is an inch.
        '"' if before.is_ascii_digit() => Mark::None,
        '"' => Mark::Opens,
        _ => Mark::None,
    }
}

/// Kind of a content. `inside` is what [`inside_marks`] says of the text.
pub(crate) fn kind_with(characters: &[char], inside: &[bool], content: &[Span]) -> Kind {
    let (mut quoted, mut plain) = (0_u32, 0_u32);
    for span in content {
        for at in span.start() as usize..span.end() as usize {
            if characters.get(at).is_some_and(|c| c.is_alphanumeric()) {
                if inside.get(at) == Some(&true) { quoted += 1 } else { plain += 1 }
            }
        }
    }
    match (quoted, plain) {
        (0, _) => Kind::Indirect,
        // Two quotations with a bare `and` or `or` between them («shouts of "Thief!" and "Shame!"») are as direct as one.
        // A word or a syllable that the content's edge took in does not make a quotation half a one.
        (q, p) if p == 0 || q >= 20 * p || is_bare_joint(characters, inside, content, p) => Kind::Direct,
        _ => Kind::Mixed,
    }
}

/// Whether all words outside the marks are one `and` or `or`; `plain` is the number of their letters.
fn is_bare_joint(characters: &[char], inside: &[bool], content: &[Span], plain: u32) -> bool {
    if plain > 3 {
        return false;
    }
    let all = content.iter().flat_map(|span| span.start() as usize..span.end() as usize);
    let outside = all.filter(|at| inside.get(*at) != Some(&true)).filter_map(|at| characters.get(at));
    let word: String = outside.filter(|c| c.is_alphanumeric()).collect();
    matches!(word.as_str(), "and" | "or")
}

/// Whether a cue is nothing but a colon or a dash, as before a speaker's words in an interview or a chat («Ines Varga: We sail at dawn»).
/// In bodies what follows is quoted word for word, with marks or without (174 of 179 in the training stories); a headline's colon
/// may stand before anything.
pub(crate) fn is_line_mark(cue: &str) -> bool {
    matches!(cue.trim(), ":" | "—" | "–" | "-")
}

/// Kind of a content whose spans are code points of `text`.
pub fn kind_of(text: &str, content: &[Span]) -> Kind {
    let characters: Vec<char> = text.chars().collect();
    kind_with(&characters, &inside_marks(text), content)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The content stands between `{` and `}`.
    fn check(marked: &str, kind: Kind) {
        let (mut text, mut spans, mut start, mut at) = (String::new(), Vec::new(), 0, 0);
        for c in marked.chars() {
            match c {
                '{' => start = at,
                '}' => spans.extend(Span::of(start, at)),
                _ => {
                    text.push(c);
                    at += 1;
                }
            }
        }
        assert_eq!(kind_of(&text, &spans), kind, "{marked}");
    }

    #[test]
    fn all_in_marks_is_direct_some_is_mixed_none_is_indirect() {
        check("{“We sail at dawn,”} said Ines.", Kind::Direct);
        check("Ines said {they would “sail at dawn”}.", Kind::Mixed);
        check("Ines said {they would sail}.", Kind::Indirect);
        check("{\"We sail,\"} said Ines. {\"At dawn.\"}", Kind::Direct);
    }

    #[test]
    fn single_marks_count_and_apostrophes_do_not() {
        check("Minister: {'I will not go'}", Kind::Direct);
        check("Minister says {the ship's crew wouldn't sail}", Kind::Indirect);
        check("Minister calls {it ‘a farce’}", Kind::Mixed);
        check("He said {the ministers' report wasn't ready}.", Kind::Indirect);
    }

    #[test]
    fn two_quotations_joined_by_and_are_direct() {
        check("There were shouts of {\"Thief!\" and \"Shame!\"}", Kind::Direct);
        check("There were shouts of {\"Thief!\" but no \"Shame!\"}", Kind::Mixed);
    }

    #[test]
    fn a_lone_colon_or_dash_marks_a_line_of_speech() {
        assert!(is_line_mark(":") && is_line_mark(" — ") && !is_line_mark("said:"));
    }

    #[test]
    fn a_lost_mark_is_made_up_for() {
        check("{We waited for the boat,”} said Ines.", Kind::Direct);
        check("Ines said: {“We waited for the boat.}", Kind::Direct);
        check("The 6\" pipe burst and {it cost a fortune}, she said.", Kind::Indirect);
    }
}
