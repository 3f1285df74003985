//! Zip archives: their members as streams.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::aside;
use super::directory::{
    MEMBER, ZipDirectory, ZipDirectoryReader, ZipEntry, ZipLayout, layout, number, range,
};
use super::packing::{CompressionFormat, unpacked};
use super::stream_context::{StreamContext, reading};
use super::{ByteStream, ItemSink, ReadLimit, SourceItem, SourcePlace};

/// Bytes before the content of a member, without its names.
const HEADER: u64 = 30;

/// Bytes that can follow the content of a member: its sums once more.
const DESCRIPTOR: u64 = 24;

/// What programs begin with, behind which there can be an archive.
const PROGRAMS: [&[u8]; 3] = [b"MZ", b"#!", b"\x7fELF"];

/// What tools put before an archive that could have been split.
const SPLIT: [&[u8]; 2] = [b"PK\x07\x08", b"PK00"];

/// An archive's directory is at its end, so an archive that comes as a stream
/// is first copied to a temporary file without a name.
pub(super) fn read_spooled(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let most = inside.limits.spool;
    let spooled = tempfile::tempfile().and_then(|mut file| {
        let copied = io::copy(&mut stream.take(most.saturating_add(1)), &mut file)?;
        if copied > most {
            return Err(io::Error::other(format!(
                "larger than {most} bytes{}",
                ReadLimit::Spool.note()
            )));
        }
        Ok(file)
    });
    match spooled {
        Ok(file) => read(file, place, inside, &AtomicU64::new(0), sink),
        Err(error) => {
            let reason = aside::reason("the zip archive", &error);
            sink(SourceItem::Unread(place.location(0, 0), reason))
        }
    }
}

/// Whether a file that begins as a program does has an archive behind it, as
/// those that unpack themselves have. The file is left behind that beginning.
pub(super) fn is_behind_program(head: &[u8], file: &mut std::fs::File) -> bool {
    if !PROGRAMS.iter().any(|program| head.starts_with(program)) {
        return false;
    }
    let found = file.seek(SeekFrom::End(0)).and_then(|size| layout(file, size));
    let back = file.seek(SeekFrom::Start(head.len() as u64));
    back.and(found).is_ok_and(|layout| !layout.directories.is_empty())
}

/// Reads the archives in a file; bytes in none of them are named.
pub(super) fn read(
    mut file: std::fs::File,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    done: &AtomicU64,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let found = file.seek(SeekFrom::End(0)).and_then(|size| layout(&mut file, size));
    let ZipLayout { directories, outside } = match found {
        Ok(layout) => layout,
        Err(error) => return sink(SourceItem::Unread(place.location(0, 0), reading(&error))),
    };
    if directories.is_empty() {
        let reason = "the zip archive cannot be read, it may be cut: it has no directory";
        return sink(SourceItem::Reject(place.location(0, 0), reason.to_owned()));
    }
    for between in outside {
        name_outside(&mut file, between, place, sink)?;
    }
    for directory in directories {
        match document(&mut file, &directory) {
            Ok(None) => {}
            Ok(Some(WORKBOOK)) => {
                super::sheets::read(&mut file, place, inside, sink)?;
                continue;
            }
            Ok(Some(what)) => {
                sink(SourceItem::Reject(place.location(0, 0), what.to_owned()))?;
                continue;
            }
            Err(error) => {
                sink(SourceItem::Unread(place.location(0, 0), reading(&error)))?;
                continue;
            }
        }
        ZipReader { file: &mut file, directory, place, inside, done }.read(sink)?;
    }
    ControlFlow::Continue(())
}

/// An Excel workbook, whose sheets are read.
const WORKBOOK: &str = "an Excel workbook";

/// Members that identify a document that is a zip archive, and what it is.
const DOCUMENTS: [(&str, &str); 5] = [
    ("xl/workbook.xml", WORKBOOK),
    ("xl/workbook.bin", "an Excel workbook (.xlsb), which is not read; save it as CSV"),
    (
        "word/document.xml",
        "a Word document, which is not read; save what it has of studies as text",
    ),
    ("content.xml", "an OpenDocument file, which is not read; save it as CSV"),
    ("Index/Document.iwa", "a file of Numbers or Pages, which is not read; save it as CSV"),
];

