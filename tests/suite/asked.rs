//! Requests to the registry's API, asked of an index instead.
//!
//! Shared with the benchmark of queries.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use trialdex_query::{Filter, Parameter, Request, SortKey, sort_order};

/// A circle without a place: the client that holds it drops it before it
/// sends the request, so that it is dropped here.
const NO_PLACE: &str = "distance(50)";

/// Parameters with words, without `query.`.
const PARAMETERS: [(&str, Parameter); 10] = [
    ("cond", Parameter::Condition),
    ("term", Parameter::Term),
    ("intr", Parameter::Intervention),
    ("titles", Parameter::Titles),
    ("outc", Parameter::Outcome),
    ("spons", Parameter::Sponsor),
    ("lead", Parameter::Lead),
    ("id", Parameter::Id),
    ("locn", Parameter::Location),
    ("patient", Parameter::Patient),
];

/// Parameters that filter. What `postFilter.` does is the same.
const FILTERS: [(&str, Filter); 5] = [
    ("filter.overallStatus", Filter::Status),
    ("filter.geo", Filter::Geo),
    ("filter.ids", Filter::Ids),
    ("filter.advanced", Filter::Expression),
    ("aggFilters", Filter::Agg),
];

/// Parameters for the form of the answer.
const WRITING: [&str; 5] = ["format", "markupFormat", "fields", "countTotal", "pageToken"];

/// A request as it was sent.
#[derive(Debug, Deserialize)]
pub(super) struct SentRequest {
    /// Its number in the collection.
    pub(super) n: u64,
    params: Map<String, Value>,
}

/// The same as this library is asked.
#[derive(Debug, Default)]
pub(super) struct LibraryRequest {
    pub(super) request: Request,
    pub(super) order: Vec<SortKey>,
}

/// The requests in a file of JSON lines.
pub(super) fn requests(path: &Path) -> io::Result<Vec<SentRequest>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

impl SentRequest {
    /// The request without what concerns the form of the answer.
    ///
    /// # Errors
    ///
    /// The parameter that is not known or has no such value.
    pub(super) fn asked(&self) -> Result<LibraryRequest, String> {
        let mut asked = LibraryRequest::default();
        for (name, value) in &self.params {
            let value = value.as_str().unwrap_or_default();
            take(&mut asked, name, value).map_err(|()| format!("{name}={value}"))?;
        }
        Ok(asked)
    }
}

fn take(asked: &mut LibraryRequest, name: &str, value: &str) -> Result<(), ()> {
    let query = name.strip_prefix("query.");
    let parameter = PARAMETERS.iter().find(|(known, _)| Some(*known) == query);
    let filter = FILTERS.iter().find(|(known, _)| *known == name);
    match (parameter, filter) {
        (Some((_, parameter)), _) => asked.request.queries.push((*parameter, value.to_owned())),
        (_, Some(_)) if value == NO_PLACE => {}
        (_, Some((_, filter))) => asked.request.filters.push((*filter, value.to_owned())),
        _ if WRITING.contains(&name) => {}
        _ if name == "pageSize" => drop(value.parse::<usize>().map_err(drop)?),
        _ if name == "sort" => asked.order = sort_order(value).map_err(drop)?,
        _ => return Err(()),
    }
    Ok(())
}
