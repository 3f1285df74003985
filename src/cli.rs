//! The command line: arguments and commands.

mod args;
mod asked;
pub(crate) mod batch;
pub(crate) mod check;
mod config;
mod console;
mod disclosure;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod facets;
mod failure;
pub(crate) mod fields;
pub(crate) mod generate;
pub(crate) mod index;
mod input;
mod mistyped;
mod nct_input;
mod pager;
pub(crate) mod panics;
mod progress;
mod ranking;
mod reject_flags;
pub(crate) mod review;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod status;
mod strategy_file;
mod terminal;
pub(crate) mod thesaurus;
pub(crate) mod translate;
#[cfg(unix)]
pub(crate) mod unreadable;
pub(crate) mod verify;
mod work;

pub(crate) use args::Command;
pub(crate) use config::parse;
pub(crate) use console::Console;
pub(crate) use failure::Failure;

/// How a command ended that did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    Done,
    NothingFound,
    /// A search gives another result than its receipt says.
    Differs,
    /// The index is damaged, or something of it is lost.
    Damaged,
    /// Something was rejected, and the user asked for an exit code that says
    /// so.
    Rejects,
}

/// What a command gives.
pub(crate) type Result = std::result::Result<CommandOutcome, Failure>;
