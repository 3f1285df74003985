//! A study as a FHIR resource.
//!
//! `ResearchStudy` as FHIR R4 defines it (<https://hl7.org/fhir/R4/researchstudy.html>). What the
//! resource has no place for is left out.

use serde_json::{Map, Value, json};

use trialdex_output::study_url;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::{self, PieceKind};
use trialdex_records::study::{NctId, Study};

/// The name of the registry's numbers.
const NUMBERS: &str = "http://clinicaltrials.gov";

/// Constants of the registry and codes of the resource's status.
const STATUS: [(&str, &str); 14] = [
    ("ACTIVE_NOT_RECRUITING", "closed-to-accrual"),
    ("COMPLETED", "completed"),
    ("ENROLLING_BY_INVITATION", "active"),
    ("NOT_YET_RECRUITING", "approved"),
    ("RECRUITING", "active"),
    ("SUSPENDED", "temporarily-closed-to-accrual"),
    ("TERMINATED", "administratively-completed"),
    ("WITHDRAWN", "withdrawn"),
    ("AVAILABLE", "active"),
    ("NO_LONGER_AVAILABLE", "closed-to-accrual"),
    ("TEMPORARILY_NOT_AVAILABLE", "temporarily-closed-to-accrual"),
    ("APPROVED_FOR_MARKETING", "completed"),
    ("WITHHELD", "in-review"),
    ("UNKNOWN", "completed"),
];

/// Constants of phases and codes of the resource's phase.
const PHASES: [(&str, &str); 6] = [
    ("NA", "n-a"),
    ("EARLY_PHASE1", "early-phase-1"),
    ("PHASE1", "phase-1"),
    ("PHASE2", "phase-2"),
    ("PHASE3", "phase-3"),
    ("PHASE4", "phase-4"),
];

/// The study as a resource.
pub(crate) fn research_study(nct: NctId, study: &Study) -> Value {
    let mut resource = Map::new();
    let mut put = |key: &str, value: Value| {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !empty {
            resource.insert(key.to_owned(), value);
        }
    };
    put("resourceType", "ResearchStudy".into());
    put("id", nct.to_string().into());
    put("identifier", identifiers(nct, study));
    put("title", study.text("OfficialTitle").or_else(|| study.text("BriefTitle")).into());
    put("status", status(study).into());
    put("phase", phase(study));
    put("category", concepts(study, "StudyType"));
    put("focus", texts(study, "InterventionName"));
    put("condition", texts(study, "Condition"));
    put("keyword", texts(study, "Keyword"));
    put("location", texts(study, "LocationCountry"));
    put("description", study.text("BriefSummary").into());
    put("period", period(study));
    put("sponsor", study.text("LeadSponsorName").map(|name| json!({"display": name})).into());
    put("relatedArtifact", json!([{"type": "documentation", "url": study_url(nct)}]));
    put("reasonStopped", study.text("WhyStopped").map(|text| json!({"text": text})).into());
    put("arm", arms(study));
    put("objective", objectives(study));
    Value::Object(resource)
}

fn identifiers(nct: NctId, study: &Study) -> Value {
    let own = json!({"use": "official", "system": NUMBERS, "value": nct.to_string()});
    let others = study.texts("OrgStudyId").into_iter().chain(study.texts("SecondaryId"));
    let others = others.map(|id| json!({"use": "secondary", "value": id}));
    [own].into_iter().chain(others).collect()
}

/// The element is required: a study whose status is not known has none of the others.
fn status(study: &Study) -> &'static str {
    let known = study.text("OverallStatus").unwrap_or_default();
    STATUS.iter().find(|(constant, _)| *constant == known).map_or("in-review", |(_, code)| code)
}

/// Phases 1 and 2 at once are one code.
fn phase(study: &Study) -> Value {
    let codes = study.texts("Phase").into_iter().filter_map(|phase| {
        PHASES.iter().find(|(constant, _)| *constant == phase).map(|(_, code)| *code)
    });
    let codes: Vec<&str> = codes.collect();
    if codes.is_empty() {
        return Value::Null;
    }
    json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/research-study-phase",
        "code": codes.join("-"),
    }]})
}

fn texts(study: &Study, piece: &str) -> Value {
    let mut texts = study.texts(piece);
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(*text));
    texts.into_iter().map(|text| json!({"text": text})).collect()
}

/// Constants by their labels.
fn concepts(study: &Study, piece: &str) -> Value {
    let known: Option<&EnumType> = match pieces::named(piece).map(|piece| piece.kind) {
        Some(PieceKind::Enum(known)) => Some(known),
        _ => None,
    };
    let label = |constant| known.and_then(|known| known.label(constant)).unwrap_or(constant);
    study.texts(piece).into_iter().map(|constant| json!({"text": label(constant)})).collect()
}

fn period(study: &Study) -> Value {
    let dates = [("start", "StartDate"), ("end", "CompletionDate")];
    let dates = dates.into_iter().filter_map(|(key, piece)| {
        study.text(piece).map(|date| (key.to_owned(), Value::from(date)))
    });
    let period: Map<String, Value> = dates.collect();
    if period.is_empty() { Value::Null } else { Value::Object(period) }
}

fn arms(study: &Study) -> Value {
    let arms = study.values("ArmGroup").into_iter().filter_map(|arm| {
        let mut shown = Map::from_iter([("name".to_owned(), arm.get("label")?.clone())]);
        if let Some(text) = arm.get("description") {
            shown.insert("description".to_owned(), text.clone());
        }
        Some(Value::Object(shown))
    });
    arms.collect()
}

fn objectives(study: &Study) -> Value {
    let of = |piece: &'static str, code: &'static str| {
        let outcomes = study.values(piece).into_iter().filter_map(|one| one.get("measure"));
        let objective = move |measure: &Value| json!({"name": measure, "type": {"text": code}});
        outcomes.map(objective).collect::<Vec<_>>()
    };
    [of("PrimaryOutcome", "primary"), of("SecondaryOutcome", "secondary")].concat().into()
}
