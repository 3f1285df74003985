//! What of a study is learned from.

use crate::study::Study;

/// Pieces that are learned from, in their order.
const PIECES: [&str; 11] = [
    "BriefTitle",
    "OfficialTitle",
    "Acronym",
    "Condition",
    "Keyword",
    "InterventionName",
    "InterventionOtherName",
    "BriefSummary",
    "DetailedDescription",
    "PrimaryOutcomeMeasure",
    "EligibilityCriteria",
];

/// The text that a study is learned from, a value a paragraph.
#[must_use]
pub fn text_of(study: &Study) -> String {
    let mut text = String::new();
    for value in PIECES.iter().flat_map(|piece| study.texts(piece)) {
        text.push_str(value);
        text.push('\n');
    }
    text
}
