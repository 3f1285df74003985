//! What a stream holds, by its first bytes.

use memchr::memmem;

use super::banner::{self, has_number};
use super::packing::CompressionFormat;
use super::table_layout::{self, TableLayout};

/// What the first bytes of a stream look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SniffedContent {
    Empty,
    Packed(CompressionFormat),
    Zip,
    Tar,
    /// An archive of a kind that is not read, by its name.
    OtherArchive(&'static str),
    Json,
    Xml,
    /// A table of studies.
    Table(TableLayout),
    Page,
    /// Records of reference managers.
    Ris,
    /// JSON, XML or RIS behind so many bytes of something else, and which.
    Below(usize, &'static str),
    /// Something that may hold studies and is not read, by what it is and what
    /// to do.
    Unread(&'static str),
    /// A file of another kind, by what it is.
    Other(&'static str),
}

/// First bytes of the kinds of file that they identify.
const SIGNATURES: &[(&[u8], SniffedContent)] = &[
    (b"\x1f\x8b", SniffedContent::Packed(CompressionFormat::Gzip)),
    (b"x\x01", SniffedContent::Packed(CompressionFormat::Zlib)),
    (b"x\x9c", SniffedContent::Packed(CompressionFormat::Zlib)),
    (b"x\xda", SniffedContent::Packed(CompressionFormat::Zlib)),
    (b"\x28\xb5\x2f\xfd", SniffedContent::Packed(CompressionFormat::Zstd)),
    (b"PK\x03\x04", SniffedContent::Zip),
    (b"PK\x05\x06", SniffedContent::Zip),
    (b"PK\x07\x08PK\x03\x04", SniffedContent::Zip),
    (b"PK00PK\x03\x04", SniffedContent::Zip),
    (b"BZh", SniffedContent::Packed(CompressionFormat::Bzip2)),
    (b"\xfd7zXZ\0", SniffedContent::Packed(CompressionFormat::Xz)),
    (b"7z\xbc\xaf\x27\x1c", SniffedContent::OtherArchive("7z")),
    (b"Rar!\x1a\x07", SniffedContent::OtherArchive("rar")),
    (b"\x04\x22\x4d\x18", SniffedContent::Packed(CompressionFormat::Lz4)),
    (b"\x02\x21\x4c\x18", SniffedContent::Packed(CompressionFormat::Lz4)),
    (b"\x1f\x9d", SniffedContent::OtherArchive("compress (.Z)")),
    (b"\x1f\xa0", SniffedContent::OtherArchive("compress (.Z)")),
    (b"\x5d\0\0", SniffedContent::Packed(CompressionFormat::Lzma)),
    (b"LZIP", SniffedContent::OtherArchive("lzip")),
    (b"\x89LZO\0\r\n\x1a\n", SniffedContent::OtherArchive("lzop")),
    (b"\xff\x06\0\0sNaPpY", SniffedContent::OtherArchive("snappy")),
    (b"MSCF\0\0\0\0", SniffedContent::OtherArchive("cabinet")),
    (b"!<arch>\n", SniffedContent::OtherArchive("ar")),
    (b"070701", SniffedContent::OtherArchive("cpio")),
    (b"070702", SniffedContent::OtherArchive("cpio")),
    (b"070707", SniffedContent::OtherArchive("cpio")),
    (b"\xc7\x71", SniffedContent::OtherArchive("cpio")),
    (b"MSWIM\0\0\0", SniffedContent::OtherArchive("wim")),
    (b"xar!\0", SniffedContent::OtherArchive("xar")),
    (
        b"\xd0\xcf\x11\xe0",
        SniffedContent::Unread(
            "an Excel workbook of before 2007, which is not read; save it as CSV",
        ),
    ),
    (
        b"version https://git-lfs.github.com/",
        SniffedContent::Unread(
            "a pointer of Git LFS in the place of a file; `git lfs pull` fetches it",
        ),
    ),
    (b"%PDF-", SniffedContent::Other("a PDF file")),
    (b"\x89PNG", SniffedContent::Other("a PNG image")),
    (
        b"SQLite format 3\0",
        SniffedContent::Unread("an SQLite database, which is not read; export its tables as CSV"),
    ),
    (
        b"PAR1",
        SniffedContent::Unread("a Parquet file, which is not read; save it as CSV or JSON lines"),
    ),
    (
        b"ARROW1",
        SniffedContent::Unread("an Arrow or Feather file, which is not read; save it as CSV"),
    ),
    (b"FEA1", SniffedContent::Unread("a Feather file, which is not read; save it as CSV")),
    (b"Obj\x01", SniffedContent::Unread("an Avro file, which is not read; save it as JSON lines")),
    (b"ORC", SniffedContent::Unread("an ORC file, which is not read; save it as CSV")),
    (
        b"\x89HDF\r\n\x1a\n",
        SniffedContent::Unread("an HDF5 file, which is not read; save it as CSV"),
    ),
    (
        b"PGDMP",
        SniffedContent::Unread(
            "a dump by pg_dump, which is not read; restore it and export its tables as CSV",
        ),
    ),
    (
        b"--\n-- PostgreSQL database dump",
        SniffedContent::Unread(
            "a dump by pg_dump, which is not read; restore it and export its tables as CSV",
        ),
    ),
    (
        b"-- MySQL dump",
        SniffedContent::Unread(
            "a dump of MySQL, which is not read; restore it and export its tables as CSV",
        ),
    ),
    (b"<stata_dta>", SniffedContent::Unread("a Stata file, which is not read; save it as CSV")),
    (b"$FL2", SniffedContent::Unread("an SPSS file, which is not read; save it as CSV")),
    (b"$FL3", SniffedContent::Unread("an SPSS file, which is not read; save it as CSV")),
    (
        b"HEADER RECORD*******LIB",
        SniffedContent::Unread("a SAS transport file, which is not read; save it as CSV"),
    ),
    (SAS, SniffedContent::Unread("a SAS file, which is not read; save it as CSV")),
    (b"RDX2\n", SniffedContent::Unread("an R file, which is not read; save it as CSV")),
    (b"RDX3\n", SniffedContent::Unread("an R file, which is not read; save it as CSV")),
    (b"X\n\0\0\0", SniffedContent::Unread("an R file, which is not read; save it as CSV")),
    (
        b"\x80\x04\x95",
        SniffedContent::Unread("a pickle of Python, which is not read; save it as CSV or JSON"),
    ),
    (
        b"\x80\x05\x95",
        SniffedContent::Unread("a pickle of Python, which is not read; save it as CSV or JSON"),
    ),
    (
        b"\0\x01\0\0Standard ",
        SniffedContent::Unread("an Access database, which is not read; export its tables as CSV"),
    ),
];

/// What files of SAS begin with.
const SAS: &[u8] = b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0";

/// The position of `ustar` in the first block of a tar archive.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

/// Bytes of a block of a tar archive.
const TAR_BLOCK: usize = 512;

/// Looks at the first bytes of a stream.
pub(super) fn content(head: &[u8]) -> SniffedContent {
    if head.is_empty() {
        return SniffedContent::Empty;
    }
    if let Some((_, content)) = SIGNATURES.iter().find(|(first, _)| head.starts_with(first)) {
        return *content;
    }
    if is_skippable_zstd(head) {
        return SniffedContent::Packed(CompressionFormat::Zstd);
    }
    // Blocks of zeros separate archives that were joined.
    let tar = head.chunks(TAR_BLOCK).position(|block| block.iter().any(|byte| *byte != 0));
    let tar = tar.map_or(&[][..], |block| &head[block * TAR_BLOCK..]);
    if tar.get(TAR_MAGIC) == Some(b"ustar") || is_old_tar(tar) {
        return SniffedContent::Tar;
    }
    text_content(head)
}

/// A tar archive of before POSIX: its first block has a sum of its bytes, the
/// sum itself counted as blanks.
fn is_old_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512).filter(|block| block[0] != 0) else { return false };
    let written = std::str::from_utf8(&block[148..156]).unwrap_or_default();
    let written = written.trim_matches(['\0', ' ']);
    let sum = block.iter().map(|byte| u32::from(*byte)).sum::<u32>()
        - block[148..156].iter().map(|byte| u32::from(*byte)).sum::<u32>()
        + 8 * u32::from(b' ');
    !written.is_empty() && u32::from_str_radix(written, 8) == Ok(sum)
}

/// A frame that zstd lets tools put before the data.
fn is_skippable_zstd(head: &[u8]) -> bool {
    head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18]
}

