//! Reads an expression that was typed: tokens, the tree of them, and
//! diagnostics for habits from other systems.

use super::Diagnostic;
use super::diagnostics::DiagnosticReport;
use super::foreign::habits_in;
use super::lexer::tokens;
use super::parser::{PartialParse, parse};
use super::syntax::Expr;

/// An expression that is well formed.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedExpression {
    /// The tree.
    pub expr: Expr,
    /// Notices: parts that may have another meaning than the one they are
    /// given.
    pub notices: Vec<Diagnostic>,
}

/// Reads an expression. Names and values in it are looked up by
/// [`super::resolve()`].
///
/// # Errors
///
/// Everything that is wrong with its form, in the order of the text.
pub fn expression(typed: &str) -> Result<ParsedExpression, Vec<Diagnostic>> {
    let reading = read(typed);
    match reading.expr {
        Some(expr) if reading.report.is_empty() => {
            Ok(ParsedExpression { expr, notices: reading.notices })
        }
        _ => Err(reading.report.finish()),
    }
}

/// Reads what can be read.
pub(super) fn read(typed: &str) -> PartialParse {
    read_with(typed, true)
}

/// The same as the first versions read it: words that are refused today were
/// words.
pub(super) fn read_as_at_first(typed: &str) -> PartialParse {
    read_with(typed, false)
}

fn read_with(typed: &str, refuses_habits: bool) -> PartialParse {
    let mut report = DiagnosticReport::default();
    let tokens = tokens(typed, &mut report);
    let habits = habits_in(typed, &tokens);
    for refusal in habits.refusals.into_iter().filter(|_| refuses_habits) {
        report.push(refusal);
    }
    parse(typed, tokens, report, habits.notices)
}
