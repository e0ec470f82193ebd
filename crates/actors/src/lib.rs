//! Who is who: mentions and coreference within an article, actors across articles.
//!
//! In: articles with their tokens' vectors, later with their statements; knowledge tables. Out: [`model::Entity`] in each
//! article, the speaker of each statement, and [`model::Actor`] across articles.
//!
//! «Oda Brünn said she had signed. "I was asked," the mayor added.» → one entity {Oda Brünn, she, I, the mayor}, who is the
//! speaker of both statements.
//!
//! What is said is the business of `statements`; which claims meet is that of `claims`.
#![forbid(unsafe_code)]

mod across;
mod chains;
mod clusters;
mod confidence;
mod coreference;
mod corrections;
mod csv;
mod earlier;
mod edges;
mod entity;
mod features;
mod keeper;
mod knowledge;
mod lookup;
mod mentions;
mod phrase;
mod roles;
mod speakers;
mod speech;
mod words;

pub use across::{EntityPlaces, IdentityChoice, across, identity_choices};
pub use clusters::entities_of_clusters;
pub use coreference::{Chains, Coreference, Tokens};
pub use corrections::{Correction, correct, corrections};
pub use earlier::{Earlier, only_of};
pub use features::FEATURES;
pub use keeper::{Keeper, Kept};
pub use knowledge::{Knowledge, Known, Sense};
pub use lookup::{Match, MatchedBy, find, near_names};
pub use speakers::speakers;
pub use words::fold;
