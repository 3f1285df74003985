//! Dates as the registry writes them: a day, a month or a year.

use std::fmt;

use time::{Date, Month};

/// The Julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

/// A date whose day, or month and day, may be unknown.
///
/// Ordered by the first day that it can mean, the vaguer one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    /// 1 to 12, or 0 where unknown.
    month: u8,
    /// 1 to 31, or 0 where unknown.
    day: u8,
}

impl PartialDate {
    /// Reads every shape that registry records hold: `2021-03-04`, `2021-03`,
    /// `2021`, `March 4, 2021`, `March 2021`, `4 March 2021`, `3/4/2021`
    /// (month first) and `03/2021`; a time of day after an ISO date is left
    /// out.
    ///
    /// `None` for anything else and for days that no month has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let iso = match text.split_once('T') {
            Some((date, time)) if is_time(time) => date,
            _ => text,
        };
        if iso.starts_with(|c: char| c.is_ascii_digit()) && !iso.contains(['/', ' ']) {
            return Self::from_parts(iso.split('-'), [0, 1, 2]);
        }
        if text.contains('/') {
            let parts: Vec<&str> = text.split('/').collect();
            return match parts.len() {
                3 => Self::from_parts(parts.into_iter(), [2, 0, 1]),
                2 => Self::from_parts(parts.into_iter(), [1, 0, usize::MAX]),
                _ => None,
            };
        }
        Self::parse_words(text)
    }

    /// Reads what [`PartialDate::parse`] does, and what spreadsheets, databases
    /// and other programs write: `2021-03-04 00:00:00`, `2021/03/04`,
    /// `20210304`, `04-Mar-21`, `Mar-21`, `3/4/21` (month first, unless the
    /// first is above 12), `04.03.2021` (day first), days since 1899-12-30,
    /// seconds and milliseconds since 1970. Years of two digits are those from
    /// 1951 to 2050.
    ///
    /// `None` where more than one day can be meant (`03-04-2021`).
    #[must_use]
    pub fn parse_written(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(date) = Self::parse(text) {
            return Some(date);
        }
        let bytes = text.as_bytes();
        if bytes.iter().all(u8::is_ascii_digit) {
            return Self::of_digits(text);
        }
        if let Some((day, date)) = text.split_once([' ', ','])
            && WEEKDAYS.contains(&day.to_ascii_lowercase().as_str())
        {
            return Self::parse_written(date.trim_start_matches([' ', ',']));
        }
        if let Some((date, rest)) = text.split_once([' ', 'T'])
            && rest.contains(':')
        {
            return Self::parse_written(date);
        }
        let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.' | ' '))?;
        let parts: Vec<&str> = text.split(separator).map(|part| ordinal(part.trim())).collect();
        let month = |at: usize| parts.get(at).and_then(|part| month_named(part));
        match parts.as_slice() {
            [_, year] if month(0).is_some() => Self::new(full_year(year)?, month(0)?, 0),
            [year, one, other] if year.len() == 4 => {
                Self::new(number(year)?, month(1).or_else(|| number(one))?, number(other)?)
            }
            [day, _, year] if month(1).is_some() => {
                Self::new(full_year(year)?, month(1)?, number(day)?)
            }
            [_, day, year] if month(0).is_some() => {
                Self::new(full_year(year)?, month(0)?, number(day.trim_end_matches(','))?)
            }
            [one, other, year] => Self::of_numbers(separator, number(one)?, number(other)?, year),
            _ => None,
        }
    }

    /// Digits alone: a day, or a count of days, seconds or milliseconds.
    fn of_digits(text: &str) -> Option<Self> {
        // Spreadsheets count 1900-01-01 as 1 and have a day too many in 1900.
        const SPREADSHEET: i64 = 25_569;
        const DAY: i64 = 86_400;
        let count: i64 = text.parse().ok()?;
        match text.len() {
            8 => Self::parse(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])),
            5 if (20_000..80_000).contains(&count) => Self::of_day(count - SPREADSHEET),
            10 => Self::of_day(count / DAY),
            13 => Self::of_day(count / (1000 * DAY)),
            _ => None,
        }
    }

    /// `31/12/2020`, `12/31/20`, `31.12.2020`.
    fn of_numbers(separator: char, one: u16, other: u16, year: &str) -> Option<Self> {
        let year = full_year(year)?;
        match separator {
            '.' => Self::new(year, other, one),
            _ if one > 12 => Self::new(year, other, one),
            '/' => Self::new(year, one, other),
            _ if other > 12 || one == other => Self::new(year, one, other),
            _ => None,
        }
    }

    /// Puts numeric parts into year, month and day by the positions given.
    fn from_parts<'a>(parts: impl Iterator<Item = &'a str>, order: [usize; 3]) -> Option<Self> {
        let parts: Vec<&str> = parts.collect();
        if parts.len() > 3 {
            return None;
        }
        let part = |at: usize| parts.get(at).map_or(Some(0), |digits| number(digits));
        if parts.get(order[0])?.trim().len() != 4 {
            return None;
        }
        let (month, day) = (part(order[1])?, part(order[2])?);
        let named = |at: usize, value: u16| parts.get(at).is_none() || value != 0;
        if !named(order[1], month) || !named(order[2], day) {
            return None;
        }
        Self::new(part(order[0])?, month, day)
    }

    /// `March 4, 2021`, `March 2021`, `4 March 2021`.
    fn parse_words(text: &str) -> Option<Self> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        for word in text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()) {
            if let Some(named) = month_named(word) {
                if month != 0 {
                    return None;
                }
                month = named;
            } else if word.len() == 4 && year == 0 {
                year = number(word)?;
            } else if word.len() <= 2 && day == 0 {
                day = number(word)?;
            } else {
                return None;
            }
        }
        (month != 0).then(|| Self::new(year, month, day)).flatten()
    }

    fn new(year: u16, month: u16, day: u16) -> Option<Self> {
        if !(1..=9999).contains(&year) || (day != 0 && month == 0) {
            return None;
        }
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let known_month = Month::try_from(month.max(1)).ok()?;
        Date::from_calendar_date(i32::from(year), known_month, day.max(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The first day that the date can mean.
    #[must_use]
    pub fn first_day(self) -> Date {
        let month = Month::try_from(self.month.max(1)).unwrap_or(Month::January);
        Date::from_calendar_date(i32::from(self.year), month, self.day.max(1)).unwrap_or(Date::MIN)
    }

    /// The last day that the date can mean.
    #[must_use]
    pub fn last_day(self) -> Date {
        let first = self.first_day();
        if self.day != 0 {
            return first;
        }
        let month = if self.month == 0 { Month::December } else { first.month() };
        let last = time::util::days_in_month(month, first.year());
        Date::from_calendar_date(first.year(), month, last).unwrap_or(first)
    }

    /// The day that is so many days after 1970-01-01.
    #[must_use]
    pub fn of_day(days: i64) -> Option<Self> {
        let day = i32::try_from(days + i64::from(EPOCH)).ok()?;
        let date = Date::from_julian_day(day).ok()?;
        Self::new(
            u16::try_from(date.year()).ok()?,
            u16::from(u8::from(date.month())),
            u16::from(date.day()),
        )
    }

    /// The first and the last day that the date can mean, counted from
    /// 1970-01-01.
    #[must_use]
    pub fn days(self) -> (i64, i64) {
        let days = |date: Date| i64::from(date.to_julian_day()) - i64::from(EPOCH);
        (days(self.first_day()), days(self.last_day()))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month != 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day != 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

/// Whether a text is a time of day as ISO 8601 has it, in hours and minutes at
/// least, with or without a distance from UTC.
fn is_time(text: &str) -> bool {
    let below =
        |text: &str, most: u16| text.len() == 2 && number(text).is_some_and(|it| it <= most);
    let zone = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone);
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let is_clock = match parts.as_slice() {
        [hour, minute] => below(hour, 24) && below(minute, 59),
        [hour, minute, second] => below(hour, 24) && below(minute, 59) && below(second, 60),
        _ => false,
    };
    let distance = zone.strip_prefix(['+', '-']).map(|distance| distance.replacen(':', "", 1));
    let is_zone = match distance.as_deref() {
        None => matches!(zone, "" | "Z"),
        Some(distance) => match distance.split_at_checked(2) {
            Some((hours, "")) => below(hours, 24),
            Some((hours, minutes)) => below(hours, 24) && below(minutes, 59),
            None => false,
        },
    };
    is_clock && !fraction.is_empty() && fraction.bytes().all(|it| it.is_ascii_digit()) && is_zone
}

fn number(digits: &str) -> Option<u16> {
    let digits = digits.trim();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

const WEEKDAYS: [&str; 14] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A year of four digits, or of two: 1951 to 2050.
fn full_year(digits: &str) -> Option<u16> {
    let year = number(digits)?;
    match digits.len() {
        4 => Some(year),
        2 => Some(if year > 50 { 1900 + year } else { 2000 + year }),
        _ => None,
    }
}

/// `4th` without its ending, and without a comma behind it.
fn ordinal(part: &str) -> &str {
    let bare = part.trim_end_matches(',');
    let ending = ["st", "nd", "rd", "th"].iter().find_map(|ending| bare.strip_suffix(ending));
    ending.filter(|digits| number(digits).is_some() && !digits.is_empty()).unwrap_or(part)
}

/// The number of a month by its English name or first three letters.
fn month_named(word: &str) -> Option<u16> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let position = MONTHS
        .iter()
        .position(|month| *month == word || (word.len() == 3 && month.starts_with(&word)))?;
    u16::try_from(position + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        PartialDate::parse(text).map(|date| date.to_string())
    }

    #[test]
    fn the_shapes_of_all_formats_mean_the_same_day() {
        for text in ["2021-03-04", "March 4, 2021", "Mar 4, 2021", "4 March 2021", "3/4/2021"] {
            assert_eq!(read(text).as_deref(), Some("2021-03-04"), "{text}");
        }
        for time in ["13:05", "24:00", "13:05:59", "13:05:59.123Z", "13:05+02:00", "13:05:00-0330"]
        {
            assert_eq!(
                read(&format!("2022-06-01T{time}")).as_deref(),
                Some("2022-06-01"),
                "{time}"
            );
        }
        for no_time in ["99:99", "13:60", "13", "", "13:05:61", "13:05x", "1:5", "13:05+", "noon"] {
            assert_eq!(read(&format!("2022-06-01T{no_time}")), None, "{no_time}");
        }
    }

    #[test]
    fn months_and_years_stay_partial() {
        for text in ["2021-03", "March 2021", "03/2021"] {
            assert_eq!(read(text).as_deref(), Some("2021-03"), "{text}");
        }
        assert_eq!(read("2021").as_deref(), Some("2021"));
    }

    #[test]
    fn a_date_is_a_period_of_days() {
        let days = |text: &str| PartialDate::parse(text).map(PartialDate::days);
        assert_eq!(days("1970-01-02"), Some((1, 1)));
        assert_eq!(days("1970"), Some((0, 364)));
        assert_eq!(days("2024-02"), Some((19_754, 19_782)));
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in ["", "2021-02-30", "2021-13", "13/13/2021", "soon", "2021-03-04-05", "2021-00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_stands_before_its_days() {
        assert!(PartialDate::parse("2021-03") < PartialDate::parse("2021-03-01"));
        assert!(PartialDate::parse("2021-03-31") < PartialDate::parse("2021-04"));
    }
}
