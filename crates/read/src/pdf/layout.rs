//! Letters of pages to paragraphs in the order of reading.
//!
//! In: for each page its letters with their places, from the top left. Out: paragraphs. Letters on one base line make
//! lines; an empty stripe that several lines leave open divides columns; lines of one column make paragraphs by the space
//! between them, their indent and how full they are. A word divided at the end of a line is whole again, and a paragraph
//! goes on in the next column and on the next page where its sentence does. What stands at the head or foot of several
//! pages, but for its numbers, is left out.

use crate::credits;
use std::collections::{BTreeMap, BTreeSet};

/// A page.
pub(super) struct Page {
    pub height: f64,
    pub letters: Vec<Letter>,
}

/// One letter, or several that the font draws as one.
pub(super) struct Letter {
    pub text: String,
    pub x: f64,
    /// Of the base line, downwards.
    pub y: f64,
    pub width: f64,
    pub size: f64,
}

/// A paragraph.
pub(super) struct Told {
    pub text: String,
    /// Set in the largest letters of the first page.
    pub is_headline: bool,
}

/// A piece of a line without a gap in it.
#[derive(Clone, Debug)]
struct Piece {
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    text: String,
}

/// A line of a column.
#[derive(Debug)]
struct Line {
    piece: Piece,
    /// Where the lines round it begin and end.
    column: (f64, f64),
    /// How many columns and pages stand before it.
    column_number: usize,
    page: usize,
}

/// The paragraphs of a file.
pub(super) fn paragraphs(pages: &[Page]) -> Vec<Told> {
    let pieces: Vec<Vec<Piece>> = pages.iter().map(|page| pieces(&page.letters)).collect();
    let running = running(pages, &pieces);
    let mut lines: Vec<Line> = Vec::new();
    let mut columns = 0;
    for (number, pieces) in pieces.into_iter().enumerate() {
        let height = pages.get(number).map_or(0.0, |page| page.height);
        let pieces: Vec<Piece> =
            pieces.into_iter().filter(|piece| !running.contains(&(edge(piece, height), shape(&piece.text)))).collect();
        for column in columns_of(rows(pieces)) {
            let bounds = bounds(&column);
            lines.extend(column.into_iter().map(|row| Line {
                piece: joined(row),
                column: bounds,
                column_number: columns,
                page: number,
            }));
            columns += 1;
        }
    }
    join(lines)
}

/// Letters put together to pieces of lines.
fn pieces(letters: &[Letter]) -> Vec<Piece> {
    /// Of the size of the letters: a wider gap is one between columns or cells.
    const GAP: f64 = 1.0;
    /// A blank is a quarter, letters set apart less.
    const BLANK: f64 = 0.17;
    let mut found: Vec<Piece> = Vec::new();
    for letter in letters {
        let Some(last) = found.last_mut() else {
            found.push(piece(letter));
            continue;
        };
        let size = letter.size.max(last.size);
        let gap = letter.x - last.end;
        let is_level = (letter.y - last.y).abs() < size * 0.3;
        // Bold letters are made by some programs of two, hardly apart.
        let is_shadow = is_level && gap < 0.0 && (letter.x + letter.width - last.end).abs() < size * 0.08;
        if is_shadow && last.text.ends_with(&letter.text) {
            continue;
        }
        if is_level && gap > -size * 0.5 && gap < size * GAP {
            if gap > size * BLANK && !last.text.ends_with(' ') && !letter.text.starts_with(' ') {
                last.text.push(' ');
            }
            last.text.push_str(&letter.text);
            last.end = last.end.max(letter.x + letter.width);
            // Numbers of notes are smaller than what they stand beside.
            last.size = last.size.max(letter.size);
        } else {
            found.push(piece(letter));
        }
    }
    found.retain(|piece| piece.text.contains(|c: char| !c.is_whitespace()));
    found
}

fn piece(letter: &Letter) -> Piece {
    Piece { x: letter.x, end: letter.x + letter.width, y: letter.y, size: letter.size, text: letter.text.clone() }
}

