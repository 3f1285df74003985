//! Where words stand: one term, several in a row, or some near each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term};

use crate::text::BOUNDARY;

/// Terms any of which may stand at a place.
pub(super) type Slot = Vec<String>;

/// What has to stand in a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pattern {
    /// A term.
    Term(String),
    /// Any of many terms.
    AnyOf(Vec<String>),
    /// A term at each place, one after another.
    Phrase(Vec<Slot>),
    /// Phrases, each with so many words at most between it and the one
    /// before it, in either order and within one value.
    Near(Vec<Vec<Slot>>, u32),
}

impl Pattern {
    /// All terms in it, boundaries of values left out.
    pub(super) fn terms(&self) -> Vec<&str> {
        let terms: Vec<&str> = match self {
            Self::Term(term) => vec![term],
            Self::AnyOf(terms) => terms.iter().map(String::as_str).collect(),
            Self::Phrase(slots) => slots.iter().flatten().map(String::as_str).collect(),
            Self::Near(groups, _) => {
                groups.iter().flatten().flatten().map(String::as_str).collect()
            }
        };
        terms.into_iter().filter(|term| *term != BOUNDARY).collect()
    }
}

/// Documents of a segment in order, with how often each has a pattern.
type Docs = Arc<[(DocId, u32)]>;

/// The studies that have a pattern, looked up beforehand, by segment.
#[derive(Debug, Clone)]
pub(super) struct Found(Arc<BTreeMap<SegmentId, Docs>>);

impl Found {
    pub(super) fn new(
        searcher: &Searcher,
        field: Field,
        pattern: &Pattern,
    ) -> tantivy::Result<Self> {
        let mut found = BTreeMap::new();
        for reader in searcher.segment_readers() {
            let Some(mut occurrences) = Occurrences::new(reader, field, pattern)? else { continue };
            let mut docs = Vec::new();
            let alive = reader.alive_bitset();
            while occurrences.doc() != TERMINATED {
                if alive.is_none_or(|alive| alive.is_alive(occurrences.doc())) {
                    docs.push((occurrences.doc(), occurrences.frequency()));
                }
                occurrences.advance();
            }
            if !docs.is_empty() {
                found.insert(reader.segment_id(), Arc::from(docs));
            }
        }
        Ok(Self(Arc::new(found)))
    }

    /// How many they are.
    pub(super) fn studies(&self) -> u64 {
        self.0.values().map(|docs| docs.len() as u64).sum()
    }

    /// How many have another pattern, too.
    pub(super) fn shared(&self, other: &Self) -> u64 {
        let has = |docs: &Docs, doc| docs.binary_search_by_key(&doc, |(doc, _)| *doc).is_ok();
        let shared = self.0.iter().map(|(segment, docs)| {
            let Some(others) = other.0.get(segment) else { return 0 };
            let (few, many) =
                if docs.len() <= others.len() { (docs, others) } else { (others, docs) };
            few.iter().filter(|(doc, _)| has(many, *doc)).count() as u64
        });
        shared.sum()
    }

    /// Those that have any of several patterns.
    pub(super) fn any(all: &[Self]) -> Self {
        let mut joined: BTreeMap<SegmentId, BTreeMap<DocId, u32>> = BTreeMap::new();
        for (segment, docs) in all.iter().flat_map(|found| found.0.iter()) {
            let of_segment = joined.entry(*segment).or_default();
            docs.iter().for_each(|(doc, times)| *of_segment.entry(*doc).or_default() += times);
        }
        let docs = |docs: BTreeMap<DocId, u32>| docs.into_iter().collect::<Vec<_>>().into();
        Self(Arc::new(joined.into_iter().map(|(segment, of)| (segment, docs(of))).collect()))
    }

    /// Those of a segment.
    pub(super) fn occurrences(&self, reader: &SegmentReader) -> Option<Occurrences> {
        let docs = self.0.get(&reader.segment_id())?.clone();
        Some(Occurrences::Listed(Listed { docs, at: 0 }))
    }
}

/// The documents of a segment that have a pattern, and how often.
pub(super) enum Occurrences {
    Term(Box<SegmentPostings>),
    Listed(Listed),
    Places(Box<Places>),
}

