//! Text of records made safe for where it is written to.

use std::borrow::Cow;

/// What a formula of a spreadsheet begins with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Characters that would steer a terminal or turn the direction of text:
/// controls (C0, C1, DEL) and the bidirectional formatting characters of
/// Unicode Standard Annex 9.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in one line: white space becomes a blank, what steers a terminal
/// becomes U+FFFD. The number of characters stays.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let clean = text.chars().map(|c| match c {
        c if c.is_whitespace() => ' ',
        c if steers(c) => '\u{fffd}',
        c => c,
    });
    Cow::Owned(clean.collect())
}

/// The text with its lines kept.
pub(crate) fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A cell of a table: a spreadsheet must not take it for a formula, so that
/// what begins like one is preceded by an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A cell as it was before [`cell`].
pub(crate) fn uncell(text: &str) -> &str {
    let rest = text.strip_prefix('\'').unwrap_or(text);
    if rest.starts_with(FORMULA) { rest } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\td"), "a\u{fffd}[31mb\u{fffd}c d");
        assert_eq!(lines("a\n\u{9b}b"), "a\n\u{fffd}b");
        assert!(matches!(line("µg ≥ 5"), Cow::Borrowed(_)));
    }

    #[test]
    fn formulas_are_defused() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("5 mg"), "5 mg");
        assert_eq!(uncell("'=1+1"), "=1+1");
        assert_eq!(uncell("'tis"), "'tis");
    }
}
