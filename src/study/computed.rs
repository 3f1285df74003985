//! Values that no record holds but that follow from it.
//!
//! Facts of the API v2 metadata with `includeIndexedOnly`: names and paths.

use super::fields::{Field, FieldKind};

/// A value that follows from a record.
#[derive(Debug)]
pub struct Computed {
    /// Its name, such as `StudyFirstPostYear`.
    pub name: &'static str,
    /// Dotted path where the registry's metadata lists it.
    pub path: &'static str,
}

impl Computed {
    /// What its values are.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        FieldKind::Number
    }
}

/// The field of that name or path.
#[must_use]
pub fn named(_name: &str) -> Option<Field> {
    None
}
