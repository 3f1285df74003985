//! The audit: counts of what a run read, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::index::ledger::{RejectEntry, RejectKind};
use trialdex_records::source::SourceLocation;
use trialdex_records::study::NctId;

/// The account of one run of `index`.
///
/// All counts but the changes are of the sources that the run was given,
/// whether it had to read them or knew them to be unchanged. They add up:
/// `records` = `added` + `updated` + `unchanged` + `duplicates` + `pages` -
/// `joined`, as long as no source outside of this run has a better record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// Name and version of this structure.
    pub schema: &'static str,
    /// The index.
    pub index: String,
    /// Files seen.
    pub files: u64,
    /// Members of archives seen in them.
    pub members: u64,
    /// Files that are as they were and were not read again.
    pub files_unchanged: u64,
    /// Files, known from an earlier run, that are no longer there.
    pub files_gone: u64,
    /// Records that could be read, pages included.
    pub records: u64,
    /// The same by format.
    pub formats: BTreeMap<&'static str, u64>,
    /// Module pages among the records.
    pub pages: u64,
    /// Studies that the pages were joined to.
    pub joined: u64,
    /// Studies that were not in the index before.
    pub added: u64,
    /// Studies for which the index now holds another record.
    pub updated: u64,
    /// Studies that stayed as they were.
    pub unchanged: u64,
    /// Records set aside because there is a later or fuller one of the study.
    pub duplicates: u64,
    /// Studies taken out of the index.
    pub removed: u64,
    /// Studies kept although their source has them no longer.
    pub kept: u64,
    /// Those of them that pruning leaves in the index, since their source is
    /// damaged, or gave studies before and gives none now.
    pub held: u64,
    /// Records, among `duplicates`, that studies were joined from besides the
    /// best one of each where this alone would be another study: what they speak of and that does not was taken from
    /// them, and all that they speak of where they are later.
    pub partial: Vec<PartialRecords>,
    /// Files and members that hold no study.
    pub not_studies: u64,
    /// Records, or what should have been some, that could not be read.
    pub rejected: u64,
    /// Studies in the index after the run.
    pub studies: u64,
    /// Each file, member or record of `not_studies` and `rejected`.
    pub rejects: Vec<Reject>,
    /// Fields that API v2 has no place for, in the records converted in this
    /// run: not in those that were known by their bytes.
    pub unplaced: Vec<UnplacedField>,
    /// Values that do not fit their field, in the records converted in this
    /// run; they were kept as they are.
    pub unfit: Vec<UnfitValues>,
    /// Records converted in this run by the column that says which of several
    /// versions of a study each is; the newest one wins.
    pub versions: BTreeMap<String, u64>,
    /// Records converted in this run by the encoding they were found to be in,
    /// where that is not UTF-8.
    pub encodings: BTreeMap<&'static str, u64>,
}

/// Something that is not in the index, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reject {
    /// Whether something was lost.
    pub kind: RejectKind,
    /// The file.
    pub path: String,
    /// The member of an archive.
    pub member: Option<String>,
    /// Line it starts on, from 1; absent where it is the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Byte it starts at, from 0; absent where it is the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// Why.
    pub reason: String,
}

/// A reject as it is shown, with the path of its source.
pub(in crate::index) fn shown_reject(entry: &RejectEntry, path: String) -> Reject {
    let part = entry.line > 0;
    Reject {
        kind: entry.kind,
        path,
        member: entry.member.clone(),
        line: part.then_some(entry.line),
        byte: part.then_some(entry.byte),
        reason: entry.reason.clone(),
    }
}

/// Records of a format that studies were joined from, besides the best one of
/// each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartialRecords {
    /// The format of the records.
    pub format: &'static str,
    /// Number of them.
    pub records: u64,
    /// The study of one of them: the first by its number.
    pub nct_id: NctId,
    /// The file that this one is in.
    pub path: String,
}

/// A field that API v2 has no place for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnplacedField {
    /// The format of the records.
    pub format: &'static str,
    /// The field as the format names it.
    pub name: String,
    /// Number of records that have it.
    pub records: u64,
}

/// Values that do not fit a field, such as `~40` for a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnfitValues {
    /// The format of the records.
    pub format: &'static str,
    /// The field.
    pub field: &'static str,
    /// How many values.
    pub values: u64,
    /// One of them: the first by its place.
    pub example: ValueExample,
}

impl UnfitValues {
    /// Counts one more.
    pub(in crate::index) fn add(&mut self, example: &ValueExample) {
        self.values += 1;
        if *example < self.example {
            self.example = example.clone();
        }
    }
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueExample {
    /// The file.
    pub path: String,
    /// The member of an archive.
    pub member: Option<String>,
    /// Line that the record starts on, from 1.
    pub line: u64,
    /// The study.
    pub nct_id: NctId,
    /// The value, cut to 100 characters.
    pub value: String,
}

impl ValueExample {
    pub(in crate::index) fn new(location: &SourceLocation, nct_id: NctId, value: String) -> Self {
        Self {
            path: location.path.to_string(),
            member: location.member.as_deref().map(str::to_owned),
            line: location.line,
            nct_id,
            value,
        }
    }
}
