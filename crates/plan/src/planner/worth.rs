//! What the words of a query are worth to a score.

use trialdex_query::meaning::SearchTarget;
use trialdex_text::{is_filler, is_little};

use super::Planner;
use super::searched_field::{FieldReach, SearchedField};
use crate::Score;
use crate::error::PlanResult;
use crate::layout::{IndexField, words_of};
use crate::model;
use crate::pattern::Slot;

/// The piece whose share of a word says whether studies are about it.
const TITLE: &str = "BriefTitle";

/// Terms of a truncated word that are counted for its frequency.
const MOST_COUNTED: usize = 50;

impl Planner<'_> {
    /// What words in sequence are worth: each by how rare it is, by whether
    /// it is in titles, and by whether any question may have it.
    ///
    /// A word with synonyms is as common as the studies with either. The
    /// index does not say how many have both; half of the lesser are taken to.
    pub(super) fn worth(
        &mut self,
        target: &SearchTarget,
        sequence: &[Slot],
        with_synonyms: &[u64],
    ) -> PlanResult<Score> {
        let lists = self.searched_fields(target, false, FieldReach::Words)?;
        let mut worth = 0.0;
        for slot in sequence {
            let mut studies = self.studies_with_any(&lists, slot)?;
            if sequence.len() == 1 && !with_synonyms.is_empty() {
                let most = with_synonyms.iter().copied().max().unwrap_or(0).max(studies);
                let all = studies + with_synonyms.iter().sum::<u64>();
                studies = most + (all - most) / 2;
            }
            worth += self.word_worth(slot, studies)?;
        }
        Ok(worth)
    }

    fn word_worth(&self, slot: &Slot, studies: u64) -> PlanResult<Score> {
        let model = self.model;
        let idf = model::idf(studies, self.lexicon.studies());
        let mut worth = idf * idf.powf(model.rarity);
        if let [term] = slot.as_slice() {
            if is_little(term) {
                worth *= model.filler * model.filler;
            } else if is_filler(term) {
                worth *= model.filler;
            }
        }
        if let Some(title) = words_of(TITLE).filter(|_| model.topicality > 0.0) {
            let in_title = self.studies_of(title, slot)?;
            worth *= model::title_share(in_title, studies.max(in_title)).powf(model.topicality);
        }
        Ok(worth)
    }

    /// Studies with any of the terms of a slot in the field of a target where
    /// they are commonest.
    pub(super) fn studies_with_any(&self, lists: &[SearchedField], slot: &Slot) -> PlanResult<u64> {
        let mut studies = 0;
        for term in slot.iter().take(MOST_COUNTED) {
            studies += self.studies_with(lists, term)?;
        }
        Ok(studies)
    }

    fn studies_of(&self, field: IndexField, slot: &Slot) -> PlanResult<u64> {
        let mut studies = 0;
        for term in slot.iter().take(MOST_COUNTED) {
            studies += self.lexicon.frequency(field, term)?;
        }
        Ok(studies)
    }

    fn studies_with(&self, lists: &[SearchedField], term: &str) -> PlanResult<u64> {
        let mut most = 0;
        for list in lists {
            most = most.max(self.lexicon.frequency(list.field, term)?);
        }
        Ok(most)
    }
}
