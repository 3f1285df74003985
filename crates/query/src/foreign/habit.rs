//! The message for a habit: how the words are understood, and what to type.

use super::super::parser::tree;
use super::super::resolve::resolve;
use super::token_place::{TypedText, begins_operand, ends_operand};
use crate::meaning::SearchTarget;
use crate::syntax::ExprKind;
use crate::word_syntax::holds_words;
use crate::{Diagnostic, Span};

/// The longest text, in bytes, that a hint repeats.
const LONGEST_REPEATED: usize = 120;

/// How sure it is that a habit is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HabitStrength {
    /// Words may well be meant: they are looked for, and a note says so.
    Perhaps,
    /// It is refused, but for prose, where a note says what it is read as.
    Likely,
    /// It is refused.
    Sure,
}

/// What to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HabitRemedy {
    /// An expression in the place of it, joined to others by `AND`.
    Operand(String),
    /// A text in the place of it.
    Text(String),
    /// A hint.
    Advice(String),
}

/// A habit from another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Habit {
    /// Where.
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) instead: HabitRemedy,
    pub(super) strength: HabitStrength,
}

impl Habit {
    pub(super) fn is_refused(&self, prose: bool) -> bool {
        match self.strength {
            HabitStrength::Perhaps => false,
            HabitStrength::Likely => !prose,
            HabitStrength::Sure => true,
        }
    }

    /// The diagnostic for it. `whole` is the text without all such habits.
    pub(super) fn diagnostic(
        self,
        text: TypedText,
        whole: Option<&str>,
        refused: bool,
    ) -> Diagnostic {
        let sign = &text.typed[self.span.clone()];
        let hint = match (self.instead, whole) {
            (HabitRemedy::Advice(hint), _) => hint,
            (HabitRemedy::Operand(_) | HabitRemedy::Text(_), Some(whole))
                if whole.len() <= LONGEST_REPEATED && is_understood(whole) =>
            {
                format!("type `{whole}`")
            }
            (HabitRemedy::Operand(instead) | HabitRemedy::Text(instead), _) => {
                format!("type `{instead}` in its place")
            }
        };
        let first = sign.split_whitespace().next().unwrap_or(sign);
        let is_word = refused && holds_words(first) && first.chars().any(char::is_alphanumeric);
        let hint = match is_word && !first.contains(['(', ')', '[', '"', ',']) {
            true => format!("{hint}; `\\{first}` is the word"),
            false => hint,
        };
        Diagnostic { span: self.span, message: self.message, hint }
    }
}

/// The text with what to type in the place of each habit that is refused;
/// `None` where one of them has nothing.
pub(super) fn without(habits: &[Habit], text: TypedText, prose: bool) -> Option<String> {
    let (mut whole, mut from) = (String::new(), 0);
    for habit in habits.iter().filter(|habit| habit.is_refused(prose)) {
        if habit.span.start < from {
            continue;
        }
        whole.push_str(&text.typed[from..habit.span.start]);
        match &habit.instead {
            HabitRemedy::Advice(_) => return None,
            HabitRemedy::Text(instead) => whole.push_str(instead),
            HabitRemedy::Operand(instead) => push_operand(&mut whole, instead, text, &habit.span),
        }
        from = habit.span.end;
    }
    whole.push_str(&text.typed[from..]);
    Some(whole.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Adds an operand, with `AND` on either side if another operand is there.
fn push_operand(whole: &mut String, operand: &str, text: TypedText, span: &Span) {
    let before = text.tokens.iter().rev().find(|token| token.span.end <= span.start);
    let after = text.tokens.iter().find(|token| token.span.start >= span.end);
    let joins_before = before.is_some_and(|token| ends_operand(&token.kind));
    let joins_after = after.is_some_and(|token| begins_operand(&token.kind));
    if joins_before {
        whole.push_str(" AND ");
    }
    let any = tree(operand).is_some_and(|expr| matches!(expr.kind, ExprKind::Or(_)));
    match any && (joins_before || joins_after) {
        true => whole.push_str(&format!("({operand})")),
        false => whole.push_str(operand),
    }
    if joins_after {
        whole.push_str(" AND ");
    }
}

/// Whether a hint can be typed: it is an expression, and all that it names is
/// known.
pub(crate) fn is_understood(text: &str) -> bool {
    let basic = SearchTarget::named("BasicSearch");
    basic.zip(tree(text)).is_some_and(|(target, tree)| resolve(&tree, &target).is_ok())
}
