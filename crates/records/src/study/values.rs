//! From a value as older formats write it to the value that API v2 holds.

use serde_json::Value;

use super::pieces::{Piece, PieceKind};
use super::{Age, PartialDate};

/// The API v2 value of a text that another format has at this piece.
///
/// Labels become constants, `Yes` becomes `true`, `March 4, 2021` becomes
/// `2021-03-04`, digits become a number; so does what spreadsheets and tables
/// of other programs make of these, as long as only one thing can be meant. A
/// text that does not fit the piece's kind is kept as it is, so that nothing is
/// lost. `None` for blank values, for ages without limit (`N/A`), and for
/// structures.
#[must_use]
pub fn typed(piece: &Piece, text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() || says_nothing(piece, text) {
        return None;
    }
    let kept = || Some(Value::from(text));
    match piece.kind {
        PieceKind::Structure | PieceKind::GeoPoint => None,
        PieceKind::Text | PieceKind::Markup | PieceKind::DateTime => kept(),
        PieceKind::Age => Some(age(piece, text).map_or_else(|| Value::from(text), Value::from)),
        PieceKind::Enum(known) => known.meant(text).map(Value::from).or_else(kept),
        PieceKind::Boolean => boolean(text).map(Value::from).or_else(kept),
        PieceKind::Integer => whole_number(text).map(Value::from).or_else(kept),
        PieceKind::Date => {
            PartialDate::parse_written(text).map(|date| date.to_string().into()).or_else(kept)
        }
    }
}

/// The API v2 values of a text at a piece that is a list: `Phase 2/Phase 3`,
/// `PHASE1; PHASE2`, `['PHASE1', 'PHASE2']`. Running texts are only split where
/// they are written as a list.
#[must_use]
pub fn typed_list(piece: &Piece, text: &str) -> Vec<Value> {
    if let Some(texts) = written_list(text) {
        return texts.iter().flat_map(|text| typed_list(piece, text)).collect();
    }
    let PieceKind::Enum(known) = piece.kind else {
        return typed(piece, text).into_iter().collect();
    };
    if known.meant(text).is_some() {
        return typed(piece, text).into_iter().collect();
    }
    let parts = [';', '|', ',', '/', '+', '&'].iter().find_map(|separator| {
        let parts = text.split(*separator).map(|part| known.meant(part).map(Value::from));
        parts.collect::<Option<Vec<_>>>()
    });
    parts.unwrap_or_else(|| typed(piece, text).into_iter().collect())
}

/// The texts of a list as JSON, Python and NumPy write one: `["a"]`, `['a', 'b']`,
/// `('a',)`, `['a' 'b']`.
#[must_use]
pub fn written_list(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let inner = [('[', ']'), ('(', ')'), ('{', '}')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))?;
    let mut rest = inner.trim();
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (text, behind) = quoted(&rest[1..], quote)?;
        texts.push(text);
        let behind = behind.trim_start();
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    }
    (!texts.is_empty()).then_some(texts)
}

/// A text up to its closing quote, and the text after it.
pub fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut read = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next()?.1 {
                'n' => read.push('\n'),
                't' => read.push('\t'),
                'r' => {}
                kind @ ('x' | 'u' | 'U') => {
                    let length = match kind {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let digits: String = characters.by_ref().take(length).map(|(_, c)| c).collect();
                    read.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?);
                }
                escaped => read.push(escaped),
            },
            _ if character == quote => return Some((read, &text[at + 1..])),
            _ => read.push(character),
        }
    }
    None
}

/// Words of programs for a missing value, as they write them.
const OF_PROGRAMS: [&str; 10] =
    ["null", "NULL", "nan", "NaN", "NaT", "<NA>", "NA", "None", "\\N", "#N/A"];

/// What people type for it.
const OF_PEOPLE: [&str; 2] = ["n/a", "-"];

/// Whether a text is a word of programs for a missing value.
pub fn is_nothing(text: &str) -> bool {
    OF_PROGRAMS.contains(&text)
}

/// Whether a text says that a value is missing, at a piece that has no text like
/// that.
fn says_nothing(piece: &Piece, text: &str) -> bool {
    let words = || OF_PROGRAMS.iter().chain(&OF_PEOPLE);
    let lacks = || words().any(|word| word.eq_ignore_ascii_case(text));
    match piece.kind {
        PieceKind::Text | PieceKind::Markup | PieceKind::Structure | PieceKind::GeoPoint => false,
        PieceKind::Enum(known) => known.meant(text).is_none() && lacks(),
        _ => lacks(),
    }
}

/// A whole number: `40`, `40.0`, `1,200`, `12 participants`.
fn whole_number(text: &str) -> Option<i64> {
    const COUNTED: [&str; 6] =
        ["participants", "patients", "subjects", "people", "persons", "volunteers"];
    let counted = text.rsplit_once(' ').filter(|(_, what)| COUNTED.contains(what));
    let text = counted.map_or(text, |(number, _)| number.trim_end());
    let whole = match text.split_once('.') {
        // `1.000` is a thousand where a dot parts groups of digits.
        Some((whole, zeros))
            if !matches!(zeros.len(), 0 | 3) && zeros.bytes().all(|zero| zero == b'0') =>
        {
            whole
        }
        _ => text,
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',')
        && (1..=3).contains(&first.len())
        && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()));
    if grouped { whole.replace(',', "").parse().ok() } else { whole.parse().ok() }
}

