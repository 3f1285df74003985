//! Tables of the protocol, and of values derived from it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::dump::{Cells, Dump, day, list};

impl Dump {
    pub(super) fn studies(&mut self, study: &Value) {
        let protocol = &study["protocolSection"];
        let (status, design) = (&protocol["statusModule"], &protocol["designModule"]);
        let (id, ipd) = (&protocol["identificationModule"], &protocol["ipdSharingStatementModule"]);
        let (oversight, results) = (&protocol["oversightModule"], &study["resultsSection"]);
        let dated = |key: &str| &status[format!("{key}DateStruct")]["date"];
        let kind = |key: &str| status[format!("{key}DateStruct")]["type"].clone();
        let phases: Vec<&str> = list(&design["phases"]).iter().filter_map(Value::as_str).collect();
        let access = &status["expandedAccessInfo"];
        let types = &design["expandedAccessTypes"];
        let mut cells: Cells = vec![
            ("nlm_download_date_description", Value::Null),
            ("study_first_submitted_date", day(&status["studyFirstSubmitDate"])),
            ("results_first_submitted_date", day(&status["resultsFirstSubmitDate"])),
            ("disposition_first_submitted_date", day(&status["dispFirstSubmitDate"])),
            ("last_update_submitted_date", day(&status["lastUpdateSubmitDate"])),
            ("study_first_submitted_qc_date", day(&status["studyFirstSubmitQcDate"])),
            ("study_first_posted_date", day(dated("studyFirstPost"))),
            ("study_first_posted_date_type", kind("studyFirstPost")),
            ("results_first_submitted_qc_date", day(&status["resultsFirstSubmitQcDate"])),
            ("results_first_posted_date", day(dated("resultsFirstPost"))),
            ("results_first_posted_date_type", kind("resultsFirstPost")),
            ("disposition_first_submitted_qc_date", day(&status["dispFirstSubmitQcDate"])),
            ("disposition_first_posted_date", day(dated("dispFirstPost"))),
            ("disposition_first_posted_date_type", kind("dispFirstPost")),
            ("last_update_submitted_qc_date", day(&status["lastUpdateSubmitDate"])),
            ("last_update_posted_date", day(dated("lastUpdatePost"))),
            ("last_update_posted_date_type", kind("lastUpdatePost")),
            ("start_month_year", dated("start").clone()),
            ("start_date_type", kind("start")),
            ("start_date", day(dated("start"))),
            ("verification_month_year", status["statusVerifiedDate"].clone()),
            ("verification_date", day(&status["statusVerifiedDate"])),
            ("completion_month_year", dated("completion").clone()),
            ("completion_date_type", kind("completion")),
            ("completion_date", day(dated("completion"))),
            ("primary_completion_month_year", dated("primaryCompletion").clone()),
            ("primary_completion_date_type", kind("primaryCompletion")),
            ("primary_completion_date", day(dated("primaryCompletion"))),
            ("phase", phases.join("/").into()),
            ("number_of_arms", json!(2)),
            ("number_of_groups", Value::Null),
            ("created_at", json!("2024-01-02 03:04:05.6")),
            ("updated_at", json!("2024-01-02 03:04:05.6")),
        ];
        let baseline = &results["baselineCharacteristicsModule"];
        let more = [
            ("target_duration", &design["targetDuration"]),
            ("study_type", &design["studyType"]),
            ("acronym", &id["acronym"]),
            ("baseline_population", &baseline["populationDescription"]),
            ("baseline_type_units_analyzed", &baseline["typeUnitsAnalyzed"]),
            ("brief_title", &id["briefTitle"]),
            ("official_title", &id["officialTitle"]),
            ("overall_status", &status["overallStatus"]),
            ("last_known_status", &status["lastKnownStatus"]),
            ("enrollment", &design["enrollmentInfo"]["count"]),
            ("enrollment_type", &design["enrollmentInfo"]["type"]),
            ("source", &id["organization"]["fullName"]),
            ("source_class", &id["organization"]["class"]),
            (
                "limitations_and_caveats",
                &results["moreInfoModule"]["limitationsAndCaveats"]["description"],
            ),
            ("why_stopped", &status["whyStopped"]),
            ("has_expanded_access", &access["hasExpandedAccess"]),
            ("expanded_access_nctid", &access["nctId"]),
            ("expanded_access_status_for_nctid", &access["statusForNctId"]),
            ("expanded_access_type_individual", &types["individual"]),
            ("expanded_access_type_intermediate", &types["intermediate"]),
            ("expanded_access_type_treatment", &types["treatment"]),
            ("has_dmc", &oversight["oversightHasDmc"]),
            ("is_fda_regulated_drug", &oversight["isFdaRegulatedDrug"]),
            ("is_fda_regulated_device", &oversight["isFdaRegulatedDevice"]),
            ("is_unapproved_device", &oversight["isUnapprovedDevice"]),
            ("is_ppsd", &oversight["isPpsd"]),
            ("is_us_export", &oversight["isUsExport"]),
            ("fdaaa801_violation", &oversight["fdaaa801Violation"]),
            ("biospec_retention", &design["bioSpec"]["retention"]),
            ("biospec_description", &design["bioSpec"]["description"]),
            ("plan_to_share_ipd", &ipd["ipdSharing"]),
            ("plan_to_share_ipd_description", &ipd["description"]),
            ("ipd_time_frame", &ipd["timeFrame"]),
            ("ipd_access_criteria", &ipd["accessCriteria"]),
            ("ipd_url", &ipd["url"]),
            ("delayed_posting", &status["delayedPosting"]),
            ("patient_registry", &design["patientRegistry"]),
        ];
        cells.extend(more.map(|(column, value)| (column, value.clone())));
        self.row("studies", cells);
    }

