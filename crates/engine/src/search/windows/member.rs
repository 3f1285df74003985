//! Parts of parts.

use tantivy::{DocId, Score};

use super::bits::Bits;
use super::part::Part;
use super::strips::StripScores;
use super::window::Window;

/// A part with its own window.
pub(super) struct Member {
    pub(super) part: Box<dyn Part>,
    pub(super) window: Window,
    /// Whether its scores count.
    pub(super) scored: bool,
}

impl Member {
    pub(super) fn new(part: Box<dyn Part>, scored: bool) -> Self {
        Self { part, window: Window::new(scored), scored }
    }

    /// What it adds to a score at most.
    pub(super) fn most(&self) -> StripScores {
        if self.scored { self.part.most() } else { StripScores::all(0.0) }
    }

    /// Which documents of a window it has.
    pub(super) fn mark(&mut self, base: DocId, within: &Bits) -> &Bits {
        self.window.begin(base);
        self.part.mark(&mut self.window, within);
        &self.window.found
    }

    /// Scores those of the wanted documents that may score as much as `bars` say
    /// of their strips; it has all of them. Says which.
    pub(super) fn score_promising(&mut self, wanted: &Bits, bars: StripScores) -> Bits {
        if self.scored {
            self.part.score_promising(&mut self.window, wanted, bars)
        } else {
            wanted.of_strips(StripScores::all(0.0).reach(bars))
        }
    }

    /// Scores those of its documents that are wanted.
    pub(super) fn score(&mut self, wanted: &Bits) {
        if self.scored {
            let wanted = self.of(wanted);
            self.part.score(&mut self.window, &wanted);
        }
    }

    /// Those of the wanted documents that it has.
    pub(super) fn of(&self, wanted: &Bits) -> Bits {
        let mut of_it = wanted.clone();
        of_it.keep(&self.window.found);
        of_it
    }

    /// Gives those of its documents that are wanted, all of which were scored, with their scores.
    pub(super) fn each(&self, wanted: &Bits, mut take: impl FnMut(usize, Score)) {
        if self.scored {
            self.of(wanted).iter().for_each(|at| take(at, self.window.scores[at]));
        }
    }
}
