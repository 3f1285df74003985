//! Some thousand documents in a row, and those that were found among them.

use tantivy::{DocId, Score};

use super::bits::Bits;
use super::span::{STEP, WINDOW};

/// Documents from a first one on, those that were found among them, and what
/// each of these scores.
pub(super) struct Window {
    pub(super) base: DocId,
    pub(super) found: Bits,
    /// [`WINDOW`] scores, undefined where nothing was found; none where nothing
    /// is scored.
    pub(super) scores: Vec<Score>,
}

impl Window {
    pub(super) fn new(scored: bool) -> Self {
        Self { base: 0, found: Bits::none(), scores: vec![0.0; if scored { WINDOW } else { 0 }] }
    }

    /// The document after the last one.
    pub(super) fn end(&self) -> DocId {
        self.base.saturating_add(STEP)
    }

    /// Begins again, without any document.
    pub(super) fn begin(&mut self, base: DocId) {
        self.base = base;
        self.found.clear();
    }
}

/// The document at a place of a window.
#[expect(clippy::cast_possible_truncation, reason = "a window has some thousand places")]
pub(super) fn doc_at(window: &Window, at: usize) -> DocId {
    window.base + at as DocId
}
