//! Building and refreshing an index.
//!
//! An update is one transaction. It walks the inputs, reads the files that are
//! new or have changed, lets their records compete with those already known,
//! and commits the outcome once, at the end; until then the index is unchanged.

pub(super) mod audit;
mod composition;
pub(super) mod contest;
pub(super) mod flow;
pub(super) mod intake;
mod joined_pages;
pub(super) mod known_records;
mod next_ledger;
pub(super) mod options;
mod page_spool;
mod part_spool;
mod run;
mod run_sources;
mod runners_up;
pub(super) mod summary;
mod vanished;
pub(super) mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use tantivy::IndexWriter;

pub use self::options::{PruneMode, UpdateOptions, UpdateProgress};
use self::run::UpdateRun;
pub use self::vanished::HELD_NOTE;
use self::writer::{cause, choose_merges, discard, writer};
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::merge_policy::SizeMergePolicy;
use crate::index::ledger::Ledger;
use crate::index::lock_owner::LockNote;
use crate::index::store::Store;
use crate::index::update::audit::Audit;
use crate::index::update::options::UpdateKind;
use crate::index::update::summary::FinishedUpdate;

/// Brings the index up to date with the inputs, making it where there is
/// none.
///
/// # Errors
///
/// Where an input is not there, the index cannot be used, or the update was
/// stopped. The index is then as it was before.
pub fn update(
    directory: &Path,
    inputs: &[PathBuf],
    options: &UpdateOptions,
    watch: &UpdateProgress,
) -> Result<Audit, UpdateError> {
    for input in inputs.iter().filter(|input| input.as_path() != Path::new("-")) {
        std::fs::metadata(input)
            .map_err(|error| UpdateError::Input { path: input.display().to_string(), error })?;
    }
    let mut store = Store::open_or_create(directory)?;
    let writer = writer(&store, options)?;
    let _note = LockNote::put(directory, &options.holder());
    // Until the lock was held, another process may have made a commit.
    store.reload()?;
    // Files that are missing or cut are found before anything is done.
    store.searcher()?;
    choose_merges(&store, &writer, SizeMergePolicy::during_a_run)?;
    store.sweep();
    writer.garbage_collect_files().wait().map_err(|error| store.failed(error))?;
    let ledger = store.ledger()?;
    Ok(carry_out(&store, writer, ledger, inputs, options, watch, UpdateKind::Refresh)?)
}

/// Reads the inputs and commits what has changed since the ledger.
pub(super) fn carry_out(
    store: &Store,
    mut writer: IndexWriter<AdmittedDocument>,
    ledger: Ledger,
    inputs: &[PathBuf],
    options: &UpdateOptions,
    watch: &UpdateProgress,
    kind: UpdateKind,
) -> Result<Audit, IndexError> {
    let mut run = UpdateRun::new(store, &writer, ledger, options, watch);
    let outcome = run.carry_out(inputs);
    let UpdateRun { sources, intake, .. } = run;
    let (contest, tally) = intake.into_parts();
    if let Err(error) = outcome {
        let error = cause(store, &mut writer, error);
        if kind == UpdateKind::Refresh {
            discard(writer);
        }
        return Err(error);
    }
    FinishedUpdate::new(store, sources, contest, tally).commit(writer, options.now, kind)
}

impl UpdateRun<'_> {
    /// All steps from the inputs to what there is to commit.
    fn carry_out(&mut self, inputs: &[PathBuf]) -> Result<(), IndexError> {
        self.read_inputs(inputs)?;
        self.find_gone(inputs);
        self.hold_emptied();
        self.join_pages()?;
        self.keep_vanished();
        self.index_runners_up()?;
        self.compose()?;
        self.settle();
        self.watch.finishing.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// Why an update failed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// An input is not there.
    #[error("{path}: {error}")]
    Input {
        /// The path as given.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The index cannot be read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
}

#[cfg(test)]
mod tests;
