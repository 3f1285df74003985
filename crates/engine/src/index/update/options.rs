//! The options of an update, and its progress.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::SystemTime;

use trialdex_records::source::ReadLimits;

use crate::index::lock_owner::LockOwner;
use crate::index::moment::rfc3339;

/// How to update.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// Which studies to take out of the index that no source has any longer.
    pub prune: PruneMode,
    /// Bounds for hostile input.
    pub limits: ReadLimits,
    /// Threads that convert records, and threads that index studies.
    pub threads: usize,
    /// Bytes that the indexing threads may use together.
    pub memory: usize,
    /// The time of the run.
    pub now: SystemTime,
    /// Who runs it: shown to others that want to write to the index meanwhile.
    /// Its time is filled in.
    pub holder: LockOwner,
}

/// Which studies leave the index that no source has any longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PruneMode {
    /// None: a file can vanish for many reasons.
    #[default]
    Nothing,
    /// Those of files that are gone, and those that their files have no longer,
    /// unless a source is damaged, or gave studies before and gives none now.
    Gone,
    /// Those of such sources too, as long as these could be read.
    All,
}

impl UpdateOptions {
    /// Bytes for the indexing threads where nothing else is asked.
    pub const MEMORY: usize = 200_000_000;

    /// One thread for each core, eight at most, with [`Self::MEMORY`]; no study is taken out.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self {
            prune: PruneMode::Nothing,
            limits: ReadLimits::default(),
            threads: std::thread::available_parallelism().map_or(1, usize::from).min(8),
            memory: Self::MEMORY,
            now,
            holder: LockOwner::default(),
        }
    }

    pub(in crate::index) fn holder(&self) -> LockOwner {
        LockOwner { since: rfc3339(self.now), ..self.holder.clone() }
    }
}

/// What another thread can see and say while an update runs.
#[derive(Debug, Default)]
pub struct UpdateProgress {
    /// Set it to stop the update; the index stays as it was.
    pub stop: AtomicBool,
    /// Bytes of files dealt with.
    pub bytes: AtomicU64,
    /// Records read.
    pub records: AtomicU64,
    /// All records are read; the index is being written out.
    pub finishing: AtomicBool,
}

/// What an update is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum UpdateKind {
    /// To bring an index up to date.
    Refresh,
    /// To restore a damaged index: the ledger is that of its remains. Nothing
    /// may be cleaned up before the commit.
    Repair,
}
