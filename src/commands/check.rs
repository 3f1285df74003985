//! `trialdex check`

use std::io::Write;

use clap::Args;

use trialdex_engine::index::{
    CheckFinding, CheckOptions, IndexCheck, IndexError, PruneMode, RepairSummary, SourcesChecked,
    UpdateProgress, check, repair,
};
use trialdex_output::{bytes, clean_line, grouped, plural};

use crate::cli::args::work::WorkArgs;
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::build::written_unprinted;
use crate::cli::{CommandOutcome, CommandResult, Console, progress};

const EXAMPLES: &str = "\
Examples:
  trialdex check                                    is ./index whole?
  trialdex check --sources                          and does it have all records of its sources?
  trialdex check --repair                           restore what damaged files held
  trialdex check --format json | jq .findings";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Read the sources again, and compare every record with the index
    #[arg(long)]
    pub(crate) sources: bool,
    /// Restore what damaged files held, from the rest of the index and from the
    /// sources, and list what is lost
    #[arg(long)]
    pub(crate) repair: bool,
    /// Compare checksums and numbers only; do not read every study
    #[arg(long, conflicts_with = "repair")]
    pub(crate) quick: bool,
    /// How to write the findings
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

/// Studies that are named of a finding.
const NAMED: usize = 5;

/// Paths that are named of sources that have changed.
const PATHS: usize = 5;

/// A check, and the repairs after it.
struct CheckReport {
    /// As the index is now.
    check: IndexCheck,
    /// The fault, and its repair, if any.
    repaired: Option<(IndexCheck, RepairSummary)>,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &CheckArgs,
) -> CommandResult {
    let report = report(console, global, arguments)?;
    let shown = match arguments.format {
        ReportFormat::Text => text(&report, global, arguments),
        ReportFormat::Json => json(&report, global)?,
    };
    let printed = writeln!(console.out, "{shown}").and_then(|()| console.out.flush());
    printed.map_err(|error| match report.repaired {
        Some(_) => written_unprinted(error, &global.index),
        None => error.into(),
    })?;
    let lost = report.repaired.is_some_and(|(_, repaired)| !repaired.lost.is_empty());
    Ok(if report.check.whole && !lost { CommandOutcome::Done } else { CommandOutcome::Damaged })
}

fn json(report: &CheckReport, global: &GlobalArgs) -> std::io::Result<String> {
    let mut json = serde_json::to_value(&report.check)?;
    for finding in json["findings"].as_array_mut().into_iter().flatten() {
        let shown = serde_json::from_value::<String>(finding["file"].clone());
        finding["advice"] = advice(&shown.unwrap_or_default(), global).into();
    }
    if let Some((before, repaired)) = &report.repaired {
        json["repaired"] = serde_json::to_value(repaired)?;
        json["before"] = serde_json::to_value(&before.findings)?;
    }
    Ok(format!("{json:#}"))
}

fn report(
    console: &Console,
    global: &GlobalArgs,
    arguments: &CheckArgs,
) -> Result<CheckReport, super::Failure> {
    let updating = arguments.work.options(PruneMode::Nothing);
    let checking = CheckOptions {
        quick: arguments.quick,
        sources: arguments.sources,
        limits: updating.limits.clone(),
        threads: updating.threads,
    };
    let watch = UpdateProgress::default();
    let work = || {
        if !arguments.repair {
            let check = check(&global.index, &checking, &watch)?;
            return Ok(CheckReport { check, repaired: None });
        }
        let (before, repaired) = repair(&global.index, &updating, arguments.sources, &watch)?;
        Ok(match repaired {
            None => CheckReport { check: before, repaired: None },
            Some(repaired) => {
                let check = check(&global.index, &checking, &watch)
                    .map_err(|error| IndexError::committed(&global.index, &error))?;
                CheckReport { check, repaired: Some((before, repaired)) }
            }
        })
    };
    if console.progress {
        progress::with_bar(std::slice::from_ref(&global.index), &watch, work)
    } else {
        work()
    }
}

