//! Weights files for tests: any tensors, or the whole network with random numbers. Not part of the promised API.
//!
//! `Builder::new().network(48, 1, 20).bytes()` is a file that [`crate::Weights::load`] reads: trunk and all
//! heads, 48 wide, one layer deep. The numbers are the same every time.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What the claim head is told of a pair beside vectors.
const CLAIM_FEATURES: usize = 28;

/// The network of `tests/reference.rs`, whose results `tests/make_reference.py` computes with PyTorch.
pub fn reference() -> Builder {
    Builder::new().trunk(384, 2).layers("reader.layers", 2, 128, 384)
}

/// Collects tensors and writes them as a weights file. Tensors given twice: the last one counts.
#[derive(Debug, Clone)]
pub struct Builder {
    tensors: BTreeMap<String, (&'static str, Vec<usize>, Vec<u8>)>,
    metadata: BTreeMap<String, String>,
    random: Random,
}

/// Besides all letters and digits, alone and inside a word, in the vocabulary of [`Builder::new`].
const WORDS: &str = "the a an of and to in on for he she it they his her was is are were be that this with as at by from \
    said says say told denied claims accused announced according mayor minister council bridge city new old not no yes \
    will would could have has had after before people ##s ##ed ##ing ##er ##ly ##ter ##ion";

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

impl Builder {
    /// No tensors yet, valid metadata, and a small vocabulary whose special pieces have their usual ids.
    pub fn new() -> Builder {
        let builder = Builder { tensors: BTreeMap::new(), metadata: BTreeMap::new(), random: Random(0x5eed) };
        let builder = builder.metadata("format", crate::FORMAT).metadata("id", "test").metadata("card", "{}");
        builder.metadata("shape", "{}").metadata("vocabulary", &vocabulary())
    }

