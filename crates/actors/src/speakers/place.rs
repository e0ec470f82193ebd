//! An article's mentions and statements laid out for looking up by place.

use super::{holds, is_quoted};
use model::{Article, Mention, Span, Statement};

/// Mentions with their entities, sorted by start, longer first; statements by number.
pub(crate) struct Places<'a> {
    letters: &'a [char],
    quotes: &'a [u8],
    pub mentions: Vec<Mention>,
    entity_of: Vec<usize>,
    /// The longest mention, which bounds how far back a search has to look.
    longest: u32,
    /// Quoted statements' pieces of content with the statement's number, by start.
    speech: Vec<(Span, usize)>,
    longest_speech: u32,
    /// Of each statement: whether it is a line of a transcript, which has no marks.
    lines: Vec<bool>,
    pub paragraphs: Vec<Span>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(article: &Article, letters: &'a [char], quotes: &'a [u8]) -> Self {
        let mut all: Vec<(Mention, usize)> = article
            .entities
            .iter()
            .enumerate()
            .flat_map(|(e, entity)| entity.mentions.iter().map(move |m| (*m, e)))
            .collect();
        all.sort_by(|a, b| order(a.0.span, b.0.span).then(a.1.cmp(&b.1)));
        let mut speech: Vec<(Span, usize)> = article
            .statements
            .iter()
            .enumerate()
            .filter(|(_, s)| is_quoted(s) || is_line(letters, s))
            .flat_map(|(n, s)| s.content.iter().map(move |c| (*c, n)))
            .collect();
        let lines = article.statements.iter().map(|s| is_line(letters, s)).collect();
        speech.sort();
        Self {
            letters,
            quotes,
            longest: all.iter().map(|(m, _)| m.span.length()).max().unwrap_or_default(),
            longest_speech: speech.iter().map(|(s, _)| s.length()).max().unwrap_or_default(),
            mentions: all.iter().map(|(m, _)| *m).collect(),
            entity_of: all.iter().map(|(_, e)| *e).collect(),
            speech,
            lines,
            paragraphs: text::paragraphs(&article.text),
        }
    }

    /// The entity of a mention, by number.
    pub(crate) fn entity_of(&self, mention: usize) -> Option<usize> {
        self.entity_of.get(mention).copied()
    }

    pub(crate) fn words(&self, span: Span) -> String {
        crate::entity::slice(self.letters, span)
    }

    pub(crate) fn letters(&self) -> &[char] {
        self.letters
    }

    /// Mentions that start in `[from, to)`, by number.
    fn starting(&self, from: u32, to: u32) -> std::ops::Range<usize> {
        let a = self.mentions.partition_point(|m| m.span.start() < from);
        let b = self.mentions.partition_point(|m| m.span.start() < to);
        a..b.max(a)
    }

    /// The mention with exactly this span.
    pub(crate) fn exactly(&self, span: Span) -> Option<usize> {
        self.starting(span.start(), span.start() + 1).find(|i| self.mentions.get(*i).is_some_and(|m| m.span == span))
    }

    /// Mentions inside a span, in order; the outermost come before what they hold.
    pub(crate) fn inside(&self, span: Span) -> Vec<usize> {
        self.starting(span.start(), span.end())
            .filter(|i| self.mentions.get(*i).is_some_and(|m| span.contains(m.span)))
            .collect()
    }

    /// The shortest mention that holds a span.
    pub(crate) fn around(&self, span: Span) -> Option<usize> {
        self.starting(span.start().saturating_sub(self.longest), span.start() + 1)
            .filter(|i| self.mentions.get(*i).is_some_and(|m| m.span.contains(span)))
            .min_by_key(|i| self.mentions.get(*i).map(|m| m.span.length()))
    }

    /// The longest mention that ends at a place.
    pub(crate) fn ending_at(&self, end: u32) -> Option<usize> {
        self.starting(end.saturating_sub(self.longest), end)
            .find(|i| self.mentions.get(*i).is_some_and(|m| m.span.end() == end))
    }

    /// The innermost quoted statement in whose content a span stands, where it stands inside quotation marks; in a transcript, which
    /// has none, the line.
    pub(crate) fn speech_around(&self, span: Span) -> Option<usize> {
        let inside = matches!(self.quotes.get(span.start() as usize), Some(1 | 2));
        let from = self.speech.partition_point(|(s, _)| s.start() < span.start().saturating_sub(self.longest_speech));
        let to = self.speech.partition_point(|(s, _)| s.start() <= span.start());
        let mut best: Option<(u32, usize)> = None;
        for (piece, statement) in self.speech.get(from..to).unwrap_or_default() {
            let line = self.lines.get(*statement).copied().unwrap_or_default();
            if (inside || line) && piece.contains(span) && best.is_none_or(|(length, _)| piece.length() < length) {
                best = Some((piece.length(), *statement));
            }
        }
        best.map(|(_, n)| n)
    }

    /// The number of the paragraph at a place.
    pub(crate) fn paragraph(&self, at: u32) -> usize {
        self.paragraphs.partition_point(|p| p.end() <= at)
    }

    /// Whether a statement's content covers the whole paragraph in which it starts, but for marks and blanks.
    pub(crate) fn fills_paragraph(&self, statement: &Statement) -> bool {
        let Some(first) = statement.content.first() else { return false };
        let Some(paragraph) = self.paragraphs.get(self.paragraph(first.start())) else { return false };
        (paragraph.start()..paragraph.end()).all(|i| {
            let letter = self.letters.get(i as usize).is_some_and(|c| c.is_alphanumeric());
            !letter || Span::new(i, i + 1).is_ok_and(|one| holds(&statement.content, one))
        })
    }

    /// Whether a quotation that is open before a place goes on at it: the marks before it in its paragraph are open.
    pub(crate) fn is_in_quotation(&self, at: u32) -> bool {
        matches!(self.quotes.get(at as usize), Some(1 | 2))
    }
}

/// «RUIZ: I went home.»: who, a colon, what.
fn is_line(letters: &[char], statement: &Statement) -> bool {
    let (Some(source), [cue], Some(content)) =
        (statement.source.last(), statement.cue.as_slice(), statement.content.first())
    else {
        return false;
    };
    cue.length() == 1
        && letters.get(cue.start() as usize) == Some(&':')
        && source.end() <= cue.start()
        && cue.end() <= content.start()
}

/// By start, longer first.
pub(crate) fn order(a: Span, b: Span) -> std::cmp::Ordering {
    a.start().cmp(&b.start()).then(b.end().cmp(&a.end()))
}
