//! Text of records made safe for where it is written to.

use std::borrow::Cow;

/// What a formula of a spreadsheet begins with, also in the width of Chinese
/// and Japanese characters.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// White space that a spreadsheet does not take for the beginning of a text.
const BREAKS: [char; 3] = ['\t', '\r', '\n'];

/// What has no width, so that a formula behind it looks like one.
const UNSEEN: [char; 5] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];

/// Characters that would steer a terminal or turn the direction of text:
/// controls (C0, C1, DEL) and the bidirectional formatting characters of
/// Unicode Standard Annex 9.
pub fn steers(c: char) -> bool {
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
pub fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Data as a terminal may show it: what steers one becomes U+FFFD, except for
/// breaks of lines and tabs, and, where they are meant, escape sequences.
#[must_use]
pub fn terminal(text: &str, escapes: bool) -> Cow<'_, str> {
    let kept = |c: char| matches!(c, '\n' | '\t') || (escapes && matches!(c, '\u{1b}' | '\u{7}'));
    if !text.contains(|c| steers(c) && !kept(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let ends = c == '\r' && rest.peek() == Some(&'\n');
        clean.push(if steers(c) && !kept(c) && !ends { '\u{fffd}' } else { c });
    }
    Cow::Owned(clean)
}

/// Whether a spreadsheet may take a cell for a formula. Some pass over blanks
/// before one.
fn is_formula(text: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || UNSEEN.contains(&c);
    text.starts_with(BREAKS) || text.trim_start_matches(blank).starts_with(FORMULA)
}

/// Whether a cell gets an apostrophe: one that would be taken off again gets
/// another one.
fn is_to_be_marked(text: &str) -> bool {
    is_formula(text.trim_start_matches('\''))
}

/// A cell of a table: a spreadsheet must not take it for a formula, so that
/// what begins like one is preceded by an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub fn cell(text: &str) -> Cow<'_, str> {
    if is_to_be_marked(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A cell as it was before [`cell`].
pub fn uncell(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_to_be_marked(rest)).unwrap_or(text)
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
        for text in
            ["\n=1", " =1", "\u{a0}+1", "\u{feff}@x", "\u{ff1d}1", "\u{ff20}x", "'=1", "''-1"]
        {
            assert_eq!(cell(text), format!("'{text}"));
            assert_eq!(uncell(&cell(text)), text);
        }
        for text in ["'tis", "a=1", "", "'", " 5 mg"] {
            assert_eq!((cell(text).as_ref(), uncell(text)), (text, text));
        }
    }

    #[test]
    fn data_on_a_terminal_keeps_its_lines() {
        assert_eq!(terminal("a\tb\r\n\u{9b}c\rd", true), "a\tb\r\n\u{fffd}c\u{fffd}d");
        assert_eq!(terminal("\u{1b}[1m\u{202e}", true), "\u{1b}[1m\u{fffd}");
        assert_eq!(terminal("\u{1b}[1m\u{7}", false), "\u{fffd}[1m\u{fffd}");
    }
}
