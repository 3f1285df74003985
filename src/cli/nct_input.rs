//! Reads NCT numbers from arguments or standard input.

use std::io::stdin;

use trialdex_records::encoding::decode;
use trialdex_records::study::NctId;

use super::failure::Failure;
use super::input::bounded;

/// Bytes that a list of numbers may have: one of the whole registry, by
/// addresses, has some 30 million.
const LARGEST: u64 = 128 << 20;

/// Reads numbers as people type them; `-` reads those on standard input.
pub(crate) fn numbers(typed: &[String]) -> Result<Vec<NctId>, Failure> {
    let mut numbers = Vec::new();
    for typed in typed {
        if typed == "-" {
            let list = bounded(stdin().lock(), LARGEST)
                .map_err(|error| Failure::new(format!("standard input: {error}")))?;
            numbers.append(&mut listed(&list)?);
        } else {
            numbers.push(number(typed)?);
        }
    }
    Ok(numbers)
}

fn number(typed: &str) -> Result<NctId, Failure> {
    NctId::parse_typed(typed).or_else(|| NctId::find(typed)).ok_or_else(|| {
        Failure::new(format!("`{typed}` is not an NCT number"))
            .hint("type `NCT` and up to eight digits, such as `NCT01305694`")
    })
}

/// The numbers of a list, one a line; a line is a number or the address of a
/// study. It may be in UTF-8, UTF-16 or an encoding of Windows.
fn listed(list: &[u8]) -> Result<Vec<NctId>, Failure> {
    let mut numbers = Vec::new();
    for (at, line) in (1..).zip(decode(list).text.lines()) {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        let found = NctId::parse_typed(line).or_else(|| NctId::find(line)).ok_or_else(|| {
            Failure::new(format!("standard input:{at}: no NCT number in `{line}`"))
                .hint("write one number a line, as `trialdex search --format ids` does")
        });
        numbers.push(found?);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_number_a_line() {
        let list = "\u{feff}NCT90000002\r\n\nhttps://clinicaltrials.gov/study/NCT90000001\n";
        let shown: Vec<String> =
            listed(list.as_bytes()).expect("numbers").iter().map(NctId::to_string).collect();
        assert_eq!(shown, ["NCT90000002", "NCT90000001"]);
        assert!(listed("NCT90000002\nNCT Number\n".as_bytes()).is_err());
        let wide: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(listed(&wide).expect("numbers").len(), 2);
    }
}
