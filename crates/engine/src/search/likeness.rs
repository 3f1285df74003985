//! How like the first hits other studies are, by the vectors of studies.
//!
//! What is like them is about the same, also where it is written in other
//! words. How like the words of the query studies are was tried, too: it makes
//! the ranking worse.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::{DocAddress, Score};

use super::rank::RankedHit;
use trialdex_text::vectors::{Direction, VectorSum};

/// What hits gain by being like the first ones.
#[derive(Clone)]
pub(super) struct Likeness {
    /// The columns with the vectors of studies, by segment.
    vectors: Arc<[Column<u64>]>,
    /// The mean of the first hits, each by its score.
    first: Direction,
    /// What a study gains that is wholly like them.
    scale: Score,
}

impl Likeness {
    /// The likeness to the first ones of some hits; the most that any of the
    /// hits gains is `most`. `None` where none of the first ones has a vector.
    pub(super) fn new(
        vectors: Arc<[Column<u64>]>,
        first: &[RankedHit],
        hits: &[RankedHit],
        most: Score,
    ) -> Option<Self> {
        let mut sum = VectorSum::default();
        for hit in first {
            if let Some(direction) = direction(&vectors, hit.at) {
                sum.add(&direction, hit.score);
            }
        }
        let mut likeness = Self { vectors, first: sum.direction()?, scale: 1.0 };
        let nearest = hits.iter().map(|hit| likeness.gain(hit.at)).fold(0.0, Score::max);
        likeness.scale = if nearest > 0.0 { most / nearest } else { 0.0 };
        Some(likeness)
    }

    /// What a study gains.
    pub(super) fn gain(&self, at: DocAddress) -> Score {
        let direction = direction(&self.vectors, at);
        direction.map_or(0.0, |direction| self.scale * direction.likeness(&self.first).max(0.0))
    }
}

/// The direction of a study's vector.
fn direction(vectors: &[Column<u64>], at: DocAddress) -> Option<Direction> {
    Direction::unpacked(vectors.get(at.segment_ord as usize)?.values_for_doc(at.doc_id))
}
