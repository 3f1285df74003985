//! Labels before and behind searches, such as `Population:`.

use super::counts::{is_count, is_labelled};
use super::page_lines::{LineRefusal, StrategyEntry, StrategyPage};
use super::platforms::{PlatformLine, platform};
use super::{line_combinations, search_signs};
use crate::dialect::systems::Dialect;
use crate::dialect::{additions, field_codes, named_fields, registry, wos};
use crate::word_list::WordList;

/// What lines are called (in small letters).
const LABELS: WordList = WordList(
    "population|populations|patient|patients|participant|participants|problem|condition|\
     conditions|disease|diseases|disorder|diagnosis|indication|intervention|interventions|\
     exposure|exposures|drug|drugs|treatment|treatments|therapy|comparison|comparisons|\
     comparator|comparators|control|controls|outcome|outcomes|study design|study designs|\
     study type|study types|design|setting|context|concept|concepts|topic|topics|domain|\
     facet|block|component|element|group|part|set|line|step|string|mesh|mesh term|mesh terms|\
     mesh heading|mesh headings|subject heading|subject headings|controlled vocabulary|\
     index term|index terms|emtree|emtree term|emtree terms|thesaurus|thesaurus terms|\
     free text|free-text|free text term|free text terms|free-text terms|text word|text words|\
     textword|textwords|keyword|keywords|key words|synonyms|search term|search terms|\
     search terms used|terms|terms used|term|search query|search queries|search string|\
     search strings|search strategy|search syntax|search|query|queries|full search|\
     full search strategy|final search|final query|final|combined|combination|combine|\
     all combined|rct filter|filter|filters|study filter|study filters|search filter|\
     search filters|limits|limiters|final set",
);

/// Letters for the parts of a question.
const LETTERS: [&str; 8] = ["p", "i", "c", "o", "s", "t", "pico", "picos"];

/// Whether a line is a search behind a known label.
pub(super) fn is_labelled_search(line: &str, of: Dialect) -> bool {
    before(line).is_some_and(|found| found.is_known && search_signs::is_likely(found.rest, of))
}

/// The text before a search.
#[derive(Debug, PartialEq, Eq)]
struct LinePrefix<'a> {
    label: &'a str,
    rest: &'a str,
    is_known: bool,
}

/// Bytes of a label at most.
const LONGEST: usize = 80;

/// The label that a text begins with: words before a colon, dash or equals
/// sign, or known ones in brackets.
fn before(text: &str) -> Option<LinePrefix<'_>> {
    let text = text.trim();
    if let Some(found) = in_brackets(text) {
        return Some(found);
    }
    for (at, c) in text.char_indices().take_while(|(at, _)| *at < LONGEST) {
        let (label, rest) = (text[..at].trim_end(), &text[at + c.len_utf8()..]);
        if matches!(c, '"' | '[' | '{' | '*' | '$' | '?') {
            return None;
        }
        let spaced = text[..at].ends_with(' ') && rest.starts_with(' ');
        let is_sign = match c {
            ':' => !label.is_empty(),
            '-' | '\u{2014}' => spaced,
            '=' => is_label(label),
            _ => false,
        };
        if !is_sign || label.is_empty() {
            continue;
        }
        let rest = rest.trim_start_matches(['-', '=', ':', ' ', '\t']);
        let is_known = is_label(label);
        let parted = text[at + c.len_utf8()..].starts_with([' ', '\t']);
        if rest.is_empty()
            || search_signs::goes_on(rest)
            || !(is_known || (parted && is_words(label)))
        {
            return None;
        }
        return Some(LinePrefix { label, rest, is_known });
    }
    None
}

/// `(Population) gout`, `[P] gout`
fn in_brackets(text: &str) -> Option<LinePrefix<'_>> {
    let close = if text.starts_with('(') { ')' } else { ']' };
    let inner = text.strip_prefix(['(', '['])?;
    let (label, rest) = inner.split_once(close)?;
    let bare = rest.trim_start_matches([':', '-', ' ', '\t']);
    let goes_on = rest.starts_with(['.', '[', '/']) || search_signs::goes_on(bare);
    (is_label(label) && !bare.is_empty() && !goes_on).then_some(LinePrefix {
        label,
        rest: bare,
        is_known: true,
    })
}

/// Whether a text is a label of lines.
pub(super) fn is_label(text: &str) -> bool {
    let small = text.trim().to_lowercase();
    let plain = |part: &str| {
        let part = part.trim().trim_end_matches(['.', ':']);
        let last = part.rsplit(' ').next().unwrap_or_default().trim_start_matches('#');
        let counted = last.len() < 3
            && (last.len() < part.len())
            && last.chars().all(|c| c.is_ascii_digit() || "abcdefivx".contains(c));
        let stem = if counted {
            part[..part.len() - last.len()].trim_end_matches([' ', '#'])
        } else {
            part
        };
        LABELS.contains(stem) || LABELS.contains(part) || LETTERS.contains(&part)
    };
    let parts =
        small.replace(['(', ')', '/', ',', '&'], "|").replace(" and ", "|").replace(" or ", "|");
    let mut parts = parts.split('|').map(str::trim).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(plain)
}

