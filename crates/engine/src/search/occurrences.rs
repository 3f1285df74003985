//! Where words are: one term, several in a row, or some near each other.

use std::collections::BTreeSet;
use std::slice;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Executor, Searcher, SegmentReader, TERMINATED};

use super::slot_postings::{SlotPostings, lists_of, starts_of};
use super::stretch::StretchReader;
use crate::index::FieldTerms;
use crate::study_lists::{Docs, StudyList};
use trialdex_plan::{Pattern, Slot, Stretch};
use trialdex_text::BOUNDARY;

/// The word before a name that makes it the name of everything else.
const NON: &str = "non";

impl StudyList {
    /// The studies that have a pattern in a field.
    pub(super) fn new(
        executor: &Executor,
        searcher: &Searcher,
        field: Field,
        pattern: &Pattern,
    ) -> tantivy::Result<Self> {
        let of_segment = |reader: &SegmentReader| {
            let mut docs = Vec::new();
            let alive = reader.alive_bitset();
            if let Some(mut occurrences) = Occurrences::new(reader, field, pattern)? {
                while occurrences.doc() != TERMINATED {
                    if alive.is_none_or(|alive| alive.is_alive(occurrences.doc())) {
                        docs.push((occurrences.doc(), occurrences.frequency()));
                    }
                    occurrences.advance();
                }
            }
            Ok((reader.segment_id(), docs))
        };
        let found = executor.map(of_segment, searcher.segment_readers().iter())?;
        Ok(Self::of(found.into_iter().collect()))
    }

    /// The studies that have a name in a field: elsewhere than behind `non`
    /// (`non-small cell lung cancer` is no small cell lung cancer), and
    /// elsewhere than in those of the field's pieces that are given, each with
    /// how often its words count.
    pub(super) fn named(
        executor: &Executor,
        searcher: &Searcher,
        field: Field,
        without: &[(Field, u32)],
        pattern: &Pattern,
    ) -> tantivy::Result<Self> {
        let found = Self::affirmed(executor, searcher, field, pattern)?;
        without.iter().try_fold(found, |found, (piece, times)| {
            Ok(found.beyond(&Self::affirmed(executor, searcher, *piece, pattern)?, *times))
        })
    }

    fn affirmed(
        executor: &Executor,
        searcher: &Searcher,
        field: Field,
        pattern: &Pattern,
    ) -> tantivy::Result<Self> {
        let all = Self::new(executor, searcher, field, pattern)?;
        let Pattern::Phrase(slots) = pattern else { return Ok(all) };
        if all.is_empty() {
            return Ok(all);
        }
        let behind = [&[vec![NON.to_owned()]], slots.as_slice()].concat();
        Ok(all.beyond(&Self::new(executor, searcher, field, &Pattern::Phrase(behind))?, 1))
    }

    /// Those of a segment.
    pub(super) fn occurrences(&self, reader: &SegmentReader) -> Option<Occurrences> {
        let docs = self.shared_docs(reader)?;
        Some(Occurrences::DocumentList(DocumentList { docs, at: 0 }))
    }
}

/// The documents of a segment that have a pattern, and how often.
pub(super) enum Occurrences {
    Term(Box<SegmentPostings>),
    DocumentList(DocumentList),
    StretchPostings(Box<StretchPostings>),
}

impl Occurrences {
    /// `None` where no document of the segment has the pattern's words.
    pub(super) fn new(
        reader: &SegmentReader,
        field: Field,
        pattern: &Pattern,
    ) -> tantivy::Result<Option<Self>> {
        let places = match pattern {
            Pattern::Term(term) => return Self::of_any(reader, field, slice::from_ref(term)),
            Pattern::AnyOf(terms) => return Self::of_any(reader, field, terms),
            Pattern::Phrase(slots) => StretchPostings::phrase(reader, field, slots)?,
            Pattern::Near(stretch) => StretchPostings::new(reader, field, stretch)?,
        };
        Ok(places.map(|places| Self::StretchPostings(Box::new(places.at_first()))))
    }

    fn of_any(
        reader: &SegmentReader,
        field: Field,
        terms: &[String],
    ) -> tantivy::Result<Option<Self>> {
        let of_field = FieldTerms::open(reader, field)?;
        match lists_of(&of_field, terms)?.as_slice() {
            [] => Ok(None),
            [only] => {
                let postings = of_field.postings(only, IndexRecordOption::WithFreqs)?;
                Ok(Some(Self::Term(Box::new(postings))))
            }
            lists => Ok(Some(Self::DocumentList(DocumentList::new(&of_field, lists)?))),
        }
    }

    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Term(postings) => postings.doc(),
            Self::DocumentList(listed) => listed.doc(),
            Self::StretchPostings(places) => places.doc,
        }
    }

    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Term(postings) => postings.advance(),
            Self::DocumentList(listed) => {
                listed.at = (listed.at + 1).min(listed.docs.len());
                listed.doc()
            }
            Self::StretchPostings(places) => places.advance(),
        }
    }

    /// Goes on to the first document from `target` on.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Term(postings) => postings.seek(target),
            Self::DocumentList(listed) => listed.seek(target),
            Self::StretchPostings(places) => places.seek(target),
        }
    }

    /// How often the current document has the pattern.
    pub(super) fn frequency(&self) -> u32 {
        match self {
            Self::Term(postings) => postings.term_freq(),
            Self::DocumentList(listed) => listed.docs.get(listed.at).map_or(0, |(_, times)| *times),
            Self::StretchPostings(places) => places.frequency,
        }
    }

    /// An upper bound of the number of documents.
    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Term(postings) => postings.size_hint(),
            Self::DocumentList(listed) => u32::try_from(listed.docs.len()).unwrap_or(u32::MAX),
            Self::StretchPostings(places) => places.size_hint(),
        }
    }
}

