//! Building and refreshing an index.
//!
//! An update is one transaction. It walks the inputs, reads the files that
//! are new or have changed, lets their records compete with those already
//! known, and commits the outcome once, at the end; until then the index is
//! what it was before.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tantivy::IndexWriter;
use tantivy::indexer::IndexWriterOptions;

use super::audit::{Audit, Reject};
use super::contest::{Change, Contest};
use super::document::Admitted;
use super::intake::{Intake, Job, Pass, Tally};
use super::ledger::{EntryKind, Ledger, RejectEntry, RejectKind, Source, SourceId};
use super::store::{IndexError, Payload, Store};
use crate::source::{self, File, Format, Found, Limits, WalkError, WalkOptions};

/// A file modified so shortly before it is read may be modified again without
/// its time of modification changing.
const CLOCK_GRAIN: Duration = Duration::from_secs(2);

/// How to update.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// Take studies out of the index whose sources have them no longer.
    pub prune: bool,
    /// Bounds for hostile input.
    pub limits: Limits,
    /// Threads that convert records, and threads that index studies.
    pub threads: usize,
    /// Bytes that the indexing threads may use together.
    pub memory: usize,
    /// The time of the run.
    pub now: SystemTime,
}

/// What another thread can see and say while an update runs.
#[derive(Debug, Default)]
pub struct Watch {
    /// Set it to stop the update; the index stays as it was.
    pub stop: AtomicBool,
    /// Bytes of files dealt with.
    pub bytes: AtomicU64,
    /// Records read.
    pub records: AtomicU64,
    /// All records are read; the index is being written out.
    pub finishing: AtomicBool,
}

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
    watch: &Watch,
) -> Result<Audit, UpdateError> {
    for input in inputs.iter().filter(|input| input.as_path() != Path::new("-")) {
        std::fs::metadata(input)
            .map_err(|error| UpdateError::Input { path: input.display().to_string(), error })?;
    }
    let store = Store::open_or_create(directory)?;
    let writer = writer(&store, options)?;
    let ledger = store.ledger()?;
    let intake = Intake::new(&store, &writer, Contest::new(&ledger.records), options, watch);
    let mut update = Update::new(&store, ledger, options, watch, intake);
    let outcome = update.run(inputs);
    let Update {
        sources,
        former,
        cut,
        rejects,
        seen,
        ledger,
        intake,
        unchanged_files,
        gone_files,
        ..
    } = update;
    let (contest, tally) = intake.into_parts();
    outcome?;
    let summary = Summary {
        store: &store,
        ledger: &ledger,
        contest,
        tally,
        sources,
        former,
        cut,
        rejects,
        seen,
        unchanged_files,
        gone_files,
    };
    Ok(summary.commit(writer, options.now)?)
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

fn writer(store: &Store, options: &UpdateOptions) -> Result<IndexWriter<Admitted>, IndexError> {
    let threads = options.threads.max(1);
    let writer = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(options.memory / threads)
        .num_merge_threads(1)
        .build();
    let writer: IndexWriter<Admitted> =
        store.index.writer_with_options(writer).map_err(|error| store.failed(error))?;
    // A run that was killed may have left files whose names come up again.
    writer.garbage_collect_files().wait().map_err(|error| store.failed(error))?;
    Ok(writer)
}

/// An update under way.
struct Update<'a> {
    store: &'a Store,
    options: &'a UpdateOptions,
    watch: &'a Watch,
    ledger: Ledger,
    intake: Intake<'a>,
    /// Sources of the ledger that were come across, by id.
    seen: Vec<bool>,
    /// Sources of the ledger, then those read in this run; `None` where the
    /// source is to be forgotten.
    sources: Vec<Option<Source>>,
    /// Old ids of the sources that were read again, by new id.
    former: BTreeMap<SourceId, SourceId>,
    rejects: Vec<RejectEntry>,
    /// Sources that could not be read to their end.
    cut: HashSet<SourceId>,
    unlisted: Vec<PathBuf>,
    unchanged_files: u64,
    gone_files: u64,
}

impl<'a> Update<'a> {
    fn new(
        store: &'a Store,
        ledger: Ledger,
        options: &'a UpdateOptions,
        watch: &'a Watch,
        intake: Intake<'a>,
    ) -> Self {
        Self {
            store,
            options,
            watch,
            seen: vec![false; ledger.sources.len()],
            sources: ledger.sources.iter().cloned().map(Some).collect(),
            former: BTreeMap::new(),
            ledger,
            intake,
            rejects: Vec::new(),
            cut: HashSet::new(),
            unlisted: Vec::new(),
            unchanged_files: 0,
            gone_files: 0,
        }
    }