/// Whether a text is nothing but some words, without operators.
fn is_words(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let word = |word: &&str| {
        word.chars().all(|c| c.is_alphanumeric() || "-/(),.&#'".contains(c))
            && !search_signs::is_operator(word)
            && !search_signs::is_operator(&word.to_lowercase())
    };
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    words.len() < 8 && letters > 1 && words.iter().all(word) && !search_signs::is_sure(text)
}

/// A label in brackets behind a search: `gout.ti. [Population]`, `1 or 2
/// (Population)`, `1 or 2 - population`.
fn behind(text: &str, of: Dialect) -> Option<(&str, &str)> {
    let text = text.trim_end();
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some(inner) = text.strip_suffix(close) else { continue };
        let at = inner.rfind(open)?;
        let (search, label) = (text[..at].trim_end(), &inner[at + 1..]);
        let joins = line_combinations::joined(search, of, &|_| None).is_some();
        let parted = text[..at].ends_with(' ') && !search_signs::is_open(search);
        if is_count(label) || is_labelled(label) {
            return None;
        }
        if of == Dialect::WebOfScience && wos::is_filter(&label.to_lowercase()) {
            return None;
        }
        // Brackets hold fields in some systems.
        let tags = match of {
            Dialect::PubMed | Dialect::ClinicalTrials => open == '[',
            Dialect::WebOfScience => open == '(',
            _ => false,
        };
        let plain =
            (is_label(label) && !tags) || (joins && !label.contains(|c: char| "#\"*".contains(c)));
        let ends = !search.to_lowercase().ends_with([' ']) && !ends_with_operator(search);
        return (parted && plain && ends && !search.is_empty()).then_some((search, &text[at..]));
    }
    let at = text.rfind(" - ").or_else(|| text.rfind(" \u{2014} "))?;
    let (search, label) = (text[..at].trim_end(), text[at + 1..].trim());
    let bare = label.trim_start_matches(['-', '\u{2014}', ' ']);
    let joins = line_combinations::joined(search, of, &|_| None).is_some();
    (joins && is_words(bare)).then_some((search, label))
}

fn ends_with_operator(text: &str) -> bool {
    let last = text.split([' ', '(']).next_back().unwrap_or_default().to_lowercase();
    search_signs::is_operator(&last)
}

/// Refuses a line of our own language after a label: the label would be
/// searched as words.
pub(super) fn refuse_label(entry: &mut StrategyEntry) {
    if let Some(found) = before(&entry.text).filter(|found| found.is_known) {
        let sign = entry.text[found.label.len()..].trim_start().starts_with(':');
        if sign {
            entry.refused = Some(unexplained(found.label, &entry.text));
        }
    }
}

/// What parts of a question are called where nothing parts them from a search.
const PARTS: WordList = WordList(
    "Population|Intervention|Comparison|Comparator|Outcome|Outcomes|Concept|Condition|\
     Exposure",
);

/// The part of a question that a line begins with, before more words.
fn part_of_question(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(' ')?;
    (PARTS.contains(first) && !search_signs::goes_on(rest.trim())).then_some(first)
}

impl StrategyPage {
    /// Refuses lines that may be titles of those below, and labels that no sign
    /// separates from the search.
    pub(super) fn refuse_titles(&mut self, of: Dialect) {
        let labelled = self.entries.iter().filter(|entry| part_of_question(&entry.text).is_some());
        if labelled.count() > 1 {
            for entry in &mut self.entries {
                if let Some(label) = part_of_question(&entry.text) {
                    let refusal = unexplained(label, &entry.text);
                    entry.refuse(refusal);
                }
            }
        }
        let sure = self.entries.iter().filter(|entry| search_signs::is_sure(&entry.text)).count();
        if self.numbered || sure == 0 || sure * 2 < self.entries.len() {
            return;
        }
        for entry in &mut self.entries {
            if entry.additions.is_empty() && !search_signs::is_likely(&entry.text, of) {
                let message = format!("`{}` may be a title or a search", entry.text);
                let hint = "delete it, begin it with `// `, or give each line a number";
                entry.refuse(LineRefusal::new(message, hint));
            }
        }
    }

