//! The sources of a review's studies: searches and files.

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use trialdex_plan::receipt::{Kept, Receipt};
use trialdex_records::study::NctId;

/// Where studies of a review come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewSource {
    /// Its name in the review and its reports.
    pub name: String,
    /// What it is.
    pub origin: SourceOrigin,
}

/// What a source is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceOrigin {
    /// A search of an index.
    Search(Receipt),
    /// A file of another program.
    File(FileOrigin),
}

/// A file of references.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileOrigin {
    /// Its path, as typed.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub digest: String,
    /// Its format.
    pub format: String,
    /// Records in it, those without a study included.
    pub records: usize,
    /// Studies beyond the first of records that are reports of several.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shared: usize,
    /// Its studies, each once, in its order.
    pub studies: Vec<Kept>,
    /// Titles of records without a registry number, which are not part of the
    /// review.
    pub unnumbered: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl ReviewSource {
    /// Whether it is another source at a later time: of the same name, and the
    /// same search or path. Copies of a review give the same name to searches
    /// of their own.
    #[must_use]
    pub fn is_again(&self, earlier: &Self) -> bool {
        let same = match (&self.origin, &earlier.origin) {
            (SourceOrigin::Search(one), SourceOrigin::Search(other)) => one.is_of_search(other),
            (SourceOrigin::File(one), SourceOrigin::File(other)) => {
                one.path == other.path && one.path != "-"
            }
            _ => false,
        };
        same && self.name == earlier.name
    }

    /// Records identified: hits of a search, records of a file.
    #[must_use]
    pub fn identified(&self) -> usize {
        match &self.origin {
            SourceOrigin::Search(receipt) => receipt.total,
            SourceOrigin::File(file) => file.records,
        }
    }

    /// Those among them that have no registry number.
    #[must_use]
    pub fn unnumbered(&self) -> usize {
        match &self.origin {
            SourceOrigin::Search(_) => 0,
            SourceOrigin::File(file) => file.unnumbered.len(),
        }
    }

    /// Studies beyond the first of its records that are reports of several.
    #[must_use]
    pub fn shared(&self) -> usize {
        match &self.origin {
            SourceOrigin::Search(_) => 0,
            SourceOrigin::File(file) => file.shared,
        }
    }

    /// Its studies in its order, each with its record.
    pub fn studies(&self) -> impl Iterator<Item = (NctId, Fingerprint)> {
        let kept = match &self.origin {
            SourceOrigin::Search(receipt) => &receipt.hits,
            SourceOrigin::File(file) => &file.studies,
        };
        let kept = kept.iter();
        kept.filter_map(|kept| {
            Some((NctId::parse(&kept.nct_id)?, Fingerprint::written(&kept.record)))
        })
    }
}
