//! Values as programs write them into cells and lines: JSON, and the literals
//! of Python (`{'nctId': 'NCT90000001', 'hasResults': False}`).

use serde_json::{Map, Value};

use crate::study::quoted;

/// Values inside one another.
const DEPTH: usize = 100;

/// The value that a text is, if all of it is one.
fn literal(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let (value, rest) = value(text, DEPTH)?;
    rest.trim().is_empty().then_some(value)
}

/// The object that a text is, where Python wrote it. JSON that is broken is
/// not read so.
pub(super) fn of_python(text: &str) -> Option<Value> {
    let inner = text.trim_start().strip_prefix('{')?.trim_start();
    literal(text).filter(|_| inner.starts_with('\''))
}

/// The object or list that a text is.
pub(super) fn structure(text: &str) -> Option<Value> {
    let text = text.trim();
    let open = text.starts_with(['{', '[', '(']) && text.ends_with(['}', ']', ')']);
    literal(text).filter(|_| open)
}

fn value(text: &str, depth: usize) -> Option<(Value, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    match first {
        '{' => object(rest, depth.checked_sub(1)?),
        '[' => list(rest, ']', depth.checked_sub(1)?),
        '(' => list(rest, ')', depth.checked_sub(1)?),
        '"' | '\'' => quoted(rest, first).map(|(text, rest)| (Value::from(text), rest)),
        _ => word(text),
    }
}

fn object(text: &str, depth: usize) -> Option<(Value, &str)> {
    let (mut object, mut rest) = (Map::new(), text.trim_start());
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Some((Value::Object(object), behind));
        }
        let (Value::String(key), behind) = value(rest, depth)? else { return None };
        let (below, behind) = value(behind.trim_start().strip_prefix(':')?, depth)?;
        object.insert(key, below);
        rest = next(behind, '}')?;
    }
}

fn list(text: &str, close: char, depth: usize) -> Option<(Value, &str)> {
    let (mut elements, mut rest) = (Vec::new(), text.trim_start());
    loop {
        if let Some(behind) = rest.strip_prefix(close) {
            return Some((Value::Array(elements), behind));
        }
        let (element, behind) = value(rest, depth)?;
        elements.push(element);
        rest = next(behind, close)?;
    }
}

/// What follows the comma after an element, or the closing bracket.
fn next(text: &str, close: char) -> Option<&str> {
    let text = text.trim_start();
    match text.strip_prefix(',') {
        Some(behind) => Some(behind.trim_start()),
        None => text.starts_with(close).then_some(text),
    }
}

fn word(text: &str) -> Option<(Value, &str)> {
    let end =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')));
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let value = match word {
        "None" | "null" | "nan" | "NaN" | "inf" | "-inf" | "Infinity" | "-Infinity" => Value::Null,
        "True" | "true" => Value::Bool(true),
        "False" | "false" => Value::Bool(false),
        number => serde_json::from_str(number).ok().filter(Value::is_number)?,
    };
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_of_python_are_values() {
        let text = r#"{'a': 'it\'s', "b": [1, 2.5, None, True], 'c': ('x',), 'd': {}, 'e': nan}"#;
        let expected =
            json!({"a": "it's", "b": [1, 2.5, null, true], "c": ["x"], "d": {}, "e": null});
        assert_eq!(literal(text), Some(expected));
        for text in ["{'a'}", "{'a': b}", "['a'", "[1] 2", "word", &"[".repeat(5000)] {
            assert_eq!(literal(text), None, "{text}");
        }
        assert_eq!(structure("1"), None);
    }
}
