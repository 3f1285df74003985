//! A prompt: a search strategy from the parts of a question.

use serde_json::{Map, Value, json};

use crate::answer::clipped;
use crate::failure::ToolFailure;

/// The name of the prompt.
pub(crate) const STRATEGY: &str = "strategy_from_pico";

/// The parts of a question, and whether they are needed.
const PARTS: [(&str, &str, bool); 4] = [
    ("population", "Who is studied: the condition, age, sex", true),
    ("intervention", "What is done", true),
    ("comparison", "What it is compared with", false),
    ("outcome", "What is measured", false),
];

/// Characters of a part.
const LONGEST: usize = 2_000;

/// The prompts as the protocol lists them.
pub(crate) fn list() -> Vec<Value> {
    let arguments = PARTS.map(|(name, description, required)| {
        json!({"name": name, "description": description, "required": required})
    });
    vec![json!({
        "name": STRATEGY,
        "title": "Search strategy from a PICO question",
        "description": "Builds a search of the registry for a review, tests it, and reports it",
        "arguments": arguments,
    })]
}

/// The text of the prompt.
pub(crate) fn text(name: &str, given: &Map<String, Value>) -> Result<String, ToolFailure> {
    if name != STRATEGY {
        return Err(ToolFailure::new(format!("there is no prompt `{}`", clipped(name, 80))));
    }
    let mut question = String::new();
    for (part, _, required) in PARTS {
        let value = given.get(part).and_then(Value::as_str).map(str::trim).unwrap_or_default();
        if value.is_empty() && required {
            return Err(ToolFailure::new(format!("`{part}` is not given")));
        }
        if !value.is_empty() {
            question.push_str(&format!("{part}: {}\n", clipped(value, LONGEST)));
        }
    }
    Ok(format!(
        "Build a search of clinical trial registrations for this question.\n\n{question}{STEPS}"
    ))
}

/// What is to be done.
const STEPS: &str = "
1. For the population and for the intervention, ask `thesaurus` for the names that are searched \
already. Add only names that it does not have.
2. Search with `cond` for the population and `intr` for the intervention. Leave comparison and \
outcome out: registrations often do not name them.
3. Read the total and the notes. If there are none, follow the notes. If there are more than some \
thousand, `count` by phase, status and type, and narrow by what the question says, not by what is \
convenient.
4. Check the first ten hits and two known studies, if there are any, with `passages`: does the \
search find what the question means?
5. Report the arguments of the final search, its total, its notes and the address of its receipt, \
and what you left out and why. Name no study that the tools did not give.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prompt_has_the_parts_that_are_given() {
        let Value::Object(given) =
            json!({"population": "adults with sepsis", "intervention": "fluids", "outcome": " "})
        else {
            panic!("an object")
        };
        let text = text(STRATEGY, &given).expect("a prompt");
        assert!(text.contains("population: adults with sepsis\nintervention: fluids\n\n1."));
        assert!(super::text(STRATEGY, &Map::new()).is_err());
        assert!(super::text("other", &given).is_err());
    }
}
