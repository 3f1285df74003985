//! Words as they are typed: escapes, and the signs for prefixes and fuzzy
//! matching. Reading and printing are side by side, since they are inverse.

use super::Span;
use super::meaning::{QueryWord, WordMatching};
use crate::word_list::WordList;

/// Letters that are needed before a `*`.
pub(super) const FEWEST_BEFORE_STAR: usize = 3;

/// Letters that a word with signs for others has beside them; with fewer it is
/// plain.
const FEWEST_IN_PATTERN: usize = 4;

/// The same if one sign matches one letter at most, as in `m?n`.
const FEWEST_AROUND_LETTER: usize = 2;

/// Letters that a word needs for fuzzy matching.
const FEWEST_ALIKE: usize = 4;

/// Farthest that two words of a `NEAR` may be apart.
pub(super) const FARTHEST: u32 = 100;

/// Words that are operators, when they are written in capitals.
pub(super) const OPERATORS: WordList = WordList(
    "AND|OR|NOT|AREA|SEARCH|COVERAGE|COVER|EXPANSION|EXPAND|EXPLODE|TILT|RANGE|DISTANCE|\
     MISSING",
);

/// Straight double quotes, and those that word processors make of them.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// Quotes of other languages and scripts that open a phrase, and what closes
/// it.
const PAIRS: [(char, char); 7] = [
    ('\u{ab}', '\u{bb}'),
    ('\u{bb}', '\u{ab}'),
    ('\u{2039}', '\u{203a}'),
    ('\u{2033}', '\u{2033}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{300e}', '\u{300f}'),
    ('\u{ff02}', '\u{ff02}'),
];

/// Whether a phrase may begin with a character, beside those of [`is_quote`].
pub(super) fn opens(c: char) -> bool {
    PAIRS.iter().any(|(open, _)| *open == c)
}

/// Whether a character closes a phrase that another one opens.
pub(super) fn closes(open: char, c: char) -> bool {
    let pair = PAIRS.iter().find(|(known, _)| *known == open);
    pair.map_or_else(|| is_quote(c), |(_, close)| *close == c)
}

/// Bytes of the possessive that a text begins with, as behind the phrase of
/// `"uric acid"'s`; 0 where it begins with none.
pub(super) fn possessive(rest: &str) -> usize {
    let after =
        rest.strip_prefix(['\'', '\u{2019}']).and_then(|rest| rest.strip_prefix(['s', 'S']));
    let ends = |after: &&str| !after.starts_with(char::is_alphanumeric);
    after.filter(ends).map_or(0, |after| rest.len() - after.len())
}

/// Characters that end a word.
pub(super) fn is_reserved(c: char) -> bool {
    is_quote(c) || matches!(c, '(' | ')' | '[' | ']' | ',' | '\\')
}

/// Whether a text holds something to look for.
pub(super) fn holds_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// The number of `NEAR/3`.
pub(super) fn near(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("NEAR/")?;
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    (only_digits && !digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX))
}

fn is_operator(text: &str) -> bool {
    text == "ALL" || OPERATORS.contains(text) || near(text).is_some()
}

/// Whether a word without a backslash before it is an operator, or refused as
/// one or as the name of a line.
fn is_taken_for_more(text: &str) -> bool {
    let names_a_line =
        text.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let lines = text.split_once('/').is_some_and(|(operator, rest)| {
        ["or", "and", "not"].iter().any(|known| operator.eq_ignore_ascii_case(known))
            && rest.starts_with(|c: char| c.is_ascii_digit() || c == '#')
    });
    is_operator(text) || text.eq_ignore_ascii_case("or") || names_a_line || lines
}

/// A word while it is read.
#[derive(Debug, Default)]
pub(super) struct WordDraft {
    text: String,
    start: usize,
    /// Bytes up to the end of the last escaped character; 0 if there is none.
    escaped: usize,
}

