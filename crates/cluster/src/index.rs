//! A version of an index that is open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::{WHOLE, total, unreadable, whole};
use crate::client::Client;
use crate::error::ClusterError;
use crate::layout::{self, NUMBER, STUDY, is_by_surface, name};
use crate::terms::FieldTerms;
use trialdex_engine::index::{CountedTerm, FORMAT};
use trialdex_plan::layout::{IndexField, words_of};
use trialdex_plan::{LookUp, NameMemory, Node};
use trialdex_records::study::{NctId, Study};

/// Studies at most whose records are looked at for one part of a search.
const MOST_LOOKED_AT: u64 = 20_000;

/// Studies that are read at a time.
const READ_TOGETHER: usize = 200;

/// What a version says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct VersionNotes {
    /// Version of the layout.
    pub(crate) format: u64,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// When, in RFC 3339.
    pub(crate) written: String,
    /// Studies in it.
    pub(crate) studies: u64,
    /// Digest of all their records, as receipts name it.
    pub(crate) contents: String,
    /// Days of the earliest and the latest update of any study.
    pub(crate) earliest_update: Option<String>,
    pub(crate) latest_update: Option<String>,
    /// Files that it was made from.
    pub(crate) sources: u64,
    /// Records that could not be read.
    pub(crate) rejected: u64,
    /// Words of a field in a study on average, by the field's name.
    pub(crate) average_lengths: BTreeMap<String, f32>,
    /// Documents with terms, beside it.
    pub(crate) term_documents: u64,
}

/// What an index on a cluster holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Name and version of this structure.
    pub schema: &'static str,
    /// The address.
    pub index: String,
    /// The version that the name stands for.
    pub version: String,
    /// Studies in it.
    pub studies: u64,
    /// Files that it was made from.
    pub sources: u64,
    /// Day of the latest update of any study, `yyyy-MM-dd`.
    pub latest_update: Option<String>,
    /// Day of the earliest last update of any study.
    pub earliest_update: Option<String>,
    /// Shards that the studies are in.
    pub shards: u64,
    /// When it was written, in RFC 3339.
    pub written: String,
    /// Version of the program that wrote it.
    pub program: String,
    /// Version of the layout.
    pub format: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Digest of all records, as in receipts.
    pub digest: String,
}

/// A version that is open. Another version under the same name does not change what it finds.
pub struct ClusterIndex {
    pub(crate) client: Client,
    pub(crate) address: Address,
    /// The engine's index.
    pub(crate) version: String,
    pub(crate) notes: VersionNotes,
    terms: Mutex<BTreeMap<IndexField, Arc<FieldTerms>>>,
    pub(crate) counted: Mutex<BTreeMap<Vec<LookUp>, u64>>,
    pub(crate) ranges: Mutex<BTreeMap<IndexField, (i64, i64)>>,
    /// Studies that were found by a look at their records, by what was looked for.
    looked_at: Mutex<BTreeMap<String, Arc<Vec<u32>>>>,
    pub(crate) names: NameMemory,
}

/// Locks what is remembered: nothing is asked meanwhile.
pub(crate) fn lock<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The versions that a name stands for: one, or none where there is no such name.
pub(crate) fn current(client: &Client, address: &Address) -> Result<Option<String>, ClusterError> {
    let found = client.ask("GET", &format!("_alias/{}", address.name), None)?;
    if found.status == 404 {
        let path = format!("{}?allow_no_indices=false", address.name);
        let itself = client.ask("HEAD", &path, None)?;
        return match itself.status {
            404 => Ok(None),
            _ => Err(ClusterError::Foreign(address.to_string())),
        };
    }
    let found = client.accepted(found)?;
    let mut names = found.as_object().map(|found| found.keys().cloned()).into_iter().flatten();
    match (names.next(), names.next()) {
        (Some(only), None) => Ok(Some(only)),
        _ => Err(ClusterError::Foreign(address.to_string())),
    }
}

