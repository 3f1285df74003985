//! The text of a record or of a file of a user, whatever encoding it came in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::Notes;

/// Share of the non-ASCII bytes that may be broken for the text to count as
/// damaged UTF-8 rather than as text in another encoding: one in ten.
const BROKEN_SHARE: usize = 10;

/// The text in these bytes: UTF-8, or what [`EncodingDetector`] guesses.
///
/// Text that is UTF-8 but for a few bytes keeps its sense, with U+FFFD for
/// the bytes that are broken. What was found is noted.
pub(super) fn decode<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let broken: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let foreign = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if broken * BROKEN_SHARE <= foreign {
        notes.encoding = Some("UTF-8 with broken bytes");
        return String::from_utf8_lossy(bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    notes.encoding = Some(encoding.name());
    encoding.decode_without_bom_handling(bytes).0
}

/// The text of a file that a user wrote: UTF-8 or UTF-16, with a byte-order
/// mark or without, or what [`EncodingDetector`] guesses.
#[must_use]
pub fn plain_text(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| wide(bytes)) {
        Some(encoding) => encoding.decode(bytes).0,
        None => decode(bytes, &mut Notes::default()),
    }
}

/// UTF-16 without a mark: most characters of such files are of ASCII, so that
/// every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    const READ: usize = 4_096;
    let head = &bytes[..bytes.len().min(READ)];
    let zeros = |first: usize| {
        let all = head.iter().skip(first).step_by(2);
        all.clone().filter(|byte| **byte == 0).count() * 2 > all.count()
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(encoding_rs::UTF_16LE),
        (true, false) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let mut notes = Notes::default();
        (decode(bytes, &mut notes).into_owned(), notes.encoding)
    }

    #[test]
    fn utf8_needs_no_note() {
        assert_eq!(read("\u{feff}Kraków".as_bytes()), ("Kraków".to_owned(), None));
    }

    #[test]
    fn windows_1250_is_recognised() {
        let text = "Klinika Hematologii, Łódź, wojewódzki szpital specjalistyczny, gałąź, żółć";
        let (bytes, ..) = encoding_rs::WINDOWS_1250.encode(text);
        assert_eq!(read(&bytes), (text.to_owned(), Some("windows-1250")));
    }

    #[test]
    fn a_broken_byte_does_not_change_the_rest() {
        let mut bytes = "µg żółć żółć żółć żółć żółć".as_bytes().to_vec();
        bytes.push(0xff);
        let (text, note) = read(&bytes);
        assert!(text.starts_with("µg żółć") && text.ends_with('\u{fffd}'), "{text}");
        assert_eq!(note, Some("UTF-8 with broken bytes"));
    }

    #[test]
    fn files_of_users_are_read_in_any_encoding() {
        let text = "1. \u{201c}gout\u{201d}[tiab] \u{2013} pain\n";
        let wide = |little: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            units.flat_map(bytes).collect()
        };
        let (single, ..) = encoding_rs::WINDOWS_1252.encode(text);
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            wide(true, true),
            wide(false, true),
            wide(true, false),
            wide(false, false),
            single.into_owned(),
        ] {
            assert_eq!(plain_text(&bytes), text, "{bytes:?}");
        }
    }
}
