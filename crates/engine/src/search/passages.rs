//! The passages of a text that the query's words are in.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use tantivy::tokenizer::TextAnalyzer;

use super::profile::{Profile, measured};

use trialdex_records::study::markup;
use trialdex_text::{self as text, AnalyzedWord};

/// Words of a passage.
const LENGTH: usize = 40;

/// Words before the first match that are shown with it.
const LEAD: usize = 6;

/// A part of a text, with the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The part, as people read it.
    pub text: String,
    /// Bytes of [`Passage::text`] that the words are at.
    pub matches: Vec<Range<usize>>,
    /// Text was left out before it.
    pub cut_before: bool,
    /// Text was left out after it.
    pub cut_after: bool,
}

/// Where a passage is in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassagePlace {
    /// Bytes of the text that the passage is.
    pub span: Range<usize>,
    /// Bytes of the text that the words are at.
    pub matches: Vec<Range<usize>>,
    /// Different words in it.
    pub different: usize,
}

/// Words whose term is remembered, before all are forgotten.
const REMEMBERED: usize = 100_000;

/// Finds passages.
#[derive(Clone)]
pub struct Passages {
    /// The terms looked for, sorted.
    terms: Vec<String>,
    /// Which of them are marked wherever they are; the others where a name
    /// is whole.
    alone: Vec<bool>,
    /// The terms of each of these names.
    names: Vec<Vec<usize>>,
    analyzer: TextAnalyzer,
    splitter: TextAnalyzer,
    /// Which of the terms the parts of a word are, if any: the same words come
    /// again and again, and finding their stem takes longer than all the rest.
    known: HashMap<String, Parts>,
    /// What measures the search, if it is measured.
    profile: Option<Profile>,
}

/// The parts of a word, as which of the terms each of them is, if any.
type Parts = Arc<[Option<usize>]>;

/// A word that was looked for: its position among the words of the text, and
/// which term it is.
type Match = (usize, usize);

impl Passages {
    /// Terms are marked wherever they are, names where they are whole.
    #[must_use]
    pub fn new(alone: &BTreeSet<String>, names: &BTreeSet<Vec<String>>) -> Self {
        let terms: BTreeSet<&String> = alone.iter().chain(names.iter().flatten()).collect();
        let terms: Vec<String> = terms.into_iter().cloned().collect();
        let position = |term: &String| terms.binary_search(term).ok();
        Self {
            alone: terms.iter().map(|term| alone.contains(term)).collect(),
            names: names.iter().map(|name| name.iter().filter_map(position).collect()).collect(),
            terms,
            analyzer: text::parts_analyzer(),
            splitter: text::splitter(),
            known: HashMap::new(),
            profile: None,
        }
    }

    pub(super) fn measured_by(self, profile: Option<Profile>) -> Self {
        Self { profile, ..self }
    }

    /// The part of a markup text that has the most of the words, or `None`
    /// where it has none of them.
    pub fn best(&mut self, markup: &str) -> Option<Passage> {
        let profile = self.profile.clone();
        measured(profile.as_ref(), "passages", || self.find_best(markup))
    }

    fn find_best(&mut self, markup: &str) -> Option<Passage> {
        let text = plain(markup);
        let words = text::words(&mut self.splitter, &text);
        let found = self.found(&text, &words);
        let range = best_range(&text, &words, &found)?;
        Some(cut(&text, &words, &found, range))
    }

    /// Where [`Passages::best`] is in a text that is taken as it is, with its
    /// escapes and breaks of lines.
    pub fn place(&mut self, text: &str) -> Option<PassagePlace> {
        let words = text::words(&mut self.splitter, text);
        let found = self.found(text, &words);
        let range = best_range(text, &words, &found)?;
        let within = || found.iter().filter(|(at, _)| range.contains(at));
        let different: BTreeSet<usize> = within().map(|(_, term)| *term).collect();
        Some(PassagePlace {
            span: span_of(text, &words, &range),
            matches: within().map(|(at, _)| words[*at].span.clone()).collect(),
            different: different.len(),
        })
    }

    /// The whole of a short text with the words marked.
    pub fn marked(&mut self, markup: &str) -> Passage {
        let text = plain(markup);
        let words = text::words(&mut self.splitter, &text);
        let found = self.found(&text, &words);
        let matches = found.iter().map(|(at, _)| words[*at].span.clone()).collect();
        Passage { text, matches, cut_before: false, cut_after: false }
    }

    fn found(&mut self, text: &str, words: &[AnalyzedWord]) -> Vec<Match> {
        let parts = self.parts(text, words);
        let mut marked: Vec<bool> = parts.iter().map(|(_, term)| self.is_alone(*term)).collect();
        // Most parts are none of the terms.
        for (start, term) in parts.iter().enumerate() {
            let Some(term) = term.1 else { continue };
            for name in self.names.iter().filter(|name| name.first() == Some(&term)) {
                let following = parts[start..].iter().map(|(_, term)| *term);
                if following.take(name.len()).eq(name.iter().map(|term| Some(*term))) {
                    marked[start..start + name.len()].fill(true);
                }
            }
        }
        let mut found: Vec<Match> = Vec::new();
        for ((at, term), marked) in parts.into_iter().zip(marked) {
            let new = found.last().is_none_or(|(last, _)| *last < at);
            found.extend(term.filter(|_| marked && new).map(|term| (at, term)));
        }
        found
    }

