//! Finds where words begin and end.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::letters::{LetterRun, runs};
use super::numerals::NumeralReader;

/// The term that is before and after the words of each value, so that a
/// phrase can be held to the beginning or the end of a value.
pub const BOUNDARY: &str = "\u{2}";

/// Ends the values of one site in a text about all sites.
pub const UNIT: char = '\u{1e}';

/// Parts the values of one site.
pub const VALUE: char = '\u{1f}';

/// Positions that each site takes. Words beyond share the last one.
pub const SITE_WIDTH: usize = 256;

/// Parts of a chain such as `anti-PD-1` at most; longer ones are sequences
/// or rulers.
const CHAIN: usize = 5;

/// Splits text into runs of letters and digits. A possessive `'s` is left
/// out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WordTokenizer {
    /// [`BOUNDARY`] is around the words.
    pub(super) boundaries: bool,
    /// A word is parted where letters, digits and Greek letters meet, and has
    /// names and digits in place of Greek letters and Roman numerals.
    pub(super) parted: bool,
    /// What is joined by hyphens, or is parted, is also one word,
    /// at the place of its first part.
    pub(super) joined: bool,
    /// The text is about sites, see [`UNIT`].
    pub(super) sites: bool,
}

/// A word that was found.
#[derive(Debug, Clone, Copy)]
enum TokenSpan {
    /// Bytes of the text, and their replacement, if any.
    Part(usize, usize, Option<&'static str>),
    /// Bytes of a chain, hyphens included, and its number of parts.
    Chain(usize, usize, usize),
    Boundary(usize),
}

/// The words of a text, one after another.
pub(super) struct WordTokenStream<'a> {
    split: WordTokenizer,
    text: &'a str,
    /// Bytes of the text that are dealt with.
    at: usize,
    /// Found and not yet given, in order; the next one is `given`.
    found: Vec<(TokenSpan, usize)>,
    given: usize,
    /// Position of the next word.
    position: usize,
    numerals: NumeralReader,
    /// Where the word before ends.
    before: usize,
    /// Runs of the word at hand.
    runs: Vec<LetterRun>,
    /// A boundary is before the next word, and one is owed after it.
    open: bool,
    site: usize,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordTokenStream<'a> {
        WordTokenStream {
            split: *self,
            text,
            at: 0,
            found: Vec::new(),
            given: 0,
            position: 0,
            numerals: NumeralReader::default(),
            before: 0,
            runs: Vec::new(),
            open: false,
            site: 0,
            token: Token::default(),
        }
    }
}

