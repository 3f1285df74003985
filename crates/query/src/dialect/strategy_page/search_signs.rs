//! Whether a text is a search. What fields and operators mean is known
//! elsewhere; here they only show that there are some.

use super::super::guess::{signs, sure_one};
use super::super::systems::Dialect;
use super::line_combinations;

/// Whether a text has a sign that only searches have: a field, a heading's
/// slash, nearness, truncation, or operators in capitals.
pub(super) fn is_sure(text: &str) -> bool {
    sure_one(&signs(text), true).is_some() || has_truncation(text) || has_operators(text)
}

/// Whether a text may be a search: it is one for sure, joins lines, or has
/// operators, quotes or groups.
pub(super) fn is_likely(text: &str, of: Dialect) -> bool {
    is_sure(text)
        || line_combinations::joined(text, of, &|_| None).is_some()
        || text.contains(['"', '('])
        || text.split_whitespace().any(|word| is_operator(&word.to_lowercase()))
}

/// Whether a word joins two searches.
pub(super) fn is_operator(small: &str) -> bool {
    ["or", "and", "not"].contains(&small)
}

/// `gout*`, `anemi$`
fn has_truncation(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "()\"'".contains(c)).any(|word| {
        let stem = word.trim_end_matches(['*', '$']);
        stem.len() < word.len() && stem.len() > 1 && stem.ends_with(char::is_alphabetic)
    })
}

fn has_operators(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    // A title in capitals is no search.
    let small = text.chars().any(char::is_lowercase);
    let inner = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    small && inner.iter().any(|word| ["OR", "AND", "NOT"].contains(word))
}

/// Whether a line goes on from the one above: it begins with an operator, a
/// word for nearness, a field or a closing sign.
pub(super) fn goes_on(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    let letters = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let near = first.len() > letters.len()
        && ["adj", "near/", "near", "next/", "w/", "pre/", "n", "w"].contains(&letters);
    is_operator(&first)
        || near
        || ["adj", "near", "next"].contains(&first.as_str())
        || (line.starts_with(['.', ':']) && !line.starts_with(". "))
        || line.starts_with([')', ']', '/', '['])
}

/// Endings of a line that goes on in the next.
const OPEN_ENDS: [&str; 12] =
    ["or", "and", "not", "near", "next", "exp", "adj", "adj2", "adj3", "adj4", "adj5", "to"];

/// Whether a text lacks its end: a parenthesis, bracket or quote is open, or an
/// operator comes last. Texts that no real line has are not open: each line
/// would look through them again.
pub(super) fn is_open(text: &str) -> bool {
    const LONGEST: usize = 50_000;
    if text.len() > LONGEST {
        return false;
    }
    let count = |sign: char| text.matches(sign).count();
    let last = text.split(|c: char| c.is_whitespace() || c == '(').next_back();
    let last = last.unwrap_or_default().to_lowercase();
    count('(') > count(')')
        || count('[') > count(']')
        || count('"') % 2 == 1
        || text.ends_with([',', '-', '\u{ad}'])
        || OPEN_ENDS.contains(&last.as_str())
}

/// Whether a text has its end: a field, a heading, a group or a quote.
pub(super) fn is_ended(text: &str) -> bool {
    !is_open(text) && text.trim_end().ends_with(['.', '/', ')', ']', '"'])
}
