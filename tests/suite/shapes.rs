//! The shapes in which the registry's records have been delivered and kept, and
//! the reasons for those that are not read.

use serde_json::{Value, json};

use super::harness::{JsonAudit, Sandbox, assert_holds};
use super::invented::{nct, record};

/// The audit of a run over a text, and the study with the first number.
fn read(name: &str, text: impl AsRef<[u8]>) -> (JsonAudit, Value) {
    let sandbox = Sandbox::with(&[(name, text.as_ref())]);
    let audit = sandbox.index(&[name]);
    let study = if audit.count("studies") > 0 { sandbox.show(&nct(1)) } else { Value::Null };
    (audit, study)
}

/// The study of a text that is read completely.
fn study(name: &str, text: impl AsRef<[u8]>) -> Value {
    let (audit, study) = read(name, text);
    assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 0], "{name}: {:?}", audit.rejects());
    study
}

/// The one reject of a text with no study that is read.
fn rejected(name: &str, text: impl AsRef<[u8]>) -> String {
    let (audit, _) = read(name, text);
    assert_eq!(audit.counts(["studies", "rejected"]), [0, 1], "{name}: {:?}", audit.rejects());
    audit.reject()
}

fn tea() -> Value {
    json!({"protocolSection": {
        "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Tea & Water"},
        "conditionsModule": {"conditions": ["Cold", "Cough"]},
        "designModule": {"phases": ["PHASE1", "PHASE2"]},
    }})
}

#[test]
fn xml_of_api_v1_is_read() {
    let full = r#"<FullStudiesResponse><NStudiesFound>1</NStudiesFound><FullStudyList>
        <FullStudy Rank="1"><Struct Name="Study"><Struct Name="ProtocolSection">
          <Struct Name="IdentificationModule">
            <Field Name="NCTId">NCT90000001</Field><Field Name="BriefTitle">Tea &amp; Water</Field>
          </Struct>
          <Struct Name="ConditionsModule"><List Name="ConditionList">
            <Field Name="Condition">Cold</Field><Field Name="Condition">Cough</Field>
          </List></Struct>
          <Struct Name="DesignModule"><List Name="PhaseList">
            <Field Name="Phase">Phase 1</Field><Field Name="Phase">Phase 2</Field>
          </List></Struct>
        </Struct></Struct></FullStudy></FullStudyList></FullStudiesResponse>"#;
    assert_holds(&study("full.xml", full), &tea(), "full studies");
    let fields = r#"<StudyFieldsResponse><StudyFieldsList><StudyFields Rank="1">
        <FieldValues Field="NCTId"><FieldValue>NCT90000001</FieldValue></FieldValues>
        <FieldValues Field="BriefTitle"><FieldValue>Tea &amp; Water</FieldValue></FieldValues>
        <FieldValues Field="Condition"><FieldValue>Cold</FieldValue>
          <FieldValue>Cough</FieldValue></FieldValues>
        <FieldValues Field="Phase"><FieldValue>Phase 1</FieldValue>
          <FieldValue>Phase 2</FieldValue></FieldValues>
        </StudyFields></StudyFieldsList></StudyFieldsResponse>"#;
    assert_holds(&study("fields.xml", fields), &tea(), "study fields");
}

#[test]
fn fields_of_api_v1_are_read_as_json_and_as_a_table() {
    let fields = r#"{"StudyFieldsResponse": {"NStudiesFound": 1, "StudyFields": [{"Rank": 1,
        "NCTId": ["NCT90000001"], "BriefTitle": ["Tea & Water"], "Condition": ["Cold", "Cough"],
        "Phase": ["Phase 1", "Phase 2"]}]}}"#;
    assert_holds(&study("fields.json", fields), &tea(), "JSON");
    let table = "APIVrs: 1.01\nExpression: tea, water\n\n\"Rank\",\"NCTId\",\"BriefTitle\",\
        \"Condition\",\"Phase\"\n1,\"NCT90000001\",\"Tea & Water\",\"Cold|Cough\",\"Phase 1|Phase 2\"\n";
    let (audit, read) = read("fields.csv", table);
    assert_holds(&read, &tea(), "table");
    assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 1]);
    assert_eq!(audit.reject(), "fields.csv: 3 lines above the heading of the table");
}

