//! `trialdex changes`: what came, went and changed between two states.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::harness::Sandbox;
use super::invented::{dated, records};

/// Two indexes, `before` and `after`: a study went, one came, one ended, and one has been downloaded
/// again.
fn indexes() -> Sandbox {
    let downloaded = |mut study: Value, day: &str| {
        study["derivedSection"] = json!({"miscInfoModule": {"versionHolder": day}});
        study
    };
    let tea = |status, updated| dated(1, "Invented tea", status, "2025-01-02", updated);
    let milk = || dated(2, "Invented milk", "COMPLETED", "2025-01-03", "2025-01-03");
    let before = [
        tea("RECRUITING", "2025-02-01"),
        downloaded(milk(), "2025-03-01"),
        dated(3, "Invented coffee", "COMPLETED", "2025-01-04", "2025-01-04"),
    ];
    let after = [
        tea("TERMINATED", "2026-02-01"),
        downloaded(milk(), "2026-03-01"),
        dated(4, "Invented <tea> & cocoa", "RECRUITING", "2026-02-02", "2026-02-02"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("before.jsonl", records(&before));
    sandbox.write("after.jsonl", records(&after));
    for name in ["before", "after"] {
        let dump = format!("{name}.jsonl");
        sandbox.run(&["index", &dump, "--index", name]).success();
    }
    sandbox
}

const BETWEEN: [&str; 4] = ["changes", "--between", "before", "after"];

/// Each line of JSON as number, kind, record and fields.
fn kinds(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let run = sandbox.run(&[arguments, &["--format", "jsonl"]].concat());
    let lines = run.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let told = |line: Value| {
        let fields = line["fields"].as_array().expect("fields").iter();
        let fields: Vec<&str> = fields.filter_map(|field| field["field"].as_str()).collect();
        let [id, kind, record] =
            ["nctId", "kind", "record"].map(|key| line[key].as_str().expect("a text").to_owned());
        format!("{id} {kind} {record} {}", fields.join(","))
    };
    lines.map(told).collect()
}

#[test]
fn two_indexes_differ_by_what_came_went_and_changed() {
    let sandbox = indexes();
    let run = sandbox.run(&BETWEEN).success();
    let expected = "\
came     NCT90000004  Invented <tea> & cocoa
         new in the index
went     NCT90000003  Invented coffee
         no longer in the index
changed  NCT90000001  Invented tea
         OverallStatus: RECRUITING → TERMINATED
         LastUpdatePostDate: 2025-02-01 → 2026-02-01
1 came, 1 went, 1 changed
";
    assert_eq!(run.out, expected);
    assert_eq!(run.err, "note: 1 record differs in nothing but the date of the download\n");
    let same = sandbox.run(&["changes", "--between", "after", "after"]).ended(1);
    assert_eq!(same.out, "0 came, 0 went, 0 changed\n");
}

#[test]
fn hits_of_a_search_come_and_go_for_a_reason() {
    let sandbox = indexes();
    let of = |words: &[&str]| kinds(&sandbox, &[&BETWEEN[..], words].concat());
    assert_eq!(of(&["coffee"]), ["NCT90000003 went vanished "]);
    assert_eq!(
        of(&["--status", "recruiting"]),
        ["NCT90000004 came new ", "NCT90000001 went changed OverallStatus,LastUpdatePostDate"]
    );
    assert_eq!(
        of(&["--status", "terminated"]),
        ["NCT90000001 came changed OverallStatus,LastUpdatePostDate"]
    );
    let text = sandbox.run(&[&BETWEEN[..], &["--status", "terminated"]].concat()).success();
    assert!(text.out.contains("its record changed, and matches now\n"), "{text:?}");
    assert_eq!(of(&["milk"]), Vec::<String>::new());
}

#[test]
fn changes_are_since_a_day_a_receipt_or_an_index() {
    let sandbox = indexes();
    let since = |what: &str, more: &[&str]| {
        kinds(&sandbox, &[&["changes", "--index", "after", "--since", what], more].concat())
    };
    let expected = ["NCT90000001 changed changed ", "NCT90000004 came new "];
    assert_eq!(since("2026-02-01", &[]), expected);
    assert_eq!(since("2026-02-01", &["cocoa"]), expected[1..]);
    assert_eq!(since("2026-02-02", &[]), expected[1..]);
    assert_eq!(
        since("before", &["tea"]),
        ["NCT90000004 came new ", "NCT90000001 changed changed OverallStatus,LastUpdatePostDate"]
    );
    sandbox.run(&["search", "tea", "--index", "before", "--receipt", "tea.json"]).success();
    assert_eq!(since("tea.json", &[]), ["NCT90000004 came new ", "NCT90000001 changed changed "]);
    let later = sandbox.run(&["changes", "--index", "after", "--since", "2027-01-01"]).ended(1);
    assert!(later.err.contains("the latest one was on 2026-02-02"), "{later:?}");
}

#[test]
fn a_feed_is_xml_whose_entries_keep_their_names() {
    let sandbox = indexes();
    let feed = || {
        let run = sandbox.run(&[&BETWEEN[..], &["--format", "atom"]].concat()).success();
        let (mut reader, mut texts, mut ids) = (Reader::from_str(&run.out), 0, Vec::new());
        let mut within = String::new();
        loop {
            match reader.read_event().expect("XML") {
                Event::Start(tag) => {
                    within = tag.name().as_ref().to_owned();
                }
                Event::Text(text) if within == "id" => {
                    ids.extend(Some(text.to_string()).filter(|id| id.len() > 4));
                }
                Event::Text(_) => texts += 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(texts > 9, "{}", run.out);
        ids
    };
    let ids = feed();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert_eq!(feed(), ids);
}

#[test]
fn what_cannot_be_compared_is_told_with_what_to_type() {
    let sandbox = indexes();
    let told = |arguments: &[&str], parts: &[&str]| {
        let run = sandbox.run(&[&["changes"], arguments].concat()).ended(2);
        for part in parts {
            assert!(run.err.contains(part), "{part}: {run:?}");
        }
    };
    told(
        &["--between", "before", "nowhere"],
        &["nowhere: no index here", "index DUMP --index DIR"],
    );
    told(&["--since", "nowhere"], &["nowhere: No such file", "2026-03-01"]);
    told(&["--since", "after.jsonl"], &["after.jsonl: not a receipt", "--receipt FILE"]);
    sandbox.run(&["search", "tea", "--index", "before", "--receipt", "tea.json"]).success();
    told(&["--since", "tea.json", "tea"], &["a receipt has its own search"]);
    told(&["--between", "before", "after", "(tea"], &["(tea"]);
}
