//! Measures how well articles are found in saved pages.
//!
//!     cargo run --release -p tellings-read --example measure_pages
//!     cargo run --release -p tellings-read --example measure_pages -- dates      the wrong ones, one a line; `all` for all kinds
//!
//! Reads `data/pages` of the folder named by `TELLINGS_SHARED` (default `../shared`); needs `tar` and `zstd`. For the
//! pages of the trafilatura project it counts pieces that the text must hold (`with`) and must not (`without`); for
//! those of htmldate, dates that are right to the day; for those of fundus and newspaper4k, titles, authors and outlets,
//! and for fundus the words beyond what its own parsers give. The pages are for measuring only: nothing is learnt from
//! them, and no rule is made for one page.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn main() {
    let shared = std::env::var("TELLINGS_SHARED").map_or_else(|_| PathBuf::from("../shared"), PathBuf::from);
    let folder = std::env::temp_dir().join("tellings-pages");
    if let Err(why) = unpack(&shared.join("data/pages"), &folder) {
        eprintln!("no pages to measure on: {why}");
        return;
    }
    let outlets = outlets(&shared.join("data/outlets/outlets_fundus.csv"));
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).unwrap_or_default();
    let mut pages: BTreeMap<String, Page> = BTreeMap::new();
    let mut time = Duration::ZERO;
    let mut found = Figures::default();
    for line in gold.lines() {
        let Ok(row) = serde_json::from_str::<Value>(&line.replace(": NaN", ": null")) else { continue };
        let Some(name) = row["page"].as_str() else { continue };
        let page = pages.entry(name.to_owned()).or_insert_with(|| {
            let (page, took) = Page::of(&folder.join(name));
            time += took;
            page
        });
        found.count(&row, page, &outlets, &wanted);
    }
    if !wanted.is_empty() {
        return;
    }
    println!("pieces, all          {}", f1(found.pieces));
    println!("  with captions etc. {}", f1(found.whole));
    println!("pieces, English      {}", f1(found.english));
    println!("dates to the day     {} (found {})", share(found.dates), found.dates_found);
    println!("titles               {}", share(found.titles));
    println!("  but for overlines  {}", share([found.nearly, found.titles[1]]));
    println!("authors              {}", share(found.authors));
    println!("outlets              {}", share(found.outlets));
    println!("trafilatura's titles {}", share(found.other_titles));
    println!("  authors            {}", share(found.other_authors));
    println!("  dates              {}", share(found.other_dates));
    println!("words, fundus        {}", f1(found.words));
    println!("body beyond gold     {}", share(found.beyond));
    println!("  English pages      {}", share(found.beyond_english));
    println!("pages a second       {:.0} ({} pages)", pages.len() as f64 / time.as_secs_f64(), pages.len());
}

#[derive(Default)]
struct Figures {
    /// Gold, found, right.
    pieces: [usize; 3],
    /// The same over all that was kept, also what is marked as caption, credit or boilerplate.
    whole: [usize; 3],
    english: [usize; 3],
    words: [usize; 3],
    /// Right, all.
    dates: [usize; 2],
    dates_found: usize,
    titles: [usize; 2],
    /// Titles that are right but for an overline before them or a name of the site behind them.
    nearly: usize,
    authors: [usize; 2],
    outlets: [usize; 2],
    beyond: [usize; 2],
    beyond_english: [usize; 2],
    /// On the pages of trafilatura, by which no rule was chosen before.
    other_titles: [usize; 2],
    other_authors: [usize; 2],
    other_dates: [usize; 2],
}

