//! Errors and notices about places of a text.

use std::ops::Range;

/// Bytes of the typed text.
pub type Span = Range<usize>;

/// A part of the typed text that cannot be understood, or may have another
/// meaning than the one it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to type instead. A parameter is named as in
    /// ``type `{filter} 'AREA[Phase]MISSING'` ``; [`Diagnostic::hint_with`]
    /// puts in how it is typed.
    pub hint: String,
}

/// A parameter as a hint names it.
pub(super) fn in_hint(name: &str) -> String {
    format!("{{{name}}}")
}

/// How many errors are listed. Nobody corrects more at a time, and a text of a
/// megabyte can have a million.
const MOST: usize = 50;

/// All that is wrong, as far as there is room.
#[derive(Debug, Default)]
pub(super) struct DiagnosticReport {
    found: Vec<Diagnostic>,
    left_out: bool,
}

impl DiagnosticReport {
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Diagnostic { span, message: message.into(), hint: hint.into() });
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.left_out = true;
        } else {
            self.found.push(diagnostic);
        }
    }

    /// Whether a further diagnostic would be dropped, so that none need be
    /// made.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
        if let (true, Some(last)) = (self.left_out, self.found.last()) {
            self.found.push(Diagnostic {
                span: last.span.clone(),
                message: "more is wrong than is listed here".to_owned(),
                hint: "mend the places above first".to_owned(),
            });
        }
        self.found
    }
}
