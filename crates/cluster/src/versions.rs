//! The versions of an index: a number that one run alone has, the name that stands for one of them,
//! and old ones that are removed.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::unreadable;
use crate::client::{Answer, Client, MANAGED};
use crate::error::ClusterError;
use crate::index::{current, terms_of};

/// Numbers that other runs have taken meanwhile at most.
const MOST_TAKEN: u64 = 20;

/// A version that one run alone makes.
pub(crate) struct Claim {
    /// The engine's index.
    pub(crate) version: String,
    /// Says which run makes it.
    pub(crate) mark: String,
}

impl Claim {
    /// Takes the next number. Of several runs that want the same, the engine lets one make the
    /// index with the terms of the version.
    pub(crate) fn next(address: &Address, client: &Client) -> Result<Self, ClusterError> {
        let mark = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let last = versions(address, client)?.keys().last().copied().unwrap_or(0);
        for number in last + 1..=last + MOST_TAKEN {
            let version = format!("{}-v{number}", address.name());
            let terms = terms_of(&version);
            let answer = client.tried("PUT", &terms, &term_settings(&mark))?;
            // The answer to an attempt that had worked may be lost.
            if exists(&answer) && run_of(client, &terms)?.as_ref() != Some(&mark) {
                continue;
            }
            ready(client, &terms, answer)?;
            return Ok(Self { version, mark });
        }
        let (index, name) = (format!("a version of {}", address.name()), address.name().to_owned());
        Err(ClusterError::Overtaken { index, name })
    }

    /// Makes the version: `path` is itself, or what copies another one.
    pub(crate) fn make(
        &self,
        client: &Client,
        path: &str,
        settings: &Value,
    ) -> Result<(), ClusterError> {
        let answer = client.tried("PUT", path, settings)?;
        // Nobody else has the number: it is there by an attempt whose answer was lost.
        ready(client, &self.version, answer)
    }

    /// Whether the version is what this run has made: one that is removed meanwhile may be there
    /// again, made by the engine for documents that arrive late.
    pub(crate) fn confirm(&self, client: &Client) -> Result<(), ClusterError> {
        match run_of(client, &self.version)? {
            Some(mark) if mark == self.mark => Ok(()),
            _ => Err(ClusterError::Gone(self.version.clone())),
        }
    }

    /// Removes the version again; its number stays taken.
    pub(crate) fn discard(&self, client: &Client) -> Result<(), ClusterError> {
        let path = format!("{}?ignore_unavailable=true", self.version);
        client.change("DELETE", &path, &Value::Null).map(|_| ())
    }
}

fn exists(answer: &Answer) -> bool {
    answer.status == 400 && answer.body["error"]["type"] == "resource_already_exists_exception"
}

/// Waits until each shard of a new index is on a machine.
fn ready(client: &Client, index: &str, answer: Answer) -> Result<(), ClusterError> {
    if !exists(&answer) {
        client.accepted(answer)?;
    }
    let path = format!("_cluster/health/{index}?wait_for_status=yellow&timeout=25s");
    let health = client.ask("GET", &path, None)?;
    match health.status {
        200 => Ok(()),
        404 => Err(ClusterError::Gone(index.to_owned())),
        // It says so with 408.
        _ => Err(ClusterError::Unplaced { index: index.to_owned(), problem: why(client, index)? }),
    }
}

/// Why no machine takes a shard, as the first of them says it.
fn why(client: &Client, index: &str) -> Result<String, ClusterError> {
    let body = json!({"index": index, "shard": 0, "primary": true});
    let explained = client.ask("GET", "_cluster/allocation/explain", Some(&body))?.body;
    let decisions = explained["node_allocation_decisions"].as_array().into_iter().flatten();
    let deciders = decisions.flat_map(|node| node["deciders"].as_array().into_iter().flatten());
    let mut said = deciders.filter_map(|decider| decider["explanation"].as_str());
    let general = || explained["allocate_explanation"].as_str().unwrap_or("no reason is given");
    Ok(said.next().unwrap_or_else(general).to_owned())
}

