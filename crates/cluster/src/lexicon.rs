//! What a planner asks of an index, answered by a cluster: terms from the list that a version has
//! beside it, studies by searches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::{ClusterIndex, lock, remember};
use crate::layout::{NAMED_TOGETHER, NUMBER, name};
use trialdex_plan::layout::IndexField;
use trialdex_plan::{
    Engine, Lexicon, LookUp, LookUpCost, Model, Node, Overlap, Pattern, PlanResult, StudyKey,
    TermRange,
};

/// Numbers of studies that are remembered at most.
const MOST_COUNTED: usize = 10_000;

/// Studies whose names are read at a time.
const PAGE: usize = 10_000;

impl Lexicon for ClusterIndex {
    fn studies(&self) -> u64 {
        self.notes.studies
    }

    fn frequency(&self, field: IndexField, term: &str) -> PlanResult<u64> {
        Ok(self.terms(field)?.studies(term)?)
    }

    fn average_length(&self, field: IndexField) -> PlanResult<Option<f32>> {
        Ok(self.notes.average_lengths.get(&name(field)).copied())
    }

    fn terms(
        &self,
        field: IndexField,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> PlanResult<BTreeMap<String, u64>> {
        let terms = Self::terms(self, field)?;
        Ok(match field {
            IndexField::Surfaces(_) => terms.surfaces(range, accept)?,
            _ => terms.words(range, accept)?,
        })
    }

    fn has_beginning(&self, field: IndexField, beginning: &str) -> PlanResult<bool> {
        Ok(Self::terms(self, field)?.has_beginning(beginning)?)
    }

    fn costs(&self, field: IndexField, pattern: &Pattern) -> PlanResult<Vec<LookUpCost>> {
        Ok(vec![Self::terms(self, field)?.cost(&pattern.terms(), self.notes.studies)?])
    }

    fn having(&self, any: &[LookUp]) -> PlanResult<u64> {
        if let Some(known) = lock(&self.counted).get(any) {
            return Ok(*known);
        }
        let query = self.compiler(Model::default()).any_of(any)?;
        let counted = self.count_query(&query)?;
        remember(&self.counted, MOST_COUNTED, any.to_vec(), counted);
        Ok(counted)
    }

    fn keep(&self, look_up: &LookUp) -> PlanResult<u64> {
        self.having(std::slice::from_ref(look_up))
    }

    fn overlap(&self, one: &[LookUp], other: &[LookUp]) -> PlanResult<Overlap> {
        let compiler = self.compiler(Model::default());
        let (one, other) = (compiler.any_of(one)?, compiler.any_of(other)?);
        let both = json!({"bool": {"filter": [&one, &other]}});
        let counted = self.counts(&Value::Null, &[one, other, both])?;
        Ok(Overlap { one: counted[0], other: counted[1], both: counted[2] })
    }

    fn studies_of(
        &self,
        field: IndexField,
        beginning: &str,
    ) -> PlanResult<BTreeMap<String, BTreeSet<StudyKey>>> {
        let terms = Self::terms(self, field)?;
        let mut found: BTreeMap<String, BTreeSet<StudyKey>> = BTreeMap::new();
        terms.beginning(beginning, &mut |known| {
            found.insert(known.term[beginning.len()..].to_owned(), BTreeSet::new());
        })?;
        if !found.is_empty() {
            self.add_studies(field, beginning, &mut found)?;
        }
        Ok(found)
    }

    fn occurrences_in(
        &self,
        field: IndexField,
        terms: &[&str],
        studies: &BTreeSet<StudyKey>,
    ) -> PlanResult<u64> {
        if terms.is_empty() || studies.is_empty() {
            return Ok(0);
        }
        let each: Vec<Value> =
            terms.iter().map(|term| json!({"term": {name(field): term}})).collect();
        let studies: Vec<StudyKey> = studies.iter().copied().collect();
        let mut counted = 0;
        for studies in studies.chunks(NAMED_TOGETHER) {
            let within = json!({"terms": {NUMBER: studies}});
            counted += self.counts(&within, &each)?.iter().sum::<u64>();
        }
        Ok(counted)
    }
}

impl Engine for ClusterIndex {
    fn count(&self, node: &Node) -> PlanResult<u64> {
        Ok(self.count_of(node)?)
    }
}

impl ClusterIndex {
    /// How many studies each of some queries finds, of those that another one finds.
    pub(crate) fn counts(
        &self,
        within: &Value,
        queries: &[Value],
    ) -> Result<Vec<u64>, ClusterError> {
        let filters: serde_json::Map<String, Value> = (0..)
            .zip(queries)
            .map(|(at, query): (usize, _)| (at.to_string(), query.clone()))
            .collect();
        let mut body = json!({"size": 0, "aggs": {"counts": {"filters": {"filters": filters}}}});
        if !within.is_null() {
            body["query"] = json!({"bool": {"filter": [within]}});
        }
        let answer = self.search_whole(&body)?;
        let buckets = &answer["aggregations"]["counts"]["buckets"];
        let count = |at: usize| buckets[at.to_string()]["doc_count"].as_u64();
        let counts: Option<Vec<u64>> = (0..queries.len()).map(count).collect();
        counts.ok_or_else(|| unreadable(&self.version, "numbers of studies are missing"))
    }

    /// Adds the studies with the terms of a field that begin so.
    fn add_studies(
        &self,
        field: IndexField,
        beginning: &str,
        found: &mut BTreeMap<String, BTreeSet<StudyKey>>,
    ) -> Result<(), ClusterError> {
        let column = name(field);
        let mut after: Option<Value> = None;
        loop {
            let mut body = json!({
                "size": PAGE,
                "query": {"bool": {"filter": [{"prefix": {&column: beginning}}]}},
                "sort": [{NUMBER: "asc"}],
                "_source": false,
                "docvalue_fields": [&column],
            });
            if let Some(after) = after {
                body["search_after"] = after;
            }
            let answer = self.search_whole(&body)?;
            let hits = answer["hits"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
            for hit in hits {
                let Some(study) = hit["sort"][0].as_u64() else { continue };
                for term in hit["fields"][&column].as_array().into_iter().flatten() {
                    let rest = term.as_str().and_then(|term| term.strip_prefix(beginning));
                    if let Some(studies) = rest.and_then(|rest| found.get_mut(rest)) {
                        studies.insert(study);
                    }
                }
            }
            match hits.last() {
                Some(last) if hits.len() == PAGE => after = Some(last["sort"].clone()),
                _ => return Ok(()),
            }
        }
    }
}
