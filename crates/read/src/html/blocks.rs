//! Paragraphs of an HTML tree.
//!
//! In: a parsed page, or the clean HTML of its article. Out: one paragraph for each block (`p`, `li`, `td`, a heading,
//! text between line breaks), in order, with its kind where the tag tells it. Text of two blocks is never glued.

use super::{Paragraph, line};
use model::ZoneKind;
use scraper::node::Element;
use scraper::{Html, Node};

/// What is passed over with all that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    /// Scripts, styles, forms.
    Scripts,
    /// These, and menus, headers, footers, margins.
    Furniture,
}

/// The paragraphs of a tree.
pub(super) fn paragraphs(tree: &Html, skip: Skip) -> Vec<Paragraph> {
    let mut writer = Writer::default();
    let mut next = Some(tree.tree.root());
    let mut skip_until = None;
    let mut node = match next.take() {
        Some(root) => root,
        None => return Vec::new(),
    };
    // Walked by hand: a tree may be deeper than the stack.
    loop {
        let element = node.value().as_element();
        let skipped = skip_until.is_none() && element.is_some_and(|element| is_skipped(element, skip));
        if skipped {
            skip_until = Some(node.id());
            writer.flush();
        } else if skip_until.is_none() {
            match node.value() {
                Node::Text(text) => writer.open.push_str(text),
                Node::Element(element) => writer.enter(element),
                _ => {}
            }
        }
        if let Some(child) = node.first_child().filter(|_| skip_until.is_none()) {
            node = child;
            continue;
        }
        // Up until there is something to the right.
        loop {
            if skip_until == Some(node.id()) {
                skip_until = None;
            } else if let Some(element) = node.value().as_element() {
                writer.leave(element);
            }
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => {
                    writer.flush();
                    return writer.found;
                }
            }
        }
    }
}

#[derive(Default)]
struct Writer {
    found: Vec<Paragraph>,
    open: String,
    quotations: u32,
    captions: u32,
}

impl Writer {
    fn enter(&mut self, element: &Element) {
        if !is_inline(element.name()) {
            self.flush();
        }
        self.quotations += u32::from(element.name() == "blockquote");
        self.captions += u32::from(element.name() == "figcaption");
    }

    fn leave(&mut self, element: &Element) {
        if !is_inline(element.name()) {
            self.flush();
        }
        self.quotations = self.quotations.saturating_sub(u32::from(element.name() == "blockquote"));
        self.captions = self.captions.saturating_sub(u32::from(element.name() == "figcaption"));
    }

    fn flush(&mut self) {
        let kind = if self.captions > 0 {
            Some(ZoneKind::Caption)
        } else if self.quotations > 0 {
            Some(ZoneKind::Quotation)
        } else {
            None
        };
        // Most blocks hold only blanks: looked at before anything is copied.
        if self.open.contains(|c: char| !c.is_whitespace()) {
            self.found.extend(line(&self.open).map(|line| (line, kind)));
        }
        self.open.clear();
    }
}

/// Tags that stand inside a line of text. All others, known or not, end a paragraph.
fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "img"
            | "ruby"
            | "rb"
            | "rt"
            | "rp"
    )
}

fn is_skipped(element: &Element, skip: Skip) -> bool {
    let tag = element.name();
    let script = matches!(
        tag,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "select"
            | "textarea"
            | "button"
            | "head"
            | "canvas"
            | "audio"
            | "video"
            | "dialog"
    );
    let hidden = || element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true");
    let furniture = || {
        matches!(tag, "nav" | "footer" | "aside" | "menu" | "form")
            || (tag == "header" && element.attr("class").is_none_or(|class| !class.contains("article")))
            || matches!(
                element.attr("role"),
                Some("navigation" | "banner" | "contentinfo" | "search" | "complementary")
            )
    };
    script || (skip == Skip::Furniture && (hidden() || furniture()))
}
