//! Tables of articles: values between commas, semicolons or tabs, with a row of names on top.
//!
//! In: a stream. Out: an article for each row, as [`crate::record`] reads it. A row is found by its quotation marks, so
//! texts may hold line breaks. A row that is too large, or from whose open mark the rest of the file would be one value,
//! costs itself: the reading goes on behind the next line break.

use crate::Options;
use crate::reading::{MOST_RECORD_BYTES, problem, unreadable};
use crate::record::{Record, article, is_known_name, is_text_name};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use model::{Article, Problem};
use serde_json::Value;
use std::io::BufRead;

/// Reads rows as they are asked for.
pub(crate) struct Table<R> {
    source: R,
    reader: Reader,
    names: Option<Vec<String>>,
    path: String,
    options: Options,
    row: u64,
    most: usize,
    finished: bool,
}

enum Row {
    Values(Vec<String>),
    TooLarge,
    End,
}

/// Columns beyond this are not looked at.
const MOST_COLUMNS: usize = 512;

impl<R: BufRead> Table<R> {
    pub fn new(source: R, delimiter: u8, path: String, options: Options) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        let most = options.max_bytes.min(MOST_RECORD_BYTES);
        Self { source, reader, names: None, path, options, row: 0, most, finished: false }
    }

    fn next_row(&mut self) -> std::io::Result<Row> {
        let mut output = vec![0; 4096];
        let mut ends = vec![0; 64];
        let (mut written, mut ended) = (0, 0);
        let mut is_over = false;
        loop {
            let input = self.source.fill_buf()?;
            // An empty input tells the reader that this is the end.
            let (Some(to), Some(to_ends)) = (output.get_mut(written..), ends.get_mut(ended..)) else {
                return Ok(Row::TooLarge);
            };
            let (result, read, wrote, closed) = self.reader.read_record(input, to, to_ends);
            self.source.consume(read);
            written += wrote;
            ended += closed;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if output.len() >= self.most => {
                    // What is over is read and forgotten, up to the end of the row.
                    is_over = true;
                    written = 0;
                }
                ReadRecordResult::OutputFull => output.resize((output.len() * 2).min(self.most), 0),
                ReadRecordResult::OutputEndsFull if ends.len() >= MOST_COLUMNS => ended = MOST_COLUMNS - 1,
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(if is_over { Row::TooLarge } else { Row::End }),
            }
        }
        if is_over {
            return Ok(Row::TooLarge);
        }
        let mut start = 0;
        let values = ends.iter().take(ended).map(|end| {
            let bytes = output.get(start..*end).unwrap_or(&[]);
            start = *end;
            text::decode(bytes).0
        });
        Ok(Row::Values(values.collect()))
    }

    fn article(&self, values: Vec<String>) -> Option<Result<Article, Problem>> {
        let names = self.names.as_deref().unwrap_or(&[]);
        let mut record = Record::new();
        for (name, value) in names.iter().zip(values) {
            record.entry(name.clone()).or_insert(Value::String(value));
        }
        article_of_row(record, self.row, &self.path, &self.options)
    }
}

/// The article of a row; `None` for one in which nothing stands.
pub(crate) fn article_of_row(
    mut record: Record,
    row: u64,
    path: &str,
    options: &Options,
) -> Option<Result<Article, Problem>> {
    let is_nothing = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    if record.values().all(is_nothing) {
        return None;
    }
    // A row's number and its place in a folder are no article's.
    record.remove("path");
    Some(article(&record, path, options, false).unwrap_or_else(|| Err(left_out("no-text", row, path, "has no text"))))
}

/// The problem of a row.
pub(crate) fn left_out(code: &str, row: u64, path: &str, what: &str) -> Problem {
    let message = format!("row {row} of `{path}` {what}; it was left out, the other rows are read");
    problem(code, message, path)
}

/// The problem of a table none of whose columns is said to hold texts.
pub(crate) fn without_texts(path: &str) -> Problem {
    let message =
        format!("`{path}` is a table without a column of texts (`text`, `body`, `content` …); it was left out");
    problem("unsupported-format", message, path)
}

