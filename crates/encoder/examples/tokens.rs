//! Prints the word pieces of each JSON string on standard input as `[[id, start, end], …]`, one line each:
//! `tokens VOCABULARY.txt < texts.jsonl`. For comparing with the reference on texts of one's own.

use std::io::{BufRead, stdin};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: tokens VOCABULARY.txt < texts.jsonl")?;
    let tokenizer = encoder::Tokenizer::new(std::fs::read_to_string(path)?.trim_end_matches('\n'));
    for line in stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let pieces = tokenizer.encode(&text).into_iter().map(|piece| [piece.id, piece.start, piece.end]);
        println!("{}", serde_json::to_string(&pieces.collect::<Vec<_>>())?);
    }
    Ok(())
}
