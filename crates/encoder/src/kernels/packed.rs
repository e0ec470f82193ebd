//! How the kernels want their numbers to lie in memory.
//!
//! Weights: panels of sixteen columns; in a panel one block of 64 bytes for each four inputs, and in a block the four
//! bytes of column 0, of column 1, … So one load brings four inputs of sixteen columns. What is missing to whole
//! panels and blocks is zero. Rows are unsigned bytes, because the CPU multiplies unsigned with signed ones; which byte
//! stands for zero differs from row to row, and is taken off again with the sum of each column.

use super::LANES;

/// Inputs in one block of eight-bit weights.
pub(crate) const GROUP: usize = 4;

/// 64 bytes: four inputs of sixteen columns.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Block(pub [i8; 64]);

/// Eight-bit weights, laid out for the kernels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    pub(super) blocks: Vec<Block>,
    /// Blocks in a panel.
    pub(super) groups: usize,
    pub(super) columns: usize,
    /// Sum of each column, filled to whole panels; so are `scale` and `bias`.
    pub(super) sums: Vec<i32>,
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
    inputs: usize,
}

/// Some neighbouring panels of packed weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panels<'a> {
    pub blocks: &'a [Block],
    pub groups: usize,
    /// Columns that are real; the rest of the last panel is filling.
    pub columns: usize,
    pub sums: &'a [i32],
    pub scale: &'a [f32],
    pub bias: &'a [f32],
}

impl Packed {
    /// From weights in rows, one row per output (column of the product), `inputs` (not zero) bytes in each.
    pub fn new(inputs: usize, columns: usize, rows: &[u8], mut scale: Vec<f32>, mut bias: Vec<f32>) -> Packed {
        let groups = inputs.div_ceil(GROUP);
        let panels = columns.div_ceil(LANES);
        scale.resize(panels * LANES, 0.0);
        bias.resize(panels * LANES, 0.0);
        let mut blocks = Vec::with_capacity(groups * panels);
        let mut sums = Vec::with_capacity(panels * LANES);
        let rows = &rows[..inputs * columns];
        for panel in rows.chunks(inputs * LANES) {
            let panel: Vec<&[u8]> = panel.chunks_exact(inputs).collect();
            for group in 0..groups {
                let mut block = Block([0; 64]);
                for (to, row) in block.0.as_chunks_mut::<GROUP>().0.iter_mut().zip(&panel) {
                    let row = &row[group * GROUP..];
                    match row.first_chunk() {
                        Some(four) => *to = four.map(|byte: u8| byte as i8),
                        None => to.iter_mut().zip(row).for_each(|(to, &byte)| *to = byte as i8),
                    }
                }
                blocks.push(block);
            }
            let sum = |row: &&[u8]| row.iter().map(|&byte| i32::from(byte as i8)).sum::<i32>();
            sums.extend(panel.iter().map(sum));
        }
        sums.resize(panels * LANES, 0);
        Packed { blocks, groups, columns, sums, scale, bias, inputs }
    }

    /// Makes room for other weights; blocks keep old numbers, all that is read must be written.
    pub(super) fn reset(&mut self, inputs: usize, columns: usize) {
        let panels = columns.div_ceil(LANES);
        self.inputs = inputs;
        self.groups = inputs.div_ceil(GROUP);
        self.columns = columns;
        self.blocks.resize(self.groups * panels, Block([0; 64]));
        self.sums.resize(panels * LANES, 0);
        self.scale.resize(panels * LANES, 0.0);
        self.bias.resize(panels * LANES, 0.0);
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn panels(&self) -> Panels<'_> {
        Panels {
            blocks: &self.blocks,
            groups: self.groups,
            columns: self.columns,
            sums: &self.sums,
            scale: &self.scale,
            bias: &self.bias,
        }
    }
}

/// Rows in eight bits, each with a scale and the byte that stands for zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quantised {
    pub(super) bytes: Vec<u8>,
    pub(super) scale: Vec<f32>,
    /// From 0 to 255.
    pub(super) zero: Vec<i32>,
    groups: usize,
}

/// One row of [`Quantised`], to write to.
pub(super) struct QuantisedRow<'a> {
    pub bytes: &'a mut [u8],
    pub scale: &'a mut f32,
    pub zero: &'a mut i32,
}

impl Quantised {
    /// Makes room for `rows` of `cols`. What is beyond `cols` up to whole groups may be anything: weights are zero there.
    pub(super) fn reset(&mut self, rows: usize, cols: usize) {
        self.groups = cols.div_ceil(GROUP);
        self.scale.resize(rows, 0.0);
        self.zero.resize(rows, 0);
        self.bytes.resize(rows * self.groups * GROUP, 0);
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = QuantisedRow<'_>> {
        let rows = self.bytes.chunks_exact_mut((self.groups * GROUP).max(1));
        let rows = rows.zip(&mut self.scale).zip(&mut self.zero);
        rows.map(|((bytes, scale), zero)| QuantisedRow { bytes, scale, zero })
    }

    pub fn rows(&self) -> usize {
        self.scale.len()
    }

    pub fn groups(&self) -> usize {
        self.groups
    }
}
