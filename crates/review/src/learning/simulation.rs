//! A review that is decided already, read again as the learner would have it.

use thiserror::Error;

use super::chance::RandomStream;
use super::features::FeatureMatrix;
use super::learning_method::LearningMethod;
use super::replay::{DecidedStudies, FeaturePostings};

/// What is decided before the reading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriorStudies {
    /// So many includes and excludes, drawn by the seed.
    Drawn {
        /// Included studies.
        includes: usize,
        /// Excluded ones.
        excludes: usize,
    },
    /// These rows.
    Rows(Vec<usize>),
}

/// Which study is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadingOrder {
    /// The one whose inclusion is the most certain.
    #[default]
    Certainty,
    /// The one that is the nearest to the border between the two.
    Uncertainty,
    /// Any, by the seed.
    Random,
}

/// How a simulation is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulationPlan {
    /// How models learn.
    pub method: LearningMethod,
    /// Which study is next.
    pub order: ReadingOrder,
    /// Studies that are read before the next model, at least 1.
    pub every: usize,
    /// What is known before.
    pub priors: PriorStudies,
    /// Where chance begins.
    pub seed: u64,
}

impl Default for SimulationPlan {
    /// As ASReview does: most certain first, a new model after every
    /// decision; an include and an exclude known before.
    fn default() -> Self {
        let priors = PriorStudies::Drawn { includes: 1, excludes: 1 };
        Self {
            method: LearningMethod::default(),
            order: ReadingOrder::default(),
            every: 1,
            priors,
            seed: 1,
        }
    }
}

/// Why a reading cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PriorError {
    /// More studies are drawn than there are.
    #[error("{wanted} {kind} cannot be known before: there are {there}")]
    TooMany {
        /// `includes` or `excludes`.
        kind: &'static str,
        /// How many are wanted.
        wanted: usize,
        /// How many there are.
        there: usize,
    },
    /// There is no such row.
    #[error("there is no row {row}: the last one is {last}")]
    NoRow {
        /// The row.
        row: usize,
        /// The last one.
        last: usize,
    },
}

/// A study that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadStudy {
    /// Its row.
    pub row: usize,
    /// Whether it is included.
    pub included: bool,
    /// Its score by the model that put it there; `None` where there was no
    /// model yet, or none is used.
    pub score: Option<f32>,
}

/// A reading from the priors to the last study.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Rows that were decided before.
    pub priors: Vec<usize>,
    /// All others in the order of reading. After the last include there is
    /// no new model: the rest is in the order of the last one.
    pub order: Vec<ReadStudy>,
    /// Models that were made.
    pub models: usize,
}

impl Simulation {
    /// Whether each study was included, first read first.
    #[must_use]
    pub fn reading(&self) -> Vec<bool> {
        self.order.iter().map(|reading| reading.included).collect()
    }
}

/// Reads studies again whose decisions are known, a label a row.
///
/// Equal scores are read in the order of the rows. Without an include among
/// the decisions there is no model, and rows are read as they are.
///
/// # Errors
///
/// The priors are not available.
///
/// # Panics
///
/// If there are not as many labels as rows.
pub fn simulate(
    features: &FeatureMatrix,
    labels: &[bool],
    plan: &SimulationPlan,
) -> Result<Simulation, PriorError> {
    assert_eq!(features.rows(), labels.len(), "a label a row");
    let mut chance = RandomStream::of(plan.seed);
    let priors = priors(labels, plan, &mut chance)?;
    let mut unread: Vec<usize> = (0..labels.len()).filter(|row| !priors.contains(row)).collect();
    if plan.order == ReadingOrder::Random {
        let all = unread.len();
        unread = chance.draw(unread, all);
        let order =
            unread.into_iter().map(|row| ReadStudy { row, included: labels[row], score: None });
        return Ok(Simulation { priors, order: order.collect(), models: 0 });
    }
    let postings = FeaturePostings::of(features);
    let mut decided = DecidedStudies::none(features, &postings);
    priors.iter().for_each(|row| decided.push(*row, labels[*row]));
    let mut reader = SimulationRun { labels, plan, decided, unread, order: Vec::new(), models: 0 };
    reader.read();
    Ok(Simulation { priors, order: reader.order, models: reader.models })
}

fn priors(
    labels: &[bool],
    plan: &SimulationPlan,
    chance: &mut RandomStream,
) -> Result<Vec<usize>, PriorError> {
    match &plan.priors {
        PriorStudies::Rows(rows) => {
            let last = labels.len().saturating_sub(1);
            match rows.iter().find(|row| **row >= labels.len()) {
                Some(row) => Err(PriorError::NoRow { row: *row, last }),
                None => Ok(once_each(rows)),
            }
        }
        PriorStudies::Drawn { includes, excludes } => {
            let mut drawn = draw(labels, true, *includes, chance)?;
            drawn.extend(draw(labels, false, *excludes, chance)?);
            Ok(drawn)
        }
    }
}

fn once_each(rows: &[usize]) -> Vec<usize> {
    let mut once = Vec::new();
    rows.iter().for_each(|row| {
        if !once.contains(row) {
            once.push(*row)
        }
    });
    once
}

fn draw(
    labels: &[bool],
    kind: bool,
    wanted: usize,
    chance: &mut RandomStream,
) -> Result<Vec<usize>, PriorError> {
    let there: Vec<usize> = (0..labels.len()).filter(|row| labels[*row] == kind).collect();
    if wanted > there.len() {
        let kind = if kind { "includes" } else { "excludes" };
        return Err(PriorError::TooMany { kind, wanted, there: there.len() });
    }
    Ok(chance.draw(there, wanted))
}

