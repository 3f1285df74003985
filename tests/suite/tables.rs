//! Tables and records of other programs, as they are found in the wild.

use serde_json::json;

use super::harness::Sandbox;
use super::invented::{nct, updated, zip};

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

/// A set of tables as AACT has it, of one study.
fn set() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "studies",
            "nct_id|study_first_submitted_qc_date|last_update_posted_date|brief_title|overall_status|\
             phase|enrollment|source|has_dmc\n\
             NCT90000001|2020-01-02|2024-01-02|A study of tea|Completed|Phase 1/Phase 2|40|Acme|t\n",
        ),
        (
            "conditions",
            "id|nct_id|name|downcase_name\n1|NCT90000001|Asthma|asthma\n2|NCT90000001|Cough|cough\n",
        ),
        ("keywords", "id|nct_id|name|downcase_name\n1|NCT90000001|tea|tea\n"),
        ("countries", "id|nct_id|name|removed\n1|NCT90000001|Peru|f\n2|NCT90000001|Chad|t\n"),
        (
            "facilities",
            "id|nct_id|status|name|city|state|zip|country\n1|NCT90000001|Recruiting|Clinic|Lima|||Peru\n",
        ),
        (
            "interventions",
            "id|nct_id|intervention_type|name|description\n1|NCT90000001|Drug|Tea|Green, hot\n\
             2|NCT90000001|Other|Water|\n",
        ),
        (
            "sponsors",
            "id|nct_id|agency_class|lead_or_collaborator|name\n1|NCT90000001|INDUSTRY|lead|Acme\n\
             2|NCT90000001|OTHER|collaborator|Institute\n",
        ),
        ("brief_summaries", "id|nct_id|description\n1|NCT90000001|An invented study.\n"),
        (
            "eligibilities",
            "id|nct_id|gender|minimum_age|maximum_age|healthy_volunteers|criteria\n\
             1|NCT90000001|All|18 Years|N/A|f|Inclusion: adults\n",
        ),
        (
            "design_outcomes",
            "id|nct_id|outcome_type|measure|time_frame|description\n\
             1|NCT90000001|primary|Pain|1 year|\n2|NCT90000001|secondary|Sleep|2 years|Hours\n",
        ),
        (
            "designs",
            "id|nct_id|allocation|masking|subject_masked|caregiver_masked\n\
             1|NCT90000001|Randomized|Double|t|f\n",
        ),
        (
            "browse_conditions",
            "id|nct_id|mesh_term|downcase_mesh_term|mesh_type\n1|NCT90000001|Asthma|asthma|mesh-list\n\
             2|NCT90000001|Lung Diseases|lung diseases|mesh-ancestor\n",
        ),
        (
            "study_references",
            "id|nct_id|pmid|reference_type|citation\n1|NCT90000001|7|background|An article.\n",
        ),
        (
            "id_information",
            "id|nct_id|id_source|id_type|id_value\n1|NCT90000001|org_study_id||A-1\n\
             2|NCT90000001|secondary_id|Other Identifier|B-2\n",
        ),
        (
            "documents",
            "id|nct_id|document_id|document_type|url|comment\n\
             1|NCT90000001|D-1|Individual Participant Data Set|https://data.example|On request\n",
        ),
        (
            "provided_documents",
            "id|nct_id|document_type|has_protocol|has_icf|has_sap|document_date|url\n\
             1|NCT90000001|Study Protocol|t|f|f|2021-03-04|https://x.example/01/Prot_000.pdf\n",
        ),
    ]
}

