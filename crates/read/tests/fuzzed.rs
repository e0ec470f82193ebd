//! The bodies of the fuzz targets over a small corpus: the layouts, the examples, and what is left when these are cut, damaged
//! and glued. Fuzzing itself needs a nightly compiler and time (CONTRIBUTING); this runs always.

use std::path::{Path, PathBuf};

#[path = "../../../fuzz/src/reading.rs"]
mod reading;

/// All files below some folders, in the order of their names.
fn corpus() -> Vec<(PathBuf, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![
        here.join("tests/layouts"),
        here.join("tests/pdf"),
        here.join("tests/parquet"),
        here.join("../../examples/quisara-plane"),
    ];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("the corpus is committed");
            waiting.extend(entries.map(|entry| entry.expect("a name").path()));
        } else {
            let bytes = std::fs::read(&path).expect("the corpus is committed");
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// A file as it is, cut, with some bytes changed, and with a piece of it twice. The same each time.
fn damaged(bytes: &[u8], seed: u64) -> Vec<Vec<u8>> {
    let mut state = seed;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
    };
    let cut = bytes[..next(bytes.len())].to_vec();
    let mut changed = bytes.to_vec();
    for _ in 0..20 {
        let (at, byte) = (next(bytes.len()), next(256));
        changed[at] = u8::try_from(byte).unwrap_or(0);
    }
    let at = next(bytes.len());
    let glued = [&bytes[at..], &bytes[..at], &bytes[at / 2..at]].concat();
    vec![bytes.to_vec(), cut, changed, glued]
}

#[test]
fn the_corpus_and_what_is_left_of_it_is_read_by_every_target() {
    let corpus = corpus();
    assert!(corpus.len() > 50, "{} files", corpus.len());
    for (number, (path, bytes)) in corpus.iter().enumerate() {
        for bytes in damaged(bytes, number as u64) {
            if path.extension().is_some_and(|end| end == "html") {
                reading::html(&bytes);
            } else if path.extension().is_some_and(|end| end == "parquet") {
                reading::parquet(&bytes);
            } else if path.extension().is_some_and(|end| end == "pdf") {
                reading::pdf(&bytes);
                reading::behind(b"", &bytes);
            } else {
                reading::text(&bytes);
            }
            // One kind that it is not: all of them for each file would take a minute.
            let (_, beginning) = reading::BEGINNINGS[number % reading::BEGINNINGS.len()];
            reading::behind(beginning, &bytes);
        }
    }
}

#[test]
fn nothing_and_single_bytes_are_read_by_every_target() {
    for bytes in std::iter::once(vec![]).chain((0..=255).map(|byte| vec![byte])) {
        reading::text(&bytes);
        reading::html(&bytes);
        reading::pdf(&bytes);
        reading::parquet(&bytes);
        for (_, beginning) in reading::BEGINNINGS {
            reading::behind(beginning, &bytes);
        }
    }
}
