//! Which unread study to read next, learned from the decisions so far.
//!
//! A study is a row of weights of its words and pairs of words
//! ([`FeatureMatrix`]); decisions teach a linear [`LinearModel`] which of these speak for
//! inclusion, and the model scores all studies. Parameters begin from those of
//! ASReview's default model, "ELAS u4" (ASReview 3.0.8: a linear support vector machine
//! with squared hinge loss on TF-IDF of words and pairs, includes weighing 9.8
//! times as much as excludes, most certain first).
//!
//! All of it is worked out from texts and decisions alone: the same decisions
//! give the same model, in whatever order they were made.

mod chance;
mod features;
mod learned_text;
mod learning_method;
mod linear_model;
mod newton;
mod replay;
mod score_evidence;
mod simulation;
mod simulation_measures;
mod word_hashes;

pub use features::FeatureMatrix;
pub use learned_text::text_of;
pub use learning_method::LearningMethod;
pub use linear_model::LinearModel;
pub use score_evidence::{ScoreEvidence, WordWeight};
pub use simulation::{
    PriorError, PriorStudies, ReadStudy, ReadingOrder, Simulation, SimulationPlan, simulate,
};
pub use simulation_measures::{SimulationMeasures, recall_curve, recall_within, work_saved};
