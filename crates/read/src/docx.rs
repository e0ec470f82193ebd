//! Word documents: the text of a .docx.
//!
//! In: its two parts that matter, `word/document.xml` and `docProps/core.xml`. Out: one article with a paragraph for each
//! of the document's. Title, author and date are read from what the program wrote about the document, the title only
//! where the document does not begin with one.

use crate::assemble::{Draft, assemble};
use crate::html::line;
use crate::{Options, plain};
use model::{Article, Problem, PublishedFrom};
use quick_xml::Reader;
use quick_xml::events::Event;

/// The article of a document.
pub(crate) fn article(document: &[u8], about: &[u8], path: &str, options: &Options) -> Result<Article, Problem> {
    let mut draft = Draft { path: path.to_owned(), ..Draft::default() };
    let mut paragraphs: Vec<(String, bool)> = Vec::new();
    let mut open = String::new();
    let mut is_title = false;
    let mut in_text = false;
    each_event(document, |event| match event {
        Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref().as_bytes() {
            b"w:t" => in_text = true,
            b"w:tab" | b"w:br" | b"w:cr" => open.push(' '),
            b"w:pStyle" => {
                let style = tag.try_get_attribute("w:val").ok().flatten().map(|value| value.value.to_ascii_lowercase());
                is_title |= style.is_some_and(|style| style == "title" || style == "heading1");
            }
            _ => {}
        },
        Event::Text(text) if in_text => open.push_str(&text.into_inner()),
        Event::GeneralRef(reference) if in_text => push_reference(&reference.into_inner(), &mut open),
        Event::End(tag) => match tag.name().as_ref().as_bytes() {
            b"w:t" => in_text = false,
            b"w:p" => {
                paragraphs.extend(line(&open).map(|line| (line, is_title)));
                open.clear();
                is_title = false;
            }
            _ => {}
        },
        _ => {}
    });
    read_about(about, &mut draft);
    if paragraphs.first().is_some_and(|(_, is_title)| *is_title) {
        draft.title = Some(paragraphs.remove(0).0);
    } else if draft.title.is_none() {
        let texts: Vec<String> = paragraphs.iter().map(|(text, _)| text.clone()).collect();
        draft.title = plain::title_index(&texts).map(|index| paragraphs.remove(index).0);
    }
    draft.paragraphs = paragraphs.into_iter().map(|(text, _)| (text, None)).collect();
    if draft.paragraphs.is_empty() && draft.title.is_none() {
        return Err(plain::empty(path));
    }
    Ok(assemble(draft, options))
}

fn read_about(about: &[u8], draft: &mut Draft) {
    let mut field = String::new();
    let mut value = String::new();
    each_event(about, |event| match event {
        Event::Start(tag) => {
            field = tag.name().as_ref().to_owned();
            value.clear();
        }
        Event::Text(text) => value.push_str(&text.into_inner()),
        Event::GeneralRef(reference) => push_reference(&reference.into_inner(), &mut value),
        Event::End(_) => {
            if let Some(value) = line(&value) {
                match field.as_str() {
                    "dc:title" => draft.title = Some(value),
                    "dc:creator" => draft.authors = vec![value],
                    "dcterms:created" => draft.published = Some((value, PublishedFrom::File)),
                    _ => {}
                }
            }
            field.clear();
        }
        _ => {}
    });
}

/// `&amp;` as XML has it; what is unknown stays as it is written.
pub(crate) fn push_reference(name: &str, to: &mut String) {
    let whole = format!("&{name};");
    match crate::clean::entity(&whole) {
        Some((character, _)) => to.push(character),
        None => to.push_str(&whole),
    }
}

/// Hands on the events of XML up to its end or the first place that is none.
fn each_event(xml: &[u8], mut see: impl FnMut(Event<'_>)) {
    let (text, _) = text::decode(xml);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) => see(event),
        }
    }
}
