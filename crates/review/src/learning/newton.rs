//! Finds the weights of both methods by Newton's steps.
//!
//! A model is the sum of the decided rows, each by a coefficient, and these
//! have the least half square of the model's length plus the loss of each
//! decision times its cost. Near a point the loss is a parabola, and the best
//! coefficients for it solve a system of linear equations, which conjugate
//! gradients do with few products (Chapelle, "Training a support vector
//! machine in the primal", Neural Computation 19, 2007). Descent along single
//! coordinates, as LIBLINEAR does it, takes ten times as many products: all
//! texts have common words, so that all coefficients pull at each other.

use super::learning_method::LearningMethod;

/// How many times as much as excludes all includes weigh together; from
/// ASReview 3.0.8, model `elas_u4`.
const INCLUDES_TO_EXCLUDES: f64 = 9.8;

/// What a decision costs that a model gets wrong, beside its weights' size;
/// from the same. The mean over the decisions.
const COST: f64 = 0.11;

/// How far a value may be from its best; decisions are 1 and -1.
const TOLERANCE: f64 = 1e-4;

/// How much worse a step may be, by what conjugate gradients leave.
const SLACK: f64 = 1e-6;

/// Steps, and products within a step, at most.
const STEPS: usize = 100;

/// The decided rows.
pub(super) trait DecisionRows {
    /// The values that a model with these coefficients has for the decided
    /// rows, but for what each row has for itself.
    fn values(&mut self, coefficients: &[f64]) -> Vec<f64>;
}

/// A decision as the methods see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrainingDecision {
    /// Whether the study is included.
    pub(super) included: bool,
    /// Squared length of the row with the constant, but without what it has
    /// for itself.
    pub(super) square: f64,
    /// Squared length of the part that the row alone has.
    pub(super) own: f64,
}

/// The loss of a decision near a value: the coefficient to reach, and how fast
/// it falls as the value rises.
#[derive(Clone, Copy)]
struct LossSlope {
    coefficient: f64,
    slope: f64,
}

/// The state of a model.
struct NewtonState {
    coefficients: Vec<f64>,
    values: Vec<f64>,
}

/// The problem, and the state of its solution.
struct NewtonProblem<'a, M> {
    machine: &'a mut M,
    decisions: &'a [TrainingDecision],
    costs: Vec<f64>,
    method: LearningMethod,
}

/// Finds the coefficient of each decision, beginning with those of a similar
/// model or zeros.
pub(super) fn solve(
    machine: &mut impl DecisionRows,
    decisions: &[TrainingDecision],
    method: LearningMethod,
    start: Vec<f64>,
) -> Vec<f64> {
    let mut problem = NewtonProblem { machine, decisions, costs: costs(decisions), method };
    let values = problem.values(&start);
    let mut state = NewtonState { coefficients: start, values };
    for _ in 0..STEPS {
        let pulls = problem.pulls(&state.values);
        let missing = largest(&problem.missing(&state, &pulls));
        if missing < TOLERANCE && state.is_settled(&pulls) {
            break;
        }
        let goal = problem.step(&state, &pulls, TOLERANCE / 4.0);
        state = problem.toward(state, &goal);
    }
    state.coefficients
}

/// The cost of each decision: the same for all includes and for all excludes,
/// in the ratio above, and [`COST`] in the mean. If there is only one of the
/// two kinds, all costs are the same.
fn costs(decisions: &[TrainingDecision]) -> Vec<f64> {
    let all = decisions.len() as f64;
    let includes = decisions.iter().filter(|decision| decision.included).count() as f64;
    if includes == 0.0 || includes == all {
        return vec![COST; decisions.len()];
    }
    let part = COST * all / (INCLUDES_TO_EXCLUDES + 1.0);
    let (include, exclude) = (part * INCLUDES_TO_EXCLUDES / includes, part / (all - includes));
    decisions.iter().map(|decision| if decision.included { include } else { exclude }).collect()
}

impl NewtonState {
    /// Whether nothing is in the model that is beyond doubt.
    fn is_settled(&self, pulls: &[LossSlope]) -> bool {
        let mut pairs = self.coefficients.iter().zip(pulls);
        pairs.all(|(coefficient, pull)| pull.slope > 0.0 || *coefficient == 0.0)
    }
}

