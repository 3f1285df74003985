//! Archives and compressed streams, one inside another.

use std::cell::Cell;
use std::io::{self, Read, Seek};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::limits::{CountingReader, LimitUsage, ReadLimit, ReadLimits};
use super::packing::unpacked;
use super::sniff::{SniffedContent, content};
use super::stream_context::{StreamContext, lines_above, reading};
use super::window::newlines;
use super::{
    ByteStream, ItemSink, SourceItem, SourcePlace, csv_splitter, json_splitter, page_splitter,
    ris_splitter, tar, utf8, xml_splitter, zip,
};

/// Bytes that are looked at to tell what a stream holds.
const HEAD: usize = 16 << 10;

/// Reads a file on disk; a zip archive is read in place.
pub(super) fn read_file(
    mut file: std::fs::File,
    place: &SourcePlace,
    limits: &ReadLimits,
    done: &AtomicU64,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::new();
    if let Err(error) = (&mut file).take(4).read_to_end(&mut head) {
        return sink(SourceItem::Unread(place.location(0, 0), reading(&error)));
    }
    // A pipe cannot be rewound.
    let zip = content(&head) == SniffedContent::Zip || zip::is_behind_program(&head, &mut file);
    if zip && file.rewind().is_ok() {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let inside =
            StreamContext::source(limits, LimitUsage::of(Rc::new(Cell::new(size))), read_inside);
        zip::read(file, place, &inside, done, sink)?;
        return inside.sets.give_out(limits, sink);
    }
    let whole = io::Cursor::new(head).chain(ProgressFile { inner: file, done });
    read(Box::new(whole), place, limits, sink)
}

/// Reads a stream of whatever content that is in no container.
pub(super) fn read(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let (stream, count) = CountingReader::new(stream);
    let inside = StreamContext::source(limits, LimitUsage::of(count), read_inside);
    read_inside(Box::new(stream), place, &inside, sink)?;
    inside.sets.give_out(limits, sink)
}

/// Gives an error that came up earlier, then nothing.
struct FailingReader(Option<io::Error>);

impl Read for FailingReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A file that reports how much of it has been read.
struct ProgressFile<'a, R> {
    inner: R,
    done: &'a AtomicU64,
}

impl<R: Read> Read for ProgressFile<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Reads a stream of whatever content.
fn read_inside(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let begun = match begun(stream, inside.limits.record) {
        Ok(begun) => begun,
        Err(error) => return sink(SourceItem::Unread(place.location(0, 0), reading(&error))),
    };
    let BegunStream { head, whole, failed } = begun;
    if let Some(encoding) = utf8::declared(&head) {
        let converted = Box::new(utf8::Utf8Reader::new(whole, encoding));
        return read_converted(converted, failed, place, inside, sink);
    }
    let depth = inside.limits.depth;
    match content(&head) {
        SniffedContent::Packed(_) | SniffedContent::Zip | SniffedContent::Tar
            if inside.depth >= depth =>
        {
            let reason =
                format!("archives inside archives, deeper than {depth}{}", ReadLimit::Depth.note());
            sink(SourceItem::Unread(place.location(0, 0), reason))
        }
        SniffedContent::Packed(packing) => {
            let (packed, count) = CountingReader::new(whole);
            match unpacked(packing, packed, inside.depth) {
                Ok(unpacked) => {
                    let unpacked = inside.bounded(unpacked, count);
                    inside.read_member(Box::new(unpacked), place, sink)
                }
                Err(error) => sink(SourceItem::Unread(place.location(0, 0), reading(&error))),
            }
        }
        SniffedContent::Zip => zip::read_spooled(whole, place, inside, sink),
        SniffedContent::Tar => tar::read(whole, place, inside, sink),
        known => read_records(known, whole, failed, place, inside, sink),
    }
}

/// A stream whose beginning was looked at.
struct BegunStream<'a> {
    head: Vec<u8>,
    /// The stream from its beginning.
    whole: ByteStream<'a>,
    /// Why no more than the beginning could be read.
    failed: Option<String>,
}

