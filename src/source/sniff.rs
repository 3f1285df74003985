//! What a stream holds, by its first bytes.

use memchr::memmem;

use super::table::{self, Table};

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
    /// A table of studies.
    Table(Table),
    Page,
    /// Something that may hold studies and is not read, by what it is and what
    /// to do.
    Unread(&'static str),
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
    (
        b"\xd0\xcf\x11\xe0",
        Content::Unread("an Excel workbook of before 2007, which is not read; save it as CSV"),
    ),
    (
        b"version https://git-lfs.github.com/",
        Content::Unread("a pointer of Git LFS in the place of a file; `git lfs pull` fetches it"),
    ),
    (b"%PDF-", Content::Other("a PDF file")),
    (b"\x89PNG", Content::Other("a PNG image")),
    (b"SQLite format 3\0", Content::Other("an SQLite database")),
];

/// Where `ustar` stands in the first block of a tar archive.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

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
    if let Some(table) = table::table(text) {
        return Content::Table(table);
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
            (
                b"Rank\tTitle\tStudy URL\n1\tA\thttps",
                Content::Table(Table { delimiter: b'\t', number: 2, publications: false }),
            ),
            (
                b"\"Study Title\",\"NCT Number\"\nA,NCT9",
                Content::Table(Table { delimiter: b',', number: 1, publications: false }),
            ),
            (b"Dear all, the NCT Number is\n", Content::Other("text without study records")),
            (b"\x7fELF\x02\x00\x00", Content::Other("a binary file")),
            (b"BZh91AY", Content::OtherArchive("bzip2")),
        ];
        for (head, expected) in cases {
            assert_eq!(content(head), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
