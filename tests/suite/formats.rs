//! Every format against the study it means, and every container that the
//! formats come in.

use serde_json::{Value, json};

use super::harness::{Sandbox, assert_holds};
use super::invented::{gz, lines, nct, page, record, study, tar, updated, xml, zip, zst};

/// What the study of this module is, in every format.
fn meant() -> Value {
    json!({
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT90000001",
                "orgStudyIdInfo": {"id": "TEA-1"},
                "briefTitle": "Tea > Water for Colds",
                "acronym": "TEACUP",
            },
            "statusModule": {
                "overallStatus": "ACTIVE_NOT_RECRUITING",
                "startDateStruct": {"date": "2021-05"},
                "primaryCompletionDateStruct": {"date": "2022-06-15"},
                "studyFirstPostDateStruct": {"date": "2021-03-04"},
                "lastUpdatePostDateStruct": {"date": "2023-01-02"},
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "Tea Board", "class": "OTHER"},
                "collaborators": [{"name": "Water Mill"}],
            },
            "descriptionModule": {"briefSummary": "Tea is compared with water at < 9 °C."},
            "conditionsModule": {"conditions": ["Common Cold", "Cough"]},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE1", "PHASE2"],
                "designInfo": {
                    "allocation": "RANDOMIZED",
                    "interventionModel": "PARALLEL",
                    "primaryPurpose": "TREATMENT",
                    "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]},
                },
                "enrollmentInfo": {"count": 1200},
            },
            "armsInterventionsModule": {
                "interventions": [{"type": "DIETARY_SUPPLEMENT", "name": "Green tea"}],
            },
            "eligibilityModule": {
                "sex": "FEMALE",
                "minimumAge": "18 Years",
                "maximumAge": "64 Years",
                "stdAges": ["ADULT"],
            },
        },
    })
}

