//! What the records themselves say is the same: an intervention and its other
//! names, a condition and the MeSH term that the registry derived from it.
//!
//! Each pair is a term of one field, so that the index itself counts in how
//! many studies it stands:
//!
//! ```text
//! <name>          <kind>               studies with that name among the pairs
//! <name> <kind> <other name>           studies that say they are the same
//! ```
//!
//! with [`SEPARATOR`] for the blanks. A name is the terms of its words, the
//! other name is in lower case as people write it.

use std::collections::BTreeSet;

use crate::study::Study;
use crate::study::values_below;
use crate::text;

/// Parts the words of a pair.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// Where a pair comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PairKind {
    /// `InterventionName` and `InterventionOtherName`.
    Intervention,
    /// `Condition` and `ConditionMeshTerm`, where a study has one of each.
    Condition,
}

impl PairKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 2] = [Self::Intervention, Self::Condition];

    /// The sign that stands for it in a pair.
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Intervention => 'i',
            Self::Condition => 'c',
        }
    }
}

/// Names of one intervention at most: longer lists are of formulations and
/// components.
const NAMES: usize = 12;

/// Words of a name at most.
const WORDS: usize = 8;

/// Bytes of a name at most.
const BYTES: usize = 100;

/// A name as it is looked up and as people write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    key: String,
    written: String,
}

/// The beginning of the terms with pairs of a name, by its words' terms.
pub(crate) fn key_of(terms: &[String]) -> String {
    terms.join(" ")
}

/// All pairs of a study, in both directions.
pub(super) fn of(study: &Study) -> BTreeSet<String> {
    let mut pairs = BTreeSet::new();
    let mut analyzer = text::parts_analyzer();
    let mut name = |written: &str| -> Option<Name> {
        let written = written.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if written.len() > BYTES || !written.contains(char::is_alphabetic) {
            return None;
        }
        let words = text::words(&mut analyzer, &written);
        let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
        let fits = (1..=WORDS).contains(&terms.len());
        fits.then(|| Name { key: key_of(&terms), written })
    };
    for intervention in study.values("Intervention") {
        let written = ["name", "otherNames"]
            .into_iter()
            .flat_map(|key| values_below(intervention, key))
            .filter_map(|value| value.as_str());
        let names: Vec<Name> = written.take(NAMES).filter_map(&mut name).collect();
        add(&mut pairs, PairKind::Intervention, &names);
    }
    let conditions = study.texts("Condition");
    let terms = study.texts("ConditionMeshTerm");
    if let ([condition], [term]) = (conditions.as_slice(), terms.as_slice()) {
        let names: Vec<Name> = [*condition, *term].into_iter().filter_map(&mut name).collect();
        add(&mut pairs, PairKind::Condition, &names);
    }
    pairs
}

/// Adds the pairs of names that are the same.
fn add(pairs: &mut BTreeSet<String>, kind: PairKind, names: &[Name]) {
    let sign = kind.sign();
    for one in names {
        for other in names.iter().filter(|other| other.key != one.key) {
            pairs.insert(format!("{}{SEPARATOR}{sign}", one.key));
            pairs.insert(format!("{}{SEPARATOR}{sign}{SEPARATOR}{}", one.key, other.written));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn study(protocol: &Value) -> Study {
        match json!({ "protocolSection": protocol }) {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn interventions_are_paired_with_their_other_names() {
        let study = study(&json!({"armsInterventionsModule": {"interventions": [
            {"name": "Pembrolizumab", "otherNames": ["MK-3475", "pembrolizumab"]},
            {"name": "Placebo"},
        ]}}));
        let pairs: Vec<String> = of(&study).into_iter().collect();
        let expected = [
            "mk 3475\u{1f}i",
            "mk 3475\u{1f}i\u{1f}pembrolizumab",
            "pembrolizumab\u{1f}i",
            "pembrolizumab\u{1f}i\u{1f}mk-3475",
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn only_a_single_condition_is_paired_with_its_term() {
        let with =
            |conditions: &Value| study(&json!({"conditionsModule": {"conditions": conditions}}));
        let mut one = with(&json!(["Heart attacks"]));
        let term = crate::study::pieces::named("ConditionMesh").expect("a piece");
        one.put(term, json!({"id": "D009203", "term": "Myocardial Infarction"}));
        assert_eq!(of(&one).len(), 4);
        let mut two = with(&json!(["Heart attacks", "Stroke"]));
        two.put(term, json!({"id": "D009203", "term": "Myocardial Infarction"}));
        assert!(of(&two).is_empty());
    }
}
