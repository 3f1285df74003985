//! The best hits, in an order that depends on the studies alone.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Index, Score, SegmentOrdinal, SegmentReader};

use super::Window;

/// Collects the hits of a window by score, ties by NCT number, and counts all.
pub(super) struct Ranking {
    /// Name of the column with NCT numbers.
    column: Arc<str>,
    window: Window,
}

/// What was collected.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    pub(super) total: usize,
    pub(super) best: Vec<Best>,
}

/// A study and how good a hit it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Best {
    pub(super) score: Score,
    pub(super) nct: u32,
    pub(super) at: DocAddress,
}

impl Best {
    fn key(&self) -> (Score, Reverse<u32>) {
        (self.score, Reverse(self.nct))
    }
}

impl PartialEq for Best {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Best {}

impl PartialOrd for Best {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Best {
    /// The better hit is the greater one.
    fn cmp(&self, other: &Self) -> Ordering {
        let (score, nct) = self.key();
        let (other_score, other_nct) = other.key();
        score.total_cmp(&other_score).then(nct.cmp(&other_nct))
    }
}

impl Ranking {
    pub(super) fn new(nct: Field, index: &Index, window: Window) -> Self {
        Self { column: index.schema().get_field_name(nct).into(), window }
    }

    /// Hits to be held at most; `None` for all.
    fn capacity(&self) -> Option<usize> {
        self.window.limit.map(|limit| limit.saturating_add(self.window.offset))
    }
}

/// Collects within a segment.
pub(super) struct SegmentRanking {
    segment: SegmentOrdinal,
    ncts: Column<u64>,
    capacity: Option<usize>,
    total: usize,
    best: BinaryHeap<Reverse<Best>>,
}

impl Collector for Ranking {
    type Fruit = Ranked;
    type Child = SegmentRanking;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentRanking> {
        Ok(SegmentRanking {
            segment,
            ncts: reader.fast_fields().u64(&self.column)?,
            capacity: self.capacity(),
            total: 0,
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Ranked>) -> tantivy::Result<Ranked> {
        let total = segments.iter().map(|segment| segment.total).sum();
        let mut best: Vec<Best> = segments.into_iter().flat_map(|segment| segment.best).collect();
        best.sort_unstable_by_key(|best| Reverse(*best));
        best.truncate(self.capacity().unwrap_or(usize::MAX));
        best.drain(..self.window.offset.min(best.len()));
        Ok(Ranked { total, best })
    }
}

impl SegmentCollector for SegmentRanking {
    type Fruit = Ranked;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let full = self.capacity.is_some_and(|capacity| self.best.len() >= capacity);
        let worst = self.best.peek().map_or(f32::MIN, |Reverse(worst)| worst.score);
        if full && score < worst {
            return;
        }
        let nct = self.ncts.first(doc).and_then(|nct| u32::try_from(nct).ok()).unwrap_or(0);
        self.best.push(Reverse(Best { score, nct, at: DocAddress::new(self.segment, doc) }));
        if full {
            self.best.pop();
        }
    }

    fn harvest(self) -> Ranked {
        Ranked {
            total: self.total,
            best: self.best.into_iter().map(|Reverse(best)| best).collect(),
        }
    }
}