/// What UTF-8 text, or nearly such, holds.
fn text_content(head: &[u8]) -> SniffedContent {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // A record separator precedes each text of a sequence (RFC 7464).
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"\x1e").unwrap_or(text).trim_ascii_start();
    match text.first() {
        None => return SniffedContent::Empty,
        Some(b'{' | b'[') => return SniffedContent::Json,
        Some(b'<') => return SniffedContent::Xml,
        Some(_) => {}
    }
    if is_git_object(head) {
        return SniffedContent::Other("an object in the store of a git repository");
    }
    if is_binary(head) {
        return SniffedContent::Other("a binary file");
    }
    if text.starts_with(super::ris_splitter::START) {
        return SniffedContent::Ris;
    }
    if let Some(what) = other_registry(text) {
        return SniffedContent::Unread(what);
    }
    records_in(text, &head[..head.len() - text.len()])
}

/// What text without a sign of its format at its beginning holds. `blank` is
/// before it.
fn records_in(text: &[u8], blank: &[u8]) -> SniffedContent {
    if let Some(mut table) =
        table_layout::table(text).filter(|table| !is_page(table.text_above(text)))
    {
        if table.above > 0 {
            table.above += memchr::memchr_iter(b'\n', blank).count();
        }
        return SniffedContent::Table(table);
    }
    if is_page(text) {
        return SniffedContent::Page;
    }
    let is_tail = |end: usize| memmem::find(&text[..end], b"</clinical_study").is_some();
    if let Some((at, what)) = banner::below(text).filter(|(at, _)| !is_tail(*at)) {
        return SniffedContent::Below(blank.len() + at, what);
    }
    if memmem::find(text, b"<clinical_study").is_some() {
        return SniffedContent::Xml;
    }
    match unread_text(text) {
        Some(what) => SniffedContent::Unread(what),
        None if has_number(text) => {
            SniffedContent::Other("text with NCT numbers, but without study records")
        }
        None => SniffedContent::Other("text without study records"),
    }
}

