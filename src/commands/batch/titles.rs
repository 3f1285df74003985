//! Titles among the queries of a list: prose with an abbreviation that is the
//! code of a field in another system.

use std::path::Path;

use trialdex_output::clean_line;
use trialdex_query::dialect::{Dialect, guess};

use crate::cli::dialect_flag::refuse_foreign as refuse;
use crate::cli::{Console, Failure};

/// Words of a title at least.
const FEWEST: usize = 5;

/// Words that are in titles, and hardly ever in a search.
#[rustfmt::skip]
const OF_PROSE: [&str; 22] = [
    "of", "in", "for", "with", "without", "the", "a", "an", "on", "to", "by", "versus", "vs",
    "vs.", "from", "among", "after", "during", "between", "using", "into", "who",
];

/// Refuses a list of queries that is written for another system. A title in it
/// is read as words, with a note.
pub(super) fn refuse_foreign(console: &Console, file: &Path, text: &str) -> Result<(), Failure> {
    let mut others = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let typed = line.split_once('\t').map_or("", |(_, typed)| typed);
        match abbreviated(typed) {
            Some(dialect) => console.say(&clean_line(&format!(
                "note: line {number}: taken for words; if it is written for {}, `trialdex translate \
                 --from {}` puts it into our language",
                dialect.name(),
                dialect.key(),
            ))),
            None => others.push(line),
        }
    }
    refuse(file, &others.join("\n")).map_err(|failure| {
        failure.further("`--as words` takes each query for words, whatever is in it")
    })
}

/// The system whose fields abbreviations in a title look like; `None` where
/// a line has no such abbreviations, or is no title.
fn abbreviated(typed: &str) -> Option<Dialect> {
    let found = guess(typed)?;
    // Fields of others are glued to words, or in brackets.
    let beside = matches!(found, Dialect::Ebsco | Dialect::Scopus | Dialect::WebOfScience);
    (beside && is_title(typed)).then_some(found)
}

/// Prose that begins with a word, and has no operator, quote or truncation.
fn is_title(typed: &str) -> bool {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let is_code = |word: &&str| word.len() > 1 && !word.chars().any(char::is_lowercase);
    let begins = words.first().is_some_and(|word| !is_code(word));
    let prose = words.iter().skip(1).filter(|word| OF_PROSE.contains(word)).count() > 0;
    let operator = |word: &&&str| ["AND", "OR", "NOT"].contains(*word) || is_distance(word);
    let signs = typed.contains(['"', '“', '”', '*', '$', '?', '#', '{', '=']);
    let operators = words.iter().filter(operator).count();
    words.len() >= FEWEST && begins && prose && !signs && operators == 0
}

/// `N3`, `W2`.
fn is_distance(word: &str) -> bool {
    let digits = word.strip_prefix(['N', 'W']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_prose_and_searches_are_not() {
        for title in [
            "Dose-response of TI therapy and MH services",
            "A Trial of Vitamin D (TX 2) and AB implants in Adults",
            "Use of the Knee Brace KEY (Kinetic Extension) after Surgery",
        ] {
            assert!(abbreviated(title).is_some(), "{title}");
        }
        for search in [
            "TI effects of heparin in stroke",
            "TI heparin and AB stroke",
            "(TI heparin) OR (AB stroke in the elderly)",
            "effect of heparin AND TI stroke in adults",
            "TS=(effect of heparin in stroke)",
            "effects of heparin in stroke.ti,ab.",
            "effects of heparin on stroke",
        ] {
            assert_eq!(abbreviated(search), None, "{search}");
        }
    }
}
