//! Studies of the registry's retired API v1.
//!
//! Every key has the name of a piece of the data model, and each list is in an
//! object of its own (`ConditionList: {Condition: [..]}`), so that the model's
//! table says where everything goes.

use serde_json::{Map, Value};

use super::{ConversionNotes, FormatError, unique};
use crate::study::pieces::{self, Piece, PieceKind};
use crate::study::{PartialDate, Study, put, typed};

/// Objects that a study was delivered in, the outer one first.
const WRAPPERS: [&str; 2] = ["FullStudy", "Study"];

/// Spellings of yes that one piece alone has.
const YES: &[(&str, &str)] = &[("HealthyVolunteers", "Accepts Healthy Volunteers")];

/// Reads one study.
///
/// The results section says whether there are results: v1 had no field for it.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    let root = unique::object(text, notes, || None)?;
    Ok(read(&root, notes))
}

/// Reads a study that is parsed.
pub(super) fn read(root: &Map<String, Value>, notes: &mut ConversionNotes) -> Study {
    let mut reader = JsonV1Reader { notes, moved: Vec::new() };
    let source = reader.unwrapped(root);
    let mut target = Map::new();
    reader.read(source, None, &mut target);
    let has_results = target.contains_key("resultsSection");
    target.insert("hasResults".to_owned(), has_results.into());
    let mut study = Study::from_map(target);
    for (piece, value) in reader.moved {
        study.merge(alone(piece, value));
    }
    study
}

struct JsonV1Reader<'a> {
    notes: &'a mut ConversionNotes,
    /// Values whose place is now in another branch of the model.
    moved: Vec<(&'static Piece, Value)>,
}

impl JsonV1Reader<'_> {
    /// The object that has the sections; what is beside it is named.
    fn unwrapped<'a>(&mut self, root: &'a Map<String, Value>) -> &'a Map<String, Value> {
        let mut source = root;
        for wrapper in WRAPPERS {
            if let Some(Value::Object(below)) = source.get(wrapper) {
                for key in source.keys().filter(|key| *key != wrapper) {
                    self.notes.unplaced(key);
                }
                source = below;
            }
        }
        source
    }

    /// Reads the keys of an object of v1 at the piece `above` into the object
    /// of v2 there.
    fn read(
        &mut self,
        source: &Map<String, Value>,
        above: Option<&'static Piece>,
        target: &mut Map<String, Value>,
    ) {
        for (key, value) in source {
            let (name, value) = unlisted(key, value);
            match pieces::named(name) {
                Some(piece) => self.place(piece, value, above, target),
                None if is_blank(value) => {}
                None => self.notes.unplaced(key),
            }
        }
    }

    fn place(
        &mut self,
        piece: &'static Piece,
        source: &Value,
        above: Option<&'static Piece>,
        target: &mut Map<String, Value>,
    ) {
        let Some(value) = self.value(piece, source) else {
            return;
        };
        match step(piece, above) {
            Some(path) => put(target, path, false, value),
            None if step(piece, None).is_some() => self.moved.push((piece, value)),
            None => self.notes.unplaced(piece.name),
        }
    }

    /// The v2 value of a piece: an array exactly where v2 has one.
    fn value(&mut self, piece: &'static Piece, source: &Value) -> Option<Value> {
        let elements = match source {
            Value::Array(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        let values: Vec<Value> =
            elements.iter().filter_map(|element| self.single(piece, element)).collect();
        if piece.list {
            return (!values.is_empty()).then_some(Value::Array(values));
        }
        if values.len() > 1 {
            self.notes.unplaced(piece.name);
        }
        values.into_iter().next()
    }

    fn single(&mut self, piece: &'static Piece, source: &Value) -> Option<Value> {
        match source {
            Value::Object(below) if piece.is_structure() => {
                let mut object = Map::new();
                self.read(below, Some(piece), &mut object);
                (!object.is_empty()).then_some(Value::Object(object))
            }
            Value::String(text) if !piece.is_structure() => value_of(piece, text),
            Value::Number(_) | Value::Bool(_) if !piece.is_structure() => Some(source.clone()),
            blank if is_blank(blank) => None,
            _ => {
                self.notes.unplaced(piece.name);
                None
            }
        }
    }
}

/// Name and value of `key`, without the object around a list.
///
/// The name inside decides: `ArmGroupInterventionList` holds
/// `ArmGroupInterventionName`.
fn unlisted<'a>(key: &'a str, value: &'a Value) -> (&'a str, &'a Value) {
    if let Value::Object(wrapper) = value
        && key.ends_with("List")
        && wrapper.len() == 1
        && let Some((name, elements)) = wrapper.iter().next()
        && pieces::named(name).is_some()
    {
        return (name, elements);
    }
    (key, value)
}

/// The path of `piece` from `above` on, unless a list is on the way: then it
/// is not known which of its elements is meant.
fn step(piece: &'static Piece, above: Option<&'static Piece>) -> Option<&'static str> {
    let start = match above {
        None => 0,
        Some(above) if piece.is_below(above) => above.path.len() + 1,
        Some(_) => return None,
    };
    let rest = &piece.path[start..];
    let listed = rest
        .match_indices('.')
        .any(|(dot, _)| pieces::at(&piece.path[..start + dot]).is_some_and(|between| between.list));
    (!listed).then_some(rest)
}

