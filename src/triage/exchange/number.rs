//! The registry number of a record.

use super::fields::{Column, Fields};
use crate::study::NctId;

/// Where a number is looked for, the surest first: a title or an abstract may
/// name another study.
const PLACES: [Column; 8] = [
    Column::Number,
    Column::Key,
    Column::Url,
    Column::Doi,
    Column::Notes,
    Column::Other,
    Column::Title,
    Column::Abstract,
];

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    One(NctId),
    None,
    /// Several, and nothing says which it is.
    Several(Vec<NctId>),
}

/// The number in the first place that has exactly one. Of several in the
/// place for a number it is one of these.
pub(super) fn number(fields: &Fields) -> Found {
    let mut several = Vec::new();
    let registered: Vec<NctId> = fields.all(Column::Number).flat_map(numbers_in).collect();
    for place in PLACES {
        let mut numbers: Vec<NctId> = fields.all(place).flat_map(numbers_in).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| registered.is_empty() || registered.contains(number));
        match numbers.as_slice() {
            [] => {}
            [number] => return Found::One(*number),
            _ if several.is_empty() => several = numbers,
            _ => {}
        }
    }
    if several.is_empty() { Found::None } else { Found::Several(several) }
}

/// All numbers in a text.
fn numbers_in(text: &str) -> Vec<NctId> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['N', 'n']) {
        let rest = &text[at..];
        let number = rest.get(..11).and_then(NctId::parse);
        let longer = rest.as_bytes().get(11).is_some_and(u8::is_ascii_digit);
        found.extend(number.filter(|_| !longer));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[(Column, &str)]) -> Found {
        let mut fields = Fields::new(1);
        for (column, text) in cells {
            fields.put(*column, text);
        }
        number(&fields)
    }

    #[test]
    fn the_surest_place_counts() {
        let nct = |number| NctId::from_number(number).expect("a number");
        let one = Found::One(nct(90_000_001));
        let twice = "NCT90000002, NCT90000003";
        assert_eq!(
            found(&[(Column::Title, "after NCT90000002"), (Column::Number, "nct90000001")]),
            one
        );
        assert_eq!(found(&[(Column::Notes, twice), (Column::Title, "NCT90000001.")]), one);
        assert_eq!(found(&[(Column::Abstract, "(NCT90000001; NCT90000001)")]), one);
        let several = Found::Several(vec![nct(90_000_002), nct(90_000_003)]);
        assert_eq!(found(&[(Column::Abstract, twice)]), several);
        assert_eq!(found(&[(Column::Abstract, "NCT900000011")]), Found::None);
        let of_both = |title| found(&[(Column::Number, twice), (Column::Title, title)]);
        assert_eq!(of_both("after NCT90000001"), several);
        assert_eq!(of_both("NCT90000003 after NCT90000001"), Found::One(nct(90_000_003)));
    }
}
