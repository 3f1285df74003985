//! From typed words to what stands for them in the index.

use std::collections::{BTreeMap, HashMap};

use trialdex_query::meaning::{Coverage, QueryWord, WordMatching, WordSequence};
use trialdex_text::{self as text, Analyzer, BOUNDARY, Stems};

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::lexicon::{Lexicon, TermRange};
use crate::pattern::Slot;

/// Terms that a truncated or misspelt word is looked up as, at most. If there
/// are more, the commonest are taken, and the explanation says so.
const MOST_VARIANTS: usize = 1_000;

/// Ways of joining and parting words that are looked for, the typed one among
/// them.
const MOST_COMPOUNDS: usize = 6;

/// Letters of a part that has others like it.
const FEWEST_ALIKE: usize = 4;

/// Typed words as they are in the index.
#[derive(Debug, Clone, Default)]
pub(crate) struct LookedUpWords {
    /// As typed.
    pub(crate) label: String,
    /// The same words in sequence, as typed and as they are also written
    /// (`pre-eclampsia`, `preeclampsia`, `pre eclampsia`); the typed one first.
    /// Empty where nothing of it is a word.
    pub(crate) sequences: Vec<Vec<Slot>>,
    /// Some words fit more terms than are looked for.
    pub(crate) cut: bool,
}

impl LookedUpWords {
    /// The terms of each sequence in which every word is one term.
    pub(crate) fn names(&self) -> Vec<Vec<String>> {
        let single = |slot: &Slot| (slot.len() == 1).then(|| slot[0].clone());
        let names = self.sequences.iter().map(|slots| slots.iter().map(single).collect());
        names.collect::<Vec<Option<Vec<String>>>>().into_iter().flatten().collect()
    }

    /// The sequences held to where a value begins or ends.
    pub(crate) fn covering(&self, coverage: Coverage) -> Vec<Vec<Slot>> {
        let sequences = self.sequences.iter().cloned();
        sequences.map(|sequence| anchored(sequence, coverage)).collect()
    }
}

/// A sequence held to where a value begins or ends.
pub(crate) fn anchored(mut sequence: Vec<Slot>, coverage: Coverage) -> Vec<Slot> {
    let boundary = || vec![BOUNDARY.to_owned()];
    if matches!(coverage, Coverage::StartsWith | Coverage::FullMatch) {
        sequence.insert(0, boundary());
    }
    if matches!(coverage, Coverage::EndsWith | Coverage::FullMatch) {
        sequence.push(boundary());
    }
    sequence
}

/// A typed word as it is in the index.
#[derive(Debug, Clone, Default)]
struct TypedWord {
    parts: Vec<Slot>,
    /// Other ways of writing it.
    others: Vec<Vec<Slot>>,
    cut: bool,
}

/// Looks words up in an index.
pub(crate) struct Lookup<'a> {
    pub(crate) lexicon: &'a dyn Lexicon,
    pub(crate) stems: Stems,
    analyzer: Analyzer,
    /// Gives words of several parts as one, too.
    pub(crate) joining: Analyzer,
    /// The terms of texts, by text: each word of a query is looked at beside all others.
    known: HashMap<String, Vec<String>>,
}

impl<'a> Lookup<'a> {
    /// Looks words up in the index of a lexicon.
    pub(crate) fn new(lexicon: &'a dyn Lexicon) -> Self {
        let (analyzer, joining) = (text::parts_analyzer(), text::analyzer());
        Self { lexicon, stems: Stems::new(), analyzer, joining, known: HashMap::new() }
    }

