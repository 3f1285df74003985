//! Predicts from a reviewer's decisions which unread studies are relevant.

use std::collections::{BTreeSet, HashMap};

use super::error::ReviewError;
use super::event::Verdict;
use super::file::Review;
use super::learning::{FeatureMatrix, LearningMethod, LinearModel, ScoreEvidence, text_of};
use super::queue::StudyScores;
use super::state::ReviewState;
use trialdex_records::study::{NctId, Study};

/// The studies of a review, ready to be learned from. They are read once;
/// studies that come later are not known to it.
#[derive(Debug)]
pub struct Learner {
    rows: HashMap<NctId, usize>,
    features: FeatureMatrix,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct LearnedScores {
    /// How: `svm-1 of 42 decisions`.
    pub name: String,
    /// The score of each study.
    pub scores: StudyScores,
    model: LinearModel,
}

impl Learner {
    /// Reads the records of a review.
    ///
    /// # Errors
    ///
    /// Where the review cannot be read.
    pub fn of(review: &Review) -> Result<Self, ReviewError> {
        let mut texts = Vec::new();
        let mut rows = HashMap::new();
        for study in review.state().studies() {
            let Some(record) = review.study(study.nct)? else { continue };
            rows.insert(study.nct, texts.len());
            texts.push(text_of(&record));
        }
        Ok(Self { rows, features: FeatureMatrix::of(&texts) })
    }

    /// Learns from studies and whether they are included. `None` until there
    /// are both.
    #[must_use]
    pub fn learn(
        &self,
        decisions: &[(NctId, bool)],
        method: LearningMethod,
    ) -> Option<LearnedScores> {
        let row = |(nct, included): &(NctId, bool)| Some((*self.rows.get(nct)?, *included));
        let decided: Vec<(usize, bool)> = decisions.iter().filter_map(row).collect();
        if !teach(decided.iter().map(|(_, included)| *included)) {
            return None;
        }
        let model = LinearModel::train(&self.features, &decided, method)?;
        let scores = self.rows.iter().map(|(nct, row)| (*nct, model.scores()[*row])).collect();
        Some(LearnedScores { name: model.name(), scores, model })
    }

    /// What of a study speaks for its inclusion, and what against.
    #[must_use]
    pub fn evidence(
        &self,
        learned: &LearnedScores,
        nct: NctId,
        study: &Study,
    ) -> Option<ScoreEvidence> {
        let row = self.rows.get(&nct)?;
        Some(learned.model.evidence(&self.features, *row, &text_of(study)))
    }
}

/// Whether decisions, by whether they include, can be learned from: there has
/// to be an include and an exclude.
#[must_use]
pub fn teach(decisions: impl Iterator<Item = bool>) -> bool {
    decisions.collect::<BTreeSet<bool>>().len() == 2
}

/// The training data: the studies that a reviewer included or excluded. A
/// `maybe` teaches nothing.
#[must_use]
pub fn decisions(state: &ReviewState, reviewer: &str) -> Vec<(NctId, bool)> {
    let decided = state.studies().into_iter().filter_map(|study| {
        match study.verdict_of(reviewer)?.decision.verdict {
            Verdict::Include => Some((study.nct, true)),
            Verdict::Exclude => Some((study.nct, false)),
            Verdict::Maybe => None,
        }
    });
    decided.collect()
}
