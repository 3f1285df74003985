//! An index of study records on tantivy, and searches in it.
//!
//! * [`index`]: [`index::update`] builds an index from files or refreshes it,
//!   [`index::Store`] opens it, [`index::check()`] and [`index::repair()`] look after it.
//! * [`search`]: [`search::search()`] finds and ranks the studies that a question asks for.
//!
//! Nothing here prints, exits, or reads the environment or the clock, except to measure how
//! long a search takes.

pub mod index;
pub mod search;
