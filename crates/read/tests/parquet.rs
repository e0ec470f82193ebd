//! Tables in Parquet: all ways in which columns are packed and written, broken ones, and hostile ones.
//!
//! The files lie in `tests/parquet`, with the script that made them.

use model::{Article, Problem};
use proptest::prelude::*;
use read::{Options, articles, articles_from_bytes};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name).with_extension("parquet")).expect("it is committed")
}

fn read(bytes: Vec<u8>) -> Vec<Result<Article, Problem>> {
    articles_from_bytes(bytes, "in/mill.parquet", &Options::default()).collect()
}

/// Codes of the problems, and the message of the first one.
fn problems(found: &[Result<Article, Problem>]) -> (Vec<&str>, &str) {
    let problems: Vec<&Problem> = found.iter().filter_map(|item| item.as_ref().err()).collect();
    (
        problems.iter().map(|problem| problem.code.as_str()).collect(),
        problems.first().map_or("", |problem| problem.message.as_str()),
    )
}

const NAMES: [&str; 7] = [
    "snappy",
    "gzip-second-version",
    "zstd-three-parts",
    "brotli-plain",
    "lz4-differences",
    "unpacked-int96",
    "unpacked-midnight",
];

#[test]
fn rows_are_articles_however_they_are_packed_and_written() {
    for name in NAMES {
        let found = read(file(name));
        assert_eq!(found.len(), 5, "{name}: {found:?}");
        assert_eq!(problems(&found).0, ["no-text"], "{name}");
        assert!(problems(&found).1.starts_with("row 4 of"), "{name}: {}", problems(&found).1);
        for (index, article) in found.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_ref().ok()?)))
        {
            let text =
                format!("Mill {index} closes\n\nIt rained on day {index}, Ines Orr said. “Nobody came,” she added.");
            assert_eq!(article.text, text, "{name}");
            assert_eq!(article.title.as_deref(), Some(format!("Mill {index} closes").as_str()), "{name}");
            assert_eq!(article.outlet.name.as_deref(), Some("Dale Post"), "{name}");
            assert_eq!(article.url.as_deref(), Some(format!("https://dalepost.example/mill/{index}").as_str()));
            assert!(article.problems.is_empty(), "{name}: {:?}", article.problems);
        }
    }
}

#[test]
fn dates_may_be_words_days_and_times() {
    let dates = |name: &str| -> Vec<String> {
        let published = |item: Result<Article, Problem>| Some(item.ok()?.published?.value);
        read(file(name)).into_iter().filter_map(published).collect()
    };
    for name in ["snappy", "brotli-plain", "lz4-differences", "unpacked-midnight"] {
        assert_eq!(dates(name), ["2023-03-14", "2023-03-15", "2023-03-16", "2023-03-18"], "{name}");
    }
    assert_eq!(dates("zstd-three-parts")[3], "2023-03-18T09:30Z");
    for name in ["gzip-second-version", "unpacked-int96"] {
        assert_eq!(dates(name)[3], "2023-03-18T09:30", "{name}");
    }
}

#[test]
fn authors_may_be_one_string_a_list_or_objects() {
    let authors = |name: &str| -> Vec<Vec<String>> {
        read(file(name)).into_iter().filter_map(|item| Some(item.ok()?.authors)).collect()
    };
    for name in ["snappy", "zstd-three-parts", "lz4-differences", "unpacked-int96"] {
        let expected = [vec!["Ines Orr", "Bram Tell"], vec![], vec![], vec!["Ines Orr"]];
        assert_eq!(authors(name), expected, "{name}");
    }
    assert_eq!(authors("gzip-second-version")[1..], [vec![], vec![], vec!["Ines Orr".to_owned()]]);
}

#[test]
fn a_table_is_read_from_its_file_in_a_folder_and_in_an_archive() {
    let given = tempfile::tempdir().expect("a folder");
    std::fs::write(given.path().join("mill.data"), file("zstd-three-parts")).expect("it is written");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(given.path().join("mill.zip")).expect("a file"));
    let settings = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("mill.parquet", settings).expect("it is written");
    std::io::Write::write_all(&mut zip, &file("snappy")).expect("it is written");
    zip.finish().expect("it is written");
    let found: Vec<_> = articles(&[given.path().to_string_lossy().into_owned()], &Options::default()).collect();
    assert_eq!((found.len(), problems(&found).0), (10, vec!["no-text", "no-text"]));
}

#[test]
fn what_is_cut_off_or_no_table_of_texts_says_what_to_do() {
    let whole = file("snappy");
    for end in [4, 11, 200, whole.len() - 1] {
        let found = read(whole[..end].to_vec());
        let (codes, message) = problems(&found);
        assert_eq!(codes, ["broken-parquet"]);
        assert!(message.contains("`in/mill.parquet`") && message.contains("written or copied whole"), "{message}");
    }
    let mut other = whole;
    // The name of the column, as the footer has it.
    let at = memchr::memmem::find(&other, b"\x18\x08maintext").expect("it stands there");
    other[at + 2..at + 10].copy_from_slice(b"mainfest");
    assert_eq!(problems(&read(other)).0, ["unsupported-format"]);
}

