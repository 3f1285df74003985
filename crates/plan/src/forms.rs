//! Other forms of a word, and what a word may be a misspelling of, looked up
//! among the words of the index.

use std::collections::BTreeSet;

use trialdex_query::meaning::{QueryWord, WordMatching};
use trialdex_text::is_common;

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::lexicon::{Lexicon, LookUp, TermRange};
use crate::name_candidate::{Synonym, SynonymKind};
use crate::pattern::Pattern;
use crate::planner::InterpretedWords;
use crate::tree::Source;
use crate::words::Lookup;

/// Letters of a word at least that has other forms.
const SHORTEST: usize = 5;

/// Forms that are looked for at most, the commonest.
const MOST: usize = 6;

/// Letters of a word at least that may be misspelt, and of one with two
/// mistakes.
const MISSPELT: usize = 5;
const MISSPELT_TWICE: usize = 8;

/// How many times as many studies have what is meant by a misspelt word.
const COMMONER: u64 = 10;

/// Studies at least that have it.
const FEWEST: u64 = 2;

/// For single words that no study has, which are not looked for in another
/// spelling either: what may be meant.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn meant<'w>(
    lexicon: &dyn Lexicon,
    understood: &'w [InterpretedWords],
) -> PlanResult<Vec<(&'w str, Synonym)>> {
    Lookup::new(lexicon).meant_by(understood)
}

impl Lookup<'_> {
    /// Words with the stem of a term (`infective`, `infection`), or what it
    /// may be meant for where no study has it.
    pub(crate) fn forms(&mut self, term: &str, field: IndexField) -> PlanResult<Vec<Synonym>> {
        let plain = term.bytes().all(|byte| byte.is_ascii_lowercase());
        if !plain || is_common(term) || term.len() < SHORTEST {
            return Ok(Vec::new());
        }
        let stem = self.stems.of(term);
        // Stems end in other letters than their words do, such as `i` for `y`.
        let beginning = &term[..alike(term, &stem).min(stem.len() - 1).max(SHORTEST - 1)];
        let mut found = self.lexicon.terms(field, TermRange::Beginning(beginning), &|_| true)?;
        let own = found.remove(term).unwrap_or(0);
        found.retain(|word, _| self.stems.of(word) == stem);
        if own == 0 && found.is_empty() {
            return self.meant(term, own, &[field]);
        }
        let mut forms: Vec<(String, u64)> = found.into_iter().collect();
        forms.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        forms.truncate(MOST);
        let form = |(word, studies)| another(SynonymKind::Form, "form of the word", word, studies);
        Ok(forms.into_iter().map(form).collect())
    }

    /// What may be meant by words of a query that no study has in the fields
    /// in which they are looked for, and that nothing else is looked for by.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub(crate) fn meant_by<'w>(
        &self,
        understood: &'w [InterpretedWords],
    ) -> PlanResult<Vec<(&'w str, Synonym)>> {
        let mut found: Vec<(&str, Synonym)> = Vec::new();
        for words in understood.iter().filter(|words| words.synonyms.is_empty()) {
            let [slot] = words.terms.as_slice() else { continue };
            let [term] = slot.as_slice() else { continue };
            let known = found.iter().any(|(typed, _)| *typed == words.typed);
            let whole = words.typed.chars().all(char::is_alphabetic);
            if known || !whole || !words.besides.is_empty() || self.is_found(words)? {
                continue;
            }
            let fields: BTreeSet<IndexField> =
                words.evidence.sources.iter().map(|source| source.field).collect();
            let fields: Vec<IndexField> = fields.into_iter().collect();
            let meant = self.meant(term, 0, &fields)?.into_iter();
            found.extend(meant.map(|meant| {
                // A study counts once for each field.
                let found = meant.found.filter(|_| fields.len() == 1);
                (words.typed.as_str(), Synonym { found, ..meant })
            }));
        }
        Ok(found)
    }

    /// Whether any study has words in the fields in which they are looked
    /// for.
    fn is_found(&self, words: &InterpretedWords) -> PlanResult<bool> {
        for source in words.evidence.sources.iter() {
            if let Pattern::Term(term) = &source.pattern
                && self.lexicon.frequency(source.field, term)? > 0
            {
                return Ok(true);
            }
        }
        let all: Vec<LookUp> = words.evidence.sources.iter().map(Source::look_up).collect();
        Ok(self.lexicon.having(&all)? > 0)
    }

    /// What a word may be meant for that hardly any study has: the commonest
    /// of the words that differ least from it and begin alike.
    pub(crate) fn meant(
        &self,
        term: &str,
        studies: u64,
        fields: &[IndexField],
    ) -> PlanResult<Vec<Synonym>> {
        let most = if term.len() >= MISSPELT_TWICE { 2 } else { 1 };
        for distance in 1..=most {
            if term.len() < MISSPELT {
                break;
            }
            let matching = WordMatching::Similar(distance);
            let word = QueryWord { text: term.to_owned(), matching, span: 0..0 };
            let similar = self.counted(term, &word, fields, false)?;
            let alike = |word: &str| word.as_bytes()[0] == term.as_bytes()[0] && word != term;
            let best = similar.into_iter().find(|(word, _)| alike(word));
            if let Some((word, with_it)) =
                best.filter(|(_, n)| *n >= (COMMONER * studies).max(FEWEST))
            {
                return Ok(vec![another(SynonymKind::Spelling, "spelling", word, with_it)]);
            }
        }
        Ok(Vec::new())
    }
}

fn another(kind: SynonymKind, source: &'static str, word: String, studies: u64) -> Synonym {
    Synonym {
        kind,
        written: word.clone(),
        terms: vec![word],
        source,
        studies: 0,
        found: Some(studies),
    }
}

/// Bytes that two words begin with alike.
fn alike(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}
