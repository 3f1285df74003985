//! A search and its result, as a receipt has them.

use serde::{Deserialize, Serialize};

use crate::request::{SearchRequest, SearchRequestError, pair_name};
use crate::search::Disclosure;
use crate::used_strategy::UsedStrategy;

/// Version of the receipt's own layout.
pub const SCHEMA: &str = "trialdex.receipt.v1";

/// A search and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub program: String,
    /// When, in RFC 3339.
    pub date: String,
    /// What was asked, as pairs of name and value in the order of the
    /// documentation ([`SearchRequest::pairs`]); plain words have an empty
    /// name. [`Receipt::request`] reads them.
    pub typed: Vec<(String, String)>,
    /// The strategy, where a line of one was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Box<UsedStrategy>>,
    /// The whole of it as one expression.
    pub understood: String,
    /// What the index held.
    pub index: Contents,
    /// The vocabulary that names were looked up in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<VocabularyUsed>,
    /// Digest of the user's own list of synonyms, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synonyms: Option<String>,
    /// Version of the ranking that ordered the hits, [`VERSION`](crate::model::VERSION). Older
    /// receipts do not say: they are of the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranking: Option<u32>,
    /// What the number of hits takes in and leaves out. Older receipts do not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<Box<Disclosure>>,
    /// Clauses that every hit has, and clauses of the query: fewer where no
    /// study has all words.
    pub required: usize,
    /// See [`Receipt::required`].
    pub clauses: usize,
    /// Number of hits.
    pub total: usize,
    /// All hits in their order.
    pub hits: Vec<Kept>,
}

/// Why a text is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// It is no JSON, or has unknown fields.
    #[error("not a receipt: {0}")]
    Json(#[from] serde_json::Error),
    /// It is a receipt of another layout.
    #[error("a receipt of the kind `{0}`")]
    OtherSchema(String),
}

impl Receipt {
    /// Reads a receipt.
    ///
    /// # Errors
    ///
    /// What is no receipt, or one of another layout.
    pub fn from_json(json: &str) -> Result<Self, ReceiptError> {
        let receipt: Self = serde_json::from_str(json)?;
        if receipt.schema == SCHEMA {
            Ok(receipt)
        } else {
            Err(ReceiptError::OtherSchema(receipt.schema))
        }
    }

    /// The search that was run.
    ///
    /// # Errors
    ///
    /// A name or a value that this version does not know.
    pub fn request(&self) -> Result<SearchRequest, SearchRequestError> {
        SearchRequest::from_pairs(&self.typed)
    }

    /// Version of the ranking that ordered the hits.
    #[must_use]
    pub fn ranking_version(&self) -> u32 {
        self.ranking.unwrap_or(1)
    }

    /// What was typed for a name, such as `expand`, the first time.
    #[must_use]
    pub fn typed_for(&self, name: &str) -> Option<&str> {
        let pair = self.typed.iter().find(|(stored, _)| pair_name(stored) == Some(name));
        pair.map(|(_, value)| value.as_str())
    }

    /// Whether it is of the same search as another one, of the same strategy.
    #[must_use]
    pub fn is_of_search(&self, other: &Self) -> bool {
        let digest = |it: &Self| it.strategy.as_ref().map(|used| used.digest.clone());
        let same = || match (self.request(), other.request()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        };
        digest(self) == digest(other) && (self.typed == other.typed || same())
    }
}

/// A vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VocabularyUsed {
    /// What it is, in words.
    pub source: String,
    /// Digest of it, in hexadecimal.
    pub digest: String,
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// BLAKE3 over number and digest of every study, in the order of numbers:
    /// the same for the same records, however they came in.
    pub digest: String,
    /// Number of studies.
    pub studies: u64,
    /// The last day on which any record was updated.
    pub latest_update: Option<String>,
}

/// A hit of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its number.
    pub nct_id: String,
    /// The first 16 digits of the BLAKE3 of its record.
    pub record: String,
}
