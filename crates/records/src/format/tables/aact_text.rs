//! Breaks of lines that AACT's export replaces.
//!
//! Its files have a row a line: a break of a line, and a blank line or a blank
//! behind it, is a `~` there.

use std::borrow::Cow;

use super::relational_rows::RelationalRow;

/// Columns whose texts have several lines, by parts of their folded headings.
const OF_SEVERAL_LINES: [&str; 8] = [
    "description",
    "criteria",
    "population",
    "comment",
    "details",
    "caveats",
    "explanation",
    "whystopped",
];

/// A cell with its breaks of lines. Only rows of AACT's own tables have those
/// replaced: they have an id, or are of the table of studies.
pub(super) fn lines<'a>(row: &RelationalRow, column: &str, cell: &'a str) -> Cow<'a, str> {
    let several = OF_SEVERAL_LINES.iter().any(|part| column.contains(part));
    let own = row.get("id").is_some() || row.has("studyfirstsubmittedqcdate");
    if !several || !own || !cell.contains('~') || cell.contains('\n') {
        return cell.into();
    }
    let mut pieces: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in cell.match_indices('~') {
        if is_break(&cell[..at], &cell[at + 1..]) {
            pieces.push(&cell[from..at]);
            from = at + 1;
        }
    }
    pieces.push(&cell[from..]);
    let mut text = String::with_capacity(cell.len() + pieces.len());
    let mut before: Option<&str> = None;
    for piece in pieces.into_iter().filter(|piece| !piece.trim().is_empty()) {
        if let Some(before) = before {
            text.push_str(if is_item(before) && is_item(piece) { "\n" } else { "\n\n" });
        }
        text.push_str(piece);
        before = Some(piece);
    }
    text.into()
}

/// Whether a `~` between these texts is a break, and not one of `~40` or
/// `2~3`.
fn is_break(before: &str, behind: &str) -> bool {
    let last = before.chars().next_back();
    let next = behind.chars().next();
    let around = |sign: Option<char>| sign.is_none_or(|sign| sign == '~' || sign.is_whitespace());
    if around(next) || is_item(behind) || last == Some('~') {
        return true;
    }
    let about = last.is_none_or(|last| last.is_whitespace() || "([<>=≤≥+-".contains(last));
    let digit = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit());
    !(about || digit(last) && digit(next))
}

/// Whether a line is one of a list: `* a`, `- a`, `1. a`.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.len() - line.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let numbered = digits > 0 && digits < 4 && line[digits..].starts_with([')', '.']);
    let rest = if numbered { &line[digits + 1..] } else { line.get(1..).unwrap_or_default() };
    (numbered || line.starts_with(['*', '-', '•'])) && rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_are_told_from_signs_of_a_text() {
        for (before, behind, is) in [
            ("Inclusion:", "* Adults", true),
            ("18 years.", "Women", true),
            ("of 18", "2. Women", true),
            ("about ", "40 mg", false),
            ("2", "3 weeks", false),
            ("(", "5 years)", false),
        ] {
            assert_eq!(is_break(before, behind), is, "{before}~{behind}");
        }
        assert!(is_item("12. A") && is_item("  * b") && !is_item("1.5 mg") && !is_item("*b"));
    }
}
