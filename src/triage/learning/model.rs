//! What decisions teach: weights of words, scores of studies.

use std::fmt;

use super::descent::{Decision, Machine, descend};
use super::features::{Features, in_threads};

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

/// A model as the vector of its weights.
struct Weights<'a> {
    features: &'a Features,
    rows: &'a [usize],
    vector: Vec<f32>,
    constant: f64,
}

impl Machine for Weights<'_> {
    fn value(&self, decided: usize) -> f64 {
        f64::from(self.features.dot(self.rows[decided], &self.vector)) + self.constant
    }

    fn add(&mut self, decided: usize, times: f64) {
        self.features.add(self.rows[decided], times as f32, &mut self.vector);
        self.constant += times;
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
        let vector = vec![0.0; features.width()];
        let mut machine = Weights { features, rows: &rows, vector, constant: 0.0 };
        descend(&mut machine, &seen, method);
        let Weights { vector: weights, constant, .. } = machine;
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

/// A decision on a row, for [`descend`].
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
