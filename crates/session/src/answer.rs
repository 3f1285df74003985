//! What a search found, and what can be said of it.

use trialdex_engine::index::{IndexError, Store};
use trialdex_engine::search::receipt::receipt_of;
use trialdex_engine::search::{
    Disclosure, Facet, FunnelStep, HitWindow, Hits, OtherWording, SearchOptions, WordMatches,
    measured, search,
};
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::study_fields::StudyField;

use crate::asked_search::AskedSearch;
use crate::strategy_counts::strategy_counts;

/// The step in which is counted what each part of a search takes in or leaves out.
const COUNTING: &str = "parts of the search counted";

/// What a search found.
pub struct SearchAnswer<'a> {
    /// The hits of the window that was asked for, and the number of all.
    pub hits: Hits<'a>,
    /// What they were found by.
    pub options: SearchOptions<'a>,
    asked: &'a AskedSearch,
    store: &'a Store,
}

impl<'a> SearchAnswer<'a> {
    /// Runs a search for the hits of a window.
    ///
    /// # Errors
    ///
    /// Files of the index that cannot be read, or a query that looks at too much of it; the same
    /// holds for the others.
    pub fn find(
        store: &'a Store,
        asked: &'a AskedSearch,
        window: HitWindow,
    ) -> Result<Self, IndexError> {
        Self::by(store, asked, SearchOptions { window, ..asked.options() })
    }

    /// Counts the studies that have all that was asked for.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn count(store: &'a Store, asked: &'a AskedSearch) -> Result<Self, IndexError> {
        Self::by(store, asked, asked.options().counting())
    }

    fn by(
        store: &'a Store,
        asked: &'a AskedSearch,
        options: SearchOptions<'a>,
    ) -> Result<Self, IndexError> {
        Ok(Self { hits: search(store, &options)?, options, asked, store })
    }

    /// What the number of hits takes in and leaves out.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn disclosure(&self) -> Result<Disclosure, IndexError> {
        measured(self.options.profile, COUNTING, || {
            self.hits.disclosure(&self.options, &self.asked.search.understood.parts)
        })
    }

    /// Words that none of the first hits has, with others to type; none where anything but plain
    /// words was asked.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn other_wordings(&self) -> Result<Vec<OtherWording>, IndexError> {
        match self.asked.asks_plain_words_alone() {
            true => {
                measured(self.options.profile, COUNTING, || self.hits.other_wordings(&self.options))
            }
            false => Ok(Vec::new()),
        }
    }

    /// How many studies each part of the search leaves.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn funnel(&self) -> Result<Vec<FunnelStep>, IndexError> {
        measured(self.options.profile, COUNTING, || {
            self.hits.funnel(&self.options, &self.asked.search.understood.parts)
        })
    }

    /// What of the words matched, by search area.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn matched(&self) -> Result<Vec<Vec<WordMatches>>, IndexError> {
        measured(self.options.profile, COUNTING, || self.hits.matched(&self.options))
    }

    /// How many of all hits have each value of some fields.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn count_by(&self, fields: &[StudyField]) -> Result<Vec<Facet>, IndexError> {
        self.hits.facets(fields)
    }

    /// The receipt of an answer that has all hits; `date` is when the search was run, in RFC 3339.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn receipt(&self, date: String) -> Result<Receipt, IndexError> {
        let AskedSearch { search, own, .. } = self.asked;
        let (own, disclosure) = (own.as_deref(), self.disclosure()?);
        if let Some((strategy, _)) = &search.strategy {
            strategy_counts(strategy, self.store, own)?;
        }
        let receipt = receipt_of(self.store, &self.hits, search, own, date)?;
        Ok(Receipt { disclosure: Some(Box::new(disclosure)), ..receipt })
    }
}
