//! Reads the studies of a version, and compares each with its digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::answers::{hits, total, unreadable};
use crate::error::ClusterError;
use crate::index::{ClusterIndex, lock, remember};
use crate::layout::{DIGEST, NUMBER, STUDY, name};
use crate::study_document::unsigned;
use trialdex_engine::index::{Store, short_digest};
use trialdex_engine::search::ExplainedRecords;
use trialdex_plan::Node;
use trialdex_plan::layout::words_of;
use trialdex_records::study::{NctId, Study};

/// Studies at most whose records are looked at for one part of a search.
const MOST_LOOKED_AT: u64 = 20_000;

/// Looks at records whose outcome is remembered at most.
const MOST_REMEMBERED: usize = 100;

/// Studies that are read at a time at most, and that named ones are.
const READ_TOGETHER: usize = 200;
pub(crate) const NAMED_READ_TOGETHER: usize = 50;

/// Studies that the first answer has.
const FIRST_READ: usize = 20;

/// Bytes of records that an answer has about: of long ones it has fewer.
const READ_BYTES: usize = 4 << 20;

/// Numbers of one request that are looked for among earlier ones.
const COUNTED_TOGETHER: usize = 200;

/// Digests that are read at a time.
const DIGESTS_TOGETHER: usize = 10_000;

/// A number as the words of a study have it.
fn alias(nct: NctId) -> String {
    nct.to_string().to_lowercase()
}

/// The study of a record.
pub(crate) fn study_of(version: &str, json: &str) -> Result<Study, ClusterError> {
    let root = serde_json::from_str(json);
    root.map(Study::from_map).map_err(|error| unreadable(version, &error.to_string()))
}

/// Records that were read of hits.
#[derive(Default)]
pub(crate) struct HitRecords {
    /// By number.
    pub(crate) read: BTreeMap<u32, String>,
    /// The same, where scores were explained.
    pub(crate) explained: Option<Arc<ExplainedRecords>>,
}

/// A search for records by number, so many at most.
fn reading(size: usize, query: &Value) -> Value {
    json!({
        "size": size,
        "query": {"bool": {"filter": [query]}},
        "sort": [{NUMBER: "asc"}],
        "_source": [STUDY],
        "docvalue_fields": [NUMBER, DIGEST],
    })
}

/// The record of a hit, as it was sent.
fn record_of(hit: &Value) -> &str {
    hit["_source"][STUDY].as_str().unwrap_or_default()
}

impl ClusterIndex {
    /// The study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or the record is not what was sent.
    pub(crate) fn read_study(&self, nct: NctId) -> Result<Option<Study>, ClusterError> {
        self.hit_of(nct)?.map(|hit| self.record(&hit)).transpose()
    }

    /// What the engine has of the study with a number, or that had it once.
    fn hit_of(&self, nct: NctId) -> Result<Option<Value>, ClusterError> {
        let mut found = vec![json!({"term": {NUMBER: nct.number()}})];
        if let Some(field) = words_of("NCTIdAlias") {
            found.push(json!({"term": {name(field): alias(nct)}}));
        }
        for query in found {
            let mut answer = self.search_whole(&reading(1, &query))?;
            if let Some(hit) = answer["hits"]["hits"].get_mut(0) {
                return Ok(Some(hit.take()));
            }
        }
        Ok(None)
    }

    /// The numbers of the studies that have, or had once, each of some numbers; numbers that no
    /// study has are not among them.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer.
    pub fn numbers_of(&self, numbers: &[NctId]) -> Result<BTreeMap<NctId, u32>, ClusterError> {
        let wanted: BTreeMap<u32, NctId> = numbers.iter().map(|nct| (nct.number(), *nct)).collect();
        let known: Vec<u32> = wanted.keys().copied().collect();
        let there = self.digests(&known)?;
        let (mut found, mut others) = (BTreeMap::new(), Vec::new());
        for (number, nct) in wanted {
            if there.contains_key(&number) {
                found.insert(nct, number);
            } else {
                others.push(nct);
            }
        }
        for nct in self.earlier_numbers(&others)? {
            if let Some(hit) = self.hit_of(nct)? {
                found.insert(nct, self.number_of(&hit)?);
            }
        }
        Ok(found)
    }

