//! Which segments of the search index are merged, and when.
//!
//! Segments are told by their bytes, not by their studies, since bytes are
//! what a merge reads and writes: files that it reads count as memory of the
//! process, and what it writes has been written before. So a merge reads no
//! more than [`LARGEST`], and of a build from nothing every study is written
//! about twice: when the memory of an indexing thread is full, and once when
//! it is merged. Small segments that refreshes leave behind are merged with
//! their like.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::SegmentMeta;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::merge_policy::{MergeCandidate, MergePolicy};

/// Bytes that a merge reads at most.
const LARGEST: u64 = 448 << 20;

/// Segments that are merged once there are so many.
const MANY: usize = 8;

/// Segments that are merged where more would be too large.
const FEW: usize = 4;

/// Studies of a segment that are out of date, one in so many, before it is
/// written anew without them.
const STALE: u32 = 4;

/// The files of a segment that have any size.
const PARTS: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Terms,
    SegmentComponent::Store,
];

/// Chooses segments by the bytes of their files in a directory.
#[derive(Debug)]
pub(super) struct Merging {
    directory: PathBuf,
    /// A segment has been written anew: one a run, so that a refresh does not
    /// become a build some day.
    renewed: AtomicBool,
}

/// A segment as it is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sized {
    /// Bytes of its studies that are up to date.
    bytes: u64,
    id: SegmentId,
}

impl Merging {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory, renewed: AtomicBool::new(false) }
    }

    fn sized(&self, segment: &SegmentMeta) -> Sized {
        let files = PARTS.iter().map(|part| segment.relative_path(part.clone()));
        let lengths = files.filter_map(|file| self.directory.join(file).metadata().ok());
        let bytes: u64 = lengths.map(|file| file.len()).sum();
        let (all, alive) = (u64::from(segment.max_doc()), u64::from(segment.num_docs()));
        Sized { bytes: bytes / all.max(1) * alive, id: segment.id() }
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let sizes: BTreeSet<Sized> = segments.iter().map(|segment| self.sized(segment)).collect();
        let alike = alike(&sizes);
        if !alike.is_empty() {
            return vec![MergeCandidate(alike)];
        }
        let stale = segments
            .iter()
            .filter(|segment| segment.num_deleted_docs() > segment.max_doc() / STALE)
            .max_by_key(|segment| segment.num_deleted_docs());
        match stale {
            Some(stale) if !self.renewed.swap(true, Ordering::Relaxed) => {
                vec![MergeCandidate(vec![stale.id()])]
            }
            _ => Vec::new(),
        }
    }
}

/// The smallest segments, if they are enough to be merged and none of them is
/// as large as all others of them together; in that case it waits for more.
fn alike(sizes: &BTreeSet<Sized>) -> Vec<SegmentId> {
    let (mut chosen, mut sum, mut full) = (Vec::new(), 0, false);
    for segment in sizes {
        full = chosen.len() >= MANY || sum + segment.bytes > LARGEST;
        if full {
            break;
        }
        sum += segment.bytes;
        chosen.push(*segment);
    }
    let least = if full { FEW } else { MANY };
    while chosen.len() >= least {
        match chosen.last() {
            Some(largest) if largest.bytes * 2 > sum => {
                sum -= largest.bytes;
                chosen.pop();
            }
            _ => return chosen.into_iter().map(|segment| segment.id).collect(),
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of segments with so many megabytes are merged.
    fn merged(megabytes: &[u64]) -> usize {
        let sized = |size: &u64| Sized { bytes: size << 20, id: SegmentId::generate_random() };
        alike(&megabytes.iter().map(sized).collect()).len()
    }

    #[test]
    fn segments_of_a_build_are_merged_once() {
        assert_eq!(merged(&[70; 6]), 0);
        assert_eq!(merged(&[70; 7]), 6);
        assert_eq!(merged(&[420, 420, 420, 70]), 0);
        assert_eq!(merged(&[130, 130, 130, 130]), 0);
        assert_eq!(merged(&[110, 110, 110, 110, 110]), 4);
    }

    #[test]
    fn what_refreshes_leave_is_merged_with_its_like() {
        assert_eq!(merged(&[27; 7]), 0);
        assert_eq!(merged(&[27; 8]), 8);
        assert_eq!(merged(&[27, 27, 27, 27, 27, 27, 27, 216]), 0);
        assert_eq!(merged(&[420, 1, 1, 1, 1, 1, 1, 1]), 0);
        assert_eq!(merged(&[1; 20]), 8);
        assert_eq!(merged(&[]), 0);
    }
}