/// What is meant, without what a format has no place for.
fn meant_but(lacking: &[&str]) -> Value {
    let mut study = meant();
    for pointer in lacking {
        let (above, key) = pointer.rsplit_once('/').expect("a path");
        let above = study.pointer_mut(&format!("/protocolSection/{above}")).expect("a structure");
        above.as_object_mut().expect("an object").remove(key).expect("a value");
    }
    study
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<clinical_study>
  <id_info><org_study_id>TEA-1</org_study_id><nct_id>NCT90000001</nct_id></id_info>
  <brief_title>Tea &gt; Water for Colds</brief_title>
  <acronym>TEACUP</acronym>
  <sponsors>
    <lead_sponsor><agency>Tea Board</agency><agency_class>Other</agency_class></lead_sponsor>
    <collaborator><agency>Water Mill</agency><agency_class>Industry</agency_class></collaborator>
  </sponsors>
  <brief_summary><textblock>
      Tea is compared with water at
      &lt; 9 &#176;C.
  </textblock></brief_summary>
  <overall_status>Active, not recruiting</overall_status>
  <start_date>May 2021</start_date>
  <primary_completion_date type="Actual">June 15, 2022</primary_completion_date>
  <phase>Phase 1/Phase 2</phase>
  <study_type>Interventional</study_type>
  <study_design_info>
    <allocation>Randomized</allocation>
    <intervention_model>Parallel Assignment</intervention_model>
    <primary_purpose>Treatment</primary_purpose>
    <masking>Double (Participant, Investigator)</masking>
  </study_design_info>
  <enrollment type="Actual">1200</enrollment>
  <condition>Common Cold</condition>
  <condition>Cough</condition>
  <intervention>
    <intervention_type>Dietary Supplement</intervention_type>
    <intervention_name>Green tea</intervention_name>
  </intervention>
  <eligibility>
    <gender>Female</gender>
    <minimum_age>18 Years</minimum_age>
    <maximum_age>64 Years</maximum_age>
  </eligibility>
  <study_first_posted type="Actual">March 4, 2021</study_first_posted>
  <last_update_posted type="Actual">January 2, 2023</last_update_posted>
</clinical_study>
"#;

/// Today's download: no brief title but the study title, age groups alone.
const CSV_TODAY: &str = "\
NCT Number,Study Title,Study URL,Acronym,Study Status,Brief Summary,Study Results,Conditions,\
Interventions,Sponsor,Collaborators,Sex,Age,Phases,Enrollment,Funder Type,Study Type,Study Design,\
Other IDs,Start Date,Primary Completion Date,First Posted,Last Update Posted\n\
NCT90000001,Tea > Water for Colds,https://clinicaltrials.gov/study/NCT90000001,TEACUP,\
ACTIVE_NOT_RECRUITING,Tea is compared with water at < 9 °C.,NO,Common Cold|Cough,\
DIETARY_SUPPLEMENT: Green tea,Tea Board,Water Mill,FEMALE,ADULT,PHASE1|PHASE2,1200,OTHER,\
INTERVENTIONAL,\"Allocation: RANDOMIZED|Intervention Model: PARALLEL|\
Masking: DOUBLE (PARTICIPANT, INVESTIGATOR)|Primary Purpose: TREATMENT\",\
TEA-1,2021-05,2022-06-15,2021-03-04,2023-01-02\n";

/// The classic site's download, with tabs.
const TSV_CLASSIC: &str = "\
Rank\tNCT Number\tTitle\tAcronym\tStatus\tStudy Results\tConditions\tInterventions\t\
Sponsor/Collaborators\tGender\tAge\tPhases\tEnrollment\tFunded Bys\tStudy Type\tStudy Designs\t\
Other IDs\tStart Date\tPrimary Completion Date\tFirst Posted\tLast Update Posted\tURL\n\
1\tNCT90000001\tTea > Water for Colds\tTEACUP\tActive, not recruiting\tNo Results Available\t\
Common Cold|Cough\tDietary Supplement: Green tea\tTea Board|Water Mill\tFemale\t\
18 Years to 64 Years   (Adult)\tPhase 1|Phase 2\t1200\tOther|Industry\tInterventional\t\
Allocation: Randomized|Intervention Model: Parallel Assignment|\
Masking: Double (Participant, Investigator)|Primary Purpose: Treatment\tTEA-1\tMay 2021\t\
June 15, 2022\tMarch 4, 2021\tJanuary 2, 2023\thttps://ClinicalTrials.gov/show/NCT90000001\n";

fn json_v1() -> Value {
    json!({"Rank": 1, "Study": {"ProtocolSection": {
        "IdentificationModule": {
            "NCTId": "NCT90000001", "OrgStudyIdInfo": {"OrgStudyId": "TEA-1"},
            "BriefTitle": "Tea > Water for Colds", "Acronym": "TEACUP",
        },
        "StatusModule": {
            "OverallStatus": "Active, not recruiting",
            "StartDateStruct": {"StartDate": "May 2021"},
            "PrimaryCompletionDateStruct": {"PrimaryCompletionDate": "June 15, 2022"},
            "StudyFirstPostDateStruct": {"StudyFirstPostDate": "March 4, 2021"},
            "LastUpdatePostDateStruct": {"LastUpdatePostDate": "January 2, 2023"},
        },
        "SponsorCollaboratorsModule": {
            "LeadSponsor": {"LeadSponsorName": "Tea Board", "LeadSponsorClass": "OTHER"},
            "CollaboratorList": {"Collaborator": [{"CollaboratorName": "Water Mill"}]},
        },
        "DescriptionModule": {"BriefSummary": "Tea is compared with water at < 9 °C."},
        "ConditionsModule": {"ConditionList": {"Condition": ["Common Cold", "Cough"]}},
        "DesignModule": {
            "StudyType": "Interventional",
            "PhaseList": {"Phase": ["Phase 1", "Phase 2"]},
            "DesignInfo": {
                "DesignAllocation": "Randomized",
                "DesignInterventionModel": "Parallel Assignment",
                "DesignPrimaryPurpose": "Treatment",
                "DesignMaskingInfo": {
                    "DesignMasking": "Double",
                    "DesignWhoMaskedList": {"DesignWhoMasked": ["Participant", "Investigator"]},
                },
            },
            "EnrollmentInfo": {"EnrollmentCount": "1200"},
        },
        "ArmsInterventionsModule": {"InterventionList": {"Intervention": [
            {"InterventionType": "Dietary Supplement", "InterventionName": "Green tea"},
        ]}},
        "EligibilityModule": {
            "Gender": "Female", "MinimumAge": "18 Years", "MaximumAge": "64 Years",
            "StdAgeList": {"StdAge": ["Adult"]},
        },
    }}})
}

/// The study as module pages, by file name.
fn pages() -> Vec<(String, String)> {
    let modules = [
        (
            "Identification Module",
            "Org Study Id: TEA-1\nBrief Title: Tea \\> Water for Colds\nAcronym: TEACUP\n",
        ),
        (
            "Status Module",
            "Overall Status: ACTIVE_NOT_RECRUITING\nStart Date: 2021-05\n\
             Primary Completion Date: 2022-06-15\nStudy First Post Date: 2021-03-04\n\
             Last Update Post Date: 2023-01-02\n",
        ),
        (
            "Sponsor Collaborators Module",
            "Lead Sponsor Name: Tea Board\nLead Sponsor Class: OTHER\n\
             Collaborator Name: Water Mill\n",
        ),
        ("Description Module", "Brief Summary: Tea is compared with water at \\< 9 °C.\n"),
        ("Conditions Module", "Conditions: Common Cold | Cough\n"),
        (
            "Design Module",
            "Study Type: INTERVENTIONAL\nPhases: PHASE1, PHASE2\nDesign Allocation: RANDOMIZED\n\
             Design Intervention Model: PARALLEL\nDesign Primary Purpose: TREATMENT\n\
             Design Masking: DOUBLE\nDesign Who Masked: PARTICIPANT, INVESTIGATOR\n\
             Enrollment Count: 1200\n",
        ),
        (
            "Arms Interventions Module",
            "Intervention Type: DIETARY_SUPPLEMENT\nIntervention Name: Green tea\n",
        ),
        (
            "Eligibility Module",
            "Sex: FEMALE\nMinimum Age: 18 Years\nMaximum Age: 64 Years\nStd Ages: ADULT\n",
        ),
    ];
    let named = modules.map(|(module, lines)| {
        let name = format!("pages/{}_NCT90000001.txt", module.to_lowercase().replace(' ', ""));
        (name, page(1, module, lines))
    });
    named.into()
}

/// Indexes one file and gives the study in it.
fn read(name: &str, bytes: &[u8], format: &str) -> Value {
    let sandbox = Sandbox::with(&[(name, bytes)]);
    let audit = sandbox.index(&[name]);
    assert_eq!(audit.counts(["files", "records", "added", "rejected"]), [1, 1, 1, 0], "{audit:?}");
    assert_eq!(audit.json["formats"], json!({format: 1}));
    sandbox.show("NCT90000001")
}

#[test]
fn module_pages_are_joined_to_the_study_they_mean() {
    let sandbox = Sandbox::new();
    for (name, text) in pages() {
        sandbox.write(&name, text);
    }
    let audit = sandbox.index(&["pages"]);
    audit.adds_up();
    assert_eq!(audit.counts(["records", "pages", "joined", "added"]), [8, 8, 1, 1]);
    assert_eq!(audit.json["unplaced"], json!([]));
    assert_holds(&sandbox.show("NCT90000001"), &meant(), "module pages");
}

#[test]
fn a_v2_record_is_the_study() {
    assert_eq!(read("a", meant().to_string().as_bytes(), "json-v2"), meant());
}

#[test]
fn a_v1_record_becomes_the_study() {
    let study = read("a", json_v1().to_string().as_bytes(), "json-v1");
    assert_holds(&study, &meant(), "v1");
    assert_eq!(study["hasResults"], false);
}

#[test]
fn a_legacy_xml_record_becomes_the_study() {
    assert_holds(&read("a", XML.as_bytes(), "xml"), &meant(), "XML");
}

#[test]
fn a_row_of_todays_csv_becomes_the_study() {
    let meant = meant_but(&["eligibilityModule/minimumAge", "eligibilityModule/maximumAge"]);
    let study = read("a", CSV_TODAY.as_bytes(), "csv");
    assert_holds(&study, &meant, "CSV");
    assert_eq!(study["hasResults"], false);
}

#[test]
fn a_row_of_the_classic_tsv_becomes_the_study() {
    let study = read("a", TSV_CLASSIC.as_bytes(), "csv");
    assert_holds(&study, &meant_but(&["descriptionModule/briefSummary"]), "TSV");
}

#[test]
fn columns_come_in_any_order_and_the_number_may_be_in_the_url_alone() {
    let csv = "Conditions,,Study URL,Study Title\n\
               Cough,,https://clinicaltrials.gov/study/NCT90000001?a=1,Tea\n";
    let study = read("a.txt", csv.as_bytes(), "csv");
    assert_eq!(
        study.pointer("/protocolSection/identificationModule/briefTitle"),
        Some(&json!("Tea"))
    );
    assert_eq!(
        study.pointer("/protocolSection/conditionsModule/conditions/0"),
        Some(&json!("Cough"))
    );
}

/// One study in four formats; the XML is the latest by a day.
fn four_formats() -> [(&'static str, String); 4] {
    [
        ("v2.json", meant().to_string()),
        ("study.xml", XML.replace("January 2, 2023", "January 3, 2023")),
        ("v1.json", json_v1().to_string()),
        ("table.csv", CSV_TODAY.to_owned()),
    ]
}

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    let four = 0..4_usize.pow(4);
    let digits = four.map(|n| [n / 64, n / 16 % 4, n / 4 % 4, n % 4]);
    digits.filter(|order| (0..4).all(|at| order.contains(&at))).collect()
}

#[test]
fn one_study_in_four_formats_is_one_study_in_any_order() {
    let orders = orders();
    assert_eq!(orders.len(), 24);
    let mut shown = Vec::new();
    for order in orders {
        let sandbox = Sandbox::new();
        four_formats().iter().for_each(|(name, text)| sandbox.write(name, text));
        let audit = sandbox.index(&order.map(|at| four_formats()[at].0));
        assert_eq!(audit.counts(["records", "added", "duplicates"]), [4, 1, 3], "{order:?}");
        shown.push(sandbox.show("NCT90000001"));
    }
    assert_eq!(
        shown[0].pointer("/protocolSection/statusModule/lastUpdatePostDateStruct/date"),
        Some(&json!("2023-01-03"))
    );
    assert!(shown.iter().all(|study| *study == shown[0]));
}

#[test]
fn one_study_in_four_formats_in_one_directory_is_one_study() {
    let sandbox = Sandbox::new();
    four_formats().iter().for_each(|(name, text)| sandbox.write(&format!("all/{name}"), text));
    let audit = sandbox.index(&["all"]);
    audit.adds_up();
    assert_eq!(audit.counts(["files", "records", "added", "duplicates"]), [4, 4, 1, 3]);
}

#[test]
fn of_records_updated_on_one_day_the_fuller_wins() {
    let mut fuller = study(1, "Fuller");
    fuller["protocolSection"]["conditionsModule"] = json!({"conditions": ["Cough"]});
    for order in [["fuller", "other"], ["other", "fuller"]] {
        let sandbox = Sandbox::with(&[
            ("fuller", fuller.to_string().as_bytes()),
            ("other", record(1, "A longer title that does not count for as much").as_bytes()),
        ]);
        assert_eq!(sandbox.index(&order).counts(["added", "duplicates"]), [1, 1]);
        assert_eq!(sandbox.show("NCT90000001"), fuller);
    }
}

/// Indexes a file and gives the titles of the studies in it.
fn titles_of(name: &str, bytes: &[u8]) -> Vec<String> {
    let sandbox = Sandbox::with(&[(name, bytes)]);
    let audit = sandbox.index(&[name]);
    assert_eq!(audit.rejects(), Vec::<String>::new());
    sandbox.titles().into_values().collect()
}

#[test]
fn json_comes_in_many_wrappings() {
    let (one, two) = (study(1, "One"), study(2, "Two"));
    let texts = [
        lines(&[(1, "One"), (2, "Two")]),
        json!([one, two]).to_string(),
        serde_json::to_string_pretty(&json!([one, two])).expect("JSON"),
        json!({"totalCount": 2, "studies": [one, two], "nextPageToken": "x"}).to_string(),
        format!("{}{}", json!({"study": one}), json!({"data": {"study": two}})),
        format!("{one}{two}"),
        format!("{one:#}\n{two:#}"),
        format!("\u{feff}{one}\r\n{two}"),
    ];
    for text in texts {
        assert_eq!(titles_of("a", text.as_bytes()), ["One", "Two"], "{text}");
    }
}

#[test]
fn scalars_come_out_of_lists_of_one() {
    let wrapped = json!({"protocolSection": [{
        "identificationModule": [{"nctId": ["NCT90000001"], "briefTitle": ["Tea"]}],
        "conditionsModule": {"conditions": ["Cough"]},
        "designModule": {"enrollmentInfo": {"count": [12]}},
    }]});
    let expected = json!({"protocolSection": {
        "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Tea"},
        "conditionsModule": {"conditions": ["Cough"]},
        "designModule": {"enrollmentInfo": {"count": 12}},
    }});
    assert_eq!(read("a", wrapped.to_string().as_bytes(), "json-v2"), expected);
}