impl ClusterIndex {
    /// Opens the version that a name stands for.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read, or the cluster does not answer.
    pub fn open(address: Address, client: Client) -> Result<Self, ClusterError> {
        let version = current(&client, &address)?;
        let version = version.ok_or_else(|| ClusterError::Missing(address.to_string()))?;
        let path = format!("{version}/_mapping");
        let answer = client.ask("GET", &path, None)?;
        let answer = client.accepted(answer)?;
        let notes = &answer[&version]["mappings"]["_meta"]["trialdex"];
        if notes.is_null() {
            return Err(ClusterError::Foreign(address.to_string()));
        }
        let found = notes["format"].as_u64().unwrap_or(0);
        if found != u64::from(FORMAT) {
            return Err(ClusterError::OtherFormat { index: version, found, known: FORMAT });
        }
        let notes = VersionNotes::deserialize(notes)
            .map_err(|error| unreadable(&version, &error.to_string()))?;
        Ok(Self {
            client,
            address,
            version,
            notes,
            terms: Mutex::default(),
            counted: Mutex::default(),
            ranges: Mutex::default(),
            looked_at: Mutex::default(),
            names: NameMemory::default(),
        })
    }

    /// The studies of the index.
    #[must_use]
    pub fn studies(&self) -> u64 {
        self.notes.studies
    }

    /// What the index holds. Its studies are counted, and all shards have to answer.
    ///
    /// # Errors
    ///
    /// Where a part of it does not answer.
    pub fn status(&self) -> Result<ClusterStatus, ClusterError> {
        let answer = self.search_whole(&json!({"size": 0, "track_total_hits": true}))?;
        let notes = self.notes.clone();
        let studies = total(&self.version, &answer)?;
        if studies != notes.studies {
            let problem = format!("{studies} of {} studies are there", notes.studies);
            return Err(ClusterError::Unequal { index: self.version.clone(), problem });
        }
        Ok(ClusterStatus {
            schema: "trialdex.clusterStatus.v1",
            index: self.address.to_string(),
            version: self.version.clone(),
            studies,
            sources: notes.sources,
            latest_update: notes.latest_update,
            earliest_update: notes.earliest_update,
            shards: answer["_shards"]["total"].as_u64().unwrap_or(0),
            written: notes.written,
            program: notes.program,
            format: notes.format,
            rejected: notes.rejected,
            digest: notes.contents,
        })
    }

    /// The answer of all shards to a search.
    pub(crate) fn search_whole(&self, body: &Value) -> Result<Value, ClusterError> {
        let answer = self.client.answer(&format!("{}/_search?{WHOLE}", self.version), body)?;
        whole(&self.version, &answer)?;
        Ok(answer)
    }

    /// The terms of a field, read once.
    pub(crate) fn terms(&self, field: IndexField) -> Result<Arc<FieldTerms>, ClusterError> {
        let field = match field {
            IndexField::Surfaces(id) if is_by_surface(field) => IndexField::Words(id),
            field => field,
        };
        if let Some(known) = lock(&self.terms).get(&field) {
            return Ok(known.clone());
        }
        let read = Arc::new(FieldTerms::new(self.read_terms(field)?, is_by_surface(field)));
        lock(&self.terms).insert(field, read.clone());
        Ok(read)
    }

    fn read_terms(&self, field: IndexField) -> Result<Vec<CountedTerm>, ClusterError> {
        let index = terms_of(&self.version);
        let mut all = Vec::new();
        for part in 0.. {
            let body = json!({
                "size": 1,
                "query": {"bool": {"filter": [
                    {"term": {"field": name(field)}},
                    {"term": {"part": part}},
                ]}},
                "_source": ["terms", "last"],
            });
            let answer = self.client.answer(&format!("{index}/_search?{WHOLE}"), &body)?;
            whole(&index, &answer)?;
            let source = &answer["hits"]["hits"][0]["_source"];
            let Some(terms) = source["terms"].as_array() else {
                // The last part says that it is.
                return Err(unreadable(&index, &format!("terms of {} are missing", name(field))));
            };
            for term in terms {
                all.push(CountedTerm {
                    term: term[0].as_str().unwrap_or_default().to_owned(),
                    studies: term[1].as_u64().unwrap_or(0),
                    of_word: term[2].as_u64().or(term[1].as_u64()).unwrap_or(0),
                });
            }
            if source["last"] == Value::Bool(true) {
                break;
            }
        }
        Ok(all)
    }

    /// The study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer.
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, ClusterError> {
        let mut found = vec![json!({"term": {NUMBER: nct.number()}})];
        if let Some(field) = words_of("NCTIdAlias") {
            found.push(json!({"term": {name(field): nct.to_string().to_lowercase()}}));
        }
        for query in found {
            let body = json!({
                "size": 1,
                "query": {"bool": {"filter": [query]}},
                "sort": [{NUMBER: "asc"}],
                "_source": [STUDY],
            });
            let answer = self.search_whole(&body)?;
            if let Some(hit) = answer["hits"]["hits"].get(0) {
                return self.record(hit).map(Some);
            }
        }
        Ok(None)
    }

