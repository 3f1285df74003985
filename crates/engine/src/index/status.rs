//! A summary of the contents of an index.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::index::error::IndexError;
use crate::index::ledger::RejectKind;
use crate::index::store::Store;
use crate::index::update::audit::{Reject, shown_reject};
use trialdex_records::source::RecordFormat;

/// An account of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexStatus {
    /// Name and version of this structure.
    pub schema: &'static str,
    /// The index.
    pub index: String,
    /// Studies in it.
    pub studies: u64,
    /// Files that it was made from.
    pub sources: u64,
    /// Records in those files, by format; pages count one by one.
    pub formats: BTreeMap<&'static str, u64>,
    /// Records set aside because there is a later or fuller one.
    pub duplicates: u64,
    /// Studies kept although their source has them no longer.
    pub kept: u64,
    /// Day of the latest update of any study, `yyyy-MM-dd`.
    pub latest_update: Option<String>,
    /// Day of the earliest last update of any study.
    pub earliest_update: Option<String>,
    /// Bytes on disk.
    pub bytes: u64,
    /// Parts of the search index.
    pub segments: usize,
    /// When it was last written, in RFC 3339.
    pub written: String,
    /// Version of the program that wrote it.
    pub program: String,
    /// Version of the layout on disk.
    pub format: u32,
    /// Records, or what should have been some, that could not be read.
    pub rejected: u64,
    /// Files and members that hold no study.
    pub not_studies: u64,
}

impl Store {
    /// What the index holds.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn status(&self) -> Result<IndexStatus, IndexError> {
        let ledger = self.ledger()?;
        let searcher = self.searcher()?;
        let payload = self.payload.as_ref();
        let mut formats = BTreeMap::new();
        let mut candidates = 0;
        for entry in ledger.records.iter().filter(|entry| !entry.orphan) {
            if entry.is_read() {
                let format = RecordFormat::ALL.get(usize::from(entry.format));
                *formats.entry(format.map_or("?", |format| format.name())).or_default() += 1;
            }
            candidates += u64::from(entry.is_of_contest());
        }
        let kept = ledger.records.iter().filter(|entry| entry.orphan).count() as u64;
        let studies = searcher.num_docs();
        let updates = || {
            let days = ledger.records.iter().map(|entry| entry.standing.updated);
            days.filter(|day| *day != 0)
        };
        let not_studies =
            ledger.rejects.iter().filter(|reject| reject.kind == RejectKind::NotStudy).count();
        Ok(IndexStatus {
            schema: "trialdex.status.v1",
            index: self.directory().display().to_string(),
            studies,
            sources: ledger.sources.len() as u64,
            formats,
            duplicates: candidates - (studies - kept.min(studies)).min(candidates),
            kept,
            latest_update: updates().max().and_then(day),
            earliest_update: updates().min().and_then(day),
            bytes: size(self.directory()),
            segments: searcher.segment_readers().len(),
            written: payload.map(|payload| payload.written.clone()).unwrap_or_default(),
            program: payload.map(|payload| payload.program.clone()).unwrap_or_default(),
            format: payload.map_or(0, |payload| payload.format),
            rejected: (ledger.rejects.len() - not_studies) as u64,
            not_studies: not_studies as u64,
        })
    }

    /// Everything that the sources have and the index does not, and why.
    ///
    /// # Errors
    ///
    /// Where the ledger cannot be read.
    pub fn rejects(&self) -> Result<Vec<Reject>, IndexError> {
        let ledger = self.ledger()?;
        let path = |entry: &crate::index::ledger::RejectEntry| {
            ledger.sources.get(entry.source as usize).map(|source| source.path.clone())
        };
        Ok(ledger
            .rejects
            .iter()
            .map(|entry| shown_reject(entry, path(entry).unwrap_or_default()))
            .collect())
    }
}

pub(super) fn day(number: i32) -> Option<String> {
    time::Date::from_julian_day(number).ok().map(|date| date.to_string())
}

/// Bytes of the files below a directory; what vanishes meanwhile is left out.
fn size(directory: &Path) -> u64 {
    walkdir::WalkDir::new(directory)
        .into_iter()
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}
