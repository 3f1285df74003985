//! A place in a typed text, shown with carets below it.

use std::error::Error;
use std::fmt::{self, Write as _};

use trialdex_records::study::clean;

use super::{Diagnostic, Span};

/// What of a request cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// The name of the parameter or filter, or empty for plain words.
    pub name: String,
    /// What was typed for it.
    pub typed: String,
    /// Everything that is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Characters that are shown of a long text.
const SHOWN: usize = 160;

/// As much of a text as shows a place in it, on one line that is safe for terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text; `…` marks omitted text at either end.
    pub text: String,
    /// Blanks up to the place, then a `^` below each of its characters, at least one.
    pub carets: String,
}

impl Excerpt {
    /// The place `span` of `typed`, in bytes.
    #[must_use]
    pub fn new(typed: &str, span: &Span) -> Self {
        let before = typed[..span.start].chars().count();
        let length = typed[span.clone()].chars().count().max(1);
        let (text, before, length) = cut(&clean::line(typed), before, length);
        Self { text, carets: format!("{}{}", " ".repeat(before), "^".repeat(length)) }
    }
}

/// The part of a text around a place, and where the place is in it. Positions and lengths
/// count characters.
fn cut(text: &str, before: usize, length: usize) -> (String, usize, usize) {
    if text.chars().count() <= SHOWN {
        return (text.to_owned(), before, length);
    }
    let from = before.saturating_sub(SHOWN / 4);
    let mut shown: String = text.chars().skip(from).take(SHOWN).collect();
    let most = (from + shown.chars().count()).saturating_sub(before).max(1);
    if text.chars().count() > from + SHOWN {
        shown.push('…');
    }
    if from == 0 {
        return (shown, before, length.min(most));
    }
    (format!("…{shown}"), before - from + 1, length.min(most))
}

/// A text with something wrong in it, and what is wrong at which place of it.
pub type MarkedText = (String, Diagnostic);

/// What is wrong with a text, each as a mark in the text with `before` in front of it.
pub(super) fn marks(before: &str, typed: &str, diagnostics: &[Diagnostic]) -> Vec<MarkedText> {
    let mark = |found: &Diagnostic| {
        let span = found.span.start + before.len()..found.span.end + before.len();
        (format!("{before}{typed}"), Diagnostic { span, ..found.clone() })
    };
    diagnostics.iter().map(mark).collect()
}

/// Marks as lines, each with carets below its place and what to type instead. Each line begins
/// with a line break.
#[must_use]
pub fn marked_lines(marks: &[MarkedText]) -> String {
    let mut lines = String::new();
    for (typed, found) in marks {
        let Excerpt { text, carets } = Excerpt::new(typed, &found.span);
        // Writing to a string does not fail.
        let _ = write!(lines, "\n  {text}\n  {carets} {}", clean::line(&found.message));
        if !found.hint.is_empty() {
            let hint = found.hint_with(typed, str::to_owned);
            let _ = write!(lines, "\nhint: {}", clean::line(&hint));
        }
    }
    lines
}

impl RequestError {
    /// What was typed, with its name before it as `spell` writes that, and each thing that is
    /// wrong at its place in that text.
    pub fn marks(&self, spell: impl Fn(&str) -> String) -> Vec<MarkedText> {
        let Self { name, typed, diagnostics } = self;
        let before = if name.is_empty() { String::new() } else { format!("{} ", spell(name)) };
        marks(&before, typed, diagnostics)
    }
}

/// A request that cannot be understood, with everything that is wrong with it.
///
/// Its text shows each place with carets, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// The parameters and filters that are wrong, at least one.
    pub parts: Vec<RequestError>,
}

impl NotUnderstood {
    /// Every error, each with its place in the typed text.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.parts.iter().flat_map(|part| &part.diagnostics)
    }
}

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marks = self.parts.iter().flat_map(|part| part.marks(str::to_owned));
        write!(f, "the query cannot be understood{}", marked_lines(&marks.collect::<Vec<_>>()))
    }
}

impl Error for NotUnderstood {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Filter, Parameter, Request};

    #[test]
    fn a_place_is_marked_below_the_text() {
        let Excerpt { text, carets } = Excerpt::new("knäe AND", &(6..9));
        assert_eq!((text.as_str(), carets.as_str()), ("knäe AND", "     ^^^"));
    }

    #[test]
    fn a_long_text_is_cut_around_the_place() {
        let text = "é".repeat(500) + "wrong" + &"ü".repeat(500);
        let (shown, before, length) = cut(&text, 500, 5);
        let place: String = shown.chars().skip(before).take(length).collect();
        assert_eq!((place.as_str(), shown.chars().count()), ("wrong", SHOWN + 2));
        assert_eq!(cut(&text, 0, 900).2, SHOWN);
        assert_eq!(cut(&text, 1005, 1), ("…".to_owned() + &"ü".repeat(40), 41, 1));
    }

    #[test]
    fn an_error_says_what_is_wrong_where_and_what_to_type() {
        let request = Request {
            queries: vec![(Parameter::Words, "asthma AND".to_owned())],
            filters: vec![(Filter::Phase, "7".to_owned())],
            ..Request::default()
        };
        let error = request.understand().expect_err("two mistakes");
        insta::assert_snapshot!(error.to_string(), @r"
        the query cannot be understood
          asthma AND
                 ^^^ there is nothing after `AND`
        hint: type what to look for after it, or `\AND` for the word
          phase 7
                ^ `7` is no phase that the registry has
        hint: type `1`, `2`, `3`, `4`, `1/2`, `early 1` or `NA`, or several with commas between
        ");
    }
}
