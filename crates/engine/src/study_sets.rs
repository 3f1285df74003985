//! Sets of studies that filters ask for, a bit for each study.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader};

use crate::study_lists::{BESIDE, Held, Memory};
use trialdex_plan::layout::IndexField;

/// What a set is looked up by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ValueLookUp {
    /// Studies with any of these terms in a field.
    Terms(IndexField, Vec<String>),
    /// Studies with a number from one to another in a field, both included.
    Interval(IndexField, i64, i64),
}

impl Held for ValueLookUp {
    fn bytes(&self) -> usize {
        match self {
            Self::Terms(_, terms) => {
                terms.iter().map(|term| term.len() + size_of::<String>()).sum()
            }
            Self::Interval(..) => 0,
        }
    }
}

/// Documents of a segment.
#[derive(Debug, Default)]
pub(crate) struct DocSetBits {
    words: Vec<u64>,
}

impl DocSetBits {
    /// Those that are given, of a segment with so many documents.
    pub(crate) fn of(docs: impl Iterator<Item = DocId>, documents: DocId) -> Self {
        let mut words = vec![0; documents.div_ceil(64) as usize];
        for doc in docs {
            if let Some(word) = words.get_mut(doc as usize / 64) {
                *word |= 1 << (doc % 64);
            }
        }
        Self { words }
    }

    /// The first document from another one on.
    pub(crate) fn first_from(&self, doc: DocId) -> Option<DocId> {
        let (at, rest) = (doc as usize / 64, u64::MAX << (doc % 64));
        let first = self.words.get(at)? & rest;
        if first != 0 {
            return Some(doc - doc % 64 + first.trailing_zeros());
        }
        let later = self.words[at + 1..].iter().position(|word| *word != 0)?;
        let word = self.words[at + 1 + later];
        let start = doc - doc % 64;
        Some(start + 64 * (1 + u32::try_from(later).ok()?) + word.trailing_zeros())
    }

    /// The 64 documents from one on, the first as the lowest bit.
    pub(crate) fn word_from(&self, doc: DocId) -> u64 {
        let (at, shift) = (doc as usize / 64, doc % 64);
        let word = |at: usize| self.words.get(at).copied().unwrap_or_default();
        match shift {
            0 => word(at),
            _ => word(at) >> shift | word(at + 1) << (64 - shift),
        }
    }

    /// What it takes to go through it, of that for a list of as many.
    pub(crate) fn cost(&self) -> u64 {
        self.words.len() as u64
    }
}

/// Documents, by segment.
#[derive(Debug, Clone)]
pub(crate) struct StudySet(Arc<BTreeMap<SegmentId, Arc<DocSetBits>>>);

impl StudySet {
    pub(crate) fn of(segments: BTreeMap<SegmentId, Arc<DocSetBits>>) -> Self {
        Self(Arc::new(segments))
    }

    /// Those of a segment.
    pub(crate) fn docs(&self, reader: &SegmentReader) -> Arc<DocSetBits> {
        self.0.get(&reader.segment_id()).cloned().unwrap_or_default()
    }
}

impl Held for StudySet {
    fn bytes(&self) -> usize {
        self.0.values().map(|docs| docs.words.len() * size_of::<u64>()).sum::<usize>() + BESIDE
    }
}

/// The sets of an open index that were looked up last.
pub(crate) type StudySetMemory = Memory<ValueLookUp, StudySet>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_from_any_place() {
        let docs = [3, 63, 64, 130, 200, 4_095];
        let set = DocSetBits::of(docs.into_iter(), 5_000);
        for from in 0..5_100 {
            let next = docs.into_iter().find(|doc| *doc >= from);
            assert_eq!(set.first_from(from), next, "{from}");
            let word = (0..64).filter(|at| docs.contains(&(from + at)));
            let word = word.fold(0, |word, at| word | 1_u64 << at);
            assert_eq!(set.word_from(from), word, "{from}");
        }
        assert_eq!(DocSetBits::default().first_from(0), None);
        assert_eq!(DocSetBits::default().word_from(7), 0);
    }
}
