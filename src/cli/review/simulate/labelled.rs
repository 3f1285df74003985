//! Labelled studies out of a file.

use std::fs;
use std::path::Path;

use trialdex::output::clean_line;
use trialdex::triage::exchange::labelled;

use super::super::super::{Console, Failure};

/// A study whose label is known.
pub(super) struct Labelled {
    /// Row of the source, from 0.
    pub(super) row: usize,
    pub(super) id: Option<String>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) included: bool,
}

/// The labelled studies of a source, and how many others it has.
pub(super) fn read(console: &Console, path: &Path) -> Result<(Vec<Labelled>, usize), Failure> {
    let name = path.display();
    let bytes = fs::read(path).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let (records, problems) = labelled(&bytes).map_err(|error| {
        Failure::new(format!("{name}: {error}")).hint(
            "a table with the columns `title`, `abstract` and `included`, RIS or JSON is read",
        )
    })?;
    for problem in &problems {
        console.say(&clean_line(&format!("{name}:{}: {}", problem.line, problem.what)));
    }
    let total = records.len();
    let labelled = records.into_iter().enumerate().filter_map(|(row, record)| {
        let text = [record.title.as_str(), &record.summary, &record.keywords.join("; ")].join("\n");
        Some(Labelled {
            row,
            id: record.nct.map(|nct| nct.to_string()).or(record.key),
            title: record.title,
            text,
            included: record.included?,
        })
    });
    let labelled: Vec<Labelled> = labelled.collect();
    if labelled.is_empty() {
        return Err(Failure::new(format!("{name}: nothing says what is included"))
            .hint("name a column `included`, with 1 and 0"));
    }
    let others = total - labelled.len();
    Ok((labelled, others))
}
