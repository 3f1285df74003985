//! What the user typed, understood.
//!
//! A text becomes tokens (`lexer`), those a tree with the place of each part
//! ([`syntax`], `parser`), and the tree, looked up in the data model, a
//! condition on studies (`resolve`, [`meaning`]). What was asked with
//! parameters and filters becomes one question ([`request`]).

mod address;
mod ages;
mod agg;
mod complaints;
mod countries;
mod dates;
pub mod dialect;
mod filters;
mod foreign;
mod kindred;
mod left_out;
mod lexer;
mod lists;
mod manner;
pub mod meaning;
mod negation;
mod note;
mod numbers;
mod parser;
mod parts;
mod phases;
mod place;
mod report;
pub mod request;
mod resolve;
mod sort;
mod strategy;
pub mod syntax;
mod target;
mod typed;
mod web_search;
mod words;
mod written;

use std::ops::Range;

pub use note::{Pasted, pasted};
pub use parser::{Parsed, expression};
pub use parts::{Part, Step};
pub use place::{Place, Unit};
pub use request::numbers_typed;
pub use request::{
    Expand, Filter, Manner, Misunderstood, Parameter, Remark, Request, Sense, Understood, plain,
    plain_request,
};
pub use resolve::{Resolved, resolve};
pub use sort::{SortBy, SortKey, parse_sort, sort_order};
pub use strategy::{StrategyLine, WrongLine, is_strategy, strategy};
pub use typed::typed;
pub use written::of_the_language;

/// Bytes of the typed text.
pub type Span = Range<usize>;

/// Something in the typed text that cannot be understood, or may be
/// understood otherwise than it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to type instead.
    pub hint: String,
}