/// What a document is that is stored as a zip archive; `None` for any other.
fn document(
    file: &mut std::fs::File,
    directory: &ZipDirectory,
) -> io::Result<Option<&'static str>> {
    let mut listing = ZipDirectoryReader::new(directory.place.clone());
    // Those of office programs have a member that says what the others are.
    let signs = ["[Content_Types].xml", "mimetype", "Index/Document.iwa"];
    let mut names = Vec::new();
    while let Some(listed) = listing.next(file)?.filter(|_| names.len() < 500) {
        names.push(listed.name);
    }
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let found = DOCUMENTS.iter().find(|(member, _)| has(member));
    Ok(found.filter(|_| signs.iter().any(|sign| has(sign))).map(|(_, what)| *what))
}

/// Says that bytes before or behind an archive are not read.
fn name_outside(
    file: &mut std::fs::File,
    between: Range<u64>,
    place: &SourcePlace,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let length = between.end - between.start;
    let start = between.start;
    let first = range(file, start..start + length.min(1 << 10)).unwrap_or_default();
    let program = start == 0 && PROGRAMS.iter().any(|program| first.starts_with(program));
    let padding = length <= first.len() as u64 && first.iter().all(|byte| *byte == 0);
    if padding || program || SPLIT.contains(&first.as_slice()) {
        return ControlFlow::Continue(());
    }
    let reason = format!("{length} bytes from byte {start} on are in no zip archive of this file");
    sink(SourceItem::Reject(place.location(0, 0), reason))
}

/// An archive being read.
struct ZipReader<'a, 'b> {
    file: &'a mut std::fs::File,
    directory: ZipDirectory,
    place: &'a SourcePlace,
    inside: &'a StreamContext<'b>,
    done: &'a AtomicU64,
}

impl ZipReader<'_, '_> {
    fn read(mut self, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let ZipDirectory { base, members, promised, first, .. } = self.directory;
        let whole_file = self.place.location(0, 0);
        if promised > members {
            let reason = format!(
                "the end of the zip archive promises {promised} members, its directory has {members}"
            );
            sink(SourceItem::Reject(whole_file.clone(), reason))?;
        }
        let mut listing = ZipDirectoryReader::new(self.directory.place.clone());
        // The end of the members so far, as long as they are in order.
        let mut end = Some(first);
        loop {
            let listed = match listing.next(self.file) {
                Ok(Some(listed)) => listed,
                Ok(None) => break,
                Err(error) => return sink(SourceItem::Unread(whole_file, reading(&error))),
            };
            if let Err(reason) = self.inside.spent.member(self.inside.limits) {
                return sink(SourceItem::Unread(whole_file, reason));
            }
            let at = base.saturating_add(listed.offset);
            if let Some(end) = &mut end {
                self.name_unlisted(*end..at, sink)?;
            }
            end = end.filter(|end| at >= *end).and(self.member(&listed, at, sink)?);
        }
        if let Some(end) = end {
            self.name_unlisted(end..self.directory.place.start, sink)?;
        }
        ControlFlow::Continue(())
    }

    /// Reads the member at that byte; gives where it ends, as far as that is
    /// known.
    fn member(
        &mut self,
        listed: &ZipEntry,
        at: u64,
        sink: &mut ItemSink<'_>,
    ) -> ControlFlow<(), Option<u64>> {
        let place = self.place.member(&listed.name);
        let start = match self.content_start(at) {
            Ok(start) => start,
            Err(why) => {
                sink(SourceItem::Member)?;
                sink(why.found(&place))?;
                return ControlFlow::Continue(None);
            }
        };
        let end = start.saturating_add(listed.packed);
        if listed.nothing {
            return ControlFlow::Continue(Some(end));
        }
        let (inside, link) = (self.inside, listed.link);
        if !link {
            sink(SourceItem::Member)?;
        }
        match self.opened(listed, start) {
            Ok(stream) => {
                let bounded = inside.bounded(stream, Rc::new(Cell::new(listed.packed)));
                // What a link holds is the name of another member, as a rule.
                let mut of_link = |found| match found {
                    SourceItem::NotStudy(..) if link => ControlFlow::Continue(()),
                    found => sink(found),
                };
                inside.read_member(Box::new(bounded), &place, &mut of_link)?;
            }
            Err(why) => sink(why.found(&place))?,
        }
        self.done.fetch_add(listed.packed, Ordering::Relaxed);
        ControlFlow::Continue(Some(end))
    }

