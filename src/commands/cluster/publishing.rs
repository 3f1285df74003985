//! `trialdex index` on a cluster.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use trialdex_cluster::{
    Access, Address, Client, ClusterError, ClusterIndex, Making, Published, publish,
};
use trialdex_engine::index::{Audit, PruneMode, Store};
use trialdex_output::{StudyFormat, bytes, clean_line};
use trialdex_records::study::NctId;

use crate::cli::args::ReportFormat;
use crate::cli::build::build;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};
use crate::commands::index::{self, IndexArgs, PruneArg};

/// Makes an index of what is named, and sends what differs from the version before.
pub(super) fn index(
    console: &mut Console,
    address: &Address,
    access: &Access,
    arguments: &IndexArgs,
) -> CommandResult {
    let inputs = index::inputs(arguments)?;
    let start = Instant::now();
    let (client, before) = (Client::new(address, access)?, standing(address, access)?);
    let scratch = tempfile::tempdir()?;
    let options = arguments.work.options(PruneMode::Nothing);
    let mut audit = build(console, scratch.path(), &inputs, &options)?;
    let kept = match &before {
        Some(before) => keep(console, scratch.path(), before, arguments, &mut audit)?,
        None => Vec::new(),
    };
    let store = Store::open(scratch.path())?;
    let published = publish(address, &client, &store, (before.as_ref(), &kept), &|_| ())?;
    audit.index = address.to_string();
    if let Some(changes) = &published.changes {
        audit.added = changes.added;
        audit.updated = changes.updated;
        audit.unchanged = changes.unchanged.saturating_sub(audit.kept);
        audit.removed = changes.removed;
    }
    match arguments.format {
        ReportFormat::Text => {
            console.say(&index::text(&audit, start.elapsed().as_secs_f64()));
            lines(&published).iter().for_each(|line| console.say(&clean_line(line)));
        }
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&audit).map_err(std::io::Error::other)?;
            writeln!(console.out, "{json}")?;
            console.out.flush()?;
        }
    }
    Ok(match arguments.strict && audit.rejected > 0 {
        true => CommandOutcome::Rejects,
        false => CommandOutcome::Done,
    })
}

/// The version that a name stands for, where this program can read it.
fn standing(address: &Address, access: &Access) -> Result<Option<ClusterIndex>, Failure> {
    match ClusterIndex::open(address.clone(), Client::new(address, access)?) {
        Ok(index) => Ok(Some(index)),
        Err(
            ClusterError::Missing(_)
            | ClusterError::OtherFormat { .. }
            | ClusterError::OtherFields(_),
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes over the studies of the version before that no source has, as an index in a directory
/// keeps them, and gives their numbers. Where records were rejected, the sources may be damaged: `--prune` alone then
/// removes nothing.
fn keep(
    console: &Console,
    scratch: &Path,
    before: &ClusterIndex,
    arguments: &IndexArgs,
    audit: &mut Audit,
) -> Result<Vec<NctId>, Failure> {
    let held = arguments.prune == Some(PruneArg::Gone) && audit.rejected > 0;
    if arguments.prune.is_some() && !held {
        return Ok(Vec::new());
    }
    let beyond = before.beyond(&Store::open(scratch)?)?;
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<NctId> = beyond.iter().map(|(nct, _)| *nct).collect();
    let kept = numbers.len() as u64;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("kept.jsonl");
    let mut file = BufWriter::new(File::create(&path)?);
    let studies = before.named_studies(beyond);
    StudyFormat::JsonLines.write(&mut file, &studies, directory.path())?;
    file.flush()?;
    let options = arguments.work.options(PruneMode::Nothing);
    let with_kept = build(console, scratch, &[path], &options)?;
    audit.kept += kept;
    audit.held += if held { kept } else { 0 };
    audit.studies = with_kept.studies;
    Ok(numbers)
}

/// How the version was made, and what became of others.
fn lines(published: &Published) -> Vec<String> {
    let Published { version, before, making, dropped, .. } = published;
    let sent = bytes(published.bytes);
    let mut said = match making {
        Making::Unchanged => vec![format!("nothing was sent: {version} has the same studies")],
        Making::Changed => {
            vec![format!("{sent} sent: {version} has what differs from the version before")]
        }
        Making::Whole(None) => vec![format!("{sent} sent as {version}")],
        Making::Whole(Some(reason)) => {
            vec![format!("{sent} sent as {version}: all studies, since {reason}")]
        }
    };
    said.extend(before.as_ref().map(|before| format!("{before} is kept")));
    said.extend((!dropped.is_empty()).then(|| format!("removed {}", dropped.join(", "))));
    said
}
