//! Ends an update: the audit, and the commit.

use std::collections::BTreeMap;
use std::time::SystemTime;

use tantivy::IndexWriter;

use super::next_ledger::next_ledger;
use super::run_sources::RunSources;
use super::writer::choose_merges;
use crate::index::commit_payload::CommitPayload;
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::merge_policy::SizeMergePolicy;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{
    EntryKind, Ledger, RecordEntry, RejectEntry, RejectKind, RejectList, SourceId, format_name,
};
use crate::index::moment::rfc3339;
use crate::index::store::Store;
use crate::index::update::audit::{Audit, PartialRecords, Reject, shown_reject};
use crate::index::update::contest::{Contest, StudyChange};
use crate::index::update::intake::IntakeTally;
use crate::index::update::options::UpdateKind;
use trialdex_records::study::NctId;

/// All that a finished update has to write down.
pub(super) struct FinishedUpdate<'a> {
    store: &'a Store,
    sources: RunSources,
    contest: Contest,
    tally: IntakeTally,
    /// What was rejected in the run.
    rejects: Vec<RejectEntry>,
}

impl<'a> FinishedUpdate<'a> {
    pub(super) fn new(
        store: &'a Store,
        mut sources: RunSources,
        contest: Contest,
        mut tally: IntakeTally,
    ) -> Self {
        let lists = [std::mem::take(&mut sources.rejects), std::mem::take(&mut tally.rejects)];
        let rejects = lists.into_iter().flat_map(RejectList::into_entries).collect();
        Self { store, sources, contest, tally, rejects }
    }

    /// Writes the new ledger and makes it the state of the index, unless it is
    /// so already.
    pub(super) fn commit(
        self,
        mut writer: IndexWriter<AdmittedDocument>,
        now: SystemTime,
        kind: UpdateKind,
    ) -> Result<Audit, IndexError> {
        let audit = self.audit();
        let committed = self.store.payload.is_some();
        if committed && kind == UpdateKind::Refresh && self.nothing_was_read() {
            return Ok(audit);
        }
        let next = next_ledger(&self.sources, &self.rejects, &self.contest);
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
        let mut known = self.sources.ledger.sources.iter().zip(&self.sources.seen);
        self.sources.entries.len() == self.sources.ledger.sources.len()
            && self.contest.is_as_it_was()
            && known.all(|(source, seen)| *seen || key_path(&source.path).exists())
    }

    /// Whether the ledger is unchanged; its records are in the contest.
    fn is_as_before(&self, next: &Ledger) -> bool {
        next.sources == self.sources.ledger.sources
            && next.rejects == self.sources.ledger.rejects
            && self.contest.are_known(&next.records)
    }

    /// Whether the record, or any page that it was joined from, is in a source
    /// of the run.
    fn is_of_run(&self, entry: &RecordEntry) -> bool {
        match entry.kind {
            EntryKind::Joined => {
                self.contest.pages(entry.nct).any(|page| self.sources.in_run(page.source))
            }
            _ => self.sources.in_run(entry.source),
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
            files_unchanged: self.sources.unchanged_files,
            files_gone: self.sources.gone_files,
            unplaced: self.tally.unplaced(),
            unfit: self.tally.unfit(),
            versions: self.tally.versions().clone(),
            encodings: self.tally.encodings.clone(),
            ..Audit::default()
        };
        for (id, source) in (0..).zip(&self.sources.entries) {
            if let Some(source) = source.as_ref().filter(|_| self.sources.in_run(id)) {
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
                audit.held += u64::from(self.sources.damaged.contains(&best.source));
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
        let path =
            |source: SourceId| self.sources.get(source).map_or("?", |source| source.path.as_str());
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
        let known = self.sources.ledger.rejects.iter().filter(|reject| {
            self.sources.in_run(reject.source) && self.sources.get(reject.source).is_some()
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
        let path = self.sources.get(entry.source).map(|source| source.path.clone());
        shown_reject(entry, path.unwrap_or_default())
    }
}
