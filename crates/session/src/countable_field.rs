//! The fields that hits can be counted by, by the names that people give them.

use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{nearest_of, nearest_pieces};

/// Short names of fields that are counted often, each with the name of its piece.
pub const SHORT_FIELD_NAMES: [(&str, &str); 9] = [
    ("status", "OverallStatus"),
    ("phase", "Phase"),
    ("type", "StudyType"),
    ("country", "LocationCountry"),
    ("condition", "Condition"),
    ("year", "StartDate"),
    ("sponsor", "LeadSponsorClass"),
    ("sex", "Sex"),
    ("age", "StdAge"),
];

/// Why hits cannot be counted by a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// There is no such field.
    #[error("`{name}` is not a field")]
    Unknown {
        /// What was typed.
        name: String,
        /// Names like it, the nearest first.
        nearest: Vec<String>,
    },
    /// It is a structure or a place on the map.
    #[error("`{0}` has no values to count")]
    NoValues(String),
    /// It is a number of elements of the tables of results.
    #[error("`{0}` cannot be counted")]
    OfResults(String),
}

/// The field with a name of the data model, or a short name, if hits can be counted by its values.
///
/// # Errors
///
/// See [`FieldError`].
pub fn countable_field(name: &str) -> Result<StudyField, FieldError> {
    let short = SHORT_FIELD_NAMES.iter().find(|(short, _)| short.eq_ignore_ascii_case(name));
    let Some(field) = StudyField::named(short.map_or(name, |(_, piece)| piece)) else {
        let mut nearest = nearest_of(name, SHORT_FIELD_NAMES.iter().map(|(short, _)| *short));
        nearest.extend(nearest_pieces(name));
        let nearest = nearest.into_iter().map(str::to_owned).collect();
        return Err(FieldError::Unknown { name: name.to_owned(), nearest });
    };
    let length = matches!(field, StudyField::Size(_) | StudyField::Computed(_));
    match field.kind() {
        FieldKind::Structure | FieldKind::Point => Err(FieldError::NoValues(name.to_owned())),
        _ if length && field.is_of_results() => Err(FieldError::OfResults(name.to_owned())),
        _ => Ok(field),
    }
}
