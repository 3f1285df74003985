//! Answers that fit into a number of tokens.

use serde_json::{Map, Value};

use trialdex_records::study::clean;

use crate::failure::ToolFailure;

/// Bytes of an answer that are counted as one token. Models take more bytes than that as one token
/// of English prose, and about as many of numbers and brackets.
pub const BYTES_A_TOKEN: usize = 2;

/// Tokens of an answer unless a call asks for more.
pub const DEFAULT_TOKENS: usize = 2_000;

/// Tokens that a call can ask for.
pub const MOST_TOKENS: usize = 25_000;

/// Tokens that a call has to allow.
pub(crate) const FEWEST_TOKENS: usize = 750;

/// Bytes of what is wrong, of what to do about it, and of a name that is like it.
const PROBLEM: usize = 700;
const HINT: usize = 350;
const NAME: usize = 60;

/// Names that are given as like what was asked for.
const MOST_NAMES: usize = 5;

/// What a tool answers. A client is given it twice, as text and as structure.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolAnswer {
    /// The answer: an object.
    pub value: Value,
    /// It says what is wrong with the call.
    pub is_error: bool,
}

impl ToolAnswer {
    /// An answer for a budget. What would be larger is an error: no tool makes such an answer, and
    /// if one did, it would not reach the model.
    pub(crate) fn new(value: Value, budget: Budget) -> Self {
        let value = cleaned(value);
        if value.to_string().len() <= budget.bytes() {
            return Self { value, is_error: false };
        }
        let failure = ToolFailure::new("the answer is larger than it may be")
            .hint("ask for less, or allow more with `maxTokens`");
        Self::failed(&failure)
    }

    /// What is wrong with a call, which fits into every budget.
    pub(crate) fn failed(failure: &ToolFailure) -> Self {
        let mut value = Map::new();
        value.insert("error".to_owned(), clipped(&failure.message, PROBLEM).into());
        if let Some(hint) = &failure.hint {
            value.insert("hint".to_owned(), clipped(hint, HINT).into());
        }
        if !failure.nearest.is_empty() {
            let nearest = failure.nearest.iter().take(MOST_NAMES);
            value.insert("nearest".to_owned(), nearest.map(|name| clipped(name, NAME)).collect());
        }
        Self { value: Value::Object(value), is_error: true }
    }

    /// The answer as text: the same value.
    #[must_use]
    pub fn text(&self) -> String {
        self.value.to_string()
    }
}

/// How large an answer may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    tokens: usize,
}

impl Budget {
    /// A budget of as many tokens as may be.
    pub(crate) fn of(tokens: usize) -> Self {
        Self { tokens: tokens.clamp(FEWEST_TOKENS, MOST_TOKENS) }
    }

    /// Bytes of the whole answer.
    pub(crate) fn bytes(self) -> usize {
        self.tokens * BYTES_A_TOKEN
    }

    /// As much of a text as an eighth of the answer.
    pub(crate) fn eighth(self, text: &str) -> String {
        clipped(text, (self.bytes() / 8).min(1_000))
    }

    /// The first of some lines, in a quarter of the answer; the last one says how many more there
    /// are.
    pub(crate) fn quarter(self, lines: &[String]) -> Vec<Value> {
        const LONGEST: usize = 300;
        let mut room = Room { left: (self.bytes() / 4).min(2_000) };
        let shown = lines.iter().map_while(|line| room.take(clipped(line, LONGEST).into()));
        let mut shown: Vec<Value> = shown.collect();
        if shown.len() < lines.len() {
            shown.push(format!("… and {} more", lines.len() - shown.len()).into());
        }
        shown
    }

    /// Room for what comes into an answer that has the rest already.
    pub(crate) fn room(self, rest: &Value) -> Room {
        // A cursor, and names of lists.
        const MORE: usize = 150;
        Room { left: self.bytes().saturating_sub(rest.to_string().len() + MORE) }
    }
}

