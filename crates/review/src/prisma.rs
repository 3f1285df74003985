//! The numbers of a review, as PRISMA 2020 asks for them: Page et al., The
//! PRISMA 2020 statement, BMJ 2021; 372:n71, items 16a and 16b and its flow
//! diagram.
//!
//! Records of a register are screened once and whole: there are no reports to
//! be retrieved, so that the diagram goes from the records screened to the
//! studies included.

mod boxes;
mod markdown_text;
mod prisma_text;
mod search_report;
mod svg;
mod text_width;

use serde::Serialize;

use super::event::Verdict;
use super::exclusion::Exclusion;
use super::origin::SourceOrigin;
use super::state::{CombinedVerdict, ReviewState, SourceState, StudyState};
use trialdex_records::study::NctId;

pub use prisma_text::{markdown, text};
pub use search_report::{ReportedSearch, searches};
pub use svg::svg;

/// The text for an exclusion without a reason.
pub const NO_REASON: &str = "No reason given";

/// The text for an exclusion for which readers gave different reasons.
pub const DISPUTED: &str = "Reasons differ";

/// What records of a source's later runs are called.
const AGAIN: &str = "of these when run again";

/// A source in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceCount {
    /// Its name.
    pub name: String,
    /// Whether it is a search of the register; else it is a file.
    pub search: bool,
    /// Records identified, those of later runs included.
    pub identified: usize,
    /// Those that only later runs found.
    pub later: usize,
    /// Records without a registry number.
    pub unnumbered: usize,
    /// Studies beyond the first of records that are reports of several.
    pub shared: usize,
    /// How often it was run or read.
    pub runs: usize,
}

/// The numbers of a review. They add up: `identified + shared - unnumbered -
/// duplicates = studies`, and `studies = unread + waiting + excluded +
/// included + maybe + conflicts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrismaCounts {
    /// Each source.
    pub sources: Vec<SourceCount>,
    /// Studies that were decided on, but are in no source of the review.
    pub elsewhere: usize,
    /// Records identified, in all.
    pub identified: usize,
    /// Records without a registry number, which could not be screened here.
    pub unnumbered: usize,
    /// Studies beyond the first of records that are reports of several.
    pub shared: usize,
    /// Records of studies that are represented by another record.
    pub duplicates: usize,
    /// Studies to be screened.
    pub studies: usize,
    /// Studies that all who must decided on.
    pub screened: usize,
    /// Studies that nobody decided on.
    pub unread: usize,
    /// Studies that fewer people decided on than must.
    pub waiting: usize,
    /// Studies excluded.
    pub excluded: usize,
    /// Those by the wording of their reason, the most frequent first; those
    /// for which readers gave different reasons and those without one last.
    pub reasons: Vec<(String, usize)>,
    /// Studies for which readers gave different reasons.
    pub disputed: Vec<NctId>,
    /// Studies included.
    pub included: usize,
    /// Studies that need another look.
    pub maybe: usize,
    /// Studies on which reviewers differ.
    pub conflicts: usize,
    /// Studies that are no longer in the index.
    pub vanished: usize,
}

impl PrismaCounts {
    /// Those of a review as it is.
    #[must_use]
    pub fn of(state: &ReviewState) -> Self {
        let studies = state.studies();
        let count =
            |outcome: CombinedVerdict| studies.iter().filter(|it| it.outcome() == outcome).count();
        let sources: Vec<SourceCount> = state.sources.iter().map(source).collect();
        let in_source = |study: &&&StudyState| {
            state.sources.iter().any(|source| source.ranks.contains_key(&study.nct))
        };
        let sourced = studies.iter().filter(in_source).count();
        let elsewhere = studies.len() - sourced;
        let found: usize = sources.iter().map(|source| source.identified).sum();
        let unnumbered: usize = sources.iter().map(|source| source.unnumbered).sum();
        let shared: usize = sources.iter().map(|source| source.shared).sum();
        let (unread, waiting) = (count(CombinedVerdict::Unread), count(CombinedVerdict::Waiting));
        Self {
            elsewhere,
            identified: found + elsewhere,
            unnumbered,
            shared,
            duplicates: (found + shared).saturating_sub(unnumbered).saturating_sub(sourced),
            studies: studies.len(),
            screened: studies.len() - unread - waiting,
            unread,
            waiting,
            excluded: count(CombinedVerdict::Agreed(Verdict::Exclude)),
            reasons: reasons(state, &studies),
            disputed: disputed(state, &studies),
            included: count(CombinedVerdict::Agreed(Verdict::Include)),
            maybe: count(CombinedVerdict::Agreed(Verdict::Maybe)),
            conflicts: count(CombinedVerdict::Conflict),
            vanished: studies.iter().filter(|study| study.vanished).count(),
            sources,
        }
    }
}

fn source(source: &SourceState) -> SourceCount {
    SourceCount {
        name: source.name.clone(),
        search: matches!(source.latest.origin, SourceOrigin::Search(_)),
        identified: source.identified,
        later: source.later,
        unnumbered: source.unnumbered,
        shared: source.shared,
        runs: source.runs,
    }
}

/// Excluded studies without one reason.
fn disputed(state: &ReviewState, studies: &[&StudyState]) -> Vec<NctId> {
    let disputed = |it: &&&StudyState| state.exclusion(it) == Some(Exclusion::Disputed);
    studies.iter().filter(disputed).map(|study| study.nct).collect()
}

/// Excluded studies by reason.
fn reasons(state: &ReviewState, studies: &[&StudyState]) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut without = 0;
    for study in studies {
        let key = match state.exclusion(study) {
            Some(Exclusion::For(key)) => key,
            Some(Exclusion::Unreasoned) => {
                without += 1;
                continue;
            }
            Some(Exclusion::Disputed) | None => continue,
        };
        let wording = state.wording(key);
        match counts.iter_mut().find(|(known, _)| known == wording) {
            Some((_, count)) => *count += 1,
            None => counts.push((wording.to_owned(), 1)),
        }
    }
    // Of the same number, in the order of the review's list.
    let place = |wording: &str| state.reasons.iter().position(|(_, known)| known == wording);
    counts.sort_by_key(|(wording, count)| {
        (std::cmp::Reverse(*count), place(wording).unwrap_or(usize::MAX))
    });
    let disputed = disputed(state, studies).len();
    if disputed > 0 {
        counts.push((DISPUTED.to_owned(), disputed));
    }
    if without > 0 {
        counts.push((NO_REASON.to_owned(), without));
    }
    counts
}

#[cfg(test)]
mod tests;
