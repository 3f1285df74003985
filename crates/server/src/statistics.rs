//! Statistics about all studies of an index.
//!
//! To count them takes a pass through all stored studies, which no request could wait for in a
//! large index. So they are counted apart from requests, once for each state of the index, and
//! kept in a file. Requests are answered from what was counted last.

mod answers;
mod counted_fields;
mod field_counts;
mod frequent_values;
mod kept_file;
mod pass;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use trialdex_engine::index::Store;
use trialdex_records::study::study_fields::StudyField;
use trialdex_session::{AnyError, OpenIndex};

use answers::{ValueTexts, list_statistics, size_statistics, value_statistics};
pub(crate) use counted_fields::{leaves, lists, type_name};
use kept_file::KeptStatistics;
use pass::Pace;

/// How long a request waits for statistics of the latest state where there are those of a state
/// before.
const FRESH: Duration = Duration::from_secs(1);

/// Statistics of one state of an index, as JSON texts.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    /// Digest of the state.
    pub(crate) digest: String,
    /// Of the sizes of studies.
    pub(crate) size: String,
    values: HashMap<StudyField, String>,
    lists: HashMap<StudyField, String>,
}

impl Statistics {
    /// Of the values of fields.
    pub(crate) fn values(&self, fields: &[StudyField]) -> String {
        joined(&self.values, fields)
    }

    /// Of the lengths of lists.
    pub(crate) fn lists(&self, fields: &[StudyField]) -> String {
        joined(&self.lists, fields)
    }

    fn of(digest: &str, kept: &KeptStatistics) -> Option<Self> {
        let texts = |fields: Vec<StudyField>, shown: &[Value]| {
            let texts = fields.iter().copied().zip(shown.iter().map(Value::to_string)).collect();
            (fields.len() == shown.len()).then_some(texts)
        };
        Some(Self {
            digest: digest.to_owned(),
            size: kept.size.to_string(),
            values: texts(leaves(), &kept.values)?,
            lists: texts(lists(), &kept.lists)?,
        })
    }
}

fn joined(texts: &HashMap<StudyField, String>, fields: &[StudyField]) -> String {
    let texts: Vec<&str> =
        fields.iter().filter_map(|field| texts.get(field)).map(String::as_str).collect();
    format!("[{}]", texts.join(","))
}

/// The statistics that there are, and those that wait for them.
#[derive(Debug)]
pub(crate) struct StatisticsKeeper {
    latest: watch::Sender<Option<Arc<Statistics>>>,
    waiting: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
}

/// A request that waits.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for StatisticsKeeper {
    fn default() -> Self {
        let (latest, _) = watch::channel(None);
        Self { latest, waiting: AtomicU64::new(0), done: AtomicU64::new(0), stop: false.into() }
    }
}

impl StatisticsKeeper {
    /// The statistics of a state, or those of a state before while they are being counted; `None`
    /// where there are none in time.
    pub(crate) async fn latest(&self, digest: &str, limit: Duration) -> Option<Arc<Statistics>> {
        let mut changes = self.latest.subscribe();
        let known = changes.borrow_and_update().clone();
        if known.as_ref().is_some_and(|known| known.digest == digest) {
            return known;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let limit = if known.is_some() { limit.min(FRESH) } else { limit };
        match timeout(limit, changes.changed()).await {
            Ok(Ok(())) => changes.borrow().clone(),
            _ => known,
        }
    }

    /// Requests that wait for statistics.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Studies that were counted so far.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Ends the count that runs, and all later ones.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Goes over to the statistics of a state: those of the file, or counted ones. How long it
    /// took to count; nothing where they are there already.
    pub(crate) fn renew(
        &self,
        index: &OpenIndex,
        is_busy: &(dyn Fn() -> bool + Sync),
    ) -> Result<Duration, AnyError> {
        let (begin, digest) = (Instant::now(), &index.state().digest);
        if self.latest.borrow().as_ref().is_some_and(|known| known.digest == *digest) {
            return Ok(Duration::ZERO);
        }
        // An index on a cluster has no place for them: they are counted after each start.
        let directory = index.index().directory().map(Store::directory);
        let kept = directory.and_then(|directory| kept_file::read(directory, digest));
        if let Some(statistics) = kept.and_then(|kept| Statistics::of(digest, &kept)) {
            self.latest.send_replace(Some(Arc::new(statistics)));
            return Ok(Duration::ZERO);
        }
        self.done.store(0, Ordering::Relaxed);
        let pace = Pace { done: &self.done, stop: &self.stop, is_busy };
        let counted = counted(index, &pace)?;
        // Whoever has seen them finds them again after the next start.
        if let Some(directory) = directory
            && let Err(error) = kept_file::write(directory, digest, &counted)
        {
            tracing::info!("the statistics are not kept in {}: {error}", directory.display());
        }
        if let Some(statistics) = Statistics::of(digest, &counted) {
            self.latest.send_replace(Some(Arc::new(statistics)));
        }
        Ok(begin.elapsed())
    }
}

/// Counts all studies of an index.
fn counted(index: &OpenIndex, pace: &Pace<'_>) -> Result<KeptStatistics, AnyError> {
    let mut fields = leaves();
    let further: Vec<StudyField> = lists().into_iter().filter(|it| !fields.contains(it)).collect();
    fields.extend(further);
    let counted = pass::counted(index, &fields, pace)?;
    let texts = ValueTexts::read(&index.index().reading()?, &fields, &counted.fields)?;
    let studies = counted.sizes.len() as u64;
    let places: HashMap<StudyField, usize> = fields.iter().copied().zip(0..).collect();
    let of = |field: &StudyField| &counted.fields[places[field]];
    let values = leaves().iter().map(|it| value_statistics(*it, studies, of(it), &texts)).collect();
    let lists = lists().iter().filter_map(|it| list_statistics(*it, of(it), &texts)).collect();
    Ok(KeptStatistics { size: size_statistics(&counted.sizes), values, lists })
}
