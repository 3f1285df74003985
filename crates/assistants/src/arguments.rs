//! The arguments of a call, as models write them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use trialdex_records::study::{nearest_of, pieces::fold};

use crate::answer::{Budget, DEFAULT_TOKENS, FEWEST_TOKENS, MOST_TOKENS};
use crate::failure::ToolFailure;

/// Bytes that a text may have: the longest search strategies have a tenth.
const LONGEST: usize = 100_000;

/// Elements that a list may have.
const MOST_ELEMENTS: usize = 10_000;

/// The arguments of a call, to be taken out one by one. Names are read whatever their case and
/// dashes; null, an empty text and an empty list mean that an argument is not given.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// By folded name, as written and the value.
    given: BTreeMap<String, (String, Value)>,
    /// The names that were asked for.
    known: Vec<&'static str>,
}

impl Arguments {
    /// # Errors
    ///
    /// Two arguments with the same name.
    pub(crate) fn new(arguments: Map<String, Value>) -> Result<Self, ToolFailure> {
        let mut given = BTreeMap::new();
        for (name, value) in arguments {
            let twice = ToolFailure::new(format!("`{name}` is given twice"));
            if given.insert(fold(&name), (name, value)).is_some() {
                return Err(twice);
            }
        }
        Ok(Self { given, known: Vec::new() })
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let (_, value) = self.given.remove(&fold(name))?;
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(elements) => elements.is_empty(),
            _ => false,
        };
        (!empty).then_some(value)
    }

    /// The JSON value of an argument as it is.
    pub(crate) fn value(&mut self, name: &'static str) -> Option<Value> {
        self.take(name)
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<String>, ToolFailure> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match value {
            Value::Array(elements) if elements.len() == 1 => {
                scalar(name, &elements[0], "a text").map(Some)
            }
            value => scalar(name, &value, "a text").map(Some),
        }
    }

    /// A text that has to be given.
    pub(crate) fn needed(&mut self, name: &'static str) -> Result<String, ToolFailure> {
        self.text(name)?.ok_or_else(|| ToolFailure::new(format!("`{name}` is not given")))
    }

    /// A list of texts. It may also come as one text, or as a text with a list of JSON in it.
    pub(crate) fn texts(&mut self, name: &'static str) -> Result<Vec<String>, ToolFailure> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        let elements = match value {
            Value::Array(elements) => elements,
            Value::String(text) => listed(&text).unwrap_or_else(|| vec![text.into()]),
            value => vec![value],
        };
        if elements.len() > MOST_ELEMENTS {
            return Err(ToolFailure::new(format!(
                "`{name}` has more than {MOST_ELEMENTS} elements"
            )));
        }
        let filled = elements.iter().filter(|element| !element.is_null());
        filled.map(|element| scalar(name, element, "a list of texts")).collect()
    }

    /// The same of names that hold no comma, so that there may be commas between them.
    pub(crate) fn names(&mut self, name: &'static str) -> Result<Vec<String>, ToolFailure> {
        let texts = self.texts(name)?;
        let names = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// A whole number.
    pub(crate) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<Option<usize>, ToolFailure> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let number = match &value {
            Value::Number(number) => {
                let whole =
                    number.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0);
                number.as_u64().or_else(|| whole.map(|number| number as u64))
            }
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
            let (from, to) = (range.start(), range.end());
            let between = format!("give a whole number from {from} to {to}");
            ToolFailure::new(format!("`{name}` is not a number that it can be")).hint(between)
        })
    }

    /// Whether something is wanted.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, ToolFailure> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(wanted)) => Ok(wanted),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(ToolFailure::new(format!("`{name}` is neither true nor false"))),
        }
    }

    /// One of some words.
    pub(crate) fn choice(
        &mut self,
        name: &'static str,
        choices: &[&'static str],
    ) -> Result<Option<&'static str>, ToolFailure> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let chosen = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text.trim()));
        chosen.copied().map(Some).ok_or_else(|| {
            ToolFailure::new(format!("`{name}` cannot be `{text}`"))
                .hint(format!("it is one of {}", choices.join(", ")))
                .nearest(nearest_of(&text, choices.iter().copied()))
        })
    }

    /// How large the answer may be.
    pub(crate) fn budget(&mut self) -> Result<Budget, ToolFailure> {
        let tokens = self.number("maxTokens", FEWEST_TOKENS..=MOST_TOKENS)?;
        Ok(Budget::of(tokens.unwrap_or(DEFAULT_TOKENS)))
    }

    /// # Errors
    ///
    /// Arguments that nobody has asked for.
    pub(crate) fn end(self) -> Result<(), ToolFailure> {
        let Some((name, _)) = self.given.into_values().next() else { return Ok(()) };
        let nearest = nearest_of(&name, self.known.iter().copied());
        Err(ToolFailure::new(format!("there is no argument `{name}`"))
            .hint(format!("the arguments are {}", self.known.join(", ")))
            .nearest(nearest))
    }
}

