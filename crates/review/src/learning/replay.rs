//! Many models of a growing set of decisions, as a simulation needs them.
//!
//! A model of few decisions is the sum of few rows, and all that matters of
//! these are their products with each other and with the other rows. Products
//! are worked out once for each decision, so that the next model costs no
//! look at a word.

use super::features::FeatureMatrix;
use super::learning_method::LearningMethod;
use super::linear_model::decision;
use super::newton::{DecisionRows, TrainingDecision, solve};

/// Rows by feature.
#[derive(Debug)]
pub(super) struct FeaturePostings {
    /// Where the rows of each feature end.
    ends: Vec<usize>,
    rows: Vec<u32>,
    weights: Vec<f32>,
}

impl FeaturePostings {
    pub(super) fn of(features: &FeatureMatrix) -> Self {
        let mut ends = vec![0; features.width() + 1];
        for row in 0..features.rows() {
            features.row(row).0.iter().for_each(|column| ends[*column as usize + 1] += 1);
        }
        for column in 1..ends.len() {
            ends[column] += ends[column - 1];
        }
        let all = ends.last().copied().unwrap_or_default();
        let (mut rows, mut weights) = (vec![0; all], vec![0.0; all]);
        // Each end begins as the start, and moves on with every row.
        for row in 0..features.rows() {
            let (columns, of_row) = features.row(row);
            for (column, weight) in columns.iter().zip(of_row) {
                let at = &mut ends[*column as usize];
                (rows[*at], weights[*at]) = (row as u32, *weight);
                *at += 1;
            }
        }
        Self { ends, rows, weights }
    }

    /// Product of a row with every row.
    fn products(&self, features: &FeatureMatrix, row: usize) -> Vec<f32> {
        let mut products = vec![0.0; features.rows()];
        let (columns, weights) = features.row(row);
        for (column, weight) in columns.iter().zip(weights) {
            let column = *column as usize;
            let range =
                column.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[column];
            for (other, of_other) in self.rows[range.clone()].iter().zip(&self.weights[range]) {
                products[*other as usize] += weight * of_other;
            }
        }
        products
    }
}

/// The decisions so far, with their products.
#[derive(Debug)]
pub(super) struct DecidedStudies<'a> {
    features: &'a FeatureMatrix,
    postings: &'a FeaturePostings,
    /// Decided rows, ascending.
    rows: Vec<usize>,
    decisions: Vec<TrainingDecision>,
    /// Of each decided row with all rows.
    products: Vec<Vec<f32>>,
    /// Of each decided row with the decided rows.
    among: Vec<Vec<f32>>,
    /// Coefficients of the last model, 0 for newer decisions.
    coefficients: Vec<f64>,
}

/// Products of decided rows.
struct DecisionProducts<'a>(&'a [Vec<f32>]);

impl DecisionRows for DecisionProducts<'_> {
    fn values(&mut self, coefficients: &[f64]) -> Vec<f64> {
        let constant: f64 = coefficients.iter().sum();
        let sum = sum(self.0, coefficients, coefficients.len());
        sum.into_iter().map(|value| f64::from(value) + constant).collect()
    }
}

/// The sum of vectors, each so many times: four at once, so that the sum is
/// taken from memory a quarter as often.
fn sum(vectors: &[Vec<f32>], times: &[f64], length: usize) -> Vec<f32> {
    let mut sum = vec![0.0; length];
    for (vectors, times) in vectors.chunks(4).zip(times.chunks(4)) {
        if let ([a, b, c, d], [i, j, k, l]) = (vectors, times) {
            let [i, j, k, l] = [*i as f32, *j as f32, *k as f32, *l as f32];
            let [a, b, c, d] = [&a[..length], &b[..length], &c[..length], &d[..length]];
            for at in 0..length {
                sum[at] += (a[at] * i + b[at] * j) + (c[at] * k + d[at] * l);
            }
        } else {
            for (vector, times) in vectors.iter().zip(times) {
                sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value * *times as f32);
            }
        }
    }
    sum
}

impl<'a> DecidedStudies<'a> {
    pub(super) fn none(features: &'a FeatureMatrix, postings: &'a FeaturePostings) -> Self {
        let (rows, decisions) = (Vec::new(), Vec::new());
        Self {
            features,
            postings,
            rows,
            decisions,
            products: Vec::new(),
            among: Vec::new(),
            coefficients: Vec::new(),
        }
    }

    /// Whether a model can be made, see `LinearModel::train`.
    pub(super) fn teaches(&self) -> bool {
        self.decisions.iter().any(|decision| decision.included)
    }

    /// Takes a decision on a row that has none.
    pub(super) fn push(&mut self, row: usize, included: bool) {
        let at = self.rows.partition_point(|other| *other < row);
        let products = self.postings.products(self.features, row);
        self.rows.insert(at, row);
        for (among, other) in self.among.iter_mut().zip(&self.products) {
            among.insert(at, other[row]);
        }
        self.among.insert(at, self.rows.iter().map(|other| products[*other]).collect());
        self.products.insert(at, products);
        self.decisions.insert(at, decision(self.features, row, included));
        self.coefficients.insert(at, 0.0);
    }

    /// The scores of all rows by the model of the decisions. The one before
    /// is near, and the search begins there.
    pub(super) fn scores(&mut self, method: LearningMethod) -> Vec<f32> {
        let start = std::mem::take(&mut self.coefficients);
        self.coefficients =
            solve(&mut DecisionProducts(&self.among), &self.decisions, method, start);
        let constant: f64 = self.coefficients.iter().sum();
        let mut scores = sum(&self.products, &self.coefficients, self.features.rows());
        scores.iter_mut().for_each(|score| *score += constant as f32);
        scores
    }
}
