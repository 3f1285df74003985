//! Makes a version of the one before, where most studies are the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::Client;
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::unfinished;
use crate::versions::Claim;

/// Of so many studies, all are sent anew: a copy would be of little that stays.
const MOST_CHANGED: u64 = 2;

/// Digests of studies by their numbers.
pub(crate) type Digests = BTreeMap<u64, u64>;

/// What becomes of the studies of the version before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StudyChanges {
    /// Studies that it does not have.
    pub added: u64,
    /// Studies whose records differ.
    pub updated: u64,
    /// Studies that are the same.
    pub unchanged: u64,
    /// Studies that it alone has.
    pub removed: u64,
}

impl StudyChanges {
    /// What differs between two sets of studies.
    pub(crate) fn between(before: &Digests, now: &Digests) -> Self {
        let mut changes = Self::default();
        for (number, digest) in now {
            match before.get(number) {
                None => changes.added += 1,
                Some(other) if other == digest => changes.unchanged += 1,
                Some(_) => changes.updated += 1,
            }
        }
        changes.removed = before.keys().filter(|number| !now.contains_key(number)).count() as u64;
        changes
    }

    /// Whether both sets are the same.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.added + self.updated + self.removed == 0
    }
}

/// Why a version cannot be made of the one before; `None` where it can.
pub(crate) fn doubt(
    before: &ClusterIndex,
    shards: u64,
    changes: &StudyChanges,
) -> Result<Option<String>, ClusterError> {
    let version = &before.version;
    let answer = before.client.ask("GET", &format!("{version}/_settings"), None)?;
    let answer = before.client.accepted(answer)?;
    let found = answer[version]["settings"]["index"]["number_of_shards"].as_str();
    if found != Some(shards.to_string().as_str()) {
        return Ok(Some(format!("{version} is made for another number of machines")));
    }
    let changed = changes.added + changes.updated + changes.removed;
    if changed > changes.unchanged / MOST_CHANGED {
        return Ok(Some(format!("too few studies of {version} stay as they are")));
    }
    Ok(None)
}

/// Makes a copy of a version inside the cluster. The version itself is not written to any longer.
pub(crate) fn copy(client: &Client, version: &str, to: &Claim) -> Result<(), ClusterError> {
    let block = |blocked: bool| json!({"index.blocks.write": blocked});
    client.change("PUT", &format!("{version}/_settings"), &block(true))?;
    let settings = json!({"settings": {
        "index.blocks.write": Value::Null,
        "index.auto_expand_replicas": "0-1",
        "index.refresh_interval": "-1",
    }});
    let path = format!("{version}/_clone/{}?wait_for_active_shards=1&timeout=25s", to.version);
    to.make(client, &path, &settings)?;
    let mapping = json!({"_meta": unfinished(&to.mark)});
    client.change("PUT", &format!("{}/_mapping", to.version), &mapping)?;
    client.change("PUT", &format!("{}/_settings", to.version), &block(false))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn studies_come_change_stay_and_go() {
        let before = Digests::from([(1, 10), (2, 20), (3, 30)]);
        let now = Digests::from([(1, 10), (2, 21), (4, 40), (5, 50)]);
        let changes = StudyChanges::between(&before, &now);
        assert_eq!(changes, StudyChanges { added: 2, updated: 1, unchanged: 1, removed: 1 });
        assert!(!changes.is_none());
        assert!(StudyChanges::between(&before, &before).is_none());
    }
}
