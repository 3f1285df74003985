//! Values that do not fit their place in API v2, as tools leave them: numbers
//! as texts or with a fraction of nothing, lists in lists, dates with a time,
//! MongoDB's `{"$numberInt": "40"}`.
//!
//! What is plainly meant is put right; the rest stays as it is and is noted.

use serde_json::{Map, Value};

use super::ConversionNotes;
use crate::study::pieces::{self, ModelNode, Piece, PieceKind};
use crate::study::{Age, PartialDate, typed, typed_list};

/// Puts the values of a study right; names keys that the data model does not
/// know, and values that fit nowhere.
pub(super) fn fit(root: &mut Map<String, Value>, notes: &mut ConversionNotes) {
    fit_object(root, pieces::root(), notes);
}

fn fit_object(
    object: &mut Map<String, Value>,
    node: &'static ModelNode,
    notes: &mut ConversionNotes,
) {
    for (key, value) in object {
        match (node.child(key), node.piece()) {
            (Some(child), _) => fit_value(value, child, notes),
            (None, Some(piece)) => notes.unplaced(&format!("{}.{key}", piece.path)),
            (None, None) => notes.unplaced(key),
        }
    }
}

fn fit_value(value: &mut Value, node: &'static ModelNode, notes: &mut ConversionNotes) {
    let Some(piece) = node.piece() else { return };
    plain(value);
    if piece.list {
        fit_list(value, node, piece, notes);
        return;
    }
    if let Value::Array(elements) = value
        && elements.len() <= 1
    {
        *value = elements.pop().unwrap_or(Value::Null);
        return fit_value(value, node, notes);
    }
    match value {
        Value::Object(below) if piece.is_structure() => fit_object(below, node, notes),
        Value::Object(point) if matches!(piece.kind, PieceKind::GeoPoint) => fit_point(point),
        // Older tools wrote structures of several elements where there is one.
        Value::Array(elements) if piece.is_structure() => {
            elements.iter_mut().for_each(|element| fit_value(element, node, notes));
        }
        _ => fit_leaf(value, piece, notes),
    }
}

/// A list of values or structures, without lists in it.
fn fit_list(
    value: &mut Value,
    node: &'static ModelNode,
    piece: &'static Piece,
    notes: &mut ConversionNotes,
) {
    let Some(elements) = elements_of(value) else { return };
    elements.iter_mut().for_each(plain);
    if piece.is_structure() {
        for element in elements {
            match element {
                Value::Object(below) => fit_object(below, node, notes),
                Value::Null => {}
                other => notes.unfit(piece, other),
            }
        }
        return;
    }
    if elements.iter().all(|element| fits(piece, element) && !is_written_list(element)) {
        return;
    }
    let several = std::mem::take(elements).into_iter().flat_map(|element| match &element {
        Value::String(text) => {
            let values = typed_list(piece, text);
            if values.is_empty() { vec![element] } else { values }
        }
        _ => vec![element],
    });
    *elements = several.collect();
    elements.iter_mut().for_each(|element| fit_leaf(element, piece, notes));
}

/// The elements of a list. A value alone is a list of one; null and a blank
/// text have no elements, and are left as they are.
fn elements_of(value: &mut Value) -> Option<&mut Vec<Value>> {
    match value {
        Value::Null => return None,
        Value::Array(elements) => {
            while elements.iter().any(Value::is_array) {
                *elements = flattened(std::mem::take(elements));
            }
        }
        Value::String(text) if text.trim().is_empty() => return None,
        _ => *value = Value::Array(vec![value.take()]),
    }
    value.as_array_mut()
}

fn flattened(elements: Vec<Value>) -> Vec<Value> {
    let each = elements.into_iter().flat_map(|element| match element {
        Value::Array(inner) => inner,
        other => vec![other],
    });
    each.collect()
}

/// Whether a text is a list as programs write it, which no name looks like.
fn is_written_list(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.starts_with(['[', '(', '{']) && crate::study::written_list(text).is_some()
    })
}

fn fit_point(point: &mut Map<String, Value>) {
    for degrees in point.values_mut() {
        plain(degrees);
        if let Value::Array(elements) = degrees
            && elements.len() == 1
        {
            *degrees = elements.pop().unwrap_or(Value::Null);
        }
        if let Some(number) = degrees.as_str().and_then(|text| text.trim().parse::<f64>().ok()) {
            *degrees = number.into();
        }
    }
}

fn fit_leaf(value: &mut Value, piece: &Piece, notes: &mut ConversionNotes) {
    if fits(piece, value) {
        return;
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return notes.unfit(piece, value),
    };
    match typed(piece, &text) {
        None => {}
        Some(found) if fits(piece, &found) => *value = found,
        Some(_) => notes.unfit(piece, value),
    }
}

