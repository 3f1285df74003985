//! An expression without some of its parts: what a line of a strategy is
//! without another one that it names.

use super::Span;
use super::expression::read;
use super::syntax::{Expr, ExprKind};

/// An expression, which was understood before, without the parts at these
/// places; `None` if nothing is left.
///
/// Parts joined to a removed one by `AND`, `OR` or `NEAR` stay. Parts after a
/// removed `NOT` or prefix such as `AREA[...]` go, too.
pub(super) fn left_out(typed: &str, places: &[Span]) -> Option<String> {
    let places = places.iter().map(|place| bare(typed, place)).collect();
    let expr = read(typed).expr?;
    LineOmission { typed, places }.rest(expr).map(|expr| expr.to_string())
}

/// A place without the parentheses around it: a part of a tree may have more or
/// fewer than its line.
fn bare(typed: &str, place: &Span) -> Span {
    let around = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    let text = &typed[place.clone()];
    let start = place.start + (text.len() - text.trim_start_matches(around).len());
    start..start.max(place.end - (text.len() - text.trim_end_matches(around).len()))
}

/// What is left out.
struct LineOmission<'a> {
    typed: &'a str,
    places: Vec<Span>,
}

impl LineOmission<'_> {
    fn has(&self, span: &Span) -> bool {
        let span = bare(self.typed, span);
        self.places.iter().any(|place| place.start <= span.start && span.end <= place.end)
    }

    /// The parts of a tree outside of the removed places.
    fn rest(&self, expr: Expr) -> Option<Expr> {
        let Expr { kind, span } = expr;
        let all = |parts: Vec<Expr>| parts.into_iter().filter_map(|part| self.rest(part)).collect();
        let kind = match kind {
            ExprKind::And(parts) => return Expr::all(all(parts)),
            ExprKind::Or(parts) => return Expr::any(all(parts)),
            ExprKind::Not(inner) => ExprKind::Not(Box::new(self.rest(*inner)?)),
            ExprKind::Within(prefix, inner) => {
                ExprKind::Within(prefix, Box::new(self.rest(*inner)?))
            }
            ExprKind::Near(operands, distance) => self.near(operands, distance)?,
            _ if self.has(&span) => return None,
            kind => kind,
        };
        Some(Expr { kind, span })
    }

    /// Operands near one another; a single one that is left is not wrapped.
    fn near(&self, operands: Vec<Expr>, distance: u32) -> Option<ExprKind> {
        let mut left: Vec<Expr> =
            operands.into_iter().filter_map(|operand| self.rest(operand)).collect();
        match left.len() {
            0 | 1 => left.pop().map(|operand| operand.kind),
            _ => Some(ExprKind::Near(left, distance)),
        }
    }
}
