//! Archives and compressed streams, one inside another.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;
use zip::result::ZipError;

use super::directory::Directory;
use super::limits::{Counted, Limits, Proportionate, Spent};
use super::sniff::{Content, content};
use super::{Found, Place, Sink, Stream, csv, json, page, utf8, xml};

/// Bytes that are looked at to tell what a stream holds.
const HEAD: usize = 16 << 10;

/// Reads a file on disk; a zip archive is read in place.
pub(super) fn read_file(
    mut file: std::fs::File,
    place: &Place,
    limits: &Limits,
    done: &AtomicU64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::new();
    if let Err(error) = (&mut file).take(4).read_to_end(&mut head) {
        return sink(Found::Unread(place.location(0, 0), reading(&error)));
    }
    // A pipe cannot be rewound.
    if content(&head) == Content::Zip && file.rewind().is_ok() {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let inside = Inside { limits, spent: Spent::of(Rc::new(Cell::new(size))), depth: 0 };
        return read_zip(file, place, &inside, done, sink);
    }
    let whole = io::Cursor::new(head).chain(Watched { inner: file, done });
    read(Box::new(whole), place, limits, sink)
}

/// Reads a stream of whatever content that is in no container.
pub(super) fn read(
    stream: Stream<'_>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let (stream, count) = Counted::new(stream);
    let inside = Inside { limits, spent: Spent::of(count), depth: 0 };
    read_inside(Box::new(stream), place, &inside, sink)
}

/// Where in a source a stream stands.
struct Inside<'a> {
    limits: &'a Limits,
    /// What the source has taken of them.
    spent: Rc<Spent>,
    /// Containers that the stream is in.
    depth: usize,
}

impl Inside<'_> {
    /// Inside one container more.
    fn deeper(&self) -> Self {
        Self { limits: self.limits, spent: self.spent.clone(), depth: self.depth + 1 }
    }

    /// An unpacked stream, bounded by what it is unpacked from.
    fn bounded<R: Read>(&self, unpacked: R, packed: Rc<Cell<u64>>) -> Proportionate<R> {
        Proportionate::new(unpacked, packed, self.limits, &self.spent)
    }
}

/// Gives an error that came up earlier, then nothing.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A file that tells how much of it has been read.
struct Watched<'a, R> {
    inner: R,
    done: &'a AtomicU64,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Reads a stream of whatever content.
fn read_inside(
    mut stream: Stream<'_>,
    place: &Place,
    inside: &Inside<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::with_capacity(HEAD);
    let mut failed = None;
    let whole: Stream<'_> = match (&mut stream).take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => Box::new(io::Cursor::new(head.clone()).chain(stream)),
        Err(error) if head.is_empty() => {
            return sink(Found::Unread(place.location(0, 0), reading(&error)));
        }
        Err(error) => {
            failed = Some(reading(&error));
            Box::new(io::Cursor::new(head.clone()).chain(Failing(Some(error))))
        }
    };
    if let Some(encoding) = utf8::declared(&head) {
        let converted = Box::new(utf8::Utf8Reader::new(whole, encoding));
        return read_converted(converted, failed, place, inside.limits, sink);
    }
    let depth = inside.limits.depth;
    match content(&head) {
        Content::Gzip | Content::Zstd | Content::Zip | Content::Tar if inside.depth >= depth => {
            let reason = format!(
                "archives inside archives, deeper than {depth}; `--max-depth` raises the limit"
            );
            sink(Found::Reject(place.location(0, 0), reason))
        }
        Content::Gzip => {
            let (packed, count) = Counted::new(BufReader::new(whole));
            let unpacked = inside.bounded(flate2::read::MultiGzDecoder::new(packed), count);
            read_inside(Box::new(unpacked), place, &inside.deeper(), sink)
        }
        Content::Zstd => {
            let (packed, count) = Counted::new(whole);
            match unpacked_zstd(packed, inside.depth) {
                Ok(unpacked) => {
                    let unpacked = inside.bounded(unpacked, count);
                    read_inside(Box::new(unpacked), place, &inside.deeper(), sink)
                }
                Err(error) => sink(Found::Unread(place.location(0, 0), reading(&error))),
            }
        }
        Content::Zip => read_spooled_zip(whole, place, inside, sink),
        Content::Tar => read_tar(whole, place, inside, sink),
        known => read_records(known, whole, failed, place, inside.limits, sink),
    }
}

