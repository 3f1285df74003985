//! The passages of a text that the query's words stand in.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use tantivy::tokenizer::TextAnalyzer;

use crate::study::markup;
use crate::text::{self, Word};

/// Words of a passage.
const LENGTH: usize = 40;

/// Words before the first match that are shown with it.
const LEAD: usize = 6;

/// A part of a text, with the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The part, as people read it.
    pub text: String,
    /// Bytes of [`Passage::text`] that the words stand at.
    pub matches: Vec<Range<usize>>,
    /// Text was left out before it.
    pub cut_before: bool,
    /// Text was left out after it.
    pub cut_after: bool,
}

/// Words whose term is remembered, before all are forgotten.
const REMEMBERED: usize = 100_000;

/// Finds passages.
pub struct Passages {
    /// The terms looked for, sorted.
    terms: Vec<String>,
    analyzer: TextAnalyzer,
    splitter: TextAnalyzer,
    /// Which of the terms a word is, if any: the same words come again and
    /// again, and finding their stem takes longer than all the rest.
    known: HashMap<String, Option<usize>>,
}

/// A word that was looked for: its position among the words of the text, and
/// which term it is.
type Match = (usize, usize);

impl Passages {
    pub(super) fn new(terms: BTreeSet<String>) -> Self {
        Self {
            terms: terms.into_iter().collect(),
            analyzer: text::parts_analyzer(),
            splitter: text::splitter(),
            known: HashMap::new(),
        }
    }

    /// The part of a markup text that has the most of the words, or `None`
    /// where it has none of them.
    pub fn best(&mut self, markup: &str) -> Option<Passage> {
        let text = plain(markup);
        let words = text::words(&mut self.splitter, &text);
        let found = self.found(&text, &words);
        let start = best_start(&found)?;
        let first = start.saturating_sub(LEAD);
        let first = sentence_start(&text, &words, first, start);
        let last = (first + LENGTH).min(words.len()) - 1;
        Some(cut(&text, &words, &found, first..last + 1))
    }

    /// The whole of a short text with the words marked.
    pub fn marked(&mut self, markup: &str) -> Passage {
        let text = plain(markup);
        let words = text::words(&mut self.splitter, &text);
        let found = self.found(&text, &words);
        let matches = found.iter().map(|(at, _)| words[*at].span.clone()).collect();
        Passage { text, matches, cut_before: false, cut_after: false }
    }

    fn found(&mut self, text: &str, words: &[Word]) -> Vec<Match> {
        if self.terms.iter().any(|term| term.starts_with(|c: char| c.is_ascii_digit())) {
            return self.found_in_context(text, words);
        }
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let positions = 0..words.len();
        positions.filter_map(|at| Some((at, self.term(&words[at].term)?))).collect()
    }

    /// The same where the words before one decide what it is: `III` is `3`
    /// after `stage`.
    fn found_in_context(&mut self, text: &str, words: &[Word]) -> Vec<Match> {
        let (mut found, mut at): (Vec<Match>, usize) = (Vec::new(), 0);
        for part in text::words(&mut self.analyzer, text) {
            while words.get(at).is_some_and(|word| word.span.end <= part.span.start) {
                at += 1;
            }
            let new = found.last().is_none_or(|(last, _)| *last < at);
            if let Ok(term) = self.terms.binary_search(&part.term)
                && new
                && at < words.len()
            {
                found.push((at, term));
            }
        }
        found
    }

    /// Which of the terms looked for a word is.
    fn term(&mut self, word: &str) -> Option<usize> {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let analyzed = text::words(&mut self.analyzer, word);
        let term = analyzed.first().and_then(|word| self.terms.binary_search(&word.term).ok());
        self.known.insert(word.to_owned(), term);
        term
    }
}

/// The text as people read it, in one line.
fn plain(text: &str) -> String {
    let text = markup::unescape(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The match from which on a passage has the most different words, then the
/// most words at all.
fn best_start(found: &[Match]) -> Option<usize> {
    let worth = |from: usize| {
        let end = found[from].0 + LENGTH - LEAD;
        let within: Vec<usize> =
            found[from..].iter().take_while(|(at, _)| *at < end).map(|(_, term)| *term).collect();
        let different: BTreeSet<usize> = within.iter().copied().collect();
        (different.len(), within.len())
    };
    // Of equally good ones, the first.
    (0..found.len()).rev().max_by_key(|from| worth(*from)).map(|from| found[from].0)
}

/// The word that begins the sentence of the match, if it is not far before.
fn sentence_start(text: &str, words: &[Word], first: usize, matched: usize) -> usize {
    (first..=matched)
        .find(|at| {
            let before = text[..words[*at].span.start].trim_end_matches(['"', '(', ' ', '*', '-']);
            before.is_empty() || before.ends_with(['.', '!', '?', ':'])
        })
        .unwrap_or(first)
}

fn cut(text: &str, words: &[Word], found: &[Match], range: Range<usize>) -> Passage {
    let start = if range.start == 0 { 0 } else { words[range.start].span.start };
    let last = range.end == words.len();
    let end = if last { text.len() } else { words[range.end - 1].span.end };
    // A full stop after the last word belongs to it.
    let end = if text[end..].starts_with(['.', ')', '%']) { end + 1 } else { end };
    let matches = found
        .iter()
        .filter(|(at, _)| range.contains(at))
        .map(|(at, _)| words[*at].span.start - start..words[*at].span.end - start)
        .collect();
    Passage {
        text: text[start..end].to_owned(),
        matches,
        cut_before: range.start > 0,
        cut_after: !last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(terms: &[&str]) -> Passages {
        Passages::new(terms.iter().map(|term| (*term).to_owned()).collect())
    }

    fn marked(passage: &Passage) -> Vec<&str> {
        passage.matches.iter().map(|span| &passage.text[span.clone()]).collect()
    }

    #[test]
    fn the_passage_with_most_of_the_words_is_chosen() {
        let filler = "lorem ".repeat(100);
        let text =
            format!("Anemia is common. {filler}. Severe aplastic anemias need marrow. {filler}");
        let passage = passages(&["aplastic", "anemia"]).best(&text).expect("a passage");
        assert!(passage.text.starts_with("Severe aplastic anemias"), "{}", passage.text);
        assert_eq!(marked(&passage), ["aplastic", "anemias"]);
        assert!(passage.cut_before && passage.cut_after);
    }

    #[test]
    fn a_numeral_is_marked_after_what_it_numbers() {
        let passage = passages(&["stage", "3", "tnf", "alpha"]).best("IV TNF\u{3b1} at stage III.");
        assert_eq!(marked(&passage.expect("a passage")), ["TNF\u{3b1}", "stage", "III"]);
        let passage = passages(&["stage", "iv"]).best("IV drugs at stage IV.").expect("a passage");
        assert_eq!(marked(&passage)[0], "IV");
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        let passage = passages(&["b"]).best(r"a \> b.").expect("a passage");
        assert_eq!(passage.text, "a > b.");
        assert_eq!(marked(&passage), ["b"]);
        assert!(!passage.cut_before && !passage.cut_after);
    }

    #[test]
    fn a_text_without_the_words_has_no_passage() {
        assert_eq!(passages(&["x"]).best("a b c"), None);
        assert_eq!(passages(&["x"]).best(""), None);
    }
}
