//! Whether a version holds what was sent, in every copy.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::answers::{WHOLE, total, whole};
use crate::client::{Client, GIVING_UP, now, wait};
use crate::error::ClusterError;
use crate::layout::DIGEST;
use crate::refresh::Digests;
use crate::study_document::signed;

/// Makes visible what was sent, in every copy.
pub(crate) fn make_visible(client: &Client, index: &str) -> Result<(), ClusterError> {
    again(index, || {
        let answer = client.change("POST", &format!("{index}/_refresh"), &Value::Null)?;
        let shards = &answer["_shards"];
        Ok(match (shards["failed"].as_u64(), shards["successful"].as_u64()) {
            (Some(0), Some(1..)) => None,
            _ => Some(format!("a part of it is not refreshed: {shards}")),
        })
    })?;
    again(index, || copies(client, index))
}

/// What differs between the copies of a shard.
fn copies(client: &Client, index: &str) -> Result<Option<String>, ClusterError> {
    let answer = client.ask("GET", &format!("{index}/_stats/docs?level=shards"), None)?;
    let answer = client.accepted(answer)?;
    for (shard, copies) in answer["indices"][index]["shards"].as_object().into_iter().flatten() {
        let copies = copies.as_array().into_iter().flatten();
        let copies = copies.filter(|copy| copy["routing"]["state"] == "STARTED");
        let documents: BTreeSet<Option<u64>> =
            copies.map(|copy| copy["docs"]["count"].as_u64()).collect();
        if documents.len() > 1 {
            return Ok(Some(format!("the copies of shard {shard} differ")));
        }
    }
    Ok(None)
}

/// Waits until nothing is wrong any longer.
fn again(
    index: &str,
    wrong: impl Fn() -> Result<Option<String>, ClusterError>,
) -> Result<(), ClusterError> {
    let start = now();
    for attempt in 1.. {
        let Some(problem) = wrong()? else { break };
        if start.elapsed() + wait(attempt) > GIVING_UP {
            return Err(ClusterError::Unequal { index: index.to_owned(), problem });
        }
        std::thread::sleep(wait(attempt));
    }
    Ok(())
}

/// Compares what a version holds with what it should hold.
pub(crate) fn check_studies(
    client: &Client,
    version: &str,
    now: &Digests,
) -> Result<(), ClusterError> {
    let studies = now.len() as u64;
    let digests = now.values().fold(0, |all, digest| all ^ signed(*digest));
    make_visible(client, version)?;
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

/// The documents of an index.
pub(crate) fn count(client: &Client, index: &str) -> Result<u64, ClusterError> {
    let body = json!({"size": 0, "track_total_hits": true});
    let answer = client.answer(&format!("{index}/_search?{WHOLE}"), &body)?;
    whole(index, &answer)?;
    total(index, &answer)
}