/// What the set makes.
fn whole() -> serde_json::Value {
    json!({
        "protocolSection": {
            "identificationModule": {
                "nctId": nct(1), "briefTitle": "A study of tea", "organization": {"fullName": "Acme"},
                "orgStudyIdInfo": {"id": "A-1"}, "secondaryIdInfos": [{"id": "B-2", "type": "OTHER"}],
            },
            "statusModule": {
                "studyFirstSubmitQcDate": "2020-01-02", "overallStatus": "COMPLETED",
                "lastUpdatePostDateStruct": {"date": "2024-01-02"},
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "Acme", "class": "INDUSTRY"},
                "collaborators": [{"name": "Institute", "class": "OTHER"}],
            },
            "oversightModule": {"oversightHasDmc": true},
            "descriptionModule": {"briefSummary": "An invented study."},
            "conditionsModule": {"conditions": ["Asthma", "Cough"], "keywords": ["tea"]},
            "designModule": {
                "phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 40},
                "designInfo": {
                    "allocation": "RANDOMIZED",
                    "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT"]},
                },
            },
            "armsInterventionsModule": {"interventions": [
                {"type": "DRUG", "name": "Tea", "description": "Green, hot"},
                {"type": "OTHER", "name": "Water"},
            ]},
            "outcomesModule": {
                "primaryOutcomes": [{"measure": "Pain", "timeFrame": "1 year"}],
                "secondaryOutcomes": [
                    {"measure": "Sleep", "timeFrame": "2 years", "description": "Hours"},
                ],
            },
            "eligibilityModule": {
                "sex": "ALL", "minimumAge": "18 Years", "healthyVolunteers": false,
                "eligibilityCriteria": "Inclusion: adults",
            },
            "contactsLocationsModule": {"locations": [
                {"status": "RECRUITING", "facility": "Clinic", "city": "Lima", "country": "Peru"},
            ]},
            "referencesModule": {"references": [
                {"pmid": "7", "type": "BACKGROUND", "citation": "An article."},
            ], "availIpds": [{
                "id": "D-1", "type": "Individual Participant Data Set",
                "url": "https://data.example", "comment": "On request",
            }]},
        },
        "derivedSection": {
            "conditionBrowseModule": {
                "meshes": [{"term": "Asthma"}], "ancestors": [{"term": "Lung Diseases"}],
            },
            "miscInfoModule": {"removedCountries": ["Chad"]},
        },
        "documentSection": {"largeDocumentModule": {"largeDocs": [{
            "label": "Study Protocol", "hasProtocol": true, "hasIcf": false, "hasSap": false,
            "date": "2021-03-04", "filename": "Prot_000.pdf", "typeAbbrev": "Prot",
        }]}},
    })
}

#[test]
fn tables_that_belong_together_become_whole_studies() {
    let files: Vec<(String, String)> =
        set().iter().map(|(name, text)| (format!("{name}.txt"), (*text).to_owned())).collect();
    let packed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let sandbox = Sandbox::with(&[("zipped/aact.zip", &zip(&packed))]);
    for (name, text) in &files {
        sandbox.write(&format!("files/{name}"), text);
        let csv = name.replace(".txt", ".csv");
        sandbox.write(&format!("commas/{csv}"), text.replace(", ", " ").replace('|', ","));
    }
    for input in ["files", "zipped"] {
        let index = format!("index-{input}");
        let audit = sandbox.index(&[input, "--index", &index]);
        assert_eq!(
            audit.adds_up().counts(["added", "joined", "rejected", "duplicates"]),
            [1, 1, 0, 0]
        );
        assert_eq!(audit.json["unplaced"], json!([]), "{input}");
        assert_eq!(audit.json["unfit"], json!([]), "{input}");
        let show = ["show", &nct(1), "--format", "json", "--index", &index];
        let study = sandbox.run(&show).success().json();
        assert_eq!(study, whole(), "{input}");
    }
    let audit = sandbox.index(&["commas", "--index", "index-commas"]);
    assert_eq!(audit.counts(["added", "joined", "rejected"]), [1, 1, 0]);
}

#[test]
fn a_row_that_changes_changes_its_study_and_the_newer_set_wins() {
    let sandbox = Sandbox::new();
    for (name, text) in set() {
        sandbox.write(&format!("in/old/{name}.txt"), text);
        let newer = text.replace("2024-01-02", "2024-05-01").replace("Completed", "Withdrawn");
        sandbox.write(&format!("in/new/{name}.txt"), newer.replace("Asthma|", "Ague|"));
    }
    sandbox.index(&["in"]);
    let module = |name: &str| sandbox.show(&nct(1))["protocolSection"][name].clone();
    assert_eq!(module("statusModule")["overallStatus"], "WITHDRAWN");
    assert_eq!(module("conditionsModule")["conditions"], json!(["Ague", "Cough"]));
    sandbox.write("in/new/conditions.txt", "id|nct_id|name\n1|NCT90000001|Croup\n");
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.adds_up().counts(["updated", "unchanged"]), [1, 0]);
    assert_eq!(module("conditionsModule")["conditions"], json!(["Croup"]));
    assert_eq!(module("conditionsModule")["keywords"], json!(["tea"]));
}

/// Tables, lists and objects of few fields, each later than a whole record.
const PARTIAL: [(&str, &str); 4] = [
    (
        "later.csv",
        "NCT Number,Study Title,Study Status,Last Update Posted\n\
         NCT90000001,Later,COMPLETED,2025-01-02\n",
    ),
    (
        "later.json",
        r#"[{"nct_id": "NCT90000001", "brief_title": "Later", "last_update_posted_date": "2025-01-02"}]"#,
    ),
    (
        "later.ndjson",
        r#"{"protocolSection": {"identificationModule": {"nctId": "NCT90000001", "briefTitle": "Later"},
            "statusModule": {"lastUpdatePostDateStruct": {"date": "2025-01-02"}}}}"#,
    ),
    (
        "later.xml",
        "<search_results><study><nct_id>NCT90000001</nct_id><title>Later</title>\
         <last_update_posted>January 2, 2025</last_update_posted></study></search_results>",
    ),
];