impl TokenStream for WordTokenStream<'_> {
    fn advance(&mut self) -> bool {
        if self.given == self.found.len() {
            self.found.clear();
            self.given = 0;
            self.find();
        }
        let Some((found, position)) = self.found.get(self.given).copied() else {
            return false;
        };
        self.given += 1;
        self.token.position = position;
        self.token.position_length = 1;
        self.token.text.clear();
        let (from, to) = match found {
            TokenSpan::Part(from, to, name) => {
                self.token.text.push_str(name.unwrap_or(&self.text[from..to]));
                (from, to)
            }
            TokenSpan::Chain(from, to, parts) => {
                self.token.position_length = parts;
                for (found, _) in &self.found {
                    if let TokenSpan::Part(from, to, name) = found {
                        self.token.text.push_str(name.unwrap_or(&self.text[*from..*to]));
                    }
                }
                (from, to)
            }
            TokenSpan::Boundary(at) => {
                self.token.text.push_str(BOUNDARY);
                (at, at)
            }
        };
        (self.token.offset_from, self.token.offset_to) = (from, to);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

impl WordTokenStream<'_> {
    /// Finds the next chain of words, or the end of the text.
    fn find(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            if c.is_alphanumeric() {
                self.open_value();
                self.chain();
                return;
            }
            if self.split.sites && (c == UNIT || c == VALUE) {
                self.close_value();
                if c == UNIT {
                    self.site += 1;
                    self.position = self.site * SITE_WIDTH;
                }
                self.at += c.len_utf8();
                if !self.found.is_empty() {
                    return;
                }
                continue;
            }
            self.at += c.len_utf8();
        }
        self.close_value();
    }

    fn open_value(&mut self) {
        if self.split.boundaries && !self.open {
            self.push(TokenSpan::Boundary(self.at));
            self.step();
        }
        self.open = true;
    }

    fn close_value(&mut self) {
        if self.split.boundaries && self.open {
            self.push(TokenSpan::Boundary(self.at));
            self.step();
        }
        self.open = false;
    }

    fn push(&mut self, found: TokenSpan) {
        self.found.push((found, self.position));
    }

    /// Goes on to the next position, which is no further than the site's
    /// last.
    fn step(&mut self) {
        let last = if self.split.sites { (self.site + 1) * SITE_WIDTH - 1 } else { usize::MAX };
        self.position = (self.position + 1).min(last);
    }

    /// Takes the words from here on that are joined by hyphens. They are the
    /// only parts that are found at a time.
    fn chain(&mut self) {
        let (start, first) = (self.at, self.found.len());
        let first_position = self.position;
        loop {
            let from = self.at;
            let (length, mixed) = word_length(&self.text[from..]);
            let to = from + length;
            self.word(from, to, mixed);
            self.at = to + possessive_length(&self.text[to..]);
            self.before = self.at;
            let hyphen = hyphen_length(&self.text[self.at..]);
            if self.at > to || hyphen == 0 || self.found.len() - first >= CHAIN {
                break;
            }
            self.at += hyphen;
        }
        let parts = self.found.len() - first;
        if self.split.joined && parts > 1 && self.holds_letters(first) {
            self.found
                .insert(first + 1, (TokenSpan::Chain(start, self.before, parts), first_position));
        }
    }

    /// Whether the last word is more than numbers: `2-3` is not `23`.
    fn holds_letters(&self, first: usize) -> bool {
        self.found[first..].iter().any(|(found, _)| match found {
            TokenSpan::Part(from, to, None) => self.text[*from..*to].contains(char::is_alphabetic),
            TokenSpan::Part(_, _, Some(name)) => name.contains(char::is_alphabetic),
            _ => false,
        })
    }

    /// Takes a word, `mixed` where it may be of several kinds of characters.
    fn word(&mut self, from: usize, to: usize, mixed: bool) {
        if !self.split.parted {
            self.part(from, to, None);
            return;
        }
        let (gap, word) = (&self.text[self.before..from], &self.text[from..to]);
        if let Some(numeral) = self.numerals.read(gap, word) {
            let level = from + numeral.length;
            self.part(from, level, Some(numeral.digits));
            if level < to {
                self.runs(level, to);
            }
        } else if mixed {
            self.runs(from, to);
        } else {
            self.part(from, to, None);
        }
    }

    /// Takes a word by its runs.
    fn runs(&mut self, from: usize, to: usize) {
        let mut found = std::mem::take(&mut self.runs);
        runs(&self.text[from..to], &mut found);
        for run in &found {
            self.part(from + run.from, from + run.to, run.name);
        }
        if found.is_empty() {
            self.part(from, to, None);
        }
        self.runs = found;
    }

    fn part(&mut self, from: usize, to: usize, name: Option<&'static str>) {
        self.push(TokenSpan::Part(from, to, name));
        self.step();
    }
}

/// Length of the run of letters and digits at the beginning of a text, and
/// whether it has more than ASCII letters or more than ASCII digits.
fn word_length(text: &str) -> (usize, bool) {
    // Most text is ASCII, for which bytes will do.
    let bytes = text.as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let rest = bytes[letters..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let ascii = letters + rest;
    match bytes.get(ascii) {
        Some(byte) if !byte.is_ascii() => {
            (text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len()), true)
        }
        _ if letters > 0 => (ascii, rest > 0),
        _ => (ascii, bytes[..ascii].iter().any(u8::is_ascii_alphabetic)),
    }
}

/// Length of a possessive `'s` at the beginning of a text.
fn possessive_length(text: &str) -> usize {
    let mut chars = text.chars();
    let Some(quote @ ('\'' | '\u{2019}')) = chars.next() else { return 0 };
    let ends = matches!(chars.next(), Some('s' | 'S'));
    if ends && !chars.next().is_some_and(char::is_alphanumeric) { quote.len_utf8() + 1 } else { 0 }
}

/// Length of a hyphen that a word follows.
fn hyphen_length(text: &str) -> usize {
    let mut chars = text.chars();
    let Some(hyphen @ ('-' | '\u{2010}' | '\u{2011}')) = chars.next() else { return 0 };
    if chars.next().is_some_and(char::is_alphanumeric) { hyphen.len_utf8() } else { 0 }
}

/// Splits constants at sites, each a term by itself.
#[derive(Debug, Clone, Default)]
pub(super) struct SiteConstants {
    token: Token,
}

/// The constants of a text about sites.
pub(super) struct SiteConstantStream<'a> {
    text: &'a str,
    at: usize,
    site: usize,
    token: &'a mut Token,
}

impl Tokenizer for SiteConstants {
    type TokenStream<'a> = SiteConstantStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SiteConstantStream<'a> {
        SiteConstantStream { text, at: 0, site: 0, token: &mut self.token }
    }
}

