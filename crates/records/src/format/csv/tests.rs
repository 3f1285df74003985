//! Rows of tables, read.

use super::*;
use serde_json::json;

/// Reads a row; semicolons separate names and cells.
fn read(header: &str, row: &str) -> (Value, Vec<String>) {
    let mut notes = ConversionNotes::default();
    let cells = |text: &str| ByteRecord::from(text.split(';').collect::<Vec<_>>());
    let study = convert(&cells(header), &cells(row), None, &mut notes);
    (Value::Object(study.as_map().clone()), notes.unplaced)
}

fn protocol(column: &str, cell: &str) -> Value {
    let (study, unplaced) = read(column, cell);
    assert_eq!(unplaced, [""; 0], "{column}");
    study["protocolSection"].clone()
}

#[test]
fn a_row_of_today_is_read() {
    let header = "\u{feff}NCT Number;Study Title;Study URL;Study Status;Study Results;\
        Conditions;Interventions;Sponsor;Funder Type;Age;Phases;Enrollment;Other IDs;\
        Start Date;;Mood";
    let row = "NCT90000001;A: B;https://clinicaltrials.gov/study/NCT90000001;RECRUITING;YES;\
        Fever|Cough;DRUG: Aspirin: low|BEHAVIORAL: Rest;Acme;INDUSTRY;\
        ADULT, OLDER_ADULT;PHASE1|PHASE2;30;A-1|2020-1;1/9/2021;;good;more";
    let (study, unplaced) = read(header, row);
    let expected = json!({
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT90000001", "briefTitle": "A: B",
                "orgStudyIdInfo": {"id": "A-1"}, "secondaryIdInfos": [{"id": "2020-1"}],
            },
            "statusModule": {
                "overallStatus": "RECRUITING", "startDateStruct": {"date": "2021-01-09"},
            },
            "conditionsModule": {"conditions": ["Fever", "Cough"]},
            "armsInterventionsModule": {"interventions": [
                {"type": "DRUG", "name": "Aspirin: low"}, {"type": "BEHAVIORAL", "name": "Rest"},
            ]},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Acme", "class": "INDUSTRY"}},
            "eligibilityModule": {"stdAges": ["ADULT", "OLDER_ADULT"]},
            "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 30}},
        },
        "hasResults": true,
    });
    assert_eq!(study, expected);
    assert_eq!(unplaced, ["Mood", "column 17"]);
}

#[test]
fn a_classic_row_is_read() {
    let header = "Rank;Title;Recruitment;Study Results;Interventions;Outcome Measures;\
        Funded Bys;Sponsor/Collaborators;Gender;Phases;Enrollment;First Received;\
        Results First Posted;URL";
    let row = "7;T;Active, not recruiting;No Results Available;Dietary Supplement: C;\
        Death|Pain, 1 year;Other|NIH;Acme|Institute;Both;Phase 2/Phase 3;null;\
        March 4, 2021;null;https://ClinicalTrials.gov/show/NCT90000001";
    let (study, unplaced) = read(header, row);
    let expected = json!({
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "T"},
            "statusModule": {
                "overallStatus": "ACTIVE_NOT_RECRUITING", "studyFirstSubmitDate": "2021-03-04",
            },
            "armsInterventionsModule": {"interventions": [
                {"type": "DIETARY_SUPPLEMENT", "name": "C"},
            ]},
            "outcomesModule": {"otherOutcomes": [
                {"measure": "Death"}, {"measure": "Pain, 1 year"},
            ]},
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "Acme", "class": "OTHER"},
                "collaborators": [{"name": "Institute", "class": "NIH"}],
            },
            "eligibilityModule": {"sex": "ALL"},
            "designModule": {"phases": ["PHASE2", "PHASE3"]},
        },
        "hasResults": false,
    });
    assert_eq!((study, unplaced), (expected, Vec::new()));
}

#[test]
fn the_number_can_stand_in_an_address_only() {
    let number = |column, cell| read(column, cell).0["protocolSection"].clone();
    let expected = json!({"identificationModule": {"nctId": "NCT90000001"}});
    assert_eq!(number("NCT Number", "nct90000001"), expected);
    assert_eq!(number("URL", "https://ClinicalTrials.gov/show/NCT90000001"), expected);
    let wrong = json!({"identificationModule": {"nctId": "NCT1"}});
    assert_eq!(number("NCT Number", "NCT1"), wrong);
}

#[test]
fn ages_in_every_shape() {
    let ages = |cell| protocol("Age", cell)["eligibilityModule"].clone();
    assert_eq!(
        ages("18 Years and older \u{a0} (Adult, Older Adult)"),
        json!({"stdAges": ["ADULT", "OLDER_ADULT"], "minimumAge": "18 Years"})
    );
    assert_eq!(
        ages("6 Months to 17 Years (Child)"),
        json!({"stdAges": ["CHILD"], "minimumAge": "6 Months", "maximumAge": "17 Years"})
    );
    assert_eq!(ages("up to 17 Years"), json!({"maximumAge": "17 Years"}));
    assert_eq!(ages("Child|Senior"), json!({"stdAges": ["CHILD", "OLDER_ADULT"]}));
    let (study, unplaced) = read("Age", "young (Boys)");
    assert_eq!((study, unplaced), (json!({}), vec!["Age".to_owned()]));
}

