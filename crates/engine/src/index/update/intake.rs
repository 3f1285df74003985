//! Converts records for the index, in several threads.

mod study_composer;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Receiver;
use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::index::digests::digest;
use crate::index::error::IndexError;
use crate::index::fields::document::{AdmittedDocument, document};
use crate::index::fields::schema::IndexFields;
use crate::index::ledger::{
    Digest, EntryKind, RecordEntry, RecordRank, RejectEntry, RejectKind, RejectList, SourceId,
    first, format_number,
};
use crate::index::store::Store;
use crate::index::update::audit::{UnfitValues, UnplacedField, ValueExample};
use crate::index::update::contest::{Contest, OfferOutcome};
use crate::index::update::flow::{MemoryGate, MemoryPermit};
use crate::index::update::known_records::{NO_BYTES, marked, raw_digest};
use crate::index::update::options::UpdateProgress;
use crate::index::update::page_spool::{JoinedStudy, PageSpool};
use crate::index::update::part_spool::{PartSpool, RecordPart};
use trialdex_records::format::{ConversionNotes, ConvertedRecord, FormatError, convert};
use trialdex_records::source::{Record, RecordFormat, SourceLocation};
use trialdex_records::study::{NctId, Study};

/// Bytes of records that are worked on at the same time.
pub(in crate::index) const ROOM: usize = 32 << 20;

/// A record to be worked on.
pub(in crate::index) struct RecordJob {
    pub(in crate::index) source: SourceId,
    pub(in crate::index) record: Record,
    pub(in crate::index) permit: Arc<MemoryPermit>,
    /// Digests of the records that are looked for; all where there is none.
    pub(in crate::index) wanted: Option<Arc<HashSet<Digest>>>,
}

/// Why records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum ReadPass {
    /// They are new, or their file has changed.
    First,
    /// Pages that belong to a study with another page that changed.
    Pages,
    /// Records that have become the best of their study.
    RunnersUp,
    /// Records that a study is joined from with others.
    Parts,
}

/// What is counted on the way.
#[derive(Debug, Default)]
pub(in crate::index) struct IntakeTally {
    pub(in crate::index) rejects: RejectList,
    pub(in crate::index) encodings: BTreeMap<&'static str, u64>,
    unplaced: HashMap<(RecordFormat, String), u64>,
    unfit: BTreeMap<(RecordFormat, &'static str), UnfitValues>,
    versions: BTreeMap<String, u64>,
}

/// Fields without a place that are named, before the rest is named as one.
const UNPLACED: usize = 20_000;

impl IntakeTally {
    fn note(
        &mut self,
        format: RecordFormat,
        location: &SourceLocation,
        nct_id: NctId,
        notes: ConversionNotes,
    ) {
        for (field, value) in notes.unfit {
            let example = ValueExample::new(location, nct_id, value);
            let unfit = self.unfit.entry((format, field));
            unfit.and_modify(|unfit| unfit.add(&example)).or_insert_with(|| UnfitValues {
                format: format.name(),
                field,
                values: 1,
                example,
            });
        }
        if let Some(column) = notes.version
            && (self.versions.len() < UNPLACED || self.versions.contains_key(&column))
        {
            *self.versions.entry(column).or_default() += 1;
        }
        if let Some(encoding) = notes.encoding {
            *self.encodings.entry(encoding).or_default() += 1;
        }
        for name in notes.unplaced {
            let full = self.unplaced.len() >= UNPLACED;
            let known = !full || self.unplaced.contains_key(&(format, name.clone()));
            let name = if known { name } else { "(and more)".to_owned() };
            *self.unplaced.entry((format, name)).or_default() += 1;
        }
    }

    /// The values that do not fit their field, by format and field.
    pub(in crate::index) fn unfit(&self) -> Vec<UnfitValues> {
        self.unfit.values().cloned().collect()
    }

    /// Records by the column that says which version of a study they are.
    pub(in crate::index) fn versions(&self) -> &BTreeMap<String, u64> {
        &self.versions
    }

    /// The fields without a place, by format and name.
    pub(in crate::index) fn unplaced(&self) -> Vec<UnplacedField> {
        let mut unplaced: Vec<UnplacedField> = self
            .unplaced
            .iter()
            .map(|((format, name), records)| UnplacedField {
                format: format.name(),
                name: name.clone(),
                records: *records,
            })
            .collect();
        unplaced.sort_by(|one, other| (one.format, &one.name).cmp(&(other.format, &other.name)));
        unplaced
    }
}

/// Takes records in.
pub(in crate::index) struct Intake<'a> {
    shared: Arc<WorkerState<'a>>,
    gate: Arc<MemoryGate>,
}