/// A study with all that a record of the whole protocol has.
fn of_whole_protocol(day: &str) -> serde_json::Value {
    let mut study = updated(1, "Whole", day);
    let protocol = &mut study["protocolSection"];
    let identification = &mut protocol["identificationModule"];
    identification["organization"] = json!({"fullName": "Acme"});
    identification["orgStudyIdInfo"] = json!({"id": "A-1"});
    identification["officialTitle"] = json!("The whole of tea");
    let status = &mut protocol["statusModule"];
    status["overallStatus"] = json!("RECRUITING");
    status["statusVerifiedDate"] = json!("2020-01");
    status["studyFirstSubmitDate"] = json!("2019-01-02");
    status["studyFirstSubmitQcDate"] = json!("2019-01-03");
    status["startDateStruct"] = json!({"date": "2019-02"});
    protocol["sponsorCollaboratorsModule"] = json!({"leadSponsor": {"name": "Acme"}});
    protocol["descriptionModule"] = json!({"briefSummary": "Tea."});
    protocol["conditionsModule"] = json!({"conditions": ["Ague"]});
    protocol["designModule"] =
        json!({"studyType": "OBSERVATIONAL", "enrollmentInfo": {"count": 40, "type": "ACTUAL"}});
    protocol["eligibilityModule"] =
        json!({"eligibilityCriteria": "Adults", "healthyVolunteers": true, "sex": "ALL"});
    study
}

#[test]
fn a_later_record_of_few_fields_is_joined_to_the_whole_one() {
    let whole = of_whole_protocol("2020-01-02");
    for (name, text) in PARTIAL {
        let mut expected = whole.clone();
        let protocol = &mut expected["protocolSection"];
        protocol["identificationModule"]["briefTitle"] = json!("Later");
        let status = &mut protocol["statusModule"];
        status["lastUpdatePostDateStruct"] = json!({"date": "2025-01-02"});
        if name == "later.csv" {
            status["overallStatus"] = json!("COMPLETED");
        }
        let sandbox = Sandbox::with(&[("whole.json", whole.to_string().as_bytes())]);
        sandbox.write(name, text);
        for inputs in [vec![name, "whole.json"], vec!["whole.json", name], vec![name]] {
            let audit = sandbox.index(&inputs);
            assert_eq!(audit.counts(["rejected", "studies"]), [0, 1], "{name}");
            let partial = &audit.json["partial"][0];
            let noted = (partial["records"].as_u64(), partial["nctId"].as_str());
            assert_eq!(noted, (Some(1), Some(nct(1).as_str())), "{name}: {audit:?}");
            assert_eq!(sandbox.show(&nct(1)), expected, "{name}");
        }
        let said = sandbox.run(&["index", name]).success();
        let line = said.err.lines().chain(said.out.lines()).find(|line| line.starts_with("joined"));
        assert!(line.is_some_and(|line| line.ends_with(name)), "{said:?}");
        let sources = sandbox.run(&["show", &nct(1), "--sources", "--format", "json"]).success();
        let days = sources.json()["sources"].as_array().map(|records| {
            records.iter().map(|record| record["updated"].clone()).collect::<Vec<_>>()
        });
        assert_eq!(days, Some(vec![json!("2020-01-02"), json!("2025-01-02")]), "{name}");
        // What is known is what a fresh index would know; what is gone stays
        // until it is pruned.
        sandbox.run(&["check", "--sources"]).success();
        sandbox.remove(name);
        let audit = sandbox.index(&["."]);
        assert_eq!(audit.counts(["updated", "removed"]), [0, 0], "kept: {name}");
        assert_eq!(sandbox.show(&nct(1)), expected, "{name}");
        let audit = sandbox.index(&[".", "--prune"]);
        assert_eq!(audit.counts(["updated", "removed"]), [1, 0], "{name}");
        assert_eq!(sandbox.show(&nct(1)), whole, "{name}");
    }
}

