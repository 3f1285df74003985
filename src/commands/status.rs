//! `trialdex status`

use std::io::Write;

use clap::Args;
use serde_json::Value;

use trialdex_engine::index::{IndexStatus, Reject, Store};
use trialdex_output::{bytes, grouped, plural};
use trialdex_query::Parameter;

use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::rejects::{name_flags, reject_line};
use crate::cli::{CommandOutcome, CommandResult, Console};

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// List all rejects, and all files without a study
    #[arg(long)]
    pub(crate) rejects: bool,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &StatusArgs,
) -> CommandResult {
    let store = Store::open(&global.index)?;
    let rejects = arguments.rejects.then(|| store.rejects()).transpose()?;
    let status = store.status()?;
    let json = serde_json::to_value(&status).map_err(std::io::Error::from)?;
    write(console, arguments.format, &text(&status), json, rejects)
}

/// Writes what an index holds, as lines or as an object; all rejects, in place of the lines.
pub(super) fn write(
    console: &mut Console,
    format: ReportFormat,
    text: &str,
    mut json: Value,
    mut rejects: Option<Vec<Reject>>,
) -> CommandResult {
    rejects.iter_mut().for_each(|rejects| name_flags(rejects));
    match (format, &rejects) {
        (ReportFormat::Text, Some(rejects)) => {
            console.page();
            for reject in rejects {
                writeln!(console.out, "{}", reject_line(reject))?;
            }
        }
        (ReportFormat::Text, None) => writeln!(console.out, "{text}")?,
        (ReportFormat::Json, rejects) => {
            if let Some(rejects) = rejects {
                json["rejects"] = serde_json::to_value(rejects).map_err(std::io::Error::from)?;
            }
            writeln!(console.out, "{json:#}")?;
        }
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

fn text(status: &IndexStatus) -> String {
    let formats: Vec<String> =
        status.formats.iter().map(|(name, count)| format!("{} {name}", grouped(*count))).collect();
    let unknown = || "unknown".to_owned();
    let mut lines = vec![
        format!("index      {}", status.index),
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
        format!(
            "words      looked for in {}, unless `--area` names another",
            Parameter::Words.area()
        ),
        format!(
            "size       {} in {}",
            bytes(status.bytes),
            plural(status.segments as u64, "segment", "segments")
        ),
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
