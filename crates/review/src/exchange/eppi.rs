//! References and codes in the JSON of EPPI-Reviewer.
//!
//! Codes are in sets, each a tree; a reference has the numbers of its codes. A
//! set of codes is a column here, and the name of a code is its value: `EXCLUDE
//! on population`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::decision_words::is_plain_decision;
use super::import_fields::{ImportColumn, column};
use super::json_files::plain;
use super::record_sheet::{RecordSheet, SheetRow};

/// How deep codes may be below one another.
const DEEPEST: usize = 64;

/// What one code is called.
struct EppiCode {
    set: String,
    name: String,
}

/// Its references; `None` where it is no such file.
pub(super) fn sheet(text: &str) -> Option<RecordSheet> {
    // Reading all of any file for this alone would take as long again.
    if !text.contains("\"References\"") {
        return None;
    }
    let Ok(Value::Object(whole)) = serde_json::from_str(text) else { return None };
    let references = whole.get("References")?.as_array()?;
    let mut codes = HashMap::new();
    for set in whole.get("CodeSets").and_then(Value::as_array).into_iter().flatten() {
        let name = set.get("SetName").and_then(Value::as_str).unwrap_or("codes");
        collect(set.get("Attributes"), name, 0, &mut codes);
    }
    let decisions = codes.values().filter(|code| is_plain_decision(&code.name));
    let decisions: HashSet<&str> = decisions.map(|code| code.set.as_str()).collect();
    let mut sheet = RecordSheet::default();
    for reference in references.iter().filter_map(Value::as_object) {
        let row = row(&mut sheet, reference, &codes, &decisions);
        sheet.rows.push(row);
    }
    Some(sheet)
}

/// Codes, and those below them.
fn collect(
    attributes: Option<&Value>,
    set: &str,
    depth: usize,
    codes: &mut HashMap<i64, EppiCode>,
) {
    let list = attributes.and_then(|it| it.get("AttributesList")).and_then(Value::as_array);
    for attribute in list.into_iter().flatten() {
        let id = attribute.get("AttributeId").and_then(Value::as_i64);
        let name = attribute.get("AttributeName").and_then(Value::as_str);
        if let (Some(id), Some(name)) = (id, name) {
            codes.insert(id, EppiCode { set: set.to_owned(), name: name.to_owned() });
        }
        if depth < DEEPEST {
            collect(attribute.get("Attributes"), set, depth + 1, codes);
        }
    }
}

fn row(
    sheet: &mut RecordSheet,
    reference: &Map<String, Value>,
    codes: &HashMap<i64, EppiCode>,
    decisions: &HashSet<&str>,
) -> SheetRow {
    let mut row = SheetRow::new(1);
    for (key, value) in reference.iter().filter(|(key, _)| *key != "Codes") {
        let text = if value.is_null() { String::new() } else { plain(value) };
        if !text.trim().is_empty() {
            let place = sheet.place(key, column(key).or(Some(ImportColumn::Other)), 0);
            row.cells.push((place, text));
        }
    }
    let given = reference.get("Codes").and_then(Value::as_array).into_iter().flatten();
    for id in given.filter_map(|code| code.get("AttributeId")?.as_i64()) {
        let Some(code) = codes.get(&id) else { continue };
        let known = decisions.contains(code.set.as_str());
        let column = if known { ImportColumn::Other } else { ImportColumn::Labels };
        let place = sheet.place(&code.set, Some(column), 0);
        row.cells.push((place, code.name.clone()));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::super::{Opinion, read};
    use crate::event::Verdict;

    const FILE: &str = r#"{"CodeSets":[
        {"SetName":"Screen on Title & Abstract","Attributes":{"AttributesList":[
            {"AttributeId":1,"AttributeName":"INCLUDE on title & abstract"},
            {"AttributeId":2,"AttributeName":"EXCLUDE on population"}]}},
        {"SetName":"Screen on Full Text","Attributes":{"AttributesList":[
            {"AttributeId":3,"AttributeName":"EXCLUDE on design"}]}},
        {"SetName":"Setting","Attributes":{"AttributesList":[
            {"AttributeId":4,"AttributeName":"Care","Attributes":{"AttributesList":[
                {"AttributeId":5,"AttributeName":"Hospital"}]}}]}}],
        "References":[
        {"ItemId":10,"Title":"A","URL":"https://clinicaltrials.gov/study/NCT90000001",
            "Codes":[{"AttributeId":1},{"AttributeId":5}]},
        {"ItemId":11,"Title":"B","URL":"https://clinicaltrials.gov/study/NCT90000002",
            "Codes":[{"AttributeId":1},{"AttributeId":3}]},
        {"ItemId":12,"Title":"C","Abstract":"NCT90000003","Codes":[
            {"AttributeId":1},{"AttributeId":2}]}]}"#;

    #[test]
    fn codes_are_decisions_and_labels() {
        let import = read(FILE.as_bytes(), "eppi.json").expect("records");
        let opinions: Vec<&Opinion> =
            import.studies.iter().flat_map(|study| &study.decisions.opinions).collect();
        assert_eq!(opinions[0].labels, ["Hospital"]);
        let said: Vec<_> = opinions.iter().map(|it| (it.verdict, it.reason.as_deref())).collect();
        let include = (Some(Verdict::Include), None);
        assert_eq!(said, [include, (Some(Verdict::Exclude), Some("design"))]);
        assert_eq!(import.problems.len(), 1, "two codes of one set say two things");
    }
}