#[test]
fn a_partial_record_is_a_study() {
    let partial = json!({"protocolSection": {"identificationModule": {"nctId": "NCT90000001"}}});
    assert_eq!(read("a", partial.to_string().as_bytes(), "json-v2"), partial);
}

#[test]
fn one_xml_file_holds_several_studies() {
    let (one, two) = (xml(1, "One"), xml(2, "Two"));
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    for text in [
        format!("{one}{two}"),
        format!("{head}{one}{head}{two}"),
        format!("{head}<studies>\n<!-- both -->\n{one}{two}</studies>\n"),
    ] {
        assert_eq!(titles_of("a", text.as_bytes()), ["One", "Two"], "{text}");
    }
}

#[test]
fn xml_in_utf_16_is_read() {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{}", xml(1, "Zażółć ≥ 5"));
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(titles_of("a", &wide), ["Zażółć ≥ 5"]);
    let mut wide = vec![0xfe, 0xff];
    wide.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    assert_eq!(titles_of("a", &wide), ["Zażółć ≥ 5"]);
}

#[test]
fn xml_says_what_encoding_it_is_in() {
    let text = format!("<?xml version='1.0' encoding='ISO-8859-2'?>{}", xml(1, "Zażółć gęślą"));
    let (bytes, ..) = encoding_rs::ISO_8859_2.encode(&text);
    assert!(std::str::from_utf8(&bytes).is_err());
    assert_eq!(titles_of("a", &bytes), ["Zażółć gęślą"]);
}

