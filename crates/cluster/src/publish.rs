//! Sends the studies of an index in a directory as a new version, checks what arrived, and lets
//! the name stand for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::{WHOLE, total, unreadable, whole};
use crate::client::{Client, ITEM_ATTEMPTS, reason, wait};
use crate::error::ClusterError;
use crate::index::{VersionNotes, current, terms_of};
use crate::layout::{DIGEST, Kind, kind, name, settings};
use crate::study_document::{signed, study_document};
use trialdex_engine::index::{FORMAT, Store, StudyAnalyzer};
use trialdex_engine::search::receipt::contents;
use trialdex_plan::layout::{IndexField, all_fields};
use trialdex_records::study::Study;

/// Bytes that are sent together at least, before they are packed.
const SENT_TOGETHER: usize = 4 << 20;

/// Documents that are sent together at most.
const MOST_TOGETHER: usize = 500;

/// Terms of a document with terms.
const TERMS_TOGETHER: usize = 10_000;

/// A version that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The engine's index.
    pub version: String,
    /// The one that the name stood for before.
    pub before: Option<String>,
    /// Studies in it.
    pub studies: u64,
    /// Bytes of studies and terms, before they were packed.
    pub bytes: u64,
}

/// Sends the studies of an index. `watch` is told how many were sent.
///
/// # Errors
///
/// Where the index cannot be read, or the cluster does not take or hold what is sent: the name
/// then stands for what it stood for.
pub fn publish(
    address: &Address,
    client: &Client,
    store: &Store,
    watch: &dyn Fn(u64),
) -> Result<Published, ClusterError> {
    let before = current(client, address)?;
    let version = format!("{}-v{}", address.name(), last_version(address, client)? + 1);
    client.change("PUT", &version, &settings(shards(client)?))?;
    let mut sender = Sender::new(client, version.clone());
    let digests = send_studies(store, &mut sender, watch)?;
    check_studies(client, &version, digests)?;
    let terms = terms_of(&version);
    client.change("PUT", &terms, &term_settings())?;
    let mut term_sender = Sender::new(client, terms.clone());
    let term_documents = send_terms(store, &mut term_sender)?;
    client.change("POST", &format!("{terms}/_refresh"), &Value::Null)?;
    let there = count(client, &terms)?;
    if there != term_documents {
        let problem = format!("{there} of {term_documents} lists of terms arrived");
        return Err(ClusterError::Unequal { index: terms, problem });
    }
    let notes = notes(store, term_documents)?;
    let notes =
        serde_json::to_value(notes).map_err(|error| unreadable(&version, &error.to_string()))?;
    let mapping = json!({"_meta": {"trialdex": notes}});
    client.change("PUT", &format!("{version}/_mapping"), &mapping)?;
    switch(address, client, before.as_deref(), &version)?;
    let bytes = sender.bytes + term_sender.bytes;
    Ok(Published { version, before, studies: digests.0, bytes })
}

/// The number of the last version of an index, finished or not.
fn last_version(address: &Address, client: &Client) -> Result<u64, ClusterError> {
    let path = format!("{}-v*/_settings?expand_wildcards=all", address.name());
    let answer = client.ask("GET", &path, None)?;
    let answer = client.accepted(answer)?;
    let beginning = format!("{}-v", address.name());
    let names = answer.as_object().into_iter().flat_map(|found| found.keys());
    let numbers = names.filter_map(|name| name.strip_prefix(&beginning)?.parse::<u64>().ok());
    Ok(numbers.max().unwrap_or(0))
}

/// One for each machine that holds studies.
fn shards(client: &Client) -> Result<u64, ClusterError> {
    let answer = client.ask("GET", "_cluster/health", None)?;
    let answer = client.accepted(answer)?;
    Ok(answer["number_of_data_nodes"].as_u64().unwrap_or(1).clamp(1, 32))
}

