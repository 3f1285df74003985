//! Dates with words for a time, as in `since 2015`, `from March 2015 to 2020`
//! and `2015-2020`: they are looked for as words, which records hardly have.

use super::habit::{Habit, HabitRemedy, HabitStrength};
use super::token_place::TokenPlace;
use crate::Span;
use crate::date_notations::readings;
use crate::lexer::{Token, TokenKind};
use trialdex_records::study::PartialDate;

/// What a word before a date, or behind it, makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateWord {
    Since,
    After,
    Before,
    Until,
    /// That time itself.
    Within,
}

/// Words before a date; those that plain text has as often are noted.
const BEFORE: [(&[&str], DateWord, HabitStrength); 24] = [
    (&["since"], DateWord::Since, HabitStrength::Likely),
    (&["from"], DateWord::Since, HabitStrength::Likely),
    (&["after"], DateWord::After, HabitStrength::Likely),
    (&["before"], DateWord::Before, HabitStrength::Likely),
    (&["until"], DateWord::Until, HabitStrength::Likely),
    (&["till"], DateWord::Until, HabitStrength::Likely),
    (&[">="], DateWord::Since, HabitStrength::Likely),
    (&["<="], DateWord::Until, HabitStrength::Likely),
    (&[">"], DateWord::After, HabitStrength::Likely),
    (&["<"], DateWord::Before, HabitStrength::Likely),
    (&["prior", "to"], DateWord::Before, HabitStrength::Likely),
    (&["earlier", "than"], DateWord::Before, HabitStrength::Likely),
    (&["no", "earlier", "than"], DateWord::Since, HabitStrength::Likely),
    (&["later", "than"], DateWord::After, HabitStrength::Likely),
    (&["newer", "than"], DateWord::After, HabitStrength::Likely),
    (&["no", "later", "than"], DateWord::Until, HabitStrength::Likely),
    (&["up", "to"], DateWord::Until, HabitStrength::Likely),
    (&["as", "of"], DateWord::Since, HabitStrength::Perhaps),
    (&["starting"], DateWord::Since, HabitStrength::Perhaps),
    (&["in"], DateWord::Within, HabitStrength::Perhaps),
    (&["during"], DateWord::Within, HabitStrength::Perhaps),
    (&["by"], DateWord::Until, HabitStrength::Perhaps),
    (&["started", "in"], DateWord::Within, HabitStrength::Perhaps),
    (&["year"], DateWord::Within, HabitStrength::Perhaps),
];

/// Words behind a date that leave its end open.
const BEHIND: [&[&str]; 9] = [
    &["onwards"],
    &["onward"],
    &["and", "later"],
    &["or", "later"],
    &["to", "present"],
    &["to", "date"],
    &["to", "now"],
    &["-", "present"],
    &["until", "now"],
];

/// Words between two dates.
const BETWEEN: [&str; 8] = ["to", "and", "until", "till", "through", "-", "\u{2013}", "\u{2014}"];

/// A date, and the token behind it.
struct DateMatch {
    date: PartialDate,
    end: usize,
    /// It is a year, and nothing else.
    is_year: bool,
}

/// What dates are meant for.
pub(super) fn years(place: TokenPlace, word: &str) -> Option<Habit> {
    if place.previous().is_some_and(|token| matches!(token.kind, TokenKind::Operator(..))) {
        return None;
    }
    if !place.text.has_digits {
        return relative(place);
    }
    let at = place.at;
    if let Some((from, to)) = both(word) {
        // Of a season, such as `2015-2016`, records have the two years.
        let strength = if to == from + 1 { HabitStrength::Perhaps } else { HabitStrength::Likely };
        let start = place.token().span.start;
        let said = format!("AREA[StartDate]RANGE[{from}, {to}]");
        return Some(habit(start..start + word.len(), said, strength));
    }
    if let Some(open) = open_end(word) {
        return Some(within(place, at, at + 1, range(Some(open), None), HabitStrength::Likely));
    }
    let leads = ["from", "between", "in", "during"].iter().any(|it| it.eq_ignore_ascii_case(word));
    let first_at = if leads { at + 1 } else { at };
    if leads && let Some((from, to)) = place.text.bare(first_at).and_then(both) {
        let said = format!("AREA[StartDate]RANGE[{from}, {to}]");
        return Some(within(place, at, first_at + 1, said, HabitStrength::Likely));
    }
    if let Some((said, end)) = two(place, first_at) {
        return Some(within(place, at, end, said, HabitStrength::Likely));
    }
    let begins = !place.previous().is_some_and(|token| is_digits(place.text.of(token)));
    if let Some(read) = date(place, at).filter(|_| begins)
        && let Some(words) = BEHIND.iter().find(|words| follow(place, read.end, words))
    {
        let said = range(Some(read.date.to_string()), None);
        return Some(within(place, at, read.end + words.len(), said, HabitStrength::Likely));
    }
    relative(place).or_else(|| with_word(place))
}

