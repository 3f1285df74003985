//! Dates of other systems: years, days, months by name, and ranges of them.
//!
//! The date of a publication is read as the date that a study began, which
//! is nearest to it.

use trialdex_records::study::PartialDate;

/// A range of dates; an end that is open is `None`. Dates are written as
/// `2015`, `2015-03` or `2015-03-01`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateSpan {
    from: Option<String>,
    to: Option<String>,
}

/// The remark about a time before a day that is not named.
pub(super) const RELATIVE: &str = "nothing says on which day it was run; type the years, such as \
     `AREA[StartDate]RANGE[2015, MAX]`";

/// Years that mean an open end, such as PubMed's `3000`.
const FAR: u32 = 2200;

/// Years that a record may have.
const YEARS: std::ops::Range<u32> = 1800..FAR;

/// Beginnings of the names of months.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl DateSpan {
    /// From one date to another; `None` where both ends are open or they are
    /// the wrong way round.
    fn new(from: Option<String>, to: Option<String>) -> Option<Self> {
        // Dates of different lengths compare as far as both go.
        let ordered = from.iter().zip(&to).all(|(from, to)| {
            let shorter = from.len().min(to.len());
            from[..shorter] <= to[..shorter]
        });
        (ordered && (from.is_some() || to.is_some())).then_some(Self { from, to })
    }

    /// The range of start dates in our language.
    pub(super) fn expression(&self) -> String {
        let end = |end: &Option<String>, open: &str| end.clone().unwrap_or(open.to_owned());
        format!("AREA[StartDate]RANGE[{}, {}]", end(&self.from, "MIN"), end(&self.to, "MAX"))
    }
}

/// The range of a text that is nothing but dates, such as `2010-2020`,
/// `2010 -Current`, `2010:2020`, `20100101-20201231` or `01-01-2010`.
pub(super) fn dates(typed: &str) -> Option<DateSpan> {
    let found = DateFindings::in_text(typed);
    if found.others { None } else { found.dates() }
}

/// The range that a text names among other words, such as `from Jan 2010 to
/// Dec 2020`.
pub(super) fn named(typed: &str) -> Option<DateSpan> {
    DateFindings::in_text(typed).dates()
}

/// The range between two texts that are a date each; open ends are those of
/// far years and of `Current`.
pub(super) fn between(from: &str, to: &str) -> Option<DateSpan> {
    DateSpan::new(only_end(from)?, only_end(to)?)
}

/// The one date of a text, as `2015-03-01`; `None` where it is not one.
pub(super) fn date(typed: &str) -> Option<String> {
    only_end(typed)?
}

fn only_end(typed: &str) -> Option<DateEnd> {
    let found = DateFindings::in_text(typed);
    match found.ends.as_slice() {
        [end] if !found.others => Some(end.clone()),
        _ => None,
    }
}

/// The remark about a date such as `01/02/2010`, which may be in January or in
/// February.
pub(super) fn doubt(typed: &str) -> Option<String> {
    let small = typed.to_lowercase();
    let month =
        |number: &str| number.len() < 3 && number.parse().is_ok_and(|at| (1..13).contains(&at));
    parts(&small).windows(5).find_map(|window| match window {
        [
            DatePart::Number(m),
            DatePart::Sign('/'),
            DatePart::Number(d),
            DatePart::Sign('/'),
            DatePart::Number(y),
        ] if y.len() == 4 && month(m) && month(d) && m.parse() != d.parse::<u32>() => {
            Some(format!("the month is taken to come first in `{m}/{d}/{y}`"))
        }
        _ => None,
    })
}

/// Whether a text names a time before today, such as `last 5 years`.
pub(super) fn is_relative(typed: &str) -> bool {
    let small = typed.to_lowercase();
    let words: Vec<&str> = small.split_whitespace().collect();
    words.windows(2).any(|pair| {
        matches!(pair[0], "last" | "past" | "previous")
            && pair[1].trim_matches('"').starts_with(|c: char| c.is_ascii_digit())
    }) && ["year", "month", "week", "day"].iter().any(|unit| small.contains(unit))
}

/// A date, or an open end.
type DateEnd = Option<String>;

/// What a text holds.
#[derive(Debug, Default)]
struct DateFindings {
    ends: Vec<DateEnd>,
    /// It contains a word such as `from`.
    from: bool,
    /// It contains a word such as `until`.
    to: bool,
    /// It holds something else.
    others: bool,
    /// It holds a number that is part of no date that is read.
    unread: bool,
    /// It ends with a word that no range has, such as a name before `:`.
    behind_word: bool,
    /// A sign of a range is before the first date, or after the last.
    open: (bool, bool),
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DatePart<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
}

impl DateFindings {
    fn in_text(typed: &str) -> Self {
        let small = typed.to_lowercase();
        let parts = parts(&small);
        let (mut found, mut at) = (Self::default(), 0);
        while at < parts.len() {
            if let Some((end, length)) = date_at(&parts[at..]) {
                found.ends.push(end);
                found.open.1 = false;
                found.behind_word = false;
                at += length;
                continue;
            }
            found.part(parts[at]);
            found.behind_word = matches!(parts[at], DatePart::Word(_));
            at += 1;
        }
        found
    }

