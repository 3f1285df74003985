//! What a search asks of an engine.

use crate::error::PlanResult;
use crate::lexicon::Lexicon;
use crate::tree::Node;

/// What carries out plans.
pub trait Engine: Lexicon {
    /// Studies that a part of a plan finds.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    fn count(&self, node: &Node) -> PlanResult<u64>;

    /// Whether a part of a plan finds any study.
    ///
    /// # Errors
    ///
    /// As [`Self::count`].
    fn finds(&self, node: &Node) -> PlanResult<bool> {
        Ok(self.count(node)? > 0)
    }
}