fn text(report: &CheckReport, global: &GlobalArgs, arguments: &CheckArgs) -> String {
    let mut lines = Vec::new();
    if let Some((before, repaired)) = &report.repaired {
        lines.extend(before.findings.iter().map(|finding| line(finding, true)));
        lines.extend(of_repair(repaired));
    }
    let check = &report.check;
    for finding in &check.findings {
        lines.push(line(finding, false));
        lines.push(format!("  {}", advice(&finding.file, global)));
    }
    lines.push(format!(
        "compared {} of {} in {}{}",
        plural(check.files, "file", "files"),
        bytes(check.bytes),
        plural(check.segments, "segment", "segments"),
        match check.studies_read {
            0 => String::new(),
            read => format!(", and read {}", plural(read, "study", "studies")),
        }
    ));
    lines.extend(of_sources(&check.sources, arguments.sources));
    lines.push(if check.whole {
        let studies = plural(check.studies, "study", "studies");
        format!("{} is whole: it holds {studies}, each once", check.index)
    } else {
        format!("{} is damaged", check.index)
    });
    lines.iter().map(|line| clean_line(line)).collect::<Vec<_>>().join("\n")
}

fn line(finding: &CheckFinding, was: bool) -> String {
    let (file, problem) = (&finding.file, &finding.problem);
    let was = if was { "found: " } else { "" };
    let mut line = format!("{was}{file}: {problem}");
    let studies = &finding.studies;
    if !studies.is_empty() {
        let held = if finding.uncertain { "some of " } else { "" };
        let count = plural(studies.len() as u64, "study", "studies");
        line += &format!("; {held}{count}: {}", named(studies));
    }
    line
}

/// The first of a list, and how many more there are.
pub(super) fn named(all: &[String]) -> String {
    let first = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {} more", grouped(more as u64)),
    }
}

/// What to do about something that is wrong with a file.
fn advice(file: &str, global: &GlobalArgs) -> String {
    let index = global.index.display();
    if file == trialdex_engine::index::VOCABULARY_FILE {
        return format!(
            "make it again with `trialdex thesaurus import`, or remove {index}/{file} to use the headings \
             that are built in"
        );
    }
    format!("`trialdex check --repair --index {index}` restores what it can")
}

fn of_repair(repaired: &RepairSummary) -> Vec<String> {
    let studies = |count: u64| plural(count, "study", "studies");
    let mut lines = vec![format!(
        "repaired: {} restored from the index, {} from the sources",
        studies(repaired.from_index),
        studies(repaired.from_sources)
    )];
    if !repaired.other_version.is_empty() {
        let count = studies(repaired.other_version.len() as u64);
        let named = named(&repaired.other_version);
        lines.push(format!("of {count} the sources have another version: {named}"));
    }
    if repaired.entered > 0 {
        lines.push(format!(
            "{} entered in a new ledger; run `trialdex index` with the sources, so that it is known \
             where they are from",
            studies(repaired.entered)
        ));
    }
    lines.extend(repaired.lost.iter().map(|lost| {
        format!("lost: {} of {}, which does not have it any longer", lost.study, lost.source)
    }));
    lines
}

fn of_sources(sources: &SourcesChecked, read: bool) -> Vec<String> {
    let files = |count: u64| plural(count, "source", "sources");
    let mut lines = Vec::new();
    if read {
        lines.push(format!(
            "read {} again: {} and {} as in the ledger",
            files(sources.unchanged),
            plural(sources.records, "record", "records"),
            plural(sources.rejects, "reject", "rejects")
        ));
    }
    for (what, paths) in [("changed", &sources.changed), ("gone", &sources.gone)] {
        if !paths.is_empty() {
            let count = files(paths.len() as u64);
            let first = paths.iter().take(PATHS).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if paths.len() > PATHS { ", ..." } else { "" };
            lines.push(format!("{what} since: {count}: {first}{more}"));
        }
    }
    lines
}