    fn run(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
        self.read_inputs(inputs)?;
        self.find_gone(inputs);
        self.join_pages()?;
        self.index_runners_up()?;
        self.settle();
        self.watch.finishing.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn stopped(&self) -> bool {
        self.watch.stop.load(Ordering::Relaxed) || self.intake.has_failed()
    }

    /// Walks the inputs and reads what is new or has changed.
    fn read_inputs(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
        let walking = WalkOptions { leave_out: vec![source::absolute(self.store.directory())] };
        let mut taken = HashSet::new();
        self.with_workers(Pass::First, |update, jobs| {
            for input in inputs {
                for file in source::walk(input, &walking) {
                    match file {
                        // Inputs can overlap.
                        Ok(file) if !taken.insert(path_key(&file.path)) => {}
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
        pass: Pass,
        read: impl FnOnce(&mut Self, &crossbeam_channel::Sender<Job>),
    ) -> Result<(), IndexError> {
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
    fn take(&mut self, file: &File, jobs: &crossbeam_channel::Sender<Job>) {
        let path = path_key(&file.path);
        let modified = self.trusted_time(file);
        let known = self.ledger.source(&path);
        if let Some(id) = known {
            self.seen[id as usize] = true;
            let source = &self.ledger.sources[id as usize];
            if modified.is_some() && source.size == file.size && source.modified == modified {
                self.unchanged_files += 1;
                self.watch.bytes.fetch_add(file.size, Ordering::Relaxed);
                return;
            }
            self.intake.contest().withdraw_source(id);
            self.sources[id as usize] = None;
        }
        let id = self.sources.len() as SourceId;
        if let Some(old) = known {
            self.former.insert(id, old);
        }
        self.sources.push(Some(Source { path, size: file.size, modified, members: 0 }));
        self.read(file, id, jobs);
    }

    /// When the file was modified, if that is long enough ago to be relied
    /// upon.
    fn trusted_time(&self, file: &File) -> Option<i64> {
        let modified = file.modified?;
        let settled = modified.checked_add(CLOCK_GRAIN)? <= self.options.now;
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        settled.then(|| i64::try_from(since.as_nanos()).ok()).flatten()
    }

    /// Reads a file; rejects are noted only in the first reading.
    fn read(&mut self, file: &File, id: SourceId, jobs: &crossbeam_channel::Sender<Job>) {
        let gate = self.intake.gate();
        let limits = self.options.limits.clone();
        // The sink's verdict has been acted upon where it stopped the reading.
        let _ = source::read(file, &limits, &mut |found| {
            match found {
                Found::Member => {
                    if let Some(source) = &mut self.sources[id as usize] {
                        source.members += 1;
                    }
                }
                Found::Record(record) => {
                    let permit = Arc::new(gate.enter(record.payload.len()));
                    self.watch.records.fetch_add(1, Ordering::Relaxed);
                    if jobs.send(Job { source: id, record, permit }).is_err() {
                        return ControlFlow::Break(());
                    }
                }
                Found::Reject(location, reason) => {
                    self.rejects.push(reject(id, RejectKind::Rejected, location, reason));
                }
                Found::Cut(location, reason) => {
                    self.cut.insert(id);
                    self.rejects.push(reject(id, RejectKind::Rejected, location, reason));
                }
                Found::NotStudy(location, reason) => {
                    self.rejects.push(reject(id, RejectKind::NotStudy, location, reason));
                }
            }
            if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.watch.bytes.fetch_add(file.size, Ordering::Relaxed);
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
            self.former.insert(id, old);
        }
        self.sources.push(Some(Source { path, size: 0, modified: None, members: 0 }));
        let location = source::Location { path: "".into(), member: None, line: 0, byte: 0 };
        self.rejects.push(reject(id, RejectKind::Rejected, location, error.to_string()));
    }

    /// Finds the sources that are no longer there. Their pages leave the
    /// studies that have other pages; whole studies stay, unless told
    /// otherwise.
    fn find_gone(&mut self, inputs: &[PathBuf]) {
        let roots: Vec<PathBuf> = inputs.iter().map(|input| source::absolute(input)).collect();
        for id in 0..self.ledger.sources.len() {
            if !self.seen[id] && self.is_gone(id, &roots) {
                self.gone_files += 1;
                self.intake.contest().withdraw_source(id as SourceId);
            }
        }
        if self.options.prune {
            let seen = &self.seen;
            self.intake.contest().withdraw_orphans(&|source| seen[source as usize]);
        }
    }

    fn is_gone(&self, id: usize, roots: &[PathBuf]) -> bool {
        let path = Path::new(&self.ledger.sources[id].path);
        if path == Path::new("-") || self.unlisted.iter().any(|above| path.starts_with(above)) {
            return false;
        }
        let in_scope = roots.iter().any(|root| path.starts_with(root));
        in_scope || (self.options.prune && !path.exists())
    }

    /// Joins the pages of the studies whose pages came, went or changed.
    fn join_pages(&mut self) -> Result<(), IndexError> {
        let contest = self.intake.contest();
        let studies: Vec<u32> = contest
            .touched()
            .into_iter()
            .filter(|nct| contest.pages(*nct).next().is_some())
            .collect();
        let pages = self.intake.pages();
        let missing: HashSet<SourceId> = studies
            .iter()
            .flat_map(|nct| contest.pages(*nct))
            .filter(|page| !pages.has(page.nct, page.standing.digest))
            .map(|page| page.source)
            .collect();
        drop((contest, pages));
        if !missing.is_empty() {
            self.read_again(&missing, Pass::Pages)?;
        }
        self.intake.join(&studies)
    }

    /// Indexes the records that have become the best of their study because a
    /// better one was withdrawn: they have to be read again.
    fn index_runners_up(&mut self) -> Result<(), IndexError> {
        let contest = self.intake.contest();
        let sources: HashSet<SourceId> = contest
            .touched()
            .into_iter()
            .filter_map(|nct| {
                contest.best(nct).filter(|best| contest.now(nct) != Some(best.standing.digest))
            })
            .map(|best| best.source)
            .collect();
        drop(contest);
        if sources.is_empty() {
            return Ok(());
        }
        self.read_again(&sources, Pass::RunnersUp)
    }

    fn read_again(&mut self, sources: &HashSet<SourceId>, pass: Pass) -> Result<(), IndexError> {
        let mut ids: Vec<SourceId> = sources.iter().copied().collect();
        ids.sort_unstable();
        let rejects = std::mem::take(&mut self.rejects);
        let members: Vec<u64> =
            self.sources.iter().flatten().map(|source| source.members).collect();
        let outcome = self.with_workers(pass, |update, jobs| {
            for id in ids {
                let Some(source) = update.sources[id as usize].clone() else { continue };
                update.read(&File::at(PathBuf::from(source.path)), id, jobs);
            }
        });
        self.rejects = rejects;
        for (source, members) in self.sources.iter_mut().flatten().zip(members) {
            source.members = members;
        }
        outcome
    }

    /// Decides on the studies that are left without a record, or whose best
    /// record could not be read again.
    fn settle(&mut self) {
        let mut contest = self.intake.contest();
        for nct in contest.touched() {
            let now = contest.now(nct);
            while let Some(best) = contest.best(nct).map(|best| best.standing.digest) {
                if Some(best) == now {
                    break;
                }
                contest.withdraw_of(nct, &|entry| entry.standing.digest == best);
            }
            if contest.best(nct).is_some() || now.is_none() {
                continue;
            }
            let cut = contest.withdrawn_sources(nct).any(|source| self.is_cut(source));
            if (self.options.prune && !cut) || !contest.keep(nct) {
                contest.remove(nct);
                self.intake.delete(nct);
            }
        }
    }

    /// Whether a source that was read again could not be read to its end.
    fn is_cut(&self, old: SourceId) -> bool {
        self.former.iter().any(|(new, former)| *former == old && self.cut.contains(new))
    }
}

/// The path as the ledger writes it.
fn path_key(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn reject(
    source: SourceId,
    kind: RejectKind,
    location: source::Location,
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

/// All that a finished update has to write down.
struct Summary<'a> {
    store: &'a Store,
    ledger: &'a Ledger,
    contest: Contest,
    tally: Tally,
    sources: Vec<Option<Source>>,
    former: BTreeMap<SourceId, SourceId>,
    cut: HashSet<SourceId>,
    rejects: Vec<RejectEntry>,
    seen: Vec<bool>,
    unchanged_files: u64,
    gone_files: u64,
}

impl Summary<'_> {
    fn commit(
        mut self,
        mut writer: IndexWriter<Admitted>,
        now: SystemTime,
    ) -> Result<Audit, IndexError> {
        self.rejects.append(&mut self.tally.rejects);
        let audit = self.audit();
        let next = self.next_ledger();
        let failed = |error| self.store.failed(error);
        if next == *self.ledger && self.store.payload.is_some() {
            return Ok(audit);
        }
        let written = time::OffsetDateTime::from(now)
            .replace_nanosecond(0)
            .ok()
            .and_then(|now| now.format(&time::format_description::well_known::Rfc3339).ok());
        let payload = Payload::next(self.store.payload.as_ref(), written.unwrap_or_default());
        let path = self.store.ledger_path(payload.ledger);
        next.write(&path).map_err(|error| IndexError::Io { path, error })?;
        let mut prepared = writer.prepare_commit().map_err(failed)?;
        prepared.set_payload(&serde_json::to_string(&payload).unwrap_or_default());
        prepared.commit().map_err(failed)?;
        writer.wait_merging_threads().map_err(failed)?;
        // The one before stays for a reader that has just looked up its name.
        if let Some(old) = payload.ledger.checked_sub(2) {
            let _ = std::fs::remove_file(self.store.ledger_path(old));
        }
        Ok(audit)
    }

    /// Whether the run came across the source, by its id in this run.
    fn in_run(&self, source: SourceId) -> bool {
        self.seen.get(source as usize).copied().unwrap_or(true)
    }

    fn audit(&self) -> Audit {
        let mut audit = Audit {
            schema: "trialdex.audit.v1",
            index: self.store.directory().display().to_string(),
            files_unchanged: self.unchanged_files,
            files_gone: self.gone_files,
            unplaced: self.tally.unplaced(),
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
        self.count_rejects(&mut audit);
        audit
    }

    fn count_records(&self, audit: &mut Audit) {
        let changes: BTreeMap<u32, Change> = self.contest.changes().collect();
        for (nct, change) in &changes {
            if *change == Change::Removed {
                audit.removed += 1;
                continue;
            }
            audit.studies += 1;
            let Some(best) = self.contest.best(*nct) else { continue };
            if best.orphan {
                audit.kept += 1;
            } else if self.in_run(best.source) {
                match change {
                    Change::Added => audit.added += 1,
                    Change::Updated => audit.updated += 1,
                    _ => audit.unchanged += 1,
                }
            }
        }
        let mut candidates = 0;
        for entry in
            self.contest.entries().filter(|entry| !entry.orphan && self.in_run(entry.source))
        {
            let format =
                Format::ALL.get(usize::from(entry.format)).map_or("?", |format| format.name());
            match entry.kind {
                EntryKind::Joined => audit.joined += 1,
                EntryKind::Page => audit.pages += 1,
                EntryKind::Whole => {}
            }
            if entry.kind != EntryKind::Joined {
                audit.records += 1;
                *audit.formats.entry(format).or_default() += 1;
            }
            if entry.kind != EntryKind::Page {
                candidates += 1;
            }
        }
        audit.duplicates =
            candidates - (audit.added + audit.updated + audit.unchanged).min(candidates);
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

    /// What is known after the run, with sources sorted and numbered anew.
    fn next_ledger(&self) -> Ledger {
        let used: HashSet<SourceId> = self.contest.entries().map(|entry| entry.source).collect();
        let mut kept: Vec<(SourceId, &Source)> = (0..)
            .zip(&self.sources)
            .filter_map(|(id, source)| Some((id, source.as_ref()?)))
            .filter(|(id, source)| {
                self.in_run(*id) || used.contains(id) || Path::new(&source.path).exists()
            })
            .collect();
        kept.sort_by(|(_, one), (_, other)| one.path.cmp(&other.path));
        let mut numbers = vec![None; self.sources.len()];
        for (number, (id, _)) in (0..).zip(&kept) {
            numbers[*id as usize] = Some(number);
        }
        // What is kept of a file as it was belongs to the file as it is.
        for (new, old) in &self.former {
            numbers[*old as usize] = numbers[*new as usize];
        }
        let number = |id: SourceId| -> Option<SourceId> { numbers[id as usize] };
        let mut records: Vec<_> = self
            .contest
            .entries()
            .map(|entry| super::ledger::Entry {
                source: number(entry.source).unwrap_or(SourceId::MAX),
                ..*entry
            })
            .collect();
        records.sort_by_key(|entry| (entry.source, entry.nct, entry.standing));
        let known = self
            .ledger
            .rejects
            .iter()
            .filter(|reject| self.sources[reject.source as usize].is_some());
        let mut rejects: Vec<_> = known
            .chain(&self.rejects)
            .filter_map(|reject| {
                Some(RejectEntry { source: number(reject.source)?, ..reject.clone() })
            })
            .collect();
        rejects.sort_by(|one, other| {
            (one.source, &one.member, one.byte).cmp(&(other.source, &other.member, other.byte))
        });
        let mut sources: Vec<Source> = kept.iter().map(|(_, source)| (*source).clone()).collect();
        // A file that is cut and once held more is read again each time: only
        // then is it known to be cut, which keeps what it held from pruning.
        let short: HashSet<SourceId> = self.cut.iter().filter_map(|id| number(*id)).collect();
        for orphan in records.iter().filter(|entry| entry.orphan && short.contains(&entry.source)) {
            sources[orphan.source as usize].modified = None;
        }
        Ledger { sources, records, rejects }
    }
}

/// A reject as it is shown, with the path of its source.
pub(super) fn shown_reject(entry: &RejectEntry, path: String) -> Reject {
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
