//! All terms of an index with the studies that have them, for an engine that keeps no list of
//! terms.

use std::collections::BTreeMap;

use tantivy::Searcher;

use crate::index::error::IndexError;
use crate::index::fields::field_terms::FieldTerms;
use crate::index::store::Store;
use trialdex_plan::TermRange;
use trialdex_plan::layout::IndexField;
use trialdex_text::indexed_words::word_and_surface;

/// A term of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedTerm {
    /// As the index has it: of a piece with how the word is written, see
    /// [`trialdex_text::indexed_words`].
    pub term: String,
    /// Studies that have it.
    pub studies: u64,
    /// Studies that have its word, however it is written.
    pub of_word: u64,
}

impl Store {
    /// The terms of a field in their order; none where the index has no such field.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn counted_terms(&self, field: IndexField) -> Result<Vec<CountedTerm>, IndexError> {
        let searcher = self.searcher()?;
        terms_of(self, &searcher, field).map_err(|error| self.failed(error))
    }

    /// Words of a field in a study on average; `None` where the lengths of its texts are not kept.
    ///
    /// # Errors
    ///
    /// As [`Self::counted_terms`].
    pub fn average_length_of(&self, field: IndexField) -> Result<Option<f32>, IndexError> {
        let searcher = self.searcher()?;
        let Some(field) = self.fields.named(field) else { return Ok(None) };
        if !searcher.schema().get_field_entry(field).has_fieldnorms() {
            return Ok(None);
        }
        let average = self.average_length(&searcher, field);
        average.map(Some).map_err(|error| self.failed(error))
    }
}

fn terms_of(
    store: &Store,
    searcher: &Searcher,
    field: IndexField,
) -> tantivy::Result<Vec<CountedTerm>> {
    let Some(field) = store.fields.named(field) else { return Ok(Vec::new()) };
    let (mut all, mut of_words) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
    let mut by_surface = false;
    for reader in searcher.segment_readers() {
        let terms = FieldTerms::open(reader, field)?;
        by_surface = terms.by_surface;
        terms.each_term(TermRange::All, &mut |term, list| {
            let studies = terms.documents(reader, std::slice::from_ref(list))?;
            *all.entry(term.to_owned()).or_default() += studies;
            Ok(())
        })?;
        if by_surface {
            terms.each_word(TermRange::All, &mut |word, lists| {
                *of_words.entry(word.to_owned()).or_default() += terms.documents(reader, lists)?;
                Ok(())
            })?;
        }
    }
    let counted = all.into_iter().filter(|(_, studies)| *studies > 0).map(|(term, studies)| {
        let of_word = if by_surface { of_words.get(word_and_surface(&term).0) } else { None };
        CountedTerm { of_word: of_word.copied().unwrap_or(studies), term, studies }
    });
    Ok(counted.collect())
}
