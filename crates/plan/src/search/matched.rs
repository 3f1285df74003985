//! What the words of a query brought in.

use super::outcome::SearchOutcome;
use crate::error::PlanResult;
use crate::name_candidate::Synonym;
use crate::planner::InterpretedWords;
use crate::tree::Node;

/// Synonyms of a query, at most, for which the hits that came by them alone
/// are counted.
const MOST_COUNTED: usize = 50;

/// Words and names that are planned again for these counts, at most: each
/// count plans the whole query, and a query can have a thousand names.
const MOST_PLANNED: usize = 600;

/// What words of the query matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordMatches {
    /// The words, or a synonym of them.
    pub name: String,
    /// For a synonym: who says that it is one.
    pub source: Option<&'static str>,
    /// Studies in the whole index that have it.
    pub studies: u64,
    /// Hits that have it.
    pub hits: u64,
    /// For a synonym: hits that are none without it.
    pub only: Option<u64>,
}

impl SearchOutcome<'_> {
    /// For each run of words that are looked for together, what of it matched
    /// how many studies of the index, and how many hits came in by each
    /// synonym alone.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn matched(&self) -> PlanResult<Vec<Vec<WordMatches>>> {
        let all_hits = self.plan.node(self.required);
        let (mut all, mut asked, most) = (Vec::new(), 0, self.most_counted());
        for understood in &self.plan.understood {
            let mut matched = Vec::new();
            for (synonym, node) in understood.by_name() {
                let studies = self.count(&node)?;
                let hits = match studies {
                    0 => 0,
                    _ => self.count(&Node::Every(vec![node, all_hits.clone()]))?,
                };
                let synonym = synonym.map(|at| &understood.synonyms[at]);
                // Each asks for the whole query again.
                asked += usize::from(synonym.is_some());
                let counted = synonym.filter(|_| asked <= most && !understood.negated);
                let only = counted.map(|synonym| self.only_by(synonym)).transpose()?;
                matched.push(WordMatches {
                    name: synonym.map_or_else(|| understood.typed.clone(), |s| s.written.clone()),
                    source: synonym.map(|synonym| synonym.source),
                    studies,
                    hits,
                    only,
                });
            }
            all.push(matched);
        }
        Ok(all)
    }

    /// Synonyms for which the hits that came by them alone are counted.
    pub(super) fn most_counted(&self) -> usize {
        let size = |words: &InterpretedWords| 1 + words.synonyms.len();
        let planned = self.plan.understood.iter().map(size).sum::<usize>();
        (MOST_PLANNED / planned.max(1)).min(MOST_COUNTED)
    }

    /// Hits that are none without a synonym.
    pub(super) fn only_by(&self, synonym: &Synonym) -> PlanResult<u64> {
        if self.total == 0 {
            return Ok(0);
        }
        let question = self.search.question;
        let planner = self.planner().without(&synonym.terms);
        let plan = planner.plan(&question.ranked, &question.filters)?;
        let without = self.count(&plan.node(self.required))?;
        Ok((self.total as u64).saturating_sub(without))
    }
}
