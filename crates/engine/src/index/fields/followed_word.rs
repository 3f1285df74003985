//! The terms of a word that a number follows.

use tantivy_fst::Automaton;

use trialdex_text::indexed_words::written_otherwise;

/// Accepts the terms of a word, written otherwise than it is indexed, that may be right before a
/// number.
///
/// Letters and digits of what is written together are words of their own: `NCT01305694` is `nct`
/// and `01305694`. Each such number is another way of writing `nct`, and a registry has hundreds of
/// thousands of them. A surface of the letters and of other digits has these as its next word, so
/// it is passed over.
#[derive(Debug)]
pub(super) struct FollowedWord<'a> {
    word: &'a str,
    /// The word, and what its surfaces come after.
    beginning: String,
    /// Digits.
    number: &'a str,
}

impl<'a> FollowedWord<'a> {
    /// `None` where the word has more than letters, or its next one more than digits.
    pub(super) fn new(word: &'a str, number: &'a str) -> Option<Self> {
        let all = |text: &str, fits: fn(&u8) -> bool| {
            !text.is_empty() && text.bytes().all(|byte| fits(&byte))
        };
        let fits = all(word, u8::is_ascii_lowercase) && all(number, u8::is_ascii_digit);
        fits.then(|| Self { word, beginning: written_otherwise(word), number })
    }
}

/// What was read of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TermProgress {
    /// So many bytes of what all terms of the word begin with.
    Beginning(usize),
    /// So many letters of the word, large or small.
    Letters(usize),
    /// The word, and so many digits of the number.
    Digits(usize),
    /// A term that may be followed by the number, whatever comes.
    Accepted,
    Refused,
}

impl Automaton for FollowedWord<'_> {
    type State = TermProgress;

    fn start(&self) -> TermProgress {
        TermProgress::Beginning(0)
    }

    fn is_match(&self, state: &TermProgress) -> bool {
        match *state {
            TermProgress::Beginning(_) | TermProgress::Refused => false,
            TermProgress::Letters(_) | TermProgress::Accepted => true,
            TermProgress::Digits(read) => read == self.number.len(),
        }
    }

    fn can_match(&self, state: &TermProgress) -> bool {
        *state != TermProgress::Refused
    }

    fn accept(&self, state: &TermProgress, byte: u8) -> TermProgress {
        match *state {
            TermProgress::Beginning(read) if self.beginning.as_bytes()[read] != byte => {
                TermProgress::Refused
            }
            TermProgress::Beginning(read) if read + 1 < self.beginning.len() => {
                TermProgress::Beginning(read + 1)
            }
            TermProgress::Beginning(_) => TermProgress::Letters(0),
            TermProgress::Letters(read) => match self.word.as_bytes().get(read) {
                Some(letter) if byte.eq_ignore_ascii_case(letter) => {
                    TermProgress::Letters(read + 1)
                }
                None if byte.is_ascii_digit() => self.digit(0, byte),
                _ => TermProgress::Accepted,
            },
            TermProgress::Digits(read) if byte.is_ascii_digit() => self.digit(read, byte),
            // A digit of another script may go on with the number.
            TermProgress::Digits(read) if read == self.number.len() || !byte.is_ascii() => {
                TermProgress::Accepted
            }
            TermProgress::Digits(_) => TermProgress::Refused,
            state => state,
        }
    }
}

impl FollowedWord<'_> {
    fn digit(&self, read: usize, byte: u8) -> TermProgress {
        match self.number.as_bytes().get(read) {
            Some(digit) if *digit == byte => TermProgress::Digits(read + 1),
            _ => TermProgress::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tantivy::tokenizer::{TokenStream as _, TokenizerManager};
    use trialdex_text::indexed_words::word_and_surface;
    use trialdex_text::{WORDS, WordReader, register};

    use super::*;

    fn accepts(followed: &FollowedWord<'_>, term: &str) -> bool {
        let read = |state, byte| followed.accept(&state, byte);
        followed.is_match(&term.bytes().fold(followed.start(), read))
    }

    /// Whether a word that is written so may be before a number.
    fn may_be_before(word: &str, surface: &str, number: &str) -> bool {
        let followed = FollowedWord::new(word, number).expect("letters and digits");
        accepts(&followed, &format!("{}{surface}", written_otherwise(word)))
    }

    /// The terms of a text in a field of a piece, by position.
    fn terms_of(text: &str) -> BTreeMap<usize, Vec<String>> {
        let tokenizers = TokenizerManager::new();
        register(&tokenizers);
        let mut tokenizer = tokenizers.get(WORDS).expect("registered");
        let found = WordReader::default().words(text).to_owned();
        let mut terms: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        tokenizer.token_stream(&found).process(&mut |token| {
            terms.entry(token.position).or_default().push(token.text.clone());
        });
        terms
    }

    #[test]
    fn what_is_before_a_number_is_accepted() {
        let texts = [
            "NCT01 nct 01 NCT-01 Nct01a NCT01-7 (NCT01/02) nct\u{a0}01",
            "CD34+ CD34-negative cd 34 cds34 anti-CD34/CD45 CD3\u{b5}4",
            "cm\u{b2}3 10cm3 x10\u{b2}5 p53 P-53 type II2 stage IIIB4",
            "grade3 GRADES3 \u{c9}tude3 etude 3 TNF\u{3b1}2 IL2\u{663} NC\u{f1}7",
        ];
        let mut pairs = 0;
        for text in texts {
            let terms = terms_of(text);
            for (at, terms_there) in &terms {
                let next = terms.get(&(at + 1)).map(Vec::as_slice).unwrap_or_default();
                for (term, next) in
                    terms_there.iter().flat_map(|term| next.iter().map(move |next| (term, next)))
                {
                    let (word, number) = (word_and_surface(term).0, word_and_surface(next).0);
                    let Some(followed) = FollowedWord::new(word, number) else { continue };
                    pairs += 1;
                    assert!(*term == word || accepts(&followed, term), "{term:?} before {number}");
                }
            }
        }
        assert!(pairs > 20, "{pairs}");
    }

    #[test]
    fn a_word_with_another_number_is_passed_over() {
        let before = |surface| may_be_before("nct", surface, "0130");
        for surface in ["", "NCT", "Nct", "NCT0130", "nct0130", "NCT0130a", "N", "NC\u{f1}"] {
            assert!(before(surface), "{surface}");
        }
        for surface in ["NCT0131", "NCT013", "NCT01301", "nct0", "NCT013a", "Nct1"] {
            assert!(!before(surface), "{surface}");
        }
        // What is written in other letters says nothing of the next word.
        assert!(may_be_before("cell", "cells7", "8") && may_be_before("e", "\u{e9}7", "8"));
        assert!(before("NCT01\u{663}"), "the digit three of another script");
        assert!(FollowedWord::new("nct", "01a").is_none());
        assert!(FollowedWord::new("1a", "01").is_none() && FollowedWord::new("", "1").is_none());
    }

    #[test]
    fn terms_of_other_words_are_refused() {
        let followed = FollowedWord::new("nct", "1").expect("letters and digits");
        let read = |state, byte| followed.accept(&state, byte);
        let state = "ncu".bytes().fold(followed.start(), read);
        assert!(!followed.can_match(&state) && !followed.is_match(&state));
    }
}
