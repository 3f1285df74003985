//! Studies of the registry's API v2, as they are.

use serde_json::{Map, Value};

use super::{ConversionNotes, FormatError, literal, unique};
use crate::study::{Study, put_path};

/// Modules of the protocol that identify it where it is alone.
const OF_PROTOCOL: [&str; 2] = ["identificationModule", "statusModule"];

/// Reads one study.
///
/// The record is kept whole. Keys that are paths, as tables of nested records
/// have them (`protocolSection.statusModule.overallStatus`), become objects.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    let root = unique::object(text, notes, || {
        // Python writes numbers that JSON does not have, and objects as its own.
        let finite = without_nan(text).and_then(|text| unique::parse(&text).ok());
        finite.or_else(|| literal::of_python(text).map(|value| (value, Vec::new())))
    })?;
    let mut root = nested(root, notes);
    if !root.contains_key("protocolSection")
        && OF_PROTOCOL.iter().any(|key| root.contains_key(*key))
    {
        root = Map::from_iter([("protocolSection".to_owned(), Value::Object(root))]);
    }
    Ok(Study::from_map(root))
}

/// The text with `null` for `NaN` and `Infinity` outside of strings; `None`
/// where there is none of them.
fn without_nan(text: &str) -> Option<String> {
    const NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];
    if !NUMBERS.iter().any(|number| text.contains(number)) {
        return None;
    }
    let (mut finite, mut rest) = (String::with_capacity(text.len()), text);
    let mut quoted = false;
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        match character {
            '"' => quoted = !quoted,
            '\\' if quoted => taken += rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => {}
        }
        let number = NUMBERS.iter().find(|number| !quoted && rest.starts_with(**number));
        match number {
            Some(number) => {
                taken = number.len();
                finite.push_str("null");
            }
            None => finite.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    Some(finite)
}

/// The object with keys that are paths taken apart. A key without a value is
/// noted as such.
fn nested(root: Map<String, Value>, notes: &mut ConversionNotes) -> Map<String, Value> {
    if !root.keys().any(|key| key.contains('.')) {
        return root;
    }
    let mut whole = Map::new();
    for (key, value) in root {
        if value.is_null() {
            notes.empty.push(key);
        } else {
            put_path(&mut whole, &key, value);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::super::ConversionNotes;
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> (Study, ConversionNotes) {
        let mut notes = ConversionNotes::default();
        let mut study = convert(&value.to_string(), &mut notes).expect("a study");
        super::super::fit::fit(study.as_map_mut(), &mut notes);
        (study, notes)
    }

    #[test]
    fn a_study_is_kept_whole() {
        let value = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "mood": "good"},
                "contactsLocationsModule": {"locations": [
                    {"geoPoint": {"lat": 40.714_270_000_000_1, "lon": -74.0}},
                ]},
            },
            "source": {"file": "a"},
        });
        let (study, notes) = read(&value);
        assert_eq!(Value::Object(study.as_map().clone()), value);
        assert_eq!(notes.unplaced, ["protocolSection.identificationModule.mood", "source"]);
    }

    #[test]
    fn scalars_come_out_of_lists_of_one() {
        let (study, _) = read(&json!({"protocolSection": [{
            "identificationModule": {"nctId": ["NCT90000001"], "briefTitle": ["T"]},
            "conditionsModule": {"conditions": ["Fever"]},
            "outcomesModule": {"primaryOutcomes": [{"measure": ["Death"]}]},
        }]}));
        let expected = json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "T"},
            "conditionsModule": {"conditions": ["Fever"]},
            "outcomesModule": {"primaryOutcomes": [{"measure": "Death"}]},
        }});
        assert_eq!(Value::Object(study.as_map().clone()), expected);
    }

    #[test]
    fn keys_that_are_paths_become_objects_and_numbers_that_are_none_nothing() {
        let text = r#"{"protocolSection.identificationModule.nctId": "NCT90000001",
            "protocolSection.designModule.enrollmentInfo.count": NaN,
            "protocolSection.descriptionModule.briefSummary": "NaN \"NaN", "hasResults": true}"#;
        let study = convert(text, &mut ConversionNotes::default()).expect("a study");
        let expected = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001"},
                "descriptionModule": {"briefSummary": "NaN \"NaN"},
            },
            "hasResults": true,
        });
        assert_eq!(Value::Object(study.as_map().clone()), expected);
    }

    #[test]
    fn errors_say_where() {
        let error = convert("{\n \"a\": 1,\n \"b\": }", &mut ConversionNotes::default())
            .expect_err("broken");
        assert!(matches!(error, FormatError::Syntax { line: 3, byte: 17, .. }), "{error:?}");
    }
}
