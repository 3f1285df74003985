//! The records of hits, which are read some hits ahead, and what they say of scores.

use std::sync::Arc;

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::lock;
use crate::records::{HitRecords, study_of};
use crate::search::ClusterHits;
use trialdex_engine::search::{ExplainedRecords, Hit, ScoreExplanation, ScoreOrigin};
use trialdex_records::study::Study;

/// Hits whose records are read at a time.
const READ_TOGETHER: usize = 200;

/// Part of a score by which its explanation may differ: sums of other order have other last digits.
const TOLERANCE: f32 = 1e-4;

impl ClusterHits<'_> {
    /// The study of a hit.
    pub(crate) fn read_study(&self, hit: &Hit) -> Result<Study, ClusterError> {
        self.read_ahead(hit)?;
        let records = lock(&self.records);
        let json = records.read.get(&hit.nct_id.number());
        let json = json.ok_or_else(|| self.without_record())?;
        study_of(&self.index.version, json)
    }

    /// Why a hit has its score, as its record alone explains it.
    pub(crate) fn explained(&self, hit: &Hit) -> Result<ScoreExplanation, ClusterError> {
        self.read_ahead(hit)?;
        let records = {
            let mut records = lock(&self.records);
            match &records.explained {
                Some(explained) => explained.clone(),
                None => {
                    let read = records.read.values().map(String::as_str);
                    let explained = Arc::new(ExplainedRecords::new(read)?);
                    records.explained.insert(explained).clone()
                }
            }
        };
        let ranges = lock(&self.index.ranges).clone();
        let origin = ScoreOrigin {
            plan: &self.plan,
            required: self.required,
            model: self.model,
            ranges: &ranges,
            learned: self.feedback.as_ref().map(|feedback| feedback.scores(self.index)),
        };
        let explained = records.explain(hit, &origin)?.ok_or_else(|| self.without_record())?;
        let told = sum_of(&explained);
        if (told - hit.score).abs() > TOLERANCE * hit.score.abs().max(1.0) {
            let (nct, score) = (hit.nct_id, hit.score);
            let problem = format!("{nct} has a score of {score}, and its record explains {told}");
            return Err(self.index.unequal(problem));
        }
        Ok(explained)
    }

    /// Reads the record of a hit, if it is not there, with those of the hits behind it.
    fn read_ahead(&self, hit: &Hit) -> Result<(), ClusterError> {
        if lock(&self.records).read.contains_key(&hit.nct_id.number()) {
            return Ok(());
        }
        let at = self.hits.iter().position(|known| known.nct_id == hit.nct_id);
        let following = self.hits.iter().skip(at.unwrap_or(self.hits.len())).take(READ_TOGETHER);
        let numbers: Vec<u32> = following.map(|hit| hit.nct_id.number()).collect();
        let read = self.index.jsons(&numbers)?;
        let read = numbers.into_iter().zip(read).collect();
        *lock(&self.records) = HitRecords { read, explained: None };
        Ok(())
    }

    fn without_record(&self) -> ClusterError {
        unreadable(&self.index.version, "a study is not there")
    }
}

/// The score that the parts of an explanation add up to.
fn sum_of(explained: &ScoreExplanation) -> f32 {
    match explained.label == "sum" {
        true => explained.parts.iter().map(|part| part.score).sum(),
        false => explained.score,
    }
}
