//! A whole search as data: what is asked, how hits are ranked and sorted.
//!
//! A front end makes a [`SearchRequest`] of what people typed or a program sent;
//! [`SearchRequest::understand`] makes an [`UnderstoodSearch`] of it, which any engine can carry out.

mod constant;
mod pair_name;
mod pairs;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use trialdex_query::{NotUnderstood, Request, RequestError, SortKey, marked_lines, sort_order};

pub use self::constant::{ModelConstant, ModelConstantError};
pub use self::pair_name::pair_name;
use crate::model::Model;
use crate::strategy_error::StrategyError;

/// A search, to be stored, sent or run again.
///
/// As JSON, it has the fields below, of which only `version` has to be there. Parameters, filters
/// and options have the names that the documentation gives them, without the dashes of a command
/// line:
///
/// ```
/// use trialdex_plan::SearchRequest;
///
/// let json = r#"{
///     "version": 1,
///     "request": {
///         "queries": [["words", "heart attack"], ["intr", "aspirin"]],
///         "filters": [["phase", "3"], ["status", "completed"]],
///         "match": {"expand": "term"},
///         "language": 2
///     },
///     "ranking": {"noFeedback": true, "model": ["k1=0.9"]},
///     "sort": ["StartDate:desc"]
/// }"#;
/// let search = SearchRequest::from_json(json)?.understand()?;
/// assert_eq!(search.understood.filter_text,
///     "AREA[Phase]PHASE3 AND AREA[OverallStatus]COMPLETED");
///
/// let newer = SearchRequest::from_json(r#"{"version": 2, "about": "heart attack"}"#);
/// assert!(newer.expect_err("another version").to_string().contains("reads version 1"));
/// # Ok::<(), trialdex_plan::SearchRequestError>(())
/// ```
///
/// Receipts and reviews store a search as pairs of name and value instead
/// ([`SearchRequest::pairs`]), which the first version of the program wrote. They go on doing so:
/// a receipt with another field could not be read by earlier programs, and a review that holds
/// one could not be shared with their users.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchRequest {
    /// Always 1.
    pub version: RequestVersion,
    /// What is asked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request: Request,
    /// The line of a strategy that is asked besides, as `FILE#4`, or `FILE` for its last line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: Option<String>,
    /// What plain words are, where they are one of many queries; `None` for what a person types.
    #[serde(default, rename = "as", skip_serializing_if = "is_default")]
    pub kind: Option<QueryKind>,
    /// How hits are ranked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ranking: RankingOptions,
    /// What hits are sorted by, two keys at most; empty for relevance.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sort: Vec<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The version of [`SearchRequest`]'s layout. There is one, 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "u64", try_from = "u64")]
pub struct RequestVersion;

impl RequestVersion {
    const NUMBER: u64 = 1;
}

impl From<RequestVersion> for u64 {
    fn from(_: RequestVersion) -> Self {
        RequestVersion::NUMBER
    }
}

impl TryFrom<u64> for RequestVersion {
    type Error = SearchRequestError;

    fn try_from(version: u64) -> Result<Self, SearchRequestError> {
        if version == Self::NUMBER { Ok(Self) } else { Err(SearchRequestError::Version(version)) }
    }
}

/// What the queries of a list are. A query of a list finds what it says, or nothing: it does not
/// fall back to studies with fewer of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QueryKind {
    /// Expressions of the query language.
    Expressions,
    /// Words alone, whatever they look like. No other parameter, filter or area
    /// is beside them.
    Words,
}

impl QueryKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Expressions, Self::Words];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expressions => "expressions",
            Self::Words => "words",
        }
    }
}

/// How hits are ranked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RankingOptions {
    /// The file with the user's own synonyms. Whoever runs the search reads it.
    #[serde(skip_serializing_if = "is_default")]
    pub synonyms: Option<String>,
    /// Words that the first hits share have no part in the rank.
    #[serde(skip_serializing_if = "is_default")]
    pub no_feedback: bool,
    /// Constants of the model that have other values.
    #[serde(skip_serializing_if = "is_default")]
    pub model: Vec<ModelConstant>,
}

impl RankingOptions {
    /// The scoring model that is asked for.
    #[must_use]
    pub fn model(&self) -> Model {
        let varied = self.model.iter().fold(Model::default(), |model, constant| constant.of(model));
        if self.no_feedback { varied.without_feedback() } else { varied }
    }
}

/// Why a search cannot be read or understood.
#[derive(Debug, thiserror::Error)]
pub enum SearchRequestError {
    /// It is stored in a layout that this version does not know.
    #[error(
        "version {0} of search requests; this program reads version {number}: use the version that \
         wrote it",
        number = RequestVersion::NUMBER
    )]
    Version(u64),
    /// It does not say its version.
    #[error("a search request without a version: write `\"version\": {}`", RequestVersion::NUMBER)]
    NoVersion,
    /// It is no JSON, or has unknown fields or values.
    #[error("not a search request: {0}")]
    Json(#[from] serde_json::Error),
    /// A pair has a name that this version does not know.
    #[error("a search has no `{0}`: use the version that wrote it")]
    UnknownName(String),
    /// A pair has a value that this version does not know.
    #[error("{name}: {problem}")]
    Value {
        /// The name of the pair.
        name: String,
        /// What is wrong, and which values there are.
        problem: String,
    },
    /// Something is asked beside words alone.
    #[error(
        "`{0}` beside words alone: leave it out, or ask for {expressions}",
        expressions = QueryKind::Expressions.name()
    )]
    BesideWords(&'static str),
    /// What is asked cannot be understood.
    #[error(transparent)]
    NotUnderstood(#[from] NotUnderstood),
    /// Its strategy cannot be understood.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// The keys that hits are sorted by are wrong.
    #[error("the hits cannot be sorted so{}", marked_lines(&.0.marks(str::to_owned)))]
    Sort(RequestError),
}

impl SearchRequest {
    /// Reads a search from JSON.
    ///
    /// # Errors
    ///
    /// Another version, an unknown field or value.
    pub fn from_json(json: &str) -> Result<Self, SearchRequestError> {
        #[derive(Deserialize)]
        struct AnyVersion {
            version: Option<u64>,
        }
        // A newer version may have other fields, which are not what is wrong.
        let AnyVersion { version } = serde_json::from_str(json)?;
        RequestVersion::try_from(version.ok_or(SearchRequestError::NoVersion)?)?;
        Ok(serde_json::from_str(json)?)
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Request { queries, filters, .. } = &self.request;
        queries.is_empty() && filters.is_empty() && self.strategy.is_none()
    }

    /// What hits are sorted by, however the keys were typed.
    ///
    /// # Errors
    ///
    /// The first key that is wrong, or one too many.
    pub fn order(&self) -> Result<Vec<SortKey>, SearchRequestError> {
        if self.sort.is_empty() {
            return Ok(Vec::new());
        }
        let typed = self.sort.join(",");
        sort_order(&typed).map_err(|wrong| {
            let (name, diagnostics) = ("sort".to_owned(), vec![wrong]);
            SearchRequestError::Sort(RequestError { name, typed, diagnostics })
        })
    }
}
