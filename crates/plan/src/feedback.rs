//! What is learned from the first hits, and what it does to the order of hits, on any engine.
//!
//! What is like the first hits comes earlier, and words that most of them share rank the following
//! ones: a relevance model in the manner of Lavrenko and Croft (SIGIR 2001), with guards. A word has
//! to be among the words that several of the first hits are about, and in few other studies. What is
//! learned is added to the score of the first thousand hits, by learned words not to that of the
//! very first ones: these have the order that the typed words and their likeness give them. Nothing
//! is found that the query itself does not find.
//!
//! An engine says which words hits are about, what a hit gains by a word, and the vectors of hits.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Score;
use crate::model::{LEAD, Model, idf};
use trialdex_text::vectors::{Direction, VectorSum};

/// Hits whose score is added to.
pub const REACH: usize = 1_000;

/// How many times as many hits there are at least as are learned from.
const FEWEST: usize = 2;

/// First hits that share a word at least: with three, 0.008 less of the relevant studies are among
/// the first hundred hits.
const AGREEING: u32 = 2;

/// Shared words that are looked up at most, those of most hits.
const MOST_LOOKED_UP: usize = 40;

/// Part of all studies that may have a word at most: a commoner word says nothing.
const COMMONEST: f64 = 0.1;

/// A hit of an engine. The better one by relevance is the greater one.
pub trait ScoredHit: Copy + Ord {
    /// Its score.
    fn score(&self) -> Score;

    /// Gives it another score, and so another place.
    fn rescore(&mut self, score: Score);
}

/// The hits that are learned from, of hits with the best first; `None` where there are too few. Of
/// few hits the first ones are most: what they share is what was asked for.
#[must_use]
pub fn first_hits<H>(model: Model, best: &[H]) -> Option<&[H]> {
    (best.len() >= FEWEST * model.feedback_hits).then(|| &best[..model.feedback_hits])
}

/// A word that was learned.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedWord {
    /// As it is in the index.
    pub word: String,
    /// Its part of what is added, of all learned words together 1.
    pub weight: f32,
    /// What a study gains that has nothing but it, before scaling.
    pub worth: Score,
}

/// Numbers of words that several hits are about, each with the share of the hits' scores that they
/// have together; those of most hits first. `topics` has for each hit its score and its words.
pub fn shared_words(topics: &[(Score, Vec<u64>)]) -> Vec<(u64, Score)> {
    let total: Score = topics.iter().map(|(score, _)| score).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let mut words: BTreeMap<u64, (Score, u32)> = BTreeMap::new();
    for (score, of_hit) in topics {
        for word in of_hit {
            let (share, hits) = words.entry(*word).or_default();
            *share += score / total;
            *hits += 1;
        }
    }
    words.retain(|_, (_, hits)| *hits >= AGREEING);
    let mut shared: Vec<(u64, Score)> =
        words.into_iter().map(|(word, (share, _))| (word, share)).collect();
    shared.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    shared.truncate(MOST_LOOKED_UP);
    shared
}

/// The most telling of shared words. `word_of` looks up the word of a number, and how many of the
/// index's studies have it; `None` where none has.
///
/// # Errors
///
/// What `word_of` gives.
pub fn learned_words<E>(
    model: Model,
    studies: u64,
    shared: Vec<(u64, Score)>,
    mut word_of: impl FnMut(u64) -> Result<Option<(String, u64)>, E>,
) -> Result<Vec<LearnedWord>, E> {
    let mut known = Vec::new();
    for (number, share) in shared {
        let Some((word, with_word)) = word_of(number)? else { continue };
        if with_word as f64 <= COMMONEST * studies as f64 {
            known.push((word, share, idf(with_word, studies)));
        }
    }
    known.sort_by(|one, other| {
        let telling = |(_, share, idf): &(String, Score, Score)| share * idf;
        telling(other).total_cmp(&telling(one)).then_with(|| one.0.cmp(&other.0))
    });
    known.truncate(model.feedback_words);
    let all: Score = known.iter().map(|(_, share, _)| share).sum();
    let learned = known.into_iter().map(|(word, share, idf)| {
        let weight = share / all;
        LearnedWord { word, weight, worth: weight * idf }
    });
    Ok(learned.collect())
}

/// How like the first hits other studies are, by the vectors of studies: what is like them is about
/// the same, also where it is written in other words. How like the words of the query studies are
/// was tried, too: it makes the ranking worse.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// The mean of the first hits, each by its score.
    first: Direction,
    /// What a study gains that is wholly like them.
    scale: Score,
}