fn value_of(piece: &Piece, text: &str) -> Option<Value> {
    if YES.contains(&(piece.name, text.trim())) {
        return Some(Value::Bool(true));
    }
    match piece.kind {
        PieceKind::DateTime => moment(text).map(Value::from).or_else(|| typed(piece, text)),
        _ => typed(piece, text),
    }
}

/// `02/03/2021 12:32` as v2 writes it, `2021-02-03T12:32`.
fn moment(text: &str) -> Option<String> {
    let (date, time) = text.trim().rsplit_once(' ')?;
    let clock = time.len() == 5 && time.as_bytes()[2] == b':';
    let date = PartialDate::parse(date).filter(|_| clock)?;
    Some(format!("{date}T{time}"))
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.iter().all(is_blank),
        Value::Object(object) => object.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn alone(piece: &Piece, value: Value) -> Study {
    let mut root = Map::new();
    put(&mut root, piece.path, false, value);
    Study::from_map(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> (Value, Vec<String>) {
        let mut notes = ConversionNotes::default();
        let study = convert(&value.to_string(), &mut notes).expect("a study");
        (Value::Object(study.as_map().clone()), notes.unplaced)
    }

    #[test]
    fn pieces_find_their_places() {
        let (study, unplaced) = read(&json!({"Rank": 1, "Study": {"ProtocolSection": {
            "IdentificationModule": {"NCTId": "NCT90000001", "BriefTitle": "T"},
            "ConditionsModule": {"ConditionList": {"Condition": ["Fever", "Cough"]}},
            "DesignModule": {
                "PhaseList": {"Phase": ["Phase 2", "Phase 3"]},
                "EnrollmentInfo": {"EnrollmentCount": "30", "EnrollmentType": "Anticipated"},
                "DesignInfo": {"DesignTimePerspectiveList":
                    {"DesignTimePerspective": ["Prospective"]}},
            },
            "EligibilityModule": {
                "Gender": "All", "HealthyVolunteers": "Accepts Healthy Volunteers",
                "MaximumAge": "", "Mood": "good",
            },
        }}}));
        let expected = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "T"},
                "conditionsModule": {"conditions": ["Fever", "Cough"]},
                "designModule": {
                    "phases": ["PHASE2", "PHASE3"],
                    "enrollmentInfo": {"count": 30, "type": "ESTIMATED"},
                    "designInfo": {"timePerspective": "PROSPECTIVE"},
                },
                "eligibilityModule": {"sex": "ALL", "healthyVolunteers": true},
            },
            "hasResults": false,
        });
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["Rank", "Mood"]);
    }

    #[test]
    fn lists_are_unwrapped_whatever_they_are_called() {
        let (study, unplaced) = read(&json!({"FullStudy": {"Study": {"ProtocolSection": {
            "ArmsInterventionsModule": {"ArmGroupList": {"ArmGroup": {
                "ArmGroupLabel": "A",
                "ArmGroupInterventionList": {"ArmGroupInterventionName": ["Drug: X"]},
            }}},
            "SponsorCollaboratorsModule": {"CollaboratorList": {"Collaborator": []}},
        }}}}));
        let expected = json!({
            "protocolSection": {"armsInterventionsModule": {"armGroups": [
                {"label": "A", "interventionNames": ["Drug: X"]},
            ]}},
            "hasResults": false,
        });
        assert_eq!((study, unplaced), (expected, Vec::new()));
    }

    #[test]
    fn results_and_moments_are_read() {
        let (study, unplaced) = read(&json!({
            "ResultsSection": {"AdverseEventsModule": {
                "EventGroupList": {"EventGroup": [
                    {"EventGroupId": "EG000", "EventGroupSeriousNumAffected": "2"},
                ]},
                "SeriousEventList": {"SeriousEvent": [{"SeriousEventStatsList":
                    {"SeriousEventStats": [{"SeriousEventStatsGroupId": "EG000"}]}}]},
            }},
            "DocumentSection": {"LargeDocumentModule": {"LargeDocList": {"LargeDoc": [
                {"LargeDocUploadDate": "02/03/2021 12:32"},
            ]}}},
        }));
        let expected = json!({
            "resultsSection": {"adverseEventsModule": {
                "eventGroups": [{"id": "EG000", "seriousNumAffected": 2}],
                "seriousEvents": [{"stats": [{"groupId": "EG000"}]}],
            }},
            "documentSection": {"largeDocumentModule": {"largeDocs": [
                {"uploadDate": "2021-02-03T12:32"},
            ]}},
            "hasResults": true,
        });
        assert_eq!((study, unplaced), (expected, Vec::new()));
    }

    #[test]
    fn what_moved_is_found_at_its_new_place() {
        let (study, unplaced) = read(&json!({"ProtocolSection": {"StatusModule": {
            "ResultsFirstPostedQCCommentsDateStruct": {
                "ResultsFirstPostedQCCommentsDate": "April 15, 2022",
                "ResultsFirstPostedQCCommentsDateType": "Actual",
            },
            "LocationCity": "Oslo",
            "StartDateStruct": "soon",
        }}}));
        let expected = json!({
            "hasResults": false,
            "derivedSection": {"miscInfoModule": {"submissionTracking": {"firstMcpInfo": {
                "postDateStruct": {"date": "2022-04-15", "type": "ACTUAL"},
            }}}},
        });
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["LocationCity", "StartDateStruct"]);
    }

    #[test]
    fn errors_say_where() {
        let error =
            convert("{\"Study\": \n}", &mut ConversionNotes::default()).expect_err("no study");
        assert!(matches!(error, FormatError::Syntax { line: 2, .. }), "{error:?}");
    }
}
