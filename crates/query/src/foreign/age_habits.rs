//! Ages and sexes in prose, as in `women aged 18-45` and `over 65`: they are
//! looked for as words, where a filter compares them.

use super::habit::{Habit, HabitRemedy, HabitStrength};
use super::token_place::TokenPlace;
use crate::ages::is_age;
use crate::word_list::WordList;

/// Words before an age, and their replacement.
const BEFORE: [(&[&str], &str); 14] = [
    (&["aged", "between"], ""),
    (&["aged", "over"], "over "),
    (&["aged", "under"], "under "),
    (&["aged"], ""),
    (&["ages"], ""),
    (&["age"], ""),
    (&["over"], "over "),
    (&["above"], "above "),
    (&["under"], "under "),
    (&["below"], "below "),
    (&["older", "than"], "older than "),
    (&["younger", "than"], "younger than "),
    (&["minimum", "age"], "from "),
    (&["maximum", "age"], "up to "),
];

/// Words behind an age that say that it is one.
const BEHIND: [&str; 9] =
    ["years", "year", "yrs", "old", "older", "over", "above", "younger", "months"];

/// Units and names that make a number no age.
const UNITS: WordList = WordList("mg|g|kg|ml|%|percent|mm|cm|days|day|hours|minutes|mmhg|iu");

/// Words for a group that `only` belongs to, and the filter for it.
const ONLY: [(&str, &str); 10] = [
    ("women", "{sex} only-female"),
    ("females", "{sex} only-female"),
    ("female", "{sex} only-female"),
    ("men", "{sex} only-male"),
    ("males", "{sex} only-male"),
    ("male", "{sex} only-male"),
    ("adults", "{age} adult"),
    ("children", "{age} child"),
    ("child", "{age} child"),
    ("adult", "{age} adult"),
];

/// What ages and sexes are meant for.
pub(super) fn ages(place: TokenPlace, word: &str) -> Option<Habit> {
    if place.text.is_prose {
        return None;
    }
    let only = ONLY.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    if let Some((_, flag)) = only.filter(|_| place.text.bare(place.at + 1) == Some("only")) {
        return Some(noted(place, place.at + 2, flag));
    }
    if !place.text.has_digits {
        return None;
    }
    let before = BEFORE.iter().find(|(words, _)| {
        words.iter().enumerate().all(|(further, known)| {
            place.text.bare(place.at + further).is_some_and(|it| it.eq_ignore_ascii_case(known))
        })
    });
    let number = place.at + before.map_or(0, |(words, _)| words.len());
    let (age, end) = longest(place, number, before.is_none())?;
    let other =
        place.text.bare(end).is_some_and(|next| UNITS.contains(next.to_lowercase().as_str()));
    let age = before.map_or(String::new(), |(_, said)| (*said).to_owned()) + &age;
    (!other && is_age(&age)).then(|| noted(place, end, &format!("{{age}} '{age}'")))
}

/// The longest text from a token that is an age, and where it ends.
fn longest(place: TokenPlace, at: usize, needs_unit: bool) -> Option<(String, usize)> {
    const LONGEST: usize = 4;
    let first = place.text.bare(at)?;
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let words = (at..at + LONGEST).map_while(|at| place.text.bare(at)).collect::<Vec<_>>();
    (1..=words.len()).rev().find_map(|length| {
        let text = words[..length].join(" ").replace("-year-old", " years");
        let text = text.trim_end_matches(['.', ';', ':']);
        let last = words[length - 1].to_lowercase();
        let open = first.ends_with('+') && length == 1;
        // `5 years` is a time, `18-65 years` and `5 years old` are ages.
        let ranges = first.contains('-') && BEHIND.contains(&last.as_str());
        let named = ranges
            || open
            || matches!(last.as_str(), "old" | "older" | "over" | "above" | "younger");
        ((named || !needs_unit) && is_age(text)).then(|| (text.to_owned(), at + length))
    })
}

fn noted(place: TokenPlace, end: usize, flag: &str) -> Habit {
    let tokens = &place.text.tokens[place.at..end];
    Habit {
        span: tokens[0].span.start..tokens[tokens.len() - 1].span.end,
        message: "ages and sexes are looked for as words".to_owned(),
        instead: HabitRemedy::Advice(format!("type `{flag}` beside the other words")),
        strength: HabitStrength::Perhaps,
    }
}
