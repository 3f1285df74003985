//! Decides which record of a study goes into the index.
//!
//! All records of one NCT number compete, whatever file and format they come
//! from; their rank decides. The outcome depends on the records alone, not on
//! the order in which they are offered.

mod composed_studies;
mod composition_parts;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::index::ledger::{Digest, EntryKind, RecordEntry, SourceId};
use crate::index::update::known_records::KnownRecords;
use composition_parts::Composition;
pub(in crate::index) use composition_parts::{PendingComposition, mark, parts};

/// The records known, by study.
#[derive(Debug, Default)]
pub(in crate::index) struct Contest {
    studies: HashMap<u32, StudySlot, BuildHasherDefault<NumberHasher>>,
    entries: Vec<LinkedEntry>,
    /// Entries that came from the ledger, sorted by source. They are withdrawn
    /// but never changed.
    known: usize,
    /// Some of them are [`EntryKind::Found`], which those that come may replace.
    any_found: bool,
    /// The entries that came from the ledger by their bytes; made when the
    /// first record is read.
    recall: Option<KnownRecords>,
    /// What a source of the ledger is called since it was read again.
    renewed: HashMap<SourceId, SourceId>,
    /// The studies that the index holds as they were joined from records.
    composed: HashMap<u32, Composition>,
}

/// An entry in the list of its study's entries.
#[derive(Debug)]
struct LinkedEntry {
    entry: RecordEntry,
    next: Option<u32>,
    /// No longer in its source, or replaced by a later reading of it.
    withdrawn: bool,
}

/// What is known of one study.
#[derive(Debug, Default)]
struct StudySlot {
    first: Option<u32>,
    /// The best of the valid entries; looked for again if the previous one has
    /// been withdrawn.
    best: BestEntry,
    /// The entry that the index held before this update.
    held: Option<u32>,
    /// Another record of the same source, or another joining of pages, has
    /// come in the place of that entry.
    replaced: bool,
    /// The entry that it will hold.
    now: Option<u32>,
    touched: bool,
}

/// Hashes numbers of studies so that neighbours stay neighbours: a ledger lists
/// them in their order, and a refresh goes through millions of them.
#[derive(Debug, Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        // The table takes the place from the lowest bits, and a mark to
        // compare by from the seven highest.
        let number = self.0.rotate_left(8) ^ u64::from(number);
        let mark = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (0x7f << 57);
        self.0 = number ^ mark;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The best entry of a study.
#[derive(Debug, Clone, Copy, Default)]
enum BestEntry {
    #[default]
    Unknown,
    Known(Option<u32>),
}

/// What to do with a record that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum OfferOutcome {
    /// Put it into the index; `replace`: in place of the one that is there.
    Index {
        /// The index holds another record of the study.
        replace: bool,
    },
    /// The index holds it already.
    There,
    /// Another record of the study is better.
    SetAside,
}

/// What has become of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum StudyChange {
    Added,
    Updated,
    Unchanged,
    Removed,
}

impl Contest {
    /// A contest among the entries of a ledger. Their best ones are in the
    /// index.
    pub(in crate::index) fn new(mut entries: Vec<RecordEntry>) -> Self {
        let composed = entries.extract_if(.., |entry| entry.kind == EntryKind::Composed);
        let known =
            |held: RecordEntry| (held.nct, Composition { held: Some(held), now: Some(held) });
        let composed: HashMap<u32, Composition> = composed.map(known).collect();
        let any_found = entries.iter().any(|entry| entry.kind == EntryKind::Found);
        let mut contest = Self { known: entries.len(), any_found, composed, ..Self::default() };
        contest.entries.reserve(entries.len());
        contest.studies.reserve(entries.len());
        for (at, entry) in (0..).zip(entries) {
            let slot = contest.studies.entry(entry.nct).or_default();
            let beaten =
                |held: u32| contest.entries[held as usize].entry.standing <= entry.standing;
            if entry.kind != EntryKind::Page && slot.held.is_none_or(beaten) {
                slot.held = Some(at);
            }
            let next = slot.first.replace(at);
            contest.entries.push(LinkedEntry { entry, next, withdrawn: false });
        }
        for slot in contest.studies.values_mut() {
            (slot.best, slot.now) = (BestEntry::Known(slot.held), slot.held);
        }
        contest
    }

