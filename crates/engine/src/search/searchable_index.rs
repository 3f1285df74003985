//! What commands ask of an index, on any engine.

use std::collections::BTreeMap;

use super::facets::Facet;
use super::found_hits::FoundHits;
use super::search_options::SearchOptions;
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::wordings::OtherWording;
use trialdex_plan::{Disclosure, FunnelStep, PlanResult, Synonym, Thesaurus};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::OwnSynonyms;

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

    /// The study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn study(&self, nct: NctId) -> Result<Option<Study>, Self::Error>;

    /// The first eight bytes of the digest of the study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, Self::Error>;

    /// The number of every study, and the first eight bytes of its digest.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn digests(&self) -> Result<BTreeMap<u64, u64>, Self::Error>;

    /// Studies with a usable value of each of some fields; of a structure, with one of any field
    /// below it.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn studies_with(&self, fields: &[StudyField]) -> Result<Vec<u64>, Self::Error>;

    /// Asks for names that mean the same; `own` are the user's own.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    fn ask_names<T>(
        &self,
        own: Option<&OwnSynonyms>,
        question: impl FnOnce(Thesaurus<'_>) -> PlanResult<T>,
    ) -> Result<T, Self::Error>;
}

/// What a search found, with what can be asked of all of it.
pub trait IndexHits: FoundHits {
    /// Why the index does not answer.
    type Error;

    /// The first eight bytes of the digest of each hit's study, in the order of the hits.
    ///
    /// # Errors
    ///
    /// See [`SearchableIndex::find`]; the same holds for all of these.
    fn digests(&self) -> Result<Vec<u64>, Self::Error>;

    /// What the number of hits takes in and leaves out. `wish` is what they were found by, and
    /// `parts` are those of its question.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, Self::Error>;

    /// How many studies each part of a question leaves.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, Self::Error>;

    /// Counts all studies that were found by the values of fields, those outside of the window
    /// too.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, Self::Error>;

    /// For single words that no study has, which are not looked for in another spelling either:
    /// what may be meant.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn meant(&self) -> Result<Vec<(&str, Synonym)>, Self::Error>;

    /// Words of the query that none of the first hits has, with others to type; none where the
    /// first hits are not among these, where they are not sorted by relevance, and where every hit
    /// has all words.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn other_wordings(&self, wish: &SearchOptions<'_>) -> Result<Vec<OtherWording>, Self::Error>;

    /// The parts of a question that some studies do not have, as people type them, with their
    /// names. Studies that the index does not have are left out.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn unmet(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
        studies: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<String>>, Self::Error>;

    /// Metres from a place, in degrees north and east, to the nearest site of each hit; `None` for
    /// hits without a site that is on the map.
    ///
    /// # Errors
    ///
    /// See [`Self::digests`].
    fn distances(&self, lat: f64, lon: f64) -> Result<Vec<Option<f64>>, Self::Error>;
}
