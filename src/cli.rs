//! What the commands share: arguments, the console, messages, input.

pub(crate) mod args;
pub(crate) mod asked;
pub(crate) mod build;
pub(crate) mod change_format;
#[cfg(feature = "cluster")]
pub(crate) mod cluster_access;
pub(crate) mod config;
mod console;
pub(crate) mod dialect_flag;
pub(crate) mod disclosure;
pub(crate) mod failure;
pub(crate) mod input;
pub(crate) mod mistyped;
pub(crate) mod named_index;
pub(crate) mod nct_input;
pub(crate) mod notes;
mod outcome;
mod pager;
pub(crate) mod panics;
pub(crate) mod progress;
pub(crate) mod ranking;
pub(crate) mod receipt_file;
pub(crate) mod rejects;
pub(crate) mod run_lines;
pub(crate) mod strategy_file;
pub(crate) mod synonyms_file;
mod terminal;
#[cfg(unix)]
pub(crate) mod unreadable;

pub(crate) use console::Console;
pub(crate) use failure::Failure;
pub(crate) use outcome::{CommandOutcome, CommandResult};
