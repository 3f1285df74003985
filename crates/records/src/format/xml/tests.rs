//! Whole records, and what they become.

use super::*;
use serde_json::json;

fn read(text: &str) -> (Value, Vec<String>) {
    let mut notes = ConversionNotes::default();
    let study = convert(text, &mut notes).expect("a study");
    (Value::Object(study.as_map().clone()), notes.unplaced)
}

fn protocol(elements: &str) -> Value {
    let (mut study, _) = read(&format!("<clinical_study>{elements}</clinical_study>"));
    study["protocolSection"].take()
}

fn broken(text: &str) -> FormatError {
    convert(text, &mut ConversionNotes::default()).expect_err("no study")
}

#[test]
fn a_record_of_2023() {
    let (study, unplaced) = read(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<clinical_study rank="7">
  <!-- A comment -->
  <required_header><url>https://example.org/NCT90000001</url></required_header>
  <id_info>
    <org_study_id>X-1</org_study_id>
    <secondary_id>2020-1</secondary_id>
    <nct_id>NCT90000001</nct_id>
    <nct_alias>NCT90000009</nct_alias>
  </id_info>
  <brief_title>Tea
     for Colds</brief_title>
  <sponsors>
    <lead_sponsor><agency>Tea Board</agency><agency_class>Other</agency_class></lead_sponsor>
    <collaborator><agency>Mill</agency><agency_class>U.S. Fed</agency_class></collaborator>
  </sponsors>
  <source>Tea Board</source>
  <brief_summary>
    <textblock>
      Tea is compared with&#xD;
      water.&#xD;
&#xD;
        -  hot&#xD;
&#xD;
        -  cold &amp;lt; 9 &#176;C
    </textblock>
  </brief_summary>
  <overall_status>Active, not recruiting</overall_status>
  <start_date type="Anticipated">May 2021</start_date>
  <study_first_posted type="Estimate">March 4, 2021</study_first_posted>
  <phase>Phase 1/Phase 2</phase>
  <study_type>Interventional</study_type>
  <study_design_info>
    <masking>Triple (Participant, Care Provider, Investigator)</masking>
  </study_design_info>
  <number_of_arms>1</number_of_arms>
  <enrollment type="Actual">12</enrollment>
  <condition>Cold</condition>
  <condition>Cough</condition>
  <arm_group><arm_group_label>A</arm_group_label></arm_group>
  <intervention>
    <intervention_type>Dietary Supplement</intervention_type>
    <intervention_name>Tea</intervention_name>
    <arm_group_label>A</arm_group_label>
    <other_name>Chai</other_name>
  </intervention>
  <eligibility>
    <gender>All</gender>
    <minimum_age>6 Months</minimum_age>
    <maximum_age>64 Years</maximum_age>
    <healthy_volunteers>Accepts Healthy Volunteers</healthy_volunteers>
  </eligibility>
  <location>
    <facility>
      <name>Bergen Hospital</name>
      <address><city>Bergen</city><country>Norway</country></address>
    </facility>
    <status>Recruiting</status>
    <contact><last_name>Ann Dahl, MD</last_name><phone>1</phone></contact>
    <investigator><last_name>Bo Lie</last_name><role>Principal Investigator</role></investigator>
  </location>
  <location_countries><country>Norway</country></location_countries>
  <condition_browse><mesh_term>Common Cold</mesh_term></condition_browse>
</clinical_study>
"#,
    );
    let expected = json!({
        "protocolSection": {
            "identificationModule": {
                "orgStudyIdInfo": {"id": "X-1"},
                "secondaryIdInfos": [{"id": "2020-1"}],
                "nctId": "NCT90000001",
                "nctIdAliases": ["NCT90000009"],
                "briefTitle": "Tea for Colds",
                "organization": {"fullName": "Tea Board", "class": "OTHER"},
            },
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "Tea Board", "class": "OTHER"},
                "collaborators": [{"name": "Mill", "class": "FED"}],
            },
            "descriptionModule": {
                "briefSummary": "Tea is compared with water.\n\n* hot\n* cold < 9 °C",
            },
            "statusModule": {
                "overallStatus": "ACTIVE_NOT_RECRUITING",
                "startDateStruct": {"date": "2021-05", "type": "ESTIMATED"},
                "studyFirstPostDateStruct": {"date": "2021-03-04", "type": "ESTIMATED"},
            },
            "designModule": {
                "phases": ["PHASE1", "PHASE2"],
                "studyType": "INTERVENTIONAL",
                "designInfo": {"maskingInfo": {
                    "masking": "TRIPLE",
                    "whoMasked": ["PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR"],
                }},
                "enrollmentInfo": {"count": 12, "type": "ACTUAL"},
            },
            "conditionsModule": {"conditions": ["Cold", "Cough"]},
            "armsInterventionsModule": {
                "armGroups": [
                    {"label": "A", "interventionNames": ["Dietary Supplement: Tea"]},
                ],
                "interventions": [{
                    "type": "DIETARY_SUPPLEMENT", "name": "Tea",
                    "armGroupLabels": ["A"], "otherNames": ["Chai"],
                }],
            },
            "eligibilityModule": {
                "sex": "ALL", "minimumAge": "6 Months", "maximumAge": "64 Years",
                "healthyVolunteers": true, "stdAges": ["CHILD", "ADULT"],
            },
            "contactsLocationsModule": {"locations": [{
                "facility": "Bergen Hospital", "city": "Bergen", "country": "Norway",
                "status": "RECRUITING",
                "contacts": [
                    {"name": "Ann Dahl, MD", "phone": "1", "role": "CONTACT"},
                    {"name": "Bo Lie", "role": "PRINCIPAL_INVESTIGATOR"},
                ],
            }]},
        },
        "derivedSection": {"conditionBrowseModule": {"meshes": [{"term": "Common Cold"}]}},
        "hasResults": false,
    });
    assert_eq!(study, expected);
    assert_eq!(unplaced, ["clinical_study@rank", "clinical_study/required_header/url"]);
}

