//! Lines around searches: headings, footers, legends, and notes on a search.

use super::counts::{is_count, is_counted, is_labelled, is_number};
use super::page_lines::PageLine;
use super::search_signs;
use crate::dialect::date_limits;
use crate::word_list::WordList;

/// Beginnings of headings (in small letters).
const HEADINGS: WordList = WordList(
    "database|databases|search strategy|search strategies|search history|search name|\
     search date|searched on|searched|date run|date searched|date of search|last searched|\
     comment|interface|search screen|platform|host:|provider:|ovid|medline|embase <|embase (|\
     embase 1|embase via|pubmed|cinahl|cochrane|central (|central <|central via|central:|\
     via |web of science|scopus|psycinfo|apa psyc|id search hits|id\tsearch|# search|\
     #\tsearch|set\t|search number|query results|no. query|no query|search id|\
     searches results|#\tquery|line search|search terms results|limiters|expanders|http",
);

/// Whether a line begins as headings do.
pub(super) fn is_heading(line: &str) -> bool {
    let small = line.to_lowercase();
    small == "central" || HEADINGS.begins(&small)
}

/// Beginnings of lines about a search (in small letters).
const LABELS: WordList = WordList(
    "hits:|hits =|total:|total =|total hits|total results|total records|results:|results =|\
     number of records|number of hits|number of results|records:|records =|note:|notes:|\
     source:|search conducted|search performed|search modes|boolean/phrase|*limited",
);

/// Whether a line below a search is a count of hits or a remark on it, such as
/// `312 document results` or `Source: Ovid`.
pub(super) fn is_below(line: &str) -> bool {
    let small = line.trim().to_lowercase();
    if LABELS.begins(&small) {
        return true;
    }
    let inner = small.trim_matches(['(', ')', '[', ']', '.', ' ']);
    if is_count(inner) || is_labelled(inner) {
        return true;
    }
    let bare = small.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut words = bare.split_whitespace();
    let number = words.next().is_some_and(is_number);
    number && words.next().is_none_or(is_counted)
}

/// Beginnings of lines at the edges of pages and below strategies (in small
/// letters).
const FOOTERS: WordList = WordList(
    "downloaded from|copyright|\u{a9}|supplementary|supplemental|supporting information|\
     online supplement|additional file|appendix|table of contents|search:|searches conducted|\
     search run|searches run|search updated|searches updated|last updated|updated search|\
     printed on|accessed|doi:|doi |available from|key:|key to|legend|abbreviations|notes:|\
     note:|n.b.|nb:|footnote|date searched|date of search",
);

/// What a line at the edge of a page or below a strategy is; `None` where it
/// is none.
pub(super) fn footer(line: &str) -> Option<&'static str> {
    let small = line.to_lowercase();
    if is_page(&small) {
        return Some("a page number");
    }
    if is_date(line) {
        return Some("a date");
    }
    if is_legend(&small) {
        return Some("a legend");
    }
    let begins = |known: &str| small.strip_prefix(known).is_some_and(ends_word);
    let known = FOOTERS.iter().any(begins) || is_numbered_part(&small);
    let dated = small.starts_with("search:") && !is_date(line["search:".len()..].trim());
    (known && !dated && !search_signs::is_sure(line)).then_some("a note on the search")
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(char::is_alphabetic)
}

