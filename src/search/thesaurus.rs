//! Which words mean the same, by what the records themselves say.

use std::collections::BTreeMap;

use tantivy::{Searcher, Term};

use crate::index::Store;
use crate::index::synonyms::{PairKind, SEPARATOR, key_of};
use crate::text;

/// Why a name is looked for besides what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SynonymKind {
    /// It means the same.
    Name,
    /// Another form of the word.
    Form,
    /// What may be meant by a word that no study has.
    Spelling,
}

/// Another name for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// Why it is looked for.
    pub kind: SynonymKind,
    /// As records write it, in lower case.
    pub written: String,
    /// Its words as they stand in the index.
    pub terms: Vec<String>,
    /// Where it is said that the two are the same.
    pub source: &'static str,
    /// Studies that say so.
    pub studies: u64,
}

/// Other names used for one name at most.
const MOST: usize = 8;

/// Looks up synonyms.
pub(super) struct Thesaurus<'a> {
    pub(super) store: &'a Store,
    pub(super) searcher: &'a Searcher,
}

impl<'a> Thesaurus<'a> {
    pub(super) fn new(store: &'a Store, searcher: &'a Searcher) -> Self {
        Self { store, searcher }
    }

    /// How many of the terms from the first one on are a name that has others.
    pub(super) fn name_lengths(&self, terms: &[String]) -> tantivy::Result<Vec<usize>> {
        let mut lengths = Vec::new();
        for length in 1..=terms.len() {
            let key = key_of(&terms[..length]);
            if length > 1 && !self.begins(&key)? {
                break;
            }
            let mut named = false;
            for kind in PairKind::SYNONYMS {
                named |= self.studies_naming(&key, kind)? > 0;
            }
            if named {
                lengths.push(length);
            }
        }
        Ok(lengths)
    }

    /// Whether any name begins with these letters.
    fn begins(&self, beginning: &str) -> tantivy::Result<bool> {
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(self.store.fields.synonyms)?;
            let mut stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream()?;
            if stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Names for what words name, those first that most studies give.
    pub(super) fn synonyms(
        &self,
        terms: &[String],
        _context: &[String],
    ) -> tantivy::Result<Vec<Synonym>> {
        let key = key_of(terms);
        let mut found = Vec::new();
        for kind in PairKind::SYNONYMS {
            let named = self.studies_naming(&key, kind)?;
            if named == 0 {
                continue;
            }
            for (written, other, both) in self.pairs(&key, kind)? {
                // Where the name itself stands in the other one, nothing is
                // found that it does not find.
                if other.windows(terms.len()).any(|part| part == terms) {
                    continue;
                }
                let other_named = self.studies_naming(&key_of(&other), kind)?;
                if means_the_same(kind, named, other_named, both) {
                    let (terms, source) = (other, source(kind));
                    let kind = SynonymKind::Name;
                    found.push(Synonym { kind, written, terms, source, studies: both });
                }
            }
        }
        found.sort_by(|one, other| {
            other.studies.cmp(&one.studies).then_with(|| one.written.cmp(&other.written))
        });
        found.dedup_by(|one, other| one.terms == other.terms);
        found.truncate(MOST);
        Ok(found)
    }

    /// Studies in which a name is paired with another.
    fn studies_naming(&self, key: &str, kind: PairKind) -> tantivy::Result<u64> {
        let term = format!("{key}{SEPARATOR}{}", kind.sign());
        self.searcher.doc_freq(&Term::from_field_text(self.store.fields.synonyms, &term))
    }

    /// The other names of a name: as written, as terms, and in how many
    /// studies. Ways of writing that have the same terms are one.
    fn pairs(&self, key: &str, kind: PairKind) -> tantivy::Result<Vec<(String, Vec<String>, u64)>> {
        let beginning = format!("{key}{SEPARATOR}{}{SEPARATOR}", kind.sign());
        let mut written: BTreeMap<String, u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(self.store.fields.synonyms)?;
            let mut stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream()?;
            while stream.advance() {
                let Some(name) = stream.key().strip_prefix(beginning.as_bytes()) else { break };
                let name = String::from_utf8_lossy(name).into_owned();
                *written.entry(name).or_default() += u64::from(stream.value().doc_freq);
            }
        }
        let mut analyzer = text::parts_analyzer();
        let mut joined: BTreeMap<Vec<String>, (String, u64, u64)> = BTreeMap::new();
        for (name, studies) in written {
            let words = text::words(&mut analyzer, &name);
            let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
            let entry = joined.entry(terms).or_insert_with(|| (name.clone(), 0, 0));
            if studies > entry.1 {
                (entry.0, entry.1) = (name, studies);
            }
            entry.2 += studies;
        }
        Ok(joined.into_iter().map(|(terms, (name, _, studies))| (name, terms, studies)).collect())
    }
}

fn source(kind: PairKind) -> &'static str {
    match kind {
        PairKind::Intervention => "intervention names",
        PairKind::Condition => "MeSH terms of conditions",
        PairKind::Abbreviation => "definitions in texts",
    }
}

/// Whether a name means the same as another: `both` studies pair the two,
/// `named` pair the name with anything and `other_named` the other one.
///
/// A name that is mostly paired with this one is a synonym of it, or a
/// narrower term. A name that this one is mostly paired with may be broader
/// (`breast cancer with HER2` has the MeSH term `Breast Neoplasms`), so that
/// this one has to be a good part of what it is paired with.
fn means_the_same(kind: PairKind, named: u64, other_named: u64, both: u64) -> bool {
    let share = |of: u64| both as f64 / of.max(1) as f64;
    let seen_enough = match kind {
        PairKind::Intervention => both >= 2 || named <= 4,
        PairKind::Condition | PairKind::Abbreviation => both >= 2,
    };
    // Conditions are paired by the registry's own guess at a MeSH term.
    let least = if kind == PairKind::Condition { 0.25 } else { 0.02 };
    let narrower = share(other_named) >= 0.5 && share(named) >= least;
    let equal = share(other_named) >= 0.1 && share(named) >= 0.5;
    seen_enough && (narrower || equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_weighed_by_how_exclusive_they_are() {
        let same = |named, other, both| means_the_same(PairKind::Intervention, named, other, both);
        assert!(same(200, 60, 58), "a brand name of a drug");
        assert!(!same(200, 20, 2), "a class that the drug was once called");
        assert!(!same(10, 400, 10), "a comparator under many names");
        let same = |named, other, both| means_the_same(PairKind::Condition, named, other, both);
        assert!(same(100, 180, 95), "breast cancer and its MeSH term");
        assert!(!same(3, 180, 3), "a subtype and the broader MeSH term");
        assert!(!same(180, 1, 1), "seen once");
        assert!(!same(500, 100, 87), "a wrong term that was given often");
    }
}
