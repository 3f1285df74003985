//! What a stream holds, by its first bytes.

use memchr::memmem;

/// What the first bytes of a stream look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Empty,
    Gzip,
    Zstd,
    Zip,
    Tar,
    /// An archive of a kind that is not read, by its name.
    OtherArchive(&'static str),
    Json,
    Xml,
    /// A table with this delimiter.
    Table(u8),
    Page,
    /// A file of another kind, by what it is.
    Other(&'static str),
}

/// First bytes of the kinds of file that are told by them.
const SIGNATURES: &[(&[u8], Content)] = &[
    (b"\x1f\x8b", Content::Gzip),
    (b"\x28\xb5\x2f\xfd", Content::Zstd),
    (b"PK\x03\x04", Content::Zip),
    (b"PK\x05\x06", Content::Zip),
    (b"BZh", Content::OtherArchive("bzip2")),
    (b"\xfd7zXZ\0", Content::OtherArchive("xz")),
    (b"7z\xbc\xaf\x27\x1c", Content::OtherArchive("7z")),
    (b"Rar!\x1a\x07", Content::OtherArchive("rar")),
    (b"%PDF-", Content::Other("a PDF file")),
    (b"\x89PNG", Content::Other("a PNG image")),
    (b"SQLite format 3\0", Content::Other("an SQLite database")),
];

/// Where `ustar` stands in the first block of a tar archive.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

/// Column names, folded, that a table of studies is told by: one of them has
/// to be there to say which study a row is about.
const NUMBER_COLUMNS: [&str; 6] = [
    "nctnumber",
    "nctid",
    "nctnum",
    "studyurl",
    "url",
    "nationalclinicaltrialnctidentificationnumber",
];

/// Looks at the first bytes of a stream.
pub(super) fn content(head: &[u8]) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    if let Some((_, content)) = SIGNATURES.iter().find(|(first, _)| head.starts_with(first)) {
        return *content;
    }
    if is_skippable_zstd(head) {
        return Content::Zstd;
    }
    if head.get(TAR_MAGIC) == Some(b"ustar") {
        return Content::Tar;
    }
    text_content(head)
}

/// A frame that zstd lets tools put before the data.
fn is_skippable_zstd(head: &[u8]) -> bool {
    head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18]
}

/// What UTF-8 text, or nearly such, holds.
fn text_content(head: &[u8]) -> Content {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        None => return Content::Empty,
        Some(b'{' | b'[') => return Content::Json,
        Some(b'<') => return Content::Xml,
        Some(_) => {}
    }
    if memchr::memchr(0, head).is_some() {
        return Content::Other("a binary file");
    }
    if let Some(delimiter) = table_delimiter(text) {
        return Content::Table(delimiter);
    }
    if is_page(text) {
        return Content::Page;
    }
    if memmem::find(text, b"<clinical_study").is_some() {
        return Content::Xml;
    }
    Content::Other("text without study records")
}

fn is_page(text: &[u8]) -> bool {
    [&b"path is as follows:"[..], b"\nStudy -> ", b"\nNCT ID:"]
        .iter()
        .any(|sign| memmem::find(text, sign).is_some())
        || text.starts_with(b"NCT ID:")
}

/// The text without the line above the heading that tells Excel the
/// delimiter.
fn below_separator(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
    let (line, below) = text.split_at(end);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    if line.len() <= 6 && super::csv::is_separator(line) { below.trim_ascii_start() } else { text }
}

/// The delimiter that makes the first line a heading with an NCT number or a
/// study's URL among at least two columns.
fn table_delimiter(text: &[u8]) -> Option<u8> {
    let text = below_separator(text);
    [b',', b'\t', b';', b'|'].into_iter().find(|delimiter| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(*delimiter)
            .from_reader(text);
        let mut heading = csv::ByteRecord::new();
        reader.read_byte_record(&mut heading).unwrap_or(false)
            && heading.len() > 1
            && heading.iter().any(|name| NUMBER_COLUMNS.contains(&fold(name).as_str()))
    })
}

fn fold(name: &[u8]) -> String {
    name.iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_what_it_is() {
        let cases: [(&[u8], Content); 11] = [
            (b"", Content::Empty),
            (b" \r\n ", Content::Empty),
            (b"\x1f\x8b\x08", Content::Gzip),
            (b"\xef\xbb\xbf {\"a\"", Content::Json),
            (b"<?xml version", Content::Xml),
            (b"Description Module\n\nDescription Module path is as follows:\n", Content::Page),
            (b"Rank\tTitle\tURL\n1\tA\thttps", Content::Table(b'\t')),
            (b"\"Study Title\",\"NCT Number\"\nA,NCT9", Content::Table(b',')),
            (b"Dear all, the NCT Number is\n", Content::Other("text without study records")),
            (b"\x7fELF\x02\x00\x00", Content::Other("a binary file")),
            (b"BZh91AY", Content::OtherArchive("bzip2")),
        ];
        for (head, expected) in cases {
            assert_eq!(content(head), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