#[test]
fn a_part_that_is_broken_costs_the_rest_of_itself() {
    let mut bytes = file("zstd-three-parts");
    // The second page that is packed has titles of the first of three parts, the first has numbers that nobody asks for.
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"\x28\xb5\x2f\xfd").take(4).collect();
    for at in places {
        bytes[at..at + 4].copy_from_slice(b"torn");
    }
    let found = read(bytes);
    let (codes, message) = problems(&found);
    assert_eq!((found.len(), codes), (4, vec!["broken-parquet", "no-text"]), "{found:?}");
    assert!(message.contains("from row 1 to the end of part 1"), "{message}");
}

/// One column of texts; its dictionary claims 2,147,483,647 values in eight bytes.
const HOSTILE: &[u8] = b"PAR1\x15\x04\x15\x10\x15\x10L\x15\xfe\xff\xff\xff\x0f\x15\x00\x00\x00\x04\x00\x00\x00abcd\
    \x15\x00\x15\x16\x15\x16\x2c\x15\xc6\x01\x15\x10\x15\x06\x15\x06\x00\x00\x03\x00\x00\x00\xc6\x01\x01\x01\xc6\x01\x00\
    \x15\x02\x19\x2cH\x01a\x15\x02\x00\x15\x0c\x25\x02\x18\x04text\x00\x16\xc6\x01\x19\x1c\x19\x1c\x26\x08\x1c\x15\x0c\x19\x15\x00\x19\x18\x04text\x15\x00\
    \x16\xc6\x01\x16\xfe\xff\x01\x16\xfe\xff\x01\x26\x3a\x26\x08\x00\x00\x16d\x16\xc6\x01\x00\x00E\x00\x00\x00PAR1";

#[test]
fn what_claims_far_more_than_it_holds_is_stopped() {
    assert_eq!(problems(&read(HOSTILE.to_vec())).0, ["broken-parquet"]);
    // With one value in it, that value is told 99 times.
    let honest = [&HOSTILE[..12], b"\x82\x80\x80\x80\x00", &HOSTILE[17..]].concat();
    let texts = read(honest).into_iter().filter_map(|item| Some(item.ok()?.text)).collect::<Vec<_>>();
    assert_eq!(texts, vec!["abcd"; 99]);
    let options = Options { max_bytes: 100, ..Options::default() };
    let found: Vec<_> = articles_from_bytes(file("snappy"), "a", &options).collect();
    assert_eq!(problems(&found).0, ["file-too-large"]);
}

/// Forty bytes that once took no end: a list of 2^64 truths where the columns of a part are told.
const ENDLESS: &[u8] = b"PAR1\x29\x2c\x48\x01\x61\x15\x02\x00\x15\x0c\x38\x01\x78\x00\x29\x1c\x19\xf1\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\
    \x1c\x00\x00\x00PAR1";
/// Its columns are told twice, so that parts told between would have fewer than there are.
const TWICE: &[u8] = b"PAR1\x29\x2cH\x01a\x15\x02\x00\x15\x0c\x25\x02\x18\x04text\x00\
    \x09\x04\x2cH\x01a\x15\x02\x00\x15\x0c\x25\x02\x18\x04text\x00\x00\x28\x00\x00\x00PAR1";

#[test]
fn a_few_bytes_that_claim_without_end_end_with_a_clear_word() {
    for (bytes, words) in [(ENDLESS, "is not as the format has it"), (TWICE, "tells of its columns twice")] {
        let found = read(bytes.to_vec());
        let (codes, message) = problems(&found);
        assert!(codes == ["broken-parquet"] && message.contains(words), "{found:?}");
    }
    // One row with 2^40 places for authors, none of which is there, in 215 bytes (made by hand).
    assert_eq!(problems(&read(file("endless-row"))).0, ["unpacks-without-end"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_table_is_read(
        name in prop::sample::select(NAMES.to_vec()),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        in_footer in any::<bool>(),
    ) {
        let mut bytes = file(name);
        let length = bytes.len();
        for (place, byte) in places {
            // Half of the time what it says of itself, at its end, is hit.
            let at = if in_footer { length - 1 - place.index(length / 3) } else { place.index(length) };
            bytes[at] = byte;
        }
        let found = read(bytes.clone());
        for item in &found {
            match item {
                Ok(article) => prop_assert!(!article.text.trim().is_empty()),
                Err(problem) => prop_assert!(!problem.message.is_empty() && problem.path.is_some(), "{problem:?}"),
            }
        }
        prop_assert_eq!(found, read(bytes));
    }
}
