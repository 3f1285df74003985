//! Which names are looked for in place of a name, of all that its sources give.

use trialdex_text::is_common;
use trialdex_text::vocabulary::{Concept, ConceptId};

use crate::error::PlanResult;
use crate::guard::Guard;
use crate::layout::IndexField;
use crate::layout::pairs::{PairKind, key_of};
use crate::memory::{FoundNames, NameAspect};
use crate::name_candidate::{NameCandidate, NameVerdict, Synonym, SynonymKind};
use crate::senses::{FEWEST, UNAMBIGUOUS, is_part_of};
use crate::thesaurus::{ABBREVIATIONS, NARROWER, OWN, SHORT, Thesaurus, VOCABULARY, stands_in};

/// Other names used for one name at most.
const MOST: usize = 12;

/// Names of one concept used at most.
const MOST_OF_CONCEPT: usize = 8;

/// Narrower concepts used at most.
const MOST_NARROWER: usize = 250;

impl Thesaurus<'_> {
    /// How many of the terms from the first one on are a name that has
    /// others.
    pub(crate) fn name_lengths(&self, terms: &[String]) -> PlanResult<Vec<usize>> {
        let mut lengths = vec![self.vocabulary.longest_name(terms)];
        lengths.extend(self.own.map(|own| own.longest_name(terms)));
        for length in 1..=terms.len() {
            let key = key_of(&terms[..length]);
            if length > 1 && !self.lexicon.has_beginning(IndexField::Pairs, &key)? {
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

    /// Names for what words name in a query with other words: the user's own,
    /// those that records give, abbreviations, and those of the vocabulary.
    /// The words are given in each way in which they are written.
    pub(crate) fn synonyms(
        &self,
        ways: &[Vec<String>],
        context: &[String],
    ) -> PlanResult<Vec<Synonym>> {
        let (synonyms, _) = self.remembered(NameAspect::Synonyms, ways, context, || {
            let taken = self.candidates(ways, context)?.into_iter();
            let taken = taken.filter(|candidate| candidate.verdict == NameVerdict::Taken);
            Ok((taken.map(|candidate| candidate.synonym).collect(), false))
        })?;
        Ok(synonyms)
    }

    /// The same with the names that are not looked for, and why.
    pub(crate) fn candidates(
        &self,
        ways: &[Vec<String>],
        context: &[String],
    ) -> PlanResult<Vec<NameCandidate>> {
        let mut all: Vec<NameCandidate> = Vec::new();
        let guard = Guard::new(self, ways);
        for terms in ways {
            let mut found = self.candidates_for(terms, context)?;
            guard.judge(&mut found, terms)?;
            if let Some(registered) = guard.registered(&found, terms)? {
                found.extend(self.names_of_registered(&registered, terms)?);
            }
            settle(&mut found, terms);
            for mut candidate in found {
                let same = |one: &NameCandidate| {
                    one.verdict == NameVerdict::Taken
                        && one.synonym.terms == candidate.synonym.terms
                };
                if candidate.verdict == NameVerdict::Taken
                    && ways.contains(&candidate.synonym.terms)
                {
                    candidate.verdict = NameVerdict::FoundAnyway;
                } else if candidate.verdict == NameVerdict::Taken && all.iter().any(same) {
                    candidate.verdict = NameVerdict::Repeated;
                }
                all.push(candidate);
            }
        }
        Ok(all)
    }

    fn candidates_for(
        &self,
        terms: &[String],
        context: &[String],
    ) -> PlanResult<Vec<NameCandidate>> {
        let mut found: Vec<NameCandidate> = self.of_own(terms).map(NameCandidate::taken).collect();
        if !terms.iter().all(|term| is_common(term)) {
            found.extend(self.of_records(terms)?);
            let sense = self.add_abbreviations(&mut found, terms, context)?;
            // What an abbreviation stands for has other names, too.
            for name in [Some(terms), sense.as_deref()].into_iter().flatten() {
                if let Some(concept) = self.concept(name, sense.as_deref(), context)? {
                    found.extend(self.of_concept(concept)?);
                }
            }
        }
        Ok(found)
    }

    /// Names of `terms` that records give to what the registry calls so.
    fn names_of_registered(
        &self,
        registered: &[String],
        terms: &[String],
    ) -> PlanResult<Vec<NameCandidate>> {
        let ways = [registered.to_vec()];
        let mut found = self.of_records(registered)?;
        Guard::new(self, &ways).judge(&mut found, registered)?;
        found.retain(|candidate| candidate.verdict == NameVerdict::Taken);
        for candidate in &mut found {
            let other = &candidate.synonym.terms;
            candidate.verdict = self.by_vocabulary(PairKind::Intervention, terms, other)?;
        }
        Ok(found)
    }

    fn of_own(&self, terms: &[String]) -> impl Iterator<Item = Synonym> {
        let own = self.own.map_or(&[][..], |own| own.names(terms));
        own.iter().map(|own| Synonym {
            kind: SynonymKind::Name,
            written: own.name.written.clone(),
            terms: own.name.terms.clone(),
            source: OWN,
            studies: 0,
            found: None,
        })
    }

    /// Adds what an abbreviation stands for, or the abbreviations of a name;
    /// gives the words of the long form.
    fn add_abbreviations(
        &self,
        found: &mut Vec<NameCandidate>,
        terms: &[String],
        context: &[String],
    ) -> PlanResult<Option<Vec<String>>> {
        if self.studies_naming(&key_of(terms), PairKind::Abbreviation)? == 0 {
            return Ok(None);
        }
        let abbreviation = |written: String, terms, studies| {
            let (kind, source) = (SynonymKind::Name, ABBREVIATIONS);
            Synonym { kind, written, terms, source, studies, found: None }
        };
        let sense = self.sense(terms, context)?;
        if let Some(sense) = &sense {
            let names = [(sense.written.clone(), sense.terms.clone())].into_iter();
            let variants = sense.variants.iter().map(|terms| (terms.join(" "), terms.clone()));
            let names = names.chain(variants);
            found.extend(names.map(|(written, terms)| {
                // Some studies define `myocardial (MI) infarction`.
                let part = is_part_of(&terms, &sense.terms);
                let verdict = if part { NameVerdict::Broader } else { NameVerdict::Taken };
                NameCandidate { synonym: abbreviation(written, terms, sense.studies), verdict }
            }));
        }
        for short in self.short_forms(terms)? {
            let verdict = match () {
                () if short.studies < FEWEST => NameVerdict::Unsure,
                () if short.share < UNAMBIGUOUS => NameVerdict::OneSided,
                () => NameVerdict::Taken,
            };
            // The index has it in lower case.
            let written = short.written.to_uppercase();
            let synonym = abbreviation(written, short.terms, short.studies);
            found.push(NameCandidate { synonym, verdict });
        }
        Ok(sense.map(|sense| sense.terms))
    }

    /// The concept that words name. Of several, the one whose names have
    /// another word of the query; for a short word none that the records use
    /// otherwise.
    pub(crate) fn concept(
        &self,
        terms: &[String],
        sense: Option<&[String]>,
        context: &[String],
    ) -> PlanResult<Option<ConceptId>> {
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
            let meant = ids.iter().copied().find(|id| defined < FEWEST || same(id) || agree(id));
            return Ok(meant);
        }
        Ok(match ids.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => several.iter().copied().find(agree),
        })
    }

    /// The commonest names of a concept that the index has.
    fn of_concept(&self, id: ConceptId) -> PlanResult<Vec<NameCandidate>> {
        let Ok(concept) = self.vocabulary.concept(id) else { return Ok(Vec::new()) };
        self.names(concept, SynonymKind::Name, VOCABULARY, MOST_OF_CONCEPT)
    }

    fn names(
        &self,
        concept: Concept,
        kind: SynonymKind,
        source: &'static str,
        most: usize,
    ) -> PlanResult<Vec<NameCandidate>> {
        let mut names = Vec::new();
        for name in concept.names {
            let with_it = self.at_most(&name.terms)?;
            let (written, terms) = (name.written, name.terms);
            let synonym = Synonym { kind, written, terms, source, studies: 0, found: None };
            names.push((with_it, synonym));
        }
        names.sort_by_key(|(with_it, _)| std::cmp::Reverse(*with_it));
        let candidates = names.into_iter().enumerate().map(|(at, (with_it, synonym))| {
            let verdict = match with_it {
                0 => NameVerdict::Absent,
                _ if at >= most => NameVerdict::TooMany,
                _ => NameVerdict::Taken,
            };
            NameCandidate { synonym, verdict }
        });
        Ok(candidates.collect())
    }

    /// The names of everything below what words name in the vocabulary, and
    /// whether there are more than are looked for.
    pub(crate) fn narrower(&self, terms: &[String], context: &[String]) -> PlanResult<FoundNames> {
        self.remembered(NameAspect::Narrower, &[terms.to_vec()], context, || {
            self.found_narrower(terms, context)
        })
    }

    fn found_narrower(&self, terms: &[String], context: &[String]) -> PlanResult<FoundNames> {
        let mut found: Vec<Synonym> = Vec::new();
        let Some(concept) = self.concept(terms, None, context)? else {
            return Ok((found, false));
        };
        let below = self.vocabulary.narrower(concept).unwrap_or_default();
        let cut = below.len() > MOST_NARROWER;
        for concept in self.commonest(self.vocabulary.read(&below).unwrap_or_default())? {
            let names = self.names(concept, SynonymKind::Narrower, NARROWER, MOST_OF_CONCEPT)?;
            let taken = names.into_iter().filter(|name| name.verdict == NameVerdict::Taken);
            let taken = taken.map(|name| name.synonym);
            found.extend(taken.filter(|name| !stands_in(terms, &name.terms)));
        }
        Ok((found, cut))
    }

    /// The concepts whose names most studies may have, in the given order.
    fn commonest(&self, concepts: Vec<Concept>) -> PlanResult<Vec<Concept>> {
        if concepts.len() <= MOST_NARROWER {
            return Ok(concepts);
        }
        let mut rated = Vec::with_capacity(concepts.len());
        for (at, concept) in concepts.into_iter().enumerate() {
            let mut studies = 0;
            for name in &concept.names {
                studies = studies.max(self.at_most(&name.terms)?);
            }
            rated.push((studies, at, concept));
        }
        rated.sort_by_key(|(studies, at, _)| (std::cmp::Reverse(*studies), *at));
        rated.truncate(MOST_NARROWER);
        rated.sort_by_key(|(_, at, _)| *at);
        Ok(rated.into_iter().map(|(.., concept)| concept).collect())
    }
}

/// Passes over names that find nothing further, and those beyond the number
/// that are looked for.
fn settle(found: &mut [NameCandidate], terms: &[String]) {
    let mut known: Vec<Vec<String>> = Vec::new();
    for candidate in found.iter_mut().filter(|candidate| candidate.verdict == NameVerdict::Taken) {
        let other = &candidate.synonym.terms;
        candidate.verdict = match () {
            () if stands_in(terms, other) => NameVerdict::FoundAnyway,
            () if known.iter().any(|one| one != other && stands_in(one, other)) => {
                NameVerdict::FoundAnyway
            }
            () if known.contains(other) => NameVerdict::Repeated,
            () if known.len() == MOST => NameVerdict::TooMany,
            () => NameVerdict::Taken,
        };
        if candidate.verdict == NameVerdict::Taken {
            known.push(other.clone());
        }
    }
}
