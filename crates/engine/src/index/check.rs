//! Checks that an index is whole: every file is as it was written, and every
//! study of the ledger is in the index once, as the ledger has it.

pub(super) mod recount;
pub(super) mod repair;
pub(super) mod survey;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::index::check::recount::{SourceRecount, recount};
use crate::index::check::survey::{IndexSurvey, SegmentSurvey, SurveyTask};
use crate::index::error::IndexError;
use crate::index::files::index_directory::{IndexDirectory, MANAGED, METAS, segment_of, segments};
use crate::index::files::read_file::twice;
use crate::index::ledger::{Digest, Ledger, SourceId, first};
use crate::index::store::{CommitPayload, Store, VOCABULARY_FILE};
use crate::index::update::contest::Contest;
use crate::index::update::options::UpdateProgress;
use trialdex_records::source::Limits;
use trialdex_records::study::NctId;
use trialdex_text::vocabulary::{Vocabulary, VocabularyError};

/// How often an index is looked at that is written to meanwhile.
const ATTEMPTS: u32 = 3;

/// How thoroughly to check.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// Leave out what takes long: to read every study.
    pub quick: bool,
    /// Read the sources again, too.
    pub sources: bool,
    /// Bounds for hostile input.
    pub limits: Limits,
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
        vocabulary(directory, &mut findings);
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

