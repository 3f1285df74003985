//! What is wanted of an index.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::profile::Profile;
use trialdex_plan::{ClauseMatching, Model, UnderstoodSearch};
use trialdex_query::SortKey;
use trialdex_query::meaning::Question;
use trialdex_text::vocabulary::OwnSynonyms;

/// Which studies of a result are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitWindow {
    /// Hits passed over.
    pub offset: usize,
    /// Hits given at most; `None` for all.
    pub limit: Option<usize>,
}

/// What is wanted of an index.
#[derive(Debug, Clone, Copy)]
pub struct SearchOptions<'a> {
    /// What is asked.
    pub question: &'a Question,
    /// How many of its clauses a hit has to have.
    pub matching: ClauseMatching,
    /// What hits are sorted by, two keys at most; empty for relevance.
    pub order: &'a [SortKey],
    /// Which hits.
    pub window: HitWindow,
    /// How they are scored.
    pub model: Model,
    /// Names that the user says mean the same.
    pub own: Option<&'a OwnSynonyms>,
    /// What measures the search, if it is to be measured.
    pub profile: Option<&'a Profile>,
    /// Set from outside to stop the search, which is an error then.
    pub stop: Option<&'a Arc<AtomicBool>>,
}

impl<'a> SearchOptions<'a> {
    /// The same without any of the hits: only their number is wanted, which is
    /// that of studies with all that was asked for.
    #[must_use]
    pub fn counting(self) -> Self {
        let window = HitWindow { offset: 0, limit: Some(0) };
        Self { window, matching: ClauseMatching::All, ..self }
    }

    /// All studies that a search asks for, by relevance. `own` are the user's
    /// own synonyms.
    #[must_use]
    pub fn asked(search: &'a UnderstoodSearch, own: Option<&'a OwnSynonyms>) -> Self {
        let (matching, model) = (search.matching, search.request.ranking.model());
        Self { matching, model, own, ..Self::new(&search.understood.question) }
    }

    /// Whether somebody asks to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// All studies that a question asks for, by relevance.
    #[must_use]
    pub fn new(question: &'a Question) -> Self {
        Self {
            question,
            matching: ClauseMatching::All,
            order: &[],
            window: HitWindow { offset: 0, limit: None },
            model: Model::default(),
            own: None,
            profile: None,
            stop: None,
        }
    }
}