    /// Where the packed bytes begin of the member at that byte.
    fn content_start(&mut self, at: u64) -> Result<u64, UnreadMember> {
        let header =
            range(self.file, at..at.saturating_add(HEADER)).map_err(UnreadMember::Failed)?;
        let names = number(&header, 26, 2).zip(number(&header, 28, 2));
        let names = names.filter(|_| header.starts_with(MEMBER));
        names.map(|(name, extra)| at + HEADER + name + extra).ok_or_else(|| {
            let reason = "the zip archive is damaged: this member is not where its directory says";
            UnreadMember::Never(reason.to_owned())
        })
    }

    /// The content of a member, whose packed bytes begin at `start`.
    fn opened(&mut self, listed: &ZipEntry, start: u64) -> Result<ByteStream<'_>, UnreadMember> {
        if listed.encrypted {
            return Err(UnreadMember::Never("encrypted; unpack it first".to_owned()));
        }
        self.file.seek(SeekFrom::Start(start)).map_err(UnreadMember::Failed)?;
        let left = Rc::new(Cell::new(listed.packed));
        let packed = BufReader::new(PackedReader { inner: &mut *self.file, left });
        let content: ByteStream<'_> = match listed.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            method => {
                let depth = self.inside.depth + 1;
                let unpacked = packing(method).map(|packing| unpacked(packing, packed, depth));
                let not_read = || {
                    UnreadMember::Never(format!("packed by {}, which is not read", called(method)))
                };
                unpacked.ok_or_else(not_read)?.map_err(UnreadMember::Failed)?
            }
        };
        Ok(Box::new(ChecksumReader {
            inner: content,
            sum: Crc::new(),
            listed: listed.clone(),
            read: 0,
        }))
    }

    /// Says where there is a member that no directory lists.
    fn name_unlisted(&mut self, gap: Range<u64>, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        if gap.is_empty() {
            return ControlFlow::Continue(());
        }
        let look = gap.start..gap.end.min(gap.start + DESCRIPTOR + MEMBER.len() as u64);
        let first = range(self.file, look).unwrap_or_default();
        if memchr::memmem::find(&first, MEMBER).is_none() {
            return ControlFlow::Continue(());
        }
        let (start, length) = (gap.start, gap.end - gap.start);
        let reason = format!(
            "{length} bytes from byte {start} on are a member that the zip archive does not list"
        );
        sink(SourceItem::Reject(self.place.location(0, 0), reason))
    }
}

/// Why a member is not read.
enum UnreadMember {
    /// It cannot be, whenever it is tried.
    Never(String),
    /// Reading failed, which may pass.
    Failed(io::Error),
}

impl UnreadMember {
    fn found(self, place: &SourcePlace) -> SourceItem {
        match self {
            Self::Never(reason) => SourceItem::Reject(place.location(0, 0), reason),
            Self::Failed(error) => SourceItem::Unread(place.location(0, 0), reading(&error)),
        }
    }
}

/// How members are packed, by the number that says so (APPNOTE 4.4.5).
fn packing(method: u16) -> Option<CompressionFormat> {
    match method {
        12 => Some(CompressionFormat::Bzip2),
        93 => Some(CompressionFormat::Zstd),
        95 => Some(CompressionFormat::Xz),
        _ => None,
    }
}

/// What the other ways to pack members are called.
fn called(method: u16) -> String {
    match method {
        1 => "Shrink".to_owned(),
        6 => "Implode".to_owned(),
        9 => "Deflate64".to_owned(),
        14 => "LZMA".to_owned(),
        98 => "PPMd".to_owned(),
        other => format!("method {other}"),
    }
}

/// The packed bytes of a member: fails where the file ends before them.
struct PackedReader<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for PackedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left.get()).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.inner.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
        }
        self.left.set(self.left.get() - read as u64);
        Ok(read)
    }
}

/// The content of a member: fails at its end where it is not what the
/// directory says.
struct ChecksumReader<R> {
    inner: R,
    sum: Crc,
    listed: ZipEntry,
    read: u64,
}

impl<R: Read> Read for ChecksumReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sum.update(&buffer[..read]);
        self.read += read as u64;
        if read == 0 && !buffer.is_empty() {
            let wrong = match &self.listed {
                listed if listed.size != self.read => {
                    format!(
                        "the member has {} bytes, its directory says {}",
                        self.read, listed.size
                    )
                }
                listed if listed.check != self.sum.sum() => {
                    "the checksum is not that of the content".to_owned()
                }
                _ => return Ok(0),
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
        }
        Ok(read)
    }
}
