//! The text of a file, whatever encoding it came in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that show UTF-16 without a mark.
const LOOK: usize = 512;

/// One in so many bytes beyond ASCII may be broken before the text is taken
/// for another encoding than UTF-8.
const BROKEN_SHARE: usize = 10;

/// The text and the name of its encoding.
///
/// A mark at the beginning counts; then UTF-16, where every other byte is
/// zero, as in Latin text; then UTF-8; then what is guessed. What a damaged
/// text has no character for becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decoded(encoding, &bytes[length..]);
    }
    if let Some(encoding) = wide(bytes) {
        return decoded(encoding, bytes);
    }
    let Err(error) = std::str::from_utf8(bytes) else {
        return decoded(UTF_8, bytes);
    };
    let broken: usize =
        bytes[error.valid_up_to()..].utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let foreign = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if broken * BROKEN_SHARE <= foreign {
        return decoded(UTF_8, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    decoded(detector.guess(None, Utf8Detection::Deny), bytes)
}

fn decoded<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, &'static str) {
    (encoding.decode_without_bom_handling(bytes).0, encoding.name())
}

/// UTF-16 without a mark.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = &bytes[..bytes.len().min(LOOK)];
    let zeros = |first: usize| look.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = look.len() / 4;
    match () {
        () if look.len() < 4 => None,
        () if odd > most && even == 0 => Some(UTF_16LE),
        () if even > most && odd == 0 => Some(UTF_16BE),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "title,abstract\r\nKrämpfe – “Studie”,Über 5 µg\r\n";
        let utf16 = |big: bool| -> Vec<u8> {
            let units = text.encode_utf16();
            units
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xef\xbb\xbf", text.as_bytes()), "UTF-8"),
            (marked(b"\xff\xfe", &utf16(false)), "UTF-16LE"),
            (marked(b"\xfe\xff", &utf16(true)), "UTF-16BE"),
            (utf16(false), "UTF-16LE"),
            (utf16(true), "UTF-16BE"),
            (windows, "windows-1252"),
        ] {
            assert_eq!(decode(&bytes), (text.into(), name));
        }
    }
}
