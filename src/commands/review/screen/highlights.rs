//! Words that are marked in a study: those of the searches, those of the
//! reviewer, and those found by typing.

use std::collections::BTreeSet;
use std::ops::Range;

use trialdex_query::meaning::{MatchCondition, ValueCondition, WordMatching, WordSequence};
use trialdex_query::{Parameter, Request};
use trialdex_review::{ReviewState, SourceOrigin};
use trialdex_text::{is_filler, parts_analyzer, words};

/// Why something is marked; where several hold, the last wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum MarkReason {
    /// A word of a search.
    Query,
    /// A word of the reviewer.
    Own,
    /// What was looked for in the study.
    Found,
}

/// Bytes of a text, and why they are marked.
pub(super) type MarkedSpan = (Range<usize>, MarkReason);

/// What is looked for in texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum MarkPattern {
    /// Words in the form that an index has them in, one behind the other.
    Words(Vec<String>),
    /// The beginning of words, in small letters.
    Beginning(String),
}

/// The words that are marked.
#[derive(Debug, Clone, Default)]
pub(super) struct MarkPatterns {
    names: BTreeSet<(MarkReason, MarkPattern)>,
}

impl MarkPatterns {
    /// Words of the searches that a review was made with. Those that are not
    /// wanted are left out, and so is all that this version does not
    /// understand.
    pub(super) fn of_searches(state: &ReviewState) -> Self {
        let mut names = Self::default();
        for source in &state.sources {
            let SourceOrigin::Search(receipt) = &source.latest.origin else { continue };
            let queries = vec![(Parameter::Term, receipt.understood.clone())];
            let request = Request { queries, ..Request::default() };
            if let Ok(understood) = request.understand() {
                let question = understood.question;
                let conditions = question.ranked.iter().chain(&question.filters);
                conditions.for_each(|condition| names.add_condition(condition));
            }
        }
        names
    }

    fn add_condition(&mut self, condition: &MatchCondition) {
        match condition {
            MatchCondition::All | MatchCondition::Not(_) => {}
            MatchCondition::And(all) | MatchCondition::Or(all) => {
                all.iter().for_each(|condition| self.add_condition(condition));
            }
            MatchCondition::AtSite(of)
            | MatchCondition::OfStudy(of)
            | MatchCondition::Tilted(_, of) => {
                self.add_condition(of);
            }
            MatchCondition::Field(test) => match &test.wanted {
                ValueCondition::Words(words) => self.add_words(words),
                ValueCondition::Near(near) => {
                    near.words().into_iter().for_each(|words| self.add_words(words));
                }
                ValueCondition::Value(_) | ValueCondition::Missing => {}
            },
        }
    }

    fn add_words(&mut self, typed: &WordSequence) {
        if typed.quoted {
            return self.add_phrase(MarkReason::Query, &typed.text);
        }
        for word in &typed.words {
            match word.matching {
                WordMatching::Beginning => {
                    self.names.insert((
                        MarkReason::Query,
                        MarkPattern::Beginning(word.text.to_lowercase()),
                    ));
                }
                _ => self.add_phrase(MarkReason::Query, &word.text),
            }
        }
    }

    /// Adds words that occur together; a single word with `*` at its end has
    /// any ending.
    pub(super) fn add_phrase(&mut self, mark: MarkReason, phrase: &str) {
        let phrase = phrase.trim();
        if let Some(beginning) = phrase.strip_suffix('*')
            && !beginning.is_empty()
            && beginning.chars().all(char::is_alphanumeric)
        {
            self.names.insert((mark, MarkPattern::Beginning(beginning.to_lowercase())));
            return;
        }
        let terms: Vec<String> =
            words(&mut parts_analyzer(), phrase).into_iter().map(|word| word.term).collect();
        let says_nothing = mark == MarkReason::Query && terms.iter().all(|term| is_filler(term));
        if !terms.is_empty() && !says_nothing {
            self.names.insert((mark, MarkPattern::Words(terms)));
        }
    }

    /// Where they are in texts, for each text in its order.
    pub(super) fn find<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<Vec<MarkedSpan>> {
        let mut analyzer = parts_analyzer();
        texts
            .map(|text| {
                let words = words(&mut analyzer, text);
                let all = self.names.iter();
                all.flat_map(|(mark, name)| {
                    name.spans(text, &words).into_iter().map(|span| (span, *mark))
                })
                .collect()
            })
            .collect()
    }
}

impl MarkPattern {
    fn spans(&self, text: &str, found: &[trialdex_text::AnalyzedWord]) -> Vec<Range<usize>> {
        match self {
            Self::Beginning(beginning) => {
                let spans = found.iter().map(|word| word.span.clone());
                spans
                    .filter(|span| {
                        text.get(span.clone())
                            .is_some_and(|word| word.to_lowercase().starts_with(beginning))
                    })
                    .collect()
            }
            Self::Words(terms) => {
                let stands =
                    |at: &[trialdex_text::AnalyzedWord]| at.iter().map(|word| &word.term).eq(terms);
                let places = found.windows(terms.len()).filter(|at| stands(at));
                places.map(|at| at[0].span.start..at[at.len() - 1].span.end).collect()
            }
        }
    }
}

/// Where a text is in another, whatever the case.
pub(super) fn occurrences(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let folded = |c: char| c.to_lowercase().next().unwrap_or(c);
    let wanted: Vec<char> = wanted.chars().map(folded).collect();
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, folded(c))).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    for (start, window) in chars.windows(wanted.len()).enumerate() {
        let new = found.last().is_none_or(|last| last.end <= window[0].0);
        if new && window.iter().map(|(_, c)| c).eq(&wanted) {
            let end = chars.get(start + wanted.len()).map_or(text.len(), |(at, _)| *at);
            found.push(window[0].0..end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked<'a>(names: &MarkPatterns, text: &'a str) -> Vec<&'a str> {
        let found = names.find([text].into_iter()).remove(0);
        found.into_iter().map(|(span, _)| &text[span]).collect()
    }

    #[test]
    fn words_are_marked_in_every_form() {
        let mut names = MarkPatterns::default();
        names.add_phrase(MarkReason::Own, "anaemia");
        names.add_phrase(MarkReason::Own, "bone marrow");
        names.add_phrase(MarkReason::Own, "therap*");
        let text = "Anemias of the bone, bone-marrow; Therapies";
        assert_eq!(marked(&names, text), ["Anemias", "bone-marrow", "Therapies"]);
    }

    #[test]
    fn a_text_is_found_whatever_its_case() {
        assert_eq!(occurrences("Ödem, ÖDEM ödem", "ödem"), [0..5, 7..12, 13..18]);
        assert_eq!(occurrences("aaaa", "aa"), [0..2, 2..4]);
        assert!(occurrences("a", "").is_empty());
    }
}
