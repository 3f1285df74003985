//! Learning from the first hits: what is like them comes earlier, and words
//! that most of them share rank the following ones.
//!
//! A relevance model in the manner of Lavrenko and Croft (SIGIR 2001), with
//! guards: a word has to be among the words that several of the first hits
//! are about, and in few other studies. What is learned is added to the
//! score of the first thousand hits, without the very first ones: these have
//! the order that the typed words and their likeness give them. It finds nothing that the query
//! itself does not find.

use std::collections::BTreeMap;

use tantivy::columnar::Column;
use tantivy::schema::Field;
use tantivy::{DocAddress, Score, Searcher};

use super::evidence::{Norms, norms};
use super::likeness::Likeness;
use super::occurrences::Occurrences;
use super::rank::RankedHit;
use crate::index::Store;
use crate::index::fields::topic::{LETTERS, unpacked};
use trialdex_plan::Pattern;
use trialdex_plan::layout::zones::WORDS;
use trialdex_plan::model::{self, Model};

/// Hits whose score is added to.
pub(super) const REACH: usize = 1_000;

/// How many times as many hits there are at least as are learned from.
const FEWEST: usize = 2;

/// First hits that share a word at least: with three, 0.008 less of the
/// relevant studies are among the first hundred hits.
const AGREEING: u32 = 2;

/// Shared words that are looked up at most, those of most hits.
const MOST_LOOKED_UP: usize = 40;

/// Part of all studies that may have a word at most: a commoner word says
/// nothing.
const COMMONEST: f64 = 0.1;

/// A word that was learned.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedWord {
    /// As it is in the index.
    pub word: String,
    /// Its part of what is added, of all learned words together 1.
    pub weight: f32,
    /// What a study gains that has nothing but it, before scaling.
    worth: Score,
}

/// What a hit gains, before it is known whether it keeps its place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HitGain {
    /// By being like the first hits.
    pub(super) likeness: Score,
    /// By learned words.
    words: Score,
}

/// What was learned from first hits.
#[derive(Clone)]
pub(super) struct Feedback {
    pub(super) learned: Vec<LearnedWord>,
    /// `None` where it does not count, or the first hits have no vector.
    likeness: Option<Likeness>,
    field: Field,
    norms: Norms,
    model: Model,
    /// What the sum of the learned words is multiplied by.
    pub(super) scale: Score,
    /// The last hit that keeps its place, without filters and with what it
    /// gains by likeness; those before it do so too, whatever the filters.
    kept_to: RankedHit,
    /// What is added to the hits that keep their place, so that no hit behind
    /// them has a higher score.
    pub(super) lift: Score,
    /// The last hit that gains, without filters; those after it do not,
    /// whatever the filters. `None` where all do.
    last: Option<RankedHit>,
    /// How many of the hits kept their place.
    pub(super) kept: usize,
    /// The place of the last hit that gained.
    pub(super) gaining: usize,
}

impl Feedback {
    /// Learns from hits, best first, and gives what the first of these gain;
    /// `None` where they share nothing.
    pub(super) fn learn(
        store: &Store,
        searcher: &Searcher,
        model: Model,
        best: &[RankedHit],
    ) -> tantivy::Result<Option<(Self, Vec<HitGain>)>> {
        // Of few hits the first ones are most: what they share is what was
        // asked for.
        if best.len() < FEWEST * model.feedback_hits {
            return Ok(None);
        }
        let first = &best[..model.feedback_hits];
        let learned = match model.feedback > 0.0 {
            true => learned_words(store, searcher, model, first)?,
            false => Vec::new(),
        };
        let likeness = match model.likeness > 0.0 {
            true => {
                let most = model.likeness * best[0].score;
                Likeness::new(store.vectors(searcher)?, first, &best[..best.len().min(REACH)], most)
            }
            false => None,
        };
        if learned.is_empty() && likeness.is_none() {
            return Ok(None);
        }
        let field = store.fields.zones[WORDS];
        let norms = norms(&model, store.average_length(searcher, field)?);
        let (last, kept_to) = (best.get(REACH - 1).copied(), best[0]);
        let (scale, lift, kept, gaining) = (1.0, 0.0, 0, 0);
        let mut feedback = Self {
            learned,
            likeness,
            field,
            norms,
            model,
            scale,
            kept_to,
            lift,
            last,
            kept,
            gaining,
        };
        let gains = feedback.gains(searcher, best)?;
        feedback.set_scale(&gains, best);
        Ok(Some((feedback, gains)))
    }

