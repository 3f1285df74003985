//! From typed words to what stands for them in the index.

use std::collections::BTreeMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Searcher, Term};

use super::forms::Stems;
use super::occurrences::Slot;
use crate::query::meaning::{Coverage, Word, WordForm, Words};
use crate::text::{self, BOUNDARY};

/// Terms that a truncated or misspelt word stands for at most. Beyond that
/// the commonest are taken, and the explanation says so.
const MOST_VARIANTS: usize = 1_000;

/// Ways of joining and parting words that are looked for beside the typed
/// one.
const MOST_COMPOUNDS: usize = 6;

/// Typed words as they stand in the index.
#[derive(Debug, Clone, Default)]
pub(super) struct Looked {
    /// As typed.
    pub(super) label: String,
    /// The same words in sequence, as typed and as they are also written
    /// (`MK-3475`, `MK 3475`, `MK3475`); the typed one first. Empty where
    /// nothing of it is a word.
    pub(super) sequences: Vec<Vec<Slot>>,
    /// Some of the words stand for several terms, of which these were more
    /// than are looked for.
    pub(super) cut: bool,
}

impl Looked {
    /// The terms of each sequence in which every word is one term.
    pub(super) fn names(&self) -> Vec<Vec<String>> {
        let single = |slot: &Slot| (slot.len() == 1).then(|| slot[0].clone());
        let names = self.sequences.iter().map(|slots| slots.iter().map(single).collect());
        names.collect::<Vec<Option<Vec<String>>>>().into_iter().flatten().collect()
    }

    /// The sequences held to where a value begins or ends.
    pub(super) fn covering(&self, coverage: Coverage) -> Vec<Vec<Slot>> {
        let sequences = self.sequences.iter().cloned();
        sequences.map(|sequence| anchored(sequence, coverage)).collect()
    }
}

/// A sequence held to where a value begins or ends.
pub(super) fn anchored(mut sequence: Vec<Slot>, coverage: Coverage) -> Vec<Slot> {
    let boundary = || vec![BOUNDARY.to_owned()];
    if matches!(coverage, Coverage::StartsWith | Coverage::FullMatch) {
        sequence.insert(0, boundary());
    }
    if matches!(coverage, Coverage::EndsWith | Coverage::FullMatch) {
        sequence.push(boundary());
    }
    sequence
}