    /// The tables with a row an element, or a row a study.
    pub(super) fn lists(&mut self, study: &Value) {
        let protocol = &study["protocolSection"];
        let one = |value: &Value| if value.is_null() { Vec::new() } else { vec![value.clone()] };
        let described = &protocol["descriptionModule"];
        self.each("brief_summaries", &one(&described["briefSummary"]), &[], &[("description", "")]);
        self.each(
            "detailed_descriptions",
            &one(&described["detailedDescription"]),
            &[],
            &[("description", "")],
        );
        let conditions = &protocol["conditionsModule"];
        for (table, key) in [("conditions", "conditions"), ("keywords", "keywords")] {
            self.each(table, list(&conditions[key]), &[], &[("name", ""), ("downcase_name", "")]);
        }
        for (table, module) in [
            ("browse_conditions", "conditionBrowseModule"),
            ("browse_interventions", "interventionBrowseModule"),
        ] {
            for (key, kind) in [("meshes", "mesh-list"), ("ancestors", "mesh-ancestor")] {
                let terms = list(&study["derivedSection"][module][key]);
                self.each(
                    table,
                    terms,
                    &[("mesh_type", json!(kind))],
                    &[("mesh_term", "term"), ("downcase_mesh_term", "term")],
                );
            }
        }
        for (kind, key) in [
            ("primary", "primaryOutcomes"),
            ("secondary", "secondaryOutcomes"),
            ("other", "otherOutcomes"),
        ] {
            let given = vec![("outcome_type", json!(kind))];
            let keys = [
                ("measure", "measure"),
                ("time_frame", "timeFrame"),
                ("description", "description"),
            ];
            self.each("design_outcomes", list(&protocol["outcomesModule"][key]), &given, &keys);
        }
        let design = &protocol["designModule"]["designInfo"];
        let masking = &design["maskingInfo"];
        let masked =
            |who: &str| masking["whoMasked"].as_array().map(|all| all.contains(&json!(who)));
        let cells = vec![
            ("allocation", design["allocation"].clone()),
            ("intervention_model", design["interventionModel"].clone()),
            ("observational_model", design["observationalModel"].clone()),
            ("primary_purpose", design["primaryPurpose"].clone()),
            ("time_perspective", design["timePerspective"].clone()),
            ("masking", masking["masking"].clone()),
            ("masking_description", masking["maskingDescription"].clone()),
            ("intervention_model_description", design["interventionModelDescription"].clone()),
            ("subject_masked", json!(masked("PARTICIPANT"))),
            ("caregiver_masked", json!(masked("CARE_PROVIDER"))),
            ("investigator_masked", json!(masked("INVESTIGATOR"))),
            ("outcomes_assessor_masked", json!(masked("OUTCOMES_ASSESSOR"))),
        ];
        self.row("designs", cells);
        self.eligibility(&protocol["eligibilityModule"]);
        self.people(protocol);
        self.identifiers(&protocol["identificationModule"]);
        let types = list(&protocol["ipdSharingStatementModule"]["infoTypes"]);
        self.each("ipd_information_types", types, &[], &[("name", "")]);
        for document in list(&study["documentSection"]["largeDocumentModule"]["largeDocs"]) {
            let file = document["filename"].as_str().expect("a name");
            let keys = ["label", "hasProtocol", "hasIcf", "hasSap", "date"]
                .map(|key| document[key].clone());
            let columns = ["document_type", "has_protocol", "has_icf", "has_sap", "document_date"];
            let mut cells: Cells = columns.into_iter().zip(keys).collect();
            cells.push((
                "url",
                json!(format!("https://ClinicalTrials.gov/ProvidedDocs/01/{}/{file}", self.study)),
            ));
            self.row("provided_documents", cells);
        }
        let pending = &study["annotationSection"]["annotationModule"]["unpostedAnnotation"];
        for event in list(&pending["unpostedEvents"]) {
            let date = &event["date"];
            let cells = vec![
                ("event", event["type"].clone()),
                ("event_date_description", date.clone()),
                ("event_date", day(date)),
            ];
            self.row("pending_results", cells);
        }
        self.row("calculated_values", vec![("number_of_facilities", json!(3))]);
        self.row("search_results", vec![("name", json!("lungs")), ("grouping", json!("all"))]);
    }

