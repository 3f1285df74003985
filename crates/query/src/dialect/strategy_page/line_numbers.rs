//! Numbers before lines, in the forms that strategies are printed in.

use super::line_combinations::combination;
use super::page_lines::PageLine;
use super::search_signs::is_operator;
use crate::dialect::systems::Dialect;
use crate::word_list::WordList;

/// Whether a line says nothing: it is blank or a remark, which begins with
/// `//`, or with `#` and a blank.
pub(crate) fn is_remark(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//") || line.starts_with("# ")
}

/// A line with its number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NumberedLine<'a> {
    pub(crate) number: u32,
    pub(crate) text: &'a str,
    /// The number begins with `S`.
    pub(super) with_s: bool,
    /// Nothing but a blank parts the number from what follows.
    pub(super) bare: bool,
    /// The letter or Roman number that it is named by.
    pub(super) name: &'a str,
}

/// Number and text of a line such as `#3 a AND b`, `3. a AND b`, `3.a` or
/// `S3 a`.
pub(crate) fn numbered(line: &str, dialect: Option<Dialect>) -> Option<NumberedLine<'_>> {
    let line = line.trim();
    let sign = line.chars().next().filter(|c| matches!(c, '#' | 'S' | 's'));
    let mut rest = sign.map_or(line, |sign| &line[sign.len_utf8()..]);
    if sign == Some('#') && dialect.is_some() {
        rest = rest.trim_start();
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok()?;
    let rest = &rest[digits..];
    let text = rest.strip_prefix(['.', ')', ':', '|']).unwrap_or(rest);
    let dashed = dialect.and_then(|_| behind_dash(text));
    let marked = text.len() < rest.len() || dashed.is_some();
    let text = dashed.unwrap_or(text);
    let tab = text.starts_with('\t') && (sign.is_some() || marked || dialect.is_some());
    let joined = marked && !text.starts_with(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let parted = text.starts_with(' ') || tab || (joined && !text.is_empty());
    let with_s = matches!(sign, Some('S' | 's'));
    // `1 and 2` names two lines.
    if !marked && !tab && joins(text, dialect) {
        return None;
    }
    (parted && !text.trim().is_empty()).then_some(NumberedLine {
        number,
        text: text.trim(),
        with_s,
        bare: sign.is_none() && !marked,
        name: "",
    })
}

/// Whether a text behind a number goes on from the line of that number.
fn joins(text: &str, dialect: Option<Dialect>) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let small = first.to_lowercase();
    is_operator(&small)
        || (dialect.is_some() && matches!(small.as_str(), "&" | "+" | "and/or" | "to" | "through"))
}

/// The text after ` - `, unless it is a number.
fn behind_dash(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix(['-', '\u{2014}'])?;
    let blank = text.starts_with(' ') && rest.starts_with(' ');
    let ranges = rest.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '#');
    (blank && (!ranges || combination(rest, true).is_some())).then_some(rest)
}

/// How the lines of a text are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineNumbering {
    /// They are not.
    None,
    /// By digits.
    Digits,
    /// `a.`, `b.`
    Letters,
    /// `i.`, `ii.`
    Romans,
}

impl LineNumbering {
    pub(super) fn is_some(self) -> bool {
        self != Self::None
    }

    /// The numbering of a text. In our own language the first line has a
    /// number.
    pub(super) fn of(lines: &[PageLine], dialect: Option<Dialect>) -> Self {
        let texts: Vec<&str> = lines
            .iter()
            .map(|line| line.text.as_str())
            .filter(|line| !is_remark(line) || numbered(line, dialect).is_some())
            .collect();
        let Some(of) = dialect else {
            let first = texts.first().is_some_and(|line| numbered(line, None).is_some());
            return if first { Self::Digits } else { Self::None };
        };
        let found: Vec<u32> =
            texts.iter().filter_map(|line| Some(any_digits(line, of)?.number)).collect();
        let alone = texts.len() == 1 || found.first() == Some(&1);
        if found.len() > 1 || (found.len() == 1 && alone) {
            return Self::Digits;
        }
        [Self::Romans, Self::Letters]
            .into_iter()
            .find(|kind| kind.counts(&texts))
            .unwrap_or(Self::None)
    }

