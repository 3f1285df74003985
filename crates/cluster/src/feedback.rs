//! Learning from the first hits: what [`trialdex_plan::feedback`] asks of a cluster.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answers;
use crate::compile::{by_length, saturated};
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::{NAMED_TOGETHER, NUMBER, TOPIC, VECTOR, length_name, name};
use crate::occurrences::any;
use crate::ranked_hit::RankedHit;
use trialdex_engine::index::{TOPIC_LETTERS, topic_word};
use trialdex_engine::search::LearnedScores;
use trialdex_plan::Model;
use trialdex_plan::feedback::{
    HitGain, LearnedOrder, LearnedWord, Likeness, REACH, first_hits, learned_words, shared_words,
};
use trialdex_plan::layout::IndexField;
use trialdex_plan::layout::zones::WORDS;
use trialdex_text::vectors::Direction;

/// The field that words are learned of.
const FIELD: IndexField = IndexField::Zone(WORDS);

/// What was learned from first hits, and the order that they get by it.
#[derive(Debug)]
pub(crate) struct Feedback {
    words: Vec<LearnedWord>,
    /// `None` where it does not count, or the first hits have no vector.
    likeness: Option<Likeness>,
    model: Model,
    order: LearnedOrder<RankedHit>,
    /// How many of the hits kept their place.
    kept: usize,
    /// How many of the hits gained.
    gaining: usize,
}

impl Feedback {
    /// Learns from hits, best first, and gives what the first of these gain; `None` where they
    /// share nothing.
    pub(crate) fn learn(
        index: &ClusterIndex,
        model: Model,
        best: &[RankedHit],
    ) -> Result<Option<(Self, Vec<HitGain>)>, ClusterError> {
        let Some(first) = first_hits(model, best) else { return Ok(None) };
        let words = match model.feedback > 0.0 {
            true => {
                let shared = shared_words(&topics(index, first)?);
                learned_words(model, index.studies(), shared, |number| word_of(index, number))?
            }
            false => Vec::new(),
        };
        let gaining = gaining_of(index, model, &words, &best[..best.len().min(REACH)])?;
        let likeness = match model.likeness > 0.0 {
            true => {
                let vectors = || gaining.iter().map(|(_, direction)| *direction);
                let first = first.iter().map(|hit| hit.score).zip(vectors());
                Likeness::new(first, vectors(), model.likeness * best[0].score)
            }
            false => None,
        };
        if words.is_empty() && likeness.is_none() {
            return Ok(None);
        }
        let gains = gains_of(likeness.as_ref(), &gaining);
        let order = LearnedOrder::learned(model, best, &gains);
        Ok(Some((Self { words, likeness, model, order, kept: 0, gaining: 0 }, gains)))
    }

    /// What each of the first hits gains; by all learned words before scaling.
    pub(crate) fn gains(
        &self,
        index: &ClusterIndex,
        best: &[RankedHit],
    ) -> Result<Vec<HitGain>, ClusterError> {
        let gaining = gaining_of(index, self.model, &self.words, self.order.gaining(best))?;
        Ok(gains_of(self.likeness.as_ref(), &gaining))
    }

    /// Adds to the scores of the first hits what they gain, see [`LearnedOrder::add`].
    pub(crate) fn add(&mut self, gains: &[HitGain], best: &mut [RankedHit]) {
        self.gaining = gains.len().min(best.len());
        self.kept = self.order.add(gains, best);
    }

    /// Words that the first hits share.
    pub(crate) fn words(&self) -> &[LearnedWord] {
        &self.words
    }

    /// What it did to the scores of hits.
    pub(crate) fn scores(&self, index: &ClusterIndex) -> LearnedScores<'_, RankedHit> {
        LearnedScores {
            words: &self.words,
            likeness: self.likeness.as_ref(),
            average_length: average_length(index),
            order: &self.order,
            kept: self.kept,
            gaining: self.gaining,
        }
    }
}

/// Words of a study on average, where learned words are counted.
fn average_length(index: &ClusterIndex) -> f32 {
    index.notes.average_lengths.get(&name(FIELD)).copied().unwrap_or(1.0)
}

