//! A small int8 transformer on the CPU: numbers in, numbers out. Knows nothing of news.
//!
//! In: the bytes of a weights file ([`Weights`]), texts ([`Tokenizer`]) or token ids with their features ([`Input`]).
//! Out: one vector per token ([`Trunk`]), and the parts that heads are built from
//! ([`Linear`], [`Embedding`], [`LayerNorm`], [`Stack`]) over plain row-major matrices ([`Matrix`]).
//!
//! The same input gives the same bytes on every class of CPU and with any batch mates: matrix products are done in
//! whole numbers, each row has its own scale, and the order of every float operation is written down in the code.
//! Nothing here starts threads; everything is `Send + Sync`, callers are parallel over articles.
//!
//! What the CPU can do is looked up once ([`Kernel::best`]); the code for it lives in `kernels`, the only place with
//! `unsafe` in this project.

mod embedding;
mod kernels;
mod linear;
mod matrix;
mod norm;
mod stack;
#[doc(hidden)]
pub mod testing;
mod tokenizer;
mod trunk;
mod weights;

pub use embedding::Embedding;
pub use kernels::Kernel;
pub use linear::Linear;
pub use matrix::Matrix;
pub use norm::LayerNorm;
pub use stack::Stack;
pub use tokenizer::{Piece, Tokenizer};
pub use trunk::{Input, OVERLAP, Trunk, WINDOW};
pub use weights::{FORMAT, Weights, WeightsError};