impl Occurrences {
    /// `None` where no document of the segment has the pattern's words.
    pub(super) fn new(
        reader: &SegmentReader,
        field: Field,
        pattern: &Pattern,
    ) -> tantivy::Result<Option<Self>> {
        let (groups, distance) = match pattern {
            Pattern::Term(term) => {
                let inverted = reader.inverted_index(field)?;
                let term = Term::from_field_text(field, term);
                let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqs)?;
                return Ok(postings.map(|postings| Self::Term(Box::new(postings))));
            }
            Pattern::AnyOf(terms) => {
                let listed = Listed::new(reader, field, terms)?;
                return Ok((!listed.docs.is_empty()).then_some(Self::Listed(listed)));
            }
            Pattern::Phrase(slots) => (std::slice::from_ref(slots), None),
            Pattern::Near(groups, distance) => (groups.as_slice(), Some(*distance)),
        };
        Ok(Places::new(reader, field, groups, distance)?
            .map(|places| Self::Places(Box::new(places))))
    }

    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Term(postings) => postings.doc(),
            Self::Listed(listed) => listed.doc(),
            Self::Places(places) => places.doc,
        }
    }

    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Term(postings) => postings.advance(),
            Self::Listed(listed) => {
                listed.at = (listed.at + 1).min(listed.docs.len());
                listed.doc()
            }
            Self::Places(places) => places.advance(),
        }
    }

    /// Goes on to the first document from `target` on.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Term(postings) => postings.seek(target),
            Self::Listed(listed) => listed.seek(target),
            Self::Places(places) => places.seek(target),
        }
    }

    /// How often the current document has the pattern.
    pub(super) fn frequency(&self) -> u32 {
        match self {
            Self::Term(postings) => postings.term_freq(),
            Self::Listed(listed) => listed.docs.get(listed.at).map_or(0, |(_, times)| *times),
            Self::Places(places) => places.frequency,
        }
    }

    /// An upper bound of the number of documents.
    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Term(postings) => postings.size_hint(),
            Self::Listed(listed) => u32::try_from(listed.docs.len()).unwrap_or(u32::MAX),
            Self::Places(places) => places.size_hint(),
        }
    }
}

/// Documents with any of many terms, gathered beforehand: going through so
/// many lists side by side would take longer.
pub(super) struct Listed {
    /// In order, with how often each has the terms.
    docs: Docs,
    at: usize,
}

