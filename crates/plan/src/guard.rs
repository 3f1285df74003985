//! A guard against names that would bring in what was not asked for.
//!
//! Names that the user gives are believed, and those of a vocabulary but for
//! everyday words. All others are held against all studies that have them:
//! names of the same thing occur together in many of them.

use trialdex_text::{self as text, is_common};

use crate::error::PlanResult;
use crate::layout::pairs::{PairKind, SEPARATOR, is_short_form_of, key_of};
use crate::layout::{IndexField, words_of};
use crate::lexicon::{LookUp, Overlap};
use crate::mined::source;
use crate::name_candidate::{NameCandidate, NameVerdict};
use crate::thesaurus::{ABBREVIATIONS, OWN, PLAIN, SHORT, Thesaurus, VOCABULARY, named, stands_in};

/// Part of the studies with a name that have the other one, too, at least.
const SHARED: f64 = 0.5;

/// The same for short names, which mean many things.
const SHARED_BY_SHORT: f64 = 0.6;

/// The same for the abbreviation of a long form: what else it means would be
/// found, too.
const SHARED_BY_ABBREVIATION: f64 = 0.9;

/// Studies with a word at least, before it counts as an everyday word.
const EVERYDAY: u64 = 20;

/// Part of the studies of an index that has an everyday word at least.
const EVERYDAY_SHARE: f64 = 0.0025;

/// Part of the studies with the rarer of a name and an everyday word that
/// have both, at least: not all grafts are transplants.
const SHARED_BY_EVERYDAY: f64 = 0.6;

/// The piece with the registry's own names of interventions, by MeSH.
const REGISTERED: &str = "InterventionMeshTerm";

/// The pieces with the registry's own names of anything, by MeSH.
const ALL_REGISTERED: [&str; 2] = ["ConditionMeshTerm", REGISTERED];

/// Judges further names of a name.
pub(crate) struct Guard<'a> {
    thesaurus: &'a Thesaurus<'a>,
    /// The name in any of the ways in which it is written.
    ways: Vec<LookUp>,
}

/// What a further name finds beside a name.
#[derive(Debug, Clone, Copy)]
struct NameOverlap {
    /// Studies with the name.
    named: u64,
    /// With the further name.
    other: u64,
    /// With both.
    shared: u64,
}

impl<'a> Guard<'a> {
    pub(crate) fn new(thesaurus: &'a Thesaurus<'a>, ways: &'a [Vec<String>]) -> Self {
        let ways = ways.iter().map(|way| LookUp::sequence(PLAIN, way)).collect();
        Self { thesaurus, ways }
    }

    /// Refuses names of `terms` that would bring in something else.
    pub(crate) fn judge(
        &self,
        candidates: &mut [NameCandidate],
        terms: &[String],
    ) -> PlanResult<()> {
        let told = |one: &NameCandidate, source| {
            one.verdict == NameVerdict::Taken && one.synonym.source == source
        };
        for candidate in candidates.iter_mut().filter(|one| told(one, VOCABULARY)) {
            if !stands_in(terms, &candidate.synonym.terms) {
                candidate.verdict = self.verdict_of_vocabulary(&candidate.synonym.terms, terms)?;
            }
        }
        let believed = |one: &NameCandidate| told(one, VOCABULARY) || told(one, OWN);
        let sure: Vec<Vec<String>> = candidates
            .iter()
            .filter(|one| believed(one))
            .map(|one| one.synonym.terms.clone())
            .collect();
        for candidate in candidates.iter_mut() {
            let other = &candidate.synonym.terms;
            let found_anyway = stands_in(terms, other) || sure.contains(other);
            if candidate.verdict == NameVerdict::Taken && !believed(candidate) && !found_anyway {
                candidate.verdict = self.verdict(candidate, terms)?;
            }
        }
        Ok(())
    }

    /// Whether a name of the vocabulary is searched: a short one may be short
    /// for something else (`APAP`), an everyday word has senses besides that of
    /// its concept (`Aged`, `Death`), and a heading may join two things.
    fn verdict_of_vocabulary(&self, other: &[String], terms: &[String]) -> PlanResult<NameVerdict> {
        if self.is_the_other_of_two(other, terms) {
            return Ok(NameVerdict::OtherConcept);
        }
        if is_short(other) && !is_short(terms) {
            return self.verdict_on_short_name(other);
        }
        // `Drug Therapy` says no more than `drug`.
        if other.iter().filter(|term| !is_common(term)).count() > 1 {
            return Ok(NameVerdict::Taken);
        }
        let finds = self.finds(other)?;
        let all = self.thesaurus.lexicon.studies();
        if !finds.of_everyday_word(all) || self.is_registered(other, finds.other)? {
            return Ok(NameVerdict::Taken);
        }
        let agree = finds.agree(SHARED_BY_EVERYDAY, false);
        Ok(if agree { NameVerdict::Taken } else { NameVerdict::Elsewhere })
    }

