//! What API v2 derives from the rest of a record.

use serde_json::{Map, Value};

use crate::study::pieces::{self, PieceKind};

/// Kinds of document and the letters for them, in the order of a file's name.
const DOCUMENTS: [(&str, &str); 3] =
    [("hasProtocol", "Prot"), ("hasSap", "SAP"), ("hasIcf", "ICF")];

/// Steps to the module with arms and interventions.
pub(super) const ARMS_MODULE: [&str; 2] = ["protocolSection", "armsInterventionsModule"];

/// `O2` is `OG001` in API v2: the module's letter, and counted from zero.
pub(super) fn group_id(id: &str) -> Option<Value> {
    if id.is_empty() {
        return None;
    }
    let letter = match id.get(..1) {
        Some("P") => "F",
        Some(letter @ ("B" | "O" | "E")) => letter,
        _ => return Some(id.into()),
    };
    match id[1..].parse::<u32>() {
        Ok(number) if number > 0 => Some(format!("{letter}G{:03}", number - 1).into()),
        _ => Some(id.into()),
    }
}

/// Lists in every arm the interventions that name the arm.
pub(super) fn interventions_of_arms(root: &mut Map<String, Value>) {
    let [section, module] = ARMS_MODULE;
    let module = root.get_mut(section).and_then(|section| section.get_mut(module));
    let Some(Value::Object(module)) = module else {
        return;
    };
    let Some(Value::Array(interventions)) = module.get("interventions").cloned() else {
        return;
    };
    let Some(Value::Array(arms)) = module.get_mut("armGroups") else {
        return;
    };
    for arm in arms.iter_mut().filter_map(Value::as_object_mut) {
        let label = arm.get("label").cloned().unwrap_or_default();
        let of_arm = interventions.iter().filter(|intervention| {
            let labels = intervention.get("armGroupLabels").and_then(Value::as_array);
            labels.is_some_and(|labels| labels.contains(&label))
        });
        let mut names: Vec<String> = Vec::new();
        for name in of_arm.filter_map(titled) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            arm.insert("interventionNames".to_owned(), names.into());
        }
    }
}

/// Name of an intervention with the label of its type: `Drug: aspirin`.
fn titled(intervention: &Value) -> Option<String> {
    let name = intervention.get("name")?.as_str()?;
    let constant = intervention.get("type").and_then(Value::as_str)?;
    match pieces::named("InterventionType")?.kind {
        PieceKind::Enum(known) => {
            Some(format!("{}: {name}", known.label(constant).unwrap_or(constant)))
        }
        _ => None,
    }
}

/// Adds whether the results of an outcome are posted: where there are groups
/// to report on.
pub(super) fn reporting_status(outcome: &mut Map<String, Value>) {
    let posted = ["groups", "denoms", "classes"].iter().any(|key| outcome.contains_key(*key));
    let status = if posted { "POSTED" } else { "NOT_POSTED" };
    outcome.insert("reportingStatus".to_owned(), status.into());
}

/// Adds the letters for what an uploaded document has in it.
pub(super) fn letters_of_document(document: &mut Map<String, Value>) {
    let kinds = DOCUMENTS.iter().filter(|(key, _)| document.get(*key) == Some(&Value::Bool(true)));
    let kinds: Vec<&str> = kinds.map(|(_, letters)| *letters).collect();
    if !kinds.is_empty() {
        document.insert("typeAbbrev".to_owned(), kinds.join("_").into());
    }
}
