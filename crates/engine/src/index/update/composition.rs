//! Joins studies from several records, as the last step of reading.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::options::PruneMode;
use super::run::UpdateRun;
use crate::index::error::IndexError;
use crate::index::ledger::{EntryKind, RecordEntry};
use crate::index::update::contest::PendingComposition;
use crate::index::update::intake::ReadPass;

impl UpdateRun<'_> {
    /// Joins the studies whose later records speak of less than the best one,
    /// or without a record that speaks of everything. Their records are read
    /// again if necessary.
    pub(super) fn compose(&mut self) -> Result<(), IndexError> {
        self.keep_parts();
        let pending = self.intake.contest().pending();
        if pending.is_empty() {
            return Ok(());
        }
        self.fetch(&pending)?;
        let lacking = self.compose_all(&pending)?;
        for entry in lacking {
            self.sources.again.insert(entry.source);
        }
        Ok(())
    }

    /// Keeps the records that sources no longer have and that are part of
    /// studies in the index, unless they are pruned.
    fn keep_parts(&mut self) {
        let holding = self.holding();
        let all = self.options.prune == PruneMode::Nothing;
        let mut contest = self.intake.contest();
        for nct in contest.touched() {
            contest.keep_parts(nct, &|renewal| {
                all || renewal.is_some_and(|source| holding.contains(&source))
            });
        }
    }

    /// Reads the records that are not at hand.
    fn fetch(&mut self, pending: &[PendingComposition]) -> Result<(), IndexError> {
        let parts = self.intake.parts();
        let lacks = |entry: &&RecordEntry| !entry.orphan && !parts.has(entry);
        let lacking = pending.iter().flat_map(|pending| pending.parts.iter().filter(lacks));
        let (joined, records): (Vec<RecordEntry>, Vec<RecordEntry>) =
            lacking.copied().partition(|entry| entry.kind == EntryKind::Joined);
        drop(parts);
        if !joined.is_empty() {
            self.intake.parts().want(joined.iter());
            self.join(&joined.iter().map(|entry| entry.nct).collect::<Vec<_>>())?;
        }
        if !records.is_empty() {
            self.intake.parts().want(records.iter());
            self.read_again(&records, ReadPass::Parts)?;
        }
        Ok(())
    }

    /// Joins the records of the studies in several threads; gives those that
    /// could not be read.
    fn compose_all(&self, pending: &[PendingComposition]) -> Result<Vec<RecordEntry>, IndexError> {
        let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let (workers, stop) = (self.intake.workers(), &self.watch.stop);
        std::thread::scope(|scope| {
            for _ in 0..self.options.threads.max(1) {
                let (next, outcomes, workers) = (&next, &outcomes, workers.clone());
                let gate = self.intake.gate();
                scope.spawn(move || {
                    while let Some(pending) = pending.get(next.fetch_add(1, Ordering::Relaxed))
                        && !stop.load(Ordering::Relaxed)
                    {
                        let outcome = workers.compose(pending, &gate);
                        let failed = outcome.is_err();
                        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                        if failed {
                            return;
                        }
                    }
                });
            }
        });
        if stop.load(Ordering::Relaxed) {
            return Err(IndexError::Interrupted);
        }
        let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let lacking: Result<Vec<Vec<RecordEntry>>, IndexError> = outcomes.into_iter().collect();
        Ok(lacking?.into_iter().flatten().collect())
    }
}
