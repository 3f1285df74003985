//! An expression without some of its parts: what a line of a strategy is
//! without another one that it names.

use super::Span;
use super::parser::read;
use super::syntax::{Expr, ExprKind, Term};

/// An expression, which was understood before, without what stands at these
/// places; `None` where nothing is left.
///
/// What was joined to a part by `AND`, `OR` or `NEAR` stays. With what `NOT`
/// or a prefix such as `AREA[...]` stands before, these go, too.
pub(super) fn left_out(typed: &str, places: &[Span]) -> Option<String> {
    let expr = read(typed).expr?;
    rest(expr, places).map(|expr| expr.to_string())
}

fn is_out(span: &Span, places: &[Span]) -> bool {
    places.iter().any(|place| place.start <= span.start && span.end <= place.end)
}

/// What of a tree stands elsewhere.
fn rest(expr: Expr, places: &[Span]) -> Option<Expr> {
    let Expr { kind, span } = expr;
    let all = |parts: Vec<Expr>| parts.into_iter().filter_map(|part| rest(part, places)).collect();
    let kind = match kind {
        ExprKind::And(parts) => return Expr::all(all(parts)),
        ExprKind::Or(parts) => return Expr::any(all(parts)),
        ExprKind::Not(inner) => ExprKind::Not(Box::new(rest(*inner, places)?)),
        ExprKind::Within(prefix, inner) => {
            ExprKind::Within(prefix, Box::new(rest(*inner, places)?))
        }
        ExprKind::Near(terms, distance) => near(terms, distance, places)?,
        _ if is_out(&span, places) => return None,
        kind => kind,
    };
    Some(Expr { kind, span })
}

/// Terms that stand near one another; one that is left stands for itself.
fn near(terms: Vec<Term>, distance: u32, places: &[Span]) -> Option<ExprKind> {
    let out = |term: &Term| term.words.iter().all(|word| is_out(&word.span, places));
    let mut left: Vec<Term> = terms.into_iter().filter(|term| !out(term)).collect();
    match left.len() {
        0 | 1 => left.pop().map(ExprKind::Term),
        _ => Some(ExprKind::Near(left, distance)),
    }
}
