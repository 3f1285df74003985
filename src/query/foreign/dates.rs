//! Years with words for a time, as in `since 2015` and `2015-2020`: they are
//! looked for as words, which records hardly have.

use super::habit::{Habit, Instead, Strength};
use super::place::Place;
use crate::query::Span;
use crate::query::lexer::TokenKind;

/// The range that a word means with a year.
type Meaning = fn(u32) -> String;

/// Words before a year, and the range that they mean with it.
const WORDS: [(&str, Meaning); 8] = [
    ("since", |year| range(Some(year), None)),
    ("from", |year| range(Some(year), None)),
    ("after", |year| range(Some(year + 1), None)),
    ("before", |year| range(None, Some(year - 1))),
    ("until", |year| range(None, Some(year))),
    ("till", |year| range(None, Some(year))),
    (">=", |year| range(Some(year), None)),
    ("<=", |year| range(None, Some(year))),
];

/// Words between two years, after `from` or `between`.
const BETWEEN: [&str; 6] = ["to", "and", "until", "till", "through", "-"];

/// What years are meant for.
pub(super) fn years(place: Place, word: &str) -> Option<Habit> {
    if place.previous().is_some_and(|token| matches!(token.kind, TokenKind::Operator(..))) {
        return None;
    }
    let start = place.token().span.start;
    if let Some((from, to)) = both(word) {
        // Of a season, such as `2015-2016`, records tell the two years.
        let strength = if to == from + 1 { Strength::Perhaps } else { Strength::Likely };
        return Some(habit(start..start + word.len(), range(Some(from), Some(to)), strength));
    }
    let small = word.to_lowercase();
    let next = place.text.bare(place.at + 1)?;
    let end = |at: usize| place.text.tokens[at].span.end;
    if let Some((from, to)) =
        both(next).filter(|_| ["from", "between", "in"].contains(&small.as_str()))
    {
        let span = start..end(place.at + 1);
        return Some(habit(span, range(Some(from), Some(to)), Strength::Likely));
    }
    let first = year(next)?;
    if ["from", "between"].contains(&small.as_str())
        && let Some(last) = place.text.bare(place.at + 3).and_then(year)
        && place.text.bare(place.at + 2).is_some_and(|word| BETWEEN.contains(&word))
    {
        let said = range(Some(first), Some(last));
        return Some(habit(start..end(place.at + 3), said, Strength::Likely));
    }
    let (_, said) = WORDS.iter().find(|(known, _)| *known == small)?;
    // `after 2000 mg` is a dose; nothing but a year follows `since`.
    let counts = small != "since" && place.text.bare(place.at + 2).is_some();
    let strength = if counts { Strength::Perhaps } else { Strength::Likely };
    Some(habit(start..end(place.at + 1), said(first), strength))
}

fn habit(span: Span, said: String, strength: Strength) -> Habit {
    let message = "years are looked for as words".to_owned();
    let instead = match strength {
        Strength::Perhaps => Instead::Advice(format!("type `{said}` for the start of a study")),
        _ => Instead::Operand(said),
    };
    Habit { span, message, instead, strength }
}

fn range(from: Option<u32>, to: Option<u32>) -> String {
    let bound = |year: Option<u32>, open: &str| year.map_or(open.to_owned(), |it| it.to_string());
    format!("AREA[StartDate]RANGE[{}, {}]", bound(from, "MIN"), bound(to, "MAX"))
}

/// A year in which studies may have begun.
fn year(word: &str) -> Option<u32> {
    let year = word.trim_end_matches([',', '.', ';']);
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    year.parse().ok().filter(|year| is_year && (1950..2100).contains(year))
}

/// `2015-2020`
fn both(word: &str) -> Option<(u32, u32)> {
    let plain = word.replace(['\u{2013}', '\u{2014}'], "-");
    let (from, to) = ["-", "..", ":"].iter().find_map(|sign| plain.split_once(sign))?;
    let (from, to) = (year(from)?, year(to)?);
    (from < to).then_some((from, to))
}
