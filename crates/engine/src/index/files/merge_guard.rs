//! Keeps damaged segments out of merges.
//!
//! tantivy does not compare checksums when it merges: damaged data would be
//! copied, and get a checksum that makes it look whole.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::indexer::{MergeCandidate, MergePolicy};
use tantivy::{IndexWriter, SegmentMeta};

use crate::index::check::survey::is_whole;
use crate::index::fields::document::AdmittedDocument;
use crate::index::store::Store;

/// Hides damaged segments from another policy. Whether one is damaged is
/// looked at only when it is about to be merged: to read all files of an index
/// would take longer than most refreshes.
struct WholeOnly {
    inner: Arc<dyn MergePolicy>,
    /// The directory of their files.
    root: PathBuf,
    /// The segments that were there before the run, and whether they are
    /// whole, once that has been looked at. Those of the run are.
    known: Mutex<HashMap<SegmentId, Option<bool>>>,
}

/// Keeps a writer from merging damaged segments.
pub(in crate::index) fn spare_damaged(
    store: &Store,
    writer: &IndexWriter<AdmittedDocument>,
) -> tantivy::Result<()> {
    let segments = store.index.searchable_segment_ids()?;
    let known = Mutex::new(segments.into_iter().map(|id| (id, None)).collect());
    let (inner, root) = (writer.get_merge_policy(), store.search_directory());
    writer.set_merge_policy(Box::new(WholeOnly { inner, root, known }));
    Ok(())
}

impl WholeOnly {
    fn is_known_as_damaged(&self, segment: &SegmentMeta) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&segment.id()) == Some(&Some(false))
    }

    fn is_whole(&self, segment: &SegmentMeta) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = known.get_mut(&segment.id()) else { return true };
        *state.get_or_insert_with(|| is_whole(&self.root, segment))
    }
}

impl MergePolicy for WholeOnly {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut offered: Vec<SegmentMeta> =
            segments.iter().filter(|segment| !self.is_known_as_damaged(segment)).cloned().collect();
        loop {
            let candidates = self.inner.compute_merge_candidates(&offered);
            let chosen: HashSet<SegmentId> =
                candidates.iter().flat_map(|candidate| &candidate.0).copied().collect();
            let before = offered.len();
            offered.retain(|segment| !chosen.contains(&segment.id()) || self.is_whole(segment));
            // Without the damaged ones, others may be chosen.
            if offered.len() == before {
                return candidates;
            }
        }
    }
}

impl fmt::Debug for WholeOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WholeOnly({:?})", self.inner)
    }
}
