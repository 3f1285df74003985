//! The registry numbers of a record.

use super::import_fields::{ImportColumn, ImportFields};
use trialdex_records::study::NctId;

/// Where a number is looked for, the surest first: a title or an abstract may
/// name another study.
const PLACES: [ImportColumn; 11] = [
    ImportColumn::Number,
    ImportColumn::Key,
    ImportColumn::Url,
    ImportColumn::Doi,
    ImportColumn::Notes,
    ImportColumn::Note,
    ImportColumn::Custom,
    ImportColumn::Authors,
    ImportColumn::Other,
    ImportColumn::Title,
    ImportColumn::Abstract,
];

/// Digits of a number.
const DIGITS: usize = 8;

/// What may be between the letters and the digits, and how much of it.
const BETWEEN: [char; 9] = [' ', '\u{a0}', '-', '–', ':', '#', '.', '_', '\u{200b}'];
const GAP: usize = 3;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NumberMatch {
    One(NctId),
    None,
    /// Several: a report of more than one study.
    Several(Vec<NctId>),
}

/// Places that say which of several registered numbers is meant.
const TELLING: [ImportColumn; 4] =
    [ImportColumn::Key, ImportColumn::Url, ImportColumn::Doi, ImportColumn::Title];

/// The number in the first place that has exactly one. Of several in the
/// place for a number it is one of these, if key, address or title says which.
/// Where no place has exactly one, all of the first place that has any.
pub(super) fn number(fields: &ImportFields) -> NumberMatch {
    let mut several = Vec::new();
    let registered: Vec<NctId> = fields.all(ImportColumn::Number).flat_map(numbers_of).collect();
    let places = PLACES.iter().copied();
    for place in places.filter(|place| {
        registered.is_empty() || *place == ImportColumn::Number || TELLING.contains(place)
    }) {
        let found = fields.all(place).flat_map(|text| match place {
            ImportColumn::Number => numbers_of(text),
            _ => numbers_in(text),
        });
        let mut numbers: Vec<NctId> = found.collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| registered.is_empty() || registered.contains(number));
        match numbers.as_slice() {
            [] => {}
            [number] => return NumberMatch::One(*number),
            _ if several.is_empty() => several = numbers,
            _ => {}
        }
    }
    if several.is_empty() { NumberMatch::None } else { NumberMatch::Several(several) }
}

/// All numbers in a cell that is for a number: eight digits are one.
fn numbers_of(text: &str) -> Vec<NctId> {
    let bare = text.trim();
    let bare = bare.strip_suffix(".0").unwrap_or(bare);
    let is_number = bare.len() == DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit());
    let bare = is_number.then(|| bare.parse().ok().and_then(NctId::from_number)).flatten();
    bare.map_or_else(|| numbers_in(text), |number| vec![number])
}

/// All numbers in a text, however people write them: `nct 04308668`.
pub(super) fn numbers_in(text: &str) -> Vec<NctId> {
    // Names of files on somebody's disk.
    if text.trim_start().starts_with("internal-pdf:") {
        return Vec::new();
    }
    written(text).filter_map(|(_, number)| number).collect()
}

/// What looks like a number, and has too few digits or too many.
pub(super) fn malformed(fields: &ImportFields) -> Option<(String, usize)> {
    let texts = PLACES.iter().flat_map(|place| fields.all(*place));
    let wrong = texts.flat_map(|text| written(text).filter(|(_, number)| number.is_none()));
    let (text, _) = wrong.into_iter().next()?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    Some((text.to_owned(), digits))
}

/// How numbers of other registries begin: the letters, and the fewest digits
/// behind them.
const OTHERS: [(&str, usize); 19] = [
    ("ISRCTN", 8),
    ("EUCTR", 10),
    ("ACTRN", 14),
    ("ChiCTR", 8),
    ("DRKS", 8),
    ("CTRI", 8),
    ("JPRN", 5),
    ("UMIN", 9),
    ("jRCT", 7),
    ("JapicCTI", 6),
    ("KCT", 7),
    ("IRCT", 8),
    ("PACTR", 12),
    ("TCTR", 8),
    ("SLCTR", 5),
    ("RPCEC", 8),
    ("LBCTR", 8),
    ("RBR-", 1),
    ("NTR", 3),
];

/// The first number of another registry in a record.
pub(super) fn of_another_registry(fields: &ImportFields) -> Option<String> {
    let places = PLACES.iter().filter(|place| **place != ImportColumn::Abstract);
    let mut texts = places.flat_map(|place| fields.all(*place));
    texts.find_map(|text| {
        let words = text.split(|c: char| c.is_whitespace() || ",;()[]|\"".contains(c));
        let words = words
            .map(|word| word.rsplit('/').next().filter(|_| word.contains("://")).unwrap_or(word));
        let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        words.into_iter().find(|word| is_of_another(word)).map(str::to_owned)
    })
}

