//! Names of databases before searches, such as `Ovid MEDLINE:`.

use super::search_signs;
use crate::dialect::systems::Dialect;
use crate::word_list::WordList;

/// Names of databases and of those who offer them (in small letters).
const DATABASES: WordList = WordList(
    "pubmed|medline|ovid|ovidsp|embase|embase.com|cochrane|central|cinahl|ebsco|ebscohost|\
     scopus|psycinfo|psychinfo|apa|wos|proquest|clinicaltrials.gov|ictrp|lilacs|bvs|amed|\
     eric|biosis|sportdiscus|pedro|epistemonikos|isrctn",
);

/// Words that names of databases have beside these (in small letters).
const OF_DATABASES: WordList = WordList(
    "strategy|strategies|searches|history|results|r|the|library|of|register|controlled|\
     trials|reviews|systematic|database|databases|elsevier|wiley|clarivate|nlm|plus|complete|\
     with|full|text|fulltext|web|science|core|collection|who|via|in|process|in-process|other|\
     non-indexed|nonindexed|citations|epub|ahead|print|daily|weekly|all|versions|and|current|\
     present|to|from|through|until|inception|searched|search|run|on|date|interface|platform|\
     host|research|issue|classic|legacy|online|e-pub|ovidmedline|advanced|basic|form|portal|\
     command|bireme|iah|analytics|sci-e|sci-expanded|ssci|esci|cpci-s|dissertations|theses|\
     http|https|www",
);

/// The same as above that only begin a name before one of its own.
const FIRST: [&str; 4] = ["web of science", "who ictrp", "the cochrane", "global health"];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A line that begins with the name of a database.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PlatformLine<'a> {
    /// It says nothing else.
    Heading,
    /// A search follows the name.
    Search(&'a str),
    /// Words follow that may be a search or not: name and words.
    Unclear(&'a str),
}

/// What a line is that begins with the name of a database, which a colon,
/// dash or bar ends.
pub(super) fn platform<'a>(line: &'a str, of: Dialect) -> Option<PlatformLine<'a>> {
    let small = line.to_ascii_lowercase();
    let first = small.split(|c: char| c.is_whitespace() || "(:,<|/".contains(c)).next()?;
    let known = DATABASES.contains(first.trim_end_matches('.'))
        || FIRST.iter().any(|name| small.starts_with(name))
        || first.trim_end_matches("(r)") == "medline";
    if !known {
        return None;
    }
    let (head, rest, parted) = head(line);
    if !is_name(head) {
        return None;
    }
    if rest.is_empty() || is_name(rest) {
        return Some(PlatformLine::Heading);
    }
    let begins = rest.starts_with(['(', '"', '[', '\'']);
    if search_signs::is_sure(rest) || ((parted || begins) && search_signs::is_likely(rest, of)) {
        return Some(PlatformLine::Search(rest));
    }
    parted.then_some(PlatformLine::Unclear(rest))
}

/// Whether a line is nothing but the name of a database.
pub(in super::super) fn names_platform(line: &str) -> bool {
    platform(line.trim(), Dialect::PubMed) == Some(PlatformLine::Heading)
}

/// Systems, and words in the names of databases that say so (in small
/// letters): who offers a database says more than its name.
const SYSTEMS: [(&str, Dialect); 19] = [
    ("ovid", Dialect::Ovid),
    ("pubmed", Dialect::PubMed),
    ("ebsco", Dialect::Ebsco),
    ("embase.com", Dialect::Embase),
    ("elsevier", Dialect::Embase),
    ("web of science", Dialect::WebOfScience),
    ("wos", Dialect::WebOfScience),
    ("scopus", Dialect::Scopus),
    ("cochrane", Dialect::Cochrane),
    ("central", Dialect::Cochrane),
    ("cinahl", Dialect::Ebsco),
    ("clinicaltrials.gov", Dialect::ClinicalTrials),
    ("ictrp", Dialect::Ictrp),
    ("isrctn", Dialect::Isrctn),
    ("proquest", Dialect::ProQuest),
    ("epistemonikos", Dialect::Epistemonikos),
    ("bvs", Dialect::Bvs),
    ("lilacs", Dialect::Bvs),
    ("embase", Dialect::Embase),
];

