//! The tools for assistants, as a client of the protocol meets them.

pub(super) mod client;
mod fuzzed;

use serde_json::{Value, json};

use super::harness::Sandbox;
use client::{Client, EARLIER, LATEST};

/// An index of the sample corpus and of a record that is made to break the output.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let poisoned = json!({"protocolSection": {
        "identificationModule": {
            "nctId": "NCT90009999",
            "briefTitle": "Tea\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\u{1b}]0;x\u{7}\u{9b}2J\u{202e}",
        },
        "descriptionModule": {"briefSummary": "A poisoned\r\ntext \u{1b}[2J with \u{85} breaks \u{2028} of all kinds"},
        "eligibilityModule": {"eligibilityCriteria": "Dose \\> 5 mg. ".repeat(500)},
    }});
    sandbox.write("poisoned.json", poisoned.to_string());
    sandbox.index(&[corpus, "poisoned.json"]);
    sandbox
}

#[test]
fn both_eras_of_the_protocol_are_spoken() {
    let sandbox = sandbox();
    for era in [EARLIER, LATEST] {
        let mut client = Client::start(&sandbox, &[], era);
        let tools = client.request("tools/list", json!({}))["result"]["tools"].clone();
        let names: Vec<&str> =
            tools.as_array().expect("tools").iter().filter_map(|it| it["name"].as_str()).collect();
        let expected = ["search", "count", "study", "passages", "fields", "thesaurus", "verify"];
        assert_eq!(names, expected, "{era}");
        assert!(tools.to_string().len() < 13_000, "{} bytes", tools.to_string().len());
        let found = client.tool("search", json!({"query": "anemia"}));
        assert!(found["total"].as_u64().expect("a total") > 0, "{found}");
        let prompts = client.request("prompts/list", json!({}));
        assert_eq!(prompts["result"]["prompts"][0]["name"], "strategy_from_pico");
        let templates = client.request("resources/templates/list", json!({}));
        let templates = &templates["result"]["resourceTemplates"];
        assert_eq!(templates[0]["uriTemplate"], "trialdex://study/{nctId}");
        client.end();
    }
}

#[test]
fn the_same_is_found_as_in_the_terminal() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &[], LATEST);
    for (arguments, flags) in [
        (json!({"query": "anemia"}), vec!["anemia"]),
        (
            json!({"cond": "anemia", "phase": ["1", "2"]}),
            vec!["--cond", "anemia", "--phase", "1,2"],
        ),
        (json!({"query": "marrow", "any": true}), vec!["marrow", "--any"]),
        (json!({"query": "insomnia light tea marrow"}), vec!["insomnia light tea marrow"]),
        (
            json!({"intr": "placebo", "sort": ["StartDate:desc"]}),
            vec!["--intr", "placebo", "--sort", "StartDate:desc"],
        ),
        (
            json!({"status": "COMPLETED", "noFeedback": true}),
            vec!["--status", "COMPLETED", "--no-feedback"],
        ),
        (json!({"query": "no such words at all"}), vec!["no such words at all"]),
    ] {
        let typed = [&["search", "--format", "json"][..], &flags].concat();
        let terminal = sandbox.run(&typed).json();
        let of_hits = |hits: &Value| -> Vec<(Value, Value)> {
            let hits = hits.as_array().expect("hits").iter();
            hits.map(|hit| (hit["nctId"].clone(), hit["score"].clone())).collect()
        };
        let (mut hits, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let mut page = arguments.clone();
            page["limit"] = 3.into();
            page["cursor"] = cursor;
            let found = client.tool("search", page);
            assert_eq!(found["total"], terminal["total"], "{arguments}");
            hits.extend(of_hits(&found["hits"]));
            cursor = found["cursor"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(hits, of_hits(&terminal["hits"]), "{arguments}");
        if !arguments.to_string().contains("sort") && !arguments.to_string().contains("noFeedback")
        {
            let counted = client.tool("count", arguments.clone());
            let count = sandbox.run(&[&typed[..], &["--count"]].concat()).json();
            assert_eq!(counted["total"], count["total"], "{arguments}");
        }
    }
    client.end();
}

#[test]
fn a_receipt_is_accepted_by_the_terminal() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &["--receipts", "kept"], LATEST);
    let found = client.tool("search", json!({"cond": "anemia", "phase": "2"}));
    let address = found["receipt"].as_str().expect("an address").to_owned();
    let read = client.request("resources/read", json!({"uri": address}));
    let receipt = read["result"]["contents"][0]["text"].as_str().expect("a receipt");
    sandbox.write("receipt.json", receipt);
    let verified = sandbox.run(&["verify", "receipt.json"]).success();
    assert!(verified.out.contains("the same studies in the same order"), "{verified:?}");
    let name = address.rsplit('/').next().expect("a name");
    sandbox.run(&["verify", &format!("kept/{name}.receipt.json")]).success();
    for given in
        [json!(address), json!(name), json!(receipt), serde_json::from_str(receipt).expect("JSON")]
    {
        let verified = client.tool("verify", json!({"receipt": given}));
        assert_eq!(verified["same"], true, "{verified}");
    }
    let listed = client.request("resources/list", json!({}));
    assert_eq!(listed["result"]["resources"][0]["uri"], address);
    // What is written to the index is seen, and what was answered before stays provable.
    sandbox.write("poisoned.json", "{}");
    sandbox.index(&["poisoned.json", "--prune"]);
    let again = client.request("resources/read", json!({"uri": address}));
    assert_eq!(again["result"]["contents"][0]["text"], receipt);
    client.end();
}