#[test]
fn a_record_of_2012() {
    let (study, unplaced) = read(
        "<clinical_study>
  <id_info><nct_id>NCT90000002</nct_id></id_info>
  <oversight_info><authority>Norway: Agency</authority></oversight_info>
  <phase>N/A</phase>
  <study_type>Observational [Patient Registry]</study_type>
  <study_design>Allocation: Randomized, Endpoint Classification: Safety Study, \
Masking: Double Blind (Subject, Caregiver), Primary Purpose: Treatment</study_design>
  <primary_outcome><measure>Days</measure><safety_issue>No</safety_issue></primary_outcome>
  <number_of_groups>2</number_of_groups>
  <eligibility><gender>Both</gender><maximum_age>N/A</maximum_age></eligibility>
  <overall_official>
<first_name>Ann</first_name><middle_name>B</middle_name>
<last_name>Dahl</last_name><degrees>MD, PhD</degrees>
  </overall_official>
  <overall_contact_backup><last_name>Bo Lie</last_name></overall_contact_backup>
  <location_countries><country>Norway</country></location_countries>
  <reference><citation>One</citation><PMID>11</PMID></reference>
  <results_reference><citation>Two</citation></results_reference>
  <verification_date>March 2012</verification_date>
  <lastchanged_date>March 20, 2012</lastchanged_date>
  <firstreceived_date>March 1, 2012</firstreceived_date>
  <is_fda_regulated>No</is_fda_regulated>
</clinical_study>",
    );
    let expected = json!({
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000002"},
            "designModule": {
                "studyType": "OBSERVATIONAL", "patientRegistry": true,
                "designInfo": {
                    "allocation": "RANDOMIZED", "primaryPurpose": "TREATMENT",
                    "maskingInfo": {
                        "masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "CARE_PROVIDER"],
                    },
                },
            },
            "outcomesModule": {"primaryOutcomes": [{"measure": "Days"}]},
            "eligibilityModule": {
                "sex": "ALL", "stdAges": ["CHILD", "ADULT", "OLDER_ADULT"],
            },
            "contactsLocationsModule": {
                "overallOfficials": [{"name": "Ann B Dahl, MD, PhD"}],
                "centralContacts": [{"name": "Bo Lie", "role": "CONTACT"}],
            },
            "referencesModule": {"references": [
                {"citation": "One", "pmid": "11", "type": "BACKGROUND"},
                {"citation": "Two", "type": "RESULT"},
            ]},
            "statusModule": {
                "statusVerifiedDate": "2012-03", "lastUpdateSubmitDate": "2012-03-20",
                "studyFirstSubmitDate": "2012-03-01",
            },
        },
        "hasResults": false,
    });
    assert_eq!(study, expected);
    let expected = [
        "clinical_study/oversight_info/authority",
        "clinical_study/study_design/Endpoint Classification",
        "clinical_study/primary_outcome/safety_issue",
        "clinical_study/is_fda_regulated",
        "clinical_study/location_countries/country",
        "clinical_study/number_of_groups",
    ];
    assert_eq!(unplaced, expected);
}

#[test]
fn the_oldest_designs_are_values_alone() {
    let design = "<study_design>Prevention, Open Label, Crossover Assignment</study_design>";
    let expected = json!({"designModule": {"designInfo": {
        "primaryPurpose": "PREVENTION", "maskingInfo": {"masking": "NONE"},
        "interventionModel": "CROSSOVER",
    }}});
    assert_eq!(protocol(design), expected);
}

