//! JSON that is inside of other formats, and files of JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::import_fields::{ImportColumn, column};
use super::record_sheet::{RecordSheet, SheetRow};
use super::{ImportProblem, StudyDecisions};
use trialdex_records::study::Study;
use trialdex_records::study::clean::steers;

/// A value in one line. Characters that end a line or steer a terminal are
/// escaped.
pub(super) fn escaped(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') {
            line.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            line.push(c);
        }
    }
    line
}

/// Decisions at the beginning of a text; what follows is not looked at.
pub(super) fn decisions(text: &str) -> Option<StudyDecisions> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

/// The records of a file with an object a line, of a list of objects, or of
/// an object that has one.
pub(super) fn sheet(text: &str) -> (RecordSheet, Vec<ImportProblem>) {
    let (mut sheet, mut problems) = (RecordSheet::default(), Vec::new());
    if let Ok(whole) = serde_json::from_str::<Value>(text) {
        for object in listed(whole) {
            record(&mut sheet, 1, &object);
        }
        return (sheet, problems);
    }
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => record(&mut sheet, line, &object),
            Ok(_) => problems.push(ImportProblem::new(line, "no object of JSON")),
            Err(error) => problems.push(ImportProblem::new(line, format!("no JSON: {error}"))),
        }
    }
    (sheet, problems)
}

fn listed(value: Value) -> Vec<Map<String, Value>> {
    match value {
        Value::Array(values) => values.into_iter().flat_map(listed).collect(),
        Value::Object(mut object) => {
            let list = ["records", "studies"].iter().find_map(|key| {
                object.get(*key).filter(|value| value.is_array())?;
                object.remove(*key)
            });
            list.map_or_else(|| vec![object], listed)
        }
        _ => Vec::new(),
    }
}

fn record(sheet: &mut RecordSheet, line: u64, object: &Map<String, Value>) {
    let mut row = SheetRow::new(line);
    if object.contains_key("protocolSection") {
        study(&Study::from_map(object.clone()), sheet, &mut row);
        sheet.rows.push(row);
        return;
    }
    for (key, value) in object {
        let column = column(key);
        let place = sheet.place(key, column, 0);
        match value {
            Value::Null => {}
            Value::String(text) => row.cells.push((place, text.clone())),
            Value::Array(values) if column != Some(ImportColumn::ScreenedTags) => {
                row.cells.extend(values.iter().map(|value| (place, plain(value))));
            }
            value => row.cells.push((place, plain(value))),
        }
    }
    row.cells.retain(|(_, text)| !text.trim().is_empty());
    sheet.rows.push(row);
}

pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A study of the registry.
fn study(study: &Study, sheet: &mut RecordSheet, row: &mut SheetRow) {
    let pieces = [
        ("NCTId", ImportColumn::Number),
        ("BriefTitle", ImportColumn::Title),
        ("OfficialTitle", ImportColumn::Title),
        ("BriefSummary", ImportColumn::Abstract),
        ("OverallOfficialName", ImportColumn::Authors),
        ("Condition", ImportColumn::Keywords),
        ("Keyword", ImportColumn::Keywords),
        ("StudyFirstSubmitDate", ImportColumn::Year),
    ];
    for (order, (piece, column)) in pieces.into_iter().enumerate() {
        for text in study.texts(piece) {
            let place = sheet.place(piece, Some(column), order);
            row.cells.push((place, text.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_json_ends_a_line() {
        let hostile = Value::from("a\u{2028}b\u{85}c\u{202e}d\u{7f}\n\"\\");
        let line = escaped(&hostile);
        assert_eq!(line, r#""a\u2028b\u0085c\u202ed\u007f\n\"\\""#);
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), hostile);
    }

    #[test]
    fn lines_that_are_no_objects_are_named() {
        let (sheet, problems) = sheet("{\"title\":\"A\"}\n\n[1]\n{\"title\":\n{\"title\":\"B\"}\n");
        let lines: Vec<u64> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 5]);
        assert_eq!(problems.iter().map(|it| it.line).collect::<Vec<_>>(), [3, 4]);
    }
}
