//! How a command ends.

use super::failure::Failure;

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
pub(crate) type CommandResult = Result<CommandOutcome, Failure>;
