//! Tables and records of other programs, as they are found in the wild.

use serde_json::json;

use super::harness::Sandbox;
use super::invented::nct;

#[test]
fn values_that_fit_no_field_are_counted_with_an_example() {
    let table = "nct_id,title,enrollment,phase,start_date\n\
        NCT90000001,An invented study,~40,PHASE1; PHASE2,06-Feb-17\n\
        NCT90000002,An invented study,40.0,some,2021-03-04 00:00:00\n\
        NCT90000003,An invented study,about 7,II,2021-Q1\n";
    let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
    let audit = sandbox.index(&["a.csv"]);
    let fields: Vec<_> = audit.json["unfit"].as_array().expect("a list").iter().collect();
    let said: Vec<_> = fields
        .iter()
        .map(|unfit| {
            (unfit["field"].as_str(), unfit["values"].as_u64(), unfit["example"]["value"].as_str())
        })
        .collect();
    let expected = [
        (Some("EnrollmentCount"), Some(2), Some("~40")),
        (Some("Phase"), Some(1), Some("some")),
        (Some("StartDate"), Some(1), Some("2021-Q1")),
    ];
    assert_eq!(said, expected);
    assert_eq!(fields[0]["example"]["nctId"], nct(1));
    assert_eq!(fields[0]["example"]["line"], 2);
    let found = sandbox.run(&["search", "AREA[Phase]PHASE2", "--count"]).success();
    assert_eq!(found.out.trim(), "2");
    let again = sandbox.run(&["index", "a.csv", "--index", "other"]).success();
    assert!(again.err.contains("EnrollmentCount: 2, such as `~40` of NCT90000001 in a.csv:2"));
}

#[test]
fn lists_in_lists_are_shown_and_exported_as_lists() {
    let record = json!({"protocolSection": {
        "identificationModule": {"nctId": nct(1), "briefTitle": "T"},
        "conditionsModule": {"conditions": [["Asthma"], ["Cough", "Fever"]]},
        "designModule": {"enrollmentInfo": {"count": {"$numberInt": "40"}}},
    }});
    let sandbox = Sandbox::with(&[("a.json", record.to_string().as_bytes())]);
    let audit = sandbox.index(&["a.json"]);
    assert_eq!(audit.json["unfit"], json!([]));
    let study = sandbox.show(&nct(1));
    let conditions = &study["protocolSection"]["conditionsModule"]["conditions"];
    assert_eq!(*conditions, json!(["Asthma", "Cough", "Fever"]));
    assert_eq!(study["protocolSection"]["designModule"]["enrollmentInfo"]["count"], 40);
    let csv = sandbox.run(&["export", "--format", "csv"]).success().out;
    assert!(csv.contains("Asthma|Cough|Fever"), "{csv}");
}

#[test]
fn the_newest_version_wins_and_the_column_that_says_so_is_named() {
    let table = "nctid,version_number,version_date,overall_status,criteria\n\
        NCT90000001,3,2020-05-01,Completed,Adults\n\
        NCT90000001,1,2014-04-08,Recruiting,\"Adults of 18 years and more, men and women\"\n\
        NCT90000001,2,2016-01-09,Recruiting,Adults of 18 years and more\n";
    let sandbox = Sandbox::with(&[("history.csv", table.as_bytes())]);
    let audit = sandbox.index(&["history.csv"]);
    assert_eq!(audit.adds_up().counts(["records", "added", "duplicates"]), [3, 1, 2]);
    assert_eq!(audit.json["versions"], json!({"version_date": 3}));
    let status = &sandbox.show(&nct(1))["protocolSection"]["statusModule"];
    assert_eq!(status["overallStatus"], "COMPLETED");
    assert_eq!(status["lastUpdateSubmitDate"], "2020-05-01");
}

#[test]
fn a_number_is_found_whatever_its_column_is_called() {
    for (heading, cell) in [
        ("id", "NCT90000001"),
        ("ctgov id", "NCT 90000001"),
        ("Registration", "nct-90000001"),
        ("url", "https://clinicaltrials.gov/study/NCT90000001"),
    ] {
        let table = format!("title,{heading},phase\nAn invented study,{cell},II\n");
        let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
        assert_eq!(sandbox.index(&["a.csv"]).counts(["added", "rejected"]), [1, 0], "{heading}");
        assert!(sandbox.holds(&nct(1)), "{heading}");
    }
}

#[test]
fn tables_of_something_else_make_no_studies() {
    for (table, reason) in [
        (
            "nct_id,pmid,title,journal\nNCT90000001,1,An article,A journal\n",
            "a.csv: a table of publications, not of studies",
        ),
        ("name,url\nA,https://example.com\n", "a.csv: text without study records"),
    ] {
        let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
        let audit = sandbox.index(&["a.csv"]);
        assert_eq!(audit.counts(["studies", "rejected", "notStudies"]), [0, 0, 1]);
        assert_eq!(audit.reject(), reason);
    }
}

#[test]
fn a_pointer_in_the_place_of_a_file_counts_as_lost() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n";
    let sandbox = Sandbox::with(&[("a.json", pointer.as_bytes())]);
    let strict = sandbox.run(&["index", "a.json", "--strict"]).ended(3);
    assert!(strict.err.contains("`git lfs pull` fetches it"), "{strict:?}");
}
