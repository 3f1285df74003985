//! Which records a study is joined from.

use crate::index::ledger::{CONVERTERS, Digest, EntryKind, RecordEntry};

use trialdex_records::study::Extent;

/// What is known of a study that is, or was, joined from several records.
#[derive(Debug, Default)]
pub(super) struct Composition {
    /// What the index held before this update.
    pub(super) held: Option<RecordEntry>,
    /// What it will hold.
    pub(super) now: Option<RecordEntry>,
}

/// A study to be joined from its records, or to be put back as its best
/// record alone has it.
#[derive(Debug)]
pub(in crate::index) struct PendingComposition {
    pub(in crate::index) nct: u32,
    /// The records, in the order in which they are joined.
    pub(in crate::index) parts: Vec<RecordEntry>,
    /// Those whose values the study in the index has, besides the present
    /// ones.
    pub(in crate::index) before: Vec<RecordEntry>,
}

/// The records that a study is joined from, in their order: the best one, and
/// those that are later and speak of less; all, where none is whole. Records
/// that came to the same study count once.
pub(in crate::index) fn parts<'a>(
    entries: impl Iterator<Item = &'a RecordEntry>,
) -> Vec<RecordEntry> {
    let records = entries.filter(|entry| {
        matches!(entry.kind, EntryKind::Whole | EntryKind::Joined | EntryKind::Found)
    });
    let mut parts: Vec<RecordEntry> = records.copied().collect();
    let Some(best) = parts.iter().max_by_key(|entry| (entry.standing, entry.raw)).copied() else {
        return parts;
    };
    if best.standing.extent > Extent::Part {
        let (extent, updated) = (best.standing.extent, best.standing.updated);
        parts.retain(|entry| entry.standing.extent < extent && entry.standing.updated > updated);
        parts.push(best);
    }
    if parts.iter().all(|entry| entry.standing == best.standing) {
        return vec![best];
    }
    let order = |entry: &RecordEntry| {
        let of_best = entry.standing.digest == best.standing.digest;
        let first = best.standing.extent > Extent::Part && of_best;
        (!first, entry.standing.updated, entry.standing, entry.raw, entry.orphan)
    };
    parts.sort_unstable_by_key(order);
    parts.dedup_by_key(|entry| (entry.standing, entry.raw));
    parts
}

/// Tells compositions apart: a digest of all that the outcome depends on.
pub(in crate::index) fn mark(parts: &[RecordEntry]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&CONVERTERS.to_le_bytes());
    for part in parts {
        hasher.update(&part.standing.digest);
        hasher.update(&part.raw);
        hasher.update(&[part.format]);
    }
    let mut mark = Digest::default();
    mark.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    mark
}