impl Listed {
    fn new(reader: &SegmentReader, field: Field, terms: &[String]) -> tantivy::Result<Self> {
        let inverted = reader.inverted_index(field)?;
        let mut docs: Vec<(DocId, u32)> = Vec::new();
        for term in terms {
            let term = Term::from_field_text(field, term);
            let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqs)?;
            let Some(mut postings) = postings else { continue };
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

/// Terms that stand at given places to each other.
pub(super) struct Places {
    /// Phrases, each a run of places.
    groups: Vec<Vec<Alternatives>>,
    /// Words between two phrases; `None` where there is only one.
    distance: Option<u32>,
    /// Where values begin and end, for phrases that must not reach across.
    boundaries: Option<Alternatives>,
    doc: DocId,
    frequency: u32,
}

impl Places {
    pub(super) fn new(
        reader: &SegmentReader,
        field: Field,
        groups: &[Vec<Slot>],
        distance: Option<u32>,
    ) -> tantivy::Result<Option<Self>> {
        // Whether all words occur at all is seen before any list is opened:
        // in most fields one of them does not.
        let inverted = reader.inverted_index(field)?;
        let mut known = Vec::with_capacity(groups.len());
        for group in groups {
            let mut slots = Vec::with_capacity(group.len());
            for slot in group {
                match terms_of(&inverted, field, slot)? {
                    terms if terms.is_empty() => return Ok(None),
                    terms => slots.push(terms),
                }
            }
            known.push(slots);
        }
        let mut read = Vec::with_capacity(groups.len());
        for group in known {
            let slots = group.iter().map(|terms| Alternatives::new(&inverted, terms));
            read.push(slots.collect::<tantivy::Result<Vec<_>>>()?);
        }
        let boundaries = match distance {
            Some(_) => {
                let terms = terms_of(&inverted, field, &[BOUNDARY.to_owned()])?;
                Some(Alternatives::new(&inverted, &terms)?)
            }
            None => None,
        };
        let mut places = Self { groups: read, distance, boundaries, doc: 0, frequency: 0 };
        places.find(0);
        Ok(Some(places))
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

    fn size_hint(&self) -> u32 {
        let slots = self.groups.iter().flatten();
        slots.map(Alternatives::size_hint).min().unwrap_or(0)
    }

    /// Goes to the first document from `target` on that has the pattern.
    fn find(&mut self, target: DocId) {
        let mut candidate = target;
        loop {
            candidate = self.common(candidate);
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

    /// The first document from `candidate` on that has all the words.
    fn common(&mut self, mut candidate: DocId) -> DocId {
        loop {
            let mut furthest = candidate;
            for slot in self.groups.iter_mut().flatten() {
                furthest = furthest.max(slot.seek(furthest));
                if furthest == TERMINATED {
                    return TERMINATED;
                }
            }
            if furthest == candidate {
                return candidate;
            }
            candidate = furthest;
        }
    }

    /// Positions in the current document at which the last phrase stands as
    /// the pattern asks.
    pub(super) fn starts(&mut self) -> Vec<u32> {
        let Some(distance) = self.distance else {
            return self.groups.first_mut().map(|group| starts_of(group)).unwrap_or_default();
        };
        let boundaries = self.boundaries.as_mut().map(|boundaries| {
            boundaries.seek(self.doc);
            boundaries.positions(self.doc).to_vec()
        });
        let boundaries = boundaries.unwrap_or_default();
        let mut reached: Option<Vec<(u32, u32)>> = None;
        for group in &mut self.groups {
            let length = u32::try_from(group.len()).unwrap_or(u32::MAX);
            let spans = starts_of(group).into_iter().map(|start| (start, start + length));
            reached = Some(match reached {
                None => spans.collect(),
                Some(before) => spans
                    .filter(|span| {
                        before.iter().any(|other| near(*other, *span, distance, &boundaries))
                    })
                    .collect(),
            });
        }
        reached.unwrap_or_default().into_iter().map(|(start, _)| start).collect()
    }
}

/// Whether so many words at most stand between two spans, and no boundary.
fn near(one: (u32, u32), other: (u32, u32), distance: u32, boundaries: &[u32]) -> bool {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    let Some(between) = second.0.checked_sub(first.1) else { return false };
    let next = boundaries.partition_point(|at| *at < first.1);
    between <= distance && boundaries.get(next).is_none_or(|at| *at >= second.0)
}

/// Positions at which the places are filled one after another.
fn starts_of(slots: &mut [Alternatives]) -> Vec<u32> {
    let Some((first, rest)) = slots.split_first_mut() else { return Vec::new() };
    let doc = first.doc();
    let mut starts = first.positions(doc).to_vec();
    for (offset, slot) in (1..).zip(rest) {
        let positions = slot.positions(doc);
        let mut at = 0;
        starts.retain(|start| {
            while positions.get(at).is_some_and(|position| *position < start + offset) {
                at += 1;
            }
            positions.get(at) == Some(&(start + offset))
        });
    }
    starts
}

/// Those terms of a field that occur.
fn terms_of(
    inverted: &InvertedIndexReader,
    field: Field,
    slot: &[String],
) -> tantivy::Result<Vec<TermInfo>> {
    let mut terms = Vec::new();
    for term in slot {
        terms.extend(inverted.get_term_info(&Term::from_field_text(field, term))?);
    }
    Ok(terms)
}

/// Terms any of which fills a place.
struct Alternatives {
    postings: Vec<SegmentPostings>,
    positions: Vec<u32>,
    buffer: Vec<u32>,
    /// The document that the positions are of.
    known: DocId,
}

impl Alternatives {
    fn new(inverted: &InvertedIndexReader, terms: &[TermInfo]) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let postings = terms.iter().map(|term| inverted.read_postings_from_terminfo(term, option));
        Ok(Self {
            postings: postings.collect::<std::io::Result<Vec<_>>>()?,
            positions: Vec::new(),
            buffer: Vec::new(),
            known: TERMINATED,
        })
    }

    fn doc(&self) -> DocId {
        self.postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
        self.doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }

    /// Sorted positions in the current document, which is `doc`.
    fn positions(&mut self, doc: DocId) -> &[u32] {
        if self.known != doc {
            self.known = doc;
            self.positions.clear();
            for postings in self.postings.iter_mut().filter(|postings| postings.doc() == doc) {
                postings.positions(&mut self.buffer);
                self.positions.extend_from_slice(&self.buffer);
            }
            // In one list a position may come several times, for a word that
            // counts so often; in several, it is that of the same word.
            if self.postings.len() > 1 {
                self.positions.sort_unstable();
                self.positions.dedup();
            }
        }
        &self.positions
    }
}
