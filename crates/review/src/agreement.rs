//! How far reviewers agree.

use serde::Serialize;

use super::event::Verdict;
use super::state::ReviewState;

/// The agreement of two reviewers on the studies that both decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// The two.
    pub reviewers: (String, String),
    /// Studies that both decided.
    pub studies: usize,
    /// Those on which they say the same.
    pub same: usize,
    /// Cohen's kappa (Cohen, Educational and Psychological Measurement 1960;
    /// 20:37): agreement beyond chance, 1 at most. `None` where both say the
    /// same of all studies, so that chance alone would make them agree.
    pub kappa: Option<f64>,
}

/// The agreement of every two reviewers who decided any study in common.
#[must_use]
pub fn agreements(state: &ReviewState) -> Vec<Agreement> {
    let reviewers: Vec<&String> = state.reviewers.iter().collect();
    let mut all = Vec::new();
    for (at, one) in reviewers.iter().enumerate() {
        for other in &reviewers[at + 1..] {
            all.extend(agreement(state, one, other));
        }
    }
    all
}

fn agreement(state: &ReviewState, one: &str, other: &str) -> Option<Agreement> {
    let mut table = [[0usize; 3]; 3];
    for study in state.studies() {
        let verdict = |who| study.verdict_of(who).map(|standing| standing.decision.verdict);
        if let (Some(one), Some(other)) = (verdict(one), verdict(other)) {
            table[at(one)][at(other)] += 1;
        }
    }
    let studies: usize = table.iter().flatten().sum();
    (studies > 0).then(|| Agreement {
        reviewers: (one.to_owned(), other.to_owned()),
        studies,
        same: (0..3).map(|at| table[at][at]).sum(),
        kappa: kappa(&table),
    })
}

fn at(verdict: Verdict) -> usize {
    Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or_default()
}

fn kappa(table: &[[usize; 3]; 3]) -> Option<f64> {
    let all: usize = table.iter().flatten().sum();
    let share = |count: usize| count as f64 / all as f64;
    let observed: f64 = (0..3).map(|at| share(table[at][at])).sum();
    let by_chance = |at: usize| {
        let row: usize = table[at].iter().sum();
        let column: usize = table.iter().map(|row| row[at]).sum();
        share(row) * share(column)
    };
    let expected: f64 = (0..3).map(by_chance).sum();
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_agreement_beyond_chance() {
        // 20 and 15 alike of 50; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
        let value = kappa(&[[20, 5, 0], [10, 15, 0], [0, 0, 0]]).expect("a value");
        assert!((value - 0.4).abs() < 1e-12);
        assert_eq!(kappa(&[[7, 0, 0], [0, 0, 0], [0, 0, 0]]), None);
    }
}
