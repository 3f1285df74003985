//! Sends the studies of an index in a directory as a new version, checks what arrived, and lets
//! the name stand for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::{WHOLE, total, unreadable, whole};
use crate::client::Client;
use crate::error::ClusterError;
use crate::index::{ClusterIndex, VersionNotes, current, terms_of};
use crate::layout::{DIGEST, Kind, kind, layout_digest, name, settings};
use crate::refresh::{Digests, StudyChanges, copy, doubt};
use crate::sender::Sender;
use crate::study_document::{signed, study_document};
use trialdex_engine::index::{FORMAT, Store, StudyAnalyzer};
use trialdex_engine::search::receipt::contents;
use trialdex_plan::layout::{IndexField, all_fields};
use trialdex_records::study::{NctId, Study};

/// Terms of a document with terms.
const TERMS_TOGETHER: usize = 10_000;

/// What the name stands for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The engine's index.
    pub version: String,
    /// The one that the name stood for before, which is kept.
    pub before: Option<String>,
    /// Studies in it.
    pub studies: u64,
    /// Bytes of studies and terms that were sent, before they were packed.
    pub bytes: u64,
    /// How it was made.
    pub making: Making,
    /// How its studies differ from those of the version before.
    pub changes: Option<StudyChanges>,
    /// Older versions, which were removed.
    pub dropped: Vec<String>,
}

/// How a version was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Making {
    /// Not at all: the studies are those of the version that is there.
    Unchanged,
    /// Of the version before: the studies that differ were sent.
    Changed,
    /// All studies were sent; why, where there is a version before.
    Whole(Option<String>),
}

/// Where studies are sent.
struct Destination<'a> {
    address: &'a Address,
    client: &'a Client,
    store: &'a Store,
    watch: &'a dyn Fn(u64),
}

/// Sends the studies of an index: those that differ from `before`, the version that the name
/// stands for, or all where it cannot be built on. `watch` is told how many were sent.
///
/// # Errors
///
/// Where the index cannot be read, or the cluster does not take or hold what is sent: the name
/// then stands for what it stood for.
pub fn publish(
    address: &Address,
    client: &Client,
    store: &Store,
    before: Option<&ClusterIndex>,
    watch: &dyn Fn(u64),
) -> Result<Published, ClusterError> {
    let standing = current(client, address)?;
    let before = before.filter(|before| Some(&before.version) == standing.as_ref());
    let now = store.reading()?.digests()?;
    let known = before.map(ClusterIndex::all_digests).transpose()?;
    let changes = known.as_ref().map(|known| StudyChanges::between(known, &now));
    if let (Some(before), Some(changes)) = (before, changes)
        && changes.is_none()
    {
        return Ok(Published {
            version: before.version.clone(),
            before: None,
            studies: before.studies(),
            bytes: 0,
            making: Making::Unchanged,
            changes: Some(changes),
            dropped: Vec::new(),
        });
    }
    let to = Destination { address, client, store, watch };
    let (version, mut bytes, making) = match (before, known, changes) {
        (Some(before), Some(known), Some(changes)) => {
            to.changed_or_whole(before, (&known, &now), &changes)?
        }
        _ => {
            let reason = standing.as_ref().map(|it| format!("{it} cannot be built on"));
            let (version, bytes) = to.whole(&now)?;
            (version, bytes, Making::Whole(reason))
        }
    };
    bytes += to.finish(&version)?;
    switch(address, client, standing.as_deref(), &version)?;
    let dropped = standing.as_deref().map(|kept| drop_older(address, client, kept)).transpose()?;
    Ok(Published {
        version,
        before: standing,
        studies: now.len() as u64,
        bytes,
        making,
        changes,
        dropped: dropped.unwrap_or_default(),
    })
}