    /// Whether two lines or more are counted on by it from the first number.
    fn counts(self, texts: &[&str]) -> bool {
        let found: Vec<u32> =
            texts.iter().filter_map(|line| Some(self.counted(line)?.number)).collect();
        found.len() > 1 && (1..).zip(&found).all(|(expected, found)| expected == *found)
    }

    fn counted(self, line: &str) -> Option<NumberedLine<'_>> {
        match self {
            Self::None | Self::Digits => None,
            Self::Letters => named(line, letter),
            Self::Romans => named(line, roman),
        }
    }

    /// Number and text of a line.
    pub(super) fn number(self, line: &str, dialect: Option<Dialect>) -> Option<NumberedLine<'_>> {
        match (self, dialect) {
            (Self::None, _) => None,
            (Self::Digits, None) => numbered(line, None),
            (Self::Digits, Some(of)) => any_digits(line, of),
            (Self::Letters | Self::Romans, _) => self.counted(line),
        }
    }
}

/// Words before the number of a line (in small letters).
const WORDS: WordList =
    WordList("search|line|set|step|no.|no|nr.|nr|query|statement|concept|block|string|number");

/// Whether a line begins with what a block of lines is called, and a number:
/// `Set 1: Obesity`, `Concept 2 - Surgery`.
pub(super) fn names_block(line: &str) -> bool {
    const BLOCKS: [&str; 6] = ["set", "concept", "block", "step", "string", "part"];
    let small = line.trim().to_lowercase();
    BLOCKS.iter().filter_map(|word| small.strip_prefix(word)).any(|rest| {
        let rest = rest.trim_start_matches([' ', '#']);
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let after_blank = after.trim_start();
        after.len() < rest.len()
            && (after_blank.is_empty() || after_blank.starts_with([':', '-', '.', '(']))
    })
}

/// A line with digits before it in any form.
fn any_digits(line: &str, of: Dialect) -> Option<NumberedLine<'_>> {
    let line = without_mark(line.trim());
    if let Some(found) = numbered(line, Some(of)) {
        return Some(found);
    }
    bracketed(line).or_else(|| with_word(line, of)).or_else(|| slashed(line))
}

/// A line without the mark of a list, `-`, before its number.
fn without_mark(line: &str) -> &str {
    let marked = line.strip_prefix(['-', '*', '>', '\u{2022}', '\u{b7}', '\u{2013}']);
    let rest = marked.unwrap_or_default().trim_start();
    let numbered = rest.trim_start_matches(['#', 'S', '(', '[']);
    if numbered.starts_with(|c: char| c.is_ascii_digit()) { rest } else { line }
}

/// `(1) gout`, `[1] gout`, `[3] [1] OR [2]`
fn bracketed(line: &str) -> Option<NumberedLine<'_>> {
    let close = if line.starts_with('(') { ')' } else { ']' };
    let inner = line.strip_prefix(['(', '['])?;
    let (digits, text) = inner.split_once(close)?;
    let digits = digits.trim().trim_start_matches('#');
    let known = !digits.is_empty() && digits.len() < 4;
    let number = digits.parse().ok().filter(|_| known)?;
    let text = text.trim_start_matches(['.', ':', ' ', '\t']);
    let first = text.split_whitespace().next()?.to_lowercase();
    let names = text.starts_with('[') && text[1..].starts_with(|c: char| c.is_ascii_digit());
    let field = text.starts_with('[') && !names;
    let goes_on = is_operator(&first) || field || text.starts_with(['.', ')', '/']);
    (!goes_on).then_some(NumberedLine { number, text, with_s: false, bare: false, name: "" })
}

