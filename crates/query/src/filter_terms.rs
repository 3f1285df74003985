//! Parts of filters, and trees made of them.

use super::Span;
use super::syntax::{Expr, ExprKind, ExprPrefix, TermExpr};
use super::word_syntax::whole;

/// The area of the numbers of a study.
pub(super) const NUMBERS: &str = "NCTIdSearch";

/// The parts of a text between separators, without blanks around them.
pub(super) fn spans_between(typed: &str, separates: impl Fn(char) -> bool) -> Vec<Span> {
    let start = |part: &str| part.as_ptr() as usize - typed.as_ptr() as usize;
    let parts = typed.split(separates).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| start(part)..start(part) + part.len()).collect()
}

/// Joins trees by `OR`; an area that all of them have is written once, before
/// all.
pub(super) fn merged(mut parts: Vec<Expr>) -> Option<Expr> {
    let area = match &parts.first()?.kind {
        ExprKind::Within(ExprPrefix::Area(name), _) => name.text.clone(),
        _ => return Expr::any(parts),
    };
    let same = |part: &Expr| matches!(&part.kind, ExprKind::Within(ExprPrefix::Area(name), _) if name.text == area);
    if parts.len() == 1 || !parts.iter().all(same) {
        return Expr::any(parts);
    }
    let mut inner: Vec<Expr> = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        let one = match part.kind {
            ExprKind::Within(_, inner) => *inner,
            kind => Expr { kind, span: part.span },
        };
        if inner.iter().all(|known| known.to_string() != one.to_string()) {
            inner.push(one);
        }
    }
    Expr::any(inner).map(|inner| Expr::within(&area, inner))
}

/// A constant as a word; in quotes where it would be an operator.
pub(super) fn constant_term(constant: &str, span: Span) -> Expr {
    let words = vec![whole(constant, span.clone())];
    Expr { kind: ExprKind::Term(TermExpr { words, quoted: constant == "ALL" }), span }
}