    /// Those of some numbers that no study has or had, each once.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer.
    pub fn absent(&self, numbers: &[NctId]) -> Result<Vec<NctId>, ClusterError> {
        let wanted: BTreeMap<u32, NctId> = numbers.iter().map(|nct| (nct.number(), *nct)).collect();
        let known: Vec<u32> = wanted.keys().copied().collect();
        let there = self.digests(&known)?;
        let mut absent = Vec::new();
        for (number, nct) in wanted {
            if !there.contains_key(&number) && self.study(nct)?.is_none() {
                absent.push(nct);
            }
        }
        Ok(absent)
    }

    /// The studies with some numbers, in their order.
    pub(crate) fn records(&self, numbers: &[u32]) -> Result<Vec<Study>, ClusterError> {
        let mut all = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(READ_TOGETHER) {
            let body = json!({
                "size": numbers.len(),
                "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}]}},
                "_source": [STUDY],
                "docvalue_fields": [NUMBER],
            });
            let answer = self.search_whole(&body)?;
            let mut found = BTreeMap::new();
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                let number = hit["fields"][NUMBER][0].as_u64().unwrap_or(0);
                found.insert(number, self.record(hit)?);
            }
            for number in numbers {
                let study = found.remove(&u64::from(*number));
                all.push(study.ok_or_else(|| unreadable(&self.version, "a study is not there"))?);
            }
        }
        Ok(all)
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
        let (mut found, mut after) = (Vec::new(), -1_i64);
        loop {
            let body = json!({
                "size": READ_TOGETHER,
                "query": {"bool": {"filter": [candidates]}},
                "sort": [{NUMBER: "asc"}],
                "search_after": [after],
                "_source": [STUDY],
            });
            let answer = self.search_whole(&body)?;
            let hits = answer["hits"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
            for hit in hits {
                let number = hit["sort"][0].as_i64().unwrap_or(0);
                after = number;
                if fits(&self.record(hit)?) {
                    found.extend(u32::try_from(number));
                }
            }
            if hits.len() < READ_TOGETHER {
                break;
            }
        }
        let found = Arc::new(found);
        lock(&self.looked_at).insert(key, found.clone());
        Ok(found)
    }

    fn record(&self, hit: &Value) -> Result<Study, ClusterError> {
        let json = hit["_source"][STUDY].as_str().unwrap_or_default();
        let root = serde_json::from_str(json);
        root.map(Study::from_map).map_err(|error| unreadable(&self.version, &error.to_string()))
    }

    /// The least and the greatest number in a field.
    pub(crate) fn range_of(&self, field: IndexField) -> Result<(i64, i64), ClusterError> {
        if let Some(known) = lock(&self.ranges).get(&field) {
            return Ok(*known);
        }
        let column = layout::name(field);
        let body = json!({"size": 0, "aggs": {
            "least": {"min": {"field": column}},
            "most": {"max": {"field": column}},
        }});
        let answer = self.search_whole(&body)?;
        // Dates, ages and numbers are far below the 53 bits that an answer keeps.
        #[expect(clippy::cast_possible_truncation, reason = "the numbers are whole")]
        let number =
            |name: &str| answer["aggregations"][name]["value"].as_f64().map(|it| it as i64);
        let range = (number("least").unwrap_or(0), number("most").unwrap_or(0));
        lock(&self.ranges).insert(field, range);
        Ok(range)
    }

    /// Studies that a part of a plan finds.
    pub(crate) fn count_of(&self, node: &Node) -> Result<u64, ClusterError> {
        let query = self.compiler(trialdex_plan::Model::default()).found(node)?;
        self.count_query(&query)
    }

    pub(crate) fn count_query(&self, query: &Value) -> Result<u64, ClusterError> {
        let query = json!({"bool": {"filter": [query]}});
        let body = json!({"size": 0, "track_total_hits": true, "query": query});
        total(&self.version, &self.search_whole(&body)?)
    }
}

/// The engine's index with the terms of a version.
pub(crate) fn terms_of(version: &str) -> String {
    format!("{version}-terms")
}
