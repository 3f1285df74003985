//! The places of a phrase: which documents have any of the terms of each, and where.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use crate::index::FieldTerms;
use trialdex_plan::Slot;

/// Positions at which the places are filled one after another.
pub(super) fn starts_of(slots: &mut [SlotPostings], doc: DocId) -> Vec<u32> {
    let Some((first, rest)) = slots.split_first_mut() else { return Vec::new() };
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

/// The lists of those terms of a field that occur.
pub(super) fn lists_of(terms: &FieldTerms, slot: &[String]) -> tantivy::Result<Vec<TermInfo>> {
    lists_before(terms, slot, None)
}

/// Those of them that may be right before a term of the next slot, if there is one.
pub(super) fn lists_before(
    terms: &FieldTerms,
    slot: &[String],
    next: Option<&Slot>,
) -> tantivy::Result<Vec<TermInfo>> {
    let mut lists = Vec::new();
    for term in slot {
        lists.extend(terms.lists_before(term, next)?);
    }
    Ok(lists)
}

/// The documents that have any of the terms of a place.
pub(super) struct SlotPostings {
    postings: Vec<SegmentPostings>,
    positions: Vec<u32>,
    /// The document that the positions are of.
    known: DocId,
}

impl SlotPostings {
    pub(super) fn new(terms: &FieldTerms, lists: &[TermInfo]) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let postings = lists.iter().map(|list| terms.postings(list, option));
        Ok(Self {
            postings: postings.collect::<tantivy::Result<Vec<_>>>()?,
            positions: Vec::new(),
            known: TERMINATED,
        })
    }

    /// The same in a text of its own, by the positions of the terms.
    pub(super) fn of_text(slot: &[String], words: &BTreeMap<String, Vec<u32>>) -> Option<Self> {
        let found = slot.iter().filter_map(|term| words.get(term)).flatten().copied();
        let positions: Vec<u32> = found.collect::<BTreeSet<u32>>().into_iter().collect();
        let (postings, known) = (Vec::new(), 0);
        (!positions.is_empty()).then_some(Self { postings, positions, known })
    }

    fn doc(&self) -> DocId {
        self.postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED)
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if let [only] = self.postings.as_mut_slice() {
            return if only.doc() < target { only.seek(target) } else { only.doc() };
        }
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
        self.doc()
    }

    pub(super) fn size_hint(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }

    /// Sorted positions in the current document, which is `doc`.
    pub(super) fn positions(&mut self, doc: DocId) -> &[u32] {
        if self.known != doc {
            self.known = doc;
            self.positions.clear();
            for postings in self.postings.iter_mut().filter(|postings| postings.doc() == doc) {
                postings.append_positions_with_offset(0, &mut self.positions);
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
