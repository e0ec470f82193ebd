//! What a Parquet file says of itself: its columns, and where the values of each stand.
//!
//! In: the bytes of the footer, and which columns are wanted. Out: those as a tree with numbered leaves, and for each row
//! group the place of every leaf. Columns that nobody asks for are forgotten while they are read.

use super::broken;
use super::thrift::{Kind, Thrift};
use super::values::{Leaf, Meaning, Stored};
use std::io::{self, Read};
use std::ops::Range;

/// The wanted columns of a file, and its row groups.
#[derive(Debug, Default)]
pub(super) struct Footer {
    pub columns: Vec<Node>,
    pub leaves: Vec<Leaf>,
    pub groups: Vec<Group>,
}

/// A column, or a part of one.
#[derive(Debug)]
pub(super) struct Node {
    pub name: String,
    pub is_repeated: bool,
    /// The level at which a value of this node is there, and the one at which another one of it begins.
    pub definition: u16,
    pub repetition: u16,
    /// The leaves below it.
    pub leaves: Range<usize>,
    /// None for a leaf.
    pub parts: Vec<Node>,
    /// What the parts are.
    pub shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Leaf,
    /// Fields with names.
    Fields,
    /// One part, which is this value: lists wrap their items so.
    Wrapper,
}

/// Rows that were written together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub rows: u64,
    /// One for each leaf.
    pub chunks: Vec<Chunk>,
}

/// Where the values of a leaf in a row group stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub start: u64,
    pub bytes: u64,
    pub codec: u64,
    pub values: u64,
    /// Why it cannot be read.
    pub refused: Option<&'static str>,
}

/// A file with columns in columns deeper than this is not read.
const DEEPEST: usize = 32;
/// No file of articles has more: lines of its schema, row groups, wanted leaves, bytes of a name.
const MOST_LINES: usize = 100_000;
const MOST_GROUPS: usize = 100_000;
const MOST_LEAVES: usize = 1_000;
const MOST_NAME: usize = 256;

