//! What is wrong with a call.

use trialdex_output::UnknownPiece;
use trialdex_plan::SearchRequestError;
use trialdex_session::{AnyError, AskError, FieldError};

/// What is wrong with a call, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFailure {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// What is there and looks like what was asked for, the nearest first.
    pub nearest: Vec<String>,
}

impl ToolFailure {
    /// A failure without a hint.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, nearest: Vec::new() }
    }

    /// The same with what to do.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same with what is like it.
    pub(crate) fn nearest<T: Into<String>>(self, nearest: impl IntoIterator<Item = T>) -> Self {
        Self { nearest: nearest.into_iter().map(Into::into).collect(), ..self }
    }
}

impl From<AnyError> for ToolFailure {
    fn from(error: AnyError) -> Self {
        let failure = Self::new(error.to_string());
        match error.is_too_much() {
            true => failure.hint("type more letters before `*`, or ask for the parts one by one"),
            false => failure.hint("whoever runs the server can run `trialdex check`"),
        }
    }
}

impl From<std::io::Error> for ToolFailure {
    fn from(error: std::io::Error) -> Self {
        AnyError::from(error).into()
    }
}

impl From<SearchRequestError> for ToolFailure {
    fn from(error: SearchRequestError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<AskError> for ToolFailure {
    fn from(error: AskError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<UnknownPiece> for ToolFailure {
    fn from(error: UnknownPiece) -> Self {
        Self::new(error.to_string())
            .hint("the tool `fields` finds the names of fields")
            .nearest(error.nearest)
    }
}

impl From<FieldError> for ToolFailure {
    fn from(error: FieldError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            FieldError::Unknown { nearest, .. } => {
                failure.hint("the tool `fields` finds the names of fields").nearest(nearest)
            }
            FieldError::NoValues(_) | FieldError::OfResults(_) => {
                failure.hint("the tool `fields` says what a field holds")
            }
        }
    }
}
