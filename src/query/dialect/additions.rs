//! What systems write behind a search in plain words: filters, limiters,
//! spans of time, and how it was run. `#3 Filters: Humans, from 2015 - 2024`
//! is line 3 with two limits.

use super::Dialect;
use super::limits::{self, Limited};
use crate::study::pieces;

/// A line without its additions.
#[derive(Debug, Default)]
pub(super) struct Parted {
    /// What is left of it.
    pub(super) text: String,
    /// The additions: all of these groups hold, of each group any part.
    pub(super) groups: Vec<Vec<Limited>>,
}

/// What follows a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Values of filters.
    Filters,
    /// From one year to another.
    Years,
    /// Nothing that a record says, and why.
    Named(&'static str),
}

use Kind::{Filters, Named, Years};

const RUN: Kind = Named("it says how the search was run elsewhere");
const PART: Kind = Named("it is a part of another database");
const FORMS: Kind = Named("other forms of words are found here, too");

/// Words before an addition (in small letters), and what they say.
const MARKS: [(Dialect, &str, Kind); 41] = [
    (Dialect::PubMed, "filters applied:", Filters),
    (Dialect::PubMed, "filters:", Filters),
    (Dialect::PubMed, "limits:", Filters),
    (Dialect::PubMed, "sort by:", RUN),
    (Dialect::Cochrane, "(word variations have been searched)", FORMS),
    (Dialect::Cochrane, "(word variations will be searched)", FORMS),
    (Dialect::Cochrane, "with publication year", Years),
    (Dialect::Cochrane, "publication year from", Years),
    (
        Dialect::Cochrane,
        "with cochrane library publication date",
        Named("no record says when a library took it in"),
    ),
    (Dialect::Cochrane, "in trials", PART),
    (Dialect::Cochrane, "in cochrane reviews", PART),
    (Dialect::Cochrane, "in cochrane protocols", PART),
    (Dialect::Cochrane, "limit to:", Filters),
    (Dialect::Cochrane, "limits:", Filters),
    (Dialect::Ebsco, "limiters/expanders", RUN),
    (Dialect::Ebsco, "limiters -", Filters),
    (Dialect::Ebsco, "limiters:", Filters),
    (Dialect::Ebsco, "narrow by", Filters),
    (Dialect::Ebsco, "expanders -", RUN),
    (Dialect::Ebsco, "expanders:", RUN),
    (Dialect::Ebsco, "search modes -", RUN),
    (Dialect::Ebsco, "search modes:", RUN),
    (Dialect::Ebsco, "search screen -", RUN),
    (Dialect::Ebsco, "interface -", RUN),
    (Dialect::Ebsco, "database -", RUN),
    (Dialect::Ebsco, "view results", RUN),
    (Dialect::Ebsco, "view details", RUN),
    (Dialect::Ebsco, "rerun", RUN),
    (Dialect::WebOfScience, "indexes=", PART),
    (Dialect::WebOfScience, "indexes:", PART),
    (Dialect::WebOfScience, "databases=", PART),
    (Dialect::WebOfScience, "databases:", PART),
    (Dialect::WebOfScience, "databases=", PART),
    (Dialect::WebOfScience, "editions=", PART),
    (Dialect::WebOfScience, "editions:", PART),
    (Dialect::WebOfScience, "search language=", RUN),
    (Dialect::WebOfScience, "doctype=", RUN),
    (Dialect::WebOfScience, "timespan=", Years),
    (Dialect::WebOfScience, "timespan:", Years),
    (Dialect::WebOfScience, "refined by:", Filters),
    (Dialect::Ovid, "limits:", Filters),
];

/// A mark in a line.
struct Found {
    start: usize,
    end: usize,
    kind: Kind,
}

/// The first mark at or after a place.
fn first_mark(small: &str, from: usize, dialect: Dialect) -> Option<Found> {
    let marks = MARKS.iter().filter(|(of, ..)| *of == dialect);
    let found = marks.filter_map(|(_, mark, kind)| {
        let start = small[from..].match_indices(mark).map(|(at, _)| from + at).find(|at| {
            let end = at + mark.len();
            begins(small, *at) && (*kind != PART || ends_part(small, end, mark, dialect))
        })?;
        Some(Found { start, end: start + mark.len(), kind: *kind })
    });
    found.min_by_key(|found| (found.start, std::cmp::Reverse(found.end)))
}

