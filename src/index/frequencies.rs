//! In how many studies words stand, remembered: the same words come up again
//! within a query and from query to query, and an index that is open for
//! reading does not change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Words that are remembered of a field before all of them are forgotten.
const MOST: usize = 50_000;

/// Remembers in how many studies words stand.
#[derive(Debug, Default)]
pub(super) struct Frequencies(Mutex<HashMap<Field, HashMap<String, u64>>>);

impl Frequencies {
    /// Studies with a term in a field of the one index that this is for.
    pub(super) fn of(&self, searcher: &Searcher, field: Field, term: &str) -> tantivy::Result<u64> {
        let mut fields = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = fields.entry(field).or_default();
        if let Some(studies) = known.get(term) {
            return Ok(*studies);
        }
        let studies = studies_with(searcher, &Term::from_field_text(field, term))?;
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(term.to_owned(), studies);
        Ok(studies)
    }
}

/// Studies with a term. Those that a refresh took out are in a segment until
/// it is merged, and do not count: what a word is worth does not depend on how
/// an index came about.
fn studies_with(searcher: &Searcher, term: &Term) -> tantivy::Result<u64> {
    let mut studies = 0;
    for reader in searcher.segment_readers() {
        let inverted = reader.inverted_index(term.field())?;
        let Some(info) = inverted.get_term_info(term)? else { continue };
        studies += u64::from(match reader.alive_bitset() {
            None => info.doc_freq,
            Some(alive) => inverted
                .read_postings_from_terminfo(&info, IndexRecordOption::Basic)?
                .doc_freq_given_deletes(alive),
        });
    }
    Ok(studies)
}
