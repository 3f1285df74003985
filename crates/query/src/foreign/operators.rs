//! Operators of other systems, and small letters and signs in their place.

use super::habit::{Habit, HabitRemedy, HabitStrength};
use super::token_place::{TokenPlace, begins_operand};
use crate::lexer::TokenKind;
use crate::word_list::WordList;

/// Words after `near` in plain text.
const AFTER_NEAR: WordList = WordList(
    "infrared|infra|infra-red|miss|misses|death|death-like|fall|falls|fatal|drowning|total|\
     term|normal|peer|patient|point|field|vision|wall|future|end|zero|real|complete|syncope|\
     work|visual|the|a",
);

/// `ALL` and `MISSING` beside words.
pub(super) fn beside_words(place: TokenPlace) -> Option<Habit> {
    let words = |token| place.neighbour(token).is_some();
    let alone = place.previous().is_some_and(|token| token.kind == TokenKind::Open)
        && place.next().is_some_and(|token| token.kind == TokenKind::Close);
    let beside = words(place.previous()) || words(place.next());
    if !(beside || alone && place.at > 1) {
        return None;
    }
    let text = place.typed();
    let means = if text == "ALL" { "every study" } else { "studies without a value" };
    Some(Habit {
        span: place.token().span.clone(),
        message: format!("`{text}` means {means} here"),
        instead: HabitRemedy::Advice(format!("type `\\{text}` or `\"{text}\"` for the word")),
        strength: HabitStrength::Perhaps,
    })
}

/// `AND/OR`; in small letters it occurs in titles.
pub(super) fn either(place: TokenPlace, text: &str) -> Option<Habit> {
    if !text.eq_ignore_ascii_case("and/or") || !place.is_between_words() {
        return None;
    }
    if text == "AND/OR" && !place.text.is_in_capitals {
        return Some(word(place, HabitRemedy::Text("OR".to_owned()), HabitStrength::Likely));
    }
    Some(word(
        place,
        HabitRemedy::Advice("type `OR` for either".to_owned()),
        HabitStrength::Perhaps,
    ))
}

/// `&&`, `||`, `|`, `!`
pub(super) fn boolean_sign(place: TokenPlace, text: &str) -> Option<Habit> {
    let (operator, strength) = match text {
        "&&" => ("AND", HabitStrength::Sure),
        "||" => ("OR", HabitStrength::Sure),
        "|" => ("OR", HabitStrength::Likely),
        "!" | "\u{ac}" if place.neighbour(place.next()).is_some() => ("NOT", HabitStrength::Likely),
        "&!" | "&-" => ("NOT", HabitStrength::Sure),
        _ => return glued_sign(place, text),
    };
    if operator != "NOT" && !place.is_between_words() {
        return None;
    }
    Some(sign(place, text, HabitRemedy::Text(operator.to_owned()), strength))
}

/// `stroke|TIA`, `stroke&&TIA`
fn glued_sign(place: TokenPlace, text: &str) -> Option<Habit> {
    const SIGNS: [(&str, &str); 3] = [("&&", " AND "), ("||", " OR "), ("|", " OR ")];
    let (found, operator) = SIGNS.iter().find(|(sign, _)| text.contains(sign))?;
    let operands: Vec<&str> = text.split(found).collect();
    let words = operands
        .iter()
        .all(|one| one.chars().count() > 1 && one.starts_with(|c: char| c.is_alphanumeric()));
    let instead = operands.join(operator);
    words.then(|| sign(place, found, HabitRemedy::Operand(instead), HabitStrength::Likely))
}

/// Signs before a word, and whether each excludes it.
const BEFORE: [(char, bool); 5] =
    [('-', true), ('+', false), ('!', true), ('\u{ac}', true), ('\u{2212}', true)];

/// `-word`, `+word`, `!word`, `-"a phrase"`, `-(a OR b)`
pub(super) fn sign_before(place: TokenPlace, text: &str) -> Option<Habit> {
    let (before, excludes) = *BEFORE.iter().find(|(sign, _)| text.starts_with(*sign))?;
    let word = &text[before.len_utf8()..];
    let touched = place.touches_next().filter(|_| word.is_empty());
    let end = touched.and_then(|next| match next.kind {
        TokenKind::Quoted(_) => Some(next.span.end),
        TokenKind::Open => place.group(place.at + 1).map(|group| group.end),
        _ => None,
    });
    if place.follows_at_once() || (end.is_none() && !word.starts_with(char::is_alphabetic)) {
        return None;
    }
    let start = place.token().span.start;
    let span = start..end.unwrap_or(place.token().span.end);
    let operand = &place.text.typed[start + before.len_utf8()..span.end];
    // `NOT` takes in all words that follow, where a sign means one.
    let behind = place.text.tokens.iter().find(|token| token.span.start >= span.end);
    let goes_on = behind.is_some_and(|next| begins_operand(&next.kind));
    let instead = match (excludes, goes_on) {
        (false, _) => HabitRemedy::Text(operand.to_owned()),
        (true, true) => HabitRemedy::Operand(format!("(NOT {operand})")),
        (true, false) => HabitRemedy::Text(format!("NOT {operand}")),
    };
    let message = format!("`{before}` is no operator here");
    Some(Habit { span, message, instead, strength: HabitStrength::Likely })
}

