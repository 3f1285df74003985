//! Ends an update: the audit, and the commit.

use std::collections::{BTreeMap, HashSet};
use std::time::SystemTime;

use tantivy::IndexWriter;

use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::merge_policy::SizeMergePolicy;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{
    EntryKind, Ledger, RecordEntry, RejectEntry, RejectKind, SourceEntry, SourceId,
};
use crate::index::moment::rfc3339;
use crate::index::store::{CommitPayload, Store};
use crate::index::update::audit::{Audit, PartialRecords, Reject};
use crate::index::update::contest::{Contest, StudyChange};
use crate::index::update::intake::IntakeTally;
use crate::index::update::{UpdateKind, choose_merges};
use trialdex_records::source::RecordFormat;
use trialdex_records::study::NctId;

/// All that a finished update has to write down.
pub(in crate::index) struct FinishedUpdate<'a> {
    pub(in crate::index) store: &'a Store,
    pub(in crate::index) ledger: &'a Ledger,
    pub(in crate::index) contest: Contest,
    pub(in crate::index) tally: IntakeTally,
    pub(in crate::index) sources: Vec<Option<SourceEntry>>,
    /// Sources that something was rejected of.
    pub(in crate::index) damaged: HashSet<SourceId>,
    pub(in crate::index) rejects: Vec<RejectEntry>,
    pub(in crate::index) seen: Vec<bool>,
    pub(in crate::index) unchanged_files: u64,
    pub(in crate::index) gone_files: u64,
}

