//! The learned parts of reading statements, and the way through them.

use crate::cues::{Cue, find_cues};
use crate::encoded::{Encoded, tokenize};
use crate::kind::{inside_marks, is_line_mark, kind_with};
use crate::nesting::set_parents;
use crate::pieces::{Pieces, TAGS, Transitions, read_pieces};
use crate::plain_acts::{PlainActs, together};
use crate::zones::{ZoneGuess, guess};
use encoder::{Embedding, LayerNorm, Linear, Matrix, Stack, Tokenizer, Trunk, Weights, WeightsError};
use model::{Act, Article, Kind, Span, Statement, ZoneKind};

/// Whose habits of annotation to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Convention {
    /// PolNeAR's: no nesting, its own span edges. For measuring on that set.
    Polnear,
    /// Our own (ANNOTATION): what users get.
    #[default]
    Stories,
}

/// What turns scores into statements. The defaults were chosen on the story sets kept back for choices, by
/// `cargo run --release -p tellings --example tune_statements`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoding {
    /// A token belongs to a cue where its two cue tags together have this probability. Training weighs cue tokens double, so that an
    /// even share is still too eager.
    pub cue: f32,
    /// What beginning a piece of a source costs beyond what was learnt, in nats.
    pub new_source: f32,
    /// The same of a content.
    pub new_content: f32,
}

impl Decoding {
    /// What each convention does best with. PolNeAR marks no nested statements, so that a cue has to be surer there (its dev part).
    pub fn of(convention: Convention) -> Self {
        let cue = match convention {
            Convention::Polnear => 0.70,
            Convention::Stories => 0.65,
        };
        Self { cue, new_source: 0.0, new_content: 0.0 }
    }
}

/// Tokens round a cue that its reader sees; half of them on each side of the cue's middle.
const WINDOW: usize = 160;
const HALF: usize = WINDOW / 2;

/// Cues read together: bounds memory on long articles.
const CUES_AT_ONCE: usize = 48;

/// The width of the narrow layers is what their input layer gives; they have four heads.
const READER_HEADS: usize = 4;

/// Epsilon of the reader's first layer norm, PyTorch's default.
const READER_EPSILON: f32 = 1e-5;

/// Reads articles: everything of the weights that statements need. Cheap to share between threads.
#[derive(Debug)]
pub struct Reader {
    tokenizer: Tokenizer,
    trunk: Trunk,
    cue: Linear,
    input: Linear,
    from_cue: Linear,
    distance: Embedding,
    inside: Embedding,
    norm: LayerNorm,
    layers: Stack,
    tags: Linear,
    transitions: Transitions,
    act_hidden: Linear,
    act: Linear,
    plain_acts: Option<PlainActs>,
    flags: Linear,
    sentence: Linear,
    zone: Linear,
    /// In place of each convention's own.
    decoding: Option<Decoding>,
}

/// What each tag counts after each.
fn transitions(weights: &Weights) -> Result<Transitions, WeightsError> {
    let numbers = weights.vector("reader.transitions")?;
    Weights::expect("reader.transitions", "numbers", numbers.len(), TAGS * TAGS)?;
    Ok(Transitions::new(&numbers))
}

/// What the reader says of one cue.
struct Reading {
    pieces: Pieces,
    act: Act,
    negated: bool,
    hedged: bool,
}

