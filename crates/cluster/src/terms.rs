//! The terms of a field with the studies that have them: the engine keeps no list of terms that
//! can be asked for, so a version has one beside it.

use std::collections::BTreeMap;

use trialdex_engine::index::CountedTerm;
use trialdex_plan::{LookUpCost, TermRange};
use trialdex_text::BOUNDARY;
use trialdex_text::indexed_words::{term_of_asked, word_and_surface, written_otherwise};

/// The terms of a field, in their order.
#[derive(Debug, Default)]
pub(crate) struct FieldTerms {
    all: Vec<CountedTerm>,
    /// They say how words are written.
    by_surface: bool,
}

impl FieldTerms {
    pub(crate) fn new(mut all: Vec<CountedTerm>, by_surface: bool) -> Self {
        all.sort_unstable_by(|one, other| one.term.cmp(&other.term));
        Self { all, by_surface }
    }

    fn from(&self, first: &str) -> &[CountedTerm] {
        &self.all[self.all.partition_point(|counted| counted.term.as_str() < first)..]
    }

    fn beginning(&self, beginning: &str) -> &[CountedTerm] {
        let from = self.from(beginning);
        &from[..from.partition_point(|counted| counted.term.starts_with(beginning))]
    }

    fn exactly(&self, term: &str) -> Option<&CountedTerm> {
        self.from(term).first().filter(|counted| counted.term == term)
    }

    /// The lists that an index in a directory has of a word.
    fn lists(&self, word: &str) -> Vec<&CountedTerm> {
        if !self.by_surface {
            return self.exactly(word).into_iter().collect();
        }
        if let Some(exactly) = term_of_asked(word) {
            return self.exactly(exactly).into_iter().collect();
        }
        let otherwise = written_otherwise(word);
        self.exactly(word).into_iter().chain(self.beginning(&otherwise)).collect()
    }

    /// Studies with a word, or with a word as it is written.
    pub(crate) fn studies(&self, word: &str) -> u64 {
        match self.lists(word).as_slice() {
            [] => 0,
            [only] => only.studies,
            [first, ..] => first.of_word,
        }
    }

    /// What it takes to find words.
    pub(crate) fn cost(&self, words: &[&str], studies: u64) -> LookUpCost {
        let mut cost = LookUpCost { studies, ..LookUpCost::default() };
        for word in words {
            let lists = self.lists(word);
            cost.terms += u64::from(!lists.is_empty());
            cost.entries += lists.iter().map(|counted| counted.studies).sum::<u64>();
        }
        cost
    }

    pub(crate) fn has_beginning(&self, beginning: &str) -> bool {
        !self.beginning(beginning).is_empty()
    }

    /// All terms that begin so.
    pub(crate) fn with_beginning(&self, beginning: &str) -> &[CountedTerm] {
        self.beginning(beginning)
    }

