//! Restores the contents of damaged files of an index.
//!
//! A repair is one transaction, like an update. Damaged segments are left out
//! of the search index. Their studies are stored again if they can be read and
//! their digests are those of the ledger; otherwise they are read from the
//! sources. One commit makes all of that the state of the index. Until then the
//! damaged files stay in place, and a repair that is killed has changed
//! nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tantivy::directory::RamDirectory;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentComponent;
use tantivy::indexer::{NoMergePolicy, UserOperation};
use tantivy::{Index, IndexWriter};

use crate::index::check::survey::{SegmentStore, SegmentSurvey};
use crate::index::check::{
    CheckFinding, CheckOptions, CheckedIndex, IndexCheck, StudyFaults, expected, metas,
};
use crate::index::commit_payload::CommitPayload;
use crate::index::digests::digest;
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::fields::schema::schema;
use crate::index::files::index_directory::{IndexDirectory, segments};
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{
    Digest, EntryKind, Ledger, RecordEntry, SourceEntry, SourceId, UNKNOWN,
};
use crate::index::lock_owner::LockNote;
use crate::index::store::{Store, settings};
use crate::index::tantivy_error::tantivy_error;
use crate::index::update::carry_out;
use crate::index::update::flow::MemoryGate;
use crate::index::update::intake::{ROOM, StoredStudy, key};
use crate::index::update::known_records::NO_BYTES;
use crate::index::update::options::{UpdateKind, UpdateOptions, UpdateProgress};
use crate::index::update::writer::writer;
use trialdex_records::study::{NctId, Study};

/// A study that is no longer in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LostStudy {
    /// Its number.
    pub study: String,
    /// The source that it came from, which does not have it any longer.
    pub source: String,
}

/// What a repair did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepairSummary {
    /// Studies that were stored again from the contents of the index.
    pub from_index: u64,
    /// Studies that were read from the sources again.
    pub from_sources: u64,
    /// Those of them that have another version in the sources now.
    pub other_version: Vec<String>,
    /// Studies that were found in the index, and entered in the ledger as
    /// being without a source.
    pub entered: u64,
    /// Studies that could not be put back.
    pub lost: Vec<LostStudy>,
}

/// Checks an index and repairs it where something is wrong. Returns the faults
/// and, if anything could be done about them, the repairs.
///
/// # Errors
///
/// Where there is no index, or none that this program can read; where another
/// process writes to it, or it cannot be written to. The index is then as it
/// was before.
pub fn repair(
    directory: &Path,
    options: &UpdateOptions,
    sources: bool,
    watch: &UpdateProgress,
) -> Result<(IndexCheck, Option<RepairSummary>), IndexError> {
    let (limits, threads) = (options.limits.clone(), options.threads);
    let before = metas(directory);
    let checking = CheckOptions { quick: false, sources, limits, threads };
    let examined = CheckedIndex::new(directory, &checking, watch)?;
    if !examined.check.findings.iter().any(CheckFinding::can_be_repaired) {
        return Ok((examined.check, None));
    }
    let failed = |error| tantivy_error(directory, error);
    let disk = IndexDirectory::open_to_check(&directory.join("tantivy")).map_err(failed)?;
    let disk = disk.showing(without_damaged(directory, &examined).map_err(failed)?);
    let store = Store::open_on(directory, disk)?;
    let writer = writer(&store, options)?;
    let _note = LockNote::put(directory, &options.holder());
    // Until the lock was held, another process may have made a commit.
    if metas(directory) != before {
        return Err(IndexError::Changed(directory.to_owned()));
    }
    // Merging clears up, which must wait until the repair is done.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let mut plan = RepairPlan::new(&store, &examined);
    plan.salvage(&writer).map_err(failed)?;
    let (ledger, inputs, sought) = plan.ledger();
    let mut repaired = plan.repaired;
    carry_out(&store, writer, ledger, &inputs, options, watch, UpdateKind::Repair)?;
    let after = Store::open(directory).and_then(|store| store.ledger());
    let after = after.map_err(|error| IndexError::committed(directory, &error))?;
    repaired.count(sought, &expected(&after));
    Ok((examined.check, Some(repaired)))
}

impl RepairSummary {
    /// Counts the studies that were looked for in the sources; `after` is what
    /// the index holds now.
    fn count(&mut self, sought: MissingStudies, after: &HashMap<u32, Digest>) {
        for (nct, (digest, source)) in sought {
            let Some(study) = NctId::from_number(nct).map(|nct| nct.to_string()) else { continue };
            match after.get(&nct) {
                None => self.lost.push(LostStudy { study, source }),
                Some(found) => {
                    self.from_sources += 1;
                    self.other_version.extend((*found != digest).then_some(study));
                }
            }
        }
    }
}