/// An age as records write it: a number alone means years, `P18Y` is that of
/// ISO 8601, and `>= 18 years` is a least one.
fn age(piece: &Piece, text: &str) -> Option<String> {
    if Age::parse(text).is_some() {
        return Some(text.to_owned());
    }
    let bounds: &[&str] = if piece.name == "MaximumAge" { &["<=", "≤"] } else { &[">=", "≥"] };
    let bare = bounds.iter().find_map(|bound| text.strip_prefix(bound)).unwrap_or(text).trim();
    if let Some(years) = whole_number(bare).filter(|years| (0..=130).contains(years)) {
        return Some(format!("{years} {}", if years == 1 { "Year" } else { "Years" }));
    }
    let bare = bare.strip_prefix('P').filter(|_| bare.len() <= 6).unwrap_or(bare);
    let (count, unit) = bare.split_at(bare.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
        "y" | "yr" | "yrs" | "year" | "years" | "years old" => "Years",
        "mo" | "mos" | "mth" | "mths" | "month" | "months" => "Months",
        "w" | "wk" | "wks" | "week" | "weeks" => "Weeks",
        "d" | "day" | "days" => "Days",
        "h" | "hr" | "hrs" | "hour" | "hours" => "Hours",
        "m" if unit == "M" => "Months",
        _ => return None,
    };
    Age::parse(&format!("{count} {unit}")).map(|_| format!("{count} {unit}"))
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" | "1.0" | "accepts healthy volunteers" | "has results" => {
            Some(true)
        }
        "false" | "no" | "n" | "f" | "0" | "0.0" | "no results available" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pieces;
    use super::*;
    use serde_json::json;

    /// Each text at the piece of that name, and the value that it is.
    fn are(name: &str, pairs: &[(&str, Value)]) {
        let piece = pieces::named(name).expect(name);
        for (text, value) in pairs {
            let found = if piece.list {
                Value::from(typed_list(piece, text))
            } else {
                typed(piece, text).unwrap_or(Value::Null)
            };
            assert_eq!(found, *value, "{name}: {text}");
        }
    }

    #[test]
    fn each_kind_gets_its_v2_value() {
        are("Phase", &[("Phase 2", json!(["PHASE2"])), ("Phase 9", json!(["Phase 9"]))]);
        are("OversightHasDMC", &[("No", json!(false))]);
        are("MaximumAge", &[("N/A", Value::Null)]);
        are("BriefTitle", &[(" ", Value::Null)]);
        are("StartDate", &[("next spring", json!("next spring"))]);
    }

    #[test]
    fn numbers_of_spreadsheets_are_numbers() {
        are(
            "EnrollmentCount",
            &[
                ("40", json!(40)),
                ("40.0", json!(40)),
                ("1,200", json!(1200)),
                ("2.0000", json!(2)),
                ("1.000", json!("1.000")),
                ("12 participants", json!(12)),
                ("nan", Value::Null),
                ("40.5", json!("40.5")),
                ("1,20", json!("1,20")),
                ("~40", json!("~40")),
            ],
        );
    }

    #[test]
    fn dates_of_other_programs_are_dates() {
        let day = json!("2021-03-04");
        let texts = [
            "2021-03-04 00:00:00",
            "2021-03-04T00:00:00Z",
            "2021/03/04",
            "20210304",
            "04-Mar-2021",
            "4-Mar-21",
            "04.03.2021",
            "3/4/21",
            "3/4/2021 12:00:00 AM",
            "44259",
            "1614816000000",
            "March 4th, 2021",
            "Thu, 04 Mar 2021",
        ];
        let days: Vec<(&str, Value)> = texts.iter().map(|text| (*text, day.clone())).collect();
        are("StartDate", &days);
        are(
            "StartDate",
            &[
                ("31/12/2020", json!("2020-12-31")),
                ("12/31/20", json!("2020-12-31")),
                ("06-Feb-17", json!("2017-02-06")),
                ("Mar-21", json!("2021-03")),
                ("4-Mar-98", json!("1998-03-04")),
                ("2021-Q1", json!("2021-Q1")),
                ("03-04-2021", json!("03-04-2021")),
                ("NaT", Value::Null),
            ],
        );
    }

    #[test]
    fn phases_are_told_from_lists_and_short_forms() {
        let both = json!(["PHASE1", "PHASE2"]);
        for text in ["PHASE1; PHASE2", "['PHASE1', 'PHASE2']", "P1|P2", "I/II", "1/2"] {
            are("Phase", &[(text, both.clone())]);
        }
        are(
            "Phase",
            &[
                ("[\"PHASE1; PHASE2\"]", both),
                ("II", json!(["PHASE2"])),
                ("Phase III", json!(["PHASE3"])),
                ("NA", json!(["NA"])),
                ("some", json!(["some"])),
            ],
        );
        are("Sex", &[("F", json!("FEMALE")), ("men", json!("men"))]);
    }

    #[test]
    fn yes_and_no_have_many_names() {
        for (text, value) in [("t", true), ("F", false), ("1", true), ("False", false)] {
            are("HasResults", &[(text, json!(value))]);
        }
    }

    #[test]
    fn ages_get_their_unit() {
        are(
            "MinimumAge",
            &[
                ("18 Years", json!("18 Years")),
                ("18.0", json!("18 Years")),
                ("P18Y", json!("18 Years")),
                ("P6M", json!("6 Months")),
                (">= 18 yrs", json!("18 Years")),
                ("N/A", Value::Null),
                ("young", json!("young")),
            ],
        );
    }

    #[test]
    fn texts_are_split_only_where_they_are_written_as_a_list() {
        are(
            "Condition",
            &[
                ("['Asthma', \"Crohn's\"]", json!(["Asthma", "Crohn's"])),
                ("['a' 'b']", json!(["a", "b"])),
                ("[Asthma]", json!(["[Asthma]"])),
                ("Asthma; COPD", json!(["Asthma; COPD"])),
            ],
        );
    }
}
