//! Searches as receipts and reviews store them: pairs of name and value.
//!
//! The first version of the program stored what was typed on a command line. Names have two dashes
//! before them for that reason, plain words have none, and options without a value an empty one.
//! The pairs do not say the version of the query language: a receipt's understood expression does.

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use trialdex_query::{Filter, Parameter, Request};

use super::pair_name::{pair_name, stored};
use super::{SearchRequest, SearchRequestError};

/// A stored value.
fn value<'de, T: Deserialize<'de>>(name: &str, text: &'de str) -> Result<T, SearchRequestError> {
    T::deserialize(StrDeserializer::<Error>::new(text)).map_err(|error| SearchRequestError::Value {
        name: name.to_owned(),
        problem: error.to_string(),
    })
}

impl SearchRequest {
    /// The search as pairs, in the order of the documentation.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let Self { request, strategy, kind, ranking, sort, .. } = self;
        let Request { queries, filters, area, include_missing, manner, from, sense: _ } = request;
        let words = queries.iter().take_while(|(it, _)| *it == Parameter::Words).count();
        let (words, queries) = queries.split_at(words);
        let mut pairs = Vec::new();
        let mut push = |name: &str, value: &str| pairs.push((stored(name), value.to_owned()));
        words.iter().for_each(|(parameter, typed)| push(parameter.name(), typed));
        strategy.iter().for_each(|line| push("strategy", line));
        kind.iter().for_each(|kind| push("as", kind.name()));
        queries.iter().for_each(|(parameter, typed)| push(parameter.name(), typed));
        filters.iter().for_each(|(filter, typed)| push(filter.name(), typed));
        from.iter().for_each(|from| push("from", from.key()));
        area.iter().for_each(|area| push("area", area));
        include_missing.then(|| push("include-missing", ""));
        manner.any.then(|| push("any", ""));
        manner.expand.iter().for_each(|level| push("expand", level.name()));
        manner.explode.then(|| push("explode", ""));
        ranking.synonyms.iter().for_each(|file| push("synonyms", file));
        ranking.no_feedback.then(|| push("no-feedback", ""));
        ranking.model.iter().for_each(|constant| push("model", &constant.to_string()));
        sort.iter().for_each(|key| push("sort", key));
        pairs
    }

    /// The search of stored pairs, in today's version of the language.
    ///
    /// # Errors
    ///
    /// A name or a value that this version does not know.
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Self, SearchRequestError> {
        let mut search = Self::default();
        for (stored, value) in pairs {
            let unknown = || SearchRequestError::UnknownName(stored.clone());
            search.take(pair_name(stored).ok_or_else(unknown)?, value)?;
        }
        Ok(search)
    }

    fn take(&mut self, name: &str, text: &str) -> Result<(), SearchRequestError> {
        let (request, ranking) = (&mut self.request, &mut self.ranking);
        match name {
            "strategy" => self.strategy = Some(text.to_owned()),
            "as" => self.kind = Some(value(name, text)?),
            "from" => request.from = Some(value(name, text)?),
            "area" => request.area = Some(text.to_owned()),
            "include-missing" => request.include_missing = true,
            "any" => request.manner.any = true,
            "expand" => request.manner.expand = Some(value(name, text)?),
            "explode" => request.manner.explode = true,
            "synonyms" => ranking.synonyms = Some(text.to_owned()),
            "no-feedback" => ranking.no_feedback = true,
            "model" => ranking.model.push(value(name, text)?),
            "sort" => self.sort.push(text.to_owned()),
            _ => match (Parameter::named(name), Filter::named(name)) {
                (Some(parameter), _) => request.queries.push((parameter, text.to_owned())),
                (None, Some(filter)) => request.filters.push((filter, text.to_owned())),
                (None, None) => return Err(SearchRequestError::UnknownName(name.to_owned())),
            },
        }
        Ok(())
    }
}
