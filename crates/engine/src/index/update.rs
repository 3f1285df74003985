//! Building and refreshing an index.
//!
//! An update is one transaction. It walks the inputs, reads the files that are
//! new or have changed, lets their records compete with those already known,
//! and commits the outcome once, at the end; until then the index is unchanged.

pub(super) mod audit;
mod composition;
pub(super) mod contest;
pub(super) mod flow;
pub(super) mod intake;
pub(super) mod known_records;
pub(super) mod options;
pub(super) mod page_spool;
pub(super) mod part_spool;
pub(super) mod summary;
mod vanished;
mod writer;

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use tantivy::IndexWriter;

pub use self::options::{PruneMode, UpdateOptions, UpdateProgress};
pub use self::vanished::HELD_NOTE;
use self::writer::{cause, discard};
pub(super) use self::writer::{choose_merges, writer};
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::merge_policy::SizeMergePolicy;
use crate::index::files::read_file::twice;
use crate::index::ledger::path_key::{key_path, path_key};
use crate::index::ledger::{
    Digest, EntryKind, Ledger, RecordEntry, RejectEntry, RejectKind, RejectList, SourceEntry,
    SourceId,
};
use crate::index::lock_owner::LockNote;
use crate::index::store::Store;
use crate::index::update::audit::Audit;
use crate::index::update::contest::Contest;
use crate::index::update::intake::{Intake, ReadPass, RecordJob};
use crate::index::update::known_records::CONVERTERS;
use crate::index::update::summary::FinishedUpdate;
use trialdex_records::source::{self, SourceFile, SourceItem, WalkError, WalkOptions};

/// A file modified so shortly before it is read may be modified again without
/// its time of modification changing.
const CLOCK_GRAIN: Duration = Duration::from_secs(2);

/// Brings the index up to date with the inputs, making it where there is
/// none.
///
/// # Errors
///
/// Where an input is not there, the index cannot be used, or the update was
/// stopped. The index is then as it was before.
pub fn update(
    directory: &Path,
    inputs: &[PathBuf],
    options: &UpdateOptions,
    watch: &UpdateProgress,
) -> Result<Audit, UpdateError> {
    for input in inputs.iter().filter(|input| input.as_path() != Path::new("-")) {
        std::fs::metadata(input)
            .map_err(|error| UpdateError::Input { path: input.display().to_string(), error })?;
    }
    let mut store = Store::open_or_create(directory)?;
    let writer = writer(&store, options)?;
    let _note = LockNote::put(directory, &options.holder());
    // Until the lock was held, another process may have made a commit.
    store.reload()?;
    // Files that are missing or cut are found before anything is done.
    store.searcher()?;
    choose_merges(&store, &writer, SizeMergePolicy::during_a_run)?;
    store.sweep();
    writer.garbage_collect_files().wait().map_err(|error| store.failed(error))?;
    let ledger = store.ledger()?;
    Ok(carry_out(&store, writer, ledger, inputs, options, watch, UpdateKind::Refresh)?)
}

/// What an update is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UpdateKind {
    /// To bring an index up to date.
    Refresh,
    /// To restore a damaged index: the ledger is that of its remains. Nothing
    /// may be cleaned up before the commit.
    Repair,
}

/// Reads the inputs and commits what has changed since the ledger.
pub(super) fn carry_out(
    store: &Store,
    mut writer: IndexWriter<AdmittedDocument>,
    mut ledger: Ledger,
    inputs: &[PathBuf],
    options: &UpdateOptions,
    watch: &UpdateProgress,
    kind: UpdateKind,
) -> Result<Audit, IndexError> {
    let contest = Contest::new(std::mem::take(&mut ledger.records));
    let intake = Intake::new(store, &writer, contest, watch);
    let mut update = IndexUpdate::new(store, ledger, options, watch, intake);
    let outcome = update.run(inputs);
    let IndexUpdate { sources, damaged, rejects, seen, ledger, intake, .. } = update;
    let (unchanged_files, gone_files) = (update.unchanged_files, update.gone_files);
    let (contest, tally) = intake.into_parts();
    if let Err(error) = outcome {
        let error = cause(store, &mut writer, error);
        if kind == UpdateKind::Refresh {
            discard(writer);
        }
        return Err(error);
    }
    let summary = FinishedUpdate {
        store,
        ledger: &ledger,
        contest,
        tally,
        sources,
        damaged,
        rejects: rejects.into_entries(),
        seen,
        unchanged_files,
        gone_files,
    };
    summary.commit(writer, options.now, kind)
}

