//! What the pages look up: articles with their short numbers, statements with their links, stories with their parts.
//!
//! In: an [`Analysis`] as it comes, with references that may lead nowhere. Out: a [`Corpus`] in which every index is
//! sure. An article keeps one place in the report: the first story that lists it. Articles of no story of two come
//! last, as a story without a board. What a claim rests on is gathered in [`crate::claim`].

use crate::claim::{self, ClaimView};
use crate::text::Text;
use crate::words;
use model::{Actor, Analysis, Article, ArticleSpan, EntityType, ReprintDirection, Span, Speaker, SpeakerBy, Stance};
use model::{Statement, StatementRef, Story, Utterance};
use std::collections::{BTreeMap, BTreeSet};

/// Below this confidence the page says “Not sure”. The figure of the design; the reading stage aims at nine right
/// of ten above it.
pub const UNSURE_BELOW: f32 = 0.6;

/// The analysis with everything that several parts look up.
pub(crate) struct Corpus<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) articles: Vec<ArticleView<'a>>,
    pub(crate) statements: Vec<StatementView<'a>>,
    pub(crate) claims: Vec<ClaimView<'a>>,
    pub(crate) stories: Vec<StoryView<'a>>,
    actors: BTreeMap<&'a str, &'a Actor>,
    actor_links: BTreeMap<&'a str, String>,
    article_at: BTreeMap<&'a str, usize>,
    statement_at: BTreeMap<(usize, &'a str), usize>,
    claim_at: BTreeMap<&'a str, usize>,
    outlet_names: BTreeMap<&'a str, String>,
}

/// An article with its place in the report.
pub(crate) struct ArticleView<'a> {
    pub(crate) article: &'a Article,
    pub(crate) text: Text<'a>,
    /// `a3`.
    pub(crate) link: String,
    /// Outlet's name; where there is none its domain, then the file.
    pub(crate) outlet: String,
    /// Indices of its statements, in the order of the text.
    pub(crate) statements: Vec<usize>,
    /// Passages taken over from elsewhere, without overlaps.
    pub(crate) copied: Vec<Span>,
    /// Sentences in its own voice that bear on a claim, with their links.
    pub(crate) voices: Vec<VoiceView>,
    /// Places that the timeline points to.
    pub(crate) places: BTreeMap<Span, String>,
}

/// A sentence in an outlet's own voice.
pub(crate) struct VoiceView {
    pub(crate) span: Span,
    /// `a3-v1`.
    pub(crate) link: String,
    /// Index into [`Corpus::claims`].
    pub(crate) claims: Vec<(usize, Stance, f32)>,
}

/// A statement with its place in the report.
pub(crate) struct StatementView<'a> {
    pub(crate) statement: &'a Statement,
    /// Index into [`Corpus::articles`].
    pub(crate) article: usize,
    /// `a3-s7`.
    pub(crate) link: String,
    pub(crate) claims: Vec<(usize, Stance, f32)>,
    /// Index into the utterances of the analysis.
    pub(crate) utterance: Option<usize>,
    /// Index into [`Corpus::statements`].
    pub(crate) parent: Option<usize>,
    pub(crate) copied: bool,
}

/// A story, or the articles that belong to none.
pub(crate) struct StoryView<'a> {
    pub(crate) story: Option<&'a Story>,
    /// Put before the names of its parts: empty where the report has one story, `st2-` else.
    pub(crate) prefix: String,
    pub(crate) title: String,
    /// Indices into [`Corpus::articles`], in order of time.
    pub(crate) articles: Vec<usize>,
    /// Names of its outlets in the order of their first article.
    pub(crate) outlets: Vec<String>,
    /// Indices into [`Corpus::claims`], in board order.
    pub(crate) claims: Vec<usize>,
    pub(crate) sleep: Sleep,
}

/// How much of a story a browser with script reads only when it is wanted. What sleeps stands inside `noscript`: plain
/// text for a browser that runs scripts, an ordinary part of the page for one that does not. Such parts never nest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sleep {
    /// Nothing sleeps.
    Awake,
    /// Rows, texts and open parts sleep one by one.
    Parts,
    /// The story sleeps as a whole until it is chosen.
    Whole,
}

/// From this many statements in the report on, stories other than the first sleep.
const STORIES_SLEEP: usize = 600;
/// From this many statements in a story on, its parts sleep.
const PARTS_SLEEP: usize = 900;
/// From this many statements in the report on, lists are shorter: a file to be mailed stays under 10 MB.
const LARGE: usize = 3_000;

