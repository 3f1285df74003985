//! What differs between two states of an index, or between the hits that a search has in them.

use std::collections::{BTreeMap, BTreeSet};

use trialdex_engine::search::receipt::Change;
use trialdex_engine::search::{FoundHits as _, SearchableIndex as _};
use trialdex_records::study::NctId;

use crate::any_error::AnyError;
use crate::any_index::AnyIndex;
use crate::asked_search::AskedSearch;

/// Studies that an earlier and a later index do not have alike, by number.
#[derive(Debug, Default)]
pub struct IndexChanges {
    /// Those that the later one has and the earlier one has not, or that are hits in the later one
    /// alone.
    pub came: Vec<ChangedStudy>,
    /// The reverse.
    pub went: Vec<ChangedStudy>,
    /// Those of both whose records are not the same, byte by byte.
    pub changed: Vec<ChangedStudy>,
    /// How many studies or hits there are earlier and later.
    pub totals: (usize, usize),
}

/// A study that came, went or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedStudy {
    /// Its number.
    pub nct_id: NctId,
    /// What became of its record.
    pub change: Change,
}

/// Compares two indexes; with a search, its hits in them. Twenty bytes a study are held.
///
/// # Errors
///
/// Where an index cannot be read.
pub fn changes_between(
    before: &AnyIndex,
    after: &AnyIndex,
    asked: Option<&AskedSearch>,
) -> Result<IndexChanges, AnyError> {
    let (earlier, later) = (digests(before)?, digests(after)?);
    let hits = |index, all: &BTreeMap<NctId, u64>| match asked {
        Some(asked) => hits_of(index, asked),
        None => Ok(all.keys().copied().collect()),
    };
    let (then, now) = (hits(before, &earlier)?, hits(after, &later)?);
    let mut changes = IndexChanges { totals: (then.len(), now.len()), ..IndexChanges::default() };
    for nct_id in then.union(&now) {
        let change = match (earlier.get(nct_id), later.get(nct_id)) {
            (None, _) => Change::New,
            (_, None) => Change::Vanished,
            (Some(was), Some(is)) if was == is => Change::Same,
            _ => Change::Changed,
        };
        let study = ChangedStudy { nct_id: *nct_id, change };
        match (then.contains(nct_id), now.contains(nct_id)) {
            (false, _) => changes.came.push(study),
            (_, false) => changes.went.push(study),
            _ if change == Change::Changed => changes.changed.push(study),
            _ => {}
        }
    }
    Ok(changes)
}

/// The number of every study, and the beginning of its digest.
fn digests(index: &AnyIndex) -> Result<BTreeMap<NctId, u64>, AnyError> {
    let digests = index.digests()?.into_iter();
    let known = |number: u64| u32::try_from(number).ok().and_then(NctId::from_number);
    Ok(digests.filter_map(|(number, digest)| Some((known(number)?, digest))).collect())
}

fn hits_of(index: &AnyIndex, asked: &AskedSearch) -> Result<BTreeSet<NctId>, AnyError> {
    let hits = index.find(&asked.options())?;
    Ok(hits.hits().iter().map(|hit| hit.nct_id).collect())
}
