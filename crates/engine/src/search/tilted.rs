//! Queries whose rank is pulled towards one end of an ordered field.

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError};

use trialdex_plan::model::TILT_LOW;

/// The studies of a query, the score of each multiplied by where its value
/// lies between the least and the greatest one.
#[derive(Debug)]
pub(super) struct Tilted {
    pub(super) query: Box<dyn Query>,
    /// Name of the column with the values.
    pub(super) column: String,
    /// The least and the greatest value, where they are not those of this index.
    pub(super) range: Option<(i64, i64)>,
}

impl Clone for Tilted {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), column: self.column.clone(), range: self.range }
    }
}

impl Query for Tilted {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = self.query.weight(scoring)?;
        let EnableScoring::Enabled { searcher, .. } = scoring else {
            return Ok(weight);
        };
        let mut range = self.range;
        let segments = if range.is_some() { &[] } else { searcher.segment_readers() };
        for reader in segments {
            let column = reader.fast_fields().i64(&self.column)?;
            // A column without values has a least value all the same.
            if column.values.num_vals() > 0 {
                let (least, most) = range.unwrap_or((i64::MAX, i64::MIN));
                range = Some((least.min(column.min_value()), most.max(column.max_value())));
            }
        }
        let range = range.unwrap_or((0, 0));
        Ok(Box::new(TiltedWeight { weight, column: self.column.clone(), range }))
    }
}

struct TiltedWeight {
    weight: Box<dyn Weight>,
    column: String,
    range: (i64, i64),
}

impl Weight for TiltedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(TiltedScorer {
            scorer: self.weight.scorer(reader, boost)?,
            column: reader.fast_fields().i64(&self.column)?,
            range: self.range,
        }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        let description = format!("tilted by {}", self.column);
        Ok(Explanation::new_with_string(description, scorer.score()))
    }
}

struct TiltedScorer {
    scorer: Box<dyn Scorer>,
    column: Column<i64>,
    range: (i64, i64),
}

impl DocSet for TiltedScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }
}

impl Scorer for TiltedScorer {
    fn score(&mut self) -> Score {
        let (least, most) = self.range;
        // Studies without a value are at the low end.
        let value = self.column.values_for_doc(self.scorer.doc()).max().unwrap_or(least);
        let place = (value - least) as Score / (most - least).max(1) as Score;
        self.scorer.score() * (TILT_LOW + (1.0 - TILT_LOW) * place)
    }
}

#[cfg(test)]
mod tests;
