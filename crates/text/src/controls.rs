//! Names of comparators, which name no treatment.

/// Words of such names, in the form that they have in the index.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "blank", "comparator", "control", "dummy", "placebo", "plcb", "saline", "sham", "untreated", "vehicle",
];

/// Whole names, and runs of words in them.
#[rustfmt::skip]
const RUNS: &[&[&str]] = &[
    &["active", "comparator"], &["as", "usual"], &["best", "practice"], &["best", "supportive", "care"],
    &["conventional", "care"], &["conventional", "therapy"], &["conventional", "treatment"], &["no", "drug"],
    &["no", "intervention"], &["no", "other", "name"], &["no", "therapy"], &["no", "treatment"],
    &["not", "applicable"], &["routine", "care"], &["routine", "treatment"], &["standard", "care"],
    &["standard", "of", "care"], &["standard", "practice"], &["standard", "therapy"],
    &["standard", "treatment"], &["sugar", "pill"], &["supportive", "care"], &["usual", "care"],
    &["usual", "treatment"], &["wait", "list"], &["waiting", "list"],
];

/// Names that say nothing but that there is none.
const NAMELESS: &[&[&str]] =
    &[&["n", "a"], &["na"], &["nil"], &["none"], &["observation"], &["other"], &["water"]];

/// Whether a name, given by its words' terms, is of a control, of usual care,
/// or of nothing.
#[must_use]
pub fn is_control(terms: &[String]) -> bool {
    let same = |part: &[String], run: &[&str]| part.iter().eq(run.iter());
    terms.iter().any(|term| WORDS.contains(&term.as_str()))
        || RUNS.iter().any(|run| terms.windows(run.len()).any(|part| same(part, run)))
        || NAMELESS.iter().any(|run| same(terms, run))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parts_analyzer, words};

    fn terms(text: &str) -> Vec<String> {
        words(&mut parts_analyzer(), text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn controls_are_told_from_treatments() {
        for name in [
            "Placebos",
            "placebo tablets",
            "Normal saline",
            "Sham acupuncture",
            "No treatment",
            "active comparator",
            "Usual Care",
            "standard-of-care",
            "treatment as usual",
            "N/A",
            "waiting list",
            "None",
            "no other names",
        ] {
            assert!(is_control(&terms(name)), "{name}");
        }
        for name in ["pembrolizumab", "water exercise", "care bundle", "oral insulin"] {
            assert!(!is_control(&terms(name)), "{name}");
        }
    }

    #[test]
    fn the_lists_are_in_the_form_of_the_index() {
        for run in WORDS.iter().map(std::slice::from_ref).chain(RUNS.iter().copied()) {
            assert_eq!(terms(&run.join(" ")), run, "{run:?}");
        }
    }
}
