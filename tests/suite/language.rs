//! The query language as others use it: real requests to the registry's API,
//! and noise.

use trialdex_query::{Parameter, Request, expression};

use super::asked::SentRequest;
use super::harness::Sandbox;
use super::invented::study;
use super::real_data::real_requests;

/// Requests that the registry refuses, too: a bad page size, an unknown
/// constant, unknown parameters. A stray bracket is skipped here.
pub(super) const REFUSED: [u64; 7] = [65, 82, 86, 88, 89, 103, 107];

/// The request with `filter.synonyms`, whose ids are of a vocabulary that
/// nobody else has.
pub(super) const UNSUPPORTED: u64 = 9;

/// The request as one text, which has to be read again.
fn understood(sent: &SentRequest) -> Result<String, String> {
    let request = sent.asked()?.request;
    let understood = request.understand().map_err(|wrong| format!("{wrong:?}"))?;
    let parsed = expression(&understood.text).map_err(|wrong| format!("{wrong:?}"))?;
    assert_eq!(parsed.expr.to_string(), understood.text);
    Ok(understood.text)
}

#[test]
fn real_requests_are_understood_or_refused_as_the_registry_does() {
    let Some(requests) = real_requests() else { return };
    assert!(requests.len() > 50, "the requests were found");
    for sent in requests.iter().filter(|sent| sent.n != UNSUPPORTED) {
        match understood(sent) {
            Ok(text) => assert!(!REFUSED.contains(&sent.n), "{}: {text}", sent.n),
            Err(wrong) => assert!(REFUSED.contains(&sent.n), "{}: {wrong}", sent.n),
        }
    }
}

#[test]
fn a_request_of_many_parts_is_one_text() {
    let sent = serde_json::json!({ "n": 0, "params": {
        "query.cond": "\"Type 2 Diabetes\"",
        "filter.advanced": "AREA[MinimumAge]RANGE[MIN, 30 years] AND (AREA[Sex]ALL OR AREA[Sex]FEMALE)",
        "query.locn": "Seattle, Washington, United States",
        "aggFilters": "phase:2 3,results:without",
    }});
    let sent: SentRequest = serde_json::from_value(sent).expect("a request");
    assert_eq!(
        understood(&sent).expect("understood"),
        "AREA[ConditionSearch]\"Type 2 Diabetes\" AND AREA[LocationSearch](Seattle AND Washington \
         AND United States) AND AREA[MinimumAge]RANGE[MIN, 30 years] AND (AREA[Sex]ALL OR \
         AREA[Sex]FEMALE) AND AREA[Phase](PHASE2 OR PHASE3) AND AREA[HasResults]false"
    );
}

#[test]
fn a_megabyte_is_read_without_overflow() {
    for part in ["(", "a ", "\"", "AREA[", "NOT ", "a OR "] {
        let text = part.repeat(1_000_000 / part.len());
        let understood = |parameter| {
            let queries = vec![(parameter, text.clone())];
            Request { queries, ..Request::default() }.understand().is_ok()
        };
        assert!(!understood(Parameter::Words), "{part}");
        // Words alone are a patient's record there, however long.
        assert_eq!(understood(Parameter::Patient), part == "a ", "{part}");
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
        for found in wrong.diagnostics() {
            assert!(typed.get(found.span.clone()).is_some(), "{typed}: {:?}", found.span);
            assert!(!found.message.is_empty() && !found.hint.is_empty(), "{typed}");
        }
    }
}

/// What a patient's record may say, and words that are looked for all.
const RECORD: &str = "A 58-year-old woman presents with invented fever since three days. She had a \
                      transplant last year. Denies cough, no rash was seen.";

fn indexed() -> Sandbox {
    let mut female = study(1, "Invented fever in women");
    female["protocolSection"]["eligibilityModule"] =
        serde_json::json!({"sex": "FEMALE", "stdAges": ["CHILD"]});
    let female = female.to_string();
    let sandbox = Sandbox::with(&[("a.json", female.as_bytes())]);
    sandbox.index(&["a.json"]);
    sandbox
}

