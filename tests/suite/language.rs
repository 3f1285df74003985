//! The query language as others use it: real requests to the registry's API,
//! and noise.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Map, Value};
use trialdex::query::{Filter, Parameter, Request, expression, sort_order};

/// Requests that the registry refuses, too: a bad page size, a stray bracket,
/// an unknown constant, unknown parameters.
const REFUSED: [u64; 8] = [65, 82, 86, 87, 88, 89, 103, 107];

/// Requests of a shape that is not supported, and why.
const UNSUPPORTED: [(u64, &str); 1] =
    [(9, "`filter.synonyms` has ids of a vocabulary that nobody else has")];

/// Parameters of which nothing is asked that concerns studies.
const OF_THE_ANSWER: [&str; 4] = ["fields", "countTotal", "format", "pageToken"];

/// The real requests; says so where they are not at hand.
fn real_requests() -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/ctgov/real-queries.jsonl");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        // Not by a macro, which would be heard only when the test fails.
        writeln!(io::stderr(), "SKIPPED: there is no {}", path.display()).expect("an error");
    }
    text
}

fn parameter(name: &str) -> Option<Parameter> {
    Some(match name {
        "query.cond" => Parameter::Condition,
        "query.term" => Parameter::Term,
        "query.intr" => Parameter::Intervention,
        "query.titles" => Parameter::Titles,
        "query.outc" => Parameter::Outcome,
        "query.spons" => Parameter::Sponsor,
        "query.lead" => Parameter::Lead,
        "query.id" => Parameter::Id,
        "query.locn" => Parameter::Location,
        "query.patient" => Parameter::Patient,
        _ => return None,
    })
}

fn filter(name: &str) -> Option<Filter> {
    Some(match name {
        "filter.overallStatus" => Filter::Status,
        "filter.advanced" => Filter::Expression,
        "filter.geo" => Filter::Geo,
        "filter.ids" => Filter::Ids,
        "aggFilters" => Filter::Agg,
        _ => return None,
    })
}

/// A request of the API as ours; the client that sends `distance(50)` drops
/// it before, so it is dropped here.
fn request(parameters: &Map<String, Value>) -> Result<Request, String> {
    let mut request = Request::default();
    for (name, value) in parameters {
        let value = value.as_str().expect("a text").to_owned();
        if let Some(parameter) = parameter(name) {
            request.queries.push((parameter, value));
        } else if let Some(filter) = filter(name) {
            if value != "distance(50)" {
                request.filters.push((filter, value));
            }
        } else if name == "sort" {
            sort_order(&value).map_err(|wrong| wrong.message)?;
        } else if name == "pageSize" {
            value.parse::<u32>().map_err(|_| format!("`{value}` is no page size"))?;
        } else if !OF_THE_ANSWER.contains(&name.as_str()) {
            return Err(format!("`{name}` is unknown parameter"));
        }
    }
    Ok(request)
}

/// The request as one text, which has to be read again.
fn understood(parameters: &Map<String, Value>) -> Result<String, String> {
    let request = request(parameters)?;
    let understood = request.understand().map_err(|wrong| format!("{wrong:?}"))?;
    let parsed = expression(&understood.text).map_err(|wrong| format!("{wrong:?}"))?;
    assert_eq!(parsed.expr.to_string(), understood.text);
    Ok(understood.text)
}

#[test]
fn real_requests_are_understood_or_refused_as_the_registry_does() {
    let Some(text) = real_requests() else { return };
    let mut seen = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("a request");
        let number = line["n"].as_u64().expect("a number");
        let parameters = line["params"].as_object().expect("parameters");
        if UNSUPPORTED.iter().any(|(known, _)| *known == number) {
            continue;
        }
        seen += 1;
        match understood(parameters) {
            Ok(text) => assert!(!REFUSED.contains(&number), "{number}: {text}"),
            Err(wrong) => assert!(REFUSED.contains(&number), "{number}: {wrong}"),
        }
    }
    assert!(seen > 50, "the requests were found");
}

#[test]
fn a_request_of_many_parts_is_one_text() {
    let parameters = serde_json::json!({
        "query.cond": "\"Type 2 Diabetes\"",
        "filter.advanced": "AREA[MinimumAge]RANGE[MIN, 30 years] AND (AREA[Sex]ALL OR AREA[Sex]FEMALE)",
        "query.locn": "Seattle, Washington, United States",
        "aggFilters": "phase:2 3,results:without",
    });
    assert_eq!(
        understood(parameters.as_object().expect("parameters")).expect("understood"),
        "AREA[ConditionSearch]\"Type 2 Diabetes\" AND AREA[LocationSearch](Seattle AND Washington \
         AND United States) AND AREA[MinimumAge]RANGE[MIN, 30 years] AND (AREA[Sex]ALL OR \
         AREA[Sex]FEMALE) AND AREA[Phase](PHASE2 OR PHASE3) AND AREA[HasResults]false"
    );
}

#[test]
fn a_megabyte_is_read_without_overflow() {
    for part in ["(", "a ", "\"", "AREA[", "NOT ", "a OR "] {
        let text = part.repeat(1_000_000 / part.len());
        let request = Request { queries: vec![(Parameter::Words, text)], ..Request::default() };
        assert_eq!(request.understand().is_ok(), part == "a ", "{part}");
    }
}

/// Every text that another differs from by one character left out, doubled or
/// turned into a sign of the language.
fn mutations(text: &str) -> Vec<String> {
    let mut mutations = Vec::new();
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        mutations.push(format!("{before}{after}"));
        for sign in ['"', '(', ')', '[', ']', ',', '\\', '*', '~', ' ', '\u{201c}', 'é'] {
            mutations.push(format!("{before}{sign}{after}"));
        }
    }
    mutations
}

#[test]
fn mutations_are_understood_or_refused_with_a_place_and_a_hint() {
    let text = "SEARCH[Location](AREA[LocationCity]\"X y\" OR NOT b*) AND \
                AREA[StartDate]RANGE[2020, MAX], anemia~ NEAR/3 c";
    for typed in mutations(text) {
        let queries = vec![(Parameter::Words, typed.clone())];
        let Err(wrong) = (Request { queries, ..Request::default() }).understand() else { continue };
        for found in wrong.iter().flat_map(|wrong| &wrong.diagnostics) {
            assert!(typed.get(found.span.clone()).is_some(), "{typed}: {:?}", found.span);
            assert!(!found.message.is_empty() && !found.hint.is_empty(), "{typed}");
        }
    }
}
