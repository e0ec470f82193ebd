//! Byte offsets and code points of one text, each from the other.
//!
//! Rust's strings count bytes, the contract counts code points: this is the one place where the unit changes.
//! «né» has three bytes and two code points: byte 3 is code point 2.

use model::Span;

/// Maps byte offsets of one text to code points and back.
///
/// One bit a byte says whether a character starts there, one number for each 64 bytes how many started before: an
/// offset is turned by one look-up, a code point by a binary search. A text of ASCII letters needs no table at all.
#[derive(Clone, Debug)]
pub struct Positions {
    bytes: usize,
    code_points: usize,
    /// `None` for ASCII, where both counts are one.
    blocks: Option<Vec<Block>>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    /// Bit i: a character starts at byte i of the block.
    starts: u64,
    /// Characters that start before the block.
    before: u32,
}

impl Positions {
    /// The table of a text. Time and memory in proportion to its length.
    pub fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { bytes: text.len(), code_points: text.len(), blocks: None };
        }
        let mut before = 0_u32;
        let blocks = text
            .as_bytes()
            .chunks(64)
            .map(|chunk| {
                let starts = chunk
                    .iter()
                    .enumerate()
                    .filter(|(_, byte)| (**byte & 0b1100_0000) != 0b1000_0000)
                    .fold(0_u64, |bits, (i, _)| bits | (1 << i));
                let block = Block { starts, before };
                before = before.saturating_add(starts.count_ones());
                block
            })
            .collect();
        Self { bytes: text.len(), code_points: before as usize, blocks: Some(blocks) }
    }

    /// Number of code points of the text.
    pub fn length(&self) -> u32 {
        u32::try_from(self.code_points).unwrap_or(u32::MAX)
    }

    /// The number of code points that start before a byte: the code point that starts there. A byte inside a
    /// character counts as that character's end, one beyond the text as the text's end.
    pub fn code_point(&self, byte: usize) -> u32 {
        let byte = byte.min(self.bytes);
        let count = match &self.blocks {
            None => byte,
            Some(blocks) => match blocks.get(byte / 64) {
                Some(block) => {
                    let below = (1_u64 << (byte % 64)) - 1;
                    block.before as usize + (block.starts & below).count_ones() as usize
                }
                None => self.code_points,
            },
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The byte at which a code point starts; the text's length where the text has no such code point.
    pub fn byte(&self, code_point: u32) -> usize {
        let wanted = code_point as usize;
        if wanted >= self.code_points {
            return self.bytes;
        }
        let Some(blocks) = &self.blocks else { return wanted };
        let index = blocks.partition_point(|block| block.before <= code_point).saturating_sub(1);
        let Some(block) = blocks.get(index) else { return self.bytes };
        let mut starts = block.starts;
        for _ in block.before..code_point {
            starts &= starts.wrapping_sub(1); // drops the lowest start
        }
        index * 64 + starts.trailing_zeros() as usize
    }

    /// The span of a range of bytes; `None` where it is empty.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        Span::new(self.code_point(start), self.code_point(end)).ok()
    }

    /// The words under a span; what of it lies beyond the text is left out.
    pub fn slice<'t>(&self, text: &'t str, span: Span) -> &'t str {
        text.get(self.byte(span.start())..self.byte(span.end())).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::Positions;
    use model::Span;
    use proptest::prelude::*;

    #[test]
    fn accents_count_once() {
        let text = "né à Łódź";
        let positions = Positions::new(text);
        assert_eq!(positions.code_point(3), 2);
        assert_eq!(positions.byte(2), 3);
        let span = Span::new(5, 9).expect("five is less than nine");
        assert_eq!(positions.slice(text, span), "Łódź");
    }

    #[test]
    fn beyond_the_text_is_its_end() {
        let positions = Positions::new("añb");
        assert_eq!((positions.byte(99), positions.code_point(99), positions.length()), (4, 3, 3));
    }

    proptest! {
        #[test]
        fn both_ways_agree_with_counting(text in "\\PC{0,300}") {
            let positions = Positions::new(&text);
            prop_assert_eq!(positions.length() as usize, text.chars().count());
            for (i, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(positions.code_point(byte) as usize, i);
                prop_assert_eq!(positions.byte(i as u32), byte);
            }
        }
    }
}