#[test]
fn lists_of_search_results_are_read() {
    let results = r#"<?xml version="1.0"?><search_results count="1"><query>tea</query>
        <study rank="1"><title>Tea &amp; Water</title><recruitment open="N">Completed</recruitment>
        <conditions><condition>Cold</condition><condition>Cough</condition></conditions>
        <interventions><intervention type="Drug">Tea</intervention></interventions>
        <phases><phase>Phase 1</phase><phase>Phase 2</phase></phases>
        <url>https://ClinicalTrials.gov/show/NCT90000001</url></study></search_results>"#;
    let read = study("results.xml", results);
    assert_holds(&read, &tea(), "results");
    let tea = json!({"protocolSection": {"armsInterventionsModule":
        {"interventions": [{"type": "DRUG", "name": "Tea"}]}}});
    assert_holds(&read, &tea, "interventions");
}

#[test]
fn versions_of_the_archive_are_read_and_the_newest_wins() {
    let version = |title: &str, day: &str| {
        format!(
            "<clinical_study>\n<study_id>\n<org_study_id>\nT-1\n</org_study_id>\n<nct_id>\n\
             {}\n</nct_id>\n</study_id>\n<brief_title>\n<textblock>\n{title}\n</textblock>\n\
             </brief_title>\n<phase_block><phase>Phase 2</phase></phase_block>\n\
             <status_block><status>Completed</status><date>2010-02</date></status_block>\n\
             <start_date><date>2007-07</date></start_date>\n\
             <last_release_date>{day}</last_release_date>\n</clinical_study>\n",
            nct(1)
        )
    };
    let both = version("Newer", "2011-10-04") + &version("Older", "2007-07-16");
    let (audit, study) = read("archive.xml", both);
    assert_eq!(audit.counts(["studies", "duplicates", "rejected"]), [1, 1, 0], "{audit:?}");
    assert_eq!(audit.json["versions"], json!({"last_release_date": 2}));
    let expected = json!({"protocolSection": {
        "identificationModule": {"briefTitle": "Newer", "orgStudyIdInfo": {"id": "T-1"}},
        "statusModule": {
            "overallStatus": "COMPLETED", "statusVerifiedDate": "2010-02",
            "startDateStruct": {"date": "2007-07"}, "lastUpdateSubmitDate": "2011-10-04",
        },
        "designModule": {"phases": ["PHASE2"]},
    }});
    assert_holds(&study, &expected, "archive");
}

#[test]
fn json_in_other_wrappings_is_read() {
    let one = json!({"protocolSection": tea()["protocolSection"]});
    let text = one.to_string();
    let escaped = text.replace("protocolSection", "\\u0070rotocolSection");
    let body = json!({"interactions": [{"response": {"body": {"string": text}}}]});
    let python = "{'protocolSection': {'identificationModule': {'nctId': 'NCT90000001', \
        'briefTitle': 'Tea & Water'}, 'conditionsModule': {'conditions': ['Cold', \"Cough\"]}, \
        'designModule': {'phases': ['PHASE1', 'PHASE2']}}, 'hasResults': False, 'x': None}\n";
    let flat = r#"[{"nct_id": "NCT90000001", "brief_title": "Tea & Water", "phase": "Phase 1/Phase 2",
        "conditions": ["Cold", "Cough"]}]"#;
    for (name, text) in [
        ("escaped.json", escaped),
        ("blanks.json", " ".repeat(40_000) + &text),
        ("cassette.json", body.to_string()),
        ("lines.txt", python.to_owned()),
        ("list.txt", format!("[{}, {}]", python.trim(), python.trim())),
        ("sequence.json-seq", format!("\x1e{text}\n\x1e{text}\n")),
        ("bare.json", format!("[{}]", one["protocolSection"])),
        ("flat.json", flat.to_owned()),
        ("bulk.ndjson", format!("{{\"index\": {{\"_id\": \"1\"}}}}\n{text}\n")),
        (
            "hits.json",
            json!({"hits": {"total": 1, "hits": [{"_id": "1", "_source": one}]}}).to_string(),
        ),
    ] {
        assert_holds(&study(name, text), &tea(), name);
    }
}