/// `Table 2.`, `Figure S1`, `Box 3: search strategy`
fn is_numbered_part(small: &str) -> bool {
    ["table ", "figure ", "box ", "file "].iter().any(|word| {
        let number = small.strip_prefix(word).map(|rest| rest.trim_start_matches(['s', 'a', 'e']));
        number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// `Page 34 of 57`, `34 / 57`, `- 34 -`, `p. 34`
fn is_page(small: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = small.trim_matches(|c: char| c == '-' || c == '|' || c.is_whitespace());
    if bare.len() + 2 < small.len() && digits(bare) {
        return true;
    }
    let named = ["page", "p.", "pg."].iter().find_map(|word| bare.strip_prefix(word));
    let rest = named.unwrap_or(bare).trim();
    let parted = rest.split_once(" of ").or_else(|| rest.split_once(" / "));
    match parted {
        Some((page, pages)) => digits(page.trim()) && digits(pages.trim()),
        None => named.is_some() && digits(rest.split('/').next().unwrap_or(rest)),
    }
}

/// Whether a text is a day and nothing else: `2 May 2020`, `May 2, 2020`,
/// `03/05/2020`, with a time or without.
pub(super) fn is_date(text: &str) -> bool {
    let words: Vec<&str> =
        text.split([' ', ',']).filter(|word| !word.is_empty() && !is_time(word)).collect();
    let text = words.join(" ");
    let full = words.len() > 2 || text.matches(['/', '-', '.']).count() == 2;
    full && words.len() < 5 && (date_limits::date(&text).is_some() || is_month_first(&words))
}

fn is_time(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    let digits = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() > 1 && parts.iter().skip(1).all(digits)
}

fn is_month_first(words: &[&str]) -> bool {
    let [month, day, year] = words else { return false };
    date_limits::date(&format!("{day} {month} {year}")).is_some()
}

/// Words that explain a sign of a strategy (in small letters).
const EXPLAINING: WordList = WordList(
    "explode|exploded|explodes|truncation|truncated|wildcard|wild|adjacent|adjacency|\
     proximity|descriptor|subheading|heading|headings|field|fields|title|abstract|mesh|\
     multi-purpose|multipurpose|keyword|keywords|textword|emtree|within|focus|focused|\
     publication|focussed",
);

/// `exp = exploded`, `/ = MeSH`, `adj3 = within three words`: each part says
/// what a short sign means.
fn is_legend(small: &str) -> bool {
    let parts: Vec<&str> =
        small.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    let explains = |part: &&str| {
        let Some((sign, meaning)) = part.split_once(['=', '\u{2014}']) else { return false };
        let sign = sign.trim();
        let short = !sign.is_empty() && sign.len() < 15 && sign.split_whitespace().count() < 3;
        let words = meaning.split(|c: char| !(c.is_alphanumeric() || c == '-'));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let known = words.iter().any(|word| EXPLAINING.contains(word));
        let plain = !meaning.contains(['(', '"', '*', '[', ':', '#']);
        short && known && plain && !meaning.starts_with(char::is_alphabetic)
    };
    !parts.is_empty() && parts.iter().all(explains)
}

/// Texts that lines of a file repeat but for their digits: heads of pages.
/// Searches and numbers of lines are not heads.
pub(super) fn running_heads(lines: &[PageLine], is_line: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for line in lines.iter().filter(|line| !is_line(&line.text)) {
        let head = without_digits(&line.text);
        let words = head.split_whitespace().filter(|word| word.len() > 1).count();
        if words > 1
            && !search_signs::is_sure(&line.text)
            && !search_signs::goes_on(line.text.trim())
        {
            *seen.entry(head).or_default() += 1;
        }
    }
    seen.into_iter().filter(|(_, times)| *times > 1).map(|(head, _)| head).collect()
}

/// A text that identifies heads of pages.
pub(super) fn without_digits(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Words of sentences (in small letters), which searches hardly have.
const OF_SENTENCES: WordList = WordList(
    "was|were|we|this|is|are|been|has|have|will|our|searched|conducted|performed|see|\
     following",
);

/// Whether a text is a sentence about a search rather than one.
pub(super) fn is_sentence(text: &str) -> bool {
    let small = text.to_lowercase();
    let words: Vec<&str> =
        small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.len() > 3
        && words.iter().any(|word| OF_SENTENCES.contains(word))
        && !search_signs::is_sure(text)
        && !text.contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_a_search_are_told_from_searches() {
        for line in [
            "312",
            "= 143",
            "143 records retrieved",
            "312 document results",
            "Total = 143",
            "Source: Ovid",
            "Notes: limits not applied",
            "Search conducted 3 April 2020 by JS",
            "*Limited to English",
            "[1,234]",
            "(45 hits, 12 new)",
            "Results: 5",
            "1 234",
        ] {
            assert!(is_below(line), "{line}");
        }
        for line in
            ["total knee arthroplasty", "5 fluorouracil", "18F FDG", "source control", "2 or 3"]
        {
            assert!(!is_below(line), "{line}");
        }
    }

    #[test]
    fn edges_of_pages_are_told_from_searches() {
        for line in [
            "Page 34 of 57",
            "page 3",
            "34 of 57",
            "- 34 -",
            "2 May 2020",
            "May 2, 2020",
            "03/05/2020",
            "Search: 3 May 2020",
            "Date searched: 3 May 2020",
            "Downloaded from example.org on 3 May 2020",
            "Supplementary Appendix 2",
            "Table S2. Search strategy",
            "Key: gout is a disease",
            "exp = exploded",
            "/ = MeSH",
            "adj3 = within three words",
            "exp = exploded; / = MeSH heading; * = truncation",
            "ti,ab = title and abstract",
        ] {
            assert!(footer(line).is_some(), "{line}");
        }
        for line in [
            "gout",
            "page kidney",
            "appendicitis",
            "TS = (title)",
            "TI=heading",
            "legends disease",
            "1 of 2 joints affected",
            "gout: title",
            "5/6 nephrectomy",
            "supplementary.ti,ab.",
            "Search: gout[tiab]",
            "accessed.ti.",
        ] {
            assert_eq!(footer(line), None, "{line}");
        }
    }
}
