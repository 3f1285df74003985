//! Which parts of a search a study lacks that is no hit of it.

use std::collections::BTreeMap;

use super::hits::Hits;
use super::named::ThoseWith;
use super::search_options::SearchOptions;
use crate::index::{IndexError, StudyReader};
use trialdex_plan::LabelledPart;
use trialdex_query::RequestPart;
use trialdex_records::study::NctId;

/// The labels of parts of a search that some studies, sorted by their numbers, do not have;
/// `those_with` is as for [`super::HitNames::found`].
///
/// # Errors
///
/// Those of `those_with`.
pub fn unmet_parts<E>(
    labelled: Vec<LabelledPart>,
    studies: &[NctId],
    those_with: ThoseWith<'_, E>,
) -> Result<BTreeMap<NctId, Vec<String>>, E> {
    let mut unmet: BTreeMap<NctId, Vec<String>> =
        studies.iter().map(|nct| (*nct, Vec::new())).collect();
    for (label, node) in labelled {
        let with = those_with(&node, studies)?;
        for (nct, labels) in &mut unmet {
            if with.binary_search(nct).is_err() {
                labels.push(label.clone());
            }
        }
    }
    Ok(unmet)
}

impl Hits<'_> {
    /// The parts of a question that some studies do not have, as people type them, with their
    /// names. Studies that the index does not have are left out. `wish` is what the hits were found
    /// by, and `parts` are those of its question.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn unmet(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
        studies: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<String>>, IndexError> {
        let reader = StudyReader::of_search(self.view.store, &self.view.searcher);
        let mut places = Vec::new();
        for nct in studies {
            places.extend(reader.find(*nct)?.map(|place| (place.0, *nct)));
        }
        if places.is_empty() {
            return Ok(BTreeMap::new());
        }
        places.sort_unstable();
        let mut known: Vec<NctId> = places.iter().map(|(_, nct)| *nct).collect();
        known.sort_unstable();
        let labelled = self.of_outcome(wish, |outcome| outcome.labelled(parts))?;
        unmet_parts(labelled, &known, &|node, _| {
            let with = self.at_places(node, &places);
            let mut with = with.map_err(|error| self.view.store.failed(error))?;
            with.sort_unstable();
            Ok(with)
        })
    }
}
