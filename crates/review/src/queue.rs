//! The next studies to read for a reviewer.

use std::collections::HashMap;

use super::state::{ReviewState, StudyState};
use trialdex_records::study::NctId;

/// How unread studies are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueOrder {
    /// As the searches ranked them.
    Relevance,
    /// Those first that a learned model takes for relevant.
    Certainty,
    /// Those first that it is least sure of.
    Uncertainty,
    /// At random, the same for the same number.
    Random(u64),
}

/// Why a study is where it is in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueTurn {
    /// It is part of a sample that is not read yet.
    Sample,
    /// Its record changed since the reviewer decided.
    Changed,
    /// It is unread, and its place is that of the order.
    Unread,
    /// It was put off.
    Skipped,
}

/// A study to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuedStudy {
    /// Which.
    pub nct: NctId,
    /// Why here.
    pub turn: QueueTurn,
}

/// The scores of studies: above 0 for relevant ones, below for others.
pub type StudyScores = HashMap<NctId, f32>;

/// All unread studies of a reviewer, the next first: the rest of a sample, in
/// the order of its draw, since a sample has no result before it is read;
/// studies that changed; unread ones in the order asked for; skipped ones.
///
/// Without scores the two orders that need them are [`QueueOrder::Relevance`].
#[must_use]
pub fn queue(
    state: &ReviewState,
    reviewer: &str,
    order: QueueOrder,
    scores: Option<&StudyScores>,
) -> Vec<QueuedStudy> {
    let sampled: HashMap<NctId, usize> = state
        .samples
        .iter()
        .filter(|sample| sample.reviewer == reviewer)
        .flat_map(|sample| &sample.sample.drawn)
        .zip(0..)
        .map(|(nct, at)| (*nct, at))
        .collect();
    let studies = state.studies();
    let place = places(&studies, order, scores);
    let mut queued: Vec<(u8, u64, QueuedStudy)> = Vec::new();
    for (study, place) in studies.into_iter().zip(place) {
        let (class, place, turn) = match turn(study, reviewer, &sampled) {
            Some(QueueTurn::Sample) => {
                (0, turn_in_sample(study, reviewer, &sampled), QueueTurn::Sample)
            }
            Some(QueueTurn::Changed) => (1, place, QueueTurn::Changed),
            Some(QueueTurn::Unread) => (2, place, QueueTurn::Unread),
            Some(QueueTurn::Skipped) => (3, study.skipped[reviewer], QueueTurn::Skipped),
            None => continue,
        };
        queued.push((class, place, QueuedStudy { nct: study.nct, turn }));
    }
    queued.sort_by_key(|(class, place, queued)| (*class, *place, queued.nct));
    queued.into_iter().map(|(_, _, queued)| queued).collect()
}

/// The place of a study in a sample: those put off are its last.
fn turn_in_sample(study: &StudyState, reviewer: &str, sampled: &HashMap<NctId, usize>) -> u64 {
    let drawn = sampled.len() as u64;
    study.skipped.get(reviewer).map_or(sampled[&study.nct] as u64, |seq| drawn + seq)
}

/// Whether a study is unread, and in which turn.
fn turn(study: &StudyState, reviewer: &str, sampled: &HashMap<NctId, usize>) -> Option<QueueTurn> {
    let decided = study.verdict_of(reviewer).is_some();
    match (decided, study.skipped.contains_key(reviewer)) {
        (true, false) => (!study.stale_for(reviewer).is_empty()).then_some(QueueTurn::Changed),
        (false, _) if sampled.contains_key(&study.nct) => Some(QueueTurn::Sample),
        (_, true) => Some(QueueTurn::Skipped),
        (false, false) => Some(QueueTurn::Unread),
    }
}

/// The place of each study, which are given by relevance.
fn places(studies: &[&StudyState], order: QueueOrder, scores: Option<&StudyScores>) -> Vec<u64> {
    let by = |key: &dyn Fn(&StudyState) -> f32| {
        let mut sorted: Vec<usize> = (0..studies.len()).collect();
        // Stable: studies of the same score stay in the order of relevance.
        sorted.sort_by(|one, other| key(studies[*one]).total_cmp(&key(studies[*other])));
        let mut places = vec![0; studies.len()];
        for (place, at) in (0..).zip(sorted) {
            places[at] = place;
        }
        places
    };
    let score = |study: &StudyState| scores.and_then(|scores| scores.get(&study.nct)).copied();
    match (order, scores) {
        (QueueOrder::Random(seed), _) => studies.iter().map(|study| lot(seed, study.nct)).collect(),
        (QueueOrder::Certainty, Some(_)) => {
            by(&|study| score(study).map_or(f32::MAX, |score| -score))
        }
        (QueueOrder::Uncertainty, Some(_)) => by(&|study| score(study).map_or(f32::MAX, f32::abs)),
        _ => (0..).take(studies.len()).collect(),
    }
}

/// The lot that a study draws: the first eight bytes of the BLAKE3 of
/// `seed:NCT`, so that anybody can repeat a draw with any tool.
#[must_use]
pub(super) fn lot(seed: u64, nct: NctId) -> u64 {
    let hash = blake3::hash(format!("{seed}:{nct}").as_bytes());
    u64::from_be_bytes(std::array::from_fn(|at| hash.as_bytes()[at]))
}
