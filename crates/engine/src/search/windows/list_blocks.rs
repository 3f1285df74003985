//! Lists of the index, block by block.

use std::slice;

use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::Bm25Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, TERMINATED};

use super::bits::Bits;
use super::span::{Span, WINDOW};
use crate::index::FieldTerms;
use crate::search::evidence::Lengths;

/// What it takes to seek a document in a list, of that for going on to the next one.
const SEEK: u64 = 24;

/// A list of the index, block by block.
pub(super) struct ListBlocks {
    postings: Box<BlockSegmentPostings>,
    /// The place within the present block.
    at: usize,
    /// Documents of a window that have the term, on average.
    in_window: u64,
}

impl ListBlocks {
    pub(super) fn open(
        terms: &FieldTerms,
        list: &TermInfo,
        option: IndexRecordOption,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let in_window =
            u64::from(list.doc_freq) * WINDOW as u64 / u64::from(reader.max_doc().max(1));
        Ok(Self { postings: Box::new(terms.blocks(list, option)?), at: 0, in_window })
    }

    /// The first document from `target` on.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.postings.docs().get(self.at).is_some_and(|doc| *doc < target) {
            self.at = self.postings.seek(target);
        }
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    pub(super) fn cost(&self) -> u64 {
        u64::from(self.postings.doc_freq())
    }

    pub(super) fn in_window(&self) -> u64 {
        self.in_window
    }

    /// Takes the documents of a window in order, some at once, with how often each has the term
    /// (nothing where the list was opened without that), and with what each has at most, which
    /// `bounds` say. Documents that are not `within` may be left out.
    pub(super) fn each_slice(
        &mut self,
        span: Span,
        within: &Bits,
        bounds: Option<&BlockBounds>,
        mut take: impl FnMut(&[DocId], &[u32], Score),
    ) {
        if self.seek(span.base) >= span.end {
            return;
        }
        if self.in_window > SEEK && within.count() * SEEK < self.in_window {
            for doc in within.iter().map(|at| span.doc(at)) {
                let next = self.seek(doc);
                if next == doc {
                    let most = self.most(bounds);
                    let times = self.postings.freqs().get(self.at..=self.at).unwrap_or_default();
                    take(slice::from_ref(&doc), times, most);
                } else if next >= span.end {
                    break;
                }
            }
            return;
        }
        loop {
            let most = self.most(bounds);
            let docs = self.postings.docs().get(self.at..).unwrap_or_default();
            let before = match docs.last() {
                Some(last) if *last < span.end => docs.len(),
                _ => docs.partition_point(|doc| *doc < span.end),
            };
            if before > 0 {
                let times = self.postings.freqs().get(self.at..self.at + before);
                take(&docs[..before], times.unwrap_or_default(), most);
            }
            self.at += before;
            if before < docs.len() || docs.is_empty() {
                return;
            }
            self.postings.advance();
            self.at = 0;
        }
    }

    fn most(&mut self, bounds: Option<&BlockBounds>) -> Score {
        bounds.map_or(Score::INFINITY, |bounds| bounds.most(&mut self.postings))
    }

    /// Takes each document of a window, and how often it has the term: once in a list that was
    /// opened without that. Documents that are not `within` may be left out.
    pub(super) fn each(&mut self, span: Span, within: &Bits, mut take: impl FnMut(DocId, u32)) {
        self.each_slice(span, within, None, |docs, times, _| {
            if times.is_empty() {
                docs.iter().for_each(|doc| take(*doc, 1));
            } else {
                docs.iter().zip(times).for_each(|(doc, times)| take(*doc, *times));
            }
        });
    }
}

/// Most occurrences that are told apart from any number of them.
const MANY: Score = 1e9;

/// Part by which rounding may lower a bound, at most.
const ROUNDING: Score = 1e-3;

/// What tantivy says of a document's occurrences where it has so many that rounding leaves little
/// of what is missing to all.
const NEARLY_ALL: Score = 0.999;

/// What the documents of a block have at most of a term, by occurrences and length.
///
/// tantivy keeps for each full block the most that a document of it has by tantivy's own formula,
/// `f / (f + c)` of `f` occurrences, where `c` grows with the length of the text. This gives the most
/// of `f / c`, and what is asked for is the most of `f / norm`, which grows with the length otherwise
/// (see [`Lengths::norm`]). Both are a part that is fixed and one that grows: `norm = fixed + share *
/// c`. A document with `c` has `most_of_f / norm` at most, which falls with `c`, and `most_of_f_by_c *
/// c / norm`. Where the fixed part is positive, this rises with `c`, and the most of any document is
/// where both are the same; elsewhere it is in the shortest text.
pub(super) struct BlockBounds {
    weight: Bm25Weight,
    lengths: Lengths,
    /// What `f / (f + c)` is multiplied by in a score of tantivy.
    scale: Score,
    /// `c` and the norm of the shortest text.
    shortest: (Score, Score),
    fixed: Score,
    share: Score,
}

impl BlockBounds {
    /// Those of a field, by the average length that tantivy has used for the segment.
    pub(super) fn new(terms: &FieldTerms, lengths: Lengths, reader: &SegmentReader) -> Self {
        let words = terms.inverted.total_num_tokens() as Score;
        let average = words / reader.max_doc().max(1) as Score;
        // The scale stands for how rare a word is, and is divided by.
        let weight = Bm25Weight::for_one_term_without_explain(1, 1, average);
        let scale = weight.score(0, u32::MAX);
        let grown = |id| scale / weight.score(id, 1) - 1.0;
        let (least, most) = (lengths.norm_of(u8::MIN), lengths.norm_of(u8::MAX));
        let share = (most - least) / (grown(u8::MAX) - grown(u8::MIN));
        let fixed = least - share * grown(u8::MIN);
        let shortest = (grown(u8::MIN), least);
        Self { weight, lengths, scale, shortest, fixed, share }
    }

    /// What a document of the present block has at most.
    fn most(&self, postings: &mut BlockSegmentPostings) -> Score {
        let part = postings.block_max_score(self.lengths.reader(), &self.weight) / self.scale;
        if part >= NEARLY_ALL {
            return MANY;
        }
        let by_grown = part / (1.0 - part);
        let (shortest, least) = self.shortest;
        let grown = match self.fixed > 0.0 {
            true => {
                let most = postings.freqs().iter().copied().max().unwrap_or_default();
                most as Score / by_grown
            }
            false => shortest,
        };
        let norm = (self.fixed + self.share * grown).max(least);
        by_grown * grown / norm * (1.0 + ROUNDING)
    }
}