fn is_of_another(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let begins =
        |head: &str| word.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head));
    OTHERS.iter().any(|(head, least)| begins(head) && digits >= *least) || is_european(word)
}

/// `2004-000446-20` of EudraCT, `2022-500123-45-00` of CTIS.
fn is_european(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').take(5).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(lengths.as_slice(), [4, 6, 2] | [4, 6, 2, 2])
        && (parts.iter().all(digits))
        && (parts[0].starts_with("20") || parts[0].starts_with("19"))
}

/// Each place that has the letters and digits behind them, with the number if
/// it is one.
fn written(text: &str) -> impl Iterator<Item = (&str, Option<NctId>)> {
    text.match_indices(['N', 'n']).filter_map(|(at, _)| {
        let rest = &text[at..];
        rest.get(..3).filter(|head| head.eq_ignore_ascii_case("nct"))?;
        let gap: usize = rest[3..]
            .chars()
            .take(GAP)
            .take_while(|c| BETWEEN.contains(c))
            .map(char::len_utf8)
            .sum();
        let digits = rest[3 + gap..].bytes().take_while(u8::is_ascii_digit).count();
        let end = 3 + gap + digits;
        let number = (digits == DIGITS).then(|| rest[3 + gap..end].parse().ok()).flatten();
        (digits > 1).then(|| (&rest[..end], number.and_then(NctId::from_number)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[(ImportColumn, &str)]) -> NumberMatch {
        number(&record(cells))
    }

    fn record(cells: &[(ImportColumn, &str)]) -> ImportFields {
        let mut fields = ImportFields::new(1);
        for (column, text) in cells {
            fields.put(*column, text);
        }
        fields
    }

    #[test]
    fn the_surest_place_counts() {
        let nct = |number| NctId::from_number(number).expect("a number");
        let one = NumberMatch::One(nct(90_000_001));
        let twice = "NCT90000002, NCT90000003";
        assert_eq!(
            found(&[
                (ImportColumn::Title, "after NCT90000002"),
                (ImportColumn::Number, "nct90000001")
            ]),
            one
        );
        assert_eq!(
            found(&[(ImportColumn::Notes, twice), (ImportColumn::Title, "NCT90000001.")]),
            one
        );
        assert_eq!(found(&[(ImportColumn::Abstract, "(NCT90000001; NCT90000001)")]), one);
        let several = NumberMatch::Several(vec![nct(90_000_002), nct(90_000_003)]);
        assert_eq!(found(&[(ImportColumn::Abstract, twice)]), several);
        assert_eq!(found(&[(ImportColumn::Abstract, "NCT900000011")]), NumberMatch::None);
        let of_both = |title| found(&[(ImportColumn::Number, twice), (ImportColumn::Title, title)]);
        assert_eq!(of_both("after NCT90000001"), several);
        assert_eq!(of_both("NCT90000003 after NCT90000001"), NumberMatch::One(nct(90_000_003)));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let one = NumberMatch::One(NctId::from_number(90_000_001).expect("a number"));
        for text in [
            "nct 90000001",
            "NCT\u{a0}90000001",
            "NCT: 90000001",
            "NCT-90000001 (ongoing)",
            "https://clinicaltrials.gov/show/NCT90000001?rank=2",
        ] {
            assert_eq!(found(&[(ImportColumn::Other, text)]), one, "{text}");
        }
        assert_eq!(found(&[(ImportColumn::Number, "90000001.0")]), one);
        assert_eq!(found(&[(ImportColumn::Other, "90000001")]), NumberMatch::None);
        assert_eq!(
            found(&[(ImportColumn::Other, "internal-pdf://NCT90000001.pdf")]),
            NumberMatch::None
        );
    }

    #[test]
    fn numbers_of_other_registries_are_known() {
        for text in [
            "ISRCTN90000001",
            "EudraCT 2099-900001-20",
            "EUCTR2099-900001-20-GB",
            "2099-500001-20-00",
            "https://www.isrctn.com/ISRCTN90000001",
            "CTRI/2099/01/900001",
            "(ACTRN12699000000001)",
            "RBR-9xyz99",
        ] {
            assert!(
                of_another_registry(&record(&[(ImportColumn::Number, text)])).is_some(),
                "{text}"
            );
        }
        for text in ["2099-01-02", "NTR2", "1234-5678", "ISRCTN", "10.1000/2099"] {
            let found = of_another_registry(&record(&[(ImportColumn::Number, text)]));
            assert_eq!(found, None, "{text}");
        }
    }

    #[test]
    fn a_number_that_is_too_short_is_named() {
        let short = record(&[(ImportColumn::Number, "NCT9000001")]);
        assert_eq!(number(&short), NumberMatch::None);
        assert_eq!(malformed(&short), Some(("NCT9000001".to_owned(), 7)));
        assert_eq!(malformed(&record(&[(ImportColumn::Title, "A function1 of NCTs")])), None);
    }
}
