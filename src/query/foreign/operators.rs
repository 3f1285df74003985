//! Operators of other systems, and small letters and signs in their place.

use super::habit::{Habit, Instead, Strength};
use super::lines::{capital, in_capitals};
use super::place::{Place, begins_operand};
use crate::query::lexer::TokenKind;

/// Words that stand after `near` in plain text.
const AFTER_NEAR: [&str; 30] = [
    "infrared",
    "infra",
    "infra-red",
    "miss",
    "misses",
    "death",
    "death-like",
    "fall",
    "falls",
    "fatal",
    "drowning",
    "total",
    "term",
    "normal",
    "peer",
    "patient",
    "point",
    "field",
    "vision",
    "wall",
    "future",
    "end",
    "zero",
    "real",
    "complete",
    "syncope",
    "work",
    "visual",
    "the",
    "a",
];

/// `ALL` and `MISSING` beside words.
pub(super) fn beside_words(place: Place) -> Option<Habit> {
    place.neighbour(place.previous()).or(place.neighbour(place.next()))?;
    let text = place.typed();
    let means = if text == "ALL" { "every study" } else { "studies without a value" };
    Some(Habit {
        span: place.token().span.clone(),
        message: format!("`{text}` stands for {means} here"),
        instead: Instead::Advice(format!("type `\\{text}` or `\"{text}\"` for the word")),
        strength: Strength::Perhaps,
    })
}

/// A single `and`, `or` or `not` in small letters.
pub(super) fn boolean_word(place: Place, text: &str) -> Option<Habit> {
    const LONGEST: usize = 80;
    let capitals = capital(text).filter(|_| place.is_between_words())?;
    let meaning = match capitals {
        "AND" => "if both are wanted, or leave it out",
        "OR" => "for either of the two",
        _ => "to exclude what follows",
    };
    let whole = in_capitals(place.text.typed, place.text.tokens);
    let whole = if whole.len() > LONGEST { capitals.to_owned() } else { whole };
    Some(word(place, Instead::Advice(format!("type `{whole}` {meaning}")), Strength::Perhaps))
}

/// `AND/OR`; in small letters it stands in titles.
pub(super) fn either(place: Place, text: &str) -> Option<Habit> {
    if !text.eq_ignore_ascii_case("and/or") || !place.is_between_words() {
        return None;
    }
    if text == "AND/OR" && !place.text.is_in_capitals {
        return Some(word(place, Instead::Text("OR".to_owned()), Strength::Likely));
    }
    Some(word(place, Instead::Advice("type `OR` for either".to_owned()), Strength::Perhaps))
}

/// `&&`, `||`, `|`, `!`
pub(super) fn boolean_sign(place: Place, text: &str) -> Option<Habit> {
    let (operator, strength) = match text {
        "&&" => ("AND", Strength::Sure),
        "||" => ("OR", Strength::Sure),
        "|" => ("OR", Strength::Likely),
        "!" if place.neighbour(place.next()).is_some() => ("NOT", Strength::Likely),
        _ => return None,
    };
    if operator != "NOT" && !place.is_between_words() {
        return None;
    }
    Some(sign(place, text, Instead::Text(operator.to_owned()), strength))
}

/// `-word`, `+word`, `!word`
pub(super) fn sign_before(place: Place, text: &str) -> Option<Habit> {
    let word = text.strip_prefix(['-', '+', '!'])?;
    let alone = word.is_empty() && matches!(place.touches_next()?.kind, TokenKind::Quoted(_));
    if place.follows_at_once() || !(alone || word.starts_with(char::is_alphabetic)) {
        return None;
    }
    // `NOT` takes in all words that follow, where a sign means one.
    let goes_on = place.next().is_some_and(|next| begins_operand(&next.kind));
    let instead = match (text.starts_with('+'), goes_on && !alone) {
        (true, _) => Instead::Text(word.to_owned()),
        (false, true) => Instead::Operand(format!("(NOT {word})")),
        (false, false) => Instead::Text(format!("NOT {word}")),
    };
    Some(sign(place, &text[..1], instead, Strength::Likely))
}

/// `near`, `N3`, `W3`, `adj3` between words.
pub(super) fn adjacency(place: Place, text: &str) -> Option<Habit> {
    let folded = text.to_ascii_lowercase();
    let letters = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &folded[letters.len()..];
    if !place.is_between_words() || digits.len() > 2 {
        return None;
    }
    if text == "near" {
        return near(place);
    }
    let known = matches!(letters, "adj" | "near/" | "n/" | "w/" | "pre/")
        || (matches!(letters, "near" | "n" | "w") && !digits.is_empty());
    if !known || is_staging(place) {
        return None;
    }
    let distance = if digits.is_empty() { "1" } else { digits };
    let [before, after] =
        [place.previous(), place.next()].map(|side| place.neighbour(side).unwrap_or("word"));
    let hint =
        format!("type `{before} NEAR/{distance} {after}` for words that stand near each other");
    Some(word(place, Instead::Advice(hint), Strength::Perhaps))
}

/// `asthma near child`, unlike `near infrared spectroscopy`.
fn near(place: Place) -> Option<Habit> {
    const LONGEST: usize = 4;
    let next = place.neighbour(place.next()).unwrap_or_default().to_lowercase();
    let plain = AFTER_NEAR.contains(&next.as_str());
    let short = place.text.tokens.len() <= LONGEST
        || [place.previous(), place.next()].iter().flatten().any(|token| {
            matches!(token.kind, TokenKind::Open | TokenKind::Close | TokenKind::Quoted(_))
        });
    (!plain && short).then(|| word(place, Instead::Text("NEAR/5".to_owned()), Strength::Likely))
}

/// `T2 N3 M0` is a stage of a tumour.
fn is_staging(place: Place) -> bool {
    let stage = |text: Option<&str>| {
        text.is_some_and(|text| {
            text.len() <= 3
                && text.starts_with(['T', 'M', 't', 'm'])
                && text[1..].starts_with(|c: char| c.is_ascii_digit() || c == 'x' || c == 'X')
        })
    };
    stage(place.neighbour(place.previous())) || stage(place.neighbour(place.next()))
}

fn word(place: Place, instead: Instead, strength: Strength) -> Habit {
    let span = place.token().span.clone();
    let message = format!("`{}` is looked for like any other word", place.typed());
    Habit { span, message, instead, strength }
}

fn sign(place: Place, sign: &str, instead: Instead, strength: Strength) -> Habit {
    let span = place.token().span.clone();
    let message = format!("`{sign}` is no operator here");
    Habit { span, message, instead, strength }
}
