//! The rows of a row group: the cells of its columns put together.
//!
//! In: a column each for the leaves that are wanted. Out: names and values of one row after the other, lists as arrays and
//! structs as objects, as JSON has them.

use super::column::{Cell, Column};
use super::footer::{Footer, Group, Node, Shape};
use super::{Store, broken};
use crate::reading::Reading;
use crate::record::Record;
use serde_json::{Map, Value};
use std::io;
use std::ops::Range;

/// The rows of a row group that are still to come.
pub(super) struct Rows {
    columns: Vec<Column>,
    left: u64,
    most: usize,
    reading: Reading,
}

/// A row.
pub(super) enum Row {
    Read(Record),
    TooLarge,
}

impl Rows {
    pub fn new(store: &Store, footer: &Footer, group: &Group, reading: &Reading) -> io::Result<Self> {
        let columns = group.chunks.iter().zip(&footer.leaves);
        let columns = columns.map(|(chunk, leaf)| Column::new(store, chunk, *leaf, reading));
        let columns = columns.collect::<io::Result<_>>()?;
        Ok(Self { columns, left: group.rows, most: reading.most_record_bytes(), reading: reading.clone() })
    }

    /// The next row; `None` behind the last one.
    pub fn next(&mut self, footer: &Footer) -> io::Result<Option<Row>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let mut cells = Vec::with_capacity(self.columns.len());
        let mut size = 0_usize;
        for column in &mut self.columns {
            let cells_of_row = cells_of_row(column, self.most, &mut size, &self.reading)?;
            cells.push(cells_of_row);
        }
        if size > self.most {
            return Ok(Some(Row::TooLarge));
        }
        let record = footer.columns.iter().map(|node| {
            let within: Vec<Range<usize>> =
                node.leaves.clone().map(|leaf| 0..cells.get(leaf).map_or(0, Vec::len)).collect();
            (node.name.clone(), told(node, &mut cells, &within))
        });
        Ok(Some(Row::Read(record.collect())))
    }
}

/// The cells of a column that belong to one row. Beyond the size that a row may have they are passed over.
fn cells_of_row(column: &mut Column, most: usize, size: &mut usize, reading: &Reading) -> io::Result<Vec<Cell>> {
    let mut cells = Vec::new();
    loop {
        let Some(cell) = column.next()? else {
            return Err(broken("a column of it ends before its rows do"));
        };
        let text = if let Some(Value::String(text)) = &cell.value { text.len() } else { 0 };
        let of_cell = size_of::<Cell>() + text;
        // A value may be stored once and told a thousand million times.
        reading.budget.unpack(of_cell)?;
        *size = size.saturating_add(of_cell);
        if *size <= most {
            cells.push(cell);
        }
        if !column.is_repeated() || column.peek()?.is_none_or(|repetition| repetition == 0) {
            return Ok(cells);
        }
    }
}

/// What a node is within some cells of each of its leaves.
fn told(node: &Node, cells: &mut [Vec<Cell>], within: &[Range<usize>]) -> Value {
    if !node.is_repeated {
        return one(node, cells, within);
    }
    if !is_there(node, cells, within) {
        return Value::Array(Vec::new());
    }
    let items: Vec<Vec<Range<usize>>> = node
        .leaves
        .clone()
        .zip(within)
        .map(|(leaf, within)| items(cells.get(leaf).map_or(&[][..], |cells| cells), within, node.repetition))
        .collect();
    let count = items.iter().map(Vec::len).max().unwrap_or(0);
    let item = |index: usize| -> Vec<Range<usize>> {
        items.iter().map(|items| items.get(index).cloned().unwrap_or(0..0)).collect()
    };
    Value::Array((0..count).map(|index| one(node, cells, &item(index))).collect())
}

/// Splits cells where another item begins.
fn items(cells: &[Cell], within: &Range<usize>, repetition: u16) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    for index in within.clone() {
        if index == within.start || cells.get(index).is_some_and(|cell| cell.repetition <= repetition) {
            starts.push(index);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([within.end]);
    starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
}

/// Whether there is a value of this node at the beginning of these cells.
fn is_there(node: &Node, cells: &[Vec<Cell>], within: &[Range<usize>]) -> bool {
    let first = within.first().filter(|within| !within.is_empty());
    let cell = first.and_then(|within| cells.get(node.leaves.start)?.get(within.start));
    cell.is_some_and(|cell| cell.definition >= node.definition)
}

fn one(node: &Node, cells: &mut [Vec<Cell>], within: &[Range<usize>]) -> Value {
    if !is_there(node, cells, within) {
        return Value::Null;
    }
    let mut of_part = |part: &Node| {
        let from = part.leaves.start.saturating_sub(node.leaves.start);
        let within = within.get(from..from + part.leaves.len()).unwrap_or(&[]).to_vec();
        told(part, cells, &within)
    };
    match node.shape {
        Shape::Fields => {
            let fields: Map<String, Value> = node.parts.iter().map(|part| (part.name.clone(), of_part(part))).collect();
            Value::Object(fields)
        }
        Shape::Wrapper => node.parts.first().map_or(Value::Null, of_part),
        Shape::Leaf => {
            let at = within.first().map_or(0, |within| within.start);
            let cell = cells.get_mut(node.leaves.start).and_then(|cells| cells.get_mut(at));
            cell.and_then(|cell| cell.value.take()).unwrap_or(Value::Null)
        }
    }
}
