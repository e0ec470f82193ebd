//! Measures how well articles are found in saved pages.
//!
//!     cargo run --release -p tellings-read --example measure_pages
//!
//! Reads `data/pages` of the folder named by `TELLINGS_SHARED` (default `../shared`); needs `tar` and `zstd`. For the
//! pages of the trafilatura project it counts pieces that the text must hold (`with`) and must not (`without`); for
//! those of fundus, words of the expected text; for those of htmldate, dates. The pages are for measuring only: nothing
//! is learnt from them.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let shared = std::env::var("TELLINGS_SHARED").map_or_else(|_| PathBuf::from("../shared"), PathBuf::from);
    let folder = std::env::temp_dir().join("tellings-pages");
    if let Err(why) = unpack(&shared.join("data/pages"), &folder) {
        eprintln!("no pages to measure on: {why}");
        return;
    }
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).unwrap_or_default();
    let mut found: BTreeMap<String, read_once::Page> = BTreeMap::new();
    let (mut pieces, mut words, mut dates, mut titles) = ([0_usize; 3], [0_usize; 3], [0_usize; 3], [0_usize; 2]);
    for line in gold.lines() {
        let Ok(row) = serde_json::from_str::<Value>(&line.replace(": NaN", ": null")) else { continue };
        let Some(name) = row["page"].as_str() else { continue };
        let page = found.entry(name.to_owned()).or_insert_with(|| read_once::Page::of(&folder.join(name)));
        match row["set"].as_str() {
            Some("trafilatura") => count_pieces(&row, &page.text, &mut pieces),
            Some("fundus") => {
                count_words(&row, &page.text, &mut words);
                titles[0] += 1;
                titles[1] += usize::from(same(row["title"].as_str().unwrap_or(""), &page.title));
            }
            Some("htmldate") => {
                dates[0] += 1;
                dates[1] += usize::from(!page.date.is_empty());
                dates[2] += usize::from(row["date"].as_str().is_some_and(|date| page.date.get(..10) == Some(date)));
            }
            _ => {}
        }
    }
    println!("trafilatura pieces  {}", f1(pieces));
    println!("fundus words        {}", f1(words));
    println!("fundus titles       {} of {}", titles[1], titles[0]);
    println!("htmldate dates      {}", f1(dates));
}

mod read_once {
    use std::path::Path;

    /// What is read from one page.
    #[derive(Default)]
    pub struct Page {
        pub text: String,
        pub title: String,
        pub date: String,
    }

    impl Page {
        pub fn of(path: &Path) -> Self {
            let bytes = std::fs::read(path).unwrap_or_default();
            let Ok(article) = read::article_from_html(&bytes, "page.html", &read::Options::default()) else {
                return Self::default();
            };
            Self {
                text: super::blanks(&article.text),
                title: article.title.unwrap_or_default(),
                date: article.published.map(|published| published.value).unwrap_or_default(),
            }
        }
    }
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

fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same(a: &str, b: &str) -> bool {
    let plain = |words: &str| words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    plain(a) == plain(b)
}

/// Counts are gold, found, right.
fn count_pieces(row: &Value, text: &str, counts: &mut [usize; 3]) {
    let holds = |piece: &Value| piece.as_str().is_some_and(|piece| text.contains(&blanks(piece)));
    for piece in row["with"].as_array().into_iter().flatten() {
        let right = usize::from(holds(piece));
        counts[0] += 1;
        counts[1] += right;
        counts[2] += right;
    }
    counts[1] += row["without"].as_array().into_iter().flatten().filter(|piece| holds(piece)).count();
}

fn count_words(row: &Value, text: &str, counts: &mut [usize; 3]) {
    let mut expected = String::new();
    for part in row["summary"].as_array().into_iter().flatten() {
        expected += part.as_str().unwrap_or("");
        expected += " ";
    }
    for section in row["sections"].as_array().into_iter().flatten() {
        for part in ["headline", "paragraphs"].iter().flat_map(|key| section[*key].as_array().into_iter().flatten()) {
            expected += part.as_str().unwrap_or("");
            expected += " ";
        }
    }
    let bag = |text: &str| -> BTreeMap<String, usize> {
        let mut bag = BTreeMap::new();
        text.split_whitespace().for_each(|word| *bag.entry(word.to_lowercase()).or_default() += 1);
        bag
    };
    let (gold, found) = (bag(&expected), bag(text));
    counts[0] += gold.values().sum::<usize>();
    counts[1] += found.values().sum::<usize>();
    counts[2] += gold.iter().map(|(word, count)| count.min(found.get(word).unwrap_or(&0))).sum::<usize>();
}

fn f1([gold, found, right]: [usize; 3]) -> String {
    let (p, r) = (right as f64 / found.max(1) as f64, right as f64 / gold.max(1) as f64);
    format!("P {p:.3} R {r:.3} F1 {:.3}", 2.0 * p * r / (p + r).max(1e-9))
}
