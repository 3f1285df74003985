//! What is said of the strips of a window, each an eighth of it.

use std::ops::{Add, RangeInclusive, Sub};

use tantivy::Score;

use super::span::WINDOW;

/// Strips of a window.
pub(super) const STRIPS: usize = 8;

/// Places of a strip.
pub(super) const STRIP: usize = WINDOW / STRIPS;

/// A score for each strip of a window, such as what a document of it scores at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StripScores([Score; STRIPS]);

impl StripScores {
    /// The same score for all.
    pub(super) const fn all(score: Score) -> Self {
        Self([score; STRIPS])
    }

    pub(super) fn map(self, change: impl Fn(Score) -> Score) -> Self {
        Self(self.0.map(change))
    }

    /// One score of each two.
    pub(super) fn joined(self, other: Self, join: impl Fn(Score, Score) -> Score) -> Self {
        Self(std::array::from_fn(|strip| join(self.0[strip], other.0[strip])))
    }

    /// Lets those strips that have any of some places have a score at least.
    pub(super) fn raise(&mut self, places: RangeInclusive<usize>, score: Score) {
        for strip in &mut self.0[places.start() / STRIP..=places.end() / STRIP] {
            *strip = strip.max(score);
        }
    }

    pub(super) fn greatest(self) -> Score {
        self.0.into_iter().fold(0.0, Score::max)
    }

    pub(super) fn least(self) -> Score {
        self.0.into_iter().fold(Score::INFINITY, Score::min)
    }

    /// Which strips score as much as in `bars`.
    pub(super) fn reach(self, bars: Self) -> [bool; STRIPS] {
        std::array::from_fn(|strip| self.0[strip] >= bars.0[strip])
    }
}

impl Add for StripScores {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.joined(other, |one, other| one + other)
    }
}

impl Sub for StripScores {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.joined(other, |one, other| one - other)
    }
}