fn gains_of(likeness: Option<&Likeness>, gaining: &[(f32, Option<Direction>)]) -> Vec<HitGain> {
    let gain = |(words, direction): &(f32, Option<Direction>)| HitGain {
        likeness: likeness.map_or(0.0, |likeness| likeness.gain(*direction)),
        words: *words,
    };
    gaining.iter().map(gain).collect()
}

/// Of each of some hits what it gains by words, and its vector.
fn gaining_of(
    index: &ClusterIndex,
    model: Model,
    words: &[LearnedWord],
    hits: &[RankedHit],
) -> Result<Vec<(f32, Option<Direction>)>, ClusterError> {
    let numbers: Vec<u32> = hits.iter().map(|hit| hit.nct).collect();
    let average = average_length(index);
    let words = words.iter().map(|learned| {
        let occurrences = json!({"term": {name(FIELD): learned.word}});
        let by_length = by_length(&occurrences, &length_name(FIELD), 1.0, average, model);
        saturated(&by_length, learned.worth, model)
    });
    let words: Vec<Value> = words.collect();
    let scored = if words.is_empty() { Vec::new() } else { vec![any(words)] };
    let mut found = BTreeMap::new();
    for numbers in numbers.chunks(NAMED_TOGETHER) {
        let body = json!({
            "size": numbers.len(),
            // Hits without any of the words have vectors, too.
            "query": {"bool": {
                "should": scored,
                "minimum_should_match": 0,
                "filter": [{"terms": {NUMBER: numbers}}],
            }},
            "_source": false,
            "docvalue_fields": [NUMBER, VECTOR],
        });
        let answer = index.search_whole(&body)?;
        for hit in answers::hits(&index.version, &answer, numbers.len())? {
            #[expect(clippy::cast_possible_truncation, reason = "a score is of this size")]
            let gain = hit["_score"].as_f64().unwrap_or(0.0) as f32;
            let direction = hit["fields"][VECTOR][0].as_str().and_then(direction);
            found.insert(hit["fields"][NUMBER][0].as_u64().unwrap_or(0), (gain, direction));
        }
    }
    let of_number = |number: &u32| found.get(&u64::from(*number)).cloned().unwrap_or_default();
    Ok(numbers.iter().map(of_number).collect())
}

/// A vector of hexadecimal digits.
fn direction(digits: &str) -> Option<Direction> {
    let parts = digits.as_bytes().chunks(16).map(|part| str::from_utf8(part).ok());
    let parts = parts.map(|part| u64::from_str_radix(part?, 16).ok());
    Direction::unpacked(parts.collect::<Option<Vec<u64>>>()?.into_iter())
}

/// The word of a number and how many studies have it; of several words that begin alike, the
/// commonest.
fn word_of(index: &ClusterIndex, number: u64) -> Result<Option<(String, u64)>, ClusterError> {
    let (terms, beginning) = (index.terms(FIELD)?, topic_word(number));
    if beginning.len() < TOPIC_LETTERS {
        let studies = terms.studies(&beginning)?;
        return Ok((studies > 0).then_some((beginning, studies)));
    }
    terms.commonest(&beginning)
}

/// The score of each hit, and numbers of the words that it is about.
fn topics(index: &ClusterIndex, hits: &[RankedHit]) -> Result<Vec<(f32, Vec<u64>)>, ClusterError> {
    let numbers: Vec<u32> = hits.iter().map(|hit| hit.nct).collect();
    let body = json!({
        "size": numbers.len(),
        "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}]}},
        "_source": false,
        "docvalue_fields": [NUMBER, TOPIC],
    });
    let answer = index.search_whole(&body)?;
    let mut topics: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for hit in answers::hits(&index.version, &answer, hits.len())? {
        let words = hit["fields"][TOPIC].as_array().into_iter().flatten();
        let number = hit["fields"][NUMBER][0].as_u64().unwrap_or(0);
        topics.insert(number, words.filter_map(Value::as_u64).collect());
    }
    let mut topic_of = |hit: &RankedHit| topics.remove(&u64::from(hit.nct)).unwrap_or_default();
    Ok(hits.iter().map(|hit| (hit.score, topic_of(hit))).collect())
}
