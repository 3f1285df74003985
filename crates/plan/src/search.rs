//! Searches on any engine: how a question is planned, and what the number of its hits takes in
//! and leaves out.

mod disclosure;
mod funnel;
mod left_out;
mod matched;
#[cfg(test)]
mod tests;

use trialdex_query::UnderstoodRequest;
use trialdex_query::meaning::Question;

pub use self::disclosure::{AlsoName, AlsoSearched, Disclosure};
pub use self::funnel::FunnelStep;
pub use self::left_out::FilterOmission;
pub use self::matched::WordMatches;
use crate::error::PlanResult;
use crate::lexicon::Lexicon;
use crate::model::Model;
use crate::planner::{InterpretedWords, Plan, Planner};
use crate::thesaurus::{Synonym, Thesaurus};
use crate::tree::Node;
use crate::words::Lookup;

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

/// For single words that no study has, which are not looked for in another
/// spelling either: what may be meant.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn meant<'w>(
    lexicon: &dyn Lexicon,
    understood: &'w [InterpretedWords],
) -> PlanResult<Vec<(&'w str, Synonym)>> {
    Lookup::new(lexicon).meant_by(understood)
}

/// How many of a query's clauses a study has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseMatching {
    /// All.
    All,
    /// All; where no study has all, as many as any study has.
    Closest,
    /// At least one.
    Any,
}

impl ClauseMatching {
    /// Studies with fewer of the words than all are for plain words alone: an
    /// expression finds what it says, or nothing.
    #[must_use]
    pub fn of(understood: &UnderstoodRequest) -> Self {
        if understood.plain_words { Self::Closest } else { Self::All }
    }
}

/// What is asked of an engine.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The engine.
    pub engine: &'a dyn Engine,
    /// Names that mean the same.
    pub thesaurus: Thesaurus<'a>,
    /// How hits are scored.
    pub model: Model,
    /// What is asked.
    pub question: &'a Question,
}

impl<'a> Search<'a> {
    /// The plan, and how many of its clauses a hit has to have.
    ///
    /// # Errors
    ///
    /// Where the question looks at too much of the index, or the index cannot
    /// be read.
    pub fn plan(&self, matching: ClauseMatching) -> PlanResult<(Plan, usize)> {
        let whole = self.planned(false)?;
        let required = match matching {
            ClauseMatching::All => whole.clauses.len(),
            ClauseMatching::Any => whole.clauses.len().min(1),
            ClauseMatching::Closest => self.most_matched(&whole)?,
        };
        let closest = matching == ClauseMatching::Closest;
        if closest && required <= 1 && whole.has_names() && !self.finds(&whole, required)? {
            // Where no study has a name of several words, some have a few of
            // these.
            let parted = self.planned(true)?;
            let required = self.most_matched(&parted)?;
            return Ok((parted, required));
        }
        Ok((whole, required))
    }

    fn planned(&self, word_by_word: bool) -> PlanResult<Plan> {
        let Question { ranked, filters } = self.question;
        self.planner(word_by_word).plan(ranked, filters)
    }

    fn planner(&self, word_by_word: bool) -> Planner<'a> {
        Planner::new(self.thesaurus, self.model).word_by_word(word_by_word)
    }

    /// The greatest number of clauses that any study has, at least one: the
    /// more are asked for, the fewer studies there are, so that halving finds
    /// it.
    fn most_matched(&self, plan: &Plan) -> PlanResult<usize> {
        let mut most = plan.clauses.len();
        if most <= 1 || self.finds(plan, most)? {
            return Ok(most);
        }
        let mut least = 1;
        while least + 1 < most {
            let middle = least.midpoint(most);
            if self.finds(plan, middle)? {
                least = middle;
            } else {
                most = middle;
            }
        }
        Ok(least)
    }

    /// Whether any study has so many of the clauses.
    fn finds(&self, plan: &Plan, required: usize) -> PlanResult<bool> {
        self.engine.finds(&plan.node(required))
    }
}

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
    fn count(&self, node: &Node) -> PlanResult<u64> {
        self.search.engine.count(node)
    }

    /// A planner of what was asked, or of parts of it.
    fn planner(&self) -> Planner<'_> {
        self.search.planner(self.plan.word_by_word)
    }
}