/// Pieces on one base line, from left to right; the lines from above.
fn rows(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some(row)
                if row.first().is_some_and(|first| (piece.y - first.y).abs() < first.size.min(piece.size) * 0.35) =>
            {
                row.push(piece);
            }
            _ => rows.push(vec![piece]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    rows
}

/// The columns of a page, in the order of reading: lines that leave one stripe open together are columns on both sides of
/// it, all others are as wide as the page.
fn columns_of(rows: Vec<Vec<Piece>>) -> Vec<Vec<Vec<Piece>>> {
    /// Fewer lines beside each other are a table, a date opposite a name.
    const FEWEST: usize = 3;
    /// Such pages are drawings or set to waste time.
    const MOST: usize = 2000;
    const MOST_PIECES: usize = 20_000;
    // Stripes looked at. A newspaper's page takes some million.
    let mut work = 20_000_000;
    let mut found = Vec::new();
    let mut single: Vec<Vec<Piece>> = Vec::new();
    if rows.len() > MOST || rows.iter().map(Vec::len).sum::<usize>() > MOST_PIECES {
        return vec![rows];
    }
    let mut waiting = vec![rows];
    while let Some(rows) = waiting.pop() {
        let mut rest = rows;
        while !rest.is_empty() {
            match band(&rest, &mut work).filter(|(length, _)| *length >= FEWEST) {
                Some((length, middle)) => {
                    if !single.is_empty() {
                        found.push(std::mem::take(&mut single));
                    }
                    let below = rest.split_off(length);
                    let (mut left, mut right) = (Vec::new(), Vec::new());
                    for row in rest {
                        let (a, b): (Vec<Piece>, Vec<Piece>) = row.into_iter().partition(|piece| piece.x < middle);
                        left.extend((!a.is_empty()).then_some(a));
                        right.extend((!b.is_empty()).then_some(b));
                    }
                    // Read later: what is below, before it the right side, before that the left.
                    waiting.push(below);
                    waiting.push(right);
                    waiting.push(left);
                    rest = Vec::new();
                }
                None => single.push(rest.remove(0)),
            }
        }
        if !single.is_empty() {
            found.push(std::mem::take(&mut single));
        }
    }
    found
}

/// How many lines from the first on leave a stripe open with text on both sides, and the middle of the stripe. None where no
/// work is left to tell.
fn band(rows: &[Vec<Piece>], work: &mut usize) -> Option<(usize, f64)> {
    /// Of the size of the letters.
    const STRIPE: f64 = 0.9;
    /// On each side.
    const FEWEST: usize = 3;
    let size = rows.first()?.first()?.size;
    let mut open: Vec<(f64, f64)> = vec![(f64::NEG_INFINITY, f64::INFINITY)];
    // Where the lines that begin furthest left begin, and where the last pieces of those that go furthest right do.
    let (mut firsts, mut lasts) = ([f64::INFINITY; FEWEST], [f64::NEG_INFINITY; FEWEST]);
    let mut best = None;
    for (index, row) in rows.iter().enumerate() {
        for piece in row {
            *work = work.checked_sub(open.len())?;
            let mut left = Vec::with_capacity(open.len() + 1);
            for (from, to) in open {
                if piece.end <= from || piece.x >= to {
                    left.push((from, to));
                } else {
                    left.extend(
                        [(from, piece.x), (piece.end, to)].into_iter().filter(|(from, to)| to - from >= size * STRIPE),
                    );
                }
            }
            open = left;
        }
        *work = work.checked_sub(open.len())?;
        let mut inner = open.iter().filter(|(from, to)| from.is_finite() && to.is_finite()).peekable();
        // Nothing but the margins is left: lines below will not open it again.
        if inner.peek().is_none() && index > 0 && row.len() == 1 && open.len() <= 2 && best.is_none() {
            return None;
        }
        // Each takes the place of the worst that was kept, if it is better.
        let (mut first, mut last) = (row.first()?.x, row.last()?.x);
        for kept in &mut firsts {
            (*kept, first) = (kept.min(first), kept.max(first));
        }
        for kept in &mut lasts {
            (*kept, last) = (kept.max(last), kept.min(last));
        }
        let divides = |(from, to): &&(f64, f64)| {
            let middle = (from + to) / 2.0;
            firsts.iter().all(|x| *x < middle) && lasts.iter().all(|x| *x > middle)
        };
        match inner.find(divides) {
            Some((from, to)) => best = Some((index + 1, (from + to) / 2.0)),
            None if best.is_some() => break,
            None => {}
        }
    }
    best
}

fn bounds(rows: &[Vec<Piece>]) -> (f64, f64) {
    let all = || rows.iter().flatten();
    (
        all().map(|piece| piece.x).fold(f64::INFINITY, f64::min),
        all().map(|piece| piece.end).fold(f64::NEG_INFINITY, f64::max),
    )
}

fn joined(row: Vec<Piece>) -> Piece {
    let mut pieces = row.into_iter();
    let Some(mut first) = pieces.next() else {
        return Piece { x: 0.0, end: 0.0, y: 0.0, size: 1.0, text: String::new() };
    };
    for piece in pieces {
        first.text.push(' ');
        first.text.push_str(&piece.text);
        first.end = first.end.max(piece.end);
        first.size = first.size.max(piece.size);
    }
    first
}

/// Head, foot, or neither of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Head,
    Foot,
    Inside,
}

fn edge(piece: &Piece, height: f64) -> Edge {
    const PART: f64 = 0.1;
    if piece.y < height * PART {
        Edge::Head
    } else if piece.y > height * (1.0 - PART) {
        Edge::Foot
    } else {
        Edge::Inside
    }
}