/// `1/ gout`
fn slashed(line: &str) -> Option<NumberedLine<'_>> {
    let (digits, text) = line.split_once("/ ")?;
    let number = digits.parse().ok().filter(|_| digits.len() < 4)?;
    Some(NumberedLine { number, text: text.trim(), with_s: false, bare: false, name: "" })
}

/// `Search #1 gout`, `Line 3. gout`, `Set 1: gout`
fn with_word(line: &str, of: Dialect) -> Option<NumberedLine<'_>> {
    let end = line.find([' ', '#', '\t'])?;
    let word = line[..end].to_lowercase();
    if !WORDS.contains(word.as_str()) {
        return None;
    }
    let rest = line[end..].trim_start();
    let equals = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '#' | 'S' | 's'));
    let (number, text) = rest.split_at(equals?);
    if let Some(text) = text.trim_start().strip_prefix('=') {
        let number = number.trim_start_matches(['#', 'S', 's']).parse().ok()?;
        return Some(NumberedLine {
            number,
            text: text.trim(),
            with_s: false,
            bare: false,
            name: "",
        });
    }
    let found = numbered(rest, Some(of))?;
    // `Line 1 OR line 2` names lines.
    Some(NumberedLine { bare: false, ..found })
}

/// A line after a letter or a Roman number: `a. gout`, `Set A = gout`, `B:
/// gout`.
fn named(line: &str, number: fn(&str) -> Option<u32>) -> Option<NumberedLine<'_>> {
    let line = line.trim();
    let small = line.to_lowercase();
    let words = ["set ", "line ", "concept ", "block ", "step ", "group "];
    let length = words.iter().find(|word| small.starts_with(**word)).map_or(0, |word| word.len());
    let rest = line.get(length..)?;
    let rest = rest.strip_prefix('(').unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let (name, after) = rest.split_at(end);
    let spaced = after.trim_start();
    let text = spaced.strip_prefix(['.', ')', ':', '=', '\t']).or_else(|| behind_dash(after))?;
    let parted = text.starts_with([' ', '\t']) || spaced.starts_with(['=', ')', '\t']);
    let text = text.trim();
    let number = number(name).filter(|_| parted && !text.is_empty())?;
    Some(NumberedLine { number, text, with_s: false, bare: false, name })
}

fn letter(name: &str) -> Option<u32> {
    let [byte] = name.as_bytes() else { return None };
    byte.is_ascii_alphabetic().then(|| u32::from(byte.to_ascii_lowercase() - b'a') + 1)
}

/// The number of `i` to `xxxix`.
fn roman(name: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let small = name.to_ascii_lowercase();
    let ones = small.trim_start_matches('x');
    let tens = small.len() - ones.len();
    let one = ONES.iter().position(|known| *known == ones)?;
    let number = u32::try_from(tens * 10 + one).ok()?;
    (number > 0 && tens < 4).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_all_forms() {
        let of = |line: &'static str| {
            any_digits(line, Dialect::Ovid).map(|found| (found.number, found.text))
        };
        for line in [
            "1. gout",
            "1) gout",
            "1 - gout",
            "#1 gout",
            "# 1 gout",
            "S1. gout",
            "1: gout",
            "(1) gout",
            "[1] gout",
            "Line 1. gout",
            "Search #1 gout",
            "No. 1 gout",
            "Set 1: gout",
            "Step 1: gout",
            "1\tgout",
            "1/ gout",
            "Set 1 = gout",
            "1 \u{2014} gout",
        ] {
            assert_eq!(of(line), Some((1, "gout")), "{line}");
        }
        for line in ["1 and 2", "Line 1 AND line 2", "Search #1 AND #2", "(1) or 2", "1 & 2"] {
            assert_eq!(of(line), None, "{line}");
        }
        assert_eq!(roman("ix"), Some(9));
        assert_eq!(roman("xiv"), Some(14));
        assert_eq!(roman("viii"), Some(8));
        assert_eq!(roman("exp"), None);
    }
}