    /// Takes labels off the lines. Words that look like a label and are none
    /// that is known are not searched: their line is refused.
    pub(super) fn without_labels(&mut self, of: Dialect) {
        const MOST: usize = 4;
        let shared = are_shared(&self.entries, of);
        for entry in &mut self.entries {
            for _ in 0..MOST {
                if additions::is_addition(&entry.text, of) {
                    break;
                }
                let text = entry.text.clone();
                if let Some(PlatformLine::Search(rest) | PlatformLine::Unclear(rest)) =
                    platform(&text, of)
                {
                    let name = text[..text.len() - rest.len()].trim_end();
                    entry
                        .remarks
                        .push(format!("`{name}` is the name of a database, and is not searched"));
                    entry.text = rest.to_owned();
                    continue;
                }
                let Some(found) = before(&text).filter(|found| !is_of_syntax(found, of)) else {
                    break;
                };
                if !found.is_known && !shared {
                    entry.refuse(unexplained(found.label, &text));
                    break;
                }
                let label = text[..text.len() - found.rest.len()].trim_end();
                entry.remarks.push(format!("`{label}` is a label, and is not searched"));
                entry.labels.push(found.label.to_lowercase());
                entry.text = found.rest.to_owned();
            }
            let text = entry.text.clone();
            if let Some((search, label)) = behind(&text, of) {
                entry.remarks.push(format!("`{label}` is a label, and is not searched"));
                let name = label.trim_matches(['(', ')', '[', ']', '-', ' ']).to_lowercase();
                entry.labels.push(name);
                entry.text = search.to_owned();
            }
        }
    }
}

/// Whether all lines have a label before a colon that a search follows; lines
/// that join others need none.
fn are_shared(entries: &[StrategyEntry], of: Dialect) -> bool {
    let is_labelled = |entry: &StrategyEntry| {
        let found = before(&entry.text).filter(|found| !is_of_syntax(found, of));
        found.is_some_and(|found| {
            let behind = entry.text.trim_start()[found.label.len()..].trim_start();
            let bracketed = entry.text.trim_start().starts_with(['(', '[']);
            (behind.starts_with(':') || bracketed)
                && search_signs::is_likely(found.rest, of)
                && !search_signs::goes_on(found.rest)
        })
    };
    let joins =
        |entry: &StrategyEntry| line_combinations::joined(&entry.text, of, &|_| None).is_some();
    let labelled = entries.iter().filter(|entry| is_labelled(entry)).count();
    labelled > 1 && entries.iter().all(|entry| is_labelled(entry) || joins(entry))
}

/// Whether what looks like a label is how the system writes its searches:
/// `MeSH descriptor: [Gout]`, `TI = gout`.
fn is_of_syntax(found: &LinePrefix<'_>, of: Dialect) -> bool {
    let small = found.label.to_lowercase();
    let additions = additions::is_addition(found.rest, of)
        || found.rest.to_lowercase().starts_with("(word variations");
    small.starts_with("mesh descriptor")
        || small.starts_with("refined by")
        || small.starts_with("limit")
        || additions
        || (!found.is_known && additions::start(found.label, of) < found.label.len())
        || is_part_of_wos(&small, of)
        || named_fields::is_name(&small, of)
        || (of == Dialect::ClinicalTrials && registry::is_label(&small))
        || line_combinations::joined(found.label, of, &|_| None).is_some()
}

/// `LANGUAGE: (English)`, `TOPIC: (gout)`
fn is_part_of_wos(small: &str, of: Dialect) -> bool {
    of == Dialect::WebOfScience
        && (wos::is_filter(small) || field_codes::field(small, Dialect::WebOfScience).is_some())
}

fn unexplained(label: &str, text: &str) -> LineRefusal {
    let rest = text[label.len()..].trim_start_matches([':', '-', '=', ' ', '\u{2014}']);
    LineRefusal {
        message: format!("`{label}` may be a label or part of the search"),
        hint: format!(
            "delete it and type `{rest}`, or put `\"{label}\"` into quotes if it is searched"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_before_searches() {
        for (text, rest) in [
            ("Population: gout.ti,ab.", "gout.ti,ab."),
            ("Concept 1: gout", "gout"),
            ("P: gout", "gout"),
            ("Intervention - colchicine", "colchicine"),
            ("Search terms used: gout", "gout"),
            ("Set A = gout", "gout"),
            ("(Population) gout", "gout"),
            ("P (population): gout", "gout"),
            ("Population/Condition: gout", "gout"),
            ("Search query: gout", "gout"),
        ] {
            let found = before(text).expect(text);
            assert_eq!((found.rest, found.is_known), (rest, true), "{text}");
        }
        for text in [
            "gout:ti,ab",
            "\"population: gout\"",
            "(population) or gout",
            "gout",
            "(gout or pain): x",
            "gout AND pain: x",
            "population health",
            "(patients).ti,ab.",
        ] {
            assert_eq!(before(text), None, "{text}");
        }
        assert!(before("Older people: gout.ti.").is_some_and(|found| !found.is_known));
    }
}