/// Whether a mark may begin at a place: outside of quotes and words.
fn begins(small: &str, at: usize) -> bool {
    let before = &small[..at];
    let outside = before.matches('"').count().is_multiple_of(2);
    outside && !before.ends_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Whether words such as `in Trials` end a search: nothing or another mark
/// follows. Names before `=` or `:` need no such end.
fn ends_part(small: &str, end: usize, mark: &str, dialect: Dialect) -> bool {
    let rest = small[end..].trim_start_matches([' ', ',', ')', '.']);
    let at = small.len() - rest.len();
    mark.ends_with(['=', ':'])
        || rest.is_empty()
        || first_of(small, at, dialect)
        || rest.starts_with("protocols")
        || rest.starts_with("trials")
}

fn first_of(small: &str, at: usize, dialect: Dialect) -> bool {
    MARKS.iter().any(|(of, mark, _)| *of == dialect && small[at..].starts_with(mark))
}

/// Whether a line is nothing but an addition to the one before.
pub(super) fn is_addition(line: &str, dialect: Dialect) -> bool {
    let small = line.trim_start().to_ascii_lowercase();
    first_of(&small, 0, dialect)
}

/// Takes the additions off a line.
pub(super) fn parted(typed: &str, dialect: Dialect) -> Parted {
    let typed = without_command(typed, dialect);
    let small = typed.to_ascii_lowercase();
    let mut next = first_mark(&small, 0, dialect);
    let end = next.as_ref().map_or(typed.len(), |found| found.start);
    let text = typed[..end].trim_end_matches([' ', '\t', ',', '-', '|']).to_owned();
    let mut parted = Parted { text: with_fields(&text, dialect), groups: Vec::new() };
    while let Some(found) = next {
        next = first_mark(&small, found.end, dialect);
        let end = next.as_ref().map_or(typed.len(), |next| next.start);
        let whole = tidy(&typed[found.start..end]);
        let value = tidy(&typed[found.end..end]);
        match found.kind {
            Named(why) => parted.groups.push(vec![Limited::LeftOut(whole, why)]),
            Years => parted.groups.push(vec![match span(&value) {
                Some(expression) => Limited::Said { typed: whole, expression },
                None => Limited::LeftOut(whole, "no years are named"),
            }]),
            Filters => parted.groups.extend(filters(&value)),
        }
    }
    parted
}

fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_matches([' ', ',', ';', '-', '|']).to_owned()
}

/// PubMed's history writes `Search` before each line.
fn without_command(typed: &str, dialect: Dialect) -> &str {
    if dialect != Dialect::PubMed {
        return typed;
    }
    let rest = typed.strip_prefix("Search:").or_else(|| typed.strip_prefix("Search "));
    let rest = rest.map(str::trim_start).filter(|rest| !rest.is_empty());
    let operator = |rest: &&str| {
        let first = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
        ["and", "or", "not"].contains(&first.as_str()) || first.starts_with('[')
    };
    rest.filter(|rest| !operator(rest)).unwrap_or(typed)
}