impl Reader {
    /// Takes its parts from the weights.
    ///
    /// # Errors
    /// Where a part is missing or does not fit.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self {
            tokenizer: Tokenizer::new(weights.vocabulary()),
            trunk: Trunk::new(weights, "trunk")?,
            cue: weights.linear("cue")?,
            input: weights.linear("reader.input")?,
            from_cue: weights.linear("reader.cue")?,
            distance: weights.embedding("reader.distance")?,
            inside: weights.embedding("reader.inside")?,
            norm: weights.norm_with("reader.norm", READER_EPSILON)?,
            layers: weights.stack("reader.layers", READER_HEADS)?,
            tags: weights.linear("reader.tags")?,
            transitions: transitions(weights)?,
            act_hidden: weights.linear("act.hidden")?,
            act: weights.linear("act.out")?,
            plain_acts: PlainActs::new(weights, "act.plain")?,
            flags: weights.linear("flags")?,
            sentence: weights.linear("sentence")?,
            zone: weights.linear("zone")?,
            decoding: None,
        })
    }

    /// The same reader with other decisions.
    pub fn with_decoding(mut self, decoding: Decoding) -> Self {
        self.decoding = Some(decoding);
        self
    }

    /// Reads a text once: tokens with features and vectors.
    pub fn encode(&self, text: &str, convention: Convention) -> Encoded {
        let tokens = tokenize(&self.tokenizer, text);
        let vectors = self.trunk.encode(&tokens.input, convention as usize);
        Encoded {
            convention,
            offsets: tokens.offsets,
            paragraph_of: tokens.paragraph_of,
            input: tokens.input,
            vectors,
            marks: tokens.marks,
        }
    }

    /// What the learned zone head takes each paragraph but the headline for.
    pub fn zones(&self, encoded: &Encoded) -> Vec<ZoneGuess> {
        let rows = encoded.marks.iter().map(|&(mark, _, _)| encoded.vectors.row(mark));
        let scores = self.zone.apply(&Matrix::from_rows(encoded.vectors.cols, rows));
        let guesses = encoded.marks.iter().enumerate().skip(1);
        guesses.filter_map(|(i, &(_, start, end))| guess(Span::new(start, end).ok()?, scores.row(i))).collect()
    }

    /// The sentence vector of a mean of token vectors ([`Encoded::mean`]), of length one.
    pub fn direction(&self, mean: &[f32]) -> Vec<f32> {
        let mut vector = self.sentence.apply_row(mean);
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|x| *x /= length);
        }
        vector
    }

    /// All statements of an article in order of their cues, without speakers. What stands in boilerplate and credits is none.
    pub fn statements(&self, article: &Article, encoded: &Encoded) -> Vec<Statement> {
        let cues = find_cues(&self.cue.apply(&encoded.vectors), &encoded.paragraph_of, self.decoding_of(encoded).cue);
        let cues: Vec<Cue> = cues
            .into_iter()
            .filter(|cue| {
                let at = encoded.offsets.get(cue.first).map_or(0, |o| o.0);
                !matches!(article.zone_at(at), ZoneKind::Boilerplate | ZoneKind::Credit)
            })
            .collect();
        let readings = self.read(encoded, &cues);
        let characters: Vec<char> = article.text.chars().collect();
        let inside = inside_marks(&article.text);
        let mut statements = Vec::new();
        for (cue, reading) in cues.iter().zip(readings) {
            let content = spans(&characters, encoded, &reading.pieces.content);
            if content.is_empty() {
                continue;
            }
            let cue_span = spans(&characters, encoded, &[(cue.first, cue.end)]);
            let zone = article.zone_at(cue_span.first().map_or(0, |span| span.start()));
            let cue_text: String = cue_span
                .iter()
                .flat_map(|span| characters.get(span.start() as usize..span.end() as usize).unwrap_or(&[]))
                .collect();
            let kind = match kind_with(&characters, &inside, &content) {
                Kind::Indirect if zone != ZoneKind::Headline && is_line_mark(&cue_text) => Kind::Direct,
                kind => kind,
            };
            statements.push(Statement {
                id: format!("s{}", statements.len() + 1),
                source: spans(&characters, encoded, &reading.pieces.source),
                zone,
                cue: cue_span,
                kind,
                content,
                speaker: None,
                addressee: None,
                act: reading.act,
                negated: reading.negated,
                hedged: reading.hedged,
                parent: None,
                confidence: round(cue.probability * reading.pieces.probability),
            });
        }
        set_parents(&mut statements);
        direct_inside_direct(&mut statements);
        statements
    }

    fn decoding_of(&self, encoded: &Encoded) -> Decoding {
        self.decoding.unwrap_or(Decoding::of(encoded.convention))
    }

    fn read(&self, encoded: &Encoded, cues: &[Cue]) -> Vec<Reading> {
        if cues.is_empty() {
            return Vec::new();
        }
        let base = self.input.apply(&encoded.vectors);
        cues.chunks(CUES_AT_ONCE).flat_map(|chunk| self.read_some(encoded, &base, chunk)).collect()
    }

    fn read_some(&self, encoded: &Encoded, base: &Matrix, cues: &[Cue]) -> Vec<Reading> {
        let tokens = encoded.vectors.rows;
        let means = cues.iter().map(|cue| encoded.vectors.mean(cue.first, cue.end)).collect::<Vec<_>>();
        let cue_vectors = Matrix::from_rows(encoded.vectors.cols, means.iter().map(|m| &m[..]));
        let from_cue = self.from_cue.apply(&cue_vectors);
        let firsts: Vec<usize> = cues
            .iter()
            .map(|cue| ((cue.first + cue.end) / 2).saturating_sub(HALF).min(tokens.saturating_sub(WINDOW)))
            .collect();
        let lengths: Vec<usize> = firsts.iter().map(|first| WINDOW.min(tokens - first)).collect();
        let mut x = Matrix::zeros(lengths.iter().sum(), base.cols);
        let mut row = 0;
        for (n, cue) in cues.iter().enumerate() {
            for token in firsts[n]..firsts[n] + lengths[n] {
                let to = x.row_mut(row);
                to.iter_mut().zip(base.row(token)).zip(from_cue.row(n)).for_each(|((t, a), b)| *t = a + b);
                let inside = token >= cue.first && token < cue.end;
                self.distance.add(distance_row(token, cue), to);
                self.inside.add(usize::from(inside), to);
                row += 1;
            }
        }
        self.norm.apply(&mut x);
        self.layers.apply(&mut x, &lengths);
        let scores = self.tags.apply(&x);
        let decoding = self.decoding_of(encoded);
        let transitions = self.transitions.with_costs((decoding.new_source, decoding.new_content));
        let mut both = Matrix { rows: 0, cols: cue_vectors.cols + x.cols, data: Vec::new() };
        let mut told = Matrix { rows: 0, cols: 2 * cue_vectors.cols + 3 * x.cols, data: Vec::new() };
        let mut found = Vec::with_capacity(cues.len());
        let mut start = 0;
        for (n, cue) in cues.iter().enumerate() {
            let range = start * scores.cols..(start + lengths[n]) * scores.cols;
            let pieces =
                read_pieces(scores.data.get(range).unwrap_or(&[]), firsts[n], (cue.first, cue.end), &transitions);
            let in_window = |token: usize| start + token - firsts[n];
            let pooled = x.mean(in_window(cue.first), in_window(cue.end));
            let content: Vec<usize> = pieces.content.iter().flat_map(|&(first, end)| first..end).collect();
            let source: Vec<usize> = pieces.source.iter().flat_map(|&(first, end)| first..end).collect();
            let of_cue = [cue_vectors.row(n), &pooled].concat();
            let content_here = mean_of(&x, content.iter().map(|&token| in_window(token)));
            let source_here = mean_of(&x, source.iter().map(|&token| in_window(token)));
            let content = mean_of(&encoded.vectors, content.iter().copied());
            told.push(&[&of_cue[..], &content, &content_here, &source_here].concat());
            both.push(&of_cue);
            found.push(pieces);
            start += lengths[n];
        }
        let mut hidden = self.act_hidden.apply(&told);
        hidden.data.iter_mut().for_each(|x| *x = x.max(0.0));
        let (acts, flags) = (self.act.apply(&hidden), self.flags.apply(&both));
        let readings = found.into_iter().enumerate().map(|(n, pieces)| {
            let plain =
                self.plain_acts.as_ref().map(|plain| plain.scores(encoded, (cues[n].first, cues[n].end), &pieces));
            let act = match plain {
                Some(plain) => together(acts.row(n), &plain),
                None => acts.row(n).to_vec(),
            };
            let act =
                act.iter().enumerate().fold((0, f32::MIN), |best, (i, &s)| if s > best.1 { (i, s) } else { best });
            let flag = |k: usize| flags.row(n).get(k).is_some_and(|&s| s > 0.0);
            Reading {
                pieces,
                act: Act::ALL.get(act.0).copied().unwrap_or(Act::Assert),
                negated: flag(0),
                hedged: flag(1),
            }
        });
        readings.collect()
    }
}

