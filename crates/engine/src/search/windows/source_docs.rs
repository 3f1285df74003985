//! The documents that have what counts as evidence.

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, TERMINATED};

use super::bits::Bits;
use super::list_blocks::ListBlocks;
use super::span::{Span, WINDOW};
use crate::index::FieldTerms;
use crate::search::evidence::Source;
use crate::search::occurrences::{DocumentList, StretchPostings};
use crate::search::slot_postings::lists_of;
use crate::study_lists::Docs;
use trialdex_plan::Pattern;

/// Cost of a look at positions, of that of going on to a document.
const LOOK: u64 = 10;

/// The documents of a segment that have a source, and how often.
pub(super) enum SourceDocs {
    /// A list of the index.
    Postings(ListBlocks),
    /// Several that count as one, and how often the documents of a window have any, which is 0
    /// between windows.
    Several(Vec<ListBlocks>, Box<[u32; WINDOW]>),
    /// What was gathered beforehand, with the present place.
    List(Docs, usize),
    /// Terms that are at given places to each other.
    Stretch(Box<StretchPostings>),
}

impl SourceDocs {
    pub(super) fn open(
        source: &Source,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        if let Some(found) = &source.found {
            return Ok(found.shared_docs(reader).map(|docs| Self::List(docs, 0)));
        }
        let stretch = match &source.pattern {
            Pattern::Term(term) => return Self::of_term(source.field, term, reader, scored),
            Pattern::AnyOf(terms) => {
                let of_field = FieldTerms::open(reader, source.field)?;
                let lists = lists_of(&of_field, terms)?;
                let docs = DocumentList::new(&of_field, &lists)?.docs;
                return Ok((!docs.is_empty()).then_some(Self::List(docs, 0)));
            }
            Pattern::Phrase(slots) => StretchPostings::phrase(reader, source.field, slots)?,
            Pattern::Near(stretch) => StretchPostings::new(reader, source.field, stretch)?,
        };
        Ok(stretch.map(|stretch| Self::Stretch(Box::new(stretch))))
    }

    fn of_term(
        field: Field,
        term: &str,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        let option = if scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let of_field = FieldTerms::open(reader, field)?;
        let lists = of_field.lists(term)?;
        let lists = lists.iter().map(|list| ListBlocks::open(&of_field, list, option, reader));
        let mut lists = lists.collect::<tantivy::Result<Vec<_>>>()?;
        Ok(match lists.len() {
            0 => None,
            1 => lists.pop().map(Self::Postings),
            _ => Some(Self::Several(lists, Box::new([0; WINDOW]))),
        })
    }

    /// The first document from `target` on.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Postings(list) => list.seek(target),
            Self::Several(lists, _) => {
                let next = lists.iter_mut().map(|list| list.seek(target));
                next.min().unwrap_or(TERMINATED)
            }
            Self::List(docs, at) => {
                *at += docs[*at..].partition_point(|(doc, _)| *doc < target);
                docs.get(*at).map_or(TERMINATED, |(doc, _)| *doc)
            }
            Self::Stretch(stretch) => stretch.candidate(target),
        }
    }

    pub(super) fn cost(&self) -> u64 {
        match self {
            Self::Postings(list) => list.cost(),
            Self::Several(lists, _) => lists.iter().map(ListBlocks::cost).sum(),
            Self::List(docs, _) => docs.len() as u64,
            Self::Stretch(stretch) => u64::from(stretch.size_hint()) * LOOK,
        }
    }

    /// Takes each document of a window with how often it has the source.
    /// Documents that are not `within` may be left out.
    pub(super) fn each(&mut self, window: Span, within: &Bits, mut take: impl FnMut(DocId, u32)) {
        match self {
            Self::Postings(list) => list.each(window, within, take),
            Self::Several(lists, counts) => {
                let mut found = Bits::none();
                for list in lists {
                    list.each(window, within, |doc, times| {
                        let at = window.at(doc);
                        found.insert(at);
                        counts[at] += times;
                    });
                }
                found.iter().for_each(|at| take(window.doc(at), std::mem::take(&mut counts[at])));
            }
            Self::List(docs, at) => {
                *at += docs[*at..].partition_point(|(doc, _)| *doc < window.base);
                let rest = docs[*at..].iter().take_while(|(doc, _)| *doc < window.end);
                *at += rest.map(|(doc, times)| take(*doc, *times)).count();
            }
            Self::Stretch(stretch) => {
                let mut next = within.first_from(0);
                while let Some(at) = next {
                    let doc = stretch.candidate(window.doc(at));
                    if doc >= window.end {
                        return;
                    }
                    let candidate = window.at(doc);
                    next = within.first_from(candidate + usize::from(candidate == at));
                    let times = if candidate == at { stretch.frequency_at(doc) } else { 0 };
                    if times > 0 {
                        take(doc, times);
                    }
                }
            }
        }
    }
}
