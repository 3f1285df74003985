//! Words typed for a filter that another value or field says.

use super::diagnostics::in_hint;
use super::{Diagnostic, Parameter};

/// Filters (by the ids of the registry's), words, and what to type.
const HINTS: [(&str, &[&str], &str); 12] = [
    (
        "status",
        &["closed", "closed to accrual", "not open", "closed to enrollment", "past", "ended"],
        "type `active_not_recruiting,completed,terminated` for studies that take in nobody any \
         more, `completed,terminated` for those that have ended",
    ),
    (
        "status",
        &["ongoing", "running", "in progress", "started", "current", "live"],
        "type `recruiting,active_not_recruiting,enrolling_by_invitation`",
    ),
    ("status", &["cancelled", "canceled", "aborted"], "type `terminated,withdrawn`"),
    (
        "studyType",
        &[
            "rct",
            "rcts",
            "randomized",
            "randomised",
            "randomized controlled trial",
            "randomised controlled trial",
        ],
        "type `int`, with `{filter} 'AREA[DesignAllocation]RANDOMIZED'` beside it",
    ),
    (
        "studyType",
        &["cohort", "cohort study"],
        "type `obs`, with `{filter} 'AREA[DesignObservationalModel]COHORT'` beside it",
    ),
    (
        "studyType",
        &["case-control", "case control", "case-control study"],
        "type `obs`, with `{filter} 'AREA[DesignObservationalModel]CASE_CONTROL'` beside it",
    ),
    (
        "studyType",
        &["cross-sectional", "cross sectional"],
        "type `obs`, with `{filter} 'AREA[DesignTimePerspective]CROSS_SECTIONAL'` beside it",
    ),
    (
        "studyType",
        &["prospective"],
        "type `obs`, with `{filter} 'AREA[DesignTimePerspective]PROSPECTIVE'` beside it",
    ),
    (
        "studyType",
        &["retrospective"],
        "type `obs`, with `{filter} 'AREA[DesignTimePerspective]RETROSPECTIVE'` beside it",
    ),
    (
        "studyType",
        &["crossover", "cross-over"],
        "type `int`, with `{filter} 'AREA[DesignInterventionModel]CROSSOVER'` beside it",
    ),
    (
        "studyType",
        &["single arm", "single-arm", "single group"],
        "type `int`, with `{filter} 'AREA[DesignInterventionModel]SINGLE_GROUP'` beside it",
    ),
    (
        "studyType",
        &["open label", "open-label", "unblinded"],
        "type `int`, with `{filter} 'AREA[DesignMasking]NONE'` beside it",
    ),
];

/// What to type for words that are no value of a filter.
pub(super) fn hint(id: &str, text: &str) -> Option<&'static str> {
    let small = text.to_lowercase();
    let row = HINTS.iter().find(|(of, words, _)| *of == id && words.contains(&small.as_str()));
    row.map(|(.., hint)| *hint)
}

/// Words that name a class of sponsors, and its constant.
const CLASSES: [(&[&str], &str); 4] = [
    (
        &["industry", "pharma", "company", "companies", "commercial", "pharmaceutical industry"],
        "INDUSTRY",
    ),
    (&["nih"], "NIH"),
    (&["federal", "fed", "government", "u.s. fed", "us government"], "FED"),
    (&["academic", "academia", "universities", "non-industry", "non-commercial"], "OTHER"),
];

/// The notice for a class of sponsors that is looked for in their names.
pub(super) fn notice_of_class(parameter: Parameter, typed: &str) -> Option<Diagnostic> {
    if !matches!(parameter, Parameter::Sponsor | Parameter::Lead) {
        return None;
    }
    let small = typed.trim().to_lowercase();
    let (_, class) = CLASSES.iter().find(|(words, _)| words.contains(&small.as_str()))?;
    Some(Diagnostic {
        span: 0..typed.len(),
        message: "this is looked for in the names of sponsors".to_owned(),
        hint: format!(
            "leave `{} {typed}` out and type `{{filter}} 'AREA[LeadSponsorClass]{class}'` for the \
             class of the sponsor",
            in_hint(parameter.name())
        ),
    })
}