    fn range<'a>(&'a self, range: TermRange<'a>) -> Box<dyn Iterator<Item = &'a CountedTerm> + 'a> {
        match range {
            TermRange::All => Box::new(self.all.iter()),
            TermRange::Beginning(beginning) => Box::new(self.beginning(beginning).iter()),
            TermRange::BeyondAscii => Box::new(self.from("\u{80}").iter()),
            TermRange::Similar(word, most) => {
                let word: Vec<char> = word.chars().collect();
                Box::new(self.all.iter().filter(move |counted| {
                    is_similar(&word, word_and_surface(&counted.term).0, usize::from(most))
                }))
            }
        }
    }

    /// The words of a range that are accepted, with the studies that have them.
    pub(crate) fn words(
        &self,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> BTreeMap<String, u64> {
        let mut found = BTreeMap::new();
        for counted in self.range(range) {
            let word =
                if self.by_surface { word_and_surface(&counted.term).0 } else { &counted.term };
            if !found.contains_key(word) && accept(word) {
                found.insert(word.to_owned(), counted.of_word);
            }
        }
        found
    }

    /// The same by how the words are written.
    pub(crate) fn surfaces(
        &self,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> BTreeMap<String, u64> {
        let mut found = BTreeMap::new();
        for counted in self.range(range) {
            let term = counted.term.as_str();
            let surface = if self.by_surface { word_and_surface(term).1 } else { Some(term) };
            let Some(surface) = surface.filter(|it| *it != BOUNDARY && accept(it)) else {
                continue;
            };
            *found.entry(surface.to_owned()).or_default() += counted.studies;
        }
        found
    }

    /// The commonest of the terms that begin so, of several the first one.
    pub(crate) fn commonest(&self, beginning: &str) -> Option<(String, u64)> {
        let mut best: Option<&CountedTerm> = None;
        for counted in self.beginning(beginning) {
            if best.is_none_or(|best| counted.studies > best.studies) {
                best = Some(counted);
            }
        }
        best.map(|best| (best.term.clone(), best.studies))
    }
}

/// Whether a word differs by so many letters at most, added, left out, replaced or swapped with
/// the next one (the restricted distance of Damerau and Levenshtein).
fn is_similar(word: &[char], other: &str, most: usize) -> bool {
    let other: Vec<char> = other.chars().collect();
    if word.len().abs_diff(other.len()) > most {
        return false;
    }
    let mut two_before: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in word.iter().enumerate() {
        let mut now = vec![row + 1; other.len() + 1];
        for (column, with) in other.iter().enumerate() {
            let replaced = before[column] + usize::from(letter != with);
            let mut least = replaced.min(before[column + 1] + 1).min(now[column] + 1);
            let swapped =
                row > 0 && column > 0 && *letter == other[column - 1] && word[row - 1] == *with;
            if swapped {
                least = least.min(two_before[column - 1] + 1);
            }
            now[column + 1] = least;
        }
        if now.iter().all(|distance| *distance > most) {
            return false;
        }
        two_before = std::mem::replace(&mut before, now);
    }
    before[other.len()] <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> FieldTerms {
        let counted =
            |term: &str, studies, of_word| CountedTerm { term: term.to_owned(), studies, of_word };
        let all = [
            counted("cell", 3, 5),
            counted("cell\u{1}", 1, 5),
            counted("cell\u{1}Cells", 4, 5),
            counted("cellar", 2, 2),
            counted("xells\u{1}CELLS", 7, 7),
            counted("ß", 1, 1),
        ];
        FieldTerms::new(all.to_vec(), true)
    }

    #[test]
    fn a_word_has_all_the_ways_in_which_it_is_written() {
        let terms = terms();
        assert_eq!(terms.studies("cell"), 5);
        assert_eq!(terms.studies("cell\u{1}Cells"), 4);
        assert_eq!(terms.studies("cell\u{1}cell"), 3);
        assert_eq!((terms.studies("xells"), terms.studies("none")), (7, 0));
        let cost = terms.cost(&["cell", "none"], 9);
        assert_eq!(cost, LookUpCost { terms: 1, entries: 8, studies: 9 });
        let words = terms.words(TermRange::Beginning("cel"), &|_| true);
        assert_eq!(words, BTreeMap::from([("cell".to_owned(), 5), ("cellar".to_owned(), 2)]));
        let surfaces = terms.surfaces(TermRange::All, &|surface| surface != "cellar");
        let expected = [("cell", 3), ("Cells", 4), ("CELLS", 7), ("ß", 1)];
        let expected = expected.map(|(surface, studies)| (surface.to_owned(), studies));
        assert_eq!(surfaces, BTreeMap::from(expected));
        assert_eq!(terms.words(TermRange::BeyondAscii, &|_| true).len(), 1);
        assert!(terms.has_beginning("xe") && !terms.has_beginning("y"));
        assert_eq!(terms.commonest("cell"), Some(("cell\u{1}Cells".to_owned(), 4)));
    }

    #[test]
    fn letters_are_added_left_out_replaced_or_swapped() {
        let similar =
            |one: &str, other, most| is_similar(&one.chars().collect::<Vec<_>>(), other, most);
        assert!(similar("anemia", "anemia", 0) && !similar("anemia", "anemias", 0));
        for other in ["nemia", "anaemia", "anexia", "anmeia"] {
            assert!(similar("anemia", other, 1), "{other}");
        }
        assert!(!similar("anemia", "anmeai", 1) && similar("anemia", "anmeai", 2));
        assert!(!similar("ca", "abc", 2), "what is swapped is not changed again");
    }
}