/// An unpacked zstd stream. Its window is what it keeps in memory: 128 MiB at
/// most (as `zstd` itself has it), and 8 MiB (`zstd -19`) where that would be
/// multiplied by the depth.
fn unpacked_zstd<'a>(
    packed: impl Read + 'a,
    depth: usize,
) -> io::Result<zstd::stream::read::Decoder<'a, BufReader<impl Read + 'a>>> {
    let mut unpacked = zstd::stream::read::Decoder::new(packed)?;
    unpacked.window_log_max(if depth < 2 { 27 } else { 23 })?;
    Ok(unpacked)
}

/// Reads text that came in another encoding.
fn read_converted(
    mut stream: Stream<'_>,
    failed: Option<String>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::with_capacity(HEAD);
    if let Err(error) = (&mut stream).take(HEAD as u64).read_to_end(&mut head) {
        return sink(Found::Unread(place.location(0, 0), reading(&error)));
    }
    let known = content(&head);
    let whole = Box::new(io::Cursor::new(head).chain(stream));
    read_records(known, whole, failed, place, limits, sink)
}

/// Reads a stream that is no container. `failed` is why no more could be read
/// than its first bytes: too few of them may look like no study.
fn read_records(
    known: Content,
    stream: Stream<'_>,
    failed: Option<String>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let whole_file = place.location(0, 0);
    if let (Content::Empty | Content::Other(_), Some(reason)) = (known, failed) {
        return sink(Found::Unread(whole_file, reason));
    }
    match known {
        Content::Json => json::split(stream, place, limits, sink),
        Content::Xml => xml::split(stream, place, limits, sink),
        Content::Table(table) => csv::split(stream, table, place, limits, sink),
        Content::Page => page::split(stream, place, limits, sink),
        Content::Empty => sink(Found::Reject(whole_file, "empty".to_owned())),
        Content::Other(what) => sink(Found::NotStudy(whole_file, what.to_owned())),
        Content::Unread(what) => sink(Found::Reject(whole_file, what.to_owned())),
        Content::OtherArchive(kind) => sink(Found::Reject(
            whole_file,
            format!("a {kind} archive, which is not read; unpack it first"),
        )),
        Content::Gzip | Content::Zstd | Content::Zip | Content::Tar => {
            sink(Found::NotStudy(whole_file, "an archive in a text encoding".to_owned()))
        }
    }
}

fn read_tar(
    stream: Stream<'_>,
    place: &Place,
    inside: &Inside<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let cut = |error: &io::Error| format!("the tar archive cannot be read further: {error}");
    let watched = Headers::new(stream);
    let seen = watched.seen.clone();
    let mut archive = tar::Archive::new(watched);
    // Archives that were joined end several times.
    archive.set_ignore_zeros(true);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return sink(Found::Reject(place.location(0, 0), cut(&error))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return sink(Found::Reject(place.location(0, 0), cut(&error))),
        };
        if let Err(reason) = inside.spent.member(inside.limits) {
            return sink(Found::Reject(place.location(0, 0), reason));
        }
        let kind = entry.header().entry_type();
        let sparse = kind.is_gnu_sparse();
        let stored = if sparse { entry.header().entry_size().unwrap_or(0) } else { entry.size() };
        seen.content(stored);
        if !(kind.is_file() || sparse || kind.is_contiguous()) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        sink(Found::Member)?;
        let member = place.member(&name);
        let whole: Stream<'_> = if sparse {
            // Of its holes nothing is stored.
            Box::new(inside.bounded(entry, Rc::new(Cell::new(stored))))
        } else {
            Box::new(Whole { inner: entry, left: stored })
        };
        read_inside(whole, &member, &inside.deeper(), sink)?;
    }
    if seen.zeros.get() < TAR_BLOCK {
        let reason = "cut: the tar archive has no end".to_owned();
        return sink(Found::Reject(place.location(0, 0), reason));
    }
    ControlFlow::Continue(())
}

/// Bytes of a block of zeros, at least one of which ends a tar archive.
const TAR_BLOCK: u64 = 512;

/// Bytes that the headers of a member may have: names and attributes, which
/// are kept in memory.
const TAR_HEADERS: u64 = 1 << 20;

/// What was seen of a tar archive.
#[derive(Debug, Default)]
struct Seen {
    /// Zeros that it ends with, so far.
    zeros: Cell<u64>,
    /// Bytes that may come before the next member is known.
    left: Cell<u64>,
}

impl Seen {
    /// The content of a member of that size comes, then other headers.
    fn content(&self, size: u64) {
        let padded = size.saturating_add(TAR_BLOCK);
        self.left.set(padded.saturating_add(TAR_HEADERS));
    }
}

