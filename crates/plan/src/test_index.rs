//! A lexicon over a few texts, for tests.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use trialdex_text as text;

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::lexicon::{Counting, Lexicon, LookUp, LookUpCost, Overlap, StudyKey, TermRange};
use crate::pattern::Pattern;
use crate::search::Engine;
use crate::tree::{Node, Source};

/// Terms of a field with their studies.
type Terms = BTreeMap<String, BTreeSet<StudyKey>>;

/// Texts as an index: each is a study, and the same in every field.
#[derive(Debug, Default)]
pub(crate) struct TestIndex {
    texts: Vec<Vec<String>>,
    pairs: Terms,
    /// What was asked to be kept.
    pub(crate) kept: RefCell<Vec<LookUp>>,
}

impl TestIndex {
    /// An index of texts.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let terms = |text: &&str| {
            let words = text::words(&mut text::parts_analyzer(), text).into_iter();
            words.map(|word| word.term).collect()
        };
        Self { texts: texts.iter().map(terms).collect(), ..Self::default() }
    }

    /// The same where these studies say that names mean the same.
    pub(crate) fn with_pair(mut self, term: &str, studies: &[StudyKey]) -> Self {
        self.pairs.entry(term.to_owned()).or_default().extend(studies);
        self
    }

    fn in_field(&self, field: IndexField) -> Terms {
        if field == IndexField::Pairs {
            return self.pairs.clone();
        }
        let mut terms = Terms::new();
        for (study, text) in (0..).zip(&self.texts) {
            for term in text {
                terms.entry(term.clone()).or_default().insert(study);
            }
        }
        terms
    }

    fn matching(&self, any: &[LookUp]) -> BTreeSet<StudyKey> {
        let mut found = BTreeSet::new();
        for look_up in any {
            let terms = self.in_field(look_up.field);
            let with = |term: &String| terms.get(term).cloned().unwrap_or_default();
            match &look_up.pattern {
                Pattern::Term(term) => found.extend(with(term)),
                Pattern::AnyOf(terms) => found.extend(terms.iter().flat_map(with)),
                Pattern::Phrase(slots) => {
                    let fits = |part: &[String]| {
                        part.iter().zip(slots).all(|(one, slot)| slot.contains(one))
                    };
                    let has = |text: &Vec<String>| text.windows(slots.len()).any(fits);
                    let studies = (0..).zip(&self.texts).filter(|(_, text)| has(text));
                    found.extend(studies.map(|(study, _)| study));
                }
                Pattern::Near(_) => {}
            }
        }
        found
    }
}

impl TestIndex {
    fn found(&self, node: &Node) -> BTreeSet<StudyKey> {
        let everything = || (0..self.studies()).collect::<BTreeSet<StudyKey>>();
        match node {
            Node::All => everything(),
            Node::Every(parts) => {
                let mut left = everything();
                for part in parts {
                    let (inner, wanted) = match part {
                        Node::Not(inner) => (self.found(inner), false),
                        part => (self.found(part), true),
                    };
                    left.retain(|study| inner.contains(study) == wanted);
                }
                left
            }
            Node::Any(parts, least) => {
                let found: Vec<_> = parts.iter().map(|part| self.found(part)).collect();
                let has = |study: &StudyKey| found.iter().filter(|one| one.contains(study)).count();
                everything().into_iter().filter(|study| has(study) >= *least).collect()
            }
            Node::Best(parts, _) => parts.iter().flat_map(|part| self.found(part)).collect(),
            Node::Constant(inner, _) | Node::Tilted(inner, _) => self.found(inner),
            Node::Evidence(evidence) => {
                let all: Vec<LookUp> = evidence.sources.iter().map(Source::look_up).collect();
                self.matching(&all)
            }
            // It has nothing but words.
            _ => BTreeSet::new(),
        }
    }
}

impl Engine for TestIndex {
    fn count(&self, node: &Node) -> PlanResult<u64> {
        Ok(self.found(node).len() as u64)
    }
}

impl Lexicon for TestIndex {
    fn studies(&self) -> u64 {
        self.texts.len() as u64
    }

    fn frequency(&self, field: IndexField, term: &str) -> PlanResult<u64> {
        Ok(self.in_field(field).get(term).map_or(0, |studies| studies.len() as u64))
    }

    fn average_length(&self, _: IndexField) -> PlanResult<Option<f32>> {
        Ok(None)
    }

    fn terms(
        &self,
        field: IndexField,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> PlanResult<BTreeMap<String, u64>> {
        let within = |term: &str| match range {
            TermRange::All => true,
            TermRange::Beginning(beginning) => term.starts_with(beginning),
            TermRange::BeyondAscii => !term.is_ascii(),
            // Of similar words those that differ in their last letter.
            TermRange::Similar(one, _) => one.len() == term.len() && one[1..] == term[1..],
        };
        let terms = self.in_field(field).into_iter();
        let terms = terms.filter(|(term, _)| within(term) && accept(term));
        Ok(terms.map(|(term, studies)| (term, studies.len() as u64)).collect())
    }

    fn has_beginning(&self, field: IndexField, beginning: &str) -> PlanResult<bool> {
        Ok(self.in_field(field).keys().any(|term| term.starts_with(beginning)))
    }

    fn costs(&self, field: IndexField, pattern: &Pattern) -> PlanResult<Vec<LookUpCost>> {
        let known = self.in_field(field);
        let found = pattern.terms().into_iter().filter_map(|term| known.get(term));
        let mut lists = LookUpCost { studies: self.studies(), ..LookUpCost::default() };
        for studies in found {
            lists.terms += 1;
            lists.entries += studies.len() as u64;
        }
        Ok(vec![lists])
    }

    fn having(&self, any: &[LookUp]) -> PlanResult<u64> {
        Ok(self.matching(any).len() as u64)
    }

    fn keep(&self, look_up: &LookUp) -> PlanResult<u64> {
        assert_ne!(look_up.counting, Counting::Each, "nothing is kept of {look_up:?}");
        self.kept.borrow_mut().push(look_up.clone());
        self.having(std::slice::from_ref(look_up))
    }

    fn overlap(&self, one: &[LookUp], other: &[LookUp]) -> PlanResult<Overlap> {
        let (one, other) = (self.matching(one), self.matching(other));
        let both = one.intersection(&other).count() as u64;
        Ok(Overlap { one: one.len() as u64, other: other.len() as u64, both })
    }

    fn studies_of(
        &self,
        field: IndexField,
        beginning: &str,
    ) -> PlanResult<BTreeMap<String, BTreeSet<StudyKey>>> {
        let terms = self.in_field(field).into_iter();
        let rest = |(term, studies): (String, _)| {
            term.strip_prefix(beginning).map(|rest| (rest.to_owned(), studies))
        };
        Ok(terms.filter_map(rest).collect())
    }

    fn occurrences_in(
        &self,
        field: IndexField,
        terms: &[&str],
        studies: &BTreeSet<StudyKey>,
    ) -> PlanResult<u64> {
        let known = self.in_field(field);
        let with = terms.iter().filter_map(|term| known.get(*term));
        Ok(with.map(|of_term| of_term.intersection(studies).count() as u64).sum())
    }
}
