//! PDF files: made here letter by letter, and one (`pdf/printed.pdf`) that a browser printed, with fonts of its own.

use model::{Article, Problem};
use read::{Options, articles_from_bytes};
use std::fmt::Write;

/// A line on a page: from the left, from below, size of the letters, words.
type Line<'l> = (f64, f64, f64, &'l str);

/// A file with these pages, 600 by 800 points, in a font that every reader knows.
fn pdf(pages: &[Vec<Line<'_>>]) -> Vec<u8> {
    let count = pages.len();
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {count} >>", kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (number, lines) in pages.iter().enumerate() {
        let mut stream = String::from("BT ");
        for (x, y, size, words) in lines {
            let words = words.replace('(', "\\(").replace(')', "\\)");
            write!(stream, "/F {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ").expect("a string takes all");
        }
        stream += "ET";
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R /Resources << /Font << /F 3 0 R >> >> >>",
            5 + 2 * number
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()));
    }
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        write!(file, "{} 0 obj\n{object}\nendobj\n", number + 1).expect("a string takes all");
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).expect("a string takes all");
    for place in places {
        writeln!(file, "{place:010} 00000 n ").expect("a string takes all");
    }
    write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .expect("a string takes all");
    file.into_bytes()
}

fn read(bytes: Vec<u8>) -> Result<Article, Problem> {
    articles_from_bytes(bytes, "mill.pdf", &Options::default()).next().expect("a file gives something")
}

fn check(pages: &[Vec<Line<'_>>], paragraphs: &[&str]) {
    let article = read(pdf(pages)).expect("there is text");
    assert_eq!(article.text.split("\n\n").collect::<Vec<_>>(), paragraphs);
}

/// Lines below one another from a place on.
fn column<'l>(x: f64, y: f64, words: &[&'l str]) -> Vec<Line<'l>> {
    words.iter().enumerate().map(|(index, words)| (x, y - 12.0 * index as f64, 10.0, *words)).collect()
}

#[test]
fn lines_make_paragraphs_and_divided_words_are_whole_again() {
    let lines = [
        vec![(50.0, 740.0, 20.0, "Mill of Hale closes"), (50.0, 710.0, 10.0, "By Ines Orr")],
        column(
            50.0,
            680.0,
            &[
                "The mill of Hale closed on Monday after ninety years, its ow-",
                "ner said. He called the well-known house a victim of the cri-",
                "sis and thanked the forty-",
                "two workers.",
            ],
        ),
        column(50.0, 614.0, &["\"We have no orders left,\" Bram Penn told the Dale Post here.", "It rained."]),
    ]
    .concat();
    check(
        &[lines],
        &[
            "Mill of Hale closes",
            "By Ines Orr",
            "The mill of Hale closed on Monday after ninety years, its owner said. He called the well-known house a victim of the crisis and thanked the forty-two workers.",
            "\"We have no orders left,\" Bram Penn told the Dale Post here. It rained.",
        ],
    );
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let left = [
        "The mill of Hale closed on",
        "Monday after ninety years,",
        "its owner said in a letter",
        "that he read to the workers",
    ];
    let right = [
        "before the gate. The mayor",
        "denied that she had known",
        "of it. The union said that",
        "sixty lose their work.",
    ];
    let lines = [
        vec![(50.0, 740.0, 20.0, "Mill of Hale closes after ninety")],
        column(50.0, 700.0, &left),
        column(250.0, 700.0, &right),
    ]
    .concat();
    check(
        &[lines],
        &[
            "Mill of Hale closes after ninety",
            "The mill of Hale closed on Monday after ninety years, its owner said in a letter that he read to the workers before the gate. The mayor denied that she had known of it. The union said that sixty lose their work.",
        ],
    );
}

