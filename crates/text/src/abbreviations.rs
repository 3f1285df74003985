//! Abbreviations that a text defines itself: `mesenchymal stem cells (MSC)`.
//!
//! The algorithm of Schwartz and Hearst ("A simple algorithm for identifying
//! abbreviation definitions in biomedical text", Pacific Symposium on
//! Biocomputing 2003): the text in brackets is a short form if its letters are
//! found in the words before, from right to left, the first of them at the
//! beginning of a word. Their algorithm takes the nearest such words, `myeloma`
//! in `multiple myeloma (MM)`, so words whose initials are the letters are
//! looked for before, as Sohn et al. do ("Abbreviation definition
//! identification based on automatic precision estimates", BMC Bioinformatics
//! 9, 2008).

use std::borrow::Cow;

use memchr::memchr2_iter;

/// An abbreviation and its long form, as spans of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbbreviationDefinition<'a> {
    /// `MSCs`.
    pub short: &'a str,
    /// `mesenchymal stem cells`. It may hold brackets that belong to words
    /// inside, see [`without_brackets`].
    pub long: &'a str,
}

/// Bytes that are looked at before a bracket.
const BEFORE: usize = 240;

/// Bytes that are looked at within a bracket.
const INSIDE: usize = 240;

/// Brackets within brackets at most.
const DEPTH: usize = 3;

/// Characters of a short form at most.
const LETTERS: usize = 10;

/// Words that initials may pass over.
#[rustfmt::skip]
const PASSED: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "de", "for", "from", "in", "of", "on", "or", "per", "the", "to",
    "using", "via", "with",
];

/// Words that no name begins with.
#[rustfmt::skip]
const NEVER_FIRST: &[&str] = &[
    "a", "an", "and", "are", "be", "been", "between", "but", "by", "each", "for", "from", "had", "has",
    "have", "if", "is", "of", "or", "than", "that", "the", "their", "these", "this", "those", "versus",
    "vs", "was", "were", "when", "which", "who", "will", "with",
];

/// Words that may be before a name in brackets.
#[rustfmt::skip]
const LEADING: &[&str] = &[
    "a", "abbreviated", "also", "an", "as", "called", "eg", "for", "formerly", "hereafter", "hereinafter",
    "ie", "known", "namely", "or", "previously", "referred", "stands", "termed", "the", "to",
];

/// What is in brackets like a short form, and is none.
#[rustfmt::skip]
const NO_SHORT_FORMS: &[&str] = &[
    "and", "aka", "but", "cf", "eg", "etc", "ex", "fig", "ie", "ii", "iii", "incl", "nb", "no", "none", "not", "note",
    "or", "see", "table", "the", "viz", "vs", "yes",
];

/// Words that a number or a letter after them makes a place in a schedule or
/// a group of a study, not a name.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "aim", "arm", "cohort", "cycle", "day", "days", "dose", "group", "hour", "hours", "item", "level",
    "minute", "month", "months", "part", "period", "phase", "question", "session", "stage", "step", "time",
    "timepoint", "treatment", "visit", "week", "weeks", "year", "years",
];

/// The abbreviations that a text defines, in its order, as often as it does.
#[must_use]
pub fn definitions(text: &str) -> Vec<AbbreviationDefinition<'_>> {
    let openings = memchr2_iter(b'(', b'[', text.as_bytes());
    openings.filter_map(|open| definition(text, open)).collect()
}

/// A text without the brackets in it: `chimeric antigen receptor (CAR) T cells`
/// is `chimeric antigen receptor T cells`.
#[must_use]
pub fn without_brackets(text: &str) -> Cow<'_, str> {
    if memchr2_iter(b'(', b'[', text.as_bytes()).next().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut plain, mut depth) = (String::with_capacity(text.len()), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            // A blank before the bracket is no longer needed.
            '-' | ',' if depth == 0 && plain.ends_with(' ') => {
                plain.truncate(plain.trim_end().len());
                plain.push(c);
            }
            ' ' if depth == 0 && plain.ends_with(' ') => {}
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    Cow::Owned(plain)
}

/// A run of letters and digits.
#[derive(Debug, Clone, Copy)]
struct TextRun {
    from: usize,
    to: usize,
    /// Number of the word that it is of, by blanks.
    word: usize,
}

