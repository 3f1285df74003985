//! The tables of the AACT database, made of whole records and read back.
//!
//! The columns are those of AACT's public schema, and cells are written as its
//! export writes them: `t` and `f`, the last day of a month for a month, whole
//! numbers with `.0`.

mod dump;
mod protocol;
mod results;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::dump::Dump;
use super::harness::Sandbox;
use super::invented::zip;

/// Studies that have something in every table.
const STUDIES: &str = include_str!("aact/studies.json");

/// What AACT's tables cannot carry, so that no test can ask for it: fields by
/// path.
///
/// Of these only the first two are lost to a search for words.
const NOT_CARRIED: [&str; 24] = [
    // Notes on single events, and the comment on deaths.
    "resultsSection.adverseEventsModule.seriousEvents.notes",
    "resultsSection.adverseEventsModule.otherEvents.notes",
    "resultsSection.adverseEventsModule.allCauseMortalityComment",
    "resultsSection.outcomeMeasuresModule.outcomeMeasures.calculatePct",
    "resultsSection.outcomeMeasuresModule.outcomeMeasures.denomUnitsSelected",
    "resultsSection.outcomeMeasuresModule.outcomeMeasures.classes.denoms",
    "resultsSection.outcomeMeasuresModule.outcomeMeasures.analyses.testedNonInferiority",
    "resultsSection.outcomeMeasuresModule.outcomeMeasures.analyses.ciLowerLimitComment",
    "resultsSection.participantFlowModule.periods.dropWithdraws.reasons.numUnits",
    "annotationSection.annotationModule.unpostedAnnotation.unpostedResponsibleParty",
    "annotationSection.annotationModule.unpostedAnnotation.unpostedEvents.dateUnknown",
    "annotationSection.annotationModule.violationAnnotation",
    "documentSection.largeDocumentModule.noSap",
    "documentSection.largeDocumentModule.largeDocs.uploadDate",
    "documentSection.largeDocumentModule.largeDocs.size",
    "derivedSection.miscInfoModule.versionHolder",
    "derivedSection.miscInfoModule.submissionTracking",
    "derivedSection.conditionBrowseModule.meshes.id",
    "derivedSection.conditionBrowseModule.browseLeaves",
    "derivedSection.conditionBrowseModule.browseBranches",
    "derivedSection.interventionBrowseModule.meshes.id",
    "derivedSection.interventionBrowseModule.browseLeaves",
    "derivedSection.interventionBrowseModule.browseBranches",
    "protocolSection.designModule.nPtrsToThisExpAccNctId",
];

fn studies() -> Vec<Value> {
    serde_json::from_str(STUDIES).expect("studies")
}

/// The paths at which two values differ.
fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let of = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                differences(&format!("{path}.{key}"), &of(one), &of(other), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}[{at}]"), one, other, found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{path}: {one} is {other}")),
    }
}

/// Indexes a folder and holds its studies against those that it was made of.
fn holds_all(sandbox: &Sandbox, input: &str) {
    let index = format!("index-{input}");
    let audit = sandbox.index(&[input, "--index", &index]);
    assert_eq!(
        audit.adds_up().counts(["added", "joined", "rejected", "duplicates", "notStudies"]),
        [3, 3, 0, 0, 2]
    );
    assert_eq!(audit.json["unplaced"], json!([]), "{input}");
    assert_eq!(audit.json["unfit"], json!([]), "{input}");
    let mut found = Vec::new();
    for study in studies() {
        let number =
            study["protocolSection"]["identificationModule"]["nctId"].as_str().expect("a number");
        let read =
            sandbox.run(&["show", number, "--format", "json", "--index", &index]).success().json();
        differences(number, &study, &read, &mut found);
    }
    assert!(found.is_empty(), "{input}:\n{}", found.join("\n"));
}

#[test]
fn the_tables_of_aact_are_whole_studies() {
    let dump = Dump::of(&studies());
    assert_eq!(dump.tables.len(), 47);
    let sandbox = Sandbox::new();
    for (name, text) in dump.with_commas() {
        sandbox.write(&format!("commas/{name}"), text);
    }
    let bars = dump.with_bars();
    for (name, text) in &bars {
        sandbox.write(&format!("bars/{name}"), text);
    }
    let members: Vec<(&str, &[u8])> =
        bars.iter().rev().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    sandbox.write("zipped/20240102_export_ctgov.zip", zip(&members));
    for input in ["commas", "bars", "zipped"] {
        holds_all(&sandbox, input);
    }
}

#[test]
fn what_the_tables_cannot_carry_is_in_no_table() {
    for study in studies() {
        for path in NOT_CARRIED {
            let mut steps = path.split('.');
            let mut values = vec![&study];
            for step in &mut steps {
                let below = values.iter().flat_map(|value| match value {
                    Value::Array(elements) => elements.iter().collect(),
                    other => vec![*other],
                });
                values = below.filter_map(|value| value.get(step)).collect();
            }
            assert!(values.is_empty(), "{path}");
        }
    }
}

#[test]
fn a_table_that_changes_changes_what_hangs_on_its_rows() {
    let dump = Dump::of(&studies());
    let sandbox = Sandbox::new();
    for (name, text) in dump.with_commas() {
        sandbox.write(&format!("in/{name}"), text);
    }
    sandbox.index(&["in"]);
    let names = || {
        let study = sandbox.show("NCT90000101");
        study["protocolSection"]["armsInterventionsModule"]["interventions"][0]["otherNames"]
            .clone()
    };
    assert_eq!(names(), json!(["VLR-1", "Veloxa"]));
    let text = dump.copied("intervention_other_names", ',').concat().replace("VLR-1", "VLR-2");
    sandbox.write("in/intervention_other_names.csv", text);
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.adds_up().counts(["updated", "unchanged", "rejected"]), [1, 2, 0]);
    assert_eq!(names(), json!(["VLR-2", "Veloxa"]));
    sandbox.remove("in/intervention_other_names.csv");
    sandbox.index(&["in"]);
    assert_eq!(names(), Value::Null);
    sandbox.run(&["check", "--sources"]).success();
}
