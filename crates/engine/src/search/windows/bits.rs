//! Which documents of a window.

use tantivy::DocId;

use super::span::{Span, WINDOW};
use super::strips::{STRIP, STRIPS};

const WORDS: usize = WINDOW / 64;

/// A bit for each place of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits([u64; WORDS]);

static ALL: Bits = Bits([u64::MAX; WORDS]);

impl Bits {
    /// No place.
    pub(super) fn none() -> Self {
        Self([0; WORDS])
    }

    /// All places.
    pub(super) fn all() -> &'static Self {
        &ALL
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Adds a place.
    pub(super) fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    /// Adds the places of documents of a window that come after all that are
    /// there, and gives each.
    ///
    /// The bits of a word are kept out of memory until the next word begins:
    /// to read what was just written takes longer than all the rest.
    #[inline]
    pub(super) fn append(&mut self, span: Span, docs: &[DocId], mut each: impl FnMut(usize)) {
        let Some(first) = docs.first() else { return };
        let mut word = span.at(*first) / 64;
        let mut bits = self.0[word];
        for doc in docs {
            // The remainder is the place itself, and tells the compiler so.
            let at = span.at(*doc) % WINDOW;
            each(at);
            bits = if at / 64 == word { bits } else { 0 } | 1 << (at % 64);
            word = at / 64;
            self.0[word] = bits;
        }
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.0[at / 64] & 1 << (at % 64) != 0
    }

    /// The first place from another one on.
    pub(super) fn first_from(&self, at: usize) -> Option<usize> {
        let (word, rest) = (at / 64, u64::MAX << (at % 64));
        let first = (self.0.get(word)? & rest).trailing_zeros() as usize;
        if first < 64 {
            return Some(word * 64 + first);
        }
        let later = (word + 1..WORDS).find(|word| self.0[*word] != 0)?;
        Some(later * 64 + self.0[later].trailing_zeros() as usize)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Keeps the places of another one.
    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    /// Removes the places of another one.
    pub(super) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    /// Adds the places of another one.
    pub(super) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// Those places that are in some of the strips.
    pub(super) fn of_strips(&self, strips: [bool; STRIPS]) -> Self {
        let mut kept = self.clone();
        let words = kept.0.chunks_exact_mut(STRIP / 64).zip(strips);
        words.filter(|(_, is_kept)| !is_kept).for_each(|(words, _)| words.fill(0));
        kept
    }

    /// Adds those places `within` that are in words, each of 64 places from a
    /// place on.
    pub(super) fn add_words(&mut self, within: &Self, word_from: impl Fn(u32) -> u64) {
        let words = self.0.iter_mut().zip(&within.0).zip((0..).step_by(64));
        words.for_each(|((word, within), at)| *word |= word_from(at) & within);
    }

    /// The places in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                let is_there = left != 0;
                left &= left.wrapping_sub(1);
                is_there.then_some(word * 64 + bit)
            })
        })
    }
}
