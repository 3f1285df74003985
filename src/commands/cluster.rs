//! Commands that do other things to an index on a cluster than to one in a directory.

mod checking;
mod publishing;

use trialdex_cluster::{Access, Address, Client, ClusterError, ClusterIndex, ClusterStatus};
use trialdex_output::{grouped, plural};

use super::check::CheckArgs;
use super::index::IndexArgs;
use super::status::{self, StatusArgs};
use super::thesaurus::ThesaurusArgs;
use super::{Command, watch};
use crate::cli::named_index::addressed;
use crate::cli::{CommandResult, Console, Failure};

/// Runs a command on an address; `None` where it does the same as in a directory.
pub(super) fn run(
    console: &mut Console,
    address: &str,
    command: &Command,
) -> Option<CommandResult> {
    Some(match command {
        Command::Index(arguments) => index(console, address, arguments),
        Command::Status(arguments) => status(console, address, arguments),
        Command::Check(arguments) => check(console, address, arguments),
        Command::Thesaurus(ThesaurusArgs { change: Some(_), .. }) => {
            refused("a vocabulary of one's own is not kept")
        }
        Command::Watch(arguments) if watch::reads_sources(arguments) => {
            refused("sources are not read again")
        }
        _ => return None,
    })
}

fn refused(what: &str) -> CommandResult {
    Err(ClusterError::NotYet(what.to_owned()).into())
}

fn open(address: &str) -> Result<ClusterIndex, Failure> {
    let (address, access): (Address, Access) = addressed(address)?;
    let client = Client::new(&address, &access)?;
    Ok(ClusterIndex::open(address, client)?)
}

fn index(console: &mut Console, address: &str, arguments: &IndexArgs) -> CommandResult {
    let (address, access) = addressed(address)?;
    publishing::index(console, &address, &access, arguments)
}

fn check(console: &mut Console, address: &str, arguments: &CheckArgs) -> CommandResult {
    checking::check(console, &open(address)?, arguments)
}

fn status(console: &mut Console, address: &str, arguments: &StatusArgs) -> CommandResult {
    let index = open(address)?;
    let rejects = arguments.rejects.then(|| index.rejects()).transpose()?;
    let status = index.status()?;
    let json = serde_json::to_value(&status).map_err(std::io::Error::from)?;
    status::write(console, arguments.format, &status_text(&status), json, rejects)
}

fn status_text(status: &ClusterStatus) -> String {
    let unknown = || "unknown".to_owned();
    let formats: Vec<String> =
        status.formats.iter().map(|(name, count)| format!("{} {name}", grouped(*count))).collect();
    let mut lines = vec![
        format!("index      {}", status.index),
        format!("version    {}", status.version),
        format!("studies    {}", grouped(status.studies)),
        format!("sources    {}", plural(status.sources, "file", "files")),
        format!("records    {}", formats.join(", ")),
        format!("set aside  {} older or less full", grouped(status.duplicates)),
        format!(
            "updated    {} to {}",
            status.earliest_update.clone().unwrap_or_else(unknown),
            status.latest_update.clone().unwrap_or_else(unknown)
        ),
        format!(
            "not in it  {} rejected, {} without a study",
            grouped(status.rejected),
            grouped(status.not_studies)
        ),
        format!("parts      {}, all there", plural(status.shards, "shard", "shards")),
        format!(
            "written    {} by trialdex {} (format {})",
            status.written, status.program, status.format
        ),
    ];
    if status.kept > 0 {
        lines.push(format!("kept       {} that no source has any longer", grouped(status.kept)));
    }
    if status.rejected + status.not_studies > 0 {
        lines.push("`trialdex status --rejects` lists what is not in it, and why".to_owned());
    }
    lines.join("\n")
}
