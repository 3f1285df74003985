//! A patient's record as a query: a paragraph. Any of its words may match, and
//! some words say what the patient does not have.

use std::collections::HashSet;

use super::Span;
use super::meaning::QueryWord;
use super::word_syntax::{holds_words, is_quote, whole};
use crate::word_list::WordList;

/// From this number of words on, a text may be a patient's record.
const FEWEST: usize = 20;

/// From this number of sentences on, a text is prose.
const FEWEST_SENTENCES: usize = 2;

/// Words that deny what follows, after Chapman et al. (A simple algorithm for
/// identifying negated findings and diseases in discharge summaries, Journal
/// of Biomedical Informatics 34, 2001).
const DENIALS: [&str; 9] =
    ["no", "not", "denies", "denied", "without", "never", "negative", "absent", "nor"];

/// Words that a denial reaches at most.
const REACH: usize = 5;

/// Words that end a negation.
const TURNS: [&str; 8] =
    ["but", "however", "although", "except", "presents", "presented", "has", "with"];

/// Different words of a note that are looked at: a longer text is no record
/// of one patient.
const MOST: usize = super::parser::MOST_WORDS;

/// Operators of the language, and what opens its brackets.
const OPERATORS: [&str; 3] = ["AND", "OR", "NOT"];
const OPENERS: WordList =
    WordList("AREA[|SEARCH[|COVERAGE[|COVER[|EXPANSION[|EXPAND[|EXPLODE[|TILT[|RANGE[");

/// What a text may be that was typed as plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastedText {
    /// Words to look for.
    Words,
    /// A patient's record: sentences, and nothing that any search language
    /// has.
    Record,
    /// Sentences with words or signs that are operators somewhere.
    Unclear,
}

/// Whether plain words are a patient's record that was pasted. Only sentences
/// are taken for one: a long list of words is a search.
#[must_use]
pub fn pasted(typed: &str) -> PastedText {
    if number_of_words(typed) < FEWEST || sentences(typed) < FEWEST_SENTENCES {
        return PastedText::Words;
    }
    let capitals = typed.split_whitespace().any(|word| OPERATORS.contains(&word));
    if capitals || OPENERS.iter().any(|opener| typed.contains(opener)) {
        PastedText::Words
    } else if has_signs_of_a_search(typed) {
        PastedText::Unclear
    } else {
        PastedText::Record
    }
}

/// Operators in any case, brackets, quotes, codes of fields, names of lines.
fn has_signs_of_a_search(typed: &str) -> bool {
    let sign = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let operator = OPERATORS.iter().any(|known| bare.eq_ignore_ascii_case(known));
        let line = word.starts_with('#');
        let code = bare.contains(['.', ':'])
            && bare.split(['.', ':']).all(|part| part.starts_with(char::is_alphabetic));
        operator || line || code
    };
    typed.contains(|c| is_quote(c) || matches!(c, '[' | ']' | '*' | '$'))
        || typed.split_whitespace().any(sign)
}

fn number_of_words(typed: &str) -> usize {
    typed.split_whitespace().filter(|word| holds_words(word)).count()
}

/// Sentences: each ends with a word in small letters and a full stop, a
/// question or an exclamation mark, and what follows it begins with a capital
/// or a digit.
fn sentences(typed: &str) -> usize {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let ends = |word: &str| {
        let stem = word.trim_end_matches([')', '\'', '\u{2019}']);
        let stem = stem.strip_suffix(['.', '!', '?']).unwrap_or_default();
        let letters = stem.trim_matches(|c: char| !c.is_alphanumeric());
        letters.chars().count() > 1 && !letters.contains('.')
    };
    let begins = |word: Option<&&str>| {
        word.and_then(|word| word.chars().find(|c| c.is_alphanumeric()))
            .is_none_or(|c| c.is_uppercase() || c.is_ascii_digit())
    };
    (0..words.len()).filter(|at| ends(words[*at]) && begins(words.get(at + 1))).count()
}

/// Whether a text that was given as a patient's record is read as one, rather
/// than as an expression: sentences or many words, and nothing of the language.
pub(super) fn is_note(typed: &str) -> bool {
    let language = OPENERS.iter().any(|opener| typed.contains(opener));
    !language && (sentences(typed) >= FEWEST_SENTENCES || is_long(typed))
}

/// Whether a text has many words and nothing of the language: what receipts
/// of earlier versions took for a record.
pub(super) fn is_long(typed: &str) -> bool {
    number_of_words(typed) >= FEWEST
        && !typed.split_whitespace().any(|word| OPERATORS.contains(&word))
        && !OPENERS.iter().any(|opener| typed.contains(opener))
}

/// The words of a record that may be searched, each once: without negated
/// words, and without numbers, which are findings of one patient.
pub(super) fn telling(typed: &str) -> Vec<QueryWord> {
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

    const VIGNETTE: &str = "A 58-year-old woman presents with fever since three days. She had a \
                            bone marrow transplant last year. Denies cough, no rash was seen.";

    #[test]
    fn what_is_given_as_a_record_is_long_or_has_sentences() {
        let long = "word ".repeat(FEWEST);
        assert!(is_note(&long) && is_note("Fever for days. No cough."));
        assert!(!is_note("chest pain"));
        assert!(!is_note(&format!("{long} OR pain")));
        assert!(!is_note(&format!("{long} AREA[Phase]PHASE3")));
        assert!(is_note(&format!("{VIGNETTE} Taken to the OR. Reports \"tightness\" [sic].")));
    }

    #[test]
    fn only_sentences_are_taken_for_a_record_that_was_pasted() {
        assert_eq!(pasted(VIGNETTE), PastedText::Record);
        for words in [
            &"word ".repeat(50),
            &"aa or ".repeat(30),
            &"heparin.tw. or ".repeat(30),
            &format!("{VIGNETTE} OR pain"),
            "Fever for days. No cough.",
            "Safety of a new drug in adults who had one of many diseases for years: a randomised \
             trial vs. placebo in ten U.S. hospitals",
        ] {
            assert_eq!(pasted(words), PastedText::Words, "{words}");
        }
        for sign in ["Fever or cough.", "Says \"hot\".", "See [1].", "Pain.tw. found.", "Then #1."]
        {
            assert_eq!(pasted(&format!("{VIGNETTE} {sign}")), PastedText::Unclear, "{sign}");
        }
    }
}
