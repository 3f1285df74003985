//! Eligibility criteria: which part of the text is about inclusion and which
//! about exclusion.
//!
//! The registry keeps both in one text. It asks for the headings `Inclusion
//! Criteria:` and `Exclusion Criteria:`, which are in most records, in
//! variants such as `Key exclusion criteria`, `EXCLUSION:` or `Patients with
//! the following are excluded:`, on lines of their own or in running text.

use std::ops::Range;

/// The piece that has them.
pub const PIECE: &str = "EligibilityCriteria";

/// Bytes of a line at most that is a heading because it says who is excluded.
const LONGEST_HEADING: usize = 90;

/// Words before `exclusion` in a heading at most: `key`, `main patient`.
const WORDS_BEFORE: usize = 3;

/// A part of eligibility criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriteriaPart {
    /// Whether it is about exclusion.
    pub exclusion: bool,
    /// Bytes of the text, its heading included.
    pub span: Range<usize>,
}

/// The parts of eligibility criteria, in their order; together they are the
/// whole text. What is before any heading is about inclusion.
#[must_use]
pub fn parts(text: &str) -> Vec<CriteriaPart> {
    let folded = text.to_ascii_lowercase();
    let mut parts = Vec::new();
    let mut now = CriteriaPart { exclusion: false, span: 0..0 };
    for (at, exclusion) in headings(&folded) {
        if exclusion == now.exclusion {
            continue;
        }
        let before = std::mem::replace(&mut now, CriteriaPart { exclusion, span: at..at });
        if before.span.start < at {
            parts.push(CriteriaPart { span: before.span.start..at, ..before });
        }
    }
    if now.span.start < text.len() {
        parts.push(CriteriaPart { span: now.span.start..text.len(), ..now });
    }
    parts
}

/// Where parts begin, and whether about exclusion; `text` is in small
/// letters.
fn headings(text: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let before = found.len();
        for (at, _) in line.match_indices("clusion") {
            found.extend(heading(line, at).map(|(at, exclusion)| (line_start + at, exclusion)));
        }
        if found.len() == before && says_who_is_excluded(line) {
            found.push((line_start, true));
        }
        line_start += line.len();
    }
    found
}

/// The heading that `clusion` at a byte of a line is part of, if it is.
fn heading(line: &str, at: usize) -> Option<(usize, bool)> {
    let before = &line[..at];
    let start = before.len().checked_sub(2)?;
    let exclusion = match before.get(start..)? {
        "ex" => true,
        "in" => ends_with_non(&before[..start]),
        _ => return None,
    };
    let lead = &before[..start];
    if names_both(lead, line, at) || lead.ends_with(char::is_alphabetic) {
        return None;
    }
    let rest = line[at + "clusion".len()..].trim_start_matches('s');
    let after = rest.trim_start();
    let criteria = ["criteria", "criterion"].iter().find_map(|word| after.strip_prefix(word));
    let closed = criteria.unwrap_or(rest).trim_start();
    let ends = closed.is_empty() || closed.starts_with([':', '-', '.']);
    let opens_line = opens(lead);
    let opens = if criteria.is_some() {
        opens_line || closed.starts_with(':') || continues(closed)
    } else {
        (opens_line && ends) || closed.starts_with(':')
    };
    opens.then_some((if opens_line { 0 } else { start }, exclusion))
}

/// `non-inclusion criteria` are those for exclusion.
fn ends_with_non(lead: &str) -> bool {
    lead.ends_with("non-") || lead.ends_with("non ")
}

/// `inclusion and exclusion criteria` opens neither.
fn names_both(lead: &str, line: &str, at: usize) -> bool {
    let lead = lead.trim_end_matches([' ', '/', '&']);
    let lead = lead.strip_suffix("and").or_else(|| lead.strip_suffix("or")).unwrap_or(lead);
    if lead.trim_end().ends_with("clusion") {
        return true;
    }
    let rest = line[at + "clusion".len()..].trim_start_matches([' ', '/', '&']);
    let rest = rest.strip_prefix("and").or_else(|| rest.strip_prefix("or")).unwrap_or(rest);
    let rest = rest.trim_start();
    rest.starts_with("inclusion") || rest.starts_with("exclusion")
}

/// Whether nothing but bullets, numbers and a few words is before a
/// heading's own word in its line.
fn opens(lead: &str) -> bool {
    let lead = lead.trim_start_matches(|c: char| !c.is_alphabetic());
    let plain = lead.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-');
    plain && lead.split_whitespace().count() <= WORDS_BEFORE && !lead.contains("no ")
}

/// `exclusion criteria include the following` goes on with the criteria.
fn continues(after: &str) -> bool {
    ["include", "are", "were", "consist"].iter().any(|word| after.starts_with(word))
}

/// Lines such as `Patients with the following are excluded:`.
fn says_who_is_excluded(line: &str) -> bool {
    let line = line.trim();
    let Some(bare) = line.strip_suffix(':') else { return false };
    line.len() <= LONGEST_HEADING
        && (bare.ends_with("excluded") || bare.contains("excluded if"))
        && !bare.contains("not excluded")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluded(text: &str) -> String {
        let parts = parts(text);
        let whole: String = parts.iter().map(|part| &text[part.span.clone()]).collect();
        assert_eq!(whole, text, "the parts are the whole");
        let exclusion = parts.iter().filter(|part| part.exclusion);
        exclusion.map(|part| text[part.span.clone()].trim()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn headings_part_the_text() {
        for (text, exclusion) in [
            (
                "Inclusion Criteria:\n* Asthma\n\nExclusion Criteria:\n* COPD",
                "Exclusion Criteria:\n* COPD",
            ),
            ("DISEASE: asthma. Exclusion Criteria: * COPD", "Exclusion Criteria: * COPD"),
            ("asthma\nKey Exclusion Criteria\nCOPD", "Key Exclusion Criteria\nCOPD"),
            ("asthma\n2. EXCLUSION\nCOPD", "2. EXCLUSION\nCOPD"),
            ("asthma\nNon-inclusion criteria:\nCOPD", "Non-inclusion criteria:\nCOPD"),
            (
                "asthma\nPatients with the following are excluded:\n* COPD",
                "Patients with the following are excluded:\n* COPD",
            ),
            ("asthma\nExclusion criteria include COPD", "Exclusion criteria include COPD"),
            ("Exclusion Criteria:\nCOPD\nInclusion Criteria:\nasthma", "Exclusion Criteria:\nCOPD"),
            (
                "Inclusion: a\nExclusion: b\nInclusion: c\nExclusion: d",
                "Exclusion: b | Exclusion: d",
            ),
        ] {
            assert_eq!(excluded(text), exclusion, "{text}");
        }
    }

    #[test]
    fn other_mentions_open_nothing() {
        for text in [
            "Inclusion and exclusion criteria are those of the main study.",
            "A history of transfusion is not an exclusion.",
            "Failure to meet an exclusion criterion of the parent study",
            "No exclusion criteria",
            "",
            "exclusionary diets, occlusion of a vein, conclusion:",
        ] {
            assert_eq!(excluded(text), "", "{text}");
        }
    }
}