/// What the last commit says, without the segments that are damaged; where it
/// cannot be read, that there is none.
fn without_damaged(directory: &Path, examined: &CheckedIndex) -> tantivy::Result<Vec<u8>> {
    let metas = match &examined.store {
        Some(store) => {
            let mut metas = store.index.load_metas()?;
            let whole = |part: &&SegmentSurvey| part.is_whole();
            let whole: HashSet<_> =
                examined.survey.parts.iter().filter(whole).map(|part| part.meta.id()).collect();
            metas.segments.retain(|segment| whole.contains(&segment.id()));
            metas
        }
        None => {
            let empty = Index::builder().schema(schema().0).settings(settings());
            let mut metas = empty.open_or_create(RamDirectory::create())?.load_metas()?;
            let last = ledgers(directory).last().copied().unwrap_or_default();
            let payload = CommitPayload::numbered(last);
            metas.payload = Some(serde_json::to_string(&payload).unwrap_or_default());
            metas
        }
    };
    Ok(serde_json::to_vec(&metas).unwrap_or_default())
}

/// Numbers of the ledgers that are there, in their order.
fn ledgers(directory: &Path) -> BTreeSet<u64> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let number = |name: String| name.strip_prefix("ledger-")?.strip_suffix(".zst")?.parse().ok();
    names.filter_map(number).collect()
}

/// A study that is in none of the whole segments as it should be, and the
/// source that it is from.
type MissingStudies = BTreeMap<u32, (Digest, String)>;

/// The plan of a repair.
struct RepairPlan<'a> {
    store: &'a Store,
    parts: &'a [SegmentSurvey],
    /// The segments are not known; any file of studies that is there will do.
    blind: bool,
    ledger: Ledger,
    /// Sources to be read again, by path.
    again: BTreeSet<String>,
    sought: HashMap<u32, Digest>,
    repaired: RepairSummary,
}

impl<'a> RepairPlan<'a> {
    fn new(store: &'a Store, examined: &'a CheckedIndex) -> Self {
        let mut plan = Self {
            store,
            parts: &examined.survey.parts,
            blind: examined.store.is_none(),
            ledger: Ledger::default(),
            again: BTreeSet::new(),
            sought: HashMap::new(),
            repaired: RepairSummary::default(),
        };
        match examined.ledger.clone().or_else(|| plan.fitting_ledger()) {
            Some(ledger) => plan.ledger = ledger,
            None => plan.enter(&|_| true),
        }
        let mut digests = expected(&plan.ledger);
        let mut wrong = StudyFaults::of(&examined.survey, Some(&digests));
        if !wrong.unknown.is_empty() {
            plan.enter(&|nct| wrong.unknown.contains(&nct));
            // What is entered may be there twice, or in several versions.
            digests = expected(&plan.ledger);
            wrong = StudyFaults::of(&examined.survey, Some(&digests));
        }
        let sets = [&wrong.missing, &wrong.twice, &wrong.differs, &wrong.unreadable];
        plan.sought =
            sets.into_iter().flatten().filter_map(|nct| Some((*nct, *digests.get(nct)?))).collect();
        let sources = examined.ledger.iter().flat_map(|ledger| (0..).zip(&ledger.sources));
        let again = sources.filter(|(id, _)| examined.again.contains(id));
        plan.again = again.map(|(_, source)| source.path.clone()).collect();
        plan
    }

    /// If it is unclear which ledger is valid: the one with most studies that
    /// are still there; of several, the last.
    fn fitting_ledger(&self) -> Option<Ledger> {
        if !self.blind {
            return None;
        }
        let mut there = HashSet::new();
        self.each_stored(&mut |text| {
            there.insert(digest(text.as_bytes()));
            Ok(())
        })
        .ok()?;
        let numbers = ledgers(self.store.directory()).into_iter();
        let read = numbers.filter_map(|number| {
            Ledger::read(&File::open(self.store.ledger_path(number)).ok()?).ok()
        });
        read.max_by_key(|ledger| {
            let digests = expected(ledger);
            let found = digests.values().filter(|digest| there.contains(*digest)).count();
            found as i64 - (digests.len() - found) as i64
        })
    }

    /// Hands over every stored study that can be read and may be of use: all of
    /// damaged segments, and where something is sought, or
    /// the segments are not known, of any that are there.
    fn each_stored(
        &self,
        take: &mut dyn FnMut(String) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let (index, study) = (&self.store.index, self.store.fields.study);
        if self.blind || !self.sought.is_empty() {
            let known: HashSet<PathBuf> = self
                .parts
                .iter()
                .map(|part| part.meta.relative_path(SegmentComponent::Store))
                .collect();
            let there = segments(&self.store.directory().join("tantivy"), ".store");
            for path in there.into_iter().filter(|path| !known.contains(path)) {
                let stored = SegmentStore::at(index, &path, study);
                for text in stored.iter().flat_map(SegmentStore::all) {
                    take(text)?;
                }
            }
        }
        for part in self.parts {
            self.openable(&part.meta.relative_path(SegmentComponent::Store))?;
            let Some(stored) = SegmentStore::open(index, &part.meta, study) else { continue };
            let documents: Box<dyn Iterator<Item = u32>> = match &part.studies {
                Some(studies) if part.is_whole() => {
                    let sought =
                        |nct: &u32| self.sought.is_empty() || self.sought.contains_key(nct);
                    let held = studies.iter().filter(move |held| sought(&held.nct));
                    Box::new(held.map(|held| held.document))
                }
                Some(studies) => Box::new(studies.iter().map(|held| held.document)),
                None => Box::new(0..part.meta.max_doc()),
            };
            for text in documents.filter_map(|document| stored.text(document)) {
                take(text)?;
            }
        }
        Ok(())
    }

