//! Whole studies and receipts, which the program of a client reads.

use serde_json::{Value, json};

use trialdex_records::study::clean;

use crate::answer::clipped;
use crate::failure::ToolFailure;
use crate::kept_receipts::{RECEIPTS, written};
use crate::toolbox::{Toolbox, study_of};

/// What the address of a study begins with.
pub(crate) const STUDIES: &str = "trialdex://study/";

/// Receipts that are listed.
const LISTED: usize = 50;

/// The forms of addresses.
pub(crate) fn templates() -> Vec<Value> {
    let template = |address: &str, name: &str, description: &str| {
        json!({
            "uriTemplate": address,
            "name": name,
            "description": description,
            "mimeType": "application/json",
        })
    };
    vec![
        template(
            &format!("{STUDIES}{{nctId}}"),
            "study",
            "A whole study in the shape of the registry's API v2",
        ),
        template(
            &format!("{RECEIPTS}{{name}}"),
            "receipt",
            "The receipt of a search: save it, and trialdex verify runs the search again",
        ),
    ]
}

/// The receipts of the last searches.
pub(crate) fn list(tools: &Toolbox) -> Vec<Value> {
    let latest = tools.receipts.latest(LISTED).into_iter();
    let listed = latest.map(|kept| {
        json!({
            "uri": format!("{RECEIPTS}{}", kept.name),
            "name": format!("receipt {}", kept.name),
            "description": clipped(&clean::line(kept.expression()), 120),
            "mimeType": "application/json",
        })
    });
    listed.collect()
}

/// What is at an address: the whole of it as JSON, in which characters that steer terminals are
/// written as escapes.
pub(crate) fn read(tools: &Toolbox, address: &str) -> Result<String, ToolFailure> {
    if let Some(number) = address.strip_prefix(STUDIES) {
        let (_, study) = study_of(&tools.index(), number)?;
        let json = serde_json::to_string(study.as_map());
        return json.map(|json| escaped(&json)).map_err(|it| ToolFailure::new(it.to_string()));
    }
    if address.starts_with(RECEIPTS) {
        let kept = tools.receipts.find(address).ok_or_else(|| {
            ToolFailure::new(format!("there is no receipt {}", clipped(address, 80)))
        })?;
        return Ok(escaped(&written(&kept.receipt(tools.stop())?)?));
    }
    Err(ToolFailure::new(format!("nothing is at {}", clipped(address, 80))))
}

/// JSON with escapes for all characters that steer a terminal; they are in its texts alone.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if clean::steers(c) && c != '\n' {
            // All of them are in the Basic Multilingual Plane.
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_with_escapes() {
        let value = json!({"a\u{9b}": "b\u{202e}\u{7f}\n"});
        let written = escaped(&value.to_string());
        assert!(!written.contains(clean::steers), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON"), value);
    }
}
