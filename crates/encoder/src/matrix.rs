//! Row-major matrices of `f32`, the only thing that goes between the parts of the encoder.

/// `rows` × `cols` numbers, one row after another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// Number of rows, one per token in most places.
    pub rows: usize,
    /// Numbers in a row.
    pub cols: usize,
    /// `rows * cols` numbers.
    pub data: Vec<f32>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// A matrix of the given rows, each cut or filled with zeros to `cols`.
    pub fn from_rows<'a>(cols: usize, rows: impl IntoIterator<Item = &'a [f32]>) -> Matrix {
        let mut matrix = Matrix { rows: 0, cols, data: Vec::new() };
        for row in rows {
            matrix.push(row);
        }
        matrix
    }

    /// Adds one row at the end, cut or filled with zeros to `cols`.
    pub fn push(&mut self, row: &[f32]) {
        let taken = row.len().min(self.cols);
        self.data.extend_from_slice(&row[..taken]);
        self.rows += 1;
        self.data.resize(self.rows * self.cols, 0.0);
    }

    /// Row `index`; empty where there is no such row.
    pub fn row(&self, index: usize) -> &[f32] {
        let start = index.saturating_mul(self.cols);
        self.data.get(start..start.saturating_add(self.cols)).unwrap_or(&[])
    }

    /// Row `index` to write to; empty where there is no such row.
    pub fn row_mut(&mut self, index: usize) -> &mut [f32] {
        let start = index.saturating_mul(self.cols);
        self.data.get_mut(start..start.saturating_add(self.cols)).unwrap_or(&mut [])
    }

    /// Mean of the rows `from..to`; zeros where there are none.
    pub fn mean(&self, from: usize, to: usize) -> Vec<f32> {
        let mut mean = vec![0.0f32; self.cols];
        let to = to.min(self.rows);
        if from >= to {
            return mean;
        }
        for index in from..to {
            for (sum, value) in mean.iter_mut().zip(self.row(index)) {
                *sum += value;
            }
        }
        let count = (to - from) as f32;
        mean.iter_mut().for_each(|sum| *sum /= count);
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_or_filled() {
        let matrix = Matrix::from_rows(2, [&[1.0, 2.0, 3.0][..], &[4.0][..]]);
        assert_eq!(matrix.data, [1.0, 2.0, 4.0, 0.0]);
        assert_eq!(matrix.row(1), [4.0, 0.0]);
        assert!(matrix.row(2).is_empty());
    }

    #[test]
    fn mean_of_no_rows_is_zero() {
        let matrix = Matrix::from_rows(1, [&[1.0][..], &[3.0][..]]);
        assert_eq!(matrix.mean(0, 2), [2.0]);
        assert_eq!(matrix.mean(2, 9), [0.0]);
        assert_eq!(matrix.mean(1, 9), [3.0]);
    }
}
