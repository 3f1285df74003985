//! Some thousand documents in a row.

use tantivy::DocId;

/// Documents of a window.
pub(super) const WINDOW: usize = 4_096;

/// [`WINDOW`] as a distance between documents.
pub(super) const STEP: DocId = 4_096;

/// The documents of a window.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) base: DocId,
    pub(super) end: DocId,
}

impl Span {
    /// Those from a first one on.
    pub(super) fn from(base: DocId) -> Self {
        Self { base, end: base.saturating_add(STEP) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a window has some thousand places")]
    pub(super) fn doc(self, at: usize) -> DocId {
        self.base + at as DocId
    }

    pub(super) fn at(self, doc: DocId) -> usize {
        (doc - self.base) as usize
    }
}