fn term_settings() -> Value {
    json!({
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": -1,
            "index.codec": "best_compression",
        },
        "mappings": {"dynamic": "strict", "properties": {
            "field": {"type": "keyword"},
            "part": {"type": "integer"},
            "last": {"type": "boolean"},
            "terms": {"type": "object", "enabled": false},
        }},
    })
}

/// Sends all studies; their number, and the digests of all as one.
fn send_studies(
    store: &Store,
    sender: &mut Sender<'_>,
    watch: &dyn Fn(u64),
) -> Result<(u64, i64), ClusterError> {
    let (reading, mut analyzer) = (store.reading()?, StudyAnalyzer::default());
    let (mut studies, mut digests) = (0, 0_i64);
    for (nct, place) in reading.all()? {
        let json = reading.json(place)?;
        let study = serde_json::from_str(&json).map(Study::from_map);
        let study = study.map_err(|error| unreadable(&nct.to_string(), &error.to_string()))?;
        let indexed = analyzer.read(&study, nct, &json);
        digests ^= signed(indexed.digest);
        studies += 1;
        sender.add(&nct.to_string(), &study_document(&indexed, &json))?;
        watch(studies);
    }
    sender.flush()?;
    Ok((studies, digests))
}

/// Compares what a version holds with what was sent.
fn check_studies(
    client: &Client,
    version: &str,
    (studies, digests): (u64, i64),
) -> Result<(), ClusterError> {
    client.change("POST", &format!("{version}/_refresh"), &Value::Null)?;
    let body = json!({"size": 0, "track_total_hits": true, "aggs": {"digests": {"scripted_metric": {
        "init_script": "state.all = 0L",
        "map_script": format!("state.all ^= doc['{DIGEST}'].value"),
        "combine_script": "return state.all",
        "reduce_script": "long all = 0L; for (part in states) { all ^= part } return Long.toString(all)",
    }}}});
    let answer = client.answer(&format!("{version}/_search?{WHOLE}"), &body)?;
    whole(version, &answer)?;
    let there = total(version, &answer)?;
    let unequal = |problem| ClusterError::Unequal { index: version.to_owned(), problem };
    if there != studies {
        return Err(unequal(format!("{there} of {studies} studies arrived")));
    }
    let found = answer["aggregations"]["digests"]["value"].as_str();
    if studies > 0 && found != Some(digests.to_string().as_str()) {
        return Err(unequal("the digests of the studies differ".to_owned()));
    }
    Ok(())
}

/// Sends the terms of all fields, and gives the number of documents with them.
fn send_terms(store: &Store, sender: &mut Sender<'_>) -> Result<u64, ClusterError> {
    let mut documents = 0;
    for field in all_fields() {
        if matches!(kind(field), Kind::Number { .. } | Kind::Nothing) {
            continue;
        }
        let all = store.counted_terms(field)?;
        let parts: Vec<&[_]> =
            if all.is_empty() { vec![&[]] } else { all.chunks(TERMS_TOGETHER).collect() };
        for (at, terms) in parts.iter().enumerate() {
            let terms = terms.iter().map(|counted| match counted.of_word == counted.studies {
                true => json!([counted.term, counted.studies]),
                false => json!([counted.term, counted.studies, counted.of_word]),
            });
            let field = name(field);
            let document = json!({
                "field": field,
                "part": at,
                "last": at + 1 == parts.len(),
                "terms": terms.collect::<Vec<_>>(),
            });
            sender.add(&format!("{field}.{at}"), &document)?;
            documents += 1;
        }
    }
    sender.flush()?;
    Ok(documents)
}