impl FinishedUpdate<'_> {
    /// Writes the new ledger and makes it the state of the index, unless it is
    /// so already.
    pub(in crate::index) fn commit(
        mut self,
        mut writer: IndexWriter<AdmittedDocument>,
        now: SystemTime,
        kind: UpdateKind,
    ) -> Result<Audit, IndexError> {
        let rejects = std::mem::take(&mut self.tally.rejects);
        self.rejects.extend(rejects.into_entries());
        let audit = self.audit();
        let committed = self.store.payload.is_some();
        if committed && kind == UpdateKind::Refresh && self.nothing_was_read() {
            return Ok(audit);
        }
        let next = self.next_ledger();
        let failed = |error| self.store.failed(error);
        if committed && kind == UpdateKind::Refresh && self.is_as_before(&next) {
            return Ok(audit);
        }
        let payload = CommitPayload::next(self.store.payload.as_ref(), rfc3339(now));
        let path = self.store.ledger_path(payload.ledger);
        // The path of a ledger is that of one which cannot be read.
        let directory = || self.store.directory().to_owned();
        next.write(&path).map_err(|error| IndexError::Io { path: directory(), error })?;
        // While segments are still being written, the first of them would be
        // merged, and then merged again with each few that follow.
        writer.prepare_commit().map(drop).map_err(failed)?;
        if kind == UpdateKind::Refresh {
            choose_merges(self.store, &writer, SizeMergePolicy::at_its_end)?;
        }
        let mut prepared = writer.prepare_commit().map_err(failed)?;
        prepared.set_payload(&serde_json::to_string(&payload).unwrap_or_default());
        let committed = prepared.commit().and_then(|_| writer.wait_merging_threads());
        committed.map_err(|error| self.store.failed_commit(error, &payload))?;
        Ok(audit)
    }

    /// Whether no source was read, and none has to be forgotten.
    fn nothing_was_read(&self) -> bool {
        let mut known = self.ledger.sources.iter().zip(&self.seen);
        self.sources.len() == self.ledger.sources.len()
            && self.contest.is_as_it_was()
            && known.all(|(source, seen)| *seen || key_path(&source.path).exists())
    }

    /// Whether the ledger is unchanged; its records are in the contest.
    fn is_as_before(&self, next: &Ledger) -> bool {
        next.sources == self.ledger.sources
            && next.rejects == self.ledger.rejects
            && self.contest.are_known(&next.records)
    }

    /// Whether the run came across the source, by its id in this run.
    fn in_run(&self, source: SourceId) -> bool {
        self.seen.get(source as usize).copied().unwrap_or(true)
    }

    /// Whether the record, or any page that it was joined from, is in a source
    /// of the run.
    fn is_of_run(&self, entry: &RecordEntry) -> bool {
        match entry.kind {
            EntryKind::Joined => self.contest.pages(entry.nct).any(|page| self.in_run(page.source)),
            _ => self.in_run(entry.source),
        }
    }

    /// Whether the study is joined from records, one of them in a source of the
    /// run.
    fn is_joined_in_run(&self, nct: u32) -> bool {
        self.contest.parts(nct).iter().any(|part| !part.orphan && self.is_of_run(part))
    }

    fn audit(&self) -> Audit {
        let mut audit = Audit {
            schema: "trialdex.audit.v1",
            index: self.store.directory().display().to_string(),
            files_unchanged: self.unchanged_files,
            files_gone: self.gone_files,
            unplaced: self.tally.unplaced(),
            unfit: self.tally.unfit(),
            versions: self.tally.versions().clone(),
            encodings: self.tally.encodings.clone(),
            ..Audit::default()
        };
        for (id, source) in (0..).zip(&self.sources) {
            if let Some(source) = source.as_ref().filter(|_| self.in_run(id)) {
                audit.files += 1;
                audit.members += source.members;
            }
        }
        self.count_records(&mut audit);
        audit.partial = self.partial();
        self.count_rejects(&mut audit);
        audit
    }

    fn count_records(&self, audit: &mut Audit) {
        for (nct, change) in self.contest.changes() {
            if change == StudyChange::Removed {
                audit.removed += 1;
                continue;
            }
            audit.studies += 1;
            let Some(best) = self.contest.best(nct) else { continue };
            if best.orphan {
                audit.kept += 1;
                audit.held += u64::from(self.damaged.contains(&best.source));
            } else if self.is_of_run(best) || self.is_joined_in_run(nct) {
                match change {
                    StudyChange::Added => audit.added += 1,
                    StudyChange::Updated => audit.updated += 1,
                    _ => audit.unchanged += 1,
                }
            }
        }
        let mut candidates = 0;
        for entry in self.contest.entries().filter(|entry| !entry.orphan && self.is_of_run(entry)) {
            match entry.kind {
                EntryKind::Joined => audit.joined += 1,
                EntryKind::Page => audit.pages += 1,
                EntryKind::Whole | EntryKind::Found | EntryKind::Composed => {}
            }
            if entry.is_read() {
                audit.records += 1;
                *audit.formats.entry(format_name(entry)).or_default() += 1;
            }
            candidates += u64::from(entry.is_of_contest());
        }
        audit.duplicates =
            candidates - (audit.added + audit.updated + audit.unchanged).min(candidates);
    }

    /// Records that studies were joined from, besides the best ones, where
    /// these alone would be less.
    fn partial(&self) -> Vec<PartialRecords> {
        let path = |source: SourceId| {
            self.sources[source as usize].as_ref().map_or("?", |source| source.path.as_str())
        };
        let mut partial: BTreeMap<&'static str, PartialRecords> = BTreeMap::new();
        for composed in self.contest.composed() {
            let Some(nct_id) = NctId::from_number(composed.nct) else { continue };
            let best = self.contest.best(composed.nct).map(|best| best.standing);
            if best.is_some_and(|best| best.digest == composed.standing.digest) {
                continue;
            }
            let parts = self.contest.parts(composed.nct).into_iter();
            let others = parts.filter(|part| Some(part.standing) != best);
            for part in others.filter(|part| !part.orphan && self.is_of_run(part)) {
                let (format, path) = (format_name(&part), path(part.source));
                let of_format = partial.entry(format).or_insert_with(|| PartialRecords {
                    format,
                    records: 0,
                    nct_id,
                    path: path.to_owned(),
                });
                of_format.records += 1;
                if (nct_id, path) < (of_format.nct_id, &of_format.path) {
                    (of_format.nct_id, of_format.path) = (nct_id, path.to_owned());
                }
            }
        }
        partial.into_values().collect()
    }

    fn count_rejects(&self, audit: &mut Audit) {
        let known = self.ledger.rejects.iter().filter(|reject| {
            self.in_run(reject.source) && self.sources[reject.source as usize].is_some()
        });
        audit.rejects = known.chain(&self.rejects).map(|entry| self.reject(entry)).collect();
        audit.rejects.sort_by(|one, other| {
            (&one.path, &one.member, one.byte).cmp(&(&other.path, &other.member, other.byte))
        });
        let not_studies = audit.rejects.iter().filter(|reject| reject.kind == RejectKind::NotStudy);
        audit.not_studies = not_studies.count() as u64;
        audit.rejected = audit.rejects.len() as u64 - audit.not_studies;
    }

    fn reject(&self, entry: &RejectEntry) -> Reject {
        let path = self.sources[entry.source as usize].as_ref().map(|source| source.path.clone());
        shown_reject(entry, path.unwrap_or_default())
    }

    /// The ledger after the run, with sources sorted and numbered again.
    fn next_ledger(&self) -> Ledger {
        let used: HashSet<SourceId> = self.contest.entries().map(|entry| entry.source).collect();
        let mut kept: Vec<(SourceId, &SourceEntry)> = (0..)
            .zip(&self.sources)
            .filter_map(|(id, source)| Some((id, source.as_ref()?)))
            .filter(|(id, source)| {
                self.in_run(*id) || used.contains(id) || key_path(&source.path).exists()
            })
            .collect();
        kept.sort_by(|(_, one), (_, other)| one.path.cmp(&other.path));
        let mut numbers = vec![None; self.sources.len()];
        for (number, (id, _)) in (0..).zip(&kept) {
            numbers[*id as usize] = Some(number);
        }
        let number = |id: SourceId| -> Option<SourceId> { numbers[id as usize] };
        let mut records: Vec<_> = self
            .contest
            .entries()
            .map(|entry| RecordEntry {
                source: number(entry.source).unwrap_or(SourceId::MAX),
                ..*entry
            })
            .collect();
        records.extend(self.contest.composed().map(|composed| {
            let parts = self.contest.parts(composed.nct);
            let first = parts.iter().filter_map(|part| number(part.source)).min();
            let first = first.or_else(|| number(composed.source));
            RecordEntry { source: first.unwrap_or(SourceId::MAX), orphan: false, ..*composed }
        }));
        records.sort_unstable_by_key(|entry| {
            (entry.source, entry.nct, entry.standing, entry.raw, entry.kind, entry.orphan)
        });
        let known = self.ledger.rejects.iter();
        let mut rejects: Vec<_> = known
            .chain(&self.rejects)
            .filter_map(|reject| {
                Some(RejectEntry { source: number(reject.source)?, ..reject.clone() })
            })
            .collect();
        rejects.sort_by(|one, other| {
            (one.source, &one.member, one.byte).cmp(&(other.source, &other.member, other.byte))
        });
        let mut sources: Vec<SourceEntry> =
            kept.iter().map(|(_, source)| (*source).clone()).collect();
        // A damaged file that once held more is read again each time: only then
        // is it known to be damaged, which keeps what it held from pruning.
        let short: HashSet<SourceId> = self.damaged.iter().filter_map(|id| number(*id)).collect();
        for orphan in records.iter().filter(|entry| entry.orphan && short.contains(&entry.source)) {
            sources[orphan.source as usize].modified = None;
        }
        Ledger { sources, records, rejects }
    }
}

/// The name of a record's format.
pub(in crate::index) fn format_name(entry: &RecordEntry) -> &'static str {
    RecordFormat::ALL.get(usize::from(entry.format)).map_or("?", |format| format.name())
}

/// A reject as it is shown, with the path of its source.
pub(in crate::index) fn shown_reject(entry: &RejectEntry, path: String) -> Reject {
    let part = entry.line > 0;
    Reject {
        kind: entry.kind,
        path,
        member: entry.member.clone(),
        line: part.then_some(entry.line),
        byte: part.then_some(entry.byte),
        reason: entry.reason.clone(),
    }
}
