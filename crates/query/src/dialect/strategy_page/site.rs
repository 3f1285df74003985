//! What web sites print around a search: names of their forms, and how many
//! studies were found for it.

use super::counts::{COUNT, HITS, is_number};
use super::page_lines::{PageLine, PassedOver};
use crate::dialect::systems::Dialect;
use crate::web_search;
use crate::word_list::WordList;

/// Names of forms and lists (in small letters).
const FORMS: WordList = WordList(
    "advanced search|basic search|expert search|simple search|quick search|standard search|\
     classic search|study search|search results|advanced search form|new search|\
     modify search|find studies|search details|list results|start over",
);

/// The lines of a text without what a site prints around them. An address of a
/// search becomes the search.
pub(super) fn without(
    lines: Vec<PageLine>,
    of: Dialect,
    passed: &mut Vec<PassedOver>,
) -> Vec<PageLine> {
    let mut kept = Vec::with_capacity(lines.len());
    for PageLine { at, text } in lines {
        let trimmed = text.trim();
        let mut pass =
            |typed: &str, why| passed.push(PassedOver { at, typed: typed.to_owned(), why });
        if FORMS.contains(trimmed.to_lowercase().trim_end_matches(':')) {
            pass(trimmed, "a heading");
        } else if let Some(length) = found(trimmed) {
            pass(trimmed[..length].trim(), COUNT);
            let rest = trimmed[length..].trim();
            if !rest.is_empty() {
                kept.push(PageLine { at, text: rest.to_owned() });
            }
        } else {
            let text = with_search(&text, of).unwrap_or(text);
            kept.push(PageLine { at, text });
        }
    }
    kept
}

/// A line with the address of a search of its own system as the search.
fn with_search(text: &str, of: Dialect) -> Option<String> {
    let word = text.split_whitespace().find(|word| word.contains("://"))?;
    let found = web_search::of_address(word).filter(|found| found.dialect == of)?;
    Some(text.replace(word, &found.text))
}

/// Words beside a number of studies that say that they were found.
const FOUND: [&str; 5] = ["found", "retrieved", "showing", "displaying", "displayed"];

/// Further ones.
const BESIDE: [&str; 12] =
    ["of", "to", "-", "for", "in", "total", "were", "was", "a", "all", "matching", "you"];

/// Bytes of `12 studies found for:`, `Found 12 studies`, `Showing 1-10 of 12
/// studies`; `None` if a text begins otherwise, or if other words follow than
/// the search.
fn found(text: &str) -> Option<usize> {
    let (mut end, mut numbers, mut counted, mut found) = (0, false, false, false);
    let mut names = false;
    for word in text.split_inclusive(char::is_whitespace) {
        let small = word.trim().to_lowercase();
        let bare = small.trim_end_matches([':', '!', '.', ',']);
        let single = bare.trim_end_matches("(s)");
        let number = is_number(bare) || is_range(bare);
        let counts = HITS.contains(bare)
            || ["study", "trial", "trials"].contains(&single)
            || HITS.contains(single);
        let says = FOUND.contains(&bare);
        if !(number || counts || says || BESIDE.contains(&bare)) {
            break;
        }
        end += word.len();
        numbers |= number;
        counted |= counts;
        found |= says;
        names = small.ends_with(':') || ["for", "matching"].contains(&bare);
        if numbers && counted && found && names {
            break;
        }
    }
    let ends = text[end..].trim().is_empty();
    (numbers && counted && found && (ends || names)).then_some(end)
}

/// `1-10`
fn is_range(word: &str) -> bool {
    word.split_once('-').is_some_and(|(from, to)| is_number(from) && is_number(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_studies_found_are_told_from_searches() {
        for (line, rest) in [
            ("12 studies found for: gout AND colchicine", "gout AND colchicine"),
            ("Found 12 studies", ""),
            ("Found 1,204 studies for gout", "gout"),
            ("1 study found for gout", "gout"),
            ("Showing 1-10 of 12 studies", ""),
            ("120 records for 100 trials found!", ""),
            ("35 result(s) found for: gout", "gout"),
        ] {
            assert_eq!(found(line).map(|end| line[end..].trim()), Some(rest), "{line}");
        }
        for line in
            ["12 studies", "1. found gout", "1 gout found", "found 3 studies of gout", "retrieved"]
        {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
