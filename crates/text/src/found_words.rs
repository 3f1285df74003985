//! Words that are found once in a text, for several fields of an index.
//!
//! An index keeps most text in a field of its piece and in one or two that hold several pieces.
//! [`WordReader`] finds the words and writes them down as a text of another kind; the tokenizer
//! here reads that one, which takes little time.

use std::ops::Range;

use memchr::memchr2;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::indexed_words::{SIGN, word_and_surface};
use crate::split::BOUNDARY;
use crate::{Analyzer, analyzer, splitter};

/// Comes before a word at the next position. No word has it, or the next one, in it.
const NEXT: char = '\u{3}';

/// Comes before a word at the position of the word before.
const SAME: char = '\u{4}';

/// The characters that say how often the words of a text count, once to nine times; no word has
/// one in it.
const FIRST: u8 = 0x0f;

/// Finds words.
pub struct WordReader {
    analyzer: Analyzer,
    splitter: Analyzer,
    /// Where the words of the text are, as they are written.
    surfaces: Vec<Range<usize>>,
    found: String,
}

impl Default for WordReader {
    fn default() -> Self {
        let (surfaces, found) = (Vec::new(), String::new());
        Self { analyzer: analyzer(), splitter: splitter(), surfaces, found }
    }
}

impl WordReader {
    /// The words of a text in their form in an index, each with how it is written, as the fields
    /// of an index take them.
    pub fn words(&mut self, text: &str) -> &str {
        let Self { analyzer, splitter, surfaces, found } = self;
        surfaces.clear();
        splitter.token_stream(text).process(&mut |token| {
            surfaces.push(token.offset_from..token.offset_to);
        });
        found.clear();
        let (mut next, mut surfaces) = (0, surfaces.iter().peekable());
        analyzer.token_stream(text).process(&mut |token| {
            // A word that is too long has its position, and is not there.
            for _ in next..token.position {
                found.push(NEXT);
            }
            found.push(if token.position < next { SAME } else { NEXT });
            next = token.position + 1;
            found.push_str(&token.text);
            while surfaces.next_if(|surface| surface.start < token.offset_from).is_some() {}
            // What is joined comes after its first part.
            match surfaces.next_if(|surface| surface.start == token.offset_from) {
                Some(surface) if text[surface.clone()] == token.text => {}
                Some(surface) => {
                    found.push(SIGN);
                    found.push_str(&text[surface.clone()]);
                }
                None => found.push(SIGN),
            }
        });
        found
    }
}

/// Words that were found, each of which counts `times`, which is 1 to 9.
#[must_use]
pub fn weighted(found: &str, times: u8) -> String {
    let mut marked = String::with_capacity(found.len() + 1);
    marked.push(char::from(FIRST + times.clamp(1, 9)));
    marked.push_str(found);
    marked
}

/// How often words count, and the words.
fn unweighted(found: &str) -> (u8, &str) {
    let first = found.bytes().next().and_then(|byte| byte.checked_sub(FIRST));
    match first.filter(|times| (1..=9).contains(times)) {
        Some(times) => (times, &found[1..]),
        None => (1, found),
    }
}

/// Gives words that were found, each as often as it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundWords {
    /// With [`BOUNDARY`] around the words of each text that has any, and with how they are
    /// written.
    pub(super) of_a_piece: bool,
}

/// These words, one after another.
pub(super) struct FoundWordStream<'a> {
    /// What is left of them.
    rest: &'a str,
    times: u8,
    /// How often the current word is still to be given.
    left: u8,
    of_a_piece: bool,
    /// A boundary is owed.
    boundary: Option<BoundaryPlace>,
    /// Position of the next word.
    next: usize,
    token: Token,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BoundaryPlace {
    Before,
    After,
}

impl Tokenizer for FoundWords {
    type TokenStream<'a> = FoundWordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoundWordStream<'a> {
        let (times, rest) = unweighted(text);
        let of_a_piece = self.of_a_piece;
        let boundary = (of_a_piece && !rest.is_empty()).then_some(BoundaryPlace::Before);
        let token = Token::default();
        FoundWordStream { rest, times, left: 0, of_a_piece, boundary, next: 0, token }
    }
}

