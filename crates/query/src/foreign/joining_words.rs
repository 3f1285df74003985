//! `and`, `or` and `not` in small letters, and other words that say the same:
//! they are looked for, and a note has the expression that may be meant.

use super::habit::{Habit, HabitRemedy, HabitStrength, is_understood};
use super::line_habits::{capital, in_capitals};
use super::token_place::TokenPlace;
use crate::Span;
use crate::lexer::TokenKind;

/// The longest text, in bytes, that a hint repeats.
const LONGEST: usize = 80;

/// Words and signs of a text whose operands are looked at.
const MOST_TOKENS: usize = 60;

/// Words before the first of several operands.
const BEFORE: [(&str, &str); 4] =
    [("either", "OR"), ("both", "AND"), ("neither", "NOR"), ("any of", "OR")];

/// Words between two operands that exclude the second.
const EXCLUDING: [&[&str]; 14] = [
    &["but", "not"],
    &["but", "without"],
    &["and", "not"],
    &["and", "without"],
    &["other", "than"],
    &["rather", "than"],
    &["except", "for"],
    &["not", "including"],
    &["excluding"],
    &["except"],
    &["without"],
    &["minus"],
    &["sans"],
    &["not"],
];

/// The operands around an operator.
struct OperatorSides<'a> {
    /// Those before it, in their order.
    before: Vec<&'a str>,
    /// The one behind it.
    after: &'a str,
    /// All of them, with words before the first.
    span: Span,
}

/// A single `and` or `or` in small letters, also behind a comma.
pub(super) fn joined(place: TokenPlace, text: &str) -> Option<Habit> {
    let known = ["AND", "OR", "NOR"].into_iter().find(|known| known.eq_ignore_ascii_case(text));
    let operator = known?;
    let near = |at: Option<usize>| at.and_then(|at| place.text.bare(at)).unwrap_or_default();
    let with = near(place.at.checked_sub(1)).eq_ignore_ascii_case("with")
        && near(Some(place.at + 1)).eq_ignore_ascii_case("without");
    if !is_between(place) || with {
        return None;
    }
    let hint = match series(place, operator) {
        Some(said) => said,
        None if operator == "NOR" => return None,
        None => {
            let whole = in_capitals(place.text.typed, place.text.tokens);
            let short = whole.len() <= LONGEST && is_understood(&whole);
            format!("`{}`", if short { whole } else { operator.to_owned() })
        }
    };
    let meaning = match operator {
        "AND" => "if both are wanted, or leave it out",
        "OR" => "for either of the two",
        _ => "for studies without any of them",
    };
    Some(noted(place, place.at..place.at + 1, format!("type {hint} {meaning}")))
}

/// Whether an operand or a comma precedes the word, and an operand follows it.
fn is_between(place: TokenPlace) -> bool {
    let comma = place.previous().is_some_and(|token| token.kind == TokenKind::Comma);
    let after = place.next().is_some_and(|token| {
        matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Open)
    });
    place.is_between_words() || (comma && place.at > 1 && after)
}

/// What to type for words with one operator between, in backticks.
fn series(place: TokenPlace, operator: &str) -> Option<String> {
    let OperatorSides { before, after, span } = sides(place)?;
    let typed = place.text.typed;
    let whole = span == (0..typed.trim_end().len());
    let list = before.len() > 1 || before_first(before.first()?).is_some() || operator == "NOR";
    if !whole || (!list && operator == "AND") {
        return None;
    }
    let mut operands = before;
    if let Some((_, rest)) = before_first(operands[0]) {
        operands[0] = rest;
    }
    let sign = if operator == "AND" { " AND " } else { " OR " };
    let first = operands.join(sign);
    let said = format!("{first}{sign}{after}");
    if said.len() > LONGEST || !is_understood(&said) {
        return None;
    }
    let Some((word, rest)) = after.split_once(' ').filter(|_| operator == "OR") else {
        let said = if operator == "NOR" { format!("NOT ({said})") } else { said };
        return Some(format!("`{said}`"));
    };
    Some(format!("`{said}`, or `({first} OR {word}) {rest}`,"))
}

/// `either`, and the words behind it.
fn before_first(operand: &str) -> Option<(&str, &str)> {
    BEFORE.iter().find_map(|(word, operator)| {
        let rest = operand.strip_prefix(word)?.strip_prefix(' ')?;
        Some((*operator, rest))
    })
}

