//! The text in bytes, whatever encoding it came in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE};

/// Share of the non-ASCII bytes that may be broken for the text to count as
/// damaged UTF-8 rather than as text in another encoding: one in ten.
const BROKEN_SHARE: usize = 10;

/// Bytes that are looked at for UTF-16 without a mark.
const LOOK: usize = 4_096;

/// A text and how it was found in its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText<'a> {
    /// The text, without a byte-order mark. What the encoding has no character for is U+FFFD.
    pub text: Cow<'a, str>,
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Some bytes are broken UTF-8.
    pub broken: bool,
}

impl<'a> DecodedText<'a> {
    fn new(encoding: &'static Encoding, bytes: &'a [u8]) -> Self {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        Self { text, encoding, broken: broken && encoding == UTF_8 }
    }
}

/// The text of a file that a person or a program wrote.
///
/// A byte-order mark counts first, then UTF-16, then what [`decode_record`] says.
#[must_use]
pub fn decode(bytes: &[u8]) -> DecodedText<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return DecodedText::new(encoding, &bytes[mark..]);
    }
    match wide(bytes) {
        Some(encoding) => DecodedText::new(encoding, bytes),
        None => decode_record(bytes),
    }
}

/// The text of a record, which is a part of a file: UTF-8, or what [`EncodingDetector`] guesses,
/// or Mac Roman, which that does not know.
///
/// Text that is UTF-8 except for a few bytes keeps its sense, with U+FFFD for these.
#[must_use]
pub fn decode_record(bytes: &[u8]) -> DecodedText<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let broken: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let foreign = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if broken * BROKEN_SHARE <= foreign {
        return DecodedText::new(UTF_8, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let mac = guessed.is_single_byte() && is_mac_roman(bytes);
    DecodedText::new(if mac { MACINTOSH } else { guessed }, bytes)
}

/// UTF-16 without a mark: most characters of such files are of ASCII, so that
/// every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(LOOK)];
    let zeros = |first: usize| {
        let all = head.iter().skip(first).step_by(2);
        all.clone().filter(|byte| **byte == 0).count() * 2 > all.count()
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether more bytes make sense in Mac Roman alone than in a Windows encoding
/// alone, judged by the bytes on either side of them.
fn is_mac_roman(bytes: &[u8]) -> bool {
    let (mut mac, mut windows) = (0, 0);
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        let sides = NeighbourBytes { before, after };
        mac += usize::from(sides.suit_mac_roman(*byte));
        windows += usize::from(sides.suit_windows(*byte));
    }
    mac > windows
}

/// The bytes before and behind another one.
#[derive(Clone, Copy)]
struct NeighbourBytes {
    before: u8,
    after: u8,
}

impl NeighbourBytes {
    fn in_word(self) -> bool {
        self.before.is_ascii_alphabetic() && self.after.is_ascii_alphabetic()
    }

    fn in_small_letters(self) -> bool {
        self.before.is_ascii_lowercase() && self.after.is_ascii_lowercase()
    }

    /// As an opening quotation mark has them.
    fn open(self) -> bool {
        !self.before.is_ascii_alphanumeric()
            && self.before.is_ascii()
            && self.after.is_ascii_alphanumeric()
    }

    /// As a closing quotation mark has them.
    fn close(self) -> bool {
        (self.before.is_ascii_alphanumeric() || self.before.is_ascii_punctuation())
            && self.after.is_ascii()
            && !self.after.is_ascii_alphanumeric()
    }

    /// As a dash has them.
    fn apart(self) -> bool {
        let apart = |byte: u8| byte == b' ' || byte.is_ascii_digit();
        apart(self.before) && apart(self.after)
    }

    /// Whether a byte is likely here in Mac Roman, and unlikely in Windows' encodings of Latin
    /// letters.
    fn suit_mac_roman(self, byte: u8) -> bool {
        match byte {
            // á à â ã ç é è ê ë ì î ï ò ô õ, which are signs or capitals elsewhere
            0x87..=0x89 | 0x8b | 0x8d..=0x91 | 0x93..=0x95 | 0x98 | 0x99 | 0x9b => {
                self.in_small_letters()
            }
            // – —
            0xd0 | 0xd1 => self.apart(),
            // “ ” ’
            0xd2 => self.open(),
            0xd3 => self.close(),
            0xd5 => self.in_word(),
            _ => false,
        }
    }

    /// The other way round.
    fn suit_windows(self, byte: u8) -> bool {
        match byte {
            // ’ “ ” – —
            0x92 => self.in_word(),
            0x93 => self.open(),
            0x94 => self.close(),
            0x96 | 0x97 => self.apart(),
            // Small letters, which are signs or capitals in Mac Roman
            0xe0..=0xff => self.in_small_letters(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1250, WINDOWS_1252};

    use super::*;

    fn read(bytes: &[u8]) -> (String, &'static str, bool) {
        let DecodedText { text, encoding, broken } = decode_record(bytes);
        (text.into_owned(), encoding.name(), broken)
    }

    #[test]
    fn utf8_is_read_as_it_is() {
        let text = "Kraków";
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), (text.to_owned(), "UTF-8", false));
    }

    #[test]
    fn windows_1250_is_recognised() {
        let text = "Klinika Hematologii, Łódź, wojewódzki szpital specjalistyczny, gałąź, żółć";
        let (bytes, ..) = WINDOWS_1250.encode(text);
        assert_eq!(read(&bytes), (text.to_owned(), "windows-1250", false));
    }

    #[test]
    fn mac_roman_is_told_from_windows_by_what_is_beside_a_byte() {
        for text in [
            "Hôpital Européen, étude randomisée contrôlée chez les patients âgés",
            "The patient’s quality of life – a “pilot” study",
            "Ménière’s disease",
            "Sjögren’s syndrome, 18 – 65 years",
            "Rivière du Loup",
        ] {
            let (bytes, _, lossy) = MACINTOSH.encode(text);
            assert!(!lossy, "{text}");
            assert_eq!(read(&bytes), (text.to_owned(), "macintosh", false), "{text}");
            let (bytes, ..) = WINDOWS_1252.encode(text);
            let (decoded, name, _) = read(&bytes);
            assert!(decoded == text && name != "macintosh", "{name}: {decoded}");
        }
    }

    #[test]
    fn texts_of_other_scripts_are_not_taken_for_mac_roman() {
        for (encoding, text) in [
            (encoding_rs::WINDOWS_1251, "Клиническое исследование терапии анемии у детей"),
            (encoding_rs::KOI8_R, "Клиническое исследование терапии анемии у детей"),
            (encoding_rs::SHIFT_JIS, "再生不良性貧血に対する間葉系幹細胞の臨床試験 phase試験"),
            (encoding_rs::GBK, "再生障碍性贫血间充质干细胞临床试验研究 phase试验"),
            (encoding_rs::WINDOWS_1250, "Klinická studie léčby aplastické anémie u dětí, přehled"),
            (encoding_rs::WINDOWS_1254, "Çocuklarda aplastik anemi tedavisi için klinik çalışma"),
        ] {
            let (bytes, ..) = encoding.encode(text);
            let (decoded, name, _) = read(&bytes);
            assert_eq!(decoded, text, "{name}");
        }
    }

    #[test]
    fn a_broken_byte_does_not_change_the_rest() {
        let mut bytes = "µg żółć żółć żółć żółć żółć".as_bytes().to_vec();
        bytes.push(0xff);
        let (text, name, broken) = read(&bytes);
        assert!(text.starts_with("µg żółć") && text.ends_with('\u{fffd}'), "{text}");
        assert!(name == "UTF-8" && broken);
    }

    #[test]
    fn files_of_users_are_read_in_any_encoding() {
        let text = "1. \u{201c}gout\u{201d}[tiab] \u{2013} pain\n";
        let wide = |little: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            units.flat_map(bytes).collect()
        };
        let (windows, ..) = WINDOWS_1252.encode(text);
        let (mac, ..) = MACINTOSH.encode(text);
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
            (wide(true, true), "UTF-16LE"),
            (wide(false, true), "UTF-16BE"),
            (wide(true, false), "UTF-16LE"),
            (wide(false, false), "UTF-16BE"),
            (windows.into_owned(), "windows-1252"),
            (mac.into_owned(), "macintosh"),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((&*decoded.text, decoded.encoding.name()), (text, name), "{bytes:?}");
        }
    }
}
