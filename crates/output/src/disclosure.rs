//! The studies that a number of hits takes in and leaves out, for people and
//! programs.

use serde_json::{Value, json};

use super::also::also_lines;
use super::{clean, grouped, plural};
use trialdex_engine::search::{Disclosure, FunnelStep};
use trialdex_query::Spelling;

/// What was also searched and what filters left out, a line each; `spell` writes the options that
/// say more.
#[must_use]
pub fn disclosure_lines(disclosure: &Disclosure, spell: Spelling) -> Vec<String> {
    let mut lines = also_lines(&disclosure.also_searched, spell);
    let adds = spell.of("include-missing");
    let left_out = disclosure.missing.iter();
    lines.extend(left_out.map(|left| format!("{left}; {adds} adds them")));
    lines.extend(disclosure.with_missing.map(|studies| {
        format!(
            "{adds} gives {} in all, including studies without a value for several filters",
            plural(studies, "study", "studies")
        )
    }));
    lines.iter().map(|line| clean::line(line).into_owned()).collect()
}

/// What each part of a query leaves, and would leave alone: a table with a
/// heading; nothing where there are no parts.
#[must_use]
pub fn funnel_lines(funnel: &[FunnelStep]) -> Vec<String> {
    if funnel.is_empty() {
        return Vec::new();
    }
    let numbers = |left: usize, alone: usize| (grouped(left as u64), grouped(alone as u64));
    let mut rows = vec![(("left".to_owned(), "alone".to_owned()), "after".to_owned())];
    rows.extend(funnel.iter().map(|row| (numbers(row.left, row.alone), row.part.clone())));
    let width = |column: fn(&(String, String)) -> &String| {
        rows.iter().map(|(numbers, _)| column(numbers).len()).max().unwrap_or(0)
    };
    let (left, alone) = (width(|numbers| &numbers.0), width(|numbers| &numbers.1));
    let line = |((one, other), part): &((String, String), String)| {
        format!("{one:>left$}  {other:>alone$}  {}", clean::line(part))
    };
    rows.iter().map(line).collect()
}

/// The same for programs: `alsoSearched`, `missing` and `funnel`.
#[must_use]
pub fn disclosure_json(disclosure: &Disclosure) -> Value {
    json!(disclosure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialdex_engine::search::FilterOmission;

    #[test]
    fn a_filter_names_what_has_no_value() {
        let left_out = |fields: &[&str], studies| FilterOmission {
            filter: "age".to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            studies,
        };
        let missing =
            vec![left_out(&["Sex"], 1), left_out(&["StdAge", "MinimumAge", "MaximumAge"], 1200)];
        let disclosure = Disclosure { missing, ..Disclosure::default() };
        assert_eq!(
            disclosure_lines(&disclosure, Spelling::default()),
            [
                "1 more study has no Sex; include-missing adds them",
                "1,200 more studies have no StdAge, MinimumAge or MaximumAge; \
                 include-missing adds them",
            ]
        );
    }

    #[test]
    fn a_funnel_is_a_table() {
        let left = |part: &str, left, alone| FunnelStep { part: part.to_owned(), left, alone };
        let funnel = [left("insomnia", 1234, 1234), left("country France", 0, 87)];
        assert_eq!(
            funnel_lines(&funnel),
            [" left  alone  after", "1,234  1,234  insomnia", "    0     87  country France"]
        );
        assert!(funnel_lines(&[]).is_empty());
    }
}
