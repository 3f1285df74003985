//! The sort order of hits.

use super::complaints::listed;
use super::{Diagnostic, Span};
use trialdex_records::study::nearest_pieces;
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// Keys that a sort may have, as the registry allows.
const MOST: usize = 2;

/// The word for the rank.
const RELEVANCE: &str = "@relevance";

/// A key that hits are sorted by, and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// What.
    pub by: SortBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What hits can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// How well they match.
    Relevance,
    /// A date, a number or an age.
    Field(StudyField),
}

/// Reads keys with commas between, such as `EnrollmentCount:desc,StartDate`.
///
/// # Errors
///
/// The first key that is wrong, or one too many.
pub fn sort_order(typed: &str) -> Result<Vec<SortKey>, Diagnostic> {
    let mut keys = Vec::new();
    let mut start = 0;
    for part in typed.split(',') {
        let span = start..start + part.len();
        start = span.end + 1;
        if keys.len() == MOST {
            return Err(Diagnostic {
                span,
                message: format!("hits are sorted by {MOST} keys at most"),
                hint: "leave this one out".to_owned(),
            });
        }
        keys.push(key(part, span)?);
    }
    Ok(keys)
}

/// Reads a key: the name of a field or `@relevance`, then `:asc` or `:desc`.
/// Without either, dates and the relevance are sorted from the greatest,
/// numbers and ages from the least.
///
/// # Errors
///
/// A name that is unknown, or a field that has no order.
pub fn parse_sort(typed: &str) -> Result<SortKey, Diagnostic> {
    key(typed, 0..typed.len())
}

fn key(typed: &str, span: Span) -> Result<SortKey, Diagnostic> {
    let text = typed.trim();
    let (name, direction) = match (text.strip_suffix(":asc"), text.strip_suffix(":desc")) {
        (Some(name), _) => (name, Some(false)),
        (_, Some(name)) => (name, Some(true)),
        (None, None) => (text, None),
    };
    if name.eq_ignore_ascii_case(RELEVANCE) {
        return Ok(SortKey { by: SortBy::Relevance, descending: direction.unwrap_or(true) });
    }
    let Some(field) = StudyField::named(name) else { return Err(unknown(name, span)) };
    let kind = match field.kind() {
        FieldKind::Date | FieldKind::Number | FieldKind::Age if field.is_of_results() => {
            let message = format!("`{name}` is of the tables of results");
            let hint = "hits are sorted by dates, numbers and ages of the other sections, such as \
                        `EnrollmentCount`";
            return Err(Diagnostic { span, message, hint: hint.to_owned() });
        }
        FieldKind::Date | FieldKind::Number | FieldKind::Age => {
            let descending = direction.unwrap_or(field.kind() == FieldKind::Date);
            return Ok(SortKey { by: SortBy::Field(field), descending });
        }
        FieldKind::Constant => "enum",
        FieldKind::Boolean => "boolean",
        FieldKind::Structure => "structure",
        FieldKind::Point => "GeoPoint",
        FieldKind::Text | FieldKind::Code => "text",
    };
    let message = format!("unsupported sort field type: {kind}");
    let hint =
        format!("`{name}` has no order; sort by a date, a number or an age, such as `StartDate`");
    Err(Diagnostic { span, message, hint })
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let nearest = nearest_pieces(name);
    let hint = match name.rsplit_once(':') {
        Some((field, direction)) if StudyField::named(field).is_some() => {
            format!("type `{field}:asc` or `{field}:desc` instead of `:{direction}`")
        }
        _ if nearest.is_empty() => "type `@relevance` or a field, such as `StartDate`".to_owned(),
        _ => format!("the nearest names are {}", listed(nearest)),
    };
    Diagnostic { span, message: format!("`{name}` is not a field"), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(typed: &str) -> String {
        match sort_order(typed) {
            Ok(keys) => {
                let keys = keys.iter().map(|key| match key.by {
                    SortBy::Relevance => format!("@relevance {}", key.descending),
                    SortBy::Field(field) => format!("{field} {}", key.descending),
                });
                keys.collect::<Vec<_>>().join(", ")
            }
            Err(wrong) => format!("{:?} {}; {}", wrong.span, wrong.message, wrong.hint),
        }
    }

    #[test]
    fn dates_and_relevance_go_down_and_numbers_up() {
        assert_eq!(shown("EnrollmentCount, StartDate"), "EnrollmentCount false, StartDate true");
        assert_eq!(
            shown("EnrollmentCount:desc,Phase:size"),
            "EnrollmentCount true, Phase:size false"
        );
        assert_eq!(shown("@relevance"), "@relevance true");
        assert_eq!(shown("Phase:size:desc,MinimumAge"), "Phase:size true, MinimumAge false");
    }

    #[test]
    fn messages() {
        for (typed, expected) in [
            (
                "BriefTitle",
                "0..10 unsupported sort field type: text; `BriefTitle` has no order; sort by a date, a number or an age, such as `StartDate`",
            ),
            (
                "Phase",
                "0..5 unsupported sort field type: enum; `Phase` has no order; sort by a date, a number or an age, such as `StartDate`",
            ),
            (
                "StartDat",
                "0..8 `StartDat` is not a field; the nearest names are `StartDate`, `StartDateType`, `StartDateStruct`",
            ),
            (
                "StartDate:down",
                "0..14 `StartDate:down` is not a field; type `StartDate:asc` or `StartDate:desc` instead of `:down`",
            ),
            (
                "StartDate,EnrollmentCount,@relevance",
                "26..36 hits are sorted by 2 keys at most; leave this one out",
            ),
            ("", "0..0 `` is not a field; type `@relevance` or a field, such as `StartDate`"),
        ] {
            assert_eq!(shown(typed), expected, "{typed}");
        }
    }
}
