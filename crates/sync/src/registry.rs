//! What a registry's API is asked.

use std::time::Duration;

use serde::Deserialize;

use crate::api::Api;
use crate::clock::Clock;
use crate::error::SyncError;
use crate::options::SyncOptions;
use crate::page::Page;
use crate::report::{Say, SyncEvent};

/// An API that is asked about the studies of a dump.
pub(crate) struct Registry<'a> {
    api: Api<'a>,
    options: &'a SyncOptions,
}

/// What the API says about its data.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataVersion {
    data_timestamp: String,
}

impl<'a> Registry<'a> {
    pub(crate) fn new(options: &'a SyncOptions, clock: &'a dyn Clock) -> Self {
        let api = Api::new(&options.api, options.pace, options.patience, clock);
        Self { api, options }
    }

    /// Requests that failed so far.
    pub(crate) fn failures(&self) -> u64 {
        self.api.failures
    }

    /// The time of the data.
    pub(crate) fn data(&mut self, say: Say<'_>) -> Result<String, SyncError> {
        let read = |body: &str| serde_json::from_str::<DataVersion>(body);
        let version = self.api.get("version", &[], read, &mut waits(say))?;
        Ok(version.data_timestamp)
    }

    /// A page of studies that were updated from a day on; of all without one.
    pub(crate) fn studies(
        &mut self,
        since: Option<&str>,
        next: Option<&str>,
        say: Say<'_>,
    ) -> Result<Page, SyncError> {
        let since = since.map(|day| format!("AREA[LastUpdatePostDate]RANGE[{day},MAX]"));
        let mut filter = since.clone();
        let mut pairs = Vec::new();
        for (name, value) in &self.options.question {
            match (name.as_str(), &since) {
                ("filter.advanced", Some(since)) => filter = Some(format!("({value}) AND {since}")),
                _ => pairs.push((name.as_str(), value.as_str())),
            }
        }
        pairs.extend(filter.as_ref().map(|filter| ("filter.advanced", filter.as_str())));
        self.page(&pairs, next, say)
    }

    /// A page of the numbers of all studies.
    pub(crate) fn numbers(&mut self, next: Option<&str>, say: Say<'_>) -> Result<Page, SyncError> {
        let question = self.options.question.iter();
        let question = question.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<(&str, &str)> = [("fields", "NCTId")].into_iter().chain(question).collect();
        self.page(&pairs, next, say)
    }

    fn page(
        &mut self,
        asked: &[(&str, &str)],
        next: Option<&str>,
        say: Say<'_>,
    ) -> Result<Page, SyncError> {
        let size = self.options.page_size.to_string();
        let mut pairs =
            vec![("format", "json"), ("pageSize", size.as_str()), ("countTotal", "true")];
        pairs.extend(asked);
        pairs.extend(next.map(|token| ("pageToken", token)));
        self.api.get("studies", &pairs, Page::read, &mut waits(say))
    }
}

/// Says that a request failed.
fn waits(say: Say<'_>) -> impl FnMut(&str, Duration) {
    move |problem, wait| say(SyncEvent::Waits(problem.to_owned(), wait.as_secs()))
}
