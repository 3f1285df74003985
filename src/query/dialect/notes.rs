//! What searchers write beside a strategy: counts of hits and remarks, which
//! are no words to look for.

use super::lexer::Token;
use super::parser::Node;

/// Words beside a number of hits (in small letters).
const COUNTED: [&str; 17] = [
    "hit",
    "hits",
    "result",
    "results",
    "record",
    "records",
    "reference",
    "references",
    "citation",
    "citations",
    "article",
    "articles",
    "document",
    "documents",
    "n",
    "total",
    "approx",
];

/// Beginnings of lines about a search (in small letters).
const LABELS: [&str; 18] = [
    "hits:",
    "hits =",
    "total:",
    "total =",
    "total hits",
    "total results",
    "total records",
    "number of records",
    "number of hits",
    "number of results",
    "records:",
    "records =",
    "note:",
    "notes:",
    "source:",
    "search conducted",
    "search performed",
    "*limited",
];

/// Whether a line below a search is a count of hits or a remark on it, such as
/// `312 document results` or `Source: Ovid`.
pub(super) fn is_below(line: &str) -> bool {
    let small = line.trim().to_lowercase();
    if LABELS.iter().any(|label| small.starts_with(label)) {
        return true;
    }
    let bare = small.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut words = bare.split_whitespace();
    let number = words.next().is_some_and(is_number);
    number && words.next().is_none_or(|word| COUNTED.contains(&word))
}

fn is_number(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = |c: char| c.is_ascii_digit() || matches!(c, ',' | '\u{a0}');
    bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().all(digits)
}

/// How many tokens behind an operand, without an operator between, are a count
/// of hits or, behind names of lines, a remark.
pub(super) fn behind(left: Option<&Node>, tokens: &[Token]) -> Option<usize> {
    let length = length_of_operand(tokens)?;
    if matches!(tokens.get(length), Some(Token::Suffix(_) | Token::Near(_))) {
        return None;
    }
    let operand = &tokens[..length];
    let plain = operand.iter().all(|token| {
        matches!(
            token,
            Token::Word(_) | Token::Open | Token::Close | Token::And | Token::Or | Token::Not
        )
    });
    (plain && (is_count(operand) || left.is_some_and(ends_with_lines))).then_some(length)
}

/// Tokens of the words or the group that begin here.
fn length_of_operand(tokens: &[Token]) -> Option<usize> {
    const LONGEST: usize = 200;
    let mut depth = 0_usize;
    match tokens.first()? {
        Token::Word(_) => {
            Some(tokens.iter().take_while(|token| matches!(token, Token::Word(_))).count())
        }
        Token::Open => tokens
            .iter()
            .take(LONGEST)
            .position(|token| {
                match token {
                    Token::Open => depth += 1,
                    Token::Close => depth -= 1,
                    _ => {}
                }
                depth == 0
            })
            .map(|last| last + 1),
        _ => None,
    }
}

fn is_count(tokens: &[Token]) -> bool {
    let words = || {
        tokens.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.to_lowercase()),
            _ => None,
        })
    };
    let beside = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || COUNTED.contains(&bare)
    };
    words().any(|word| is_number(&word)) && words().all(|word| is_number(&word) || beside(&word))
}

fn ends_with_lines(node: &Node) -> bool {
    match node {
        Node::Lines { .. } => true,
        Node::All(parts) | Node::Any(parts) => parts.last().is_some_and(ends_with_lines),
        Node::Except(_, without) => ends_with_lines(without),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_a_search_are_told_from_searches() {
        for line in [
            "312",
            "= 143",
            "143 records retrieved",
            "312 document results",
            "Total = 143",
            "Source: Ovid",
            "Notes: limits not applied",
            "Search conducted 3 April 2020 by JS",
            "*Limited to English",
        ] {
            assert!(is_below(line), "{line}");
        }
        for line in
            ["total knee arthroplasty", "5 fluorouracil", "18F FDG", "source control", "2 or 3"]
        {
            assert!(!is_below(line), "{line}");
        }
    }
}
