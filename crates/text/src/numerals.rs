//! Roman numerals and number words that are the same as digits: `stage III`
//! is `stage 3`, `type two` is `type 2`.
//!
//! Only where such a word follows one that is numbered, since elsewhere `IV`
//! is a route, `I` a pronoun and `V` a vitamin's letter.

use std::collections::BTreeSet;

/// Words that are numbered. They are those that Roman numerals follow most
/// often in records of the registry, without those that are given `IV` (drugs)
/// or that are labels of one record alone (arms, groups, cohorts). By their
/// first letter, since each word of a text is compared with them.
const fn numbered(letter: u8) -> &'static [&'static str] {
    match letter {
        b'a' => &["angiotensin"],
        b'b' => &["bipolar"],
        b'c' => &["class", "classes", "cin"],
        b'd' => &["dsm"],
        b'f' => &["factor", "factors", "figo"],
        b'g' => &["grade", "grades"],
        b'h' => &["htlv"],
        b'i' => &["igf"],
        b'l' => &["level", "levels"],
        b'm' => &["mps", "mucopolysaccharidosis"],
        b'n' => &["nyha"],
        b'p' => &["part", "parts", "phase", "phases"],
        b's' => &["stage", "stages"],
        b't' => &["topoisomerase", "type", "types"],
        _ => &[],
    }
}

/// Words between the numerals of a list.
const BETWEEN: [&str; 6] = ["and", "or", "to", "through", "versus", "vs"];

#[rustfmt::skip]
const ROMAN: [&str; 20] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
    "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx",
];

const DIGITS: [&str; 20] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18", "19", "20",
];

const WORDS: [&str; 10] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// A numeral at the beginning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numeral {
    /// Bytes of the word; what follows is a letter, as in `IIIB`.
    pub(super) length: usize,
    /// The same in digits.
    pub(super) digits: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumeralKind {
    Roman,
    Word,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum NumeralState {
    /// No numbered word is before.
    #[default]
    Elsewhere,
    /// The word before is numbered.
    After,
    /// The word before is a numeral of a list, or is between two.
    List(NumeralKind),
    Between(NumeralKind),
}

/// Reads the words of a text one after another.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NumeralReader {
    state: NumeralState,
}

impl NumeralReader {
    /// The numeral that a word is, after the words before it. `gap` is the
    /// text between it and the one before.
    pub(super) fn read(&mut self, gap: &str, word: &str) -> Option<Numeral> {
        if self.state == NumeralState::Elsewhere {
            self.fresh(word);
            return None;
        }
        self.read_after(gap, word)
    }

    /// The same where a numbered word is before.
    #[cold]
    fn read_after(&mut self, gap: &str, word: &str) -> Option<Numeral> {
        // `II vs. III` is one list.
        let between = matches!(self.state, NumeralState::Between(_));
        let gap = if between { gap.trim_start_matches('.') } else { gap };
        if gap.contains(is_end) {
            self.fresh(word);
            return None;
        }
        let listed = gap.contains(['-', '/', ',', '&', '+', '\u{2013}', '\u{2014}', '\u{2011}']);
        let wanted = match self.state {
            NumeralState::After => Some(None),
            NumeralState::List(kind) if listed => Some(Some(kind)),
            NumeralState::Between(kind) => Some(Some(kind)),
            _ => None,
        };
        if let Some(wanted) = wanted
            && let Some((kind, numeral)) = numeral(word)
            && wanted.is_none_or(|wanted| wanted == kind)
        {
            self.state = NumeralState::List(kind);
            return numeral;
        }
        match self.state {
            NumeralState::List(kind) | NumeralState::Between(kind) if is_any(word, &BETWEEN) => {
                self.state = NumeralState::Between(kind);
            }
            _ => self.fresh(word),
        }
        None
    }

    fn fresh(&mut self, word: &str) {
        let first = word.as_bytes()[0].to_ascii_lowercase();
        let numbered = is_any(word, numbered(first));
        self.state = if numbered { NumeralState::After } else { NumeralState::Elsewhere };
    }
}

/// The digits of the numerals that begin with a small letter.
pub(super) fn digits_for(letter: char) -> impl Iterator<Item = &'static str> {
    let spelt = ROMAN.iter().zip(DIGITS).chain(WORDS.iter().zip(DIGITS));
    let of_letter = spelt.filter(move |(numeral, _)| numeral.starts_with(letter));
    of_letter.map(|(_, digits)| digits).collect::<BTreeSet<_>>().into_iter()
}

