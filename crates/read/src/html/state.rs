//! The article of a page that holds it only as data for its scripts.
//!
//! In: the source of a page that shows next to no text. Out: the paragraphs of the longest text in its data, and what
//! the object round it says of headline, author and date. `<script type="application/json">{"article": {"headline":
//! "Mill closes", "bodyHtml": "<p>…</p>"}}</script>` and `window.__STATE__ = {…}` are read; nothing is run.

use super::{Paragraph, blocks, line};
use scraper::Html;
use serde_json::Value;

/// What the data of a page says of its article.
pub(super) struct Told {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<String>,
    pub paragraphs: Vec<Paragraph>,
}

/// Less is a teaser.
const ENOUGH: usize = 400;

/// The article in the data of a page.
pub(super) fn article(html: &str) -> Option<Told> {
    let best = values(html).into_iter().filter_map(|value| longest(&value)).max_by_key(|found| found.length)?;
    let Found { body, length, about } = best;
    (length >= ENOUGH).then(|| Told {
        title: about.iter().find_map(|object| text(object, &["headline", "title"])),
        authors: about.iter().map(names).find(|names| !names.is_empty()).unwrap_or_default(),
        published: about.iter().find_map(|object| {
            text(
                object,
                &["datePublished", "publishedAt", "published_at", "publishDate", "published", "firstPublished"],
            )
        }),
        paragraphs: body,
    })
}

/// The JSON values in the scripts of a page.
fn values(html: &str) -> Vec<Value> {
    /// More is a shop, not an article.
    const MOST: usize = 40;
    let mut found = Vec::new();
    for part in html.split("<script").skip(1).take(MOST) {
        let Some((_, script)) = part.split_once('>') else { continue };
        let script = script.split("</script").next().unwrap_or(script);
        // `window.__STATE__ = {…};` begins somewhere, JSON at once.
        let start = script.find('{').filter(|at| *at < 200);
        let Some(json) = start.and_then(|at| script.get(at..)) else { continue };
        if let Some(Ok(value)) = serde_json::Deserializer::from_str(json).into_iter::<Value>().next() {
            found.push(value);
        }
    }
    found
}

struct Found {
    body: Vec<Paragraph>,
    length: usize,
    /// The objects round the text, the nearest first.
    about: Vec<Value>,
}

/// The longest text of a value: a string with paragraphs in it, or a list of blocks that hold some.
fn longest(value: &Value) -> Option<Found> {
    let mut best: Option<(usize, Vec<&Value>, Vec<Paragraph>)> = None;
    let mut waiting: Vec<(&Value, Vec<&Value>)> = vec![(value, Vec::new())];
    while let Some((value, above)) = waiting.pop() {
        let children: Vec<&Value> = match value {
            Value::Object(object) => object.values().collect(),
            Value::Array(values) => values.iter().collect(),
            _ => continue,
        };
        let texts: Vec<&str> = children.iter().filter_map(|child| own_text(child)).collect();
        // Of an object one text is the body, of a list all.
        let length = match value {
            Value::Array(_) => texts.iter().map(|text| text.len()).sum(),
            _ => texts.iter().map(|text| text.len()).max().unwrap_or_default(),
        };
        let mut round = above.clone();
        if value.is_object() {
            round.insert(0, value);
        }
        if length > best.as_ref().map_or(0, |(most, ..)| *most) {
            let body = match value {
                Value::Array(_) => texts.iter().flat_map(|text| paragraphs(text)).collect(),
                _ => texts.iter().max_by_key(|text| text.len()).map(|text| paragraphs(text)).unwrap_or_default(),
            };
            best = Some((length, round.clone(), body));
        }
        waiting.extend(children.into_iter().map(|child| (child, round.clone())));
    }
    let (_, about, body) = best?;
    let length = body.iter().map(|(text, _)| text.chars().count()).sum();
    Some(Found { body, length, about: about.into_iter().cloned().collect() })
}

/// The words of a string, or of a block such as `{"type": "paragraph", "text": "…"}`, that are text and not code.
fn own_text(value: &Value) -> Option<&str> {
    let words = match value {
        Value::String(words) => words,
        Value::Object(block) => {
            ["text", "html", "content", "value"].iter().find_map(|key| block.get(*key).and_then(Value::as_str))?
        }
        _ => return None,
    };
    let blanks = words.bytes().filter(|byte| *byte == b' ').count();
    (blanks * 20 > words.len() && !words.contains("function(")).then_some(words)
}

fn paragraphs(words: &str) -> Vec<Paragraph> {
    if words.contains("</") || words.contains("<br") {
        return blocks::paragraphs(&Html::parse_document(words), blocks::Skip::Scripts);
    }
    words.lines().filter_map(line).map(|line| (line, None)).collect()
}

fn text(object: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| object.get(*key)?.as_str().and_then(line))
}

fn names(object: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_str().and_then(line).or_else(|| text(value, &["name", "displayName"]));
    match object.get("authors").or_else(|| object.get("author")).or_else(|| object.get("byline")) {
        Some(Value::Array(values)) => values.iter().filter_map(of).collect(),
        Some(value) => of(value).into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::article;

    fn check(script: &str, paragraphs: &[&str], title: Option<&str>) {
        let told = article(&format!("<div id=app></div>{script}")).expect("there is an article");
        assert_eq!(told.paragraphs.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), paragraphs);
        assert_eq!(told.title.as_deref(), title);
    }

    #[test]
    fn text_is_found_as_one_string_or_as_blocks() {
        let long = "The mill of Hale closed on Monday after ninety years, its owner said. ".repeat(7);
        let (long, short) = (long.trim(), "It rained.");
        check(
            &format!(
                "<script>window.S = {{\"a\": {{\"headline\": \"Mill\", \"body\": \"<p>{long}</p><p>{short}</p>\"}}}};</script>"
            ),
            &[long, short],
            Some("Mill"),
        );
        check(
            &format!(
                "<script type=application/json>{{\"title\": \"Mill\", \"blocks\": [{{\"text\": \"{long}\"}}, {{\"text\": \"{short}\"}}]}}</script>"
            ),
            &[long, short],
            Some("Mill"),
        );
    }

    #[test]
    fn settings_are_no_article() {
        assert!(article("<script>var s = {\"a\": \"x y\"}</script>").is_none());
        assert!(article("<script>{\"a\": ").is_none());
    }
}
