//! Products of the Cochrane Library, which limit a search behind `in`: `gout in
//! Trials and Reviews`. A record is of none of them.

use crate::Span;
use crate::word_list::WordList;

/// Their names (in small letters), the longer ones before those that they
/// begin with.
const PRODUCTS: WordList = WordList(
    "cochrane central register of controlled trials (central)|\
     cochrane central register of controlled trials|\
     cochrane database of systematic reviews (cdsr)|cochrane database of systematic reviews|\
     database of abstracts of reviews of effects|cochrane reviews (reviews and protocols)|\
     cochrane reviews (reviews only)|cochrane reviews (protocols only)|\
     cochrane methodology register|health technology assessment database|\
     nhs economic evaluation database|cochrane clinical answers|cochrane reviews|\
     cochrane protocols|cochrane groups|cochrane library|technology assessments|\
     economic evaluations|special collections|methods studies|clinical answers|other reviews|\
     all products|editorials|supplements|protocols|central|reviews|trials|cdsr|dare|hta|\
     nhs eed|cmr",
);

/// Words and signs between them.
const BETWEEN: [&str; 7] = [", and ", ", or ", " and ", " or ", ", ", " & ", "; "];

/// The bytes of `in` and the products behind it that a text (in small letters)
/// begins with, with the blanks and signs that follow.
pub(super) fn list(small: &str) -> Option<usize> {
    let rest = small.strip_prefix("in ")?;
    let mut rest = &rest[product(rest)?..];
    while let Some(after) = BETWEEN.iter().find_map(|sign| rest.strip_prefix(sign)) {
        let Some(length) = product(after) else { break };
        rest = &after[length..];
    }
    let rest = rest.trim_start_matches([' ', ',', ')', '.']);
    Some(small.len() - rest.len())
}

fn product(rest: &str) -> Option<usize> {
    let begins = |name: &&str| {
        let after = rest.strip_prefix(*name);
        after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
    };
    PRODUCTS.iter().find(begins).map(|name| name.len())
}

/// The places of such lists in a text.
pub(super) fn all(small: &str) -> impl Iterator<Item = Span> {
    let places = small.match_indices(" in ").map(|(at, _)| at + 1);
    let first = small.starts_with("in ").then_some(0);
    let places = first.into_iter().chain(places);
    places.filter_map(|at| Some(at..at + list(&small[at..])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_told_from_words() {
        for whole in [
            "in trials",
            "in trials and reviews",
            "in cochrane reviews (reviews and protocols), other reviews and trials ",
            "in cochrane reviews, cochrane protocols, trials, clinical answers",
            "in cochrane central register of controlled trials (central)",
        ] {
            assert_eq!(list(whole), Some(whole.len()), "{whole}");
        }
        for words in ["in trialists", "in children", "in trial", "trials"] {
            assert_eq!(list(words), None, "{words}");
        }
        assert_eq!(list("in trials of gout"), Some("in trials ".len()));
    }
}
