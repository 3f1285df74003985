//! Finds records that sources no longer have, and decides which of their
//! studies stay.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::options::PruneMode;
use super::run::UpdateRun;
use crate::index::ledger::path_key::{key_path, path_key};
use crate::index::ledger::{CONVERTERS, RejectKind, SourceEntry, SourceId, UNKNOWN};
use crate::index::update::contest::Contest;
use trialdex_records::source;

/// What the reason of a reject says after studies that are kept, though their
/// source no longer has them: [`PruneMode::All`] removes them. A program can put
/// in its place how a user asks for that.
pub const HELD_NOTE: &str = " (prune `all`)";

/// The remark about a source that gave studies before and gives none now.
fn held() -> String {
    format!("; what it gave before is kept{HELD_NOTE}")
}

/// The reason why such a source is rejected.
fn nothing_left() -> String {
    format!("no study is left in it{}", held())
}

impl UpdateRun<'_> {
    /// Finds the sources that are no longer there. Their pages leave the
    /// studies that have other pages; whole studies stay, unless told
    /// otherwise.
    pub(super) fn find_gone(&mut self, inputs: &[PathBuf]) {
        let roots: Vec<PathBuf> = inputs.iter().map(|input| source::absolute(input)).collect();
        let gone: Vec<usize> = (0..self.sources.ledger.sources.len())
            .filter(|id| !self.sources.seen[*id] && self.is_gone(*id, &roots))
            .collect();
        let emptied = self.emptied_inputs(&gone, &roots);
        for id in gone {
            let path = key_path(&self.sources.ledger.sources[id].path);
            if !emptied.iter().any(|root| path.starts_with(root)) {
                self.sources.gone_files += 1;
                self.intake.contest().withdraw_source(id as SourceId);
            }
        }
        for root in emptied {
            self.input_emptied(&root);
        }
        if self.options.prune != PruneMode::Nothing {
            let seen = &self.sources.seen;
            self.intake.contest().withdraw_orphans(&|source| seen[source as usize]);
        }
    }

    fn is_gone(&self, id: usize, roots: &[PathBuf]) -> bool {
        let key = self.sources.ledger.sources[id].path.as_str();
        let (unnamed, path) = (key == "-" || key == UNKNOWN, key_path(key));
        if unnamed || self.sources.unlisted.iter().any(|above| path.starts_with(above)) {
            return false;
        }
        let in_scope = roots.iter().any(|root| path.starts_with(root));
        in_scope || (self.options.prune != PruneMode::Nothing && !path.exists())
    }

    /// Inputs that lost all files with studies, and got no new ones: a disk
    /// that is not mounted, a download that failed.
    fn emptied_inputs(&self, gone: &[usize], roots: &[PathBuf]) -> Vec<PathBuf> {
        if self.options.prune != PruneMode::Gone {
            return Vec::new();
        }
        let contest = self.intake.contest();
        let giving = self.giving(&contest);
        let path = |id: SourceId| Some(key_path(&self.sources.get(id)?.path));
        let full: Vec<PathBuf> = giving.into_iter().filter_map(path).collect();
        let lost: Vec<PathBuf> = gone
            .iter()
            .filter(|id| contest.gave(**id as SourceId))
            .map(|id| key_path(&self.sources.ledger.sources[*id].path))
            .collect();
        drop(contest);
        let below =
            |paths: &[PathBuf], root: &Path| paths.iter().any(|path| path.starts_with(root));
        let emptied = roots.iter().filter(|root| below(&lost, root) && !below(&full, root));
        emptied.cloned().collect()
    }

    /// The sources of this run that have a record.
    fn giving(&self, contest: &Contest) -> HashSet<SourceId> {
        let unchanged = (0..)
            .zip(&self.sources.seen)
            .filter(|(id, seen)| **seen && self.sources.get(*id).is_some() && contest.gave(*id));
        let mut giving = contest.newly_giving();
        giving.extend(unchanged.map(|(id, _)| id));
        giving
    }

    fn input_emptied(&mut self, root: &Path) {
        let id = self.sources.add(SourceEntry::new(path_key(root), 0, None), None);
        self.sources.reject(id, nothing_left());
    }

    /// Finds the sources that gave studies before and give none now, and those
    /// that lack some because a member has turned into something else. An
    /// error page in the place of a download is no reason to forget studies.
    pub(super) fn hold_emptied(&mut self) {
        if self.options.prune == PruneMode::All {
            return;
        }
        let contest = self.intake.contest();
        let giving = contest.newly_giving();
        let others = self.sources.rejects.of_something_else();
        let renewed = contest.renewed().filter(|(old, new)| {
            let lacks = !giving.contains(new) || others.contains(new);
            lacks && !self.is_read_otherwise(*old, *new) && contest.lacks(*old, *new)
        });
        let renewed: Vec<(SourceId, SourceId)> = renewed.collect();
        drop(contest);
        for (old, new) in renewed {
            if !giving.contains(&new) {
                self.source_emptied(new);
            } else {
                self.members_emptied(old, new);
            }
        }
    }

    /// Whether a source has not changed, and only the program reads it
    /// otherwise.
    fn is_read_otherwise(&self, old: SourceId, new: SourceId) -> bool {
        let old = &self.sources.ledger.sources[old as usize];
        let new = self.sources.get(new);
        old.converters != CONVERTERS
            && old.modified.is_some()
            && new.is_some_and(|new| new.size == old.size && new.modified == old.modified)
    }

    fn source_emptied(&mut self, source: SourceId) {
        self.sources.damaged.insert(source);
        if !self.sources.rejects.hold(source, &held(), |_| true) {
            self.sources.reject(source, nothing_left());
        }
    }

    /// Members without a study that were not there before, or got this remark
    /// before.
    fn members_emptied(&mut self, old: SourceId, new: SourceId) {
        let known: HashSet<Option<String>> = self
            .sources
            .ledger
            .rejects
            .iter()
            .filter(|reject| reject.source == old && reject.kind == RejectKind::NotStudy)
            .map(|reject| reject.member.clone())
            .collect();
        if self.sources.rejects.hold(new, &held(), |reject| !known.contains(&reject.member)) {
            self.sources.damaged.insert(new);
        }
    }

    /// The sources that keep studies from leaving the index: a missing study
    /// may be among the rejects, or could not be read.
    pub(super) fn holding(&self) -> HashSet<SourceId> {
        if self.options.prune == PruneMode::All {
            return self.sources.again.clone();
        }
        let rejected = self.intake.rejected_sources();
        self.sources.damaged.union(&rejected).copied().collect()
    }

    /// Keeps the records that the index holds but no source has any longer,
    /// unless there is a better one, or they are pruned.
    pub(super) fn keep_vanished(&mut self) {
        let holding = self.holding();
        let mut contest = self.intake.contest();
        for nct in contest.touched() {
            let held = contest.renewals(nct).any(|source| holding.contains(&source));
            if held || self.options.prune == PruneMode::Nothing {
                contest.keep_vanished(nct);
            }
            contest.give_up_vanished(nct);
        }
        drop(contest);
        self.sources.damaged.extend(self.intake.rejected_sources());
    }
}