/// The Cochrane Library's `heparin in Title Abstract Keyword` as
/// `heparin:ti,ab,kw`.
fn with_fields(text: &str, dialect: Dialect) -> String {
    const NAMES: [(&str, &str); 9] = [
        ("in title, abstract and keywords", ":ti,ab,kw"),
        ("in title, abstract, keywords", ":ti,ab,kw"),
        ("in title abstract keywords", ":ti,ab,kw"),
        ("in title abstract keyword", ":ti,ab,kw"),
        ("in record title", ":ti"),
        ("in all text", ":tx"),
        ("in abstract", ":ab"),
        ("in keyword", ":kw"),
        ("in title", ":ti"),
    ];
    if dialect != Dialect::Cochrane {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for (name, field) in NAMES {
        let mut from = 0;
        while let Some(at) = text.to_ascii_lowercase()[from..].find(name).map(|at| from + at) {
            let end = at + name.len();
            let after = text[end..].trim_start();
            let closed = after.is_empty()
                || [")", "-", "AND ", "OR ", "NOT ", "and ", "or ", "not "]
                    .iter()
                    .any(|word| after.starts_with(word));
            from = end;
            if begins(&text, at) && text[..at].ends_with(' ') && closed {
                let start = text[..at].trim_end().len();
                let rest = after.trim_start_matches('-').trim_start().to_owned();
                text = format!("{}{field} {rest}", &text[..start]);
                from = start + field.len();
            }
        }
    }
    text.trim_end().to_owned()
}

/// Values of filters: those of ages, of sexes and of kinds of studies are
/// alternatives.
fn filters(value: &str) -> Vec<Vec<Limited>> {
    let sign = if value.contains(';') { ';' } else { ',' };
    let mut groups: Vec<(String, Vec<Limited>)> = Vec::new();
    for part in value.split(sign).map(tidy).filter(|part| !part.is_empty()) {
        for limited in filter(&part) {
            let key = match &limited {
                Limited::Said { expression, .. } if expression.contains("RANGE") => "date",
                Limited::Said { expression, .. } if expression.contains("StdAge") => "age",
                Limited::Said { expression, .. } if expression.contains("[Sex]") => "sex",
                Limited::Said { .. } => "kind",
                Limited::LeftOut(..) => "nothing",
            };
            match groups.iter_mut().find(|(known, _)| known == key) {
                Some((_, group)) => group.push(limited),
                None => groups.push((key.to_owned(), vec![limited])),
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A filter, such as `Published Date: 20100101-20231231` or
/// `Age Groups: Adult, Aged`.
fn filter(part: &str) -> Vec<Limited> {
    if let Some(expression) = span(part) {
        return vec![Limited::Said { typed: part.to_owned(), expression }];
    }
    let (name, value) = part.split_once(':').unwrap_or((part, ""));
    let whole = limits::named(name.trim());
    if value.is_empty() || matches!(whole, Limited::Said { .. }) {
        return vec![with_typed(whole, part)];
    }
    let values = value.split(',').map(|value| limits::named(value.trim()));
    values.map(|limited| with_typed(limited, part)).collect()
}

fn with_typed(limited: Limited, part: &str) -> Limited {
    let typed = part.to_owned();
    match limited {
        Limited::Said { expression, .. } => Limited::Said { typed, expression },
        Limited::LeftOut(_, why) => Limited::LeftOut(typed, why),
    }
}

/// A range of start dates from the dates in a text.
fn span(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || ",:()".contains(c));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(pieces_of).collect();
    let ends: Vec<&str> = words.iter().flat_map(|word| word.split(' ')).collect();
    let dates: Vec<Option<String>> = ends.iter().filter_map(|end| date(end)).collect();
    let has =
        |names: &[&str]| ends.iter().any(|end| names.contains(&end.to_ascii_lowercase().as_str()));
    match dates.as_slice() {
        [Some(only)] if has(&["to", "until", "before"]) && !has(&["from", "since"]) => {
            Some(limits::range(None, Some(only)))
        }
        [Some(only)] if has(&["from", "since", "after"]) => Some(limits::range(Some(only), None)),
        [Some(only)] => Some(limits::range(Some(only), Some(only))),
        [Some(from), to] => Some(limits::range(Some(from), to.as_deref())),
        _ => None,
    }
}

/// `2010-2020` and `20100101-20231231` as two dates.
fn pieces_of(word: &str) -> String {
    match word.split_once('-') {
        Some((from, to)) if is_date(from) && (to.is_empty() || is_end(to)) => {
            format!("{from} {to}")
        }
        _ => word.to_owned(),
    }
}

fn is_date(text: &str) -> bool {
    matches!(text.len(), 4 | 6 | 8) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_end(text: &str) -> bool {
    is_date(text) || is_open(text)
}

fn is_open(text: &str) -> bool {
    ["current", "present", "3000"].contains(&pieces::fold(text).as_str())
}

/// A date such as `2015`, `2015/3/1`, `20100131`; `None` inside where it is
/// open.
fn date(text: &str) -> Option<Option<String>> {
    if is_open(text) {
        return Some(None);
    }
    if is_date(text) {
        let (year, rest) = text.split_at(4);
        let known = (1800..2200).contains(&year.parse::<u32>().ok()?);
        let rest = match rest.len() {
            4 => format!("-{}-{}", &rest[..2], &rest[2..]),
            2 => format!("-{rest}"),
            _ => String::new(),
        };
        return known.then(|| Some(format!("{year}{rest}")));
    }
    let sign = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(sign).collect();
    let year = parts.first().filter(|year| year.len() == 4 && is_date(year))?;
    let rest = &parts[1..];
    let known = rest.len() < 3 && rest.iter().all(|part| matches!(part.len(), 1 | 2));
    let known = known && rest.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let padded = rest.iter().map(|part| format!("-{part:0>2}")).collect::<String>();
    known.then(|| Some(format!("{year}{padded}")))
}
