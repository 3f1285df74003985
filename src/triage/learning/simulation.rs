//! A review that is decided already, read again as the learner would have it.

use thiserror::Error;

use super::chance::Chance;
use super::features::Features;
use super::model::Method;
use super::replay::{Decided, Postings};

/// What is decided before the reading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Priors {
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
pub enum Order {
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
pub struct Plan {
    /// How models learn.
    pub method: Method,
    /// Which study is next.
    pub order: Order,
    /// Studies that are read before the next model, at least 1.
    pub every: usize,
    /// What is known before.
    pub priors: Priors,
    /// Where chance begins.
    pub seed: u64,
}

impl Default for Plan {
    /// As ASReview does: most certain first, a new model after every
    /// decision; an include and an exclude known before.
    fn default() -> Self {
        let priors = Priors::Drawn { includes: 1, excludes: 1 };
        Self { method: Method::default(), order: Order::default(), every: 1, priors, seed: 1 }
    }
}

/// Why a reading cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PriorError {
    /// More are to be drawn than there are.
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
pub struct Reading {
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
    pub order: Vec<Reading>,
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
/// the decisions there is no model, and rows are read as they stand.
///
/// # Errors
///
/// If the priors cannot be had.
///
/// # Panics
///
/// If there are not as many labels as rows.
pub fn simulate(
    features: &Features,
    labels: &[bool],
    plan: &Plan,
) -> Result<Simulation, PriorError> {
    assert_eq!(features.rows(), labels.len(), "a label a row");
    let mut chance = Chance::of(plan.seed);
    let priors = priors(labels, plan, &mut chance)?;
    let mut unread: Vec<usize> = (0..labels.len()).filter(|row| !priors.contains(row)).collect();
    if plan.order == Order::Random {
        let all = unread.len();
        unread = chance.draw(unread, all);
        let order =
            unread.into_iter().map(|row| Reading { row, included: labels[row], score: None });
        return Ok(Simulation { priors, order: order.collect(), models: 0 });
    }
    let postings = Postings::of(features);
    let mut decided = Decided::none(features, &postings);
    priors.iter().for_each(|row| decided.push(*row, labels[*row]));
    let mut reader = Reader { labels, plan, decided, unread, order: Vec::new(), models: 0 };
    reader.read();
    Ok(Simulation { priors, order: reader.order, models: reader.models })
}

fn priors(labels: &[bool], plan: &Plan, chance: &mut Chance) -> Result<Vec<usize>, PriorError> {
    match &plan.priors {
        Priors::Rows(rows) => {
            let last = labels.len().saturating_sub(1);
            match rows.iter().find(|row| **row >= labels.len()) {
                Some(row) => Err(PriorError::NoRow { row: *row, last }),
                None => Ok(once_each(rows)),
            }
        }
        Priors::Drawn { includes, excludes } => {
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
    chance: &mut Chance,
) -> Result<Vec<usize>, PriorError> {
    let there: Vec<usize> = (0..labels.len()).filter(|row| labels[*row] == kind).collect();
    if wanted > there.len() {
        let kind = if kind { "includes" } else { "excludes" };
        return Err(PriorError::TooMany { kind, wanted, there: there.len() });
    }
    Ok(chance.draw(there, wanted))
}

/// A reading that is going on.
struct Reader<'a> {
    labels: &'a [bool],
    plan: &'a Plan,
    decided: Decided<'a>,
    /// Rows, ascending.
    unread: Vec<usize>,
    order: Vec<Reading>,
    models: usize,
}

impl Reader<'_> {
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
                self.order.push(Reading { row, included: self.labels[row], score });
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
            Order::Uncertainty => scores[row].abs(),
            Order::Certainty | Order::Random => -scores[row],
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