#[test]
fn a_cursor_ends_with_the_state_of_the_index() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &[], LATEST);
    let cursor = client.tool("search", json!({"limit": 2}))["cursor"].clone();
    let other = client.tool_error("search", json!({"limit": 2, "query": "tea", "cursor": cursor}));
    assert!(other["error"].as_str().expect("an error").contains("another question"), "{other}");
    sandbox.write("late.json", include_bytes!("../../corpus/v2-page.json"));
    sandbox.write(
        "new.json",
        json!({"protocolSection": {"identificationModule":
        {"nctId": "NCT90009998", "briefTitle": "Late tea"}}})
        .to_string(),
    );
    sandbox.index(&["new.json"]);
    let changed = client.tool_error("search", json!({"limit": 2, "cursor": cursor}));
    assert!(changed["error"].as_str().expect("an error").contains("changed"), "{changed}");
    assert_eq!(client.tool("search", json!({"query": "\"late tea\""}))["total"], 1);
    client.end();
}

#[test]
fn what_is_not_there_is_an_error_with_what_is_like_it() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &[], LATEST);
    for (tool, arguments, nearest) in [
        ("study", json!({"id": "NCT90000200"}), "NCT90000020"),
        ("study", json!({"id": "NCT90000002", "sections": "eligibilty"}), "eligibility"),
        ("count", json!({"by": "Phaes"}), "Phase"),
        ("search", json!({"querry": "tea"}), "query"),
        ("search", json!({"fields": ["BriefTitel"]}), "BriefTitle"),
        ("fields", json!({"name": "EnrollmentCont"}), "EnrollmentCount"),
    ] {
        let error = client.tool_error(tool, arguments.clone());
        let names = error["nearest"].as_array().cloned().unwrap_or_default();
        assert!(names.contains(&json!(nearest)), "{tool} {arguments}: {error}");
    }
    for (tool, arguments) in [
        ("study", json!({})),
        ("study", json!({"id": "tea"})),
        ("search", json!({"query": "AREA[NoSuchField]x"})),
        ("search", json!({"query": "(tea"})),
        ("search", json!({"sort": "BriefTitle"})),
        ("passages", json!({"id": "NCT90000002"})),
        ("verify", json!({"receipt": "trialdex://receipt/0000000000000000"})),
        ("verify", json!({"receipt": "/etc/passwd"})),
        ("thesaurus", json!({"term": "tea", "maxTokens": 3})),
    ] {
        client.tool_error(tool, arguments);
    }
    let unknown = client.request("tools/call", json!({"name": "serach", "arguments": {}}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    assert!(unknown["error"]["message"].as_str().expect("a message").contains("search"));
    client.end();
}

#[test]
fn a_quotation_has_its_place_in_the_record() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &[], LATEST);
    let id = "NCT90009999";
    let found = client.tool("passages", json!({"id": id, "quote": "DOSE > 5 mg"}));
    assert_eq!(
        (&found["found"], &found["passages"][0]["field"]),
        (&json!(true), &json!("EligibilityCriteria"))
    );
    let none = client.tool("passages", json!({"id": id, "quote": "dose 6 mg"}));
    assert_eq!(none["found"], false);
    let words = client.tool("passages", json!({"id": id, "query": "poisoned"}));
    assert_eq!(words["passages"][0]["words"], json!(["poisoned"]));
    let record = sandbox.show(id);
    let summary =
        record["protocolSection"]["descriptionModule"]["briefSummary"].as_str().expect("a text");
    let part =
        client.tool("passages", json!({"id": id, "field": "BriefSummary", "from": 2, "length": 8}));
    assert_eq!(part["text"], summary.chars().skip(2).take(8).collect::<String>());
    assert_eq!(part["characters"], summary.chars().count());
    client.end();
}

