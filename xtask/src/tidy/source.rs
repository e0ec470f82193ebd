//! Rust text without what is no code: comments, the insides of strings, tests.
//!
//! In: the text of a file. Out: the same text with these blanked, line for line, or the strings alone. It knows just
//! enough of Rust for the checks: line and block comments, strings, raw strings, characters, `#[cfg(test)]` items.

/// A file taken apart.
pub struct Source {
    /// The code, comments and strings blanked.
    pub code: String,
    /// Strings with the number of their line, from 1.
    pub strings: Vec<(usize, String)>,
}

/// Takes a file apart; where `with_tests` is false, items under `#[cfg(test)]` are left out too.
pub fn take_apart(text: &str, with_tests: bool) -> Source {
    let mut source = scan(text);
    if !with_tests {
        for (first, last) in test_lines(&source.code) {
            source.strings.retain(|(line, _)| *line < first || *line > last);
            source.code = source
                .code
                .lines()
                .enumerate()
                .map(|(index, line)| if (first..=last).contains(&(index + 1)) { "" } else { line })
                .collect::<Vec<_>>()
                .join("\n");
        }
    }
    source
}

fn scan(text: &str) -> Source {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut source = Source { code: String::with_capacity(text.len()), strings: Vec::new() };
    let mut line = 1;
    let mut index = 0;
    while index < letters.len() {
        let rest = (at(index), at(index + 1));
        let end = match rest {
            ('/', '/') => end_of_line(&letters, index),
            ('/', '*') => end_of_block(&letters, index),
            ('"', _) => end_of_string(&letters, index),
            ('r', '"' | '#') if !is_word(at(index.wrapping_sub(1))) || at(index.wrapping_sub(1)) == 'b' => {
                end_of_raw_string(&letters, index).unwrap_or(index + 1)
            }
            ('\'', _) => end_of_character(&letters, index),
            _ => index + 1,
        };
        let token = letters.get(index..end.min(letters.len())).unwrap_or_default();
        if token.len() > 1 || rest.0 == '"' {
            if rest.0 == '"' || rest.0 == 'r' {
                source.strings.push((line, token.iter().collect()));
            }
            source.code.extend(token.iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }));
        } else {
            source.code.extend(token);
        }
        line += token.iter().filter(|letter| **letter == '\n').count();
        index = end.max(index + 1);
    }
    source
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn end_of_line(letters: &[char], start: usize) -> usize {
    letters.iter().skip(start).position(|letter| *letter == '\n').map_or(letters.len(), |found| start + found)
}

fn end_of_block(letters: &[char], start: usize) -> usize {
    let mut depth = 0usize;
    let mut index = start;
    while index < letters.len() {
        match (letters.get(index), letters.get(index + 1)) {
            (Some('/'), Some('*')) => {
                depth += 1;
                index += 2;
            }
            (Some('*'), Some('/')) => {
                depth -= 1;
                index += 2;
                if depth == 0 {
                    return index;
                }
            }
            _ => index += 1,
        }
    }
    letters.len()
}

fn end_of_string(letters: &[char], start: usize) -> usize {
    let mut index = start + 1;
    while let Some(letter) = letters.get(index) {
        match letter {
            '\\' => index += 2,
            '"' => return index + 1,
            _ => index += 1,
        }
    }
    letters.len()
}

fn end_of_raw_string(letters: &[char], start: usize) -> Option<usize> {
    let marks = letters.iter().skip(start + 1).take_while(|letter| **letter == '#').count();
    if letters.get(start + 1 + marks) != Some(&'"') {
        return None;
    }
    let mut index = start + marks + 2;
    while index < letters.len() {
        if letters.get(index) == Some(&'"')
            && letters.iter().skip(index + 1).take(marks).filter(|letter| **letter == '#').count() == marks
        {
            return Some(index + 1 + marks);
        }
        index += 1;
    }
    Some(letters.len())
}

/// A character, or one past the mark where it begins a lifetime.
fn end_of_character(letters: &[char], start: usize) -> usize {
    if letters.get(start + 1) == Some(&'\\') {
        let close = letters.iter().skip(start + 3).take(10).position(|letter| *letter == '\'');
        return close.map_or(start + 1, |found| start + 4 + found);
    }
    if letters.get(start + 2) == Some(&'\'') { start + 3 } else { start + 1 }
}

/// First and last line of each item under `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(place) = code.get(from..).and_then(|rest| rest.find("#[cfg(test)]")) {
        let start = from + place;
        let end = end_of_item(code, start + "#[cfg(test)]".len());
        let line = |byte: usize| code.get(..byte).unwrap_or(code).matches('\n').count() + 1;
        found.push((line(start), line(end)));
        from = end;
    }
    found
}

/// The byte after the `}` or `;` that ends the item.
fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (byte, letter) in code.bytes().enumerate().skip(start) {
        match letter {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return byte + 1;
                }
            }
            b';' if depth == 0 => return byte + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::take_apart;

    #[test]
    fn comments_and_strings_are_no_code() {
        let source = take_apart(
            "let a = \"unsafe \\\" x\"; // unsafe\n/* unsafe /* unsafe */ */ let b = r#\"un\"safe\"#;",
            true,
        );
        assert!(!source.code.contains("unsafe"), "{}", source.code);
        assert!(source.code.contains("let a =") && source.code.contains("let b ="));
        assert_eq!(source.strings.len(), 2);
        assert_eq!(source.strings[1], (2, "r#\"un\"safe\"#".to_owned()));
    }

    #[test]
    fn a_lifetime_is_no_character() {
        let source = take_apart("fn f<'a>(x: &'a str) -> char { '\"' } unsafe", true);
        assert!(source.code.ends_with("unsafe"));
        assert!(source.strings.is_empty());
    }

    #[test]
    fn tests_are_left_out_and_what_follows_stays() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { \"b\"; }\n}\nfn c() {}\n";
        let source = take_apart(text, false);
        assert!(source.code.contains("fn a") && source.code.contains("fn c") && !source.code.contains("fn b"));
        assert!(source.strings.is_empty());
    }
}