/// Mean of some rows; zeros where there are none.
fn mean_of(of: &Matrix, rows: impl Iterator<Item = usize>) -> Vec<f32> {
    let mut sum = vec![0.0; of.cols];
    let mut count = 0;
    for row in rows {
        sum.iter_mut().zip(of.row(row)).for_each(|(sum, x)| *sum += x);
        count += 1;
    }
    let one = 1.0 / count.max(1) as f32;
    sum.iter_mut().for_each(|x| *x *= one);
    sum
}

/// Row of the distance table: tokens before the cue negative, 0 inside, behind it from 1.
fn distance_row(token: usize, cue: &Cue) -> usize {
    if token < cue.first {
        HALF - (cue.first - token).min(HALF)
    } else if token >= cue.end {
        HALF + (token - cue.end + 1).min(HALF)
    } else {
        HALF
    }
}

/// Token ranges as spans of the text, without blanks at their edges and grown to whole words; empty ones are left out.
fn spans(characters: &[char], encoded: &Encoded, pieces: &[(usize, usize)]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for &(first, end) in pieces {
        let mut tokens = encoded.offsets.get(first..end).unwrap_or(&[]).iter().filter(|o| o.1 > o.0);
        let Some(&(start, first_end)) = tokens.next() else { continue };
        let stop = tokens.next_back().map_or(first_end, |o| o.1);
        let is_word = |at: usize| characters.get(at).is_some_and(|c| c.is_alphanumeric());
        let (mut start, mut stop) = (start as usize, stop as usize);
        while start > 0 && is_word(start) && is_word(start - 1) {
            start -= 1;
        }
        while stop > 0 && is_word(stop) && is_word(stop - 1) {
            stop += 1;
        }
        stop = abbreviation_end(characters, stop);
        if let Some(span) = Span::of(start, stop) {
            match out.last_mut() {
                // Growing to whole words can make two pieces meet.
                Some(last) if last.end() >= span.start() => {
                    if let Ok(joined) = Span::new(last.start(), last.end().max(span.end())) {
                        *last = joined;
                    }
                }
                _ => out.push(span),
            }
        }
    }
    out
}