/// Why an update failed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// An input is not there.
    #[error("{path}: {error}")]
    Input {
        /// The path as given.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The index cannot be read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// An update under way.
struct IndexUpdate<'a> {
    store: &'a Store,
    options: &'a UpdateOptions,
    watch: &'a UpdateProgress,
    /// Without its records, which are in the contest.
    ledger: Ledger,
    intake: Intake<'a>,
    /// Sources of the ledger that were come across, by id.
    seen: Vec<bool>,
    /// The source of the ledger that is likely to be next.
    next_source: usize,
    pass: ReadPass,
    /// Sources of the ledger, then those read in this run; `None` for a source
    /// to be forgotten.
    sources: Vec<Option<SourceEntry>>,
    rejects: RejectList,
    /// Sources that something was rejected of, or that were not read to their
    /// end.
    damaged: HashSet<SourceId>,
    /// Sources that another attempt may get more out of.
    again: HashSet<SourceId>,
    /// Studies with a record that could not be read again.
    unread: HashSet<u32>,
    unlisted: Vec<PathBuf>,
    unchanged_files: u64,
    gone_files: u64,
}

impl<'a> IndexUpdate<'a> {
    fn new(
        store: &'a Store,
        ledger: Ledger,
        options: &'a UpdateOptions,
        watch: &'a UpdateProgress,
        intake: Intake<'a>,
    ) -> Self {
        Self {
            store,
            options,
            watch,
            seen: vec![false; ledger.sources.len()],
            next_source: 0,
            pass: ReadPass::First,
            sources: ledger.sources.iter().cloned().map(Some).collect(),
            ledger,
            intake,
            rejects: RejectList::default(),
            damaged: HashSet::new(),
            again: HashSet::new(),
            unread: HashSet::new(),
            unlisted: Vec::new(),
            unchanged_files: 0,
            gone_files: 0,
        }
    }

