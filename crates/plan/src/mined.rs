//! Which of the names that records pair mean the same.
//!
//! What is beside a name in a record may be broader, narrower, or a thing
//! used with it. A pair is taken only if the evidence goes both ways, and
//! never against the vocabulary. The limits are those with which pairs of
//! names that a vocabulary knows are of one concept (`benches/synonyms.py`).

use std::collections::{BTreeMap, BTreeSet};

use trialdex_text::vocabulary::ConceptId;
use trialdex_text::{self as text, is_control};

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::layout::pairs::{PairKind, SEPARATOR, key_of};
use crate::lexicon::TermRange;
use crate::name_candidate::{NameCandidate, NameVerdict, Synonym, SynonymKind};
use crate::thesaurus::{SHORT, Thesaurus, stands_in};
use crate::words::terms_of;

/// Studies that pair two names of interventions at least, but for
/// [`names_a_code`]. Of the pairs that two studies give, one in eight is of a
/// thing and its class.
const FEWEST: u64 = 3;

/// Studies that pair a condition with a term at least.
const FEWEST_OF_CONDITIONS: u64 = 2;

/// The kinds of pairs that are looked at, those that are never taken last.
const KINDS: [PairKind; 3] = [PairKind::Intervention, PairKind::Condition, PairKind::Several];

/// How many studies pair names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PairCounts {
    /// The two with each other.
    both: u64,
    /// The name with anything.
    named: u64,
    /// The other name with anything.
    other_named: u64,
}

/// A name that is paired with another: as written, as terms, and in how many
/// studies.
pub(crate) struct PairedName {
    pub(crate) written: String,
    pub(crate) terms: Vec<String>,
    pub(crate) studies: u64,
}

