//! Merges what a version consists of, once all is sent.
//!
//! The engine keeps what it was sent of each document as it was, for copies that come back, until a
//! merge after all copies have it. That is more than the index itself.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, now};
use crate::error::ClusterError;

/// How long the merge of a version may take.
const MERGING: Duration = Duration::from_secs(12 * 3_600);

/// Between two looks at whether it is done, at most.
const LOOKING: Duration = Duration::from_secs(5);

/// How long all copies may take to say that they have everything, which they do twice a minute.
const SETTLING: Duration = Duration::from_secs(65);

/// Of fewer studies, that is not waited for.
const FEW: u64 = 5_000;

/// Merges an index that nothing is written to any longer. Where it fails, the index takes more
/// room, and is the same else.
pub(crate) fn compact(client: &Client, index: &str, studies: u64) {
    let flushed = client.change("POST", &format!("{index}/_flush?force=true"), &Value::Null);
    if flushed.is_ok() && (studies < FEW || settled(client, index).is_ok()) {
        let _ = merged(client, index);
    }
}

/// Waits until each copy keeps no operation for another one.
fn settled(client: &Client, index: &str) -> Result<(), ClusterError> {
    let start = now();
    let path = format!("{index}/_stats?level=shards&filter_path=indices.*.shards");
    while start.elapsed() < SETTLING {
        let answer = client.ask("GET", &path, None)?;
        let answer = client.accepted(answer)?;
        let shards = answer["indices"][index]["shards"].as_object().into_iter().flatten();
        let mut copies = shards.flat_map(|(_, copies)| copies.as_array().into_iter().flatten());
        if copies.all(keeps_nothing) {
            break;
        }
        std::thread::sleep(LOOKING / 10);
    }
    Ok(())
}

/// Whether all that a copy has may be merged: it is on every copy, and every copy has said so.
fn keeps_nothing(copy: &Value) -> bool {
    let Some(last) = copy["seq_no"]["max_seq_no"].as_i64() else { return false };
    let leases = copy["retention_leases"]["leases"].as_array().into_iter().flatten();
    let mut retained = leases.map(|lease| lease["retaining_seq_no"].as_i64());
    copy["seq_no"]["global_checkpoint"] == json!(last)
        && retained.all(|first| first.is_some_and(|first| first > last))
}

/// Asks for a merge, and waits for its end.
fn merged(client: &Client, index: &str) -> Result<(), ClusterError> {
    let path = format!("{index}/_forcemerge?max_num_segments=1&wait_for_completion=false");
    let task = client.change("POST", &path, &Value::Null)?;
    let Some(task) = task["task"].as_str() else { return Ok(()) };
    let (start, mut wait) = (now(), LOOKING / 50);
    while start.elapsed() < MERGING {
        std::thread::sleep(wait);
        wait = (wait * 2).min(LOOKING);
        // A machine that dies takes the task with it, and knows nothing of it afterwards.
        let answer = client.ask("GET", &format!("_tasks/{task}"), None)?;
        if answer.status != 200 || answer.body["completed"] == Value::Bool(true) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_nothing_once_all_have_everything() {
        let copy = |checkpoint: i64, retained: &[i64]| {
            let leases: Vec<Value> =
                retained.iter().map(|first| json!({"retaining_seq_no": first})).collect();
            json!({
                "seq_no": {"max_seq_no": 9, "global_checkpoint": checkpoint},
                "retention_leases": {"leases": leases},
            })
        };
        assert!(keeps_nothing(&copy(9, &[10, 10])));
        assert!(!keeps_nothing(&copy(8, &[10, 10])));
        assert!(!keeps_nothing(&copy(9, &[10, 0])));
        assert!(!keeps_nothing(&json!({})));
    }
}
