//! The terms of a field with the studies that have them: the engine keeps no list of terms that
//! can be asked for, so a version has one beside it, in parts.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::ClusterError;
use crate::term_parts::{KnownTerm, TermPart};
use trialdex_plan::{LookUpCost, TermRange};
use trialdex_text::BOUNDARY;
use trialdex_text::indexed_words::{term_of_asked, word_and_surface, written_otherwise};

/// Whether more terms are wanted.
type More = ControlFlow<()>;

/// The terms of a field, in their order. A part of them is read when it is asked for.
pub(crate) struct FieldTerms<'a> {
    /// The first term of each part.
    pub(crate) firsts: Arc<Vec<String>>,
    /// They say how words are written.
    pub(crate) by_surface: bool,
    /// Reads a part.
    pub(crate) part: Box<dyn Fn(usize) -> Result<Arc<TermPart>, ClusterError> + 'a>,
}

impl FieldTerms<'_> {
    /// Gives terms from one on, until no more are wanted.
    fn from(
        &self,
        first: &str,
        visit: &mut dyn FnMut(KnownTerm<'_>) -> More,
    ) -> Result<(), ClusterError> {
        let after = self.firsts.partition_point(|begins| begins.as_str() <= first);
        for at in after.saturating_sub(1)..self.firsts.len() {
            let part = (self.part)(at)?;
            if part.from(first).try_for_each(&mut *visit).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Gives all terms that begin so.
    pub(crate) fn beginning(
        &self,
        beginning: &str,
        visit: &mut dyn FnMut(KnownTerm<'_>),
    ) -> Result<(), ClusterError> {
        self.from(beginning, &mut |known| {
            if !known.term.starts_with(beginning) {
                return More::Break(());
            }
            visit(known);
            More::Continue(())
        })
    }

    /// The lists that an index in a directory has of a word: studies in each, and in all.
    fn lists(&self, word: &str) -> Result<Vec<(u64, u64)>, ClusterError> {
        let mut lists = Vec::new();
        let exactly = |term: &str, lists: &mut Vec<(u64, u64)>| {
            self.from(term, &mut |known| {
                lists.extend((known.term == term).then_some((known.studies, known.of_word)));
                More::Break(())
            })
        };
        if !self.by_surface {
            exactly(word, &mut lists)?;
            return Ok(lists);
        }
        if let Some(asked) = term_of_asked(word) {
            exactly(asked, &mut lists)?;
            return Ok(lists);
        }
        exactly(word, &mut lists)?;
        self.beginning(&written_otherwise(word), &mut |known| {
            lists.push((known.studies, known.of_word));
        })?;
        Ok(lists)
    }

    /// Studies with a word, or with a word as it is written.
    pub(crate) fn studies(&self, word: &str) -> Result<u64, ClusterError> {
        Ok(match self.lists(word)?.as_slice() {
            [] => 0,
            [(studies, _)] => *studies,
            [(_, of_word), ..] => *of_word,
        })
    }

    /// What it takes to find words.
    pub(crate) fn cost(&self, words: &[&str], studies: u64) -> Result<LookUpCost, ClusterError> {
        let mut cost = LookUpCost { studies, ..LookUpCost::default() };
        for word in words {
            let lists = self.lists(word)?;
            cost.terms += u64::from(!lists.is_empty());
            cost.entries += lists.iter().map(|(studies, _)| studies).sum::<u64>();
        }
        Ok(cost)
    }

    pub(crate) fn has_beginning(&self, beginning: &str) -> Result<bool, ClusterError> {
        let mut has = false;
        self.from(beginning, &mut |known| {
            has = known.term.starts_with(beginning);
            More::Break(())
        })?;
        Ok(has)
    }

    fn range(
        &self,
        range: TermRange<'_>,
        visit: &mut dyn FnMut(KnownTerm<'_>),
    ) -> Result<(), ClusterError> {
        match range {
            TermRange::All => self.beginning("", visit),
            TermRange::Beginning(beginning) => self.beginning(beginning, visit),
            TermRange::BeyondAscii => self.from("\u{80}", &mut |known| {
                visit(known);
                More::Continue(())
            }),
            TermRange::Similar(word, most) => {
                let word: Vec<char> = word.chars().collect();
                self.beginning("", &mut |known| {
                    if is_similar(&word, word_and_surface(known.term).0, usize::from(most)) {
                        visit(known);
                    }
                })
            }
        }
    }

    /// The words of a range that are accepted, with the studies that have them.
    pub(crate) fn words(
        &self,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, u64>, ClusterError> {
        let mut found = BTreeMap::new();
        self.range(range, &mut |known| {
            let word = if self.by_surface { word_and_surface(known.term).0 } else { known.term };
            if !found.contains_key(word) && accept(word) {
                found.insert(word.to_owned(), known.of_word);
            }
        })?;
        Ok(found)
    }

    /// The same by how the words are written.
    pub(crate) fn surfaces(
        &self,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, u64>, ClusterError> {
        let mut found = BTreeMap::new();
        self.range(range, &mut |known| {
            let term = known.term;
            let surface = if self.by_surface { word_and_surface(term).1 } else { Some(term) };
            if let Some(surface) = surface.filter(|it| *it != BOUNDARY && accept(it)) {
                *found.entry(surface.to_owned()).or_default() += known.studies;
            }
        })?;
        Ok(found)
    }

    /// The commonest of the terms that begin so, of several the first one.
    pub(crate) fn commonest(&self, beginning: &str) -> Result<Option<(String, u64)>, ClusterError> {
        let mut best: Option<(String, u64)> = None;
        self.beginning(beginning, &mut |known| {
            if best.as_ref().is_none_or(|(_, studies)| known.studies > *studies) {
                best = Some((known.term.to_owned(), known.studies));
            }
        })?;
        Ok(best)
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

    /// Terms in parts of so many.
    fn terms(together: usize) -> FieldTerms<'static> {
        let all = [
            ("cell", 3, 5),
            ("cell\u{1}", 1, 5),
            ("cell\u{1}Cells", 4, 5),
            ("cellar", 2, 2),
            ("xells\u{1}CELLS", 7, 7),
            ("ß", 1, 1),
        ];
        let parts: Vec<Arc<TermPart>> =
            all.chunks(together).map(|part| Arc::new(part.iter().copied().collect())).collect();
        let firsts = all.chunks(together).map(|part| part[0].0.to_owned()).collect();
        let part = Box::new(move |at: usize| Ok(parts[at].clone()));
        FieldTerms { firsts: Arc::new(firsts), by_surface: true, part }
    }

    #[test]
    fn a_word_has_all_the_ways_in_which_it_is_written() {
        [1, 2, 3, 10].into_iter().for_each(|together| holds(&terms(together)));
        let none = FieldTerms { firsts: Arc::default(), ..terms(1) };
        assert_eq!(none.studies("cell").expect("no fault"), 0);
    }

    fn holds(terms: &FieldTerms<'_>) {
        let studies = |word| terms.studies(word).expect("studies");
        assert_eq!(
            (studies("cell"), studies("cell\u{1}Cells"), studies("cell\u{1}cell")),
            (5, 4, 3)
        );
        assert_eq!((studies("xells"), studies("none"), studies("a")), (7, 0, 0));
        let cost = terms.cost(&["cell", "none"], 9).expect("a cost");
        assert_eq!(cost, LookUpCost { terms: 1, entries: 8, studies: 9 });
        let words = terms.words(TermRange::Beginning("cel"), &|_| true).expect("words");
        assert_eq!(words, BTreeMap::from([("cell".to_owned(), 5), ("cellar".to_owned(), 2)]));
        let surfaces = terms.surfaces(TermRange::All, &|surface| surface != "cellar");
        let surfaces = surfaces.expect("surfaces");
        let expected = [("cell", 3), ("Cells", 4), ("CELLS", 7), ("ß", 1)];
        let expected = expected.map(|(surface, studies)| (surface.to_owned(), studies));
        assert_eq!(surfaces, BTreeMap::from(expected));
        assert_eq!(terms.words(TermRange::BeyondAscii, &|_| true).expect("words").len(), 1);
        let has = |beginning| terms.has_beginning(beginning).expect("an answer");
        assert!(has("xe") && has("c") && !has("y"));
        let commonest = terms.commonest("cell").expect("an answer");
        assert_eq!(commonest, Some(("cell\u{1}Cells".to_owned(), 4)));
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
