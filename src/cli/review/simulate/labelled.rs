//! Labelled studies out of a table.

use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::super::super::Failure;
use super::super::super::input::read_text;

/// Names of columns that say whether a study is included, the surest first;
/// ASReview knows the same.
const LABELS: [&str; 11] = [
    "final_included",
    "label_included",
    "included_label",
    "included_final",
    "included",
    "included_flag",
    "include",
    "label",
    "label_abstract_included",
    "label_abstract_screening",
    "asreview_label",
];

/// Names of columns that are learned from, in the order of the text.
const TEXTS: [&str; 4] = ["title", "primary_title", "abstract", "keywords"];

/// Columns that name a study.
const NAMES: [&str; 4] = ["nct_id", "nctid", "nct number", "record_id"];

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
pub(super) fn read(path: &Path) -> Result<(Vec<Labelled>, usize), Failure> {
    let text = read_text(path)?;
    let fail = |problem: String| Failure::new(format!("{}: {problem}", path.display()));
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|error| fail(error.to_string()))?;
    let columns = Columns::of(heads).ok_or_else(|| {
        fail("no column says what is included".to_owned())
            .hint("name a column `included`, with 1 and 0")
    })?;
    let (mut studies, mut others) = (Vec::new(), 0);
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| fail(error.to_string()))?;
        match columns.study(row, &record) {
            Ok(Some(study)) => studies.push(study),
            Ok(None) => others += 1,
            Err(label) => {
                return Err(
                    fail(format!("row {row}: `{label}` is no label")).hint("labels are 1 and 0")
                );
            }
        }
    }
    Ok((studies, others))
}

/// A tab where the first line has one.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    if head.contains('\t') { b'\t' } else { b',' }
}

struct Columns {
    label: usize,
    id: Option<usize>,
    texts: Vec<usize>,
}

impl Columns {
    fn of(heads: &StringRecord) -> Option<Self> {
        let heads: Vec<String> = heads
            .iter()
            .map(|head| head.trim_start_matches('\u{feff}').trim().to_lowercase())
            .collect();
        let named = |name: &&str| heads.iter().position(|head| head == *name);
        Some(Self {
            label: LABELS.iter().find_map(named)?,
            id: NAMES.iter().find_map(named),
            texts: TEXTS.iter().filter_map(named).collect(),
        })
    }

    /// The study of a row, if it has a label; what stands there if that is
    /// none.
    fn study(&self, row: usize, record: &StringRecord) -> Result<Option<Labelled>, String> {
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let included = match cell(self.label).trim().to_lowercase().as_str() {
            "1" | "1.0" | "yes" | "true" => true,
            "0" | "0.0" | "no" | "false" => false,
            "" | "-1" | "nan" | "na" => return Ok(None),
            other => return Err(other.to_owned()),
        };
        let texts: Vec<&str> = self.texts.iter().map(|column| cell(*column)).collect();
        Ok(Some(Labelled {
            row,
            id: self.id.map(|column| cell(column).to_owned()),
            title: texts.first().copied().unwrap_or_default().to_owned(),
            text: texts.join("\n"),
            included,
        }))
    }
}