/// The elements of a list that a text holds as JSON.
fn listed(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    if !(text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// A value that stands for a text.
fn scalar(name: &str, value: &Value, kind: &str) -> Result<String, ToolFailure> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(bool) => bool.to_string(),
        _ => return Err(ToolFailure::new(format!("`{name}` is not {kind}"))),
    };
    if text.len() > LONGEST {
        return Err(ToolFailure::new(format!("`{name}` has more than {LONGEST} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments(value: Value) -> Arguments {
        let Value::Object(map) = value else { panic!("an object") };
        Arguments::new(map).expect("arguments")
    }

    #[test]
    fn lists_come_in_several_forms() {
        for value in [json!(["a", "b"]), json!("[\"a\", \"b\"]"), json!(["a", null, "b"])] {
            assert_eq!(arguments(json!({"x": value})).texts("x").expect("a list"), ["a", "b"]);
        }
        assert_eq!(arguments(json!({"x": "a, b"})).texts("x").expect("a text"), ["a, b"]);
        assert_eq!(arguments(json!({"x": "a, b"})).names("x").expect("names"), ["a", "b"]);
        assert_eq!(arguments(json!({"x": 2})).texts("x").expect("a number"), ["2"]);
        assert_eq!(arguments(json!({"x": "[a]"})).texts("x").expect("a text"), ["[a]"]);
        assert!(arguments(json!({"x": {"a": 1}})).texts("x").is_err());
        assert!(arguments(json!({"x": [["a"]]})).texts("x").is_err());
    }

    #[test]
    fn nothing_is_given_where_a_value_is_empty() {
        let mut given = arguments(json!({"a": null, "b": " ", "c": []}));
        assert_eq!(given.text("a"), Ok(None));
        assert_eq!(given.text("b"), Ok(None));
        assert_eq!(given.texts("c"), Ok(Vec::new()));
        assert_eq!(given.end(), Ok(()));
    }

    #[test]
    fn an_unknown_argument_brings_the_nearest() {
        let mut given = arguments(json!({"max_tokens": "900", "limitt": 3}));
        assert_eq!(given.number("maxTokens", 1..=1_000), Ok(Some(900)));
        assert_eq!(given.number("limit", 1..=5), Ok(None));
        let failure = given.end().expect_err("an unknown argument");
        assert_eq!(failure.nearest, ["limit"]);
        let Value::Object(twice) = json!({"a_b": 1, "aB": 2}) else { panic!("an object") };
        assert!(Arguments::new(twice).is_err());
    }

    #[test]
    fn numbers_are_whole_and_within_their_range() {
        for value in [json!(6), json!(-1), json!(2.5), json!("x"), json!([2]), json!(true)] {
            assert!(arguments(json!({"x": value})).number("x", 1..=5).is_err(), "{value}");
        }
        for value in [json!(2), json!(2.0), json!("2")] {
            assert_eq!(arguments(json!({"x": value})).number("x", 1..=5), Ok(Some(2)));
        }
    }
}
