//! Words that the end of a line parts.

use super::page_lines::StrategyEntry;
use super::search_signs;
use crate::word_list::WordList;

/// Where a line ended in a hyphen that may part a word or belong to it.
const SEAM: char = '\u{e000}';

/// Puts the rest of a line behind its beginning.
pub(super) fn join(text: &mut String, more: &str) {
    if let Some(bare) = text.strip_suffix('\u{ad}') {
        *text = format!("{bare}{more}");
        return;
    }
    let before = text.strip_suffix('-').and_then(|bare| bare.chars().next_back());
    let letters = more.starts_with(char::is_alphanumeric);
    match before {
        Some(c) if c.is_alphabetic() && letters => {
            text.pop();
            text.push(SEAM);
        }
        Some(c) if c.is_alphanumeric() && letters => {}
        _ => text.push(' '),
    }
    text.push_str(more);
}

/// Parts blocks of a search that operators on lines of their own join.
const BLOCK: char = '\u{e002}';

/// Puts an operator that has a line of its own behind a block.
pub(super) fn begin_block(text: &mut String, operator: &str) {
    text.push_str(&format!(" {BLOCK} {operator}"));
}

/// Whether a text ends in such an operator.
pub(super) fn awaits_block(text: &str) -> bool {
    let mut words = text.split_whitespace().rev();
    words.next().is_some_and(|word| search_signs::is_operator(&word.to_lowercase()))
        && words.next().is_some_and(|word| word.starts_with(BLOCK))
}

/// Puts blocks into parentheses.
fn mend_blocks(text: &str) -> String {
    let group = |block: &str| {
        let block = block.trim();
        let joined =
            block.split_whitespace().any(|word| search_signs::is_operator(&word.to_lowercase()));
        if joined { format!("({block})") } else { block.to_owned() }
    };
    let mut blocks = text.split(BLOCK);
    let mut written = group(blocks.next().unwrap_or_default());
    for block in blocks {
        let (operator, rest) = block.trim().split_once(' ').unwrap_or((block.trim(), ""));
        written.push_str(&format!(" {operator} {}", group(rest)));
    }
    written.trim_end().to_owned()
}

/// Parts before a hyphen in words of medicine (in small letters).
const WITH_HYPHEN: WordList = WordList(
    "anti|non|pre|post|self|long|short|double|single|follow|high|low|co|beta|alpha|gamma|web|\
     cross|meta|well|evidence|health|quality|end|first|second|placebo|open|near|x",
);

/// Reads words that the end of a line split at a hyphen in both ways.
pub(super) fn mend(entry: &mut StrategyEntry) {
    const MOST: usize = 50;
    if entry.text.contains(BLOCK) {
        entry.text = mend_blocks(&entry.text);
    }
    for _ in 0..MOST {
        let Some(seam) = entry.text.find(SEAM) else { return };
        let (text, remark) = mended(&entry.text, seam);
        entry.text = text;
        entry.remarks.push(remark);
    }
    entry.text = entry.text.replace(SEAM, "-");
}

/// A text with the word at a seam, with and without its hyphen where both can
/// be said.
fn mended(text: &str, seam: usize) -> (String, String) {
    let (before, after) = (&text[..seam], &text[seam + SEAM.len_utf8()..]);
    let parts = |c: char| c.is_whitespace() || "()\"'[],".contains(c);
    let head = &before[before.rfind(parts).map_or(0, |at| at + 1)..];
    let tail_end = |c: char| c.is_whitespace() || "()\"'[]/,:.".contains(c) || c == SEAM;
    let tail = &after[..after.find(tail_end).unwrap_or(after.len())];
    let (plain, dashed) = (format!("{head}{tail}"), format!("{head}-{tail}"));
    let Some((start, end)) = unit(before, after) else {
        let keeps = WITH_HYPHEN.contains(head.to_lowercase().as_str());
        let (sign, word) = if keeps { ("-", &dashed) } else { ("", &plain) };
        let remark = format!("a line ends in `{head}-`: the word is read as `{word}`");
        return (format!("{before}{sign}{after}"), remark);
    };
    let (begin, unit_before) = before.split_at(start);
    let (unit_after, rest) = after.split_at(end);
    let remark = format!("a line ends in `{head}-`: `{plain}` and `{dashed}` are both searched");
    let both = format!("({unit_before}{unit_after} or {unit_before}-{unit_after})");
    (format!("{begin}{both}{rest}"), remark)
}

/// Where the operand around a seam begins before it, and ends behind it: a
/// quoted phrase, or words between operators and parentheses. `None` where it
/// is a heading's name.
fn unit(before: &str, after: &str) -> Option<(usize, usize)> {
    if before.matches('"').count() % 2 == 1 {
        let end = after.find('"')? + 1;
        // A quote with a heading's slash or tag behind it cannot be doubled.
        let heading = after[end..].starts_with(['/', '[']);
        return (!heading).then_some((before.rfind('"')?, end));
    }
    let mut start = before.rfind(['(', ')', '"']).map_or(0, |at| at + 1);
    let joint = words(&before[start..]).filter(|(_, word)| is_joint(word)).last();
    start += joint.map_or(0, |(at, word)| at + word.len());
    start += before[start..].len() - before[start..].trim_start().len();
    let mut end = after.find(['(', ')', '"', '[', '/', ':']).unwrap_or(after.len());
    if after[end..].starts_with('/') || before[start..].starts_with("exp ") {
        return None;
    }
    end = suffix(&after[..end]).unwrap_or(end);
    let joint = words(&after[..end]).find(|(_, word)| is_joint(word)).map(|(at, _)| at);
    let end = joint.unwrap_or(end);
    Some((start, after[..end].trim_end().len()))
}

/// Where a field behind a dot begins: `.ti,ab.`
fn suffix(after: &str) -> Option<usize> {
    let at = after.find('.')?;
    after[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()).then_some(at)
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive(char::is_whitespace).scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((start, word.trim_end()))
    })
}

fn is_joint(word: &str) -> bool {
    let small = word.to_lowercase();
    let letters = small.trim_end_matches(|c: char| c.is_ascii_digit());
    search_signs::is_operator(&small)
        || ["adj", "near", "near/", "next", "next/", "w/", "pre/"].contains(&letters)
        || (letters.len() < small.len() && ["n", "w"].contains(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parted_at_a_hyphen_are_read_both_ways() {
        let of = |first: &str, second: &str| {
            let mut text = first.to_owned();
            join(&mut text, second);
            let mut entry = StrategyEntry::new(1, 1, &text);
            mend(&mut entry);
            entry.text
        };
        for (first, second, expected) in [
            (
                "gout.ti. or (colchi-",
                "cine or pain).ti.",
                "gout.ti. or ((colchicine or colchi-cine) or pain).ti.",
            ),
            ("colchi-", "cine.ti,ab.", "(colchicine or colchi-cine).ti,ab."),
            (
                "\"anti-",
                "inflammatory drug\".ti.",
                "(\"antiinflammatory drug\" or \"anti-inflammatory drug\").ti.",
            ),
            ("exp Gou-", "ty Arthritis/", "exp Gouty Arthritis/"),
            ("2010-", "2020", "2010-2020"),
            ("gout or", "pain", "gout or pain"),
            ("a adj3 colchi-", "cine adj2 b", "a adj3 (colchicine or colchi-cine) adj2 b"),
            ("colchi\u{ad}", "cine", "colchicine"),
        ] {
            assert_eq!(of(first, second), expected, "{first}|{second}");
        }
    }
}
