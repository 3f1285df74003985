//! What tools take, as JSON Schema.

use serde_json::{Map, Value, json};

use crate::answer::{DEFAULT_TOKENS, FEWEST_TOKENS, MOST_TOKENS};

/// An argument with its schema.
pub(crate) type Property = (&'static str, Value);

/// A text.
pub(crate) fn text(name: &'static str, description: &str) -> Property {
    (name, json!({"type": "string", "description": description}))
}

/// A list of texts.
pub(crate) fn texts(name: &'static str, description: &str) -> Property {
    let items = json!({"type": "string"});
    (name, json!({"type": "array", "items": items, "description": description}))
}

/// True or false.
pub(crate) fn flag(name: &'static str, description: &str) -> Property {
    (name, json!({"type": "boolean", "description": description}))
}

/// A whole number.
pub(crate) fn number(name: &'static str, from: usize, to: usize, description: &str) -> Property {
    let schema = json!({
        "type": "integer", "minimum": from, "maximum": to, "description": description,
    });
    (name, schema)
}

/// One of some words.
pub(crate) fn choice(name: &'static str, choices: &[&str], description: &str) -> Property {
    (name, json!({"type": "string", "enum": choices, "description": description}))
}

/// How large the answer may be.
pub(crate) fn tokens() -> Property {
    let description = format!("Tokens of the answer at most, {DEFAULT_TOKENS} if not given");
    number("maxTokens", FEWEST_TOKENS, MOST_TOKENS, &description)
}

/// Where a list goes on.
pub(crate) fn cursor() -> Property {
    text("cursor", "The cursor of the answer before, with the same arguments")
}

/// An object of these properties and no others.
pub(crate) fn object(properties: Vec<Property>, required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let mut schema = json!({
        "type": "object", "properties": properties, "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// What is asked of the index.
pub(crate) fn question() -> Vec<Property> {
    vec![
        text(
            "query",
            "Words, \"phrases\", NCT numbers, or an expression: \
             (sepsis OR \"septic shock\") AND AREA[Phase]PHASE3. All words must match",
        ),
        text("cond", "Condition or disease (words or an expression)"),
        text("intr", "Intervention"),
        text("term", "Other terms, as in the registry's search box"),
        text("titles", "Words of titles"),
        text("outc", "Outcome measure"),
        text("spons", "Sponsor or collaborator"),
        text("lead", "Lead sponsor"),
        text("id", "Numbers of a study, NCT and others"),
        text("locn", "Place of a site: city, state, country"),
        text("patient", "A patient's record; any of its words may match"),
        texts("status", "Filter: RECRUITING, COMPLETED and others"),
        texts("phase", "Filter: 1, 2, 3, 4, early 1, NA"),
        texts("type", "Filter: interventional, observational, expanded access"),
        text("sex", "Filter: female, male, only-female, only-male"),
        text("age", "Filter: an age that the study admits, 30 or 65+ or child"),
        choice("results", &["with", "without"], "Filter: posted results"),
        texts("country", "Filter: names or ISO codes of countries"),
        text("geo", "Filter: sites in a circle, 42.36,-71.06,50mi"),
        texts("ids", "Filter: NCT numbers"),
        text("filter", "Filter: an expression, AREA[StartDate]RANGE[2020,MAX]"),
        text("agg", "Filter: the registry's short form, phase:2 3,status:rec"),
        flag("includeMissing", "Filters keep studies that have no value"),
        flag("any", "Studies with any of the words match"),
        choice(
            "expand",
            &crate::question::EXPANSIONS,
            "How words match: none as written, term in any form, concept also by synonyms \
             (if not given)",
        ),
        flag("explode", "Also names of narrower MeSH headings"),
        text("area", "Area or field of the query's words, such as BasicSearch"),
        text("from", "System that the query is written for: ovid, pubmed, embase and others"),
    ]
}
