//! What systems write behind a search in plain words: filters, limiters,
//! spans of time, and how it was run. `#3 Filters: Humans, from 2015 - 2024`
//! is line 3 with two limits.

use std::borrow::Cow;

use super::database_limits::{self, LimitMeaning, LimitTree};
use super::systems::Dialect;
use super::{date_limits, products, wos};

/// A line without its additions.
#[derive(Debug, Default)]
pub(super) struct StrippedLine {
    /// What is left of it.
    pub(super) text: String,
    /// The additions, all of which hold.
    pub(super) limits: Vec<LimitTree>,
}

/// What follows a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdditionKind {
    /// Values of filters.
    Filters,
    /// From one year to another.
    Years,
    /// Nothing that a record says, and why.
    Named(&'static str),
}

use AdditionKind::{Filters, Named, Years};

const RUN: AdditionKind = Named("it says how the search was run elsewhere");
const PART: AdditionKind = Named("it is a part of another database");
const FORMS: AdditionKind = Named("other forms of words are found here, too");

/// Words before an addition (in small letters), and what they say.
const MARKS: [(Dialect, &str, AdditionKind); 42] = [
    (Dialect::PubMed, "filters applied:", Filters),
    (Dialect::PubMed, "filters:", Filters),
    (Dialect::PubMed, "limits:", Filters),
    (Dialect::PubMed, "sort by:", RUN),
    (Dialect::Cochrane, "(word variations have been searched)", FORMS),
    (Dialect::Cochrane, "(word variations will be searched)", FORMS),
    (Dialect::Cochrane, "with publication year", Years),
    (Dialect::Cochrane, "publication year from", Years),
    (Dialect::Cochrane, "from", Years),
    (
        Dialect::Cochrane,
        "with cochrane library publication date",
        Named("no record says when a library took it in"),
    ),
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
    (Dialect::WebOfScience, "date run:", RUN),
    (Dialect::WebOfScience, "indexes=", PART),
    (Dialect::WebOfScience, "indexes:", PART),
    (Dialect::WebOfScience, "databases=", PART),
    (Dialect::WebOfScience, "databases:", PART),
    (Dialect::WebOfScience, "databases=", PART),
    (Dialect::WebOfScience, "editions=", PART),
    (Dialect::WebOfScience, "editions:", PART),
    (Dialect::WebOfScience, "search language=", RUN),
    (Dialect::WebOfScience, "doctype=", RUN),
    (Dialect::WebOfScience, "doctypes=", RUN),
    (Dialect::WebOfScience, "language=", RUN),
    (Dialect::WebOfScience, "timespan=", Years),
    (Dialect::WebOfScience, "timespan:", Years),
    (Dialect::WebOfScience, "refined by:", Filters),
    (Dialect::Ovid, "limits:", Filters),
];

/// A mark in a line.
struct AdditionMark {
    start: usize,
    end: usize,
    kind: AdditionKind,
}

/// The marks in a line from left to right, the longest of a place first.
fn marks(small: &str, dialect: Dialect) -> Vec<AdditionMark> {
    let quotes: Vec<usize> = small.match_indices('"').map(|(at, _)| at).collect();
    let outside = |at: usize| quotes.partition_point(|quote| *quote < at).is_multiple_of(2);
    let mut found = Vec::new();
    for (_, mark, kind) in MARKS.iter().filter(|(of, ..)| *of == dialect) {
        for (start, _) in small.match_indices(mark) {
            let end = start + mark.len();
            if outside(start)
                && begins_word(small, start)
                && (*kind != PART || ends_part(small, end, mark, dialect))
                && (*mark != "from" || is_range_alone(small, start, end))
            {
                found.push(AdditionMark { start, end, kind: *kind });
            }
        }
    }
    if dialect == Dialect::Cochrane {
        let parts = products::all(small).filter(|part| {
            outside(part.start) && (part.end == small.len() || first_of(small, part.end, dialect))
        });
        found.extend(parts.map(|part| AdditionMark {
            start: part.start,
            end: part.end,
            kind: PART,
        }));
    }
    found.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
    found
}

