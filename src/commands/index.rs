//! `trialdex index`

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};

use trialdex_engine::index::{Audit, PartialRecords, PruneMode, RejectKind};
use trialdex_output::{clean_line, grouped, plural};

use crate::cli::args::work::WorkArgs;
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::build::{DEFAULT_INPUT, build, written_unprinted};
use crate::cli::rejects::{FilePlace, reject_line};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex index                                    read ./corpus into ./index
  trialdex index AllPublicXML.zip extra/ late.csv   several inputs at once
  curl .../studies | trialdex index -               from standard input
  trialdex index dump --prune --strict              for a nightly job
  trialdex index dump --format json | jq .rejects   what could not be read";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IndexArgs {
    /// Files, directories and archives with study records; `-` is standard
    /// input [default: corpus]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Remove studies that no source has any longer [`--prune` alone: `gone`]
    #[arg(
        long,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "gone"
    )]
    pub(crate) prune: Option<PruneArg>,
    /// Exit with code 3 if anything was rejected
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to write the audit: `text` goes to standard error, `json` to
    /// standard output
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

/// What `--prune` takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PruneArg {
    /// Studies that readable sources no longer have
    Gone,
    /// Also studies that are missing from damaged sources, or from sources that
    /// no longer have any studies
    All,
}

impl From<PruneArg> for PruneMode {
    fn from(which: PruneArg) -> Self {
        match which {
            PruneArg::Gone => Self::Gone,
            PruneArg::All => Self::All,
        }
    }
}

/// Rejects that the audit names on a terminal; all are kept with the index.
const REJECTS_SHOWN: usize = 10;

/// Fields without a place that the audit names on a terminal.
const UNPLACED_SHOWN: usize = 8;

/// Fields with values that do not fit them that the audit names on a terminal.
const UNFIT_SHOWN: usize = 5;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &IndexArgs,
) -> CommandResult {
    let inputs = inputs(arguments)?;
    if inputs.iter().any(|input| input == Path::new("-")) && std::io::stdin().is_terminal() {
        console.say("reading study records from the terminal; Ctrl-D ends them");
    }
    let start = Instant::now();
    let audit = build(
        console,
        &global.index,
        &inputs,
        &arguments.work.options(arguments.prune.map_or(PruneMode::Nothing, PruneMode::from)),
    )?;
    match arguments.format {
        ReportFormat::Text => console.say(&text(&audit, start.elapsed().as_secs_f64())),
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&audit).map_err(std::io::Error::other)?;
            let printed = writeln!(console.out, "{json}").and_then(|()| console.out.flush());
            printed.map_err(|error| written_unprinted(error, &global.index))?;
        }
    }
    if arguments.strict && audit.rejected > 0 {
        Ok(CommandOutcome::Rejects)
    } else {
        Ok(CommandOutcome::Done)
    }
}

pub(super) fn inputs(arguments: &IndexArgs) -> Result<Vec<PathBuf>, Failure> {
    if !arguments.paths.is_empty() {
        return Ok(arguments.paths.clone());
    }
    if Path::new(DEFAULT_INPUT).exists() {
        return Ok(vec![PathBuf::from(DEFAULT_INPUT)]);
    }
    Err(Failure::new("no input named, and there is no `./corpus`")
        .hint("name files, directories or archives: `trialdex index PATH...`"))
}

/// The audit for people.
pub(super) fn text(audit: &Audit, seconds: f64) -> String {
    let formats = audit.formats.iter();
    let formats: Vec<String> =
        formats.map(|(name, count)| format!("{} {name}", grouped(*count))).collect();
    let records = plural(audit.records, "record", "records");
    let mut lines =
        vec![read(audit), format!("found {records}{}", listed(&formats)), changes(audit)];
    lines.extend(joined(audit));
    lines.extend(kept(audit));
    lines.extend(unplaced(audit));
    lines.extend(unfit(audit));
    lines.extend(audit.versions.iter().map(|(column, records)| {
        let records = plural(*records, "record", "records");
        format!("the newest version of a study wins, by `{}` of {records}", clean_line(column))
    }));
    lines.extend(audit.encodings.iter().map(|(encoding, records)| {
        format!("read {} as {encoding}", plural(*records, "record", "records"))
    }));
    lines.extend(rejects(audit));
    lines.push(format!(
        "{} holds {}; {seconds:.1} s",
        clean_line(&audit.index),
        plural(audit.studies, "study", "studies")
    ));
    lines.join("\n")
}

/// Records that are not studies by themselves: joined, or set aside.
fn joined(audit: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    if audit.pages > 0 {
        let studies = plural(audit.joined, "study", "studies");
        lines.push(format!("joined {} to {studies}", parts(audit)));
    }
    let joined: u64 = audit.partial.iter().map(|partial| partial.records).sum();
    let set_aside = audit.duplicates.saturating_sub(joined);
    if set_aside > 0 {
        let (one, more) = ("older or less full record", "older or less full records");
        lines.push(format!("set aside {}", plural(set_aside, one, more)));
    }
    let partial = audit.partial.iter().map(|partial| clean_line(&joined_records(partial)).into());
    lines.extend(partial);
    lines
}

