//! Keeps track of studies that are joined from several records.
//!
//! The best record of a study can be older than others that speak of less of
//! it. What these speak of is taken from them, in the order of their dates. Of
//! studies that have no whole record, all records are joined so.

use super::Contest;
use super::composition_parts::{Composition, PendingComposition, mark, parts};
use crate::index::ledger::{Digest, EntryKind, RecordEntry, SourceId};

impl Contest {
    /// The records that a study is joined from, where there are several.
    pub(in crate::index) fn parts(&self, nct: u32) -> Vec<RecordEntry> {
        let parts = parts(self.standing(nct));
        if parts.len() > 1 { parts } else { Vec::new() }
    }

    /// The records that the study in the index was joined from; the best one
    /// where it was not joined.
    fn parts_before(&self, nct: u32) -> Vec<RecordEntry> {
        parts(self.of(nct).filter(|(at, _)| *at < self.known).map(|(_, linked)| &linked.entry))
    }

    /// Whether the index held the study as it was joined from records, by the
    /// digest of the bytes of one of them.
    pub(in crate::index) fn is_part_of_composed(&mut self, raw: &Digest) -> bool {
        self.recalled(raw).is_some_and(|entry| self.composed.contains_key(&entry.nct))
    }

    /// Keeps the records that went and whose values the index has, where
    /// `which` is true of their source, as it was and as it was read again, and
    /// nothing has come in their place.
    pub(in crate::index) fn keep_parts(
        &mut self,
        nct: u32,
        which: &dyn Fn(Option<SourceId>) -> bool,
    ) {
        if self.composed.get(&nct).is_none_or(|composition| composition.held.is_none()) {
            return;
        }
        for at in self.vanished_parts(nct, which) {
            self.keep_at(at);
            let kept = self.entries.len() - 1;
            let entry = self.entries[kept].entry;
            if !self.parts(nct).iter().any(|part| part.is_alike(&entry)) {
                self.withdraw_at(kept);
            }
        }
    }

    /// The places of the records that went so.
    fn vanished_parts(&self, nct: u32, which: &dyn Fn(Option<SourceId>) -> bool) -> Vec<usize> {
        let came = self.of(nct).filter(|(_, linked)| !linked.withdrawn);
        let came: Vec<RecordEntry> = came.map(|(_, linked)| linked.entry).collect();
        let replaces = |gone: &RecordEntry, entry: &RecordEntry| {
            let in_place = || match gone.kind {
                EntryKind::Joined => true,
                _ => entry.source == self.renewal(gone.source),
            };
            entry.is_alike(gone) || entry.kind == gone.kind && in_place()
        };
        let gone = self.parts_before(nct).into_iter().filter(|gone| {
            which(self.renewed.get(&gone.source).copied())
                && !came.iter().any(|entry| replaces(gone, entry))
        });
        let place = |gone: RecordEntry| {
            let mut known = self.of(nct).filter(|(at, _)| *at < self.known);
            known.find(|(_, linked)| linked.entry.is_alike(&gone)).map(|(at, _)| at)
        };
        gone.filter_map(place).collect()
    }

    /// Settles the studies that are joined from the same records as before, and
    /// gives those that have to be joined, or to be put back alone.
    pub(in crate::index) fn pending(&mut self) -> Vec<PendingComposition> {
        let mut pending = Vec::new();
        for nct in self.touched() {
            let Some(best) = self.best(nct).copied() else { continue };
            let parts = self.parts(nct);
            let known = self.composed.get(&nct).and_then(|composition| composition.held);
            let slot = &self.studies[&nct];
            // Nothing was written of the study in this run.
            let as_it_was = slot.now == slot.held;
            let same = known.filter(|known| as_it_was && known.raw == mark(&parts));
            match same {
                Some(known) => {
                    self.compose(nct, Some(RecordEntry { source: best.source, ..known }))
                }
                None if parts.is_empty() && (known.is_none() || !as_it_was) => {
                    self.compose(nct, None);
                }
                None => {
                    let parts = if parts.is_empty() { vec![best] } else { parts };
                    let before = self.parts_before(nct);
                    pending.push(PendingComposition { nct, parts, before });
                }
            }
        }
        pending
    }

    /// Notes what the index holds of a study now: `None` where that is the
    /// best record alone.
    pub(in crate::index) fn compose(&mut self, nct: u32, entry: Option<RecordEntry>) {
        match (entry, self.composed.get_mut(&nct)) {
            (None, None) => {}
            (entry, Some(composition)) => composition.now = entry,
            (entry, None) => {
                self.composed.insert(nct, Composition { held: None, now: entry });
            }
        }
    }

    /// What the index holds of studies that are joined from records.
    pub(in crate::index) fn composed(&self) -> impl Iterator<Item = &RecordEntry> {
        self.composed.values().filter_map(|composition| composition.now.as_ref())
    }

    /// Whether the index holds the same of them as before.
    pub(super) fn is_composed_as_before(&self) -> bool {
        let known = |entry: &Option<RecordEntry>| entry.map(|entry| (entry.standing, entry.raw));
        self.composed
            .values()
            .all(|composition| known(&composition.now) == known(&composition.held))
    }

    /// What the index held, and holds, of a study that is joined from records.
    pub(super) fn composition(&self, nct: u32) -> (Option<Digest>, Option<Digest>) {
        let digest = |entry: Option<RecordEntry>| entry.map(|entry| entry.standing.digest);
        let known = self.composed.get(&nct);
        known.map_or((None, None), |known| (digest(known.held), digest(known.now)))
    }
}
