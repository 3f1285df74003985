//! From a value as older formats write it to the value that API v2 holds.

use serde_json::Value;

use super::PartialDate;
use super::pieces::{Kind, Piece};

/// The API v2 value of a text that another format has at this piece.
///
/// Labels become constants, `Yes` becomes `true`, `March 4, 2021` becomes
/// `2021-03-04`, digits become a number. A text that does not fit the piece's
/// kind is kept as it is, so that nothing is lost. `None` for what is blank,
/// for ages without limit (`N/A`), and for structures.
#[must_use]
pub fn typed(piece: &Piece, text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let kept = || Some(Value::from(text));
    match piece.kind {
        Kind::Structure | Kind::GeoPoint => None,
        Kind::Text | Kind::Markup => kept(),
        Kind::Age if text.eq_ignore_ascii_case("n/a") => None,
        Kind::Age => kept(),
        Kind::Enum(known) => known.constant(text).map(Value::from).or_else(kept),
        Kind::Boolean => boolean(text).map(Value::from).or_else(kept),
        Kind::Integer => text.parse::<i64>().ok().map(Value::from).or_else(kept),
        Kind::Date => PartialDate::parse(text).map(|date| date.to_string().into()).or_else(kept),
        Kind::DateTime => kept(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" => Some(true),
        "false" | "no" | "n" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pieces::named;
    use super::*;
    use serde_json::json;

    fn value(piece: &str, text: &str) -> Option<Value> {
        typed(named(piece).expect("a piece"), text)
    }

    #[test]
    fn each_kind_gets_its_v2_value() {
        assert_eq!(value("Phase", "Phase 2"), Some(json!("PHASE2")));
        assert_eq!(value("StartDate", "March 4, 2021"), Some(json!("2021-03-04")));
        assert_eq!(value("OversightHasDMC", "No"), Some(json!(false)));
        assert_eq!(value("EnrollmentCount", " 168 "), Some(json!(168)));
        assert_eq!(value("MinimumAge", "18 Years"), Some(json!("18 Years")));
        assert_eq!(value("MaximumAge", "N/A"), None);
        assert_eq!(value("BriefTitle", " "), None);
    }

    #[test]
    fn what_does_not_fit_is_kept() {
        assert_eq!(value("Phase", "Phase 9"), Some(json!("Phase 9")));
        assert_eq!(value("StartDate", "next spring"), Some(json!("next spring")));
        assert_eq!(value("EnrollmentCount", "many"), Some(json!("many")));
    }
}
