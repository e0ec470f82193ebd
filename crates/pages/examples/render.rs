//! Makes a report from what `tellings analyze` printed.
//!
//! `cargo run -p tellings-pages --example render -- analysis.json > report.html`

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: render ANALYSIS.json")?;
    let analysis: model::Analysis = serde_json::from_slice(&std::fs::read(file)?)?;
    let options = pages::ReportOptions { version: env!("CARGO_PKG_VERSION").to_owned(), ..Default::default() };
    std::io::stdout().write_all(pages::report(&analysis, &options).as_bytes())?;
    Ok(())
}
