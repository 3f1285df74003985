//! Messages and hints for names and values that a query cannot ask for.

use super::date_notations;
use super::geo_circle::GeoCircle;
use super::meaning::SearchTarget;
use super::typed::{constants, typed};
use super::{Diagnostic, Span, phases};
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{country_codes, nearest_areas, nearest_of};

/// Message and hint.
type Complaint = (String, String);

/// Names in backticks, with commas.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

pub(super) fn unknown_area(name: &str) -> Complaint {
    let meant: Vec<String> = StudyField::meant_by(name).into_iter().map(StudyField::name).collect();
    if meant.len() > 1 {
        let names = meant.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        return (format!("`{name}` may be more than one field"), format!("type {names}"));
    }
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
        format!("type `SEARCH[Study]AREA[{name}]{}`", example_in(name)),
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
        "type one, such as `TILT[StudyFirstPostDate]word`".to_owned(),
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
        "type `AND`, or name a field of text, such as `AREA[BriefTitle](bone NEAR/3 marrow)`"
            .to_owned(),
    )
}

pub(super) fn no_range(target: &SearchTarget) -> Complaint {
    let what = match target.single() {
        Some(field) => format!("`{}` is {}", target.name, kind(field.kind())),
        None => format!("`{}` is several fields", target.name),
    };
    let hint = match target.single() {
        Some(_) => format!("`NOT AREA[{}]MISSING` finds studies that have a value", target.name),
        None => "name a field before it, such as `AREA[StartDate]RANGE[2020, MAX]`".to_owned(),
    };
    (format!("`RANGE` needs a field of dates, numbers, ages or constants; {what}"), hint)
}

pub(super) fn no_place(name: &str, place: GeoCircle) -> Complaint {
    (
        format!("`DISTANCE` needs a field of places, and `{name}` is none"),
        format!("type `AREA[LocationGeoPoint]DISTANCE[{place}]`"),
    )
}

/// A text that means nothing in a field that is not text.
pub(super) fn value(name: &str, field: StudyField, text: &str) -> Complaint {
    if let Some(known) = constants(field) {
        return constant(name, known, text);
    }
    let message = format!("`{text}` means nothing in `{name}`, which is {}", kind(field.kind()));
    if let Some(meant) = meant(field, text) {
        return (message, format!("type `AREA[{name}]{meant}`"));
    }
    if let [one, others @ ..] = &readings(field, text)[..] {
        let others = others.iter().map(|day| format!(", or `AREA[{name}]{day}`"));
        return (message, format!("type `AREA[{name}]{one}`{}", others.collect::<String>()));
    }
    let hint = match field.kind() {
        FieldKind::Point => {
            format!("type a place and a radius: `AREA[{name}]DISTANCE[39.0, -77.1, 50mi]`")
        }
        FieldKind::Date => format!(
            "type a date or a range of dates, such as `AREA[{name}]2021-03-04`, `AREA[{name}]2021` \
             or `AREA[{name}]RANGE[2020, 2022]`"
        ),
        FieldKind::Boolean => format!("type `AREA[{name}]true` or `AREA[{name}]false`"),
        FieldKind::Number => format!("type a whole number, such as `AREA[{name}]100`"),
        FieldKind::Age => {
            format!("type a number and a unit, such as `AREA[{name}]\"18 years\"`")
        }
        other => format!("type {}", example(other)),
    };
    (message, hint)
}

