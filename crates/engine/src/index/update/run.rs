//! Reads the sources of an update, in several threads.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::Sender;
use tantivy::IndexWriter;

use super::run_sources::RunSources;
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::read_file::twice;
use crate::index::ledger::path_key::{key_path, path_key};
use crate::index::ledger::{
    CONVERTERS, Digest, Ledger, RecordEntry, RejectEntry, SourceChange, SourceEntry, SourceId,
    nanoseconds,
};
use crate::index::store::Store;
use crate::index::update::contest::Contest;
use crate::index::update::intake::{Intake, ReadPass, RecordJob};
use crate::index::update::options::{UpdateOptions, UpdateProgress};
use trialdex_records::source::{self, SourceFile, SourceItem, WalkError, WalkOptions};

/// A file modified so shortly before it is read may be modified again without
/// its time of modification changing.
const CLOCK_GRAIN: Duration = Duration::from_secs(2);

/// An update under way.
pub(super) struct UpdateRun<'a> {
    pub(super) store: &'a Store,
    pub(super) options: &'a UpdateOptions,
    pub(super) watch: &'a UpdateProgress,
    pub(super) sources: RunSources,
    pub(super) intake: Intake<'a>,
    pass: ReadPass,
    /// Studies with a record that could not be read again.
    pub(super) unread: HashSet<u32>,
}

impl<'a> UpdateRun<'a> {
    pub(super) fn new(
        store: &'a Store,
        writer: &'a IndexWriter<AdmittedDocument>,
        mut ledger: Ledger,
        options: &'a UpdateOptions,
        watch: &'a UpdateProgress,
    ) -> Self {
        let contest = Contest::new(std::mem::take(&mut ledger.records));
        Self {
            store,
            options,
            watch,
            sources: RunSources::new(ledger),
            intake: Intake::new(store, writer, contest, watch),
            pass: ReadPass::First,
            unread: HashSet::new(),
        }
    }

    fn stopped(&self) -> bool {
        self.watch.stop.load(Ordering::Relaxed) || self.intake.has_failed()
    }

    /// Walks the inputs and reads new and changed files.
    pub(super) fn read_inputs(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
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
        read: impl FnOnce(&mut Self, &Sender<RecordJob>),
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
    fn take(&mut self, file: &SourceFile, jobs: &Sender<RecordJob>) {
        let path = path_key(&file.path);
        let modified = self.trusted_time(file);
        let known = self.sources.come_across(&path);
        let before = known.map(|id| &self.sources.ledger.sources[id as usize]);
        if before.is_some_and(|it| it.change(file.size, modified) == SourceChange::Same) {
            self.sources.unchanged_files += 1;
            self.watch.bytes.fetch_add(file.size, Ordering::Relaxed);
            return;
        }
        let id = self.renew(known, SourceEntry::new(path, file.size, modified));
        self.read(file, id, None, jobs);
        if let Some(reason) = disturbed(file).filter(|_| !self.sources.again.contains(&id)) {
            self.sources.again.insert(id);
            self.sources.reject(id, reason);
        }
    }

    /// Adds a source; `known` is the same as it was before.
    fn renew(&mut self, known: Option<SourceId>, entry: SourceEntry) -> SourceId {
        let id = self.sources.add(entry, known);
        if let Some(known) = known {
            self.intake.contest().renew_source(known, id);
        }
        id
    }

    /// When the file was modified, if that is long enough ago to be relied
    /// upon.
    fn trusted_time(&self, file: &SourceFile) -> Option<i64> {
        let modified = file.modified?;
        let settled = modified.checked_add(CLOCK_GRAIN)? <= self.options.now;
        if settled { nanoseconds(modified) } else { None }
    }

    /// Reads a file, handing out its records; all else is noted in the first
    /// pass only.
    fn read(
        &mut self,
        file: &SourceFile,
        id: SourceId,
        wanted: Option<&Arc<HashSet<Digest>>>,
        jobs: &Sender<RecordJob>,
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
                    if let Some(source) = &mut self.sources.entries[id as usize] {
                        source.members += 1;
                    }
                }
                rejected => {
                    if !matches!(rejected, SourceItem::NotStudy(..)) {
                        self.sources.damaged.insert(id);
                    }
                    if matches!(rejected, SourceItem::Unread(..)) {
                        self.sources.again.insert(id);
                    }
                    let entry = RejectEntry::of(id, rejected);
                    entry.into_iter().for_each(|entry| self.sources.rejects.push(entry));
                }
            }
            if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.watch.bytes.store(before + file.size, Ordering::Relaxed);
    }

    fn not_listed(&mut self, error: &WalkError) {
        let (WalkError::Named { path, .. } | WalkError::Below { path, .. }) = error;
        let path = source::absolute(Path::new(path));
        let known = self.sources.come_across(&path_key(&path));
        let id = self.renew(known, SourceEntry::new(path_key(&path), 0, None));
        self.sources.reject(id, error.to_string());
        self.sources.unlisted.push(path);
    }

    /// Reads the sources of records again, for these records.
    pub(super) fn read_again(
        &mut self,
        records: &[RecordEntry],
        pass: ReadPass,
    ) -> Result<(), IndexError> {
        let mut ids: Vec<SourceId> = records.iter().map(|record| record.source).collect();
        ids.sort_unstable();
        ids.dedup();
        let wanted = Arc::new(records.iter().map(|record| record.raw).collect());
        self.with_workers(pass, |update, jobs| {
            for id in ids {
                let Some(source) = update.sources.get(id).cloned() else { continue };
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
