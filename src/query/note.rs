//! A patient's record as a query: a paragraph, of which any word will do and
//! some words say what the patient has not.

use std::collections::HashSet;

use super::Span;
use super::meaning::Word;
use super::words::{holds_words, whole};

/// Words from which on a text without operators is taken for a note rather
/// than for words all of which are looked for.
const FEWEST: usize = 20;

/// Words that deny what follows, after Chapman et al. (A simple algorithm for
/// identifying negated findings and diseases in discharge summaries, Journal
/// of Biomedical Informatics 34, 2001).
const DENIALS: [&str; 9] =
    ["no", "not", "denies", "denied", "without", "never", "negative", "absent", "nor"];

/// Words that a denial reaches at most.
const REACH: usize = 5;

/// Words that end what is denied.
const TURNS: [&str; 8] =
    ["but", "however", "although", "except", "presents", "presented", "has", "with"];

/// Different words of a note that are looked at: a longer text is no record
/// of one patient.
const MOST: usize = super::parser::MOST_WORDS;

/// Operators of the language, and what opens its brackets.
const OPERATORS: [&str; 3] = ["AND", "OR", "NOT"];
const OPENERS: [&str; 9] = [
    "AREA[",
    "SEARCH[",
    "COVERAGE[",
    "COVER[",
    "EXPANSION[",
    "EXPAND[",
    "EXPLODE[",
    "TILT[",
    "RANGE[",
];

/// Whether a text is to be read as a note: many words, and nothing of the
/// language.
pub(super) fn is_note(typed: &str) -> bool {
    let words = || typed.split_whitespace().filter(|word| holds_words(word));
    words().count() >= FEWEST
        && !words().any(|word| OPERATORS.contains(&word))
        && !OPENERS.iter().any(|opener| typed.contains(opener))
}

/// The words of a note that may say what to look for, each once: without
/// what is denied, and without numbers, which are findings of one patient.
pub(super) fn telling(typed: &str) -> Vec<Word> {
    let mut known = HashSet::new();
    let mut denied = 0;
    let mut telling = Vec::new();
    for (word, span) in split(typed) {
        let small = word.to_lowercase();
        if DENIALS.contains(&small.as_str()) {
            denied = REACH + 1;
        } else if TURNS.contains(&small.as_str()) {
            denied = 0;
        }
        let letters = small.chars().filter(|c| c.is_alphabetic()).count();
        let kept = denied == 0 && letters > 1 && !is_measure(&small);
        if telling.len() == MOST {
            break;
        }
        if kept && known.insert(small) {
            telling.push(whole(word, span.clone()));
        }
        denied = usize::saturating_sub(denied, 1);
        if typed[span.end..].starts_with(['.', ';', ':', ',', '\n']) {
            denied = 0;
        }
    }
    telling
}

/// Runs of characters without blanks, the punctuation around them cut off.
fn split(typed: &str) -> impl Iterator<Item = (&str, Span)> {
    typed.split_whitespace().filter_map(move |word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let start = bare.as_ptr() as usize - typed.as_ptr() as usize;
        (!bare.is_empty()).then(|| (bare, start..start + bare.len()))
    })
}

/// Numbers with a unit or an age: `120mg`, `58-year-old`, `3x`.
fn is_measure(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit() || ".,/x%-".contains(c));
    let units = ["mg", "ml", "kg", "cm", "mm", "g", "h", "d", "wk", "mo", "yo", "y", "f", "c"];
    rest.len() < word.len()
        && (rest.is_empty() || units.contains(&rest) || rest.starts_with("year"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &str) -> Vec<String> {
        telling(typed).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn what_is_denied_is_left_out() {
        assert_eq!(
            told(
                "A 58-year-old woman with fever, no cough or chest pain. Denies smoking; BP 140/90."
            ),
            ["woman", "with", "fever", "BP"]
        );
        assert_eq!(told("without rash but with swelling"), ["but", "with", "swelling"]);
        assert_eq!(told("Fever (39 C), fever again"), ["Fever", "again"]);
    }

    #[test]
    fn a_note_is_long_and_has_no_operators() {
        let long = "word ".repeat(FEWEST);
        assert!(is_note(&long));
        assert!(!is_note("chest pain"));
        assert!(!is_note(&format!("{long} OR pain")));
        assert!(!is_note(&format!("{long} AREA[Phase]PHASE3")));
    }
}
