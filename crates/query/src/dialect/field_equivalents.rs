//! Finds the equivalent of a field that is named beside a value, as in
//! `title:asthma`.

use super::field::DialectField;
use super::field_codes::field;
use super::methods::{MethodMeaning, method};
use super::systems::Dialect;
use crate::complaints::meant;
use crate::filters::{denied, said_by};
use crate::request::Parameter;
use crate::typed::{constants, typed};
use crate::word_list::WordList;
use trialdex_records::study::country_codes;
use trialdex_records::study::pieces;
use trialdex_records::study::study_fields::{self, FieldKind};

/// What says the same as a field with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldEquivalent {
    /// An expression.
    Said(String),
    /// A filter with its value.
    Filter(String),
    /// Nothing: the area has no such value.
    NoValue(&'static str),
    /// Nothing: records have no such field.
    Nothing,
}

/// Functions of ProQuest, which come right before a parenthesis.
const FUNCTIONS: WordList =
    WordList("ti|ab|su|tx|noft|mesh|mainsubject|title|abstract|subject|tiab|tw|kw|tiabsu");

/// Whether a word before a parenthesis is a function of another system.
pub(crate) fn is_function(word: &str) -> bool {
    let (name, rest) = word.split_once('.').map_or((word, ""), |(name, rest)| (name, rest));
    let name = name.to_ascii_lowercase();
    let exact = rest.split('.').all(|part| matches!(part, "EXACT" | "EXPLODE"));
    match rest.is_empty() {
        true => FUNCTIONS.contains(name.as_str()),
        false => exact && matches!(name.as_str(), "mesh" | "mjmesh" | "emb" | "mjemb" | "su"),
    }
}

/// Whether a name is that of a field anywhere.
pub(crate) fn is_field(name: &str) -> bool {
    named(name).is_some()
}

/// The field of a name, of the registry or of another system.
fn named(name: &str) -> Option<DialectField> {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let folded = pieces::fold(first);
    if matches!(folded.as_str(), "mesh" | "mjmesh" | "emb" | "mjemb") {
        return Some(DialectField::Heading {
            explode: !rest.is_empty() || folded == "mesh",
            major: false,
        });
    }
    let parameter = Parameter::named(&folded).filter(|it| *it != Parameter::Words);
    if let Some(parameter) = parameter {
        return Some(DialectField::Area(parameter.area()));
    }
    let ours = field(name, Dialect::ClinicalTrials);
    let area = |field: &DialectField| match field {
        DialectField::Area(area) => {
            study_fields::StudyField::named(area).is_none_or(|it| it.kind() != FieldKind::Structure)
        }
        _ => false,
    };
    let code = |name: &str| if name.contains('-') { None } else { field(name, Dialect::PubMed) };
    let short = folded.len() < 3;
    let of_registry = ours.filter(|found| area(found) && !short);
    match code(name) {
        Some(DialectField::Foreign) => of_registry.or(Some(DialectField::Foreign)),
        Some(found) => Some(found),
        None => of_registry,
    }
}

/// The equivalent of a field with a value; `None` if no system has such a
/// field. `sign` is between them.
pub(crate) fn nearest(name: &str, sign: &str, value: &str) -> Option<FieldEquivalent> {
    let said = |text: String| FieldEquivalent::Said(text);
    Some(match named(name)? {
        DialectField::Area(area) => in_area(area, sign, value),
        DialectField::Date => in_area("StartDate", sign, value),
        DialectField::Heading { .. } => said(format!("EXPLODE[MeSH]{value}")),
        DialectField::PublicationType => match method(value.trim_matches('"')) {
            Some(MethodMeaning::Said(text)) => said(text.to_owned()),
            _ => FieldEquivalent::Nothing,
        },
        DialectField::Foreign => FieldEquivalent::Nothing,
        found => said(match found.area() {
            Some(area) => format!("AREA[{area}]{value}"),
            None => value.to_owned(),
        }),
    })
}

/// Several values of a field that a filter compares, with commas between.
pub(crate) fn listed(name: &str, values: &str) -> Option<String> {
    let DialectField::Area(area) = named(name)? else { return None };
    said_by(area, &values.replace(" OR ", ","))
}

fn in_area(area: &'static str, sign: &str, value: &str) -> FieldEquivalent {
    if let Some(other) =
        denied(value.trim_matches('"')).filter(|_| sign.trim() == ":" || sign == "=")
    {
        return match in_area(area, sign, other) {
            FieldEquivalent::Said(said) if said.contains(" AND ") => {
                FieldEquivalent::Said(format!("NOT ({said})"))
            }
            FieldEquivalent::Said(said) => FieldEquivalent::Said(format!("NOT {said}")),
            other => other,
        };
    }
    let compared = sign.contains(['<', '>', '\u{2264}', '\u{2265}']);
    let sign = sign.trim_matches([':', ' ']);
    let sign = if compared { sign } else { "" };
    if area == "StdAge" && constant(area, value).is_none() {
        return FieldEquivalent::Filter(format!("{{age}} '{sign}{value}'"));
    }
    let Some(field) = study_fields::StudyField::named(area) else {
        return FieldEquivalent::Said(format!("AREA[{area}]{value}"));
    };
    let bare = value.trim_matches('"');
    let said = match field.kind() {
        FieldKind::Constant => constant(area, value),
        FieldKind::Date | FieldKind::Number | FieldKind::Age => {
            let dates = bare.replace('/', "-");
            let plain = typed(field, &dates).filter(|_| !compared && !dates.contains(' '));
            plain.map(|_| dates.clone()).or_else(|| meant(field, &format!("{sign}{dates}")))
        }
        FieldKind::Boolean | FieldKind::Code => typed(field, bare).map(|_| bare.to_owned()),
        _ => Some(value.to_owned()),
    };
    match said {
        Some(said) => FieldEquivalent::Said(of_country(area, &said)),
        None => said_by(area, value).map_or(FieldEquivalent::NoValue(area), FieldEquivalent::Said),
    }
}

/// The expression of a value, with a country by its code.
fn of_country(area: &str, said: &str) -> String {
    let code =
        country_codes::code_typed(said.trim_matches('"')).filter(|_| area == "LocationCountry");
    match code {
        Some(code) => format!("AREA[LocationCountryCode]{code}"),
        None => format!("AREA[{area}]{said}"),
    }
}

/// The constant that a value means, as in `phase:2`.
fn constant(area: &str, value: &str) -> Option<String> {
    let field = study_fields::StudyField::named(area)?;
    let known = constants(field)?;
    let bare = value.trim_matches(['"', '(', ')']);
    let with_area = format!("{area}{bare}");
    let found = known.constant(bare).or_else(|| known.constant(&with_area))?;
    Some(match (area, found) {
        ("Sex", "FEMALE" | "MALE") => format!("({found} OR \"ALL\")"),
        (_, "ALL") => "\"ALL\"".to_owned(),
        _ => found.to_owned(),
    })
}
