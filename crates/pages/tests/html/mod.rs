//! A small strict reader of HTML for the tests: it takes only what is well formed, and reads as a browser without
//! script does.

use std::collections::BTreeSet;

/// One thing in the document.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// Name, attributes with their values unescaped.
    Open(String, Vec<(String, String)>),
    /// Name.
    Close(String),
    /// Words, unescaped.
    Text(String),
}

const VOID: [&str; 6] = ["meta", "input", "br", "hr", "img", "link"];

/// All events in order, or what is wrong with the document.
pub fn read(html: &str) -> Result<Vec<Event>, String> {
    let mut rest = html.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let mut events = Vec::new();
    let mut open: Vec<String> = Vec::new();
    while !rest.is_empty() {
        if let Some(raw) = open.last().filter(|name| matches!(name.as_str(), "script" | "style")) {
            let end = rest.find(&format!("</{raw}>")).ok_or("raw text without end")?;
            events.push(Event::Text(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        let Some(at) = rest.find('<') else { return Err(format!("text after the end: {rest:.40}")) };
        if at > 0 {
            events.push(Event::Text(unescape(&rest[..at])?));
        }
        rest = &rest[at..];
        let end = tag_end(rest)?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let expected = open.pop();
            if expected.as_deref() != Some(name) {
                return Err(format!("</{name}> closes {expected:?}"));
            }
            events.push(Event::Close(name.to_owned()));
        } else {
            let (name, attributes) = attributes(tag)?;
            if !VOID.contains(&name.as_str()) {
                open.push(name.clone());
            }
            events.push(Event::Open(name, attributes));
        }
    }
    if open.is_empty() { Ok(events) } else { Err(format!("never closed: {open:?}")) }
}

fn tag_end(rest: &str) -> Result<usize, String> {
    let mut quoted = false;
    for (i, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Ok(i),
            '<' if i > 0 => return Err(format!("raw < inside a tag: {rest:.60}")),
            _ => {}
        }
    }
    Err(format!("a tag without end: {rest:.60}"))
}

fn attributes(tag: &str) -> Result<(String, Vec<(String, String)>), String> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !plain(name) {
        return Err(format!("odd tag <{tag:.60}>"));
    }
    let mut out: Vec<(String, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    while !rest.is_empty() {
        let stop = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = &rest[..stop];
        let mut value = String::new();
        rest = &rest[stop..];
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').ok_or("a value without end")?;
            value = unescape(&quoted[..end])?;
            rest = &quoted[end + 1..];
        }
        if !plain(key) || key.starts_with("on") || key == "style" {
            return Err(format!("odd attribute {key:?} in <{tag:.80}>"));
        }
        if !seen.insert(key.to_owned()) {
            return Err(format!("{key} twice in <{tag:.80}>"));
        }
        out.push((key.to_owned(), value));
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    Ok((name.to_owned(), out))
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').ok_or_else(|| format!("raw & in {text:.60}"))? + at;
        out.push(match &rest[at + 1..end] {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            other => return Err(format!("odd reference &{other};")),
        });
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

/// What must hold for every report: ids once, links inside the page lead somewhere, labels point at something.
pub fn check_links(events: &[Event]) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    let mut wanted = Vec::new();
    for event in events {
        let Event::Open(name, attributes) = event else { continue };
        for (key, value) in attributes {
            match key.as_str() {
                "id" if value.is_empty() || value.contains(char::is_whitespace) => {
                    return Err(format!("odd id {value:?}"));
                }
                "id" if !ids.insert(value.clone()) => return Err(format!("id {value:?} twice")),
                "href" => match value.strip_prefix('#') {
                    Some(target) => wanted.push(target.to_owned()),
                    None if value.starts_with("https://") || value.starts_with("http://") => {}
                    None => return Err(format!("odd address {value:?}")),
                },
                "src" | "action" | "srcset" => return Err(format!("<{name}> loads {value:?}")),
                "aria-labelledby" | "aria-controls" => wanted.push(value.clone()),
                _ => {}
            }
        }
    }
    match wanted.iter().find(|target| !ids.contains(*target)) {
        Some(target) => Err(format!("nothing has the id {target:?}")),
        None => Ok(()),
    }
}

/// The words of each article’s text, claim marks left out, in the order of the page.
pub fn article_texts(events: &[Event]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    let (mut text_at, mut marks_at) = (None, None);
    for event in events {
        match event {
            Event::Open(name, attributes) if !VOID.contains(&name.as_str()) => {
                depth += 1;
                let class = attributes.iter().find(|(key, _)| key == "class").map_or("", |(_, class)| class.as_str());
                if class == "text" && text_at.is_none() {
                    text_at = Some(depth);
                    out.push(String::new());
                } else if class == "mks" && text_at.is_some() && marks_at.is_none() {
                    marks_at = Some(depth);
                }
            }
            Event::Open(..) => {}
            Event::Close(_) => {
                text_at = text_at.filter(|at| *at != depth);
                marks_at = marks_at.filter(|at| *at != depth);
                depth -= 1;
            }
            Event::Text(words) => {
                if let (Some(_), None, Some(last)) = (text_at, marks_at, out.last_mut()) {
                    last.push_str(words);
                }
            }
        }
    }
    out
}
