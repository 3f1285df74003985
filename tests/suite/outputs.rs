//! What `search`, `show`, `status` and `batch` write, in every format.
//!
//! Scores and times are left out of the comparison: they depend on weights and
//! machines.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::harness::{ProgramRun, Sandbox};

/// Three studies, two of them about anemia.
fn studies() -> String {
    let studies = [
        json!({"protocolSection": {
            "identificationModule": {
                "nctId": "NCT90000001",
                "briefTitle": "Mesenchymal Cells for Aplastic Anemia",
                "officialTitle": "A Trial of Mesenchymal Stromal Cells in Aplastic Anemia",
                "acronym": "MSC-AA",
            },
            "statusModule": {
                "overallStatus": "RECRUITING",
                "startDateStruct": {"date": "2022-05"},
                "studyFirstSubmitDate": "2022-04-01",
                "lastUpdatePostDateStruct": {"date": "2024-01-02"},
            },
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Tea Board", "class": "OTHER"}},
            "descriptionModule": {
                "briefSummary": "Cells from bone marrow are given to adults with anemia, age \\> 18.",
                "detailedDescription": "Patients are seen weekly. The mesenchymal cells are infused on day 0; blood counts are taken on days 7, 14 and 28.",
            },
            "conditionsModule": {"conditions": ["Aplastic Anemia", "Bone Marrow Failure"], "keywords": ["stromal"]},
            "designModule": {"phases": ["PHASE1", "PHASE2"]},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "Stromal cells"}]},
        }}),
        json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000002", "briefTitle": "Iron for Anemia, \"Daily\""},
            "statusModule": {"overallStatus": "COMPLETED"},
            "conditionsModule": {"conditions": ["Iron Deficiency Anemia"]},
            "eligibilityModule": {"eligibilityCriteria": "Inclusion: anemia", "healthyVolunteers": false},
        }}),
        json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000003", "briefTitle": "Green Tea for Colds"},
            "descriptionModule": {"briefSummary": "Tea at 9 °C."},
        }}),
    ];
    studies.iter().map(|study| study.to_string() + "\n").collect()
}

fn indexed() -> Sandbox {
    let sandbox = Sandbox::with(&[("studies.ndjson", studies().as_bytes())]);
    sandbox.index(&["studies.ndjson"]);
    sandbox
}

fn searched(arguments: &[&str]) -> ProgramRun {
    let sandbox = indexed();
    sandbox.run(&[&["search"], arguments].concat())
}

/// The output, which must be complete, without the time.
fn printed(arguments: &[&str]) -> String {
    let run = searched(arguments).success();
    assert_eq!(run.err, "", "data goes to standard output alone");
    without_time(&run.out)
}

fn without_time(text: &str) -> String {
    text.lines().map(|line| untimed(line).to_owned() + "\n").collect()
}

/// A summary without its time.
fn untimed(line: &str) -> &str {
    if line.ends_with(" ms") {
        line.rsplit_once(", ").map_or(line, |(summary, _)| summary)
    } else {
        line
    }
}

/// A row of JSON Lines or of `hits` without its score.
fn unscored(mut row: Value) -> Value {
    let score = row.as_object_mut().and_then(|row| row.shift_remove("score")).expect("a score");
    assert!(score.as_f64().is_some_and(|score| score > 0.0), "{score}");
    row
}

/// A table without its column of scores, the second.
fn unscored_table(table: &str, delimiter: &str) -> String {
    let rows = table.lines().map(|line| {
        let cells: Vec<&str> = line.splitn(3, delimiter).collect();
        [cells[0], delimiter, cells[2], "\n"].concat()
    });
    rows.collect()
}