impl<M: DecisionRows> NewtonProblem<'_, M> {
    fn values(&mut self, coefficients: &[f64]) -> Vec<f64> {
        let mut values = self.machine.values(coefficients);
        for ((value, decision), coefficient) in
            values.iter_mut().zip(self.decisions).zip(coefficients)
        {
            *value += decision.own * coefficient;
        }
        values
    }

    fn pulls(&self, values: &[f64]) -> Vec<LossSlope> {
        let losses = values.iter().zip(self.decisions).zip(&self.costs);
        losses
            .map(|((value, decision), cost)| {
                let sign = if decision.included { 1.0 } else { -1.0 };
                let pull = pull(self.method, sign * value, *cost);
                LossSlope { coefficient: sign * pull.coefficient, ..pull }
            })
            .collect()
    }

    /// How far each value is from where its coefficient would be right.
    fn missing(&self, state: &NewtonState, pulls: &[LossSlope]) -> Vec<f64> {
        let pairs = state.coefficients.iter().zip(pulls);
        pairs
            .map(
                |(coefficient, pull)| {
                    if pull.slope > 0.0 {
                        (pull.coefficient - coefficient) / pull.slope
                    } else {
                        0.0
                    }
                },
            )
            .collect()
    }

    /// The best coefficients for the parabolas: conjugate gradients over the
    /// decisions that pull, until no value is farther off than `close`.
    fn step(&mut self, state: &NewtonState, pulls: &[LossSlope], close: f64) -> Vec<f64> {
        let pulling = |at: usize| pulls[at].slope > 0.0;
        let mut goal: Vec<f64> = (0..pulls.len())
            .map(|at| if pulling(at) { state.coefficients[at] } else { 0.0 })
            .collect();
        let mut left = if goal == state.coefficients {
            self.missing(state, pulls)
        } else {
            let values = self.values(&goal);
            self.left(&state.values, &values, &goal, pulls)
        };
        let scale = self.scale(pulls);
        let mut way = product(&scale, &left);
        let mut height = dot(&left, &way);
        for _ in 0..STEPS {
            if largest(&left) < close {
                break;
            }
            let mut bend = self.values(&way);
            for ((bend, pull), way) in bend.iter_mut().zip(pulls).zip(&way) {
                *bend = if pull.slope > 0.0 { *bend + way / pull.slope } else { 0.0 };
            }
            let far = height / dot(&way, &bend);
            add(&mut goal, far, &way);
            add(&mut left, -far, &bend);
            let next = product(&scale, &left);
            let lower = dot(&left, &next);
            let turn = lower / height;
            way.iter_mut().zip(&next).for_each(|(way, next)| *way = next + turn * *way);
            height = lower;
        }
        goal
    }

    /// By how much the equation of each decision is divided, so that all are
    /// alike.
    fn scale(&self, pulls: &[LossSlope]) -> Vec<f64> {
        let scale = |(decision, pull): (&TrainingDecision, &LossSlope)| {
            let whole = decision.square + decision.own + 1.0 / pull.slope;
            if pull.slope > 0.0 { 1.0 / whole } else { 0.0 }
        };
        self.decisions.iter().zip(pulls).map(scale).collect()
    }

    /// What is left of the equations at other coefficients than those that
    /// the parabolas are for.
    fn left(
        &self,
        around: &[f64],
        values: &[f64],
        coefficients: &[f64],
        pulls: &[LossSlope],
    ) -> Vec<f64> {
        (0..pulls.len())
            .map(|at| {
                let LossSlope { coefficient, slope } = pulls[at];
                if slope > 0.0 {
                    around[at] - values[at] + (coefficient - coefficients[at]) / slope
                } else {
                    0.0
                }
            })
            .collect()
    }

    /// Goes to other coefficients, or as far as there is a gain.
    fn toward(&mut self, mut state: NewtonState, goal: &[f64]) -> NewtonState {
        let way: Vec<f64> =
            goal.iter().zip(&state.coefficients).map(|(goal, now)| goal - now).collect();
        let rise = self.values(&way);
        let before = self.objective(&state);
        let mut part = 1.0;
        loop {
            let mut next = NewtonState {
                coefficients: state.coefficients.clone(),
                values: state.values.clone(),
            };
            add(&mut next.coefficients, part, &way);
            add(&mut next.values, part, &rise);
            if part == 1.0 {
                // To the end, without what rounding leaves.
                next.coefficients.copy_from_slice(goal);
            }
            if self.objective(&next) <= before * (1.0 + SLACK) || part < 1e-6 {
                state = next;
                return state;
            }
            part *= 0.5;
        }
    }

    /// The value to minimise.
    fn objective(&self, state: &NewtonState) -> f64 {
        let losses = state.values.iter().zip(self.decisions).zip(&self.costs);
        let losses = losses.map(|((value, decision), cost)| {
            let margin = if decision.included { *value } else { -value };
            cost * match self.method {
                LearningMethod::Svm => (1.0 - margin).max(0.0).powi(2),
                LearningMethod::Logistic => (-margin).max(0.0) + (-margin.abs()).exp().ln_1p(),
            }
        });
        0.5 * dot(&state.coefficients, &state.values) + losses.sum::<f64>()
    }
}