/// Opens the last commit, unless the file that names it is damaged.
fn open(directory: &Path, findings: &mut Vec<CheckFinding>) -> Result<Option<Store>, IndexError> {
    let tantivy = directory.join("tantivy");
    let finding = |name: &str, problem: String| CheckFinding {
        fault: Fault::FileDamaged,
        file: format!("tantivy/{name}"),
        problem,
        studies: Vec::new(),
        uncertain: false,
    };
    findings.extend(of_managed(&tantivy).map(|problem| finding(MANAGED, problem)));
    if !tantivy.join(METAS).exists() {
        if !segments(&tantivy, "").is_empty() {
            let problem = "is missing; which segments are valid is not known".to_owned();
            let fault = Fault::FileMissing;
            findings.push(CheckFinding { fault, ..finding(METAS, problem) });
            return Ok(None);
        }
        return Err(IndexError::Missing(directory.to_owned()));
    }
    if let Some(error) = unreadable(&tantivy.join(METAS)) {
        findings.push(finding(METAS, format!("{error}; which segments are valid is not known")));
        return Ok(None);
    }
    let disk = IndexDirectory::open_to_check(&tantivy)
        .map_err(|error| crate::index::store::tantivy_error(directory, error));
    match Store::open_on(directory, disk?) {
        Ok(store) if store.payload.is_none() => Err(IndexError::Unfinished(directory.to_owned())),
        Ok(store) => {
            if !store.payload.as_ref().is_none_or(CommitPayload::is_whole) {
                let problem = "its date or version was changed since it was written".to_owned();
                findings.push(finding(METAS, problem));
            }
            Ok(Some(store))
        }
        Err(IndexError::Damaged { .. }) => {
            let problem = "cannot be understood; which segments are valid is not known".to_owned();
            findings.push(finding(METAS, problem));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with the list of tantivy's files.
fn of_managed(tantivy: &Path) -> Option<String> {
    let json = std::fs::read(tantivy.join(MANAGED)).ok()?;
    // Some that are there may have been written since.
    let problem = match serde_json::from_slice::<BTreeSet<PathBuf>>(&json) {
        Err(_) => "is no list of files",
        Ok(listed) if listed.iter().all(|path| segment_of_path(path)) => return None,
        Ok(_) => "lists what is no file of tantivy's",
    };
    Some(format!("{problem}; what it is for can be told without it"))
}

/// Why a file that can be opened cannot be read to its end.
fn unreadable(path: &Path) -> Option<std::io::Error> {
    let mut file = File::open(path).ok()?;
    twice(|| file.rewind().and_then(|()| file.read_to_end(&mut Vec::new()))).err()
}

/// Whether a path is that of a file that tantivy lists.
fn segment_of_path(path: &Path) -> bool {
    path.to_str().is_some_and(|name| name == METAS || segment_of(name).is_some())
}

fn read_ledger(store: &Store, findings: &mut Vec<CheckFinding>) -> Option<Ledger> {
    let passing = |error: &IndexError| match error {
        IndexError::Io { error, .. } => error.raw_os_error().is_some(),
        _ => false,
    };
    // Without the ledger, a repair no longer knows where studies are from.
    let read = match store.ledger() {
        Err(error) if passing(&error) => store.ledger(),
        read => read,
    };
    read.inspect_err(|error| {
        let IndexError::Io { path, error } = error else { return };
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        findings.push(CheckFinding {
            fault: if missing { Fault::FileMissing } else { Fault::FileDamaged },
            file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            problem: if missing { "is missing".to_owned() } else { format!("{error}") },
            studies: Vec::new(),
            uncertain: false,
        });
    })
    .ok()
}

fn vocabulary(directory: &Path, findings: &mut Vec<CheckFinding>) {
    let path = directory.join(VOCABULARY_FILE);
    let problem = match Vocabulary::open(&path) {
        Err(VocabularyError::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {
            return;
        }
        Ok(vocabulary) if vocabulary.is_whole() => return,
        Ok(_) => "its digest is wrong: some of its names are lost".to_owned(),
        Err(VocabularyError::Io { error, .. }) => error.to_string(),
        Err(VocabularyError::OtherVersion { .. }) => {
            "was made by another version of trialdex".to_owned()
        }
        Err(_) => "is no vocabulary".to_owned(),
    };
    let (file, studies) = (VOCABULARY_FILE.to_owned(), Vec::new());
    findings.push(CheckFinding {
        fault: Fault::FileDamaged,
        file,
        problem,
        studies,
        uncertain: false,
    });
}

/// The faults of a study, as far as whole segments show them.
#[derive(Debug, Default)]
pub(super) struct StudyFaults {
    pub(super) missing: BTreeSet<u32>,
    pub(super) twice: BTreeSet<u32>,
    pub(super) differs: BTreeSet<u32>,
    pub(super) unknown: BTreeSet<u32>,
    pub(super) unreadable: BTreeSet<u32>,
}

impl StudyFaults {
    pub(super) fn of(survey: &IndexSurvey, expected: Option<&HashMap<u32, Digest>>) -> Self {
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

fn of_segments(
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
        of_files(part, &studies, uncertain, findings);
    }
    wrong.missing = if untold { BTreeSet::new() } else { rest };
    let whole_files = "its files are as they were written".to_owned();
    for (fault, studies, problem) in [
        (Fault::StudyMissing, wrong.missing, "does not hold studies that the ledger says it does"),
        (Fault::StudyTwice, wrong.twice, "holds studies more than once"),
        (Fault::StudyDiffers, wrong.differs, "holds other versions than the ledger says"),
        (Fault::StudyUnknown, wrong.unknown, "holds studies that the ledger does not know"),
        (Fault::StudyUnreadable, wrong.unreadable, "holds studies that are not what was stored"),
    ] {
        if !studies.is_empty() {
            let (file, studies) = ("tantivy".to_owned(), numbers(studies.into_iter()));
            let problem = format!("{problem}; {whole_files}");
            findings.push(CheckFinding { fault, file, problem, studies, uncertain: false });
        }
    }
}

fn of_files(
    part: &SegmentSurvey,
    studies: &[String],
    uncertain: bool,
    findings: &mut Vec<CheckFinding>,
) {
    for file in &part.faults {
        findings.push(CheckFinding {
            fault: if file.missing { Fault::FileMissing } else { Fault::FileDamaged },
            file: file.path.clone(),
            problem: file.problem.clone(),
            studies: studies.to_vec(),
            uncertain,
        });
    }
}

/// NCT numbers as they are written, in their order.
pub(super) fn numbers(ncts: impl Iterator<Item = u32>) -> Vec<String> {
    let ncts: BTreeSet<u32> = ncts.collect();
    ncts.into_iter().filter_map(NctId::from_number).map(|nct| nct.to_string()).collect()
}
