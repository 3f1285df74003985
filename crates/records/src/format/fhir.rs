//! `ResearchStudy` of HL7 FHIR (R4 and R5), where it has an NCT number.
//!
//! What the resource says in codes of its own is read where the registry has
//! the same; the rest is named.

use serde_json::{Map, Value};

use super::xml::services::resource;
use super::{ConversionNotes, FormatError, flat_record, unique};
use crate::study::{NctId, Study};

/// States of the resource (value set `research-study-status`, and that of R5
/// for `progressStatus`) by the registry's.
const STATES: [(&str, &str); 9] = [
    ("active", "RECRUITING"),
    ("approved", "NOT_YET_RECRUITING"),
    ("closed-to-accrual", "ACTIVE_NOT_RECRUITING"),
    ("closed-to-accrual-and-intervention", "ACTIVE_NOT_RECRUITING"),
    ("completed", "COMPLETED"),
    ("administratively-completed", "TERMINATED"),
    ("temporarily-closed-to-accrual", "SUSPENDED"),
    ("temporarily-closed-to-accrual-and-intervention", "SUSPENDED"),
    ("withdrawn", "WITHDRAWN"),
];

/// Keys whose values are texts of a piece: as such, as `text`, `display` or
/// codes, one or several.
const TEXTS: [(&str, &str); 8] = [
    ("title", "BriefTitle"),
    ("description", "BriefSummary"),
    ("descriptionSummary", "BriefSummary"),
    ("phase", "Phase"),
    ("condition", "Condition"),
    ("keyword", "Keyword"),
    ("sponsor", "LeadSponsorName"),
    ("principalInvestigator", "OverallOfficialName"),
];

/// Keys about the resource, not the study.
const IMPLIED: [&str; 5] = ["resourceType", "id", "identifier", "meta", "text"];

/// Reads one resource, as JSON or XML.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    let root = if text.trim_start().starts_with('<') {
        resource(text)?
    } else {
        unique::object(text, notes, || None)?
    };
    let mut fields = vec![("NCT Number".to_owned(), number(&root).ok_or(FormatError::NoNctId)?)];
    for (key, value) in &root {
        if let Some((_, piece)) = TEXTS.iter().find(|(known, _)| known == key) {
            fields.push(((*piece).to_owned(), listed(&texts(value))));
            continue;
        }
        match (key.as_str(), value) {
            ("status", Value::String(state)) => match STATES
                .iter()
                .find(|(known, _)| known == state)
            {
                Some((_, ours)) => fields.push(("OverallStatus".to_owned(), (*ours).to_owned())),
                None => notes.unplaced("status"),
            },
            ("period", Value::Object(period)) => {
                for (end, piece) in [("start", "StartDate"), ("end", "CompletionDate")] {
                    let date = period.get(end).and_then(Value::as_str);
                    fields.extend(date.map(|date| (piece.to_owned(), date.to_owned())));
                }
            }
            (implied, _) if IMPLIED.contains(&implied) => {}
            _ => notes.unplaced(key),
        }
    }
    Ok(flat_record::study(&fields, notes))
}

/// The number among the identifiers, or the one of the resource.
fn number(root: &Map<String, Value>) -> Option<String> {
    let identifiers = root.get("identifier").map(elements).unwrap_or_default();
    let values = identifiers.iter().filter_map(|identifier| identifier.get("value"));
    let numbers =
        values.chain(root.get("id")).filter_map(Value::as_str).filter_map(NctId::parse_written);
    numbers.map(|number| number.to_string()).next()
}

fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        one => std::slice::from_ref(one),
    }
}

/// The texts of a value: strings, references and concepts.
fn texts(value: &Value) -> Vec<String> {
    let each = elements(value).iter().flat_map(|element| match element {
        Value::String(text) => vec![text.clone()],
        Value::Object(object) => {
            let direct = ["text", "display"].iter().find_map(|key| object.get(*key)?.as_str());
            match (direct, object.get("coding").or_else(|| object.get("concept"))) {
                (Some(text), _) => vec![text.to_owned()],
                (None, Some(coded)) => texts(coded).into_iter().take(1).collect(),
                (None, None) => {
                    let code = object.get("code").and_then(Value::as_str);
                    code.map(|code| code.replace('-', " ")).into_iter().collect()
                }
            }
        }
        _ => Vec::new(),
    });
    each.collect()
}

/// Texts as a cell has them.
fn listed(texts: &[String]) -> String {
    match texts {
        [one] => one.clone(),
        several => Value::from(several).to_string(),
    }
}
