//! Opens an index on disk and reads its studies.
//!
//! ```text
//! index/
//!   tantivy/         the search index
//!   ledger-N.zst     what it was made from; the commit names the valid one
//!   writer.json      who writes to it, while somebody does
//! ```

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::directory::{Directory as _, INDEX_WRITER_LOCK};
use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{
    DocAddress, Executor, Index, IndexReader, IndexSettings, ReloadPolicy, Searcher, SegmentMeta,
    SegmentReader, TantivyDocument, TantivyError,
};

use crate::index::commit_payload::CommitPayload;
use crate::index::digests::short_digest;
use crate::index::error::IndexError;
use crate::index::fields::schema::{FORMAT, IndexFields, schema};
use crate::index::fields::statistics::FieldStatistics;
use crate::index::files::index_directory::{IndexDirectory, METAS, segments};
use crate::index::ledger::{Ledger, UNFINISHED};
use crate::index::tantivy_error::{damaged, guarded, tantivy_error};
use crate::study_lists::StudyListMemory;
use crate::study_sets::StudySetMemory;
use trialdex_files as files;
use trialdex_plan::{NameMemory, PlanError};
use trialdex_records::study::{ChosenPieces, NctId, Study};
use trialdex_text as text;
use trialdex_text::vocabulary::Vocabulary;

/// Bytes of stored studies that are compressed together: a few studies, so
/// that little has to be unpacked to read one.
const STORE_BLOCK: usize = 128 << 10;

/// Unpacked blocks that are kept for each segment: threads that go through the
/// studies in the order in which they are stored need one each.
const KEPT_BLOCKS: usize = 10;

/// How often an index is opened before one that is never at rest is taken as
/// it is found.
const ATTEMPTS: u32 = 10;

/// Studies of an index at least whose segments are searched side by side: to
/// hand out fewer takes as long as to go through them.
const LARGE: u64 = 50_000;

/// How studies are stored.
#[must_use]
pub fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(4) }),
        docstore_blocksize: STORE_BLOCK,
        ..IndexSettings::default()
    }
}

/// An index in a directory.
pub struct Store {
    directory: PathBuf,
    pub(crate) index: Index,
    pub(crate) fields: Arc<IndexFields>,
    /// `None` while nothing has been committed.
    pub(super) payload: Option<CommitPayload>,
    /// The ledger of the commit, opened with it: later runs remove the file
    /// while this may still be read.
    ledger: Option<File>,
    /// The segments of the commit.
    pub(super) segments: Vec<SegmentId>,
    /// Kept, since what it has read of dozens of fields is of use to every
    /// search.
    reader: OnceLock<IndexReader>,
    /// Its own vocabulary, where it has one.
    vocabulary: OnceLock<Option<Vocabulary>>,
    statistics: FieldStatistics,
    /// Digests of studies, by segment of the reader.
    digests: OnceLock<Vec<Column<u64>>>,
    /// Numbers of studies, by segment of the reader.
    numbers: OnceLock<Arc<[Column<u64>]>>,
    /// Vectors of studies, by segment of the reader.
    vectors: OnceLock<Arc<[Column<u64>]>>,
    executor: OnceLock<Executor>,
    /// Studies that were looked up already.
    pub(crate) study_lists: StudyListMemory,
    /// Studies with values that were filtered by already.
    pub(crate) study_sets: StudySetMemory,
    /// What was found out about names already.
    pub(crate) names: NameMemory,
}

/// The file in the directory of an index that replaces the built-in vocabulary.
pub const VOCABULARY_FILE: &str = "thesaurus.bin";

