//! From records to what the index holds: the part of an update that runs in
//! several threads.

mod composing;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Receiver;
use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::index::error::IndexError;
use crate::index::fields::document::{Admitted, document};
use crate::index::fields::schema::Fields;
use crate::index::ledger::{
    Digest, Entry, EntryKind, RejectEntry, RejectKind, Rejects, SourceId, Standing, first,
    format_number,
};
use crate::index::store::Store;
use crate::index::update::Watch;
use crate::index::update::audit::{Example, Unfit, Unplaced};
use crate::index::update::contest::{Contest, Verdict};
use crate::index::update::flow::{Gate, Permit};
use crate::index::update::pages::{Joined, Pages};
use crate::index::update::parts::{Part, Parts};
use crate::index::update::recall::{NO_BYTES, marked, raw_digest};
use trialdex_records::format::{Converted, FormatError, Notes, convert};
use trialdex_records::source::{Format, Location, Record};
use trialdex_records::study::{NctId, Study};

/// Bytes of records that are worked on at the same time.
pub(in crate::index) const ROOM: usize = 32 << 20;

/// A record to be worked on.
pub(in crate::index) struct Job {
    pub(in crate::index) source: SourceId,
    pub(in crate::index) record: Record,
    pub(in crate::index) permit: Arc<Permit>,
    /// Digests of the records that are looked for; all where there is none.
    pub(in crate::index) wanted: Option<Arc<HashSet<Digest>>>,
}

/// Why records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum Pass {
    /// They are new, or their file has changed.
    First,
    /// Pages that belong to a study of which another page has changed.
    Pages,
    /// Records that have become the best of their study.
    RunnersUp,
    /// Records that a study is joined from with others.
    Parts,
}

