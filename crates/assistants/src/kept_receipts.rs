//! The receipts of searches that were answered.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trialdex_files as files;
use trialdex_plan::receipt::Receipt;
use trialdex_session::{AskedSearch, OpenIndex};

use crate::failure::ToolFailure;

/// What the address of a receipt begins with.
pub(crate) const RECEIPTS: &str = "trialdex://receipt/";

/// Receipts that are kept; an earlier one is forgotten.
const MOST: usize = 1_000;

/// States of the index that receipts are kept of: each keeps its files open.
const MOST_STATES: usize = 3;

/// Digits of the name of a receipt.
const DIGITS: usize = 16;

/// A search that was answered, with the state of the index that it was answered by. Its receipt is
/// written when it is asked for, and is the same then as it would have been before.
#[derive(Clone)]
pub(crate) struct KeptSearch {
    /// The name of its receipt.
    pub(crate) name: String,
    /// When it was run first.
    pub(crate) date: String,
    asked: Arc<AskedSearch>,
    index: Arc<OpenIndex>,
}

impl KeptSearch {
    /// Its receipt; `stop` is that of the call which asks for it, since the call that was answered
    /// has ended.
    pub(crate) fn receipt(&self, stop: &Arc<AtomicBool>) -> Result<Receipt, ToolFailure> {
        let asked = AskedSearch { stop: stop.clone(), ..(*self.asked).clone() };
        Ok(self.index.receipt(&asked, self.date.clone())?)
    }

    /// What was asked, as one expression.
    pub(crate) fn expression(&self) -> &str {
        self.asked.expression()
    }
}

/// The last searches that were answered.
pub(crate) struct KeptReceipts {
    searches: Mutex<VecDeque<KeptSearch>>,
    directory: Option<PathBuf>,
}

impl KeptReceipts {
    /// Receipts that are also written to a directory, where there is one.
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        Self { searches: Mutex::default(), directory }
    }

    /// Keeps a search, and gives its receipt's name. The same search of the same state is kept
    /// once.
    pub(crate) fn keep(
        &self,
        index: &Arc<OpenIndex>,
        asked: AskedSearch,
        date: String,
    ) -> Result<String, ToolFailure> {
        let name = name_of(index, &asked);
        let known = self.find(&name);
        if known.is_none() {
            let (asked, index) = (Arc::new(asked), index.clone());
            let kept = KeptSearch { name: name.clone(), date, asked, index };
            if let Some(directory) = &self.directory {
                write(directory, &kept)?;
            }
            self.add(kept);
        }
        Ok(name)
    }

    fn add(&self, kept: KeptSearch) {
        let mut searches = self.all();
        searches.push_front(kept);
        searches.truncate(MOST);
        let mut states: Vec<String> = Vec::new();
        searches.retain(|search| {
            let state = &search.index.state().digest;
            if !states.contains(state) {
                states.push(state.clone());
            }
            states.iter().position(|known| known == state).is_some_and(|at| at < MOST_STATES)
        });
    }

    /// The search of a receipt, by its name or address.
    pub(crate) fn find(&self, name: &str) -> Option<KeptSearch> {
        let name = name.trim();
        let name = name.strip_prefix(RECEIPTS).unwrap_or(name);
        self.all().iter().find(|search| search.name == name).cloned()
    }

    /// The searches, the last one first.
    pub(crate) fn latest(&self, most: usize) -> Vec<KeptSearch> {
        self.all().iter().take(most).cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<KeptSearch>> {
        self.searches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A receipt as it is written.
pub(crate) fn written(receipt: &Receipt) -> Result<String, ToolFailure> {
    let json = serde_json::to_string_pretty(receipt);
    json.map(|json| json + "\n").map_err(|error| ToolFailure::new(error.to_string()))
}

/// Writes a receipt into a directory, unless an earlier server has.
fn write(directory: &Path, kept: &KeptSearch) -> Result<(), ToolFailure> {
    let path = directory.join(format!("{}.receipt.json", kept.name));
    if path.exists() {
        return Ok(());
    }
    let json = written(&kept.receipt(&kept.asked.stop)?)?;
    files::write(&path, json.as_bytes()).map_err(|error| {
        ToolFailure::new(format!("the receipt cannot be written: {error}"))
            .hint("whoever runs the server can look after the directory for receipts")
    })
}

/// The name of a search in a state of the index.
fn name_of(index: &OpenIndex, asked: &AskedSearch) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(index.state().digest.as_bytes());
    for (name, value) in asked.search.request.pairs() {
        for part in [name, value] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}
