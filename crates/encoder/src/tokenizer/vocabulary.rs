//! Word pieces and their ids: one string and a table of hashes into it.

/// Finds ids of pieces.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary {
    text: String,
    /// Where each piece lies in `text`.
    places: Vec<(u32, u32)>,
    /// Open addressing: id + 1, or 0 for an empty place. A power of two long, at most half full.
    slots: Vec<u32>,
    longest: usize,
}

impl Vocabulary {
    pub fn new(text: &str) -> Vocabulary {
        let count = text.split('\n').count();
        let mut vocabulary = Vocabulary {
            text: text.to_owned(),
            places: Vec::with_capacity(count),
            slots: vec![0; (count * 2).next_power_of_two()],
            longest: 1,
        };
        let mut start = 0u32;
        for (id, line) in text.split('\n').enumerate() {
            vocabulary.places.push((start, start + line.len() as u32));
            start += line.len() as u32 + 1;
            let length = line.strip_prefix("##").unwrap_or(line).chars().count();
            vocabulary.longest = vocabulary.longest.max(length);
            let mut slot = vocabulary.slot("", line);
            while vocabulary.slots[slot] != 0 {
                slot = (slot + 1) % vocabulary.slots.len();
            }
            vocabulary.slots[slot] = id as u32 + 1;
        }
        vocabulary
    }

    /// Characters in the longest piece.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Id of the piece `prefix` + `piece`.
    pub fn find(&self, prefix: &str, piece: &str) -> Option<u32> {
        let mut slot = self.slot(prefix, piece);
        loop {
            let id = self.slots[slot].checked_sub(1)?;
            let (start, end) = self.places[id as usize];
            let found = &self.text[start as usize..end as usize];
            if found.strip_prefix(prefix) == Some(piece) {
                return Some(id);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// Where to begin looking: FNV-1a over the bytes.
    fn slot(&self, prefix: &str, piece: &str) -> usize {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for byte in prefix.bytes().chain(piece.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        (hash ^ (hash >> 32)) as usize % self.slots.len()
    }
}
