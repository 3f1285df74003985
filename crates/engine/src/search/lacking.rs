//! Which words of the query a hit lacks, where not all were asked for.

use super::hits::{Hit, Hits};
use super::named::{ThoseWith, sorted};
use crate::index::IndexError;
use trialdex_plan::Plan;
use trialdex_records::study::NctId;

/// The words of a query that not every hit has.
pub struct MissingWords {
    /// Words as typed, with the hits that have them, sorted.
    words: Vec<(String, Vec<NctId>)>,
}

impl MissingWords {
    /// Which words hits lack that have so many of the clauses of a plan; `those_with` is as for
    /// [`super::HitNames::found`]. Where every hit has all of them, nothing is looked up.
    ///
    /// # Errors
    ///
    /// Those of `those_with`.
    pub fn found<E>(
        plan: &Plan,
        required: usize,
        hits: &[Hit],
        those_with: ThoseWith<'_, E>,
    ) -> Result<Self, E> {
        if required >= plan.clauses.len() {
            return Ok(Self { words: Vec::new() });
        }
        let hits = sorted(hits);
        let words = plan.clauses.iter();
        let words =
            words.map(|clause| Ok((clause.label.clone(), those_with(&clause.node, &hits)?)));
        Ok(Self { words: words.collect::<Result<_, E>>()? })
    }

    /// The words that a hit lacks, in the order in which they were typed.
    #[must_use]
    pub fn of(&self, hit: &Hit) -> Vec<&str> {
        let lacks = |with: &[NctId]| with.binary_search(&hit.nct_id).is_err();
        let words = self.words.iter().filter(|(_, with)| lacks(with));
        words.map(|(word, _)| word.as_str()).collect()
    }
}

impl Hits<'_> {
    /// Which words hits lack.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn lacking(&self) -> Result<MissingWords, IndexError> {
        MissingWords::found(&self.plan, self.required, &self.hits, &|node, hits| {
            self.those_with(node, hits)
        })
    }
}