/// Words that follow one another, with numerals in digits after numbered words,
/// so that each can be looked for by itself.
#[must_use]
pub fn in_digits(texts: &[&str]) -> Vec<String> {
    let mut numerals = NumeralReader::default();
    let mut gap = String::new();
    let mut spelt = |text: &str| {
        let mut found = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (between, after) = rest.split_at(rest.find(is_of_word).unwrap_or(rest.len()));
            let (word, after) =
                after.split_at(after.find(|c| !is_of_word(c)).unwrap_or(after.len()));
            found.push_str(between);
            gap.push_str(between);
            if !word.is_empty() {
                let numeral = numerals.read(&gap, word);
                found.push_str(numeral.map_or("", |numeral| numeral.digits));
                found.push_str(&word[numeral.map_or(0, |numeral| numeral.length)..]);
                gap.clear();
            }
            rest = after;
        }
        gap.push(' ');
        found
    };
    texts.iter().map(|text| spelt(text)).collect()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Ends of sentences and values, over which nothing is numbered.
fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | super::UNIT | super::VALUE)
}

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// What a word is as a numeral: its kind, and the numeral where it is not in
/// digits already.
fn numeral(word: &str) -> Option<(NumeralKind, Option<Numeral>)> {
    if word.len() <= 3 && word.as_bytes()[0].is_ascii_digit() {
        return Some((NumeralKind::Roman, None));
    }
    if let Some(at) = WORDS.iter().position(|one| word.eq_ignore_ascii_case(one)) {
        let numeral = Numeral { length: word.len(), digits: DIGITS[at] };
        return Some((NumeralKind::Word, Some(numeral)));
    }
    roman(word).map(|numeral| (NumeralKind::Roman, Some(numeral)))
}

fn roman(word: &str) -> Option<Numeral> {
    let first = word.chars().next()?;
    let (length, at) = if is_roman(first) {
        // Both rows of Unicode's number forms begin with 1 to 12.
        (first.len_utf8(), (u32::from(first) - 0x2160) as usize % 16)
    } else {
        let length = word.bytes().take_while(|byte| b"ivxIVX".contains(byte)).count();
        (length, ROMAN.iter().position(|one| word[..length].eq_ignore_ascii_case(one))?)
    };
    is_sublevel(word, length).then_some(Numeral { length, digits: DIGITS[at] })
}

/// Whether the text after a numeral names a part of the numbered thing: `IIIB`,
/// `IIIA1`, `IIIS`.
fn is_sublevel(word: &str, length: usize) -> bool {
    let rest = &word.as_bytes()[length..];
    let Some((letter, after)) = rest.split_first() else { return true };
    let known = match letter {
        b'a'..=b'c' | b'A'..=b'C' => true,
        // `type ID` is none, `phase vs` neither.
        b'D' | b'E' | b'S' => length > 1,
        _ => false,
    };
    let ends = matches!(after, [] | [b'1'..=b'3']);
    known && ends && !is_any(word, &["va", "via"])
}

/// Whether a character is a Roman numeral of its own, up to 12.
fn is_roman(c: char) -> bool {
    matches!(c, '\u{2160}'..='\u{216b}' | '\u{2170}'..='\u{217b}')
}

/// The Roman numeral that is a character of its own, in letters.
pub(super) fn spelt(c: char) -> Option<&'static str> {
    is_roman(c).then(|| ROMAN[(u32::from(c) - 0x2160) as usize % 16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        in_digits(&[text]).remove(0)
    }

    #[test]
    fn numerals_after_what_is_numbered_are_digits() {
        for (text, expected) in [
            ("stage III", "stage 3"),
            ("Stage IIIB, IVa", "Stage 3B, 4a"),
            ("stages IIIA1 through IV disease", "stages 3A1 through 4 disease"),
            ("phase I/II", "phase 1/2"),
            ("Phase I-II or III", "Phase 1-2 or 3"),
            ("phase 1/II", "phase 1/2"),
            ("NYHA class II-IV", "NYHA class 2-4"),
            ("NYHA III", "NYHA 3"),
            ("type two or three", "type 2 or 3"),
            ("coagulation factors II, VII, IX, and X", "coagulation factors 2, 7, 9, and 10"),
            ("factor Xa, factor VIII", "factor 10a, factor 8"),
            ("stage I and/or II", "stage 1 and/or 2"),
            ("stage I vs. II", "stage 1 vs. 2"),
            ("Stage \u{2162}", "Stage 3"),
            ("stage IIIS", "stage 3S"),
        ] {
            assert_eq!(read(text), expected);
        }
    }

    #[test]
    fn numerals_elsewhere_stay() {
        for text in [
            "IV antibiotics",
            "vitamin D",
            "type A",
            "type C",
            "type D",
            "type ID",
            "phase via the",
            "phase vs grade",
            "In this phase. I will",
            "II IV",
            "type 2 and one more",
            "phase of IV",
            "hepatitis V",
            "one or two",
        ] {
            assert_eq!(read(text), text);
        }
        assert_eq!(
            in_digits(&["stage", "II-III", "or", "IV", "IV"]),
            ["stage", "2-3", "or", "4", "IV"]
        );
        assert_eq!(read("stage III IV antibiotics"), "stage 3 IV antibiotics");
        assert_eq!(read("stage II and ten controls"), "stage 2 and ten controls");
    }
}