#[test]
fn research_studies_of_fhir_are_read() {
    let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": {
        "resourceType": "ResearchStudy",
        "identifier": [{"system": "https://clinicaltrials.gov", "value": "NCT90000001"}],
        "title": "Tea & Water", "status": "closed-to-accrual",
        "phase": {"coding": [{"code": "phase-1-phase-2", "display": "Phase 1/Phase 2"}]},
        "condition": [{"text": "Cold"}, {"coding": [{"display": "Cough"}]}],
        "period": {"start": "2021-05-01"}, "location": [{"text": "Norway"}],
    }}]});
    let (audit, study) = read("bundle.json", bundle.to_string());
    assert_holds(&study, &tea(), "FHIR");
    let more = json!({"protocolSection": {"statusModule": {
        "overallStatus": "ACTIVE_NOT_RECRUITING", "startDateStruct": {"date": "2021-05-01"},
    }}});
    assert_holds(&study, &more, "FHIR");
    assert_eq!(audit.count("rejected"), 0, "{audit:?}");
}

#[test]
fn research_studies_of_fhir_as_xml_are_read() {
    let bundle = "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><ResearchStudy>\
        <text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div></text>\
        <identifier><system value=\"https://clinicaltrials.gov\"/><value value=\"NCT90000001\"/></identifier>\
        <title value=\"Tea &amp; Water\"/><status value=\"closed-to-accrual\"/>\
        <phase><coding><code value=\"phase-1-phase-2\"/><display value=\"Phase 1/Phase 2\"/></coding></phase>\
        <condition><text value=\"Cold\"/></condition>\
        <condition><coding><display value=\"Cough\"/></coding></condition>\
        <period><start value=\"2021-05-01\"/></period></ResearchStudy></resource></entry></Bundle>";
    let (audit, study) = read("bundle.xml", bundle);
    assert_holds(&study, &tea(), "FHIR as XML");
    let status = &study["protocolSection"]["statusModule"];
    assert_eq!(status["overallStatus"], "ACTIVE_NOT_RECRUITING");
    assert_eq!(status["startDateStruct"]["date"], "2021-05-01");
    assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 0], "{audit:?}");
}

#[test]
fn ris_that_the_program_exports_is_read_back() {
    let sandbox = Sandbox::with(&[("a.json", tea().to_string().as_bytes())]);
    sandbox.index(&["a.json"]);
    let ris = sandbox.run(&["export", "--format", "ris"]).success().out;
    let expected = json!({"protocolSection": {
        "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Tea & Water"},
        "designModule": {"phases": ["PHASE1", "PHASE2"]},
    }});
    assert_holds(&study("a.ris", &ris), &expected, "RIS");
    let article = "TY  - JOUR\nTI  - About NCT90000001\nAN  - NCT90000001\nER  - \n";
    let (audit, _) = read("b.ris", article);
    assert_eq!(audit.counts(["studies", "rejected", "notStudies"]), [0, 0, 1], "{audit:?}");
}

