//! The reasons for excluding studies, combined from all readers.
//!
//! PRISMA 2020 gives each excluded study one reason (item 16a and its flow
//! diagram), so that the numbers by reason add up.

use std::collections::BTreeMap;

use super::event::Verdict;
use super::state::{CombinedVerdict, ReviewState, StudyState};

/// Why a study is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion<'a> {
    /// Nobody gave a reason.
    Unreasoned,
    /// For the reason with this key.
    For(&'a str),
    /// Readers gave different reasons, and nobody settled which counts.
    Disputed,
}

impl ReviewState {
    /// Why a study is excluded; `None` where it is not. The reason of whoever
    /// settled it counts; else that of the readers, where all who gave one
    /// gave the same.
    #[must_use]
    pub fn exclusion<'a>(&self, study: &'a StudyState) -> Option<Exclusion<'a>> {
        if study.outcome() != CombinedVerdict::Agreed(Verdict::Exclude) {
            return None;
        }
        let settled = study.settlement().and_then(|it| it.decision.reason.as_deref());
        if let Some(key) = settled {
            return Some(Exclusion::For(key));
        }
        let mut given = given(study).into_values();
        let Some(first) = given.next() else { return Some(Exclusion::Unreasoned) };
        // Two keys can have one wording, and are one reason then.
        let same = given.all(|key| self.wording(key) == self.wording(first));
        Some(if same { Exclusion::For(first) } else { Exclusion::Disputed })
    }

    /// Whether somebody has to settle the verdicts of readers: verdicts that
    /// differ, or reasons to exclude the study.
    #[must_use]
    pub fn is_disputed(&self, study: &StudyState) -> bool {
        study.outcome() == CombinedVerdict::Conflict
            || self.exclusion(study) == Some(Exclusion::Disputed)
    }
}

/// The reasons of readers who exclude a study, by reader.
#[must_use]
pub fn given(study: &StudyState) -> BTreeMap<&str, &str> {
    let excluding = study.verdicts.iter().filter(|(_, it)| it.decision.verdict == Verdict::Exclude);
    excluding.filter_map(|(who, it)| Some((who.as_str(), it.decision.reason.as_deref()?))).collect()
}
