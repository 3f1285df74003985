//! JSON, with the keys that occur twice in an object.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::conversion_notes::ConversionNotes;
use super::format_error::{FormatError, json_error};

/// Keys that are named.
const MOST: usize = 20;

/// The object that a JSON text is. Notes the keys that occur twice in it. What
/// is no JSON is read `otherwise`.
pub(super) fn object(
    text: &str,
    notes: &mut ConversionNotes,
    otherwise: impl FnOnce() -> Option<ParsedValue>,
) -> Result<Map<String, Value>, FormatError> {
    let parsed = parse(text).or_else(|error| otherwise().ok_or(error));
    let (value, twice) = parsed.map_err(|error| json_error(&error, text))?;
    for key in twice {
        notes.lost(format!("`{key}` occurs twice in one object; only the last one is read"));
    }
    match value {
        Value::Object(root) => Ok(root),
        _ => Err(FormatError::NoNctId),
    }
}

/// A value, and the keys that occur twice in an object of it.
pub(super) type ParsedValue = (Value, Vec<String>);

/// The value of a text, and the keys that occur twice in an object with
/// different values. The last value is kept.
pub(super) fn parse(text: &str) -> serde_json::Result<ParsedValue> {
    let twice = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Any { twice: &twice }.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, twice.into_inner()))
}

#[derive(Clone, Copy)]
struct Any<'a> {
    twice: &'a RefCell<Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self)?;
            if let Some(before) = object.get(&key) {
                let mut twice = self.twice.borrow_mut();
                if *before != value && twice.len() < MOST && !twice.contains(&key) {
                    twice.push(key.clone());
                }
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_stand_twice_are_named() {
        let text = r#"{"a": 1, "b": {"c": "x", "c": "y"}, "a": 1, "e": [-1, 2.5, null, true]}"#;
        let (value, twice) = parse(text).expect("JSON");
        assert_eq!(twice, ["c"]);
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("JSON"));
    }
}