    /// Sets a value of the metadata.
    pub fn metadata(mut self, key: &str, value: &str) -> Builder {
        self.metadata.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Number of pieces in the vocabulary.
    pub fn pieces(&self) -> usize {
        self.metadata.get("vocabulary").map_or(0, |vocabulary| vocabulary.split('\n').count())
    }

    /// A tensor of floats.
    pub fn floats(mut self, name: &str, shape: &[usize], numbers: &[f32]) -> Builder {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.tensors.insert(name.to_owned(), ("F32", shape.to_vec(), bytes));
        self
    }

    /// A tensor of eight-bit numbers.
    pub fn bytes_tensor(mut self, name: &str, shape: &[usize], numbers: &[i8]) -> Builder {
        let bytes = numbers.iter().map(|number| *number as u8).collect();
        self.tensors.insert(name.to_owned(), ("I8", shape.to_vec(), bytes));
        self
    }

    /// A list of random numbers in ±`most`.
    pub fn vector(mut self, name: &str, length: usize, most: f32) -> Builder {
        let numbers: Vec<f32> = (0..length).map(|_| self.random.float(most)).collect();
        self.floats(name, &[length], &numbers)
    }

    /// A random linear layer, eight-bit where the format wants it so.
    pub fn linear(self, name: &str, inputs: usize, outputs: usize) -> Builder {
        // So that rows of variance 1 come out with a variance of about 1.
        let most = (3.0 / inputs as f32).sqrt();
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        if inputs * outputs < 4096 {
            return self.table(&weight, outputs, inputs, most).vector(&bias, outputs, 0.1);
        }
        self.table_of_bytes(name, outputs, inputs, most).vector(&bias, outputs, 0.1)
    }

    /// A random eight-bit embedding.
    pub fn embedding(self, name: &str, rows: usize, cols: usize) -> Builder {
        self.table_of_bytes(name, rows, cols, 0.1)
    }

    /// A random embedding of floats.
    pub fn embedding_float(self, name: &str, rows: usize, cols: usize) -> Builder {
        self.table(&format!("{name}.weight"), rows, cols, 0.1)
    }

    /// A random layer norm, near to one that changes nothing.
    pub fn norm(mut self, name: &str, width: usize) -> Builder {
        let weight: Vec<f32> = (0..width).map(|_| 1.0 + self.random.float(0.2)).collect();
        self.floats(&format!("{name}.weight"), &[width], &weight).vector(&format!("{name}.bias"), width, 0.1)
    }

    /// Random transformer layers.
    pub fn layers(mut self, prefix: &str, count: usize, width: usize, hidden: usize) -> Builder {
        for layer in 0..count {
            let name = |part: &str| format!("{prefix}.{layer}.{part}");
            self = self.linear(&name("qkv"), width, 3 * width).linear(&name("o"), width, width);
            self = self.linear(&name("f1"), width, hidden).linear(&name("f2"), hidden, width);
            self = self.norm(&name("n1"), width).norm(&name("n2"), width);
        }
        self
    }

    /// The trunk, `width` (a multiple of 12) wide.
    pub fn trunk(self, width: usize, layers: usize) -> Builder {
        let pieces = self.pieces();
        let builder = self.embedding("trunk.word", pieces, width).embedding("trunk.position", 512, width);
        let builder = builder.vector("trunk.type", width, 0.1).embedding_float("trunk.shape", 8, width);
        let builder = builder.embedding_float("trunk.quotation", 4, width).embedding_float("trunk.paragraph", 3, width);
        let builder = builder.embedding_float("trunk.convention", 2, width).norm("trunk.norm", width);
        builder.layers("trunk.layers", layers, width, 4 * width)
    }

    /// Trunk and all heads; `features` is the number of coreference features.
    pub fn network(self, width: usize, layers: usize, features: usize) -> Builder {
        let builder = self.trunk(width, layers).linear("claims.0.vector", 3 * width, 128);
        let builder = builder.linear("claims.0.pair", 2 * 128 + 1 + CLAIM_FEATURES, 128);
        let builder = builder.linear("claims.0.out", 128, 3);
        let builder = builder.linear("cue", width, 3).linear("sentence", width, width).linear("zone", width, 4);
        let builder = builder.linear("reader.input", width, 128).linear("reader.cue", width, 128);
        let builder = builder.embedding_float("reader.distance", 162, 128).embedding_float("reader.inside", 2, 128);
        let builder = builder.vector("reader.transitions", 25, 1.0);
        let builder = builder.norm("reader.norm", 128).layers("reader.layers", 2, 128, 384);
        let builder = builder.linear("reader.tags", 128, 5).linear("flags", width + 128, 2);
        let builder = builder.linear("act.hidden", 2 * width + 3 * 128, 256).linear("act.out", 256, 17);
        let builder = builder.linear("mention.start", width, 96).linear("mention.end", width, 96);
        let builder = builder.linear("mention.open", width, 1).linear("mention.close", width, 1);
        let builder = builder.vector("mention.width", 24, 0.1).linear("mention.vector", 3 * width, 192);
        let builder =
            builder.linear("mention.type", 192, 8).linear("mention.keep", 192, 1).linear("coref.anaphor", 192, 64);
        let builder = builder.linear("coref.antecedent", 192, 64).linear("coref.left", 192, 64);
        let builder = builder.linear("coref.right", 192, 64).linear("coref.product", 64, 64);
        builder.linear("coref.features", features, 64).linear("coref.score", 64, 1)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut header = Map::new();
        header.insert("__metadata__".to_owned(), json!(self.metadata));
        let mut data = Vec::new();
        for (name, (kind, shape, bytes)) in &self.tensors {
            let offsets = [data.len(), data.len() + bytes.len()];
            header.insert(name.clone(), json!({ "dtype": kind, "shape": shape, "data_offsets": offsets }));
            data.extend_from_slice(bytes);
        }
        let header = Value::Object(header).to_string().into_bytes();
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        file.extend(data);
        file
    }

    fn table(mut self, name: &str, rows: usize, cols: usize, most: f32) -> Builder {
        let numbers: Vec<f32> = (0..rows * cols).map(|_| self.random.float(most)).collect();
        self.floats(name, &[rows, cols], &numbers)
    }

    fn table_of_bytes(mut self, name: &str, rows: usize, cols: usize, most: f32) -> Builder {
        let numbers: Vec<i8> = (0..rows * cols).map(|_| (self.random.float(127.0)).round() as i8).collect();
        let scale: Vec<f32> = (0..rows).map(|_| (1.0 + self.random.float(0.2)) * most / 127.0).collect();
        let builder = self.bytes_tensor(&format!("{name}.weight"), &[rows, cols], &numbers);
        builder.floats(&format!("{name}.scale"), &[rows], &scale)
    }
}

/// Special pieces at ids 0, 1, 100 to 103 as in BERT's vocabulary, then letters, digits, marks and [`WORDS`].
fn vocabulary() -> String {
    let mut pieces: Vec<String> = (0..104).map(|id| format!("[unused{}]", id - 1)).collect();
    pieces[0] = "[PAD]".to_owned();
    for (id, name) in [(100, "[UNK]"), (101, "[CLS]"), (102, "[SEP]"), (103, "[MASK]")] {
        pieces[id] = name.to_owned();
    }
    let letters = || ('a'..='z').chain('0'..='9');
    pieces.extend(letters().map(String::from));
    pieces.extend(letters().map(|letter| format!("##{letter}")));
    pieces.extend("!\"#$%&'()*+,-./:;<=>?@[]_“”‘’«»„–—…".chars().map(String::from));
    // Single letters are there already; a piece may stand in the list only once.
    pieces.extend(WORDS.split_whitespace().filter(|word| word.trim_start_matches('#').len() > 1).map(str::to_owned));
    pieces.join("\n")
}

/// Numbers that look random and are always the same (xorshift).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number in ±`most`.
    pub fn float(&mut self, most: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * most
    }

    /// The next number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.float(1.0);
        (self.0 >> 33) as usize % end.max(1)
    }
}