/// Studies that the index keeps although no source has them.
fn kept(audit: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    let gone = audit.kept - audit.held;
    if gone > 0 {
        lines.push(format!(
            "kept {} that no source has any longer; `--prune` removes them",
            plural(gone, "study", "studies")
        ));
    }
    if audit.held > 0 {
        lines.push(format!(
            "kept {} that damaged or emptied sources lack; `--prune=all` removes them",
            plural(audit.held, "study", "studies")
        ));
    }
    lines
}

fn listed(items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!(" ({})", items.join(", ")) }
}

fn read(audit: &Audit) -> String {
    let mut line = format!("saw {}", plural(audit.files, "file", "files"));
    if audit.members > 0 {
        line += &format!(" with {} in archives", plural(audit.members, "member", "members"));
    }
    if audit.files_unchanged > 0 {
        line += &format!(", {} unchanged since the last run", grouped(audit.files_unchanged));
    }
    if audit.files_gone > 0 {
        line += &format!("; {} no longer there", plural(audit.files_gone, "file is", "files are"));
    }
    line
}

fn changes(audit: &Audit) -> String {
    if audit.added + audit.updated + audit.removed == 0 {
        return format!(
            "nothing changed: {} as before",
            plural(audit.unchanged, "study", "studies")
        );
    }
    format!(
        "studies: {} added, {} updated, {} unchanged, {} removed",
        grouped(audit.added),
        grouped(audit.updated),
        grouped(audit.unchanged),
        grouped(audit.removed)
    )
}

/// The fields that API v2 has no place for, commonest first.
fn unplaced(audit: &Audit) -> Option<String> {
    let mut fields: Vec<_> = audit.unplaced.iter().collect();
    fields.sort_by_key(|field| std::cmp::Reverse(field.records));
    let mut names: Vec<String> = fields
        .iter()
        .take(UNPLACED_SHOWN)
        .map(|field| format!("{} ({})", clean_line(&field.name), grouped(field.records)))
        .collect();
    let more = fields.len().saturating_sub(UNPLACED_SHOWN);
    if more > 0 {
        names.push(format!("{more} more, see `--format json`"));
    }
    (!names.is_empty()).then(|| format!("not part of the data model: {}", names.join(", ")))
}

/// The parts that studies were joined from.
fn parts(audit: &Audit) -> String {
    let pages = audit.formats.get("module-page").copied().unwrap_or(0).min(audit.pages);
    let rows = audit.pages - pages;
    let said =
        [(pages, "module page", "module pages"), (rows, "part of a table", "parts of tables")];
    let said = said.into_iter().filter(|(count, ..)| *count > 0);
    let said: Vec<String> = said.map(|(count, one, many)| plural(count, one, many)).collect();
    said.join(" and ")
}

/// Records that studies were joined from, besides the best ones.
fn joined_records(partial: &PartialRecords) -> String {
    let place = FilePlace { path: &partial.path, member: None };
    let (format, nct_id) = (partial.format, partial.nct_id);
    let records = match partial.records {
        1 => format!("1 record of {format} to another record of its study"),
        more => format!("{} records of {format} to other records of their studies", grouped(more)),
    };
    format!("joined {records}, such as {nct_id} in {place}")
}

/// Values that do not fit their field, commonest first, an example of each.
fn unfit(audit: &Audit) -> Vec<String> {
    let mut fields: Vec<_> = audit.unfit.iter().collect();
    fields.sort_by_key(|unfit| std::cmp::Reverse(unfit.values));
    let all: u64 = fields.iter().map(|unfit| unfit.values).sum();
    if all == 0 {
        return Vec::new();
    }
    let values = plural(all, "value", "values");
    let mut lines = vec![format!("kept {values} that no search by field can use:")];
    for unfit in fields.iter().take(UNFIT_SHOWN) {
        let example = &unfit.example;
        let place = FilePlace { path: &example.path, member: example.member.as_deref() };
        let line = if example.line > 1 { format!(":{}", example.line) } else { String::new() };
        lines.push(
            clean_line(&format!(
                "  {}: {}, such as `{}` of {} in {place}{line}",
                unfit.field,
                grouped(unfit.values),
                example.value,
                example.nct_id,
            ))
            .into_owned(),
        );
    }
    let more = fields.len().saturating_sub(UNFIT_SHOWN);
    if more > 0 {
        lines.push(format!(
            "  and of {}, see `--format json`",
            plural(more as u64, "other field", "other fields")
        ));
    }
    lines
}

fn rejects(audit: &Audit) -> Vec<String> {
    let of_kind = |kind| audit.rejects.iter().filter(move |reject| reject.kind == kind);
    let mut lines = Vec::new();
    for (kind, count, what) in [
        (RejectKind::NotStudy, audit.not_studies, "without a study"),
        (RejectKind::Rejected, audit.rejected, "rejected"),
    ] {
        if count == 0 {
            continue;
        }
        lines.push(format!("{what}: {}", grouped(count)));
        lines.extend(
            of_kind(kind).take(REJECTS_SHOWN).map(|reject| format!("  {}", reject_line(reject))),
        );
        if count > REJECTS_SHOWN as u64 {
            let more = grouped(count - REJECTS_SHOWN as u64);
            lines.push(format!("  and {more} more: `trialdex status --rejects` lists all"));
        }
    }
    lines
}
