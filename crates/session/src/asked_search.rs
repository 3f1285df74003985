//! A search that is ready to be run.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use trialdex_engine::search::{Profile, SearchOptions};
use trialdex_plan::{SearchRequestError, UnderstoodSearch, pair_name};
use trialdex_query::{Parameter, Request, SortKey};
use trialdex_text::vocabulary::OwnSynonyms;

/// A search that is understood, with everything else that is needed to run it.
#[derive(Debug, Clone)]
pub struct AskedSearch {
    /// What was asked, and what it means.
    pub search: UnderstoodSearch,
    /// The user's own synonyms, where there are any.
    pub own: Option<Arc<OwnSynonyms>>,
    /// What hits are sorted by; empty for relevance.
    pub order: Vec<SortKey>,
    /// What measures the search, if it is to be measured.
    pub profile: Option<Profile>,
    /// Set by another thread to stop the search, which is an error then.
    pub stop: Arc<AtomicBool>,
}

impl AskedSearch {
    /// A search with the user's own synonyms; its request says what hits are sorted by.
    ///
    /// # Errors
    ///
    /// Keys that hits cannot be sorted by.
    pub fn new(
        search: UnderstoodSearch,
        own: Option<Arc<OwnSynonyms>>,
    ) -> Result<Self, SearchRequestError> {
        let order = search.request.order()?;
        Ok(Self { search, own, order, profile: None, stop: Arc::default() })
    }

    /// What is asked, as people type it.
    #[must_use]
    pub fn typed(&self) -> String {
        let pairs = self.search.request.pairs().into_iter();
        let pairs = pairs.filter(|(name, _)| pair_name(name) != Some("sort"));
        let typed = pairs.map(|(name, value)| format!("{name} {value}").trim().to_owned());
        typed.collect::<Vec<_>>().join(" ")
    }

    /// Whether plain words are all that is asked: no operators, other parameters, filters or
    /// lines of a strategy.
    #[must_use]
    pub fn asks_plain_words_alone(&self) -> bool {
        let Request { queries, area, filters, .. } = &self.search.request.request;
        let words = matches!(queries.as_slice(), [(Parameter::Words, _)]);
        let alone = area.is_none() && filters.is_empty() && self.search.request.strategy.is_none();
        words && alone && self.search.understood.plain_words
    }

    /// The whole of it as one expression.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.search.understood.text
    }

    /// All studies that are asked for, in the order that is asked for.
    #[must_use]
    pub fn options(&self) -> SearchOptions<'_> {
        let asked = SearchOptions::asked(&self.search, self.own.as_deref());
        let (profile, stop) = (self.profile.as_ref(), Some(&self.stop));
        SearchOptions { order: &self.order, profile, stop, ..asked }
    }
}