impl WordDraft {
    pub(super) fn at(start: usize) -> Self {
        Self { start, ..Self::default() }
    }

    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    pub(super) fn push_escaped(&mut self, c: char) {
        self.text.push(c);
        self.escaped = self.text.len();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text, if none of it is escaped: operators are.
    pub(super) fn bare(&self) -> Option<&str> {
        (self.escaped == 0).then_some(self.text.as_str())
    }

    /// The word, and the error in its sign.
    pub(super) fn finish(self, end: usize, quoted: bool) -> (QueryWord, Option<(String, String)>) {
        let span = self.start..end;
        let (matching, stem) = sign(&self.text, quoted);
        if matching == WordMatching::Whole || stem < self.escaped {
            return (QueryWord { text: self.text, matching: WordMatching::Whole, span }, None);
        }
        if matching == WordMatching::Pattern && self.escaped > 0 {
            return (QueryWord { text: self.text, matching: WordMatching::Whole, span }, None);
        }
        let end = if matching == WordMatching::Pattern { self.text.len() } else { stem };
        let text = self.text[..end].to_owned();
        let wrong = too_short(&text, matching);
        let matching = if wrong.is_some() { WordMatching::Whole } else { matching };
        (QueryWord { text, matching, span }, wrong)
    }
}

/// The meaning of the signs of a word, and the place of the first one that has
/// a meaning.
fn sign(text: &str, quoted: bool) -> (WordMatching, usize) {
    if !holds_words(text) {
        return (WordMatching::Whole, text.len());
    }
    if let Some(at) = pattern(text) {
        return (WordMatching::Pattern, at);
    }
    if let Some(stem) = text.strip_suffix('*') {
        return (WordMatching::Beginning, stem.len());
    }
    if !quoted {
        for (end, letters) in [("~", 1), ("~1", 1), ("~2", 2)] {
            if let Some(stem) = text.strip_suffix(end).filter(|stem| holds_words(stem)) {
                return (WordMatching::Similar(letters), stem.len());
            }
        }
    }
    (WordMatching::Whole, text.len())
}

/// Whether a word is a pattern, such as `wom?n`.
pub(super) fn is_pattern(text: &str) -> bool {
    pattern(text).is_some()
}

/// The place of the first pattern sign of a word: letters before and after `?`
/// or `#`, letters after `*`. At the end of a word, `?` and `#` are plain.
fn pattern(text: &str) -> Option<usize> {
    let sign = |c: char| matches!(c, '?' | '#' | '*');
    if !text.contains(sign) {
        return None;
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '\u{2019}') || sign(c);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let one = text.chars().filter(|c| sign(*c)).count() == 1 && !text.contains('*');
    let fewest = if one { FEWEST_AROUND_LETTER } else { FEWEST_IN_PATTERN };
    if letters < fewest || !text.chars().all(plain) {
        return None;
    }
    let signs = text.char_indices().filter(|(_, c)| sign(*c));
    let mut inner = signs.filter(|(at, c)| {
        let (before, after) = (&text[..*at], text[at + 1..].trim_start_matches(sign));
        let begins = before.trim_end_matches(sign);
        after.starts_with(char::is_alphabetic)
            && (begins.ends_with(char::is_alphabetic) || (begins.is_empty() && *c == '*'))
    });
    let (at, _) = inner.next()?;
    let ends = text.ends_with(['?', '#']);
    (!ends).then_some(at)
}

/// Message and hint for a sign after too few letters.
fn too_short(stem: &str, matching: WordMatching) -> Option<(String, String)> {
    let letters = stem.chars().filter(|c| c.is_alphanumeric()).count();
    match matching {
        WordMatching::Beginning if letters < FEWEST_BEFORE_STAR => Some((
            format!("`{stem}*` would match too many words"),
            format!(
                "type at least {FEWEST_BEFORE_STAR} letters before `*`, or `\\*` for the character"
            ),
        )),
        WordMatching::Similar(_) if letters < FEWEST_ALIKE => Some((
            format!("`{stem}` is too short for words like it"),
            format!(
                "type a word of at least {FEWEST_ALIKE} letters before `~`, or `\\~` for the character"
            ),
        )),
        _ => None,
    }
}

/// Prints a word so that it is read as the same word.
pub(super) fn write(word: &QueryWord, quoted: bool, out: &mut String) {
    let more = is_taken_for_more(&word.text) || word.text.starts_with(opens);
    if !quoted && word.matching == WordMatching::Whole && more {
        out.push('\\');
    }
    let literal = match sign(&word.text, quoted) {
        (WordMatching::Whole, _) => None,
        (_, stem) => (word.matching == WordMatching::Whole).then_some(stem),
    };
    for (at, c) in word.text.char_indices() {
        let reserved = if quoted { is_quote(c) || c == '\\' } else { is_reserved(c) };
        if reserved || literal == Some(at) {
            out.push('\\');
        }
        out.push(c);
    }
    match word.matching {
        WordMatching::Whole | WordMatching::Pattern => {}
        WordMatching::Beginning => out.push('*'),
        WordMatching::Similar(letters) => {
            out.push('~');
            out.push(char::from(b'0' + letters));
        }
    }
}

/// A word that is looked for literally, typed nowhere.
pub(super) fn whole(text: &str, span: Span) -> QueryWord {
    QueryWord { text: text.to_owned(), matching: WordMatching::Whole, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, WordMatching) {
        let mut draft = WordDraft::at(0);
        text.chars().for_each(|c| draft.push(c));
        let (word, wrong) = draft.finish(text.len(), false);
        assert_eq!(wrong, None, "{text}");
        (word.text, word.matching)
    }

    #[test]
    fn signs_stand_at_the_end() {
        assert_eq!(read("anemi*"), ("anemi".to_owned(), WordMatching::Beginning));
        assert_eq!(read("anemia~"), ("anemia".to_owned(), WordMatching::Similar(1)));
        assert_eq!(read("anemia~2"), ("anemia".to_owned(), WordMatching::Similar(2)));
        for pattern in
            ["m?n", "m#n", "an*mia", "*emia", "wom?n", "randomi#ed", "h?emorrhag*", "*glycerid*"]
        {
            assert_eq!(read(pattern), (pattern.to_owned(), WordMatching::Pattern));
        }
        for plain in
            ["*", "~1", "anemia~3", "a~b", "--", "kg*m", "why?", "C#", "#1", "5?6", "x#1", "a=b?c"]
        {
            assert_eq!(read(plain), (plain.to_owned(), WordMatching::Whole));
        }
    }

    #[test]
    fn words_are_printed_as_they_are_read() {
        let printed = |text: &str, matching| {
            let mut out = String::new();
            write(&QueryWord { text: text.to_owned(), matching, span: 0..0 }, false, &mut out);
            out
        };
        assert_eq!(printed("AND", WordMatching::Whole), "\\AND");
        assert_eq!(printed("NEAR/3", WordMatching::Whole), "\\NEAR/3");
        assert_eq!(printed("and", WordMatching::Whole), "and");
        assert_eq!(printed("a(b", WordMatching::Whole), "a\\(b");
        assert_eq!(printed("anemi*", WordMatching::Whole), "anemi\\*");
        assert_eq!(printed("anemi", WordMatching::Beginning), "anemi*");
        assert_eq!(printed("anemia", WordMatching::Similar(2)), "anemia~2");
    }
}
