//! What searchers write behind a search within its line: counts of hits and
//! remarks, which are no words to look for.

use super::lexer::Token;
use super::page::{COUNTED, is_number};
use super::parser::Node;

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