impl Likeness {
    /// The likeness to the `first` hits, each with its score, of all `hits`; the most that any of
    /// these gains is `most`. `None` where none of the first ones has a vector.
    pub fn new(
        first: impl Iterator<Item = (Score, Option<Direction>)>,
        hits: impl Iterator<Item = Option<Direction>>,
        most: Score,
    ) -> Option<Self> {
        let mut sum = VectorSum::default();
        for (score, direction) in first {
            if let Some(direction) = direction {
                sum.add(&direction, score);
            }
        }
        let mut likeness = Self { first: sum.direction()?, scale: 1.0 };
        let nearest = hits.map(|direction| likeness.gain(direction)).fold(0.0, Score::max);
        likeness.scale = if nearest > 0.0 { most / nearest } else { 0.0 };
        Some(likeness)
    }

    /// What a study with that vector gains.
    #[must_use]
    pub fn gain(&self, direction: Option<Direction>) -> Score {
        direction.map_or(0.0, |direction| self.scale * direction.likeness(&self.first).max(0.0))
    }
}

/// What a hit gains, before it is known whether it keeps its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct HitGain {
    /// By being like the first hits.
    pub likeness: Score,
    /// By learned words, before scaling.
    pub words: Score,
}

/// How hits are put into another order by what they gain. It is learned from hits without filters,
/// which never change the ranking.
#[derive(Debug, Clone)]
pub struct LearnedOrder<H> {
    /// What a hit gains by learned words at most.
    most: Score,
    /// The greatest sum of the learned words that any hit has.
    greatest: Score,
    /// Exponent of a hit's sum, as a part of the greatest one.
    contrast: f32,
    /// What is added to the hits that keep their place, so that no hit behind them has as high a
    /// score.
    pub lift: Score,
    /// The last hit that keeps its place, with what it gains by likeness; those before it do so
    /// too.
    kept_to: H,
    /// The last hit that gains; those after it do not. `None` where all do.
    last: Option<H>,
}

impl<H: ScoredHit> LearnedOrder<H> {
    /// The order by what hits gain, which are at least one, best first. The most that any of them
    /// gains by words is a part of the best score. Those that keep their place are the first ones
    /// by all else.
    #[must_use]
    pub fn learned(model: Model, best: &[H], gains: &[HitGain]) -> Self {
        let greatest = gains.iter().map(|gain| gain.words).fold(0.0, Score::max);
        let liked = liked(gains, best);
        let kept_to = liked[model.kept_hits.min(liked.len()) - 1].0;
        let mut order = Self {
            most: model.feedback * best[0].score(),
            greatest,
            contrast: model.contrast,
            lift: 0.0,
            kept_to,
            last: best.get(REACH - 1).copied(),
        };
        if order.most > 0.0 && greatest > 0.0 {
            let others = liked.iter().filter(|(hit, _)| *hit < kept_to);
            let scores = others.map(|(hit, words)| hit.score() + order.gained(*words));
            order.lift = (scores.fold(0.0, Score::max) + LEAD - kept_to.score()).max(0.0);
        }
        order
    }

    /// What a hit gains by learned words whose sum, before scaling, is `words`.
    #[must_use]
    pub fn gained(&self, words: Score) -> Score {
        if words <= 0.0 || self.greatest <= 0.0 {
            return 0.0;
        }
        self.most * (words / self.greatest).powf(self.contrast)
    }

    /// Those of some hits, best first, that gain.
    pub fn gaining<'h>(&self, best: &'h [H]) -> &'h [H] {
        &best[..best.partition_point(|hit| self.last.is_none_or(|last| *hit >= last))]
    }

    /// Adds to the scores of the first hits what they gain, and sorts these again, by learned words
    /// behind those that keep their place. How many these are.
    pub fn add(&self, gains: &[HitGain], best: &mut [H]) -> usize {
        let mut liked = liked(gains, best);
        let kept = liked.partition_point(|(hit, _)| *hit >= self.kept_to);
        let (keeping, others) = liked.split_at_mut(kept);
        for (hit, _) in keeping {
            hit.rescore(hit.score() + self.lift);
        }
        for (hit, words) in others.iter_mut() {
            hit.rescore(hit.score() + self.gained(*words));
        }
        others.sort_unstable_by_key(|(hit, _)| Reverse(*hit));
        for (place, (hit, _)) in best.iter_mut().zip(liked) {
            *place = hit;
        }
        kept
    }
}

/// The hits that gain, with what they gain by being like the first ones, best first, each with its
/// gain by words.
fn liked<H: ScoredHit>(gains: &[HitGain], best: &[H]) -> Vec<(H, Score)> {
    let liked = best.iter().zip(gains).map(|(hit, gain)| {
        let mut hit = *hit;
        hit.rescore(hit.score() + gain.likeness);
        (hit, gain.words)
    });
    let mut liked: Vec<(H, Score)> = liked.collect();
    liked.sort_unstable_by_key(|(hit, _)| Reverse(*hit));
    liked
}

#[cfg(test)]
mod tests;
