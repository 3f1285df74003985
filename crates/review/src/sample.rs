//! Bounds how much may have been missed, by a random sample of the unread.
//!
//! Of `n` studies drawn at random, without putting any back, from `N` unread
//! ones, the number that is relevant follows the hypergeometric distribution.
//! Take the greatest number of relevant studies among the `N` for which so few
//! found ones are still not improbable. It bounds the relevant studies that are
//! still unread, and with them recall: Callaghan and Müller-Hansen, Statistical
//! stopping criteria for automated screening in systematic reviews, Systematic
//! Reviews 2020; 9:273.

use super::event::{Sample, Verdict};
use super::queue::lot;
use super::state::{ReviewState, SampleState, StudyState};
use trialdex_records::study::NctId;

/// The risk that more is missed than a bound says.
pub const RISK: f64 = 0.05;

/// Draws from the studies that a reviewer has not read, in the order of their
/// lots; fewer than `size` where there are not as many.
#[must_use]
pub fn draw(state: &ReviewState, reviewer: &str, size: usize, seed: u64) -> Sample {
    let unread = state.studies().into_iter().filter(|study| study.verdict_of(reviewer).is_none());
    let mut population: Vec<NctId> = unread.map(|study| study.nct).collect();
    population.sort_unstable();
    let mut drawn = population.clone();
    drawn.sort_by_key(|nct| (lot(seed, *nct), *nct));
    drawn.truncate(size);
    Sample { seed, population, drawn }
}

/// What a sample says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SampleFinding {
    /// Nothing yet: so many of its studies are unread.
    Unread(usize),
    /// Nothing any longer: so many unread studies were not there when it was
    /// drawn, or were counted as read.
    Outdated(usize),
    /// A bound.
    Bound(RecallBound),
}

/// A lower bound on recall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecallBound {
    /// Studies that the sample was drawn from.
    pub population: usize,
    /// Studies drawn.
    pub drawn: usize,
    /// Those among the drawn that may be relevant: included, or undecided as
    /// `maybe`.
    pub relevant: usize,
    /// Relevant studies at most in the population, with a risk of [`RISK`].
    pub most: usize,
    /// Studies included in all by now.
    pub included: usize,
    /// Relevant studies at most in the whole review: what the reviewer left
    /// as `maybe` outside of the population may be, too.
    pub most_in_all: usize,
}

impl RecallBound {
    /// The share of the relevant studies that is included, at least.
    #[must_use]
    pub fn recall(&self) -> f64 {
        if self.most_in_all == 0 { 1.0 } else { self.included as f64 / self.most_in_all as f64 }
    }
}

/// What a sample shows about its reviewer's decisions.
#[must_use]
pub fn finding(state: &ReviewState, drawn: &SampleState) -> SampleFinding {
    let verdict = |study: &StudyState| {
        study.verdict_of(&drawn.reviewer).map(|standing| standing.decision.verdict)
    };
    let sample = &drawn.sample;
    let of_drawn = || sample.drawn.iter().map(|nct| state.study(*nct).and_then(verdict));
    let in_population = |study: &StudyState| sample.population.binary_search(&study.nct).is_ok();
    let studies = state.studies();
    let outside = studies.iter().filter(|study| !in_population(study));
    let outdated = outside.filter(|study| verdict(study).is_none()).count();
    if outdated > 0 {
        return SampleFinding::Outdated(outdated);
    }
    let unread = of_drawn().filter(Option::is_none).count();
    if unread > 0 || sample.drawn.is_empty() {
        return SampleFinding::Unread(unread);
    }
    let (population, size) = (sample.population.len(), sample.drawn.len());
    let relevant = of_drawn().filter(|it| matches!(it, Some(Verdict::Include | Verdict::Maybe)));
    let relevant = relevant.count();
    let (mut included, mut inside, mut before) = (0, 0, 0);
    for study in &studies {
        let Some(Verdict::Include | Verdict::Maybe) = verdict(study) else { continue };
        included += usize::from(verdict(study) == Some(Verdict::Include));
        *(if in_population(study) { &mut inside } else { &mut before }) += 1;
    }
    let most = most_relevant(population, size, relevant).max(inside);
    SampleFinding::Bound(RecallBound {
        population,
        drawn: size,
        relevant,
        most,
        included,
        most_in_all: before + most,
    })
}

/// The greatest number of relevant studies in a population for which a sample
/// of `drawn` shows no more than `relevant` with a probability above [`RISK`].
#[must_use]
pub fn most_relevant(population: usize, drawn: usize, relevant: usize) -> usize {
    // The probability falls as the number grows, so that halving finds it.
    let (mut possible, mut beyond) = (relevant, population - (drawn - relevant) + 1);
    while possible + 1 < beyond {
        let middle = possible.midpoint(beyond);
        if at_most(population, middle, drawn, relevant) > RISK {
            possible = middle;
        } else {
            beyond = middle;
        }
    }
    possible
}

/// The probability that of `drawn` studies out of `population`, with
/// `of_interest` relevant ones, no more than `most` are relevant.
fn at_most(population: usize, of_interest: usize, drawn: usize, most: usize) -> f64 {
    let fewest = drawn.saturating_sub(population - of_interest);
    let all = log_choose(population, drawn);
    let exactly = |found: usize| {
        let others = log_choose(population - of_interest, drawn - found);
        (log_choose(of_interest, found) + others - all).exp()
    };
    (fewest..=most.min(of_interest).min(drawn)).map(exactly).sum()
}

/// The logarithm of the number of ways to choose `few` of `many`.
fn log_choose(many: usize, few: usize) -> f64 {
    let few = few.min(many - few);
    (0..few).map(|at| ((many - at) as f64 / (at + 1) as f64).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_worked_out_by_hand() {
        // Of ten balls four are white; three are drawn. None is white in
        // 6/10 * 5/9 * 4/8, at most one in 20/120 + 4 * 15/120 of all draws.
        assert!((at_most(10, 4, 3, 0) - 1.0 / 6.0).abs() < 1e-12);
        assert!((at_most(10, 4, 3, 1) - 80.0 / 120.0).abs() < 1e-12);
        assert!((at_most(10, 4, 3, 3) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_bound_is_the_last_number_that_is_not_improbable() {
        for (population, drawn, relevant) in [(788, 100, 0), (788, 100, 3), (50, 50, 7), (9, 1, 0)]
        {
            let most = most_relevant(population, drawn, relevant);
            assert!(at_most(population, most, drawn, relevant) > RISK);
            let ruled_out = most + 1 > population - (drawn - relevant)
                || at_most(population, most + 1, drawn, relevant) <= RISK;
            assert!(ruled_out, "{population} {drawn} {relevant} {most}");
        }
        // A sample of all is no estimate.
        assert_eq!(most_relevant(50, 50, 7), 7);
        // The rule of three: about 3/n of the population.
        assert_eq!(most_relevant(10_000, 300, 0), 97);
    }
}