#[test]
fn v1_json_in_windows_1250_is_read_and_named() {
    let title = "Leczenie przeziębienia: żółta herbata, wojewódzki szpital, Łódź, gałąź";
    let mut study = json_v1();
    study["Study"]["ProtocolSection"]["IdentificationModule"]["BriefTitle"] = title.into();
    let text = study.to_string().replace('°', "");
    let (bytes, ..) = encoding_rs::WINDOWS_1250.encode(&text);
    let sandbox = Sandbox::with(&[("a.json", &bytes)]);
    let audit = sandbox.index(&["a.json"]);
    assert_eq!(audit.json["encodings"], json!({"windows-1250": 1}));
    let shown = sandbox.show("NCT90000001");
    assert_eq!(shown["protocolSection"]["identificationModule"]["briefTitle"], title);
}

#[test]
fn a_table_in_mac_roman_is_read_and_named() {
    let title = "Étude de la qualité de vie – maladie de Ménière, l’hôpital Européen";
    let text = format!("NCT Number,Study Title,Conditions\nNCT90000001,\"{title}\",Vertigo\n");
    let (bytes, ..) = encoding_rs::MACINTOSH.encode(&text);
    let sandbox = Sandbox::with(&[("a.csv", &bytes)]);
    let audit = sandbox.index(&["a.csv"]);
    assert_eq!(audit.json["encodings"], json!({"macintosh": 1}));
    let shown = sandbox.show("NCT90000001");
    assert_eq!(shown["protocolSection"]["identificationModule"]["briefTitle"], title);
}