    pub(super) fn eligibility(&mut self, module: &Value) {
        let ages = list(&module["stdAges"]);
        let or_none = |key: &str| module[key].as_str().map_or(json!("N/A"), |age| json!(age));
        let cells = vec![
            ("sampling_method", module["samplingMethod"].clone()),
            ("gender", module["sex"].clone()),
            ("minimum_age", or_none("minimumAge")),
            ("maximum_age", or_none("maximumAge")),
            ("healthy_volunteers", module["healthyVolunteers"].clone()),
            ("population", module["studyPopulation"].clone()),
            ("criteria", module["eligibilityCriteria"].clone()),
            ("gender_description", module["genderDescription"].clone()),
            ("gender_based", module["genderBased"].clone()),
            ("adult", json!(ages.contains(&json!("ADULT")))),
            ("child", json!(ages.contains(&json!("CHILD")))),
            ("older_adult", json!(ages.contains(&json!("OLDER_ADULT")))),
        ];
        self.row("eligibilities", cells);
    }

    pub(super) fn people(&mut self, protocol: &Value) {
        let sponsors = &protocol["sponsorCollaboratorsModule"];
        let keys = [("agency_class", "class"), ("name", "name")];
        let given = |kind: &str| vec![("lead_or_collaborator", json!(kind))];
        self.each("sponsors", &[sponsors["leadSponsor"].clone()], &given("lead"), &keys);
        self.each("sponsors", list(&sponsors["collaborators"]), &given("collaborator"), &keys);
        let keys = [
            ("responsible_party_type", "type"),
            ("name", "investigatorFullName"),
            ("title", "investigatorTitle"),
            ("organization", "oldOrganization"),
            ("affiliation", "investigatorAffiliation"),
            ("old_name_title", "oldNameTitle"),
        ];
        self.each("responsible_parties", &[sponsors["responsibleParty"].clone()], &[], &keys);
        let module = &protocol["contactsLocationsModule"];
        let keys = [("role", "role"), ("name", "name"), ("affiliation", "affiliation")];
        self.each("overall_officials", list(&module["overallOfficials"]), &[], &keys);
        let keys = [
            ("name", "name"),
            ("phone", "phone"),
            ("email", "email"),
            ("phone_extension", "phoneExt"),
            ("role", "role"),
        ];
        for (at, contact) in list(&module["centralContacts"]).iter().enumerate() {
            let kind = if at == 0 { "primary" } else { "backup" };
            self.each(
                "central_contacts",
                std::slice::from_ref(contact),
                &[("contact_type", json!(kind))],
                &keys,
            );
        }
    }

