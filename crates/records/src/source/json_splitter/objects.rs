//! Objects that are recognised by other signs than the sections of a study.

use serde_json::{Map, Value};

use super::super::table_layout::{fold, is_about_studies, is_number as is_number_cell};

/// JSON of other registries, which is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherRegistry {
    Ctis,
    Ictrp,
    Isrctn,
    EuCtr,
    Drks,
}

/// Keys that identify it.
const KEYS: [(&[u8], OtherRegistry); 8] = [
    (b"ctNumber", OtherRegistry::Ctis),
    (b"ctStatus", OtherRegistry::Ctis),
    (b"authorizedApplication", OtherRegistry::Ctis),
    (b"TrialID", OtherRegistry::Ictrp),
    (b"isrctn", OtherRegistry::Isrctn),
    (b"eudractNumber", OtherRegistry::EuCtr),
    (b"eudract_number", OtherRegistry::EuCtr),
    (b"drksId", OtherRegistry::Drks),
];

impl OtherRegistry {
    /// The registry whose key that is.
    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        KEYS.iter().find(|(known, _)| *known == key).map(|(_, foreign)| *foreign)
    }

    /// What such a text is.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ctis => "JSON of CTIS, the clinical trials information system of the EU",
            Self::Ictrp => "a JSON export of ICTRP",
            Self::Isrctn => "JSON of ISRCTN",
            Self::EuCtr => "JSON of the EU Clinical Trials Register",
            Self::Drks => "JSON of DRKS, the German register",
        }
    }
}

/// Whether a key is that of an NCT number.
pub(super) fn is_numbered(key: &[u8]) -> bool {
    key.len() <= 20 && matches!(fold(key).as_str(), "nctid" | "nctnumber" | "nct" | "nctnum")
}

/// Whether a string is an NCT number.
pub(super) fn is_number(text: &[u8]) -> bool {
    text.len() <= 16 && is_number_cell(text)
}

/// Whether an object with an NCT number is the record of a study: other keys
/// say so, and its number is not that of a publication.
pub(super) fn is_flat(object: &[u8]) -> bool {
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(object) else { return false };
    let names: Vec<String> = object.keys().map(|key| fold(key.as_bytes())).collect();
    let number = |value: &Value| match value {
        Value::String(text) => is_number(text.as_bytes()),
        Value::Array(elements) => {
            elements.len() == 1
                && elements[0].as_str().is_some_and(|text| is_number(text.as_bytes()))
        }
        _ => false,
    };
    object.values().any(number) && is_about_studies(&names) && !is_of_something_else(&names)
}

/// Keys, folded, of a paper's metadata or of the object around a service's
/// answers.
const OF_OTHERS: [&str; 16] = [
    "doi",
    "pmid",
    "pubmedid",
    "pmcid",
    "journal",
    "issn",
    "authors",
    "author",
    "abstract",
    "publicationyear",
    "message",
    "success",
    "error",
    "errors",
    "requestid",
    "statuscode",
];

/// Keys that do not identify an object.
const OF_ANYTHING: [&str; 4] = ["title", "status", "summary", "name"];

/// Whether an object with an NCT number speaks of a study in no key: it has
/// some of a paper or an answer, and else only those that anything can have.
fn is_of_something_else(names: &[String]) -> bool {
    let of_others = names.iter().any(|name| OF_OTHERS.contains(&name.as_str()));
    let of_study = |name: &String| {
        !OF_ANYTHING.contains(&name.as_str()) && is_about_studies(std::slice::from_ref(name))
    };
    of_others && !names.iter().any(of_study)
}

/// Whether an object is a line that says what Elasticsearch shall do with the
/// next one.
pub(super) fn is_action(object: &[u8]) -> bool {
    const ACTIONS: [&str; 4] = ["index", "create", "update", "delete"];
    if object.len() > 1000 {
        return false;
    }
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(object) else { return false };
    object.len() == 1
        && object.iter().all(|(key, value)| {
            let about = |key: &String| {
                key.starts_with('_') || matches!(key.as_str(), "routing" | "retry_on_conflict")
            };
            ACTIONS.contains(&key.as_str())
                && value.as_object().is_some_and(|value| value.keys().all(about))
        })
}

/// Where an object ends that Python wrote; `None` where the bytes end before.
pub(super) fn python_end(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_u32, None, false);
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            _ if std::mem::take(&mut escaped) => {}
            (Some(_), b'\\') => escaped = true,
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'{' | b'[' | b'(') => depth += 1,
            (None, b'}' | b']' | b')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_and_an_answer_with_a_number_are_no_studies() {
        for (text, expected) in [
            (r#"{"nct_id": "NCT90000001", "title": "T"}"#, true),
            (r#"{"nct_id": "NCT90000001", "title": "T", "status": "Completed"}"#, true),
            (r#"{"nct_id": "NCT90000001", "title": "T", "doi": "10.1/x"}"#, false),
            (r#"{"nct_id": "NCT90000001", "title": "T", "abstract": "A"}"#, false),
            (r#"{"nct_id": "NCT90000001", "status": "ok", "message": "found"}"#, false),
            (r#"{"nct_id": "NCT90000001", "title": "T", "pmid": "7", "phase": "2"}"#, true),
        ] {
            assert_eq!(is_flat(text.as_bytes()), expected, "{text}");
        }
    }
}