impl TokenStream for SiteConstantStream<'_> {
    fn advance(&mut self) -> bool {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let length = rest.find([UNIT, VALUE]).unwrap_or(rest.len());
            let (from, site) = (self.at, self.site);
            self.site += usize::from(rest[length..].starts_with(UNIT));
            // Both signs are one byte long.
            self.at += length + 1;
            if length > 0 {
                self.token.text.clear();
                self.token.text.push_str(&rest[..length]);
                self.token.position = site * SITE_WIDTH;
                (self.token.offset_from, self.token.offset_to) = (from, from + length);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(mut split: impl Tokenizer, text: &str) -> Vec<(String, usize)> {
        let mut stream = split.token_stream(text);
        let mut tokens = Vec::new();
        stream.process(&mut |token| tokens.push((token.text.clone(), token.position)));
        tokens
    }

    fn owned(tokens: &[(&str, usize)]) -> Vec<(String, usize)> {
        tokens.iter().map(|(text, position)| ((*text).to_owned(), *position)).collect()
    }

    #[test]
    fn chains_stand_beside_their_parts() {
        let split = WordTokenizer { joined: true, ..WordTokenizer::default() };
        let expected =
            [("a", 0), ("anti", 1), ("antiPD1", 1), ("PD", 2), ("1", 3), ("b", 4), ("x", 5)];
        assert_eq!(tokens(split, "a anti-PD-1, b--x"), owned(&expected));
    }

    #[test]
    fn words_are_parted_where_letters_and_digits_meet() {
        let split = WordTokenizer { parted: true, joined: true, ..WordTokenizer::default() };
        let expected = [
            ("TNF", 0),
            ("TNFalpha", 0),
            ("alpha", 1),
            ("anti", 2),
            ("antiPD1", 2),
            ("PD", 3),
            ("1", 4),
            ("2", 5),
            ("3", 6),
        ];
        assert_eq!(tokens(split, "TNF\u{3b1} anti-PD1 2-3"), owned(&expected));
        let expected = [("stage", 0), ("3", 1), ("3B", 1), ("B", 2), ("or", 3), ("4", 4), ("x", 5)];
        assert_eq!(tokens(split, "stage IIIB or IV x"), owned(&expected));
        assert_eq!(tokens(split, "stage 3B or 4 x"), owned(&expected));
        let whole = WordTokenizer::default();
        assert_eq!(tokens(whole, "TNF\u{3b1}"), owned(&[("TNF\u{3b1}", 0)]));
    }

    #[test]
    fn possessives_are_left_out() {
        let expected = [("Crohn", 0), ("d", 1), ("Arcy", 2), ("patients", 3), ("it", 4)];
        assert_eq!(
            tokens(WordTokenizer::default(), "Crohn\u{2019}s d'Arcy patients' it's"),
            owned(&expected)
        );
    }

    #[test]
    fn values_have_boundaries() {
        let split = WordTokenizer { boundaries: true, ..WordTokenizer::default() };
        let expected = [(BOUNDARY, 0), ("Fever", 1), (BOUNDARY, 2)];
        assert_eq!(tokens(split, " Fever."), owned(&expected));
        assert_eq!(tokens(split, " ... "), []);
    }

    #[test]
    fn each_site_has_its_positions() {
        let split = WordTokenizer { boundaries: true, sites: true, ..WordTokenizer::default() };
        let expected = [
            (BOUNDARY, 0),
            ("New", 1),
            ("York", 2),
            (BOUNDARY, 3),
            (BOUNDARY, 512),
            ("a", 513),
            (BOUNDARY, 514),
            (BOUNDARY, 515),
            ("b", 516),
            (BOUNDARY, 517),
        ];
        assert_eq!(tokens(split, "New York\u{1e}\u{1e}a\u{1f}b\u{1e}"), owned(&expected));
        let constants = tokens(SiteConstants::default(), "A\u{1f}B\u{1e}\u{1e}C\u{1e}");
        assert_eq!(constants, owned(&[("A", 0), ("B", 0), ("C", 512)]));
    }

    #[test]
    fn a_site_keeps_to_its_positions_however_long_its_text() {
        let split = WordTokenizer { sites: true, ..WordTokenizer::default() };
        let text = format!("{}\u{1e}end", "word ".repeat(SITE_WIDTH * 2));
        let found = tokens(split, &text);
        assert_eq!(found[SITE_WIDTH * 2 - 1].1, SITE_WIDTH - 1);
        assert_eq!(found.last().map(|(_, position)| *position), Some(SITE_WIDTH));
    }
}