    /// Whether these are the entries that came from the ledger, and the studies
    /// that are joined from them are what they were.
    pub(in crate::index) fn are_known(&self, entries: &[RecordEntry]) -> bool {
        let records = entries.iter().filter(|entry| entry.kind != EntryKind::Composed);
        records.eq(self.entries[..self.known].iter().map(|linked| &linked.entry))
            && self.is_composed_as_before()
    }

    /// Whether nothing has come or gone.
    pub(in crate::index) fn is_as_it_was(&self) -> bool {
        self.entries.len() == self.known && self.entries.iter().all(|linked| !linked.withdrawn)
    }

    fn link(&mut self, entry: RecordEntry) {
        let best = if self.studies.contains_key(&entry.nct) {
            self.best_position(entry.nct)
        } else {
            None
        };
        let better = entry.kind != EntryKind::Page
            && best.is_none_or(|at| self.entries[at as usize].entry.standing <= entry.standing);
        let position = u32::try_from(self.entries.len()).ok();
        let replaced = self.replaces_held(&entry);
        let slot = self.studies.entry(entry.nct).or_default();
        slot.best = BestEntry::Known(if better { position } else { best });
        slot.replaced |= replaced;
        self.entries.push(LinkedEntry { entry, next: slot.first, withdrawn: false });
        slot.first = position;
    }

    /// Whether a record comes in the place of the one that the index held.
    fn replaces_held(&self, entry: &RecordEntry) -> bool {
        let held = self.studies.get(&entry.nct).and_then(|slot| slot.held);
        held.is_some_and(|at| {
            let held = &self.entries[at as usize].entry;
            match (held.kind, entry.kind) {
                (EntryKind::Joined, EntryKind::Joined) => true,
                (EntryKind::Found, EntryKind::Whole | EntryKind::Joined) => {
                    held.standing <= entry.standing
                }
                (EntryKind::Whole, EntryKind::Whole) => entry.source == self.renewal(held.source),
                _ => false,
            }
        })
    }

    /// The position of the best of the valid entries.
    fn best_position(&self, nct: u32) -> Option<u32> {
        if let Some(StudySlot { best: BestEntry::Known(best), .. }) = self.studies.get(&nct) {
            return *best;
        }
        let candidates = self
            .of(nct)
            .filter(|(_, linked)| !linked.withdrawn && linked.entry.kind != EntryKind::Page);
        let best = candidates.max_by_key(|(_, linked)| linked.entry.standing);
        best.and_then(|(at, _)| u32::try_from(at).ok())
    }

    /// The entries of a study, with their positions.
    fn of(&self, nct: u32) -> impl Iterator<Item = (usize, &LinkedEntry)> {
        let first = self.studies.get(&nct).and_then(|slot| slot.first);
        std::iter::successors(first, |at| self.entries[*at as usize].next)
            .map(|at| (at as usize, &self.entries[at as usize]))
    }

    /// The valid entries of a study.
    pub(in crate::index) fn standing(&self, nct: u32) -> impl Iterator<Item = &RecordEntry> {
        self.of(nct).filter(|(_, linked)| !linked.withdrawn).map(|(_, linked)| &linked.entry)
    }

    /// The valid pages of a study.
    pub(in crate::index) fn pages(&self, nct: u32) -> impl Iterator<Item = &RecordEntry> {
        self.standing(nct).filter(|entry| entry.kind == EntryKind::Page)
    }

    /// The best record of a study.
    pub(in crate::index) fn best(&self, nct: u32) -> Option<&RecordEntry> {
        self.best_position(nct).map(|at| &self.entries[at as usize].entry)
    }

    /// The record that the index held before, where its source has it no
    /// longer and nothing has come in its place.
    ///
    /// Whether it is really gone is known when all sources are read. Until
    /// then it competes, for the index must not fall back to an older record
    /// because of a file that is just about to be read, or that vanished.
    fn vanished(&self, nct: u32) -> Option<(usize, &RecordEntry)> {
        let slot = self.studies.get(&nct)?;
        let at = slot.held.filter(|_| !slot.replaced)? as usize;
        let held = &self.entries[at];
        held.withdrawn.then_some((at, &held.entry))
    }

    /// The best record of a study, those that vanished included.
    fn best_ever(&self, nct: u32) -> Option<&RecordEntry> {
        let vanished = self.vanished(nct).map(|(_, entry)| entry);
        self.best(nct).into_iter().chain(vanished).max_by_key(|entry| entry.standing)
    }

