//! The model that decisions train: weights of words, scores of studies.

use std::fmt;

use super::features::{FeatureMatrix, in_threads};
use super::learning_method::LearningMethod;
use super::newton::{DecisionRows, TrainingDecision, solve};

/// A linear model of the included studies.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    method: LearningMethod,
    decisions: usize,
    /// A weight for each feature.
    weights: Vec<f32>,
    scores: Vec<f32>,
}

/// Decided rows as sums of weights.
struct WeightedRows<'a> {
    features: &'a FeatureMatrix,
    rows: &'a [usize],
}

impl WeightedRows<'_> {
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

impl DecisionRows for WeightedRows<'_> {
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

impl LinearModel {
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
    pub fn train(
        features: &FeatureMatrix,
        decisions: &[(usize, bool)],
        method: LearningMethod,
    ) -> Option<Self> {
        let decided = in_order(decisions);
        if !decided.iter().any(|(_, included)| *included) {
            return None;
        }
        let rows: Vec<usize> = decided.iter().map(|(row, _)| *row).collect();
        let seen: Vec<TrainingDecision> =
            decided.iter().map(|(row, included)| decision(features, *row, *included)).collect();
        let mut machine = WeightedRows { features, rows: &rows };
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

impl fmt::Display for LinearModel {
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
pub(super) fn decision(features: &FeatureMatrix, row: usize, included: bool) -> TrainingDecision {
    let (_, weights) = features.row(row);
    let square: f64 = weights.iter().map(|weight| f64::from(weight * weight)).sum();
    TrainingDecision { included, square: square + 1.0, own: f64::from(features.own(row)) }
}

/// The score of each row.
fn score(features: &FeatureMatrix, weights: &[f32], constant: f32) -> Vec<f32> {
    let rows = features.rows();
    let halves = [0..rows / 2, rows / 2..rows];
    let scored = in_threads(&halves, |rows| {
        rows.clone().map(|row| features.dot(row, weights) + constant).collect::<Vec<f32>>()
    });
    scored.concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::replay::{DecidedStudies, FeaturePostings};
    use super::*;

    /// Every third study is about the heart.
    fn texts() -> Vec<String> {
        let subject = |at: usize| if at.is_multiple_of(3) { "heart failure" } else { "knee pain" };
        let text = |at| format!("{} in group {} of site {}", subject(at), at % 5, at % 7);
        (0..60).map(text).collect()
    }

    fn is_about_hearts(row: usize) -> bool {
        row.is_multiple_of(3)
    }

    #[test]
    fn what_can_be_told_apart_is_ranked_right() {
        let features = FeatureMatrix::of(&texts());
        for method in [LearningMethod::Svm, LearningMethod::Logistic] {
            let decisions: Vec<_> = (0..30).map(|row| (row, is_about_hearts(row))).collect();
            let model = LinearModel::train(&features, &decisions, method).expect("a model");
            let mut rows: Vec<usize> = (30..60).collect();
            rows.sort_by(|one, other| model.scores()[*other].total_cmp(&model.scores()[*one]));
            assert!(rows[..10].iter().all(|row| is_about_hearts(*row)), "{method:?}: {rows:?}");
        }
    }

    #[test]
    fn without_includes_there_is_no_model_without_excludes_there_is() {
        let features = FeatureMatrix::of(&texts());
        assert_eq!(LinearModel::train(&features, &[], LearningMethod::Svm), None);
        assert_eq!(LinearModel::train(&features, &[(1, false)], LearningMethod::Svm), None);
        let model =
            LinearModel::train(&features, &[(0, true)], LearningMethod::Svm).expect("a model");
        assert!(model.scores()[3] > model.scores()[4]);
        assert_eq!(model.name(), "svm-1 of 1 decision");
        let model = LinearModel::train(
            &features,
            &[(0, true), (1, false), (1, false)],
            LearningMethod::Logistic,
        );
        assert_eq!(model.expect("a model").name(), "logistic-1 of 2 decisions");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_order_of_decisions_does_not_count(
            decisions in prop::collection::vec((0_usize..60, any::<bool>()), 1..40),
            turn in 0_usize..40,
            logistic in any::<bool>(),
        ) {
            let method = if logistic { LearningMethod::Logistic } else { LearningMethod::Svm };
            let features = FeatureMatrix::of(&texts());
            let model = LinearModel::train(&features, &decisions, method);
            let mut others: Vec<_> = decisions.iter().rev().copied().collect();
            others.rotate_left(turn % decisions.len());
            prop_assert_eq!(&LinearModel::train(&features, &others, method), &model);
            prop_assert_eq!(&LinearModel::train(&FeatureMatrix::of(&texts()), &decisions, method), &model);
        }

        #[test]
        fn a_simulation_has_the_models_of_a_review(
            rows in prop::collection::btree_set(0_usize..60, 2..30),
            logistic in any::<bool>(),
        ) {
            let method = if logistic { LearningMethod::Logistic } else { LearningMethod::Svm };
            let features = FeatureMatrix::of(&texts());
            let postings = FeaturePostings::of(&features);
            let mut decided = DecidedStudies::none(&features, &postings);
            let mut decisions = Vec::new();
            for row in rows.into_iter().rev() {
                decided.push(row, is_about_hearts(row));
                decisions.push((row, is_about_hearts(row)));
                let Some(model) = LinearModel::train(&features, &decisions, method) else { continue };
                let scores = decided.scores(method);
                for (one, other) in scores.iter().zip(model.scores()) {
                    prop_assert!((one - other).abs() < 2e-3, "{} and {}", one, other);
                }
            }
        }
    }
}