    fn is_alone(&self, term: Option<usize>) -> bool {
        term.is_some_and(|term| self.alone[term])
    }

    /// The parts of all words: the position of the word, and which of the
    /// terms the part is, if any.
    fn parts(&mut self, text: &str, words: &[AnalyzedWord]) -> Vec<(usize, Option<usize>)> {
        if self.terms.iter().any(|term| term.starts_with(|c: char| c.is_ascii_digit())) {
            return self.parts_in_context(text, words);
        }
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let mut parts = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            parts.extend(self.parts_of(&word.term).iter().map(|term| (at, *term)));
        }
        parts
    }

    /// The same where the words before one decide what it is: `III` is `3`
    /// after `stage`.
    fn parts_in_context(
        &mut self,
        text: &str,
        words: &[AnalyzedWord],
    ) -> Vec<(usize, Option<usize>)> {
        let (mut parts, mut at) = (Vec::with_capacity(words.len()), 0);
        for part in text::words(&mut self.analyzer, text) {
            while words.get(at).is_some_and(|word| word.span.end <= part.span.start) {
                at += 1;
            }
            if at < words.len() {
                parts.push((at, self.terms.binary_search(&part.term).ok()));
            }
        }
        parts
    }

    /// Which of the terms looked for the parts of a word are.
    fn parts_of(&mut self, word: &str) -> Parts {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let parts = text::words(&mut self.analyzer, word);
        let parts = parts.iter().map(|part| self.terms.binary_search(&part.term).ok());
        let parts: Parts = parts.collect();
        self.known.insert(word.to_owned(), parts.clone());
        parts
    }
}

/// The text as people read it, in one line.
fn plain(text: &str) -> String {
    let text = markup::unescape(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of the best passage of a text.
fn best_range(text: &str, words: &[AnalyzedWord], found: &[Match]) -> Option<Range<usize>> {
    let start = best_start(found)?;
    let first = sentence_start(text, words, start.saturating_sub(LEAD), start);
    Some(first..(first + LENGTH).min(words.len()))
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
fn sentence_start(text: &str, words: &[AnalyzedWord], first: usize, matched: usize) -> usize {
    (first..=matched)
        .find(|at| {
            let before = text[..words[*at].span.start].trim_end_matches(['"', '(', ' ', '*', '-']);
            before.is_empty() || before.ends_with(['.', '!', '?', ':'])
        })
        .unwrap_or(first)
}

/// The bytes of some words of a text.
fn span_of(text: &str, words: &[AnalyzedWord], range: &Range<usize>) -> Range<usize> {
    let start = if range.start == 0 { 0 } else { words[range.start].span.start };
    let last = range.end == words.len();
    let end = if last { text.len() } else { words[range.end - 1].span.end };
    // A full stop after the last word belongs to it.
    let end = if text[end..].starts_with(['.', ')', '%']) { end + 1 } else { end };
    start..end
}

fn cut(text: &str, words: &[AnalyzedWord], found: &[Match], range: Range<usize>) -> Passage {
    let last = range.end == words.len();
    let Range { start, end } = span_of(text, words, &range);
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
        naming(terms, &[])
    }

    fn naming(terms: &[&str], names: &[&[&str]]) -> Passages {
        let owned = |terms: &[&str]| terms.iter().map(|term| (*term).to_owned()).collect();
        let terms: Vec<String> = owned(terms);
        let names = names.iter().map(|name| owned(name)).collect();
        Passages::new(&terms.into_iter().collect(), &names)
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
    fn a_name_is_marked_where_it_stands_whole() {
        let mut finder = naming(&["infarct"], &[&["heart", "attack"]]);
        let text = "The heart. Heart attacks and infarcts, an attack of the heart.";
        assert_eq!(marked(&finder.marked(text)), ["Heart", "attacks", "infarcts"]);
        let mut finder = naming(&["cytokine"], &[&["tnf", "alpha"]]);
        assert_eq!(
            marked(&finder.marked("TNF, TNF\u{3b1}, TNF-alpha")),
            ["TNF\u{3b1}", "TNF", "alpha"]
        );
        assert_eq!(naming(&[], &[&["heart", "attack"]]).best("A heart."), None);
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        let passage = passages(&["b"]).best(r"a \> b.").expect("a passage");
        assert_eq!(passage.text, "a > b.");
        assert_eq!(marked(&passage), ["b"]);
        assert!(!passage.cut_before && !passage.cut_after);
    }

    #[test]
    fn a_passage_has_a_place_in_the_text_as_it_is() {
        let filler = "lorem ".repeat(100);
        let text =
            format!("Dose \\> 5.\n* {filler}. Severe\naplastic anemias need marrow. {filler}");
        let place = passages(&["aplastic", "anemia"]).place(&text).expect("a place");
        assert!(text[place.span.clone()].starts_with("Severe\naplastic anemias need"));
        let matched: Vec<&str> = place.matches.iter().map(|span| &text[span.clone()]).collect();
        assert_eq!((matched, place.different), (vec!["aplastic", "anemias"], 2));
        assert_eq!(passages(&["x"]).place("a b c"), None);
    }

    #[test]
    fn a_text_without_the_words_has_no_passage() {
        assert_eq!(passages(&["x"]).best("a b c"), None);
        assert_eq!(passages(&["x"]).best(""), None);
    }
}
