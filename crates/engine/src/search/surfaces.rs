//! Text that has to be exactly as typed: the index says which studies have
//! the words, a column of values or the stored study whether they are so.

use std::collections::BTreeMap;

use tantivy::columnar::StrColumn;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::{DocId, SegmentReader, TantivyDocument};

use super::filtered::{DocumentCheck, StudyCheck};
use trialdex_query::meaning::Coverage;
use trialdex_records::study::{ChosenPieces, Study, markup};

/// Where the values of a piece are.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// In the column of this name.
    Column(String),
    /// In the study that a field stores, under this name of a piece.
    Stored(Field, &'static str),
}

/// A check that a value of a piece has a text.
#[derive(Debug)]
pub(super) struct AsWritten {
    pub(super) values: Values,
    /// With single blanks.
    pub(super) text: String,
    pub(super) coverage: Coverage,
}

impl StudyCheck for AsWritten {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<DocumentCheck> {
        let (text, coverage) = (self.text.clone(), self.coverage);
        let fits = move |value: &str| stands_in(&text, value, coverage);
        match &self.values {
            Values::Column(name) => {
                let mut column = FittingValues::new(reader, name)?;
                Ok(Box::new(move |doc| {
                    column.as_mut().is_some_and(|column| column.any_of(doc, &fits))
                }))
            }
            Values::Stored(field, piece) => {
                let (store, field, piece) = (reader.get_store_reader(1)?, *field, *piece);
                let chosen = ChosenPieces::new([piece]);
                // A study that cannot be read is reported where it is shown.
                Ok(Box::new(move |doc| {
                    let Ok(document) = store.get::<TantivyDocument>(doc) else { return false };
                    let json = document.get_first(field).and_then(|value| value.as_str());
                    let study = Study::read(json.unwrap_or_default(), &chosen);
                    study.is_ok_and(|study| study.texts(piece).into_iter().any(&fits))
                }))
            }
        }
    }
}

/// A column, and for the values seen so far whether a text is in them.
struct FittingValues {
    column: StrColumn,
    known: BTreeMap<u64, bool>,
}

impl FittingValues {
    fn new(reader: &SegmentReader, name: &str) -> tantivy::Result<Option<Self>> {
        let column = reader.fast_fields().str(name)?;
        Ok(column.map(|column| Self { column, known: BTreeMap::new() }))
    }

    fn any_of(&mut self, doc: DocId, fits: impl Fn(&str) -> bool) -> bool {
        let (column, known) = (&self.column, &mut self.known);
        column.term_ords(doc).any(|ordinal| {
            *known.entry(ordinal).or_insert_with(|| {
                let mut value = String::new();
                column.ord_to_str(ordinal, &mut value).is_ok_and(|found| found) && fits(&value)
            })
        })
    }
}

/// Whether a text, which has single blanks, is in a value as the coverage asks, at the boundaries
/// of words.
#[must_use]
pub fn stands_in(text: &str, value: &str, coverage: Coverage) -> bool {
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
    use super::super::small::{Draft, Small, only};
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

    #[test]
    fn a_text_ends_where_a_word_ends() {
        let contains = |text, value| stands_in(text, value, Coverage::Contains);
        // The second place fits where the first does not.
        assert!(contains("IL-2", "IL-21 and IL-2"));
        assert!(contains("(HER2)", "positive(HER2)status"), "brackets end words by themselves");
        assert!(contains("β", "TNF-β") && !contains("β", "βγ"));
        assert!(!contains("age", "stage") && !contains("stag", "stage"));
        assert!(contains("age < 18", r"age \< 18 years"), "as it is shown, not as it is stored");
        assert!(!stands_in("Fever", "Fevers", Coverage::StartsWith));
        assert!(!stands_in("rigin", "Fever of unknown origin", Coverage::EndsWith));
    }

    #[test]
    fn values_are_in_a_column_or_in_the_stored_study() {
        let stored = |title: &str, kinds: &[&str]| Draft {
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            stored: format!(
                r#"{{"protocolSection": {{"identificationModule": {{"briefTitle": "{title}"}}}}}}"#
            ),
            ..Draft::default()
        };
        let unreadable = Draft { stored: "{".to_owned(), ..Draft::default() };
        let small = Small::new(&[vec![
            stored("High dose IL-2", &[]),
            stored("Fever", &["Other", "IL-2 alone"]),
            stored("il-2", &["IL-21"]),
            unreadable,
        ]]);
        let searcher = small.searcher();
        let found = |values: Values| {
            let check = AsWritten { values, text: "IL-2".to_owned(), coverage: Coverage::Contains };
            let mut looker = check.looker(only(&searcher)).expect("a looker");
            (0..4).filter(|doc| looker(*doc)).collect::<Vec<_>>()
        };
        assert_eq!(found(Values::Stored(small.stored, "BriefTitle")), [0]);
        assert_eq!(found(Values::Column("kind".to_owned())), [1]);
        assert_eq!(found(Values::Stored(small.stored, "OfficialTitle")), Vec::<DocId>::new());
    }
}