    /// The most that any hit gains by words is a part of the best score. The
    /// hits that keep their place are the first ones by all else.
    fn set_scale(&mut self, gains: &[HitGain], best: &[RankedHit]) {
        let most = gains.iter().map(|gain| gain.words).fold(0.0, Score::max);
        self.scale = if most > 0.0 { self.model.feedback * best[0].score / most } else { 0.0 };
        let liked = liked(gains, best);
        self.kept_to = liked[self.model.kept_hits.min(liked.len()) - 1].0;
        let others = liked.iter().filter(|(hit, _)| *hit < self.kept_to);
        let scores = others.map(|(hit, words)| hit.score + self.scale * words);
        if self.scale > 0.0 {
            let most = scores.fold(0.0, Score::max);
            self.lift = (most + model::LEAD - self.kept_to.score).max(0.0);
        }
    }

    /// Adds to the scores of the first hits what they gain, and sorts these
    /// again, by learned words behind those that keep their place.
    pub(super) fn add(&mut self, gains: &[HitGain], best: &mut [RankedHit]) {
        let mut liked = liked(gains, best);
        self.gaining = liked.len();
        self.kept = liked.partition_point(|(hit, _)| *hit >= self.kept_to);
        let (kept, others) = liked.split_at_mut(self.kept);
        for (hit, _) in kept {
            hit.rescore(hit.score + self.lift);
        }
        for (hit, words) in others.iter_mut() {
            hit.rescore(hit.score + self.scale * *words);
        }
        others.sort_unstable_by_key(|(hit, _)| std::cmp::Reverse(*hit));
        for (place, (hit, _)) in best.iter_mut().zip(liked) {
            *place = hit;
        }
    }

    /// What each of the first hits gains; by all learned words before scaling.
    pub(super) fn gains(
        &self,
        searcher: &Searcher,
        best: &[RankedHit],
    ) -> tantivy::Result<Vec<HitGain>> {
        let gaining = best.iter().take_while(|best| self.last.is_none_or(|last| **best >= last));
        let hits: Vec<DocAddress> = gaining.map(|best| best.at).collect();
        let gain = |at| HitGain { likeness: self.likeness(at), words: 0.0 };
        let mut gains: Vec<HitGain> = hits.iter().copied().map(gain).collect();
        for (_, word_gains) in self.gains_by_word(searcher, &hits)? {
            for (sum, gain) in gains.iter_mut().zip(word_gains) {
                sum.words += gain;
            }
        }
        Ok(gains)
    }

    /// What a study gains by being like the first hits.
    pub(super) fn likeness(&self, at: DocAddress) -> Score {
        self.likeness.as_ref().map_or(0.0, |likeness| likeness.gain(at))
    }

    /// The same for each learned word.
    pub(super) fn gains_by_word(
        &self,
        searcher: &Searcher,
        hits: &[DocAddress],
    ) -> tantivy::Result<Vec<(&LearnedWord, Vec<Score>)>> {
        let mut order: Vec<usize> = (0..hits.len()).collect();
        order.sort_unstable_by_key(|at| hits[*at]);
        let mut all = Vec::new();
        for learned in &self.learned {
            let mut gains = vec![0.0; hits.len()];
            for of_segment in
                order.chunk_by(|one, other| hits[*one].segment_ord == hits[*other].segment_ord)
            {
                self.add_gains(searcher, learned, hits, of_segment, &mut gains)?;
            }
            all.push((learned, gains));
        }
        Ok(all)
    }

