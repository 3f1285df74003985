//! An index on any engine.

use std::collections::BTreeMap;
use std::path::Path;

#[cfg(feature = "cluster")]
use trialdex_cluster::ClusterIndex;
use trialdex_engine::index::{Store, StudyOrigin};
use trialdex_engine::search::{SearchOptions, SearchableIndex};
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::{PlanResult, Thesaurus};
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::OwnSynonyms;

use crate::any_error::AnyError;
use crate::any_hits::AnyHits;

/// An index in a directory, or on a cluster. What it finds does not change while it is open.
pub enum AnyIndex {
    /// In a directory.
    Directory(Box<Store>),
    /// On a cluster.
    #[cfg(feature = "cluster")]
    Cluster(Box<ClusterIndex>),
}

/// Asks the index, whatever it is on, for what may fail.
macro_rules! asked {
    ($any:expr, $index:ident => $asks:expr) => {
        match $any {
            AnyIndex::Directory($index) => Ok($asks?),
            #[cfg(feature = "cluster")]
            AnyIndex::Cluster($index) => Ok($asks?),
        }
    };
}

impl AnyIndex {
    /// Opens the index in a directory.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn in_directory(directory: &Path) -> Result<Self, AnyError> {
        Ok(Store::open(directory)?.into())
    }

    /// The records that each of some studies is from, in the order in which they are joined.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read, or does not say it.
    pub fn origins(
        &self,
        numbers: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<StudyOrigin>>, AnyError> {
        asked!(self, index => index.origins(numbers))
    }

    /// The index in a directory, if it is in one.
    #[must_use]
    pub fn directory(&self) -> Option<&Store> {
        match self {
            Self::Directory(store) => Some(store),
            #[cfg(feature = "cluster")]
            Self::Cluster(_) => None,
        }
    }
}

impl From<Store> for AnyIndex {
    fn from(store: Store) -> Self {
        Self::Directory(Box::new(store))
    }
}

#[cfg(feature = "cluster")]
impl From<ClusterIndex> for AnyIndex {
    fn from(index: ClusterIndex) -> Self {
        Self::Cluster(Box::new(index))
    }
}

impl SearchableIndex for AnyIndex {
    type Error = AnyError;
    type Hits<'a> = AnyHits<'a>;

    fn find<'a>(&'a self, wish: &SearchOptions<'_>) -> Result<AnyHits<'a>, AnyError> {
        Ok(match self {
            Self::Directory(store) => AnyHits::Directory(Box::new(store.find(wish)?)),
            #[cfg(feature = "cluster")]
            Self::Cluster(index) => AnyHits::Cluster(Box::new(index.find(wish)?)),
        })
    }

    fn contents(&self) -> Result<Contents, AnyError> {
        asked!(self, index => index.contents())
    }

    fn vocabulary_used(&self) -> Result<VocabularyUsed, AnyError> {
        asked!(self, index => index.vocabulary_used())
    }

    fn study(&self, nct: NctId) -> Result<Option<Study>, AnyError> {
        asked!(self, index => SearchableIndex::study(&**index, nct))
    }

    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, AnyError> {
        asked!(self, index => index.digest_of(nct))
    }

    fn digests(&self) -> Result<BTreeMap<u64, u64>, AnyError> {
        asked!(self, index => SearchableIndex::digests(&**index))
    }

    fn studies_with(&self, fields: &[StudyField]) -> Result<Vec<u64>, AnyError> {
        asked!(self, index => index.studies_with(fields))
    }

    fn ask_names<T>(
        &self,
        own: Option<&OwnSynonyms>,
        question: impl FnOnce(Thesaurus<'_>) -> PlanResult<T>,
    ) -> Result<T, AnyError> {
        asked!(self, index => index.ask_names(own, question))
    }
}
