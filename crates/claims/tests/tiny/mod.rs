//! Tiny articles for tests: each statement is one sentence «SPEAKER CUE CONTENT.»

use claims::{ArticleVectors, Projection, SentenceVector, StatementVector, Vector};
use model::{
    Act, Actor, Article, EntityType, Kind, Outlet, Precision, Published, PublishedFrom, Span, Speaker, SpeakerBy,
    Statement,
};

/// An actor of a kind; `id` is its name, too.
pub fn actor(id: &str, kind: EntityType, part_of: Option<&str>) -> Actor {
    Actor {
        id: id.to_owned(),
        kind,
        name: id.to_owned(),
        aliases: Vec::new(),
        part_of: part_of.map(str::to_owned),
        roles: Vec::new(),
        anonymous: kind == EntityType::Anonymous,
        why: Vec::new(),
    }
}

/// One statement to be written into an article.
#[derive(Clone, Debug)]
pub struct Told {
    pub speaker: Option<&'static str>,
    pub act: Act,
    pub kind: Kind,
    pub content: String,
    /// Number of the statement in which it stands.
    pub parent: Option<usize>,
    pub negated: bool,
    pub hedged: bool,
}

/// Somebody says something indirectly.
pub fn told(speaker: &'static str, act: Act, content: &str) -> Told {
    let speaker = (!speaker.is_empty()).then_some(speaker);
    Told {
        speaker,
        act,
        kind: Kind::Indirect,
        content: content.to_owned(),
        parent: None,
        negated: false,
        hedged: false,
    }
}

/// An article whose sentences are its statements.
pub fn article(id: &str, outlet: &str, date: &str, statements: &[Told]) -> Article {
    let mut article = Article {
        id: id.to_owned(),
        outlet: Outlet { name: Some(outlet.to_owned()), ..Outlet::default() },
        published: Some(Published { value: date.to_owned(), precision: Precision::Day, from: PublishedFrom::Header }),
        ..Article::default()
    };
    for (number, told) in statements.iter().enumerate() {
        let start = article.text.chars().count();
        let speaker = told.speaker.unwrap_or("It");
        let cue = start + speaker.chars().count() + 1;
        article.text.push_str(&format!("{speaker} says {}. ", told.content));
        let content = cue + "says ".len();
        let span = |from: usize, length: usize| vec![Span::of(from, from + length).expect("not empty")];
        article.statements.push(Statement {
            id: format!("s{number}"),
            source: span(start, speaker.chars().count()),
            cue: span(cue, 4),
            content: span(content, told.content.chars().count()),
            speaker: told.speaker.map(|name| Speaker {
                actor: Some(name.to_owned()),
                entity: None,
                name: name.to_owned(),
                by: SpeakerBy::Name,
                confidence: 1.0,
            }),
            addressee: None,
            act: told.act,
            kind: told.kind,
            negated: told.negated,
            hedged: told.hedged,
            parent: told.parent.map(|parent| format!("s{parent}")),
            zone: model::ZoneKind::Body,
            confidence: 1.0,
        });
    }
    article
}

/// Vectors that are alike where words are shared.
#[allow(dead_code)]
pub fn vectors(article: &Article) -> ArticleVectors {
    let characters: Vec<char> = article.text.chars().collect();
    let vector = |span: &Span| {
        let words: String = characters[span.start() as usize..span.end() as usize].iter().collect();
        let mut numbers = [0f32; 64];
        for word in words.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
            let place = word.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte))) % 64;
            numbers[place as usize] += 1.0;
        }
        StatementVector { vector: Vector::new(&numbers), projection: Projection::new(&numbers) }
    };
    let sentence = |span: Span| {
        let StatementVector { vector, projection } = vector(&span);
        SentenceVector { span, vector, projection }
    };
    ArticleVectors {
        statements: article.statements.iter().map(|s| s.content.first().map(vector).unwrap_or_default()).collect(),
        sentences: text::sentences(&article.text).into_iter().map(sentence).collect(),
    }
}
