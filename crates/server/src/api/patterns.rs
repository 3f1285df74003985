//! How single values have to be written.

use trialdex_records::study::NctId;

/// The number of a study, such as `NCT01234567`, with more or fewer noughts, in capitals or not.
pub(crate) fn study_number(text: &str) -> Option<NctId> {
    let (prefix, digits) = text.split_at_checked(3)?;
    let significant = digits.trim_start_matches('0');
    let written = prefix.eq_ignore_ascii_case("NCT") && is_digits(digits) && significant.len() <= 8;
    if written { NctId::from_number(significant.parse().ok()?) } else { None }
}

/// `distance(50)`: how far, without a place. A program of the field sends it where its user has
/// typed a radius alone.
pub(crate) fn is_radius(text: &str) -> bool {
    let inner = text.strip_prefix("distance(").and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|radius| is_decimal(without_unit(radius).unwrap_or(radius)))
}

/// `distance(39.0,-77.1,50mi)`
pub(crate) fn is_circle(text: &str) -> bool {
    let inner = text.strip_prefix("distance(").and_then(|rest| rest.strip_suffix(')'));
    let parts: Option<Vec<&str>> = inner.map(|inner| inner.split(',').collect());
    let Some([lat, lon, radius]) = parts.as_deref() else { return false };
    let signed = |text: &str| is_decimal(text.strip_prefix('-').unwrap_or(text));
    signed(lat) && signed(lon) && is_decimal(without_unit(radius).unwrap_or(radius))
}

/// The place of `distance(39.0,-77.1,50mi)`, in degrees north and east.
pub(crate) fn place_of(circle: &str) -> Option<(f64, f64)> {
    let mut degrees = circle.strip_prefix("distance(")?.split(',').map(|it| it.parse().ok());
    degrees.next().flatten().zip(degrees.next().flatten())
}

/// `ConditionSearch:1651367`
pub(crate) fn is_synonym(text: &str) -> bool {
    text.split_once(':').is_some_and(|(area, id)| {
        !area.is_empty() && area.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_digits(id)
    })
}

/// A name of a field or an area, as its first letter and the others may be.
pub(crate) fn is_name(text: &str) -> bool {
    let others = |c: char| c.is_ascii_alphanumeric() || ".- ".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(others)
}

fn without_unit(text: &str) -> Option<&str> {
    text.strip_suffix("km").or_else(|| text.strip_suffix("mi"))
}

pub(crate) fn is_decimal(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, part)) => is_digits(whole) && is_digits(part),
        None => is_digits(text),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_registry_says() {
        for good in ["NCT90000001", "nct1", "Nct00000000001"] {
            assert!(study_number(good).is_some(), "{good}");
        }
        for wrong in ["NCT", "NCT0", "NCT000000000", "NCT123456789", "9000001", "NCTé", "NCT 1"] {
            assert!(study_number(wrong).is_none(), "{wrong}");
        }
        for good in ["distance(1,2,3)", "distance(-1.5,-2,3km)", "distance(39.0035707,-77.1,50mi)"]
        {
            assert!(is_circle(good), "{good}");
        }
        for wrong in
            ["1,2,3", "distance(1,2)", "distance(1, 2,3)", "distance(1,2,-3)", "distance(.5,2,3)"]
        {
            assert!(!is_circle(wrong), "{wrong}");
        }
        assert!(is_radius("distance(50)") && is_radius("distance(0.5mi)"));
        assert!(!is_radius("distance()") && !is_radius("distance(1,2,3)") && !is_radius("50"));
        assert!(is_synonym("ConditionSearch:1651367") && !is_synonym("ConditionSearch"));
        assert!(is_name("protocolSection.designModule") && !is_name("@query") && !is_name("1a"));
    }
}