/// Whether the value is of the piece's kind.
fn fits(piece: &Piece, value: &Value) -> bool {
    let text = value.as_str();
    match (piece.kind, value) {
        (_, Value::Null) => true,
        (PieceKind::Structure, _) => value.is_object(),
        (PieceKind::GeoPoint, _) => value.is_object(),
        (
            PieceKind::Text | PieceKind::Markup,
            Value::String(_) | Value::Number(_) | Value::Bool(_),
        ) => true,
        (PieceKind::Enum(known), _) => text.is_some_and(|text| known.label(text).is_some()),
        (PieceKind::Boolean, _) => value.is_boolean(),
        (PieceKind::Integer, _) => value.is_i64() || value.is_u64(),
        (PieceKind::Date | PieceKind::DateTime, _) => {
            text.is_some_and(|text| is_day(text) || PartialDate::parse(text).is_some())
        }
        (PieceKind::Age, _) => text.and_then(Age::parse).is_some(),
        _ => false,
    }
}

/// Whether a text is a day that every month has, as nearly all dates are: to
/// parse them all would take time.
fn is_day(text: &str) -> bool {
    let &[y, e, a, r, b'-', m, n, b'-', d, g] = text.as_bytes() else { return false };
    if ![y, e, a, r, m, n, d, g].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    [y, e, a, r] != *b"0000" && (1..=12).contains(&two(m, n)) && (1..=28).contains(&two(d, g))
}

/// Takes a value out of the object that MongoDB's extended JSON puts around
/// it: `{"$numberInt": "40"}`, `{"$date": ...}`.
fn plain(value: &mut Value) {
    let Value::Object(object) = value else { return };
    if object.len() != 1 {
        return;
    }
    let Some((key, inner)) = object.iter_mut().next().filter(|(key, _)| key.starts_with('$'))
    else {
        return;
    };
    let (numeric, mut inner) = (key.starts_with("$number"), inner.take());
    plain(&mut inner);
    let number = inner.as_str().filter(|_| numeric).map(serde_json::from_str::<Value>);
    *value = match number {
        Some(Ok(number)) if number.is_number() => number,
        _ => inner,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fitted(mut value: Value) -> (Value, Vec<(&'static str, String)>) {
        let mut notes = ConversionNotes::default();
        fit(value.as_object_mut().expect("an object"), &mut notes);
        (value, notes.unfit)
    }

    #[test]
    fn what_is_plainly_meant_is_put_right() {
        let (study, unfit) = fitted(json!({
            "protocolSection": {
                "conditionsModule": {"conditions": [["A"], ["B", ["C"]]], "keywords": "['k', 'l']"},
                "designModule": {
                    "phases": ["PHASE1; PHASE2"],
                    "enrollmentInfo": {"count": {"$numberInt": "40"}},
                },
                "statusModule": {
                    "startDateStruct": {"date": {"$date": "2021-03-04T00:00:00Z"}},
                    "completionDateStruct": {"date": "06-Feb-17"},
                    "studyFirstSubmitDate": {"$date": {"$numberLong": "1614816000000"}},
                },
                "eligibilityModule": {"healthyVolunteers": "f", "minimumAge": 18},
            },
            "hasResults": 0,
        }));
        let expected = json!({
            "protocolSection": {
                "conditionsModule": {"conditions": ["A", "B", "C"], "keywords": ["k", "l"]},
                "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 40}},
                "statusModule": {
                    "startDateStruct": {"date": "2021-03-04T00:00:00Z"},
                    "completionDateStruct": {"date": "2017-02-06"},
                    "studyFirstSubmitDate": "2021-03-04",
                },
                "eligibilityModule": {"healthyVolunteers": false, "minimumAge": "18 Years"},
            },
            "hasResults": false,
        });
        assert_eq!((study, unfit), (expected, Vec::new()));
    }

    #[test]
    fn what_fits_nowhere_stays_and_is_noted() {
        let value = json!({"protocolSection": {
            "designModule": {"phases": ["PHASE9"], "enrollmentInfo": {"count": "~40"}},
            "armsInterventionsModule": {"interventions": ["Aspirin"]},
        }});
        let (study, unfit) = fitted(value.clone());
        assert_eq!(study, value);
        let expected =
            [("Phase", "PHASE9"), ("EnrollmentCount", "~40"), ("Intervention", "Aspirin")];
        assert_eq!(unfit, expected.map(|(name, text)| (name, text.to_owned())));
    }
}