    /// Those of some numbers that studies had once.
    fn earlier_numbers(&self, numbers: &[NctId]) -> Result<Vec<NctId>, ClusterError> {
        let Some(field) = words_of("NCTIdAlias") else { return Ok(Vec::new()) };
        let mut had = Vec::new();
        for numbers in numbers.chunks(COUNTED_TOGETHER) {
            let each: Vec<Value> =
                numbers.iter().map(|nct| json!({"term": {name(field): alias(*nct)}})).collect();
            let counted = numbers.iter().zip(self.counts(&Value::Null, &each)?);
            had.extend(counted.filter(|(_, studies)| *studies > 0).map(|(nct, _)| *nct));
        }
        Ok(had)
    }

    /// Those of some numbers that no study has or had, each once.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer.
    pub fn absent(&self, numbers: &[NctId]) -> Result<Vec<NctId>, ClusterError> {
        let found = self.numbers_of(numbers)?;
        let mut absent: Vec<NctId> =
            numbers.iter().filter(|nct| !found.contains_key(nct)).copied().collect();
        absent.sort_unstable();
        absent.dedup();
        Ok(absent)
    }

    /// The first eight bytes of the digest of the study with a number, or that had it once.
    pub(crate) fn digest_of_study(&self, nct: NctId) -> Result<Option<u64>, ClusterError> {
        self.hit_of(nct)?.map(|hit| self.digest_of_hit(&hit)).transpose()
    }

    /// The first eight bytes of the digest of every study, by number.
    pub(crate) fn all_digests(&self) -> Result<BTreeMap<u64, u64>, ClusterError> {
        let (mut found, mut after) = (BTreeMap::new(), -1_i64);
        loop {
            let body = json!({
                "size": DIGESTS_TOGETHER,
                "sort": [{NUMBER: "asc"}],
                "search_after": [after],
                "_source": false,
                "docvalue_fields": [NUMBER, DIGEST],
            });
            let answer = self.search_whole(&body)?;
            let hits = answer["hits"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
            for hit in hits {
                let number = self.number_of(hit)?;
                after = number.into();
                found.insert(number.into(), self.digest_of_hit(hit)?);
            }
            if hits.len() < DIGESTS_TOGETHER {
                break;
            }
        }
        if found.len() as u64 != self.notes.studies {
            let there = found.len();
            return Err(
                self.unequal(format!("{there} of {} studies are there", self.notes.studies))
            );
        }
        Ok(found)
    }

    /// The studies that an index in a directory does not have, as [`Self::named_studies`] takes
    /// them.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or the index cannot be read.
    pub fn beyond(&self, store: &Store) -> Result<Vec<(NctId, u32)>, ClusterError> {
        let there = store.reading()?.digests()?;
        let beyond = self.all_digests()?.into_keys().filter(|number| !there.contains_key(number));
        let numbers = beyond.filter_map(|number| u32::try_from(number).ok());
        Ok(numbers.filter_map(|number| Some((NctId::from_number(number)?, number))).collect())
    }

    /// The studies with some numbers, in their order.
    pub(crate) fn records(&self, numbers: &[u32]) -> Result<Vec<Study>, ClusterError> {
        let records = self.jsons(numbers)?;
        records.iter().map(|json| study_of(&self.version, json)).collect()
    }

    /// The records of the studies with some numbers, in their order.
    pub(crate) fn jsons(&self, numbers: &[u32]) -> Result<Vec<String>, ClusterError> {
        let mut all = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(NAMED_READ_TOGETHER) {
            let named = json!({"terms": {NUMBER: numbers}});
            let answer = self.search_whole(&reading(numbers.len(), &named))?;
            let mut found = BTreeMap::new();
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                found.insert(self.number_of(hit)?, self.json_of(hit)?.to_owned());
            }
            for number in numbers {
                let record = found.get(number).cloned();
                all.push(record.ok_or_else(|| unreadable(&self.version, "a study is not there"))?);
            }
        }
        Ok(all)
    }

