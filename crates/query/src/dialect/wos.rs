//! What Web of Science writes in forms of its own: filters behind a search in
//! running text.

use super::database_limits::{LimitMeaning, LimitTree};
use crate::word_list::WordList;

/// Names of filters (in small letters), in brackets behind their values or
/// before them with a colon.
const FILTERS: WordList = WordList(
    "languages|language|document types|document type|publication years|publication year|\
     publication date|web of science categories|web of science index|research areas|\
     countries/regions|open access|source titles|affiliations",
);

/// Whether a name (in small letters) is that of a filter.
pub(super) fn is_filter(name: &str) -> bool {
    FILTERS.contains(name)
}

/// A line without its filters, and these. Their forms are `and English
/// (Languages) and Article or Review (Document Types)` and `AND LANGUAGE:
/// (English)`.
pub(super) fn filters(text: &str) -> (String, Vec<LimitTree>) {
    let (mut search, mut limits) = (text.trim_end(), Vec::new());
    let mut behind = Vec::new();
    while let Some((value, name)) = search.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
        && let name = name.trim().to_ascii_lowercase()
        && (FILTERS.contains(name.as_str()) || name.starts_with("exclude"))
        && let Some((at, from, not)) = last_joint(value)
    {
        let value = LimitTree::read(&value[from..]);
        let excludes = not || name.starts_with("exclude");
        behind.extend(if excludes { value.map(excluding) } else { value });
        search = search[..at].trim_end();
    }
    limits.extend(behind.into_iter().rev());
    let small = search.to_ascii_lowercase();
    match first_named(&small) {
        Some(at) => {
            let bare = without_excluding(search[..at].trim_end());
            let bare = without_joint(bare);
            // A `NOT` before the first filter belongs to it.
            limits.extend(refined(&search[bare.len()..]));
            (bare.to_owned(), limits)
        }
        None => (search.to_owned(), limits),
    }
}

/// Where the last `and`, `not` or `and not` of a text begins and ends, and
/// whether it excludes.
fn last_joint(text: &str) -> Option<(usize, usize, bool)> {
    let mut end = text.len();
    // Words are looked at from behind, each once.
    while let Some(start) = text[..end].rfind(char::is_whitespace) {
        let from = start + text[start..].chars().next().map_or(1, char::len_utf8);
        let word = &text[from..end];
        let before = text[..start].trim_end();
        if word.eq_ignore_ascii_case("not") {
            return Some((without_word(before, "and").len(), end, true));
        }
        if word.eq_ignore_ascii_case("and") {
            return Some((before.len(), end, false));
        }
        end = start;
    }
    None
}

/// All but what a limit names.
fn excluding(limits: LimitTree) -> LimitTree {
    LimitTree::Not(Box::new(limits))
}

/// Where the first filter begins of those that have their names before them;
/// nothing but such filters follows.
fn first_named(small: &str) -> Option<usize> {
    let begins = |at: usize| {
        let before = &small[..at];
        before.is_empty() || before.ends_with([' ', '(', '[', ']'])
    };
    let starts = FILTERS.iter().filter_map(|name| {
        let found = small.match_indices(name).find(|(at, name)| {
            begins(*at) && small[at + name.len()..].trim_start().starts_with([':', '='])
        })?;
        Some(found.0)
    });
    starts.min()
}

/// A text without the `AND`, `NOT` or `AND NOT` at its end.
fn without_joint(text: &str) -> &str {
    without_word(without_word(text, "not"), "and")
}

fn without_word<'a>(text: &'a str, word: &str) -> &'a str {
    let text = text.trim_end();
    let at = text.len().checked_sub(word.len()).filter(|at| text.is_char_boundary(*at));
    match at {
        Some(at)
            if text[at..].eq_ignore_ascii_case(word)
                && !text[..at].ends_with(char::is_alphanumeric) =>
        {
            text[..at].trim_end()
        }
        _ => text,
    }
}