    pub(super) fn identifiers(&mut self, module: &Value) {
        let keys = [
            ("id_value", "id"),
            ("id_type", "type"),
            ("id_type_description", "domain"),
            ("id_link", "link"),
        ];
        let given = |source: &str| vec![("id_source", json!(source))];
        self.each(
            "id_information",
            &[module["orgStudyIdInfo"].clone()],
            &given("org_study_id"),
            &keys,
        );
        self.each(
            "id_information",
            list(&module["secondaryIdInfos"]),
            &given("secondary_id"),
            &keys,
        );
        self.each(
            "id_information",
            list(&module["nctIdAliases"]),
            &given("nct_alias"),
            &[("id_value", "")],
        );
    }

    pub(super) fn arms(&mut self, module: &Value) {
        let mut arms = BTreeMap::new();
        for arm in list(&module["armGroups"]) {
            let cells = vec![
                ("group_type", arm["type"].clone()),
                ("title", arm["label"].clone()),
                ("description", arm["description"].clone()),
            ];
            arms.insert(arm["label"].to_string(), self.row("design_groups", cells));
        }
        for intervention in list(&module["interventions"]) {
            let keys =
                [("intervention_type", "type"), ("name", "name"), ("description", "description")];
            let cells = keys.map(|(column, key)| (column, intervention[key].clone())).to_vec();
            let id = json!(self.row("interventions", cells));
            let given = vec![("intervention_id", id.clone())];
            self.each(
                "intervention_other_names",
                list(&intervention["otherNames"]),
                &given,
                &[("name", "")],
            );
            for label in list(&intervention["armGroupLabels"]) {
                let arm = json!(arms[&label.to_string()]);
                self.row(
                    "design_group_interventions",
                    vec![("design_group_id", arm), ("intervention_id", id.clone())],
                );
            }
        }
    }

    pub(super) fn sites(&mut self, module: &Value) {
        let mut countries: Vec<&Value> = Vec::new();
        for site in list(&module["locations"]) {
            let mut cells: Cells = ["status", "facility", "city", "state", "zip", "country"]
                .iter()
                .zip(["status", "name", "city", "state", "zip", "country"])
                .map(|(key, column)| (column, site[*key].clone()))
                .collect();
            cells.push(("latitude", site["geoPoint"]["lat"].clone()));
            cells.push(("longitude", site["geoPoint"]["lon"].clone()));
            let id = json!(self.row("facilities", cells));
            for contact in list(&site["contacts"]) {
                let given = vec![("facility_id", id.clone())];
                let one = std::slice::from_ref(contact);
                if contact["role"] == "CONTACT" {
                    let keys = [
                        ("name", "name"),
                        ("email", "email"),
                        ("phone", "phone"),
                        ("phone_extension", "phoneExt"),
                    ];
                    let given = [given, vec![("contact_type", json!("primary"))]].concat();
                    self.each("facility_contacts", one, &given, &keys);
                } else {
                    self.each(
                        "facility_investigators",
                        one,
                        &given,
                        &[("role", "role"), ("name", "name")],
                    );
                }
            }
            if !countries.contains(&&site["country"]) {
                countries.push(&site["country"]);
            }
        }
        for country in countries {
            self.row("countries", vec![("name", country.clone()), ("removed", json!(false))]);
        }
        if self.study.ends_with('1') {
            self.row("countries", vec![("name", json!("Chad")), ("removed", json!(true))]);
        }
    }

    pub(super) fn references(&mut self, module: &Value) {
        for reference in list(&module["references"]) {
            let keys = [("pmid", "pmid"), ("reference_type", "type"), ("citation", "citation")];
            let cells = keys.map(|(column, key)| (column, reference[key].clone())).to_vec();
            let given = vec![("reference_id", json!(self.row("study_references", cells)))];
            self.each(
                "retractions",
                list(&reference["retractions"]),
                &given,
                &[("pmid", "pmid"), ("source", "source")],
            );
        }
        self.each(
            "links",
            list(&module["seeAlsoLinks"]),
            &[],
            &[("url", "url"), ("description", "label")],
        );
        let keys = [
            ("document_id", "id"),
            ("document_type", "type"),
            ("url", "url"),
            ("comment", "comment"),
        ];
        self.each("documents", list(&module["availIpds"]), &[], &keys);
    }
}