/// `~word`: our sign for fuzzy matching follows the word.
pub(super) fn tilde_before(place: TokenPlace, text: &str) -> Option<Habit> {
    let word = text.strip_prefix('~')?;
    let letters = word.starts_with(char::is_alphabetic) && word.chars().count() > 3;
    letters.then(|| {
        let hint = format!("type `{word}~1` for words like it, or `NOT {word}` to exclude it");
        sign(place, "~", HabitRemedy::Advice(hint), HabitStrength::Perhaps)
    })
}

/// Operators in capitals that the language does not have, and what says the
/// same.
const CAPITALS: [(&str, &str); 13] = [
    ("AND-NOT", "NOT"),
    ("AND_NOT", "NOT"),
    ("ANDNOT", "NOT"),
    ("BUTNOT", "NOT"),
    ("EXCEPT", "NOT"),
    ("EXCLUDE", "NOT"),
    ("EXCLUDING", "NOT"),
    ("MINUS", "NOT"),
    ("WITHOUT", "NOT"),
    ("UND", "AND"),
    ("ODER", "OR"),
    ("NICHT", "NOT"),
    ("SAUF", "NOT"),
];

/// `AND-NOT`, `EXCEPT`, `XOR`
pub(super) fn in_capitals_only(place: TokenPlace, text: &str) -> Option<Habit> {
    if text == "BUT" && place.next().is_some_and(|next| next.kind == TokenKind::Not) {
        return Some(word(place, HabitRemedy::Text(String::new()), HabitStrength::Likely));
    }
    if place.text.is_in_capitals && place.text.tokens.len() > 3 || !place.is_between_words() {
        return None;
    }
    if matches!(text, "XOR" | "NAND") {
        let hint = match text {
            "XOR" => "type `(a OR b) NOT (a AND b)` for one without the other",
            _ => "type `NOT (a AND b)` for studies without both",
        };
        return Some(sign(
            place,
            text,
            HabitRemedy::Advice(hint.to_owned()),
            HabitStrength::Likely,
        ));
    }
    let (_, operator) = CAPITALS.iter().find(|(known, _)| *known == text)?;
    Some(sign(place, text, HabitRemedy::Text((*operator).to_owned()), HabitStrength::Likely))
}

/// `near`, `N3`, `W3`, `adj3` between words.
pub(super) fn adjacency(place: TokenPlace, text: &str) -> Option<Habit> {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[letters.len()..];
    if !place.is_between_words() || digits.len() > 2 {
        return None;
    }
    if text == "near" {
        return near(place);
    }
    let is = |known: &&str| known.eq_ignore_ascii_case(letters);
    let known = ["adj", "near/", "n/", "w/", "pre/"].iter().any(is)
        || (!digits.is_empty() && ["near", "n", "w"].iter().any(is));
    if !known || is_staging(place) {
        return None;
    }
    let distance = if digits.is_empty() { "1" } else { digits };
    let [before, after] =
        [place.previous(), place.next()].map(|side| place.neighbour(side).unwrap_or("word"));
    let hint = format!("type `{before} NEAR/{distance} {after}` for words near each other");
    Some(word(place, HabitRemedy::Advice(hint), HabitStrength::Perhaps))
}

/// `asthma near child`, unlike `near infrared spectroscopy`.
fn near(place: TokenPlace) -> Option<Habit> {
    const LONGEST: usize = 4;
    let next = place.neighbour(place.next()).unwrap_or_default().to_lowercase();
    let plain = AFTER_NEAR.contains(next.as_str());
    let short = place.text.tokens.len() <= LONGEST
        || [place.previous(), place.next()].iter().flatten().any(|token| {
            matches!(token.kind, TokenKind::Open | TokenKind::Close | TokenKind::Quoted(_))
        });
    (!plain && short)
        .then(|| word(place, HabitRemedy::Text("NEAR/5".to_owned()), HabitStrength::Likely))
}

/// `T2 N3 M0` is a stage of a tumour.
fn is_staging(place: TokenPlace) -> bool {
    let stage = |text: Option<&str>| {
        text.is_some_and(|text| {
            text.len() <= 3
                && text.starts_with(['T', 'M', 't', 'm'])
                && text[1..].starts_with(|c: char| c.is_ascii_digit() || c == 'x' || c == 'X')
        })
    };
    stage(place.neighbour(place.previous())) || stage(place.neighbour(place.next()))
}

fn word(place: TokenPlace, instead: HabitRemedy, strength: HabitStrength) -> Habit {
    let span = place.token().span.clone();
    let message = format!("`{}` is looked for like any other word", place.typed());
    Habit { span, message, instead, strength }
}

fn sign(place: TokenPlace, sign: &str, instead: HabitRemedy, strength: HabitStrength) -> Habit {
    let span = place.token().span.clone();
    let message = format!("`{sign}` is no operator here");
    Habit { span, message, instead, strength }
}
