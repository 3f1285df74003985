//! `trialdex watch`

mod add;
mod list;
mod list_file;
mod reason;
mod remove;
mod run;

use clap::{Args, Subcommand};

use crate::cli::args::GlobalArgs;
use crate::cli::{CommandResult, Console};
use add::WatchAddArgs;
use list::WatchListArgs;
use remove::WatchRemoveArgs;
use run::WatchRunArgs;

const EXAMPLES: &str = "\
Examples:
  trialdex watch add anemia aplastic anemia --status recruiting
  trialdex watch add asthma --receipt asthma.json   a search that was run before
  trialdex sync ~/registry && trialdex index ~/registry && trialdex watch
  trialdex watch anemia --keep                      look, and say the same next time
  trialdex watch --format atom > trials.atom";

#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(crate) struct WatchArgs {
    #[command(subcommand)]
    pub(crate) command: Option<WatchCommand>,
    #[command(flatten)]
    pub(crate) run: WatchRunArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Add a search to the list
    Add(Box<WatchAddArgs>),
    /// Show the searches of the list
    List(WatchListArgs),
    /// Remove searches from the list
    Remove(WatchRemoveArgs),
    /// Say which hits came, went and changed since the last look, and why
    Run(WatchRunArgs),
}

/// Whether sources of the index are to be read.
#[cfg(feature = "cluster")]
pub(super) fn reads_sources(arguments: &WatchArgs) -> bool {
    match &arguments.command {
        Some(WatchCommand::Run(arguments)) => arguments.sources,
        Some(_) => false,
        None => arguments.run.sources,
    }
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &WatchArgs,
) -> CommandResult {
    match &arguments.command {
        Some(WatchCommand::Add(arguments)) => add::run(console, global, arguments),
        Some(WatchCommand::List(arguments)) => list::run(console, global, arguments),
        Some(WatchCommand::Remove(arguments)) => remove::run(console, global, arguments),
        Some(WatchCommand::Run(arguments)) => run::run(console, global, arguments),
        None => run::run(console, global, &arguments.run),
    }
}
