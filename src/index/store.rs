//! An index on disk.
//!
//! ```text
//! index/
//!   tantivy/         the search index
//!   ledger-N.zst     what it was made from; the commit names the valid one
//! ```

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{
    DocAddress, Index, IndexReader, IndexSettings, ReloadPolicy, Searcher, TantivyDocument,
};

use super::frequencies::Frequencies;
use super::ledger::{Ledger, UNFINISHED};
use super::reading::Reading;
use super::schema::{Fields, schema};
use crate::study::{NctId, Study};
use crate::text;
use crate::text::vocabulary::{Vocabulary, VocabularyError};

/// Version of the layout on disk. An index of another version is not read.
const FORMAT: u32 = 3;

/// Bytes of stored studies that are compressed together: a few studies, so
/// that little has to be unpacked to read one.
const STORE_BLOCK: usize = 32 << 10;

/// How studies are stored.
#[must_use]
pub fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(1) }),
        docstore_blocksize: STORE_BLOCK,
        ..IndexSettings::default()
    }
}

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index in the directory.
    #[error("{}: no index here", .0.display())]
    Missing(PathBuf),
    /// It was made by another version of the program.
    #[error("{}: the index was made by another version of trialdex (format {found}, this one reads {FORMAT})", .directory.display())]
    OtherFormat {
        /// The index.
        directory: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Another process is changing it.
    #[error("{}: another process is writing to the index", .0.display())]
    Locked(PathBuf),
    /// A file of the index cannot be read or written.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The search index cannot be read or written.
    #[error("{}: {error}", .directory.display())]
    Tantivy {
        /// The index.
        directory: PathBuf,
        /// What tantivy says.
        error: tantivy::TantivyError,
    },
    /// The vocabulary of the index cannot be used.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// The work was stopped from outside; the index is as it was.
    #[error("interrupted; the index is as it was before")]
    Interrupted,
}

/// What a commit says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) format: u32,
    /// Version of the program that wrote it.
    pub(super) program: String,
    /// Number in the name of the ledger.
    pub(super) ledger: u64,
    /// When, in RFC 3339.
    pub(super) written: String,
}

impl Payload {
    /// What the next commit after `before` says.
    pub(super) fn next(before: Option<&Payload>, written: String) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            ledger: before.map_or(1, |before| before.ledger + 1),
            written,
        }
    }
}

/// An index in a directory.
pub struct Store {
    directory: PathBuf,
    pub(crate) index: Index,
    pub(crate) fields: Fields,
    /// `None` while nothing has been committed.
    pub(super) payload: Option<Payload>,
    /// Kept, since what it has read of dozens of fields is of use to every
    /// search.
    reader: OnceLock<IndexReader>,
    /// Its own vocabulary, where it has one.
    vocabulary: OnceLock<Option<Vocabulary>>,
    frequencies: Frequencies,
}

/// The file in the directory of an index that stands in for the vocabulary
/// that is built in.
pub const VOCABULARY_FILE: &str = "thesaurus.bin";

