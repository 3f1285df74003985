//! The search of a receipt, to be run again.

use std::fmt;

use trialdex_query::{Diagnostic, LanguageVersion, Parameter, Request, RequestRemark, SortKey};

use super::recorded_search::Receipt;
use crate::request::{SearchRequest, SearchRequestError};
use crate::search::ClauseMatching;
use crate::strategy;
use crate::understood_search::UnderstoodSearch;

/// A search that was written down, to be run again.
#[derive(Debug, Clone)]
pub struct ReplayedSearch {
    /// The search.
    pub search: UnderstoodSearch,
    /// What its hits are sorted by.
    pub order: Vec<SortKey>,
    /// How it is read today, compared with its receipt.
    pub change: Option<ReadingChange>,
}

/// How the search of a receipt is read differently today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingChange {
    /// It is run as the receipt says: in its first sense. Today it is read as this expression, or
    /// refused.
    AsAtFirst(Option<String>),
    /// What was typed is refused; the expression that the receipt recorded is run.
    AsRecorded,
    /// It is read, and run, as this expression.
    AsToday(String),
}

impl fmt::Display for ReadingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsAtFirst(Some(today)) => write!(
                f,
                "what was typed means `{today}` today; it is run in its old sense, as its receipt \
                 says"
            ),
            Self::AsAtFirst(None) | Self::AsRecorded => {
                f.write_str("what was typed is refused today; it is run as its receipt says")
            }
            Self::AsToday(today) => write!(
                f,
                "what was typed means `{today}` today, and is run so, not as its receipt says"
            ),
        }
    }
}

impl Receipt {
    /// The search as it was recorded: parameters have today's meaning or, if that differs from
    /// what the receipt says, their first meaning. If neither fits, today's counts.
    ///
    /// # Errors
    ///
    /// A search that this version cannot read or understand in any way.
    pub fn replay(&self) -> Result<ReplayedSearch, SearchRequestError> {
        let request = self.request()?;
        let order = request.order()?;
        let today = self.read_in(&request, LanguageVersion::Today);
        if today.as_ref().is_ok_and(|search| self.says(search)) {
            return Ok(ReplayedSearch { search: today?, order, change: None });
        }
        let (search, change) = match (self.read_in(&request, LanguageVersion::First), today) {
            (Ok(first), today) if self.says(&first) => {
                let today = today.ok().map(|today| today.understood.text);
                (first, ReadingChange::AsAtFirst(today))
            }
            (_, Ok(today)) => {
                let change = ReadingChange::AsToday(today.understood.text.clone());
                (today, change)
            }
            (_, Err(refused)) => {
                let recorded = self.recorded(request).map_err(|_| refused)?;
                (recorded, ReadingChange::AsRecorded)
            }
        };
        Ok(ReplayedSearch { search, order, change: Some(change) })
    }

    /// Whether a search is understood as the receipt says.
    fn says(&self, search: &UnderstoodSearch) -> bool {
        // Backslashes before words that are refused without them are newer.
        search.understood.text.replace('\\', "") == self.understood.replace('\\', "")
    }

    fn read_in(
        &self,
        request: &SearchRequest,
        sense: LanguageVersion,
    ) -> Result<UnderstoodSearch, SearchRequestError> {
        let mut request = request.clone();
        request.request.sense = sense;
        match self.strategy.as_deref().filter(|_| request.strategy.is_some()) {
            Some(used) => {
                let (strategy, line) = strategy::of_receipt(used, &request.request)?;
                request.understand_line(&strategy, line)
            }
            None => request.understand(),
        }
    }

    /// The recorded expression, in place of what was typed. It contains how its words match, and
    /// its language.
    fn recorded(&self, typed: SearchRequest) -> Result<UnderstoodSearch, SearchRequestError> {
        let queries = vec![(Parameter::Words, self.understood.clone())];
        let sense = LanguageVersion::First;
        let request = Request { queries, sense, ..Request::default() };
        let mut search =
            SearchRequest { request, strategy: None, kind: None, ..typed }.understand()?;
        search.matching = ClauseMatching::All;
        search.understood.remarks = vec![RequestRemark {
            name: String::new(),
            typed: self.understood.clone(),
            notice: Diagnostic {
                span: 0..self.understood.len(),
                message: "this version refuses what was typed for this search".to_owned(),
                hint: "the expression that its receipt recorded is run".to_owned(),
            },
        }];
        Ok(search)
    }
}