/// The definition that a bracket makes.
fn definition(text: &str, open: usize) -> Option<AbbreviationDefinition<'_>> {
    let inside = inside(text, open)?;
    let item = first_item(inside);
    let named = without_leading(item);
    if is_short_form(named) {
        let before = parts_before(text, open);
        if let Some(long) = long_form(text, &before, named, false) {
            return Some(AbbreviationDefinition { short: named, long });
        }
    }
    let short = last_word(&text[..open])?;
    if !is_evident(short) {
        return None;
    }
    // `CHOP (cyclophosphamide, hydroxydaunorubicin, ...)`
    let long = [inside, item].into_iter().find_map(|long| {
        let parts = parts_of(long, 0, long.len());
        long_form(long, &parts, short, true)
    })?;
    Some(AbbreviationDefinition { short, long })
}

/// What is between a bracket and the one that closes it.
fn inside(text: &str, open: usize) -> Option<&str> {
    let from = open + 1;
    let mut depth = 1;
    for (at, byte) in text.as_bytes()[from..].iter().take(INSIDE).enumerate() {
        match byte {
            b'(' | b'[' if depth == DEPTH => return None,
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(trimmed(&text[from..from + at]));
        }
    }
    None
}

/// A text without blanks, quotes and escapes around it.
fn trimmed(text: &str) -> &str {
    let quotes =
        |c: char| c.is_whitespace() || "\\\"'*_\u{201c}\u{201d}\u{2018}\u{2019}".contains(c);
    let marks = |c: char| quotes(c) || ".\u{ae}\u{2122}".contains(c);
    text.trim_start_matches(quotes).trim_end_matches(marks)
}

/// What is in a bracket before the first mark that ends an item.
fn first_item(inside: &str) -> &str {
    let marks = [",", ";", "=", ":", "(", "[", " or ", " - ", " \u{2013} "];
    // The first mark of all: each ends the text that the one before leaves.
    let item = marks.iter().fold(inside, |item, mark| item.split(mark).next().unwrap_or(item));
    trimmed(item)
}

