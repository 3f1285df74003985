//! Decisions out to other programs for screening, and in from them.
//!
//! Every file that is written carries, beside the columns and notes that the
//! other program reads, all decisions as one JSON value ([`StudyDecisions`]),
//! so that they come back as they were. The names of columns and notes have
//! their sources beside them.

mod combined_records;
mod decision_columns;
mod decision_words;
mod decision_writer;
mod delimited_table;
mod eppi;
mod error;
mod export_row;
mod file_kind;
mod file_sets;
mod flat_notes;
mod foreign_record;
mod heading;
mod import_fields;
mod import_plan;
mod json_files;
mod labelled_sets;
mod log;
mod mixed;
mod note_marks;
mod number_list;
mod opinions;
mod rayyan;
mod read;
mod reasons;
mod record_sheet;
mod reference_xml;
mod registry_numbers;
mod ris_reader;
mod scale;
mod tagged;
mod xlsx;
mod zipped;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod round_trip;

use serde::{Deserialize, Serialize};

use super::event::Verdict;
use trialdex_records::study::NctId;

pub use decision_writer::{DecisionFormat, DecisionWriter, TargetProgram};
pub use error::ImportError;
pub use export_row::{ExportRow, exported};
pub use file_sets::{ImportInput, Imports, read_all};
pub use import_plan::{ImportOptions, ImportPlan, ImportTally, plan};
pub use labelled_sets::{LabelledRecord, labelled};
pub use read::{ImportedFile, read, read_with};
pub use zipped::{is_archive, members};

/// What one reviewer decided about a study.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opinion {
    /// Who; `None` where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// The verdict; `None` where there are only labels or a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The key of the reason in the review that it was exported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_key: Option<String>,
    /// The reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was decided, as the file has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// What all reviewers decided about a study.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StudyDecisions {
    /// The opinion of each.
    #[serde(default)]
    pub opinions: Vec<Opinion>,
    /// What settled a conflict of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Opinion>,
    /// The combined verdict by the settings of the review; `None` if it is the
    /// same as the opinions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<CombinedOpinion>,
}

/// What several opinions come to, as [`CombinedVerdict`](crate::CombinedVerdict).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CombinedOpinion {
    /// This verdict.
    Agreed(Verdict),
    /// Fewer people decided than must.
    Waiting,
}

/// A record of another program's file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedRecord {
    /// The line of the file that it begins in, from 1.
    pub line: u64,
    /// Its registry number.
    pub nct: Option<NctId>,
    /// Another name that the file gives it.
    pub key: Option<String>,
    /// Its title.
    pub title: String,
    /// Its abstract.
    pub summary: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// The year.
    pub year: Option<i32>,
    /// What was decided.
    pub decisions: StudyDecisions,
}

/// What the user specifies about the columns of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The columns of decisions, each with its reviewer if it has one. If there
    /// are none, columns are recognised by headings and cells.
    pub decisions: Vec<(Option<String>, String)>,
    /// The column of reasons.
    pub reason: Option<String>,
    /// The sheet of a workbook; all that have a table where there is none.
    pub sheet: Option<String>,
    /// What words in columns of decisions mean, in lower case; `None` for
    /// nothing.
    pub map: Vec<(String, Option<Verdict>)>,
}

/// A column, tag or key of a file and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnUse {
    /// The sheet that it is in, where a file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Its name in the file.
    pub name: String,
    /// What for, in words.
    pub used_for: String,
    /// A word in its cells that may be a decision, in a file from which no
    /// decisions are taken.
    #[serde(skip)]
    pub overlooked: Option<String>,
}

/// Something in a file that cannot be taken over as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportProblem {
    /// The line, from 1.
    pub line: u64,
    /// What it is.
    pub what: String,
}

impl ImportProblem {
    fn new(line: u64, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

impl StudyDecisions {
    /// The opinion of a reviewer, added where there is none.
    fn opinion_of(&mut self, reviewer: Option<&str>) -> &mut Opinion {
        let at = self.opinions.iter().position(|it| it.reviewer.as_deref() == reviewer);
        let at = at.unwrap_or_else(|| {
            let reviewer = reviewer.map(str::to_owned);
            self.opinions.push(Opinion { reviewer, ..Opinion::default() });
            self.opinions.len() - 1
        });
        &mut self.opinions[at]
    }

    /// Whether there is any verdict.
    fn is_decided(&self) -> bool {
        self.settled.is_some() || self.opinions.iter().any(|it| it.verdict.is_some())
    }

    /// The verdict that all agree on, or that settled; `None` where nobody
    /// decided, or they do not agree.
    fn agreed(&self) -> Option<Verdict> {
        match self.together {
            Some(CombinedOpinion::Agreed(verdict)) => return Some(verdict),
            Some(CombinedOpinion::Waiting) => return None,
            None => {}
        }
        if let Some(settled) = &self.settled {
            return settled.verdict;
        }
        let mut verdicts = self.opinions.iter().filter_map(|opinion| opinion.verdict);
        let first = verdicts.next()?;
        verdicts.all(|verdict| verdict == first).then_some(first)
    }
}

impl Opinion {
    /// Whether it says anything.
    fn is_empty(&self) -> bool {
        self.verdict.is_none() && self.labels.is_empty() && self.note.is_none()
    }

    /// Adds a label that is not there.
    fn label(&mut self, label: &str) {
        let label = label.trim();
        if !label.is_empty() && !self.labels.iter().any(|known| known == label) {
            self.labels.push(label.to_owned());
        }
    }
}
