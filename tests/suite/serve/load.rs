//! The server under requests that take too long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{RunningServer, Sandbox};
use crate::suite::assistants::client::{Client, LATEST};

/// Words that all studies have many times: a query of many of them takes long.
const WORDS: [&str; 8] =
    ["study", "patient", "blood", "pressure", "dose", "placebo", "pain", "heart"];

/// An index in which a query can take long.
fn with_long_texts() -> Sandbox {
    let words = |from: usize, count: usize| -> String {
        let words = (from..from + count).map(|at| WORDS[(at * at + from) % WORDS.len()]);
        words.collect::<Vec<_>>().join(" ")
    };
    let studies = (1..=300).map(|number| {
        json!({"protocolSection": {
            "identificationModule":
                {"nctId": format!("NCT9{number:07}"), "briefTitle": words(number, 8)},
            "descriptionModule": {"briefSummary": words(number, 600)},
        }})
    });
    let dump = Value::Array(studies.collect()).to_string();
    let sandbox = Sandbox::with(&[("dump.json", dump.as_bytes())]);
    sandbox.index(&["dump.json"]);
    sandbox
}

/// Parameters that can each have a long query.
const PARAMETERS: [&str; 3] = ["term", "cond", "patient"];

/// The longest query that is accepted, nearly.
fn worst() -> String {
    (0..1_900).map(|at| WORDS[at % WORDS.len()]).collect::<Vec<_>>().join(" ")
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release may answer the query in time")]
fn a_search_past_its_time_is_stopped_and_others_are_answered() {
    let sandbox = with_long_texts();
    let server = RunningServer::of(&sandbox, &["--time-limit", "1"]);
    let long = worst().replace(' ', "+");
    let path =
        format!("/studies?query.{}", PARAMETERS.map(|it| format!("{it}={long}")).join("&query."));
    let simple = || server.get("/studies?query.term=heart&pageSize=1&fields=NCTId").status;
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| server.get(&path));
        let (begin, mut answered) = (Instant::now(), 0);
        while !slow.is_finished() {
            assert_eq!(simple(), 200);
            answered += 1;
            assert!(begin.elapsed() < Duration::from_secs(60), "the search is not stopped");
        }
        assert!(answered > 0);
        let slow = slow.join().expect("an answer");
        assert_eq!(slow.status, 503, "{}", slow.text());
        assert_eq!(slow.headers["retry-after"], "5");
        assert_eq!(
            slow.text(),
            "The request took longer than 1 seconds and was stopped; ask for less"
        );
        // More of them than there are places to work at.
        let many: Vec<_> = (0..40).map(|_| scope.spawn(|| server.get(&path).status)).collect();
        for status in many {
            assert_eq!(status.join().expect("an answer"), 503);
        }
    });
    // The places are free again once the work has stopped.
    let begin = Instant::now();
    while simple() != 200 {
        assert!(begin.elapsed() < Duration::from_secs(60), "searches go on that nobody waits for");
    }
    let head = format!("GET /metrics HTTP/1.1\r\nHost: {}", server.address);
    let metrics = server.send(&head).text();
    let stopped =
        metrics.lines().find_map(|it| it.strip_prefix("trialdex_requests_stopped_total "));
    assert!(stopped.is_some_and(|count| count != "0"), "{metrics}");
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release may answer the query in time")]
fn a_call_past_its_time_is_stopped() {
    let sandbox = with_long_texts();
    let mut client = Client::start(&sandbox, &["--time-limit", "1"], LATEST);
    let call = |query: &str| {
        let arguments = PARAMETERS.map(|name| (name.to_owned(), query.into()));
        json!({"name": "search", "arguments": Value::Object(arguments.into_iter().collect())})
    };
    let told = |answer: &Value| {
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["structuredContent"]["error"].as_str().unwrap_or_default().to_owned()
    };
    let stopped = "the call took longer than 1 seconds and was stopped";
    assert_eq!(told(&client.request("tools/call", call(&worst()))), stopped);
    let found = client.request("tools/call", call("heart"));
    assert_eq!(found["result"]["isError"], false, "{found}");
    let server = RunningServer::of(&sandbox, &["--time-limit", "1"]);
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call(&worst()),
    });
    assert_eq!(told(&server.assist(&body)), stopped);
}
