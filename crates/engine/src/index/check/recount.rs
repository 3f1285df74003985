//! Compares the sources with the ledger: every record of an unchanged source
//! must be in the ledger, or among the rejects.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::findings::{CheckFinding, CheckOptions, Fault, SourcesChecked, numbers};
use crate::index::digests::digest;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{
    Digest, Ledger, RejectEntry, RejectKind, RejectList, SourceChange, SourceEntry, SourceId,
    UNKNOWN, nanoseconds,
};
use crate::index::update::flow::MemoryGate;
use crate::index::update::intake::{ROOM, try_convert};
use crate::index::update::options::UpdateProgress;
use trialdex_records::source::{self, Record, SourceFile, SourceItem};

/// How sources are since they were read.
#[derive(Debug, Default)]
pub(in crate::index) struct SourceRecount {
    pub(in crate::index) checked: SourcesChecked,
    /// Sources that have what the ledger does not, or the other way round.
    pub(in crate::index) again: HashSet<SourceId>,
    pub(in crate::index) findings: Vec<CheckFinding>,
}

/// Records of a source by study and digest, with their number.
type SourceRecords = HashMap<(u32, Digest), i64>;

/// Looks at every source, and reads those that have not changed where that is
/// asked for.
pub(in crate::index) fn recount(
    ledger: &Ledger,
    read: Option<&CheckOptions>,
    watch: &UpdateProgress,
) -> SourceRecount {
    let mut recount = SourceRecount::default();
    for (id, source) in (0..).zip(&ledger.sources) {
        if source.path == "-" || source.path == UNKNOWN {
            continue;
        }
        match change(source) {
            None => recount.checked.gone.push(source.path.clone()),
            Some(SourceChange::Changed) => recount.checked.changed.push(source.path.clone()),
            Some(change) => {
                recount.checked.unchanged += 1;
                if let Some(options) = read {
                    recount.hold_against(ledger, id, change, options, watch);
                }
            }
        }
    }
    recount
}

/// How a source is since it was read; `None` where it is gone.
fn change(source: &SourceEntry) -> Option<SourceChange> {
    let metadata = std::fs::metadata(key_path(&source.path)).ok()?;
    let modified = metadata.modified().ok().and_then(nanoseconds);
    Some(source.change(metadata.len(), modified))
}

impl SourceRecount {
    /// Compares what a source has with what the ledger has of it.
    fn hold_against(
        &mut self,
        ledger: &Ledger,
        id: SourceId,
        change: SourceChange,
        options: &CheckOptions,
        watch: &UpdateProgress,
    ) {
        let path = &ledger.sources[id as usize].path;
        let (known, rejected) = known(ledger, id);
        let (found, rejects) = read(&key_path(path), options, watch);
        self.checked.records += found.values().sum::<i64>().unsigned_abs();
        self.checked.rejects += rejects;
        let (unknown, missing) = (more(&found, &known), more(&known, &found));
        if unknown.is_empty() && missing.is_empty() && rejects == rejected {
            return;
        }
        if change == SourceChange::Perhaps {
            self.checked.unchanged -= 1;
            self.checked.changed.push(path.clone());
            return;
        }
        self.again.insert(id);
        let mut push = |fault, studies: Vec<u32>, problem: String| {
            let finding = CheckFinding::new(fault, path.as_str(), problem);
            self.findings.push(finding.about(numbers(studies.into_iter())));
        };
        if !unknown.is_empty() || rejects > rejected {
            let problem = format!(
                "has {} that are not in the ledger, and {rejects} rejects where it has {rejected}",
                unknown.len()
            );
            push(Fault::RecordUnknown, unknown, problem);
        }
        if !missing.is_empty() || rejects < rejected {
            let problem = format!(
                "lacks {} that are in the ledger, and has {rejects} rejects where that has {rejected}",
                missing.len()
            );
            push(Fault::RecordMissing, missing, problem);
        }
    }
}

/// The studies of which `these` have more records than `those`.
fn more(these: &SourceRecords, those: &SourceRecords) -> Vec<u32> {
    let more = |(key, count): &(&(u32, Digest), &i64)| {
        **count > those.get(*key).copied().unwrap_or_default()
    };
    these.iter().filter(more).map(|((nct, _), _)| *nct).collect()
}

/// The records that the ledger has of a source, and how many rejects.
fn known(ledger: &Ledger, id: SourceId) -> (SourceRecords, u64) {
    let start = ledger.records.partition_point(|entry| entry.source < id);
    let of_source = ledger.records[start..].iter().take_while(|entry| entry.source == id);
    let mut records = SourceRecords::new();
    for entry in of_source.filter(|entry| !entry.orphan && entry.is_read()) {
        *records.entry((entry.nct, entry.standing.digest)).or_default() += 1;
    }
    let start = ledger.rejects.partition_point(|reject| reject.source < id);
    let rejects = ledger.rejects[start..].iter().take_while(|reject| reject.source == id);
    (records, rejects.count() as u64)
}

/// Reads the records of a source; gives them, and how many rejects the ledger
/// would have of it, which counts those of too many that are alike as one.
fn read(path: &Path, options: &CheckOptions, watch: &UpdateProgress) -> (SourceRecords, u64) {
    let gate = MemoryGate::new(ROOM);
    let tally = Mutex::new((SourceRecords::new(), RejectList::default()));
    let mut unread = RejectList::default();
    let (sender, receiver) = crossbeam_channel::bounded::<(Record, Arc<_>)>(1024);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            let (receiver, tally) = (receiver.clone(), &tally);
            scope.spawn(move || {
                for (record, _permit) in receiver {
                    count(tally, record);
                }
            });
        }
        drop(receiver);
        let file = SourceFile::at(path.to_owned());
        // Nothing stops the reading.
        let _ = source::read(&file, &options.limits, &watch.bytes, &mut |found| {
            if let SourceItem::Record(record) = found {
                watch.records.fetch_add(1, Ordering::Relaxed);
                let permit = Arc::new(gate.enter(record.payload.len()));
                if sender.send((record, permit)).is_err() {
                    return ControlFlow::Break(());
                }
            } else if let Some(reject) = RejectEntry::of(0, found) {
                unread.push(reject);
            }
            ControlFlow::Continue(())
        });
        drop(sender);
    });
    let (records, unconverted) = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    let rejects = unread.into_entries().len() + unconverted.into_entries().len();
    (records, rejects as u64)
}

/// Counts a record by what it is converted to.
fn count(tally: &Mutex<(SourceRecords, RejectList)>, record: Record) {
    let converted = try_convert(&record).map(|converted| {
        let json = serde_json::to_string(converted.study.as_map()).unwrap_or_default();
        (converted.nct_id.number(), digest(json.as_bytes()))
    });
    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    match converted {
        Ok(key) => *tally.0.entry(key).or_default() += 1,
        Err(error) => {
            let (kind, reason) = (RejectKind::Rejected, error.to_string());
            tally.1.push(RejectEntry::at(0, kind, record.location, reason));
        }
    }
}
