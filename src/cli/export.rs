//! `trialdex export`

use std::collections::HashSet;

use trialdex_engine::index::{DocumentPlace, StudyReader};
use trialdex_output::{StudyFormat, StudyWriter};
use trialdex_records::study::NctId;

use super::args::{ExportArgs, ExportFormat, GlobalArgs};
use super::disclosure::AbsentStudies;
use super::nct_input::numbers;
use super::search::open_or_build;
use super::{CommandOutcome, Console, Failure};

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ExportArgs,
) -> super::Result {
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
    let mut writer = StudyWriter::new(&mut console.out, format, places.len())?;
    for (nct, place) in &places {
        let study = reading.study(*place)?;
        writer.write(study.nct_id().unwrap_or(*nct), &study)?;
    }
    writer.finish()?;
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
