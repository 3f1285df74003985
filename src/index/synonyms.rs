//! What the records themselves say is the same: an intervention and its other
//! names, a condition and the MeSH term that the registry derived from it, an
//! abbreviation and what it stands for.
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
//! other name is in lower case as people write it. Of an abbreviation and its
//! long form the longer one is the long form, see [`is_short_form_of`].

use std::collections::BTreeSet;

use tantivy::tokenizer::TextAnalyzer;

use crate::study::markup::unescape;
use crate::study::{Study, values_below};
use crate::text;
use crate::text::abbreviations::{Definition, definitions, without_brackets};

/// Parts the words of a pair.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// Where a pair comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PairKind {
    /// `InterventionName` and `InterventionOtherName`.
    Intervention,
    /// `Condition` and `ConditionMeshTerm`, where a study has one of each.
    Condition,
    /// What [`DEFINING`] define.
    Abbreviation,
}

impl PairKind {
    /// The kinds whose names mean the same wherever they stand. An
    /// abbreviation has many senses.
    pub(crate) const SYNONYMS: [Self; 2] = [Self::Intervention, Self::Condition];

    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::Intervention, Self::Condition, Self::Abbreviation];

    /// The sign that stands for it in a pair.
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Intervention => 'i',
            Self::Condition => 'c',
            Self::Abbreviation => 'a',
        }
    }
}

/// The pieces whose texts define abbreviations. Results repeat what the
/// protocol says.
const DEFINING: [&str; 19] = [
    "BriefTitle",
    "OfficialTitle",
    "BriefSummary",
    "DetailedDescription",
    "Condition",
    "Keyword",
    "ArmGroupLabel",
    "ArmGroupDescription",
    "InterventionName",
    "InterventionDescription",
    "InterventionOtherName",
    "PrimaryOutcomeMeasure",
    "PrimaryOutcomeDescription",
    "SecondaryOutcomeMeasure",
    "SecondaryOutcomeDescription",
    "OtherOutcomeMeasure",
    "OtherOutcomeDescription",
    "EligibilityCriteria",
    "StudyPopulation",
];

/// Names of one intervention at most: longer lists are of formulations and
/// components.
const NAMES: usize = 12;

/// Words of a name at most.
const WORDS: usize = 8;

/// Words of the long form of an abbreviation at most.
const LONG_FORM_WORDS: usize = 15;

/// Bytes of a name at most.
const BYTES: usize = 100;

/// Abbreviations of one study at most: hostile records may define any number.
const DEFINITIONS: usize = 1000;

/// A name as it is looked up and as people write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    key: String,
    written: String,
}

impl Name {
    /// A name of that many words at most.
    fn new(analyzer: &mut TextAnalyzer, written: &str, most: usize) -> Option<Self> {
        let written = written.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if written.len() > BYTES || !written.contains(char::is_alphabetic) {
            return None;
        }
        let words = text::words(analyzer, &written);
        let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
        let fits = (1..=most).contains(&terms.len());
        fits.then(|| Self { key: key_of(&terms), written })
    }
}

/// The beginning of the terms with pairs of a name, by its words' terms.
pub(crate) fn key_of(terms: &[String]) -> String {
    terms.join(" ")
}

/// Whether one of two names that are paired as [`PairKind::Abbreviation`] is
/// the short form of the other, by the letters and digits of both.
pub(crate) fn is_short_form_of(short: &str, long: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).count();
    letters(short) < letters(long)
}

/// All pairs of a study, in both directions.
pub(super) fn of(study: &Study) -> BTreeSet<String> {
    let mut pairs = BTreeSet::new();
    let mut analyzer = text::parts_analyzer();
    for intervention in study.values("Intervention") {
        let written = ["name", "otherNames"]
            .into_iter()
            .flat_map(|key| values_below(intervention, key))
            .filter_map(|value| value.as_str());
        let names = written.take(NAMES).filter_map(|name| Name::new(&mut analyzer, name, WORDS));
        add(&mut pairs, PairKind::Intervention, &names.collect::<Vec<_>>());
    }
    let conditions = study.texts("Condition");
    let terms = study.texts("ConditionMeshTerm");
    if let ([condition], [term]) = (conditions.as_slice(), terms.as_slice()) {
        let names = [*condition, *term];
        let names = names.into_iter().filter_map(|name| Name::new(&mut analyzer, name, WORDS));
        add(&mut pairs, PairKind::Condition, &names.collect::<Vec<_>>());
    }
    for Definition { short, long } in defined(study) {
        let long = unescape(long);
        let short = Name::new(&mut analyzer, short, WORDS);
        let long = Name::new(&mut analyzer, &without_brackets(&long), LONG_FORM_WORDS);
        if let (Some(short), Some(long)) = (short, long) {
            add(&mut pairs, PairKind::Abbreviation, &[short, long]);
        }
    }
    pairs
}

/// The definitions of a study, each once.
fn defined(study: &Study) -> BTreeSet<Definition<'_>> {
    let texts = DEFINING.into_iter().flat_map(|piece| study.texts(piece));
    texts.flat_map(definitions).take(DEFINITIONS).collect()
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

    #[test]
    fn abbreviations_are_paired_with_what_they_stand_for() {
        let study = study(&json!({
            "identificationModule": {"briefTitle": "Mesenchymal Stem Cells (MSCs) in Lupus"},
            "descriptionModule": {
                "briefSummary":
                    "Mesenchymal stem\n   cells \\(MSCs\\), interleukin (IL)-2 receptor (IL-2R).",
            },
            "armsInterventionsModule": {"interventions": [
                {"name": "Chimeric antigen receptor T cells (CAR-T)"},
            ]},
        }));
        let pairs: Vec<String> = of(&study).into_iter().collect();
        let expected = [
            "car t\u{1f}a",
            "car t\u{1f}a\u{1f}chimeric antigen receptor t cells",
            "chimeric antigen receptor t cell\u{1f}a",
            "chimeric antigen receptor t cell\u{1f}a\u{1f}car-t",
            "il\u{1f}a",
            "il\u{1f}a\u{1f}interleukin",
            "il 2 r\u{1f}a",
            "il 2 r\u{1f}a\u{1f}interleukin-2 receptor",
            "interleukin\u{1f}a",
            "interleukin\u{1f}a\u{1f}il",
            "interleukin 2 receptor\u{1f}a",
            "interleukin 2 receptor\u{1f}a\u{1f}il-2r",
            "mesenchymal stem cell\u{1f}a",
            "mesenchymal stem cell\u{1f}a\u{1f}mscs",
            "msc\u{1f}a",
            "msc\u{1f}a\u{1f}mesenchymal stem cells",
        ];
        assert_eq!(pairs, expected);
        assert!(is_short_form_of("car-t", "chimeric antigen receptor t cells"));
        assert!(!is_short_form_of("il-2 receptor", "il-2r"));
    }

    #[test]
    fn results_and_sites_define_nothing() {
        let mut study = study(&json!({"contactsLocationsModule": {"locations": [
            {"facility": "Oslo University Hospital (OUH)"},
        ]}}));
        let title =
            crate::study::pieces::named("LimitationsAndCaveatsDescription").expect("a piece");
        study.put(title, json!("few overall survival (OS) events"));
        assert!(of(&study).is_empty());
    }
}
