//! Actors of any number of invented articles, kept one after another: time and memory must grow with the number, not faster.
//!
//! `cargo run --release -p tellings-actors --example many -- 100000`
//!
//! The generator is pure: article `n` is the same whenever it is asked for, so that earlier articles need not be held, as a store
//! would not. Twelve articles tell one story: four people with offices and short names, a body, a town; first names and some
//! surnames are shared by many stories, so that namesakes abound.

use actors::{Keeper, Knowledge, entities_of_clusters};
use model::{Article, EntityType, Outlet, Precision, Published, PublishedFrom, Span};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Articles about one story.
const STORY: u32 = 12;
/// So many of the last articles need not be made anew.
const AT_HAND: u32 = 700;
/// Stories are told side by side, so that the articles of one are this far apart.
const BESIDE: u32 = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let most: u32 = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let knowledge = Knowledge::built_in();
    let mut keeper = Keeper::default();
    // what a store would hold: the ids that each article's entities were given
    let mut given: Vec<Vec<Option<String>>> = Vec::new();
    // and the articles that it would have at hand
    let mut last: VecDeque<Article> = VecDeque::new();
    let mut ids = BTreeSet::new();
    let (mut same, mut right, mut pairs) = (0usize, 0usize, 0usize);
    let mut of_story: HashMap<(u32, usize), String> = HashMap::new();
    let tenth = (most / 10).max(1);
    let mut since = processor_time();
    for n in 0..most {
        let (article, who) = article(n);
        let kept = keeper.add(article, &knowledge, &|earlier| {
            let at_hand = earlier.checked_sub(n.saturating_sub(AT_HAND)).and_then(|k| last.get(k as usize));
            if let Some(article) = at_hand {
                return Some(article.clone());
            }
            let mut article = self::article(earlier).0;
            for (entity, id) in article.entities.iter_mut().zip(given.get(earlier as usize)?) {
                entity.actor.clone_from(id);
            }
            Some(article)
        });
        same += kept.same.len();
        for (entity, person) in kept.article.entities.iter().zip(&who) {
            let Some(id) = &entity.actor else { continue };
            ids.insert(id.clone());
            if let Some(person) = person {
                match of_story.get(&(story(n), *person)) {
                    Some(first) => {
                        pairs += 1;
                        right += usize::from(first == id);
                    }
                    None => {
                        of_story.insert((story(n), *person), id.clone());
                    }
                }
            }
        }
        // stories that are over need no judge any more
        if of_story.len() > 100_000 {
            of_story.retain(|(s, _), _| s + 2 * BESIDE > story(n));
        }
        given.push(kept.article.entities.iter().map(|e| e.actor.clone()).collect());
        last.push_back(kept.article);
        if last.len() > AT_HAND as usize {
            last.pop_front();
        }
        if (n + 1) % tenth == 0 {
            let spent = processor_time() - since;
            println!(
                "{:>7} articles, these {tenth} in {spent:.2} s, {} actors, memory {} MB",
                n + 1,
                ids.len(),
                memory().map_or("?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
            );
            since = processor_time();
        }
    }
    println!("people of one story in one actor: {right} of {pairs}; ids that turned out to be one: {same}");
    Ok(())
}

/// Seconds that the processor worked on this, where the system tells: others may use the machine, too.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// Peak memory in kB, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

/// The story of an article: fifty are told side by side.
fn story(n: u32) -> u32 {
    n / (STORY * BESIDE) * BESIDE + n % BESIDE
}

/// A number for a story and a place in it, the same always.
fn draw(story: u32, place: u32, of: usize) -> usize {
    let mut x = (u64::from(story) << 32 | u64::from(place)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 31)) % of.max(1) as u64).unwrap_or(0)
}

