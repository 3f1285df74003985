//! What an index says of names, beside any search.

use super::view::IndexView;
use crate::index::{IndexError, Store};
use trialdex_plan::{LookedUp, Model, PairOfNames, PlanResult, Sense, ShortForm, Thesaurus};
use trialdex_text::vocabulary::OwnSynonyms;

/// What a search for a name, in a query with other words, would bring in, see
/// [`trialdex_plan::look_up`].
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn look_up(
    store: &Store,
    own: Option<&OwnSynonyms>,
    typed: &str,
    others: &str,
    explode: bool,
) -> Result<LookedUp, IndexError> {
    ask(store, own, |thesaurus| trialdex_plan::look_up(thesaurus, typed, others, explode))
}

/// Every pair of names that the records of an index give and that is doubted,
/// in each direction in which it is, by the words of the name.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn doubtful(store: &Store) -> Result<Vec<PairOfNames>, IndexError> {
    ask(store, None, |thesaurus| trialdex_plan::doubtful(&thesaurus))
}

/// The meanings of an abbreviation, see [`trialdex_plan::senses`].
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn senses(store: &Store, short: &str) -> Result<Vec<Sense>, IndexError> {
    ask(store, None, |thesaurus| trialdex_plan::senses(&thesaurus, short))
}

/// The abbreviations of a name, see [`trialdex_plan::short_forms`].
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn short_forms(store: &Store, long: &str) -> Result<Vec<ShortForm>, IndexError> {
    ask(store, None, |thesaurus| trialdex_plan::short_forms(&thesaurus, long))
}

fn ask<T>(
    store: &Store,
    own: Option<&OwnSynonyms>,
    question: impl FnOnce(Thesaurus<'_>) -> PlanResult<T>,
) -> Result<T, IndexError> {
    let view = IndexView::new(store, Model::default())?;
    question(view.thesaurus(own)?).map_err(|error| store.failed_plan(error))
}
