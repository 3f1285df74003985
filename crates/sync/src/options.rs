//! What is read, and how.

use std::time::Duration;

use crate::api::DEFAULT_API;

/// From which day on updated studies are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// All studies.
    Ever,
    /// What was updated since the last whole run; all where there was none.
    Auto,
    /// What was updated from this day on, `yyyy-MM-dd`.
    Day(String),
}

/// When the numbers of all studies are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberListing {
    /// When the data are a week newer than those of the last list, or of the last run that read all
    /// studies.
    Auto,
    /// In this run.
    Now,
    /// Not in this run.
    Never,
}

/// What is read, and how.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// The address of the API.
    pub api: String,
    /// What of it is read, as the API's parameters and their values; all where it is empty.
    pub question: Vec<(String, String)>,
    /// From which day on.
    pub since: Since,
    /// When the numbers of all studies are listed, to find those that the registry has removed.
    pub numbers: NumberListing,
    /// Keep the files of earlier runs after a run that read everything.
    pub history: bool,
    /// Studies of a page.
    pub page_size: usize,
    /// The time between two requests.
    pub pace: Duration,
    /// How long one answer may take.
    pub patience: Duration,
}

impl Default for SyncOptions {
    /// All studies of the registry's own API, a thousand a page, a page in one and a half seconds.
    fn default() -> Self {
        Self {
            api: DEFAULT_API.to_owned(),
            question: Vec::new(),
            since: Since::Auto,
            numbers: NumberListing::Auto,
            history: false,
            page_size: 1_000,
            pace: Duration::from_millis(1_500),
            patience: Duration::from_secs(180),
        }
    }
}
