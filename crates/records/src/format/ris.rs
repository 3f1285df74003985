//! Records of reference managers (RIS) that are studies of the registry: those
//! that it or this program exported.

use super::{ConversionNotes, flat_record};
use crate::study::reference_notes::{FACTS, OFFICIAL_TITLE};
use crate::study::{NctId, Study};

/// Tags that can have the study's number, the surest first.
const NUMBERED: [&str; 10] = ["AN", "ID", "UR", "L1", "LK", "M1", "C1", "C2", "SN", "DO"];

/// Tags whose values are texts of a piece.
const TEXTS: [(&str, &str); 9] = [
    ("TI", "BriefTitle"),
    ("T1", "BriefTitle"),
    ("ST", "Acronym"),
    ("AB", "BriefSummary"),
    ("N2", "BriefSummary"),
    ("KW", "Keyword"),
    ("PB", "LeadSponsorName"),
    ("AU", "OverallOfficialName"),
    ("A1", "OverallOfficialName"),
];

/// Tags that say nothing of a study, or what the number says.
const IMPLIED: [&str; 9] = ["TY", "ER", "ID", "AN", "UR", "DB", "DP", "PY", "Y2"];

/// Reads one record.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Study {
    let tags = tags(text);
    let mut fields = Vec::new();
    let number = NUMBERED.iter().find_map(|tag| {
        let values = tags.iter().filter(|(known, _)| known == tag);
        values.map(|(_, value)| value).find_map(|value| NctId::find(value))
    });
    fields.extend(number.map(|number| ("NCT Number".to_owned(), number.to_string())));
    for (tag, value) in &tags {
        match TEXTS.iter().find(|(known, _)| known == tag) {
            Some((_, "OverallOfficialName")) => {
                fields.push(("OverallOfficialName".to_owned(), in_order(value)));
            }
            Some((_, piece)) => fields.push(((*piece).to_owned(), value.clone())),
            None if tag == "N1" => noted(value, &mut fields, notes),
            None if IMPLIED.contains(&tag.as_str()) => {}
            None => notes.unplaced(tag),
        }
    }
    flat_record::study(&several(fields), notes)
}

/// The tags with their values; a line without one goes on with the value
/// before it.
fn tags(text: &str) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (tag(line), tags.last_mut()) {
            (Some((tag, value)), _) => tags.push((tag.to_owned(), value.trim().to_owned())),
            (None, Some((_, value))) => {
                value.push('\n');
                value.push_str(line.trim());
            }
            (None, None) => {}
        }
    }
    tags.iter_mut().for_each(|(_, value)| *value = value.trim().to_owned());
    tags
}

/// `TI  - A title`.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let value = rest.strip_prefix("  -")?;
    let named = tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    named.then_some((tag, value))
}

/// `Doe, Jane` as `Jane Doe`.
fn in_order(name: &str) -> String {
    match name.split_once(',') {
        Some((last, first)) if !first.trim().is_empty() => {
            format!("{} {}", first.trim(), last.trim())
        }
        _ => name.to_owned(),
    }
}

/// A note: an official title, or facts, each with its name before it.
fn noted(note: &str, fields: &mut Vec<(String, String)>, notes: &mut ConversionNotes) {
    let fact = |text: &str| {
        let (name, value) = text.split_once(": ")?;
        let (_, piece) = FACTS.iter().find(|(known, _)| *known == name.trim())?;
        Some(((*piece).to_owned(), value.trim().to_owned()))
    };
    if let Some(title) = note.strip_prefix(OFFICIAL_TITLE) {
        return fields.push(("OfficialTitle".to_owned(), title.trim().to_owned()));
    }
    let facts: Option<Vec<_>> = note.split("; ").map(fact).collect();
    match facts {
        Some(facts) => fields.extend(facts.into_iter().map(|(name, value)| {
            let value = if name == "Phase" { value.replace(", ", "|") } else { value };
            (name, value)
        })),
        None => notes.unplaced("N1"),
    }
}

/// The values of one name together, as a cell has several.
fn several(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut together: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in fields {
        match together.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => together.push((name, vec![value])),
        }
    }
    let cell = |values: Vec<String>| match values.as_slice() {
        [one] => one.clone(),
        several => serde_json::Value::from(several).to_string(),
    };
    together.into_iter().map(|(name, values)| (name, cell(values))).collect()
}
