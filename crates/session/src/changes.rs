//! What differs between two states of an index, or between the hits that a search has in them.

use std::collections::{BTreeMap, BTreeSet};

use trialdex_engine::index::{DocumentPlace, IndexError, Store, StudyReader};
use trialdex_engine::search::receipt::Change;
use trialdex_engine::search::search;
use trialdex_records::study::NctId;

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
    /// Where it is in the earlier index.
    pub before: Option<DocumentPlace>,
    /// Where it is in the later one.
    pub after: Option<DocumentPlace>,
}

/// Compares two indexes; with a search, its hits in them. Twenty bytes a study are held.
///
/// # Errors
///
/// Where files of an index cannot be read.
pub fn changes_between(
    before: &Store,
    after: &Store,
    asked: Option<&AskedSearch>,
) -> Result<IndexChanges, IndexError> {
    let (earlier, later) = (StoredStudies::of(before)?, StoredStudies::of(after)?);
    let hits = |store, all: &StoredStudies| match asked {
        Some(asked) => hits_of(store, asked),
        None => Ok(all.by_number.keys().copied().collect()),
    };
    let (then, now) = (hits(before, &earlier)?, hits(after, &later)?);
    let mut changes = IndexChanges { totals: (then.len(), now.len()), ..IndexChanges::default() };
    for nct_id in then.union(&now) {
        let (was, is) = (earlier.by_number.get(nct_id), later.by_number.get(nct_id));
        let change = match (was, is) {
            (None, _) => Change::New,
            (_, None) => Change::Vanished,
            (Some((_, was)), Some((_, is))) if was == is => Change::Same,
            _ => Change::Changed,
        };
        let place = |stored: Option<&(DocumentPlace, u64)>| stored.map(|(place, _)| *place);
        let study = ChangedStudy { nct_id: *nct_id, change, before: place(was), after: place(is) };
        match (then.contains(nct_id), now.contains(nct_id)) {
            (false, _) => changes.came.push(study),
            (_, false) => changes.went.push(study),
            _ if change == Change::Changed => changes.changed.push(study),
            _ => {}
        }
    }
    Ok(changes)
}

/// Where the studies of an index are, each with the beginning of its digest.
struct StoredStudies {
    by_number: BTreeMap<NctId, (DocumentPlace, u64)>,
}

impl StoredStudies {
    fn of(store: &Store) -> Result<Self, IndexError> {
        let reading: StudyReader<'_> = store.reading()?;
        let mut by_number = BTreeMap::new();
        for (nct_id, place) in reading.all()? {
            by_number.insert(nct_id, (place, reading.digest(place)?));
        }
        Ok(Self { by_number })
    }
}

fn hits_of(store: &Store, asked: &AskedSearch) -> Result<BTreeSet<NctId>, IndexError> {
    let hits = search(store, &asked.options())?;
    Ok(hits.hits.iter().map(|hit| hit.nct_id).collect())
}
