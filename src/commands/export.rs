//! `trialdex export`

use std::collections::{BTreeMap, HashSet};

use clap::{Args, ValueEnum};

use trialdex_engine::index::StudySequence;
use trialdex_output::StudyFormat;
use trialdex_records::study::NctId;
use trialdex_session::{StudyList, StudyPlace};

use crate::cli::args::GlobalArgs;
use crate::cli::disclosure::AbsentStudies;
use crate::cli::named_index::open_or_build;
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console};

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
    let index = open_or_build(console, &global.index)?;
    let reading = index.reading()?;
    let studies = match arguments.numbers.is_empty() {
        true => reading.all()?,
        false => named(console, &numbers, &reading.find_all(&numbers)?),
    };
    write(console, arguments.format, &StudyList { reader: &reading, studies: &studies })
}

fn write(
    console: &mut Console,
    format: ExportFormat,
    studies: &dyn StudySequence,
) -> CommandResult {
    console.data();
    StudyFormat::from(format).write(&mut console.out, studies, &std::env::temp_dir())?;
    Ok(if studies.studies() == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// Where the studies of some numbers are, each once, in the order of their numbers. Those that are
/// not in the index are named.
fn named(
    console: &Console,
    numbers: &[NctId],
    places: &BTreeMap<NctId, StudyPlace>,
) -> Vec<(NctId, StudyPlace)> {
    let (mut seen, mut absent) = (HashSet::new(), Vec::new());
    let mut found = Vec::new();
    for nct in numbers {
        match places.get(nct) {
            // A study can be named by its number and by one that it had once.
            Some(place) if seen.insert(*place) => found.push((*nct, *place)),
            Some(_) => {}
            None => absent.push(*nct),
        }
    }
    AbsentStudies::known(&absent, numbers).say(console);
    found.sort_by_key(|(nct, _)| *nct);
    found
}