#[test]
fn results_of_today() {
    let (study, unplaced) = read(
        r#"<clinical_study><clinical_results>
  <participant_flow>
    <group_list><group group_id="P1"><title>A</title></group></group_list>
    <period_list><period><title>Overall</title>
      <milestone_list><milestone><title>STARTED</title><participants_list>
        <participants group_id="P1" count="9">one came late</participants>
      </participants_list></milestone></milestone_list>
    </period></period_list>
  </participant_flow>
  <outcome_list><outcome>
    <type>Primary</type>
    <title>Days</title>
    <group_list><group group_id="O12"><title>A</title></group></group_list>
    <measure>
      <title>Days</title>
      <description>Counted</description>
      <param>Mean</param>
      <dispersion>Standard Deviation</dispersion>
      <analyzed_list><analyzed><units>Participants</units><scope>Measure</scope>
        <count_list><count group_id="O12" value="8"/></count_list></analyzed></analyzed_list>
      <class_list><class><category_list><category><measurement_list>
        <measurement group_id="O12" value="5.1" spread="0.2"/>
      </measurement_list></category></category_list></class></class_list>
    </measure>
    <analysis_list><analysis>
      <group_id_list><group_id>O12</group_id></group_id_list>
      <ci_n_sides>2-Sided</ci_n_sides><p_value>&lt;0.01</p_value>
    </analysis></analysis_list>
  </outcome></outcome_list>
  <reported_events>
    <group_list><group group_id="E1"><title>A</title></group></group_list>
    <serious_events>
      <default_vocab>MedDRA</default_vocab>
      <default_assessment>Systematic Assessment</default_assessment>
      <category_list>
        <category><title>Total</title><event_list><event>
          <sub_title>Total, serious adverse events</sub_title>
          <counts group_id="E1" subjects_affected="2" subjects_at_risk="9"/>
        </event></event_list></category>
        <category><title>Eye disorders</title><event_list><event>
          <sub_title>Myopia</sub_title>
          <counts group_id="E1" events="3" subjects_affected="2" subjects_at_risk="9"/>
        </event></event_list></category>
      </category_list>
    </serious_events>
  </reported_events>
  <certain_agreements>
    <pi_employee>Principal Investigators are NOT employed by the organization.</pi_employee>
    <restrictive_agreement>Ask us first.</restrictive_agreement>
  </certain_agreements>
</clinical_results></clinical_study>"#,
    );
    let expected = json!({
        "resultsSection": {
            "participantFlowModule": {
                "groups": [{"id": "FG000", "title": "A"}],
                "periods": [{"title": "Overall", "milestones": [{
                    "type": "STARTED",
                    "achievements": [{
                        "groupId": "FG000", "numSubjects": "9", "comment": "one came late",
                    }],
                }]}],
            },
            "outcomeMeasuresModule": {"outcomeMeasures": [{
                "type": "PRIMARY", "title": "Days", "description": "Counted",
                "reportingStatus": "POSTED",
                "groups": [{"id": "OG011", "title": "A"}],
                "paramType": "MEAN", "dispersionType": "Standard Deviation",
                "denoms": [{
                    "units": "Participants", "counts": [{"groupId": "OG011", "value": "8"}],
                }],
                "classes": [{"categories": [{"measurements": [
                    {"groupId": "OG011", "value": "5.1", "spread": "0.2"},
                ]}]}],
                "analyses": [
                    {"groupIds": ["OG011"], "ciNumSides": "TWO_SIDED", "pValue": "<0.01"},
                ],
            }]},
            "adverseEventsModule": {
                "eventGroups": [{
                    "id": "EG000", "title": "A",
                    "seriousNumAffected": 2, "seriousNumAtRisk": 9,
                }],
                "seriousEvents": [{
                    "term": "Myopia", "organSystem": "Eye disorders",
                    "sourceVocabulary": "MedDRA", "assessmentType": "SYSTEMATIC_ASSESSMENT",
                    "stats": [{
                        "groupId": "EG000", "numEvents": 3, "numAffected": 2, "numAtRisk": 9,
                    }],
                }],
            },
            "moreInfoModule": {"certainAgreement": {
                "piSponsorEmployee": false, "restrictiveAgreement": true,
                "restrictionType": "OTHER", "otherDetails": "Ask us first.",
            }},
        },
        "hasResults": true,
    });
    assert_eq!(study, expected);
    assert_eq!(unplaced, [""; 0]);
}

