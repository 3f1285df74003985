//! What else a search for a name would bring in, and why. The look-ups are
//! those that searches make.

use trialdex_query::meaning::{QueryWord, WordMatching};
use trialdex_text as text;
use trialdex_text::vocabulary::{ConceptId, OwnSynonyms, Vocabulary, VocabularyError};

use crate::error::PlanResult;
use crate::name_candidate::{NameCandidate, NameVerdict};
use crate::senses::{Sense, SenseChoice};
use crate::thesaurus::{PLAIN, Thesaurus};
use crate::words::{Lookup, terms_of};

/// What is known of a name.
#[derive(Debug, Clone, Default)]
pub struct LookedUp {
    /// The name as typed.
    pub typed: String,
    /// Studies that have it, its words in sequence; `None` without an index.
    pub studies: Option<u64>,
    /// Other names, in the order in which a search takes them; none without
    /// an index.
    pub names: Vec<OtherName>,
    /// What it stands for as an abbreviation, where it is one.
    pub abbreviation: Option<Abbreviation>,
    /// Concepts of the vocabulary that have it.
    pub concepts: Vec<KnownConcept>,
    /// Other names by the user's own list, and their lines.
    pub own: Vec<(String, usize)>,
    /// Names of what is narrower, which searches take with `EXPLODE` alone;
    /// none without an index.
    pub narrower: Vec<OtherName>,
    /// There are more of these than are looked for.
    pub cut: bool,
    /// What the vocabulary is.
    pub source: String,
    /// Digest of the vocabulary, in hexadecimal.
    pub digest: String,
}

impl LookedUp {
    /// Whether there is no other name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let (names, concepts) = (self.names.is_empty(), self.concepts.is_empty());
        names && concepts && self.own.is_empty() && self.abbreviation.is_none()
    }

    /// The names that are not looked for, since it is doubted that they mean
    /// the same.
    #[must_use]
    pub fn doubtful(&self) -> Vec<PairOfNames> {
        let doubtful = self.names.iter().filter(|name| name.verdict.is_doubt());
        let pair = |other: &OtherName| PairOfNames {
            name: self.typed.clone(),
            terms: terms_of_name(&self.typed),
            other: other.clone(),
        };
        doubtful.map(pair).collect()
    }
}

/// Another name, and what becomes of it in a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherName {
    /// As its source writes it, or in lower case.
    pub written: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// Who says that it means the same, and how many studies do; 0 where it
    /// is not studies that do.
    pub sources: Vec<(&'static str, u64)>,
    /// Studies that have it, its words in sequence.
    pub studies: u64,
    /// What becomes of it.
    pub verdict: NameVerdict,
}

/// A name, and another one that records or texts give for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairOfNames {
    /// The name in lower case, as a record writes it.
    pub name: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// The other one, and what becomes of it in a search for the name.
    pub other: OtherName,
}

/// What an abbreviation stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Abbreviation {
    /// Its senses, those first that most studies give.
    pub senses: Vec<Sense>,
    /// The one that it is taken to have.
    pub taken: Option<usize>,
    /// Why that one, or none.
    pub why: SenseChoice,
}

/// A concept of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownConcept {
    /// Identifier, such as `D009203`.
    pub id: String,
    /// The name that the vocabulary prefers.
    pub preferred: String,
    /// The others that can be looked for.
    pub names: Vec<String>,
    /// Places in the hierarchy.
    pub trees: Vec<String>,
    /// Identifiers and preferred names of all that is below it.
    pub narrower: Vec<(String, String)>,
    /// A search takes it for what is meant; `None` without an index.
    pub taken: Option<bool>,
}

/// What a search for a name, in a query with other words, would bring in:
/// names for which the user's own list, the records of the index or its
/// vocabulary say that they mean the same, and where asked for those of what
/// is narrower.
///
/// # Errors
///
/// Where the index or the vocabulary cannot be read.
pub fn look_up(
    thesaurus: Thesaurus<'_>,
    typed: &str,
    others: &str,
    explode: bool,
) -> PlanResult<LookedUp> {
    let mut looked_up = look_up_without_index(thesaurus.vocabulary, thesaurus.own, typed)?;
    let mut lookup = Lookup::new(thesaurus.lexicon);
    let ways = ways_of(&mut lookup, typed)?;
    let mut context = ways.first().cloned().unwrap_or_default();
    context.extend(lookup.terms(others));
    NameLookUp { thesaurus, ways, context }.add(&mut looked_up, explode)?;
    Ok(looked_up)
}

/// What is known of a name without an index: concepts and the user's own
/// list.
///
/// # Errors
///
/// Where the vocabulary is damaged.
pub fn look_up_without_index(
    vocabulary: &Vocabulary,
    own: Option<&OwnSynonyms>,
    typed: &str,
) -> Result<LookedUp, VocabularyError> {
    let terms = terms_of_name(typed);
    let mut concepts = Vec::new();
    for id in vocabulary.concepts(&terms) {
        concepts.push(known_concept(vocabulary, id)?);
    }
    let own = own.map_or(&[][..], |own| own.names(&terms));
    Ok(LookedUp {
        typed: typed.to_owned(),
        concepts,
        own: own.iter().map(|own| (own.name.written.clone(), own.line)).collect(),
        source: vocabulary.source().to_owned(),
        digest: vocabulary.digest(),
        ..LookedUp::default()
    })
}