#[test]
fn later_records_without_results_take_no_results_away() {
    let mut with_results = of_whole_protocol("2020-01-02");
    with_results["resultsSection"] =
        json!({"participantFlowModule": {"recruitmentDetails": "In one clinic"}});
    with_results["protocolSection"]["statusModule"]["whyStopped"] = json!("No tea");
    let later = of_whole_protocol("2021-01-02");
    let sandbox = Sandbox::with(&[
        ("results.json", with_results.to_string().as_bytes()),
        ("later.json", later.to_string().as_bytes()),
    ]);
    let audit = sandbox.index(&["results.json", "later.json"]);
    assert_eq!(audit.json["partial"][0]["records"], 1);
    let mut expected = later;
    expected["resultsSection"] = with_results["resultsSection"].clone();
    assert_eq!(sandbox.show(&nct(1)), expected);
}

#[test]
fn a_table_of_the_same_day_changes_nothing() {
    let whole = of_whole_protocol("2020-01-02");
    let table = "NCT Number,Study Title,Acronym,Last Update Posted\n\
                 NCT90000001,WHOLE,,2020-01-02\n";
    let sandbox = Sandbox::with(&[
        ("whole.json", whole.to_string().as_bytes()),
        ("same.csv", table.as_bytes()),
    ]);
    let audit = sandbox.index(&["."]);
    assert_eq!(audit.json["partial"], json!([]));
    assert_eq!(sandbox.show(&nct(1)), whole);
}

/// An Excel workbook with these sheets: title, and rows of cells as XML.
fn workbook(sheets: &[(&str, &str)], since_1904: bool) -> Vec<u8> {
    let each = |part: &dyn Fn(usize, &str) -> String| {
        let parts: Vec<String> =
            sheets.iter().enumerate().map(|(at, (title, _))| part(at + 1, title)).collect();
        parts.concat()
    };
    let listed = each(&|at, title| format!("<sheet name=\"{title}\" r:id=\"r{at}\"/>"));
    let book = format!(
        "<workbook><workbookPr date1904=\"{}\"/><sheets>{listed}</sheets></workbook>",
        u8::from(since_1904)
    );
    let targets =
        each(&|at, _| format!("<Relationship Id=\"r{at}\" Target=\"worksheets/sheet{at}.xml\"/>"));
    let targets = format!("<Relationships>{targets}</Relationships>");
    let styles =
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let mut members = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        ("xl/workbook.xml".to_owned(), book),
        ("xl/_rels/workbook.xml.rels".to_owned(), targets),
        ("xl/styles.xml".to_owned(), styles.to_owned()),
    ];
    for (at, (_, rows)) in sheets.iter().enumerate() {
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        members.push((format!("xl/worksheets/sheet{}.xml", at + 1), sheet));
    }
    let members: Vec<(&str, &[u8])> =
        members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&members)
}

/// A row of a sheet, with texts from its first column on.
fn texts(number: usize, cells: &[&str]) -> String {
    let cells = cells.iter().map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"));
    format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
}

#[test]
fn sheets_of_a_workbook_are_tables() {
    let studies = [
        texts(1, &["Trials of the unit"]),
        texts(3, &["NCT Number", "Study Title", "Conditions", "Start Date", "Study Results"]),
        "<row r=\"4\"><c t=\"str\"><v>NCT90000001</v></c><c t=\"str\"><v>Tea, hot</v></c>\
         <c t=\"str\"><v>Asthma|Cough</v></c><c s=\"1\"><v>43831</v></c><c t=\"b\"><v>1</v></c></row>"
            .to_owned(),
    ];
    let sheets = [("Trials", studies.concat()), ("Notes", texts(1, &["Call", "Ada"]))];
    let sheets: Vec<(&str, &str)> =
        sheets.iter().map(|(title, rows)| (*title, rows.as_str())).collect();
    let sandbox = Sandbox::with(&[("new.xlsx", &workbook(&sheets, false))]);
    let audit = sandbox.index(&["new.xlsx"]);
    assert_eq!(audit.adds_up().counts(["added", "rejected"]), [1, 0]);
    assert!(audit.rejects().contains(&"new.xlsx!/Notes: a sheet without study records".to_owned()));
    let study = sandbox.show(&nct(1));
    let protocol = &study["protocolSection"];
    assert_eq!(protocol["identificationModule"]["briefTitle"], "Tea, hot");
    assert_eq!(protocol["conditionsModule"]["conditions"], json!(["Asthma", "Cough"]));
    assert_eq!(protocol["statusModule"]["startDateStruct"]["date"], "2020-01-01");
    assert_eq!(study["hasResults"], true);
    sandbox.write("old.xlsm", workbook(&sheets, true));
    sandbox.run(&["index", "old.xlsm", "--index", "old"]).success();
    let show = sandbox.run(&["show", &nct(1), "--format", "json", "--index", "old"]).success();
    let date = &show.json()["protocolSection"]["statusModule"]["startDateStruct"]["date"];
    assert_eq!(*date, "2024-01-02");
}