    /// A short name is searched if texts define it to mean the concept, or if
    /// nearly all studies that have it have the typed name.
    fn verdict_on_short_name(&self, other: &[String]) -> PlanResult<NameVerdict> {
        for concept in self.thesaurus.vocabulary.concepts(other) {
            if let Some(meant) = self.thesaurus.may_only_mean(other, concept)? {
                return Ok(if meant { NameVerdict::Taken } else { NameVerdict::Elsewhere });
            }
        }
        let finds = self.finds(other)?;
        let taken =
            finds.agree(SHARED_BY_ABBREVIATION, true) || self.is_registered(other, finds.other)?;
        Ok(if taken { NameVerdict::Taken } else { NameVerdict::Elsewhere })
    }

    /// Whether two names are of the two things that a heading joins by a
    /// hyphen: of `Precursor Cell Lymphoblastic Leukemia-Lymphoma`, one of the
    /// leukemia and one of the lymphoma.
    fn is_the_other_of_two(&self, other: &[String], terms: &[String]) -> bool {
        let vocabulary = self.thesaurus.vocabulary;
        let concepts = vocabulary.concepts(other).into_iter();
        concepts.filter_map(|id| vocabulary.concept(id).ok()).any(|concept| {
            joined_by_hyphens(&concept.preferred).any(|(one, two)| {
                let has = |name: &[String], word: &String| name.contains(word);
                let parts = |one: &String, two: &String| {
                    has(terms, one) && !has(terms, two) && has(other, two) && !has(other, one)
                };
                parts(&one, &two) || parts(&two, &one)
            })
        })
    }

    /// Whether the registry calls by a name what most studies with the typed
    /// name are of, or a good part of those with the name itself.
    fn is_registered(&self, other: &[String], with_it: u64) -> PlanResult<bool> {
        let fields = ALL_REGISTERED.iter().filter_map(|piece| words_of(piece));
        let registered: Vec<LookUp> = fields.map(|field| LookUp::sequence(field, other)).collect();
        let Overlap { one, other, both } =
            self.thesaurus.lexicon.overlap(&self.ways, &registered)?;
        Ok(2 * both >= one.max(1) || 5 * other >= with_it)
    }

    fn verdict(&self, candidate: &NameCandidate, terms: &[String]) -> PlanResult<NameVerdict> {
        let other = &candidate.synonym.terms;
        let finds = self.finds(other)?;
        let abbreviation = candidate.synonym.source == ABBREVIATIONS
            && is_short_form_of(&key_of(other), &key_of(terms));
        let short = is_short(other);
        let least = match () {
            () if abbreviation => SHARED_BY_ABBREVIATION,
            () if short => SHARED_BY_SHORT,
            () => SHARED,
        };
        Ok(match () {
            () if !finds.agree(least, short || abbreviation) => NameVerdict::Elsewhere,
            () if finds.outnumber() && !self.is_vouched_for(candidate, terms)? => {
                NameVerdict::Outnumbering
            }
            () => NameVerdict::Taken,
        })
    }

    fn finds(&self, other: &[String]) -> PlanResult<NameOverlap> {
        let Overlap { one, other, both } =
            self.thesaurus.lexicon.overlap(&self.ways, &[named(other)])?;
        Ok(NameOverlap { named: one, other, shared: both })
    }

    /// Whether MeSH has the further name: as what an abbreviation stands for,
    /// or as what the registry calls the intervention in the studies that
    /// pair the two.
    fn is_vouched_for(&self, candidate: &NameCandidate, terms: &[String]) -> PlanResult<bool> {
        let other = &candidate.synonym.terms;
        if candidate.synonym.source == ABBREVIATIONS {
            return Ok(!self.thesaurus.vocabulary.concepts(other).is_empty());
        }
        let Some(registered) = words_of(REGISTERED) else { return Ok(false) };
        let sign = PairKind::Intervention.sign();
        let (key, written) = (key_of(terms), &candidate.synonym.written);
        let pair = format!("{key}{SEPARATOR}{sign}{SEPARATOR}{written}");
        let pairing = LookUp::sequence(IndexField::Pairs, &[pair]);
        let registered = LookUp::sequence(registered, other);
        let Overlap { one, both, .. } =
            self.thesaurus.lexicon.overlap(&[pairing], &[registered])?;
        Ok(both > 0 && 2 * both >= one)
    }

    /// The name by which the registry calls what `terms` name, where most of
    /// the records that pair the two say so.
    pub(crate) fn registered(
        &self,
        candidates: &[NameCandidate],
        terms: &[String],
    ) -> PlanResult<Option<Vec<String>>> {
        let of_records = |one: &&NameCandidate| {
            one.verdict == NameVerdict::Taken
                && one.synonym.source == source(PairKind::Intervention)
        };
        let Some(first) = candidates.iter().find(of_records) else { return Ok(None) };
        Ok(self.is_vouched_for(first, terms)?.then(|| first.synonym.terms.clone()))
    }
}

