//! Many models of a growing set of decisions, as a simulation needs them.
//!
//! A model of few decisions is the sum of few rows, and all that matters of
//! these are their products with each other and with the other rows. Products
//! are worked out once for each decision, so that the next model costs no
//! look at a word.

use super::descent::{Decision, Machine, descend};
use super::features::Features;
use super::model::{Method, decision};

/// Rows by feature.
#[derive(Debug)]
pub(super) struct Postings {
    /// Where the rows of each feature end.
    ends: Vec<usize>,
    rows: Vec<u32>,
    weights: Vec<f32>,
}

impl Postings {
    pub(super) fn of(features: &Features) -> Self {
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
    fn products(&self, features: &Features, row: usize) -> Vec<f32> {
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
pub(super) struct Decided<'a> {
    features: &'a Features,
    postings: &'a Postings,
    /// Decided rows, ascending.
    rows: Vec<usize>,
    decisions: Vec<Decision>,
    /// Of each decided row with all rows.
    products: Vec<Vec<f32>>,
    /// Of each decided row with the decided rows.
    among: Vec<Vec<f32>>,
}

/// A model as its values for the decided rows.
struct Values<'a> {
    among: &'a [Vec<f32>],
    values: Vec<f32>,
    constant: f64,
}

impl Machine for Values<'_> {
    fn value(&self, decided: usize) -> f64 {
        f64::from(self.values[decided]) + self.constant
    }

    fn add(&mut self, decided: usize, times: f64) {
        add(&self.among[decided], times as f32, &mut self.values);
        self.constant += times;
    }
}

fn add(row: &[f32], times: f32, to: &mut [f32]) {
    for (value, product) in to.iter_mut().zip(row) {
        *value += times * product;
    }
}

impl<'a> Decided<'a> {
    pub(super) fn none(features: &'a Features, postings: &'a Postings) -> Self {
        let (rows, decisions) = (Vec::new(), Vec::new());
        Self { features, postings, rows, decisions, products: Vec::new(), among: Vec::new() }
    }

    /// Whether a model can be made, see `Model::train`.
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
    }

    /// The scores of all rows by the model of the decisions.
    pub(super) fn scores(&self, method: Method) -> Vec<f32> {
        let values = vec![0.0; self.rows.len()];
        let mut machine = Values { among: &self.among, values, constant: 0.0 };
        let coefficients = descend(&mut machine, &self.decisions, method);
        let mut scores = vec![machine.constant as f32; self.features.rows()];
        for (products, coefficient) in self.products.iter().zip(coefficients) {
            add(products, coefficient as f32, &mut scores);
        }
        scores
    }
}