impl Figures {
    fn count(&mut self, row: &Value, page: &Page, outlets: &BTreeMap<String, String>, wanted: &str) {
        let name = row["page"].as_str().unwrap_or("");
        let say = |kind: &str, right: bool, gold: &str, found: &str| {
            if (kind == wanted || wanted == "all") && !right {
                println!("{kind}\t{name}\t{gold}\t{found}");
            }
        };
        match row["set"].as_str() {
            Some("trafilatura") => {
                let whole = count_pieces(row, &page.whole, |_, _| {});
                self.whole.iter_mut().zip(whole).for_each(|(to, count)| *to += count);
                let counts = count_pieces(row, &page.text, |piece, missing| {
                    say(if missing { "missing" } else { "extra" }, false, piece, "");
                });
                let add = |to: &mut [usize; 3]| to.iter_mut().zip(counts).for_each(|(to, count)| *to += count);
                add(&mut self.pieces);
                if page.language == "en" {
                    add(&mut self.english);
                }
                let told = |key: &str| row[key].as_str().filter(|words| !words.is_empty());
                let count = |right: bool, to: &mut [usize; 2]| {
                    to[0] += usize::from(right);
                    to[1] += 1;
                };
                if let Some(gold) = told("title") {
                    let right = same(gold, &page.title);
                    say("other-titles", right, gold, &page.title);
                    count(right, &mut self.other_titles);
                }
                if let Some(gold) = told("author") {
                    let names: BTreeSet<String> = gold.split("; ").map(plain).collect();
                    let right = names == page.authors.iter().map(|name| plain(name)).collect();
                    say("other-authors", right, gold, &page.authors.join(" | "));
                    count(right, &mut self.other_authors);
                }
                if let Some(gold) = told("date") {
                    let right = page.date.get(..10).unwrap_or(&page.date) == gold;
                    say("other-dates", right, gold, &page.date);
                    count(right, &mut self.other_dates);
                }
            }
            Some("htmldate") => {
                let gold = row["date"].as_str().unwrap_or("");
                // A page without a date is read rightly where none is found.
                let right = page.date.get(..10).unwrap_or(&page.date) == gold;
                say("dates", right, gold, &page.date);
                self.dates[0] += usize::from(right);
                self.dates[1] += 1;
                self.dates_found += usize::from(!page.date.is_empty());
            }
            Some(set @ ("fundus" | "newspaper4k")) => {
                if let Some(gold) = row["title"].as_str().filter(|title| !title.is_empty()) {
                    let right = same(gold, &page.title);
                    say("titles", right, gold, &page.title);
                    self.titles[0] += usize::from(right);
                    self.titles[1] += 1;
                    self.nearly += usize::from(right || is_end_or_beginning(gold, &page.title));
                }
                let gold: BTreeSet<String> = ["author", "authors"]
                    .iter()
                    .flat_map(|key| row[*key].as_array().into_iter().flatten())
                    .filter_map(|name| Some(plain(name.as_str()?)))
                    .collect();
                if !gold.is_empty() {
                    let found: BTreeSet<String> = page.authors.iter().map(|name| plain(name)).collect();
                    say("authors", gold == found, &format!("{gold:?}"), &page.authors.join(" | "));
                    self.authors[0] += usize::from(gold == found);
                    self.authors[1] += 1;
                }
                if set == "fundus" {
                    self.count_fundus(row, page, outlets, &say);
                }
            }
            _ => {}
        }
    }

    fn count_fundus(
        &mut self,
        row: &Value,
        page: &Page,
        outlets: &BTreeMap<String, String>,
        say: &dyn Fn(&str, bool, &str, &str),
    ) {
        // The outlet is right where its domain is that of the table, or its name is.
        if let Some(domain) = row["outlet"].as_str().and_then(|key| outlets.get(key)) {
            let host = page.domain.as_str();
            let right = host == domain || host.ends_with(&format!(".{domain}"));
            say("outlets", right, domain, &format!("{host} {}", page.outlet));
            self.outlets[0] += usize::from(right);
            self.outlets[1] += 1;
        }
        let mut expected = String::new();
        let mut add = |list: &Value| {
            for part in list.as_array().into_iter().flatten() {
                expected.push_str(part.as_str().unwrap_or(""));
                expected.push(' ');
            }
        };
        add(&row["summary"]);
        for section in row["sections"].as_array().into_iter().flatten() {
            add(&section["headline"]);
            add(&section["paragraphs"]);
        }
        let (gold, text) = (bag(&expected), bag(&page.text));
        self.words[0] += gold.values().sum::<usize>();
        self.words[1] += text.values().sum::<usize>();
        self.words[2] += gold.iter().map(|(word, count)| count.min(text.get(word).unwrap_or(&0))).sum::<usize>();
        // What reaches the body as body, of which gold has no word-for-word paragraph.
        let gold = plain(&expected);
        for paragraph in &page.body {
            let words = paragraph.split_whitespace().count();
            let known = gold.contains(&plain(paragraph)) || same(paragraph, &page.title);
            say("beyond", known, "", paragraph);
            let english = Some(&mut self.beyond_english).filter(|_| page.language == "en");
            for to in std::iter::once(&mut self.beyond).chain(english) {
                to[0] += if known { 0 } else { words };
                to[1] += words;
            }
        }
    }
}

/// What is read from one page.
#[derive(Default)]
struct Page {
    /// Headline, body and quotations.
    text: String,
    whole: String,
    title: String,
    date: String,
    language: String,
    authors: Vec<String>,
    outlet: String,
    domain: String,
    /// Paragraphs that are body.
    body: Vec<String>,
}

