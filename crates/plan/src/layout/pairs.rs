//! Terms that say which names mean the same.
//!
//! Each pair of names is a term of [`super::IndexField::Pairs`], so that an index counts in how
//! many studies it is:
//!
//! ```text
//! <name> <kind>                        studies with that name among the pairs
//! <name> <kind> <other name>           studies that say they are the same
//! ```
//!
//! with [`SEPARATOR`] for the blanks. A name is the terms of its words, the other name is in
//! lower case as people write it. Of an abbreviation and its long form the longer one is the
//! long form, see [`is_short_form_of`].

/// Separates the words of a pair.
pub const SEPARATOR: char = '\u{1f}';

/// Where a pair comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PairKind {
    /// `InterventionName` and `InterventionOtherName`.
    Intervention,
    /// `Condition` and `ConditionMeshTerm`, where a study has one of each. A
    /// condition that is its own term counts as named, and has no pair.
    Condition,
    /// An abbreviation and its long form, as texts define it.
    Abbreviation,
    /// As [`Self::Intervention`], where a name lists several things. Such a
    /// pair is kept to be shown, and is never taken.
    Several,
}

impl PairKind {
    /// Every kind whose names may mean the same.
    pub const ALL: [Self; 3] = [Self::Intervention, Self::Condition, Self::Abbreviation];

    /// The sign that stands for it in a pair.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Intervention => 'i',
            Self::Condition => 'c',
            Self::Abbreviation => 'a',
            Self::Several => 's',
        }
    }
}

/// The beginning of the terms with pairs of a name, by its words' terms.
#[must_use]
pub fn key_of(terms: &[String]) -> String {
    terms.join(" ")
}

/// Whether one of two names that are paired as [`PairKind::Abbreviation`] is
/// the short form of the other, by the letters and digits of both.
#[must_use]
pub fn is_short_form_of(short: &str, long: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).count();
    letters(short) < letters(long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_abbreviation_and_its_long_form_the_longer_one_is_the_long_form() {
        assert!(is_short_form_of("car-t", "chimeric antigen receptor t cells"));
        assert!(!is_short_form_of("il-2 receptor", "il-2r"));
    }
}