#[test]
fn a_whole_study_comes_in_pages() {
    let sandbox = sandbox();
    let mut client = Client::start(&sandbox, &[], LATEST);
    let (mut text, mut cursor) = (String::new(), Value::Null);
    loop {
        let arguments = json!({"id": "NCT90009999", "sections": ["eligibility"], "maxTokens": 750, "cursor": cursor});
        let page = client.tool("study", arguments);
        let parts = page["parts"].as_array().expect("parts").clone();
        assert!(!parts.is_empty(), "{page}");
        text.extend(parts.iter().filter_map(|part| part["text"].as_str().map(str::to_owned)));
        cursor = page["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(text, "Dose \\> 5 mg. ".repeat(500));
    let whole = client.request("resources/read", json!({"uri": "trialdex://study/NCT90009999"}));
    let whole = whole["result"]["contents"][0]["text"].as_str().expect("a record");
    assert_eq!(serde_json::from_str::<Value>(whole).expect("JSON"), sandbox.show("NCT90009999"));
    assert!(!whole.contains('\u{1b}') && !whole.contains('\u{9b}'));
    let none = client.request("resources/read", json!({"uri": "trialdex://study/NCT00000001"}));
    assert_eq!(none["error"]["code"], -32602);
    client.end();
}

#[test]
fn an_assistant_screens_as_a_second_reviewer_and_sees_nothing_of_the_first() {
    let sandbox = sandbox();
    sandbox.run(&["review", "new", "tea", "--query", "anemia", "--reviewer", "ann"]).success();
    let first = sandbox.run(&["review", "next", "tea", "--reviewer", "ann", "--format", "ids"]);
    let first = first.success().out.trim().to_owned();
    let decide = [
        "review",
        "decide",
        "tea",
        &first,
        "--exclude",
        "--reason",
        "population",
        "--note",
        "secret",
    ];
    sandbox.run(&[&decide[..], &["--reviewer", "ann"]].concat()).success();
    let flags = ["--allow-decisions", "tea", "--reviewer", "model A"];
    let mut client = Client::start(&sandbox, &flags, LATEST);
    let next = client.tool("screen", json!({}));
    assert_eq!(next["next"]["nctId"], first, "{next}");
    assert!(
        !next.to_string().contains("secret") && !next.to_string().contains("exclude"),
        "{next}"
    );
    let left = next["left"].as_u64().expect("a number");
    let decided = client.tool("screen", json!({"id": first, "verdict": "include", "note": "fits"}));
    assert_eq!(decided["decided"]["verdict"], "include");
    assert_eq!(decided["left"], left - 1);
    client.tool_error("screen", json!({"id": "NCT90009999", "verdict": "include"}));
    client.tool_error("screen", json!({"id": first}));
    client.tool_error("screen", json!({"id": first, "verdict": "exclude", "reason": "none"}));
    client.end();
    let conflicts = sandbox.run(&["review", "conflicts", "tea"]).success();
    assert!(conflicts.out.contains(&first), "{conflicts:?}");
    for refused in ["ann", "ANN", " "] {
        let flags = ["mcp", "--allow-decisions", "tea", "--reviewer", refused];
        assert!(sandbox.run(&flags).ended(2).err.contains("hint: name the assistant"));
    }
    sandbox.run(&["mcp", "--allow-decisions", "tea"]).ended(2);
    let mut without = Client::start(&sandbox, &[], LATEST);
    let call = without.request("tools/call", json!({"name": "screen", "arguments": {}}));
    assert_eq!(call["error"]["code"], -32602);
    without.end();
}

#[test]
fn what_was_asked_before_the_input_ends_is_answered() {
    let sandbox = sandbox();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": LATEST,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let requests = (1..=20).map(|id| {
        let arguments = json!({"query": "anemia OR marrow", "detail": "full"});
        let params = json!({"name": "search", "arguments": arguments, "_meta": meta});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
    });
    let requests: Vec<String> = requests.map(|request| request.to_string() + "\n").collect();
    let run = sandbox.run_fed(&["mcp"], |input| {
        input.write_all(requests.concat().as_bytes()).expect("sent");
    });
    let run = run.success();
    let mut answered: Vec<u64> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a message"))
        .filter(|answer| answer["result"]["structuredContent"]["total"].as_u64() > Some(0))
        .filter_map(|answer| answer["id"].as_u64())
        .collect();
    answered.sort_unstable();
    assert_eq!(answered, (1..=20).collect::<Vec<u64>>());
}

#[test]
fn a_client_that_breaks_the_protocol_gets_no_other_output() {
    let sandbox = sandbox();
    for (sent, code) in [("", 0), ("no JSON\n", 0), ("{\"a\": 1}\n", 0), ("\u{0}\n\n\n", 0)] {
        let run = sandbox.run_fed(&["mcp"], |input| {
            // The program may have ended.
            let _ = input.write_all(sent.as_bytes());
        });
        assert_eq!(run.code, Some(code), "{sent:?} {run:?}");
        for line in run.out.lines() {
            let frame: Value = serde_json::from_str(line).expect("a frame");
            assert_eq!(frame["jsonrpc"], "2.0");
        }
    }
    let missing = sandbox.run(&["mcp", "--index", "nowhere"]).ended(2);
    assert!(missing.out.is_empty() && missing.err.contains("hint: build one"), "{missing:?}");
}
