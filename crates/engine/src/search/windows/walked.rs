//! Parts that tantivy goes through.

use tantivy::query::Scorer;
use tantivy::{DocId, SeekDangerResult, TERMINATED};

use super::bits::Bits;
use super::{Part, Window, doc_at};

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
        if self.doc() < window.base || self.unsettled.is_some() {
            self.scorer.seek(window.base);
            self.unsettled = None;
        }
        while self.scorer.doc() < window.end() {
            self.take(window, (self.scorer.doc() - window.base) as usize);
            self.scorer.advance();
        }
    }

    /// Looks at one document after another, and at no other ones.
    fn look_at(&mut self, window: &mut Window, within: &Bits) {
        for at in within.iter() {
            let doc = doc_at(window, at);
            if self.doc() > doc {
                continue;
            }
            if self.unsettled.is_none() && self.scorer.doc() == doc {
                self.take(window, at);
                continue;
            }
            match self.scorer.seek_danger(doc) {
                SeekDangerResult::Found => {
                    self.unsettled = None;
                    self.take(window, at);
                }
                SeekDangerResult::SeekLowerBound(next) => self.unsettled = Some(next),
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
