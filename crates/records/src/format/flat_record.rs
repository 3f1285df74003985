//! Records of names and values, without structure: objects of tables written
//! as JSON, fields of API v1, RIS and others. They are read as a row of a table
//! with their names as headings.

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::{ConversionNotes, FormatError, literal, unique};
use crate::study::Study;

/// Names, folded, of the value with the NCT number, where tables call it
/// something else.
const NUMBERED: [&str; 4] = ["nct", "nctnum", "nctno", "nctcode"];

/// Reads names and texts as a row of a table.
pub(super) fn study(fields: &[(String, String)], notes: &mut ConversionNotes) -> Study {
    let names: ByteRecord = fields.iter().map(|(name, _)| name.as_bytes()).collect();
    let texts: ByteRecord = fields.iter().map(|(_, text)| text.as_bytes()).collect();
    super::csv::convert(&names, &texts, None, notes)
}

/// Reads a JSON object.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    let of_python = || literal::of_python(text).map(|value| (value, Vec::new()));
    let root = unique::object(text, notes, of_python)?;
    Ok(study(&fields(&root), notes))
}

fn fields(root: &Map<String, Value>) -> Vec<(String, String)> {
    let known = root.keys().any(|key| matches!(fold(key).as_str(), "nctid" | "nctnumber"));
    let number = if known { None } else { numbered(root) };
    let named = |key: &String| match number {
        Some(number) if key == number => "NCT Number".to_owned(),
        _ => key.clone(),
    };
    root.iter().map(|(key, value)| (named(key), written(value))).collect()
}

/// The key with the NCT number, by its name or its value.
fn numbered(root: &Map<String, Value>) -> Option<&String> {
    let called = root.keys().find(|key| NUMBERED.contains(&fold(key).as_str()));
    let is_number = |value: &Value| {
        value.as_str().is_some_and(|text| crate::study::NctId::parse_written(text).is_some())
    };
    called.or_else(|| root.iter().find(|(_, value)| is_number(value)).map(|(key, _)| key))
}

/// A value as a cell has it.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(elements) => match elements.as_slice() {
            [] => String::new(),
            [one] => written(one),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

fn fold(name: &str) -> String {
    crate::study::pieces::fold(name)
}