/// Who speaks, in words for people.
pub(crate) struct Who<'a> {
    pub(crate) name: String,
    pub(crate) unnamed: bool,
    /// `Not sure: “he” may be somebody else`.
    pub(crate) unsure: Option<String>,
    pub(crate) actor: Option<&'a Actor>,
    /// What tells one speaker from another: actor id, else the name.
    pub(crate) key: String,
}

impl<'a> Corpus<'a> {
    /// Numbers everything once.
    pub(crate) fn new(analysis: &'a Analysis) -> Self {
        let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, article) in analysis.articles.iter().enumerate() {
            by_id.entry(article.id.as_str()).or_insert(i);
        }
        let groups = story_groups(analysis, &by_id);
        let many = groups.len() > 1;
        let file_names = file_names(analysis);
        let mut corpus = Self {
            analysis,
            articles: Vec::new(),
            statements: Vec::new(),
            claims: Vec::new(),
            stories: Vec::new(),
            actors: analysis.actors.iter().map(|actor| (actor.id.as_str(), actor)).collect(),
            actor_links: BTreeMap::new(),
            article_at: BTreeMap::new(),
            statement_at: BTreeMap::new(),
            claim_at: BTreeMap::new(),
            outlet_names: BTreeMap::new(),
        };
        for (story, members) in groups {
            let prefix = if many { format!("st{}-", corpus.stories.len() + 1) } else { String::new() };
            let title = match story {
                Some(story) if !story.title.trim().is_empty() => words::one_line(&story.title),
                Some(_) => "A story without a headline".to_owned(),
                None => "Articles on their own".to_owned(),
            };
            let mut view = StoryView {
                story,
                prefix,
                title,
                articles: Vec::new(),
                outlets: Vec::new(),
                claims: Vec::new(),
                sleep: Sleep::Awake,
            };
            for i in members {
                if let Some(article) = analysis.articles.get(i) {
                    let outlet = outlet_of(article, &file_names);
                    if !view.outlets.contains(&outlet) {
                        view.outlets.push(outlet.clone());
                    }
                    view.articles.push(corpus.articles.len());
                    corpus.add_article(article, outlet);
                }
            }
            corpus.stories.push(view);
        }
        corpus.link_statements();
        corpus.link_actors();
        corpus.mark_copies();
        claim::gather(&mut corpus);
        let total = corpus.statements.len();
        for n in 0..corpus.stories.len() {
            let own = corpus.stories.get(n).map_or(0, |story| corpus.statements_of(story).len());
            if let Some(story) = corpus.stories.get_mut(n) {
                story.sleep = match n {
                    0 if own >= PARTS_SLEEP => Sleep::Parts,
                    0 => Sleep::Awake,
                    _ if total >= STORIES_SLEEP => Sleep::Whole,
                    _ => Sleep::Awake,
                };
            }
        }
        corpus
    }

    fn add_article(&mut self, article: &'a Article, outlet: String) {
        let index = self.articles.len();
        let link = format!("a{}", index + 1);
        self.article_at.entry(article.id.as_str()).or_insert(index);
        for name in [&article.outlet.name, &article.outlet.domain, &article.path].into_iter().flatten() {
            self.outlet_names.entry(name.as_str()).or_insert_with(|| outlet.clone());
        }
        self.outlet_names.entry(article.id.as_str()).or_insert_with(|| outlet.clone());
        let mut order: Vec<(u32, &Statement)> =
            article.statements.iter().map(|statement| (start_of(statement), statement)).collect();
        order.sort_by_key(|(start, _)| *start);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut statements = Vec::new();
        for (n, (_, statement)) in order.into_iter().enumerate() {
            let id = safe_name(&statement.id);
            let mut statement_link = format!("{link}-{id}");
            if id.is_empty() || !id.starts_with('s') || !taken.insert(id) {
                statement_link = format!("{link}-x{}", n + 1);
            }
            self.statement_at.entry((index, statement.id.as_str())).or_insert(self.statements.len());
            statements.push(self.statements.len());
            self.statements.push(StatementView {
                statement,
                article: index,
                link: statement_link,
                claims: Vec::new(),
                utterance: None,
                parent: None,
                copied: false,
            });
        }
        self.articles.push(ArticleView {
            text: Text::new(&article.text),
            article,
            link,
            outlet,
            statements,
            copied: Vec::new(),
            voices: Vec::new(),
            places: BTreeMap::new(),
        });
    }

    fn link_statements(&mut self) {
        for i in 0..self.statements.len() {
            let Some(view) = self.statements.get(i) else { continue };
            let parent = view.statement.parent.as_deref().and_then(|id| self.statement_at.get(&(view.article, id)));
            let parent = parent.copied().filter(|parent| *parent != i);
            if let Some(view) = self.statements.get_mut(i) {
                view.parent = parent;
            }
        }
        for (n, utterance) in self.analysis.utterances.iter().enumerate() {
            for reference in &utterance.statements {
                if let Some(i) = self.find(reference)
                    && let Some(view) = self.statements.get_mut(i)
                {
                    view.utterance.get_or_insert(n);
                }
            }
        }
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for place in self.analysis.timeline.iter().flat_map(|entry| &entry.evidence) {
            let Some(&index) = self.article_at.get(place.article.as_str()) else { continue };
            let Some(view) = self.articles.get_mut(index) else { continue };
            let link = &view.link;
            view.places.entry(place.span).or_insert_with(|| {
                let n = counts.entry(index).or_default();
                *n += 1;
                format!("{link}-t{n}")
            });
        }
    }

    fn link_actors(&mut self) {
        let mut taken = BTreeSet::new();
        for (n, actor) in self.analysis.actors.iter().enumerate() {
            let mut link = format!("p-{}", safe_name(&actor.id));
            if link == "p-" || !taken.insert(link.clone()) {
                link = format!("p-{}-{}", safe_name(&actor.id), n + 1);
                taken.insert(link.clone());
            }
            self.actor_links.entry(actor.id.as_str()).or_insert(link);
        }
    }

    fn mark_copies(&mut self) {
        for reprint in &self.analysis.reprints {
            let Some(&to) = self.article_at.get(reprint.to.as_str()) else { continue };
            if reprint.direction == ReprintDirection::Unknown {
                continue;
            }
            if let Some(view) = self.articles.get_mut(to) {
                view.copied.extend(reprint.passages.iter().map(|passage| passage.to));
            }
        }
        for view in &mut self.articles {
            view.copied.sort_unstable();
            let mut merged: Vec<Span> = Vec::new();
            for span in view.copied.drain(..) {
                match merged.last_mut() {
                    Some(last) if span.start() <= last.end() => {
                        *last = Span::new(last.start(), last.end().max(span.end())).unwrap_or(*last);
                    }
                    _ => merged.push(span),
                }
            }
            view.copied = merged;
        }
        for i in 0..self.statements.len() {
            let Some(view) = self.statements.get(i) else { continue };
            let copied = self.articles.get(view.article).is_some_and(|article| {
                let inside = |span: &Span| article.copied.iter().any(|passage| passage.contains(*span));
                !view.statement.content.is_empty() && view.statement.content.iter().all(inside)
            });
            if let Some(view) = self.statements.get_mut(i) {
                view.copied = copied;
            }
        }
    }

    /// Whether lists are kept short for the size of the file.
    pub(crate) fn is_large(&self) -> bool {
        self.statements.len() >= LARGE
    }

    /// Remembers where a claim stands in [`Corpus::claims`].
    pub(crate) fn set_claim(&mut self, id: &'a str, index: usize) {
        self.claim_at.entry(id).or_insert(index);
    }

    /// The claim with an id, where the report shows it.
    pub(crate) fn claim(&self, id: &str) -> Option<usize> {
        self.claim_at.get(id).copied()
    }

    /// The statement that a reference means.
    pub(crate) fn find(&self, reference: &StatementRef) -> Option<usize> {
        self.find_in(&reference.article, &reference.statement)
    }

    /// The statement with an id in an article with an id.
    pub(crate) fn find_in(&self, article: &str, statement: &str) -> Option<usize> {
        let article = *self.article_at.get(article)?;
        self.statement_at.get(&(article, statement)).copied()
    }

    /// The article with an id.
    pub(crate) fn article(&self, id: &str) -> Option<usize> {
        self.article_at.get(id).copied()
    }

    /// The actor with an id.
    pub(crate) fn actor(&self, id: &str) -> Option<&'a Actor> {
        self.actors.get(id).copied()
    }

    /// The name of an actor as the page writes it.
    pub(crate) fn actor_name(&self, id: &str) -> String {
        self.actor(id).map(|actor| words::one_line(&actor.name)).filter(|name| !name.is_empty()).unwrap_or_else(|| {
            let bare = id.split_once(':').map_or(id, |(_, rest)| rest);
            if bare.is_empty() { NOT_NAMED.to_owned() } else { bare.replace('-', " ") }
        })
    }

    /// The link of an actor inside a story's part of people.
    pub(crate) fn actor_link(&self, story: &StoryView<'_>, id: &str) -> String {
        match self.actor_links.get(id) {
            Some(link) => format!("{}{link}", story.prefix),
            None => format!("{}people", story.prefix),
        }
    }

    /// The outlet's name as the page writes it, for a name as the analysis gives it.
    pub(crate) fn outlet_name(&self, name: &str) -> String {
        self.outlet_names.get(name).cloned().unwrap_or_else(|| words::one_line(name))
    }

    /// The utterance of a statement.
    pub(crate) fn utterance(&self, view: &StatementView<'_>) -> Option<&'a Utterance> {
        self.analysis.utterances.get(view.utterance?)
    }

    /// The article of a statement.
    pub(crate) fn article_of(&self, view: &StatementView<'_>) -> Option<&ArticleView<'a>> {
        self.articles.get(view.article)
    }

    /// The outlet of a statement.
    pub(crate) fn outlet(&self, statement: usize) -> &str {
        let article = self.statements.get(statement).and_then(|view| self.articles.get(view.article));
        article.map_or("", |view| view.outlet.as_str())
    }

    /// Outlets of some statements, in the order of the story.
    pub(crate) fn outlets_of(&self, story: &StoryView<'_>, statements: &[usize]) -> Vec<String> {
        let got: BTreeSet<&str> = statements.iter().map(|i| self.outlet(*i)).collect();
        story.outlets.iter().filter(|outlet| got.contains(outlet.as_str())).cloned().collect()
    }

    /// The statements of a story, article by article.
    pub(crate) fn statements_of(&self, story: &StoryView<'_>) -> Vec<usize> {
        let articles = story.articles.iter().filter_map(|i| self.articles.get(*i));
        articles.flat_map(|article| article.statements.iter().copied()).collect()
    }

    /// Where a place of the timeline can be seen: `#a3-t1`.
    pub(crate) fn place_link(&self, place: &ArticleSpan) -> Option<String> {
        let article = self.articles.get(self.article(&place.article)?)?;
        Some(article.places.get(&place.span).map_or_else(|| format!("#{}", article.link), |link| format!("#{link}")))
    }

    /// Who says a statement, as far as it can be told.
    pub(crate) fn who(&self, statement: usize) -> Who<'a> {
        let Some(view) = self.statements.get(statement) else { return Who::not_named() };
        let source = self.article_of(view).map(|article| article.text.all(&view.statement.source)).unwrap_or_default();
        match &view.statement.speaker {
            Some(speaker) => self.named(speaker, &source),
            None if source.is_empty() => Who::not_named(),
            None if words::is_pronoun(&source) => Who::pronoun(&source),
            None => {
                Who { name: words::clip(&source, 90), unnamed: true, unsure: None, actor: None, key: "?".to_owned() }
            }
        }
    }

    /// A speaker or addressee in words for people; `source` is what the article calls them at this place.
    pub(crate) fn named(&self, speaker: &'a Speaker, source: &str) -> Who<'a> {
        let actor = speaker.actor.as_deref().and_then(|id| self.actor(id));
        let name = match actor {
            Some(actor) => words::one_line(&actor.name),
            None => words::one_line(&speaker.name),
        };
        if name.is_empty() {
            return Who::not_named();
        }
        let unsure = (speaker.confidence < UNSURE_BELOW && speaker.by != SpeakerBy::User).then(|| {
            if source.is_empty() || speaker.by == SpeakerBy::QuotationContext {
                "Not sure: told from the words around it; it may be somebody else".to_owned()
            } else {
                format!("Not sure: “{}” may be somebody else", words::clip(source, 40))
            }
        });
        if actor.is_none() && words::is_pronoun(&name) {
            return Who::pronoun(&name);
        }
        let unnamed = actor.is_some_and(is_unnamed);
        let key = actor.map_or_else(|| format!("={}", name.to_lowercase()), |actor| actor.id.clone());
        Who { name, unnamed, unsure, actor, key }
    }
}

impl Who<'_> {
    /// Somebody of whom the article has only a pronoun that leads nowhere.
    fn pronoun(word: &str) -> Self {
        Who {
            name: format!("“{word}”"),
            unnamed: true,
            unsure: Some("Not sure who is meant".to_owned()),
            actor: None,
            key: "?".to_owned(),
        }
    }

    fn not_named() -> Self {
        Who { name: NOT_NAMED.to_owned(), unnamed: true, unsure: None, actor: None, key: "?".to_owned() }
    }
}

