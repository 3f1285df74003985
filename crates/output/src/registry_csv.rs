//! The columns of the registry's own CSV download.
//!
//! Headings, their order and what the cells hold were taken from downloads of
//! 2024 to 2026; where these differ, the latest counts. Text and constants are as the record has them, unlike in
//! columns that were chosen: who reads such a table expects `PHASE2`, not
//! `Phase 2`.

use serde_json::Value;

use super::paint::url;
use trialdex_records::study::Study;

/// A heading and the function for the cells below it.
type RegistryColumn = (&'static str, fn(&Study) -> String);

/// The columns, in the registry's order.
#[rustfmt::skip]
pub(super) const COLUMNS: [RegistryColumn; 30] = [
    ("NCT Number", |study| first(study, "NCTId")),
    ("Study Title", |study| first(study, "BriefTitle")),
    ("Study URL", |study| study.nct_id().map(url).unwrap_or_default()),
    ("Acronym", |study| first(study, "Acronym")),
    ("Study Status", |study| first(study, "OverallStatus")),
    ("Brief Summary", |study| first(study, "BriefSummary")),
    ("Study Results", results),
    ("Conditions", |study| joined(study, "Condition", "|")),
    ("Interventions", |study| each(study, "Intervention", ": ", &["type", "name"])),
    ("Primary Outcome Measures", |study| outcomes(study, "PrimaryOutcome")),
    ("Secondary Outcome Measures", |study| outcomes(study, "SecondaryOutcome")),
    ("Other Outcome Measures", |study| outcomes(study, "OtherOutcome")),
    ("Sponsor", |study| first(study, "LeadSponsorName")),
    ("Collaborators", |study| joined(study, "CollaboratorName", "|")),
    ("Sex", |study| first(study, "Sex")),
    ("Age", |study| joined(study, "StdAge", ", ")),
    ("Phases", |study| joined(study, "Phase", "|")),
    ("Enrollment", |study| first(study, "EnrollmentCount")),
    ("Funder Type", |study| first(study, "LeadSponsorClass")),
    ("Study Type", |study| first(study, "StudyType")),
    ("Study Design", design),
    ("Other IDs", other_ids),
    ("Start Date", |study| first(study, "StartDate")),
    ("Primary Completion Date", |study| first(study, "PrimaryCompletionDate")),
    ("Completion Date", |study| first(study, "CompletionDate")),
    ("First Posted", |study| first(study, "StudyFirstPostDate")),
    ("Results First Posted", |study| first(study, "ResultsFirstPostDate")),
    ("Last Update Posted", |study| first(study, "LastUpdatePostDate")),
    ("Locations", |study| each(study, "Location", ", ", &["facility", "city", "state", "zip", "country"])),
    ("Study Documents", documents),
];

/// What the cells are made of.
#[rustfmt::skip]
pub(super) const PIECES: [&str; 36] = [
    "NCTId", "BriefTitle", "Acronym", "OverallStatus", "BriefSummary", "HasResults", "Condition",
    "Intervention", "PrimaryOutcome", "SecondaryOutcome", "OtherOutcome", "LeadSponsorName",
    "CollaboratorName", "Sex", "StdAge", "Phase", "EnrollmentCount", "LeadSponsorClass",
    "StudyType", "DesignAllocation", "DesignInterventionModel", "DesignMasking",
    "DesignWhoMasked", "DesignPrimaryPurpose", "DesignObservationalModel", "DesignTimePerspective",
    "OrgStudyId", "SecondaryId", "StartDate", "PrimaryCompletionDate", "CompletionDate",
    "StudyFirstPostDate", "ResultsFirstPostDate", "LastUpdatePostDate", "Location", "LargeDoc",
];

/// Parts of the design of interventional and of observational studies.
const INTERVENTIONAL: [(&str, &str); 4] = [
    ("Allocation", "DesignAllocation"),
    ("Intervention Model", "DesignInterventionModel"),
    ("Masking", "DesignMasking"),
    ("Primary Purpose", "DesignPrimaryPurpose"),
];
const OBSERVATIONAL: [(&str, &str); 2] = [
    ("Observational Model", "DesignObservationalModel"),
    ("Time Perspective", "DesignTimePerspective"),
];

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn first(study: &Study, piece: &str) -> String {
    study.values(piece).first().map(|value| text(value)).unwrap_or_default()
}

fn joined(study: &Study, piece: &str, between: &str) -> String {
    study.values(piece).into_iter().map(text).collect::<Vec<_>>().join(between)
}

/// The structures at a piece, each with its parts joined; missing parts
/// leave no trace.
fn each(study: &Study, piece: &str, between: &str, keys: &[&str]) -> String {
    let structures = study.values(piece).into_iter();
    structures.map(|structure| parts(structure, between, keys)).collect::<Vec<_>>().join("|")
}

fn parts(structure: &Value, between: &str, keys: &[&str]) -> String {
    let parts = keys.iter().filter_map(|key| structure.get(key)).map(text);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

fn outcomes(study: &Study, piece: &str) -> String {
    each(study, piece, ", ", &["measure", "description", "timeFrame"])
}

/// Nothing where the record does not say, as a table without the column or a
/// page: read back, it must not say more than `AREA[HasResults]` knows.
fn results(study: &Study) -> String {
    match study.values("HasResults").first().and_then(|value| value.as_bool()) {
        Some(true) => "YES",
        Some(false) => "NO",
        None => "",
    }
    .to_owned()
}

fn other_ids(study: &Study) -> String {
    let own = study.texts("OrgStudyId").into_iter().take(1);
    own.chain(study.texts("SecondaryId")).collect::<Vec<_>>().join("|")
}

/// Allocation, models, masking and purpose, or model and time perspective.
///
/// As in downloads of 2026: the bar has blanks around it, and missing parts
/// are left out. Those of 2024 and 2025 had neither, left the observational
/// model empty and cut the time perspective to its first letter.
fn design(study: &Study) -> String {
    let names: &[(&str, &str)] = match study.text("StudyType") {
        Some("INTERVENTIONAL") => &INTERVENTIONAL,
        Some("OBSERVATIONAL") => &OBSERVATIONAL,
        _ => return String::new(),
    };
    let parts = names.iter().map(|(name, piece)| match *piece {
        "DesignMasking" => (name, masking(study)),
        piece => (name, joined(study, piece, ", ")),
    });
    let parts = parts.filter(|(_, value)| !value.is_empty());
    parts.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(" | ")
}

/// `DOUBLE (PARTICIPANT, INVESTIGATOR)`.
fn masking(study: &Study) -> String {
    let who = joined(study, "DesignWhoMasked", ", ");
    let masking = first(study, "DesignMasking");
    if who.is_empty() { masking } else { format!("{masking} ({who})") }
}

/// `label, address` of each document. Documents lie in directories named by
/// the last two digits of the study's number.
fn documents(study: &Study) -> String {
    let Some(nct) = study.nct_id() else { return String::new() };
    let documents = study.values("LargeDoc").into_iter().map(|document| {
        let label = document.get("label").map(text).unwrap_or_default();
        let address = document.get("filename").map(|name| {
            let directory = nct.number() % 100;
            let name = text(name);
            format!("https://cdn.clinicaltrials.gov/large-docs/{directory:02}/{nct}/{name}")
        });
        let parts = [Some(label).filter(|label| !label.is_empty()), address];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    documents.collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cell(study: &Value, heading: &str) -> String {
        let study = Study::from_map(study.as_object().expect("an object").clone());
        let column = COLUMNS.iter().find(|(name, _)| *name == heading);
        column.expect("a column").1(&study)
    }

    #[test]
    fn parts_that_lack_leave_no_trace() {
        let study = json!({"protocolSection": {
            "outcomesModule": {"primaryOutcomes": [
                {"measure": "Pain", "description": "On a scale", "timeFrame": "4 weeks"},
                {"measure": "Sleep", "timeFrame": "4 weeks"},
            ]},
            "contactsLocationsModule": {"locations": [
                {"facility": "Clinic", "city": "Angers", "country": "France"},
                {"city": "Oslo", "zip": "0150", "country": "Norway", "status": "RECRUITING"},
            ]},
        }});
        let outcomes = cell(&study, "Primary Outcome Measures");
        assert_eq!(outcomes, "Pain, On a scale, 4 weeks|Sleep, 4 weeks");
        assert_eq!(cell(&study, "Locations"), "Clinic, Angers, France|Oslo, 0150, Norway");
        assert_eq!(cell(&study, "Collaborators"), "");
    }

    #[test]
    fn a_design_names_what_its_kind_of_study_has() {
        let info = json!({"allocation": "RANDOMIZED", "maskingInfo": {"masking": "DOUBLE",
            "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]}, "observationalModel": "COHORT"});
        let study = |kind: &str| json!({"protocolSection": {"designModule": {"studyType": kind, "designInfo": info}}});
        let design = cell(&study("INTERVENTIONAL"), "Study Design");
        let expected = "Allocation: RANDOMIZED | Masking: DOUBLE (PARTICIPANT, INVESTIGATOR)";
        assert_eq!(design, expected);
        let design = cell(&study("OBSERVATIONAL"), "Study Design");
        assert_eq!(design, "Observational Model: COHORT");
        assert_eq!(cell(&study("EXPANDED_ACCESS"), "Study Design"), "");
    }

    #[test]
    fn results_are_told_where_the_record_tells() {
        let study = |has| json!({"protocolSection": {}, "hasResults": has});
        assert_eq!(cell(&study(json!(true)), "Study Results"), "YES");
        assert_eq!(cell(&study(json!(false)), "Study Results"), "NO");
        assert_eq!(cell(&json!({"protocolSection": {}}), "Study Results"), "");
    }

    #[test]
    fn documents_have_their_address() {
        let study = json!({
            "protocolSection": {"identificationModule": {"nctId": "NCT90000107"}},
            "documentSection": {"largeDocumentModule": {"largeDocs": [
                {"label": "Study Protocol", "filename": "Prot_000.pdf"},
            ]}},
            "hasResults": true,
        });
        let expected =
            "Study Protocol, https://cdn.clinicaltrials.gov/large-docs/07/NCT90000107/Prot_000.pdf";
        assert_eq!(cell(&study, "Study Documents"), expected);
        assert_eq!(cell(&study, "Study Results"), "YES");
    }
}
