//! Words that a pattern describes, such as `randomi#ed`: those that records
//! are written with, since the index has British and American spellings,
//! singular and plural as one.

use std::collections::{BTreeMap, BTreeSet};

use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::study_fields::StudyField;
use trialdex_text as text;
use trialdex_text::indexed_words::beginnings_of_indexed;

use crate::error::PlanResult;
use crate::layout::zones::ZONES;
use crate::layout::{FieldStorage, IndexField, storage_of};
use crate::lexicon::TermRange;
use crate::words::Lookup;

impl Lookup<'_> {
    /// The terms of all words in fields that a pattern describes, with the
    /// studies that have them, the commonest first.
    pub(crate) fn described(
        &mut self,
        pattern: &str,
        fields: &[IndexField],
    ) -> PlanResult<Vec<(String, u64)>> {
        let pattern = text::folded_surface(pattern);
        let fits = |surface: &str| matches(&pattern, &text::folded_surface(surface));
        let mut surfaces: BTreeMap<String, u64> = BTreeMap::new();
        for piece in pieces_of(fields) {
            let field = IndexField::Surfaces(piece.id());
            for range in ranges_of(&pattern, pieces::is_of_site(piece)) {
                for (surface, studies) in self.lexicon.terms(field, range.as_range(), &fits)? {
                    *surfaces.entry(surface).or_default() += studies;
                }
            }
        }
        let mut terms: BTreeMap<String, u64> = BTreeMap::new();
        for (surface, studies) in surfaces {
            // Of a word with parts, the whole is at the first one.
            let words = text::words(&mut self.joining, &surface);
            if let Some(word) = words.iter().max_by_key(|word| word.parts) {
                *terms.entry(word.term.clone()).or_default() += studies;
            }
        }
        let mut terms: Vec<(String, u64)> = terms.into_iter().collect();
        terms.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Ok(terms)
    }
}

/// The texts that fields hold.
fn pieces_of(fields: &[IndexField]) -> Vec<&'static Piece> {
    let texts = pieces::leaves().filter(|piece| {
        let field = StudyField::Piece(piece);
        let of_piece = |field: &IndexField| match field {
            IndexField::Zone(at) => ZONES[*at].weight(piece.name).is_some(),
            field => *field == IndexField::Words(piece.id()),
        };
        storage_of(field) == FieldStorage::Text && fields.iter().any(of_piece)
    });
    texts.collect()
}

/// Words that begin in a way.
enum Beginnings {
    Of(String),
    BeyondAscii,
    Any,
}

impl Beginnings {
    fn as_range(&self) -> TermRange<'_> {
        match self {
            Self::Of(beginning) => TermRange::Beginning(beginning),
            Self::BeyondAscii => TermRange::BeyondAscii,
            Self::Any => TermRange::All,
        }
    }
}

/// Where the words are that a pattern may describe; all words where it begins with a sign. At
/// sites they begin with its first letter, in small or large, or with a letter that is not of
/// ASCII; elsewhere they are beside the word that they are indexed as.
fn ranges_of(pattern: &str, of_site: bool) -> Vec<Beginnings> {
    let Some(first) = pattern.chars().next().filter(char::is_ascii_alphanumeric) else {
        return vec![Beginnings::Any];
    };
    if !of_site {
        return beginnings_of_indexed(first).into_iter().map(Beginnings::Of).collect();
    }
    let letters = BTreeSet::from([first, first.to_ascii_uppercase()]);
    let letters = letters.into_iter().map(|letter| Beginnings::Of(letter.to_string()));
    letters.chain([Beginnings::BeyondAscii]).collect()
}

/// Whether a pattern describes a word: `?` is one character or none, `#` one,
/// `*` any number of them.
fn matches(pattern: &str, word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    // Whether what was read of the pattern describes so many first characters.
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true;
    for sign in pattern.chars() {
        let mut next = vec![false; word.len() + 1];
        for at in 0..=word.len() {
            let before = at.checked_sub(1);
            let steps = before.is_some_and(|before| match sign {
                '#' | '?' => reached[before],
                '*' => next[before],
                letter => reached[before] && word[before] == letter,
            });
            next[at] = steps || (matches!(sign, '?' | '*') && reached[at]);
        }
        reached = next;
    }
    reached[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_for_letters() {
        for (pattern, words, others) in [
            ("randomi#ed", &["randomized", "randomised"][..], &["randomied", "randomizzed"][..]),
            ("behavio?r", &["behavior", "behaviour"], &["behaviouur"]),
            ("h?emorrhag*", &["hemorrhage", "haemorrhagic"], &["haaemorrhage", "hemorrha"]),
            ("*glycerid*", &["triglycerides", "glyceride"], &["glycerol"]),
            ("wom#n", &["women", "woman"], &["womn", "womens"]),
        ] {
            for word in words {
                assert!(matches(pattern, word), "{pattern} {word}");
            }
            for word in others {
                assert!(!matches(pattern, word), "{pattern} {word}");
            }
        }
    }
}
