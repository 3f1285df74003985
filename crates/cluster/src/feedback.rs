//! Learning from the first hits, as an index in a directory does it: words that most of them
//! share rank the following ones. What is shared and what hits gain is asked of the engine.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compile::{by_length, saturated};
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::{NUMBER, TOPIC, length_name, name};
use crate::occurrences::any;
use crate::ranked_hit::RankedHit;
use trialdex_engine::index::{TOPIC_LETTERS, topic_word};
use trialdex_plan::layout::IndexField;
use trialdex_plan::layout::zones::WORDS;
use trialdex_plan::model::{self, Model};

/// Hits whose score is added to.
pub(crate) const REACH: usize = 1_000;

/// How many times as many hits there are at least as are learned from.
const FEWEST: usize = 2;

/// First hits that share a word at least.
const AGREEING: u32 = 2;

/// Shared words that are looked up at most, those of most hits.
const MOST_LOOKED_UP: usize = 40;

/// Part of all studies that may have a word at most.
const COMMONEST: f64 = 0.1;

/// The field that words are learned of.
const FIELD: IndexField = IndexField::Zone(WORDS);

/// What was learned from first hits.
#[derive(Debug)]
pub(crate) struct Feedback {
    /// Words, each with what a study gains that has nothing but it, before scaling.
    learned: Vec<(String, f32)>,
    model: Model,
    /// What the sum of the learned words is multiplied by.
    scale: f32,
    /// The last hit that keeps its place.
    kept_to: RankedHit,
    /// What is added to the hits that keep their place.
    lift: f32,
    /// The last hit that gains; `None` where all do.
    last: Option<RankedHit>,
}

impl Feedback {
    /// Learns from hits, best first, and gives what the first of these gain; `None` where they
    /// share nothing.
    pub(crate) fn learn(
        index: &ClusterIndex,
        model: Model,
        best: &[RankedHit],
    ) -> Result<Option<(Self, Vec<f32>)>, ClusterError> {
        if best.len() < FEWEST * model.feedback_hits {
            return Ok(None);
        }
        let terms = index.terms(FIELD)?;
        let studies = index.studies();
        let mut known = Vec::new();
        for (number, share) in shared(index, &best[..model.feedback_hits])? {
            let beginning = topic_word(number);
            let found = match beginning.len() < TOPIC_LETTERS {
                true => Some((terms.studies(&beginning), beginning))
                    .filter(|(studies, _)| *studies > 0)
                    .map(|(studies, word)| (word, studies)),
                false => terms.commonest(&beginning),
            };
            let Some((word, with_word)) = found else { continue };
            #[expect(clippy::cast_precision_loss, reason = "a part need not be exact")]
            if with_word as f64 <= COMMONEST * studies as f64 {
                known.push((word, share, model::idf(with_word, studies)));
            }
        }
        known.sort_by(|one, other| {
            let telling = |(_, share, idf): &(String, f32, f32)| share * idf;
            telling(other).total_cmp(&telling(one)).then_with(|| one.0.cmp(&other.0))
        });
        known.truncate(model.feedback_words);
        let all: f32 = known.iter().map(|(_, share, _)| share).sum();
        let learned: Vec<(String, f32)> =
            known.into_iter().map(|(word, share, idf)| (word, share / all * idf)).collect();
        if learned.is_empty() {
            return Ok(None);
        }
        let last = best.get(REACH - 1).copied();
        let kept_to = best[model.kept_hits.min(best.len()) - 1];
        let mut feedback = Self { learned, model, scale: 0.0, kept_to, lift: 0.0, last };
        let gains = feedback.gains(index, best)?;
        feedback.set_scale(&gains, best);
        Ok(Some((feedback, gains)))
    }

    /// The most that any hit gains is a part of the best score.
    fn set_scale(&mut self, gains: &[f32], best: &[RankedHit]) {
        let most = gains.iter().copied().fold(0.0, f32::max);
        self.scale = if most > 0.0 { self.model.feedback * best[0].score / most } else { 0.0 };
        let gaining = best.iter().zip(gains).filter(|(best, _)| **best < self.kept_to);
        let scores = gaining.map(|(best, gain)| best.score + self.scale * gain);
        self.lift = (scores.fold(0.0, f32::max) - self.kept_to.score).max(0.0);
    }

