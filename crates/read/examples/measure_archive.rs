//! Measures how much memory a large web archive takes.
//!
//!     cargo build --release -p tellings-read --example measure_archive
//!     measure_archive write 2000 big.warc          a web archive of 2,000 MB; with `.gz` at its end it is packed
//!     /usr/bin/time -v measure_archive read big.warc

use flate2::{Compression, write::GzEncoder};
use std::fs::File;
use std::io::{BufWriter, Write};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", megabytes, path] => write(megabytes.parse().unwrap_or(1), path),
        ["read", path] => {
            let (mut articles, mut problems) = (0_u64, 0_u64);
            for item in read::articles(&[(*path).to_owned()], &read::Options::default()) {
                *(if item.is_ok() { &mut articles } else { &mut problems }) += 1;
            }
            println!("{articles} articles, {problems} problems");
            Ok(())
        }
        _ => {
            eprintln!("measure_archive write MEGABYTES PATH | measure_archive read PATH");
            Ok(())
        }
    }
}

/// Pages of 200 kB, of which most is no text, as on the web.
fn write(megabytes: u64, path: &str) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    let mut number = 0_u64;
    while written < megabytes * 1_000_000 {
        let record = record(number);
        number += 1;
        written += u64::try_from(record.len()).unwrap_or(0);
        if path.ends_with(".gz") {
            let mut encoder = GzEncoder::new(&mut file, Compression::fast());
            encoder.write_all(&record)?;
            encoder.finish()?;
        } else {
            file.write_all(&record)?;
        }
    }
    println!("{number} pages");
    file.flush()
}

fn record(number: u64) -> Vec<u8> {
    let mut noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut script = String::new();
    for _ in 0..10_000 {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        script += &format!("{noise:016x},\n");
    }
    let paragraph = "\u{3c}p>The mill of Hale closed on Monday, its owner Petra Lind said, and the river is dry.";
    let page = format!(
        "\u{3c}html>\u{3c}title>Mill {number} closes\u{3c}/title>\u{3c}script>{script}\u{3c}/script>\u{3c}h1>Mill {number} closes\u{3c}/h1>{}",
        paragraph.repeat(20)
    );
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://dalepost.example/{number}\r\nContent-Length: {}\r\n\r\n",
        answer.len()
    );
    format!("{head}{answer}\r\n\r\n").into_bytes()
}
