//! Tables of results.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::dump::{Cells, Dump, float, list};

impl Dump {
    /// Adds groups; gives the ids of their rows by their codes.
    pub(super) fn groups(
        &mut self,
        kind: &str,
        groups: &Value,
        outcome: Option<usize>,
    ) -> BTreeMap<String, Value> {
        let mut ids = BTreeMap::new();
        for group in list(groups) {
            let cells = vec![
                ("ctgov_group_code", group["id"].clone()),
                ("result_type", json!(kind)),
                ("title", group["title"].clone()),
                ("description", group["description"].clone()),
                ("outcome_id", json!(outcome.filter(|_| outcome.is_some_and(|id| id % 2 == 0)))),
            ];
            ids.insert(group["id"].to_string(), json!(self.row("result_groups", cells)));
        }
        ids
    }

    pub(super) fn flow(&mut self, module: &Value) {
        let groups = self.groups("Participant Flow", &module["groups"], None);
        let of = |group: &Value| {
            vec![
                ("result_group_id", groups[&group.to_string()].clone()),
                ("ctgov_group_code", group.clone()),
            ]
        };
        let keys = [
            ("recruitment_details", "recruitmentDetails"),
            ("pre_assignment_details", "preAssignmentDetails"),
            ("units_analyzed", "typeUnitsAnalyzed"),
        ];
        self.each("participant_flows", std::slice::from_ref(module), &[], &keys);
        for period in list(&module["periods"]) {
            let titled = ("period", period["title"].clone());
            for milestone in list(&period["milestones"]) {
                let above = vec![
                    titled.clone(),
                    ("title", milestone["type"].clone()),
                    ("milestone_description", milestone["comment"].clone()),
                ];
                for reached in list(&milestone["achievements"]) {
                    let given = [above.clone(), of(&reached["groupId"])].concat();
                    let keys = [
                        ("description", "comment"),
                        ("count", "numSubjects"),
                        ("count_units", "numUnits"),
                    ];
                    self.each("milestones", std::slice::from_ref(reached), &given, &keys);
                }
            }
            for left in list(&period["dropWithdraws"]) {
                let above = vec![
                    titled.clone(),
                    ("reason", left["type"].clone()),
                    ("drop_withdraw_comment", left["comment"].clone()),
                ];
                for reason in list(&left["reasons"]) {
                    let given = [above.clone(), of(&reason["groupId"])].concat();
                    self.each(
                        "drop_withdrawals",
                        std::slice::from_ref(reason),
                        &given,
                        &[("count", "numSubjects"), ("reason_comment", "comment")],
                    );
                }
            }
        }
    }

    pub(super) fn baseline(&mut self, module: &Value) {
        let groups = self.groups("Baseline", &module["groups"], None);
        let of = |group: &Value| {
            vec![
                ("result_group_id", groups[&group.to_string()].clone()),
                ("ctgov_group_code", group.clone()),
            ]
        };
        let mut overall = BTreeMap::new();
        for denom in list(&module["denoms"]) {
            for count in list(&denom["counts"]) {
                overall.insert(
                    (denom["units"].to_string(), count["groupId"].to_string()),
                    count["value"].clone(),
                );
                let cells = vec![
                    ("units", denom["units"].clone()),
                    ("scope", json!("overall")),
                    ("count", count["value"].clone()),
                ];
                self.row("baseline_counts", [of(&count["groupId"]), cells].concat());
            }
        }
        for measure in list(&module["measures"]) {
            let units = measure["denomUnitsSelected"].as_str().unwrap_or("Participants");
            let pct = measure["calculatePct"].as_bool().map(|pct| if pct { "Yes" } else { "No" });
            for class in list(&measure["classes"]) {
                for category in list(&class["categories"]) {
                    for found in list(&category["measurements"]) {
                        let group = &found["groupId"];
                        let counts = list(&class["denoms"][0]["counts"]);
                        let own = counts
                            .iter()
                            .find(|count| count["groupId"] == *group)
                            .map(|count| &count["value"]);
                        let whole = overall.get(&(json!(units).to_string(), group.to_string()));
                        let keys = [
                            ("title", "title"),
                            ("description", "description"),
                            ("units", "unitOfMeasure"),
                            ("param_type", "paramType"),
                            ("dispersion_type", "dispersionType"),
                            ("population_description", "populationDescription"),
                        ];
                        let mut cells: Cells =
                            keys.map(|(column, key)| (column, measure[key].clone())).to_vec();
                        cells.extend([
                            ("classification", class["title"].clone()),
                            ("category", category["title"].clone()),
                            ("param_value", found["value"].clone()),
                            ("param_value_num", float(&found["value"])),
                            ("dispersion_value", found["spread"].clone()),
                            ("dispersion_value_num", float(&found["spread"])),
                            ("dispersion_lower_limit", float(&found["lowerLimit"])),
                            ("dispersion_upper_limit", float(&found["upperLimit"])),
                            ("explanation_of_na", found["comment"].clone()),
                            ("number_analyzed", own.or(whole).cloned().unwrap_or_default()),
                            ("number_analyzed_units", json!(units)),
                            ("calculate_percentage", json!(pct)),
                        ]);
                        self.row("baseline_measurements", [of(group), cells].concat());
                    }
                }
            }
        }
    }