    fn run(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
        self.read_inputs(inputs)?;
        self.find_gone(inputs);
        self.hold_emptied();
        self.join_pages()?;
        self.keep_vanished();
        self.index_runners_up()?;
        self.compose()?;
        self.settle();
        self.watch.finishing.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn stopped(&self) -> bool {
        self.watch.stop.load(Ordering::Relaxed) || self.intake.has_failed()
    }

    /// Walks the inputs and reads new and changed files.
    fn read_inputs(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
        let walking = WalkOptions { leave_out: vec![source::absolute(self.store.directory())] };
        let mut taken = HashSet::new();
        self.with_workers(ReadPass::First, |update, jobs| {
            for input in inputs {
                for file in source::walk(input, &walking) {
                    match file {
                        // Only several inputs can overlap.
                        Ok(file) if inputs.len() > 1 && !taken.insert(file.path.clone()) => {}
                        Ok(file) => update.take(&file, jobs),
                        Err(error) => update.not_listed(&error),
                    }
                    if update.stopped() {
                        return;
                    }
                }
            }
        })
    }

    /// Runs `read` while threads work on the jobs that it hands out.
    fn with_workers(
        &mut self,
        pass: ReadPass,
        read: impl FnOnce(&mut Self, &crossbeam_channel::Sender<RecordJob>),
    ) -> Result<(), IndexError> {
        self.pass = pass;
        let (sender, receiver) = crossbeam_channel::bounded(1024);
        let workers = self.intake.workers();
        std::thread::scope(|scope| {
            for _ in 0..self.options.threads.max(1) {
                let (receiver, workers) = (receiver.clone(), workers.clone());
                scope.spawn(move || workers.work(&receiver, pass));
            }
            drop(receiver);
            read(self, &sender);
            drop(sender);
        });
        self.intake.failure()?;
        if self.watch.stop.load(Ordering::Relaxed) {
            return Err(IndexError::Interrupted);
        }
        Ok(())
    }

    /// Takes note of a file and reads it unless it is as it was.
    fn take(&mut self, file: &SourceFile, jobs: &crossbeam_channel::Sender<RecordJob>) {
        let path = path_key(&file.path);
        let modified = self.trusted_time(file);
        let known = self.known_source(&path);
        if let Some(id) = known {
            self.seen[id as usize] = true;
            let source = &self.ledger.sources[id as usize];
            if is_unchanged(source, file.size, modified) {
                self.unchanged_files += 1;
                self.watch.bytes.fetch_add(file.size, Ordering::Relaxed);
                return;
            }
            self.sources[id as usize] = None;
        }
        let id = self.sources.len() as SourceId;
        if let Some(old) = known {
            self.intake.contest().renew_source(old, id);
        }
        self.sources.push(Some(SourceEntry {
            path,
            size: file.size,
            modified,
            members: 0,
            converters: CONVERTERS,
        }));
        self.read(file, id, None, jobs);
        if let Some(reason) = disturbed(file).filter(|_| !self.again.contains(&id)) {
            self.damaged.insert(id);
            self.again.insert(id);
            let location =
                source::SourceLocation { path: "".into(), member: None, line: 0, byte: 0 };
            self.rejects.push(reject(id, RejectKind::Rejected, location, reason));
        }
    }

    /// The source of the ledger with that path. Walking comes across them in
    /// nearly the order of the ledger.
    fn known_source(&mut self, path: &str) -> Option<SourceId> {
        let next = self.ledger.sources.get(self.next_source);
        let known = match next.filter(|source| source.path == path) {
            Some(_) => SourceId::try_from(self.next_source).ok(),
            None => self.ledger.source(path),
        };
        self.next_source = known.map_or(self.next_source, |id| id as usize + 1);
        known
    }

    /// When the file was modified, if that is long enough ago to be relied
    /// upon.
    fn trusted_time(&self, file: &SourceFile) -> Option<i64> {
        let modified = file.modified?;
        let settled = modified.checked_add(CLOCK_GRAIN)? <= self.options.now;
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        settled.then(|| i64::try_from(since.as_nanos()).ok()).flatten()
    }

    /// Reads a file, handing out its records; all else is noted in the first
    /// pass only.
    fn read(
        &mut self,
        file: &SourceFile,
        id: SourceId,
        wanted: Option<&Arc<HashSet<Digest>>>,
        jobs: &crossbeam_channel::Sender<RecordJob>,
    ) {
        let gate = self.intake.gate();
        let limits = self.options.limits.clone();
        let before = self.watch.bytes.load(Ordering::Relaxed);
        // Why the sink stopped the reading is looked at when all are stopped.
        let _ = source::read(file, &limits, &self.watch.bytes, &mut |found| {
            match found {
                SourceItem::Record(record) => {
                    let permit = Arc::new(gate.enter(record.payload.len()));
                    self.watch.records.fetch_add(1, Ordering::Relaxed);
                    let wanted = wanted.cloned();
                    if jobs.send(RecordJob { source: id, record, permit, wanted }).is_err() {
                        return ControlFlow::Break(());
                    }
                }
                SourceItem::SetAside => {}
                _ if self.pass != ReadPass::First => {}
                SourceItem::Member => {
                    if let Some(source) = &mut self.sources[id as usize] {
                        source.members += 1;
                    }
                }
                SourceItem::Reject(location, reason) => {
                    self.damaged.insert(id);
                    self.rejects.push(reject(id, RejectKind::Rejected, location, reason));
                }
                SourceItem::Unread(location, reason) => {
                    self.damaged.insert(id);
                    self.again.insert(id);
                    self.rejects.push(reject(id, RejectKind::Rejected, location, reason));
                }
                SourceItem::NotStudy(location, reason) => {
                    self.rejects.push(reject(id, RejectKind::NotStudy, location, reason));
                }
            }
            if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.watch.bytes.store(before + file.size, Ordering::Relaxed);
    }

    fn not_listed(&mut self, error: &WalkError) {
        let (WalkError::Named { path, .. } | WalkError::Below { path, .. }) = error;
        let path = source::absolute(Path::new(path));
        self.unlisted.push(path.clone());
        let id = self.sources.len() as SourceId;
        let path = path_key(&path);
        if let Some(old) = self.ledger.source(&path) {
            self.seen[old as usize] = true;
            self.sources[old as usize] = None;
            self.intake.contest().renew_source(old, id);
        }
        self.damaged.insert(id);
        let converters = CONVERTERS;
        self.sources.push(Some(SourceEntry {
            path,
            size: 0,
            modified: None,
            members: 0,
            converters,
        }));
        let location = source::SourceLocation { path: "".into(), member: None, line: 0, byte: 0 };
        self.rejects.push(reject(id, RejectKind::Rejected, location, error.to_string()));
    }

    /// Joins the pages of the studies whose pages came, went or changed. Those
    /// that went from a source with rejects stay: they may be among them.
    fn join_pages(&mut self) -> Result<(), IndexError> {
        let holding = self.holding();
        let mut contest = self.intake.contest();
        let mut changed = Vec::new();
        for nct in contest.touched() {
            contest.keep_pages(nct, &|source| holding.contains(&source));
            let source = self.first_source(&contest, nct);
            if source.is_some_and(|source| !contest.keep_joined(nct, source)) {
                changed.push(nct);
            }
        }
        drop(contest);
        self.join(&changed)
    }

    /// The source, first by its path, of the pages of a study.
    fn first_source(&self, contest: &Contest, nct: u32) -> Option<SourceId> {
        let path = |source: SourceId| Some(&self.sources[source as usize].as_ref()?.path);
        contest.pages(nct).map(|page| page.source).min_by_key(|source| path(*source))
    }

    /// Joins the pages of these studies, reading those again that were not
    /// read in this run.
    fn join(&mut self, studies: &[u32]) -> Result<(), IndexError> {
        let contest = self.intake.contest();
        let pages = self.intake.pages();
        let missing: Vec<RecordEntry> = studies
            .iter()
            .flat_map(|nct| contest.pages(*nct))
            .filter(|page| !page.orphan && !pages.has(page))
            .copied()
            .collect();
        drop((contest, pages));
        if !missing.is_empty() {
            self.read_again(&missing, ReadPass::Pages)?;
        }
        let contest = self.intake.contest();
        let sources = studies
            .iter()
            .filter_map(|nct| self.first_source(&contest, *nct).map(|source| (*nct, source)));
        let studies: Vec<(u32, SourceId)> = sources.collect();
        drop(contest);
        self.intake.join(&studies)
    }

    /// Indexes the records that have become the best of their study because a
    /// better one was withdrawn: they have to be read again. Where that fails,
    /// the next best one is.
    fn index_runners_up(&mut self) -> Result<(), IndexError> {
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
                    self.again.insert(best.source);
                }
            }
        }
    }

