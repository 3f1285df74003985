//! Compares the sources with the ledger: every record of an unchanged source
//! must be in the ledger, or among the rejects.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use crate::index::check::{CheckFinding, CheckOptions, Fault, SourcesChecked, numbers};
use crate::index::digests::digest;
use crate::index::ledger::path_key::key_path;
use crate::index::ledger::{
    Digest, Ledger, RejectKind, RejectList, SourceEntry, SourceId, UNKNOWN,
};
use crate::index::update::flow::MemoryGate;
use crate::index::update::intake::{ROOM, try_convert};
use crate::index::update::known_records::CONVERTERS;
use crate::index::update::{UpdateProgress, reject};
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

/// Whether a source is as it was.
enum SourceChange {
    Same,
    /// It may have been changed within the same tick of the clock, or other
    /// studies be made of it now.
    Perhaps,
    Changed,
    Gone,
}

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
        let state = state(source);
        match state {
            SourceChange::Gone => recount.checked.gone.push(source.path.clone()),
            SourceChange::Changed => recount.checked.changed.push(source.path.clone()),
            SourceChange::Same | SourceChange::Perhaps => {
                recount.checked.unchanged += 1;
                if let Some(options) = read {
                    recount.hold_against(ledger, id, &state, options, watch);
                }
            }
        }
    }
    recount
}

fn state(source: &SourceEntry) -> SourceChange {
    let Ok(metadata) = std::fs::metadata(key_path(&source.path)) else { return SourceChange::Gone };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.and_then(|since| i64::try_from(since.as_nanos()).ok());
    match source.modified {
        _ if metadata.len() != source.size => SourceChange::Changed,
        None => SourceChange::Perhaps,
        _ if source.converters != CONVERTERS => SourceChange::Perhaps,
        known if known == modified => SourceChange::Same,
        Some(_) => SourceChange::Changed,
    }
}

impl SourceRecount {
    fn hold_against(
        &mut self,
        ledger: &Ledger,
        id: SourceId,
        state: &SourceChange,
        options: &CheckOptions,
        watch: &UpdateProgress,
    ) {
        let known = known(ledger, id);
        let start = ledger.rejects.partition_point(|reject| reject.source < id);
        let of_source = ledger.rejects[start..].iter().take_while(|reject| reject.source == id);
        let rejected = of_source.count();
        let path = &ledger.sources[id as usize].path;
        let (found, rejects) = read(&key_path(path), options, watch);
        self.checked.records += found.values().sum::<i64>().unsigned_abs();
        self.checked.rejects += rejects;
        let more = |these: &SourceRecords, those: &SourceRecords| -> Vec<u32> {
            let more = these
                .iter()
                .filter(|(key, count)| **count > those.get(*key).copied().unwrap_or_default());
            more.map(|((nct, _), _)| *nct).collect()
        };
        let (unknown, missing) = (more(&found, &known), more(&known, &found));
        if unknown.is_empty() && missing.is_empty() && rejects == rejected as u64 {
            return;
        }
        if matches!(state, SourceChange::Perhaps) {
            self.checked.unchanged -= 1;
            self.checked.changed.push(path.clone());
            return;
        }
        self.again.insert(id);
        let mut push = |fault, studies: Vec<u32>, problem: String| {
            let (file, studies) = (path.clone(), numbers(studies.into_iter()));
            self.findings.push(CheckFinding { fault, file, problem, studies, uncertain: false });
        };
        if !unknown.is_empty() || rejects > rejected as u64 {
            let problem = format!(
                "has {} that are not in the ledger, and {rejects} rejects where it has {rejected}",
                unknown.len()
            );
            push(Fault::RecordUnknown, unknown, problem);
        }
        if !missing.is_empty() || rejects < rejected as u64 {
            let problem = format!(
                "lacks {} that are in the ledger, and has {rejects} rejects where that has {rejected}",
                missing.len()
            );
            push(Fault::RecordMissing, missing, problem);
        }
    }
}

/// The records that the ledger has of a source.
fn known(ledger: &Ledger, id: SourceId) -> SourceRecords {
    let start = ledger.records.partition_point(|entry| entry.source < id);
    let of_source = ledger.records[start..].iter().take_while(|entry| entry.source == id);
    let mut records = SourceRecords::new();
    for entry in of_source.filter(|entry| !entry.orphan && entry.is_read()) {
        *records.entry((entry.nct, entry.standing.digest)).or_default() += 1;
    }
    records
}

/// Reads the records of a source; gives them, and how many rejects the ledger
/// would have of it, which counts those of too many that are alike as one.
fn read(path: &Path, options: &CheckOptions, watch: &UpdateProgress) -> (SourceRecords, u64) {
    let (gate, tally) =
        (MemoryGate::new(ROOM), Mutex::new((SourceRecords::new(), RejectList::default())));
    let tally = &tally;
    let mut unread = RejectList::default();
    let (sender, receiver) = crossbeam_channel::bounded::<(Record, Arc<_>)>(1024);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            let receiver = receiver.clone();
            scope.spawn(move || {
                for (record, _permit) in receiver {
                    let key = try_convert(&record).map(|converted| {
                        let json = serde_json::to_string(converted.study.as_map());
                        let json = json.unwrap_or_default();
                        (converted.nct_id.number(), digest(json.as_bytes()))
                    });
                    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                    match key {
                        Ok(key) => *tally.0.entry(key).or_default() += 1,
                        Err(error) => {
                            let (kind, reason) = (RejectKind::Rejected, error.to_string());
                            tally.1.push(reject(0, kind, record.location, reason));
                        }
                    }
                }
            });
        }
        drop(receiver);
        let file = SourceFile::at(path.to_owned());
        // Nothing stops the reading.
        let _ = source::read(&file, &options.limits, &watch.bytes, &mut |found| {
            match found {
                SourceItem::Record(record) => {
                    watch.records.fetch_add(1, Ordering::Relaxed);
                    let permit = Arc::new(gate.enter(record.payload.len()));
                    if sender.send((record, permit)).is_err() {
                        return ControlFlow::Break(());
                    }
                }
                SourceItem::Member | SourceItem::SetAside => {}
                SourceItem::Reject(location, reason) | SourceItem::Unread(location, reason) => {
                    unread.push(reject(0, RejectKind::Rejected, location, reason));
                }
                SourceItem::NotStudy(location, reason) => {
                    unread.push(reject(0, RejectKind::NotStudy, location, reason));
                }
            }
            ControlFlow::Continue(())
        });
        drop(sender);
    });
    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    let (records, unconverted) = std::mem::take(&mut *tally);
    let rejects = unread.into_entries().len() + unconverted.into_entries().len();
    (records, rejects as u64)
}
