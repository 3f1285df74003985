//! One state of an index.

use std::collections::BTreeSet;
use std::path::Path;

use trialdex_engine::index::IndexState;
use trialdex_engine::search::{HitWindow, SearchableIndex as _};
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::{NctId, Study};

use crate::answer::SearchAnswer;
use crate::any_error::AnyError;
use crate::any_index::AnyIndex;
use crate::asked_search::AskedSearch;

/// Hexadecimal digits of the digest of a state.
#[cfg(feature = "cluster")]
const DIGITS: usize = 32;

/// A state of an index. Two searches of one state find the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenState {
    /// Names the state, in hexadecimal. Another commit or version has another one, also where it
    /// holds the same studies.
    pub digest: String,
    /// When it was written, in RFC 3339.
    pub written: String,
    /// Studies in it.
    pub studies: u64,
}

/// One state of an index. Later commits or versions do not change what it finds.
pub struct OpenIndex {
    index: AnyIndex,
    state: OpenState,
    /// What tells whether the index in a directory is still in this state.
    in_directory: Option<IndexState>,
}

impl OpenIndex {
    /// Opens the latest state of an index in a directory.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn open(directory: &Path) -> Result<Self, AnyError> {
        Self::of(AnyIndex::in_directory(directory)?)
    }

    /// The state of an index that is open.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn of(index: AnyIndex) -> Result<Self, AnyError> {
        let (state, in_directory) = match &index {
            AnyIndex::Directory(store) => {
                let state = store.state()?;
                let IndexState { digest, written, studies, .. } = state.clone();
                (OpenState { digest, written, studies }, Some(state))
            }
            #[cfg(feature = "cluster")]
            AnyIndex::Cluster(index) => {
                let (written, studies) = (index.written().to_owned(), index.studies());
                let named = [index.version(), &written, &index.contents()?.digest].join("\n");
                let digest = blake3::hash(named.as_bytes()).to_hex()[..DIGITS].to_owned();
                (OpenState { digest, written, studies }, None)
            }
        };
        Ok(Self { index, state, in_directory })
    }

    /// The index itself.
    #[must_use]
    pub fn index(&self) -> &AnyIndex {
        &self.index
    }

    /// Which state this is.
    #[must_use]
    pub fn state(&self) -> &OpenState {
        &self.state
    }

    /// Whether it is the latest one.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn is_latest(&self) -> Result<bool, AnyError> {
        match (&self.index, &self.in_directory) {
            (AnyIndex::Directory(store), Some(state)) => Ok(store.is_latest(state)?),
            #[cfg(feature = "cluster")]
            (AnyIndex::Cluster(index), _) => Ok(index.is_latest()?),
            (AnyIndex::Directory(_), None) => Ok(false),
        }
    }

    /// Runs a search for the hits of a window.
    ///
    /// # Errors
    ///
    /// An index that cannot be read, or a query that looks at too much of it; the same holds for
    /// the others.
    pub fn search<'a>(
        &'a self,
        asked: &'a AskedSearch,
        window: HitWindow,
    ) -> Result<SearchAnswer<'a>, AnyError> {
        SearchAnswer::find(&self.index, asked, window)
    }

    /// Counts the studies that have all that is asked for; [`SearchAnswer::count_by`] counts them
    /// by the values of fields.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn count<'a>(&'a self, asked: &'a AskedSearch) -> Result<SearchAnswer<'a>, AnyError> {
        SearchAnswer::count(&self.index, asked)
    }

    /// Runs a search for all its hits, and writes down what it gave; `date` is when, in RFC 3339.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn receipt(&self, asked: &AskedSearch, date: String) -> Result<Receipt, AnyError> {
        self.search(asked, HitWindow { offset: 0, limit: None })?.receipt(date)
    }

    /// The study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, AnyError> {
        self.index.study(nct)
    }

    /// Those of some numbers that no study has or had, each once.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn absent(&self, numbers: &[NctId]) -> Result<BTreeSet<NctId>, AnyError> {
        absent(&self.index, numbers)
    }
}

/// Those of some numbers that no study of an index has or had, each once.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn absent(index: &AnyIndex, numbers: &[NctId]) -> Result<BTreeSet<NctId>, AnyError> {
    let found = index.reading()?.find_all(numbers)?;
    Ok(numbers.iter().filter(|nct| !found.contains_key(nct)).copied().collect())
}
