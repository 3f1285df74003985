//! The faults of studies and of the segments that they are in.

use std::collections::{BTreeSet, HashMap};

use super::findings::{CheckFinding, Fault, numbers};
use super::survey::IndexSurvey;
use crate::index::ledger::{Digest, first};

/// The faults of a study, as far as whole segments show them.
#[derive(Debug, Default)]
pub(in crate::index) struct StudyFaults {
    pub(in crate::index) missing: BTreeSet<u32>,
    pub(in crate::index) twice: BTreeSet<u32>,
    pub(in crate::index) differs: BTreeSet<u32>,
    pub(in crate::index) unknown: BTreeSet<u32>,
    pub(in crate::index) unreadable: BTreeSet<u32>,
}

impl StudyFaults {
    pub(in crate::index) fn of(
        survey: &IndexSurvey,
        expected: Option<&HashMap<u32, Digest>>,
    ) -> Self {
        let mut wrong = Self::default();
        let mut held: HashMap<u32, u64> = HashMap::new();
        for part in survey.parts.iter().filter(|part| part.is_whole()) {
            for study in part.studies.iter().flatten() {
                if held.insert(study.nct, study.digest).is_some() {
                    wrong.twice.insert(study.nct);
                }
            }
            wrong.unreadable.extend(part.unreadable.iter().map(|study| study.nct));
        }
        let Some(expected) = expected else { return wrong };
        for (nct, digest) in expected {
            match held.get(nct) {
                None => wrong.missing.insert(*nct),
                Some(found) => *found != first(*digest) && wrong.differs.insert(*nct),
            };
        }
        wrong.unknown = held.into_keys().filter(|nct| !expected.contains_key(nct)).collect();
        wrong
    }
}

/// What is wrong with segments, and with the studies in them.
pub(in crate::index) fn of_segments(
    survey: &IndexSurvey,
    expected: Option<&HashMap<u32, Digest>>,
    findings: &mut Vec<CheckFinding>,
) {
    let mut wrong = StudyFaults::of(survey, expected);
    let damaged = || survey.parts.iter().filter(|part| !part.is_whole());
    // What damaged segments hold is not missing besides.
    let mut rest = wrong.missing.clone();
    for held in damaged().filter_map(|part| part.studies.as_ref()).flatten() {
        rest.remove(&held.nct);
    }
    let untold = damaged().any(|part| part.studies.is_none());
    for part in damaged() {
        let (studies, uncertain) = match &part.studies {
            Some(studies) => (numbers(studies.iter().map(|held| held.nct)), false),
            None => (numbers(rest.iter().copied()), damaged().count() > 1),
        };
        findings.extend(part.faults.iter().map(|file| CheckFinding {
            uncertain,
            ..CheckFinding::of_file(file.missing, &file.path, &file.problem).about(studies.clone())
        }));
    }
    wrong.missing = if untold { BTreeSet::new() } else { rest };
    for (fault, studies, problem) in [
        (Fault::StudyMissing, wrong.missing, "does not hold studies that the ledger says it does"),
        (Fault::StudyTwice, wrong.twice, "holds studies more than once"),
        (Fault::StudyDiffers, wrong.differs, "holds other versions than the ledger says"),
        (Fault::StudyUnknown, wrong.unknown, "holds studies that the ledger does not know"),
        (Fault::StudyUnreadable, wrong.unreadable, "holds studies that are not what was stored"),
    ] {
        if !studies.is_empty() {
            let problem = format!("{problem}; its files are as they were written");
            let finding = CheckFinding::new(fault, "tantivy", problem);
            findings.push(finding.about(numbers(studies.into_iter())));
        }
    }
}
