//! From a question to a plan that any search engine can carry out.
//!
//! A [`Question`](trialdex_query::meaning::Question) says what is asked; a [`Plan`] says which
//! terms of which fields are looked for, what counts as evidence for the same words, and what it
//! is worth. A plan is data: a tree of [`Node`]s that name fields by what they hold
//! ([`layout`]), so that each engine translates it into queries of its own.
//!
//! [`Search`] makes the plan of what is asked of an [`Engine`]; what it has to know of the index it
//! asks the engine as a [`Lexicon`]. [`SearchOutcome`] says what the number of hits takes in and
//! leaves out.
//!
//! * [`Thesaurus`] finds other names by what records, texts and the vocabulary say, and judges
//!   which of them mean the same; [`look_up()`] and [`doubtful()`] show its judgements.
//! * [`meant()`] says what may be meant by words that no study has.
//! * [`Model`] has the constants of the score; [`feedback`] has what first hits do to the order, and
//!   [`wordings`] which other words may be typed.
//! * [`SearchRequest`] is a whole search as data; [`receipt`] has what a search gave, and how it is
//!   run again; [`watch`] has a list of searches that are run again and again.
//!
//! What the vocabulary knows of a name needs no index:
//!
//! ```
//! use trialdex_plan::look_up_without_index;
//! use trialdex_text::vocabulary::Vocabulary;
//!
//! let known = look_up_without_index(Vocabulary::built_in(), None, "heart attack")?;
//! assert_eq!(known.concepts[0].preferred, "Myocardial Infarction");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod doubtful;
mod effort;
mod error;
pub mod feedback;
mod forms;
mod guard;
pub mod layout;
mod lexicon;
mod look_up;
mod memory;
mod mined;
pub mod model;
mod name_candidate;
mod pattern;
mod patterns;
mod planner;
pub mod receipt;
mod request;
mod search;
mod senses;
mod strategy;
mod strategy_error;
mod synonyms;
#[cfg(test)]
mod test_index;
mod thesaurus;
mod tree;
mod understood_search;
mod used_strategy;
pub mod watch;
pub mod wordings;
mod words;

pub use doubtful::doubtful;
pub use error::{PlanError, PlanResult, TooMuch};
pub use forms::meant;
pub use lexicon::{Counting, Lexicon, LookUp, LookUpCost, Overlap, StudyKey, TermRange};
pub use look_up::{
    Abbreviation, KnownConcept, LookedUp, OtherName, PairOfNames, look_up, look_up_without_index,
};
pub use memory::NameMemory;
pub use model::Model;
pub use name_candidate::{NameVerdict, Synonym, SynonymKind};
pub use pattern::{Pattern, Slot, Stretch};
pub use planner::{Clause, InterpretedWords, Plan, present};
pub use request::{
    ModelConstant, ModelConstantError, QueryKind, RankingOptions, RequestVersion, SearchRequest,
    SearchRequestError, pair_name,
};
pub use search::{
    AlsoName, AlsoSearched, ClauseMatching, Disclosure, Engine, FilterOmission, FunnelStep,
    LabelledPart, Search, SearchOutcome, WordMatches,
};
pub use senses::{Sense, SenseChoice, ShortForm, senses, short_forms};
pub use strategy::UnderstoodStrategy;
pub use strategy_error::StrategyError;
pub use thesaurus::{NARROWER, Thesaurus, VOCABULARY};
pub use tree::{Circle, Evidence, ListPiece, Node, SiteCondition, Source};
pub use trialdex_query::Spelling;
pub use understood_search::UnderstoodSearch;

/// A part of a score, or a weight.
pub type Score = f32;
