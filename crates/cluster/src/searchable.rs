//! A version as an index that commands search.

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::search::ClusterHits;
use trialdex_engine::search::{Facet, Hit, IndexHits, SearchOptions, SearchableIndex};
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::{Disclosure, FunnelStep, WordMatches};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::Vocabulary;

impl SearchableIndex for ClusterIndex {
    type Error = ClusterError;
    type Hits<'a> = ClusterHits<'a>;

    fn find<'a>(&'a self, wish: &SearchOptions<'_>) -> Result<ClusterHits<'a>, ClusterError> {
        self.search(wish)
    }

    fn contents(&self) -> Result<Contents, ClusterError> {
        Ok(Contents {
            digest: self.notes.contents.clone(),
            studies: self.notes.studies,
            latest_update: self.notes.latest_update.clone(),
        })
    }

    fn vocabulary_used(&self) -> Result<VocabularyUsed, ClusterError> {
        let vocabulary = Vocabulary::built_in();
        let (source, digest) = (vocabulary.source().to_owned(), vocabulary.digest());
        Ok(VocabularyUsed { source, digest })
    }

    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, ClusterError> {
        self.digest_of_study(nct)
    }
}

impl IndexHits for ClusterHits<'_> {
    type Error = ClusterError;

    fn record(&self, hit: &Hit) -> Result<Study, ClusterError> {
        let read = self.index.records(&[hit.nct_id.number()])?.pop();
        read.ok_or_else(|| unreadable(&self.index.version, "a study is not there"))
    }

    fn digests(&self) -> Result<Vec<u64>, ClusterError> {
        let numbers: Vec<u32> = self.hits.iter().map(|hit| hit.nct_id.number()).collect();
        let found = self.index.digests(&numbers)?;
        let digests = numbers.iter().map(|number| found.get(number).copied());
        let digests: Option<Vec<u64>> = digests.collect();
        digests.ok_or_else(|| unreadable(&self.index.version, "a study is not there"))
    }

    fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, ClusterError> {
        self.of_outcome(wish, |outcome| outcome.disclosure(parts))
    }

    fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, ClusterError> {
        self.of_outcome(wish, |outcome| outcome.funnel(parts))
    }

    fn word_matches(
        &self,
        wish: &SearchOptions<'_>,
    ) -> Result<Vec<Vec<WordMatches>>, ClusterError> {
        self.of_outcome(wish, |outcome| outcome.matched())
    }

    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, ClusterError> {
        self.count_by(fields)
    }
}
