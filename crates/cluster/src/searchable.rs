//! A version as an index that commands search.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::{NAMED_TOGETHER, NUMBER, POINT};
use crate::occurrences::none;
use crate::search::ClusterHits;
use trialdex_engine::search::{
    Facet, FoundHits as _, IndexHits, SearchOptions, SearchableIndex, first_of_words, unmet_parts,
};
use trialdex_plan::receipt::{Contents, VocabularyUsed};
use trialdex_plan::wordings::{OtherWording, lacked_words, other_wordings};
use trialdex_plan::{Disclosure, FunnelStep, Model, PlanResult, Synonym, Thesaurus, present};
use trialdex_query::RequestPart;
use trialdex_query::meaning::SearchTarget;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::{OwnSynonyms, Vocabulary};

/// Fields of one request whose studies are counted.
const COUNTED_TOGETHER: usize = 200;

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

    fn study(&self, nct: NctId) -> Result<Option<Study>, ClusterError> {
        self.read_study(nct)
    }

    fn digest_of(&self, nct: NctId) -> Result<Option<u64>, ClusterError> {
        self.digest_of_study(nct)
    }

    fn digests(&self) -> Result<BTreeMap<u64, u64>, ClusterError> {
        self.all_digests()
    }

    fn studies_with(&self, fields: &[StudyField]) -> Result<Vec<u64>, ClusterError> {
        let compiler = self.compiler(Model::default());
        let mut counted = Vec::with_capacity(fields.len());
        for fields in fields.chunks(COUNTED_TOGETHER) {
            let queries = fields.iter().map(|field| match SearchTarget::named(&field.name()) {
                Some(target) => compiler.found(&present(&target)),
                None => Ok(none()),
            });
            let queries: Vec<Value> = queries.collect::<Result<_, ClusterError>>()?;
            counted.extend(self.counts(&Value::Null, &queries)?);
        }
        Ok(counted)
    }

    fn ask_names<T>(
        &self,
        own: Option<&OwnSynonyms>,
        question: impl FnOnce(Thesaurus<'_>) -> PlanResult<T>,
    ) -> Result<T, ClusterError> {
        Ok(question(self.thesaurus(own))?)
    }
}

impl IndexHits for ClusterHits<'_> {
    type Error = ClusterError;

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

    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, ClusterError> {
        self.count_by(fields)
    }

    fn meant(&self) -> Result<Vec<(&str, Synonym)>, ClusterError> {
        Ok(trialdex_plan::meant(self.index, &self.plan.understood)?)
    }

    fn other_wordings(&self, wish: &SearchOptions<'_>) -> Result<Vec<OtherWording>, ClusterError> {
        let plan = &self.plan;
        let Some(first) = first_of_words(plan, self.required, wish, &self.hits) else {
            return Ok(Vec::new());
        };
        let having = |node: &_| self.those_with(node, &first).map(|found| found.len());
        let lacked = lacked_words(&plan.understood, having)?;
        if lacked.is_empty() {
            return Ok(Vec::new());
        }
        let thesaurus = self.index.thesaurus(wish.own);
        Ok(other_wordings(thesaurus, &plan.understood, &lacked, self.learned())?)
    }

    fn unmet(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
        studies: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<String>>, ClusterError> {
        let known = self.index.numbers_of(studies)?;
        // A study that is known by another number is asked for by its own.
        let own: BTreeMap<NctId, NctId> = known
            .into_iter()
            .filter_map(|(nct, number)| Some((NctId::from_number(number)?, nct)))
            .collect();
        if own.is_empty() {
            return Ok(BTreeMap::new());
        }
        let labelled = self.of_outcome(wish, |outcome| outcome.labelled(parts))?;
        let numbers: Vec<NctId> = own.keys().copied().collect();
        let unmet =
            unmet_parts(labelled, &numbers, &|node, studies| self.those_with(node, studies))?;
        Ok(unmet.into_iter().map(|(nct, labels)| (own[&nct], labels)).collect())
    }

    fn distances(&self, lat: f64, lon: f64) -> Result<Vec<Option<f64>>, ClusterError> {
        let mut found: BTreeMap<u64, f64> = BTreeMap::new();
        for hits in self.hits.chunks(NAMED_TOGETHER) {
            let numbers: Vec<u32> = hits.iter().map(|hit| hit.nct_id.number()).collect();
            let body = json!({
                "size": hits.len(),
                "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}]}},
                "sort": [
                    {"_geo_distance": {POINT: {"lat": lat, "lon": lon}, "unit": "m", "mode": "min"}},
                    {NUMBER: "asc"},
                ],
                "_source": false,
            });
            let answer = self.index.search_whole(&body)?;
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                // Of a study that is nowhere it says `Infinity`, which is no number.
                if let (Some(metres), Some(nct)) =
                    (hit["sort"][0].as_f64(), hit["sort"][1].as_u64())
                    && metres.is_finite()
                {
                    found.insert(nct, metres);
                }
            }
        }
        let of_hit = |number: u32| found.get(&number.into()).copied();
        Ok(self.hits.iter().map(|hit| of_hit(hit.nct_id.number())).collect())
    }
}
