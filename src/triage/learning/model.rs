//! What decisions teach: weights of words, scores of studies.

use std::fmt;

use super::features::{Features, in_threads};
use super::newton::{Decision, Machine, solve};

/// How a model learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// A linear support vector machine with squared hinge loss.
    #[default]
    Svm,
    /// Logistic regression.
    Logistic,
}

impl Method {
    /// Its name and the version of its parameters: what a model says of where
    /// it is from.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Svm => "svm-1",
            Self::Logistic => "logistic-1",
        }
    }
}

/// A linear model of what is included.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    method: Method,
    decisions: usize,
    /// A weight for each feature.
    weights: Vec<f32>,
    scores: Vec<f32>,
}

/// Decided rows as sums of weights.
struct Rows<'a> {
    features: &'a Features,
    rows: &'a [usize],
}

impl Rows<'_> {
    /// The sum of the rows, each so many times.
    fn sum(&self, coefficients: &[f64]) -> Vec<f32> {
        let mut sum = vec![0.0; self.features.width()];
        for (row, times) in self.rows.iter().zip(coefficients) {
            if *times != 0.0 {
                self.features.add(*row, *times as f32, &mut sum);
            }
        }
        sum
    }
}

impl Machine for Rows<'_> {
    fn values(&mut self, coefficients: &[f64]) -> Vec<f64> {
        let sum = self.sum(coefficients);
        let constant: f64 = coefficients.iter().sum();
        let halves = self.rows.chunks(self.rows.len().div_ceil(2));
        let values = in_threads(&halves.collect::<Vec<_>>(), |rows| {
            let values = rows.iter().map(|row| f64::from(self.features.dot(*row, &sum)) + constant);
            values.collect::<Vec<f64>>()
        });
        values.concat()
    }
}

impl Model {
    /// Learns from decisions: rows, and whether the study of each is
    /// included. Their order does not count; of several on a row an inclusion
    /// does. `None` where nothing is included: there is nothing to look for
    /// then. Excludes can be absent; the model is then what the includes have
    /// in common.
    ///
    /// # Panics
    ///
    /// Where a row is none of the features.
    #[must_use]
    pub fn train(features: &Features, decisions: &[(usize, bool)], method: Method) -> Option<Self> {
        let decided = in_order(decisions);
        if !decided.iter().any(|(_, included)| *included) {
            return None;
        }
        let rows: Vec<usize> = decided.iter().map(|(row, _)| *row).collect();
        let seen: Vec<Decision> =
            decided.iter().map(|(row, included)| decision(features, *row, *included)).collect();
        let mut machine = Rows { features, rows: &rows };
        let coefficients = solve(&mut machine, &seen, method, vec![0.0; rows.len()]);
        let weights = machine.sum(&coefficients);
        let constant: f64 = coefficients.iter().sum();
        let scores = score(features, &weights, constant as f32);
        Some(Self { method, decisions: decided.len(), weights, scores })
    }

    /// How certain the inclusion of each study is: above 0 where it is
    /// expected. Also of studies that are decided.
    #[must_use]
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }

    /// How it came to be: `svm-1 of 42 decisions`.
    #[must_use]
    pub fn name(&self) -> String {
        self.to_string()
    }

    /// The weight of a feature.
    pub(super) fn weight(&self, column: u32) -> f32 {
        self.weights[column as usize]
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, decisions, .. } = self;
        let noun = if *decisions == 1 { "decision" } else { "decisions" };
        write!(f, "{} of {decisions} {noun}", method.name())
    }
}

/// Decisions by row, one a row.
fn in_order(decisions: &[(usize, bool)]) -> Vec<(usize, bool)> {
    let mut decided = decisions.to_vec();
    decided.sort_unstable_by_key(|(row, included)| (*row, !included));
    decided.dedup_by_key(|(row, _)| *row);
    decided
}

/// A decision on a row, for [`solve`].
pub(super) fn decision(features: &Features, row: usize, included: bool) -> Decision {
    let (_, weights) = features.row(row);
    let square: f64 = weights.iter().map(|weight| f64::from(weight * weight)).sum();
    Decision { included, square: square + 1.0, own: f64::from(features.own(row)) }
}

/// The score of each row.
fn score(features: &Features, weights: &[f32], constant: f32) -> Vec<f32> {
    let rows = features.rows();
    let halves = [0..rows / 2, rows / 2..rows];
    let scored = in_threads(&halves, |rows| {
        rows.clone().map(|row| features.dot(row, weights) + constant).collect::<Vec<f32>>()
    });
    scored.concat()
}