fn notes(store: &Store, term_documents: u64) -> Result<VersionNotes, ClusterError> {
    let (status, contents) = (store.status()?, contents(store)?);
    let mut average_lengths = BTreeMap::new();
    for field in all_fields() {
        if !matches!(field, IndexField::Column(_))
            && let Some(average) = store.average_length_of(field)?
        {
            average_lengths.insert(name(field), average);
        }
    }
    Ok(VersionNotes {
        format: FORMAT.into(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        written: status.written,
        studies: status.studies,
        contents: contents.digest,
        earliest_update: status.earliest_update,
        latest_update: status.latest_update,
        sources: status.sources,
        rejected: status.rejected,
        average_lengths,
        term_documents,
    })
}

fn count(client: &Client, index: &str) -> Result<u64, ClusterError> {
    let body = json!({"size": 0, "track_total_hits": true});
    let answer = client.answer(&format!("{index}/_search?{WHOLE}"), &body)?;
    whole(index, &answer)?;
    total(index, &answer)
}

/// Lets the name stand for a version, in one step.
fn switch(
    address: &Address,
    client: &Client,
    before: Option<&str>,
    version: &str,
) -> Result<(), ClusterError> {
    let name = address.name();
    if current(client, address)?.as_deref() != before {
        let problem = format!("somebody else has sent another version of {name} meanwhile");
        return Err(ClusterError::Unequal { index: version.to_owned(), problem });
    }
    let mut actions = vec![json!({"add": {"index": version, "alias": name}})];
    if let Some(before) = before {
        // Fails where somebody else has made it stand for another version meanwhile.
        let gone = json!({"index": before, "alias": name, "must_exist": true});
        actions.insert(0, json!({"remove": gone}));
    }
    match client.change("POST", "_aliases", &json!({"actions": actions})) {
        // The answer to an attempt that had worked was lost.
        Err(_) if current(client, address)?.as_deref() == Some(version) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Sends documents, many together, and those again that were not taken.
struct Sender<'a> {
    client: &'a Client,
    index: String,
    /// Lines of a bulk request, two for each document.
    waiting: Vec<(String, String)>,
    size: usize,
    bytes: u64,
}

impl<'a> Sender<'a> {
    fn new(client: &'a Client, index: String) -> Self {
        Self { client, index, waiting: Vec::new(), size: 0, bytes: 0 }
    }

    /// Adds a document; the same one with the same name takes its place, however often it is sent.
    fn add(&mut self, id: &str, document: &Value) -> Result<(), ClusterError> {
        let lines = (json!({"index": {"_id": id}}).to_string(), document.to_string());
        self.size += lines.0.len() + lines.1.len() + 2;
        self.waiting.push(lines);
        if self.size >= SENT_TOGETHER || self.waiting.len() >= MOST_TOGETHER {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ClusterError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.bytes += self.size as u64;
        self.size = 0;
        let path = format!("{}/_bulk?filter_path=errors,items.*.status,items.*.error", self.index);
        let mut problem = String::new();
        for attempt in 0..ITEM_ATTEMPTS {
            if waiting.is_empty() {
                return Ok(());
            }
            if attempt > 0 {
                std::thread::sleep(wait(attempt));
            }
            let mut body = Vec::new();
            for (action, document) in &waiting {
                for line in [action, document] {
                    body.extend_from_slice(line.as_bytes());
                    body.push(b'\n');
                }
            }
            let answer = self.client.bulk(&path, &body)?;
            waiting = self.not_taken(&answer, waiting, &mut problem)?;
        }
        if waiting.is_empty() {
            return Ok(());
        }
        Err(ClusterError::Unequal { index: self.index.clone(), problem })
    }

    /// The documents that may be taken later.
    fn not_taken(
        &self,
        answer: &Value,
        sent: Vec<(String, String)>,
        problem: &mut String,
    ) -> Result<Vec<(String, String)>, ClusterError> {
        let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
        if items.len() != sent.len() {
            return Err(unreadable(&self.index, "not every document was answered"));
        }
        let mut again = Vec::new();
        for (item, lines) in items.iter().zip(sent) {
            match item["index"]["status"].as_u64() {
                Some(200 | 201) => {}
                Some(429 | 500..=599) => {
                    *problem = reason(&item["index"]);
                    again.push(lines);
                }
                _ => {
                    let problem = format!("{}: {}", lines.0, reason(&item["index"]));
                    return Err(ClusterError::Unequal { index: self.index.clone(), problem });
                }
            }
        }
        Ok(again)
    }
}
