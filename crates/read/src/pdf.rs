//! Text PDF files: the text of a page that is printed or set, in the order in which it is read.
//!
//! In: the bytes of a file. Out: one article. The crate `hayro-interpret` runs each page and says where every letter stands;
//! [`layout`] makes lines, columns and paragraphs of them, joins words that were divided, and leaves out what runs at the
//! head and foot of all pages. Pictures, drawings, notes in the margin that stand on end and annotations are passed over.
//!
//! A page is a program and may draw without end, and what is packed may unpack without end: [`bounds`] refuses files that no
//! text is worth before they are run, and what is drawn is counted, so that a file that draws too much is given up.

use crate::assemble::{Draft, assemble};
use crate::html::{line, split_names};
use crate::reading::problem;
use crate::{Options, credits};
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, interpret_page,
};
use model::{Article, Problem};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

mod bounds;
mod layout;
mod raw;
mod unpacked;

/// No newspaper has more; a book is no article.
const MOST_PAGES: usize = 500;
/// Letters, lines and pictures that all pages may draw: a thick newspaper has a million. Forms that draw each other end here
/// after some ten seconds.
const MOST_DRAWN: usize = 3_000_000;

/// The article of a PDF file.
pub(crate) fn article(bytes: Vec<u8>, path: &str, options: &Options) -> Result<Article, Problem> {
    let is_counted = bounds::before(&bytes).map_err(|refused| costs_too_much(&refused, path))?;
    let pdf = match catch_unwind(AssertUnwindSafe(|| Pdf::new(bytes))) {
        Ok(Ok(pdf)) => pdf,
        Ok(Err(LoadPdfError::Decryption(_))) => {
            let message = format!("`{path}` is a PDF file that asks for a password; save it without one");
            return Err(problem("pdf-with-password", message, path));
        }
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => return Err(broken(path)),
    };
    match catch_unwind(AssertUnwindSafe(|| bounds::pages(&pdf, MOST_PAGES, is_counted))) {
        Ok(bounded) => bounded.map_err(|refused| costs_too_much(&refused, path))?,
        Err(_) => return Err(broken(path)),
    }
    let mut drawn = Drawn::default();
    // The interpreter is not ours: a page that makes it panic costs itself and those behind it.
    let ran = catch_unwind(AssertUnwindSafe(|| draw(&pdf, &mut drawn)));
    let mut draft = Draft { path: path.to_owned(), ..Draft::default() };
    if ran.is_err() || pdf.pages().len() > MOST_PAGES {
        let message = format!("`{path}` was read up to page {} of {} only", drawn.pages.len(), pdf.pages().len());
        draft.problems.push(Problem { code: "pdf-read-in-part".into(), message, path: None });
    }
    let told = layout::paragraphs(&drawn.pages);
    if told.is_empty() {
        if ran.is_err() {
            return Err(broken(path));
        }
        let message = format!(
            "`{path}` is a PDF file of pictures without text; make its letters readable first, for example with ocrmypdf"
        );
        return Err(problem("pdf-without-text", message, path));
    }
    if drawn.unknown > drawn.known {
        let message = format!("`{path}` does not say what most of its letters are; what could be told was read");
        draft.problems.push(Problem { code: "pdf-letters-unknown".into(), message, path: None });
    }
    fill(&pdf, told, &mut draft);
    Ok(assemble(draft, options))
}

fn costs_too_much(refused: &bounds::Refused, path: &str) -> Problem {
    match refused {
        bounds::Refused::TooMuch => {
            let message = format!(
                "`{path}` is a PDF file that unpacks or draws far more than a text does; print it to a new PDF file, or save its text as .txt"
            );
            problem("unpacks-without-end", message, path)
        }
        bounds::Refused::Locked => {
            let message = format!(
                "`{path}` is a PDF file that is locked, be it only against changes; save it unlocked, for example with qpdf --decrypt"
            );
            problem("pdf-with-password", message, path)
        }
    }
}

fn broken(path: &str) -> Problem {
    let message = format!("`{path}` begins as a PDF file and cannot be read as one; save it anew, or its text as .txt");
    problem("broken-pdf", message, path)
}

