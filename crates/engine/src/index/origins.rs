//! The records that each study of an index is from.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::index::error::IndexError;
use crate::index::ledger::{EntryKind, Ledger, RecordEntry, format_name};
use crate::index::status::day;
use crate::index::store::Store;
use crate::index::update::contest::parts;

use trialdex_records::study::NctId;

/// A record, or the pages of one file, that a study is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StudyOrigin {
    /// The file; `-` for standard input.
    pub path: String,
    /// The format of the record.
    pub format: &'static str,
    /// Day of its last update, `yyyy-MM-dd`, where it says.
    pub updated: Option<String>,
    /// Pages or rows of the file that are in it; 1 for a record by itself.
    pub records: u64,
    /// The file has it no longer.
    pub gone: bool,
}

impl Store {
    /// The records of each of these studies, in the order in which they are
    /// joined.
    ///
    /// # Errors
    ///
    /// Where the ledger cannot be read.
    pub fn origins(
        &self,
        numbers: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<StudyOrigin>>, IndexError> {
        let ledger = self.ledger()?;
        let mut of_studies: HashMap<u32, Vec<RecordEntry>> =
            numbers.iter().map(|nct| (nct.number(), Vec::new())).collect();
        for entry in &ledger.records {
            if let Some(entries) = of_studies.get_mut(&entry.nct) {
                entries.push(*entry);
            }
        }
        let origins = |nct: &NctId| {
            let entries = &of_studies[&nct.number()];
            let of_part = |part: &RecordEntry| origins_of(part, entries, &ledger);
            parts(entries.iter()).iter().flat_map(of_part).collect()
        };
        Ok(numbers.iter().map(|nct| (*nct, origins(nct))).collect())
    }
}

/// The record, or the files of the pages that it was joined from.
fn origins_of(part: &RecordEntry, entries: &[RecordEntry], ledger: &Ledger) -> Vec<StudyOrigin> {
    let pages = || entries.iter().filter(|entry| entry.kind == EntryKind::Page);
    let (joined, whole) = match part.kind {
        EntryKind::Joined => (Some(pages()), None),
        _ => (None, Some(part)),
    };
    let mut origins: Vec<StudyOrigin> = Vec::new();
    for entry in joined.into_iter().flatten().chain(whole) {
        let source = ledger.sources.get(entry.source as usize);
        let path = source.map_or("?", |source| source.path.as_str()).to_owned();
        let format = format_name(entry);
        let same = |known: &&mut StudyOrigin| known.path == path && known.format == format;
        match origins.iter_mut().find(same) {
            Some(known) => known.records += 1,
            None => origins.push(StudyOrigin {
                path,
                format,
                updated: Some(part.standing.updated).filter(|day| *day != 0).and_then(day),
                records: 1,
                gone: entry.orphan,
            }),
        }
    }
    origins
}
