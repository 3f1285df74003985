//! Opens tantivy's writer for an update, sets its merges, and reports its
//! errors.

use std::path::PathBuf;

use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexWriter, TantivyError};

use super::options::UpdateOptions;
use crate::index::error::IndexError;
use crate::index::fields::document::AdmittedDocument;
use crate::index::files::merge_guard::spare_damaged;
use crate::index::files::merge_policy::SizeMergePolicy;
use crate::index::store::Store;

/// Why a thread of tantivy ended, where all that was said is that one did.
pub(super) fn cause(
    store: &Store,
    writer: &mut IndexWriter<AdmittedDocument>,
    error: IndexError,
) -> IndexError {
    let in_thread =
        matches!(&error, IndexError::Tantivy { error: TantivyError::ErrorInThread(_), .. });
    match in_thread.then(|| writer.prepare_commit().map(drop)) {
        Some(Err(found)) => store.failed(found),
        _ => error,
    }
}

/// The one that writes to an index.
pub(in crate::index) fn writer(
    store: &Store,
    options: &UpdateOptions,
) -> Result<IndexWriter<AdmittedDocument>, IndexError> {
    let threads = options.threads.max(1);
    let writer = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(options.memory / threads)
        .num_merge_threads(2)
        .build();
    store.index.writer_with_options(writer).map_err(|error| store.failed(error))
}

/// Tells a writer what to merge from now on.
pub(in crate::index) fn choose_merges(
    store: &Store,
    writer: &IndexWriter<AdmittedDocument>,
    when: fn(PathBuf) -> SizeMergePolicy,
) -> Result<(), IndexError> {
    writer.set_merge_policy(Box::new(when(store.search_directory())));
    spare_damaged(store, writer).map_err(|error| store.failed(error))
}

/// Takes back what has not been committed. What cannot be removed now is
/// removed by the next commit.
pub(super) fn discard(mut writer: IndexWriter<AdmittedDocument>) {
    if writer.rollback().is_ok() {
        let _ = writer.garbage_collect_files().wait();
    }
}
