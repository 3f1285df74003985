//! Other words for those of a query that none of its first hits has.

use super::hits::{Hit, Hits};
use super::named::sorted;
use super::search_options::SearchOptions;
use crate::index::IndexError;
use trialdex_plan::Plan;
use trialdex_plan::wordings::{FIRST, OtherWording, lacked_words, other_wordings};
use trialdex_records::study::NctId;

/// The first hits of a plan, sorted by their numbers, where it is looked at which words none of
/// them has; `None` where the first hits are not among these, where they are not sorted by
/// relevance, and where every hit has all words.
#[must_use]
pub fn first_of_words(
    plan: &Plan,
    required: usize,
    wish: &SearchOptions<'_>,
    hits: &[Hit],
) -> Option<Vec<NctId>> {
    let all_have_all = plan.clauses.len() > 1 && required >= plan.clauses.len();
    let ranked = plan.learns && wish.order.is_empty();
    let first = hits.get(..FIRST).filter(|first| first[0].rank == 1)?;
    (ranked && !all_have_all).then(|| sorted(first))
}

impl Hits<'_> {
    /// Words of the query that none of the first hits has, with others to type; see
    /// [`first_of_words`]. `wish` is what they were found by.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn other_wordings(
        &self,
        wish: &SearchOptions<'_>,
    ) -> Result<Vec<OtherWording>, IndexError> {
        let plan = &self.plan;
        let Some(first) = first_of_words(plan, self.required, wish, &self.hits) else {
            return Ok(Vec::new());
        };
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
