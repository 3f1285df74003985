//! An index in a directory as [`SearchableIndex`].

use super::facets::Facet;
use super::hits::{Hit, Hits};
use super::ranked_search::search;
use super::receipt::{contents, vocabulary_used};
use super::search_options::SearchOptions;
use super::searchable_index::{IndexHits, SearchableIndex};
use crate::index::{IndexError, Store};
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::{Disclosure, FunnelStep, WordMatches};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};

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

    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, IndexError> {
        let reading = self.reading()?;
        reading.find(nct)?.map(|place| reading.digest(place)).transpose()
    }
}

impl IndexHits for Hits<'_> {
    type Error = IndexError;

    fn record(&self, hit: &Hit) -> Result<Study, IndexError> {
        Hits::study(self, hit)
    }

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

    fn word_matches(&self, wish: &SearchOptions<'_>) -> Result<Vec<Vec<WordMatches>>, IndexError> {
        Hits::matched(self, wish)
    }

    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, IndexError> {
        Hits::facets(self, fields)
    }
}
