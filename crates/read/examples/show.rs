//! Shows how paths are read: one line for each paragraph with its zone.
//!
//!     cargo run -p tellings-read --example show -- PATH…

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    for item in read::articles(&paths, &read::Options::default()) {
        let article = match item {
            Ok(article) => article,
            Err(problem) => {
                println!("! {}: {}", problem.code, problem.message);
                continue;
            }
        };
        println!("== {} {:?} {:?} {:?}", article.id, article.path, article.outlet, article.language);
        println!("   {:?} {:?} agencies {:?}", article.published, article.authors, article.agencies);
        article.problems.iter().for_each(|problem| println!("   ! {}: {}", problem.code, problem.message));
        let positions = text::Positions::new(&article.text);
        for span in text::paragraphs(&article.text) {
            let words: String = positions.slice(&article.text, span).chars().take(110).collect();
            println!("{:>12} {words}", format!("{:?}", article.zone_at(span.start())));
        }
    }
}
