//! Archives and compressed streams, one inside another.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::{Counted, Limits, Proportionate};
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
        return read_zip(file, place, limits, 0, done, sink);
    }
    let whole = io::Cursor::new(head).chain(Watched { inner: file, done });
    read(Box::new(whole), place, limits, 0, sink)
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

/// Reads a stream of whatever content. `depth` counts the containers that it
/// is in.
pub(super) fn read(
    mut stream: Stream<'_>,
    place: &Place,
    limits: &Limits,
    depth: usize,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::with_capacity(HEAD);
    let whole: Stream<'_> = match (&mut stream).take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => Box::new(io::Cursor::new(head.clone()).chain(stream)),
        Err(error) if head.is_empty() => {
            return sink(Found::Unread(place.location(0, 0), reading(&error)));
        }
        Err(error) => Box::new(io::Cursor::new(head.clone()).chain(Failing(Some(error)))),
    };
    if let Some(encoding) = utf8::declared(&head) {
        let converted = Box::new(utf8::Utf8Reader::new(whole, encoding));
        return read_converted(converted, place, limits, sink);
    }
    match content(&head) {
        Content::Gzip | Content::Zstd | Content::Zip | Content::Tar if depth >= limits.depth => {
            let reason = format!("archives inside archives, deeper than {}", limits.depth);
            sink(Found::Reject(place.location(0, 0), reason))
        }
        Content::Gzip => {
            let (packed, count) = Counted::new(BufReader::new(whole));
            let unpacked = flate2::read::MultiGzDecoder::new(packed);
            let bounded = Proportionate::new(unpacked, count, limits);
            read(Box::new(bounded), place, limits, depth + 1, sink)
        }
        Content::Zstd => {
            let (packed, count) = Counted::new(whole);
            match zstd::stream::read::Decoder::new(packed) {
                Ok(unpacked) => {
                    let bounded = Proportionate::new(unpacked, count, limits);
                    read(Box::new(bounded), place, limits, depth + 1, sink)
                }
                Err(error) => sink(Found::Unread(place.location(0, 0), reading(&error))),
            }
        }
        Content::Zip => read_spooled_zip(whole, place, limits, depth, sink),
        Content::Tar => read_tar(whole, place, limits, depth, sink),
        known => read_records(known, whole, place, limits, sink),
    }
}

/// Reads text that came in another encoding.
fn read_converted(
    mut stream: Stream<'_>,
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
    read_records(known, whole, place, limits, sink)
}

/// Reads a stream that is no container.
fn read_records(
    known: Content,
    stream: Stream<'_>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let whole_file = place.location(0, 0);
    match known {
        Content::Json => json::split(stream, place, limits, sink),
        Content::Xml => xml::split(stream, place, limits, sink),
        Content::Table(delimiter) => csv::split(stream, delimiter, place, limits, sink),
        Content::Page => page::split(stream, place, limits, sink),
        Content::Empty => sink(Found::Reject(whole_file, "empty".to_owned())),
        Content::Other(what) => sink(Found::NotStudy(whole_file, what.to_owned())),
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
    limits: &Limits,
    depth: usize,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let cut = |error: &io::Error| format!("the tar archive cannot be read further: {error}");
    let end = Rc::new(Cell::new(0));
    let mut archive = tar::Archive::new(Ended { inner: stream, zeros: end.clone() });
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
        let kind = entry.header().entry_type();
        if !(kind.is_file() || kind.is_gnu_sparse() || kind.is_contiguous()) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let size = if kind.is_gnu_sparse() { 0 } else { entry.size() };
        sink(Found::Member)?;
        let whole = Whole { inner: entry, left: size };
        read(Box::new(whole), &place.member(&name), limits, depth + 1, sink)?;
    }
    if end.get() < TAR_BLOCK {
        let reason = "cut: the tar archive has no end".to_owned();
        return sink(Found::Reject(place.location(0, 0), reason));
    }
    ControlFlow::Continue(())
}

/// Bytes of a block of zeros, at least one of which ends a tar archive.
const TAR_BLOCK: u64 = 512;

/// A stream that counts the zeros that it ends with.
struct Ended<R> {
    inner: R,
    zeros: Rc<Cell<u64>>,
}

impl<R: Read> Read for Ended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let zeros = buffer[..read].iter().rev().take_while(|byte| **byte == 0).count();
        let before = if zeros == read { self.zeros.get() } else { 0 };
        self.zeros.set(before + zeros as u64);
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
    limits: &Limits,
    depth: usize,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let spooled = tempfile::tempfile().and_then(|mut file| {
        let copied = io::copy(&mut stream.take(limits.spool + 1), &mut file)?;
        if copied > limits.spool {
            return Err(io::Error::other(format!("larger than {} bytes", limits.spool)));
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    });
    match spooled {
        Ok(file) => read_zip(file, place, limits, depth, &AtomicU64::new(0), sink),
        Err(error) => {
            let reason = format!("the zip archive cannot be set aside to be read: {error}");
            sink(Found::Reject(place.location(0, 0), reason))
        }
    }
}

fn read_zip(
    file: std::fs::File,
    place: &Place,
    limits: &Limits,
    depth: usize,
    done: &AtomicU64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut archive = match ZipArchive::new(BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            let reason =
                format!("the zip archive cannot be read, it may be cut: {}", zip_error(&error));
            return sink(Found::Reject(place.location(0, 0), reason));
        }
    };
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).and_then(Result::ok).map(Cow::into_owned);
        let inside = place.member(&name.unwrap_or_else(|| format!("#{number}")));
        let member = match archive.by_index(number) {
            Ok(member) => member,
            Err(error) => {
                sink(Found::Member)?;
                sink(Found::Reject(inside.location(0, 0), zip_error(&error)))?;
                continue;
            }
        };
        if !member.is_file() {
            continue;
        }
        let size = member.compressed_size();
        sink(Found::Member)?;
        let bounded = Proportionate::new(member, Rc::new(Cell::new(size)), limits);
        read(Box::new(bounded), &inside, limits, depth + 1, sink)?;
        done.fetch_add(size, Ordering::Relaxed);
    }
    ControlFlow::Continue(())
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
