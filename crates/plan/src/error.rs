//! Why no plan can be made.

use std::error::Error;

use trialdex_text::vocabulary::VocabularyError;

/// The outcome of planning.
pub type PlanResult<T> = Result<T, PlanError>;

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The query looks at more of the index than one may.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// The vocabulary cannot be read.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// The engine cannot look something up; its own error.
    #[error(transparent)]
    Lexicon(Box<dyn Error + Send + Sync>),
}

/// A query looks at more of an index than one may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the query looks up more words of the index than it may, at `{part}`")]
pub struct TooMuch {
    /// What was typed for the part at which it became too much.
    pub part: String,
}
