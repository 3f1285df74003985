//! What is said of names and values that cannot be asked for: messages and
//! hints.

use super::meaning::Target;
use super::place::Place;
use super::typed::constants;
use super::{Diagnostic, Span};
use crate::study::enums::EnumType;
use crate::study::fields::{Field, FieldKind};
use crate::study::{nearest_areas, nearest_of};

/// Message and hint.
type Complaint = (String, String);

/// Names in backticks, with commas.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

pub(super) fn unknown_area(name: &str) -> Complaint {
    let nearest = nearest_areas(name);
    let hint = if nearest.is_empty() {
        "areas have the names of the registry's data model and search areas, such as `BriefTitle` \
         or `ConditionSearch`"
            .to_owned()
    } else {
        format!("the nearest names are {}", listed(nearest))
    };
    (format!("unknown area name: `{name}`"), hint)
}

pub(super) fn no_part_of_a_site(name: &str) -> Complaint {
    (
        format!("`{name}` is no part of a site"),
        format!("type `SEARCH[Study]AREA[{name}]`, or put it outside of `SEARCH[Location]`"),
    )
}

/// What a field holds, in words.
pub(super) fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Structure => "a structure",
        FieldKind::Text => "text",
        FieldKind::Constant => "one of a set of constants",
        FieldKind::Boolean => "true or false",
        FieldKind::Number => "a whole number",
        FieldKind::Date => "a date",
        FieldKind::Age => "an age",
        FieldKind::Point => "a place",
        FieldKind::Code => "a code",
    }
}

pub(super) fn not_ordered(name: &str, what: &str) -> Complaint {
    (
        format!("`TILT` needs a field of dates, numbers or ages; `{name}` is {what}"),
        "type one, such as `TILT[StudyFirstPostDate]`".to_owned(),
    )
}

pub(super) fn all_is_operator(span: &Span, name: &str) -> Diagnostic {
    Diagnostic {
        span: span.clone(),
        message: format!("`AREA[{name}]ALL` is every study, whatever its value"),
        hint: format!("type `AREA[{name}]\"ALL\"` for the value"),
    }
}

pub(super) fn near_without_text(name: &str) -> Complaint {
    (
        format!("`NEAR` needs text, and `{name}` holds none"),
        "type `AND`, or name a field of text, such as `AREA[BriefTitle]`".to_owned(),
    )
}

pub(super) fn no_range(target: &Target) -> Complaint {
    let what = match target.single() {
        Some(field) => format!("`{}` is {}", target.name, kind(field.kind())),
        None => format!("`{}` is several fields", target.name),
    };
    let hint = match target.single() {
        Some(_) => format!("`NOT AREA[{}]MISSING` finds studies that have a value", target.name),
        None => "name the field before it, such as `AREA[StartDate]RANGE[2020, MAX]`".to_owned(),
    };
    (format!("`RANGE` needs a field of dates, numbers, ages or constants; {what}"), hint)
}

pub(super) fn no_place(name: &str, place: Place) -> Complaint {
    (
        format!("`DISTANCE` needs a field of places, and `{name}` is none"),
        format!("type `AREA[LocationGeoPoint]DISTANCE[{place}]`"),
    )
}

/// A text that means nothing in a field that is not text.
pub(super) fn value(name: &str, field: Field, text: &str) -> Complaint {
    if let Some(known) = constants(field) {
        return constant(name, known, text);
    }
    let message = format!("`{text}` means nothing in `{name}`, which is {}", kind(field.kind()));
    let hint = match field.kind() {
        FieldKind::Point => {
            format!("type a place and a radius: `AREA[{name}]DISTANCE[39.0, -77.1, 50mi]`")
        }
        other => format!("type {}", example(other)),
    };
    (message, hint)
}

/// A bound that means nothing in a field.
pub(super) fn bound(name: &str, field: Field, text: &str) -> Complaint {
    (
        format!("`{text}` means nothing in `{name}`, which is {}", kind(field.kind())),
        format!("type {}, or `MIN` or `MAX` for an open end", example(field.kind())),
    )
}

fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Boolean => "`true` or `false`",
        FieldKind::Date => "a date such as `2021-03-04`, `2021-03` or `2021`",
        FieldKind::Age => "a number and a unit, such as `18 years` or `6 months`",
        _ => "a whole number, such as `100`",
    }
}

/// A text that is none of a field's constants.
fn constant(name: &str, known: &EnumType, text: &str) -> Complaint {
    let values = || known.values.iter().map(|(constant, _)| *constant);
    let message = format!("allowed values for enum field `{name}` are {}", listed(values()));
    let words: Vec<&str> = text.split(' ').collect();
    let each: Option<Vec<&str>> = words.iter().map(|word| known.current(word)).collect();
    let hint = match (each, known.constant(text)) {
        (Some(each), _) => format!("type `AREA[{name}]({})`", each.join(" OR ")),
        (None, Some(today)) => format!("type `{today}`"),
        (None, None) => match nearest_of(&text.replace(' ', "_"), values()).first() {
            Some(nearest) => format!("the nearest is `{nearest}`"),
            None => "type one of them".to_owned(),
        },
    };
    (message, hint)
}