/// What the working threads share.
pub(in crate::index) struct WorkerState<'a> {
    store: &'a Store,
    writer: &'a IndexWriter<AdmittedDocument>,
    fields: &'a IndexFields,
    directory: PathBuf,
    watch: &'a UpdateProgress,
    contest: Mutex<Contest>,
    pages: Mutex<PageSpool>,
    parts: Mutex<PartSpool>,
    tally: Mutex<IntakeTally>,
    failed: AtomicBool,
    failure: Mutex<Option<IndexError>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Intake<'a> {
    pub(in crate::index) fn new(
        store: &'a Store,
        writer: &'a IndexWriter<AdmittedDocument>,
        contest: Contest,
        watch: &'a UpdateProgress,
    ) -> Self {
        let shared = WorkerState {
            store,
            writer,
            fields: &store.fields,
            directory: store.directory().to_owned(),
            watch,
            contest: Mutex::new(contest),
            pages: Mutex::new(PageSpool::new(store.directory())),
            parts: Mutex::new(PartSpool::new(store.directory())),
            tally: Mutex::new(IntakeTally::default()),
            failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        };
        Self { shared: Arc::new(shared), gate: MemoryGate::new(ROOM) }
    }

    pub(in crate::index) fn gate(&self) -> Arc<MemoryGate> {
        self.gate.clone()
    }

    pub(in crate::index) fn workers(&self) -> Arc<WorkerState<'a>> {
        self.shared.clone()
    }

    pub(in crate::index) fn contest(&self) -> MutexGuard<'_, Contest> {
        locked(&self.shared.contest)
    }

    pub(in crate::index) fn pages(&self) -> MutexGuard<'_, PageSpool> {
        locked(&self.shared.pages)
    }

    pub(in crate::index) fn parts(&self) -> MutexGuard<'_, PartSpool> {
        locked(&self.shared.parts)
    }

    pub(in crate::index) fn has_failed(&self) -> bool {
        self.shared.failed.load(Ordering::Relaxed)
    }

    /// What went wrong in a thread, if anything did.
    pub(in crate::index) fn failure(&self) -> Result<(), IndexError> {
        locked(&self.shared.failure).take().map_or(Ok(()), Err)
    }

    /// Sources with records that could not be converted.
    pub(in crate::index) fn rejected_sources(&self) -> HashSet<SourceId> {
        locked(&self.shared.tally).rejects.sources()
    }

    /// Takes a study out of the index.
    pub(in crate::index) fn delete(&self, nct: u32) {
        self.shared.writer.delete_term(self.shared.key(nct));
    }

    /// Joins the pages of these studies and lets the outcome compete, each by
    /// that source.
    pub(in crate::index) fn join(&self, studies: &[(u32, SourceId)]) -> Result<(), IndexError> {
        for (nct, source) in studies {
            self.join_one(*nct, *source)?;
        }
        Ok(())
    }

    fn join_one(&self, nct: u32, source: SourceId) -> Result<(), IndexError> {
        let Some(nct_id) = NctId::from_number(nct) else {
            return Ok(());
        };
        let (study, notes) = self.joined_pages(nct, nct_id)?;
        if let Some((location, notes)) = notes {
            locked(&self.shared.tally).note(RecordFormat::Csv, &location, nct_id, notes);
        }
        let mut contest = self.contest();
        contest.withdraw_of(nct, &|entry| entry.kind == EntryKind::Joined);
        drop(contest);
        if study.nct_id().is_none() {
            return Ok(());
        }
        let shared = &self.shared;
        let stored = StoredStudy::new(&study);
        let entry = RecordEntry {
            source,
            nct,
            format: format_number(RecordFormat::ModulePage),
            kind: EntryKind::Joined,
            orphan: false,
            standing: stored.standing,
            raw: NO_BYTES,
        };
        let others = |entry: &RecordEntry| entry.is_of_contest() && entry.kind != EntryKind::Joined;
        if self.contest().standing(nct).any(others) {
            let part = RecordPart::new(&study, Vec::new());
            self.parts().add(&entry, &part).map_err(|error| shared.unwritten(error))?;
        }
        let permit = Arc::new(self.gate.enter(stored.json.len()));
        shared.offer(entry, &study, nct_id, &stored, permit).map_err(|error| shared.fail(error))
    }

    /// The study that the pages make. Pages that can no longer be read (they
    /// came by standard input, or their source is damaged) are replaced by the
    /// study in the index, if that was joined from them.
    fn joined_pages(&self, nct: u32, nct_id: NctId) -> Result<JoinedStudy, IndexError> {
        let shared = &self.shared;
        let contest = self.contest();
        let mut pages = self.pages();
        let unread = contest.pages(nct).any(|page| !pages.has(page));
        let held = contest.held_joined(nct);
        let (mut study, notes) = pages.join(nct).map_err(|error| shared.unwritten(error))?;
        if unread
            && held
            && let Some(before) = shared.store.study(nct_id)?
        {
            study.merge(before);
        }
        Ok((study, notes))
    }

    /// What is left when all threads are done.
    pub(in crate::index) fn into_parts(self) -> (Contest, IntakeTally) {
        let contest = std::mem::take(&mut *self.contest());
        let tally = std::mem::take(&mut *locked(&self.shared.tally));
        (contest, tally)
    }
}

