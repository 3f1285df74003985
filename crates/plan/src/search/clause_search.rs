//! The plan of a search, with as many clauses as any study has.

use trialdex_query::meaning::Question;

use super::clause_matching::ClauseMatching;
use super::engine::Engine;
use crate::error::PlanResult;
use crate::model::Model;
use crate::planner::{Plan, Planner};
use crate::thesaurus::Thesaurus;

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
    /// The plan with which to begin, and how many of its clauses a hit has to
    /// have: all where the closest studies are wanted, since mostly some have
    /// all. If none has, [`Self::plan`] gives what the closest have.
    ///
    /// # Errors
    ///
    /// As [`Self::plan`].
    pub fn first_plan(&self, matching: ClauseMatching) -> PlanResult<(Plan, usize)> {
        match matching {
            ClauseMatching::Closest => self.plan(ClauseMatching::All),
            other => self.plan(other),
        }
    }

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

    /// A planner of what is asked, or of parts of it.
    pub(super) fn planner(&self, word_by_word: bool) -> Planner<'a> {
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
