//! Learning from the first hits: what [`trialdex_plan::feedback`] asks of an index.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Executor, Score, Searcher, SegmentReader};

use super::evidence::{Norms, norms};
use super::occurrences::Occurrences;
use super::rank::RankedHit;
use crate::index::fields::topic::{LETTERS, unpacked};
use crate::index::{IndexError, Store};
use trialdex_plan::feedback::{
    HitGain, LearnedOrder, LearnedWord, Likeness, REACH, first_hits, learned_words, shared_words,
};
use trialdex_plan::layout::zones::WORDS;
use trialdex_plan::{Model, Pattern};
use trialdex_text::vectors::Direction;

/// The columns with the vectors of studies, by segment.
type Vectors = Arc<[Column<u64>]>;

/// What was learned from first hits, and the order that they got by it.
#[derive(Clone)]
pub(super) struct Feedback {
    pub(super) learned: Learned,
    pub(super) order: LearnedOrder<RankedHit>,
    /// How many of the hits kept their place.
    pub(super) kept: usize,
    /// The place of the last hit that gained.
    pub(super) gaining: usize,
}

/// What studies gain by.
#[derive(Clone)]
pub(super) struct Learned {
    pub(super) words: Vec<LearnedWord>,
    /// `None` where it does not count, or the first hits have no vector.
    likeness: Option<(Vectors, Likeness)>,
    field: Field,
    norms: Norms,
    model: Model,
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
        let Some(first) = first_hits(model, best) else { return Ok(None) };
        let gaining = &best[..best.len().min(REACH)];
        let Some(learned) = Learned::of(store, searcher, model, first, gaining)? else {
            return Ok(None);
        };
        let gains = learned.gains(searcher, store.executor(searcher), gaining)?;
        let order = LearnedOrder::learned(model, best, &gains);
        Ok(Some((Self { learned, order, kept: 0, gaining: 0 }, gains)))
    }

    /// What each of the first hits gains; by all learned words before scaling.
    pub(super) fn gains(
        &self,
        store: &Store,
        searcher: &Searcher,
        best: &[RankedHit],
    ) -> tantivy::Result<Vec<HitGain>> {
        self.learned.gains(searcher, store.executor(searcher), self.order.gaining(best))
    }

    /// Adds to the scores of the first hits what they gain, see [`LearnedOrder::add`].
    pub(super) fn add(&mut self, gains: &[HitGain], best: &mut [RankedHit]) {
        self.gaining = gains.len().min(best.len());
        self.kept = self.order.add(gains, best);
    }
}

impl Learned {
    /// What was learned in another index, with the average length of the field there.
    pub(super) fn elsewhere(
        store: &Store,
        searcher: &Searcher,
        model: Model,
        (words, likeness): (&[LearnedWord], Option<&Likeness>),
        average_length: f32,
    ) -> Result<Self, IndexError> {
        let vectors = store.vectors(searcher).map_err(|error| store.failed(error))?;
        Ok(Self {
            words: words.to_vec(),
            likeness: likeness.map(|likeness| (vectors, likeness.clone())),
            field: store.fields.zones[WORDS],
            norms: norms(&model, average_length),
            model,
        })
    }

    /// How like the first hits others are, where it counts.
    #[cfg(test)]
    pub(super) fn likeness_of_first(&self) -> Option<&Likeness> {
        self.likeness.as_ref().map(|(_, likeness)| likeness)
    }

    /// `None` where the first hits share nothing.
    fn of(
        store: &Store,
        searcher: &Searcher,
        model: Model,
        first: &[RankedHit],
        gaining: &[RankedHit],
    ) -> tantivy::Result<Option<Self>> {
        let field = store.fields.zones[WORDS];
        let words = match model.feedback > 0.0 {
            true => {
                let shared = shared_words(&topics(store, searcher, first)?);
                let word_of = |number| word_of(store, searcher, field, number);
                learned_words(model, searcher.num_docs(), shared, word_of)?
            }
            false => Vec::new(),
        };
        let likeness = match model.likeness > 0.0 {
            true => {
                let vectors = store.vectors(searcher)?;
                let most = model.likeness * first[0].score;
                let hits = gaining.iter().map(|hit| direction(&vectors, hit.at));
                let first = first.iter().map(|hit| (hit.score, direction(&vectors, hit.at)));
                Likeness::new(first, hits, most).map(|likeness| (vectors.clone(), likeness))
            }
            false => None,
        };
        if words.is_empty() && likeness.is_none() {
            return Ok(None);
        }
        let norms = norms(&model, store.average_length(searcher, field)?);
        Ok(Some(Self { words, likeness, field, norms, model }))
    }

