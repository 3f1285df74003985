//! Studies of the registry's API v2, as they are.

use serde_json::{Map, Value};

use super::{FormatError, Notes, json_error};
use crate::study::pieces::{self, Kind, Node};
use crate::study::{Study, Visited};

/// Reads one study.
///
/// The record is kept whole: keys that the data model does not know stay in
/// it and are named in the notes. Only scalars that a tool wrapped into
/// one-element lists are taken out of them.
pub(super) fn convert(text: &str, notes: &mut Notes) -> Result<Study, FormatError> {
    let mut root: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| json_error(&error, text))?;
    unwrap_object(&mut root, pieces::root());
    let study = Study::from_map(root);
    study.visit(&mut |visited| {
        if let Visited::Unknown(above, key) = visited {
            match above {
                Some(piece) => notes.unplaced(&format!("{}.{key}", piece.path)),
                None => notes.unplaced(key),
            }
        }
    });
    Ok(study)
}

fn unwrap_object(object: &mut Map<String, Value>, node: &'static Node) {
    for (key, value) in object {
        if let Some(child) = node.child(key) {
            unwrap_value(value, child);
        }
    }
}

/// Takes what stands in a list of one out of it, where the model has no list.
fn unwrap_value(value: &mut Value, node: &'static Node) {
    let Some(piece) = node.piece() else { return };
    if !piece.list
        && let Value::Array(elements) = value
        && elements.len() <= 1
    {
        *value = elements.pop().unwrap_or(Value::Null);
    }
    match value {
        Value::Object(object) if matches!(piece.kind, Kind::Structure) => {
            unwrap_object(object, node);
        }
        Value::Object(point) => {
            for degrees in point.values_mut() {
                if let Value::Array(elements) = degrees
                    && elements.len() == 1
                {
                    *degrees = elements.pop().unwrap_or(Value::Null);
                }
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| unwrap_value(element, node))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> (Study, Notes) {
        let mut notes = Notes::default();
        let study = convert(&value.to_string(), &mut notes).expect("a study");
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
    fn errors_say_where() {
        let error = convert("{\n \"a\": 1,\n \"b\": }", &mut Notes::default()).expect_err("broken");
        assert!(matches!(error, FormatError::Syntax { line: 3, byte: 17, .. }), "{error:?}");
    }
}
