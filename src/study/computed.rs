//! Values that no record holds but that follow from it.

use super::Study;
use super::fields::{Field, FieldKind};
use super::pieces::PieceId;

/// A value that follows from a record.
#[derive(Debug)]
pub struct Computed {
    /// Its name.
    pub name: &'static str,
    /// Dotted path.
    pub path: &'static str,
}

impl Computed {
    /// What its values are.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        FieldKind::Number
    }
    /// Its position in [`all`].
    #[must_use]
    pub fn id(&self) -> usize {
        0
    }
}

/// All.
#[must_use]
pub fn all() -> &'static [Computed] {
    &[]
}

/// The field of that name or path.
#[must_use]
pub fn named(_name: &str) -> Option<Field> {
    None
}

/// Derived.
#[derive(Debug, Clone, Copy)]
pub enum Derived {
    /// a
    Length(PieceId, usize),
    /// b
    Number(usize, i64),
    /// c
    Code(usize, &'static str, usize),
}

/// Visits.
pub fn visit(_study: &Study, _visitor: &mut dyn FnMut(Derived)) {}