impl<R: BufRead> Iterator for Table<R> {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.finished {
            let row = match self.next_row() {
                Ok(row) => row,
                Err(error) => {
                    self.finished = true;
                    return Some(Err(unreadable(&self.path, &error)));
                }
            };
            self.row += 1;
            match row {
                Row::End => self.finished = true,
                Row::TooLarge => {
                    let what = format!("is larger than {} bytes; a quotation mark may be missing", self.most);
                    return Some(Err(left_out("record-too-large", self.row, &self.path, &what)));
                }
                Row::Values(values) if self.names.is_none() => {
                    let names: Vec<String> = values.iter().map(|name| plain_name(name)).collect();
                    if !names.iter().any(|name| is_text_name(name)) {
                        self.finished = true;
                        return Some(Err(without_texts(&self.path)));
                    }
                    self.names = Some(names);
                }
                Row::Values(values) => {
                    if let Some(item) = self.article(values) {
                        return Some(item);
                    }
                }
            }
        }
        None
    }
}

/// `Publish Date` → `publish_date`; a name that is known as it stands is kept, `datePublished` among them.
pub(crate) fn plain_name(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}');
    if is_known_name(name) {
        return name.to_owned();
    }
    name.to_lowercase().replace([' ', '-', '.'], "_")
}

/// The delimiter of a table whose first line is this, if it is the row of names of a table of articles.
pub(crate) fn delimiter_of(first_line: &str) -> Option<u8> {
    [b',', b'\t', b';', b'|'].into_iter().find(|delimiter| {
        let names: Vec<&str> =
            first_line.split(char::from(*delimiter)).map(|name| name.trim().trim_matches('"')).collect();
        let are_names = names.iter().all(|name| {
            name.len() <= 40 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | ':'))
        });
        names.len() >= 2 && are_names && names.iter().any(|name| is_text_name(&plain_name(name)))
    })
}

#[cfg(test)]
mod tests {
    use super::delimiter_of;
    use crate::{Options, articles_from_bytes};
    use model::{Article, Problem};

    fn read(table: &str, max_bytes: usize) -> Vec<Result<Article, Problem>> {
        let options = Options { max_bytes, ..Options::default() };
        articles_from_bytes(table.as_bytes().to_vec(), "a.csv", &options).collect()
    }

    #[test]
    fn rows_are_articles_by_the_names_of_their_columns() {
        let table = "id,Title,Publish Date,publication,content,url\r\n1,Mill closes,2023-03-14,Dale Post,\"It \"\"rained\"\", \nshe said.\",https://dalepost.example/mill\r\n2,No,,,,\r\n";
        let found = read(table, 10_000);
        let article = found[0].as_ref().expect("an article");
        assert_eq!(article.text, "It \"rained\", \nshe said.");
        assert_eq!(article.title.as_deref(), Some("Mill closes"));
        assert_eq!(article.published.as_ref().map(|p| p.value.as_str()), Some("2023-03-14"));
        assert_eq!((article.outlet.name.as_deref(), article.id.len()), (Some("Dale Post"), 16));
        assert_eq!(found[1].as_ref().expect_err("no text").code, "no-text");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_row_that_is_too_large_costs_itself() {
        let table = format!("title,text\nOne,{}\nTwo,short\n", "long ".repeat(3000));
        let found = read(&table, 5000);
        assert_eq!(found[0].as_ref().expect_err("too large").code, "record-too-large");
        assert_eq!(found[1].as_ref().expect("short").text, "short");
    }

    #[test]
    fn a_table_without_texts_is_named() {
        assert_eq!(read("a,b\n1,2\n", 100)[0].as_ref().expect_err("no texts").code, "unsupported-format");
    }

    #[test]
    fn delimiters_are_told_from_the_names() {
        assert_eq!(delimiter_of("date;title;text"), Some(b';'));
        assert_eq!(delimiter_of("title\tmaintext"), Some(b'\t'));
        assert_eq!(delimiter_of("In the text, she said, nothing stands"), None);
        assert_eq!(delimiter_of("Summary, text"), Some(b','));
    }
}