/// Words without their numbers: `Dale Post, page 12` → `dalepostpage`.
fn shape(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// What stands at the head or the foot of at least two pages and of a third of all: names, days, numbers.
fn running(pages: &[Page], pieces: &[Vec<Piece>]) -> BTreeSet<(Edge, String)> {
    let mut counts: BTreeMap<(Edge, String), usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (page, pieces) in pages.iter().zip(pieces) {
        let mut seen = BTreeSet::new();
        for piece in pieces {
            let at = edge(piece, page.height);
            if at == Edge::Inside {
                continue;
            }
            let shape = shape(&piece.text);
            // A number alone, `- 3 -`, `Page 3 of 9`, `3/9`.
            if shape.is_empty() || matches!(shape.as_str(), "page" | "pageof" | "seite" | "seitevon" | "of") {
                found.insert((at, shape));
            } else {
                seen.insert((at, shape));
            }
        }
        for what in seen {
            *counts.entry(what).or_default() += 1;
        }
    }
    let least = (pages.len() / 3).max(2);
    found.extend(counts.into_iter().filter(|(_, count)| *count >= least).map(|(what, _)| what));
    found
}

/// Lines put together to paragraphs.
fn join(lines: Vec<Line>) -> Vec<Told> {
    let leading = leading(&lines);
    let body = body_size(&lines);
    let largest = lines.iter().filter(|line| line.page == 0).map(|line| line.piece.size).fold(0.0, f64::max);
    let known: BTreeSet<String> = lines
        .iter()
        .flat_map(|line| line.piece.text.split_whitespace())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let mut found: Vec<Told> = Vec::new();
    let mut last: Option<Line> = None;
    for line in lines {
        let goes_on = last.as_ref().is_some_and(|last| goes_on(last, &line, leading));
        let text = line.piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match found.last_mut().filter(|_| goes_on) {
            Some(open) => append(&mut open.text, &text, &known),
            None => found.push(Told {
                text,
                is_headline: line.page == 0 && line.piece.size > body * 1.15 && line.piece.size >= largest * 0.99,
            }),
        }
        last = Some(line);
    }
    found
}

/// The most usual distance of two lines, in sizes of their letters.
fn leading(lines: &[Line]) -> f64 {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in lines.windows(2) {
        if let [above, below] = pair
            && above.column_number == below.column_number
        {
            let distance = (below.piece.y - above.piece.y) / below.piece.size.max(1.0);
            if (0.5..3.0).contains(&distance) {
                // In twentieths.
                *counts.entry((distance * 20.0).round() as i64).or_default() += 1;
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(1.2, |(distance, _)| distance as f64 / 20.0)
}

/// The size of most letters.
fn body_size(lines: &[Line]) -> f64 {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry((line.piece.size * 10.0).round() as i64).or_default() += line.piece.text.len();
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(10.0, |(size, _)| size as f64 / 10.0)
}

/// Whether a line goes on with the paragraph of the one before it.
fn goes_on(last: &Line, line: &Line, leading: f64) -> bool {
    let size = line.piece.size.max(last.piece.size);
    if (line.piece.size - last.piece.size).abs() > size * 0.12 {
        return false;
    }
    let ended = last.piece.text.trim_end().ends_with(['.', '!', '?', ':', '”', '"', '»', '…']);
    let is_full = last.piece.end > last.column.1 - (last.column.1 - last.column.0) * 0.15;
    if last.column_number != line.column_number {
        // In the next column only where the sentence does.
        let begins_small = line.piece.text.trim_start().starts_with(char::is_lowercase);
        return !ended && (is_full || begins_small);
    }
    let distance = (line.piece.y - last.piece.y) / size;
    if distance > leading * 1.3 || distance < 0.0 {
        return false;
    }
    let indent = |line: &Line| line.piece.x - line.column.0;
    // A first line is set in; so are all of a quotation.
    if indent(line) > size * 0.8 && indent(last) < size * 0.4 {
        return false;
    }
    // A line that leaves much of its column open, with no sentence going on below it, stands for itself: a name, a heading.
    let width = line.column.1 - line.column.0;
    let is_short = last.piece.end < last.column.0 + width * 0.6;
    let goes_on = !ended && line.piece.text.trim_start().starts_with(char::is_lowercase);
    if is_short && !goes_on || !credits::byline_names(last.piece.text.trim()).is_empty() {
        return false;
    }
    is_full || !ended
}

/// Puts a line behind a paragraph, a divided word together.
fn append(text: &mut String, line: &str, known: &BTreeSet<String>) {
    let is_divided = text.ends_with(['-', '\u{ad}', '\u{2010}'])
        && text.chars().rev().nth(1).is_some_and(char::is_alphabetic)
        && line.starts_with(char::is_lowercase);
    if !is_divided {
        text.push(' ');
        text.push_str(line);
        return;
    }
    let first = text.split_whitespace().next_back().unwrap_or("");
    let second = line.split_whitespace().next().unwrap_or("");
    let plain = |word: String| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let parts = first.trim_end_matches(['-', '\u{ad}', '\u{2010}']);
    // «forty-two», «self-made» keep theirs wherever they are divided.
    const KEEPING: [&str; 14] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "self", "ex", "half", "vice",
        "anti", "non",
    ];
    // «well-known» is divided where it has its hyphen; elsewhere in the file it may stand whole.
    let has_hyphen =
        known.contains(&plain(format!("{parts}-{second}"))) && !known.contains(&plain(format!("{parts}{second}")));
    if !has_hyphen && !KEEPING.contains(&plain(parts.to_owned()).as_str()) {
        text.pop();
    }
    text.push_str(line);
}