/// What is counted on the way.
#[derive(Debug, Default)]
pub(in crate::index) struct Tally {
    pub(in crate::index) rejects: Rejects,
    pub(in crate::index) encodings: BTreeMap<&'static str, u64>,
    unplaced: HashMap<(Format, String), u64>,
    unfit: BTreeMap<(Format, &'static str), Unfit>,
    versions: BTreeMap<String, u64>,
}

/// Fields without a place that are named, before the rest is named as one.
const UNPLACED: usize = 20_000;

impl Tally {
    fn note(&mut self, format: Format, location: &Location, nct_id: NctId, notes: Notes) {
        for (field, value) in notes.unfit {
            let example = Example::new(location, nct_id, value);
            let unfit = self.unfit.entry((format, field));
            unfit.and_modify(|unfit| unfit.add(&example)).or_insert_with(|| Unfit {
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
    pub(in crate::index) fn unfit(&self) -> Vec<Unfit> {
        self.unfit.values().cloned().collect()
    }

    /// Records by the column that says which version of a study they are.
    pub(in crate::index) fn versions(&self) -> &BTreeMap<String, u64> {
        &self.versions
    }

    /// The fields without a place, by format and name.
    pub(in crate::index) fn unplaced(&self) -> Vec<Unplaced> {
        let mut unplaced: Vec<Unplaced> = self
            .unplaced
            .iter()
            .map(|((format, name), records)| Unplaced {
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
    shared: Arc<Shared<'a>>,
    gate: Arc<Gate>,
}

/// What the working threads share.
pub(in crate::index) struct Shared<'a> {
    store: &'a Store,
    writer: &'a IndexWriter<Admitted>,
    fields: &'a Fields,
    directory: PathBuf,
    watch: &'a Watch,
    contest: Mutex<Contest>,
    pages: Mutex<Pages>,
    parts: Mutex<Parts>,
    tally: Mutex<Tally>,
    failed: AtomicBool,
    failure: Mutex<Option<IndexError>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Intake<'a> {
    pub(in crate::index) fn new(
        store: &'a Store,
        writer: &'a IndexWriter<Admitted>,
        contest: Contest,
        watch: &'a Watch,
    ) -> Self {
        let shared = Shared {
            store,
            writer,
            fields: &store.fields,
            directory: store.directory().to_owned(),
            watch,
            contest: Mutex::new(contest),
            pages: Mutex::new(Pages::new(store.directory())),
            parts: Mutex::new(Parts::new(store.directory())),
            tally: Mutex::new(Tally::default()),
            failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        };
        Self { shared: Arc::new(shared), gate: Gate::new(ROOM) }
    }

    pub(in crate::index) fn gate(&self) -> Arc<Gate> {
        self.gate.clone()
    }

    pub(in crate::index) fn workers(&self) -> Arc<Shared<'a>> {
        self.shared.clone()
    }

    pub(in crate::index) fn contest(&self) -> MutexGuard<'_, Contest> {
        locked(&self.shared.contest)
    }

    pub(in crate::index) fn pages(&self) -> MutexGuard<'_, Pages> {
        locked(&self.shared.pages)
    }

    pub(in crate::index) fn parts(&self) -> MutexGuard<'_, Parts> {
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
            locked(&self.shared.tally).note(Format::Csv, &location, nct_id, notes);
        }
        let mut contest = self.contest();
        contest.withdraw_of(nct, &|entry| entry.kind == EntryKind::Joined);
        drop(contest);
        if study.nct_id().is_none() {
            return Ok(());
        }
        let shared = &self.shared;
        let stored = Stored::new(&study);
        let entry = Entry {
            source,
            nct,
            format: format_number(Format::ModulePage),
            kind: EntryKind::Joined,
            orphan: false,
            standing: stored.standing,
            raw: NO_BYTES,
        };
        let others = |entry: &Entry| entry.is_of_contest() && entry.kind != EntryKind::Joined;
        if self.contest().standing(nct).any(others) {
            let part = Part::new(&study, Vec::new());
            self.parts().add(&entry, &part).map_err(|error| shared.unwritten(error))?;
        }
        let permit = Arc::new(self.gate.enter(stored.json.len()));
        shared.offer(entry, &study, nct_id, &stored, permit).map_err(|error| shared.fail(error))
    }

    /// The study that the pages make. What pages held that can no longer be
    /// read (they came by standard input, or their source is damaged) is taken
    /// from the index, if that is what it held of the study.
    fn joined_pages(&self, nct: u32, nct_id: NctId) -> Result<Joined, IndexError> {
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
    pub(in crate::index) fn into_parts(self) -> (Contest, Tally) {
        let contest = std::mem::take(&mut *self.contest());
        let tally = std::mem::take(&mut *locked(&self.shared.tally));
        (contest, tally)
    }
}

/// A study as it is stored.
pub(in crate::index) struct Stored {
    json: String,
    pub(in crate::index) standing: Standing,
}

impl Stored {
    pub(in crate::index) fn new(study: &Study) -> Self {
        // A map with string keys can always be written as JSON.
        let json = serde_json::to_string(study.as_map()).unwrap_or_default();
        let (values, bytes) = study.fullness();
        let updated = study.updated().map_or(0, |date| date.first_day().to_julian_day());
        let standing = Standing {
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
        fields: &Fields,
    ) -> TantivyDocument {
        document(study, nct_id, &self.json, first(self.standing.digest), fields)
    }
}

/// The digest of a study as it is stored.
pub(in crate::index) fn digest(bytes: &[u8]) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    digest
}

/// The first eight bytes of the digest of a study as it is stored.
pub(crate) fn short_digest(json: &str) -> u64 {
    first(digest(json.as_bytes()))
}

impl Shared<'_> {
    /// Works on jobs until there are no more.
    pub(in crate::index) fn work(&self, jobs: &Receiver<Job>, pass: Pass) {
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

    fn work_on(&self, job: Job, pass: Pass) -> Result<(), IndexError> {
        let raw = raw_digest(&job.record);
        if pass == Pass::First && self.is_known(&job, &raw)
            || job
                .wanted
                .as_ref()
                .is_some_and(|wanted| !wanted.contains(&raw) && !wanted.contains(&marked(raw)))
        {
            return Ok(());
        }
        match try_convert(&job.record) {
            Err(error) => {
                if pass == Pass::First {
                    locked(&self.tally).rejects.push(rejected(&job, &error));
                }
                Ok(())
            }
            Ok(converted) => self.take(job, raw, converted, pass),
        }
    }

    /// Takes over what is known of a record of these bytes. What comes by
    /// standard input and is a part of a study is read all the same: it cannot
    /// be read later, when another part of the study turns out to have changed.
    fn is_known(&self, job: &Job, raw: &Digest) -> bool {
        let mut contest = locked(&self.contest);
        let fleeting =
            is_fleeting(&job.record) && (job.record.is_part() || contest.is_part_of_composed(raw));
        !fleeting && contest.take_over(job.source, raw)
    }

    fn take(
        &self,
        job: Job,
        raw: Digest,
        converted: Converted,
        pass: Pass,
    ) -> Result<(), IndexError> {
        let Converted { study, nct_id, mut notes } = converted;
        let format = job.record.format;
        let stored = Stored::new(&study);
        let lost = std::mem::take(&mut notes.lost);
        let empty = std::mem::take(&mut notes.empty);
        let raw = if lost.is_empty() { raw } else { marked(raw) };
        if pass == Pass::First {
            let mut tally = locked(&self.tally);
            for reason in lost {
                tally.rejects.push(rejected_at(&job, (0, 0), reason));
            }
            tally.note(job.record.format, &job.record.location, nct_id, notes);
        }
        let page = job.record.is_part();
        let entry = Entry {
            source: job.source,
            nct: nct_id.number(),
            format: format_number(format),
            kind: if page { EntryKind::Page } else { EntryKind::Whole },
            orphan: false,
            standing: stored.standing,
            raw,
        };
        let set_aside = match pass {
            Pass::First => is_fleeting(&job.record),
            _ => pass == Pass::Parts && locked(&self.parts).wants(&entry),
        };
        if !page && set_aside {
            let part = Part::new(&study, empty);
            locked(&self.parts).add(&entry, &part).map_err(|error| self.unwritten(error))?;
        }
        match (page, pass) {
            (true, Pass::RunnersUp) | (false, Pass::Pages) | (_, Pass::Parts) => Ok(()),
            (true, _) => self.take_page(entry, &job, &stored, pass),
            (false, Pass::First) => self
                .offer(entry, &study, nct_id, &stored, job.permit)
                .map_err(|error| self.fail(error)),
            (false, Pass::RunnersUp) => {
                let document = stored.document(&study, nct_id, self.fields);
                let mut contest = locked(&self.contest);
                let verdict = contest.claim(entry.nct, stored.standing.digest);
                self.write(verdict, entry.nct, document, job.permit)
                    .map_err(|error| self.fail(error))
            }
        }
    }

    fn take_page(
        &self,
        entry: Entry,
        job: &Job,
        stored: &Stored,
        pass: Pass,
    ) -> Result<(), IndexError> {
        let digest = entry.standing.digest;
        let wanted = pass == Pass::First
            || locked(&self.contest).pages(entry.nct).any(|page| page.standing.digest == digest);
        if wanted {
            let raw = (pass == Pass::First || job.wanted.is_some()).then_some(entry.raw);
            locked(&self.pages)
                .add(&entry, raw, &job.record, stored.json.as_bytes())
                .map_err(|error| self.unwritten(error))?;
        }
        if pass == Pass::First {
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
        entry: Entry,
        study: &Study,
        nct_id: NctId,
        stored: &Stored,
        permit: Arc<Permit>,
    ) -> Result<(), TantivyError> {
        let promising = locked(&self.contest).would_win(&entry);
        let make = || stored.document(study, nct_id, self.fields);
        let made = promising.then(make);
        let mut contest = locked(&self.contest);
        let verdict = contest.offer(entry);
        if !matches!(verdict, Verdict::Index { .. }) {
            return Ok(());
        }
        // What did not look promising may have become so in the meantime.
        let document = made.unwrap_or_else(make);
        self.write(verdict, entry.nct, document, permit)
    }

    fn write(
        &self,
        verdict: Verdict,
        nct: u32,
        document: TantivyDocument,
        permit: Arc<Permit>,
    ) -> Result<(), TantivyError> {
        let Verdict::Index { replace } = verdict else {
            return Ok(());
        };
        let add = UserOperation::Add(Admitted { document, permit });
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
pub(in crate::index) fn key(fields: &Fields, nct: u32) -> Term {
    Term::from_field_u64(fields.nct, u64::from(nct))
}

/// Converts a record so that a mistake in a converter costs that record, not
/// the run.
pub(in crate::index) fn try_convert(record: &Record) -> Result<Converted, FormatError> {
    let converted = std::panic::catch_unwind(AssertUnwindSafe(|| convert(record)));
    converted.unwrap_or_else(|_| {
        Err(FormatError::Syntax {
            message: "the converter failed; please report it with this record".to_owned(),
            line: 0,
            byte: 0,
        })
    })
}

fn rejected(job: &Job, error: &FormatError) -> RejectEntry {
    let place = match error {
        FormatError::Syntax { line, byte, .. } => (line.saturating_sub(1), *byte),
        _ => (0, 0),
    };
    rejected_at(job, place, error.to_string())
}

/// A reject at that line and byte of a record.
fn rejected_at(job: &Job, (line, byte): (u64, u64), reason: String) -> RejectEntry {
    let location = &job.record.location;
    RejectEntry {
        source: job.source,
        kind: RejectKind::Rejected,
        member: location.member.as_ref().map(ToString::to_string),
        line: location.line + line,
        byte: location.byte + byte,
        reason,
    }
}
