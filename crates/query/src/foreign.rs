//! Habits from other systems. A text that is surely or likely one is refused,
//! with a hint; where plain words may be meant, they are searched, with a
//! notice.

mod age_habits;
mod date_habits;
mod field_habits;
mod habit;
mod joining_words;
pub(super) mod line_habits;
mod operators;
mod sign_habits;
mod token_place;

pub(super) use self::habit::is_understood;
use self::habit::{Habit, without};
use self::token_place::{TokenPlace, TypedText};
use super::Diagnostic;
use super::diagnostics::DiagnosticReport;
use super::dialect::sure_words;
use super::lexer::{Token, TokenKind, tokens};
use super::parser::MOST_NOTICES as MOST;

/// Diagnostics for a text.
#[derive(Debug, Default)]
pub(super) struct HabitDiagnostics {
    /// What it is refused for.
    pub(super) refusals: Vec<Diagnostic>,
    /// Notices: texts that may have another meaning than the one they are
    /// given.
    pub(super) notices: Vec<Diagnostic>,
}

/// What a habit shows by at least: most texts have nothing but letters and
/// blanks, and are not looked at for habits that show by signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// It may show by letters alone.
    Letters,
    /// The word has more than letters.
    Sign,
    /// The text has signs.
    SignInText,
}

impl Needs {
    /// Whether a word of a text may have the habit.
    fn are_met(self, word: &str, text: TypedText) -> bool {
        match self {
            Self::Letters => true,
            Self::Sign => !word.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Self::SignInText => text.has_signs,
        }
    }
}

type WordHabit = fn(TokenPlace, &str) -> Option<Habit>;

/// The habits that show in a word. The first one that is recognised is
/// reported.
const WORDS: [(Needs, WordHabit); 22] = [
    (Needs::Sign, sign_habits::web),
    (Needs::Letters, sign_habits::publication),
    (Needs::Letters, sign_habits::number),
    (Needs::Letters, date_habits::years),
    (Needs::Letters, age_habits::ages),
    (Needs::Letters, joining_words::excluded),
    (Needs::Letters, joining_words::joined),
    (Needs::Sign, joining_words::dash),
    (Needs::Sign, operators::either),
    (Needs::Letters, operators::in_capitals_only),
    (Needs::Sign, operators::boolean_sign),
    (Needs::Sign, operators::sign_before),
    (Needs::Sign, operators::tilde_before),
    (Needs::Letters, operators::adjacency),
    (Needs::Sign, sign_habits::boost),
    (Needs::Sign, sign_habits::braces),
    (Needs::Sign, sign_habits::tilde),
    (Needs::Sign, sign_habits::dollar),
    (Needs::SignInText, field_habits::field),
    (Needs::Sign, field_habits::aspect),
    (Needs::SignInText, sign_habits::distance),
    (Needs::Sign, sign_habits::wildcard),
];

/// The habit that a word shows by itself.
fn of_word(place: TokenPlace, word: &str) -> Option<Habit> {
    let shown = WORDS.iter().filter(|(needs, _)| needs.are_met(word, place.text));
    let mut shown = shown.filter_map(|(_, habit)| habit(place, word));
    shown.next().or_else(|| sign_habits::single_quotes(place, word))
}

/// The habits in an expression or a part of one.
pub(super) fn habits_in(typed: &str, tokens: &[Token]) -> HabitDiagnostics {
    let text = TypedText::new(typed, tokens);
    let prose = text.is_prose;
    let habits = habits(text);
    let whole = without(&habits, text, prose);
    let (refused, noted): (Vec<Habit>, Vec<Habit>) =
        habits.into_iter().partition(|habit| habit.is_refused(prose));
    let mut refusals = line_habits::refusals(text);
    let said = |habit: Habit| habit.diagnostic(text, whole.as_deref(), true);
    refusals.extend(refused.into_iter().take(MOST).map(said));
    let noted = noted.into_iter().take(MOST).map(|habit| habit.diagnostic(text, None, false));
    let stray = sign_habits::stray_quotes(text);
    HabitDiagnostics { refusals, notices: stray.into_iter().chain(noted).take(MOST).collect() }
}

fn habits(text: TypedText) -> Vec<Habit> {
    let mut habits: Vec<Habit> = Vec::new();
    for at in 0..text.tokens.len() {
        if habits.len() > MOST {
            break;
        }
        let place = TokenPlace { text, at };
        let habit = match &text.tokens[at].kind {
            TokenKind::All | TokenKind::Missing => operators::beside_words(place),
            TokenKind::Word(_) => text.bare(at).and_then(|word| of_word(place, word)),
            _ => None,
        };
        // One within another is part of it.
        let within =
            |habit: &Habit| habits.last().is_some_and(|last| habit.span.start < last.span.end);
        habits.extend(habit.filter(|habit| !within(habit)));
    }
    habits
}

/// Words as they are typed to be words: a backslash before each that would be
/// refused.
pub(super) fn escaped(words: String) -> String {
    let found = tokens(&words, &mut DiagnosticReport::default());
    let habits = habits(TypedText::new(&words, &found)).into_iter();
    let refused = habits.filter(|habit| habit.is_refused(false));
    let mut places: Vec<usize> = refused.map(|habit| habit.span.start).collect();
    places.extend(sure_words(&words).into_iter().map(|span| span.start));
    places.sort_unstable();
    places.dedup();
    let mut escaped = words;
    for at in places.into_iter().rev() {
        if !escaped[at..].starts_with(['\\', '"', '(']) {
            escaped.insert(at, '\\');
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