/// The pull of an include at a value; that of an exclude is its mirror.
fn pull(method: LearningMethod, margin: f64, cost: f64) -> LossSlope {
    match method {
        LearningMethod::Svm if margin < 1.0 => {
            LossSlope { coefficient: 2.0 * cost * (1.0 - margin), slope: 2.0 * cost }
        }
        LearningMethod::Svm => LossSlope { coefficient: 0.0, slope: 0.0 },
        LearningMethod::Logistic => {
            let doubt = 1.0 / (1.0 + margin.exp());
            // Never quite without a slope, so that all equations remain.
            let slope = (cost * doubt * (1.0 - doubt)).max(1e-9);
            LossSlope { coefficient: cost * doubt, slope }
        }
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn product(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one * other).collect()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with these products.
    struct RowProducts(Vec<Vec<f64>>);

    impl DecisionRows for RowProducts {
        fn values(&mut self, coefficients: &[f64]) -> Vec<f64> {
            self.0.iter().map(|row| dot(row, coefficients)).collect()
        }
    }

    fn decision(included: bool, square: f64) -> TrainingDecision {
        TrainingDecision { included, square, own: 0.0 }
    }

    #[test]
    fn two_rows_apart_are_solved_as_by_hand() {
        // Each row for itself: (square + 1 / (2 cost)) coefficient = 1, and
        // of a mean cost of 0.11 the include has 9.8 parts in 10.8.
        let mut machine = RowProducts(vec![vec![2.0, 0.0], vec![0.0, 2.0]]);
        let decisions = [decision(true, 2.0), decision(false, 2.0)];
        let found = solve(&mut machine, &decisions, LearningMethod::Svm, vec![0.0; 2]);
        let include = 1.0 / (2.0 + 10.8 / (4.0 * 0.11 * 9.8));
        let exclude = -1.0 / (2.0 + 10.8 / (4.0 * 0.11));
        assert!((found[0] - include).abs() < 1e-6, "{found:?}");
        assert!((found[1] - exclude).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn what_a_row_has_for_itself_counts_for_its_length() {
        let one = [TrainingDecision { included: true, square: 1.5, own: 0.5 }];
        let found = solve(&mut RowProducts(vec![vec![1.5]]), &one, LearningMethod::Svm, vec![0.0]);
        assert!((found[0] - 1.0 / (2.0 + 0.5 / COST)).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn logistic_coefficients_are_what_the_loss_pulls() {
        let mut machine = RowProducts(vec![vec![2.0, 1.3], vec![1.3, 2.0]]);
        let decisions = [decision(true, 2.0), decision(false, 2.0)];
        let found = solve(&mut machine, &decisions, LearningMethod::Logistic, vec![0.0; 2]);
        let values = machine.values(&found);
        let costs = costs(&decisions);
        assert!((found[0] - costs[0] / (1.0 + values[0].exp())).abs() < 1e-4, "{found:?}");
        assert!((found[1] + costs[1] / (1.0 + (-values[1]).exp())).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn includes_weigh_more_whatever_their_number() {
        let decisions: Vec<TrainingDecision> = (0..10).map(|at| decision(at < 2, 1.0)).collect();
        let costs = costs(&decisions);
        let (includes, excludes): (f64, f64) = (costs[..2].iter().sum(), costs[2..].iter().sum());
        assert!((includes / excludes - 9.8).abs() < 1e-9);
        assert!((includes + excludes - 10.0 * 0.11).abs() < 1e-9);
    }
}
