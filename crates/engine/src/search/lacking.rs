//! Which words of the query a hit lacks, where not all were asked for.

use tantivy::DocAddress;

use super::hits::{Hit, Hits};
use crate::index::IndexError;

/// The words of a query that not every hit has.
pub struct MissingWords {
    /// Words as typed, with the hits that have them, in the order of their
    /// places in the index.
    words: Vec<(String, Vec<DocAddress>)>,
}

impl MissingWords {
    /// The words that a hit lacks, in the order in which they were typed.
    #[must_use]
    pub fn of(&self, hit: &Hit) -> Vec<&str> {
        let lacks = |with: &[DocAddress]| with.binary_search(&hit.at).is_err();
        let words = self.words.iter().filter(|(_, with)| lacks(with));
        words.map(|(word, _)| word.as_str()).collect()
    }
}

impl Hits<'_> {
    /// Which words hits lack. Where every hit has all of them, nothing is
    /// looked up.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn lacking(&self) -> Result<MissingWords, IndexError> {
        if self.required >= self.clauses {
            return Ok(MissingWords { words: Vec::new() });
        }
        let mut hits: Vec<DocAddress> = self.hits.iter().map(|hit| hit.at).collect();
        hits.sort_unstable();
        let words = self.plan.clauses.iter().map(|clause| {
            let with = self.those_with(&clause.node, &hits);
            let with = with.map_err(|error| self.view.store.failed(error))?;
            Ok((clause.label.clone(), with))
        });
        Ok(MissingWords { words: words.collect::<Result<_, IndexError>>()? })
    }
}
