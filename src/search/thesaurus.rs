//! Which words mean the same: by what the records themselves say, by a
//! vocabulary, and by what the user says.

use std::collections::BTreeMap;

use tantivy::schema::Field;
use tantivy::Searcher;

use super::senses::DOMINANT;
use crate::index::synonyms::{PairKind, SEPARATOR, key_of};
use crate::index::zones::WORDS;
use crate::index::{IndexError, Store};
use crate::text::vocabulary::{Concept, ConceptId, OwnSynonyms, Vocabulary};
use crate::text::{self, is_common};

/// Why a name is looked for besides what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SynonymKind {
    /// It means the same.
    Name,
    /// It is the name of something narrower.
    Narrower,
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
    /// As its source writes it, or in lower case.
    pub written: String,
    /// Its words as they stand in the index.
    pub terms: Vec<String>,
    /// Where it is said that the two are the same.
    pub source: &'static str,
    /// Studies that say so; 0 where it is not studies that do.
    pub studies: u64,
    /// Studies that have it, where that was counted.
    pub found: Option<u64>,
}

/// Where names come from that are not from records.
const OWN: &str = "your own synonyms";
const VOCABULARY: &str = "MeSH";
const NARROWER: &str = "narrower in MeSH";
const ABBREVIATIONS: &str = "abbreviation";

/// Other names used for one name at most.
const MOST: usize = 12;

/// Names of one concept used at most.
const MOST_OF_CONCEPT: usize = 8;

/// Narrower concepts used at most.
const MOST_NARROWER: usize = 250;

/// Letters of a word that may be an abbreviation, so that what the records say
/// of it has to be asked before a vocabulary is.
const SHORT: usize = 4;

/// Looks up synonyms.
pub(super) struct Thesaurus<'a> {
    pub(super) store: &'a Store,
    pub(super) searcher: &'a Searcher,
    vocabulary: &'a Vocabulary,
    own: Option<&'a OwnSynonyms>,
}

impl<'a> Thesaurus<'a> {
    /// # Errors
    ///
    /// Where the vocabulary of the index cannot be read.
    pub(super) fn new(
        store: &'a Store,
        searcher: &'a Searcher,
        own: Option<&'a OwnSynonyms>,
    ) -> Result<Self, IndexError> {
        Ok(Self { store, searcher, vocabulary: store.vocabulary()?, own })
    }

    /// How many of the terms from the first one on are a name that has
    /// others.
    pub(super) fn name_lengths(&self, terms: &[String]) -> tantivy::Result<Vec<usize>> {
        let mut lengths = vec![self.vocabulary.longest_name(terms)];
        lengths.extend(self.own.map(|own| own.longest_name(terms)));
        for length in 1..=terms.len() {
            let key = key_of(&terms[..length]);
            if length > 1 && !self.begins(&key)? {
                break;
            }
            for kind in PairKind::ALL {
                if self.studies_naming(&key, kind)? > 0 {
                    lengths.push(length);
                    break;
                }
            }
        }
        // Words that any question may have are no name of what is asked for.
        lengths.retain(|length| !terms[..*length].iter().all(|term| is_common(term)));
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

    /// Names for what words name in a query with other words: the user's own,
    /// those that records give, abbreviations, and those of the vocabulary.
    pub(super) fn synonyms(
        &self,
        terms: &[String],
        context: &[String],
    ) -> tantivy::Result<Vec<Synonym>> {
        if terms.iter().all(|term| is_common(term)) {
            return Ok(self.of_own(terms));
        }
        let mut found = self.of_own(terms);
        found.extend(self.of_records(terms)?);
        let sense = self.add_abbreviations(&mut found, terms, context)?;
        // What an abbreviation stands for has other names, too.
        for name in [Some(terms), sense.as_deref()].into_iter().flatten() {
            if let Some(concept) = self.concept(name, sense.as_deref(), context)? {
                found.extend(self.of_concept(concept)?);
            }
        }
        let mut known: Vec<Synonym> = Vec::new();
        for synonym in found {
            // Where the name itself stands in the other one, nothing is found
            // that it does not find.
            let found_anyway = synonym.terms.windows(terms.len()).any(|part| part == terms);
            if !found_anyway && !known.iter().any(|one| one.terms == synonym.terms) {
                known.push(synonym);
            }
        }
        known.truncate(MOST);
        Ok(known)
    }

    fn of_own(&self, terms: &[String]) -> Vec<Synonym> {
        let own = self.own.map_or(&[][..], |own| own.names(terms));
        let named = |name: &text::vocabulary::Name| Synonym {
            kind: SynonymKind::Name,
            written: name.written.clone(),
            terms: name.terms.clone(),
            source: OWN,
            studies: 0,
            found: None,
        };
        own.iter().map(|own| named(&own.name)).collect()
    }

    /// Names that the records give, those first that most studies give.
    fn of_records(&self, terms: &[String]) -> tantivy::Result<Vec<Synonym>> {
        let key = key_of(terms);
        let mut found = Vec::new();
        for kind in PairKind::SYNONYMS {
            let named = self.studies_naming(&key, kind)?;
            if named == 0 {
                continue;
            }
            for (written, other, both) in self.pairs(&key, kind)? {
                let other_named = self.studies_naming(&key_of(&other), kind)?;
                if means_the_same(kind, named, other_named, both) {
                    found.push(Synonym {
                        kind: SynonymKind::Name,
                        written,
                        terms: other,
                        source: source(kind),
                        studies: both,
                        found: None,
                    });
                }
            }
        }
        found.sort_by(|one, other| {
            other.studies.cmp(&one.studies).then_with(|| one.written.cmp(&other.written))
        });
        Ok(found)
    }

    /// Adds what an abbreviation stands for, or the abbreviations of a name;
    /// gives the words of the long form.
    fn add_abbreviations(
        &self,
        found: &mut Vec<Synonym>,
        terms: &[String],
        context: &[String],
    ) -> tantivy::Result<Option<Vec<String>>> {
        if self.studies_naming(&key_of(terms), PairKind::Abbreviation)? == 0 {
            return Ok(None);
        }
        let abbreviation = |written: String, terms, studies| {
            let (kind, source) = (SynonymKind::Name, ABBREVIATIONS);
            Synonym { kind, written, terms, source, studies, found: None }
        };
        let sense = self.sense(terms, context)?;
        if let Some(sense) = &sense {
            found.push(abbreviation(sense.written.clone(), sense.terms.clone(), sense.studies));
            for variant in &sense.variants {
                found.push(abbreviation(variant.join(" "), variant.clone(), sense.studies));
            }
        }
        for short in self.short_forms(terms)? {
            if short.share >= DOMINANT && short.studies > 1 {
                found.push(abbreviation(short.written, short.terms, short.studies));
            }
        }
        Ok(sense.map(|sense| sense.terms))
    }

    /// The concept that words name. Of several, the one whose names have
    /// another word of the query; for a short word none that the records use
    /// otherwise.
    fn concept(
        &self,
        terms: &[String],
        sense: Option<&[String]>,
        context: &[String],
    ) -> tantivy::Result<Option<ConceptId>> {
        let ids = self.vocabulary.concepts(terms);
        let is_short = matches!(terms, [only] if only.len() <= SHORT);
        let with_other_words = |id: &ConceptId, words: &dyn Fn(&String) -> bool| {
            let concept = self.vocabulary.concept(*id).ok();
            let mut names = concept.iter().flat_map(|concept| &concept.names);
            names.any(|name| name.terms.iter().any(words))
        };
        let telling =
            |word: &String| context.contains(word) && !terms.contains(word) && !is_common(word);
        let agree = |id: &ConceptId| with_other_words(id, &telling);
        if is_short && !ids.is_empty() {
            let defined = self.studies_naming(&key_of(terms), PairKind::Abbreviation)?;
            let same = |id: &ConceptId| {
                let concept = self.vocabulary.concept(*id).ok();
                let mut names = concept.iter().flat_map(|concept| &concept.names);
                names.any(|name| sense.is_some_and(|sense| name.terms == sense))
            };
            let meant = ids.iter().copied().find(|id| defined == 0 || same(id) || agree(id));
            return Ok(meant);
        }
        Ok(match ids.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => several.iter().copied().find(agree),
        })
    }