    /// Reads the sources of records again, for these records.
    fn read_again(&mut self, records: &[RecordEntry], pass: ReadPass) -> Result<(), IndexError> {
        let mut ids: Vec<SourceId> = records.iter().map(|record| record.source).collect();
        ids.sort_unstable();
        ids.dedup();
        let wanted = Arc::new(records.iter().map(|record| record.raw).collect());
        self.with_workers(pass, |update, jobs| {
            for id in ids {
                let Some(source) = update.sources[id as usize].clone() else { continue };
                let path = key_path(&source.path);
                // Other converters made other digests of the same bytes.
                let wanted = Some(&wanted).filter(|_| source.converters == CONVERTERS);
                // Records from a pipe cannot be read again.
                if path.is_file() {
                    update.read(&SourceFile::at(path), id, wanted, jobs);
                }
            }
        })
    }

    /// Takes the studies that are left without a record out of the index, but
    /// for those that have one which could not be read.
    fn settle(&mut self) {
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
        for source in &self.again {
            if let Some(source) = &mut self.sources[*source as usize] {
                source.modified = None;
            }
        }
    }
}

/// Whether a file is as it was, and would be read as it was.
fn is_unchanged(source: &SourceEntry, size: u64, modified: Option<i64>) -> bool {
    modified.is_some()
        && source.size == size
        && source.modified == modified
        && source.converters == CONVERTERS
}

/// Checks a file that changed while it was read: it may have been read in two
/// states.
fn disturbed(file: &SourceFile) -> Option<String> {
    file.modified?;
    match twice(|| std::fs::metadata(&file.path)) {
        Ok(now) if now.len() == file.size && now.modified().ok() == file.modified => None,
        Ok(_) => Some("changed while it was read; the next run reads it again".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some("gone since it was found".to_owned())
        }
        Err(error) => Some(format!("cannot be looked at after it was read: {error}")),
    }
}

pub(super) fn reject(
    source: SourceId,
    kind: RejectKind,
    location: source::SourceLocation,
    reason: String,
) -> RejectEntry {
    RejectEntry {
        source,
        kind,
        member: location.member.map(|member| member.to_string()),
        line: location.line,
        byte: location.byte,
        reason,
    }
}

#[cfg(test)]
mod tests;