/// The stream of a tar archive, which fails where headers do not end.
struct Headers<R> {
    inner: R,
    seen: Rc<Seen>,
}

impl<R> Headers<R> {
    fn new(inner: R) -> Self {
        let seen = Seen::default();
        seen.content(0);
        Self { inner, seen: Rc::new(seen) }
    }
}

impl<R: Read> Read for Headers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let zeros = buffer[..read].iter().rev().take_while(|byte| **byte == 0).count();
        let seen = &self.seen;
        let before = if zeros == read { seen.zeros.get() } else { 0 };
        seen.zeros.set(before + zeros as u64);
        // Blocks of zeros between archives are read one by one.
        let gap = zeros == read && buffer.len() as u64 == TAR_BLOCK;
        if !gap {
            let left = seen.left.get().checked_sub(read as u64).ok_or_else(|| {
                io::Error::other(format!("a member with headers of more than {TAR_HEADERS} bytes"))
            })?;
            seen.left.set(left);
        }
        Ok(read)
    }
}

/// A member of known size: fails where the stream ends before it.
struct Whole<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// A zip archive's directory stands at its end, so a zip that comes as a
/// stream is first set aside in a temporary file without a name.
fn read_spooled_zip(
    stream: Stream<'_>,
    place: &Place,
    inside: &Inside<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let most = inside.limits.spool;
    let spooled = tempfile::tempfile().and_then(|mut file| {
        let copied = io::copy(&mut stream.take(most.saturating_add(1)), &mut file)?;
        if copied > most {
            return Err(io::Error::other(format!(
                "larger than {most} bytes; `--max-spool` raises the limit"
            )));
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    });
    match spooled {
        Ok(file) => read_zip(file, place, inside, &AtomicU64::new(0), sink),
        Err(error) => {
            let reason = format!("the zip archive cannot be set aside to be read: {error}");
            sink(Found::Reject(place.location(0, 0), reason))
        }
    }
}

fn read_zip(
    file: std::fs::File,
    place: &Place,
    inside: &Inside<'_>,
    done: &AtomicU64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut archive = match zip_archive(file, inside.limits) {
        Ok(archive) => archive,
        Err(error) => {
            let reason =
                format!("the zip archive cannot be read, it may be cut: {}", zip_error(&error));
            return sink(Found::Reject(place.location(0, 0), reason));
        }
    };
    if archive.has_duplicate_names() {
        let reason = "several members with the same name, of which the last is read".to_owned();
        sink(Found::Reject(place.location(0, 0), reason))?;
    }
    for number in 0..archive.len() {
        if let Err(reason) = inside.spent.member(inside.limits) {
            return sink(Found::Reject(place.location(0, 0), reason));
        }
        let name = archive.name_for_index(number).and_then(Result::ok).map(Cow::into_owned);
        let within = place.member(&name.unwrap_or_else(|| format!("#{number}")));
        let member = match archive.by_index(number) {
            Ok(member) => member,
            Err(error) => {
                sink(Found::Member)?;
                sink(Found::Reject(within.location(0, 0), zip_error(&error)))?;
                continue;
            }
        };
        if !member.is_file() {
            continue;
        }
        let size = member.compressed_size();
        sink(Found::Member)?;
        let bounded = inside.bounded(member, Rc::new(Cell::new(size)));
        read_inside(Box::new(bounded), &within, &inside.deeper(), sink)?;
        done.fetch_add(size, Ordering::Relaxed);
    }
    ControlFlow::Continue(())
}

/// Opens a zip archive, of which the directory is read into memory.
fn zip_archive(
    file: std::fs::File,
    limits: &Limits,
) -> Result<ZipArchive<BufReader<Directory<std::fs::File>>>, ZipError> {
    let (file, opening) = Directory::new(file, limits);
    let archive = ZipArchive::new(BufReader::new(file));
    opening.set(None);
    archive
}

fn zip_error(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(text) if text.contains("assword") => {
            "encrypted; unpack it first".to_owned()
        }
        ZipError::UnsupportedArchive(text) => format!("not supported: {text}"),
        other => other.to_string(),
    }
}

/// The reason of a reject for a study that is too long.
pub(super) fn too_long(limit: usize) -> String {
    format!("a study of more than {limit} bytes; `--max-record` raises the limit")
}

/// The reason of a reject for a stream that fails.
pub(super) fn reading(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}