/// A text without the `[excluding]` at its end.
fn without_excluding(text: &str) -> &str {
    let small = text.to_ascii_lowercase();
    let excluding = ["[excluding]", "(excluding)"].into_iter().find(|word| small.ends_with(word));
    excluding.map_or(text, |word| text[..text.len() - word.len()].trim_end())
}

/// The filters of `LANGUAGES: ( ENGLISH ) AND [excluding] DOCUMENT TYPES:
/// ( REVIEW )`: of each, any value.
pub(super) fn refined(value: &str) -> Vec<LimitTree> {
    let small = value.to_ascii_lowercase();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for name in FILTERS {
        for (at, _) in small.match_indices(name) {
            let end = at + name.len();
            let rest = small[end..].trim_start();
            let begins = !small[..at].ends_with(|c: char| c.is_alphanumeric());
            if begins && rest.starts_with([':', '=']) {
                starts.push((at, small.len() - rest.len() + 1));
            }
        }
    }
    starts.sort_unstable();
    if starts.is_empty() {
        let left_out = LimitMeaning::LeftOut(value.to_owned(), "no field of a record says so");
        return vec![LimitTree::One(left_out)];
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([value.len()]);
    let filters = starts.iter().zip(ends).filter_map(|((at, from), end)| {
        let values = value[*from..end].trim_end();
        let values = values.trim_end_matches(['[', ']', '.', ' ']);
        let lower = values.to_ascii_lowercase();
        let values = match lower.rfind("excluding") {
            Some(excluding) if excluding + 9 == values.len() => &values[..excluding],
            _ => values,
        };
        let values = without_joint(values.trim_end_matches(['[', ']', '.', ' ', '(']));
        let before = small[..*at].trim_end();
        if before.ends_with("excluding)")
            || before.ends_with("excluding]")
            || before.rsplit([' ', ')', ']']).next() == Some("not")
        {
            return LimitTree::read(values).map(excluding);
        }
        LimitTree::read(values)
    });
    filters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_parted_from_the_search() {
        let typed = "#1 AND #4 and English (Languages) and Article or Review (Document Types)";
        let (search, limits) = filters(typed);
        assert_eq!(search, "#1 AND #4");
        assert_eq!(limits.len(), 2);
        assert!(matches!(&limits[1], LimitTree::Any(any) if any.len() == 2));
        assert_eq!(filters("TS=(gout and pain (joint))").0, "TS=(gout and pain (joint))");
        let (search, limits) = filters("#1 AND LANGUAGE: (English) AND DOCUMENT TYPES: (Article)");
        assert_eq!((search.as_str(), limits.len()), ("#1", 2));
        assert_eq!(filters("TS=brand LANGUAGE: (English)").0, "TS=brand");
    }

    #[test]
    fn what_is_excluded_keeps_its_not() {
        for (typed, others) in [
            ("#1 AND LANGUAGE: (English) NOT DOCUMENT TYPES: (Review)", 1),
            ("#1 NOT DOCUMENT TYPES: (Review)", 0),
            ("#1 AND NOT DOCUMENT TYPES: (Review) AND LANGUAGE: (English)", 1),
            ("#1 AND [excluding] DOCUMENT TYPES: (Review)", 0),
            ("#1 and English (Languages) not Review (Document Types)", 1),
            ("#1 and not Review (Document Types)", 0),
            ("#1 and Review (Exclude - Document Types)", 0),
        ] {
            let (search, limits) = filters(typed);
            let excluded = excluding(LimitTree::read("Review").expect("a limit"));
            assert_eq!((search.as_str(), limits.len()), ("#1", others + 1), "{typed}: {limits:?}");
            assert!(limits.contains(&excluded), "{typed}: {limits:?}");
        }
    }

    #[test]
    fn years_that_a_search_is_refined_by_are_alternatives() {
        let refined = refined(
            "LANGUAGES: ( ENGLISH ) AND [excluding] DOCUMENT TYPES: ( REVIEW ) AND \
             PUBLICATION YEARS: ( 2012 OR 2016 )",
        );
        assert_eq!(refined.len(), 3);
        assert!(matches!(&refined[2], LimitTree::Any(years) if years.len() == 2), "{refined:?}");
    }
}