/// `since 2015`, `prior to March 2015`
fn with_word(place: TokenPlace) -> Option<Habit> {
    let (words, sense, strength) = BEFORE.iter().find(|(words, ..)| {
        follow(place, place.at, words) && date(place, place.at + words.len()).is_some()
    })?;
    let read = date(place, place.at + words.len())?;
    let said = of_sense(*sense, read.date)?;
    let behind = BEHIND.iter().find(|words| follow(place, read.end, words));
    let end = read.end + behind.map_or(0, |words| words.len());
    // `after 2000 mg` is a dose; nothing but a year follows `since`.
    let goes_on = behind.is_none() && place.text.bare(end).is_some();
    let counts = read.is_year && goes_on && words[0] != "since";
    let strength = if counts { HabitStrength::Perhaps } else { *strength };
    Some(within(place, place.at, end, said, strength))
}

/// The expression of a sense with a date.
fn of_sense(sense: DateWord, date: PartialDate) -> Option<String> {
    let written = date.to_string();
    let (first, last) = date.days();
    let beside = |days: i64| {
        let day = PartialDate::of_day(days)?.to_string();
        day.get(..written.len()).map(str::to_owned)
    };
    Some(match sense {
        DateWord::Since => range(Some(written), None),
        DateWord::After => range(Some(beside(last + 1)?), None),
        DateWord::Before => range(None, Some(beside(first - 1)?)),
        DateWord::Until => range(None, Some(written)),
        DateWord::Within => format!("AREA[StartDate]{written}"),
    })
}

/// `2015 - 2020`, `January 2015 to March 2016`
fn two(place: TokenPlace, at: usize) -> Option<(String, usize)> {
    let first = date(place, at)?;
    place.text.bare(first.end).filter(|word| BETWEEN.contains(word))?;
    let last = date(place, first.end + 1)?;
    let ordered = first.date.first_day() < last.date.last_day();
    let said = range(Some(first.date.to_string()), Some(last.date.to_string()));
    ordered.then_some((said, last.end))
}

/// `last 5 years`: its meaning depends on the day.
fn relative(place: TokenPlace) -> Option<Habit> {
    let is = |at: usize, known: &[&str]| {
        let is_one = |word: &str| known.iter().any(|known| known.eq_ignore_ascii_case(word));
        place.text.bare(at).is_some_and(is_one)
    };
    let counted = || {
        let number = place.at + 1;
        place.text.bare(number).is_some_and(is_digits)
            || is(number, &["two", "three", "five", "ten", "few"])
    };
    let is_time = is(place.at, &["last", "past", "previous", "recent", "preceding"])
        && counted()
        && is(place.at + 2, &["years", "year", "months", "decades"]);
    (is_time && !place.text.is_prose).then(|| {
        let hint = "type the first year or month, as in `AREA[StartDate]RANGE[2020, MAX]`, for the \
                    start of a study";
        let tokens = &place.text.tokens[place.at..place.at + 3];
        Habit {
            span: tokens[0].span.start..tokens[2].span.end,
            message: "a time is looked for as words".to_owned(),
            instead: HabitRemedy::Advice(hint.to_owned()),
            strength: HabitStrength::Perhaps,
        }
    })
}

/// Whether some words are at a token.
fn follow(place: TokenPlace, at: usize, words: &[&str]) -> bool {
    let is = |(further, known): (usize, &&str)| {
        place.text.bare(at + further).is_some_and(|word| word.eq_ignore_ascii_case(known))
    };
    words.iter().enumerate().all(is)
}

