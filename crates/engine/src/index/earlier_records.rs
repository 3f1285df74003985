//! Earlier records of studies, out of the sources that an index was made from.
//!
//! A dump can have several records of a study, such as each version that was read of it. The index has
//! the best one, and its ledger knows where the others are. They are recognised by their bytes, so that
//! no other record of a source is converted.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;

use crate::index::error::IndexError;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{Digest, EntryKind, Ledger, RecordEntry, SourceId, UNKNOWN, first};
use crate::index::store::Store;
use crate::index::update::intake::try_convert;
use crate::index::update::known_records::{marked, raw_digest};
use trialdex_records::source::{self, ReadLimits, Record, SourceFile, SourceItem};
use trialdex_records::study::{NctId, PartialDate, Study};

/// Which record of a study is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedRecord {
    /// The one with a digest, of which these are the first eight bytes.
    Digest(u64),
    /// The best one that was last updated on that day, or before.
    Until(PartialDate),
}

/// The studies whose records are wanted, by the digests of their bytes.
type SoughtRecords = HashMap<Digest, NctId>;

impl Store {
    /// Earlier records of studies, as far as the sources have them and are there. Sources with a
    /// wanted record are read up to the last one of these.
    ///
    /// # Errors
    ///
    /// Where the ledger cannot be read.
    pub fn earlier_records(
        &self,
        wanted: &BTreeMap<NctId, WantedRecord>,
    ) -> Result<BTreeMap<NctId, Study>, IndexError> {
        let mut found = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let ledger = self.ledger()?;
        for (id, sought) in by_source(&ledger, wanted) {
            let path = ledger.sources.get(id as usize).map(|source| source.path.as_str());
            if let Some(path) = path.filter(|path| *path != "-" && *path != UNKNOWN) {
                read(&SourceFile::at(key_path(path)), sought, &mut found);
            }
        }
        Ok(found)
    }
}

/// The records that are wanted, by the source that has them.
fn by_source(
    ledger: &Ledger,
    wanted: &BTreeMap<NctId, WantedRecord>,
) -> BTreeMap<SourceId, SoughtRecords> {
    let mut best: BTreeMap<NctId, &RecordEntry> = BTreeMap::new();
    for entry in ledger.records.iter().filter(|it| it.kind == EntryKind::Whole && !it.orphan) {
        let Some(nct) = NctId::from_number(entry.nct) else { continue };
        let fits = wanted.get(&nct).is_some_and(|wanted| fits(entry, *wanted));
        if fits && best.get(&nct).is_none_or(|known| known.standing < entry.standing) {
            best.insert(nct, entry);
        }
    }
    let mut by_source: BTreeMap<SourceId, SoughtRecords> = BTreeMap::new();
    for (nct, entry) in best {
        by_source.entry(entry.source).or_default().insert(entry.raw, nct);
    }
    by_source
}

fn fits(entry: &RecordEntry, wanted: WantedRecord) -> bool {
    match wanted {
        WantedRecord::Digest(digest) => first(entry.standing.digest) == digest,
        // A record that does not say when it was updated has no day.
        WantedRecord::Until(day) => {
            let last = day.last_day().to_julian_day();
            entry.standing.updated > 0 && entry.standing.updated <= last
        }
    }
}

/// Reads a source until nothing more is sought.
fn read(file: &SourceFile, mut sought: SoughtRecords, found: &mut BTreeMap<NctId, Study>) {
    let mut take = |record: &Record| {
        let raw = raw_digest(record);
        let nct = sought.remove(&raw).or_else(|| sought.remove(&marked(raw)));
        let study = nct.and_then(|nct| Some((nct, try_convert(record).ok()?.study)));
        found.extend(study);
        if sought.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    // Sources that are gone or damaged since have nothing that is sought.
    let _ =
        source::read(file, &ReadLimits::default(), &AtomicU64::new(0), &mut |item| match item {
            SourceItem::Record(record) => take(&record),
            _ => ControlFlow::Continue(()),
        });
}
