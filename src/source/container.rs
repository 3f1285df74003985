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
    let start = (&mut file).take(4).read_to_end(&mut head).and_then(|_| file.rewind());
    match start {
        Err(error) => sink(Found::Cut(place.location(0, 0), reading(&error))),
        Ok(()) if content(&head) == Content::Zip => read_zip(file, place, limits, 0, done, sink),
        Ok(()) => read(Box::new(Watched { inner: file, done }), place, limits, 0, sink),
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
    if let Err(error) = (&mut stream).take(HEAD as u64).read_to_end(&mut head)
        && head.is_empty()
    {
        return sink(Found::Cut(place.location(0, 0), reading(&error)));
    }
    let whole: Stream<'_> = Box::new(io::Cursor::new(head.clone()).chain(stream));
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
                Err(error) => sink(Found::Cut(place.location(0, 0), reading(&error))),
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
        return sink(Found::Cut(place.location(0, 0), reading(&error)));
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
        Content::Empty => sink(Found::Cut(whole_file, "empty".to_owned())),
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
    let mut archive = tar::Archive::new(stream);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return sink(Found::Cut(place.location(0, 0), cut(&error))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return sink(Found::Cut(place.location(0, 0), cut(&error))),
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let size = entry.header().size().unwrap_or(0);
        sink(Found::Member)?;
        let whole = Whole { inner: entry, left: size };
        read(Box::new(whole), &place.member(&name), limits, depth + 1, sink)?;
    }
    ControlFlow::Continue(())
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
            sink(Found::Cut(place.location(0, 0), reason))
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
            let reason = format!("the zip archive cannot be read: {}", zip_error(&error));
            return sink(Found::Cut(place.location(0, 0), reason));
        }
    };
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).and_then(Result::ok).map(Cow::into_owned);
        let inside = place.member(&name.unwrap_or_else(|| format!("#{number}")));
        let member = match archive.by_index(number) {
            Ok(member) => member,
            Err(error) => {
                sink(Found::Member)?;
                sink(Found::Cut(inside.location(0, 0), zip_error(&error)))?;
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

/// The reason of a reject for a stream that fails.
pub(super) fn reading(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}
