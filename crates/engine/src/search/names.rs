//! What an index says of names, beside any search.

use super::searchable_index::SearchableIndex;
use trialdex_plan::{LookedUp, PairOfNames, Sense, ShortForm};
use trialdex_text::vocabulary::OwnSynonyms;

/// What a search for a name, in a query with other words, would bring in, see
/// [`trialdex_plan::look_up`].
///
/// # Errors
///
/// Where the index cannot be read.
pub fn look_up<I: SearchableIndex>(
    index: &I,
    own: Option<&OwnSynonyms>,
    typed: &str,
    others: &str,
    explode: bool,
) -> Result<LookedUp, I::Error> {
    index.ask_names(own, |thesaurus| trialdex_plan::look_up(thesaurus, typed, others, explode))
}

/// Every pair of names that the records of an index give and that is doubted,
/// in each direction in which it is, by the words of the name.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn doubtful<I: SearchableIndex>(index: &I) -> Result<Vec<PairOfNames>, I::Error> {
    index.ask_names(None, |thesaurus| trialdex_plan::doubtful(&thesaurus))
}

/// The meanings of an abbreviation, see [`trialdex_plan::senses`].
///
/// # Errors
///
/// Where the index cannot be read.
pub fn senses<I: SearchableIndex>(index: &I, short: &str) -> Result<Vec<Sense>, I::Error> {
    index.ask_names(None, |thesaurus| trialdex_plan::senses(&thesaurus, short))
}

/// The abbreviations of a name, see [`trialdex_plan::short_forms`].
///
/// # Errors
///
/// Where the index cannot be read.
pub fn short_forms<I: SearchableIndex>(index: &I, long: &str) -> Result<Vec<ShortForm>, I::Error> {
    index.ask_names(None, |thesaurus| trialdex_plan::short_forms(&thesaurus, long))
}
