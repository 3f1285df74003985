//! Other words for those of a query that none of its first hits has.

use super::hits::Hits;
use super::named::sorted;
use super::search_options::SearchOptions;
use crate::index::IndexError;
use trialdex_plan::wordings::{FIRST, OtherWording, lacked_words, other_wordings};

impl Hits<'_> {
    /// Words of the query that none of the first hits has, with others to type; none where the
    /// first hits are not among these, where they are not sorted by relevance, and where every hit
    /// has all words. `wish` is what they were found by.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn other_wordings(
        &self,
        wish: &SearchOptions<'_>,
    ) -> Result<Vec<OtherWording>, IndexError> {
        let plan = &self.plan;
        let all_have_all = plan.clauses.len() > 1 && self.required >= plan.clauses.len();
        let ranked = plan.learns && wish.order.is_empty();
        if all_have_all || !ranked || self.first != 1 || self.hits.len() < FIRST {
            return Ok(Vec::new());
        }
        let first = sorted(&self.hits[..FIRST]);
        let having = |node: &_| self.those_with(node, &first).map(|found| found.len());
        let lacked = lacked_words(&plan.understood, having)?;
        if lacked.is_empty() {
            return Ok(Vec::new());
        }
        let thesaurus = self.view.thesaurus(wish.own)?;
        other_wordings(thesaurus, &plan.understood, &lacked, self.learned())
            .map_err(|error| self.view.store.failed_plan(error))
    }
}
