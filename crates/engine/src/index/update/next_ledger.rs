//! The ledger after a run.

use std::collections::HashSet;

use super::run_sources::RunSources;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{Ledger, RecordEntry, RejectEntry, SourceEntry, SourceId};
use crate::index::update::contest::Contest;

/// The ledger after a run that rejected these, with sources sorted and numbered
/// again.
pub(super) fn next_ledger(
    sources: &RunSources,
    rejects: &[RejectEntry],
    contest: &Contest,
) -> Ledger {
    let kept = kept(sources, contest);
    let mut numbers = vec![None; sources.entries.len()];
    for (number, (id, _)) in (0..).zip(&kept) {
        numbers[*id as usize] = Some(number);
    }
    let number = |id: SourceId| -> Option<SourceId> { numbers[id as usize] };
    let records = records(contest, &number);
    let rejects = sources.ledger.rejects.iter().chain(rejects).filter_map(|reject| {
        Some(RejectEntry { source: number(reject.source)?, ..reject.clone() })
    });
    let mut rejects: Vec<RejectEntry> = rejects.collect();
    rejects.sort_by(|one, other| {
        (one.source, &one.member, one.byte).cmp(&(other.source, &other.member, other.byte))
    });
    // A damaged file that once held more is read again each time: only then is
    // it known to be damaged, which keeps what it held from pruning.
    let short: HashSet<SourceId> = sources.damaged.iter().filter_map(|id| number(*id)).collect();
    let mut sources: Vec<SourceEntry> =
        kept.into_iter().map(|(_, source)| source.clone()).collect();
    for orphan in records.iter().filter(|entry| entry.orphan && short.contains(&entry.source)) {
        sources[orphan.source as usize].modified = None;
    }
    Ledger { sources, records, rejects }
}

/// The sources to be remembered, by path, with their numbers in the run.
fn kept<'a>(sources: &'a RunSources, contest: &Contest) -> Vec<(SourceId, &'a SourceEntry)> {
    let used: HashSet<SourceId> = contest.entries().map(|entry| entry.source).collect();
    let all = (0..).zip(&sources.entries);
    let mut kept: Vec<(SourceId, &SourceEntry)> = all
        .filter_map(|(id, source)| Some((id, source.as_ref()?)))
        .filter(|(id, source)| {
            sources.in_run(*id) || used.contains(id) || key_path(&source.path).exists()
        })
        .collect();
    kept.sort_by(|(_, one), (_, other)| one.path.cmp(&other.path));
    kept
}

/// The records of all studies, sorted by source.
fn records(contest: &Contest, number: &dyn Fn(SourceId) -> Option<SourceId>) -> Vec<RecordEntry> {
    let known = contest.entries().map(|entry| RecordEntry {
        source: number(entry.source).unwrap_or(SourceId::MAX),
        ..*entry
    });
    let composed = contest.composed().map(|composed| {
        let parts = contest.parts(composed.nct);
        let first = parts.iter().filter_map(|part| number(part.source)).min();
        let first = first.or_else(|| number(composed.source));
        RecordEntry { source: first.unwrap_or(SourceId::MAX), orphan: false, ..*composed }
    });
    let mut records: Vec<RecordEntry> = known.chain(composed).collect();
    records.sort_unstable_by_key(|entry| {
        (entry.source, entry.nct, entry.standing, entry.raw, entry.kind, entry.orphan)
    });
    records
}