#[test]
fn what_of_a_record_is_not_read_is_said_at_every_reading() {
    let two = record(1, "One").replacen(
        '{',
        &format!(
            "{{\"protocolSection\":{{\"identificationModule\":{{\"nctId\":\"{}\"}}}},",
            nct(2)
        ),
        1,
    );
    let sandbox = Sandbox::with(&[
        ("a.json", two.as_bytes()),
        ("b.csv", b"NCT Number,Study Title\nNCT90000003|NCT90000004,T\n"),
    ]);
    let expected = [
        "a.json: `protocolSection` occurs twice in one object; only the last one is read",
        "b.csv: a row with two numbers, `NCT90000003` and `NCT90000004`; it is read as of `NCT90000003`",
    ];
    let audit = sandbox.index(&["a.json", "b.csv"]);
    assert_eq!(audit.rejects(), expected);
    assert_eq!(audit.count("studies"), 2);
    sandbox.write("a.json", two + "\n");
    let audit = sandbox.index(&["a.json", "b.csv"]);
    assert_eq!(audit.rejects(), expected);
    assert_eq!(audit.counts(["studies", "unchanged"]), [2, 2], "{audit:?}");
}

#[test]
fn text_behind_xml_is_named() {
    let text = super::invented::xml(1, "One") + &record(2, "Two");
    let (audit, _) = read("a.xml", text);
    assert_eq!(audit.counts(["studies", "rejected"]), [1, 1]);
    assert!(audit.reject().ends_with("text between or behind the studies that is no XML"));
}

#[test]
fn a_table_with_a_zero_and_one_of_markdown_are_read() {
    let (audit, _) = read("zero.csv", "NCT Number,Study Title\nNCT90000001,a\0b\nNCT90000002,c\n");
    assert_eq!(audit.counts(["studies", "rejected", "notStudies"]), [2, 0, 0], "{audit:?}");
    let table = "| NCT Number | Study Title | Conditions | Phases |\n|---|:-:|---|---|\n\
        | NCT90000001 | Tea & Water | Cold\\|Cough | PHASE1\\|PHASE2 |\n";
    assert_holds(&study("a.md", table), &tea(), "Markdown");
}

#[test]
fn trials_in_a_form_that_is_not_read_are_lost_and_named() {
    for (name, text, said) in [
        ("a.parquet", &b"PAR1\x15\x04"[..], "a Parquet file, which is not read"),
        ("a.dta", b"<stata_dta><header>", "a Stata file, which is not read"),
        ("a.db", b"SQLite format 3\0\x10", "an SQLite database, which is not read"),
        (
            "a.xml",
            b"<Trials_downloaded_from_ICTRP><Trial/></Trials_downloaded_from_ICTRP>",
            "an XML export of ICTRP",
        ),
        (
            "a.txt",
            b"EudraCT Number: 2020-1\nSponsor Protocol Number: 1\n",
            "text of the EU Clinical Trials Register",
        ),
        ("a.json", br#"[{"ctNumber": "2022-500000-01-00", "ctStatus": 2}]"#, "JSON of CTIS"),
    ] {
        let reject = rejected(name, text);
        assert!(reject.starts_with(&format!("{name}: {said}")), "{reject}");
    }
    let workbook =
        super::invented::zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")]);
    let reject = rejected("a.xlsx", workbook);
    assert!(reject.starts_with("a.xlsx: the Excel workbook cannot be read: xl/"), "{reject}");
    for name in [".gitkeep", "_SUCCESS"] {
        let (audit, _) = read(name, "");
        assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 1], "{name}");
    }
}

#[test]
fn a_second_number_is_named_beside_the_record() {
    let xml = format!(
        "<clinical_study><id_info><nct_id>{}</nct_id><nct_id>{}</nct_id></id_info>\
         <brief_title>Tea</brief_title></clinical_study>",
        nct(1),
        nct(2)
    );
    let table = format!("nct_id,NCT Number,Study Title\n{},{},Tea\n", nct(2), nct(1));
    for (name, text) in [("a.xml", xml), ("a.csv", table)] {
        let (audit, study) = read(name, text);
        assert_eq!(audit.counts(["studies", "rejected"]), [1, 1], "{name}: {audit:?}");
        assert!(audit.reject().contains(&nct(2)), "{name}: {}", audit.reject());
        assert_eq!(study["protocolSection"]["identificationModule"]["briefTitle"], "Tea");
    }
}