/// The operands around a word, where there is nothing but words and commas.
fn sides(place: TokenPlace<'_>) -> Option<OperatorSides<'_>> {
    let (text, at) = (place.text, place.at);
    let plain =
        |token: &crate::lexer::Token| matches!(token.kind, TokenKind::Word(_) | TokenKind::Comma);
    let other = |at: usize| text.bare(at).is_some_and(|word| capital(word).is_some());
    if text.tokens.len() > MOST_TOKENS {
        return None;
    }
    let only = (0..text.tokens.len()).all(|one| one == at || !other(one));
    if !only || !text.tokens.iter().all(plain) || text.is_prose {
        return None;
    }
    let end = text.tokens[at + 1..].iter().take_while(|token| token.kind != TokenKind::Comma);
    let end = end.last()?.span.end;
    let start = text.tokens.first()?.span.start;
    let of_operands = &text.typed[start..place.token().span.start];
    let before = of_operands.split(',').map(str::trim).filter(|one| !one.is_empty());
    let after = text.typed[place.token().span.end..end].trim();
    Some(OperatorSides { before: before.collect(), after, span: start..end })
}

/// `a but not b`, `a without b`, `a, not b`
pub(super) fn excluded(place: TokenPlace, text: &str) -> Option<Habit> {
    let tokens = place.text.tokens;
    let comma = place.previous().is_some_and(|token| token.kind == TokenKind::Comma);
    if text.chars().nth(1).is_some_and(char::is_uppercase) && !place.text.is_in_capitals {
        return None;
    }
    let words = EXCLUDING.iter().find(|words| {
        words.iter().enumerate().all(|(further, word)| {
            place.text.bare(place.at + further).is_some_and(|it| it.eq_ignore_ascii_case(word))
        })
    })?;
    let end = place.at + words.len();
    let last = TokenPlace { text: place.text, at: end - 1 };
    let operand = last.next().is_some_and(|token| {
        matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Open)
    });
    let is_not = text.eq_ignore_ascii_case("not");
    let begins = place.at == 0 && is_not;
    let stands = begins || (place.at > 0 && !is_of_a_name(place));
    let before = begins
        || comma
        || place.previous().is_some_and(|token| {
            matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Close)
        });
    if !operand || !stands || !before || (place.text.is_prose && !is_not) {
        return None;
    }
    let first = if comma { place.at - 1 } else { place.at };
    let (from, to) = (tokens[first].span.start, tokens[end - 1].span.end);
    let typed = place.text.typed;
    let said = format!("{} NOT{}", typed[..from].trim_end(), &typed[to..]);
    let said = said.trim();
    let said = if said.len() <= LONGEST && is_understood(said) { said } else { "NOT" };
    Some(noted(place, place.at..end, format!("type `{said}` to exclude what follows")))
}

/// `with or without`, `migraine without aura`
fn is_of_a_name(place: TokenPlace) -> bool {
    let near = |at: Option<usize>| at.and_then(|at| place.text.bare(at)).unwrap_or_default();
    let small = |at| near(at).to_ascii_lowercase();
    let after = small(Some(place.at + 1));
    matches!(small(place.at.checked_sub(1)).as_str(), "or" | "and" | "with")
        || matches!(after.as_str(), "aura" | "otherwise" | "elsewhere" | "or" | "yet")
}

fn noted(place: TokenPlace, tokens: std::ops::Range<usize>, hint: String) -> Habit {
    let all = &place.text.tokens[tokens];
    let span = all[0].span.start..all[all.len() - 1].span.end;
    let words = &place.text.typed[span.clone()];
    let verb = if all.len() == 1 {
        "is looked for like any other word"
    } else {
        "are looked for like any other words"
    };
    let message = format!("`{words}` {verb}");
    Habit { span, message, instead: HabitRemedy::Advice(hint), strength: HabitStrength::Perhaps }
}

/// `a - b`: a dash, or a sign that excludes.
pub(super) fn dash(place: TokenPlace, text: &str) -> Option<Habit> {
    let is_dash = matches!(text, "-" | "\u{2013}" | "\u{2212}");
    if place.touches_next().is_some() {
        return None;
    }
    let words = [place.previous(), place.next()].map(|side| place.neighbour(side));
    let [Some(before), Some(after)] = words else { return None };
    let letters = |word: &str| word.contains(char::is_alphabetic);
    if !is_dash || place.text.is_prose || !letters(before) || !letters(after) {
        return None;
    }
    let span = place.token().span.clone();
    let typed = place.text.typed;
    let said = format!("{}NOT{}", &typed[..span.start], &typed[span.end..]);
    let said = if said.len() <= LONGEST && is_understood(&said) { said.as_str() } else { "NOT" };
    Some(Habit {
        message: format!("`{text}` excludes nothing: the words on both sides are looked for"),
        span,
        instead: HabitRemedy::Advice(format!("type `{said}` to exclude what follows")),
        strength: HabitStrength::Perhaps,
    })
}