/// Looks at the beginning of a stream. An error of one that has none is given.
fn begun(mut stream: ByteStream<'_>, most: usize) -> io::Result<BegunStream<'_>> {
    let mut head = Vec::with_capacity(HEAD);
    let read = read_head(&mut stream, &mut head, most);
    let beginning = io::Cursor::new(head.clone());
    match read {
        Ok(()) => Ok(BegunStream { head, whole: Box::new(beginning.chain(stream)), failed: None }),
        Err(error) if head.is_empty() => Err(error),
        Err(error) => {
            let failed = Some(reading(&error));
            let whole = Box::new(beginning.chain(FailingReader(Some(error))));
            Ok(BegunStream { head, whole, failed })
        }
    }
}

/// Reads the first bytes of a stream, and on where they are all blank.
fn read_head(stream: &mut ByteStream<'_>, head: &mut Vec<u8>, most: usize) -> io::Result<()> {
    loop {
        let read = stream.take(HEAD as u64).read_to_end(head)?;
        let blank = head.iter().rev().take(read).all(u8::is_ascii_whitespace);
        if read < HEAD || !blank || head.len() > most {
            return Ok(());
        }
    }
}

/// Reads text that is UTF-8: what came in another encoding, or the rest of a
/// text.
fn read_converted(
    mut stream: ByteStream<'_>,
    failed: Option<String>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::with_capacity(HEAD);
    if let Err(error) = (&mut stream).take(HEAD as u64).read_to_end(&mut head) {
        return sink(SourceItem::Unread(place.location(0, 0), reading(&error)));
    }
    let known = content(&head);
    let whole = Box::new(io::Cursor::new(head).chain(stream));
    read_records(known, whole, failed, place, inside, sink)
}

/// Reads what is behind so many bytes of a text.
fn read_below(
    bytes: usize,
    what: &str,
    mut stream: ByteStream<'_>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut above = vec![0; bytes];
    if let Err(error) = stream.read_exact(&mut above) {
        return sink(SourceItem::Unread(place.location(0, 0), reading(&error)));
    }
    let lines = newlines(&above);
    sink(SourceItem::NotStudy(place.location(1, 0), lines_above(lines, what)))?;
    let place = place.behind(lines, bytes as u64);
    read_converted(stream, None, &place, inside, sink)
}

/// Reads a stream that is no container. `failed` is why no more could be read
/// than its first bytes: too few of them may look like no study.
fn read_records(
    known: SniffedContent,
    stream: ByteStream<'_>,
    failed: Option<String>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let (whole_file, limits) = (place.location(0, 0), inside.limits);
    if let (SniffedContent::Empty | SniffedContent::Other(_), Some(reason)) = (known, failed) {
        return sink(SourceItem::Unread(whole_file, reason));
    }
    match known {
        SniffedContent::Json => json_splitter::split(stream, place, limits, sink),
        SniffedContent::Xml => xml_splitter::split(stream, place, limits, sink),
        SniffedContent::Table(table) => csv_splitter::split(stream, table, place, inside, sink),
        SniffedContent::Ris => ris_splitter::split(stream, place, limits, sink),
        SniffedContent::Page => match page_splitter::split(stream, place, limits, sink)? {
            Some((place, rest)) => {
                read_converted(Box::new(io::Cursor::new(rest)), None, &place, inside, sink)
            }
            None => ControlFlow::Continue(()),
        },
        SniffedContent::Below(bytes, what) => read_below(bytes, what, stream, place, inside, sink),
        SniffedContent::Empty if place.is_marker() => {
            sink(SourceItem::NotStudy(whole_file, "empty".to_owned()))
        }
        SniffedContent::Empty => sink(SourceItem::Reject(whole_file, "empty".to_owned())),
        SniffedContent::Other(what) => sink(SourceItem::NotStudy(whole_file, what.to_owned())),
        SniffedContent::Unread(what) => sink(SourceItem::Reject(whole_file, what.to_owned())),
        SniffedContent::OtherArchive(kind) => sink(SourceItem::Reject(
            whole_file,
            format!("an archive of {kind}, which is not read; unpack it first"),
        )),
        SniffedContent::Packed(_) | SniffedContent::Zip | SniffedContent::Tar => {
            sink(SourceItem::NotStudy(whole_file, "an archive in a text encoding".to_owned()))
        }
    }
}
