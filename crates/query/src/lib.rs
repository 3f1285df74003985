//! Reads what the user typed.
//!
//! A text becomes tokens (`lexer`), those a tree with the place of each part
//! ([`syntax`], `parser`), and the tree, looked up in the data model, a
//! condition on studies (`resolve`, [`meaning`]). What was asked with
//! parameters and filters becomes one question ([`request`]).
//!
//! A [`Request`] is what a person or a program asks; [`Request::understand`] gives the question,
//! or a [`NotUnderstood`] whose text shows each mistake with carets and a hint:
//!
//! ```
//! use trialdex_query::{Filter, Parameter, Request};
//!
//! let mut request = Request {
//!     queries: vec![(Parameter::Condition, "heart attack".to_owned())],
//!     filters: vec![(Filter::Phase, "3".to_owned())],
//!     ..Request::default()
//! };
//! let understood = request.understand()?;
//! assert_eq!(understood.text, "AREA[ConditionSearch]heart attack AND AREA[Phase]PHASE3");
//!
//! request.queries[0].1.push_str(" AND");
//! let wrong = request.understand().expect_err("an operator with nothing behind it");
//! assert!(wrong.to_string().contains("^^^"));
//! # Ok::<(), trialdex_query::NotUnderstood>(())
//! ```
//!
//! [`dialect`] translates strategies that were written for other systems:
//!
//! ```
//! use trialdex_query::dialect::{Dialect, translate};
//!
//! let translation = translate("1. exp Asthma/\n2. budesonide.ti,ab.\n3. 1 and 2", Dialect::Ovid);
//! assert_eq!(translation.lines.len(), 3);
//! ```

mod address;
mod ages;
mod agg;
mod canonical_text;
mod comma_lists;
mod complaints;
mod country_filter;
mod date_notations;
mod diagnostics;
pub mod dialect;
mod excerpt;
mod expression;
mod filter_terms;
mod filters;
mod foreign;
mod geo_circle;
mod kindred;
mod lexer;
mod line_omission;
mod match_options;
pub mod meaning;
mod nct_numbers;
mod negation;
mod parameter;
mod parameter_names;
mod parser;
mod patient_record;
mod phases;
pub mod request;
mod request_parts;
mod resolve;
mod sort;
mod strategy;
pub mod syntax;
mod target;
mod typed;
mod web_search;
mod word_list;
mod word_syntax;
mod written;

pub use diagnostics::{Diagnostic, Span};
pub use excerpt::{Excerpt, MarkedText, NotUnderstood, RequestError, marked_lines};
pub use expression::{ParsedExpression, expression};
pub use geo_circle::{DistanceUnit, GeoCircle};
pub use parameter_names::Spelling;
pub use patient_record::{PastedText, pasted};
pub use request::{
    Filter, LanguageVersion, MatchOptions, Parameter, Request, RequestRemark, UnderstoodRequest,
    WordExpansion, plain, plain_request,
};
pub use request_parts::{ConditionStep, RequestPart};
pub use resolve::{ResolvedExpression, resolve};
pub use sort::{SortBy, SortKey, parse_sort, sort_order};
pub use strategy::{StrategyLine, StrategyLineError, is_strategy, strategy};
pub use typed::typed;
pub use written::of_the_language;
