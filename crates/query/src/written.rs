//! Whether a text is written in the language, or is words alone.

use super::Span;
use super::diagnostics::DiagnosticReport;
use super::lexer::{Token, TokenKind, tokens};

/// The first thing in a text that the language has a meaning for: an
/// operator, quotes, brackets, `*` or `~` at a word, the name of a line.
/// Commas and parentheses are in any text, and say nothing.
#[must_use]
pub fn of_the_language(typed: &str) -> Option<Span> {
    let tokens = tokens(typed, &mut DiagnosticReport::default());
    tokens.into_iter().find(|token| is_written(token, typed)).map(|token| token.span)
}

fn is_written(token: &Token, typed: &str) -> bool {
    match &token.kind {
        TokenKind::Comma | TokenKind::Open | TokenKind::Close => false,
        TokenKind::Word(_) => {
            let text = &typed[token.span.clone()];
            let name = text.strip_prefix('#').unwrap_or_default();
            let number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
            let alike = ["~", "~1", "~2"].iter().any(|end| text.ends_with(end));
            number(name) || text.ends_with('*') || alike
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_language_has_a_meaning_for_is_found() {
        let first = |typed: &'static str| of_the_language(typed).map(|span| &typed[span]);
        for typed in
            ["stem cells (marrow), and/or not", "60-year-old's 3~4 kg*m", "# of cells", "a [b", ""]
        {
            assert_eq!(first(typed), None, "{typed}");
        }
        for (typed, found) in [
            ("a OR b", "OR"),
            ("stem \"bone marrow\"", "\"bone marrow\""),
            ("AREA[Phase]PHASE2", "AREA[Phase]"),
            ("stem NEAR/3 cell", "NEAR/3"),
            ("anemi*", "anemi*"),
            ("osteoporsis~1", "osteoporsis~1"),
            ("#1 sepsis", "#1"),
            ("anemia[tiab]", "[tiab]"),
        ] {
            assert_eq!(first(typed), Some(found), "{typed}");
        }
    }
}