/// Looks words up in an index.
pub(super) struct Lookup<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) stems: Stems,
    analyzer: TextAnalyzer,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(searcher: &'a Searcher) -> Self {
        Self { searcher, stems: Stems::new(), analyzer: text::parts_analyzer() }
    }

    /// The terms of a text, without regard to truncation.
    pub(super) fn terms(&mut self, text: &str) -> Vec<String> {
        text::words(&mut self.analyzer, text).into_iter().map(|word| word.term).collect()
    }

    /// What typed words are in any of the fields.
    pub(super) fn words(&mut self, words: &[Word], fields: &[Field]) -> tantivy::Result<Looked> {
        let label = words.iter().map(word_as_typed).collect::<Vec<_>>().join(" ");
        let mut looked = Looked { label, ..Looked::default() };
        let mut parted: Vec<Vec<Slot>> = Vec::new();
        let mut joined: Vec<(usize, Slot)> = Vec::new();
        for word in words {
            let mut slots: Vec<Slot> =
                self.terms(&word.text).into_iter().map(|term| vec![term]).collect();
            if let Some(last) = slots.last_mut()
                && word.form != WordForm::Whole
            {
                let (terms, cut) = self.variants(&last[0], word, fields)?;
                looked.cut |= cut;
                *last = terms;
            }
            if slots.len() > 1 && word.form == WordForm::Beginning {
                joined.push((parted.len(), self.joined_beginning(word, fields)?));
            }
            if !slots.is_empty() {
                parted.push(slots);
            }
        }
        if !parted.is_empty() {
            looked.sequences = compounds(&parted);
        }
        for (at, slot) in joined {
            let sequence = [parted[..at].concat(), vec![slot], parted[at + 1..].concat()];
            looked.sequences.push(sequence.concat());
        }
        Ok(looked)
    }

    /// The terms that a truncated word of several parts stands for where it is
    /// written as one: `pre-eclamp*` as `preeclampsia`.
    fn joined_beginning(&mut self, word: &Word, fields: &[Field]) -> tantivy::Result<Slot> {
        let text: String = word.text.chars().filter(|c| c.is_alphanumeric()).collect();
        let term = self.terms(&text).into_iter().next().unwrap_or_default();
        let word = Word { text, ..word.clone() };
        self.variants(&term, &word, fields).map(|(terms, _)| terms)
    }

    /// The terms that a truncated or misspelt word stands for in any of the
    /// fields, and whether there are more.
    fn variants(
        &self,
        term: &str,
        word: &Word,
        fields: &[Field],
    ) -> tantivy::Result<(Vec<String>, bool)> {
        let mut found = self.counted(term, word, fields)?;
        let cut = found.len() > MOST_VARIANTS;
        found.truncate(MOST_VARIANTS);
        let mut terms: Vec<String> = found.into_iter().map(|(term, _)| term).collect();
        if terms.is_empty() {
            terms.push(term.to_owned());
        }
        Ok((terms, cut))
    }

    /// The same terms with the studies that have them, the commonest first.
    pub(super) fn counted(
        &self,
        term: &str,
        word: &Word,
        fields: &[Field],
    ) -> tantivy::Result<Vec<(String, u64)>> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for field in fields {
            for reader in self.searcher.segment_readers() {
                let inverted = reader.inverted_index(*field)?;
                match word.form {
                    WordForm::Beginning => {
                        count_beginning(&mut found, inverted.terms(), term, word)?
                    }
                    WordForm::Similar(distance) => {
                        let term = Term::from_field_text(*field, term);
                        let query = FuzzyTermQuery::new(term, distance, true);
                        let mut stream =
                            inverted.terms().search(query.automaton()?).into_stream()?;
                        while stream.advance() {
                            count(&mut found, stream.key(), stream.value().doc_freq);
                        }
                    }
                    WordForm::Whole => {}
                }
            }
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Ok(found)
    }
}

/// Counts the terms that a truncated word stands for. Its last letters may be
/// part of an ending: what was typed counts, and of its form as a whole word
/// nothing but itself.
fn count_beginning(
    found: &mut BTreeMap<String, u64>,
    terms: &TermDictionary,
    term: &str,
    word: &Word,
) -> tantivy::Result<()> {
    if let Some(info) = terms.get(term)? {
        count(found, term.as_bytes(), info.doc_freq);
    }
    for beginning in text::beginnings(&word.text) {
        let mut stream = terms.range().ge(beginning.as_bytes()).into_stream()?;
        while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
            count(found, stream.key(), stream.value().doc_freq);
        }
    }
    Ok(())
}

fn count(found: &mut BTreeMap<String, u64>, key: &[u8], studies: u32) {
    if let Ok(term) = str::from_utf8(key)
        && term != BOUNDARY
    {
        *found.entry(term.to_owned()).or_default() += u64::from(studies);
    }
}

/// A word with the sign that says how it matches.
pub(super) fn word_as_typed(word: &Word) -> String {
    match word.form {
        WordForm::Whole => word.text.clone(),
        WordForm::Beginning => format!("{}*", word.text),
        WordForm::Similar(distance) => format!("{}~{distance}", word.text),
    }
}

