//! Reasons that mean the same in other words.

use std::collections::BTreeSet;

/// Words that say only that something does not fit, or whose it is.
#[rustfmt::skip]
const FILLERS: [&str; 20] = [
    "wrong", "incorrect", "ineligible", "inappropriate", "unsuitable", "inadequate", "not", "of",
    "the", "a", "an", "another", "study", "studies", "trial", "is", "eligible", "reason", "in",
    "type",
];

/// Different words for one element of a question.
const SAME: [(&str, &str); 8] = [
    ("patient", "population"),
    ("participant", "population"),
    ("subject", "population"),
    ("people", "population"),
    ("comparison", "comparator"),
    ("control", "comparator"),
    ("duplication", "duplicate"),
    ("duplicated", "duplicate"),
];

/// Whether a reason means the same as a known one: `Wrong patient population`
/// and `Wrong population`.
pub(super) fn means_the_same(wording: &str, known: &str, key: &str) -> bool {
    let core = core(wording);
    !core.is_empty() && (core == self::core(known) || core == self::core(key))
}

/// What a reason is about.
fn core(wording: &str) -> BTreeSet<String> {
    let lower = wording.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !FILLERS.contains(word));
    words.map(|word| same(word.strip_suffix('s').unwrap_or(word))).collect()
}

fn same(word: &str) -> String {
    let found = SAME.iter().find(|(other, _)| *other == word);
    found.map_or(word, |(_, one)| one).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_compared_by_what_they_are_about() {
        for (one, other) in [
            ("Wrong patient population", "Wrong population"),
            ("Wrong outcomes", "Wrong outcome"),
            ("Ineligible participants", "Wrong population"),
            ("Wrong design", "Wrong study design"),
            ("Duplicate study", "Duplicate of another study"),
        ] {
            assert!(means_the_same(one, other, ""), "{one}");
        }
        for (one, other) in [
            ("Paediatric population", "Wrong population"),
            ("Wrong dose", "Wrong intervention"),
            ("Wrong", "Wrong study"),
        ] {
            assert!(!means_the_same(one, other, ""), "{one}");
        }
    }
}
