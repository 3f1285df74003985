//! Where the time of a search went.

use serde_json::{Value, json};

use super::harness::Sandbox;

/// Two studies of heart failure, one of them of phase 2.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let studies = [(1, "PHASE2"), (2, "PHASE4")].map(|(number, phase)| {
        let study = json!({"protocolSection": {
            "identificationModule": {
                "nctId": format!("NCT9000000{number}"),
                "briefTitle": "Walks after heart failure",
            },
            "descriptionModule": {"briefSummary": "Who has heart failure walks a mile."},
            "designModule": {"phases": [phase]},
        }});
        study.to_string() + "\n"
    });
    sandbox.write("walks.ndjson", studies.concat());
    sandbox.index(&["walks.ndjson"]);
    sandbox
}

/// A search of them with a filter.
const SEARCH: [&str; 6] = ["search", "heart", "failure", "--phase", "2,3", "--limit"];

/// The lines of a table: names and milliseconds; the last one is the total.
fn lines(table: &str) -> Vec<(String, f64)> {
    let lines = table.lines().filter_map(|line| {
        let (rest, percent) = line.rsplit_once(" ms ")?;
        percent.trim().strip_suffix(" %")?;
        let (name, time) = rest.rsplit_once(' ')?;
        Some((name.trim().to_owned(), time.parse().ok()?))
    });
    lines.collect()
}

#[test]
fn steps_of_a_search_add_up_to_its_total() {
    let sandbox = sandbox();
    let search = [&SEARCH[..], &["3"]].concat();
    let plain = sandbox.run(&search).success();
    let measured = sandbox.run(&[&search[..], &["--profile"]].concat()).success();
    let hits = |out: &str| out.lines().filter(|line| line.contains("NCT9")).count();
    assert_eq!(hits(&measured.out), hits(&plain.out));
    assert!(lines(&plain.err).is_empty(), "{}", plain.err);
    let mut steps = lines(&measured.err);
    let (name, total) = steps.pop().expect("a total");
    assert_eq!(name, "total");
    let sum: f64 = steps.iter().map(|(_, time)| time).sum();
    assert!((sum - total).abs() < 0.001 * steps.len() as f64, "{}", measured.err);
    for expected in [
        "question understood",
        "index opened",
        "words and names looked up",
        "words `failure`",
        "filter `--phase 2,3`",
        "studies joined and ranked",
        "parts of the search counted",
        "hits read",
        "passages",
        "hits written",
    ] {
        assert!(steps.iter().any(|(name, _)| name == expected), "{expected}: {}", measured.err);
    }
}

#[test]
fn json_has_the_steps_of_a_search() {
    let sandbox = sandbox();
    let search = [&SEARCH[..], &["3", "--format", "json"]].concat();
    let plain = sandbox.run(&search).success();
    assert_eq!(plain.json()["profile"], Value::Null);
    for extra in [&["--profile"][..], &["--profile", "--explain"], &["--profile", "--count"]] {
        let measured = sandbox.run(&[&search[..], extra].concat()).success();
        assert!(lines(&measured.err).is_empty(), "{}", measured.err);
        let json = measured.json();
        assert_eq!(json["total"], plain.json()["total"]);
        let profile = &json["profile"];
        let steps = profile["steps"].as_array().expect("steps");
        let sum: f64 = steps.iter().filter_map(|step| step["ms"].as_f64()).sum();
        let total = profile["totalMs"].as_f64().expect("a total");
        assert!((sum - total).abs() < 0.001 * steps.len() as f64, "{profile}");
        assert!(steps.iter().any(|step| step["step"] == "words `failure`"), "{profile}");
    }
}