fn known_concept(vocabulary: &Vocabulary, id: ConceptId) -> Result<KnownConcept, VocabularyError> {
    let concept = vocabulary.concept(id)?;
    let below = vocabulary.read(&vocabulary.narrower(id)?)?;
    let names = concept.names.into_iter().map(|name| name.written);
    Ok(KnownConcept {
        names: names.filter(|name| *name != concept.preferred).collect(),
        id: concept.id,
        preferred: concept.preferred,
        trees: concept.trees,
        narrower: below.into_iter().map(|below| (below.id, below.preferred)).collect(),
        taken: None,
    })
}

/// The terms of a name in each way in which it is written.
pub(crate) fn ways_of(lookup: &mut Lookup<'_>, typed: &str) -> PlanResult<Vec<Vec<String>>> {
    Ok(lookup.words(&as_words(typed), &[PLAIN])?.names())
}

/// Typed words as a query has them.
fn as_words(typed: &str) -> Vec<QueryWord> {
    let texts: Vec<&str> = typed.split_whitespace().collect();
    let word = |text| QueryWord { text, matching: WordMatching::Whole, span: 0..0 };
    text::in_digits(&texts).into_iter().map(word).collect()
}

/// The terms of a typed name.
fn terms_of_name(typed: &str) -> Vec<String> {
    let words: Vec<String> = as_words(typed).into_iter().map(|word| word.text).collect();
    terms_of(&mut text::parts_analyzer(), &words.join(" "))
}

/// A name in an index, in a query with other words.
struct NameLookUp<'a> {
    thesaurus: Thesaurus<'a>,
    /// Its terms in each way in which it is written.
    ways: Vec<Vec<String>>,
    context: Vec<String>,
}

impl NameLookUp<'_> {
    /// Adds what the index says.
    fn add(&self, looked_up: &mut LookedUp, explode: bool) -> PlanResult<()> {
        let Some(terms) = self.ways.first() else {
            looked_up.studies = Some(0);
            return Ok(());
        };
        looked_up.studies = Some(self.thesaurus.studies_with(terms)?);
        for candidate in self.thesaurus.candidates(&self.ways, &self.context)? {
            if !self.ways.contains(&candidate.synonym.terms) {
                self.add_name(&mut looked_up.names, candidate)?;
            }
        }
        self.add_abbreviation(looked_up, terms)?;
        if explode {
            self.add_narrower(looked_up)?;
        }
        Ok(())
    }

    /// Adds a name, or to one that is there where it comes from, too.
    fn add_name(&self, names: &mut Vec<OtherName>, candidate: NameCandidate) -> PlanResult<()> {
        let NameCandidate { synonym, mut verdict } = candidate;
        let source = (synonym.source, synonym.studies);
        if let Some(known) = names.iter_mut().find(|name| name.terms == synonym.terms) {
            if known.verdict != NameVerdict::Absent {
                known.verdict = known.verdict.min(verdict);
            }
            match known.sources.iter_mut().find(|(name, _)| *name == source.0) {
                Some((_, studies)) => *studies = source.1.max(*studies),
                None => known.sources.push(source),
            }
            return Ok(());
        }
        let studies = self.thesaurus.studies_named(&synonym.terms)?;
        // A search drops it where it looks for it.
        if studies == 0 {
            verdict = NameVerdict::Absent;
        }
        let (written, terms, sources) = (synonym.written, synonym.terms, vec![source]);
        names.push(OtherName { written, terms, sources, studies, verdict });
        Ok(())
    }

    /// Adds the senses of an abbreviation, and marks the concept that a
    /// search takes for what is meant.
    fn add_abbreviation(&self, looked_up: &mut LookedUp, terms: &[String]) -> PlanResult<()> {
        let (chosen, why) = self.thesaurus.chosen_sense(terms, &self.context)?;
        let senses = self.thesaurus.senses(terms)?;
        let long = chosen.as_ref().map(|sense| sense.terms.as_slice());
        if !senses.is_empty() {
            let taken = senses.iter().position(|sense| Some(sense.terms.as_slice()) == long);
            looked_up.abbreviation = Some(Abbreviation { senses, taken, why });
        }
        let vocabulary = self.thesaurus.vocabulary;
        let mut meant = Vec::new();
        for name in [Some(terms), long].into_iter().flatten() {
            let concept = self.thesaurus.concept(name, long, &self.context)?;
            meant.extend(concept.and_then(|id| known_concept(vocabulary, id).ok()));
        }
        for concept in &mut looked_up.concepts {
            concept.taken = Some(meant.iter().any(|meant| meant.id == concept.id));
        }
        for concept in meant {
            if !looked_up.concepts.iter().any(|known| known.id == concept.id) {
                looked_up.concepts.push(KnownConcept { taken: Some(true), ..concept });
            }
        }
        Ok(())
    }

    fn add_narrower(&self, looked_up: &mut LookedUp) -> PlanResult<()> {
        let known: Vec<Vec<String>> = {
            let taken = looked_up.names.iter().filter(|name| name.verdict == NameVerdict::Taken);
            taken.map(|name| name.terms.clone()).chain(self.ways.iter().cloned()).collect()
        };
        for terms in &self.ways {
            let (narrower, cut) = self.thesaurus.narrower(terms, &self.context)?;
            looked_up.cut |= cut;
            for synonym in narrower {
                if !known.contains(&synonym.terms) {
                    self.add_name(&mut looked_up.narrower, NameCandidate::taken(synonym))?;
                }
            }
        }
        Ok(())
    }
}