fn begins_word(small: &str, at: usize) -> bool {
    !small[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Whether words such as `in Trials` end a search: nothing or another mark
/// follows. Names before `=` or `:` need no such end.
fn ends_part(small: &str, end: usize, mark: &str, dialect: Dialect) -> bool {
    let rest = small[end..].trim_start_matches([' ', ',', ')', '.']);
    let at = small.len() - rest.len();
    mark.ends_with(['=', ':']) || rest.is_empty() || first_of(small, at, dialect)
}

/// Whether `from` begins a range of years without a name before it, such as
/// `publication date`.
fn is_range_alone(small: &str, at: usize, end: usize) -> bool {
    let before = small[..at].trim_end();
    !before.ends_with("date") && !before.ends_with("year") && starts_with_year(&small[end..])
}

/// The most characters that a range of years takes, with what follows it.
const LONGEST: usize = 64;

/// Whether a year and nothing but a range of years follows.
fn starts_with_year(rest: &str) -> bool {
    let head = rest.char_indices().nth(LONGEST).map_or(rest, |(end, _)| &rest[..end]);
    let years = match head.split_once(", in ") {
        Some((years, _)) => years,
        None if head.len() < rest.len() => return false,
        None => rest,
    };
    rest.starts_with(' ') && date_limits::dates(years).is_some()
}

fn first_of(small: &str, at: usize, dialect: Dialect) -> bool {
    let products = dialect == Dialect::Cochrane && products::list(&small[at..]).is_some();
    products
        || MARKS.iter().any(|(of, mark, _)| {
            let rest = small[at..].strip_prefix(mark);
            *of == dialect && rest.is_some_and(|rest| *mark != "from" || starts_with_year(rest))
        })
}

/// Whether a line is nothing but an addition to the one before.
pub(super) fn is_addition(line: &str, dialect: Dialect) -> bool {
    let small = line.trim_start().to_ascii_lowercase();
    first_of(&small, 0, dialect)
}

/// Where the additions of a line begin; its length where it has none.
pub(super) fn start(typed: &str, dialect: Dialect) -> usize {
    let small = typed.to_ascii_lowercase();
    marks(&small, dialect).first().map_or(typed.len(), |found| found.start)
}

/// Takes the additions off a line.
pub(super) fn parted(typed: &str, dialect: Dialect) -> StrippedLine {
    let typed = &*without_command(typed, dialect);
    let small = typed.to_ascii_lowercase();
    let mut marks = marks(&small, dialect).into_iter();
    let mut next = marks.next();
    let end = next.as_ref().map_or(typed.len(), |found| found.start);
    let text = typed[..end].trim_end_matches([' ', '\t', ',', '|']);
    // A dash parts a mark from the search; in `PY 2010-` it is an open end.
    let text = text.strip_suffix(" -").unwrap_or(text).trim_end().to_owned();
    let mut parted = StrippedLine { text: with_fields(&text, dialect), limits: Vec::new() };
    while let Some(found) = next {
        next = marks.find(|next| next.start >= found.end);
        let end = next.as_ref().map_or(typed.len(), |next| next.start);
        let whole = tidy(&typed[found.start..end]);
        let value = tidy(&typed[found.end..end]);
        match found.kind {
            Named(why) => parted.limits.push(LimitTree::One(LimitMeaning::LeftOut(whole, why))),
            // The word says that the end is open.
            Years if small[..found.end].ends_with("from") => {
                let range = format!("from {value}");
                parted.limits.push(LimitTree::One(span(whole, &range)));
            }
            Years => parted.limits.push(LimitTree::One(span(whole, &value))),
            Filters if dialect == Dialect::WebOfScience => {
                parted.limits.extend(wos::refined(&value));
            }
            Filters => parted.limits.extend(filters(&value)),
        }
    }
    parted
}

fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches([' ', ',', ';', '|']).trim_start_matches(['-', ' ']);
    // `20100101-` has an open end.
    let bare = text.trim_end_matches(['-', ' ']);
    let open = bare.ends_with(|c: char| c.is_ascii_digit()) && text.len() == bare.len() + 1;
    if open { text.to_owned() } else { bare.to_owned() }
}

/// PubMed's history writes `Search` before each line; Ovid's `..l/ 3
/// yr=2015` is `limit 3 to yr=2015`.
fn without_command(typed: &str, dialect: Dialect) -> Cow<'_, str> {
    match dialect {
        Dialect::PubMed => Cow::Borrowed(without_search(typed)),
        Dialect::Ovid => match limit_of(typed) {
            Some((line, limit)) => Cow::Owned(format!("limit {line} to {limit}")),
            None => Cow::Borrowed(typed),
        },
        _ => Cow::Borrowed(typed),
    }
}

/// Line and limit of `..l/ 3 yr=2015`, `l/3 humans` or `..limit 3 to humans`.
fn limit_of(typed: &str) -> Option<(&str, &str)> {
    let small = typed.to_ascii_lowercase();
    let command = ["..l/", "l/", "..limit/", "..limit "];
    let command = command.into_iter().find(|command| small.starts_with(command))?;
    let rest = typed[command.len()..].trim_start();
    let (line, limit) = rest.split_once(' ')?;
    let limit = limit.trim_start();
    let limit = limit.strip_prefix("to ").unwrap_or(limit);
    line.bytes().all(|byte| byte.is_ascii_digit()).then_some((line, limit))
}

fn without_search(typed: &str) -> &str {
    let rest = typed.strip_prefix("Search:").or_else(|| typed.strip_prefix("Search "));
    let rest = rest.map(str::trim_start).filter(|rest| !rest.is_empty());
    let operator = |rest: &&str| {
        let first = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
        ["and", "or", "not"].contains(&first.as_str()) || first.starts_with('[')
    };
    rest.filter(|rest| !operator(rest)).unwrap_or(typed)
}

