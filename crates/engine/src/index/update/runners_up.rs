//! What becomes of studies whose best record was withdrawn.

use super::run::UpdateRun;
use crate::index::error::IndexError;
use crate::index::ledger::{EntryKind, RecordEntry};
use crate::index::update::intake::ReadPass;

impl UpdateRun<'_> {
    /// Indexes the records that have become the best of their study because a
    /// better one was withdrawn: they have to be read again. Where that fails,
    /// the next best one is.
    pub(super) fn index_runners_up(&mut self) -> Result<(), IndexError> {
        loop {
            let contest = self.intake.contest();
            let runners_up: Vec<RecordEntry> = contest
                .touched()
                .into_iter()
                .filter_map(|nct| contest.best(nct))
                .filter(|best| contest.now(best.nct) != Some(best.standing.digest))
                .copied()
                .collect();
            drop(contest);
            if runners_up.is_empty() {
                return Ok(());
            }
            let (joined, whole): (Vec<RecordEntry>, Vec<RecordEntry>) =
                runners_up.iter().partition(|best| best.kind == EntryKind::Joined);
            self.join(&joined.iter().map(|best| best.nct).collect::<Vec<_>>())?;
            self.read_again(&whole, ReadPass::RunnersUp)?;
            let mut contest = self.intake.contest();
            for best in runners_up {
                if contest.now(best.nct) != Some(best.standing.digest) {
                    contest.withdraw_of(best.nct, &|entry| entry.standing == best.standing);
                    self.unread.insert(best.nct);
                    self.sources.again.insert(best.source);
                }
            }
        }
    }

    /// Takes the studies that are left without a record out of the index, but
    /// for those that have one which could not be read.
    pub(super) fn settle(&mut self) {
        let mut contest = self.intake.contest();
        for nct in contest.touched() {
            if contest.best(nct).is_some() || contest.now(nct).is_none() {
                continue;
            }
            if !self.unread.contains(&nct) || !contest.keep_held(nct) {
                contest.remove(nct);
                self.intake.delete(nct);
            }
        }
        drop(contest);
        for source in &self.sources.again {
            if let Some(source) = &mut self.sources.entries[*source as usize] {
                source.modified = None;
            }
        }
    }
}
