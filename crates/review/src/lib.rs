//! Reviews: from ranked hits to decisions that can be defended.
//!
//! A review is a file of events: searches with their receipts, decisions of
//! reviewers, and what takes them back. What counts is worked out from all of
//! them, so that nothing is ever overwritten and copies of a review can be
//! merged.
//!
//! ```
//! use trialdex_review::{Act, Review, ReviewError};
//!
//! let scratch = tempfile::tempdir().expect("a directory");
//! let path = scratch.path().join("insomnia.review");
//! let at = "2026-01-15T09:00:00Z";
//! let mut review = Review::create(&path, |review| {
//!     review.append(at, "ann", vec![Act::Begin { title: "Insomnia".to_owned() }]).map(|_| ())
//! })?;
//! let reason = Act::Reason { key: "dose".to_owned(), wording: "Another dose".to_owned() };
//! review.append(at, "ann", vec![reason])?;
//! assert_eq!(Review::open(&path)?.state().wording("dose"), "Another dose");
//! # Ok::<(), ReviewError>(())
//! ```

mod agreement;
mod error;
mod event;
pub mod exchange;
mod exclusion;
mod file;
mod fingerprint;
mod learner;
pub mod learning;
mod origin;
pub mod prisma;
mod queue;
mod review_update;
mod reviewers;
mod sample;
mod state;

pub use agreement::{Agreement, agreements};
pub use error::ReviewError;
pub use event::{
    Act, AgainstMaybe, ChangedStudy, Decision, Event, EventId, ReviewUpdate, Sample, UndoGroup,
    Verdict,
};
pub use exclusion::{Exclusion, given};
pub use file::{MergeSummary, Review, VERSION};
pub use fingerprint::Fingerprint;
pub use learner::{LearnedScores, Learner, decisions, teach};
pub use origin::{FileOrigin, ReviewSource, SourceOrigin};
pub use queue::{QueueOrder, QueueTurn, QueuedStudy, StudyScores, queue};
pub use review_update::{UpdateDraft, differences, update};
pub use sample::{RISK, RecallBound, SampleFinding, draw, finding, most_relevant};
pub use state::{
    CombinedVerdict, CurrentVerdict, ReviewSettings, ReviewState, SampleState, SourceState,
    StudyState, TELLING, free_key, reason_key, telling,
};

#[cfg(test)]
mod tests;
