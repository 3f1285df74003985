//! The text of a study that the learner reads.

use trialdex_records::study::Study;

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use trialdex_records::study::pieces;

    #[test]
    fn pieces_are_those_of_the_model() {
        assert!(PIECES.iter().all(|piece| pieces::named(piece).is_some()));
    }

    #[test]
    fn a_value_is_a_paragraph() {
        let study = json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Steroids in sepsis"},
            "conditionsModule": {"conditions": ["Sepsis", "Shock"]},
            "eligibilityModule": {"eligibilityCriteria": "Adults"},
        }});
        let study = Study::from_map(study.as_object().expect("an object").clone());
        assert_eq!(text_of(&study), "Steroids in sepsis\nSepsis\nShock\nAdults\n");
        assert_eq!(text_of(&Study::new()), "");
    }
}
