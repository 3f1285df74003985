//! The learner of the screen, in a thread of its own.

use std::path::Path;
use std::sync::Arc;

use trialdex_records::study::{NctId, Study};
use trialdex_review::learning::{LearningMethod, WordWeight};
use trialdex_review::{Learner, Review};

use super::ranker::{DecisionLabels, LearnFunction, LearnedRanking, StrongestWords};

/// Reads all records of a review, to learn from decisions on them; `None`
/// where they cannot be read.
pub(super) fn prepare(path: &Path) -> Option<LearnFunction> {
    let learner = Arc::new(Learner::of(&Review::open(path).ok()?).ok()?);
    Some(Box::new(move |labels| rank(&learner, labels)))
}

fn rank(learner: &Arc<Learner>, labels: &DecisionLabels) -> Option<LearnedRanking> {
    let learned = learner.learn(labels, LearningMethod::default())?;
    let (name, scores) = (learned.name.clone(), learned.scores.clone());
    let learner = learner.clone();
    let why = move |nct: NctId, study: &Study| {
        let evidence = learner.evidence(&learned, nct, study).unwrap_or_default();
        (strongest(evidence.pro), strongest(evidence.contra))
    };
    Some(LearnedRanking { name, scores, why: Box::new(why) })
}

fn strongest(words: Vec<WordWeight>) -> StrongestWords {
    words.into_iter().map(|word| word.words).collect()
}
