//! What commands ask of an index, on any engine.

use super::facets::Facet;
use super::found_hits::FoundHits;
use super::hits::Hit;
use super::search_options::SearchOptions;
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::{Disclosure, FunnelStep, WordMatches};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};

/// An index that is searched, on any engine.
pub trait SearchableIndex {
    /// Why it does not answer.
    type Error;

    /// What a search found.
    type Hits<'a>: IndexHits<Error = Self::Error>
    where
        Self: 'a;

    /// Finds and ranks the studies that are asked for.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read, or a query looks at too much of it; the same holds for all
    /// of these.
    fn find<'a>(&'a self, wish: &SearchOptions<'_>) -> Result<Self::Hits<'a>, Self::Error>;

    /// What the index holds, as receipts say it.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn contents(&self) -> Result<Contents, Self::Error>;

    /// The vocabulary that names are looked up in.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn vocabulary_used(&self) -> Result<VocabularyUsed, Self::Error>;

    /// The first eight bytes of the digest of the study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, Self::Error>;
}

/// What a search found, with what can be asked of all of it.
pub trait IndexHits: FoundHits {
    /// Why the index does not answer.
    type Error;

    /// The study of a hit.
    ///
    /// # Errors
    ///
    /// See [`SearchableIndex::find`]; the same holds for all of these.
    fn record(&self, hit: &Hit) -> Result<Study, Self::Error>;

    /// The first eight bytes of the digest of each hit's study, in the order of the hits.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    fn digests(&self) -> Result<Vec<u64>, Self::Error>;

    /// What the number of hits takes in and leaves out. `wish` is what they were found by, and
    /// `parts` are those of its question.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, Self::Error>;

    /// How many studies each part of a question leaves.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, Self::Error>;

    /// What of the words matched, by search area.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    fn word_matches(&self, wish: &SearchOptions<'_>) -> Result<Vec<Vec<WordMatches>>, Self::Error>;

    /// Counts all studies that were found by the values of fields, those outside of the window
    /// too.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, Self::Error>;
}