#[test]
fn results_before_2017() {
    let measure = |title: &str, sub_title: &str, value: &str| {
        format!(
            "<measure><title>{title}</title><category_list><category>{sub_title}\
             <measurement_list><measurement group_id=\"G1\" value=\"{value}\"/>\
             </measurement_list></category></category_list></measure>"
        )
    };
    let participants = measure("Number of Participants", "", "9");
    let text = format!(
        "<clinical_study><clinical_results><baseline><measure_list>{participants}{}\
         </measure_list></baseline><outcome_list><outcome><title>Ill</title>\
         <measure_list>{participants}{}</measure_list></outcome></outcome_list>\
         </clinical_results></clinical_study>",
        measure("Sex", "<sub_title>Female</sub_title>", "4"),
        measure("Ill", "<sub_title>Mild</sub_title>", "3"),
    );
    let denoms = json!([
        {"units": "Participants", "counts": [{"groupId": "G1", "value": "9"}]},
    ]);
    let expected = json!({
        "resultsSection": {
            "baselineCharacteristicsModule": {
                "denoms": denoms,
                "measures": [{"title": "Sex", "classes": [{"categories": [{
                    "title": "Female", "measurements": [{"groupId": "G1", "value": "4"}],
                }]}]}],
            },
            "outcomeMeasuresModule": {"outcomeMeasures": [{
                "title": "Ill", "denoms": denoms, "reportingStatus": "POSTED",
                "classes": [{"title": "Mild", "categories": [{
                    "measurements": [{"groupId": "G1", "value": "3"}],
                }]}],
            }]},
        },
        "hasResults": true,
    });
    assert_eq!(read(&text), (expected, Vec::new()));
}

#[test]
fn rounds_of_unposted_results() {
    let (study, _) = read(
        "<clinical_study><pending_results><submitted>May 1, 2020</submitted>\
         <returned>May 9, 2020</returned><submitted>June 1, 2020</submitted>\
         <submission_canceled>Unknown</submission_canceled>\
         </pending_results></clinical_study>",
    );
    let tracking = &study["derivedSection"]["miscInfoModule"]["submissionTracking"];
    let expected = json!({
        "estimatedResultsFirstSubmitDate": "2020-05-01",
        "submissionInfos": [
            {"releaseDate": "2020-05-01", "resetDate": "2020-05-09"},
            {"releaseDate": "2020-06-01", "unreleaseDateUnknown": true},
        ],
    });
    assert_eq!(tracking, &expected);
}

#[test]
fn what_differs_where_it_is_repeated_is_named() {
    let (_, unplaced) = read(
        "<clinical_study><acronym>A</acronym><acronym>A</acronym>\
         <brief_title>B</brief_title><brief_title>C</brief_title>\
         <mood tone='low'><deep>x</deep></mood><sponsors>stray</sponsors></clinical_study>",
    );
    let expected = ["clinical_study/brief_title", "clinical_study/mood", "clinical_study/sponsors"];
    assert_eq!(unplaced, expected);
}

#[test]
fn entities_and_cdata_are_text() {
    let text = |title: &str| {
        let found = protocol(&format!("<brief_title>{title}</brief_title>"));
        found["identificationModule"]["briefTitle"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(text("a &amp;lt; b &amp;#39;c&amp;#39; &lt;5"), "a < b 'c' <5");
    assert_eq!(text("&foo; R&D <![CDATA[<b> & ]]>x"), "&foo; R&D <b> & x");
}

#[test]
fn a_document_type_defines_nothing() {
    let (study, _) = read(
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>\
         <clinical_study><acronym>&b;</acronym></clinical_study>",
    );
    let acronym = &study["protocolSection"]["identificationModule"]["acronym"];
    assert_eq!(acronym, "&b;");
}

#[test]
fn depth_costs_no_stack() {
    let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    let (_, unplaced) = read(&format!("<clinical_study>{deep}</clinical_study>"));
    assert_eq!(unplaced, ["clinical_study/a"]);
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("", "no element", 1, 0),
        ("<rss></rss>", "the root element is `rss`, not `clinical_study`", 1, 5),
        ("<clinical_study>\n<acronym>A", "the record ends within `clinical_study/acronym`", 2, 27),
        (
            "<clinical_study>\n<acronym>A</b>",
            "not valid XML: ill-formed document: expected `</acronym>`, but `</b>` was found",
            2,
            27,
        ),
        ("<clinical_study/><clinical_study/>", "a second root element, `clinical_study`", 1, 34),
        ("<clinical_study/> x", "text outside of the root element", 1, 19),
    ];
    for (text, message, line, byte) in cases {
        let message = message.to_owned();
        assert_eq!(broken(text), FormatError::Syntax { message, line, byte }, "{text}");
    }
    let error = broken("<clinical_study><acronym a=b>A</acronym></clinical_study>");
    assert!(matches!(error, FormatError::Syntax { .. }));
}