    /// Adds what hits of one segment, in order, gain by a word.
    fn add_gains(
        &self,
        searcher: &Searcher,
        learned: &LearnedWord,
        hits: &[DocAddress],
        of_segment: &[usize],
        gains: &mut [Score],
    ) -> tantivy::Result<()> {
        let reader = searcher.segment_reader(hits[of_segment[0]].segment_ord);
        let pattern = Pattern::Term(learned.word.clone());
        let Some(mut occurrences) = Occurrences::new(reader, self.field, &pattern)? else {
            return Ok(());
        };
        let lengths = reader.get_fieldnorms_reader(self.field)?;
        for at in of_segment {
            let doc = hits[*at].doc_id;
            if occurrences.doc() < doc {
                occurrences.seek(doc);
            }
            if occurrences.doc() == doc {
                let norm = self.norms[usize::from(lengths.fieldnorm_id(doc))];
                let weighted = occurrences.frequency() as Score / norm;
                gains[*at] = self.model.saturated(learned.worth, weighted);
            }
        }
        Ok(())
    }
}

/// The hits that gain, with what they gain by being like the first ones, best
/// first, each with its gain by words.
fn liked(gains: &[HitGain], best: &[RankedHit]) -> Vec<(RankedHit, Score)> {
    let liked = best.iter().zip(gains).map(|(hit, gain)| {
        let mut hit = *hit;
        hit.rescore(hit.score + gain.likeness);
        (hit, gain.words)
    });
    let mut liked: Vec<(RankedHit, Score)> = liked.collect();
    liked.sort_unstable_by_key(|(hit, _)| std::cmp::Reverse(*hit));
    liked
}

/// Words that the first hits share, the most telling first.
fn learned_words(
    store: &Store,
    searcher: &Searcher,
    model: Model,
    first: &[RankedHit],
) -> tantivy::Result<Vec<LearnedWord>> {
    let field = store.fields.zones[WORDS];
    let mut known = Vec::new();
    for (number, share) in shared(store, searcher, first)? {
        let Some((word, studies)) = word_of(store, searcher, field, number)? else { continue };
        let idf = model::idf(studies, searcher.num_docs());
        if studies as f64 <= COMMONEST * searcher.num_docs() as f64 {
            known.push((word, share, idf));
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

/// Numbers of words that several of the hits are about, each with the share
/// of the hits' scores that they have together.
fn shared(
    store: &Store,
    searcher: &Searcher,
    first: &[RankedHit],
) -> tantivy::Result<Vec<(u64, Score)>> {
    let name = store.index.schema().get_field_name(store.fields.topic).to_owned();
    let total: Score = first.iter().map(|best| best.score).sum();
    if total <= 0.0 {
        return Ok(Vec::new());
    }
    let mut columns: BTreeMap<u32, Column<u64>> = BTreeMap::new();
    let mut words: BTreeMap<u64, (Score, u32)> = BTreeMap::new();
    for best in first {
        let segment = best.at.segment_ord;
        if let std::collections::btree_map::Entry::Vacant(vacant) = columns.entry(segment) {
            vacant.insert(searcher.segment_reader(segment).fast_fields().u64(&name)?);
        }
        for word in columns[&segment].values_for_doc(best.at.doc_id) {
            let (share, hits) = words.entry(word).or_default();
            *share += best.score / total;
            *hits += 1;
        }
    }
    words.retain(|_, (_, hits)| *hits >= AGREEING);
    let mut shared: Vec<(u64, Score)> =
        words.into_iter().map(|(word, (share, _))| (word, share)).collect();
    shared.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    shared.truncate(MOST_LOOKED_UP);
    Ok(shared)
}

/// The word of a number and how many studies have it; of several words that
/// begin alike, the commonest.
fn word_of(
    store: &Store,
    searcher: &Searcher,
    field: Field,
    number: u64,
) -> tantivy::Result<Option<(String, u64)>> {
    let beginning = unpacked(number);
    if beginning.len() < LETTERS {
        let studies = store.frequency(searcher, field, &beginning)?;
        return Ok((studies > 0).then_some((beginning, studies)));
    }
    store.commonest_with_beginning(searcher, field, &beginning)
}

#[cfg(test)]
mod tests;