    /// An error where a file is there that cannot be opened: it need not be
    /// damaged, and what it holds must not be given up.
    fn openable(&self, path: &Path) -> tantivy::Result<()> {
        match File::open(self.store.search_directory().join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(OpenReadError::wrap_io_error(error, path.to_owned()).into())
            }
            _ => Ok(()),
        }
    }

    /// Enters studies of the index in the ledger, the best of each.
    fn enter(&mut self, which: &dyn Fn(u32) -> bool) {
        let mut best: BTreeMap<u32, RecordEntry> = BTreeMap::new();
        let source = self.unknown_source();
        // What goes through them does not fail.
        let _ = self.each_stored(&mut |text| {
            let Some((nct, study)) = parsed(&text) else { return Ok(()) };
            if which(nct.number()) {
                let standing = StoredStudy::new(&study).standing;
                let (nct, kind) = (nct.number(), EntryKind::Found);
                let (format, raw) = (u8::MAX, NO_BYTES);
                let entry = RecordEntry { source, nct, format, kind, orphan: true, standing, raw };
                let known = best.entry(nct).or_insert(entry);
                if known.standing < standing {
                    *known = entry;
                }
            }
            Ok(())
        });
        self.repaired.entered += best.len() as u64;
        self.ledger.records.extend(best.into_values());
        self.ledger.records.sort_by_key(|entry| (entry.source, entry.nct, entry.standing));
    }

    /// The source that studies without one are counted to.
    fn unknown_source(&mut self) -> SourceId {
        if let Some(known) = self.ledger.source(UNKNOWN) {
            return known;
        }
        let ledger = &mut self.ledger;
        let at = ledger.sources.partition_point(|source| source.path.as_str() < UNKNOWN);
        ledger.sources.insert(at, SourceEntry::new(UNKNOWN.to_owned(), 0, None));
        let at = at as SourceId;
        let of_records = ledger.records.iter_mut().map(|entry| &mut entry.source);
        let of_rejects = ledger.rejects.iter_mut().map(|reject| &mut reject.source);
        for id in of_records.chain(of_rejects).filter(|id| **id >= at) {
            *id += 1;
        }
        at
    }

    /// Stores the missing studies that can still be read again, and removes the
    /// other missing ones from the whole segments.
    fn salvage(&mut self, writer: &IndexWriter<AdmittedDocument>) -> tantivy::Result<()> {
        let fields = &self.store.fields;
        let mut sought: HashMap<Digest, u32> =
            self.sought.iter().map(|(nct, digest)| (*digest, *nct)).collect();
        if sought.is_empty() {
            return Ok(());
        }
        for nct in self.sought.keys() {
            writer.delete_term(key(fields, *nct));
        }
        let gate = MemoryGate::new(ROOM);
        let mut found = Vec::new();
        self.each_stored(&mut |text| {
            let Some(nct) = sought.remove(&digest(text.as_bytes())) else { return Ok(()) };
            let (Some(nct_id), Some((_, study))) = (NctId::from_number(nct), parsed(&text)) else {
                return Ok(());
            };
            let document = StoredStudy::new(&study).document(&study, nct_id, fields);
            let permit = Arc::new(gate.enter(text.len()));
            found.push(nct);
            writer.run([UserOperation::Add(AdmittedDocument { document, permit })]).map(|_| ())
        })?;
        self.repaired.from_index = found.len() as u64;
        for nct in found {
            self.sought.remove(&nct);
        }
        Ok(())
    }

    /// The part of the ledger that the index has, with the sources to be read
    /// again and the missing studies in them.
    fn ledger(&mut self) -> (Ledger, Vec<PathBuf>, MissingStudies) {
        let mut ledger = std::mem::take(&mut self.ledger);
        let mut sought = MissingStudies::new();
        for entry in ledger.records.iter().filter(|entry| self.sought.contains_key(&entry.nct)) {
            let Some(source) = ledger.sources.get(entry.source as usize) else { continue };
            self.again.insert(source.path.clone());
            let digest = self.sought[&entry.nct];
            let known = sought.entry(entry.nct).or_insert((digest, source.path.clone()));
            if entry.standing.digest == digest {
                known.1.clone_from(&source.path);
            }
        }
        ledger.records.retain(|entry| !self.sought.contains_key(&entry.nct));
        let mut inputs = Vec::new();
        for source in &mut ledger.sources {
            if self.again.contains(&source.path) {
                source.modified = None;
                inputs.push(key_path(&source.path));
            }
        }
        inputs.retain(|path| path.is_file());
        (ledger, inputs, sought)
    }
}

/// A stored study, if it is one that has a number.
fn parsed(text: &str) -> Option<(NctId, Study)> {
    let study = Study::from_map(serde_json::from_str(text).ok()?);
    Some((study.nct_id()?, study))
}
