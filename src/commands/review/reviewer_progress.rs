//! The progress of a reviewer.

use trialdex_review::{ReviewState, Verdict};

/// Numbers of a reviewer's decisions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ReviewerProgress {
    pub(super) studies: usize,
    pub(super) included: usize,
    pub(super) excluded: usize,
    pub(super) maybe: usize,
    /// Decided since the last include; `None` where there is none.
    pub(super) since_include: Option<usize>,
    /// Studies read and drawn of a sample that is not read yet.
    pub(super) sample: Option<(usize, usize)>,
    /// Studies on which reviewers differ, by verdict or by reason.
    pub(super) conflicts: usize,
}

impl ReviewerProgress {
    pub(super) fn of(state: &ReviewState, reviewer: &str) -> Self {
        let mut progress = Self { studies: state.len(), ..Self::default() };
        for study in state.studies() {
            match study.verdict_of(reviewer).map(|standing| standing.decision.verdict) {
                Some(Verdict::Include) => progress.included += 1,
                Some(Verdict::Exclude) => progress.excluded += 1,
                Some(Verdict::Maybe) => progress.maybe += 1,
                None => {}
            }
            progress.conflicts += usize::from(state.is_disputed(study));
        }
        let any = progress.included > 0;
        progress.since_include = any.then(|| state.since_last_include(reviewer));
        progress.sample = sample(state, reviewer);
        progress
    }

    pub(super) fn decided(&self) -> usize {
        self.included + self.excluded + self.maybe
    }

    pub(super) fn left(&self) -> usize {
        self.studies - self.decided()
    }
}

/// The last sample of the reviewer, if it is not read yet.
fn sample(state: &ReviewState, reviewer: &str) -> Option<(usize, usize)> {
    let last = state.samples.iter().rfind(|sample| sample.reviewer == reviewer)?;
    let drawn = &last.sample.drawn;
    let read = |nct: &&trialdex_records::study::NctId| {
        state.study(**nct).is_some_and(|study| study.verdict_of(reviewer).is_some())
    };
    let read = drawn.iter().filter(read).count();
    (read < drawn.len()).then_some((read, drawn.len()))
}