/// A study as it is stored.
pub(in crate::index) struct StoredStudy {
    json: String,
    pub(in crate::index) standing: RecordRank,
}

impl StoredStudy {
    pub(in crate::index) fn new(study: &Study) -> Self {
        // A map with string keys can always be written as JSON.
        let json = serde_json::to_string(study.as_map()).unwrap_or_default();
        let (values, bytes) = study.fullness();
        let updated = study.updated().map_or(0, |date| date.first_day().to_julian_day());
        let standing = RecordRank {
            extent: study.extent(),
            updated,
            values: u32::try_from(values).unwrap_or(u32::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            digest: digest(json.as_bytes()),
        };
        Self { json, standing }
    }

    pub(in crate::index) fn document(
        &self,
        study: &Study,
        nct_id: NctId,
        fields: &IndexFields,
    ) -> TantivyDocument {
        document(study, nct_id, &self.json, first(self.standing.digest), fields)
    }
}

impl WorkerState<'_> {
    /// Works on jobs until there are no more.
    pub(in crate::index) fn work(&self, jobs: &Receiver<RecordJob>, pass: ReadPass) {
        for job in jobs {
            if self.failed.load(Ordering::Relaxed) || self.watch.stop.load(Ordering::Relaxed) {
                continue;
            }
            if let Err(error) = self.work_on(job, pass) {
                self.failed.store(true, Ordering::Relaxed);
                *locked(&self.failure) = Some(error);
            }
        }
    }

    fn work_on(&self, job: RecordJob, pass: ReadPass) -> Result<(), IndexError> {
        let raw = raw_digest(&job.record);
        if pass == ReadPass::First && self.is_known(&job, &raw)
            || job
                .wanted
                .as_ref()
                .is_some_and(|wanted| !wanted.contains(&raw) && !wanted.contains(&marked(raw)))
        {
            return Ok(());
        }
        match try_convert(&job.record) {
            Err(error) => {
                if pass == ReadPass::First {
                    locked(&self.tally).rejects.push(rejected(&job, &error));
                }
                Ok(())
            }
            Ok(converted) => self.take(job, raw, converted, pass),
        }
    }

    /// Takes over a known record of these bytes. A record from standard input
    /// that is a part of a study is always read: it cannot be read later, when
    /// another part of the study turns out to have changed.
    fn is_known(&self, job: &RecordJob, raw: &Digest) -> bool {
        let mut contest = locked(&self.contest);
        let fleeting =
            is_fleeting(&job.record) && (job.record.is_part() || contest.is_part_of_composed(raw));
        !fleeting && contest.take_over(job.source, raw)
    }

    fn take(
        &self,
        job: RecordJob,
        raw: Digest,
        converted: ConvertedRecord,
        pass: ReadPass,
    ) -> Result<(), IndexError> {
        let ConvertedRecord { study, nct_id, mut notes } = converted;
        let stored = StoredStudy::new(&study);
        let empty = std::mem::take(&mut notes.empty);
        let raw = if notes.lost.is_empty() { raw } else { marked(raw) };
        if pass == ReadPass::First {
            self.note(&job, nct_id, notes);
        }
        let page = job.record.is_part();
        let entry = RecordEntry {
            source: job.source,
            nct: nct_id.number(),
            format: format_number(job.record.format),
            kind: if page { EntryKind::Page } else { EntryKind::Whole },
            orphan: false,
            standing: stored.standing,
            raw,
        };
        let set_aside = match pass {
            ReadPass::First => is_fleeting(&job.record),
            _ => pass == ReadPass::Parts && locked(&self.parts).wants(&entry),
        };
        if !page && set_aside {
            let part = RecordPart::new(&study, empty);
            locked(&self.parts).add(&entry, &part).map_err(|error| self.unwritten(error))?;
        }
        match (page, pass) {
            (true, ReadPass::RunnersUp) | (false, ReadPass::Pages) | (_, ReadPass::Parts) => Ok(()),
            (true, _) => self.take_page(entry, &job, &stored, pass),
            (false, ReadPass::First) => self
                .offer(entry, &study, nct_id, &stored, job.permit)
                .map_err(|error| self.fail(error)),
            (false, ReadPass::RunnersUp) => {
                let document = stored.document(&study, nct_id, self.fields);
                let mut contest = locked(&self.contest);
                let verdict = contest.claim(entry.nct, stored.standing.digest);
                self.write(verdict, entry.nct, document, job.permit)
                    .map_err(|error| self.fail(error))
            }
        }
    }