    pub(super) fn outcomes(&mut self, module: &Value) {
        for outcome in list(&module["outcomeMeasures"]) {
            let posting = &outcome["anticipatedPostingDate"];
            let keys = [
                ("outcome_type", "type"),
                ("title", "title"),
                ("description", "description"),
                ("time_frame", "timeFrame"),
                ("population", "populationDescription"),
                ("units", "unitOfMeasure"),
                ("units_analyzed", "typeUnitsAnalyzed"),
                ("dispersion_type", "dispersionType"),
                ("param_type", "paramType"),
            ];
            let mut cells: Cells =
                keys.map(|(column, key)| (column, outcome[key].clone())).to_vec();
            cells.push((
                "anticipated_posting_date",
                posting.as_str().map_or(Value::Null, |month| json!(format!("{month}-01"))),
            ));
            cells.push(("anticipated_posting_month_year", posting.clone()));
            let id = self.row("outcomes", cells);
            let groups = self.groups("Outcome", &outcome["groups"], Some(id));
            let id = json!(id);
            let of = |group: &Value| {
                vec![
                    ("outcome_id", id.clone()),
                    ("result_group_id", groups[&group.to_string()].clone()),
                    ("ctgov_group_code", group.clone()),
                ]
            };
            for denom in list(&outcome["denoms"]) {
                for count in list(&denom["counts"]) {
                    let cells = vec![
                        ("scope", json!("Measure")),
                        ("units", denom["units"].clone()),
                        ("count", count["value"].clone()),
                    ];
                    self.row("outcome_counts", [of(&count["groupId"]), cells].concat());
                }
            }
            for class in list(&outcome["classes"]) {
                for category in list(&class["categories"]) {
                    for found in list(&category["measurements"]) {
                        let repeated = [
                            ("title", "title"),
                            ("description", "description"),
                            ("units", "unitOfMeasure"),
                            ("param_type", "paramType"),
                            ("dispersion_type", "dispersionType"),
                        ];
                        let mut cells: Cells =
                            repeated.map(|(column, key)| (column, outcome[key].clone())).to_vec();
                        cells.extend([
                            ("classification", class["title"].clone()),
                            ("category", category["title"].clone()),
                            ("param_value", found["value"].clone()),
                            ("param_value_num", float(&found["value"])),
                            ("dispersion_value", found["spread"].clone()),
                            ("dispersion_value_num", float(&found["spread"])),
                            ("dispersion_lower_limit", float(&found["lowerLimit"])),
                            ("dispersion_upper_limit", float(&found["upperLimit"])),
                            ("dispersion_lower_limit_raw", found["lowerLimit"].clone()),
                            ("dispersion_upper_limit_raw", found["upperLimit"].clone()),
                            ("explanation_of_na", found["comment"].clone()),
                        ]);
                        self.row("outcome_measurements", [of(&found["groupId"]), cells].concat());
                    }
                }
            }
            for analysis in list(&outcome["analyses"]) {
                self.analysis(analysis, &id, &of);
            }
        }
    }

