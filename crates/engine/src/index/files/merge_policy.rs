//! Chooses the segments of the search index to merge, and when.
//!
//! Segments are chosen by their bytes, not by their studies, since bytes are
//! what a merge reads and writes. A build from nothing writes a small segment
//! whenever the memory of an indexing thread is full. Many of these at a time
//! become one that is not merged again, so that every study is written about
//! twice. At the end of a run, be it a build or a refresh, what is left of
//! small segments is merged if it is more than a few.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::SegmentMeta;
use tantivy::index::SegmentId;
use tantivy::merge_policy::{MergeCandidate, MergePolicy};

use crate::index::files::index_directory::COMPONENTS;

/// Bytes of the segments of a merge at most. Those with more than half as many
/// are left as they are.
const LARGEST: u64 = 1 << 30;

/// Small segments that are merged while more are written.
const MANY: usize = 24;

/// Small segments that are merged at the end of a run, at least.
const FEW: usize = 4;

/// Small segments that are merged at the end of a run by both merging threads,
/// at least.
const FOR_BOTH: usize = 6;

/// The share of outdated studies, one in so many, from which a segment is
/// written again without them.
const STALE: u32 = 4;

/// Chooses segments by the bytes of their files in a directory.
#[derive(Debug)]
pub(in crate::index) struct SizeMergePolicy {
    directory: PathBuf,
    /// No more segments will be written.
    at_end: bool,
    /// A segment has been written again: one a run, so that a refresh does not
    /// turn into a build.
    renewed: AtomicBool,
}

/// A segment as it is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SegmentSize {
    bytes: u64,
    id: SegmentId,
}

impl SizeMergePolicy {
    /// What is merged while segments are written.
    pub(in crate::index) fn during_a_run(directory: PathBuf) -> Self {
        Self { directory, at_end: false, renewed: AtomicBool::new(false) }
    }

    /// What is merged once all are.
    pub(in crate::index) fn at_its_end(directory: PathBuf) -> Self {
        Self { at_end: true, ..Self::during_a_run(directory) }
    }

    fn sized(&self, segment: &SegmentMeta) -> SegmentSize {
        let files = COMPONENTS.iter().map(|part| segment.relative_path(part.clone()));
        let lengths = files.filter_map(|file| self.directory.join(file).metadata().ok());
        SegmentSize { bytes: lengths.map(|file| file.len()).sum(), id: segment.id() }
    }
}

impl MergePolicy for SizeMergePolicy {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let sizes = segments.iter().map(|segment| self.sized(segment)).collect();
        let groups = groups(sizes, self.at_end);
        if !self.at_end || !groups.is_empty() {
            return groups.into_iter().map(MergeCandidate).collect();
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

/// The smallest segments that are enough to be merged, if there are any. At
/// the end they are two groups where there are enough, one for each merging
/// thread, since nothing else is left to be done.
fn groups(mut sizes: Vec<SegmentSize>, at_end: bool) -> Vec<Vec<SegmentId>> {
    sizes.retain(|segment| segment.bytes <= LARGEST / 2);
    sizes.sort_unstable();
    let mut alike = (0..sizes.len()).map(|at| alike(&sizes[at..]));
    let Some(group) = alike.find(|group| is_enough(group, at_end)) else {
        return Vec::new();
    };
    let half = |odd| group.iter().skip(odd).step_by(2).map(|segment| segment.id).collect();
    if at_end && group.len() >= FOR_BOTH {
        vec![half(0), half(1)]
    } else {
        vec![group.iter().map(|segment| segment.id).collect()]
    }
}

/// The first of these segments, up to one that is more than twice as large as
/// all before it together: that waits for more of its like.
fn alike(sizes: &[SegmentSize]) -> &[SegmentSize] {
    let (mut sum, mut count) = (0, 0);
    for segment in sizes.iter().take(MANY) {
        let larger_by_far = count > 0 && segment.bytes > sum * 2;
        if larger_by_far || sum + segment.bytes > LARGEST {
            break;
        }
        sum += segment.bytes;
        count += 1;
    }
    &sizes[..count]
}

fn is_enough(group: &[SegmentSize], at_end: bool) -> bool {
    let bytes: u64 = group.iter().map(|segment| segment.bytes).sum();
    group.len() >= FEW && (at_end || group.len() >= MANY || bytes >= LARGEST / 4 * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of segments with so many megabytes are merged.
    fn merged(megabytes: &[u64], at_end: bool) -> Vec<usize> {
        let sized =
            |size: &u64| SegmentSize { bytes: size << 20, id: SegmentId::generate_random() };
        let groups = groups(megabytes.iter().map(sized).collect(), at_end);
        groups.iter().map(Vec::len).collect()
    }

    #[test]
    fn segments_of_a_build_are_merged_once() {
        assert_eq!(merged(&[34; 22], false), [0; 0]);
        assert_eq!(merged(&[34; 24], false), [24]);
        assert_eq!(merged(&[[34; 24].as_slice(), &[816; 3]].concat(), false), [24]);
        assert_eq!(merged(&[[34; 5].as_slice(), &[816; 3]].concat(), false), [0; 0]);
        assert_eq!(merged(&[130; 7], false), [7]);
        assert_eq!(merged(&[130; 5], false), [0; 0]);
    }

    #[test]
    fn what_a_build_leaves_is_merged_by_both_threads() {
        assert_eq!(merged(&[34; 23], true), [12, 11]);
        assert_eq!(merged(&[34; 7], true), [4, 3]);
        assert_eq!(merged(&[34; 5], true), [5]);
        assert_eq!(merged(&[[34; 3].as_slice(), &[816; 6]].concat(), true), [0; 0]);
        assert_eq!(merged(&[], true), [0; 0]);
    }

    #[test]
    fn what_refreshes_leave_is_merged_with_its_like() {
        assert_eq!(merged(&[1, 1, 1, 400], true), [0; 0]);
        assert_eq!(merged(&[3, 3, 140, 140], true), [0; 0]);
        assert_eq!(merged(&[1, 27, 27, 27, 27], true), [4]);
        assert_eq!(merged(&[27, 27, 390, 390], true), [0; 0]);
        assert_eq!(merged(&[1, 1, 1, 1, 400], true), [4]);
        assert_eq!(merged(&[100, 100, 100, 27, 27], true), [5]);
        assert_eq!(merged(&[513, 513, 513, 513, 513], true), [0; 0]);
    }

    #[test]
    fn an_index_that_is_refreshed_every_day_stays_whole_and_cheap() {
        let (mut sizes, mut written) = (vec![816_u64; 6], 0);
        for _ in 0..365 {
            sizes.extend([27, 27]);
            loop {
                let sized = |size: &u64| SegmentSize {
                    bytes: size << 20,
                    id: SegmentId::generate_random(),
                };
                let all: Vec<SegmentSize> = sizes.iter().map(sized).collect();
                let groups = groups(all.clone(), true);
                if groups.is_empty() {
                    break;
                }
                for group in groups {
                    let of = |segment: &&SegmentSize| group.contains(&segment.id);
                    let sum: u64 = all.iter().filter(of).map(|segment| segment.bytes >> 20).sum();
                    for segment in all.iter().filter(of) {
                        let at = sizes.iter().position(|size| *size == segment.bytes >> 20);
                        sizes.swap_remove(at.expect("its size"));
                    }
                    sizes.push(sum);
                    written += sum;
                }
            }
        }
        assert!(sizes.len() < 6 + 365 * 54 / 512 + 8, "{sizes:?}");
        assert!(written < 365 * 54 * 4, "{written}");
    }
}
