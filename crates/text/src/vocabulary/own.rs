//! Reads the user's own list of synonyms.
//!
//! ```text
//! # What our protocols call it
//! heart attack = myocardial infarction = MI
//! tumor board => multidisciplinary meeting
//! ```
//!
//! A line with `=` is a set of names that mean the same. A line with `=>` is
//! one direction only: who looks for the left one also finds the right one,
//! or the right ones where several are there with `=` between. `#` begins a
//! remark, at the start of a line or after a blank. A name in two sets has
//! the names of both; these do not mean the same for that.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::ConceptName;
use super::names::NameAnalyzer;

/// Names in a line at most: a search uses a dozen of them.
const MOST: usize = 100;

/// A line that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct VocabularyLineError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// Another name, and the line that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnName {
    /// The name.
    pub name: ConceptName,
    /// Number of the line, from 1.
    pub line: usize,
}

/// Names that the user says mean the same.
#[derive(Debug, Clone, Default)]
pub struct OwnSynonyms {
    /// Other names by the terms of a name.
    names: BTreeMap<Vec<String>, Vec<OwnName>>,
    /// Words of the longest of these.
    longest: usize,
    digest: String,
}

impl OwnSynonyms {
    /// Reads a text of such lines.
    ///
    /// # Errors
    ///
    /// All lines that cannot be understood.
    pub fn read(text: &str) -> Result<Self, Vec<VocabularyLineError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
        let mut own = Self { digest, ..Self::default() };
        let (mut namer, mut wrong) = (NameAnalyzer::new(), Vec::new());
        let mut told = HashSet::new();
        for (line, written) in (1..).zip(text.lines()) {
            let written = without_remark(written).trim();
            if written.is_empty() {
                continue;
            }
            if let Err(problem) = own.add(line, written, &mut namer, &mut told) {
                wrong.push(VocabularyLineError { line, problem });
            }
        }
        if wrong.is_empty() { Ok(own) } else { Err(wrong) }
    }

    /// The other names for one, in the order of the lines. The name is given
    /// by its words' terms.
    #[must_use]
    pub fn names(&self, terms: &[String]) -> &[OwnName] {
        self.names.get(terms).map_or(&[], Vec::as_slice)
    }

    /// How many terms from the start are the longest name that has other
    /// names; 0 where they begin with none.
    #[must_use]
    pub fn longest_name(&self, terms: &[String]) -> usize {
        let most = self.longest.min(terms.len());
        (1..=most).rev().find(|length| self.names.contains_key(&terms[..*length])).unwrap_or(0)
    }

    /// Number of names that have other names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no name has another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Digest of the text, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Adds a line; `told` are the pairs of names of the lines before, by
    /// their terms.
    fn add(
        &mut self,
        line: usize,
        written: &str,
        namer: &mut NameAnalyzer,
        told: &mut HashSet<[Vec<String>; 2]>,
    ) -> Result<(), String> {
        let (from, to) = match written.split_once("=>") {
            Some((left, right)) => {
                if left.contains('=') || right.contains("=>") {
                    return Err("more than one name before `=>`".to_owned());
                }
                (set(left, namer)?, set(right, namer)?)
            }
            None if !written.contains('=') => {
                return Err("a single name; write the names with `=` between".to_owned());
            }
            None => {
                let all = set(written, namer)?;
                (all.clone(), all)
            }
        };
        if from.len().max(to.len()) > MOST {
            return Err(format!("more than {MOST} names; divide the line"));
        }
        let differ = from.iter().any(|one| to.iter().any(|other| one.terms != other.terms));
        if !differ {
            return Err("all names have the same words".to_owned());
        }
        for one in from {
            let others = to.iter().filter(|other| other.terms != one.terms);
            self.longest = self.longest.max(one.terms.len());
            let known = self.names.entry(one.terms.clone()).or_default();
            for other in others {
                if told.insert([one.terms.clone(), other.terms.clone()]) {
                    known.push(OwnName { name: other.clone(), line });
                }
            }
        }
        Ok(())
    }
}

/// The names of a part of a line, those with the same words once.
fn set(part: &str, namer: &mut NameAnalyzer) -> Result<Vec<ConceptName>, String> {
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    for written in part.split('=').map(str::trim) {
        if written.is_empty() {
            return Err("a name is missing beside `=`".to_owned());
        }
        let terms = namer.terms(written);
        if terms.is_empty() {
            return Err(format!("`{written}` has no words"));
        }
        if seen.insert(terms.clone()) {
            names.push(ConceptName { written: written.to_owned(), terms });
        }
    }
    Ok(names)
}

/// A `#` within a word, such as `C#`, begins no remark.
fn without_remark(line: &str) -> &str {
    let starts =
        |(at, _): &(usize, &str)| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').find(starts).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        NameAnalyzer::new().terms(text)
    }

    fn names(own: &OwnSynonyms, name: &str) -> Vec<String> {
        own.names(&terms(name)).iter().map(|own| own.name.written.clone()).collect()
    }

    #[test]
    fn names_of_a_line_mean_the_same() {
        let text = "\u{feff}# ours\n\nheart attack = myocardial infarction = MI # all\r\nMI = C#-7";
        let own = OwnSynonyms::read(text).expect("right lines");
        assert_eq!(names(&own, "Heart Attacks"), ["myocardial infarction", "MI"]);
        assert_eq!(names(&own, "mi"), ["heart attack", "myocardial infarction", "C#-7"]);
        assert_eq!(names(&own, "c 7"), ["MI"], "not beyond its own line");
        assert_eq!(own.names(&terms("mi"))[2].line, 4);
        assert_eq!((own.len(), own.is_empty()), (4, false));
    }

    #[test]
    fn an_arrow_leads_one_way() {
        let own = OwnSynonyms::read("tumor board => multidisciplinary meeting = MDT").expect("");
        assert_eq!(names(&own, "tumour boards"), ["multidisciplinary meeting", "MDT"]);
        assert!(names(&own, "MDT").is_empty());
    }

    #[test]
    fn the_longest_name_is_found() {
        let own = OwnSynonyms::read("heart = cor\nheart attack = MI").expect("right lines");
        assert_eq!(own.longest_name(&terms("heart attack in men")), 2);
        assert_eq!(own.longest_name(&terms("heart of oak")), 1);
        assert_eq!(own.longest_name(&terms("a heart")), 0);
        assert_eq!(own.longest_name(&[]), 0);
    }

    #[test]
    fn every_wrong_line_is_told() {
        let text = "alone\na = \n-- = a\ntumor = tumours\na = b => c\na => b => c\n=> a\na = b";
        let wrong = OwnSynonyms::read(text).expect_err("wrong lines");
        let told: Vec<String> = wrong.iter().map(VocabularyLineError::to_string).collect();
        assert_eq!(
            told,
            [
                "1: a single name; write the names with `=` between",
                "2: a name is missing beside `=`",
                "3: `--` has no words",
                "4: all names have the same words",
                "5: more than one name before `=>`",
                "6: more than one name before `=>`",
                "7: a name is missing beside `=`",
            ]
        );
    }

    #[test]
    fn the_digest_is_of_the_text() {
        let digest = |text: &str| OwnSynonyms::read(text).expect("right lines").digest().to_owned();
        assert_eq!(digest("a = b"), digest("\u{feff}a = b"));
        assert_ne!(digest("a = b"), digest("a = c"));
    }
}
