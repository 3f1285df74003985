//! The text of a record, whatever encoding it came in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

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
}