impl Store {
    /// Opens an index that has a commit, in its present state: later commits of
    /// others do not change what this reads.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn open(directory: &Path) -> Result<Self, IndexError> {
        for _ in 1..ATTEMPTS {
            let store = Self::open_committed(directory)?;
            let opened = store.searcher();
            if store.is_current(opened.is_ok())? {
                return opened.map(|_| store);
            }
        }
        let store = Self::open_committed(directory)?;
        store.searcher().map(|_| store)
    }

    fn open_committed(directory: &Path) -> Result<Self, IndexError> {
        match Self::open_any(directory, IndexDirectory::open)? {
            Some(store) if store.payload.is_some() => Ok(store),
            Some(_) => Err(IndexError::Unfinished(directory.to_owned())),
            None => Err(IndexError::Missing(directory.to_owned())),
        }
    }

    /// Whether nobody has made a commit since this was opened. Where its
    /// segments could not be opened, nobody may have merged any, either: those
    /// from before are removed then.
    pub(super) fn is_current(&self, opened: bool) -> Result<bool, IndexError> {
        let metas = self.index.load_metas().map_err(|error| self.failed(error))?;
        let payload = metas.payload.as_deref().map(serde_json::from_str::<CommitPayload>);
        let segments = || metas.segments.iter().map(SegmentMeta::id);
        let same = payload.and_then(Result::ok) == self.payload;
        Ok(same && (opened || segments().eq(self.segments.iter().copied())))
    }

    /// Opens an index to be written to, making it where there is none.
    ///
    /// # Errors
    ///
    /// Where the directory cannot be written to, or holds an index that this
    /// program cannot read.
    pub(super) fn open_or_create(directory: &Path) -> Result<Self, IndexError> {
        if let Some(store) = Self::open_any(directory, IndexDirectory::open_to_write)? {
            return Ok(store);
        }
        let tantivy_directory = directory.join("tantivy");
        let io_error = |error| IndexError::Io { path: tantivy_directory.clone(), error };
        files::create_directories(&tantivy_directory).map_err(io_error)?;
        files::sync(directory).map_err(io_error)?;
        let failed = |error| tantivy_error(directory, error);
        let disk = IndexDirectory::open_to_write(&tantivy_directory).map_err(failed)?;
        // Two that begin at the same time must not both make one.
        let lock = disk.acquire_lock(&INDEX_WRITER_LOCK);
        let _lock = lock.map_err(|error| failed(TantivyError::LockFailure(error, None)))?;
        if let Some(store) = Self::open_any(directory, IndexDirectory::open_to_write)? {
            return Ok(store);
        }
        let (schema, fields) = schema();
        let index = Index::builder().schema(schema).settings(settings()).open_or_create(disk);
        Ok(Self::with(directory, index.map_err(failed)?, fields, None))
    }

    fn open_any(
        directory: &Path,
        open: fn(&Path) -> tantivy::Result<IndexDirectory>,
    ) -> Result<Option<Self>, IndexError> {
        let tantivy_directory = directory.join("tantivy");
        let metas = tantivy_directory.join(METAS);
        if let Err(error) = std::fs::metadata(&metas) {
            return match error.kind() {
                std::io::ErrorKind::NotFound if !segments(&tantivy_directory, "").is_empty() => {
                    Err(damaged(directory, format!("tantivy/{METAS} is missing")))
                }
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(None),
                _ => Err(IndexError::Io { path: metas, error }),
            };
        }
        let disk = open(&tantivy_directory).map_err(|error| tantivy_error(directory, error));
        Self::open_on(directory, disk?).map(Some)
    }

    /// Opens the search index on a disk that has one.
    pub(super) fn open_on(directory: &Path, disk: IndexDirectory) -> Result<Self, IndexError> {
        let failed = |error| tantivy_error(directory, error);
        let index = guarded(|| Index::open(disk)).map_err(failed)?;
        let metas = index.load_metas().map_err(failed)?;
        let payload = metas.payload.as_deref().map(|payload| {
            serde_json::from_str::<CommitPayload>(payload)
                .map_err(|error| damaged(directory, format!("tantivy/{METAS}: {error}")))
        });
        let payload = payload.transpose()?;
        let (schema, fields) = schema();
        match payload.as_ref().map(|payload| payload.format) {
            Some(found) if found != FORMAT => {
                return Err(IndexError::OtherFormat { directory: directory.to_owned(), found });
            }
            _ if index.schema() == schema => {}
            Some(_) => {
                let problem =
                    format!("tantivy/{METAS} does not name the fields of format {FORMAT}");
                return Err(damaged(directory, problem));
            }
            None => return Err(IndexError::OtherFiles(directory.to_owned())),
        }
        let mut store = Self::with(directory, index, fields, payload);
        store.segments = metas.segments.iter().map(SegmentMeta::id).collect();
        Ok(store)
    }

    /// Looks up the last commit again.
    pub(super) fn reload(&mut self) -> Result<(), IndexError> {
        match Self::open_any(&self.directory, IndexDirectory::open_to_write)? {
            Some(store) => *self = store,
            None => return Err(IndexError::Missing(self.directory.clone())),
        }
        Ok(())
    }

    fn with(
        directory: &Path,
        index: Index,
        fields: IndexFields,
        payload: Option<CommitPayload>,
    ) -> Self {
        text::register(index.tokenizers());
        let (reader, vocabulary) = (OnceLock::new(), OnceLock::new());
        let ledger = payload.as_ref().map(|payload| ledger_path(directory, payload.ledger));
        Self {
            directory: directory.to_owned(),
            index,
            fields: Arc::new(fields),
            // If it is not there, whoever needs it gets an error.
            ledger: ledger.and_then(|path| File::open(path).ok()),
            segments: Vec::new(),
            payload,
            reader,
            vocabulary,
            statistics: FieldStatistics::default(),
            digests: OnceLock::new(),
            numbers: OnceLock::new(),
            vectors: OnceLock::new(),
            executor: OnceLock::new(),
            study_lists: StudyListMemory::default(),
            study_sets: StudySetMemory::default(),
            names: NameMemory::default(),
        }
    }

    /// The directory that the index is in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of the search index.
    pub(super) fn search_directory(&self) -> PathBuf {
        self.directory.join("tantivy")
    }

    /// The studies as they were when they were first asked for after the index
    /// was opened.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub(crate) fn searcher(&self) -> Result<Searcher, IndexError> {
        if let Some(reader) = self.reader.get() {
            return Ok(reader.searcher());
        }
        let builder = self.index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let builder = builder.doc_store_cache_num_blocks(KEPT_BLOCKS);
        let reader: IndexReader =
            guarded(|| builder.try_into()).map_err(|error| self.failed(error))?;
        Ok(self.reader.get_or_init(|| reader).searcher())
    }

    /// What goes through the segments of a searcher of [`Self::searcher`]: of a
    /// large index through one for each core at a time.
    pub(crate) fn executor(&self, searcher: &Searcher) -> &Executor {
        self.executor.get_or_init(|| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let segments = searcher.segment_readers().len().min(cores);
            if segments < 2 || searcher.num_docs() < LARGE {
                return Executor::single_thread();
            }
            // Without threads, it only takes longer.
            let threads = Executor::multi_thread(segments, "segment-");
            threads.unwrap_or_else(|_| Executor::single_thread())
        })
    }

    /// Studies with a term in a field, by a searcher of [`Self::searcher`].
    pub(crate) fn frequency(
        &self,
        searcher: &Searcher,
        field: Field,
        term: &str,
    ) -> tantivy::Result<u64> {
        self.statistics.frequency(searcher, field, term)
    }

    /// The commonest of the terms of a field that begin so, with the studies
    /// that have it, by a searcher of [`Self::searcher`].
    pub(crate) fn commonest_with_beginning(
        &self,
        searcher: &Searcher,
        field: Field,
        beginning: &str,
    ) -> tantivy::Result<Option<(String, u64)>> {
        self.statistics.commonest(searcher, field, beginning)
    }

    /// Words of a field in a study on average, by a searcher of
    /// [`Self::searcher`].
    pub(crate) fn average_length(&self, searcher: &Searcher, field: Field) -> tantivy::Result<f32> {
        self.statistics.average_length(searcher, field)
    }

    /// The names of medical subjects that searches in the index use: those of
    /// its own file, or the ones that are built in.
    ///
    /// # Errors
    ///
    /// Where the index has a vocabulary that cannot be read.
    pub fn vocabulary(&self) -> Result<&Vocabulary, IndexError> {
        if let Some(known) = self.vocabulary.get() {
            return Ok(known.as_ref().unwrap_or_else(|| Vocabulary::built_in()));
        }
        let path = self.directory.join(VOCABULARY_FILE);
        let own = if path.exists() { Some(Vocabulary::open(&path)?) } else { None };
        Ok(self.vocabulary.get_or_init(|| own).as_ref().unwrap_or_else(|| Vocabulary::built_in()))
    }

    /// Whether the vocabulary is as it was written; the built-in one is. In a
    /// damaged one, some names are missing.
    ///
    /// # Errors
    ///
    /// As [`Self::vocabulary`].
    pub fn vocabulary_is_whole(&self) -> Result<bool, IndexError> {
        let vocabulary = self.vocabulary()?;
        Ok(std::ptr::eq(vocabulary, Vocabulary::built_in()) || vocabulary.is_whole())
    }

    /// The study of a document, compared with its digest.
    ///
    /// # Errors
    ///
    /// Files of the index cannot be read, or the stored study is not the
    /// original one.
    pub(crate) fn stored(&self, searcher: &Searcher, at: DocAddress) -> Result<Study, IndexError> {
        self.stored_as(searcher, at, |json| Ok(Study::from_map(serde_json::from_str(json)?)))
    }

    /// Some pieces of it.
    ///
    /// # Errors
    ///
    /// As [`Self::stored`].
    pub(crate) fn stored_pieces(
        &self,
        searcher: &Searcher,
        at: DocAddress,
        pieces: &ChosenPieces,
    ) -> Result<Study, IndexError> {
        self.stored_as(searcher, at, |json| Study::read(json, pieces))
    }

    /// The JSON text of it.
    ///
    /// # Errors
    ///
    /// As [`Self::stored`].
    pub(super) fn stored_json(
        &self,
        searcher: &Searcher,
        at: DocAddress,
    ) -> Result<String, IndexError> {
        self.stored_as(searcher, at, |json| Ok(json.to_owned()))
    }

    fn stored_as<T>(
        &self,
        searcher: &Searcher,
        at: DocAddress,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, IndexError> {
        let of_study = |problem: String| {
            let nct = self.number(searcher, at).unwrap_or_else(|_| "a study".to_owned());
            damaged(&self.directory, format!("{nct}: {problem}"))
        };
        let unpacked = std::panic::catch_unwind(AssertUnwindSafe(|| searcher.doc(at)));
        let document: TantivyDocument = match unpacked {
            Ok(document) => document.map_err(|error| of_study(error.to_string()))?,
            Err(_) => return Err(of_study("what is stored of it cannot be unpacked".to_owned())),
        };
        let json = document.get_first(self.fields.study).and_then(|value| value.as_str());
        let json = json.unwrap_or_default();
        if short_digest(json) != self.digest(searcher, at)? {
            return Err(of_study("its record is not what was stored".to_owned()));
        }
        read(json).map_err(|error| of_study(error.to_string()))
    }

    /// The first eight bytes of the digest of a document's study.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub(crate) fn digest(&self, searcher: &Searcher, at: DocAddress) -> Result<u64, IndexError> {
        if let Some(digests) = self.digests.get() {
            return Ok(value(digests, at));
        }
        let digests = self.column(searcher, self.fields.digest)?;
        Ok(value(self.digests.get_or_init(|| digests), at))
    }

    /// The columns of the numbers of studies, by segment of a searcher of
    /// [`Self::searcher`].
    pub(crate) fn numbers(&self, searcher: &Searcher) -> tantivy::Result<Arc<[Column<u64>]>> {
        columns(&self.numbers, searcher, self.fields.nct)
    }

    /// The columns of the vectors of studies, by segment of a searcher of
    /// [`Self::searcher`].
    pub(crate) fn vectors(&self, searcher: &Searcher) -> tantivy::Result<Arc<[Column<u64>]>> {
        columns(&self.vectors, searcher, self.fields.vector)
    }

    /// The number of a document's study, as its column has it.
    fn number(&self, searcher: &Searcher, at: DocAddress) -> Result<String, IndexError> {
        let number = value(&self.column(searcher, self.fields.nct)?, at);
        let nct = u32::try_from(number).ok().and_then(NctId::from_number);
        Ok(nct.map_or_else(|| "a study".to_owned(), |nct| nct.to_string()))
    }

    /// The column of a field, by segment.
    fn column(&self, searcher: &Searcher, field: Field) -> Result<Vec<Column<u64>>, IndexError> {
        let (schema, segments) = (searcher.schema(), searcher.segment_readers());
        let column =
            |reader: &SegmentReader| reader.fast_fields().u64(schema.get_field_name(field));
        segments.iter().map(column).collect::<Result<_, _>>().map_err(|error| self.failed(error))
    }

    /// What the index was made from.
    pub(super) fn ledger(&self) -> Result<Ledger, IndexError> {
        let Some(payload) = &self.payload else {
            return Ok(Ledger::default());
        };
        let path = self.ledger_path(payload.ledger);
        let read = match &self.ledger {
            Some(file) => Ledger::read(file),
            None => File::open(&path).and_then(|file| Ledger::read(&file)),
        };
        read.map_err(|error| IndexError::Io { path, error })
    }

    pub(super) fn ledger_path(&self, number: u64) -> PathBuf {
        ledger_path(&self.directory, number)
    }

    /// Removes ledgers that no commit names: of runs that were killed, and of
    /// those before the last, which stays for a reader that has just looked up
    /// its name. To be called by the one process that writes.
    pub(super) fn sweep(&self) {
        IndexDirectory::sweep(&self.directory.join("tantivy"));
        let current = self.payload.as_ref().map_or(0, |payload| payload.ledger);
        let Ok(entries) = std::fs::read_dir(&self.directory) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str().and_then(|name| name.strip_prefix("ledger-")) else {
                continue;
            };
            let number = name.strip_suffix(".zst").and_then(|number| number.parse::<u64>().ok());
            let stale = number.is_some_and(|number| number > current || number + 1 < current);
            if stale || name.ends_with(UNFINISHED) {
                // What cannot be removed does no harm.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// What a failed commit came to, by a look at the disk.
    pub(super) fn failed_commit(&self, error: TantivyError, payload: &CommitPayload) -> IndexError {
        let now = Self::open_any(&self.directory, IndexDirectory::open);
        let made = now.is_ok_and(|now| now.and_then(|now| now.payload).as_ref() == Some(payload));
        if made {
            return IndexError::committed(&self.directory, &self.failed(error));
        }
        self.failed(error)
    }

    pub(crate) fn failed(&self, error: TantivyError) -> IndexError {
        tantivy_error(&self.directory, error)
    }

    /// Why no plan can be made, of a lexicon that hands on errors of tantivy.
    pub(crate) fn failed_plan(&self, error: PlanError) -> IndexError {
        match error {
            PlanError::TooMuch(error) => error.into(),
            PlanError::Vocabulary(error) => error.into(),
            PlanError::Lexicon(error) => match error.downcast::<TantivyError>() {
                Ok(error) => self.failed(*error),
                Err(other) => self.failed(TantivyError::InternalError(other.to_string())),
            },
        }
    }
}

/// The columns of a field, by segment, opened once.
fn columns(
    opened: &OnceLock<Arc<[Column<u64>]>>,
    searcher: &Searcher,
    field: Field,
) -> tantivy::Result<Arc<[Column<u64>]>> {
    if let Some(columns) = opened.get() {
        return Ok(columns.clone());
    }
    let (schema, segments) = (searcher.schema(), searcher.segment_readers());
    let name = schema.get_field_name(field);
    // Where no study of a segment has a value, it has no column.
    let column = |reader: &SegmentReader| {
        let column = reader.fast_fields().column_opt(name)?;
        Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
    };
    let columns = segments.iter().map(column).collect::<tantivy::Result<Vec<Column<u64>>>>()?;
    Ok(opened.get_or_init(|| columns.into()).clone())
}

/// The value of a document, by columns of all segments.
fn value(columns: &[Column<u64>], at: DocAddress) -> u64 {
    let column = columns.get(at.segment_ord as usize);
    column.and_then(|column| column.first(at.doc_id)).unwrap_or_default()
}

fn ledger_path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("ledger-{number}.zst"))
}
