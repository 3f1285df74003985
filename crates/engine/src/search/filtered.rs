//! Queries whose studies are looked at once more, since the index alone does
//! not say whether they match.

use std::fmt;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError};

/// Cost of a look at a document, of that of going on to it: what else a study
/// has to have is asked first.
const LOOK: u64 = 20;

/// Looks at documents of one segment, in rising order.
pub(super) type DocumentCheck = Box<dyn FnMut(DocId) -> bool + Send>;

/// What is looked for in documents.
pub(super) trait StudyCheck: fmt::Debug + Send + Sync {
    /// Prepares to look at documents of a segment.
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<DocumentCheck>;
}

/// The studies of a query that pass a check.
#[derive(Debug)]
pub(super) struct Filtered {
    pub(super) candidates: Box<dyn Query>,
    pub(super) check: Arc<dyn StudyCheck>,
}

impl Clone for Filtered {
    fn clone(&self) -> Self {
        Self { candidates: self.candidates.box_clone(), check: self.check.clone() }
    }
}

impl Query for Filtered {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let candidates = self.candidates.weight(scoring)?;
        Ok(Box::new(FilteredWeight { candidates, check: self.check.clone() }))
    }
}

struct FilteredWeight {
    candidates: Box<dyn Weight>,
    check: Arc<dyn StudyCheck>,
}

impl Weight for FilteredWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let candidates = self.candidates.scorer(reader, boost)?;
        let looker = self.check.looker(reader)?;
        let mut scorer = FilteredScorer { candidates, looker, unsettled: false };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        self.candidates.explain(reader, doc)
    }
}

struct FilteredScorer {
    candidates: Box<dyn Scorer>,
    looker: DocumentCheck,
    /// The candidates are wherever a look at a single document left them.
    unsettled: bool,
}

impl FilteredScorer {
    /// Goes on to the first candidate from here on that passes.
    fn settle(&mut self) -> DocId {
        let mut doc = self.candidates.doc();
        while doc != TERMINATED && !(self.looker)(doc) {
            doc = self.candidates.advance();
        }
        doc
    }
}

impl DocSet for FilteredScorer {
    fn advance(&mut self) -> DocId {
        self.candidates.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.unsettled || self.candidates.doc() < target {
            self.unsettled = false;
            self.candidates.seek(target);
            return self.settle();
        }
        self.candidates.doc()
    }

    /// Looks at no other document: going on to the next that passes may take
    /// many looks.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if !self.unsettled && self.candidates.doc() >= target {
            return match self.candidates.doc() {
                doc if doc == target => SeekDangerResult::Found,
                doc => SeekDangerResult::SeekLowerBound(doc),
            };
        }
        let mut found = self.candidates.seek_danger(target);
        if matches!(found, SeekDangerResult::Found) && !(self.looker)(target) {
            found = SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.unsettled = !matches!(found, SeekDangerResult::Found);
        found
    }

    fn doc(&self) -> DocId {
        self.candidates.doc()
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }

    fn cost(&self) -> u64 {
        self.candidates.cost().saturating_mul(LOOK)
    }
}

impl Scorer for FilteredScorer {
    fn score(&mut self) -> Score {
        self.candidates.score()
    }
}

#[cfg(test)]
mod tests;