/// Room that is left in an answer.
#[derive(Debug)]
pub(crate) struct Room {
    left: usize,
}

impl Room {
    /// The element as it is shown, if there is room for it, which is taken then.
    pub(crate) fn take(&mut self, element: Value) -> Option<Value> {
        let element = cleaned(element);
        let bytes = element.to_string().len() + 1;
        self.left = self.left.checked_sub(bytes)?;
        Some(element)
    }

    /// The same of a member of an object.
    pub(crate) fn take_named(&mut self, name: &str, value: Value) -> Option<Value> {
        let value = cleaned(value);
        let bytes = value.to_string().len() + name.len() + 4;
        self.left = self.left.checked_sub(bytes)?;
        Some(value)
    }
}

/// Tokens that a value is counted as.
pub(crate) fn tokens_of(value: &Value) -> usize {
    value.to_string().len().div_ceil(BYTES_A_TOKEN)
}

/// The bytes that a character takes in a text of JSON.
fn bytes_in_json(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if u32::from(c) < 0x20 => 6,
        c => c.len_utf8(),
    }
}

/// The beginning of a text that takes so many bytes of JSON at most, as it is shown.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let mut bytes = 0;
    let end = text.char_indices().find(|(_, c)| {
        bytes += bytes_in_json(shown(*c));
        bytes > most
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// A text that takes some more than so many bytes of JSON at most; `…` says that there was more.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    let first = beginning(text, most);
    let more = if first.len() < text.len() { "…" } else { "" };
    first.chars().map(shown).collect::<String>() + more
}

/// A value without characters that steer terminals: clients show texts to people.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => match text.contains(|c| shown(c) != c) {
            true => text.chars().map(shown).collect::<String>().into(),
            false => Value::String(text),
        },
        Value::Array(elements) => elements.into_iter().map(cleaned).collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(key, value)| (key.chars().map(shown).collect::<String>(), cleaned(value)))
            .collect(),
        other => other,
    }
}

/// A character as it is shown: U+FFFD in place of one that steers a terminal, so that the number of
/// characters stays; breaks of lines and tabs stay too.
fn shown(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => c,
        c if clean::steers(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_that_is_too_large_is_an_error() {
        let budget = Budget::of(0);
        let answer = ToolAnswer::new(json!({"text": "x".repeat(2_000)}), budget);
        assert!(answer.is_error && answer.text().len() < 1_000, "{answer:?}");
        let answer = ToolAnswer::new(json!({"text": "x\u{1b}[2J\u{9b}y"}), budget);
        assert_eq!(answer.value, json!({"text": "x\u{fffd}[2J\u{fffd}y"}));
    }

    #[test]
    fn the_largest_error_fits_into_the_smallest_answer() {
        let long = "\"\u{1b}µ\u{1f9ea}".repeat(1_000);
        let failure = ToolFailure::new(&long).hint(&long).nearest(vec![long.clone(); 9]);
        let answer = ToolAnswer::failed(&failure);
        assert!(answer.text().len() <= Budget::of(0).bytes(), "{}", answer.text().len());
    }

    #[test]
    fn a_room_is_full_at_its_end() {
        let mut room = Budget::of(0).room(&json!({}));
        let taken = (0..1_000).map_while(|_| room.take(json!("a study"))).count();
        assert_eq!(taken, (1_500 - 152) / 10);
        assert_eq!(room.take_named("a", json!("\u{9b}")), None);
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(clipped("µg ≥ 5", 5), "µg …");
        assert_eq!(clipped("µg\u{1b}", 9), "µg\u{fffd}");
        assert_eq!(clipped("a\nb", 3), "a\n…");
        let lines = vec!["x".repeat(290); 4];
        assert_eq!(Budget::of(0).quarter(&lines).last(), Some(&json!("… and 3 more")));
        assert_eq!(Budget::of(0).quarter(&lines[..1]).len(), 1);
    }
}
