//! Searches on any engine: how a question is planned, and what the number of its hits takes in
//! and leaves out.

mod clause_matching;
mod clause_search;
mod disclosure;
mod engine;
mod funnel;
mod left_out;
mod matched;
mod outcome;
#[cfg(test)]
mod tests;

pub use self::clause_matching::ClauseMatching;
pub use self::clause_search::Search;
pub use self::disclosure::{AlsoName, AlsoSearched, Disclosure};
pub use self::engine::Engine;
pub use self::funnel::{FunnelStep, LabelledPart};
pub use self::left_out::FilterOmission;
pub use self::matched::WordMatches;
pub use self::outcome::SearchOutcome;