/// Headline and authors: what the file says of itself only where its text bears it out, for programs write names of files there.
fn fill(pdf: &Pdf, told: Vec<layout::Told>, draft: &mut Draft) {
    let text_of = |bytes: &Option<Box<[u8]>>| bytes.as_deref().and_then(|bytes| line(&written(bytes)));
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let about = pdf.metadata();
    // Columns and pictures may stand before it.
    const TOP: usize = 12;
    /// Letters: ornaments have none, and every title begins with nothing.
    const LEAST: usize = 8;
    let named = text_of(&about.title).map(|title| letters(&title)).filter(|title| title.chars().count() >= LEAST);
    let at = named
        .and_then(|title| {
            told.iter().take(TOP).position(|paragraph| {
                let start = letters(&paragraph.text);
                start.chars().count() >= LEAST && title.starts_with(&start)
            })
        })
        .or_else(|| told.iter().take(TOP).position(|paragraph| paragraph.is_headline));
    for (index, paragraph) in told.into_iter().enumerate() {
        if Some(index) == at {
            draft.title = Some(paragraph.text);
        } else {
            draft.paragraphs.push((paragraph.text, None));
        }
    }
    let authors = text_of(&about.author).map(|names| split_names(&names)).unwrap_or_default();
    if authors.iter().all(|name| credits::is_name(name)) {
        draft.authors = authors;
    }
}

/// Text of the file's own description: UTF-16 with a mark, else bytes that are nearly Latin-1.
fn written(bytes: &[u8]) -> String {
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

/// Runs the pages of a file.
fn draw(pdf: &Pdf, drawn: &mut Drawn) {
    let cache = InterpreterCache::new();
    for page in pdf.pages().iter().take(MOST_PAGES) {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let upright = page.initial_transform(true);
        let bbox = Rect::new(0.0, 0.0, width, height);
        let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
        let transform = hayro_interpret::TransformExt::to_kurbo(&upright);
        let mut context = Context::new(transform, bbox, &cache, pdf.xref(), settings);
        drawn.pages.push(layout::Page { height, letters: Vec::new() });
        interpret_page(page, &mut context, drawn);
    }
}

/// What was drawn so far.
#[derive(Default)]
struct Drawn {
    pages: Vec<layout::Page>,
    count: usize,
    /// Letters of which the file says which they are, and others.
    known: usize,
    unknown: usize,
}

impl Drawn {
    /// Nothing that is drawn can be refused but by leaving the interpreter altogether.
    fn count(&mut self) {
        self.count += 1;
        if self.count > MOST_DRAWN {
            resume_unwind(Box::new("too much is drawn"));
        }
    }
}

impl Device<'_> for Drawn {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.count();
            let text = match glyph.as_unicode() {
                Some(BfString::Char(letter)) => letter.to_string(),
                Some(BfString::String(letters)) => letters,
                None => {
                    self.unknown += 1;
                    continue;
                }
            };
            self.known += 1;
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(drawing) => drawing.advance_width(),
            };
            if let Some(letter) = letter(text, props.transform * glyph.transform(), advance)
                && let Some(page) = self.pages.last_mut()
            {
                page.letters.push(letter);
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {
        self.count();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {
        self.count();
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.count();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// A letter where it stands; none where it stands on end or nowhere.
fn letter(text: String, transform: Affine, advance: Option<f32>) -> Option<layout::Letter> {
    /// Fonts count in thousandths of their size.
    const UNITS: f64 = 1000.0;
    let at = transform * Point::ZERO;
    let vector = |x: f64, y: f64| -> Vec2 { transform * Point::new(x, y) - at };
    let (up, along) = (vector(0.0, UNITS), vector(UNITS, 0.0));
    let is_upright = along.x > 0.0 && along.y.abs() < along.x * 0.1 && up.y < 0.0;
    let size = up.hypot();
    let width = f64::from(advance.unwrap_or(500.0)) / UNITS * along.x;
    let is_somewhere = [at.x, at.y, size, width].iter().all(|number| number.is_finite() && number.abs() < 1e6);
    (is_upright && is_somewhere && size > 0.5).then_some(layout::Letter { text, x: at.x, y: at.y, width, size })
}
