//! Checks the files that say what is in an index: that of the last commit, the
//! list of tantivy's files, the ledger, and the vocabulary.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use super::findings::CheckFinding;
use crate::index::commit_payload::CommitPayload;
use crate::index::error::IndexError;
use crate::index::files::index_directory::{IndexDirectory, MANAGED, METAS, segment_of, segments};
use crate::index::files::read_file::twice;
use crate::index::ledger::Ledger;
use crate::index::store::{Store, VOCABULARY_FILE};
use crate::index::tantivy_error::tantivy_error;
use trialdex_text::vocabulary::{Vocabulary, VocabularyError};

/// Opens the last commit, unless the file that names it is damaged.
pub(super) fn open(
    directory: &Path,
    findings: &mut Vec<CheckFinding>,
) -> Result<Option<Store>, IndexError> {
    let tantivy = directory.join("tantivy");
    let finding = |missing: bool, problem: &str| {
        CheckFinding::of_file(missing, format!("tantivy/{METAS}"), problem)
    };
    findings.extend(of_managed(&tantivy));
    if !tantivy.join(METAS).exists() {
        if !segments(&tantivy, "").is_empty() {
            findings.push(finding(true, "is missing; which segments are valid is not known"));
            return Ok(None);
        }
        return Err(IndexError::Missing(directory.to_owned()));
    }
    if let Some(error) = unreadable(&tantivy.join(METAS)) {
        findings.push(finding(false, &format!("{error}; which segments are valid is not known")));
        return Ok(None);
    }
    let disk =
        IndexDirectory::open_to_check(&tantivy).map_err(|error| tantivy_error(directory, error));
    match Store::open_on(directory, disk?) {
        Ok(store) if store.payload.is_none() => Err(IndexError::Unfinished(directory.to_owned())),
        Ok(store) => {
            if !store.payload.as_ref().is_none_or(CommitPayload::is_whole) {
                findings
                    .push(finding(false, "its date or version was changed since it was written"));
            }
            Ok(Some(store))
        }
        Err(IndexError::Damaged { .. }) => {
            let problem = "cannot be understood; which segments are valid is not known";
            findings.push(finding(false, problem));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with the list of tantivy's files.
fn of_managed(tantivy: &Path) -> Option<CheckFinding> {
    let json = std::fs::read(tantivy.join(MANAGED)).ok()?;
    // Some that are there may have been written since.
    let problem = match serde_json::from_slice::<BTreeSet<PathBuf>>(&json) {
        Err(_) => "is no list of files",
        Ok(listed) if listed.iter().all(|path| segment_of_path(path)) => return None,
        Ok(_) => "lists what is no file of tantivy's",
    };
    let problem = format!("{problem}; what it is for can be told without it");
    Some(CheckFinding::of_file(false, format!("tantivy/{MANAGED}"), problem))
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

/// Reads the ledger of the last commit.
pub(super) fn read_ledger(store: &Store, findings: &mut Vec<CheckFinding>) -> Option<Ledger> {
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
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let problem = if missing { "is missing".to_owned() } else { error.to_string() };
        findings.push(CheckFinding::of_file(missing, file, problem));
    })
    .ok()
}

/// What is wrong with the vocabulary of an index, if it has one of its own.
pub(super) fn vocabulary(directory: &Path) -> Option<CheckFinding> {
    let path = directory.join(VOCABULARY_FILE);
    let problem = match Vocabulary::open(&path) {
        Err(VocabularyError::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {
            return None;
        }
        Ok(vocabulary) if vocabulary.is_whole() => return None,
        Ok(_) => "its digest is wrong: some of its names are lost".to_owned(),
        Err(VocabularyError::Io { error, .. }) => error.to_string(),
        Err(VocabularyError::OtherVersion { .. }) => {
            "was made by another version of trialdex".to_owned()
        }
        Err(_) => "is no vocabulary".to_owned(),
    };
    Some(CheckFinding::of_file(false, VOCABULARY_FILE, problem))
}