    /// Gives each study that a query finds to `take`, by number; the number of all. A version does
    /// not change, so that one page follows another.
    pub(crate) fn each_record<E: From<ClusterError>>(
        &self,
        query: &Value,
        mut take: impl FnMut(u32, Study) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (mut seen, mut after, mut together, mut bytes) = (0, -1_i64, FIRST_READ, 0);
        loop {
            let mut body = reading(together, query);
            body["search_after"] = json!([after]);
            body["track_total_hits"] = true.into();
            let answer = self.search_whole(&body)?;
            let all = total(&self.version, &answer)?;
            let left = usize::try_from(all.saturating_sub(seen)).unwrap_or(usize::MAX);
            let hits = hits(&self.version, &answer, left.min(together))?;
            for hit in hits {
                let number = self.number_of(hit)?;
                if i64::from(number) <= after {
                    return Err(unreadable(&self.version, "a study comes twice").into());
                }
                after = number.into();
                bytes += record_of(hit).len();
                take(number, self.record(hit)?)?;
                seen += 1;
            }
            if hits.len() < together {
                if seen != all {
                    let problem = format!("{seen} of {all} studies were read");
                    return Err(self.unequal(problem).into());
                }
                return Ok(seen);
            }
            let average = bytes / usize::try_from(seen).unwrap_or(usize::MAX).max(1);
            together = (READ_BYTES / average.max(1)).clamp(1, READ_TOGETHER);
        }
    }

    /// Those of some candidates whose records fit, for what no field can be asked: `part`
    /// of a plan, which messages call `sought`.
    pub(crate) fn those_that_fit(
        &self,
        candidates: &Value,
        (part, sought): (&Node, &str),
        fits: &dyn Fn(&Study) -> bool,
    ) -> Result<Arc<Vec<u32>>, ClusterError> {
        let key = format!("{part:?}\n{candidates}");
        if let Some(known) = lock(&self.looked_at).get(&key) {
            return Ok(known.clone());
        }
        let many = self.count_query(candidates)?;
        if many > MOST_LOOKED_AT {
            let problem = format!("{sought} is not looked for in the records of {many} studies");
            return Err(ClusterError::NotYet(problem));
        }
        let mut found = Vec::new();
        self.each_record(candidates, |number, study| -> Result<(), ClusterError> {
            found.extend(fits(&study).then_some(number));
            Ok(())
        })?;
        let found = Arc::new(found);
        remember(&self.looked_at, MOST_REMEMBERED, key, found.clone());
        Ok(found)
    }

    fn number_of(&self, hit: &Value) -> Result<u32, ClusterError> {
        let number = hit["fields"][NUMBER][0].as_u64();
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| unreadable(&self.version, "a study has no number"))
    }

    fn digest_of_hit(&self, hit: &Value) -> Result<u64, ClusterError> {
        let digest = hit["fields"][DIGEST][0].as_i64().map(unsigned);
        digest.ok_or_else(|| unreadable(&self.version, "a study has no digest"))
    }

    fn record(&self, hit: &Value) -> Result<Study, ClusterError> {
        study_of(&self.version, self.json_of(hit)?)
    }

    /// The record of a hit, which is what was sent.
    fn json_of<'h>(&self, hit: &'h Value) -> Result<&'h str, ClusterError> {
        let json = record_of(hit);
        if short_digest(json) != self.digest_of_hit(hit)? {
            let number = self.number_of(hit)?;
            let name = NctId::from_number(number).map_or_else(String::new, |nct| nct.to_string());
            return Err(self.unequal(format!("the record of {name} has another digest")));
        }
        Ok(json)
    }

    pub(crate) fn unequal(&self, problem: String) -> ClusterError {
        ClusterError::Unequal { index: self.version.clone(), problem }
    }
}