fn name(story: u32, place: u32, parts: u32) -> String {
    const BEGIN: [&str; 24] = [
        "Bra", "Cor", "Del", "Fen", "Gar", "Hal", "Jor", "Kel", "Lam", "Mor", "Nor", "Ost", "Pel", "Ques", "Ros",
        "Sil", "Tor", "Ul", "Var", "Wes", "Yor", "Zan", "Ild", "Eck",
    ];
    const MIDDLE: [&str; 20] = [
        "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xa", "ze", "lo", "ni",
        "re", "su",
    ];
    const END: [&str; 16] =
        ["n", "rd", "sk", "vel", "mann", "quist", "by", "der", "well", "stad", "rup", "lund", "ric", "th", "x", "ck"];
    let mut out = BEGIN[draw(story, place, BEGIN.len())].to_owned();
    for k in 0..parts {
        out.push_str(MIDDLE[draw(story, place * 31 + k + 7, MIDDLE.len())]);
    }
    out.push_str(END[draw(story, place * 17 + 3, END.len())]);
    out
}

/// An article as reading leaves it, and which of the story's people each of its entities is.
fn article(n: u32) -> (Article, Vec<Option<usize>>) {
    const FIRST: [&str; 12] =
        ["Oda", "Tomas", "Nora", "Karin", "Jesper", "Ines", "Bram", "Lotte", "Sven", "Mira", "Pavel", "Ada"];
    const OFFICE: [&str; 4] = ["Mayor", "Engineer", "Judge", "Senator"];
    let story = story(n);
    let telling = n / BESIDE % STORY;
    let town = name(story, 900, 1);
    let body = format!("{} Water Company", name(story, 901, 1));
    // every fourth story has a surname that many stories have
    let surname = |p: usize| {
        if story.is_multiple_of(4) && p == 0 {
            name(story % 97, 500, 1)
        } else {
            name(story, 100 + u32::try_from(p).unwrap_or(0), 2)
        }
    };
    let first = |p: usize| FIRST[draw(story, 300 + u32::try_from(p).unwrap_or(0), FIRST.len())];
    let mut text = String::new();
    let mut spans: Vec<(usize, Span)> = Vec::new();
    let mut put = |text: &mut String, who: usize, words: &str| {
        let start = text.chars().count();
        text.push_str(words);
        spans.extend(Span::of(start, text.chars().count()).map(|span| (who, span)));
    };
    for k in 0..3 {
        let p = (usize::try_from(telling).unwrap_or(0) + k) % 4;
        let full = format!("{} {} {}", OFFICE[p], first(p), surname(p));
        put(&mut text, p, &full);
        text.push_str(" of ");
        put(&mut text, 4, &town);
        text.push_str(" said the pipes would be mended by the ");
        put(&mut text, 5, &body);
        text.push_str(". ");
        put(&mut text, p, &surname(p));
        text.push_str(" did not say when.\n\n");
    }
    let clusters: Vec<(EntityType, Vec<Span>)> = (0..6)
        .map(|who| {
            let kind = match who {
                4 => EntityType::Place,
                5 => EntityType::Organisation,
                _ => EntityType::Person,
            };
            (kind, spans.iter().filter(|(w, _)| *w == who).map(|(_, span)| *span).collect::<Vec<_>>())
        })
        .filter(|(_, spans)| !spans.is_empty())
        .collect();
    let entities = entities_of_clusters(&text, &clusters);
    let who = entities
        .iter()
        .map(|e| {
            let first = e.mentions.first().map(|m| m.span);
            spans.iter().find(|(_, span)| Some(*span) == first).map(|(who, _)| *who).filter(|who| *who < 4)
        })
        .collect();
    let article = Article {
        id: format!("{n:016x}"),
        text,
        entities,
        outlet: Outlet { name: Some(format!("Outlet {}", telling % 5)), ..Outlet::default() },
        published: Some(Published {
            value: format!("20{:02}-{:02}-{:02}", 10 + n / 40_000, 1 + n / 3_500 % 12, 1 + n / 125 % 28),
            precision: Precision::Day,
            from: PublishedFrom::Meta,
        }),
        ..Article::default()
    };
    (article, who)
}
