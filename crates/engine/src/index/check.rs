//! Checks that an index is whole: every file is as it was written, and every
//! study of the ledger is in the index once, as the ledger has it.

mod commit_files;
mod findings;
mod recount;
mod study_faults;
pub(super) mod survey;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use self::commit_files::{open, read_ledger, vocabulary};
pub use self::findings::{CheckFinding, CheckOptions, Fault, IndexCheck, SourcesChecked};
use self::recount::{SourceRecount, recount};
pub(super) use self::study_faults::StudyFaults;
use self::study_faults::of_segments;
use self::survey::{IndexSurvey, SurveyTask};
use crate::index::error::IndexError;
use crate::index::files::index_directory::METAS;
use crate::index::ledger::{Digest, Ledger, SourceId};
use crate::index::store::Store;
use crate::index::update::contest::Contest;
use crate::index::update::options::UpdateProgress;

/// How often an index is looked at that is written to meanwhile.
const ATTEMPTS: u32 = 3;

/// Checks an index. Others may write to it meanwhile.
///
/// # Errors
///
/// Where there is no index, or none that this program can read.
pub fn check(
    directory: &Path,
    options: &CheckOptions,
    watch: &UpdateProgress,
) -> Result<IndexCheck, IndexError> {
    for _ in 1..ATTEMPTS {
        let before = metas(directory);
        let examined = CheckedIndex::new(directory, options, watch)?;
        if examined.check.whole || metas(directory) == before {
            return Ok(examined.check);
        }
    }
    CheckedIndex::new(directory, options, watch).map(|examined| examined.check)
}

/// The file of the last commit as it is.
pub(super) fn metas(directory: &Path) -> Option<Vec<u8>> {
    std::fs::read(directory.join("tantivy").join(METAS)).ok()
}

/// A check with all that is needed to repair.
pub(super) struct CheckedIndex {
    pub(super) check: IndexCheck,
    /// `None` where the last commit cannot be read.
    pub(super) store: Option<Store>,
    /// `None` where it cannot be read.
    pub(super) ledger: Option<Ledger>,
    pub(super) survey: IndexSurvey,
    /// Sources that have what the ledger does not, or the other way round.
    pub(super) again: HashSet<SourceId>,
}

impl CheckedIndex {
    pub(super) fn new(
        directory: &Path,
        options: &CheckOptions,
        watch: &UpdateProgress,
    ) -> Result<Self, IndexError> {
        let mut findings = Vec::new();
        let store = open(directory, &mut findings)?;
        let ledger = store.as_ref().and_then(|store| read_ledger(store, &mut findings));
        let expected = ledger.as_ref().map(expected);
        let mut survey = IndexSurvey::default();
        if let Some(store) = &store {
            let (index, study, threads) = (&store.index, store.fields.study, options.threads);
            let expected = expected.as_ref();
            let root = &store.search_directory();
            let surveyed = SurveyTask { index, root, study, threads, watch, expected };
            survey = surveyed.survey(!options.quick).map_err(|error| store.failed(error))?;
            of_segments(&survey, expected, &mut findings);
        }
        findings.extend(vocabulary(directory));
        let read_again = options.sources.then_some(options);
        let recounted = ledger.as_ref().map(|ledger| recount(ledger, read_again, watch));
        let SourceRecount { checked, again, findings: of_sources } = recounted.unwrap_or_default();
        findings.extend(of_sources);
        let held = || survey.parts.iter().filter_map(|part| Some(part.studies.as_ref()?.len()));
        let check = IndexCheck {
            schema: "trialdex.check.v1",
            index: directory.display().to_string(),
            whole: findings.is_empty(),
            studies: expected.map_or_else(|| held().sum(), |expected| expected.len()) as u64,
            segments: survey.parts.len() as u64,
            files: survey.files,
            bytes: survey.bytes,
            studies_read: survey.read,
            sources: checked,
            findings,
        };
        Ok(Self { check, store, ledger, survey, again })
    }
}

/// The digests of the studies that an index with that ledger holds.
pub(super) fn expected(ledger: &Ledger) -> HashMap<u32, Digest> {
    let contest = Contest::new(ledger.records.clone());
    contest.changes().filter_map(|(nct, _)| Some((nct, contest.holds(nct)?))).collect()
}