    /// Adds a record; says whether it goes into the index.
    pub(in crate::index) fn offer(&mut self, entry: RecordEntry) -> OfferOutcome {
        if self.any_found && entry.kind != EntryKind::Page {
            let (found, standing) = (EntryKind::Found, entry.standing);
            self.withdraw_of(entry.nct, &|known| known.kind == found && known.standing <= standing);
        }
        self.link(entry);
        let best = self.best_ever(entry.nct).map(|best| best.standing.digest);
        let now = self.now(entry.nct);
        let Some(slot) = self.studies.get_mut(&entry.nct) else {
            return OfferOutcome::SetAside;
        };
        slot.touched = true;
        if entry.kind == EntryKind::Page || best != Some(entry.standing.digest) {
            return OfferOutcome::SetAside;
        }
        if now == best {
            return OfferOutcome::There;
        }
        // The entry is the one that was linked last.
        slot.now = slot.first;
        OfferOutcome::Index { replace: now.is_some() }
    }

    /// Adds a record of these bytes as the ledger knows it, from whatever
    /// place; `false` if it is unknown, or would go into the index and so must
    /// be read.
    pub(in crate::index) fn take_over(&mut self, source: SourceId, raw: &Digest) -> bool {
        let known = self.recalled(raw);
        known.is_some_and(|known| self.add_known(RecordEntry { source, orphan: false, ..known }))
    }

    /// The entry of a record of these bytes, as the ledger had it.
    fn recalled(&mut self, raw: &Digest) -> Option<RecordEntry> {
        let known = &self.entries[..self.known];
        let recall = self
            .recall
            .get_or_insert_with(|| KnownRecords::new(known.iter().map(|linked| &linked.entry)));
        let found = recall.find(raw, |at| known.get(at).map(|linked| &linked.entry.raw));
        found.map(|at| known[at].entry)
    }

    /// Adds a record that cannot be put into the index now, unless it would
    /// have to be.
    fn add_known(&mut self, entry: RecordEntry) -> bool {
        let wins = self.would_win(&entry);
        if !wins {
            let verdict = self.offer(entry);
            debug_assert!(!matches!(verdict, OfferOutcome::Index { .. }), "{entry:?}");
        }
        !wins
    }

    /// Adds the study that pages were joined to, if they are unchanged; `false`
    /// if they must be joined again. Its source is that of one of the pages.
    pub(in crate::index) fn keep_joined(&mut self, nct: u32, source: SourceId) -> bool {
        let before = self.of(nct).filter(|(at, _)| *at < self.known);
        let (pages, others): (Vec<_>, Vec<_>) =
            before.partition(|(_, linked)| linked.entry.kind == EntryKind::Page);
        let mut before: Vec<Digest> = pages.iter().map(|(_, linked)| linked.entry.raw).collect();
        let mut after: Vec<Digest> = self.pages(nct).map(|page| page.raw).collect();
        before.sort_unstable();
        after.sort_unstable();
        let joined = others.iter().find(|(_, linked)| linked.entry.kind == EntryKind::Joined);
        let Some(joined) = joined.map(|(_, linked)| linked).filter(|_| before == after) else {
            return false;
        };
        if !joined.withdrawn {
            return !joined.entry.orphan;
        }
        let orphan = self.pages(nct).all(|page| page.orphan);
        let entry = RecordEntry { source, orphan, ..joined.entry };
        self.add_known(entry)
    }

    /// Puts back the pages of a study that may still be in sources which could
    /// not be read to their end (`unread`). Where as many pages of the study
    /// came from such a source as it had, they are those that it had.
    pub(in crate::index) fn keep_pages(&mut self, nct: u32, unread: &dyn Fn(SourceId) -> bool) {
        let withdrawn = self.of(nct).filter(|(at, linked)| {
            *at < self.known && linked.withdrawn && linked.entry.kind == EntryKind::Page
        });
        let renewed = withdrawn.filter_map(|(at, linked)| {
            let source = self.renewed.get(&linked.entry.source).copied()?;
            unread(source).then_some((at, source))
        });
        let mut had: HashMap<SourceId, Vec<usize>> = HashMap::new();
        for (at, source) in renewed {
            had.entry(source).or_default().push(at);
        }
        let mut lost = Vec::new();
        for (source, had) in had {
            let came = self.pages(nct).filter(|page| page.source == source);
            let came: HashSet<Digest> = came.map(|page| page.raw).collect();
            if came.len() < had.len() {
                lost.extend(
                    had.into_iter().filter(|at| !came.contains(&self.entries[*at].entry.raw)),
                );
            }
        }
        lost.sort_unstable();
        for at in lost {
            self.keep_at(at);
        }
    }