/// A text without words such as `hereafter`.
fn without_leading(item: &str) -> &str {
    let mut rest = item;
    while let Some((word, after)) = rest.split_once(' ') {
        if !is_one_of(LEADING, word) {
            break;
        }
        rest = trimmed(after);
    }
    rest
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a text has the looks of a short form.
fn is_short_form(text: &str) -> bool {
    let length = text.chars().take(LETTERS + 1).count();
    if !(2..=LETTERS).contains(&length) || !text.starts_with(char::is_alphanumeric) {
        return false;
    }
    let known = |c: char| c.is_alphanumeric() || " -/+.&'\u{2019}\u{2010}\u{2011}".contains(c);
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let words = text.split_whitespace().count();
    // A number with a unit has no capital: `10mg`, `5 mg`.
    let counted = text.starts_with(char::is_numeric) && !text.contains(char::is_uppercase);
    text.chars().all(known)
        && letters.contains(char::is_alphabetic)
        && !counted
        && !(is_one_of(NO_SHORT_FORMS, &letters) && text.contains(char::is_lowercase))
        && (words == 1 && !is_plain(text, 4)
            || words == 2 && !text.split_whitespace().any(|word| is_plain(word, 2)))
}

/// Whether a text is an ordinary word, or several with hyphens, one of them
/// with at least that many letters.
fn is_plain(text: &str, least: usize) -> bool {
    text.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
        && text.split('-').any(|part| part.chars().count() >= least)
}

/// Whether a word is a short form by its looks alone: `MSCs`, `mRNA`, `C3`.
fn is_evident(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let other = word.contains(char::is_numeric) || word.starts_with(char::is_lowercase);
    is_short_form(word) && (capitals >= 2 || capitals == 1 && other)
}

/// The last word of a text.
fn last_word(text: &str) -> Option<&str> {
    let text = trimmed(tail(text, 40));
    let from = text.rfind(|c: char| c.is_whitespace() || "([,;".contains(c));
    let from = from.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let word = trimmed(&text[from..]);
    (!word.is_empty()).then_some(word)
}

/// The end of a text, of that many bytes at most.
fn tail(text: &str, bytes: usize) -> &str {
    let mut from = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// The parts of a sentence before a bracket.
fn parts_before(text: &str, open: usize) -> Vec<TextRun> {
    let window = tail(&text[..open], BEFORE);
    // The first word may have been cut.
    let cut = window.len() < open && !window.starts_with(char::is_whitespace);
    let skipped = if cut { window.find(char::is_whitespace).unwrap_or(window.len()) } else { 0 };
    parts_of(text, open - window.len() + skipped, open)
}

/// The parts of the last sentence in a range of a text, without those in
/// brackets; where the range ends within a bracket, those in it.
fn parts_of(text: &str, from: usize, to: usize) -> Vec<TextRun> {
    let (mut parts, mut opened) = (Vec::<TextRun>::new(), Vec::new());
    let (mut word, mut in_part) = (0, false);
    for (offset, c) in text[from..to].char_indices() {
        let at = from + offset;
        let end = at + c.len_utf8();
        let letter = c.is_alphanumeric() || in_part && is_apostrophe(c, &text[end..to]);
        match parts.last_mut() {
            Some(part) if letter && in_part => part.to = end,
            _ if letter => parts.push(TextRun { from: at, to: end, word }),
            _ => {}
        }
        in_part = letter;
        match c {
            '(' | '[' => opened.push(parts.len()),
            ')' | ']' => parts.truncate(opened.pop().unwrap_or(0)),
            _ if c.is_whitespace() && !text[from..at].ends_with(char::is_whitespace) => word += 1,
            _ => {}
        }
        if ends_sentence(c, &text[from..at], &text[end..to]) {
            parts.clear();
            opened.clear();
        }
    }
    parts.drain(..opened.pop().unwrap_or(0).min(parts.len()));
    parts
}

fn is_apostrophe(c: char, after: &str) -> bool {
    matches!(c, '\'' | '\u{2019}') && after.starts_with(char::is_alphanumeric)
}

/// Whether a sentence, or an entry of a list, ends with a character.
fn ends_sentence(c: char, before: &str, after: &str) -> bool {
    match c {
        ';' | '\u{2022}' => true,
        ':' => after.starts_with(char::is_whitespace),
        '.' | '?' | '!' => {
            let next = after.trim_start();
            // `St. Jude`, `E. coli`, `vs. MSC`.
            let letters = before.chars().rev().take_while(|c| c.is_alphabetic()).take(3).count();
            next.len() < after.len()
                && (!(1..=2).contains(&letters) || c != '.')
                && !next.starts_with(char::is_lowercase)
        }
        // Old records break lines within sentences.
        '\n' => {
            let next = after.trim_start_matches([' ', '\t', '\r']);
            let digits = next.trim_start_matches(|c: char| c.is_ascii_digit());
            next.starts_with(['\n', '*', '-'])
                || digits.len() < next.len() && digits.starts_with(['.', ')', '\\'])
        }
        _ => false,
    }
}

/// The long form of a short form, by the parts that it may end with. `whole`:
/// the text must begin with it, too.
fn long_form<'a>(text: &'a str, parts: &[TextRun], short: &str, whole: bool) -> Option<&'a str> {
    let letters = letters_of(short);
    let last = *parts.last()?;
    let words = (letters.len() + 5).min(letters.len() * 2);
    let within = parts.iter().position(|part| last.word - part.word < words)?;
    if whole && (within > 0 || text.find(char::is_alphanumeric) != Some(parts[0].from)) {
        return None;
    }
    let parts = &parts[within..];
    let found = initials(text, parts, &letters);
    let (from, to) = found.or_else(|| {
        let found = scattered(text, parts, &letters)?;
        // `eggs and other food allergens (egg)`
        let several = found.0 < found.1 && !short.contains(char::is_uppercase);
        (!several).then_some(found)
    })?;
    let written = |part: &TextRun| &text[part.from..part.to];
    if whole && !parts[..from].iter().all(|part| is_one_of(LEADING, written(part))) {
        return None;
    }
    let from = with_numbers(text, parts, from);
    let parts = &parts[from..=to];
    let long = &text[parts[0].from..last_of(parts).to];
    is_long_form(text, parts, short).then_some(long)
}

/// The first part of a name with the numbers that are joined to it:
/// `2',3'-dideoxyinosine`.
fn with_numbers(text: &str, parts: &[TextRun], first: usize) -> usize {
    let mut from = first;
    while let Some(at) = from.checked_sub(1) {
        let (number, join) =
            (&text[parts[at].from..parts[at].to], &text[parts[at].to..parts[from].from]);
        let joined = join.chars().all(|c| "-,'\u{2019}\u{2032}".contains(c))
            && (from < first || join.ends_with('-'));
        if !joined || !number.chars().all(char::is_numeric) {
            break;
        }
        from = at;
    }
    from
}

fn last_of(parts: &[TextRun]) -> TextRun {
    parts[parts.len() - 1]
}

/// The letters and digits that have to be found, without the `s` of a plural.
fn letters_of(short: &str) -> Vec<char> {
    let mut letters: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
    if let [.., before, 's'] = letters.as_slice()
        && (before.is_uppercase() || before.is_numeric())
    {
        letters.pop();
    }
    letters.into_iter().map(folded).collect()
}

