//! Opinions by their reviewers: a file may have a column for each of thousands
//! of people.

use std::collections::HashMap;

use super::{Opinion, StudyDecisions};

/// The opinions of decisions, to be added to.
pub(super) struct OpinionList<'a> {
    all: &'a mut Vec<Opinion>,
    places: HashMap<Option<String>, usize>,
}

impl<'a> OpinionList<'a> {
    pub(super) fn new(decisions: &'a mut StudyDecisions) -> Self {
        let mut places = HashMap::new();
        for (at, opinion) in decisions.opinions.iter().enumerate() {
            places.entry(opinion.reviewer.clone()).or_insert(at);
        }
        Self { all: &mut decisions.opinions, places }
    }

    /// The opinion of a reviewer, added where there is none.
    pub(super) fn of(&mut self, reviewer: Option<String>) -> &mut Opinion {
        let at = *self.places.entry(reviewer.clone()).or_insert(self.all.len());
        if at == self.all.len() {
            self.all.push(Opinion { reviewer, ..Opinion::default() });
        }
        &mut self.all[at]
    }
}