/// A reading that is going on.
struct SimulationRun<'a> {
    labels: &'a [bool],
    plan: &'a SimulationPlan,
    decided: DecidedStudies<'a>,
    /// Rows, ascending.
    unread: Vec<usize>,
    order: Vec<ReadStudy>,
    models: usize,
}

impl SimulationRun<'_> {
    fn read(&mut self) {
        while !self.unread.is_empty() {
            let scores = self.decided.teaches().then(|| {
                self.models += 1;
                self.decided.scores(self.plan.method)
            });
            let searching = self.unread.iter().any(|row| self.labels[*row]);
            let count = if searching { self.plan.every.max(1) } else { self.unread.len() };
            for row in self.next(scores.as_deref(), count) {
                let score = scores.as_ref().map(|scores| scores[row]);
                self.order.push(ReadStudy { row, included: self.labels[row], score });
                if searching {
                    self.decided.push(row, self.labels[row]);
                }
            }
        }
    }

    /// Takes those that are read next out of the unread ones.
    fn next(&mut self, scores: Option<&[f32]>, count: usize) -> Vec<usize> {
        let count = count.min(self.unread.len());
        let Some(scores) = scores else {
            return self.unread.drain(..count).collect();
        };
        let mut chosen = vec![false; scores.len()];
        let distance = |row: usize| match self.plan.order {
            ReadingOrder::Uncertainty => scores[row].abs(),
            ReadingOrder::Certainty | ReadingOrder::Random => -scores[row],
        };
        let mut ranked: Vec<(f32, usize)> =
            self.unread.iter().map(|row| (distance(*row), *row)).collect();
        let nearer = |one: &(f32, usize), other: &(f32, usize)| {
            one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
        };
        if count < ranked.len() {
            ranked.select_nth_unstable_by(count, nearer);
            ranked.truncate(count);
        }
        ranked.sort_unstable_by(nearer);
        let taken: Vec<usize> = ranked.into_iter().map(|(_, row)| row).collect();
        taken.iter().for_each(|row| chosen[*row] = true);
        self.unread.retain(|row| !chosen[*row]);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{SimulationMeasures, recall_curve};

    /// Twenty studies; those about sepsis are included.
    fn studies() -> (FeatureMatrix, Vec<bool>) {
        let text = |row: usize| match row % 5 {
            0 => format!("sepsis fluids in ward {row}"),
            1 => format!("knee pain in ward {row}"),
            2 => "knee surgery of athletes".to_owned(),
            3 => "asthma of children".to_owned(),
            _ => "asthma and knee pain".to_owned(),
        };
        let texts: Vec<String> = (0..20).map(text).collect();
        (FeatureMatrix::of(&texts), (0..20).map(|row| row % 5 == 0).collect())
    }

    fn rows(simulation: &Simulation) -> Vec<usize> {
        simulation.order.iter().map(|reading| reading.row).collect()
    }

    #[test]
    fn what_is_alike_is_read_first() {
        let (features, labels) = studies();
        let plan =
            SimulationPlan { priors: PriorStudies::Rows(vec![10, 3]), ..SimulationPlan::default() };
        let simulation = simulate(&features, &labels, &plan).expect("a simulation");
        assert_eq!(simulation.priors, [10, 3]);
        assert_eq!(rows(&simulation)[..3], [0, 5, 15]);
        assert_eq!(recall_curve(&simulation.reading()), [(1, 1.0 / 3.0), (2, 2.0 / 3.0), (3, 1.0)]);
        let measures = SimulationMeasures::of(&simulation.reading()).expect("measures");
        assert_eq!((measures.loss, measures.atd), (0.0, 2.0));
        // One for each of the three, and one for the rest.
        assert_eq!(simulation.models, 4);
    }

    #[test]
    fn every_study_is_read_once_in_every_order() {
        let (features, labels) = studies();
        for order in [ReadingOrder::Certainty, ReadingOrder::Uncertainty, ReadingOrder::Random] {
            for every in [1, 7, 100] {
                let plan = SimulationPlan { order, every, seed: 3, ..SimulationPlan::default() };
                let simulation = simulate(&features, &labels, &plan).expect("a simulation");
                assert_eq!(Ok(simulation.clone()), simulate(&features, &labels, &plan));
                let mut all = [rows(&simulation), simulation.priors].concat();
                all.sort_unstable();
                assert!(all.into_iter().eq(0..20), "{order:?}, every {every}");
            }
        }
    }

    #[test]
    fn without_an_include_rows_are_read_as_they_stand() {
        let (features, labels) = studies();
        let plan =
            SimulationPlan { priors: PriorStudies::Rows(vec![0, 1]), ..SimulationPlan::default() };
        let mut none = labels.clone();
        none[0] = false;
        let simulation = simulate(&features, &none, &plan).expect("a simulation");
        assert_eq!(rows(&simulation)[..4], [2, 3, 4, 5]);
        assert_eq!(simulation.order[0].score, None);
        assert!(simulation.order[4].score.is_some());
    }

    #[test]
    fn priors_that_cannot_be_had_are_named() {
        let (features, labels) = studies();
        let error = |priors| {
            let plan = SimulationPlan { priors, ..SimulationPlan::default() };
            simulate(&features, &labels, &plan).expect_err("an error").to_string()
        };
        let drawn = PriorStudies::Drawn { includes: 5, excludes: 1 };
        assert_eq!(error(drawn), "5 includes cannot be known before: there are 4");
        assert_eq!(error(PriorStudies::Rows(vec![20])), "there is no row 20: the last one is 19");
    }
}