    /// Adds to the scores of the first hits what they gain, and sorts these again, behind those
    /// that keep their place.
    pub(crate) fn add(&self, gains: &[f32], best: &mut [RankedHit]) {
        let gaining = gains.len().min(best.len());
        let (first, kept_to) = (&mut best[..gaining], self.kept_to);
        let kept = first.partition_point(|best| *best >= kept_to);
        let (keeping, others) = first.split_at_mut(kept);
        for best in keeping {
            best.score += self.lift;
        }
        for (best, gain) in others.iter_mut().zip(&gains[kept..]) {
            best.score += self.scale * gain;
        }
        others.sort_unstable_by_key(|best| Reverse(*best));
    }

    /// What each of the first hits gains by all learned words, before scaling.
    pub(crate) fn gains(
        &self,
        index: &ClusterIndex,
        best: &[RankedHit],
    ) -> Result<Vec<f32>, ClusterError> {
        let gaining = best.iter().take_while(|best| self.last.is_none_or(|last| **best >= last));
        let numbers: Vec<u32> = gaining.map(|best| best.nct).collect();
        let average = index.notes.average_lengths.get(&name(FIELD)).copied().unwrap_or(1.0);
        let words = self.learned.iter().map(|(word, worth)| {
            let occurrences = json!({"term": {name(FIELD): word}});
            let column = length_name(FIELD);
            saturated(
                &by_length(&occurrences, &column, 1.0, average, self.model),
                *worth,
                self.model,
            )
        });
        let words = any(words.collect());
        let mut gains = BTreeMap::new();
        for numbers in numbers.chunks(10 * REACH) {
            let body = json!({
                "size": numbers.len(),
                "query": {"bool": {"must": [words], "filter": [{"terms": {NUMBER: numbers}}]}},
                "_source": false,
                "docvalue_fields": [NUMBER],
            });
            let answer = index.search_whole(&body)?;
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                #[expect(clippy::cast_possible_truncation, reason = "a score is of this size")]
                let gain = hit["_score"].as_f64().unwrap_or(0.0) as f32;
                gains.insert(hit["fields"][NUMBER][0].as_u64().unwrap_or(0), gain);
            }
        }
        let gain = |number: &u32| gains.get(&u64::from(*number)).copied().unwrap_or(0.0);
        Ok(numbers.iter().map(gain).collect())
    }
}

/// Numbers of words that several of the hits are about, each with the share of the hits' scores
/// that they have together.
fn shared(index: &ClusterIndex, first: &[RankedHit]) -> Result<Vec<(u64, f32)>, ClusterError> {
    let total: f32 = first.iter().map(|best| best.score).sum();
    if total <= 0.0 {
        return Ok(Vec::new());
    }
    let numbers: Vec<u32> = first.iter().map(|best| best.nct).collect();
    let body = json!({
        "size": numbers.len(),
        "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}]}},
        "_source": false,
        "docvalue_fields": [NUMBER, TOPIC],
    });
    let answer = index.search_whole(&body)?;
    let mut topics: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
        let words = hit["fields"][TOPIC].as_array().into_iter().flatten();
        let number = hit["fields"][NUMBER][0].as_u64().unwrap_or(0);
        topics.insert(number, words.filter_map(Value::as_u64).collect());
    }
    let mut words: BTreeMap<u64, (f32, u32)> = BTreeMap::new();
    for best in first {
        for word in topics.get(&u64::from(best.nct)).into_iter().flatten() {
            let (share, hits) = words.entry(*word).or_default();
            *share += best.score / total;
            *hits += 1;
        }
    }
    words.retain(|_, (_, hits)| *hits >= AGREEING);
    let mut shared: Vec<(u64, f32)> =
        words.into_iter().map(|(word, (share, _))| (word, share)).collect();
    shared.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    shared.truncate(MOST_LOOKED_UP);
    Ok(shared)
}
