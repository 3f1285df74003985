//! How weights are found: the two linear methods by dual coordinate descent.
//!
//! Each decision has a coefficient, and the model is the sum of the decided
//! rows by their coefficients. One coefficient after another is set to its
//! best value while the others stand, until none has far to go. For the
//! squared hinge loss: Hsieh and others, "A dual coordinate descent method for
//! large-scale linear SVM", ICML 2008. For the logistic loss: Yu and others,
//! "Dual coordinate descent methods for logistic regression and maximum
//! entropy models", Machine Learning 85, 2011; here the best value is found in
//! the logarithm of the odds, where the equation is nearly straight.

use super::model::Method;

/// How many times as much as excludes all includes weigh together; from
/// ASReview 3.0.8, model `elas_u4`.
const INCLUDES_TO_EXCLUDES: f64 = 9.8;

/// What a decision costs that a model gets wrong, beside its weights' size;
/// from the same. The mean over the decisions.
const COST: f64 = 0.11;

/// How far a margin may be from its best; decisions are 1 and -1.
const TOLERANCE: f64 = 1e-4;

/// Rounds over all decisions at most.
const ROUNDS: usize = 1_000;

/// The model that is being worked on, by decided row.
pub(super) trait Machine {
    /// The model's value for a decided row.
    fn value(&self, decided: usize) -> f64;
    /// Adds a decided row, so many times, to the model.
    fn add(&mut self, decided: usize, times: f64);
}

/// A decision as the methods see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision {
    /// Whether the study is included.
    pub(super) included: bool,
    /// Squared length of the row with the constant, but without what it has
    /// for itself.
    pub(super) square: f64,
    /// Squared length of what the row has for itself.
    pub(super) own: f64,
}

impl Decision {
    fn sign(&self) -> f64 {
        if self.included { 1.0 } else { -1.0 }
    }
}

/// Finds the coefficient of each decision, and brings the machine there. The
/// machine is empty at the beginning.
pub(super) fn descend(
    machine: &mut impl Machine,
    decisions: &[Decision],
    method: Method,
) -> Vec<f64> {
    let costs = costs(decisions);
    let mut coefficients = vec![0.0; decisions.len()];
    for _ in 0..ROUNDS {
        let mut farthest = 0.0_f64;
        for (at, decision) in decisions.iter().enumerate() {
            let sign = decision.sign();
            let old = coefficients[at];
            let margin = sign * machine.value(at) + decision.own * old;
            let point =
                Point { old, margin, square: decision.square + decision.own, cost: costs[at] };
            let (new, far) = match method {
                Method::Svm => point.squared_hinge(),
                Method::Logistic => point.logistic(),
            };
            farthest = farthest.max(far);
            if new != old {
                coefficients[at] = new;
                machine.add(at, sign * (new - old));
            }
        }
        if farthest < TOLERANCE {
            break;
        }
    }
    coefficients.iter().zip(decisions).map(|(size, decision)| size * decision.sign()).collect()
}

/// What each decision costs: the same for all includes and for all excludes,
/// in the ratio above, and [`COST`] in the mean. Where there is but one of the
/// two kinds, all the same.
fn costs(decisions: &[Decision]) -> Vec<f64> {
    let all = decisions.len() as f64;
    let includes = decisions.iter().filter(|decision| decision.included).count() as f64;
    if includes == 0.0 || includes == all {
        return vec![COST; decisions.len()];
    }
    let part = COST * all / (INCLUDES_TO_EXCLUDES + 1.0);
    let (include, exclude) = (part * INCLUDES_TO_EXCLUDES / includes, part / (all - includes));
    decisions.iter().map(|decision| if decision.included { include } else { exclude }).collect()
}

/// Where a coefficient stands.
struct Point {
    /// Its size, 0 or more.
    old: f64,
    /// The model's value for the row, positive on the right side.
    margin: f64,
    /// Squared length of the row.
    square: f64,
    cost: f64,
}

impl Point {
    /// The best size, and how far the margin was from it.
    fn squared_hinge(&self) -> (f64, f64) {
        let slack = 0.5 / self.cost;
        let slope = self.margin - 1.0 + slack * self.old;
        let far = if self.old == 0.0 { slope.min(0.0) } else { slope };
        let new = (self.old - slope / (self.square + slack)).max(0.0);
        if far.abs() < TOLERANCE * 0.1 { (self.old, far.abs()) } else { (new, far.abs()) }
    }

    /// The same. The best size is `cost * s(odds)` with the logistic function
    /// `s`, where `odds + margin + square * (size - old) = 0`.
    fn logistic(&self) -> (f64, f64) {
        let share = self.old / self.cost;
        let odds_of_old = (share / (1.0 - share)).ln();
        let far = (odds_of_old + self.margin).abs();
        if far < TOLERANCE * 0.1 {
            return (self.old, far);
        }
        let mut least = -self.margin - self.square * (self.cost - self.old);
        let mut most = -self.margin + self.square * self.old;
        let mut odds = if odds_of_old.is_finite() {
            odds_of_old.clamp(least, most)
        } else {
            f64::midpoint(least, most)
        };
        for _ in 0..30 {
            let share = 1.0 / (1.0 + (-odds).exp());
            let off = odds + self.margin + self.square * (self.cost * share - self.old);
            if off.abs() < TOLERANCE * 0.01 {
                break;
            }
            if off > 0.0 {
                most = odds
            } else {
                least = odds
            }
            let next = odds - off / (1.0 + self.square * self.cost * share * (1.0 - share));
            odds = if next > least && next < most { next } else { f64::midpoint(least, most) };
        }
        (self.cost / (1.0 + (-odds).exp()), far)
    }
}