/// A character as it is compared: in lower case, Greek as the Latin letter
/// that its name begins with.
fn folded(c: char) -> char {
    let c = c.to_lowercase().next().unwrap_or(c);
    let greek = "αβγδεζηθικλμµνξπρσςτυφχψω";
    let latin = "abgdezetiklmmnxprsstupcpo";
    let at = if c.is_ascii() { None } else { greek.chars().position(|known| known == c) };
    at.and_then(|at| latin.chars().nth(at)).unwrap_or(c)
}

/// The first and the last of the parts whose initials the letters are.
fn initials(text: &str, parts: &[TextRun], letters: &[char]) -> Option<(usize, usize)> {
    // `dose limiting toxicity rate (DLT)`
    let passed_at_the_end = usize::from(letters.len() > 2);
    (0..=passed_at_the_end).find_map(|passed| {
        let parts = &parts[..parts.len().checked_sub(passed)?];
        let from = initials_from(text, parts, letters)?;
        Some((from, parts.len() + passed - 1))
    })
}

fn initials_from(text: &str, parts: &[TextRun], letters: &[char]) -> Option<usize> {
    let mut left = letters;
    for (at, part) in parts.iter().enumerate().rev() {
        let written = &text[part.from..part.to];
        let folded: Vec<char> = written.chars().map(folded).collect();
        let first = left.len() == 1;
        if let Some(rest) = left.strip_suffix(folded.as_slice()) {
            // `DNA` in `ctDNA`, `12` in `SF-12`
            left = rest;
        } else if left.last() == folded.first() && !(first && is_one_of(NEVER_FIRST, written)) {
            left = &left[..left.len() - 1];
        } else if !is_one_of(PASSED, written) || left.len() == letters.len() {
            return None;
        }
        if left.is_empty() {
            return Some(at);
        }
    }
    None
}

/// The first and the last of the parts that the letters are found in, as
/// [`begins_with`] has it: `SC` in `subcutaneous`, `PTH` in `parathyroid
/// hormone`. The last part has some, and few words have none.
fn scattered(text: &str, parts: &[TextRun], letters: &[char]) -> Option<(usize, usize)> {
    let most = if letters.len() > 2 { letters.len() } else { 0 };
    // For each number of letters that are left: how many words at least have
    // none so far.
    let mut without = [usize::MAX; LETTERS + 1];
    without[letters.len()] = 0;
    for (at, part) in parts.iter().enumerate().rev() {
        let written = &text[part.from..part.to];
        let passed = usize::from(!is_one_of(PASSED, written));
        let mut next = [usize::MAX; LETTERS + 1];
        for left in (1..=letters.len()).filter(|left| without[*left] <= most) {
            if at + 1 < parts.len() {
                next[left] = next[left].min(without[left] + passed);
            }
            for less in (0..left).filter(|less| begins_with(written, &letters[*less..left])) {
                if less > 0 || starts_with(written, letters[0]) {
                    next[less] = next[less].min(without[left]);
                }
            }
        }
        if next[0] <= most && !is_one_of(NEVER_FIRST, written) {
            return Some((at, parts.len() - 1));
        }
        next[0] = usize::MAX;
        without = next;
    }
    None
}

/// Whether a word has some letters in their order, the first of them at its
/// beginning, or where the second part of a compound begins: `T` in
/// `aminotransferase`.
fn begins_with(word: &str, letters: &[char]) -> bool {
    let Some((first, others)) = letters.split_first() else { return true };
    let mut characters = word.chars().map(folded);
    let mut before = 'o';
    // The first such beginning leaves the most for the other letters.
    while let Some(c) = characters.next() {
        if c == *first && before == 'o' {
            return others.iter().all(|letter| characters.any(|c| c == *letter));
        }
        before = c;
    }
    false
}

fn starts_with(word: &str, letter: char) -> bool {
    word.chars().next().is_some_and(|c| folded(c) == letter)
}

/// Whether parts can be the long form of a short form.
fn is_long_form(text: &str, parts: &[TextRun], short: &str) -> bool {
    let words: Vec<&str> = parts.iter().map(|part| &text[part.from..part.to]).collect();
    let letters = letters_of(short);
    let long: usize = words.iter().map(|word| word.chars().count()).sum();
    let same = |words: &[&str]| words.concat().chars().map(folded).eq(letters.iter().copied());
    let holds =
        (0..words.len()).any(|from| (from + 1..=words.len()).any(|to| same(&words[from..to])));
    let numbered =
        words.len() == 2 && is_one_of(COUNTED, words[0]) && words[1].chars().count() <= 2;
    let named = words.iter().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
    let least = letters.len() + if words.len() == 1 { 3 } else { 1 };
    long >= least && named && !holds && !numbered
}

#[cfg(test)]
mod tests;
