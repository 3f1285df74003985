//! Texts of cells as values of pieces.

use serde_json::{Map, Value};

use crate::study::pieces::{self, Piece};
use crate::study::typed;

/// A structure out of texts at pieces directly below it.
pub(super) fn structure(values: &[(&str, &str)]) -> Value {
    let mut object = Map::new();
    for (name, text) in values {
        if let Some((piece, value)) = value_at(name, text) {
            object.insert(piece.key().to_owned(), value);
        }
    }
    Value::Object(object)
}

/// The value that a text is at a piece.
pub(super) fn value_at(name: &str, text: &str) -> Option<(&'static Piece, Value)> {
    let piece = pieces::named(name)?;
    Some((piece, typed(piece, text)?))
}
