//! A review that an assistant decides in.

use std::path::Path;

use trialdex_records::study::{NctId, Study, nearest_of};
use trialdex_review::{Act, Decision, QueueOrder, Review, ReviewError, Verdict, queue};

use crate::answer::clipped;
use crate::failure::ToolFailure;

/// The characters that reasons and titles are shown with.
const LONGEST: usize = 120;

/// Bytes of a note.
const LONGEST_NOTE: usize = 2_000;

/// A review that an assistant decides in, under a name of its own. It sees nothing of what others
/// decided, noted or labelled.
#[derive(Debug)]
pub struct ReviewDesk {
    review: Review,
    reviewer: String,
}

/// Why an assistant cannot decide in a review.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The review cannot be read.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The name is that of a person.
    #[error("`{0}` is the name of a person: an assistant decides under a name of its own")]
    Person(String),
}

/// A verdict on a study.
#[derive(Debug)]
pub(crate) struct DeskVerdict {
    pub(crate) nct: NctId,
    pub(crate) verdict: Verdict,
    pub(crate) reason: Option<String>,
    pub(crate) note: Option<String>,
}

impl ReviewDesk {
    /// Opens a review for a reviewer, who cannot have the name of one of some persons.
    ///
    /// # Errors
    ///
    /// A review that cannot be read, or the name of a person.
    pub fn open(path: &Path, reviewer: &str, persons: &[String]) -> Result<Self, DeskError> {
        let review = Review::open(path)?;
        let state = review.state();
        let called = state.called(reviewer).to_owned();
        if persons.iter().any(|person| state.called(person) == called) {
            return Err(DeskError::Person(called));
        }
        Ok(Self { review, reviewer: called })
    }

    /// Takes in what others have done meanwhile.
    pub(crate) fn refresh(&mut self) -> Result<(), ToolFailure> {
        self.review.refresh().map(|_| ()).map_err(|error| failed(&error))
    }

    /// What the review is called.
    pub(crate) fn title(&self) -> String {
        let name = self.review.path().file_stem().unwrap_or_default();
        clipped(&name.to_string_lossy(), LONGEST)
    }

    /// Who decides.
    pub(crate) fn reviewer(&self) -> &str {
        &self.reviewer
    }

    /// Studies of the review.
    pub(crate) fn total(&self) -> usize {
        self.review.state().len()
    }

    /// What is left to read, in the order of the searches: any other order would be learned from
    /// decisions, which show in it.
    pub(crate) fn waiting(&self) -> Vec<NctId> {
        let queued = queue(self.review.state(), &self.reviewer, QueueOrder::Relevance, None);
        queued.into_iter().map(|queued| queued.nct).collect()
    }

    /// The reasons to exclude.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let reasons = self.review.state().reasons.iter();
        reasons.map(|(key, wording)| clipped(&format!("{key}: {wording}"), LONGEST)).collect()
    }

    /// The record of a study.
    pub(crate) fn study(&self, nct: NctId) -> Result<Option<Study>, ToolFailure> {
        self.review.study(nct).map_err(|error| failed(&error))
    }

    /// Records a verdict, which is on the disk when this returns.
    pub(crate) fn decide(&mut self, at: &str, decided: DeskVerdict) -> Result<(), ToolFailure> {
        let DeskVerdict { nct, verdict, reason, note } = decided;
        let Some(study) = self.review.state().study(nct) else {
            return Err(ToolFailure::new(format!("{nct} is not in the review"))
                .hint("decide the study that was handed out"));
        };
        let record = study.record.clone();
        let reason = reason.map(|typed| self.reason(&typed)).transpose()?;
        if reason.is_some() && verdict != Verdict::Exclude {
            return Err(ToolFailure::new("a reason is for excluded studies"));
        }
        let rank = self.waiting().iter().position(|waiting| *waiting == nct).map(|at| at + 1);
        if note.as_ref().is_some_and(|note| note.len() > LONGEST_NOTE) {
            return Err(ToolFailure::new("the note is too long")
                .hint(format!("{LONGEST_NOTE} bytes are the most: nothing was decided")));
        }
        let decision = Decision {
            record,
            reason,
            note,
            rank,
            model: rank.map(|_| "relevance".to_owned()),
            ..Decision::new(nct, verdict)
        };
        let reviewer = self.reviewer.clone();
        let written = self.review.append(at, &reviewer, vec![Act::Decide(decision)]);
        written.map(|_| ()).map_err(|error| failed(&error))
    }

    /// The key of a reason.
    fn reason(&self, typed: &str) -> Result<String, ToolFailure> {
        let reasons = &self.review.state().reasons;
        let found = reasons.iter().find(|(key, wording)| {
            key.eq_ignore_ascii_case(typed) || wording.eq_ignore_ascii_case(typed)
        });
        found.map(|(key, _)| key.clone()).ok_or_else(|| {
            let keys = reasons.iter().map(|(key, _)| key.as_str());
            ToolFailure::new(format!("`{typed}` is no reason of this review"))
                .hint("give the key of one that the answer lists")
                .nearest(nearest_of(typed, keys))
        })
    }
}

fn failed(error: &ReviewError) -> ToolFailure {
    ToolFailure::new(error.to_string()).hint("whoever runs the server can look after the review")
}