    fn part(&mut self, part: DatePart) {
        match part {
            DatePart::Word("from" | "since" | "after") => self.from = true,
            DatePart::Word("to" | "until" | "before" | "through") => self.to = true,
            DatePart::Word("current" | "present" | "now" | "today") => {
                self.ends.push(None);
                self.open.1 = false;
            }
            // `from 2010 to date`
            DatePart::Word("date") if self.to => self.ends.push(None),
            DatePart::Word("inception" | "start") if self.ends.is_empty() => self.ends.push(None),
            DatePart::Word("between" | "and" | "the") => {}
            DatePart::Sign('<') if self.ends.is_empty() => self.ends.push(None),
            // The sign of `Published Date: 2010` does not belong to a range.
            DatePart::Sign('-' | ':' | '/') if self.ends.is_empty() => {
                self.open.0 = !self.behind_word;
            }
            DatePart::Sign('-' | ':' | '/') => self.open.1 = true,
            DatePart::Sign('(' | ')' | '[' | ']' | '"' | '\'' | ',' | '*' | '$' | '.') => {}
            other => {
                self.others = true;
                self.unread |= matches!(other, DatePart::Number(_));
                if self.ends.is_empty() {
                    self.open.0 = false;
                }
            }
        }
    }

    /// The range; `None` where only a part of it is understood.
    fn dates(self) -> Option<DateSpan> {
        let (from, to) = match self.ends.as_slice() {
            _ if self.unread => return None,
            // Of two ends one is not read.
            [_] if self.from && self.to => return None,
            [only] if self.open.1 || self.from => (only.clone(), None),
            [only] if self.open.0 || self.to => (None, only.clone()),
            [only] => (only.clone(), only.clone()),
            [from, to] => (from.clone(), to.clone()),
            // `<1966-2020`
            [None, Some(_), to] => (None, to.clone()),
            _ => return None,
        };
        DateSpan::new(from, to)
    }
}

fn parts(small: &str) -> Vec<DatePart<'_>> {
    let (mut parts, mut rest) = (Vec::new(), small);
    while let Some(c) = rest.chars().next() {
        let kind: fn(char) -> bool = if c.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if c.is_alphabetic() {
            char::is_alphabetic
        } else {
            |_| false
        };
        let length = rest.find(|c| !kind(c)).unwrap_or(rest.len()).max(c.len_utf8());
        let part = &rest[..length];
        if c.is_ascii_digit() {
            parts.push(DatePart::Number(part));
        } else if c.is_alphabetic() {
            parts.push(DatePart::Word(part));
        } else if !c.is_whitespace() {
            parts.push(DatePart::Sign(c));
        }
        rest = &rest[length..];
    }
    parts
}

/// The date that parts begin with, and how many of them it takes.
fn date_at(parts: &[DatePart]) -> Option<(DateEnd, usize)> {
    use DatePart::{Number, Sign};
    let short = |number: &str| number.len() < 3;
    let year = |number: &str| number.len() == 4;
    let (texts, length): ([&str; 3], usize) = match parts {
        // `2015/03/01`, `2015-3`
        [Number(y), Sign(s @ ('/' | '-')), Number(m), Sign(t), Number(d), ..]
            if year(y) && short(m) && short(d) && s == t =>
        {
            ([y, m, d], 5)
        }
        [Number(y), Sign('/' | '-'), Number(m), ..] if year(y) && short(m) => ([y, m, ""], 3),
        // `31-01-2015`, `01/31/2015`
        [Number(d), Sign('-'), Number(m), Sign('-'), Number(y), ..]
        | [Number(d), Sign('.'), Number(m), Sign('.'), Number(y), ..]
        | [Number(m), Sign('/'), Number(d), Sign('/'), Number(y), ..]
            if year(y) && short(d) && short(m) =>
        {
            // No month is above 12: `31/12/2015`, `12-31-2015`.
            let swapped = m.parse::<u32>().is_ok_and(|month| month > 12);
            (if swapped { [y, d, m] } else { [y, m, d] }, 5)
        }
        // `12/2015`
        [Number(m), Sign('/'), Number(y), ..] if year(y) && short(m) => ([y, m, ""], 3),
        [Number(all), ..] if all.len() == 8 => ([&all[..4], &all[4..6], &all[6..]], 1),
        [Number(all), ..] if all.len() == 6 => ([&all[..4], &all[4..], ""], 1),
        [Number(y), ..] if year(y) => ([y, "", ""], 1),
        _ => return date_in_words(parts),
    };
    Some((end(texts)?, length))
}