    pub(super) fn analysis(
        &mut self,
        analysis: &Value,
        outcome: &Value,
        of: &dyn Fn(&Value) -> Cells,
    ) {
        let p = analysis["pValue"].as_str().unwrap_or_default();
        let modifier: String =
            p.chars().filter(|sign| !sign.is_ascii_digit() && *sign != '.').collect();
        let keys = [
            ("non_inferiority_type", "nonInferiorityType"),
            ("non_inferiority_description", "nonInferiorityComment"),
            ("param_type", "paramType"),
            ("param_value", "paramValue"),
            ("dispersion_type", "dispersionType"),
            ("dispersion_value", "dispersionValue"),
            ("p_value_description", "pValueComment"),
            ("ci_n_sides", "ciNumSides"),
            ("ci_lower_limit_raw", "ciLowerLimit"),
            ("ci_upper_limit_raw", "ciUpperLimit"),
            ("ci_upper_limit_na_comment", "ciUpperLimitComment"),
            ("method", "statisticalMethod"),
            ("method_description", "statisticalComment"),
            ("estimate_description", "estimateComment"),
            ("groups_description", "groupDescription"),
            ("other_analysis_description", "otherAnalysisDescription"),
        ];
        let mut cells: Cells = keys.map(|(column, key)| (column, analysis[key].clone())).to_vec();
        cells.extend([
            ("outcome_id", outcome.clone()),
            ("p_value_modifier", json!(modifier)),
            ("p_value", json!(p.trim_start_matches('<'))),
            // Older dumps have no raw value.
            (
                "p_value_raw",
                if modifier.is_empty() { analysis["pValue"].clone() } else { Value::Null },
            ),
            ("ci_percent", float(&analysis["ciPctValue"])),
            ("ci_lower_limit", float(&analysis["ciLowerLimit"])),
            ("ci_upper_limit", float(&analysis["ciUpperLimit"])),
        ]);
        let id = self.row("outcome_analyses", cells);
        for group in list(&analysis["groupIds"]) {
            let of = of(group).split_off(1);
            self.row(
                "outcome_analysis_groups",
                [vec![("outcome_analysis_id", json!(id))], of].concat(),
            );
        }
    }

    pub(super) fn events(&mut self, module: &Value) {
        let groups = self.groups("Reported Event", &module["eventGroups"], None);
        for group in list(&module["eventGroups"]) {
            for (kind, said) in [
                ("serious", "serious adverse events"),
                ("other", "other adverse events"),
                ("deaths", "all-cause mortality"),
            ] {
                let cells = vec![
                    ("ctgov_group_code", group["id"].clone()),
                    ("event_type", json!(kind)),
                    ("classification", json!(format!("Total, {said}"))),
                    ("subjects_affected", group[format!("{kind}NumAffected")].clone()),
                    ("subjects_at_risk", group[format!("{kind}NumAtRisk")].clone()),
                    ("created_at", json!("2024-01-02 03:04:05.6")),
                    ("updated_at", json!("2024-01-02 03:04:05.6")),
                ];
                self.row("reported_event_totals", cells);
            }
        }
        for (kind, key) in [("serious", "seriousEvents"), ("other", "otherEvents")] {
            for event in list(&module[key]) {
                for stats in list(&event["stats"]) {
                    let group = &stats["groupId"];
                    let cells = vec![
                        ("result_group_id", groups[&group.to_string()].clone()),
                        ("ctgov_group_code", group.clone()),
                        ("time_frame", module["timeFrame"].clone()),
                        ("event_type", json!(kind)),
                        ("default_vocab", Value::Null),
                        ("default_assessment", Value::Null),
                        ("subjects_affected", stats["numAffected"].clone()),
                        ("subjects_at_risk", stats["numAtRisk"].clone()),
                        ("description", module["description"].clone()),
                        ("event_count", stats["numEvents"].clone()),
                        ("organ_system", event["organSystem"].clone()),
                        ("adverse_event_term", event["term"].clone()),
                        ("frequency_threshold", module["frequencyThreshold"].clone()),
                        ("vocab", event["sourceVocabulary"].clone()),
                        ("assessment", event["assessmentType"].clone()),
                    ];
                    self.row("reported_events", cells);
                }
            }
        }
    }

    pub(super) fn more(&mut self, module: &Value) {
        let keys = [
            ("pi_employee", "piSponsorEmployee"),
            ("restriction_type", "restrictionType"),
            ("other_details", "otherDetails"),
            ("restrictive_agreement", "restrictiveAgreement"),
        ];
        self.each(
            "result_agreements",
            &[module["certainAgreement"].clone()],
            &[("agreement", Value::Null)],
            &keys,
        );
        let keys = [
            ("organization", "organization"),
            ("name", "title"),
            ("phone", "phone"),
            ("email", "email"),
            ("extension", "phoneExt"),
        ];
        self.each("result_contacts", &[module["pointOfContact"].clone()], &[], &keys);
    }
}