/// The date at a token: the longest that can be read.
fn date(place: TokenPlace, at: usize) -> Option<DateMatch> {
    const LONGEST: usize = 4;
    const DIGITS_OF_YEAR: usize = 4;
    let tokens = place.text.tokens;
    let first = place.text.bare(at)?;
    let month = first.chars().count() > 2 && first.chars().all(|c| c.is_alphabetic() || c == '.');
    let starts = month || first.starts_with(|c: char| c.is_ascii_digit());
    let most = if starts { LONGEST.min(tokens.len() - at) } else { 0 };
    let digits = |token: &Token| place.text.of(token).bytes().filter(u8::is_ascii_digit).count();
    if tokens[at..at + most].iter().map(digits).sum::<usize>() < DIGITS_OF_YEAR {
        return None;
    }
    (1..=most).rev().find_map(|length| {
        let all = &tokens[at..at + length];
        let plain = |kind: &TokenKind| matches!(kind, TokenKind::Word(_) | TokenKind::Comma);
        if !all.iter().all(|token| plain(&token.kind)) || all[length - 1].kind == TokenKind::Comma {
            return None;
        }
        let text = &place.text.typed[all[0].span.start..all[length - 1].span.end];
        let text = text.trim_end_matches(['.', ';']);
        let date = if length == 1 { alone(text) } else { in_words(text) }?;
        let near = (1950..2100).contains(&date.year());
        let is_year = date.to_string().len() == 4;
        near.then_some(DateMatch { date, end: at + length, is_year })
    })
}

/// A date in one word.
fn alone(text: &str) -> Option<PartialDate> {
    let is_year = text.len() == 4 && is_digits(text);
    let parts = text.contains(['-', '/', '.']) && text.starts_with(|c: char| c.is_ascii_digit());
    match <[String; 1]>::try_from(readings(text)) {
        Ok([date]) if parts => PartialDate::parse(&date),
        _ => PartialDate::parse(text).filter(|_| is_year || parts),
    }
}

/// A date with the name of a month.
fn in_words(text: &str) -> Option<PartialDate> {
    let [date] = <[String; 1]>::try_from(readings(text)).ok()?;
    PartialDate::parse(&date).filter(|_| text.contains(char::is_alphabetic))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A year in which studies may have begun.
fn year(word: &str) -> Option<u32> {
    let year = word.trim_end_matches([',', '.', ';']);
    let is_year = year.len() == 4 && is_digits(year);
    year.parse().ok().filter(|year| is_year && (1950..2100).contains(year))
}

/// `2015-2020`
fn both(word: &str) -> Option<(u32, u32)> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = word.replace(['\u{2013}', '\u{2014}'], "-");
    let (from, to) = ["-", "..", ":"].iter().find_map(|sign| plain.split_once(sign))?;
    let (from, to) = (year(from)?, year(to)?);
    (from < to).then_some((from, to))
}

/// `2015+`, `2015-present`, `>=2015`
fn open_end(word: &str) -> Option<String> {
    if !word.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = word.replace(['\u{2013}', '\u{2014}'], "-").replace('\u{2265}', ">=");
    let ends = ["+", "-present", "-now", "-today"];
    let stem = ends.iter().find_map(|end| plain.strip_suffix(end));
    let first = year(stem.or_else(|| plain.strip_prefix(">="))?)?;
    Some(first.to_string())
}

fn range(from: Option<String>, to: Option<String>) -> String {
    let (from, to) = (from.unwrap_or("MIN".to_owned()), to.unwrap_or("MAX".to_owned()));
    format!("AREA[StartDate]RANGE[{from}, {to}]")
}

/// The notice for tokens up to an end.
fn within(
    place: TokenPlace,
    from: usize,
    end: usize,
    said: String,
    strength: HabitStrength,
) -> Habit {
    let tokens = place.text.tokens;
    habit(tokens[from].span.start..tokens[end - 1].span.end, said, strength)
}

fn habit(span: Span, said: String, strength: HabitStrength) -> Habit {
    let message = "years are looked for as words".to_owned();
    let instead = match strength {
        HabitStrength::Perhaps => {
            HabitRemedy::Advice(format!("type `{said}` for the start of a study"))
        }
        _ => HabitRemedy::Operand(said),
    };
    Habit { span, message, instead, strength }
}