impl Store {
    /// Opens an index that holds something.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn open(directory: &Path) -> Result<Self, IndexError> {
        let store = Self::open_any(directory)?;
        match store {
            Some(store) if store.payload.is_some() => Ok(store),
            _ => Err(IndexError::Missing(directory.to_owned())),
        }
    }

    /// Opens an index to be written to, making it where there is none.
    ///
    /// # Errors
    ///
    /// Where the directory cannot be written to, or holds an index that this
    /// program cannot read.
    pub(super) fn open_or_create(directory: &Path) -> Result<Self, IndexError> {
        if let Some(store) = Self::open_any(directory)? {
            return Ok(store);
        }
        let tantivy_directory = directory.join("tantivy");
        std::fs::create_dir_all(&tantivy_directory)
            .map_err(|error| IndexError::Io { path: tantivy_directory.clone(), error })?;
        let (schema, fields) = schema();
        let index = Index::builder()
            .schema(schema)
            .settings(settings())
            .create_in_dir(&tantivy_directory)
            .map_err(|error| tantivy_error(directory, error))?;
        Ok(Self::with(directory, index, fields, None))
    }

    fn open_any(directory: &Path) -> Result<Option<Self>, IndexError> {
        let tantivy_directory = directory.join("tantivy");
        if !tantivy_directory.join("meta.json").is_file() {
            return Ok(None);
        }
        let index = Index::open_in_dir(&tantivy_directory)
            .map_err(|error| tantivy_error(directory, error))?;
        let metas = index.load_metas().map_err(|error| tantivy_error(directory, error))?;
        let payload = metas.payload.as_deref().map(|payload| {
            serde_json::from_str::<Payload>(payload).map_err(|error| IndexError::Io {
                path: tantivy_directory.join("meta.json"),
                error: error.into(),
            })
        });
        let payload = payload.transpose()?;
        let (schema, fields) = schema();
        let found = payload.as_ref().map_or(FORMAT, |payload| payload.format);
        if found != FORMAT || index.schema() != schema {
            return Err(IndexError::OtherFormat { directory: directory.to_owned(), found });
        }
        Ok(Some(Self::with(directory, index, fields, payload)))
    }

    /// Looks up the last commit anew.
    pub(super) fn reload(&mut self) -> Result<(), IndexError> {
        match Self::open_any(&self.directory)? {
            Some(store) => *self = store,
            None => return Err(IndexError::Missing(self.directory.clone())),
        }
        Ok(())
    }

    fn with(directory: &Path, index: Index, fields: Fields, payload: Option<Payload>) -> Self {
        text::register(index.tokenizers());
        let (reader, vocabulary) = (OnceLock::new(), OnceLock::new());
        Self {
            directory: directory.to_owned(),
            index,
            fields,
            payload,
            reader,
            vocabulary,
            frequencies: Frequencies::default(),
        }
    }

    /// The directory that the index is in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
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
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: IndexReader = reader.map_err(|error| self.failed(error))?;
        Ok(self.reader.get_or_init(|| reader).searcher())
    }

    /// Studies with a term in a field, by a searcher of [`Self::searcher`].
    pub(crate) fn frequency(
        &self,
        searcher: &Searcher,
        field: Field,
        term: &str,
    ) -> tantivy::Result<u64> {
        self.frequencies.of(searcher, field, term)
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

    /// The studies as they are now, to be read one by one.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn reading(&self) -> Result<Reading<'_>, IndexError> {
        Reading::new(self)
    }

    /// The study with that number, or that had it once, as it is stored.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, IndexError> {
        let reading = self.reading()?;
        reading.find(nct)?.map(|place| reading.study(place)).transpose()
    }

    /// The study of a document.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub(crate) fn stored(&self, searcher: &Searcher, at: DocAddress) -> Result<Study, IndexError> {
        // tantivy panics where the compressed studies are damaged.
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| searcher.doc(at)));
        let document: TantivyDocument = match read {
            Ok(document) => document.map_err(|error| self.failed(error))?,
            Err(_) => {
                let message = "a stored study is damaged".to_owned();
                return Err(self.failed(tantivy::TantivyError::InternalError(message)));
            }
        };
        let json = document.get_first(self.fields.study).and_then(|value| value.as_str());
        let root = serde_json::from_str(json.unwrap_or_default()).map_err(|error| {
            IndexError::Io { path: self.directory.clone(), error: error.into() }
        })?;
        Ok(Study::from_map(root))
    }

    /// The first eight bytes of the digest of a document's study.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub(crate) fn digest(&self, searcher: &Searcher, at: DocAddress) -> Result<u64, IndexError> {
        let reader = searcher.segment_reader(at.segment_ord);
        let name = self.index.schema().get_field_name(self.fields.digest).to_owned();
        let column = reader.fast_fields().u64(&name).map_err(|error| self.failed(error))?;
        Ok(column.first(at.doc_id).unwrap_or_default())
    }

    /// What the index was made from.
    pub(super) fn ledger(&self) -> Result<Ledger, IndexError> {
        let Some(payload) = &self.payload else {
            return Ok(Ledger::default());
        };
        let path = self.ledger_path(payload.ledger);
        Ledger::read(&path).map_err(|error| IndexError::Io { path, error })
    }

    pub(super) fn ledger_path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("ledger-{number}.zst"))
    }

    /// Removes ledgers that no commit names: of runs that were killed, and of
    /// those before the last, which stays for a reader that has just looked up
    /// its name. To be called by the one process that writes.
    pub(super) fn sweep(&self) {
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

    pub(crate) fn failed(&self, error: tantivy::TantivyError) -> IndexError {
        tantivy_error(&self.directory, error)
    }
}

fn tantivy_error(directory: &Path, error: tantivy::TantivyError) -> IndexError {
    match error {
        tantivy::TantivyError::LockFailure(..) => IndexError::Locked(directory.to_owned()),
        error => IndexError::Tantivy { directory: directory.to_owned(), error },
    }
}

/// What a commit says about itself, read and written again; `None` where it
/// is no such text. For tests outside of the crate that feed it arbitrary
/// bytes.
#[doc(hidden)]
#[must_use]
pub fn rewritten_payload(json: &str) -> Option<String> {
    serde_json::to_string(&serde_json::from_str::<Payload>(json).ok()?).ok()
}
