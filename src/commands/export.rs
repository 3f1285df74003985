//! `trialdex export`

use std::collections::HashSet;

use clap::{Args, ValueEnum};

use trialdex_engine::index::{DocumentPlace, StudyReader};
use trialdex_output::StudyFormat;
use trialdex_records::study::NctId;

use crate::cli::args::GlobalArgs;
use crate::cli::build::open_or_build;
use crate::cli::disclosure::AbsentStudies;
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex export > all.jsonl                       every study, one a line
  trialdex export NCT01305694 NCT02385292 --format csv
  trialdex search lymphoma --format ids | trialdex export - > lymphoma.jsonl
  trialdex export - --format ris < chosen.txt > chosen.ris";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArgs {
    /// NCT numbers; `-` reads them from standard input, one a line [default:
    /// all studies]
    #[arg(value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write the studies: `jsonl` is one study of API v2 a line, `json`
    /// one object with all, `csv` has the registry's columns
    #[arg(long, default_value = "jsonl", value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
    Json,
    Csv,
    Ris,
    Ids,
}

impl From<ExportFormat> for StudyFormat {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Jsonl => Self::JsonLines,
            ExportFormat::Json => Self::Json,
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Ris => Self::Ris,
            ExportFormat::Ids => Self::Ids,
        }
    }
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ExportArgs,
) -> CommandResult {
    let numbers = numbers(&arguments.numbers)?;
    let store = open_or_build(console, &global.index)?;
    let reading = store.reading()?;
    let places = if arguments.numbers.is_empty() {
        reading.all()?
    } else {
        named(console, &reading, &numbers)?
    };
    let format = StudyFormat::from(arguments.format);
    console.data();
    format.write(&mut console.out, &reading, &places, &std::env::temp_dir())?;
    Ok(if places.is_empty() { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// Where the studies are, each once, in the order of their numbers. Those that
/// are not in the index are named.
fn named(
    console: &Console,
    reading: &StudyReader<'_>,
    numbers: &[NctId],
) -> Result<Vec<(NctId, DocumentPlace)>, Failure> {
    let (mut seen, mut absent) = (HashSet::new(), Vec::new());
    let mut found = Vec::new();
    for nct in numbers {
        match reading.find(*nct)? {
            // A study can be named by its number and by one that it had once.
            Some(place) if seen.insert(place) => found.push((*nct, place)),
            Some(_) => {}
            None => absent.push(*nct),
        }
    }
    AbsentStudies::known(&absent, numbers).say(console);
    found.sort_by_key(|(nct, _)| *nct);
    Ok(found)
}