/// Documents with any of many terms, gathered beforehand: going through so
/// many lists side by side would take longer.
pub(super) struct DocumentList {
    /// In order, with how often each has the terms.
    pub(super) docs: Docs,
    at: usize,
}

impl DocumentList {
    pub(super) fn new(terms: &FieldTerms, lists: &[TermInfo]) -> tantivy::Result<Self> {
        let mut docs: Vec<(DocId, u32)> = Vec::new();
        for list in lists {
            let mut postings = terms.postings(list, IndexRecordOption::WithFreqs)?;
            while postings.doc() != TERMINATED {
                docs.push((postings.doc(), postings.term_freq()));
                postings.advance();
            }
        }
        docs.sort_unstable();
        docs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        Ok(Self { docs: docs.into(), at: 0 })
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).map_or(TERMINATED, |(doc, _)| *doc)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at += self.docs[self.at..].partition_point(|(doc, _)| *doc < target);
        self.doc()
    }
}

/// Terms that are at given places to each other.
pub(super) struct StretchPostings {
    stretch: StretchReader,
    /// Where values begin and end, for what must not reach across.
    boundaries: Option<SlotPostings>,
    doc: DocId,
    frequency: u32,
}

impl StretchPostings {
    /// `None` where no document of the segment can have a stretch.
    pub(super) fn new(
        reader: &SegmentReader,
        field: Field,
        stretch: &Stretch,
    ) -> tantivy::Result<Option<Self>> {
        let terms = FieldTerms::open(reader, field)?;
        let Some(stretch) = StretchReader::new(&terms, stretch)? else { return Ok(None) };
        let lists = lists_of(&terms, &[BOUNDARY.to_owned()])?;
        let boundaries = Some(SlotPostings::new(&terms, &lists)?);
        Ok(Some(Self { stretch, boundaries, doc: 0, frequency: 0 }))
    }

    /// The same of terms one after another.
    pub(super) fn phrase(
        reader: &SegmentReader,
        field: Field,
        slots: &[Slot],
    ) -> tantivy::Result<Option<Self>> {
        let stretch = StretchReader::phrase(&FieldTerms::open(reader, field)?, slots)?;
        Ok(stretch.map(|stretch| Self { stretch, boundaries: None, doc: 0, frequency: 0 }))
    }

    /// On the first document that has the pattern: before this, single
    /// documents can be looked at alone.
    pub(super) fn at_first(mut self) -> Self {
        self.find(0);
        self
    }

    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.find(self.doc + 1);
        }
        self.doc
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.find(target);
        }
        self.doc
    }

    pub(super) fn size_hint(&self) -> u32 {
        self.stretch.size_hint()
    }

    /// The first document from `target` on that has all the words of the
    /// pattern.
    pub(super) fn candidate(&mut self, target: DocId) -> DocId {
        self.stretch.seek(target)
    }

    /// How often a document has the pattern; no other document is looked at.
    /// The documents are asked for in order.
    pub(super) fn frequency_at(&mut self, doc: DocId) -> u32 {
        self.doc = self.stretch.seek(doc);
        if self.doc != doc {
            return 0;
        }
        u32::try_from(self.starts().len()).unwrap_or(u32::MAX)
    }

    /// Goes to the first document from `target` on that has the pattern.
    fn find(&mut self, target: DocId) {
        let mut candidate = target;
        loop {
            candidate = self.stretch.seek(candidate);
            self.doc = candidate;
            if candidate == TERMINATED {
                return;
            }
            self.frequency = u32::try_from(self.starts().len()).unwrap_or(u32::MAX);
            if self.frequency > 0 {
                return;
            }
            candidate += 1;
        }
    }

    /// Positions in the current document at which the last part stands as
    /// the pattern asks.
    pub(super) fn starts(&mut self) -> Vec<u32> {
        if let StretchReader::Phrase(slots) = &mut self.stretch {
            return starts_of(slots, self.doc);
        }
        let boundaries = self.boundaries.as_mut().map(|boundaries| {
            boundaries.seek(self.doc);
            boundaries.positions(self.doc).to_vec()
        });
        let found = self.stretch.found(self.doc, &boundaries.unwrap_or_default());
        let starts: BTreeSet<u32> = found.into_iter().map(|found| found.last.0).collect();
        starts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
