//! `trialdex watch remove`

use clap::Args;

use trialdex_output::clean_line;

use super::list_file::{self, ListFileArgs, chosen};
use crate::cli::args::GlobalArgs;
use crate::cli::{CommandOutcome, CommandResult, Console};

#[derive(Debug, Args)]
pub(crate) struct WatchRemoveArgs {
    /// Names of the searches
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    list: ListFileArgs,
}

pub(crate) fn run(
    console: &Console,
    global: &GlobalArgs,
    arguments: &WatchRemoveArgs,
) -> CommandResult {
    let path = arguments.list.path(global);
    list_file::read_all(&path)?;
    list_file::change(&path, |list| {
        chosen(list, &arguments.names)?;
        list.searches.retain(|search| !arguments.names.contains(&search.name));
        Ok(())
    })?;
    console.say(&clean_line(&format!("{} removed", arguments.names.join(", "))));
    Ok(CommandOutcome::Done)
}
