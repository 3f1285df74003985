//! Terms of an index that say how a word is written.
//!
//! Most words are written as they are indexed: in small letters, in the singular, without accents.
//! The field of a piece has these as they are, and the others with their surface behind them:
//!
//! ```text
//! cell                a word that is written so
//! cell <SIGN> Cells   the same word, written otherwise
//! cell <SIGN>         the same word as a part of what is written: `NK92cells`
//! ```
//!
//! So the words of a field are side by side in its dictionary, and each occurrence of a word is
//! in one list, however it is written.

use crate::{analyzer, numerals, spelling, words};

/// Between a word and its surface; no word has it in it.
pub const SIGN: char = '\u{1}';

/// What all terms of a word begin with that is not written as it is indexed.
#[must_use]
pub fn written_otherwise(word: &str) -> String {
    format!("{word}{SIGN}")
}

/// The word of a term, and how it is written; `None` where it is a part of what is written.
#[must_use]
pub fn word_and_surface(term: &str) -> (&str, Option<&str>) {
    match term.split_once(SIGN) {
        None => (term, Some(term)),
        Some((word, "")) => (word, None),
        Some((word, surface)) => (word, Some(surface)),
    }
}

/// The term of a word that is written so, of which `asked` says both: as [`asked_terms`] gives it.
#[must_use]
pub fn term_of_asked(asked: &str) -> Option<&str> {
    let (word, surface) = asked.split_once(SIGN)?;
    Some(if word == surface { word } else { asked })
}

/// What is asked for where a word is looked for as it is written: each word that such a surface
/// may be indexed as, and the surface.
#[must_use]
pub fn asked_terms(surface: &str) -> Vec<String> {
    // A numeral is in digits after a word that is numbered.
    let mut found: Vec<String> = ["", "type "]
        .iter()
        .filter_map(|before| {
            let text = format!("{before}{surface}");
            let words = words(&mut analyzer(), &text);
            let word = words.into_iter().find(|word| word.span.start == before.len())?;
            Some(format!("{}{SIGN}{surface}", word.term))
        })
        .collect();
    found.dedup();
    found
}

/// What the terms begin with of all words whose surface begins with an ASCII letter or digit,
/// small or large.
#[must_use]
pub fn beginnings_of_indexed(first: char) -> Vec<String> {
    let first = first.to_ascii_lowercase();
    let letters = [first].into_iter().chain(spelling::first_letters(first));
    let numerals = numerals::digits_for(first).map(written_otherwise);
    letters.map(String::from).chain(numerals).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surface_is_asked_for_by_the_words_that_it_may_be() {
        let terms = |surface: &str| -> Vec<String> {
            let asked = asked_terms(surface);
            asked.iter().filter_map(|asked| term_of_asked(asked)).map(str::to_owned).collect()
        };
        assert_eq!(terms("cell"), ["cell"]);
        assert_eq!(terms("Cells"), ["cell\u{1}Cells"]);
        assert_eq!(terms("IIIb"), ["iiib\u{1}IIIb", "3\u{1}IIIb"]);
        assert_eq!(terms("CD34"), ["cd\u{1}CD34"]);
        assert_eq!(terms("two"), ["two", "2\u{1}two"]);
        assert_eq!(term_of_asked("cell"), None);
    }

    #[test]
    fn a_surface_is_beside_a_word_that_it_may_be() {
        for surface in ["oestrogen", "Aetiology", "mcg", "IV", "two", "cells", "CD34", "children"] {
            let first = surface.chars().next().expect("a letter");
            let beginnings = beginnings_of_indexed(first);
            for asked in asked_terms(surface) {
                let term = term_of_asked(&asked).expect("both");
                let is_there = beginnings.iter().any(|beginning| term.starts_with(beginning));
                assert!(is_there, "{asked}");
            }
        }
    }

    #[test]
    fn a_term_is_a_word_and_its_surface() {
        assert_eq!(word_and_surface("cell"), ("cell", Some("cell")));
        assert_eq!(word_and_surface("cell\u{1}"), ("cell", None));
        assert_eq!(word_and_surface("cell\u{1}Cells"), ("cell", Some("Cells")));
    }
}
