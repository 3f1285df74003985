//! What a search found.

use super::clause_search::Search;
use crate::error::PlanResult;
use crate::planner::{Plan, Planner};
use crate::tree::Node;

/// What a search found, to say more of it.
pub struct SearchOutcome<'a> {
    /// What was asked.
    pub search: Search<'a>,
    /// How it was carried out.
    pub plan: &'a Plan,
    /// Clauses that every hit has.
    pub required: usize,
    /// Studies that were found.
    pub total: usize,
}

impl SearchOutcome<'_> {
    /// Studies that a part of a plan finds.
    pub(super) fn count(&self, node: &Node) -> PlanResult<u64> {
        self.search.engine.count(node)
    }

    /// A planner of what was asked, or of parts of it.
    pub(super) fn planner(&self) -> Planner<'_> {
        self.search.planner(self.plan.word_by_word)
    }
}
