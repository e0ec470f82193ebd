//! A small analysis by hand and the report that it gives, letter by letter. Written anew with `TELLINGS_GOLDEN=write`;
//! read the difference.

mod html;

use std::path::Path;

#[test]
fn the_report_of_a_small_analysis_is_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report");
    let input = std::fs::read(folder.join("analysis.json")).expect("the input is there");
    let analysis: model::Analysis = serde_json::from_slice(&input).expect("the input is an analysis");
    let options = pages::ReportOptions {
        version: "0.0.0".to_owned(),
        weights: Some("small-weights".to_owned()),
        generated: None,
        left_out: Some(1),
    };
    let page = pages::report(&analysis, &options);
    let events = html::read(&page).expect("the report is well formed");
    html::check_links(&events).expect("links lead somewhere");
    assert_eq!(html::article_texts(&events).len(), analysis.articles.len());
    // Styles and scripts are files of their own and would only be read twice in a difference.
    let begin = page.find("<body>").expect("there is a body");
    let end = page.rfind("<script>").expect("there is a script");
    let body = page.get(begin..end).expect("in this order").replace("><", ">\n<");
    let golden = folder.join("report.html");
    if std::env::var_os("TELLINGS_GOLDEN").is_some() {
        std::fs::write(&golden, &body).expect("the golden file can be written");
    }
    let expected = std::fs::read_to_string(&golden).expect("the golden file is there");
    let first = body.lines().zip(expected.lines()).find(|(got, wanted)| got != wanted);
    assert_eq!(first, None, "first line that differs (got, expected); TELLINGS_GOLDEN=write writes the file anew");
    assert_eq!(body.lines().count(), expected.lines().count(), "one is longer than the other");
}
