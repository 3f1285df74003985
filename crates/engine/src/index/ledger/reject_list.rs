//! Rejects as a run collects them.

use std::collections::{HashMap, HashSet};

use super::entries::{RejectEntry, RejectKind, SourceId};

/// Rejects that are kept one by one; beyond so many of a source with the same
/// reason they are counted, since hostile input could fill the memory with
/// them.
const KEPT_ALIKE: u64 = 100_000;

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 1_000;

/// Rejects as they are collected.
#[derive(Debug, Default)]
pub(in crate::index) struct RejectList {
    kept: Vec<RejectEntry>,
    alike: HashMap<(SourceId, String), u64>,
}

impl RejectList {
    pub(in crate::index) fn push(&mut self, mut reject: RejectEntry) {
        // A reason may quote the record.
        if let Some((cut, _)) = reject.reason.char_indices().nth(LONGEST_REASON) {
            reject.reason.replace_range(cut.., "...");
        }
        let alike = self.alike.entry((reject.source, reject.reason.clone())).or_default();
        *alike += 1;
        if *alike <= KEPT_ALIKE {
            self.kept.push(reject);
        }
    }

    /// The sources that something was rejected of.
    pub(in crate::index) fn sources(&self) -> HashSet<SourceId> {
        let rejected = self.kept.iter().filter(|reject| reject.kind == RejectKind::Rejected);
        rejected.map(|reject| reject.source).collect()
    }

    /// The sources with something that holds no study.
    pub(in crate::index) fn of_something_else(&self) -> HashSet<SourceId> {
        let others = self.kept.iter().filter(|reject| reject.kind == RejectKind::NotStudy);
        others.map(|reject| reject.source).collect()
    }

    /// Counts what holds no study in a source as lost, where `which` is true
    /// of it, and adds to its reason what becomes of the studies that were
    /// there; `false` where there is none.
    pub(in crate::index) fn hold(
        &mut self,
        source: SourceId,
        note: &str,
        which: impl Fn(&RejectEntry) -> bool,
    ) -> bool {
        let of_source = self.kept.iter_mut().filter(|reject| reject.source == source);
        let mut any = false;
        for reject in of_source.filter(|reject| which(reject)) {
            if reject.line <= 1 {
                reject.kind = RejectKind::Rejected;
                reject.reason.push_str(note);
                any = true;
            }
        }
        any
    }

    /// All rejects; those beyond [`KEPT_ALIKE`] as one with their number.
    pub(in crate::index) fn into_entries(self) -> Vec<RejectEntry> {
        let mut entries = self.kept;
        for ((source, reason), count) in self.alike {
            if count > KEPT_ALIKE {
                entries.push(RejectEntry {
                    source,
                    kind: RejectKind::Rejected,
                    member: None,
                    line: 0,
                    byte: 0,
                    reason: format!("{} more: {reason}", count - KEPT_ALIKE),
                });
            }
        }
        entries
    }
}