#[test]
fn what_runs_at_head_and_foot_is_left_out_and_a_sentence_goes_on_over_the_page() {
    let page = |number: &'static str, words: &[&'static str]| {
        [vec![(50.0, 780.0, 8.0, "Dale Post, 14 March 2023"), (290.0, 20.0, 8.0, number)], column(50.0, 700.0, words)]
            .concat()
    };
    check(
        &[
            page(
                "1",
                &[
                    "The mill of Hale closed on Monday after ninety years, its owner",
                    "said in a letter that he read to the workers before the gate of",
                ],
            ),
            page(
                "2",
                &[
                    "the house. The mayor denied that she had known of it, and",
                    "the union said that sixty people lose their work.",
                ],
            ),
        ],
        &[
            "The mill of Hale closed on Monday after ninety years, its owner said in a letter that he read to the workers before the gate of the house. The mayor denied that she had known of it, and the union said that sixty people lose their work.",
        ],
    );
}

#[test]
fn ornaments_do_not_hide_the_title() {
    let lines = [
        (50.0, 700.0, 10.0, "* * * * * *"),
        (50.0, 650.0, 10.0, "Mill of Hale closes"),
        (50.0, 600.0, 10.0, "The mill of Hale closed on Monday."),
    ];
    let file = String::from_utf8(pdf(&[lines.to_vec()])).expect("it was made of letters");
    let file = file.replace("/Root 1 0 R", "/Root 1 0 R /Info << /Title (Mill of Hale closes) >>");
    let article = read(file.into_bytes()).expect("there is text");
    assert_eq!(article.title.as_deref(), Some("Mill of Hale closes"));
    assert_eq!(article.text, "Mill of Hale closes\n\n* * * * * *\n\nThe mill of Hale closed on Monday.");
}

#[test]
fn a_page_that_a_browser_printed_is_read_in_order() {
    let article = read(include_bytes!("pdf/printed.pdf").to_vec()).expect("there is text");
    assert_eq!(article.title.as_deref(), Some("Mill of Hale closes after ninety years of weaving and dyeing"));
    assert_eq!(article.authors, ["Ines Vell"]);
    let paragraphs: Vec<&str> = article.text.split("\n\n").collect();
    assert_eq!(
        paragraphs.get(2..),
        Some(
            &[
                "The mill of Hale closed on Monday after ninety years, its owner Bram Penn said in a statement that was read to the workers before the gate.",
                "“We have no orders left, and nobody who would buy the machines,” Penn told reporters.",
                // The column ended with a sentence: whether its paragraph did, nothing shows.
                "The mayor, Ines Orr, denied that the town had known of the plan.",
                "Extraordinarily complicated negotiations notwithstanding, the administration acknowledged responsibility for communication.",
            ][..]
        )
    );
}

#[test]
fn files_without_text_and_broken_ones_say_what_to_do() {
    let code = |bytes: Vec<u8>| read(bytes).expect_err("there is none").code;
    assert_eq!(code(pdf(&[vec![]])), "pdf-without-text");
    assert_eq!(code(b"%PDF-1.7 and nothing else".to_vec()), "broken-pdf");
}

#[test]
fn damaged_files_end_in_time() {
    let whole = pdf(&[column(50.0, 700.0, &["The mill of Hale closed.", "It rained."])]);
    for at in (0..whole.len()).step_by(7) {
        let _ = read(whole[..at].to_vec());
        let mut changed = whole.clone();
        changed[at] = changed[at].wrapping_add(1);
        let _ = read(changed);
    }
    // Forms that draw each other, ten times at each of thirty steps.
    let mut bombs = String::from(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >> endobj\n4 0 obj << /Length 5 >>\nstream\n/X Do\nendstream endobj\n",
    );
    for number in 5..35 {
        let body = "/X Do ".repeat(10);
        write!(
            bombs,
            "{number} 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length {} /Resources << /XObject << /X {} 0 R >> >> >>\nstream\n{body}\nendstream endobj\n",
            body.len(),
            number + 1
        )
        .expect("a string takes all");
    }
    bombs += "trailer << /Root 1 0 R >>\n%%EOF";
    let start = std::time::Instant::now();
    let _ = read(bombs.into_bytes());
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