#[test]
fn a_record_is_read_where_it_is_asked_for_or_pasted_whole() {
    let sandbox = indexed();
    sandbox.write("note.txt", RECORD);
    for arguments in [
        &["search", "--patient", RECORD, "--count"][..],
        &["search", "--patient", "note.txt", "--count"],
        &["search", RECORD, "--count"],
    ] {
        let run = sandbox.run(arguments).success();
        assert_eq!(run.out, "1\n", "{arguments:?}");
        assert!(run.err.contains("read as a patient's record"), "{}", run.err);
    }
    let absent = sandbox.run(&["search", "--patient", "absent.txt"]).ended(2);
    assert!(absent.err.contains("absent.txt: no such file"), "{}", absent.err);
    let unclear = format!("{RECORD} Fever or cough again.");
    let unclear = sandbox.run(&["search", &unclear]).ended(2);
    assert!(unclear.err.contains("--patient -"), "{}", unclear.err);
    let words = "invented ".repeat(30);
    for arguments in [&["search", &words, "--count"][..], &["search", "--cond", RECORD, "--count"]]
    {
        let run = sandbox.run(arguments);
        assert!(!run.err.contains("patient's record"), "{arguments:?}: {}", run.err);
    }
    let review = sandbox.run(&["review", "new", "r", "--query", RECORD]).success();
    assert!(!review.err.contains("patient's record"), "{}", review.err);
}

#[test]
fn names_of_lines_are_refused_by_every_command() {
    let sandbox = indexed();
    for arguments in [
        &["search", "#1 AND #2"][..],
        &["search", "--cond", "#4"],
        &["search", "--filter", "#4"],
        &["facets", "phase", "S1 OR S2"],
        &["review", "new", "r", "--query", "#1 AND #2 AND #3"],
    ] {
        let run = sandbox.run(arguments).ended(2);
        assert!(run.err.contains("names a line of a strategy"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn receipts_keep_the_sense_that_they_were_made_in() {
    let sandbox = indexed();
    let by_limits = "AREA[MinimumAge](MISSING OR RANGE[MIN, 70 years]) AND \
                     AREA[MaximumAge](MISSING OR RANGE[70 years, MAX])";
    for (flag, today, named, then) in
        [("--sex", "only-female", "--sex", "female"), ("--filter", by_limits, "--age", "70")]
    {
        sandbox.run(&["search", flag, today, "--receipt", "new.json", "--format", "ids"]).success();
        let made = std::fs::read_to_string(sandbox.path("new.json")).expect("a receipt");
        let mut receipt: serde_json::Value = serde_json::from_str(&made).expect("a receipt");
        receipt["typed"] = serde_json::json!([[named, then]]);
        sandbox.write("old.json", receipt.to_string());
        let run = sandbox.run(&["verify", "old.json"]).success();
        assert!(run.out.contains("flags have changed their meaning since"), "{}", run.out);
        assert!(run.out.contains("the same studies in the same order"), "{}", run.out);
    }
    for (flag, today, named, then, said) in [
        ("", "pain \\or fever \\or cough", "", "pain or fever or cough", "meaning"),
        ("", "\"S1\" OR \"S2\"", "", "S1 OR S2", "recorded"),
        ("", "\\#4", "", "#4", "meaning"),
        ("--status", "not_yet_recruiting", "--status", "!not yet", "recorded"),
    ] {
        let typed = if flag.is_empty() { vec![today] } else { vec![flag, today] };
        let arguments = ["search", "--receipt", "new.json", "--format", "ids"];
        sandbox.run(&[&arguments[..], &typed].concat());
        let made = std::fs::read_to_string(sandbox.path("new.json")).expect("a receipt");
        let mut receipt: serde_json::Value = serde_json::from_str(&made).expect("a receipt");
        receipt["typed"] = serde_json::json!([[named, then]]);
        sandbox.write("old.json", receipt.to_string());
        let run = sandbox.run(&["verify", "old.json"]).success();
        assert!(run.out.contains(said), "{then}: {}", run.out);
        let begun = sandbox.run(&["review", "new", "old", "--receipt", "old.json"]);
        assert_ne!(begun.code, Some(2), "{then}: {}", begun.err);
        std::fs::remove_file(sandbox.path("old.review")).ok();
        std::fs::remove_file(sandbox.path("old")).ok();
    }
    assert_eq!(sandbox.run(&["search", "--age", "70", "--count"]).code, Some(1), "children alone");
    assert_eq!(sandbox.run(&["search", "--age", "7", "--count"]).code, Some(0));
}
