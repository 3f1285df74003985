//! What an open index remembers changes no answer.

use std::fmt::Write as _;

use trialdex_engine::index::Store;
use trialdex_engine::search::{ClauseMatching, HitWindow, SearchOptions, search};
use trialdex_query::{Filter, Parameter, Request};

use super::harness::Sandbox;

const STUDIES: u32 = 300;

const PHASES: [&str; 3] = ["PHASE1", "PHASE2", "NA"];

const WORDS: [&str; 4] = ["walks", "naps", "walks naps", "lamps walks"];

/// Studies of few words, phases and dates in all combinations.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut studies = String::new();
    for number in 1..=STUDIES {
        let word = ["walks", "naps", "walks after naps"][number as usize % 3];
        let (phase, month) = (PHASES[number as usize % 7 % 3], 1 + number % 11);
        let study = format!(
            r#"{{"protocolSection": {{
            "identificationModule": {{"nctId": "NCT9{number:07}", "briefTitle": "{word}"}},
            "statusModule": {{"startDateStruct": {{"date": "2020-{month:02}"}}}},
            "designModule": {{"phases": ["{phase}"]}}}}}}"#
        );
        writeln!(studies, "{}", study.replace('\n', " ")).expect("a text");
    }
    sandbox.write("studies.ndjson", studies);
    sandbox.index(&["studies.ndjson"]);
    sandbox
}

/// The number of all hits, and those of a window with the bits of their scores.
fn answer(store: &Store, request: &Request, limit: usize) -> (usize, Vec<(u32, u32)>) {
    let understood = request.understand().expect("understood");
    let window = HitWindow { offset: 0, limit: Some(limit) };
    let matching = ClauseMatching::Closest;
    let wish = SearchOptions { matching, window, ..SearchOptions::new(&understood.question) };
    let hits = search(store, &wish).expect("a search");
    let scored = hits.hits.iter().map(|hit| (hit.nct_id.number(), hit.score.to_bits()));
    (hits.total, scored.collect())
}

#[test]
fn filters_that_are_asked_for_again_leave_the_same() {
    let sandbox = indexed();
    let directory = sandbox.path("index");
    let remembering = Store::open(&directory).expect("an index");
    let filters = [
        (Filter::Phase, "1"),
        (Filter::Phase, "1,2"),
        (Filter::Expression, "AREA[StartDate]RANGE[2020-03, 2020-07]"),
        (Filter::Expression, "AREA[StartDate]RANGE[2020-03, 2020-07] AND NOT AREA[Phase]NA"),
    ];
    let mut found = 0;
    for words in WORDS {
        for (filter, value) in &filters {
            let request = Request {
                queries: vec![(Parameter::Words, words.to_owned())],
                filters: vec![(*filter, (*value).to_owned())],
                ..Request::default()
            };
            let fresh = Store::open(&directory).expect("an index");
            for limit in [10, 0] {
                let expected = answer(&fresh, &request, limit);
                for _ in 0..3 {
                    assert_eq!(answer(&remembering, &request, limit), expected, "{request:?}");
                }
                found += expected.0;
            }
        }
    }
    assert!(found > 1_000, "{found}");
}
