//! What of a dump was read, and what is being read.

use std::path::Path;

use serde::{Deserialize, Serialize};

use trialdex_files as files;
use trialdex_records::study::PartialDate;

use crate::error::SyncError;

/// The name and version of the layout.
const SCHEMA: &str = "trialdex.sync.v1";

/// The file of the state in the directory of a dump.
const FILE: &str = "sync.json";

/// What of a dump was read, and what is being read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncState {
    schema: String,
    /// The address of the API.
    pub(crate) api: String,
    /// What of it is read, as pairs of parameter and value.
    pub(crate) question: Vec<(String, String)>,
    /// Runs that are whole, the last one last.
    pub(crate) complete: Vec<CompleteRun>,
    /// The run that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) under_way: Option<RunUnderWay>,
}

/// A run that read all that it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompleteRun {
    /// Its file, in the directory of the dump; `None` where nothing was updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// The day from which on it read updated studies; `None` for all.
    pub(crate) since: Option<String>,
    /// The time of the data, as the API says it.
    pub(crate) data: String,
    /// Studies in the file.
    pub(crate) studies: u64,
}

/// A run that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunUnderWay {
    /// Its file, in the directory of the dump.
    pub(crate) file: String,
    /// The day from which on it reads updated studies; `None` for all.
    pub(crate) since: Option<String>,
    /// The time of the data, as the API said it at the beginning.
    pub(crate) data: String,
    /// Studies of the pages that were read.
    pub(crate) studies: u64,
    /// Bytes of the file that hold whole pages.
    pub(crate) bytes: u64,
    /// What gives the next page; `None` for the first one.
    pub(crate) next: Option<String>,
    /// Studies in all, as the first page said.
    pub(crate) total: Option<u64>,
}

impl SyncState {
    /// The state of a dump of these studies; one of nothing where there is none.
    ///
    /// # Errors
    ///
    /// A state that cannot be read, or is that of other studies.
    pub(crate) fn open(
        directory: &Path,
        api: &str,
        question: &[(String, String)],
    ) -> Result<Self, SyncError> {
        let path = directory.join(FILE);
        let json = match std::fs::read_to_string(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (api, question) = (api.to_owned(), question.to_owned());
                let schema = SCHEMA.to_owned();
                return Ok(Self { schema, api, question, complete: Vec::new(), under_way: None });
            }
            Err(error) => return Err(SyncError::of(&path)(error)),
        };
        let wrong = |problem: String| SyncError::State { path: path.clone(), problem };
        let state: Self = serde_json::from_str(&json).map_err(|it| wrong(it.to_string()))?;
        if state.schema != SCHEMA {
            return Err(wrong(format!("of the kind `{}`", state.schema)));
        }
        if state.api != api || state.question != question {
            return Err(wrong("the dump is of another API or of other studies".to_owned()));
        }
        Ok(state)
    }

    /// Writes the state, which is on the disk when this returns.
    pub(crate) fn save(&self, directory: &Path) -> Result<(), SyncError> {
        let path = directory.join(FILE);
        let json = serde_json::to_string_pretty(self).map_err(std::io::Error::from);
        let json = json.map_err(SyncError::of(&path))? + "\n";
        files::write(&path, json.as_bytes()).map_err(SyncError::of(&path))
    }

    /// The day from which on a next run has to read: the one before the data of the last run, since
    /// updates of a day can come late.
    pub(crate) fn since(&self) -> Option<String> {
        let last = self.complete.last()?;
        let (day, _) = PartialDate::parse(&last.data)?.days();
        Some(PartialDate::of_day(day - 1)?.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_again_and_refuses_other_studies() {
        let scratch = tempfile::tempdir().expect("a directory");
        let question = vec![("query.cond".to_owned(), "tea".to_owned())];
        let mut state = SyncState::open(scratch.path(), "http://api", &question).expect("none");
        assert_eq!(state.since(), None);
        state.complete.push(CompleteRun {
            file: Some("a".to_owned()),
            since: None,
            data: "2026-03-01T09:00:05".to_owned(),
            studies: 3,
        });
        state.save(scratch.path()).expect("saved");
        assert_eq!(SyncState::open(scratch.path(), "http://api", &question).expect("one"), state);
        assert_eq!(state.since().as_deref(), Some("2026-02-28"));
        assert!(SyncState::open(scratch.path(), "http://api", &[]).is_err());
        std::fs::write(scratch.path().join(FILE), "{").expect("written");
        assert!(SyncState::open(scratch.path(), "http://api", &question).is_err());
    }
}
