//! What a run says while it is under way, and at its end.

use trialdex_records::study::NctId;

/// What is called with what happens.
pub(crate) type Say<'a> = &'a mut dyn FnMut(SyncEvent);

/// What happens while a run is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// A run goes on that broke off before, with as many studies.
    GoesOn(u64),
    /// A page was read: studies so far, and in all where that is known.
    Page(u64, Option<u64>),
    /// A page of numbers was read: numbers so far, and in all.
    Numbers(u64, Option<u64>),
    /// A request failed, and is sent again after some seconds.
    Waits(String, u64),
    /// The run begins again.
    BeginsAgain(String),
}

/// What a run has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSummary {
    /// Its file, in the directory of the dump; `None` where nothing was updated.
    pub file: Option<String>,
    /// The day from which on it read updated studies; `None` for all.
    pub since: Option<String>,
    /// The time of the data, as the API says it.
    pub data: String,
    /// Studies in the file.
    pub studies: u64,
    /// Files of earlier runs that were removed.
    pub removed: Vec<String>,
    /// Requests that failed and were sent again.
    pub failures: u64,
    /// What came of the list of numbers, where one was wanted.
    pub listing: Option<ListingOutcome>,
}

/// What came of a list of the numbers of all studies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingOutcome {
    /// It is whole.
    Whole(ListedNumbers),
    /// It is not, or cannot be relied on, so that no study is moved: the reason.
    Undone(String),
}

/// What a list of the numbers of all studies has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNumbers {
    /// Numbers in it.
    pub listed: u64,
    /// Studies of the dump that are not in it, by number, and were moved.
    pub removed: Vec<NctId>,
    /// Their file, in the directory of the dump; `None` where there are none.
    pub file: Option<String>,
    /// Studies of the list that the dump lacks.
    pub lacking: u64,
}
