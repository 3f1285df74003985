//! Reads a printed strategy: the text of a file becomes numbered lines with
//! searches only.
//!
//! Text around, before and after searches is kept as a remark: headings,
//! labels, counts of hits, page breaks, comments and columns of tables. Text
//! that no rule explains is not searched as words: the line is refused, and the
//! words are named.
//!
//! Steps: [`plain`] signs, columns of a [`strategy_table`], the kind of each
//! line in [`line_kinds`], [`counts`] and [`labels`] off each line, names of
//! lines by [`line_combinations`], and the [`order`] of lines.

mod around;
mod counts;
mod dangling;
mod labels;
mod line_combinations;
mod line_kinds;
mod line_numbers;
mod order;
mod page_lines;
mod plain;
mod platforms;
mod reading;
mod search_signs;
mod site;
mod stacked;
mod strategy_table;
mod wrapped_words;

pub(super) use counts::{COUNT, is_counted, is_number};
pub(crate) use line_combinations::combination;
pub(super) use line_combinations::{line_number, list_of_numbers, no_line};
pub(crate) use line_numbers::{is_remark, numbered};
pub(super) use page_lines::LineRefusal;
pub use page_lines::PassedOver;
pub(crate) use page_lines::{StrategyEntry, StrategyPage};
pub(super) use plain::plain_signs;
pub(super) use platforms::names_platform;
pub use platforms::system_named;
pub(super) use strategy_table::rows_of_signs;

#[cfg(test)]
mod printed;