    fn gains(
        &self,
        searcher: &Searcher,
        executor: &Executor,
        hits: &[RankedHit],
    ) -> tantivy::Result<Vec<HitGain>> {
        let hits: Vec<DocAddress> = hits.iter().map(|hit| hit.at).collect();
        let gain = |at: &DocAddress| HitGain { likeness: self.likeness(*at), words: 0.0 };
        let mut gains: Vec<HitGain> = hits.iter().map(gain).collect();
        for (_, word_gains) in self.gains_by_word(searcher, executor, &hits)? {
            for (sum, gain) in gains.iter_mut().zip(word_gains) {
                sum.words += gain;
            }
        }
        Ok(gains)
    }

    /// What a study gains by being like the first hits.
    pub(super) fn likeness(&self, at: DocAddress) -> Score {
        let gain =
            |(vectors, likeness): &(Vectors, Likeness)| likeness.gain(direction(vectors, at));
        self.likeness.as_ref().map_or(0.0, gain)
    }

    /// What each of some hits gains by each learned word, before scaling.
    pub(super) fn gains_by_word(
        &self,
        searcher: &Searcher,
        executor: &Executor,
        hits: &[DocAddress],
    ) -> tantivy::Result<Vec<(&LearnedWord, Vec<Score>)>> {
        let mut order: Vec<usize> = (0..hits.len()).collect();
        order.sort_unstable_by_key(|at| hits[*at]);
        let segments: Vec<&[usize]> = order
            .chunk_by(|one, other| hits[*one].segment_ord == hits[*other].segment_ord)
            .collect();
        let of_segment = |of_segment: &[usize]| {
            let docs: Vec<DocId> = of_segment.iter().map(|at| hits[*at].doc_id).collect();
            let reader = searcher.segment_reader(hits[of_segment[0]].segment_ord);
            let words = self.words.iter().map(|learned| self.gains_in(reader, learned, &docs));
            words.collect::<tantivy::Result<Vec<_>>>()
        };
        let found = executor.map(of_segment, segments.iter().copied())?;
        let words = self.words.iter().map(|learned| (learned, vec![0.0; hits.len()]));
        let mut all: Vec<_> = words.collect();
        for (of_segment, by_word) in segments.into_iter().zip(found) {
            for ((_, gains), of_word) in all.iter_mut().zip(by_word) {
                of_segment.iter().zip(of_word).for_each(|(at, gain)| gains[*at] = gain);
            }
        }
        Ok(all)
    }

    /// What documents of a segment, in order, gain by a word.
    fn gains_in(
        &self,
        reader: &SegmentReader,
        learned: &LearnedWord,
        docs: &[DocId],
    ) -> tantivy::Result<Vec<Score>> {
        let mut gains = vec![0.0; docs.len()];
        let pattern = Pattern::Term(learned.word.clone());
        let Some(mut occurrences) = Occurrences::new(reader, self.field, &pattern)? else {
            return Ok(gains);
        };
        let lengths = reader.get_fieldnorms_reader(self.field)?;
        for (doc, gain) in docs.iter().copied().zip(&mut gains) {
            if occurrences.doc() < doc {
                occurrences.seek(doc);
            }
            if occurrences.doc() == doc {
                let norm = self.norms[usize::from(lengths.fieldnorm_id(doc))];
                let weighted = occurrences.frequency() as Score / norm;
                *gain = self.model.saturated(learned.worth, weighted);
            }
        }
        Ok(gains)
    }
}

/// The direction of a study's vector.
fn direction(vectors: &[Column<u64>], at: DocAddress) -> Option<Direction> {
    Direction::unpacked(vectors.get(at.segment_ord as usize)?.values_for_doc(at.doc_id))
}

/// The score of each hit, and numbers of the words that it is about.
fn topics(
    store: &Store,
    searcher: &Searcher,
    hits: &[RankedHit],
) -> tantivy::Result<Vec<(Score, Vec<u64>)>> {
    let name = store.index.schema().get_field_name(store.fields.topic).to_owned();
    let mut columns: BTreeMap<u32, Column<u64>> = BTreeMap::new();
    let mut topics = Vec::with_capacity(hits.len());
    for hit in hits {
        let segment = hit.at.segment_ord;
        if let Entry::Vacant(vacant) = columns.entry(segment) {
            vacant.insert(searcher.segment_reader(segment).fast_fields().u64(&name)?);
        }
        topics.push((hit.score, columns[&segment].values_for_doc(hit.at.doc_id).collect()));
    }
    Ok(topics)
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
