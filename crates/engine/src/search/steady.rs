//! Queries that not every hit has: what hits must not have, and alternatives.

use tantivy::query::{
    BooleanQuery, DisjunctionMaxQuery, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError};

/// An alternative that a hit may lack, so that its score can be explained all
/// the same.
pub(super) fn alternative(query: Box<dyn Query>) -> Box<dyn Query> {
    let several = query.is::<BooleanQuery>() || query.is::<DisjunctionMaxQuery>();
    if several { Box::new(Steady(query)) } else { query }
}

/// A query whose studies are only gone through forwards.
///
/// tantivy looks whether a first document is excluded even where the excluded
/// ones begin after it; a range among them then subtracts a larger number
/// from a smaller one (`RangeDocSet::is_last_seek_distance_large` of 0.27),
/// which panics where overflow is checked. The default
/// [`DocSet::seek_danger`] does not go back. Neither does an explanation here,
/// whereas that of tantivy seeks a study that lies before the first one
/// (`BooleanWeight::explain`), which panics where assertions are checked.
#[derive(Debug)]
pub(super) struct Steady(pub(super) Box<dyn Query>);

impl Clone for Steady {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Steady {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(SteadyWeight(self.0.weight(scoring)?)))
    }
}

struct SteadyWeight(Box<dyn Weight>);

impl Weight for SteadyWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(SteadyScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if self.0.scorer(reader, 1.0)?.doc() > doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        self.0.explain(reader, doc)
    }
}

struct SteadyScorer(Box<dyn Scorer>);

impl DocSet for SteadyScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }

    fn cost(&self) -> u64 {
        self.0.cost()
    }
}

impl Scorer for SteadyScorer {
    fn score(&mut self) -> Score {
        self.0.score()
    }
}

#[cfg(test)]
mod tests;
