//! From ranked hits to decisions that can be defended.
//!
//! A review is a file of events: searches with their receipts, decisions of
//! reviewers, and what takes them back. What stands is worked out from all of
//! them, so that nothing is ever overwritten and copies of a review can be
//! merged.

mod event;
mod file;
mod state;

pub use event::{
    Act, Changed, Decision, Event, EventId, FileOrigin, Fingerprint, Origin, Sample, Source,
    Update, Verdict,
};
pub use file::{Merged, Review, ReviewError, VERSION};
pub use state::{Outcome, SampleState, SourceState, Standing, State, StudyState, TELLING, telling};