#[test]
fn containers_are_opened_one_inside_another() {
    let text = lines(&[(1, "One"), (2, "Two")]);
    let plain = text.as_bytes();
    let (one, two) = (record(1, "One"), xml(2, "Two"));
    let members: [(&str, &[u8]); 3] =
        [("d/", b""), ("d/one.json", one.as_bytes()), ("two.xml", two.as_bytes())];
    let containers = [
        ("a.gz", gz(plain)),
        ("a.zst", zst(plain)),
        ("two-streams.gz", [gz(one.as_bytes()), gz(record(2, "Two").as_bytes())].concat()),
        ("a.tar", tar(&members)),
        ("a.tar.gz", gz(&tar(&members))),
        ("a.tar.zst", zst(&tar(&members))),
        ("a.zip", zip(&members)),
        ("zip-in.tar.gz", gz(&tar(&[("inner.zip", &zip(&members))]))),
        ("gz-in.zip", zip(&[("inner.gz", &gz(plain))])),
        ("misnamed.txt", zip(&members)),
        ("gz-in-gz", gz(&gz(plain))),
    ];
    for (name, bytes) in containers {
        assert_eq!(titles_of(name, &bytes), ["One", "Two"], "{name}");
    }
}

#[test]
fn members_of_archives_are_counted() {
    let inner = zip(&[("a.json", record(1, "One").as_bytes()), ("b.txt", b"nothing\n")]);
    let sandbox = Sandbox::with(&[("a.tar.gz", &gz(&tar(&[("inner.zip", &inner)])))]);
    let audit = sandbox.index(&["a.tar.gz"]);
    assert_eq!(audit.counts(["files", "members", "records", "notStudies"]), [1, 3, 1, 1]);
    assert_eq!(audit.reject(), "a.tar.gz!/inner.zip!/b.txt: text without study records");
}

