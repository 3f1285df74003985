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

/// Days after which the numbers of all studies are listed again.
const LIST_DAYS: i64 = 7;

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
    /// Studies that the registry has removed, each time that some were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<Removal>,
    /// The time of the data of the last list of all numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) listed: Option<String>,
    /// The run that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) under_way: Option<RunUnderWay>,
}

/// Studies that the registry has removed, which were moved out of the files of the dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Removal {
    /// The file with their records, in the directory of the dump.
    pub(crate) file: String,
    /// The time of the data of the list that lacks them.
    pub(crate) data: String,
    /// How many they are.
    pub(crate) studies: u64,
    /// Whether files of the dump may still have them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) under_way: bool,
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
    /// The last day on which any of them was updated, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latest: Option<String>,
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
    /// The last day on which any of those so far was updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latest: Option<String>,
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
                return Ok(Self {
                    schema,
                    api,
                    question,
                    complete: Vec::new(),
                    removed: Vec::new(),
                    listed: None,
                    under_way: None,
                });
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

    /// The number of the next file: no other one of the dump has it, also where earlier ones were
    /// removed.
    pub(crate) fn next_file(&self) -> usize {
        let number = |file: &String| file.strip_prefix("studies-")?.split('-').next()?.parse().ok();
        let numbers = self.complete.iter().filter_map(|run| run.file.as_ref()).filter_map(number);
        numbers.max().unwrap_or(0).max(self.complete.len()) + 1
    }

    /// Whether the last list of all numbers is a week older than the data of a run; a run that read
    /// all studies is one.
    pub(crate) fn is_list_due(&self, data: &str) -> bool {
        let all = self.complete.iter().rev().find(|run| run.since.is_none());
        let last = self.listed.as_ref().or(all.map(|run| &run.data));
        let day = |data: &str| PartialDate::parse(data).map(|date| date.days().0);
        match (last.and_then(|last| day(last)), day(data)) {
            (Some(last), Some(now)) => now - last >= LIST_DAYS,
            _ => true,
        }
    }

    /// The day from which on a next run has to read: the one before the data of the last run, since
    /// updates of a day can come late; or the last day on which any study was updated, where that is
    /// earlier. A server that gives a registry's studies on can be behind it.
    pub(crate) fn since(&self) -> Option<String> {
        let last = self.complete.last()?;
        let (day, _) = PartialDate::parse(&last.data)?.days();
        let latest = self.complete.iter().filter_map(|run| run.latest.as_deref()).max();
        let latest = latest.and_then(PartialDate::parse).map(|latest| latest.days().0);
        Some(PartialDate::of_day(latest.map_or(day - 1, |latest| latest.min(day - 1)))?.to_string())
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
            latest: None,
        });
        state.save(scratch.path()).expect("saved");
        assert_eq!(SyncState::open(scratch.path(), "http://api", &question).expect("one"), state);
        assert_eq!(state.since().as_deref(), Some("2026-02-28"));
        state.complete[0].latest = Some("2026-02-20".to_owned());
        assert_eq!(state.since().as_deref(), Some("2026-02-20"));
        state.complete[0].latest = Some("2026-03-01".to_owned());
        assert_eq!(state.since().as_deref(), Some("2026-02-28"));
        assert_eq!(state.next_file(), 2);
        state.complete[0].file = Some("studies-7-2026-03-01-all.ndjson.zst".to_owned());
        assert_eq!(state.next_file(), 8);
        assert!(!state.is_list_due("2026-03-07T09:00:05") && state.is_list_due("2026-03-08"));
        state.listed = Some("2026-03-08T09:00:05".to_owned());
        assert!(!state.is_list_due("2026-03-14") && state.is_list_due("2026-03-15"));
        assert!(SyncState::open(scratch.path(), "http://api", &[]).is_err());
        std::fs::write(scratch.path().join(FILE), "{").expect("written");
        assert!(SyncState::open(scratch.path(), "http://api", &question).is_err());
    }
}
