//! Words that a pattern describes, such as `randomi#ed`: those that records
//! are written with, since the index has British and American spellings,
//! singular and plural as one.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;

use super::words::Lookup;
use crate::index::{PieceField, studies_in};
use trialdex_records::study::pieces;
use trialdex_text as text;

impl Lookup<'_> {
    /// The terms of all words in fields that a pattern describes, with the
    /// studies that have them, the commonest first.
    pub(super) fn described(
        &mut self,
        pattern: &str,
        fields: &[Field],
    ) -> tantivy::Result<Vec<(String, u64)>> {
        let pattern = text::folded_surface(pattern);
        let mut surfaces: BTreeMap<String, u64> = BTreeMap::new();
        for field in self.surfaces_of(fields) {
            for reader in self.searcher.segment_readers() {
                let inverted = reader.inverted_index(field)?;
                each_that_may_match(inverted.terms(), &pattern, |surface, info| {
                    if matches(&pattern, &text::folded_surface(surface)) {
                        let studies = studies_in(reader, &inverted, info)?;
                        *surfaces.entry(surface.to_owned()).or_default() += studies;
                    }
                    Ok(())
                })?;
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

    /// The fields with the surfaces of what fields of words hold.
    fn surfaces_of(&self, fields: &[Field]) -> BTreeSet<Field> {
        let mut surfaces = BTreeSet::new();
        for piece in pieces::leaves() {
            let PieceField::Text(of_piece) = self.fields.of(piece.id()) else { continue };
            let mut zones = self.fields.zones_of(piece.id()).iter();
            let in_zone = zones.any(|(zone, _)| fields.contains(&self.fields.zones[*zone]));
            if in_zone || fields.contains(&of_piece.words) {
                surfaces.insert(of_piece.surfaces);
            }
        }
        surfaces
    }
}

type Info = tantivy::postings::TermInfo;

/// Looks at all words that begin with the letter that a pattern begins with,
/// in small or large, or with one that is not of ASCII; at all words where it
/// begins with a sign.
fn each_that_may_match(
    terms: &TermDictionary,
    pattern: &str,
    mut look: impl FnMut(&str, &Info) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    let mut ranges: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
    match pattern.bytes().next().filter(u8::is_ascii_alphanumeric) {
        Some(first) => {
            for letter in BTreeSet::from([first, first.to_ascii_uppercase()]) {
                ranges.push((vec![letter], Some(vec![letter + 1])));
            }
            ranges.push((vec![0x80], None));
        }
        None => ranges.push((Vec::new(), None)),
    }
    for (from, to) in ranges {
        let mut range = terms.range().ge(from);
        if let Some(to) = to {
            range = range.lt(to);
        }
        let mut stream = range.into_stream()?;
        while stream.advance() {
            if let Ok(surface) = str::from_utf8(stream.key()) {
                look(surface, stream.value())?;
            }
        }
    }
    Ok(())
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