/// The sequence of all parts, and other ways of writing it: a word of several
/// parts joined (`pre-eclampsia`, `preeclampsia`), letters and digits parted
/// (`MK3475`, `MK-3475`) or joined (`IL 6`, `IL6`).
fn compounds(words: &[Vec<Slot>]) -> Vec<Vec<Slot>> {
    let mut sequences = vec![words.concat()];
    for (at, word) in words.iter().enumerate() {
        let with = |slots: &[Slot], taken: usize| {
            [words[..at].concat(), slots.to_vec(), words[at + taken..].concat()].concat()
        };
        if word.len() > 1
            && let Some(joined) = joined(word)
        {
            sequences.push(with(&[joined], 1));
        }
        if let [slot] = word.as_slice()
            && let [term] = slot.as_slice()
            && let Some(parts) = parted(term)
        {
            sequences.push(with(&parts, 1));
        }
        if let Some(next) = words.get(at + 1)
            && let ([one], [other]) = (word.as_slice(), next.as_slice())
            && meet_at_a_digit(one, other)
            && let Some(joined) = joined(&[one.clone(), other.clone()])
        {
            sequences.push(with(&[joined], 2));
        }
    }
    sequences.truncate(MOST_COMPOUNDS);
    sequences
}

/// Single terms as one.
fn joined(slots: &[Slot]) -> Option<Slot> {
    let terms: Option<String> = slots
        .iter()
        .map(|slot| if slot.len() == 1 { Some(slot[0].as_str()) } else { None })
        .collect();
    terms.map(|term| vec![term])
}

/// Whether letters end where digits begin, or the other way round: of two
/// numbers, or two words, the one is not the end of the other.
fn meet_at_a_digit(one: &Slot, other: &Slot) -> bool {
    let digit = |slot: &Slot, end: fn(&str) -> Option<char>| {
        slot.first().and_then(|term| end(term)).map(|c| c.is_ascii_digit())
    };
    let before = digit(one, |term| term.chars().next_back());
    let after = digit(other, |term| term.chars().next());
    // `phase 2` and `type 1` are two words, codes are short.
    let code = one.first().is_some_and(|term| term.len() <= 3);
    code && matches!((before, after), (Some(false), Some(true)))
}

/// A term of letters and digits, parted where the one becomes the other.
fn parted(term: &str) -> Option<Vec<Slot>> {
    let mut parts: Vec<Slot> = Vec::new();
    let mut part = String::new();
    for c in term.chars() {
        let turns = part
            .chars()
            .next_back()
            .is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit());
        if turns {
            parts.push(vec![std::mem::take(&mut part)]);
        }
        part.push(c);
    }
    parts.push(vec![part]);
    // More parts than that are a sequence or an identifier.
    (2..=3).contains(&parts.len()).then_some(parts)
}

/// The typed words of which a text is looked for as written.
pub(super) fn surfaces(words: &Words) -> Vec<String> {
    let mut splitter = text::splitter();
    text::words(&mut splitter, &words.text).into_iter().map(|word| word.term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequences(words: &[&[&str]]) -> Vec<String> {
        let words: Vec<Vec<Slot>> = words
            .iter()
            .map(|parts| parts.iter().map(|part| vec![(*part).to_owned()]).collect())
            .collect();
        compounds(&words).into_iter().map(|sequence| sequence.concat().join(" ")).collect()
    }

    #[test]
    fn codes_meet_however_they_are_written() {
        assert_eq!(sequences(&[&["mk", "3475"]]), ["mk 3475", "mk3475"]);
        assert_eq!(sequences(&[&["mk3475"]]), ["mk3475", "mk 3475"]);
        assert_eq!(sequences(&[&["il"], &["6"], &["level"]]), ["il 6 level", "il6 level"]);
        assert_eq!(sequences(&[&["pre", "eclampsia"]]), ["pre eclampsia", "preeclampsia"]);
    }

    #[test]
    fn words_beside_numbers_are_not_codes() {
        assert_eq!(sequences(&[&["phase"], &["2"]]), ["phase 2"]);
        assert_eq!(sequences(&[&["5"], &["mg"]]), ["5 mg"]);
        assert_eq!(sequences(&[&["breast"], &["cancer"]]), ["breast cancer"]);
    }
}
