//! An index in a directory as [`SearchableIndex`].

use std::collections::BTreeMap;

use super::facets::{Facet, studies_with};
use super::hits::Hits;
use super::ranked_search::search;
use super::receipt::{contents, vocabulary_used};
use super::search_options::SearchOptions;
use super::searchable_index::{IndexHits, SearchableIndex};
use super::view::IndexView;
use crate::index::{IndexError, Store};
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::wordings::OtherWording;
use trialdex_plan::{Disclosure, FunnelStep, Model, PlanResult, Synonym, Thesaurus};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::OwnSynonyms;

impl SearchableIndex for Store {
    type Error = IndexError;
    type Hits<'a> = Hits<'a>;

    fn find<'a>(&'a self, wish: &SearchOptions<'_>) -> Result<Hits<'a>, IndexError> {
        search(self, wish)
    }

    fn contents(&self) -> Result<Contents, IndexError> {
        contents(self)
    }

    fn vocabulary_used(&self) -> Result<VocabularyUsed, IndexError> {
        vocabulary_used(self)
    }

    fn study(&self, nct: NctId) -> Result<Option<Study>, IndexError> {
        Self::study(self, nct)
    }

    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, IndexError> {
        let reading = self.reading()?;
        reading.find(nct)?.map(|place| reading.digest(place)).transpose()
    }

    fn digests(&self) -> Result<BTreeMap<u64, u64>, IndexError> {
        self.reading()?.digests()
    }

    fn studies_with(&self, fields: &[StudyField]) -> Result<Vec<u64>, IndexError> {
        studies_with(self, fields)
    }

    fn ask_names<T>(
        &self,
        own: Option<&OwnSynonyms>,
        question: impl FnOnce(Thesaurus<'_>) -> PlanResult<T>,
    ) -> Result<T, IndexError> {
        let view = IndexView::new(self, Model::default())?;
        question(view.thesaurus(own)?).map_err(|error| self.failed_plan(error))
    }
}

impl IndexHits for Hits<'_> {
    type Error = IndexError;

    fn digests(&self) -> Result<Vec<u64>, IndexError> {
        self.hits.iter().map(|hit| self.digest(hit)).collect()
    }

    fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, IndexError> {
        Hits::disclosure(self, wish, parts)
    }

    fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, IndexError> {
        Hits::funnel(self, wish, parts)
    }

    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, IndexError> {
        Hits::facets(self, fields)
    }

    fn meant(&self) -> Result<Vec<(&str, Synonym)>, IndexError> {
        Hits::meant(self)
    }

    fn other_wordings(&self, wish: &SearchOptions<'_>) -> Result<Vec<OtherWording>, IndexError> {
        Hits::other_wordings(self, wish)
    }

    fn unmet(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
        studies: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<String>>, IndexError> {
        Hits::unmet(self, wish, parts, studies)
    }

    fn distances(&self, lat: f64, lon: f64) -> Result<Vec<Option<f64>>, IndexError> {
        Hits::distances(self, lat, lon)
    }
}