#[test]
fn standard_input_is_read() {
    let text = lines(&[(1, "One"), (2, "Two")]);
    for bytes in [text.clone().into_bytes(), gz(text.as_bytes()), zip(&[("a", text.as_bytes())])] {
        let sandbox = Sandbox::new();
        let audit = sandbox.index_fed(|input| input.write_all(&bytes).expect("taken"));
        assert_eq!(audit.counts(["files", "records", "added"]), [1, 2, 2]);
        assert_eq!(sandbox.titles().len(), 2);
    }
}

#[test]
fn a_v2_record_is_given_back_as_it_was() {
    let text = r#"{
        "hasResults": true,
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "\u00b5g \ud83c\udf75 \"x\" \\ \/ \u0007 ≥"},
            "contactsLocationsModule": {"locations": [
                {"geoPoint": {"lat": 40.71427000000001, "lon": -7.4e-5}},
                {"geoPoint": {"lat": 1.0, "lon": 1e300}}
            ]},
            "designModule": {"enrollmentInfo": {"count": 9007199254740993}},
            "conditionsModule": {"conditions": [], "keywords": null}
        },
        "aKeyThatNobodyKnows": {"z": [1, {"y": []}], "a": {}},
        "resultsSection": {"baselineCharacteristicsModule": {"denoms": [{"counts": [{"value": "3.10"}]}]}}
    }"#;
    let meant: Value = serde_json::from_str(text).expect("JSON");
    let sandbox = Sandbox::with(&[("a.json", text.as_bytes())]);
    let audit = sandbox.index(&["a.json"]);
    assert_eq!(sandbox.show("NCT90000001"), meant);
    assert_eq!(audit.json["unplaced"][0]["name"], "aKeyThatNobodyKnows");
}

#[test]
fn what_v2_has_no_place_for_is_named() {
    let page = page(1, "Description Module", "Mood: good\nBrief Summary: Tea.\n");
    let xml = xml(2, "Two").replace("<id_info>", "<mood>good</mood><id_info>");
    let csv = "NCT Number,Mood\nNCT90000003,good\n";
    let sandbox = Sandbox::with(&[
        ("a.txt", page.as_bytes()),
        ("b.xml", xml.as_bytes()),
        ("c.csv", csv.as_bytes()),
        (
            "d.json",
            br#"{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT90000004","Mood":"x"}}}"#,
        ),
    ]);
    let audit = sandbox.index(&["."]);
    let unplaced = audit.json["unplaced"].as_array().expect("a list");
    let mut named: Vec<&str> = unplaced.iter().filter_map(|field| field["name"].as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, ["Mood", "Mood", "Mood", "clinical_study/mood"]);
}

#[test]
fn a_study_is_found_by_a_number_it_had_once() {
    let mut moved = updated(7, "Moved", "2024-01-01");
    moved["protocolSection"]["identificationModule"]["nctIdAliases"] = json!([nct(8)]);
    let sandbox = Sandbox::with(&[("a.json", moved.to_string().as_bytes())]);
    sandbox.index(&["a.json"]);
    assert_eq!(sandbox.show(&nct(8)), moved);
}
