//! Compares a review with a newer index: new, changed and vanished studies.

use std::collections::HashSet;

use super::error::ReviewError;
use super::event::{Act, ChangedStudy, ReviewUpdate};
use super::file::Review;
use super::fingerprint::Fingerprint;
use super::origin::{ReviewSource, SourceOrigin};
use super::state::StudyState;
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::pieces::leaves;
use trialdex_records::study::{NctId, Study};

/// The events for a review, and the records that go with them.
#[derive(Debug, Default)]
pub struct UpdateDraft {
    /// The searches, run again.
    pub sources: Vec<ReviewSource>,
    /// What has changed.
    pub what: ReviewUpdate,
    /// Records that the review has not.
    pub studies: Vec<Study>,
}

impl UpdateDraft {
    /// All that happened.
    #[must_use]
    pub fn acts(&self) -> Vec<Act> {
        let sources = self.sources.iter().cloned().map(Act::Source);
        sources.chain([Act::Update(self.what.clone())]).collect()
    }
}

/// Compares a review with an index: `runs` are its searches, by name, run
/// again; `index` the digest of the contents of the index; `find` returns the
/// index's record of a study.
///
/// # Errors
///
/// Those of `find`, and where the review cannot be read.
pub fn update<E: From<ReviewError>>(
    review: &Review,
    runs: Vec<(String, Receipt)>,
    index: String,
    find: &mut dyn FnMut(NctId) -> Result<Option<Study>, E>,
) -> Result<UpdateDraft, E> {
    let mut updated = UpdateDraft::default();
    let mut found = HashSet::new();
    for (name, receipt) in runs {
        let source = ReviewSource { name, origin: SourceOrigin::Search(receipt) };
        found.extend(source.studies().map(|(nct, _)| nct));
        updated.sources.push(source);
    }
    let state = review.state();
    let mut new: Vec<NctId> =
        found.iter().filter(|nct| state.study(**nct).is_none()).copied().collect();
    new.sort_unstable();
    for nct in &new {
        updated.studies.extend(find(*nct)?);
    }
    let before = found_before(review);
    let mut what = ReviewUpdate { index, new, changed: vec![], vanished: vec![], left: vec![] };
    for known in state.studies() {
        let Some(now) = find(known.nct)? else {
            if !known.vanished {
                what.vanished.push(known.nct);
            }
            continue;
        };
        if let Some(changed) = changed(review, known, &now)? {
            what.changed.push(changed);
            updated.studies.push(now);
        }
        if before.contains(&known.nct) && !found.contains(&known.nct) {
            what.left.push(known.nct);
        }
    }
    Ok(UpdateDraft { what, ..updated })
}

/// The studies that the last runs of all searches found.
fn found_before(review: &Review) -> HashSet<NctId> {
    let sources = review.state().sources.iter().map(|source| &source.latest);
    let searches = sources.filter(|source| matches!(source.origin, SourceOrigin::Search(_)));
    searches.flat_map(ReviewSource::studies).map(|(nct, _)| nct).collect()
}

/// How the record of a study differs, if it does. A study that was gone is
/// always reported, since it is there again.
fn changed(
    review: &Review,
    known: &StudyState,
    now: &Study,
) -> Result<Option<ChangedStudy>, ReviewError> {
    let to = Fingerprint::of(&serde_json::to_vec(now.as_map()).unwrap_or_default());
    let Some(from) = known.record.clone() else { return Ok(None) };
    if from == to && !known.vanished {
        return Ok(None);
    }
    let before = review.record(&from)?;
    let pieces = before.map_or_else(Vec::new, |before| differences(&before, now));
    Ok(Some(ChangedStudy { nct: known.nct, from, to, pieces }))
}

/// The pieces of the data model that differ between two records of a study.
///
/// A record without a status is a reference from another program's file, not
/// an earlier state of the study: only what it says can differ.
#[must_use]
pub fn differences(before: &Study, now: &Study) -> Vec<String> {
    let reference = before.text("OverallStatus").is_none();
    let compared = leaves().filter(|piece| {
        let values = before.values(piece.name);
        !(reference && values.is_empty()) && values != now.values(piece.name)
    });
    compared.map(|piece| piece.name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn study(value: &serde_json::Value) -> Study {
        Study::from_map(value.as_object().expect("an object").clone())
    }

    #[test]
    fn records_differ_in_pieces() {
        let record = |status: &str, count: u32| {
            study(&json!({"protocolSection": {
                "statusModule": {"overallStatus": status},
                "designModule": {"enrollmentInfo": {"count": count}},
            }}))
        };
        let changed = differences(&record("RECRUITING", 10), &record("COMPLETED", 12));
        assert_eq!(changed, ["OverallStatus", "EnrollmentCount"]);
        let reference = study(&json!({"protocolSection": {
            "identificationModule": {"briefTitle": "Tea"},
        }}));
        assert_eq!(differences(&reference, &record("COMPLETED", 12)), ["BriefTitle"]);
    }
}
