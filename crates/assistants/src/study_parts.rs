//! A study in parts that fit into answers.

use serde_json::{Map, Value, json};

use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{Study, nearest_of, nearest_pieces, values_below};

use crate::answer::{beginning, clipped, tokens_of};
use crate::failure::ToolFailure;

/// Bytes of the value of a part: one fits into the smallest answer.
const LARGEST: usize = 640;

/// Bytes of where a part is. Fields that the data model does not know may have any name.
const LONGEST_PLACE: usize = 240;

/// What people call the sections of a study, and the pieces that these are.
pub(crate) const SECTIONS: [(&str, &str); 21] = [
    ("identification", "IdentificationModule"),
    ("status", "StatusModule"),
    ("sponsors", "SponsorCollaboratorsModule"),
    ("oversight", "OversightModule"),
    ("description", "DescriptionModule"),
    ("conditions", "ConditionsModule"),
    ("design", "DesignModule"),
    ("arms", "ArmsInterventionsModule"),
    ("outcomes", "OutcomesModule"),
    ("eligibility", "EligibilityModule"),
    ("contacts", "ContactsLocationsModule"),
    ("references", "ReferencesModule"),
    ("sharing", "IPDSharingStatementModule"),
    ("participantFlow", "ParticipantFlowModule"),
    ("baseline", "BaselineCharacteristicsModule"),
    ("outcomeMeasures", "OutcomeMeasuresModule"),
    ("adverseEvents", "AdverseEventsModule"),
    ("moreResults", "MoreInfoModule"),
    ("annotations", "AnnotationSection"),
    ("documents", "DocumentSection"),
    ("derived", "DerivedSection"),
];

/// The piece of a section's name, or of a field's.
pub(crate) fn section(name: &str) -> Result<&'static Piece, ToolFailure> {
    let known = SECTIONS.iter().find(|(section, _)| section.eq_ignore_ascii_case(name.trim()));
    let piece = known.map_or(name.trim(), |(_, piece)| piece);
    if let Some(StudyField::Piece(piece)) = StudyField::named(piece) {
        return Ok(piece);
    }
    let mut nearest = nearest_of(name, SECTIONS.iter().map(|(section, _)| *section));
    nearest.extend(nearest_pieces(name));
    let sections: Vec<&str> = SECTIONS.iter().map(|(section, _)| *section).collect();
    Err(ToolFailure::new(format!("`{name}` is neither a section nor a field"))
        .hint(format!("sections are {}; `fields` finds fields", sections.join(", ")))
        .nearest(nearest))
}

/// The sections that a study has, with the tokens that each takes.
pub(crate) fn contents(study: &Study) -> Map<String, Value> {
    let tokens = |piece: &str| {
        let piece = pieces::named(piece)?;
        Some(whole(study, piece)?.map(tokens_of).sum::<usize>())
    };
    let sections = SECTIONS.iter().filter_map(|(name, piece)| {
        let tokens = tokens(piece).filter(|tokens| *tokens > 0)?;
        Some(((*name).to_owned(), tokens.into()))
    });
    sections.collect()
}

/// The values at a piece.
fn whole<'a>(study: &'a Study, piece: &'static Piece) -> Option<impl Iterator<Item = &'a Value>> {
    let (first, rest) = piece.path.split_once('.').unwrap_or((piece.path, ""));
    let root = study.as_map().get(first)?;
    let values = if rest.is_empty() { vec![root] } else { values_below(root, rest) };
    Some(values.into_iter())
}

/// All that a study has at a piece, in parts that are small: each has where it is in the record
/// and its value, or some characters of a long text.
pub(crate) fn parts(study: &Study, piece: &'static Piece) -> Vec<Value> {
    let mut parts = Vec::new();
    let values: Vec<&Value> = whole(study, piece).map(Iterator::collect).unwrap_or_default();
    let several = values.len() > 1;
    for (n, value) in values.into_iter().enumerate() {
        let at = if several { format!("{}[{n}]", piece.path) } else { piece.path.to_owned() };
        divide(&at, value, &mut parts);
    }
    parts
}

/// Adds a value whole, or what it consists of.
fn divide(at: &str, value: &Value, parts: &mut Vec<Value>) {
    let place = clipped(at, LONGEST_PLACE);
    if value.to_string().len() <= LARGEST {
        parts.push(json!({"at": place, "value": value}));
        return;
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                divide(&format!("{place}.{key}"), value, parts);
            }
        }
        Value::Array(elements) => {
            for (n, value) in elements.iter().enumerate() {
                divide(&format!("{place}[{n}]"), value, parts);
            }
        }
        Value::String(text) => divide_text(&place, text, parts),
        other => parts.push(json!({"at": place, "value": other})),
    }
}

/// Adds a long text by its characters.
fn divide_text(place: &str, text: &str, parts: &mut Vec<Value>) {
    let of = text.chars().count();
    let (mut rest, mut from) = (text, 0);
    while !rest.is_empty() {
        let part = beginning(rest, LARGEST);
        let to = from + part.chars().count();
        parts.push(json!({"at": place, "from": from, "to": to, "of": of, "text": part}));
        (rest, from) = (&rest[part.len()..], to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(value: Value) -> Study {
        let Value::Object(map) = value else { panic!("an object") };
        Study::from_map(map)
    }

    #[test]
    fn every_section_is_a_piece() {
        for (name, _) in SECTIONS {
            assert!(section(name).expect(name).is_structure(), "{name}");
        }
        assert_eq!(section("Gender").expect("a field").name, "Sex");
        let failure = section("eligibilty").expect_err("misspelt");
        assert_eq!(failure.nearest.first().map(String::as_str), Some("eligibility"));
    }

    #[test]
    fn nothing_is_lost_between_parts() {
        let text = "\u{2265}5 mg, ".repeat(300);
        let study = study(json!({"protocolSection": {"eligibilityModule": {
            "eligibilityCriteria": text, "sex": "ALL",
        }}}));
        let parts = parts(&study, section("eligibility").expect("a section"));
        let joined: String = parts.iter().filter_map(|part| part["text"].as_str()).collect();
        assert_eq!(joined, text);
        assert_eq!(parts.last().expect("a part")["value"], "ALL");
        assert!(parts.iter().all(|part| part.to_string().len() < 1_000));
        assert_eq!(contents(&study).keys().collect::<Vec<_>>(), ["eligibility"]);
    }

    #[test]
    fn values_of_lists_have_their_positions() {
        let study = study(json!({"protocolSection": {"contactsLocationsModule": {
            "locations": [{"city": "Oslo"}, {"city": "Lima"}],
        }}}));
        let path = "protocolSection.contactsLocationsModule.locations.city";
        assert_eq!(
            parts(&study, section("LocationCity").expect("a field")),
            [
                json!({"at": format!("{path}[0]"), "value": "Oslo"}),
                json!({"at": format!("{path}[1]"), "value": "Lima"}),
            ]
        );
    }
}
