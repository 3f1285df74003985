//! What each part of a plan does with a window.

use tantivy::{DocId, Score};

use super::bits::Bits;
use super::strips::StripScores;
use super::window::Window;

/// A part of a plan in a segment.
pub(super) trait Part {
    /// The first document from `from` on that it may have; [`TERMINATED`](tantivy::TERMINATED)
    /// where there is none. It goes forwards only.
    fn next(&mut self, from: DocId) -> DocId;

    /// Marks those documents of a window `within` that it has. The window has
    /// been begun. It goes forwards only.
    fn mark(&mut self, window: &mut Window, within: &Bits);

    /// Scores those documents of a window that are wanted, all of which it has
    /// marked before.
    fn score(&mut self, window: &mut Window, wanted: &Bits);

    /// What it takes to go through all its documents, of that for a list of as
    /// many.
    fn cost(&self) -> u64;

    /// What a document of the present window scores at most, but for rounding.
    fn most(&self) -> StripScores {
        StripScores::all(Score::INFINITY)
    }

    /// Scores those of the wanted documents that may score as much as `bars` say of their strips,
    /// and says which ones.
    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        let promising = wanted.of_strips(self.most().reach(bars));
        self.score(window, &promising);
        promising
    }
}