impl Footer {
    /// Reads a footer; `wanted` gives the name under which a column of this name is wanted.
    pub fn read(bytes: &[u8], wanted: impl Fn(&str) -> Option<String>) -> io::Result<Self> {
        let mut footer = Self::default();
        // Which leaf of the file is which of the wanted ones; none before the columns were read.
        let mut places: Option<Vec<Option<usize>>> = None;
        Thrift::new(bytes, bytes.len()).fields(|thrift, id, kind| {
            match (id, &places) {
                (2, Some(_)) => return Err(broken("it tells of its columns twice")),
                (2, None) => {
                    let mut elements = Vec::new();
                    thrift.list(kind, |thrift, kind| {
                        if elements.len() >= MOST_LINES {
                            return Err(broken("it has too many columns"));
                        }
                        elements.push(Element::read(thrift, kind)?);
                        Ok(())
                    })?;
                    places = Some(footer.take_columns(&elements, &wanted)?);
                }
                (4, Some(places)) => thrift.list(kind, |thrift, kind| {
                    if footer.groups.len() >= MOST_GROUPS {
                        return Err(broken("it has too many parts"));
                    }
                    footer.groups.push(group(thrift, kind, places)?);
                    Ok(())
                })?,
                (4, None) => return Err(broken("its rows stand before its columns")),
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })?;
        if places.is_none() { Err(broken("it says nothing of its columns")) } else { Ok(footer) }
    }

    /// How many bytes the wanted columns have in all parts, as a file of this size says: none has more than the file.
    pub fn bytes(&self, size: u64) -> u64 {
        self.groups
            .iter()
            .flat_map(|group| &group.chunks)
            .fold(0, |sum, chunk| sum.saturating_add(chunk.bytes.min(size)))
    }

    fn take_columns(
        &mut self,
        elements: &[Element],
        wanted: &impl Fn(&str) -> Option<String>,
    ) -> io::Result<Vec<Option<usize>>> {
        let mut rest = elements.iter();
        let root = rest.next().ok_or_else(|| broken("it has no columns"))?;
        let mut places = Vec::new();
        for _ in 0..root.children {
            let mut builder = Builder { rest, leaves: Vec::new(), first: self.leaves.len() };
            let mut node = builder.node([0, 0], DEEPEST)?;
            rest = builder.rest;
            let name = wanted(&node.name).filter(|name| !self.columns.iter().any(|known| known.name == *name));
            let is_wanted = name.is_some();
            let first = self.leaves.len();
            places.extend((0..builder.leaves.len()).map(|leaf| is_wanted.then_some(first + leaf)));
            if let Some(name) = name {
                node.name = name;
                self.leaves.extend(builder.leaves);
                self.columns.push(node);
            }
        }
        if self.leaves.len() > MOST_LEAVES {
            return Err(broken("too many columns of it have names that mean something"));
        }
        Ok(places)
    }
}

/// A line of the schema.
#[derive(Default)]
struct Element {
    name: String,
    stored: Option<u64>,
    length: u64,
    repetition: u64,
    children: u64,
    is_list: bool,
    meaning: Meaning,
}

impl Element {
    fn read<R: Read>(thrift: &mut Thrift<R>, kind: Kind) -> io::Result<Self> {
        let mut element = Self::default();
        let mut logical = Meaning::Plain;
        thrift.fields_of(kind, |thrift, id, kind| {
            match id {
                1 => element.stored = Some(thrift.count(kind)?),
                2 => element.length = thrift.count(kind)?,
                3 => element.repetition = thrift.count(kind)?,
                4 => element.name = thrift.words(kind)?,
                5 => element.children = thrift.count(kind)?,
                6 => match thrift.number(kind)? {
                    3 => element.is_list = true,
                    5 | 7 | 8 | 21 => element.meaning = Meaning::Other,
                    6 => element.meaning = Meaning::Day,
                    9 => element.meaning = Meaning::Time { in_second: 1_000, is_utc: true },
                    10 => element.meaning = Meaning::Time { in_second: 1_000_000, is_utc: true },
                    _ => {}
                },
                10 => thrift.fields_of(kind, |thrift, id, kind| {
                    match id {
                        3 => element.is_list = true,
                        5 | 7 | 14 | 15 => logical = Meaning::Other,
                        6 => logical = Meaning::Day,
                        8 => {
                            logical = time(thrift, kind)?;
                            return Ok(());
                        }
                        _ => {}
                    }
                    thrift.skip(kind)
                })?,
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })?;
        if element.name.len() > MOST_NAME {
            return Err(broken("the name of a column is too long"));
        }
        if logical != Meaning::Plain {
            element.meaning = logical;
        }
        Ok(element)
    }
}

/// `{1: is adjusted to UTC, 2: unit {1: milliseconds, 2: microseconds, 3: nanoseconds}}`
fn time<R: Read>(thrift: &mut Thrift<R>, kind: Kind) -> io::Result<Meaning> {
    let (mut in_second, mut is_utc) = (1_000, false);
    thrift.fields_of(kind, |thrift, id, kind| match id {
        1 => thrift.flag(kind).map(|told| is_utc = told),
        2 => thrift.fields_of(kind, |thrift, id, kind| {
            in_second = match id {
                1 => 1_000,
                2 => 1_000_000,
                _ => 1_000_000_000,
            };
            thrift.skip(kind)
        }),
        _ => thrift.skip(kind),
    })?;
    Ok(Meaning::Time { in_second, is_utc })
}

/// Makes a tree of the lines of a schema, in which parents stand before their parts.
struct Builder<'e> {
    rest: std::slice::Iter<'e, Element>,
    leaves: Vec<Leaf>,
    first: usize,
}

impl Builder<'_> {
    fn node(&mut self, [definition, repetition]: [u16; 2], deepest: usize) -> io::Result<Node> {
        let element = self.rest.next().ok_or_else(|| broken("a column of it has fewer parts than it says"))?;
        let deeper = deepest.checked_sub(1).ok_or_else(|| broken("its columns are too deep"))?;
        let is_repeated = element.repetition == 2;
        let definition = definition + u16::from(element.repetition != 0);
        let repetition = repetition + u16::from(is_repeated);
        let start = self.first + self.leaves.len();
        let mut parts = Vec::new();
        let mut shape = Shape::Fields;
        if let (Some(stored), 0) = (element.stored, element.children) {
            shape = Shape::Leaf;
            let stored = Stored::of(stored, element.length).ok_or_else(|| broken("a column of it is of no kind"))?;
            self.leaves.push(Leaf { stored, meaning: element.meaning, definition, repetition });
        }
        for _ in 0..element.children {
            parts.push(self.node([definition, repetition], deeper)?);
        }
        // `authors (LIST) { repeated group list { optional binary element } }`
        if let ([list], true) = (&mut parts[..], element.is_list)
            && list.is_repeated
        {
            shape = Shape::Wrapper;
            if list.parts.len() == 1 {
                list.shape = Shape::Wrapper;
            }
        }
        let leaves = start..self.first + self.leaves.len();
        if leaves.is_empty() {
            return Err(broken("a column of it has no values"));
        }
        Ok(Node { name: element.name.clone(), is_repeated, definition, repetition, leaves, parts, shape })
    }
}

fn group<R: Read>(thrift: &mut Thrift<R>, kind: Kind, places: &[Option<usize>]) -> io::Result<Group> {
    let mut group = Group::default();
    let mut index = 0;
    thrift.fields_of(kind, |thrift, id, kind| match id {
        1 => thrift.list(kind, |thrift, kind| {
            let place = places.get(index).copied().flatten();
            index += 1;
            match place {
                Some(_) => group.chunks.push(chunk(thrift, kind)?),
                None => thrift.skip(kind)?,
            }
            Ok(())
        }),
        3 => thrift.count(kind).map(|rows| group.rows = rows),
        _ => thrift.skip(kind),
    })?;
    if group.chunks.len() == places.iter().flatten().count() {
        Ok(group)
    } else {
        Err(broken("a part of it has fewer columns than the whole"))
    }
}

fn chunk<R: Read>(thrift: &mut Thrift<R>, kind: Kind) -> io::Result<Chunk> {
    let mut chunk = Chunk::default();
    let (mut data, mut dictionary) = (0, 0);
    thrift.fields_of(kind, |thrift, id, kind| match id {
        1 => {
            chunk.refused = Some("stands in another file");
            thrift.skip(kind)
        }
        8 => {
            chunk.refused = Some("is locked");
            thrift.skip(kind)
        }
        3 => thrift.fields_of(kind, |thrift, id, kind| {
            match id {
                4 => chunk.codec = thrift.count(kind)?,
                5 => chunk.values = thrift.count(kind)?,
                7 => chunk.bytes = thrift.count(kind)?,
                9 => data = thrift.count(kind)?,
                11 => dictionary = thrift.count(kind)?,
                _ => thrift.skip(kind)?,
            }
            Ok(())
        }),
        _ => thrift.skip(kind),
    })?;
    // Some writers state a dictionary at 0 where they have none.
    chunk.start = if dictionary > 0 && dictionary < data { dictionary } else { data };
    Ok(chunk)
}