/// The dates that a text in another notation may mean, or the number that is
/// typed with blanks in it.
fn readings(field: StudyField, text: &str) -> Vec<String> {
    match field.kind() {
        FieldKind::Date => date_notations::readings(text),
        FieldKind::Number => {
            let digits = text.replace([' ', '\u{a0}', '\u{202f}', '\''], "");
            typed(field, &digits).map(|_| digits).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What to type for a bound that is written otherwise, in backticks.
fn as_bound(field: StudyField, text: &str) -> Option<String> {
    let age = || typed(field, &format!("{text} years")).map(|_| format!("{text} years"));
    let meant = match field.kind() {
        FieldKind::Age => age().into_iter().collect(),
        _ => readings(field, text),
    };
    let meant: Vec<String> = meant.iter().map(|one| format!("`{one}`")).collect();
    (!meant.is_empty()).then(|| meant.join(" or "))
}

/// Signs and words for a range that is open at one end, and whether it is the
/// lower one that is named and the value itself left out.
const OPEN: [(&str, bool, bool); 9] = [
    (">=", true, false),
    ("\u{2265}", true, false),
    ("<=", false, false),
    ("\u{2264}", false, false),
    (">", true, true),
    ("<", false, true),
    ("since ", true, false),
    ("from ", true, false),
    ("until ", false, false),
];

/// What a text is meant for that is no value of a field of dates, numbers or
/// ages: a range, or an age without its unit.
pub(super) fn meant(field: StudyField, text: &str) -> Option<String> {
    if field.kind() == FieldKind::Code {
        return country_codes::code_typed(text).map(str::to_owned);
    }
    let value = |text: &str| -> Option<String> {
        let text = text.trim();
        let age = field.kind() == FieldKind::Age && text.bytes().all(|b| b.is_ascii_digit());
        let text = if age { format!("{text} years") } else { text.to_owned() };
        typed(field, &text).map(|_| text)
    };
    let text = text.trim().replace(['\u{2013}', '\u{2014}'], "-");
    if let Some(age) = value(&text) {
        return Some(format!("\"{age}\""));
    }
    for (sign, lower, excluded) in OPEN {
        let Some(end) = text.strip_prefix(sign).and_then(value) else { continue };
        let end = if excluded { beyond(&end, lower)? } else { end };
        return Some(if lower {
            format!("RANGE[{end}, MAX]")
        } else {
            format!("RANGE[MIN, {end}]")
        });
    }
    if let Some(end) = text.strip_suffix('+').and_then(value) {
        return Some(format!("RANGE[{end}, MAX]"));
    }
    [" to ", "..", ":", "-"].iter().find_map(|sign| {
        text.match_indices(sign).find_map(|(at, _)| {
            let (from, to) = (value(&text[..at])?, value(&text[at + sign.len()..])?);
            Some(format!("RANGE[{from}, {to}]"))
        })
    })
}

/// The next whole number or year, or the one before; `None` of anything else,
/// since bounds of a range are within.
fn beyond(end: &str, above: bool) -> Option<String> {
    let number: i64 = end.parse().ok()?;
    Some(if above { number + 1 } else { number - 1 }.to_string())
}

/// Something that can be looked for in an area, as it is typed after it.
pub(super) fn example_in(area: &str) -> &'static str {
    let Some(field) = StudyField::named(area) else { return "word" };
    if let Some(known) = constants(field) {
        return known.values.first().map_or("word", |(constant, _)| constant);
    }
    match field.kind() {
        FieldKind::Boolean => "true",
        FieldKind::Number => "100",
        FieldKind::Date => "2021",
        FieldKind::Age => "\"18 years\"",
        FieldKind::Point => "DISTANCE[39.0, -77.1, 50mi]",
        FieldKind::Code => "DE",
        _ => "word",
    }
}

/// A bound that means nothing in a field.
pub(super) fn bound(name: &str, field: StudyField, text: &str) -> Complaint {
    if let Some(known) = constants(field) {
        let values = known.values.iter().map(|(constant, _)| *constant);
        return (
            format!("`{text}` is not a value of `{name}`"),
            format!("there are {}", listed(values)),
        );
    }
    if let Some(meant) = as_bound(field, text) {
        let message =
            format!("`{text}` means nothing in `{name}`, which is {}", kind(field.kind()));
        return (message, format!("type {meant}"));
    }
    (
        format!("`{text}` means nothing in `{name}`, which is {}", kind(field.kind())),
        format!("type {}, or `MIN` or `MAX` for an open end", example(field.kind())),
    )
}

/// A range whose upper bound comes before its lower one.
pub(super) fn reversed(name: &str, lower: &str, upper: &str) -> Complaint {
    (
        format!("`RANGE[{lower}, {upper}]` ends before it begins"),
        format!("type the lower bound first: `AREA[{name}]RANGE[{upper}, {lower}]`"),
    )
}

/// Constants have no order but that of their letters, so a range of them may
/// take in others than meant.
pub(super) fn by_letters(span: &Span, name: &str, constants: &[&str]) -> Diagnostic {
    Diagnostic {
        span: span.clone(),
        message: format!(
            "values are compared by their letters: this is {}",
            listed(constants.iter().copied())
        ),
        hint: format!(
            "type the values that are meant, such as `AREA[{name}]({})`",
            constants.join(" OR ")
        ),
    }
}

fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Boolean => "`true` or `false`",
        FieldKind::Date => "a date such as `2021-03-04`, `2021-03` or `2021`",
        FieldKind::Code => "a code such as `DE`, or the name of a country",
        FieldKind::Age => "a number and a unit, such as `18 years` or `6 months`",
        _ => "a whole number, such as `100`",
    }
}

/// A text that is not a constant of the field.
fn constant(name: &str, known: &EnumType, text: &str) -> Complaint {
    let values = || known.values.iter().map(|(constant, _)| *constant);
    let message = format!("allowed values for enum field `{name}` are {}", listed(values()));
    let in_area = |constant: &str| match constant {
        "ALL" => format!("AREA[{name}]\"ALL\""),
        constant => format!("AREA[{name}]{constant}"),
    };
    if let (true, Ok((phases, _))) = (known.name == "Phase", phases::alternatives(text)) {
        let phases: Vec<String> = phases.iter().map(ToString::to_string).collect();
        return (message, format!("type `{}`", phases.join(" OR ")));
    }
    let words: Vec<&str> = text.split(' ').collect();
    let each: Option<Vec<&str>> = words.iter().map(|word| known.current(word)).collect();
    let hint = match (each, known.constant(text)) {
        (Some(each), _) => format!("type `AREA[{name}]({})`", each.join(" OR ")),
        (None, Some(today)) => format!("type `{}`", in_area(today)),
        (None, None) => match nearest_of(&text.replace(' ', "_"), values()).first() {
            Some(nearest) => format!("the nearest is `{}`", in_area(nearest)),
            None => format!("type one of them, such as `{}`", in_area(known.values[0].0)),
        },
    };
    (message, hint)
}
