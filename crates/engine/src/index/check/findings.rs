//! What a check finds.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::index::store::VOCABULARY_FILE;
use trialdex_records::source::ReadLimits;
use trialdex_records::study::NctId;

/// How thoroughly to check.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// Leave out what takes long: to read every study.
    pub quick: bool,
    /// Read the sources again, too.
    pub sources: bool,
    /// Bounds for hostile input.
    pub limits: ReadLimits,
    /// Threads to use.
    pub threads: usize,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// A file is missing.
    FileMissing,
    /// A file is not what it was when it was written.
    FileDamaged,
    /// Studies of the ledger are not in the search index.
    StudyMissing,
    /// Studies are in it more than once.
    StudyTwice,
    /// Studies are in it in another version than the ledger says.
    StudyDiffers,
    /// Studies are in it that the ledger does not know.
    StudyUnknown,
    /// Studies whose stored content is not the original one.
    StudyUnreadable,
    /// A source has records that are neither in the ledger nor rejected.
    RecordUnknown,
    /// A source that has not changed does not have what the ledger says.
    RecordMissing,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckFinding {
    /// What kind of thing.
    pub fault: Fault,
    /// The file that it was found in.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
    /// The studies that it is about, by number.
    pub studies: Vec<String>,
    /// Whether the studies are only those that it may be about: the files that
    /// would tell are damaged, too.
    pub uncertain: bool,
}

impl CheckFinding {
    /// Whether [`crate::index::repair()`] can do something about it.
    #[must_use]
    pub fn can_be_repaired(&self) -> bool {
        self.file != VOCABULARY_FILE
    }

    pub(in crate::index) fn new(
        fault: Fault,
        file: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        let (file, problem) = (file.into(), problem.into());
        Self { fault, file, problem, studies: Vec::new(), uncertain: false }
    }

    /// A file that is missing, or not what it was.
    pub(in crate::index) fn of_file(
        missing: bool,
        file: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self::new(if missing { Fault::FileMissing } else { Fault::FileDamaged }, file, problem)
    }

    /// The same, about these studies.
    pub(in crate::index) fn about(self, studies: Vec<String>) -> Self {
        Self { studies, ..self }
    }
}

/// How the sources are since they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourcesChecked {
    /// Files that are as they were.
    pub unchanged: u64,
    /// Files that have been changed.
    pub changed: Vec<String>,
    /// Files that are no longer there.
    pub gone: Vec<String>,
    /// Records that were read again and compared with the ledger.
    pub records: u64,
    /// What was read again and rejected, as it was before.
    pub rejects: u64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexCheck {
    /// Name and version of this structure.
    pub schema: &'static str,
    /// The index.
    pub index: String,
    /// Nothing is wrong.
    pub whole: bool,
    /// Studies that the index should hold; those that it holds where that is
    /// not known.
    pub studies: u64,
    /// Segments of the search index.
    pub segments: u64,
    /// Files whose checksum was compared.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Studies that were read and their digests compared.
    pub studies_read: u64,
    /// The sources.
    pub sources: SourcesChecked,
    /// What is wrong.
    pub findings: Vec<CheckFinding>,
}

/// NCT numbers as they are written, in their order.
pub(in crate::index) fn numbers(ncts: impl Iterator<Item = u32>) -> Vec<String> {
    let ncts: BTreeSet<u32> = ncts.collect();
    ncts.into_iter().filter_map(NctId::from_number).map(|nct| nct.to_string()).collect()
}