    /// Whether the index held what the pages of a study were joined to.
    pub(in crate::index) fn held_joined(&self, nct: u32) -> bool {
        let held = self.studies.get(&nct).and_then(|slot| slot.held);
        held.is_some_and(|at| self.entries[at as usize].entry.kind == EntryKind::Joined)
    }

    /// Takes back what the ledger had from a source that is read again under
    /// another number.
    pub(in crate::index) fn renew_source(&mut self, source: SourceId, renewal: SourceId) {
        self.renewed.insert(source, renewal);
        self.withdraw_source(source);
    }

    fn renewal(&self, source: SourceId) -> SourceId {
        self.renewed.get(&source).copied().unwrap_or(source)
    }

    /// Takes back what the ledger had from a source.
    pub(in crate::index) fn withdraw_source(&mut self, source: SourceId) {
        for at in self.known_of(source) {
            self.withdraw_at(at);
        }
    }

    /// Where the entries are that the ledger had from a source.
    fn known_of(&self, source: SourceId) -> Range<usize> {
        let known = &self.entries[..self.known];
        let start = known.partition_point(|linked| linked.entry.source < source);
        start..known.partition_point(|linked| linked.entry.source <= source)
    }

    /// Whether the ledger had any record from a source.
    pub(in crate::index) fn gave(&self, source: SourceId) -> bool {
        !self.known_of(source).is_empty()
    }

    /// The sources with records that have come.
    pub(in crate::index) fn newly_giving(&self) -> HashSet<SourceId> {
        self.entries[self.known..].iter().map(|linked| linked.entry.source).collect()
    }

    /// The sources that were read again, by the numbers that they had and have.
    pub(in crate::index) fn renewed(&self) -> impl Iterator<Item = (SourceId, SourceId)> {
        self.renewed.iter().map(|(old, new)| (*old, *new))
    }

    /// Whether a source that was read again lacks a study that it had.
    pub(in crate::index) fn lacks(&self, old: SourceId, new: SourceId) -> bool {
        self.known_of(old).any(|at| {
            let nct = self.entries[at].entry.nct;
            !self.standing(nct).any(|entry| entry.source == new)
        })
    }

    /// Takes back the entries whose sources have them no longer.
    pub(in crate::index) fn withdraw_orphans(&mut self, of: &dyn Fn(SourceId) -> bool) {
        for at in 0..self.known {
            if self.entries[at].entry.orphan && of(self.entries[at].entry.source) {
                self.withdraw_at(at);
            }
        }
    }

    /// Takes back the entries of a study that `which` names.
    pub(in crate::index) fn withdraw_of(&mut self, nct: u32, which: &dyn Fn(&RecordEntry) -> bool) {
        let positions: Vec<usize> = self
            .of(nct)
            .filter(|(_, linked)| !linked.withdrawn && which(&linked.entry))
            .map(|(at, _)| at)
            .collect();
        for at in positions {
            self.withdraw_at(at);
        }
    }

    fn withdraw_at(&mut self, at: usize) {
        self.entries[at].withdrawn = true;
        if let Some(slot) = self.studies.get_mut(&self.entries[at].entry.nct) {
            slot.touched = true;
            if matches!(slot.best, BestEntry::Known(Some(best)) if best as usize == at) {
                slot.best = BestEntry::Unknown;
            }
        }
    }

    /// Puts back the record that vanished if there is no better one.
    pub(in crate::index) fn keep_vanished(&mut self, nct: u32) {
        if let Some((at, vanished)) = self.vanished(nct)
            && self.best(nct).is_none_or(|best| best.standing <= vanished.standing)
        {
            self.keep_at(at);
        }
    }

    /// Lets the record that vanished compete no longer.
    pub(in crate::index) fn give_up_vanished(&mut self, nct: u32) {
        if let Some(slot) = self.studies.get_mut(&nct) {
            slot.replaced = true;
        }
    }

    /// Puts back the record that the index holds, whatever has become of it;
    /// `false` where it is not known.
    pub(in crate::index) fn keep_held(&mut self, nct: u32) -> bool {
        let now = self.now(nct);
        let held = self.of(nct).find(|(_, linked)| {
            linked.entry.kind != EntryKind::Page && Some(linked.entry.standing.digest) == now
        });
        let held = held.map(|(at, _)| at);
        if let Some(at) = held {
            let as_it_was = self.studies.get(&nct).is_some_and(|slot| slot.now == slot.held);
            let known = self.composed.get(&nct).and_then(|composition| composition.held);
            self.keep_at(at);
            self.compose(nct, known.filter(|_| as_it_was));
        }
        held.is_some()
    }