#[test]
fn hits_for_people() {
    assert_snapshot!(printed(&["anemia"]), @r#"
      1. NCT90000002  Completed · Iron Deficiency Anemia
         Iron for Anemia, "Daily"
         EligibilityCriteria:
           Inclusion: anemia

      2. NCT90000001  Recruiting · Phase 1/Phase 2 · Aplastic Anemia, Bone Marrow Failure
         Mesenchymal Cells for Aplastic Anemia
           … marrow are given to adults with anemia, age > 18.

    2 of 2 studies
    "#);
    assert_snapshot!(printed(&["anemia", "--limit", "1"]), @r#"
      1. NCT90000002  Completed · Iron Deficiency Anemia
         Iron for Anemia, "Daily"
         EligibilityCriteria:
           Inclusion: anemia

    1 of 2 studies
    "#);
    assert_snapshot!(printed(&["anemia", "--limit", "1", "--offset", "1", "--fields", "Condition,HealthyVolunteers"]), @"
      2. NCT90000001  Recruiting · Phase 1/Phase 2 · Aplastic Anemia, Bone Marrow Failure
         Mesenchymal Cells for Aplastic Anemia
           … marrow are given to adults with anemia, age > 18.
         Condition: Aplastic Anemia
         Condition: Bone Marrow Failure

    1 of 2 studies
    ");
}

#[test]
fn no_hits_for_people() {
    let run = searched(&["xyzzy"]).ended(1);
    assert_snapshot!(without_time(&run.out), @"none of 3 studies matches");
}

#[test]
fn the_closest_hits_where_no_study_has_all_words() {
    assert_snapshot!(printed(&["mesenchymal", "anemia", "tea", "xyzzy", "--limit", "1"]), @"
    no study has all of `mesenchymal anemia tea xyzzy`; the closest have 3 of the 4 words

      1. NCT90000001  Recruiting · Phase 1/Phase 2 · Aplastic Anemia, Bone Marrow Failure · lacks: xyzzy
         Mesenchymal Cells for Aplastic Anemia
           … marrow are given to adults with anemia, age > 18.
           Patients are seen weekly. The mesenchymal cells are infused on day 0; blood counts are
           taken on days 7, 14 and 28.

    1 of 1 study
    ");
    let run = searched(&["anemia", "xyzzy", "--format", "ids"]).success();
    assert_snapshot!(run.out, @"
    NCT90000002
    NCT90000001
    ");
    assert_snapshot!(run.err, @"no study has all of the words; these have 1 of 2");
}

#[test]
fn an_expression_finds_what_it_says_or_nothing() {
    for asked in [
        &["anemia AND xyzzy"][..],
        &["AREA[Words]anemia xyzzy"],
        &["--cond", "anemia", "--intr", "xyzzy"],
        &["anemia", "--term", "xyzzy"],
    ] {
        let asked = [asked, &["--count"]].concat();
        assert_eq!(searched(&asked).ended(1).out, "0\n", "{asked:?}");
    }
}

#[test]
fn hits_as_json_lines() {
    let lines = printed(&["anemia", "--format", "jsonl", "--fields", "Phase"]);
    let rows = lines.lines().map(|line| unscored(serde_json::from_str(line).expect("JSON")));
    let rows: Vec<String> = rows.map(|row| format!("{row:#}")).collect();
    assert_snapshot!(rows.join("\n"), @r#"
    {
      "rank": 1,
      "nctId": "NCT90000002",
      "briefTitle": "Iron for Anemia, \"Daily\"",
      "overallStatus": "COMPLETED",
      "phases": [],
      "conditions": [
        "Iron Deficiency Anemia"
      ],
      "highlights": [
        {
          "piece": "EligibilityCriteria",
          "text": "Inclusion: anemia",
          "matches": [
            [
              11,
              17
            ]
          ]
        }
      ],
      "fields": {
        "Phase": []
      },
      "matched": [],
      "lacks": []
    }
    {
      "rank": 2,
      "nctId": "NCT90000001",
      "briefTitle": "Mesenchymal Cells for Aplastic Anemia",
      "overallStatus": "RECRUITING",
      "phases": [
        "PHASE1",
        "PHASE2"
      ],
      "conditions": [
        "Aplastic Anemia",
        "Bone Marrow Failure"
      ],
      "highlights": [
        {
          "piece": "BriefSummary",
          "text": "marrow are given to adults with anemia, age > 18.",
          "matches": [
            [
              32,
              38
            ]
          ]
        }
      ],
      "fields": {
        "Phase": [
          "PHASE1",
          "PHASE2"
        ]
      },
      "matched": [],
      "lacks": []
    }
    "#);
}

#[test]
fn hits_as_one_json_object() {
    let run = searched(&["anemia", "\"bone  marrow\"", "--format", "json"]).success();
    let mut found = run.json();
    let took = found["tookMs"].take();
    assert!(took.as_f64().is_some_and(|took| took >= 0.0), "{took}");
    let hits = found["hits"].as_array().expect("hits").iter().cloned().map(unscored).collect();
    found["hits"] = hits;
    found["hits"][0]["highlights"].take();
    assert_snapshot!(format!("{found:#}"), @r#"
    {
      "schema": "trialdex.hits.v1",
      "query": {
        "typed": "anemia \"bone  marrow\"",
        "understood": "AREA[Words](anemia AND \"bone marrow\")",
        "area": "Words",
        "clauses": 2,
        "required": 2,
        "alsoSearched": [],
        "missing": [],
        "funnel": []
      },
      "total": 1,
      "studies": 3,
      "tookMs": null,
      "hits": [
        {
          "rank": 1,
          "nctId": "NCT90000001",
          "briefTitle": "Mesenchymal Cells for Aplastic Anemia",
          "overallStatus": "RECRUITING",
          "phases": [
            "PHASE1",
            "PHASE2"
          ],
          "conditions": [
            "Aplastic Anemia",
            "Bone Marrow Failure"
          ],
          "highlights": null,
          "matched": [],
          "lacks": []
        }
      ]
    }
    "#);
}

#[test]
fn an_empty_json_object_is_whole() {
    let run = searched(&["xyzzy", "--format", "json"]).ended(1);
    assert_eq!(run.json()["hits"], json!([]));
    assert_eq!(run.json()["total"], 0);
    assert_eq!(searched(&["xyzzy", "--format", "jsonl"]).ended(1).out, "");
    assert_eq!(searched(&["xyzzy", "--format", "ids"]).ended(1).out, "");
    assert_eq!(searched(&["xyzzy", "--format", "ris"]).ended(1).out, "");
    assert_eq!(searched(&["xyzzy", "--format", "csv"]).ended(1).out.lines().count(), 1);
}

#[test]
fn hits_as_tables() {
    let csv = printed(&["anemia", "--format", "csv"]);
    assert_snapshot!(csv, @r#"
    NCT Number,Study Title,Study URL,Acronym,Study Status,Brief Summary,Study Results,Conditions,Interventions,Primary Outcome Measures,Secondary Outcome Measures,Other Outcome Measures,Sponsor,Collaborators,Sex,Age,Phases,Enrollment,Funder Type,Study Type,Study Design,Other IDs,Start Date,Primary Completion Date,Completion Date,First Posted,Results First Posted,Last Update Posted,Locations,Study Documents
    NCT90000002,"Iron for Anemia, ""Daily""",https://clinicaltrials.gov/study/NCT90000002,,COMPLETED,,,Iron Deficiency Anemia,,,,,,,,,,,,,,,,,,,,,,
    NCT90000001,Mesenchymal Cells for Aplastic Anemia,https://clinicaltrials.gov/study/NCT90000001,MSC-AA,RECRUITING,"Cells from bone marrow are given to adults with anemia, age \> 18.",,Aplastic Anemia|Bone Marrow Failure,BIOLOGICAL: Stromal cells,,,,Tea Board,,,,PHASE1|PHASE2,,OTHER,,,,2022-05,,,,,2024-01-02,,
    "#);
    let chosen = printed(&["anemia", "--format", "csv", "--fields", "Phase,BriefTitle"]);
    assert_snapshot!(unscored_table(&chosen, ","), @r#"
    Rank,Phase,BriefTitle
    1,,"Iron for Anemia, ""Daily"""
    2,Phase 1|Phase 2,Mesenchymal Cells for Aplastic Anemia
    "#);
    let tsv = printed(&["anemia", "--format", "tsv", "--fields", "NCTId,Condition"]);
    assert_snapshot!(unscored_table(&tsv, "\t").replace('\t', "<TAB>"), @"
    Rank<TAB>NCTId<TAB>Condition
    1<TAB>NCT90000002<TAB>Iron Deficiency Anemia
    2<TAB>NCT90000001<TAB>Aplastic Anemia|Bone Marrow Failure
    ");
}

#[test]
fn hits_as_numbers() {
    assert_eq!(printed(&["anemia", "--format", "ids"]), "NCT90000002\nNCT90000001\n");
}

#[test]
fn hits_as_ris() {
    let run = searched(&["mesenchymal", "--format", "ris"]).success();
    assert!(run.out.ends_with("ER  - \r\n\r\n"), "{run:?}");
    assert_snapshot!(run.out.replace("ER  - \r\n", "ER  -\r\n").replace('\r', ""), @"
    TY  - DBASE
    ID  - NCT90000001
    TI  - Mesenchymal Cells for Aplastic Anemia
    ST  - MSC-AA
    AB  - Cells from bone marrow are given to adults with anemia, age > 18.
    N1  - Official title: A Trial of Mesenchymal Stromal Cells in Aplastic Anemia
    N1  - Status: Recruiting; Phase: Phase 1, Phase 2; First submitted: 2022-04-01; Last update posted: 2024-01-02
    KW  - Aplastic Anemia
    KW  - Bone Marrow Failure
    KW  - stromal
    KW  - Stromal cells
    PY  - 2022
    PB  - Tea Board
    DB  - ClinicalTrials.gov
    DP  - National Library of Medicine (US)
    AN  - NCT90000001
    UR  - https://clinicaltrials.gov/study/NCT90000001
    ER  -
    ");
}

#[test]
fn a_limit_of_zero_is_none_and_an_offset_passes_over() {
    let sandbox = Sandbox::new();
    let studies: String =
        (1..=45).map(|number| super::invented::record(number, "Tea") + "\n").collect();
    sandbox.write("a.ndjson", studies);
    sandbox.index(&["a.ndjson"]);
    let ids = |more: &[&str]| {
        let search = ["search", "tea", "--format", "ids"];
        let run = sandbox.run(&[&search[..], more].concat()).success();
        run.out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ids(&["--limit", "0"]);
    assert_eq!(all.len(), 45);
    assert!(all.is_sorted(), "equal scores are ordered by number: {all:?}");
    assert_eq!(ids(&[]), all);
    assert_eq!(ids(&["--limit", "20"]), all[..20]);
    assert_eq!(ids(&["--offset", "20", "--limit", "20"]), all[20..40]);
    assert_eq!(ids(&["--offset", "40"]), all[40..]);
    assert_eq!(ids(&["--offset", "40", "--limit", "0"]), all[40..]);
    assert_eq!(ids(&["--offset", "40", "--limit", &usize::MAX.to_string()]), all[40..]);
    assert_eq!(ids(&["--offset", "7", "-n", "2"]), all[7..9]);
    assert_eq!(ids(&["--offset", "99"]), Vec::<String>::new());
}

#[test]
fn all_words_are_required_unless_any_is_asked_for() {
    let ids = |words: &[&str]| printed(&[words, &["--format", "ids"]].concat());
    assert_eq!(ids(&["anemia", "iron"]), "NCT90000002\n");
    let any = ids(&["iron", "colds", "--any"]);
    assert_eq!(any.lines().count(), 2, "{any}");
    assert_eq!(ids(&["anemia AND iron"]), "NCT90000002\n");
    assert_eq!(ids(&["\"bone marrow\""]), "NCT90000001\n");
    assert_eq!(searched(&["\"marrow bone\"", "--format", "ids"]).ended(1).out, "");
    assert_eq!(ids(&["nct90000003"]), "NCT90000003\n");
}

#[test]
fn words_come_from_standard_input() {
    let sandbox = indexed();
    let run = sandbox.run_fed(&["search", "-", "--format", "ids"], |input| {
        input.write_all(b"iron anemia\n").expect("taken");
    });
    assert_eq!(run.success().out, "NCT90000002\n");
}

#[test]
fn a_study_for_people() {
    let sandbox = indexed();
    let run = sandbox.run(&["show", "nct90000002", "NCT90000003"]).success();
    assert_eq!(run.err, "");
    assert_snapshot!(run.out, @r#"
    NCT90000002  Iron for Anemia, "Daily"
    https://clinicaltrials.gov/study/NCT90000002

    Protocol Section

      Identification Module
        National Clinical Trial (NCT) Identification Number: NCT90000002
        Brief Title: Iron for Anemia, "Daily"

      Status Module
        Overall Recruitment Status or Expanded Access Status: Completed

      Conditions Module
        Condition/Disease: Iron Deficiency Anemia

      Eligibility Module
        Inclusion and exclusion eligibility criteria: Inclusion: anemia
        Accepts Healthy Volunteers: No


    NCT90000003  Green Tea for Colds
    https://clinicaltrials.gov/study/NCT90000003

    Protocol Section

      Identification Module
        National Clinical Trial (NCT) Identification Number: NCT90000003
        Brief Title: Green Tea for Colds

      Description Module
        Brief Summary: Tea at 9 °C.
    "#);
}

#[test]
fn studies_as_json_come_one_a_line() {
    let sandbox = indexed();
    let run = sandbox.run(&["show", "NCT90000003", "NCT90000001", "--format", "json"]).success();
    let shown: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let source = studies();
    let source: Vec<Value> =
        source.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(shown, [source[2].clone(), source[0].clone()]);
}

#[test]
fn a_missing_study_does_not_keep_the_others_from_being_shown() {
    let run = indexed().run(&["show", "NCT90000009", "NCT90000003", "--format", "json"]).ended(1);
    assert_eq!(run.out.lines().count(), 1);
    assert_eq!(run.err, "1 of 2 numbers is not in the index: NCT90000009\n");
}

#[test]
fn the_state_of_an_index_for_people() {
    let run = indexed().run(&["status"]).success();
    let changing = ["size ", "written "];
    let lines = run.out.lines().filter(|line| !changing.iter().any(|name| line.starts_with(name)));
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    index      index
    studies    3
    sources    1 file
    records    3 json-v2
    set aside  0 older or less full
    updated    2024-01-02 to 2024-01-02
    not in it  0 rejected, 0 without a study
    words      looked for in Words, unless `--area` names another
    ");
}

#[test]
fn the_state_of_an_index_as_json() {
    let mut status = indexed().run(&["status", "--format", "json", "--rejects"]).success().json();
    for changing in ["bytes", "segments", "written", "program"] {
        assert!(!status[changing].take().is_null(), "{changing}");
    }
    assert_snapshot!(format!("{status:#}"), @r#"
    {
      "schema": "trialdex.status.v1",
      "index": "index",
      "studies": 3,
      "sources": 1,
      "formats": {
        "json-v2": 3
      },
      "duplicates": 0,
      "kept": 0,
      "latestUpdate": "2024-01-02",
      "earliestUpdate": "2024-01-02",
      "bytes": null,
      "segments": null,
      "written": null,
      "program": null,
      "format": 7,
      "rejected": 0,
      "notStudies": 0,
      "rejects": []
    }
    "#);
}

#[test]
fn a_batch_counts_and_ranks() {
    let sandbox = indexed();
    sandbox.write("q.tsv", "a\tanemia\nb\ttea OR \"colds\n\nc\txyzzy anemia\n");
    assert_snapshot!(sandbox.run(&["batch", "q.tsv", "--as", "words"]).success().out.replace('\t', " "), @"
    a 2
    b 0
    c 0
    ");
    assert_snapshot!(sandbox.run(&["batch", "q.tsv", "--as", "words", "--any"]).success().out.replace('\t', " "), @"
    a 2
    b 2
    c 2
    ");
    let trec = [
        "batch", "q.tsv", "--as", "words", "--format", "trec", "--limit", "1000", "--any", "--tag",
        "mine",
    ];
    let run = sandbox.run(&trec).success();
    let unscored = run.out.lines().map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        assert!(fields[4].parse::<f64>().is_ok_and(|score| score > 0.0), "{line}");
        [&fields[..4], &fields[5..]].concat().join(" ")
    });
    assert_snapshot!(unscored.collect::<Vec<_>>().join("\n"), @"
    a Q0 NCT90000002 1 mine
    a Q0 NCT90000001 2 mine
    b Q0 NCT90000003 1 mine
    b Q0 NCT90000001 2 mine
    c Q0 NCT90000002 1 mine
    c Q0 NCT90000001 2 mine
    ");
}
