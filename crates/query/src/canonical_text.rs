//! An expression as text, in one canonical form. It is parsed to the same
//! tree.

use std::fmt;

use super::foreign::escaped;
use super::syntax::{
    COVERAGES, EXPANSIONS, Expr, ExprKind, ExprPrefix, HIERARCHIES, RangeBound, SCOPES, TermExpr,
};
use super::word_syntax;

impl Expr {
    /// Whether it is an operand without parentheses around it.
    fn is_source(&self) -> bool {
        !matches!(self.kind, ExprKind::And(_) | ExprKind::Or(_))
    }

    /// Prints an operand, in parentheses where it needs them.
    fn write_operand(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_source() { write!(f, "{self}") } else { write!(f, "({self})") }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::And(parts) => separated(f, parts, " AND ", Expr::write_operand),
            ExprKind::Or(parts) => separated(f, parts, " OR ", |part, f| match part.kind {
                ExprKind::Or(_) => write!(f, "({part})"),
                _ => write!(f, "{part}"),
            }),
            ExprKind::Not(inner) => {
                f.write_str("NOT ")?;
                inner.write_operand(f)
            }
            ExprKind::Within(prefix, inner) => {
                write!(f, "{prefix}")?;
                inner.write_operand(f)
            }
            ExprKind::Term(term) => write!(f, "{term}"),
            ExprKind::Near(operands, distance) => {
                separated(f, operands, &format!(" NEAR/{distance} "), |operand, f| {
                    match operand.kind {
                        ExprKind::Near(..) => write!(f, "({operand})"),
                        _ => operand.write_operand(f),
                    }
                })
            }
            ExprKind::Range(lower, upper) => {
                let bound = |bound: &Option<RangeBound>, open: &str| {
                    bound.as_ref().map_or_else(|| open.to_owned(), ToString::to_string)
                };
                write!(f, "RANGE[{}, {}]", bound(lower, "MIN"), bound(upper, "MAX"))
            }
            ExprKind::Distance(place) => write!(f, "DISTANCE[{place}]"),
            ExprKind::Missing => f.write_str("MISSING"),
            ExprKind::All => f.write_str("ALL"),
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    parts: &[T],
    separator: &str,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        write(part, f)?;
    }
    Ok(())
}

impl fmt::Display for TermExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for word in &self.words {
            if !text.is_empty() {
                text.push(' ');
            }
            word_syntax::write(word, self.quoted, &mut text);
        }
        if self.quoted { write!(f, "\"{text}\"") } else { f.write_str(&escaped(text)) }
    }
}

impl fmt::Display for RangeBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = !self.text.contains(',') && !matches!(self.text.as_str(), "MIN" | "MAX");
        if plain { f.write_str(&self.text) } else { write!(f, "\"{}\"", self.text) }
    }
}

impl fmt::Display for ExprPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(name) => write!(f, "AREA[{}]", name.text),
            Self::Tilt(name) => write!(f, "TILT[{}]", name.text),
            Self::Search(scope) => write!(f, "SEARCH[{}]", name_of(&SCOPES, scope)),
            Self::Coverage(part) => write!(f, "COVERAGE[{}]", name_of(&COVERAGES, part)),
            Self::Expansion(level) => write!(f, "EXPANSION[{}]", name_of(&EXPANSIONS, level)),
            Self::Explode(hierarchy) => write!(f, "EXPLODE[{}]", name_of(&HIERARCHIES, hierarchy)),
        }
    }
}

fn name_of<T: PartialEq>(known: &[(&'static str, T)], wanted: &T) -> &'static str {
    known.iter().find(|(_, value)| value == wanted).map_or("", |(name, _)| name)
}
