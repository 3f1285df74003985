//! Parts that tantivy goes through.

use tantivy::query::Scorer;
use tantivy::{DocId, SeekDangerResult, TERMINATED};

use super::bits::Bits;
use super::part::Part;
use super::window::{Window, doc_at};

/// The documents of a scorer of tantivy.
pub(super) struct Walked {
    scorer: Box<dyn Scorer>,
    scored: bool,
    /// Where the scorer is on no document: the first one that it may have.
    unsettled: Option<DocId>,
}

impl Walked {
    pub(super) fn new(scorer: Box<dyn Scorer>, scored: bool) -> Self {
        Self { scorer, scored, unsettled: None }
    }

    /// The document that the scorer is on, or the first one that it may have.
    fn doc(&self) -> DocId {
        self.unsettled.unwrap_or_else(|| self.scorer.doc())
    }

    fn take(&mut self, window: &mut Window, at: usize) {
        window.found.insert(at);
        if self.scored {
            window.scores[at] = self.scorer.score();
        }
    }

    /// All documents of the window.
    fn walk(&mut self, window: &mut Window) {
        self.settle(window);
        while self.doc() < window.end() {
            self.take(window, (self.scorer.doc() - window.base) as usize);
            self.scorer.advance();
        }
    }

    /// Puts the scorer on its first document from the window's beginning on. A
    /// scorer that is on no document may be asked for single documents alone;
    /// if it has none in the window, it stays on none.
    fn settle(&mut self, window: &Window) {
        if self.unsettled.is_none() && self.scorer.doc() < window.base {
            self.scorer.seek(window.base);
        }
        while let Some(next) = self.unsettled.filter(|next| *next < window.end()) {
            self.look(next.max(window.base));
        }
    }

    /// Whether the scorer has a document, which is beyond all that it was asked
    /// for.
    fn look(&mut self, doc: DocId) -> bool {
        self.unsettled = match self.scorer.seek_danger(doc) {
            SeekDangerResult::Found => None,
            SeekDangerResult::SeekLowerBound(next) => Some(next),
        };
        self.unsettled.is_none()
    }

    /// Looks at one document after another, and at no other ones.
    fn look_at(&mut self, window: &mut Window, within: &Bits) {
        for at in within.iter() {
            let doc = doc_at(window, at);
            if self.doc() > doc {
                continue;
            }
            let is_on_it = self.unsettled.is_none() && self.scorer.doc() == doc;
            if is_on_it || self.look(doc) {
                self.take(window, at);
            }
            if self.doc() == TERMINATED {
                return;
            }
        }
    }
}

impl Part for Walked {
    fn next(&mut self, from: DocId) -> DocId {
        self.doc().max(from)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        if within == Bits::all() { self.walk(window) } else { self.look_at(window, within) }
    }

    /// What a document scores is known while it is looked at alone, and was
    /// written down then.
    fn score(&mut self, _: &mut Window, _: &Bits) {}

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}
