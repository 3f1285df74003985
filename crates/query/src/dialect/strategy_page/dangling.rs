//! Lines that join others and are not written as such lines are: operators
//! that touch names, operators at an end, words behind.

use super::line_combinations::{LineCombination, joined, line_number};
use super::page_lines::{LineRefusal, StrategyPage};
use crate::dialect::additions;
use crate::dialect::systems::Dialect;

impl StrategyPage {
    /// Parts operators from the numbers that they touch in lines that begin
    /// with the name of a line: `#1AND#2`, `1 or2`.
    pub(super) fn part_operators(&mut self) {
        for entry in &mut self.entries {
            entry.text = with_blanks(&entry.text);
        }
    }

    /// Refuses lines that end in an operator, or begin as a combination of
    /// lines and go on otherwise.
    pub(super) fn refuse_open(&mut self, of: Dialect) {
        for entry in &mut self.entries {
            let search = entry.text[..additions::start(&entry.text, of)].trim_end();
            if matches!(joined(search, of, &|_| None), Some(LineCombination::Lines(..))) {
                continue;
            }
            let last = search.split_whitespace().next_back().unwrap_or_default();
            let operator = ["and", "or", "not"].contains(&last.to_lowercase().as_str());
            if operator {
                let message = format!("the line ends in `{last}`");
                entry.refuse(LineRefusal::new(message, "join the line below to it, or delete it"));
            } else if let Some(words) = behind_names(search, entry.number) {
                let message =
                    format!("`{words}` does not say how lines are joined, or is a remark");
                entry.refuse(LineRefusal::new(
                    message,
                    "join lines as `1 or 2` or `1 and 2`, and begin remarks with `// ` below",
                ));
            }
        }
    }
}

/// A text with blanks between names of lines and the operators that touch
/// them, where it begins with such a name.
fn with_blanks(text: &str) -> String {
    let begins = text.trim_start_matches(['(', ' ']);
    let named = begins.starts_with(|c: char| c.is_ascii_digit() || c == '#')
        || (begins.starts_with(['S', 's'])
            && begins[1..].starts_with(|c: char| c.is_ascii_digit()));
    if !named || text.contains('"') {
        return text.to_owned();
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    let mut written = String::with_capacity(text.len());
    let mut closed = false;
    for part in text.split_inclusive(ends) {
        let word = part.trim_end_matches(ends);
        let sign = &part[word.len()..];
        let parts = names_and_operators(word).unwrap_or_else(|| vec![word]);
        let is_operator =
            |part: &&str| matches!(part.to_lowercase().as_str(), "and" | "or" | "not");
        if closed && parts.first().is_some_and(is_operator) {
            written.push(' ');
        }
        written.push_str(&parts.join(" "));
        if sign == "(" && parts.last().is_some_and(is_operator) {
            written.push(' ');
        }
        written.push_str(sign);
        closed = sign == ")";
    }
    written
}

/// The names and operators of a word that is nothing else, and has both.
fn names_and_operators(word: &str) -> Option<Vec<&str>> {
    let (mut parts, mut rest) = (Vec::new(), word);
    while !rest.is_empty() {
        let operator = ["and", "or", "not"].into_iter().find(|operator| {
            rest.get(..operator.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(operator))
        });
        let sign = usize::from(rest.starts_with(['#', 'S', 's']));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        let length = match operator {
            Some(operator) => operator.len(),
            None if digits > 0 => sign + digits,
            None => return None,
        };
        parts.push(&rest[..length]);
        rest = &rest[length..];
    }
    (parts.len() > 1).then_some(parts)
}

/// Operators of other languages (in small letters).
const FOREIGN: [&str; 8] = ["und", "oder", "nicht", "et", "ou", "sauf", "y", "o"];

/// The words of a line that begins as a combination of lines with numbers
/// below its own and goes on otherwise: `1 or 2 Population`, `1 oder 2`.
fn behind_names(text: &str, number: u32) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_name = |word: &str| {
        let bare = word.trim_matches(['(', ')']);
        line_number(bare, true).is_some_and(|named| named > 0 && named < number.max(1))
    };
    let is_joint = |word: &str| ["and", "or", "not"].contains(&word.to_lowercase().as_str());
    if words.len() < 3 || !is_name(words[0]) {
        return None;
    }
    if FOREIGN.contains(&words[1].to_lowercase().as_str()) && is_name(words[2]) {
        return Some(words[1].to_owned());
    }
    let mut at = 0;
    while at + 2 < words.len() && is_joint(words[at + 1]) && is_name(words[at + 2]) {
        at += 2;
    }
    let rest = words.get(at + 1..).filter(|rest| at > 0 && !rest.is_empty())?;
    let known = ["with", "from", "in", "use", "limit", "filters", "filters:", "limiters", "sort"];
    let first = rest[0].to_lowercase();
    let letters = first.starts_with(char::is_alphabetic) && first.len() > 1;
    let near = super::search_signs::goes_on(&rest.join(" "));
    let remark = letters && !near && !known.contains(&first.as_str());
    remark.then(|| rest.join(" "))
}
