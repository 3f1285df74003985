//! Names that the records themselves treat as the same: an intervention and its
//! other names, a condition and the MeSH term that the registry derived from
//! it, an abbreviation and its long form.
//!
//! Each pair is a term of one field; [`trialdex_plan::layout::pairs`] has its
//! form.

use std::collections::BTreeSet;

use tantivy::tokenizer::TextAnalyzer;

use trialdex_plan::layout::pairs::{PairKind, SEPARATOR, key_of};
use trialdex_records::study::markup::unescape;
use trialdex_records::study::{Study, values_below};
use trialdex_text as text;
use trialdex_text::abbreviations::{AbbreviationDefinition, definitions, without_brackets};

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

/// Words that part the things of a list.
const LISTING: [&str; 7] = ["and", "or", "plus", "vs", "versus", "with", "without"];

/// Signs that do.
const LISTING_SIGNS: [char; 5] = ['+', '&', ';', '/', '|'];

/// Units of doses, as words of the index.
#[rustfmt::skip]
const UNITS: [&str; 16] = [
    "cgy", "cc", "g", "gy", "hour", "iu", "kg", "l", "mcg", "mg", "min", "minute", "ml", "mmol", "ug", "unit",
];

/// Abbreviations of one study at most: hostile records may define any number.
const DEFINITIONS: usize = 1000;

/// A name as it is looked up and as people write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RecordName {
    key: String,
    written: String,
}

impl RecordName {
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

    /// Whether it is short enough for a name, and says nothing of a dose
    /// (`udenafil 50 mg`).
    fn is_short(&self) -> bool {
        let words: Vec<&str> = self.key.split(' ').collect();
        let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let has_dose = words.windows(2).any(|pair| is_number(pair[0]) && UNITS.contains(&pair[1]));
        words.len() <= WORDS && !has_dose && !self.written.contains('%')
    }

    /// Whether it lists several things (`carboplatin and paclitaxel`). Names
    /// in another order (`therapy, radiation`) are taken for lists, too.
    fn lists_several(&self) -> bool {
        self.written.contains(LISTING_SIGNS)
            || self.written.contains(", ")
            || self.written.split(' ').any(|word| LISTING.contains(&word))
    }
}

/// All pairs of a study, in both directions.
pub(in crate::index) fn of(study: &Study) -> BTreeSet<String> {
    let mut pairs = BTreeSet::new();
    let mut analyzer = text::parts_analyzer();
    for intervention in study.values("Intervention") {
        let mut names = |key| -> Vec<RecordName> {
            let written = values_below(intervention, key).into_iter();
            let written = written.filter_map(|value| value.as_str()).take(NAMES);
            let names = written.filter_map(|name| RecordName::new(&mut analyzer, name, usize::MAX));
            names.collect()
        };
        let (own, others) = (names("name"), names("otherNames"));
        add_intervention(&mut pairs, &own, others);
    }
    let conditions = study.texts("Condition");
    let terms = study.texts("ConditionMeshTerm");
    if let ([condition], [term]) = (conditions.as_slice(), terms.as_slice()) {
        let names = [*condition, *term];
        let names =
            names.into_iter().filter_map(|name| RecordName::new(&mut analyzer, name, WORDS));
        add_condition(&mut pairs, &names.collect::<Vec<_>>());
    }
    for AbbreviationDefinition { short, long } in defined(study) {
        let long = unescape(long);
        let short = RecordName::new(&mut analyzer, short, WORDS);
        let long = RecordName::new(&mut analyzer, &without_brackets(&long), LONG_FORM_WORDS);
        if let (Some(short), Some(long)) = (short, long) {
            add(&mut pairs, PairKind::Abbreviation, &[short, long]);
        }
    }
    pairs
}

/// Adds the names of one intervention. One of several things has other names
/// for some of them, which are not the same as one another.
fn add_intervention(pairs: &mut BTreeSet<String>, own: &[RecordName], mut others: Vec<RecordName>) {
    let lists = own.iter().any(RecordName::lists_several);
    let own: Vec<RecordName> = own.iter().filter(|name| name.is_short()).cloned().collect();
    others.retain(RecordName::is_short);
    others.truncate(NAMES - 1);
    let (several, single): (Vec<RecordName>, Vec<RecordName>) =
        others.into_iter().partition(|name| lists || name.lists_several());
    for other in several {
        add(pairs, PairKind::Several, &[own.as_slice(), &[other]].concat());
    }
    if !lists {
        add(pairs, PairKind::Intervention, &[own, single].concat());
    }
}

/// Adds a condition and its term.
fn add_condition(pairs: &mut BTreeSet<String>, names: &[RecordName]) {
    let kind = PairKind::Condition;
    match names {
        [condition, term] if condition.key == term.key => {
            pairs.insert(format!("{}{SEPARATOR}{}", term.key, kind.sign()));
        }
        names => add(pairs, kind, names),
    }
}

/// The definitions of a study, each once.
fn defined(study: &Study) -> BTreeSet<AbbreviationDefinition<'_>> {
    let texts = DEFINING.into_iter().flat_map(|piece| study.texts(piece));
    texts.flat_map(definitions).take(DEFINITIONS).collect()
}

/// Adds the pairs of names that are the same.
fn add(pairs: &mut BTreeSet<String>, kind: PairKind, names: &[RecordName]) {
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
    fn what_names_of_several_things_pair_is_kept_apart() {
        let study = study(&json!({"armsInterventionsModule": {"interventions": [
            {"name": "Tea and scones", "otherNames": ["Darjeeling", "Bakewell"]},
            {"name": "Tea", "otherNames": ["Chai", "Milk, sugar", "Tea 5 mg", "Tea 2%"]},
        ]}}));
        let pairs: Vec<String> =
            of(&study).into_iter().filter(|pair| pair.matches(SEPARATOR).count() == 2).collect();
        let expected = [
            "bakewell\u{1f}s\u{1f}tea and scones",
            "chai\u{1f}i\u{1f}tea",
            "darjeeling\u{1f}s\u{1f}tea and scones",
            "milk sugar\u{1f}s\u{1f}tea",
            "tea\u{1f}i\u{1f}chai",
            "tea\u{1f}s\u{1f}milk, sugar",
            "tea and scone\u{1f}s\u{1f}bakewell",
            "tea and scone\u{1f}s\u{1f}darjeeling",
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_condition_that_is_its_own_term_is_named() {
        let mut study = study(&json!({"conditionsModule": {"conditions": ["Obesity"]}}));
        let term = trialdex_records::study::pieces::named("ConditionMesh").expect("a piece");
        study.put(term, json!({"id": "D009765", "term": "Obesity"}));
        assert_eq!(of(&study).into_iter().collect::<Vec<_>>(), ["obesity\u{1f}c"]);
    }

    #[test]
    fn only_a_single_condition_is_paired_with_its_term() {
        let with =
            |conditions: &Value| study(&json!({"conditionsModule": {"conditions": conditions}}));
        let mut one = with(&json!(["Heart attacks"]));
        let term = trialdex_records::study::pieces::named("ConditionMesh").expect("a piece");
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
    }

    #[test]
    fn results_and_sites_define_nothing() {
        let mut study = study(&json!({"contactsLocationsModule": {"locations": [
            {"facility": "Oslo University Hospital (OUH)"},
        ]}}));
        let title = trialdex_records::study::pieces::named("LimitationsAndCaveatsDescription")
            .expect("a piece");
        study.put(title, json!("few overall survival (OS) events"));
        assert!(of(&study).is_empty());
    }
}
