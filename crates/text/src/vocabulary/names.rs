//! Which names of a concept are looked for.

use std::collections::BTreeSet;

use tantivy::tokenizer::TextAnalyzer;

use super::{ConceptName, NameExclusion};

/// Words of a name at most: longer ones are chemical formulae, which nobody
/// types.
const WORDS: usize = 8;

/// Bytes of a name at most.
const BYTES: usize = 100;

/// Makes terms of names.
pub(super) struct NameAnalyzer {
    analyzer: TextAnalyzer,
}

/// The names of a concept, sorted into used and unused ones.
#[derive(Debug, Default)]
pub(super) struct SortedNames {
    /// Names that are looked for, each with other terms.
    pub(super) names: Vec<ConceptName>,
    pub(super) left_out: Vec<(String, NameExclusion)>,
}

impl NameAnalyzer {
    pub(super) fn new() -> Self {
        Self { analyzer: crate::parts_analyzer() }
    }

    pub(super) fn terms(&mut self, written: &str) -> Vec<String> {
        crate::words(&mut self.analyzer, written).into_iter().map(|word| word.term).collect()
    }

    /// Tells names that are looked for from those that are not, in their
    /// order. The first one, which is preferred, may be inverted: registries
    /// write it so.
    pub(super) fn sort(&mut self, written: Vec<String>) -> SortedNames {
        let mut sorted = SortedNames::default();
        let preferred = written.first().cloned();
        let mut fit = Vec::new();
        for written in written {
            if written.len() <= BYTES && written.contains(char::is_alphabetic) {
                let terms = self.terms(&written);
                if (1..=WORDS).contains(&terms.len()) {
                    fit.push(ConceptName { written, terms });
                    continue;
                }
            }
            sorted.left_out.push((written, NameExclusion::Unfit));
        }
        let natural = fit.iter().filter(|name| !is_inverted(&name.written));
        let natural: BTreeSet<Vec<String>> = natural.map(|name| in_order(&name.terms)).collect();
        let mut seen = BTreeSet::new();
        for name in fit {
            let repeats = is_inverted(&name.written) && natural.contains(&in_order(&name.terms));
            if repeats && preferred.as_ref() != Some(&name.written) {
                sorted.left_out.push((name.written, NameExclusion::Inverted));
            } else if !seen.insert(name.terms.clone()) {
                sorted.left_out.push((name.written, NameExclusion::SameWords));
            } else {
                sorted.names.push(name);
            }
        }
        sorted
    }
}

/// Whether a name may have its words in another order than people say them:
/// `Infarction, Myocardial`. A comma within a chemical name has no blank.
fn is_inverted(written: &str) -> bool {
    written.contains(", ")
}

fn in_order(terms: &[String]) -> Vec<String> {
    let mut terms = terms.to_vec();
    terms.sort_unstable();
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> (Vec<String>, Vec<(String, NameExclusion)>) {
        let sorted =
            NameAnalyzer::new().sort(names.iter().map(|name| (*name).to_owned()).collect());
        (sorted.names.into_iter().map(|name| name.written).collect(), sorted.left_out)
    }

    #[test]
    fn an_inverted_name_that_repeats_a_natural_one_is_left_out() {
        let (names, left_out) = sorted(&[
            "Fever",
            "Fever, Tea",
            "Tea Fever",
            "Fevers, Scone, Dry",
            "Leukemia, Hairy Cell",
        ]);
        assert_eq!(names, ["Fever", "Tea Fever", "Fevers, Scone, Dry", "Leukemia, Hairy Cell"]);
        assert_eq!(left_out, [("Fever, Tea".to_owned(), NameExclusion::Inverted)]);
        let (names, _) = sorted(&["Shock, Cardiogenic", "Cardiogenic Shock"]);
        assert_eq!(names.len(), 2, "the preferred one stays");
    }

    #[test]
    fn names_with_the_same_words_are_one() {
        let (names, left_out) = sorted(&["Tumor", "Tumours", "X-Ray", "X Rays"]);
        assert_eq!(names, ["Tumor", "X-Ray"]);
        assert!(left_out.iter().all(|(_, reason)| *reason == NameExclusion::SameWords));
    }

    #[test]
    fn numbers_and_formulae_are_left_out() {
        let (names, left_out) = sorted(&["17-23", "a b c d e f g h", "a b c d e f g h i", "--"]);
        assert_eq!(names, ["a b c d e f g h"]);
        assert_eq!(left_out.len(), 3);
        assert_eq!(sorted(&["x".repeat(101).as_str()]).0.len(), 0);
    }
}
