//! What can be said of a text before anything is known of who speaks in it.
//!
//! In: a text, or the bytes of one. Out: decoded text, paragraphs, sentences, the inside and outside of quotation
//! marks, dates on the calendar, the language. All spans count code points of the text that was handed in.
//!
//! Nothing here touches a file, a clock or the network, and nothing knows of statements. Everything takes time and
//! memory in proportion to the length of the text and panics on none.
#![forbid(unsafe_code)]

mod decode;
mod language;
mod paragraphs;
mod positions;
mod quotation;
mod sentences;
mod times;

pub use decode::{decode, decode_as};
pub use language::language;
pub use paragraphs::paragraphs;
pub use positions::Positions;
pub use quotation::quotation_states;
pub use sentences::sentences;
pub use times::{TimeExpression, TimePrecision, find_times};