/// Texts that hold studies in a form that is not read.
fn unread_text(text: &[u8]) -> Option<&'static str> {
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let yaml = |line: &[u8]| {
        let line = line.strip_prefix(b"- ").unwrap_or(line);
        let of_study = [&b"protocolSection:"[..], b"identificationModule:"].contains(&line)
            || line == b"resourceType: ResearchStudy";
        let numbered = [&b"nctId:"[..], b"nct_id:", b"NCTId:"]
            .iter()
            .any(|key| line.strip_prefix(*key).is_some_and(has_number));
        of_study || numbered
    };
    if lines().any(yaml) {
        return Some("YAML, which is not read; convert it to JSON");
    }
    if memmem::find(text, b"INSERT INTO ").is_some() && has_number(text) {
        return Some("a script of SQL, which is not read; export its tables as CSV");
    }
    let quoted = |line: &&[u8]| line.len() > 2 && line.starts_with(b"\"") && line.ends_with(b"\"");
    let heading = lines().next().filter(quoted).map(|line| &line[1..line.len() - 1]);
    if heading.is_some_and(table_layout::is_named) && lines().nth(1).as_ref().is_some_and(quoted) {
        return Some("a table with quotes around each whole row; save it without them");
    }
    None
}

/// Whether a text is git's copy of a file, a directory or a commit: the files
/// themselves are beside its store, and older copies have been replaced.
fn is_git_object(head: &[u8]) -> bool {
    let kinds: [&[u8]; 4] = [b"blob ", b"tree ", b"commit ", b"tag "];
    let behind = kinds.iter().find_map(|kind| head.strip_prefix(*kind));
    behind.is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits) == Some(&0)
    })
}

/// Whether there are more zeros than damage to a text leaves.
fn is_binary(head: &[u8]) -> bool {
    let zeros = memchr::memchr_iter(0, head).count();
    zeros > 0 && (zeros > 4 || zeros * 20 > head.len())
}

/// Texts of other registries, by what they have near their start.
fn other_registry(text: &[u8]) -> Option<&'static str> {
    let start = &text[..text.len().min(4096)];
    let has = |sign: &[u8]| memmem::find(start, sign).is_some();
    if has(b"EudraCT Number:") && has(b"Sponsor Protocol Number:") {
        return Some("text of the EU Clinical Trials Register, which is not read");
    }
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let of_line = |sign: &[u8]| memmem::find(line, sign).is_some();
    if of_line(b"TrialID") && of_line(b"Source_Register") {
        return Some("an ICTRP export, which is not read; export from the registry itself");
    }
    None
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
        let cases: [(&[u8], SniffedContent); 11] = [
            (b"", SniffedContent::Empty),
            (b" \r\n ", SniffedContent::Empty),
            (b"\x1f\x8b\x08", SniffedContent::Packed(CompressionFormat::Gzip)),
            (b"\xef\xbb\xbf {\"a\"", SniffedContent::Json),
            (b"<?xml version", SniffedContent::Xml),
            (
                b"Description Module\n\nDescription Module path is as follows:\n",
                SniffedContent::Page,
            ),
            (
                b"Rank\tTitle\tStudy URL\n1\tA\thttps",
                SniffedContent::Table(TableLayout {
                    delimiter: b'\t',
                    number: 2,
                    publications: false,
                    markdown: false,
                    above: 0,
                }),
            ),
            (
                b"\"Study Title\",\"NCT Number\"\nA,NCT9",
                SniffedContent::Table(TableLayout {
                    delimiter: b',',
                    number: 1,
                    publications: false,
                    markdown: false,
                    above: 0,
                }),
            ),
            (b"Dear all, the NCT Number is\n", SniffedContent::Other("text without study records")),
            (b"\x7fELF\x02\x00\x00", SniffedContent::Other("a binary file")),
            (b"BZh91AY", SniffedContent::Packed(CompressionFormat::Bzip2)),
        ];
        for (head, expected) in cases {
            assert_eq!(content(head), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