/// The run that makes an index; `None` where it is not there or says nothing.
fn run_of(client: &Client, index: &str) -> Result<Option<String>, ClusterError> {
    let answer = client.ask("GET", &format!("{index}/_mapping?{MANAGED}"), None)?;
    if answer.status == 404 {
        return Ok(None);
    }
    let said = client.accepted(answer)?;
    let run = said[index]["mappings"]["_meta"]["trialdex"]["run"].as_str();
    Ok(run.map(ToOwned::to_owned))
}

/// What the engine says of a version, finished or not, and of its terms.
#[derive(Default)]
struct VersionParts {
    studies: Value,
    terms: Value,
}

/// The versions of an index by number.
fn versions(
    address: &Address,
    client: &Client,
) -> Result<BTreeMap<u64, VersionParts>, ClusterError> {
    let path = format!("{}-v*?expand_wildcards=all&{MANAGED}", address.name());
    let answer = client.ask("GET", &path, None)?;
    let answer = client.accepted(answer)?;
    let beginning = format!("{}-v", address.name());
    let mut found: BTreeMap<u64, VersionParts> = BTreeMap::new();
    for (name, said) in answer.as_object().into_iter().flatten() {
        let Some(name) = name.strip_prefix(&beginning) else { continue };
        let (number, of_terms) = match name.strip_suffix(&terms_of("")) {
            Some(number) => (number, true),
            None => (name, false),
        };
        let Ok(number) = number.parse() else { continue };
        let parts = found.entry(number).or_default();
        *(if of_terms { &mut parts.terms } else { &mut parts.studies }) = said.clone();
    }
    Ok(found)
}

/// Removes the versions that are older than one, with their terms: those that this program made,
/// and that no name stands for.
pub(crate) fn drop_older(
    address: &Address,
    client: &Client,
    kept: &str,
) -> Result<Vec<String>, ClusterError> {
    let beginning = format!("{}-v", address.name());
    let number = kept.strip_prefix(&beginning).and_then(|number| number.parse::<u64>().ok());
    let Some(kept) = number else { return Ok(Vec::new()) };
    let mut dropped = Vec::new();
    for (number, VersionParts { studies, terms }) in versions(address, client)?.range(..kept) {
        let said = if studies.is_null() { terms } else { studies };
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

/// One shard for each machine that holds studies.
pub(crate) fn shards(client: &Client) -> Result<u64, ClusterError> {
    let answer = client.ask("GET", &format!("_cluster/health?{MANAGED}"), None)?;
    let answer = client.accepted(answer)?;
    let machines = answer["number_of_data_nodes"].as_u64();
    let machines = machines.ok_or_else(|| unreadable("the cluster", "it counts no machines"))?;
    Ok(machines.clamp(1, 32))
}

/// Settings and fields of the index with the terms of a version; the mark says which run makes it.
fn term_settings(mark: &str) -> Value {
    json!({
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": -1,
            "index.codec": "best_compression",
        },
        "mappings": {"dynamic": "strict", "_meta": {"trialdex": {"run": mark}}, "properties": {
            "field": {"type": "keyword"},
            "part": {"type": "integer"},
            "last": {"type": "boolean"},
            "terms": {"type": "object", "enabled": false},
        }},
    })
}

/// Lets the name stand for a version, in one step.
pub(crate) fn switch(
    address: &Address,
    client: &Client,
    before: Option<&str>,
    version: &str,
) -> Result<(), ClusterError> {
    let name = address.name();
    let overtaken = || ClusterError::Overtaken { index: version.to_owned(), name: name.to_owned() };
    if current(client, address)?.as_deref() != before {
        return Err(overtaken());
    }
    // The engine refuses a second index for writing behind one name, and so a second version,
    // where another run has let the name stand for its own meanwhile.
    let added = json!({"index": version, "alias": name, "is_write_index": true});
    let mut actions = vec![json!({"add": added})];
    if let Some(before) = before {
        let gone = json!({"index": before, "alias": name, "must_exist": true});
        actions.insert(0, json!({"remove": gone}));
    }
    match client.change("POST", "_aliases", &json!({"actions": actions})) {
        Ok(_) => Ok(()),
        Err(error) => match current(client, address)? {
            // The answer to an attempt that had worked was lost.
            Some(now) if now == version => Ok(()),
            now if now.as_deref() != before => Err(overtaken()),
            _ => Err(error),
        },
    }
}
