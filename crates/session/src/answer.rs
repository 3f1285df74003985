//! What a search found, and what can be said of it.

use std::io;

use trialdex_engine::search::receipt::receipt_of;
use trialdex_engine::search::{
    Disclosure, Facet, FoundHits as _, FunnelStep, HitWindow, IndexHits as _, OtherWording,
    SearchOptions, SearchableIndex, WordMatches, measured,
};
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::study_fields::StudyField;

use crate::any_error::AnyError;
use crate::any_hits::AnyHits;
use crate::any_index::AnyIndex;
use crate::asked_search::AskedSearch;
use crate::strategy_counts::strategy_counts;

/// The step in which is counted what each part of a search takes in or leaves out.
const COUNTING: &str = "parts of the search counted";

/// What a search found.
pub struct SearchAnswer<'a> {
    /// The hits of the window that was asked for, and the number of all.
    pub hits: AnyHits<'a>,
    /// What they were found by.
    pub options: SearchOptions<'a>,
    asked: &'a AskedSearch,
    index: &'a AnyIndex,
}

impl<'a> SearchAnswer<'a> {
    /// Runs a search for the hits of a window.
    ///
    /// # Errors
    ///
    /// An index that cannot be read, or a query that looks at too much of it; the same
    /// holds for the others.
    pub fn find(
        index: &'a AnyIndex,
        asked: &'a AskedSearch,
        window: HitWindow,
    ) -> Result<Self, AnyError> {
        Self::by(index, asked, SearchOptions { window, ..asked.options() })
    }

    /// Counts the studies that have all that was asked for.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn count(index: &'a AnyIndex, asked: &'a AskedSearch) -> Result<Self, AnyError> {
        Self::by(index, asked, asked.options().counting())
    }

    fn by(
        index: &'a AnyIndex,
        asked: &'a AskedSearch,
        options: SearchOptions<'a>,
    ) -> Result<Self, AnyError> {
        Ok(Self { hits: index.find(&options)?, options, asked, index })
    }

    /// What the number of hits takes in and leaves out.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn disclosure(&self) -> Result<Disclosure, AnyError> {
        measured(self.options.profile, COUNTING, || {
            self.hits.disclosure(&self.options, &self.asked.search.understood.parts)
        })
    }

    /// How many studies each part of the search leaves.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn funnel(&self) -> Result<Vec<FunnelStep>, AnyError> {
        measured(self.options.profile, COUNTING, || {
            self.hits.funnel(&self.options, &self.asked.search.understood.parts)
        })
    }

    /// What of the words matched, by search area.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn matched(&self) -> io::Result<Vec<Vec<WordMatches>>> {
        measured(self.options.profile, COUNTING, || self.hits.matched(&self.options))
    }

    /// How many of all hits have each value of some fields.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn count_by(&self, fields: &[StudyField]) -> Result<Vec<Facet>, AnyError> {
        self.hits.facets(fields)
    }

    /// The receipt of an answer that has all hits; `date` is when the search was run, in RFC 3339.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn receipt(&self, date: String) -> Result<Receipt, AnyError> {
        let AskedSearch { search, own, .. } = self.asked;
        let (own, disclosure) = (own.as_deref(), self.disclosure()?);
        if let Some((strategy, _)) = &search.strategy {
            strategy_counts(strategy, self.index, own)?;
        }
        let receipt = receipt_of(self.index, &self.hits, search, own, date)?;
        Ok(Receipt { disclosure: Some(Box::new(disclosure)), ..receipt })
    }

    /// Words that none of the first hits has, with others to type; none where anything but plain
    /// words was asked.
    ///
    /// # Errors
    ///
    /// See [`SearchAnswer::find`].
    pub fn other_wordings(&self) -> Result<Vec<OtherWording>, AnyError> {
        match self.asked.asks_plain_words_alone() {
            true => {
                measured(self.options.profile, COUNTING, || self.hits.other_wordings(&self.options))
            }
            false => Ok(Vec::new()),
        }
    }
}
