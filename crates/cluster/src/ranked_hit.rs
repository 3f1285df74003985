//! A study and how good a hit it is.

use std::cmp::{Ordering, Reverse};

use trialdex_plan::feedback::ScoredHit;

/// A study and how good a hit it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RankedHit {
    pub(crate) score: f32,
    pub(crate) nct: u32,
}

impl PartialEq for RankedHit {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RankedHit {}

impl PartialOrd for RankedHit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RankedHit {
    /// The better hit by relevance is the greater one.
    fn cmp(&self, other: &Self) -> Ordering {
        let scores = self.score.total_cmp(&other.score);
        scores.then(Reverse(self.nct).cmp(&Reverse(other.nct)))
    }
}

impl ScoredHit for RankedHit {
    fn score(&self) -> f32 {
        self.score
    }

    fn rescore(&mut self, score: f32) {
        self.score = score;
    }
}
