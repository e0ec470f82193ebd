//! Tables of vectors, one row for each id.

use crate::weights::Shared;

/// A table of vectors. Eight-bit tables stay where they are in the weights' bytes.
#[derive(Debug, Clone)]
pub struct Embedding {
    rows: usize,
    cols: usize,
    table: Table,
}

#[derive(Debug, Clone)]
enum Table {
    Eight { file: Shared, start: usize, scale: Vec<f32> },
    Float(Vec<f32>),
}

impl Embedding {
    pub(crate) fn quantised(file: Shared, start: usize, cols: usize, scale: Vec<f32>) -> Embedding {
        Embedding { rows: scale.len(), cols, table: Table::Eight { file, start, scale } }
    }

    pub(crate) fn float(cols: usize, numbers: Vec<f32>) -> Embedding {
        Embedding { rows: numbers.len().checked_div(cols).unwrap_or(0), cols, table: Table::Float(numbers) }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Numbers in a row.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Adds row `id` to `to`. A row that the table lacks adds nothing.
    pub fn add(&self, id: usize, to: &mut [f32]) {
        if id >= self.rows {
            return;
        }
        match &self.table {
            Table::Eight { file, start, scale } => {
                let from = start + id * self.cols;
                let row = file.get(from..from + self.cols).unwrap_or(&[]);
                let scale = scale[id];
                for (to, &byte) in to.iter_mut().zip(row) {
                    *to += f32::from(byte as i8) * scale;
                }
            }
            Table::Float(numbers) => {
                for (to, number) in to.iter_mut().zip(&numbers[id * self.cols..][..self.cols]) {
                    *to += number;
                }
            }
        }
    }

    /// Row `id`; zeros where the table lacks it.
    pub fn row(&self, id: usize) -> Vec<f32> {
        let mut row = vec![0.0; self.cols];
        self.add(id, &mut row);
        row
    }
}
