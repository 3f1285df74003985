//! `NOT` in capitals that may be a word: at the beginning of plain words, and
//! in the names of diseases.

use super::Diagnostic;
use super::syntax::{Expr, ExprKind};

/// What follows the word `not` in names of diseases, such as `carcinoma not
/// otherwise specified`.
const IN_NAMES: [[&str; 2]; 5] = [
    ["otherwise", "specified"],
    ["otherwise", "classified"],
    ["otherwise", "indicated"],
    ["elsewhere", "classified"],
    ["elsewhere", "specified"],
];

/// Says of each `NOT` that may be meant for the word what it does instead.
pub(super) fn notices(typed: &str, expr: &Expr) -> Vec<Diagnostic> {
    match &expr.kind {
        ExprKind::Not(inner) if words(inner).is_some() => notice(typed, expr).into_iter().collect(),
        _ => in_names(typed, expr),
    }
}

fn in_names(typed: &str, expr: &Expr) -> Vec<Diagnostic> {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().flat_map(|part| in_names(typed, part)).collect()
        }
        ExprKind::Within(_, inner) => in_names(typed, inner),
        ExprKind::Not(inner) if words(inner).is_some_and(|words| begins_as_name(&words)) => {
            notice(typed, expr).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn words(expr: &Expr) -> Option<Vec<&str>> {
    match &expr.kind {
        ExprKind::Term(term) if !term.quoted => {
            Some(term.words.iter().map(|word| word.text.as_str()).collect())
        }
        _ => None,
    }
}

fn begins_as_name(words: &[&str]) -> bool {
    IN_NAMES.iter().any(|name| {
        words.len() >= name.len()
            && name.iter().zip(words).all(|(known, word)| known.eq_ignore_ascii_case(word))
    })
}

fn notice(typed: &str, negated: &Expr) -> Option<Diagnostic> {
    let ExprKind::Not(inner) = &negated.kind else { return None };
    let words = typed.get(inner.span.clone())?;
    Some(Diagnostic {
        span: negated.span.clone(),
        message: format!("`NOT` is an operator, so studies without `{words}` are found"),
        hint: format!("type `\"not {words}\"` for the phrase, or `\\NOT {words}` for the words"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::expression;

    fn said(typed: &str) -> String {
        let expr = expression(typed).expect(typed).expr;
        notices(typed, &expr).iter().map(|one| format!("{:?} {}", one.span, one.message)).collect()
    }

    #[test]
    fn a_not_that_may_be_a_word_is_noticed() {
        for (typed, expected) in [
            (
                "NOT otherwise specified",
                "0..23 `NOT` is an operator, so studies without `otherwise specified` are found",
            ),
            ("NOT cancer", "0..10 `NOT` is an operator, so studies without `cancer` are found"),
            (
                "Carcinoma NOT Otherwise Specified OR tumor",
                "10..33 `NOT` is an operator, so studies without `Otherwise Specified` are found",
            ),
            ("asthma NOT children", ""),
            ("NOT AREA[Phase]PHASE2", ""),
            ("NOT (a OR b)", ""),
            ("NOT \"heart failure\"", ""),
            ("\"not otherwise specified\"", ""),
        ] {
            assert_eq!(said(typed), expected, "{typed}");
        }
    }
}