    fn keep_at(&mut self, at: usize) {
        self.withdraw_at(at);
        let entry = self.entries[at].entry;
        self.link(RecordEntry { source: self.renewal(entry.source), orphan: true, ..entry });
    }

    /// The sources that the study's withdrawn records came from, under the
    /// numbers that they were read again by.
    pub(in crate::index) fn renewals(&self, nct: u32) -> impl Iterator<Item = SourceId> {
        let withdrawn = self.of(nct).filter(|(_, linked)| linked.withdrawn);
        withdrawn.filter_map(|(_, linked)| self.renewed.get(&linked.entry.source).copied())
    }

    /// Whether a record that is already known is the best of its study and
    /// still has to go into the index; it counts as being there from then on.
    pub(in crate::index) fn claim(&mut self, nct: u32, digest: Digest) -> OfferOutcome {
        let best = self.best_position(nct);
        let is_best = best.is_some_and(|at| self.digest_at(at) == digest);
        let now = self.now(nct);
        match self.studies.get_mut(&nct) {
            Some(slot) if is_best && now != Some(digest) => {
                slot.now = best;
                OfferOutcome::Index { replace: now.is_some() }
            }
            _ => OfferOutcome::SetAside,
        }
    }

    /// Whether a record would go into the index.
    pub(in crate::index) fn would_win(&self, entry: &RecordEntry) -> bool {
        let vanished = self.vanished(entry.nct).filter(|_| !self.replaces_held(entry));
        let others = self.best(entry.nct).into_iter().chain(vanished.map(|(_, entry)| entry));
        entry.kind != EntryKind::Page
            && others.into_iter().all(|other| other.standing <= entry.standing)
            && self.now(entry.nct) != Some(entry.standing.digest)
    }

    /// The study is removed from the index.
    pub(in crate::index) fn remove(&mut self, nct: u32) {
        if let Some(slot) = self.studies.get_mut(&nct) {
            slot.now = None;
        }
        self.compose(nct, None);
    }

    /// Digest of a study as the index will hold it, from one record or joined
    /// from several.
    pub(in crate::index) fn holds(&self, nct: u32) -> Option<Digest> {
        self.composition(nct).1.or_else(|| self.now(nct))
    }

    /// Digest of the record of a study that the index will hold, alone or with
    /// later ones.
    pub(in crate::index) fn now(&self, nct: u32) -> Option<Digest> {
        self.studies.get(&nct).and_then(|slot| slot.now).map(|at| self.digest_at(at))
    }

    fn digest_at(&self, at: u32) -> Digest {
        self.entries[at as usize].entry.standing.digest
    }

    /// The studies with records that came or went, in their order.
    pub(in crate::index) fn touched(&self) -> Vec<u32> {
        let touched = self.studies.iter().filter(|(_, slot)| slot.touched);
        let mut ncts: Vec<u32> = touched.map(|(nct, _)| *nct).collect();
        ncts.sort_unstable();
        ncts
    }

    /// What has become of every study that the index holds or held.
    pub(in crate::index) fn changes(&self) -> impl Iterator<Item = (u32, StudyChange)> {
        self.studies.iter().filter_map(|(nct, slot)| {
            let digest = |at: Option<u32>| at.map(|at| self.digest_at(at));
            let (before, now) = self.composition(*nct);
            let same = before == now && slot.held == slot.now;
            if slot.held.is_some() && same {
                return Some((*nct, StudyChange::Unchanged));
            }
            let held = before.or_else(|| digest(slot.held));
            let change = match (held, now.or_else(|| digest(slot.now))) {
                (None, None) => return None,
                (None, Some(_)) => StudyChange::Added,
                (Some(_), None) => StudyChange::Removed,
                (Some(before), Some(now)) if before == now => StudyChange::Unchanged,
                (Some(_), Some(_)) => StudyChange::Updated,
            };
            Some((*nct, change))
        })
    }

    /// The valid records, and studies that pages were joined to.
    pub(in crate::index) fn entries(&self) -> impl Iterator<Item = &RecordEntry> {
        self.entries.iter().filter(|linked| !linked.withdrawn).map(|linked| &linked.entry)
    }
}

#[cfg(test)]
mod tests;