/// Where an abbreviation of single letters ends that `stop` stands in (`the U` of `the U.S.`), else `stop`.
fn abbreviation_end(characters: &[char], stop: usize) -> usize {
    let is_letter = |at: usize| characters.get(at).is_some_and(|c| c.is_alphabetic());
    let is_single =
        |at: usize| is_letter(at) && !is_letter(at + 1) && at.checked_sub(1).is_none_or(|before| !is_letter(before));
    let point = |at: usize| characters.get(at) == Some(&'.');
    let mut end = stop;
    while end.checked_sub(1).is_some_and(is_single) && point(end) && is_single(end + 1) {
        end += 2;
    }
    if end > stop && point(end) { end + 1 } else { stop.max(end) }
}

/// A statement nested in a direct quotation is direct itself (ANNOTATION, «Where the rules leave a choice»).
fn direct_inside_direct(statements: &mut [Statement]) {
    let direct: std::collections::BTreeSet<String> =
        statements.iter().filter(|s| s.kind == Kind::Direct).map(|s| s.id.clone()).collect();
    for statement in statements.iter_mut() {
        if statement.parent.as_ref().is_some_and(|parent| direct.contains(parent)) {
            statement.kind = Kind::Direct;
        }
    }
}

/// Three digits: what a figure of confidence is worth.
fn round(x: f32) -> f32 {
    (x * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::abbreviation_end;

    #[test]
    fn a_span_does_not_end_inside_an_abbreviation_of_single_letters() {
        let end = |text: &str, stop: usize| abbreviation_end(&text.chars().collect::<Vec<char>>(), stop);
        assert_eq!(end("because the U.S. has", 13), 16);
        assert_eq!(end("because the U.S. has", 15), 15, "the S ends it, with or without its point");
        assert_eq!(end("in the U.K", 8), 10);
        assert_eq!(end("the U.N.H.C.R. said", 5), 14);
        // Missing blanks, initials before a name, and figures are none.
        for (text, stop) in [("he left.The", 7), ("J. Smith", 1), ("3.5 per cent", 1), ("U", 1), ("", 0), ("a.", 1)] {
            assert_eq!(end(text, stop), stop, "{text}");
        }
    }
}
