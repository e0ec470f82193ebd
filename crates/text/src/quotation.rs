//! Inside and outside of quotation marks, character by character.
//!
//! In: a text. Out: one number a code point: 0 outside, 1 inside, 2 an opening mark, 3 a closing mark. An open mark
//! ends with its paragraph: a quotation over several paragraphs opens anew in each.
//!
//! The learned reader was trained with exactly these numbers. What looks improvable here (German „…“ opens twice,
//! single marks are not seen) stays as it is until the reader is trained anew.

/// One number for each code point: 0 outside quotation marks, 1 inside, 2 an opening mark, 3 a closing mark.
pub fn quotation_states(text: &str) -> Vec<u8> {
    let mut states = Vec::with_capacity(text.len());
    let mut inside = false;
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let state = match character {
            '\n' => {
                inside = false;
                0
            }
            '“' | '«' | '„' => OPENING,
            '”' | '»' => CLOSING,
            '"' => {
                let after = characters.peek().copied().unwrap_or(' ');
                if !inside && (!is_blank(after) || is_blank(before)) { OPENING } else { CLOSING }
            }
            _ => u8::from(inside),
        };
        match state {
            OPENING => inside = true,
            CLOSING => inside = false,
            _ => {}
        }
        states.push(state);
        before = character;
    }
    states
}

pub(crate) const OPENING: u8 = 2;
pub(crate) const CLOSING: u8 = 3;

/// What the training side's language calls a blank: Unicode white space and the four ASCII separators.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::quotation_states;

    fn check(text: &str, states: &str) {
        let found: String = quotation_states(text).iter().map(|s| char::from(b'0' + s)).collect();
        assert_eq!(found, states, "{text}");
    }

    #[test]
    fn straight_marks_open_before_a_word_and_close_after_one() {
        check("a \"b\" c", "0021300");
        check("\"b", "21");
        check("b\" c", "0300");
    }

    #[test]
    fn an_open_mark_ends_with_its_paragraph() {
        check("“a\nb", "2100");
    }

    #[test]
    fn a_lone_mark_between_blanks_opens() {
        check("a \" b", "00211");
    }

    #[test]
    fn a_mark_alone_closes_for_the_end_counts_as_blank() {
        check("\"", "2");
        check("a\"", "03");
    }
}
