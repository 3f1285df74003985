//! The sources of a run: those of the ledger, and those that it reads.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::index::ledger::{Ledger, RejectEntry, RejectList, SourceEntry, SourceId};

/// What a run knows of its sources.
pub(super) struct RunSources {
    /// What was known before. Its records are in the contest.
    pub(super) ledger: Ledger,
    /// Sources of the ledger, then those read in this run; `None` for a source
    /// to be forgotten.
    pub(super) entries: Vec<Option<SourceEntry>>,
    /// Sources of the ledger that were come across, by id.
    pub(super) seen: Vec<bool>,
    /// The source of the ledger that is likely to be next.
    next: usize,
    pub(super) rejects: RejectList,
    /// Sources that something was rejected of, or that were not read to their
    /// end.
    pub(super) damaged: HashSet<SourceId>,
    /// Sources that another attempt may get more out of.
    pub(super) again: HashSet<SourceId>,
    /// Files and directories that could not be looked at.
    pub(super) unlisted: Vec<PathBuf>,
    /// Number of files that are as they were.
    pub(super) unchanged_files: u64,
    /// Number of files that are no longer there.
    pub(super) gone_files: u64,
}

impl RunSources {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self {
            entries: ledger.sources.iter().cloned().map(Some).collect(),
            seen: vec![false; ledger.sources.len()],
            ledger,
            next: 0,
            rejects: RejectList::default(),
            damaged: HashSet::new(),
            again: HashSet::new(),
            unlisted: Vec::new(),
            unchanged_files: 0,
            gone_files: 0,
        }
    }

    /// Takes note that the run came across a path; gives the source of the
    /// ledger with that path. Walking comes across them in nearly the order of
    /// the ledger.
    pub(super) fn come_across(&mut self, path: &str) -> Option<SourceId> {
        let next = self.ledger.sources.get(self.next);
        let known = match next.filter(|source| source.path == path) {
            Some(_) => SourceId::try_from(self.next).ok(),
            None => self.ledger.source(path),
        }?;
        self.next = known as usize + 1;
        self.seen[known as usize] = true;
        Some(known)
    }

    /// Adds a source that the run reads, in the place of `known`.
    pub(super) fn add(&mut self, entry: SourceEntry, known: Option<SourceId>) -> SourceId {
        if let Some(known) = known {
            self.entries[known as usize] = None;
        }
        self.entries.push(Some(entry));
        self.entries.len() as SourceId - 1
    }

    pub(super) fn get(&self, id: SourceId) -> Option<&SourceEntry> {
        self.entries[id as usize].as_ref()
    }

    /// Rejects a source as a whole.
    pub(super) fn reject(&mut self, id: SourceId, reason: String) {
        self.damaged.insert(id);
        self.rejects.push(RejectEntry::of_source(id, reason));
    }

    /// Whether the run came across a source.
    pub(super) fn in_run(&self, id: SourceId) -> bool {
        self.seen.get(id as usize).copied().unwrap_or(true)
    }
}
