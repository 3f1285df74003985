//! Learning from the first hits, as an index in a directory does it: what is like them comes
//! first, and words that most of them share rank the following ones. What is shared, what hits
//! gain by words, and vectors are asked of the engine.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compile::{by_length, saturated};
use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::{NUMBER, TOPIC, VECTOR, length_name, name};
use crate::occurrences::any;
use crate::ranked_hit::RankedHit;
use trialdex_engine::index::{TOPIC_LETTERS, topic_word};
use trialdex_plan::layout::IndexField;
use trialdex_plan::layout::zones::WORDS;
use trialdex_plan::model::{self, Model};
use trialdex_text::vectors::{Direction, VectorSum};

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

/// What a hit gains, before it is known whether it keeps its place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HitGain {
    /// By being like the first hits.
    likeness: f32,
    /// By learned words, before scaling.
    words: f32,
}

/// What hits gain by being like the first ones.
#[derive(Debug)]
struct Likeness {
    /// The mean of the first hits, each by its score.
    first: Direction,
    /// What a study gains that is wholly like them.
    scale: f32,
}

impl Likeness {
    fn gain(&self, direction: Option<&Direction>) -> f32 {
        direction.map_or(0.0, |direction| self.scale * direction.likeness(&self.first).max(0.0))
    }
}

/// What was learned from first hits.
#[derive(Debug)]
pub(crate) struct Feedback {
    /// Words, each with what a study gains that has nothing but it, before scaling.
    learned: Vec<(String, f32)>,
    /// `None` where it does not count, or the first hits have no vector.
    likeness: Option<Likeness>,
    model: Model,
    /// What the sum of the learned words is multiplied by.
    scale: f32,
    /// The last hit that keeps its place, with what it gains by likeness.
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
    ) -> Result<Option<(Self, Vec<HitGain>)>, ClusterError> {
        if best.len() < FEWEST * model.feedback_hits {
            return Ok(None);
        }
        let first = &best[..model.feedback_hits];
        let learned = match model.feedback > 0.0 {
            true => learned_words(index, model, first)?,
            false => Vec::new(),
        };
        let (last, kept_to) = (best.get(REACH - 1).copied(), best[0]);
        let mut feedback =
            Self { learned, likeness: None, model, scale: 0.0, kept_to, lift: 0.0, last };
        let gaining = feedback.gaining_of(index, best)?;
        if model.likeness > 0.0 {
            feedback.likeness = likeness(first, &gaining, model.likeness * best[0].score);
        }
        if feedback.learned.is_empty() && feedback.likeness.is_none() {
            return Ok(None);
        }
        let gains = feedback.gains_of(&gaining);
        feedback.set_scale(&gains, best);
        Ok(Some((feedback, gains)))
    }

    /// The most that any hit gains by words is a part of the best score. The hits that keep their
    /// place are the first ones by all else.
    fn set_scale(&mut self, gains: &[HitGain], best: &[RankedHit]) {
        let most = gains.iter().map(|gain| gain.words).fold(0.0, f32::max);
        self.scale = if most > 0.0 { self.model.feedback * best[0].score / most } else { 0.0 };
        let liked = liked(gains, best);
        self.kept_to = liked[self.model.kept_hits.min(liked.len()) - 1].0;
        let others = liked.iter().filter(|(hit, _)| *hit < self.kept_to);
        let scores = others.map(|(hit, words)| hit.score + self.scale * words);
        if self.scale > 0.0 {
            let most = scores.fold(0.0, f32::max);
            self.lift = (most + model::LEAD - self.kept_to.score).max(0.0);
        }
    }

    /// Adds to the scores of the first hits what they gain, and sorts these again, by learned
    /// words behind those that keep their place.
    pub(crate) fn add(&self, gains: &[HitGain], best: &mut [RankedHit]) {
        let mut liked = liked(gains, best);
        let kept = liked.partition_point(|(hit, _)| *hit >= self.kept_to);
        let (keeping, others) = liked.split_at_mut(kept);
        for (hit, _) in keeping {
            hit.score += self.lift;
        }
        for (hit, words) in others.iter_mut() {
            hit.score += self.scale * *words;
        }
        others.sort_unstable_by_key(|(hit, _)| Reverse(*hit));
        for (place, (hit, _)) in best.iter_mut().zip(liked) {
            *place = hit;
        }
    }

    /// What each of the first hits gains; by all learned words before scaling.
    pub(crate) fn gains(
        &self,
        index: &ClusterIndex,
        best: &[RankedHit],
    ) -> Result<Vec<HitGain>, ClusterError> {
        Ok(self.gains_of(&self.gaining_of(index, best)?))
    }

    fn gains_of(&self, gaining: &[(f32, Option<Direction>)]) -> Vec<HitGain> {
        let likeness = |direction: &Option<Direction>| {
            self.likeness.as_ref().map_or(0.0, |likeness| likeness.gain(direction.as_ref()))
        };
        let gain = |(words, direction): &(f32, Option<Direction>)| HitGain {
            likeness: likeness(direction),
            words: *words,
        };
        gaining.iter().map(gain).collect()
    }

    /// Of each of the first hits what it gains by words, and its vector.
    fn gaining_of(
        &self,
        index: &ClusterIndex,
        best: &[RankedHit],
    ) -> Result<Vec<(f32, Option<Direction>)>, ClusterError> {
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
        let words: Vec<Value> = words.collect();
        let scored = if words.is_empty() { Vec::new() } else { vec![any(words)] };
        let mut found = BTreeMap::new();
        for numbers in numbers.chunks(10 * REACH) {
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
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                #[expect(clippy::cast_possible_truncation, reason = "a score is of this size")]
                let gain = hit["_score"].as_f64().unwrap_or(0.0) as f32;
                let direction = hit["fields"][VECTOR][0].as_str().and_then(direction);
                found.insert(hit["fields"][NUMBER][0].as_u64().unwrap_or(0), (gain, direction));
            }
        }
        let of_number = |number: &u32| found.get(&u64::from(*number)).cloned().unwrap_or_default();
        Ok(numbers.iter().map(of_number).collect())
    }
}

