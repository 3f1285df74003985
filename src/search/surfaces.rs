//! Text that has to stand exactly as typed: the index says which studies have
//! the words, the stored study whether they stand so.

use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::{SegmentReader, TantivyDocument};

use super::filtered::{Check, Looker};
use crate::query::meaning::Coverage;
use crate::study::{Study, markup};

/// A check that a value of some pieces has a text.
#[derive(Debug)]
pub(super) struct AsWritten {
    /// The field that studies are stored in.
    pub(super) study: Field,
    /// Names of the pieces.
    pub(super) pieces: Vec<&'static str>,
    /// With single blanks.
    pub(super) text: String,
    pub(super) coverage: Coverage,
}

impl Check for AsWritten {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<Looker> {
        let store = reader.get_store_reader(1)?;
        let (field, pieces) = (self.study, self.pieces.clone());
        let (text, coverage) = (self.text.clone(), self.coverage);
        Ok(Box::new(move |doc| {
            // A study that cannot be read is reported where it is shown.
            let Ok(document) = store.get::<TantivyDocument>(doc) else { return false };
            let json = document.get_first(field).and_then(|value| value.as_str());
            let Ok(root) = serde_json::from_str(json.unwrap_or_default()) else { return false };
            let study = Study::from_map(root);
            let mut values = pieces.iter().flat_map(|piece| study.texts(piece));
            values.any(|value| stands_in(&text, value, coverage))
        }))
    }
}

/// A check that a column has a text as one of its values.
#[derive(Debug)]
pub(super) struct IsValue {
    /// Name of the column.
    pub(super) column: String,
    /// With single blanks.
    pub(super) text: String,
}

impl Check for IsValue {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<Looker> {
        let Some(column) = reader.fast_fields().str(&self.column)? else {
            return Ok(Box::new(|_| false));
        };
        let ordinal = column.dictionary().term_ord(self.text.as_bytes())?;
        Ok(Box::new(move |doc| {
            ordinal.is_some_and(|ordinal| column.term_ords(doc).any(|known| known == ordinal))
        }))
    }
}

/// Whether a text stands in a value as the coverage asks, at the boundaries
/// of words.
fn stands_in(text: &str, value: &str, coverage: Coverage) -> bool {
    let value = markup::unescape(value);
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = |at: usize| {
        let (before, after) = (&value[..at], &value[at + text.len()..]);
        let starts =
            !(before.ends_with(char::is_alphanumeric) && text.starts_with(char::is_alphanumeric));
        let ends =
            !(after.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric));
        let covers = match coverage {
            Coverage::Contains => true,
            Coverage::StartsWith => before.is_empty(),
            Coverage::EndsWith => after.is_empty(),
            Coverage::FullMatch => before.is_empty() && after.is_empty(),
        };
        starts && ends && covers
    };
    value.match_indices(text).any(|(at, _)| fits(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_and_blanks_do_not() {
        let contains = |text, value| stands_in(text, value, Coverage::Contains);
        assert!(contains("IL-2 therapy", "High dose IL-2\n  therapy."));
        assert!(!contains("IL 2 therapy", "High dose IL-2 therapy."));
        assert!(!contains("il-2", "IL-2"));
        assert!(!contains("IL-2", "IL-21"));
        assert!(stands_in("Fever", "Fever", Coverage::FullMatch));
        assert!(!stands_in("Fever", "Fever of unknown origin", Coverage::FullMatch));
        assert!(stands_in("Fever", "Fever of unknown origin", Coverage::StartsWith));
        assert!(stands_in("origin", "Fever of unknown origin", Coverage::EndsWith));
    }
}
