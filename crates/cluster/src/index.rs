//! A version of an index that is open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::{WHOLE, total, unreadable, whole};
use crate::client::{Client, MANAGED};
use crate::error::ClusterError;
use crate::layout::{self, layout_digest};
use crate::term_parts::PartMemory;
use trialdex_engine::index::FORMAT;
use trialdex_plan::layout::IndexField;
use trialdex_plan::{LookUp, NameMemory, Node};

/// What a version says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct VersionNotes {
    /// Version of the layout.
    pub(crate) format: u64,
    /// Digest of its fields.
    #[serde(default)]
    pub(crate) layout: String,
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
    /// Files and members that hold no study.
    #[serde(default)]
    pub(crate) not_studies: u64,
    /// Records in the sources, by format.
    #[serde(default)]
    pub(crate) formats: BTreeMap<String, u64>,
    /// Records that were set aside because there is a later or fuller one.
    #[serde(default)]
    pub(crate) duplicates: u64,
    /// Studies that no source has any longer.
    #[serde(default)]
    pub(crate) kept: u64,
    /// Whether the origins of studies and all rejects are beside the terms.
    #[serde(default)]
    pub(crate) keeps_origins: bool,
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
    /// Records in those files, by format; pages count one by one.
    pub formats: BTreeMap<String, u64>,
    /// Records set aside because there is a later or fuller one.
    pub duplicates: u64,
    /// Studies kept although no source has them any longer.
    pub kept: u64,
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
    /// Files and members that hold no study.
    pub not_studies: u64,
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
    pub(crate) directory: Mutex<Option<Arc<TermDirectory>>>,
    pub(crate) term_parts: Mutex<PartMemory>,
    pub(crate) counted: Mutex<BTreeMap<Vec<LookUp>, u64>>,
    pub(crate) ranges: Mutex<BTreeMap<IndexField, (i64, i64)>>,
    /// Studies that were found by a look at their records, by what was looked for.
    pub(crate) looked_at: Mutex<BTreeMap<String, Arc<Vec<u32>>>>,
    pub(crate) names: NameMemory,
}

/// The first term of each part of the terms of a field, by the field's name.
pub(crate) type TermDirectory = BTreeMap<String, Arc<Vec<String>>>;

/// Remembers an answer; of so many, all are forgotten first.
pub(crate) fn remember<K: Ord, V>(memory: &Mutex<BTreeMap<K, V>>, most: usize, key: K, value: V) {
    let mut memory = lock(memory);
    if memory.len() >= most {
        memory.clear();
    }
    memory.insert(key, value);
}

/// Locks what is remembered: nothing is asked meanwhile.
pub(crate) fn lock<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The versions that a name stands for: one, or none where there is no such name.
pub(crate) fn current(client: &Client, address: &Address) -> Result<Option<String>, ClusterError> {
    let found = client.ask("GET", &format!("_alias/{}?{MANAGED}", address.name), None)?;
    if found.status == 404 {
        let path = format!("{}?allow_no_indices=false&{MANAGED}", address.name);
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
        let path = format!("{version}/_mapping?{MANAGED}");
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
        if notes.layout != layout_digest() {
            return Err(ClusterError::OtherFields(version));
        }
        Ok(Self {
            client,
            address,
            version,
            notes,
            directory: Mutex::default(),
            term_parts: Mutex::default(),
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

    /// The version that is open, as the engine names it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When it was written, in RFC 3339.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.notes.written
    }

    /// Whether the name still stands for it.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer.
    pub fn is_latest(&self) -> Result<bool, ClusterError> {
        Ok(current(&self.client, &self.address)?.as_deref() == Some(self.version.as_str()))
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
            not_studies: notes.not_studies,
            formats: notes.formats,
            duplicates: notes.duplicates,
            kept: notes.kept,
            digest: notes.contents,
        })
    }

    /// The answer of all shards to a search.
    pub(crate) fn search_whole(&self, body: &Value) -> Result<Value, ClusterError> {
        self.search_in(&self.version, body)
    }

    pub(crate) fn search_in(&self, index: &str, body: &Value) -> Result<Value, ClusterError> {
        let answer = self.client.answer(&format!("{index}/_search?{WHOLE}"), body);
        let answer = answer.map_err(|error| match error {
            ClusterError::Refused { status: 404, .. } => ClusterError::Gone(self.version.clone()),
            error => error,
        })?;
        whole(index, &answer)?;
        Ok(answer)
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