impl Destination<'_> {
    fn next_version(&self) -> Result<String, ClusterError> {
        let last = last_version(self.address, self.client)?;
        Ok(format!("{}-v{}", self.address.name(), last + 1))
    }

    /// Makes a version of the one before, or, where that is in doubt or fails, of all studies.
    fn changed_or_whole(
        &self,
        before: &ClusterIndex,
        (known, now): (&Digests, &Digests),
        changes: &StudyChanges,
    ) -> Result<(String, u64, Making), ClusterError> {
        let reason = match doubt(before, shards(self.client)?, changes)? {
            Some(reason) => reason,
            None => {
                let version = self.next_version()?;
                match self.changed(&before.version, &version, (known, now)) {
                    Ok(bytes) => return Ok((version, bytes, Making::Changed)),
                    Err(error @ ClusterError::Unreachable { .. }) => return Err(error),
                    Err(error) => {
                        // It is not what it should be, and no name stands for it.
                        let gone = format!("{version}?ignore_unavailable=true");
                        self.client.change("DELETE", &gone, &Value::Null)?;
                        error.to_string()
                    }
                }
            }
        };
        let (version, bytes) = self.whole(now)?;
        Ok((version, bytes, Making::Whole(Some(reason))))
    }

    /// Copies a version, and sends what differs.
    fn changed(
        &self,
        before: &str,
        version: &str,
        (known, now): (&Digests, &Digests),
    ) -> Result<u64, ClusterError> {
        copy(self.client, before, version)?;
        let mut sender = Sender::new(self.client, version.to_owned());
        for number in known.keys().filter(|number| !now.contains_key(number)) {
            let nct = u32::try_from(*number).ok().and_then(NctId::from_number);
            nct.map_or(Ok(()), |nct| sender.remove(&nct.to_string()))?;
        }
        self.send_studies(&mut sender, |number, digest| known.get(&number) != Some(&digest))?;
        check_studies(self.client, version, now)?;
        Ok(sender.bytes)
    }

    /// Makes a version of all studies.
    fn whole(&self, now: &Digests) -> Result<(String, u64), ClusterError> {
        let version = self.next_version()?;
        self.client.change("PUT", &version, &settings(shards(self.client)?))?;
        let mut sender = Sender::new(self.client, version.clone());
        self.send_studies(&mut sender, |_, _| true)?;
        check_studies(self.client, &version, now)?;
        Ok((version, sender.bytes))
    }

    /// Sends the studies that are wanted by number and digest.
    fn send_studies(
        &self,
        sender: &mut Sender<'_>,
        wanted: impl Fn(u64, u64) -> bool,
    ) -> Result<(), ClusterError> {
        let (reading, mut analyzer, mut sent) =
            (self.store.reading()?, StudyAnalyzer::default(), 0);
        for (nct, place) in reading.all()? {
            if !wanted(nct.number().into(), reading.digest(place)?) {
                continue;
            }
            let json = reading.json(place)?;
            let study = serde_json::from_str(&json).map(Study::from_map);
            let study = study.map_err(|error| unreadable(&nct.to_string(), &error.to_string()))?;
            let indexed = analyzer.read(&study, nct, &json);
            sent += 1;
            sender.add(&nct.to_string(), &study_document(&indexed, &json))?;
            (self.watch)(sent);
        }
        sender.flush()
    }

    /// Sends the terms of a version, and says what it holds; the bytes that were sent.
    fn finish(&self, version: &str) -> Result<u64, ClusterError> {
        let (client, terms) = (self.client, terms_of(version));
        client.change("PUT", &terms, &term_settings())?;
        let mut sender = Sender::new(client, terms.clone());
        let term_documents = send_terms(self.store, &mut sender)?;
        client.change("POST", &format!("{terms}/_refresh"), &Value::Null)?;
        let there = count(client, &terms)?;
        if there != term_documents {
            let problem = format!("{there} of {term_documents} lists of terms arrived");
            return Err(ClusterError::Unequal { index: terms, problem });
        }
        let notes = serde_json::to_value(notes(self.store, term_documents)?);
        let notes = notes.map_err(|error| unreadable(version, &error.to_string()))?;
        let mapping = json!({"_meta": {"trialdex": notes}});
        client.change("PUT", &format!("{version}/_mapping"), &mapping)?;
        Ok(sender.bytes)
    }
}

/// The versions of an index, finished or not, by number: what the engine says of each.
fn versions(address: &Address, client: &Client) -> Result<BTreeMap<u64, Value>, ClusterError> {
    let path = format!("{}-v*?expand_wildcards=all", address.name());
    let answer = client.ask("GET", &path, None)?;
    let answer = client.accepted(answer)?;
    let beginning = format!("{}-v", address.name());
    let mut found = BTreeMap::new();
    for (name, said) in answer.as_object().into_iter().flatten() {
        let number = name.strip_prefix(&beginning).and_then(|number| number.parse().ok());
        found.extend(number.map(|number: u64| (number, said.clone())));
    }
    Ok(found)
}

/// Removes the versions that are older than one, with their terms: those that this program made,
/// and that no name stands for.
fn drop_older(address: &Address, client: &Client, kept: &str) -> Result<Vec<String>, ClusterError> {
    let beginning = format!("{}-v", address.name());
    let number = kept.strip_prefix(&beginning).and_then(|number| number.parse::<u64>().ok());
    let Some(kept) = number else { return Ok(Vec::new()) };
    let mut dropped = Vec::new();
    for (number, said) in versions(address, client)?.range(..kept) {
        let is_ours = !said["mappings"]["_meta"]["trialdex"].is_null();
        let has_names = said["aliases"].as_object().is_none_or(|names| !names.is_empty());
        if is_ours && !has_names {
            let version = format!("{beginning}{number}");
            let path = format!("{version},{}?ignore_unavailable=true", terms_of(&version));
            client.change("DELETE", &path, &Value::Null)?;
            dropped.push(version);
        }
    }
    Ok(dropped)
}

/// The number of the last version of an index, finished or not.
fn last_version(address: &Address, client: &Client) -> Result<u64, ClusterError> {
    Ok(versions(address, client)?.keys().last().copied().unwrap_or(0))
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

/// Compares what a version holds with what it should hold.
fn check_studies(client: &Client, version: &str, now: &Digests) -> Result<(), ClusterError> {
    let studies = now.len() as u64;
    let digests = now.values().fold(0, |all, digest| all ^ signed(*digest));
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
        if matches!(kind(field), Kind::Number { .. } | Kind::Values) {
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
        layout: layout_digest(),
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