/// The likeness to the first ones of hits that gain; the most that any of them gains is `most`.
/// `None` where none of the first ones has a vector.
fn likeness(
    first: &[RankedHit],
    gaining: &[(f32, Option<Direction>)],
    most: f32,
) -> Option<Likeness> {
    let mut sum = VectorSum::default();
    for (hit, (_, direction)) in first.iter().zip(gaining) {
        if let Some(direction) = direction {
            sum.add(direction, hit.score);
        }
    }
    let mut likeness = Likeness { first: sum.direction()?, scale: 1.0 };
    let gains = gaining.iter().map(|(_, direction)| likeness.gain(direction.as_ref()));
    let nearest = gains.fold(0.0, f32::max);
    likeness.scale = if nearest > 0.0 { most / nearest } else { 0.0 };
    Some(likeness)
}

/// A vector of hexadecimal digits.
fn direction(digits: &str) -> Option<Direction> {
    let parts = digits.as_bytes().chunks(16).map(|part| str::from_utf8(part).ok());
    let parts = parts.map(|part| u64::from_str_radix(part?, 16).ok());
    Direction::unpacked(parts.collect::<Option<Vec<u64>>>()?.into_iter())
}

/// The hits that gain, with what they gain by being like the first ones, best first, each with its
/// gain by words.
fn liked(gains: &[HitGain], best: &[RankedHit]) -> Vec<(RankedHit, f32)> {
    let liked = best
        .iter()
        .zip(gains)
        .map(|(hit, gain)| (RankedHit { score: hit.score + gain.likeness, ..*hit }, gain.words));
    let mut liked: Vec<(RankedHit, f32)> = liked.collect();
    liked.sort_unstable_by_key(|(hit, _)| Reverse(*hit));
    liked
}

/// Words that the first hits share, each with what a study gains that has nothing but it.
fn learned_words(
    index: &ClusterIndex,
    model: Model,
    first: &[RankedHit],
) -> Result<Vec<(String, f32)>, ClusterError> {
    let terms = index.terms(FIELD)?;
    let studies = index.studies();
    let mut known = Vec::new();
    for (number, share) in shared(index, first)? {
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
    Ok(known.into_iter().map(|(word, share, idf)| (word, share / all * idf)).collect())
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
