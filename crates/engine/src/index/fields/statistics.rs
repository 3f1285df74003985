//! Numbers of studies with a word, and lengths of texts, remembered: the same
//! words come up again within a query and from query to query, and an index
//! that is open for reading does not change.
//!
//! Studies that a refresh took out are in a segment until it is merged. They
//! do not count, so that what a study scores does not depend on how an index
//! came about.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{InvertedIndexReader, Searcher, SegmentReader};

use crate::index::fields::field_terms::FieldTerms;

/// Words that are remembered of a field before all of them are forgotten.
const MOST: usize = 50_000;

/// Remembers the counts of one index.
#[derive(Debug, Default)]
pub(in crate::index) struct FieldStatistics {
    studies: Mutex<HashMap<Field, HashMap<String, u64>>>,
    lengths: Mutex<HashMap<Field, f32>>,
    commonest: Mutex<HashMap<(Field, String), Option<CountedTerm>>>,
}

/// A term and the studies that have it.
type CountedTerm = (String, u64);

/// Counts, for a look or a change: nothing is counted while they are locked.
fn lock<T>(counts: &Mutex<T>) -> MutexGuard<'_, T> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FieldStatistics {
    /// Studies with a term in a field.
    pub(in crate::index) fn frequency(
        &self,
        searcher: &Searcher,
        field: Field,
        term: &str,
    ) -> tantivy::Result<u64> {
        if let Some(studies) = lock(&self.studies).get(&field).and_then(|known| known.get(term)) {
            return Ok(*studies);
        }
        let studies = studies_with(searcher, field, term)?;
        let mut fields = lock(&self.studies);
        let known = fields.entry(field).or_default();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(term.to_owned(), studies);
        Ok(studies)
    }

    /// The commonest of the terms of a field that begin so; `None` where no
    /// study has any.
    pub(in crate::index) fn commonest(
        &self,
        searcher: &Searcher,
        field: Field,
        beginning: &str,
    ) -> tantivy::Result<Option<CountedTerm>> {
        let key = (field, beginning.to_owned());
        if let Some(known) = lock(&self.commonest).get(&key) {
            return Ok(known.clone());
        }
        let found = commonest(searcher, field, beginning)?;
        let mut all = lock(&self.commonest);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key, found.clone());
        Ok(found)
    }

    /// Words of a field in a study on average, by the lengths as the index
    /// keeps them.
    pub(in crate::index) fn average_length(
        &self,
        searcher: &Searcher,
        field: Field,
    ) -> tantivy::Result<f32> {
        if let Some(average) = lock(&self.lengths).get(&field) {
            return Ok(*average);
        }
        let average = average_length(searcher, field)?;
        lock(&self.lengths).insert(field, average);
        Ok(average)
    }
}

/// The commonest of the terms that begin so, of several the first one.
fn commonest(
    searcher: &Searcher,
    field: Field,
    beginning: &str,
) -> tantivy::Result<Option<CountedTerm>> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for reader in searcher.segment_readers() {
        let inverted = reader.inverted_index(field)?;
        let mut stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream()?;
        while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
            if let Ok(word) = str::from_utf8(stream.key()) {
                let studies = studies_in(reader, &inverted, stream.value())?;
                *found.entry(word.to_owned()).or_default() += studies;
            }
        }
    }
    found.retain(|_, studies| *studies > 0);
    Ok(found.into_iter().rev().max_by_key(|(_, studies)| *studies))
}

/// Words of a field in a study on average.
fn average_length(searcher: &Searcher, field: Field) -> tantivy::Result<f32> {
    let (mut words, mut studies) = (0, 0);
    for reader in searcher.segment_readers() {
        let lengths = reader.get_fieldnorms_reader(field)?;
        let mut counts = [0_u64; 256];
        match reader.alive_bitset() {
            None => (0..reader.max_doc())
                .for_each(|doc| counts[usize::from(lengths.fieldnorm_id(doc))] += 1),
            Some(alive) => alive
                .iter_alive()
                .for_each(|doc| counts[usize::from(lengths.fieldnorm_id(doc))] += 1),
        }
        words += (0..=u8::MAX)
            .map(|id| counts[usize::from(id)] * u64::from(FieldNormReader::id_to_fieldnorm(id)))
            .sum::<u64>();
        studies += u64::from(reader.num_docs());
    }
    #[expect(clippy::cast_precision_loss, reason = "an average need not be exact")]
    let average = words as f32 / studies.max(1) as f32;
    Ok(average)
}

/// Studies with a term.
fn studies_with(searcher: &Searcher, field: Field, term: &str) -> tantivy::Result<u64> {
    let mut studies = 0;
    for reader in searcher.segment_readers() {
        let of_field = FieldTerms::open(reader, field)?;
        studies += of_field.documents(reader, &of_field.lists(term)?)?;
    }
    Ok(studies)
}

/// Studies of a segment with a term.
pub(in crate::index) fn studies_in(
    reader: &SegmentReader,
    inverted: &InvertedIndexReader,
    info: &TermInfo,
) -> tantivy::Result<u64> {
    let Some(alive) = reader.alive_bitset() else { return Ok(u64::from(info.doc_freq)) };
    let postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    Ok(u64::from(postings.doc_freq_given_deletes(alive)))
}