    /// The terms of a text, without regard to truncation.
    pub(crate) fn terms(&mut self, text: &str) -> Vec<String> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let terms = terms_of(&mut self.analyzer, text);
        self.known.insert(text.to_owned(), terms.clone());
        terms
    }

    /// What typed words are in any of the fields.
    pub(crate) fn words(
        &mut self,
        words: &[QueryWord],
        fields: &[IndexField],
    ) -> PlanResult<LookedUpWords> {
        let label = words.iter().map(word_as_typed).collect::<Vec<_>>().join(" ");
        let mut typed = Vec::new();
        for word in words {
            let found = self.typed(word, fields)?;
            if !found.parts.is_empty() {
                typed.push(found);
            }
        }
        let cut = typed.iter().any(|word| word.cut);
        let mut sequences = Vec::new();
        if !typed.is_empty() {
            for sequence in ways(&typed) {
                if sequences.is_empty() || self.stands_somewhere(&sequence, fields)? {
                    sequences.push(sequence);
                }
            }
        }
        sequences.truncate(MOST_COMPOUNDS);
        Ok(LookedUpWords { label, sequences, cut })
    }

    fn typed(&mut self, word: &QueryWord, fields: &[IndexField]) -> PlanResult<TypedWord> {
        if word.matching == WordMatching::Pattern {
            return self.pattern(&word.text, fields);
        }
        let found = text::words(&mut self.joining, &word.text);
        let single = found.iter().filter(|one| one.parts == 1);
        let parts: Vec<Slot> = single.map(|one| vec![one.term.clone()]).collect();
        let joined = Some(joined(&found)).filter(|joined| joined.len() < parts.len());
        if word.matching == WordMatching::Whole {
            let others = joined.into_iter().chain(parted(&parts)).collect();
            return Ok(TypedWord { parts, others, cut: false });
        }
        // What is like the `2` of `bcl2` says nothing.
        let short = parts.last().is_some_and(|last| last[0].len() < FEWEST_ALIKE);
        let alone = short && matches!(word.matching, WordMatching::Similar(_));
        let mut ways = Vec::new();
        let mut cut = false;
        let several = joined.map(|joined| (joined, true));
        let apart = (!alone || several.is_none()).then_some((parts, false));
        for (mut slots, joined) in apart.into_iter().chain(several) {
            if let Some(last) = slots.last_mut() {
                let (terms, more) = self.variants(&last[0], word, fields, joined)?;
                *last = terms;
                cut |= more;
            }
            ways.push(slots);
        }
        let others = ways.split_off(1);
        Ok(TypedWord { parts: ways.remove(0), others, cut })
    }

    /// A word with signs for other letters; without them where hyphens part it.
    fn pattern(&mut self, text: &str, fields: &[IndexField]) -> PlanResult<TypedWord> {
        let mut typed = TypedWord::default();
        for part in text.split(|c: char| !c.is_alphanumeric() && !is_sign(c)) {
            if !part.contains(is_sign) {
                typed.parts.extend(self.terms(part).into_iter().map(|term| vec![term]));
                continue;
            }
            let mut found = self.described(part, fields)?;
            typed.cut |= found.len() > MOST_VARIANTS;
            found.truncate(MOST_VARIANTS);
            let mut terms: Vec<String> = found.into_iter().map(|(term, _)| term).collect();
            if terms.is_empty() {
                terms.push(part.to_owned());
            }
            typed.parts.push(terms);
        }
        Ok(typed)
    }

    /// Whether all words of a sequence occur in any of the fields.
    fn stands_somewhere(&self, sequence: &[Slot], fields: &[IndexField]) -> PlanResult<bool> {
        for slot in sequence {
            let mut occurs = false;
            for (term, field) in
                slot.iter().flat_map(|term| fields.iter().map(move |of| (term, of)))
            {
                occurs = occurs || self.lexicon.frequency(*field, term)? > 0;
            }
            if !occurs {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether two typed words are also written as one in any of the fields.
    pub(crate) fn meet(
        &mut self,
        one: &QueryWord,
        other: &QueryWord,
        fields: &[IndexField],
    ) -> PlanResult<bool> {
        if one.matching != WordMatching::Whole || other.matching != WordMatching::Whole {
            return Ok(false);
        }
        let (one, other) = (self.terms(&one.text), self.terms(&other.text));
        let (Some(last), Some(first)) = (one.last(), other.first()) else { return Ok(false) };
        let whole = vec![format!("{last}{first}")];
        Ok(text::meet(last, first) && self.stands_somewhere(&[whole], fields)?)
    }

    /// The terms that a truncated or misspelt word, or all parts of it as one,
    /// stands for in any of the fields, and whether there are more.
    fn variants(
        &self,
        term: &str,
        word: &QueryWord,
        fields: &[IndexField],
        joined: bool,
    ) -> PlanResult<(Vec<String>, bool)> {
        let mut found = self.counted(term, word, fields, joined)?;
        let cut = found.len() > MOST_VARIANTS;
        found.truncate(MOST_VARIANTS);
        let mut terms: Vec<String> = found.into_iter().map(|(term, _)| term).collect();
        if terms.is_empty() {
            terms.push(term.to_owned());
        }
        Ok((terms, cut))
    }

    /// The same terms with the studies that have them, the commonest first.
    pub(crate) fn counted(
        &self,
        term: &str,
        word: &QueryWord,
        fields: &[IndexField],
        joined: bool,
    ) -> PlanResult<Vec<(String, u64)>> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for field in fields {
            match word.matching {
                WordMatching::Beginning => {
                    self.count_beginning(&mut found, *field, term, &word.text, joined)?;
                }
                WordMatching::Similar(distance) => {
                    let range = TermRange::Similar(term, distance);
                    count(&mut found, self.lexicon.terms(*field, range, &is_word)?);
                }
                WordMatching::Whole | WordMatching::Pattern => {}
            }
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Ok(found)
    }

    /// Counts the terms that a truncated word stands for. Its last letters may
    /// be part of an ending: what was typed counts, and of its form as a whole
    /// word nothing but itself.
    fn count_beginning(
        &self,
        found: &mut BTreeMap<String, u64>,
        field: IndexField,
        term: &str,
        typed: &str,
        joined: bool,
    ) -> PlanResult<()> {
        let studies = self.lexicon.frequency(field, term)?;
        if studies > 0 {
            count(found, [(term.to_owned(), studies)]);
        }
        for beginning in &text::beginnings(typed, joined) {
            let range = TermRange::Beginning(beginning);
            count(found, self.lexicon.terms(field, range, &is_word)?);
        }
        Ok(())
    }
}

/// The terms of a text.
pub(crate) fn terms_of(analyzer: &mut Analyzer, text: &str) -> Vec<String> {
    text::words(analyzer, text).into_iter().map(|word| word.term).collect()
}

/// Whether a term is a word, and no boundary of a value.
fn is_word(term: &str) -> bool {
    term != BOUNDARY
}

fn count(found: &mut BTreeMap<String, u64>, terms: impl IntoIterator<Item = (String, u64)>) {
    for (term, studies) in terms {
        *found.entry(term).or_default() += studies;
    }
}

/// Whether a character stands for others in a pattern.
fn is_sign(c: char) -> bool {
    matches!(c, '?' | '#' | '*')
}

/// A word with the sign that says how it matches.
pub(crate) fn word_as_typed(word: &QueryWord) -> String {
    match word.matching {
        WordMatching::Whole | WordMatching::Pattern => word.text.clone(),
        WordMatching::Beginning => format!("{}*", word.text),
        WordMatching::Similar(distance) => format!("{}~{distance}", word.text),
    }
}

/// The sequence of all parts, and those in which one word, or two that follow
/// one another, are written in another way.
fn ways(words: &[TypedWord]) -> Vec<Vec<Slot>> {
    let parts = |words: &[TypedWord]| -> Vec<Slot> {
        words.iter().flat_map(|word| word.parts.iter().cloned()).collect()
    };
    let mut sequences = vec![parts(words)];
    for (at, word) in words.iter().enumerate() {
        let (before, after) = (parts(&words[..at]), parts(&words[at + 1..]));
        for other in &word.others {
            sequences.push([before.as_slice(), other, &after].concat());
        }
        if let Some((last, first)) = word.parts.split_last()
            && let Some((next, rest)) = after.split_first()
            && let ([one], [other]) = (last.as_slice(), next.as_slice())
            && text::meet(one, other)
        {
            let whole = vec![format!("{one}{other}")];
            sequences.push([before.as_slice(), first, &[whole], rest].concat());
        }
    }
    sequences
}

/// Words with those of several parts as one.
fn joined(words: &[text::AnalyzedWord]) -> Vec<Slot> {
    let within = |part: &text::AnalyzedWord| {
        let around = |whole: &&text::AnalyzedWord| {
            whole.parts > 1
                && whole.span.start <= part.span.start
                && part.span.end <= whole.span.end
        };
        part.parts == 1 && words.iter().any(|whole| around(&whole))
    };
    words.iter().filter(|word| !within(word)).map(|word| vec![word.term.clone()]).collect()
}

/// The parts of a word, where the first part that may be two words is two.
fn parted(parts: &[Slot]) -> Option<Vec<Slot>> {
    let found = parts.iter().enumerate().find_map(|(at, slot)| Some((at, text::parted(&slot[0])?)));
    let (at, (one, other)) = found?;
    let two = [vec![one.to_owned()], vec![other.to_owned()]];
    Some([&parts[..at], &two, &parts[at + 1..]].concat())
}

/// Words with numerals in digits after what is numbered.
pub(crate) fn in_digits(words: &WordSequence) -> WordSequence {
    let texts: Vec<&str> = words.words.iter().map(|word| word.text.as_str()).collect();
    let spelt = words.words.iter().zip(text::in_digits(&texts));
    let words_in_digits = spelt.map(|(word, text)| match word.matching {
        WordMatching::Whole => QueryWord { text, ..word.clone() },
        _ => word.clone(),
    });
    WordSequence { words: words_in_digits.collect(), ..words.clone() }
}

/// The typed words as they are written.
pub(crate) fn surfaces(words: &WordSequence) -> Vec<String> {
    let mut splitter = text::splitter();
    text::words(&mut splitter, &words.text).into_iter().map(|word| word.term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways of writing words, each given by its parts.
    fn sequences(words: &[&str]) -> Vec<String> {
        let mut joining = text::analyzer();
        let typed = words.iter().map(|word| {
            let found = text::words(&mut joining, word);
            let parts: Vec<Slot> = found
                .iter()
                .filter(|one| one.parts == 1)
                .map(|one| vec![one.term.clone()])
                .collect();
            let joined = Some(joined(&found)).filter(|joined| joined.len() < parts.len());
            let others = joined.into_iter().chain(parted(&parts)).collect();
            TypedWord { parts, others, cut: false }
        });
        let typed: Vec<TypedWord> = typed.collect();
        ways(&typed).into_iter().map(|sequence| sequence.concat().join(" ")).collect()
    }

    #[test]
    fn codes_meet_however_they_are_written() {
        assert_eq!(sequences(&["MK-3475"]), ["mk 3475", "mk3475"]);
        assert_eq!(sequences(&["MK3475"]), ["mk 3475", "mk3475"]);
        assert_eq!(sequences(&["IL", "6", "level"]), ["il 6 level"]);
        assert_eq!(sequences(&["antiPD1"]), ["antipd 1", "antipd1", "anti pd 1"]);
        assert_eq!(sequences(&["HER2/neu"]), ["her 2 neu", "her2 neu"]);
        assert_eq!(sequences(&["TNF\u{3b1}"]), ["tnf alpha", "tnfalpha"]);
        assert_eq!(sequences(&["TNFalpha"]), ["tnfalpha", "tnf alpha"]);
        assert_eq!(sequences(&["TNF", "alpha"]), ["tnf alpha", "tnfalpha"]);
    }

    #[test]
    fn compounds_meet_however_they_are_written() {
        assert_eq!(sequences(&["pre-eclampsia"]), ["pre eclampsia", "preeclampsia"]);
        assert_eq!(sequences(&["preeclampsia"]), ["preeclampsia", "pre eclampsia"]);
        assert_eq!(sequences(&["x", "ray", "film"]), ["x ray film", "xray film"]);
        assert_eq!(sequences(&["follow-up"]), ["follow up", "followup"]);
        assert_eq!(sequences(&["non", "small", "cell"]), ["non small cell", "nonsmall cell"]);
    }

    #[test]
    fn words_beside_others_are_no_compounds() {
        assert_eq!(sequences(&["phase", "2"]), ["phase 2"]);
        assert_eq!(sequences(&["in", "patients"]), ["in patient"]);
        assert_eq!(sequences(&["breast", "cancer"]), ["breast cancer"]);
    }
}