/// Whether a name is so short that it may be short for something.
fn is_short(name: &[String]) -> bool {
    matches!(name, [only] if only.len() <= SHORT)
}

/// The words that a heading joins by hyphens, in the form of the index.
fn joined_by_hyphens(heading: &str) -> impl Iterator<Item = (String, String)> {
    let mut analyzer = text::parts_analyzer();
    let mut term = move |word: &str| text::words(&mut analyzer, word).pop().map(|word| word.term);
    let of_letters = |word: &str| word.len() > SHORT && word.chars().all(char::is_alphabetic);
    let words = heading.split([' ', ',']).filter_map(|word| word.split_once('-'));
    words.filter_map(move |(one, two)| {
        let joined = of_letters(one) && of_letters(two);
        joined.then(|| Some((term(one)?, term(two)?))).flatten()
    })
}

impl NameOverlap {
    /// Whether the names occur together often enough. Most studies with a
    /// short name have to have the longer one.
    fn agree(self, least: f64, short: bool) -> bool {
        let of = if short { self.other } else { self.other.min(self.named) };
        self.shared as f64 >= least * of as f64
    }

    /// Whether so many of all studies have the further name that it is an
    /// everyday word.
    fn of_everyday_word(self, all: u64) -> bool {
        self.other >= EVERYDAY && self.other as f64 >= EVERYDAY_SHARE * all as f64
    }

    /// Whether the further name would bring in more studies than the name
    /// has.
    fn outnumber(self) -> bool {
        self.other - self.shared > self.named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_stand_together() {
        let brand = NameOverlap { named: 873, other: 227, shared: 220 };
        assert!(brand.agree(SHARED, false) && !brand.outnumber());
        let drug = NameOverlap { named: 25, other: 111, shared: 25 };
        assert!(drug.agree(SHARED, false) && drug.outnumber());
        let short = NameOverlap { named: 85, other: 88, shared: 36 };
        assert!(!short.agree(SHARED_BY_SHORT, true), "half of what it finds is something else");
        let apart = NameOverlap { named: 470, other: 244, shared: 60 };
        assert!(!apart.agree(SHARED, false));
    }

    #[test]
    fn a_short_name_has_to_agree_by_itself() {
        // All studies with the name have the short one; half of those with the
        // short one have the name.
        let finds = NameOverlap { named: 10, other: 20, shared: 10 };
        assert!(finds.agree(SHARED_BY_SHORT, false) && !finds.agree(SHARED_BY_SHORT, true));
        // As many as the limit says are enough.
        let limit = NameOverlap { named: 100, other: 10, shared: 6 };
        assert!(limit.agree(SHARED_BY_SHORT, true) && !limit.agree(SHARED_BY_ABBREVIATION, true));
        let nowhere = NameOverlap { named: 0, other: 0, shared: 0 };
        assert!(nowhere.agree(SHARED, false), "what finds nothing brings in nothing");
    }

    #[test]
    fn a_name_brings_in_too_much_from_twice_the_studies_on() {
        let brings = |named, other, shared| NameOverlap { named, other, shared }.outnumber();
        assert!(!brings(10, 20, 10) && brings(10, 21, 10));
        assert!(!brings(10, 10, 0) && brings(0, 1, 0));
    }

    #[test]
    fn an_everyday_word_is_in_many_studies_of_a_large_index() {
        let everyday =
            |other, all| NameOverlap { named: 0, other, shared: 0 }.of_everyday_word(all);
        assert!(everyday(20, 8_000) && !everyday(19, 100));
        // 0.25 % of 100,000 are 250.
        assert!(everyday(250, 100_000) && !everyday(249, 100_000));
    }

    #[test]
    fn headings_that_join_two_things_are_taken_apart() {
        let joined = |heading| joined_by_hyphens(heading).collect::<Vec<_>>();
        let pair = |one: &str, two: &str| vec![(one.to_owned(), two.to_owned())];
        assert_eq!(
            joined("Precursor Cell Lymphoblastic Leukemia-Lymphoma"),
            pair("leukemia", "lymphoma")
        );
        // A letter, a number or a short word beside a hyphen is no thing.
        for heading in ["X-Ray Therapy", "Interleukin-2", "Follow-Up Studies", "Anemia, Aplastic"] {
            assert!(joined(heading).is_empty(), "{heading}");
        }
    }

    #[test]
    fn one_word_of_few_letters_is_short() {
        let short = |name: &[&str]| {
            is_short(&name.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert!(short(&["apap"]) && !short(&["aspirin"]) && !short(&["g", "csf"]));
    }
}