impl FoundWordStream<'_> {
    fn give(&mut self, word: &str, position: usize) -> bool {
        self.token.text.clear();
        self.token.text.push_str(word);
        self.token.position = position;
        self.next = position + 1;
        true
    }
}

impl TokenStream for FoundWordStream<'_> {
    fn advance(&mut self) -> bool {
        if self.left > 0 {
            self.left -= 1;
            return true;
        }
        if self.boundary == Some(BoundaryPlace::Before) {
            self.boundary = Some(BoundaryPlace::After);
            return self.give(BOUNDARY, self.next);
        }
        while let Some(sign) = self.rest.chars().next() {
            // Signs are a byte long.
            let rest = &self.rest[1..];
            let length = memchr2(NEXT as u8, SAME as u8, rest.as_bytes()).unwrap_or(rest.len());
            let (word, rest) = rest.split_at(length);
            let position = self.next - usize::from(sign == SAME);
            self.rest = rest;
            if !word.is_empty() {
                self.left = self.times - 1;
                let word = if self.of_a_piece { word } else { word_and_surface(word).0 };
                return self.give(word, position);
            }
            self.next += 1;
        }
        self.boundary.take().is_some() && self.give(BOUNDARY, self.next)
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::WordTokenizer;
    use crate::{folded, words};

    type Places = Vec<(String, usize)>;

    fn places(mut tokenizer: impl Tokenizer, text: &str) -> Places {
        let mut places = Vec::new();
        tokenizer.token_stream(text).process(&mut |token| {
            places.push((token.text.clone(), token.position));
        });
        places
    }

    const TEXTS: [&str; 8] = [
        "Aplastic anaemias",
        "CD34+/HLA-DR, anti-PD-1 and TNF-\u{3b1}",
        "Sjögren's; stage IIIB",
        "",
        " - ",
        "type II diabetes",
        "\u{4e2d}\u{6587} tumour",
        "non-small-cell",
    ];

    #[test]
    fn words_are_those_of_the_text() {
        let long = format!("before {} after", "x".repeat(300));
        let split = WordTokenizer { parted: true, joined: true, ..WordTokenizer::default() };
        for text in TEXTS.iter().copied().chain([long.as_str()]) {
            let mut reader = WordReader::default();
            let found = reader.words(text).to_owned();
            for of_a_piece in [false, true] {
                let mut whole = folded(WordTokenizer { boundaries: of_a_piece, ..split });
                let mut expected = Places::new();
                whole.token_stream(text).process(&mut |token| {
                    expected.push((token.text.clone(), token.position));
                });
                let places = places(FoundWords { of_a_piece }, &found).into_iter();
                let places = places.map(|(term, at)| (word_and_surface(&term).0.to_owned(), at));
                assert!(places.eq(expected), "{text}");
            }
            let terms = places(FoundWords { of_a_piece: true }, &found);
            let terms = terms.iter().filter(|(term, _)| term != BOUNDARY);
            let surfaces: Vec<&str> =
                terms.filter_map(|(term, _)| word_and_surface(term).1).collect();
            let expected = words(&mut splitter(), text);
            assert!(surfaces.iter().eq(expected.iter().map(|word| &word.term)), "{text}");
        }
    }

    #[test]
    fn words_come_as_often_as_they_count() {
        let mut reader = WordReader::default();
        let mut terms = |text: &str, times| {
            places(FoundWords { of_a_piece: false }, &weighted(reader.words(text), times))
        };
        let twice = [("aplastic", 0), ("aplastic", 0), ("anemia", 1), ("anemia", 1)];
        let twice: Vec<_> = twice.iter().map(|(term, at)| ((*term).to_owned(), *at)).collect();
        assert_eq!(terms("Aplastic anaemias", 2), twice);
        assert_eq!(terms("a", 1).len(), 1);
        assert_eq!(terms("", 3), []);
    }
}
