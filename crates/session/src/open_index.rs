//! One state of an index.

use std::collections::BTreeSet;
use std::path::Path;

use trialdex_engine::index::{IndexError, IndexState, Store};
use trialdex_engine::search::HitWindow;
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::{NctId, Study};

use crate::answer::SearchAnswer;
use crate::asked_search::AskedSearch;

/// One state of an index. Later commits do not change what it finds.
pub struct OpenIndex {
    store: Store,
    state: IndexState,
}

impl OpenIndex {
    /// Opens the latest state of an index.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn open(directory: &Path) -> Result<Self, IndexError> {
        let store = Store::open(directory)?;
        let state = store.state()?;
        Ok(Self { store, state })
    }

    /// The index itself.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Which state this is.
    #[must_use]
    pub fn state(&self) -> &IndexState {
        &self.state
    }

    /// Whether it is the latest one.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn is_latest(&self) -> Result<bool, IndexError> {
        self.store.is_latest(&self.state)
    }

    /// Runs a search for the hits of a window.
    ///
    /// # Errors
    ///
    /// Files of the index that cannot be read, or a query that looks at too much of it; the same
    /// holds for the others.
    pub fn search<'a>(
        &'a self,
        asked: &'a AskedSearch,
        window: HitWindow,
    ) -> Result<SearchAnswer<'a>, IndexError> {
        SearchAnswer::find(&self.store, asked, window)
    }

    /// Counts the studies that have all that is asked for; [`SearchAnswer::count_by`] counts them
    /// by the values of fields.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn count<'a>(&'a self, asked: &'a AskedSearch) -> Result<SearchAnswer<'a>, IndexError> {
        SearchAnswer::count(&self.store, asked)
    }

    /// Runs a search for all its hits, and writes down what it gave; `date` is when, in RFC 3339.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn receipt(&self, asked: &AskedSearch, date: String) -> Result<Receipt, IndexError> {
        self.search(asked, HitWindow { offset: 0, limit: None })?.receipt(date)
    }

    /// The study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, IndexError> {
        self.store.study(nct)
    }

    /// Those of some numbers that no study has or had, each once.
    ///
    /// # Errors
    ///
    /// See [`Self::search`].
    pub fn absent(&self, numbers: &[NctId]) -> Result<BTreeSet<NctId>, IndexError> {
        absent(&self.store, numbers)
    }
}

/// Those of some numbers that no study of an index has or had, each once.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn absent(store: &Store, numbers: &[NctId]) -> Result<BTreeSet<NctId>, IndexError> {
    let reading = store.reading()?;
    let mut absent = BTreeSet::new();
    for nct in numbers.iter().copied().collect::<BTreeSet<_>>() {
        if reading.find(nct)?.is_none() {
            absent.insert(nct);
        }
    }
    Ok(absent)
}