/// Fields of the Cochrane Library as it prints them behind a text, and as they
/// are typed.
const WRITTEN_FIELDS: [(&str, &str); 9] = [
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

/// The Cochrane Library's `heparin in Title Abstract Keyword` as
/// `heparin:ti,ab,kw`.
fn with_fields(text: &str, dialect: Dialect) -> String {
    if dialect != Dialect::Cochrane {
        return text.to_owned();
    }
    // Each part of the text is looked at once.
    let small = text.to_ascii_lowercase();
    let mut quotes = 0;
    let (mut written, mut from, mut counted) = (String::with_capacity(text.len()), 0, 0);
    for (at, _) in small.match_indices("in ") {
        let named = WRITTEN_FIELDS.iter().find(|(name, _)| small[at..].starts_with(name));
        let Some((name, field)) = named.filter(|_| at >= from && text[..at].ends_with(' ')) else {
            continue;
        };
        quotes += text[counted..at].matches('"').count();
        counted = at;
        let after = text[at + name.len()..].trim_start();
        let closed = after.is_empty()
            || [")", "-", "AND ", "OR ", "NOT ", "and ", "or ", "not "]
                .iter()
                .any(|word| after.starts_with(word));
        if quotes % 2 == 0 && closed {
            let rest = after.trim_start_matches('-').trim_start();
            written.push_str(text[from..at].trim_end());
            written.push_str(field);
            written.push(' ');
            from = text.len() - rest.len();
        }
    }
    written.push_str(&text[from..]);
    written.trim_end().to_owned()
}

/// Values of filters: those of ages, of sexes and of kinds of studies are
/// alternatives.
fn filters(value: &str) -> Vec<LimitTree> {
    let sign = if value.contains(';') { ';' } else { ',' };
    let mut groups: Vec<(&str, Vec<LimitTree>)> = Vec::new();
    for part in value.split(sign).map(tidy).filter(|part| !part.is_empty()) {
        for limited in filter(&part) {
            let key = kind(&limited);
            match groups.iter_mut().find(|(known, _)| !key.is_empty() && *known == key) {
                Some((_, group)) => group.push(LimitTree::One(limited)),
                None => groups.push((key, vec![LimitTree::One(limited)])),
            }
        }
    }
    groups.into_iter().filter_map(|(_, group)| LimitTree::any(group)).collect()
}

/// The subject of a filter; filters with the same subject are alternatives.
/// Filters that cannot be translated have none.
fn kind(limited: &LimitMeaning) -> &'static str {
    match limited {
        LimitMeaning::Said { expression, .. } if expression.contains("RANGE") => "date",
        LimitMeaning::Said { expression, .. } if expression.contains("StdAge") => "age",
        LimitMeaning::Said { expression, .. } if expression.contains("[Sex]") => "sex",
        LimitMeaning::Said { .. } | LimitMeaning::Never(..) => "kind",
        LimitMeaning::LeftOut(..) | LimitMeaning::Always(..) | LimitMeaning::Nowhere(..) => "",
    }
}

/// A filter, such as `Published Date: 20100101-20231231` or
/// `Age Groups: Adult, Aged`.
fn filter(part: &str) -> Vec<LimitMeaning> {
    let (name, value) = part.split_once(':').unwrap_or((part, ""));
    // The day when a record came into a database is not a day of publication.
    let entered = ["entry", "entrez", "completion", "create", "modif", "added", "update"];
    let small = name.to_ascii_lowercase();
    if !entered.iter().any(|word| small.contains(word))
        && let Some(dates) = date_limits::named(part)
    {
        return vec![LimitMeaning::Said { typed: part.to_owned(), expression: dates.expression() }];
    }
    // `Adult: 19-44 years`, other than `Age Groups: Adult, Aged`.
    if !small.contains("group") && database_limits::age(part).is_some() {
        return vec![with_typed(database_limits::named(part), part)];
    }
    let whole = database_limits::named(name.trim());
    if value.is_empty() || matches!(whole, LimitMeaning::Said { .. }) {
        return vec![with_typed(whole, part)];
    }
    let values = value.split(',').map(|value| database_limits::named(value.trim()));
    values.map(|limited| with_typed(limited, part)).collect()
}

fn with_typed(limited: LimitMeaning, part: &str) -> LimitMeaning {
    let typed = part.to_owned();
    match limited {
        LimitMeaning::Said { expression, .. } => LimitMeaning::Said { typed, expression },
        LimitMeaning::LeftOut(_, why) => LimitMeaning::LeftOut(typed, why),
        LimitMeaning::Never(_, why) => LimitMeaning::Never(typed, why),
        LimitMeaning::Always(_, why) => LimitMeaning::Always(typed, why),
        LimitMeaning::Nowhere(_, why) => LimitMeaning::Nowhere(typed, why),
    }
}

/// A span of years between the ends in `value`.
fn span(whole: String, value: &str) -> LimitMeaning {
    match date_limits::named(value) {
        Some(dates) => LimitMeaning::Said { typed: whole, expression: dates.expression() },
        None => LimitMeaning::LeftOut(whole, "no years are named"),
    }
}
