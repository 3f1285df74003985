//! `trialdex show`

use std::io::Write;

use clap::Args;

use trialdex_engine::index::StudyOrigin;
use trialdex_output::{clean_line, grouped, write_study};
use trialdex_records::study::NctId;
use trialdex_session::AnyIndex;

use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::disclosure::AbsentStudies;
use crate::cli::named_index::open_or_build;
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex show NCT01305694                         one whole study
  trialdex show 'https://clinicaltrials.gov/study/NCT01305694'
  trialdex search sepsis --format ids | trialdex show -
  trialdex show NCT01305694 --format json | jq .protocolSection.designModule";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowArgs {
    /// NCT numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write a study: `json` is the whole record, one a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    /// Say which records each study is from, in place of the study
    #[arg(long)]
    pub(crate) sources: bool,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ShowArgs,
) -> CommandResult {
    let numbers = numbers(&arguments.numbers)?;
    let index = open_or_build(console, &global.index)?;
    if arguments.format == ReportFormat::Text {
        console.page();
    }
    if arguments.sources {
        return sources(console, &index, &numbers, arguments.format);
    }
    write_studies(console, &index, &numbers, arguments.format)
}

/// Writes the studies of some numbers, and names those that are not in the index.
fn write_studies(
    console: &mut Console,
    index: &AnyIndex,
    numbers: &[NctId],
    format: ReportFormat,
) -> CommandResult {
    let reading = index.reading()?;
    let (mut missing, mut first) = (Vec::new(), true);
    for nct in numbers.iter().copied() {
        let Some(place) = reading.find(nct)? else {
            missing.push(nct);
            continue;
        };
        let study = reading.study(place)?;
        if format == ReportFormat::Json {
            let json = serde_json::to_string(study.as_map()).map_err(std::io::Error::from)?;
            writeln!(console.out, "{json}")?;
            continue;
        }
        if !first {
            writeln!(console.out, "\n")?;
        }
        first = false;
        write_study(&mut console.out, console.paint, study.nct_id().unwrap_or(nct), &study)?;
    }
    console.out.flush()?;
    // Not before the reader of a pager is through: it would be written across
    // the text.
    console.close();
    Ok(say_missing(console, &missing, numbers))
}

/// Names the studies that are not in the index.
fn say_missing(console: &Console, missing: &[NctId], numbers: &[NctId]) -> CommandOutcome {
    let missing = AbsentStudies::known(missing, numbers);
    missing.say(console);
    if missing.numbers.is_empty() { CommandOutcome::Done } else { CommandOutcome::NothingFound }
}

/// The records that studies are from.
fn sources(
    console: &mut Console,
    index: &AnyIndex,
    numbers: &[NctId],
    format: ReportFormat,
) -> CommandResult {
    let reading = index.reading()?;
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for nct in numbers {
        match reading.find(*nct)? {
            Some(place) => known.push(reading.study(place)?.nct_id().unwrap_or(*nct)),
            None => missing.push(*nct),
        }
    }
    for (nct, origins) in index.origins(&known)? {
        match format {
            ReportFormat::Json => {
                let schema = "trialdex.sources.v1";
                let line = serde_json::json!({"schema": schema, "nctId": nct, "sources": origins});
                writeln!(console.out, "{line}")?;
            }
            ReportFormat::Text => {
                writeln!(console.out, "{nct}")?;
                for origin in &origins {
                    writeln!(console.out, "  {}", clean_line(&origin_line(origin)))?;
                }
            }
        }
    }
    console.out.flush()?;
    Ok(say_missing(console, &missing, numbers))
}

/// `/data/later.csv: csv, updated 2025-01-02`
fn origin_line(origin: &StudyOrigin) -> String {
    let mut line = format!("{}: {}", origin.path, origin.format);
    if origin.records > 1 {
        line += &format!(", {} parts", grouped(origin.records));
    }
    if let Some(day) = &origin.updated {
        line += &format!(", updated {day}");
    }
    if origin.gone {
        line += ", no longer there";
    }
    line
}
