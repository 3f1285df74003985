//! A constant of the scoring model with another value.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::Model;

/// A constant of the [`Model`] with another value, written as `k1=0.9`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ModelConstant {
    name: String,
    value: f32,
}

/// Why a text is no constant with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelConstantError(String);

impl ModelConstant {
    /// The model with this value.
    #[must_use]
    pub fn of(&self, model: Model) -> Model {
        model.with(&self.name, self.value).unwrap_or(model)
    }
}

impl fmt::Display for ModelConstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

impl FromStr for ModelConstant {
    type Err = ModelConstantError;

    fn from_str(typed: &str) -> Result<Self, ModelConstantError> {
        let known = || {
            let names = Model::NAMES.join(", ");
            ModelConstantError(format!("write `NAME=VALUE` with one of {names}"))
        };
        let (name, value) = typed.split_once('=').ok_or_else(known)?;
        let number = value.parse();
        let value = number.map_err(|_| ModelConstantError(format!("`{value}` is no number")))?;
        match Model::default().with(name, value) {
            Some(_) => Ok(Self { name: name.to_owned(), value }),
            None if !Model::NAMES.contains(&name) => Err(known()),
            None => Err(ModelConstantError(format!("{value} is too small or too large"))),
        }
    }
}

impl From<ModelConstant> for String {
    fn from(constant: ModelConstant) -> Self {
        constant.to_string()
    }
}

impl TryFrom<String> for ModelConstant {
    type Error = ModelConstantError;

    fn try_from(typed: String) -> Result<Self, ModelConstantError> {
        typed.parse()
    }
}