    /// Counts what the conversion of a record noted.
    fn note(&self, job: &RecordJob, nct_id: NctId, mut notes: ConversionNotes) {
        let mut tally = locked(&self.tally);
        for reason in std::mem::take(&mut notes.lost) {
            tally.rejects.push(rejected_at(job, (0, 0), reason));
        }
        tally.note(job.record.format, &job.record.location, nct_id, notes);
    }

    fn take_page(
        &self,
        entry: RecordEntry,
        job: &RecordJob,
        stored: &StoredStudy,
        pass: ReadPass,
    ) -> Result<(), IndexError> {
        let digest = entry.standing.digest;
        let wanted = pass == ReadPass::First
            || locked(&self.contest).pages(entry.nct).any(|page| page.standing.digest == digest);
        if wanted {
            let raw = (pass == ReadPass::First || job.wanted.is_some()).then_some(entry.raw);
            locked(&self.pages)
                .add(&entry, raw, &job.record, stored.json.as_bytes())
                .map_err(|error| self.unwritten(error))?;
        }
        if pass == ReadPass::First {
            locked(&self.contest).offer(entry);
        }
        Ok(())
    }

    /// Lets a study compete, and puts it into the index if it wins.
    ///
    /// The document is made before the verdict, since that has to stay true
    /// until tantivy has the document: later verdicts on the same study must
    /// reach it later.
    fn offer(
        &self,
        entry: RecordEntry,
        study: &Study,
        nct_id: NctId,
        stored: &StoredStudy,
        permit: Arc<MemoryPermit>,
    ) -> Result<(), TantivyError> {
        let promising = locked(&self.contest).would_win(&entry);
        let make = || stored.document(study, nct_id, self.fields);
        let made = promising.then(make);
        let mut contest = locked(&self.contest);
        let verdict = contest.offer(entry);
        if !matches!(verdict, OfferOutcome::Index { .. }) {
            return Ok(());
        }
        // What did not look promising may have become so in the meantime.
        let document = made.unwrap_or_else(make);
        self.write(verdict, entry.nct, document, permit)
    }

    fn write(
        &self,
        verdict: OfferOutcome,
        nct: u32,
        document: TantivyDocument,
        permit: Arc<MemoryPermit>,
    ) -> Result<(), TantivyError> {
        let OfferOutcome::Index { replace } = verdict else {
            return Ok(());
        };
        let add = UserOperation::Add(AdmittedDocument { document, permit });
        let operations =
            if replace { vec![UserOperation::Delete(self.key(nct)), add] } else { vec![add] };
        self.writer.run(operations).map(|_| ())
    }

    fn key(&self, nct: u32) -> Term {
        key(self.fields, nct)
    }

    /// A temporary file could not be written or read.
    fn unwritten(&self, error: io::Error) -> IndexError {
        IndexError::Io { path: self.directory.clone(), error }
    }

    fn fail(&self, error: TantivyError) -> IndexError {
        if matches!(error, TantivyError::ErrorInThread(_)) {
            return self.store.failed(error);
        }
        let error = match error {
            TantivyError::IoError(error) => io::Error::other(error),
            error => io::Error::other(error),
        };
        IndexError::Io { path: self.directory.clone(), error }
    }
}

/// Whether a record cannot be read a second time.
fn is_fleeting(record: &Record) -> bool {
    &*record.location.path == "-"
}

/// The term that only the study with that number has.
pub(in crate::index) fn key(fields: &IndexFields, nct: u32) -> Term {
    Term::from_field_u64(fields.nct, u64::from(nct))
}

/// Converts a record so that a mistake in a converter costs that record, not
/// the run.
pub(in crate::index) fn try_convert(record: &Record) -> Result<ConvertedRecord, FormatError> {
    let converted = std::panic::catch_unwind(AssertUnwindSafe(|| convert(record)));
    converted.unwrap_or_else(|_| {
        Err(FormatError::Syntax {
            message: "the converter failed; please report it with this record".to_owned(),
            line: 0,
            byte: 0,
        })
    })
}

fn rejected(job: &RecordJob, error: &FormatError) -> RejectEntry {
    let place = match error {
        FormatError::Syntax { line, byte, .. } => (line.saturating_sub(1), *byte),
        _ => (0, 0),
    };
    rejected_at(job, place, error.to_string())
}

/// A reject at that line and byte of a record.
fn rejected_at(job: &RecordJob, (line, byte): (u64, u64), reason: String) -> RejectEntry {
    let mut location = job.record.location.clone();
    location.line += line;
    location.byte += byte;
    RejectEntry::at(job.source, RejectKind::Rejected, location, reason)
}