#[test]
fn designs_of_both_sites_mean_the_same() {
    let design = |column, cell| protocol(column, cell)["designModule"]["designInfo"].clone();
    let expected = json!({
        "allocation": "RANDOMIZED", "interventionModel": "PARALLEL",
        "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "CARE_PROVIDER"]},
    });
    let today = "Allocation: RANDOMIZED|Intervention Model: PARALLEL|\
        Masking: DOUBLE (PARTICIPANT, CARE_PROVIDER)|Primary Purpose: ";
    assert_eq!(design("Study Design", today), expected);
    let classic = "Allocation: Randomized|Intervention Model: Parallel Assignment|\
        Masking: Double Blind (Subject, Caregiver)";
    assert_eq!(design("Study Designs", classic), expected);
    let open = design("Study Designs", "Masking: None (Open Label)");
    assert_eq!(open, json!({"maskingInfo": {"masking": "NONE"}}));
}

#[test]
fn what_a_design_cell_cuts_or_names_alone_is_noted() {
    let cell = "Observational Model: |Time Perspective: p|Endpoint Classification: Safety";
    let (study, unplaced) = read("Study Design", cell);
    assert_eq!(study, json!({}));
    let noted = ["Study Design: Time Perspective", "Study Design: Endpoint Classification"];
    assert_eq!(unplaced, noted);
}

#[test]
fn study_types_carry_more_in_the_classic_site() {
    let design = |cell| protocol("Study Type", cell)["designModule"].clone();
    let expected = json!({
        "studyType": "EXPANDED_ACCESS", "expandedAccessTypes": {"treatment": true},
    });
    assert_eq!(design("Expanded Access:Treatment IND/Protocol\""), expected);
    let expected = json!({"studyType": "OBSERVATIONAL", "patientRegistry": true});
    assert_eq!(design("Observational [Patient Registry]"), expected);
}

#[test]
fn documents_keep_label_and_file() {
    let cell =
        "\"Study Protocol, A\", https://a.gov/00/NCT90000001/Prot_000.pdf|http://a.gov/b.pdf";
    let (study, _) = read("Study Documents", cell);
    let expected = json!([
        {"label": "Study Protocol, A", "filename": "Prot_000.pdf"}, {"filename": "b.pdf"},
    ]);
    assert_eq!(study["documentSection"]["largeDocumentModule"]["largeDocs"], expected);
    assert_eq!(study["protocolSection"]["identificationModule"]["nctId"], "NCT90000001");
}

#[test]
fn tables_of_other_programs_are_read() {
    let header = "nct_id\tconditions\tphase\tenrollment\tsponsor\tstatus\tstart_date\t\
        version_date\tmin_age\tcriteria\tinterventions\tacronym\thas_results";
    let row = "NCT 90000001\t['Restless Legs', \"Kidney; Stones\"]\tPHASE1; PHASE2\t40.0\tNA\t\
        ['COMPLETED']\t2021-03-04 00:00:00\t06-Feb-17\t50\t[\"Adults\\nonly\"]\t\
        ['Drug: X', 'Drug: Y']\tnan\tt";
    let cells = |text: &str| ByteRecord::from(text.split('\t').collect::<Vec<_>>());
    let mut notes = ConversionNotes::default();
    let study = convert(&cells(header), &cells(row), None, &mut notes);
    let expected = json!({"protocolSection": {
        "identificationModule": {"nctId": "NCT90000001"},
        "conditionsModule": {"conditions": ["Restless Legs", "Kidney; Stones"]},
        "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 40}},
        "statusModule": {
            "overallStatus": "COMPLETED", "startDateStruct": {"date": "2021-03-04"},
            "lastUpdateSubmitDate": "2017-02-06",
        },
        "eligibilityModule": {"minimumAge": "50 Years", "eligibilityCriteria": "Adults\nonly"},
        "armsInterventionsModule": {"interventions": [
            {"type": "DRUG", "name": "X"}, {"type": "DRUG", "name": "Y"},
        ]},
    }, "hasResults": true});
    assert_eq!(Value::Object(study.as_map().clone()), expected);
    assert_eq!((notes.unplaced, notes.version), (vec![], Some("version_date".to_owned())));
}

#[test]
fn a_semicolon_in_a_condition_separates_nothing() {
    let cells = |text: &str| ByteRecord::from(text.split('\t').collect::<Vec<_>>());
    let row = cells("NCT90000001\tKidney; Complications, Allograft");
    let study = convert(&cells("nct_id\tconditions"), &row, None, &mut ConversionNotes::default());
    assert_eq!(study.texts("Condition"), ["Kidney; Complications, Allograft"]);
}

#[test]
fn pieces_can_be_columns() {
    let header = "LocationCity;Facility;Official Title;KEYWORDS;LocationContactName;Location";
    let row = "Oslo|Lima;A|B;T;one|two;N;L";
    let (study, unplaced) = read(header, row);
    let expected = json!({"protocolSection": {
        "contactsLocationsModule": {"locations": [
            {"city": "Oslo", "facility": "A"}, {"city": "Lima", "facility": "B"},
        ]},
        "identificationModule": {"officialTitle": "T"},
        "conditionsModule": {"keywords": ["one", "two"]},
    }});
    assert_eq!(study, expected);
    assert_eq!(unplaced, ["LocationContactName", "Location"]);
}

#[test]
fn one_guess_holds_for_all_cells() {
    let header = ByteRecord::from(vec!["Title", "Sponsor"]);
    let text = ["Klinika Hematologii, Łódź, gałąź, żółć", "wojewódzki szpital specjalistyczny"];
    let row: Vec<_> =
        text.iter().map(|cell| encoding_rs::WINDOWS_1250.encode(cell).0.into_owned()).collect();
    let mut notes = ConversionNotes::default();
    let study = convert(&header, &ByteRecord::from(row), None, &mut notes);
    assert_eq!(study.text("BriefTitle"), Some(text[0]));
    assert_eq!(study.text("LeadSponsorName"), Some(text[1]));
    assert_eq!(notes.encoding, Some("windows-1250"));
}