/// The system that the first name of a database in a text is one of.
#[must_use]
pub fn system_named(text: &str) -> Option<Dialect> {
    let of = Dialect::PubMed;
    let line = text.lines().find(|line| platform(line.trim(), of).is_some())?;
    let (name, ..) = head(line.trim());
    let small = name.to_lowercase();
    SYSTEMS.iter().find(|(word, _)| small.contains(word)).map(|(_, system)| *system)
}

/// The name that a line begins with, what follows it, and whether a sign
/// parts them.
fn head(line: &str) -> (&str, &str, bool) {
    let line = line.trim();
    for (at, c) in line.char_indices() {
        let (before, after) = (&line[..at], &line[at + c.len_utf8()..]);
        let blank = after.starts_with(|c: char| c.is_whitespace() || "([\"'#".contains(c));
        let dash = matches!(c, '-' | '\u{2014}' | '|') && before.ends_with(' ') && blank;
        if (c == ':' && (blank || after.is_empty())) || dash || c == '\t' {
            return (before.trim_end(), after.trim_start(), true);
        }
        // What begins in brackets and is no part of the name.
        let opens = matches!(c, '(' | '"' | '[' | '\'') && before.ends_with(' ');
        if opens
            && is_name(before)
            && !is_name(&line[at..line[at..].find([')', ']']).map_or(line.len(), |end| at + end)])
        {
            return (before.trim_end(), &line[at..], false);
        }
    }
    // Words of the name, as far as they go.
    let mut end = 0;
    for (at, word) in words(line) {
        if !is_word_of_name(word) {
            break;
        }
        end = at + word.len();
    }
    (&line[..end], line[end..].trim_start(), false)
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_inclusive(char::is_whitespace).scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((start, word.trim_end()))
    })
}

/// Whether a text is nothing but the name of a database, with its years.
fn is_name(text: &str) -> bool {
    text.split_whitespace().all(is_word_of_name)
}

fn is_word_of_name(word: &str) -> bool {
    let small = word.to_ascii_lowercase().replace("(r)", "");
    let parts = small.split(|c: char| "()<>[],;/&+\u{ae}\u{2122}".contains(c));
    parts.filter(|part| !part.is_empty()).all(|part| {
        let part = part.trim_matches(['.', ':', '-']);
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit());
        part.is_empty()
            || DATABASES.contains(part)
            || OF_DATABASES.contains(part)
            || MONTHS.iter().any(|month| part.starts_with(month) && part.len() < 10)
            || matches!(digits, "" | "st" | "nd" | "rd" | "th")
            || part.split('-').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_are_parted_from_searches() {
        let of = |line: &'static str| platform(line, Dialect::PubMed);
        for line in [
            "MEDLINE (Ovid) 1946 to present",
            "Ovid MEDLINE(R) ALL <1946 to May 01, 2024>",
            "PubMed",
            "Embase (Elsevier), searched on 3 May 2020",
            "Cochrane Central Register of Controlled Trials (CENTRAL)",
            "Web of Science Core Collection",
            "CINAHL Plus with Full Text (EBSCOhost)",
            "MEDLINE via Ovid:",
            "Ovid: 1946 to present",
        ] {
            assert_eq!(of(line), Some(PlatformLine::Heading), "{line}");
        }
        for (line, expected) in [
            ("PubMed: (gout[tiab] AND colchicine[tiab])", "(gout[tiab] AND colchicine[tiab])"),
            ("PubMed (gout[tiab] AND colchicine[tiab])", "(gout[tiab] AND colchicine[tiab])"),
            ("Ovid MEDLINE: exp Gout/ and pain.ti.", "exp Gout/ and pain.ti."),
            ("Embase (Ovid) - exp Gout/", "exp Gout/"),
            ("PubMed (3 May 2020): gout[tiab]", "gout[tiab]"),
            ("Scopus: TITLE-ABS-KEY(gout)", "TITLE-ABS-KEY(gout)"),
            ("CINAHL: (MH \"Gout+\")", "(MH \"Gout+\")"),
        ] {
            assert_eq!(of(line), Some(PlatformLine::Search(expected)), "{line}");
        }
        for line in ["Medline searches are hard", "central venous catheter", "gout", "web-based"] {
            assert!(!matches!(of(line), Some(PlatformLine::Heading)), "{line}");
            assert!(!matches!(of(line), Some(PlatformLine::Unclear(_))), "{line}");
        }
    }
}