    /// The commonest names of a concept that the index has.
    fn of_concept(&self, id: ConceptId) -> tantivy::Result<Vec<Synonym>> {
        let Ok(concept) = self.vocabulary.concept(id) else { return Ok(Vec::new()) };
        self.names(concept, SynonymKind::Name, VOCABULARY, MOST_OF_CONCEPT)
    }

    fn names(
        &self,
        concept: Concept,
        kind: SynonymKind,
        source: &'static str,
        most: usize,
    ) -> tantivy::Result<Vec<Synonym>> {
        let field = self.store.fields.zones[WORDS];
        let mut names = Vec::new();
        for name in concept.names {
            let studies = self.at_most(field, &name.terms)?;
            if studies > 0 {
                let (written, terms) = (name.written, name.terms);
                let (found, says) = (None, 0);
                let name = Synonym { kind, written, terms, source, studies: says, found };
                names.push((studies, name));
            }
        }
        names.sort_by_key(|(studies, _)| std::cmp::Reverse(*studies));
        names.truncate(most);
        Ok(names.into_iter().map(|(_, name)| name).collect())
    }

    /// Studies that may have words in sequence: those with the rarest.
    fn at_most(&self, field: Field, terms: &[String]) -> tantivy::Result<u64> {
        let mut fewest = u64::MAX;
        for term in terms {
            fewest = fewest.min(self.store.frequency(self.searcher, field, term)?);
            if fewest == 0 {
                break;
            }
        }
        Ok(fewest)
    }

    /// The names of everything below what words name in the vocabulary, and
    /// whether there are more than are looked for.
    pub(super) fn narrower(
        &self,
        terms: &[String],
        context: &[String],
    ) -> tantivy::Result<(Vec<Synonym>, bool)> {
        let mut found: Vec<Synonym> = Vec::new();
        let Some(concept) = self.concept(terms, None, context)? else {
            return Ok((found, false));
        };
        let mut below = self.vocabulary.narrower(concept).unwrap_or_default();
        let cut = below.len() > MOST_NARROWER;
        below.truncate(MOST_NARROWER);
        for concept in self.vocabulary.read(&below).unwrap_or_default() {
            let names = self.names(concept, SynonymKind::Narrower, NARROWER, MOST_OF_CONCEPT)?;
            found.extend(
                names
                    .into_iter()
                    .filter(|name| !name.terms.windows(terms.len()).any(|part| part == terms)),
            );
        }
        Ok((found, cut))
    }

    /// Studies in which a name is paired with another.
    fn studies_naming(&self, key: &str, kind: PairKind) -> tantivy::Result<u64> {
        let term = format!("{key}{SEPARATOR}{}", kind.sign());
        self.store.frequency(self.searcher, self.store.fields.synonyms, &term)
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
