//! What a text means in a field that is not text.

use super::meaning::ValueSet;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::PieceKind;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{Age, PartialDate, country_codes};

/// The value that a text means in a field that is not text; a date without
/// day or month is the whole period.
///
/// `None` in a field of text or of places, and for a text that means nothing
/// there.
#[must_use]
pub fn typed(field: StudyField, text: &str) -> Option<ValueSet> {
    let text = text.trim();
    match field.kind() {
        FieldKind::Constant => {
            let constant = constants(field)?.current(text)?;
            Some(ValueSet::Constants(vec![constant]))
        }
        FieldKind::Code => {
            country_codes::code_typed(text).map(|code| ValueSet::Code(code.to_owned()))
        }
        _ => {
            let (lower, upper) = numbers(field, text)?;
            Some(ValueSet::Interval(Some(lower), Some(upper)))
        }
    }
}

/// The values from one text to another, both included; `None` is an open end.
///
/// Constants are compared by their letters, as the classic site did.
///
/// # Errors
///
/// The text that means nothing in the field.
pub(super) fn between<'a>(
    field: StudyField,
    lower: Option<&'a str>,
    upper: Option<&'a str>,
) -> Result<ValueSet, &'a str> {
    if let Some(known) = constants(field) {
        return Ok(ValueSet::Constants(constants_between(known, lower, upper)));
    }
    let number = |text: Option<&'a str>, upper: bool| match text {
        None => Ok(None),
        Some(text) => match numbers(field, text) {
            Some((first, last)) => Ok(Some(if upper { last } else { first })),
            None => Err(text),
        },
    };
    Ok(ValueSet::Interval(number(lower, false)?, number(upper, true)?))
}

fn constants_between(
    known: &EnumType,
    lower: Option<&str>,
    upper: Option<&str>,
) -> Vec<&'static str> {
    let bound = |text: Option<&str>| {
        let constant = |text: &str| known.current(text).map(str::to_owned);
        text.map(|text| constant(text).unwrap_or_else(|| text.to_uppercase().replace(' ', "_")))
    };
    let (lower, upper) = (bound(lower), bound(upper));
    let constants = known.values.iter().map(|(constant, _)| *constant);
    let above = |constant: &&str| lower.as_ref().is_none_or(|lower| lower.as_str() <= *constant);
    let below = |constant: &&str| upper.as_ref().is_none_or(|upper| *constant <= upper.as_str());
    constants.filter(above).filter(below).collect()
}

/// The constants of a field.
pub(super) fn constants(field: StudyField) -> Option<&'static EnumType> {
    match field {
        StudyField::Piece(piece) => match piece.kind {
            PieceKind::Enum(known) => Some(known),
            _ => None,
        },
        _ => None,
    }
}

/// The first and last number that a text means, in the unit of the field.
fn numbers(field: StudyField, text: &str) -> Option<(i64, i64)> {
    match field.kind() {
        FieldKind::Boolean => boolean(text).map(|value| (value, value)),
        FieldKind::Number => text.parse().ok().map(|value| (value, value)),
        FieldKind::Date => PartialDate::parse(text).map(PartialDate::days),
        FieldKind::Age => {
            let minutes = i64::try_from(Age::parse_typed(text)?.minutes()).ok()?;
            Some((minutes, minutes))
        }
        _ => None,
    }
}

fn boolean(text: &str) -> Option<i64> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" => Some(1),
        "false" | "no" | "n" => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(field: &str, text: &str) -> Option<ValueSet> {
        typed(StudyField::named(field).expect(field), text)
    }

    fn number(from: i64, to: i64) -> Option<ValueSet> {
        Some(ValueSet::Interval(Some(from), Some(to)))
    }

    #[test]
    fn each_kind_reads_its_own_values() {
        let constant = Some(ValueSet::Constants(vec!["ACTIVE_NOT_RECRUITING"]));
        for text in ["active_not_recruiting", "Active, not recruiting", "active not recruiting"] {
            assert_eq!(value("OverallStatus", text), constant, "{text}");
        }
        assert_eq!(value("StartDate", "2022"), number(18_993, 19_357));
        assert_eq!(value("StartDate", "01/02/1970"), number(1, 1));
        assert_eq!(value("EnrollmentCount", "12"), number(12, 12));
        assert_eq!(value("Phase:size", "2"), number(2, 2));
        assert_eq!(value("MinimumAge", "2 hours"), number(120, 120));
        assert_eq!(value("HasResults", "Yes"), number(1, 1));
        assert_eq!(value("HasResults", "FALSE"), number(0, 0));
    }

    #[test]
    fn what_means_nothing_is_no_value() {
        for (field, text) in [
            ("Phase", "PHASE5"),
            ("StdAge", "senior"),
            ("StartDate", "soon"),
            ("EnrollmentCount", "1.5"),
            ("MinimumAge", "18"),
            ("HasResults", "perhaps"),
            ("BriefTitle", "x"),
            ("LocationGeoPoint", "1,2"),
        ] {
            assert_eq!(value(field, text), None, "{field} {text}");
        }
    }

    #[test]
    fn bounds_take_the_whole_period() {
        let field = |name| StudyField::named(name).expect(name);
        let dates = between(field("StartDate"), Some("1970"), Some("1970"));
        assert_eq!(dates, Ok(ValueSet::Interval(Some(0), Some(364))));
        let ages = between(field("MinimumAge"), None, Some("1h"));
        assert_eq!(ages, Ok(ValueSet::Interval(None, Some(60))));
        let classes = between(field("LeadSponsorClass"), Some("AMBIG"), Some("INDUSTRY"));
        assert_eq!(classes, Ok(ValueSet::Constants(vec!["FED", "INDIV", "INDUSTRY", "AMBIG"])));
        assert_eq!(between(field("StartDate"), Some("soon"), None), Err("soon"));
    }
}