impl Thesaurus<'_> {
    /// Names that the records give, those first that most studies give.
    pub(crate) fn of_records(&self, terms: &[String]) -> PlanResult<Vec<NameCandidate>> {
        let key = key_of(terms);
        let mut found: Vec<NameCandidate> = Vec::new();
        for kind in KINDS {
            let named = self.studies_naming(&key, kind)?;
            if named == 0 {
                continue;
            }
            for PairedName { written, terms: other, studies } in self.pairs(&key, kind)? {
                let other_named = self.studies_naming(&key_of(&other), kind)?;
                let counts = PairCounts { both: studies, named, other_named };
                let verdict = self.verdict(kind, counts, terms, &other)?;
                let known = found.iter().any(|one| one.synonym.terms == other);
                if kind == PairKind::Several && known {
                    continue;
                }
                let (name, source) = (SynonymKind::Name, source(kind));
                let synonym =
                    Synonym { kind: name, written, terms: other, source, studies, found: None };
                found.push(NameCandidate { synonym, verdict });
            }
        }
        found.sort_by(
            |NameCandidate { synonym: one, .. }, NameCandidate { synonym: other, .. }| {
                other.studies.cmp(&one.studies).then_with(|| one.written.cmp(&other.written))
            },
        );
        Ok(found)
    }

    /// Whether records say that two names mean the same.
    fn verdict(
        &self,
        kind: PairKind,
        counts: PairCounts,
        terms: &[String],
        other: &[String],
    ) -> PlanResult<NameVerdict> {
        if is_control(terms) || is_control(other) {
            return Ok(NameVerdict::Control);
        }
        if kind == PairKind::Several {
            return Ok(NameVerdict::Several);
        }
        if kind == PairKind::Intervention && (is_short(terms) || is_short(other)) {
            return Ok(NameVerdict::TooShort);
        }
        let least = match kind {
            PairKind::Condition => FEWEST_OF_CONDITIONS,
            _ if names_a_code(terms, other) => 1,
            _ => FEWEST,
        };
        if counts.both < least {
            return Ok(NameVerdict::Unsure);
        }
        if !counts.go_both_ways(kind) {
            return Ok(NameVerdict::OneSided);
        }
        self.by_vocabulary(kind, terms, other)
    }

    /// The same by the vocabulary, and by whether one of the names is a part
    /// of the other.
    pub(crate) fn by_vocabulary(
        &self,
        kind: PairKind,
        terms: &[String],
        other: &[String],
    ) -> PlanResult<NameVerdict> {
        if self.are_other_concepts(kind, terms, other)? {
            return Ok(NameVerdict::OtherConcept);
        }
        let part = other != terms && stands_in(other, terms);
        Ok(if part { NameVerdict::Broader } else { NameVerdict::Taken })
    }

    /// Whether the vocabulary has two names as different concepts. A name that
    /// it does not know belongs to the concept whose names it is mostly paired
    /// with.
    fn are_other_concepts(
        &self,
        kind: PairKind,
        terms: &[String],
        other: &[String],
    ) -> PlanResult<bool> {
        let (one, other) = (self.concepts_of(kind, terms)?, self.concepts_of(kind, other)?);
        Ok(!one.is_empty() && !other.is_empty() && one.is_disjoint(&other))
    }

    fn concepts_of(&self, kind: PairKind, terms: &[String]) -> PlanResult<BTreeSet<ConceptId>> {
        let known = self.vocabulary.concepts(terms);
        if !known.is_empty() {
            return Ok(known.into_iter().collect());
        }
        let (mut concepts, mut most) = (BTreeSet::new(), 0);
        for paired in self.pairs(&key_of(terms), kind)? {
            let known = self.vocabulary.concepts(&paired.terms);
            if known.is_empty() || paired.studies < most {
                continue;
            }
            if paired.studies > most {
                concepts.clear();
            }
            most = paired.studies;
            concepts.extend(known);
        }
        Ok(concepts)
    }

    /// Studies in which a name is paired with another.
    pub(crate) fn studies_naming(&self, key: &str, kind: PairKind) -> PlanResult<u64> {
        let term = format!("{key}{SEPARATOR}{}", kind.sign());
        self.lexicon.frequency(IndexField::Pairs, &term)
    }

    /// The other names of a name. Ways of writing that have the same terms are
    /// one.
    pub(crate) fn pairs(&self, key: &str, kind: PairKind) -> PlanResult<Vec<PairedName>> {
        let beginning = format!("{key}{SEPARATOR}{}{SEPARATOR}", kind.sign());
        let range = TermRange::Beginning(&beginning);
        let pairs = self.lexicon.terms(IndexField::Pairs, range, &|_| true)?.into_iter();
        let written: BTreeMap<String, u64> =
            pairs.map(|(pair, studies)| (pair[beginning.len()..].to_owned(), studies)).collect();
        Ok(joined(written))
    }
}

/// Ways of writing that have the same terms as one, under the commonest.
fn joined(written: BTreeMap<String, u64>) -> Vec<PairedName> {
    let mut analyzer = text::parts_analyzer();
    let mut joined: BTreeMap<Vec<String>, (String, u64, u64)> = BTreeMap::new();
    for (name, studies) in written {
        let terms = terms_of(&mut analyzer, &name);
        let entry = joined.entry(terms).or_insert_with(|| (name.clone(), 0, 0));
        if studies > entry.1 {
            (entry.0, entry.1) = (name, studies);
        }
        entry.2 += studies;
    }
    let paired = joined.into_iter();
    paired.map(|(terms, (written, _, studies))| PairedName { written, terms, studies }).collect()
}

pub(crate) fn source(kind: PairKind) -> &'static str {
    match kind {
        PairKind::Intervention | PairKind::Several => "intervention names",
        PairKind::Condition => "MeSH terms of conditions",
        PairKind::Abbreviation => "definitions in texts",
    }
}

impl PairCounts {
    /// Whether each of two names is mostly, or for a good part, paired with
    /// the other one.
    ///
    /// A name that is mostly paired with a second, which is seldom paired with
    /// it, may be narrower. The registry guesses the terms of conditions, so
    /// that these have to agree more often.
    fn go_both_ways(self, kind: PairKind) -> bool {
        let share = |of: u64| self.both as f64 / of.max(1) as f64;
        let (one, other) = (share(self.named), share(self.other_named));
        let (least, most) = match kind {
            PairKind::Condition => (0.3, 0.8),
            _ => (0.1, 0.5),
        };
        one.min(other) >= least && one.max(other) >= most
    }
}

