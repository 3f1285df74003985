//! A number that is given is whole, and says what it takes in and leaves out.

use serde_json::{Value, json};

use super::harness::{ProgramRun, Sandbox};

/// A study with a title, and what else is given.
fn study(number: u32, title: &str, rest: Value) -> String {
    let mut study = json!({"protocolSection": {
        "identificationModule": {"nctId": format!("NCT{number:08}"), "briefTitle": title},
    }});
    merge(&mut study, rest);
    study.to_string() + "\n"
}

fn merge(into: &mut Value, other: Value) {
    match (into, other) {
        (Value::Object(into), Value::Object(other)) => {
            for (key, value) in other {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, other) => *into = other,
    }
}

fn protocol(modules: &Value) -> Value {
    json!({"protocolSection": modules})
}

fn at(country: &str) -> Value {
    protocol(&json!({
        "contactsLocationsModule": {"locations": [{"city": "Anywhere", "country": country}]},
    }))
}

/// Four studies of naps: one in France, one in Norway, two nowhere.
fn naps() -> Sandbox {
    let mut france = at("France");
    merge(
        &mut france,
        protocol(&json!({
            "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
            "eligibilityModule": {"sex": "FEMALE", "stdAges": ["ADULT"], "minimumAge": "18 Years"},
            "statusModule": {"overallStatus": "COMPLETED"},
        })),
    );
    merge(&mut france, json!({"hasResults": true}));
    let studies = [
        study(90_000_001, "Naps by the Sea", france),
        study(90_000_002, "Naps in the Snow", at("Norway")),
        study(90_000_003, "Naps at Noon", json!({})),
        study(90_000_004, "Naps at Night", json!({})),
        study(90_000_005, "Tea at Noon", at("Peru")),
    ];
    let sandbox = Sandbox::with(&[("a.ndjson", studies.concat().as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    sandbox
}

/// Studies of a disease by two names, and a list that says that they mean the
/// same.
fn zorbitis() -> Sandbox {
    let studies = [
        study(90_000_001, "Naps after Zorbitis", json!({})),
        study(90_000_002, "Tea for Zorbitis", json!({})),
        study(90_000_003, "Tea for Quagga Fever", json!({})),
        study(90_000_004, "Zorbitis and Quagga Fever", json!({})),
    ];
    let sandbox = Sandbox::with(&[
        ("a.ndjson", studies.concat().as_bytes()),
        ("own.txt", b"zorbitis = quagga fever\n"),
    ]);
    sandbox.index(&["a.ndjson"]);
    sandbox
}

const ALSO: &str =
    "also searched: zorbitis = quagga fever (your own synonyms, 2 studies, 1 hit only by it)";

fn run(sandbox: &Sandbox, line: &str) -> ProgramRun {
    sandbox.run(&line.split(' ').collect::<Vec<_>>())
}

#[test]
fn a_limit_that_cuts_is_said() {
    let sandbox = naps();
    for format in ["ids", "csv", "tsv", "ris", "jsonl", "json"] {
        let all = run(&sandbox, &format!("search naps --format {format}")).success();
        assert_eq!(all.err, "", "{format}");
        let cut = run(&sandbox, &format!("search naps --format {format} --limit 3")).success();
        assert_eq!(cut.err, "3 of 4 studies written; --limit 0 writes all\n", "{format}");
    }
    let later = run(&sandbox, "search naps --format ids --offset 1").success();
    assert_eq!(later.err, "3 of 4 studies written; --offset skips 1\n");
    let text = run(&sandbox, "search naps --limit 3").success();
    assert!(text.err.is_empty() && text.out.contains("3 of 4 studies"), "{text:?}");
}

#[test]
fn a_limit_that_is_set_for_good_is_for_screens() {
    let sandbox = naps();
    sandbox.write("config.toml", "limit = 2\n");
    let mut by_file = sandbox.command(&["search", "naps", "--format", "ids"]);
    let mut by_variable = sandbox.command(&["search", "naps", "--format", "ids"]);
    let mut screen = sandbox.command(&["search", "naps"]);
    for command in [&mut by_file, &mut screen] {
        command.env("TRIALDEX_CONFIG", "config.toml");
    }
    by_variable.env("TRIALDEX_LIMIT", "1");
    for mut command in [by_file, by_variable] {
        let run = ProgramRun::of(command.output().expect("the program runs")).success();
        assert_eq!((run.out.lines().count(), run.err.as_str()), (4, ""));
    }
    let screen = ProgramRun::of(screen.output().expect("the program runs")).success();
    assert!(screen.out.contains("2 of 4 studies"), "{screen:?}");
}

#[test]
fn other_names_are_said_wherever_a_number_is() {
    let sandbox = zorbitis();
    let count = run(&sandbox, "search zorbitis --synonyms own.txt --count").success();
    assert_eq!((count.out.as_str(), count.err.trim_end()), ("4\n", ALSO));
    let text = run(&sandbox, "search zorbitis --synonyms own.txt").success();
    assert!(text.out.contains(ALSO), "{text:?}");
    let facets = run(&sandbox, "facets sex zorbitis --synonyms own.txt").success();
    assert_eq!(facets.err.trim_end(), ALSO);
    sandbox.write("words.tsv", "q1\tzorbitis\n");
    let words = run(&sandbox, "batch words.tsv --synonyms own.txt").success();
    assert_eq!(words.err.trim_end(), format!("q1: {ALSO}"));
    sandbox.write("strategy.txt", "1. zorbitis\n2. tea\n3. #1 AND #2\n");
    let lines = run(&sandbox, "batch strategy.txt --synonyms own.txt").success();
    assert_eq!(lines.out.lines().next(), Some("#1\t4\tzorbitis"));
    let third = "#3: also searched: zorbitis = quagga fever (your own synonyms, 2 studies, 1 hit only by it)";
    assert_eq!(lines.err, format!("#1: {ALSO}\n{third}\n"));
}

#[test]
fn other_names_are_in_json_with_what_they_brought_in() {
    let sandbox = zorbitis();
    let name =
        json!({"name": "quagga fever", "source": "your own synonyms", "studies": 2, "onlyHits": 1});
    let also = json!([{"typed": "zorbitis", "area": "Words", "names": [name]}]);
    let hits = run(&sandbox, "search zorbitis --synonyms own.txt --format json").success().json();
    assert_eq!(hits["query"]["alsoSearched"], also);
    let facets = run(&sandbox, "facets sex zorbitis --synonyms own.txt --format json").success();
    assert_eq!(facets.json()["query"]["alsoSearched"], also);
    sandbox.write("strategy.txt", "1. zorbitis\n");
    let lines = run(&sandbox, "batch strategy.txt --synonyms own.txt --format json").success();
    assert_eq!(lines.json()["lines"][0]["disclosure"]["alsoSearched"], also);
    run(&sandbox, "search zorbitis --synonyms own.txt --format ids --receipt r.json").success();
    let receipt = std::fs::read_to_string(sandbox.path("r.json")).expect("a receipt");
    let receipt: Value = serde_json::from_str(&receipt).expect("JSON");
    assert_eq!(receipt["disclosure"]["alsoSearched"], also);
}

#[test]
fn a_level_without_other_names_is_kept_by_a_review() {
    let sandbox = zorbitis();
    let search = "search zorbitis --synonyms own.txt --format ids --receipt";
    run(&sandbox, &format!("{search} names.json")).success();
    run(&sandbox, &format!("{search} words.json --expand term")).success();
    let begun = run(&sandbox, "review new r --receipt names.json --receipt words.json").success();
    assert!(begun.err.contains(ALSO), "{begun:?}");
    let updated = run(&sandbox, "review update r").success();
    assert_eq!(updated.err.matches(ALSO).count(), 1, "{updated:?}");
    assert!(updated.out.contains("nothing is new"), "{updated:?}");
    let report = run(&sandbox, "review report r --format markdown").success().out;
    let names = "Other names searched: zorbitis = quagga fever (your own synonyms, 2 studies, 1 hit \
                 only by it).";
    assert!(report.contains(names), "{report}");
    let words = "without other names (--expand term).";
    assert!(report.contains(words) && report.contains("No other name was searched."), "{report}");
    assert_eq!(run(&sandbox, "verify names.json").success().err, "");
}

#[test]
fn details_name_every_area_with_what_each_name_found() {
    let sandbox = zorbitis();
    let search = "search tea --titles zorbitis --synonyms own.txt --details --format json";
    let details = run(&sandbox, search).success().json()["query"]["details"].take();
    let expected = json!([
        {"area": "Words", "terms": [{"typed": "tea", "negated": false, "cut": false,
            "studies": 2, "hits": 2, "names": []}]},
        {"area": "TitleSearch", "terms": [{"typed": "zorbitis", "negated": false, "cut": false,
            "studies": 3, "hits": 1, "names": [{"name": "quagga fever", "source": "your own synonyms",
                "studies": 2, "hits": 1, "onlyHits": 1}]}]},
    ]);
    assert_eq!(details, expected);
    let text = run(&sandbox, &search.replace(" --format json", "")).success().out;
    let table: Vec<&str> = text.lines().take(5).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    searched in Words                         studies       hits  only by it
      tea                                           2          2
    searched in TitleSearch                   studies       hits  only by it
      zorbitis                                      3          1
        = quagga fever (your own synonyms)          2          1           1
    ");
    let counted = run(&sandbox, "search zorbitis --synonyms own.txt --details --count").success();
    assert!(counted.err.contains("only by it\n  zorbitis "), "{counted:?}");
}

#[test]
fn words_as_written_and_constants_have_details_too() {
    let sandbox = naps();
    let search = "search Naps --expand none --term phase\u{a0}2 --details --format json";
    let words: Vec<String> = search.split(' ').map(|word| word.replace('\u{a0}', " ")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let details = sandbox.run(&words).json()["query"]["details"].take();
    assert_eq!(details[0]["terms"][0]["typed"], "Naps");
    assert_eq!(details[0]["terms"][0]["studies"], 4);
}

#[test]
fn a_filter_names_what_has_no_value_and_takes_it_in() {
    let sandbox = naps();
    let cases = [
        ("--country France", "2 more studies have no LocationCountry"),
        ("--sex female", "3 more studies have no Sex"),
        ("--phase 2", "3 more studies have no Phase"),
        ("--status completed", "3 more studies have no OverallStatus"),
        ("--type interventional", "3 more studies have no StudyType"),
        ("--results with", "3 more studies have no HasResults"),
        ("--geo 51.3,12.4,50km", "4 more studies have no LocationGeoPoint"),
    ];
    for (filter, said) in cases {
        let search = format!("search naps {filter} --count");
        let counted = run(&sandbox, &search);
        let first = counted.err.lines().next();
        let said = format!("{said}; --include-missing adds them");
        assert_eq!(first, Some(said.as_str()), "{filter}");
        let more: usize = said.split(' ').next().and_then(|it| it.parse().ok()).expect("a number");
        let found: usize = counted.out.trim().parse().expect("a number");
        let all = run(&sandbox, &format!("{search} --include-missing")).success();
        assert_eq!(all.out, format!("{}\n", found + more), "{filter}");
        assert_eq!(all.err, "", "{filter}");
    }
    let json = run(&sandbox, "search naps --country France --format json").success().json();
    let missing = json!([{"flag": "--country", "fields": ["LocationCountry"], "studies": 2}]);
    assert_eq!(json["query"]["missing"], missing);
}

#[test]
fn filters_that_leave_out_together_say_the_whole_sum() {
    let sandbox = naps();
    let search = "search naps --country France --phase 2 --count";
    let all = run(&sandbox, &format!("{search} --include-missing")).success();
    let counted = run(&sandbox, search);
    assert_ne!(all.out, counted.out);
    let studies = if all.out == "1\n" { "study" } else { "studies" };
    let said = format!("--include-missing gives {} {studies} in all", all.out.trim());
    assert!(counted.err.contains(&said), "{said}: {}", counted.err);
    let one = run(&sandbox, "search naps --country France --count");
    assert!(!one.err.contains("in all"), "{}", one.err);
}

#[test]
fn a_count_for_programs_has_what_it_takes_in() {
    let sandbox = naps();
    let json = run(&sandbox, "search naps --country France --count --format json").success().json();
    assert_eq!(json["total"], 1);
    assert_eq!(json["query"]["missing"][0]["studies"], 2);
}

#[test]
fn studies_without_a_value_stay_taken_in_when_a_search_is_run_again() {
    let sandbox = naps();
    let search = "search naps --country France --include-missing --format ids --receipt r.json";
    assert_eq!(run(&sandbox, search).success().out.lines().count(), 3);
    run(&sandbox, "verify r.json").success();
    let begun = run(&sandbox, "review new r --receipt r.json").success();
    assert!(begun.err.contains("search 1: 3 studies"), "{begun:?}");
    let explained = run(&sandbox, "search naps --country France --include-missing --explain");
    let first = explained.out.lines().next().expect("a line");
    let again = first.strip_prefix("understood ").expect("an expression");
    assert_eq!(sandbox.run(&["search", again, "--count"]).success().out, "3\n");
}

#[test]
fn a_search_that_finds_nothing_says_which_part_leaves_nothing() {
    let sandbox = naps();
    let search = "search naps --country Norway --phase 2";
    let funnel = "left  alone  after\n\
                  \x20  4      4  naps\n\
                  \x20  1      1  --phase 2\n\
                  \x20  0      1  --country Norway\n";
    let counted = run(&sandbox, &format!("{search} --count")).ended(1);
    assert!(counted.err.ends_with(funnel), "{counted:?}");
    let ids = run(&sandbox, &format!("{search} --format ids")).ended(1);
    assert!(ids.err.ends_with(funnel), "{ids:?}");
    let text = run(&sandbox, search).ended(1);
    assert!(text.out.contains(funnel), "{text:?}");
    let json = run(&sandbox, &format!("{search} --format json")).ended(1).json();
    let last = json!({"part": "--country Norway", "left": 0, "alone": 1});
    assert_eq!(json["query"]["funnel"][2], last);
    let explained = run(&sandbox, "search naps --phase 2 --explain").success();
    assert!(explained.out.contains("   1      1  --phase 2\n"), "{explained:?}");
}

#[test]
fn each_word_and_each_side_of_and_is_a_part() {
    let sandbox = naps();
    let words = sandbox.run(&["search", "--titles", "naps peru", "--count"]).ended(1);
    assert_eq!(
        words.err,
        "left  alone  after\n   4      4  --titles naps\n   0      0  --titles peru\n"
    );
    let parts = ["search", "noon NOT naps AND AREA[LocationCountry]Norway", "--count"];
    let parts = sandbox.run(&parts).ended(1);
    let funnel: Vec<&str> = parts.err.lines().skip(1).collect();
    assert_eq!(
        funnel,
        ["   2      2  noon", "   0      1  AREA[LocationCountry]Norway", "   0      1  NOT naps"]
    );
}

#[test]
fn hits_say_which_words_they_lack() {
    let sandbox = naps();
    let text = run(&sandbox, "search naps sea snow").success().out;
    assert!(text.contains("NCT90000001  Completed · Phase 2 · lacks: snow"), "{text}");
    assert!(text.contains("NCT90000002  lacks: sea"), "{text}");
    let rows = run(&sandbox, "search naps sea snow --format jsonl").success().out;
    let lacks = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["lacks"].take();
    let lacks: Vec<Value> = rows.lines().map(lacks).collect();
    assert_eq!(lacks, [json!(["snow"]), json!(["sea"])]);
    let all = run(&sandbox, "search naps sea --format jsonl").success().out;
    assert!(all.contains("\"lacks\":[]"), "{all}");
}

#[test]
fn numbers_that_the_index_lacks_are_named() {
    let sandbox = naps();
    let ids = "NCT90000001,NCT90000009 nct90000008";
    let searched = sandbox.run(&["search", "--ids", ids, "--format", "ids"]).success();
    let said = "2 of 3 numbers are not in the index: NCT90000008, NCT90000009\n";
    assert_eq!((searched.out.as_str(), searched.err.as_str()), ("NCT90000001\n", said));
    let exported = run(&sandbox, "export NCT90000001 NCT90000009 --format ids").success();
    assert_eq!(exported.err, "1 of 2 numbers is not in the index: NCT90000009\n");
    let shown = run(&sandbox, "show NCT90000009").ended(1);
    assert_eq!(shown.err, "NCT90000009 is not in the index\n");
}

#[test]
fn values_of_fields_are_cut_in_no_silence() {
    let sandbox = naps();
    let all = run(&sandbox, "facets country --format csv").success();
    assert_eq!((all.out.lines().count(), all.err.as_str()), (5, ""));
    let cut = run(&sandbox, "facets country --format csv --limit 2").success();
    assert_eq!(cut.err, "LocationCountry: 2 of 3 values written; --limit 0 writes all\n");
    let field = run(&sandbox, "fields LocationCountry --format json --limit 1").success();
    assert_eq!(field.err, "LocationCountry: 1 of 3 values written; --limit 0 writes all\n");
    assert_eq!(field.json()["distinct"], 3);
    sandbox.write("words.tsv", "q1\tnaps\nq2\tpeach\n");
    let batch = run(&sandbox, "batch words.tsv --format trec --limit 1").success();
    assert_eq!(
        batch.err,
        "1 query has more than the 1 hit written of each: q1; --limit 0 writes all\n"
    );
}

/// What a table says, by number and column.
fn cells(csv: &str) -> Vec<(String, String, String)> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings = reader.headers().expect("a heading").clone();
    let mut cells = Vec::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let number = row.get(0).unwrap_or_default().to_owned();
        for (heading, cell) in headings.iter().zip(&row) {
            cells.push((number.clone(), heading.to_owned(), cell.to_owned()));
        }
    }
    cells
}

#[test]
fn records_read_back_from_exports_say_what_they_said() {
    let sandbox = Sandbox::new();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    sandbox.index(&[corpus]);
    let exported = |index: &str, format: &str| {
        sandbox.run(&["export", "--index", index, "--format", format]).success().out
    };
    let unknown = |index: &str| {
        let search = ["search", "AREA[HasResults]MISSING", "--format", "ids", "--index", index];
        let mut ids: Vec<String> =
            sandbox.run(&search).success().out.lines().map(str::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    let table = exported("index", "csv");
    for format in ["csv", "json", "jsonl"] {
        let file = format!("all.{format}");
        sandbox.write(&file, exported("index", format));
        let audit = sandbox.index(&[&file, "--index", format]);
        assert_eq!(audit.counts(["added", "rejected"]), [82, 0], "{format}");
        let (before, after) = (cells(&table), cells(&exported(format, "csv")));
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
        let changed: Vec<_> = changed.collect();
        assert!(changed.is_empty(), "{format}: {} {changed:#?}", changed.len());
        assert_eq!(unknown("index"), unknown(format), "{format}");
    }
    for format in ["json", "jsonl"] {
        assert_eq!(exported("index", "jsonl"), exported(format, "jsonl"), "{format}");
    }
}