/// `1 January 2015`, `Jan 1, 2015`, `January 2015`.
fn date_in_words(parts: &[DatePart]) -> Option<(DateEnd, usize)> {
    use DatePart::{Number, Sign, Word};
    let (texts, length) = match parts {
        [Number(d), Word(m), Number(y), ..] | [Word(m), Number(d), Number(y), ..]
            if y.len() == 4 && d.len() < 3 =>
        {
            ([y, m, d], 3)
        }
        [Word(m), Number(d), Sign(','), Number(y), ..] if y.len() == 4 && d.len() < 3 => {
            ([y, m, d], 4)
        }
        [Word(m), Number(y), ..] if y.len() == 4 => ([y, m, &""], 2),
        _ => return None,
    };
    let [year, month, day] = texts;
    let at = MONTHS.iter().position(|known| month.starts_with(known))?;
    Some((end([year, &format!("{}", at + 1), day])?, length))
}

/// Year, month and day as a date; far years are an open end.
fn end([year, month, day]: [&str; 3]) -> Option<DateEnd> {
    let number: u32 = year.parse().ok()?;
    if number >= FAR {
        return Some(None);
    }
    let rest = [month, day].into_iter().filter(|part| !part.is_empty());
    let text = rest.fold(year.to_owned(), |text, part| format!("{text}-{part:0>2}"));
    (YEARS.contains(&number) && PartialDate::parse(&text).is_some()).then_some(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_the_forms_of_all_systems() {
        for (typed, range) in [
            ("2010", "2010, 2010"),
            ("2010-2020", "2010, 2020"),
            ("2010 -Current", "2010, MAX"),
            ("\"2010 - 2020\"", "2010, 2020"),
            ("2010:2020", "2010, 2020"),
            ("2010:3000", "2010, MAX"),
            ("2010-", "2010, MAX"),
            ("-2010", "MIN, 2010"),
            ("<1966-2020", "MIN, 2020"),
            ("20100101-20201231", "2010-01-01, 2020-12-31"),
            ("201001-", "2010-01, MAX"),
            ("2010-01-01/2020-12-31", "2010-01-01, 2020-12-31"),
            ("2010/1/1:2020/12/31", "2010-01-01, 2020-12-31"),
            ("01-02-2010", "2010-02-01, 2010-02-01"),
            ("01/02/2010", "2010-01-02, 2010-01-02"),
            ("31/12/2010", "2010-12-31, 2010-12-31"),
            ("12-31-2010", "2010-12-31, 2010-12-31"),
            ("31/12/2010-31/12/2015", "2010-12-31, 2015-12-31"),
            ("31/12/2010 -", "2010-12-31, MAX"),
            ("12/2010 to 06/2015", "2010-12, 2015-06"),
            ("2010*", "2010, 2010"),
            ("3 March 2010 to Dec 2020", "2010-03-03, 2020-12"),
            ("inception to 2015", "MIN, 2015"),
            ("2015-06 - 2015", "2015-06, 2015"),
        ] {
            let written = dates(typed).map(|dates| dates.expression());
            assert_eq!(written, Some(format!("AREA[StartDate]RANGE[{range}]")), "{typed}");
        }
        for typed in ["", "soon", "2020-2010", "2010-02-30", "12345", "Current", "2010 or 2012"] {
            assert_eq!(dates(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_understood_by_half_is_no_range() {
        for typed in [
            "Published Date: 31/13/2010",
            "Published Date: 31/31/2010-31/12/2015",
            "from 31/02/2010",
            "from 5 Foo 2010 to 2015",
            "from soon to 2015",
            "from 2010-15",
            "2010 12345 2015",
        ] {
            assert_eq!(named(typed), None, "{typed}");
        }
    }

    #[test]
    fn days_that_may_be_months_are_doubtful() {
        let said = "the month is taken to come first in `01/02/2010`";
        assert_eq!(doubt("Published Date: 01/02/2010-31/12/2015").as_deref(), Some(said));
        for typed in ["31/12/2010", "02/02/2010", "2010/01/02", "01-02-2010", "2010"] {
            assert_eq!(doubt(typed), None, "{typed}");
        }
    }

    #[test]
    fn ranges_are_found_among_words() {
        let range = |typed: &str| named(typed).map(|dates| dates.expression());
        let text = |range: &str| Some(format!("AREA[StartDate]RANGE[{range}]"));
        assert_eq!(range("Published Date: 20150101-20201231"), text("2015-01-01, 2020-12-31"));
        assert_eq!(range("from Jan 2015 until Dec 2020"), text("2015-01, 2020-12"));
        assert_eq!(range("years since 2015"), text("2015, MAX"));
        assert_eq!(range("All years"), None);
        assert_eq!(range("Published Date: 2010"), text("2010, 2010"));
        assert_eq!(range("Published Date: -2010"), text("MIN, 2010"));
        assert_eq!(range("Published Date: 31/12/2010"), text("2010-12-31, 2010-12-31"));
        assert_eq!(range("Published Date: 31/12/2010-31/12/2015"), text("2010-12-31, 2015-12-31"));
        assert_eq!(range("from 31/12/2010"), text("2010-12-31, MAX"));
        assert!(is_relative("in the last 5 years") && is_relative("past 6 months"));
        assert!(!is_relative("the last year") && !is_relative("last 5 attacks"));
    }
}