impl Page {
    fn of(path: &Path) -> (Self, Duration) {
        let bytes = std::fs::read(path).unwrap_or_default();
        let start = Instant::now();
        let article = read::article_from_html(&bytes, "page.html", &read::Options::default());
        let took = start.elapsed();
        let Ok(article) = article else { return (Self::default(), took) };
        let positions = text::Positions::new(&article.text);
        let paragraphs = |kinds: &[model::ZoneKind]| -> Vec<String> {
            text::paragraphs(&article.text)
                .into_iter()
                .filter(|span| kinds.contains(&article.zone_at(span.start())))
                .map(|span| positions.slice(&article.text, span).to_owned())
                .collect()
        };
        let body = paragraphs(&[model::ZoneKind::Body]);
        let told = [model::ZoneKind::Headline, model::ZoneKind::Body, model::ZoneKind::Quotation];
        let text = blanks(&paragraphs(&told).join(" "));
        let page = Self {
            text,
            whole: blanks(&article.text),
            title: article.title.unwrap_or_default(),
            date: article.published.map(|published| published.value).unwrap_or_default(),
            language: article.language.unwrap_or_default(),
            authors: article.authors,
            outlet: article.outlet.name.unwrap_or_default(),
            domain: article.outlet.domain.unwrap_or_default(),
            body,
        };
        (page, took)
    }
}

/// The domain of each of fundus' outlets.
fn outlets(table: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(table).unwrap_or_default();
    let row = |line: &str| Some((line.rsplit(',').next()?.trim().to_owned(), line.split(',').next()?.to_owned()));
    text.lines().skip(1).filter_map(row).collect()
}

fn unpack(pages: &Path, folder: &Path) -> Result<(), String> {
    if folder.join("gold.jsonl").exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let command = format!(
        "zstd -dcq --long=31 '{0}/html.tar.zst' | tar x -C '{1}' && zstd -dcq '{0}/gold.jsonl.zst' > '{1}/gold.jsonl'",
        pages.display(),
        folder.display()
    );
    let status = Command::new("sh").arg("-c").arg(command).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("cannot unpack {}", pages.display())) }
}

/// With single blanks, and without the soft hyphens that some gold texts still have.
fn blanks(text: &str) -> String {
    text.replace('\u{ad}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(words: &str) -> String {
    words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn same(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}

/// Whether one of two titles is the end or the beginning of the other and what is beside it stands apart, in a few words:
/// `Kenya: Nairobi from below`, `Fires: what we know - Latest news`.
fn is_end_or_beginning(a: &str, b: &str) -> bool {
    /// An overline or the name of a section.
    const FEW: usize = 6;
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let (short, long) = (blanks(short), blanks(long));
    let apart = |rest: &str, marks: &[char]| {
        rest.split_whitespace().count() <= FEW
            && (rest.trim_end().ends_with(marks) || rest.trim_start().starts_with(marks))
    };
    const MARKS: [char; 8] = [':', '-', '–', '—', '|', '/', 'ㅣ', '·'];
    !short.is_empty()
        && (long.strip_suffix(short.as_str()).is_some_and(|rest| apart(rest, &MARKS))
            || long.strip_prefix(short.as_str()).is_some_and(|rest| apart(rest, &MARKS)))
}

/// Gold, found, right.
fn count_pieces(row: &Value, text: &str, mut say: impl FnMut(&str, bool)) -> [usize; 3] {
    let mut counts = [0; 3];
    let holds = |piece: &str| text.contains(&blanks(piece));
    for piece in row["with"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let right = holds(piece);
        counts[0] += 1;
        counts[1] += usize::from(right);
        counts[2] += usize::from(right);
        if !right {
            say(piece, true);
        }
    }
    for piece in row["without"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if holds(piece) {
            counts[1] += 1;
            say(piece, false);
        }
    }
    counts
}

fn bag(text: &str) -> BTreeMap<String, usize> {
    let mut bag = BTreeMap::new();
    text.split_whitespace().for_each(|word| *bag.entry(word.to_lowercase()).or_default() += 1);
    bag
}

fn f1([gold, found, right]: [usize; 3]) -> String {
    let (p, r) = (right as f64 / found.max(1) as f64, right as f64 / gold.max(1) as f64);
    format!("P {p:.3} R {r:.3} F1 {:.3}", 2.0 * p * r / (p + r).max(1e-9))
}

fn share([right, all]: [usize; 2]) -> String {
    format!("{:.3} ({right} of {all})", right as f64 / all.max(1) as f64)
}
