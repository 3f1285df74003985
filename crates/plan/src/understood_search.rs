//! What a whole search means.

use std::sync::Arc;

use trialdex_query::meaning::SearchTarget;
use trialdex_query::{Parameter, Request, UnderstoodRequest, plain_request};

use crate::request::{QueryKind, SearchRequest, SearchRequestError};
use crate::search::ClauseMatching;
use crate::strategy::UnderstoodStrategy;
use crate::strategy_error::StrategyError;

/// A search that is understood: what any engine can carry out.
#[derive(Debug, Clone)]
pub struct UnderstoodSearch {
    /// What was asked. A line of a strategy is named with its number.
    pub request: SearchRequest,
    /// What that means.
    pub understood: UnderstoodRequest,
    /// What plain words are looked for in, where there are any.
    pub area: Option<String>,
    /// How many clauses of it a study has to have.
    pub matching: ClauseMatching,
    /// The strategy, and the number of its line that is asked for.
    pub strategy: Option<(Arc<UnderstoodStrategy>, u32)>,
}

impl SearchRequest {
    /// Understands a search without a strategy.
    ///
    /// # Errors
    ///
    /// All that cannot be understood; a strategy, which has to be read first
    /// ([`SearchRequest::understand_line`]).
    pub fn understand(self) -> Result<UnderstoodSearch, SearchRequestError> {
        match &self.strategy {
            Some(line) => Err(StrategyError::NotRead { line: line.clone() }.into()),
            None => self.understood(None),
        }
    }

    /// Understands a search by a line of a strategy, and of what is asked beside it.
    ///
    /// # Errors
    ///
    /// All that cannot be understood; a line that there is not.
    pub fn understand_line(
        self,
        strategy: &Arc<UnderstoodStrategy>,
        number: u32,
    ) -> Result<UnderstoodSearch, SearchRequestError> {
        self.understood(Some((strategy.clone(), number)))
    }

    fn understood(
        mut self,
        strategy: Option<(Arc<UnderstoodStrategy>, u32)>,
    ) -> Result<UnderstoodSearch, SearchRequestError> {
        let mut request = self.request.clone();
        if let Some((strategy, number)) = &strategy {
            // Its lines are in our language.
            request.from = None;
            let line = strategy.line(Some(*number))?;
            request.queries.push((Parameter::Words, line.whole.clone()));
            self.strategy = Some(format!("{}#{number}", strategy.file));
        }
        let words = request.queries.iter().any(|(parameter, _)| *parameter == Parameter::Words);
        let area = request.area.as_deref().unwrap_or(Parameter::Words.area());
        let named =
            || SearchTarget::named(area).map_or_else(|| area.to_owned(), |target| target.name);
        let area = words.then(named);
        let mut understood = match self.kind {
            Some(QueryKind::Words) => words_alone(&request)?,
            Some(QueryKind::Expressions) | None => request.understand()?,
        };
        // A line of a strategy and a query of a list find what they say, or nothing.
        let exact = strategy.is_some() || self.kind.is_some();
        let matching = if exact { ClauseMatching::All } else { ClauseMatching::of(&understood) };
        if let Some((strategy, number)) = &strategy {
            strategy.place_remarks(&mut understood, *number);
        }
        Ok(UnderstoodSearch { request: self, understood, area, matching, strategy })
    }
}

/// Words alone, whatever they look like. Nothing of a request is left out in
/// silence.
fn words_alone(request: &Request) -> Result<UnderstoodRequest, SearchRequestError> {
    let Request { queries, filters, area, include_missing: _, manner, from, sense: _ } = request;
    let parameters = queries.iter().map(|(parameter, _)| parameter.name());
    let parameters = parameters.filter(|name| *name != Parameter::Words.name());
    let filters = filters.iter().map(|(filter, _)| filter.name());
    let options = [area.as_ref().map(|_| "area"), from.map(|_| "from")].into_iter().flatten();
    match parameters.chain(filters).chain(options).next() {
        Some(name) => Err(SearchRequestError::BesideWords(name)),
        None => Ok(plain_request(&request.words(), *manner)),
    }
}