/// Whether one of two names is the code of a product (`MK-3475`), and the
/// other a single word or another code.
fn names_a_code(terms: &[String], other: &[String]) -> bool {
    let single = |name: &[String]| matches!(name, [only] if only.len() > SHORT);
    let codes = [is_code(terms), is_code(other)];
    codes == [true, true] || codes[0] && single(other) || codes[1] && single(terms)
}

/// Whether a name is of so few letters that it means many things: what these
/// are is left to texts that define it as an abbreviation.
fn is_short(terms: &[String]) -> bool {
    let is_digit = |word: &String| word.bytes().any(|byte| byte.is_ascii_digit());
    terms.iter().map(|word| word.chars().count()).sum::<usize>() <= SHORT
        && !terms.iter().any(is_digit)
}

/// Letters, and three digits or more after them.
fn is_code(terms: &[String]) -> bool {
    let letters = |word: &str| {
        (2..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let digits = |word: &str| {
        (3..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(terms, [first, second] if letters(first) && digits(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(kind: PairKind, named: u64, other_named: u64, both: u64) -> bool {
        PairCounts { both, named, other_named }.go_both_ways(kind)
    }

    #[test]
    fn pairs_are_weighed_by_how_exclusive_they_are_in_both_directions() {
        let same = |named, other, both| both_ways(PairKind::Intervention, named, other, both);
        assert!(same(200, 60, 58) && same(60, 200, 58), "a brand name of a drug");
        assert!(!same(200, 20, 2), "a class that the drug was once called");
        assert!(!same(10, 400, 10), "a comparator under many names");
        assert!(!same(400, 10, 10), "one of many brands of a class");
        let same = |named, other, both| both_ways(PairKind::Condition, named, other, both);
        assert!(same(100, 180, 95), "breast cancer and its MeSH term");
        assert!(!same(3, 180, 3), "a subtype and the broader MeSH term");
        assert!(!same(92, 5, 3), "a condition that mostly is its own term");
        assert!(!same(500, 100, 87), "a wrong term that was given often");
    }

    #[test]
    fn a_few_letters_mean_many_things() {
        let short = |name: &str| is_short(&name.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(short("tax") && short("g csf"));
        assert!(!short("taxol") && !short("vp 16"));
    }

    #[test]
    fn codes_are_letters_and_digits() {
        let terms = |name: &str| name.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let named = |one, other| names_a_code(&terms(one), &terms(other));
        assert!(named("mk 3475", "pembrolizumab") && named("pembrolizumab", "mk 3475"));
        assert!(named("mga 012", "incmga 00012"));
        assert!(!named("imu 838", "intervention arm"));
        assert!(!named("covid 19", "infection") && !named("100", "placebo"));
    }

    #[test]
    fn as_many_as_the_limits_say_are_enough() {
        let drug = |named, other, both| both_ways(PairKind::Intervention, named, other, both);
        // A tenth of one, half of the other.
        assert!(drug(100, 20, 10) && !drug(101, 20, 10) && !drug(100, 21, 10));
        let condition = |named, other, both| both_ways(PairKind::Condition, named, other, both);
        assert!(condition(100, 40, 32) && !condition(100, 36, 28) && !condition(110, 40, 32));
        assert!(!drug(0, 0, 0), "what is not paired is not the same");
    }

    #[test]
    fn ways_of_writing_are_one_name_under_the_commonest() {
        let written = [("mk-3475", 3), ("mk 3475", 5), ("keytruda", 4), ("mk3475", 1)];
        let written = written.map(|(name, studies)| (name.to_owned(), studies));
        let names: Vec<(String, u64)> = joined(written.into())
            .into_iter()
            .map(|paired| (paired.written, paired.studies))
            .collect();
        let expected = [("keytruda", 4), ("mk 3475", 9)];
        assert_eq!(names, expected.map(|(name, studies)| (name.to_owned(), studies)));
    }
}
