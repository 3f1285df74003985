//! Parts whose documents were looked up before.

use std::sync::Arc;

use tantivy::{DocId, TERMINATED};

use super::bits::Bits;
use super::part::Part;
use super::strips::StripScores;
use super::window::Window;
use crate::study_sets::DocSetBits;

/// The documents of a set; each scores 0.
pub(super) struct Remembered {
    pub(super) docs: Arc<DocSetBits>,
}

impl Part for Remembered {
    fn next(&mut self, from: DocId) -> DocId {
        self.docs.first_from(from).unwrap_or(TERMINATED)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        let Window { found, base, .. } = window;
        found.add_words(within, |at| self.docs.word_from(base.saturating_add(at)));
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        wanted.iter().for_each(|at| window.scores[at] = 0.0);
    }

    fn cost(&self) -> u64 {
        self.docs.cost()
    }

    fn most(&self) -> StripScores {
        StripScores::all(0.0)
    }
}