/// What stands where nobody can be told.
pub(crate) const NOT_NAMED: &str = "source not named";

/// An unnamed source.
pub(crate) fn is_unnamed(actor: &Actor) -> bool {
    actor.anonymous || actor.kind == EntityType::Anonymous
}

/// Office or kind of an actor in a few words; empty where the articles give none.
pub(crate) fn role_of(actor: &Actor) -> String {
    if let Some(role) = actor.roles.iter().find(|role| !role.text.trim().is_empty()) {
        return words::clip(&role.text, 70);
    }
    match actor.kind {
        _ if is_unnamed(actor) => "unnamed".to_owned(),
        EntityType::Document => "document".to_owned(),
        _ => String::new(),
    }
}

fn start_of(statement: &Statement) -> u32 {
    let spans = statement.content.iter().chain(&statement.source).chain(&statement.cue);
    spans.map(|span| span.start()).min().unwrap_or(0)
}

/// Letters, digits, `-` and `_` of an id; the rest becomes `-`.
fn safe_name(id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let bare = id.strip_prefix("p:").unwrap_or(id);
    bare.chars().map(safe).collect::<String>().trim_matches('-').chars().take(60).collect()
}

/// Which articles stand under which story: stories of two or more by size, then what is left over.
fn story_groups<'a>(analysis: &'a Analysis, by_id: &BTreeMap<&str, usize>) -> Vec<(Option<&'a Story>, Vec<usize>)> {
    let alone = analysis.articles.len() == 1;
    let mut placed = BTreeSet::new();
    let mut groups: Vec<(Option<&Story>, Vec<usize>)> = Vec::new();
    let mut stories: Vec<&Story> = analysis.stories.iter().collect();
    stories.sort_by_key(|story| std::cmp::Reverse(story.articles.len()));
    for story in stories {
        let members: Vec<usize> = story.articles.iter().filter_map(|id| by_id.get(id.as_str()).copied()).collect();
        let mut fresh: Vec<usize> = members.into_iter().filter(|i| !placed.contains(i)).collect();
        fresh.dedup();
        let size = story.articles.iter().collect::<BTreeSet<_>>().len();
        if fresh.is_empty() || (size < 2 && !alone) {
            continue;
        }
        fresh.retain(|i| placed.insert(*i));
        groups.push((Some(story), fresh));
    }
    let rest: Vec<usize> = (0..analysis.articles.len()).filter(|i| !placed.contains(i)).collect();
    if !rest.is_empty() || groups.is_empty() {
        groups.push((None, rest));
    }
    groups
}

/// Short names for files: the last part of the path, the whole path where two files share it.
fn file_names(analysis: &Analysis) -> BTreeMap<&str, String> {
    let last = |path: &str| path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path).to_owned();
    let paths: BTreeSet<&str> = analysis.articles.iter().filter_map(|article| article.path.as_deref()).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        *seen.entry(last(path)).or_default() += 1;
    }
    let name = |path: &str| match seen.get(&last(path)) {
        Some(1) => last(path),
        _ => path.to_owned(),
    };
    paths.iter().map(|path| (*path, name(path))).collect()
}

fn outlet_of(article: &Article, files: &BTreeMap<&str, String>) -> String {
    let clean = |name: &Option<String>| name.as_deref().map(words::one_line).filter(|name| !name.is_empty());
    clean(&article.outlet.name)
        .or_else(|| clean(&article.outlet.domain))
        .or_else(|| article.path.as_deref().and_then(|path| files.get(path).cloned()))
        .unwrap_or_else(|| "outlet not told".to_owned())
}

/// Whether two lists of spans share a code point.
pub(crate) fn overlaps(one: &[Span], other: &[Span]) -> bool {
    one.iter().any(|a| other.iter().any(|b| a.overlaps(*b)))
}
